"""The line of a file that a finding is about, with the place marked below it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from kg.check.diagnostic import Span

WIDTH = 100
"""Columns of the line that are shown."""
_BREAK = re.compile(r"\r\n|\r|\n")
_AHEAD = 30
_CUT = "…"

# C0 and C1 controls, DEL, bidirectional controls and line separators: a terminal, or a reader,
# could be misled by them, and article text and file names are not to be trusted.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)


def shown(text: str) -> str:
    """Text with every control and bidirectional character written as its escape."""
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04X}", text)


@dataclass(frozen=True, slots=True)
class _Cell:
    """One character as it is shown, and the columns that it takes."""

    text: str
    width: int


def excerpt(source: str, span: Span) -> tuple[str, str] | None:
    """The line that a span begins on and a line of carets below it, both of WIDTH columns at most.

    A longer line is cut around the place. Null for a span without a line, or beyond the source.
    """
    lines = _BREAK.split(source)
    if not 1 <= span.line <= len(lines):
        return None
    cells = [_cell(char) for char in lines[span.line - 1]]
    start = min(max(span.column - 1, 0), len(cells))
    end = span.end_column - 1 if span.end_line == span.line else len(cells)
    end = max(start + 1, min(end, len(cells)))
    first, last = _window(cells, start)
    before = _CUT if first else ""
    line = before + "".join(cell.text for cell in cells[first:last])
    line += _CUT if last < len(cells) else ""
    lead = len(before) + _width(cells[first:start])
    marks = max(1, _width(cells[start : min(end, last)]))
    return line.rstrip(), " " * lead + "^" * marks


def _cell(char: str) -> _Cell:
    if char == "\t":
        return _Cell("\\t", 2)
    text = shown(char)
    if text != char:
        return _Cell(text, len(text))
    if unicodedata.combining(char):
        return _Cell(char, 0)
    return _Cell(char, 2 if unicodedata.east_asian_width(char) in "WF" else 1)


def _width(cells: list[_Cell]) -> int:
    return sum(cell.width for cell in cells)


def _window(cells: list[_Cell], start: int) -> tuple[int, int]:
    """Which cells to show so that the one at `start` is among them, with some before it."""
    if _width(cells) <= WIDTH:
        return 0, len(cells)
    room = WIDTH - 2 * len(_CUT)
    first = start
    while first and _width(cells[first - 1 : start]) <= _AHEAD:
        first -= 1
    if _width(cells[:start]) < room - _AHEAD:
        first = 0
    last, used = first, 0
    while last < len(cells) and used + cells[last].width <= room:
        used += cells[last].width
        last += 1
    return first, last
