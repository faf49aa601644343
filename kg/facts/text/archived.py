"""Archived texts: an article's characters as they were stored, and the form they are compared in.

Offsets are code points of the decoded text, a byte order mark and every CR included.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

from kg.check.diagnostic import Findings, Span

MAX_BYTES = 8 * 1024 * 1024

# Unicode's White_Space property. A zero-width character or a soft hyphen is none.
WHITE_SPACE = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_OTHER_THAN_ONE_SPACE = re.compile(f"[{WHITE_SPACE}]{{2,}}|(?! )[{WHITE_SPACE}]")
_RUN = re.compile(f"(?P<space>[{WHITE_SPACE}]+)|[^{WHITE_SPACE}]+")
# Anything but white space, controls and Default_Ignorable_Code_Point.
_VISIBLE = re.compile(
    f"[^{WHITE_SPACE}\\x00-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5"
    "\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff"
    "\\uffa0\\ufff0-\\ufff8\\U000e0000-\\U000e0fff]"
)
# Unicode's Bidi_Control property.
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINE_BREAK = re.compile(r"\r\n|[\r\n]")
_IN_LINE = f"(?![\\r\\n])[{WHITE_SPACE}]"
_BLANK_LINES = re.compile(rf"(?>\r\n|[\r\n])(?:(?:{_IN_LINE})*(?>\r\n|[\r\n]))+")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text in NFC with each run of white space folded to one space, and the way back."""

    text: str
    _at: array[int]
    _origin: array[int]

    def origin(self, offset: int) -> int:
        """The code point of the text as given that an offset of the normalised form came from."""
        segment = bisect_right(self._at, offset) - 1
        return self._origin[segment] + offset - self._at[segment]


@lru_cache(maxsize=256)
def normalise(text: str) -> Normalised:
    """The form in which quotes are compared with texts."""
    parts: list[str] = []
    at, origin = array("l", [0]), array("l", [0])
    length = done = 0
    for start, end, form in _changes(text):
        parts += (text[done:start], form)
        length += start - done
        at.append(length)
        origin.append(start)
        length += len(form)
        at.append(length)
        origin.append(end)
        done = end
    if not parts:
        return Normalised(text, at, origin)
    parts.append(text[done:])
    return Normalised("".join(parts), at, origin)


def _changes(text: str) -> Iterator[tuple[int, int, str]]:
    """The stretches whose normalised form differs, in order: start, end, form."""
    if unicodedata.is_normalized("NFC", text):
        for found in _OTHER_THAN_ONE_SPACE.finditer(text):
            yield found.start(), found.end(), " "
        return
    for found in _RUN.finditer(text):
        if found["space"]:
            if found[0] != " ":
                yield found.start(), found.end(), " "
        elif not unicodedata.is_normalized("NFC", found[0]):
            yield from _compositions(found[0], found.start())


def _compositions(word: str, offset: int) -> Iterator[tuple[int, int, str]]:
    """The clusters of a word that NFC changes, cut where nothing composes across."""
    starts = [i for i, char in enumerate(word) if not i or _stands_alone(char)]
    for start, end in zip(starts, [*starts[1:], len(word)], strict=True):
        form = unicodedata.normalize("NFC", word[start:end])
        if form != word[start:end]:
            yield offset + start, offset + end, form


@cache
def _stands_alone(char: str) -> bool:
    """Whether a character never composes with the one before it."""
    first = unicodedata.normalize("NFD", char)[0]
    return not unicodedata.combining(first) and first not in _seconds()


@cache
def _seconds() -> frozenset[str]:
    """The characters that are second in some canonical composition, and the Hangul jamo."""
    pairs = (unicodedata.decomposition(chr(point)).split() for point in range(0x110000))
    found = {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and pair[0][0] != "<"}
    return frozenset(found | {chr(point) for point in range(0x1160, 0x1200)})


@dataclass(frozen=True)
class ArchivedText:
    """The text of one article, exactly as decoded, and the SHA-256 of its bytes in hex."""

    shown: str
    text: str
    sha256: str

    @classmethod
    def load(cls, path: Path, shown: str, findings: Findings) -> ArchivedText | None:
        """The text of a UTF-8 file of at most MAX_BYTES; None, with a finding, otherwise.

        `shown` names the file in messages. Symbolic links are not followed.
        """
        data = read_text(path, shown, findings)
        return None if data is None else cls.decoded(data, shown, findings)

    @classmethod
    def decoded(cls, data: bytes, shown: str, findings: Findings) -> ArchivedText | None:
        """The text of bytes that are UTF-8; None, with a finding, otherwise."""
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            before = cls(shown, data[: error.start].decode("utf-8"), "")
            end = len(before.text)
            message = f"byte {error.start} (0x{data[error.start]:02X}) is not UTF-8"
            fix = "archive the text as UTF-8"
            findings.error("text-encoding", message, before.span(end, end), fix)
            return None
        if not _VISIBLE.search(text):
            fix = "archive the article's text here"
            findings.error("text-empty", "the text holds nothing to read", Span(shown), fix)
            return None
        archived = cls(shown, text, hashlib.sha256(data).hexdigest())
        _warn_of_bidi(archived, findings)
        return archived

    @cached_property
    def normalised(self) -> Normalised:
        """The form in which quotes are compared with the text."""
        return normalise(self.text)

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(found.end() for found in _LINE_BREAK.finditer(self.text))]

    @cached_property
    def _paragraphs(self) -> list[int]:
        begin, end = len(self.text) - len(self.text.lstrip()), len(self.text.rstrip())
        blank = [found.end() for found in _BLANK_LINES.finditer(self.text, begin, end)]
        return [0, *blank] if blank else self._lines

    def line(self, offset: int) -> int:
        """The line of a code point, from 1."""
        return bisect_right(self._lines, offset)

    def paragraph(self, offset: int) -> int:
        """The number of the paragraph a code point stands in, from 0.

        Blank lines part paragraphs; in a text without any, line breaks do.
        """
        return bisect_right(self._paragraphs, offset) - 1

    def span(self, start: int, end: int) -> Span:
        """The span of the code points start..end of the text."""
        first, last = self.line(start), self.line(end)
        return Span(
            self.shown,
            first,
            start - self._lines[first - 1] + 1,
            last,
            end - self._lines[last - 1] + 1,
        )


def read_text(path: Path, shown: str, findings: Findings) -> bytes | None:
    """The bytes of a regular file of at most MAX_BYTES; None, with a finding, otherwise.

    A FIFO or a device is refused without waiting for it.
    """
    where, fix = Span(shown), "archive the text as a plain file in the articles folder"
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            message = "this is a symbolic link, not a text"
            findings.error("text-symbolic-link", message, where, fix)
            return None
        if not stat.S_ISREG(status.st_mode):
            findings.error("text-not-regular", "this is not a regular file", where, fix)
            return None
        size = status.st_size
        if size <= MAX_BYTES:
            # Neither flag matters unless the file was swapped for another since.
            flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
            with os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as file:
                data = file.read(MAX_BYTES + 1)
            size = len(data)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        findings.error("text-unreadable", f"the text cannot be read: {why}", where, fix)
        return None
    if size > MAX_BYTES:
        message = f"the text has {size} bytes; the limit is {MAX_BYTES}"
        findings.error("text-size", message, where, "archive the article alone")
        return None
    return data


def _warn_of_bidi(archived: ArchivedText, findings: Findings) -> None:
    found = list(_BIDI.finditer(archived.text))
    if not found:
        return
    names = ", ".join(sorted({f"U+{ord(match[0]):04X}" for match in found}))
    message = f"{len(found)} bidirectional control characters ({names}) can show words in another"
    findings.warning(
        "text-bidi",
        f"{message} order than they are stored in",
        archived.span(found[0].start(), found[0].end()),
        "check the quotes of this text in an editor that shows invisible characters",
    )
