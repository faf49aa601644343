"""The nodes of a YAML file, each with the place it stands at."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from kg.check.diagnostic import Span
from kg.facts.yaml.source import BREAK, BREAKS, SourceText

Style: TypeAlias = Literal["plain", "single", "double", "literal", "folded"]

_NOWHERE = SourceText("", "")
_REST = re.compile(r"[^\r\n]*")


class _Placed:
    """What the three kinds of node share: a place in a file."""

    __slots__ = ()
    span: Span
    _file: SourceText

    def source(self, span: Span | None = None) -> str:
        """The raw characters of the file at the node, or at another span of the same file."""
        return self._file.slice(span or self.span)

    @property
    def line_end(self) -> Span:
        """The end of the line on which the node ends, behind whatever follows it there."""
        at = self._file.offset(self.span.end_line, self.span.end_column)
        found = _REST.match(self._file.text, at)
        end = found.end() if found else at
        return self._file.span(end, end)

    @property
    def line_break(self) -> str:
        """The characters that end the lines of the file."""
        found = BREAKS.search(self._file.text)
        return found[0] if found else "\n"


@dataclass(frozen=True, slots=True)
class Scalar(_Placed):
    """A piece of text; an absent value (`key:`) is the empty text in the plain style."""

    value: str
    span: Span
    style: Style
    _file: SourceText = field(default=_NOWHERE, repr=False, compare=False)

    def part(self, start: int, end: int) -> Span:
        """The span of the code points start..end of `value`, through folds and escapes.

        Raises ValueError when the range is not within the value.
        """
        if not 0 <= start <= end <= len(self.value):
            raise ValueError(f"{start}..{end} is not within 0..{len(self.value)}")
        at = self.span
        if at.line == at.end_line and self.style in ("plain", "single", "double"):
            quote = int(self.style != "plain")
            if at.end_column - at.column == len(self.value) + 2 * quote:
                first = at.column + quote
                return Span(at.file, at.line, first + start, at.line, first + end)
        if self._file is _NOWHERE:
            return at
        base = self._file.offset(at.line, at.column)
        first, last = _locate(self.source(), self.value, self.style, start, end)
        return self._file.span(base + first, base + last)

    def raw_range(self, start: int, end: int) -> tuple[int, int]:
        """The code points of `source()` that the code points start..end of `value` came from."""
        return _locate(self.source(), self.value, self.style, start, end)

    def raw_span(self, start: int, end: int) -> Span:
        """The span of the code points start..end of `source()`."""
        base = self._file.offset(self.span.line, self.span.column)
        return self._file.span(base + start, base + end)


@dataclass(frozen=True, slots=True)
class Sequence(_Placed):
    """A list; `flow` when it is written `[a, b]`."""

    items: tuple[Node, ...]
    span: Span
    flow: bool = False
    _file: SourceText = field(default=_NOWHERE, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Mapping(_Placed):
    """Keys with their values in the order of the file; `flow` when it is written `{a: b}`."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span
    flow: bool = False
    _file: SourceText = field(default=_NOWHERE, repr=False, compare=False)
    _index: dict[str, tuple[Scalar, Node]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {entry[0].value: entry for entry in self.entries})

    def get(self, key: str) -> Node | None:
        """The value of a key, or None."""
        entry = self._index.get(key)
        return entry[1] if entry else None

    def key(self, key: str) -> Scalar | None:
        """The key itself, for its place, or None."""
        entry = self._index.get(key)
        return entry[0] if entry else None


Node: TypeAlias = Scalar | Sequence | Mapping


# --- Where the characters of a value stand in the source ---------------------------------------


@dataclass(frozen=True, slots=True)
class _Segment:
    """A run of the value and the run of the source it came from; equal lengths map one to one."""

    at: int
    length: int
    raw: int
    raw_length: int

    @property
    def exact(self) -> bool:
        """Whether each code point of the run has its own place in the source."""
        return self.length == self.raw_length


def _locate(raw: str, value: str, style: Style, start: int, end: int) -> tuple[int, int]:
    """The code points of `raw`, a scalar's source, that the points start..end of `value` came from.

    The whole of `raw` where the two do not align.
    """
    segments = _segments(raw, value, style)
    if not segments:
        return 0, len(raw)
    first = next((s for s in segments if s.at <= start < s.at + s.length), None)
    if first is None:
        raw_start = segments[-1].raw + segments[-1].raw_length
    else:
        raw_start = first.raw + (start - first.at if first.exact else 0)
    if start == end:
        return raw_start, raw_start
    last = next(s for s in segments if s.at < end <= s.at + s.length)
    return raw_start, last.raw + (end - last.at if last.exact else last.raw_length)


_SPACE_RUN = r"(?P<space>[ \t\r\n]+)"
_FLOW_TOKEN = {
    "plain": re.compile(_SPACE_RUN + r"|[^ \t\r\n]+"),
    "single": re.compile(_SPACE_RUN + r"|(?P<pair>'')|[^ \t\r\n']+"),
    "double": re.compile(
        _SPACE_RUN
        + rf"|\\(?P<wrap>{BREAK}[ \t\r\n]*)"
        + r"|(?P<escape>\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.))"
        + r'|[^ \t\r\n\\"]+'
    ),
}
# An anchor or tag before the value: refused, but the value after it is still read.
_PROPERTIES = re.compile(r"(?:[&!][^\s]*[ \t\r\n]*)*")
_LINE = re.compile(rf"[^\r\n]*(?:{BREAK}|$)")


def _segments(raw: str, value: str, style: Style) -> list[_Segment]:
    """The value cut into runs in order; empty when they do not add up to the value."""
    properties = _PROPERTIES.match(raw)
    begin = properties.end() if properties else 0
    if style in ("literal", "folded"):
        segments = _block_segments(raw, begin, value)
    else:
        segments = _flow_segments(raw, begin, style)
    length = segments[-1].at + segments[-1].length if segments else -1
    return segments if length == len(value) else []


def _flow_segments(raw: str, begin: int, style: Style) -> list[_Segment]:
    """YAML 1.2, 6.5: one line break folds to a space, n breaks to n - 1 line feeds."""
    quote = 0 if style == "plain" else 1
    segments: list[_Segment] = []
    at = 0
    for token in _FLOW_TOKEN[style].finditer(raw, begin + quote, len(raw) - quote):
        length = raw_length = token.end() - token.start()
        if token.lastgroup == "space":
            breaks = len(BREAKS.findall(token[0]))
            length = max(breaks - 1, 1) if breaks else length
        elif token.lastgroup == "wrap":
            length = len(BREAKS.findall(token[0])) - 1
        elif token.lastgroup is not None:
            length = 1
        segments.append(_Segment(at, length, token.start(), raw_length))
        at += length
    return segments


def _block_segments(raw: str, begin: int, value: str) -> list[_Segment]:
    """Literal and folded scalars: each line that is not blank stands unchanged in the value."""
    lines = list(_LINE.finditer(raw, begin))[1:]
    indent = _indent(line[0] for line in lines) - _indent(value.split("\n"))
    segments: list[_Segment] = []
    at, raw_at = 0, begin
    for line in lines:
        content = line[0].rstrip("\r\n")[indent:]
        if not content:
            continue
        start = line.start() + indent
        gap = len(value) - at - len(value[at:].lstrip("\n"))
        if not gap and segments and value[at : at + 1] == " ":
            gap = 1
        if not value.startswith(content, at + gap):
            return []
        if gap:
            segments.append(_Segment(at, gap, raw_at, start - raw_at))
        segments.append(_Segment(at + gap, len(content), start, len(content)))
        at, raw_at = at + gap + len(content), start + len(content)
    if at < len(value):
        segments.append(_Segment(at, len(value) - at, raw_at, len(raw) - raw_at))
    return segments


def _indent(lines: Iterable[str]) -> int:
    """The leading spaces of the first line that holds anything else."""
    for line in lines:
        if line.strip(" \r\n"):
            return len(line) - len(line.lstrip(" "))
    return 0
