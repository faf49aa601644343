"""Positions: where a person wrote a node, looked up in the sorted file that the build writes."""

from __future__ import annotations

import csv
import mmap
from pathlib import Path

from kg.ask.answers import Place


class Positions:
    """Written positions by node; `path` is a CSV file sorted by its first column, the node.

    A file that is not there holds none. Of the file only what is looked at is read.
    """

    def __init__(self, path: Path) -> None:
        self._data: mmap.mmap | bytes = b""
        if path.is_file() and path.stat().st_size:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def __call__(self, node: str) -> tuple[Place, ...]:
        """The positions of a node, in the order of the file."""
        key = node.encode() + b","
        lines = []
        start = self._first(key)
        while start < len(self._data) and self._data[start : start + len(key)] == key:
            end = self._line_end(start)
            lines.append(self._data[start:end].decode())
            start = end
        return tuple(
            Place(property_, file, int(line), int(column))
            for _, property_, file, line, column, *_ in csv.reader(lines)
        )

    def _first(self, key: bytes) -> int:
        """Where the first line that is not before a key begins, the header left out."""
        low, high = self._line_end(0), len(self._data)
        while low < high:
            middle = (low + high) // 2
            start = max(self._data.rfind(b"\n", low, middle) + 1, low)
            end = self._line_end(start)
            # By the node alone: a comma sorts before some characters that nodes are made of.
            if self._data[start:end].split(b",", 1)[0] < key[:-1]:
                low = end
            else:
                high = start
        return low

    def _line_end(self, start: int) -> int:
        found = self._data.find(b"\n", start)
        return len(self._data) if found < 0 else found + 1
