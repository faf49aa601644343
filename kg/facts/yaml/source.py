"""The source of a YAML file: its bytes made text, and where the lines of the text begin."""

from __future__ import annotations

import re
from bisect import bisect_right

from kg.check.diagnostic import Findings, Span

MAX_BYTES = 16 * 1024 * 1024

BREAK = r"(?:\r\n|\r|\n)"
BREAKS = re.compile(BREAK)


class SourceText:
    """A file's decoded text, without its byte order mark, and where its lines begin."""

    __slots__ = ("_starts", "file", "text")

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._starts: list[int] | None = None

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            self._starts = [0, *(found.end() for found in BREAKS.finditer(self.text))]
        return self._starts

    def span(self, start: int, end: int) -> Span:
        """The span of the code points start..end of the text."""
        starts = self._line_starts()
        first, last = bisect_right(starts, start), bisect_right(starts, end)
        return Span(
            self.file, first, start - starts[first - 1] + 1, last, end - starts[last - 1] + 1
        )

    def offset(self, line: int, column: int) -> int:
        """The code point at which a line and column stand."""
        return self._line_starts()[line - 1] + column - 1

    def slice(self, span: Span) -> str:
        """The raw characters of a span of this file."""
        start = self.offset(span.line, span.column)
        return self.text[start : self.offset(span.end_line, span.end_column)]


_LINE_SEPARATORS = "\x85\u2028\u2029"
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_MARK = b"\xef\xbb\xbf"


def decode(data: bytes, file: str, findings: Findings) -> SourceText | None:
    """The text of a UTF-8 file of at most MAX_BYTES; None, with a finding, when it is none."""
    if len(data) > MAX_BYTES:
        message = f"the file has {len(data)} bytes; the limit is {MAX_BYTES}"
        findings.error("yaml-size", message, Span(file), "split it into several files")
        return None
    fix = "save the file as UTF-8"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:2].count(0) == 1:
        message = "byte 0 on is UTF-16 or UTF-32, not UTF-8"
        findings.error("yaml-encoding", message, Span(file, 1, 1, 1, 1), fix)
        return None
    begin = len(_MARK) if data.startswith(_MARK) else 0
    try:
        return SourceText(file, data[begin:].decode("utf-8"))
    except UnicodeDecodeError as error:
        at = begin + error.start
        before = SourceText(file, data[begin:at].decode("utf-8"))
        end = len(before.text)
        message = f"byte {at} (0x{data[at]:02X}) is not UTF-8"
        findings.error("yaml-encoding", message, before.span(end, end), fix)
        return None


def legible(source: SourceText, findings: Findings) -> str:
    """The text without the characters no file may hold, each reported where it stands first.

    A stand-in of the same width keeps every later place right.
    """
    first: dict[str, int] = {}
    for found in _FORBIDDEN.finditer(source.text):
        first.setdefault(found[0], found.start())
    for char, at in first.items():
        count = source.text.count(char)
        times = f" ({count} times in the file)" if count > 1 else ""
        if char in _LINE_SEPARATORS:
            code, what = "yaml-line-separator", "YAML takes for the end of a line"
        else:
            code, what = "yaml-character", "no YAML file may hold"
        message = f"U+{ord(char):04X}, which {what}, stands here{times}"
        fix = f'take it out, or write it as "\\u{ord(char):04X}" in double quotes'
        findings.error(code, message, source.span(at, at + 1), fix)
    return _FORBIDDEN.sub("\ufffd", source.text) if first else source.text
