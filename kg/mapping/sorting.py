"""More lines than memory holds, sorted: runs of lines on disk, merged a range at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

from kg.rdf.zstd import compress, decompress

# Lines of a run, sorted in memory; of a block, of which the merge holds one for each run; of the
# blocks that are merged at a time; and of what is handed out.
_RUN = 1_000_000
_BLOCK = 1_000
_MERGED = 256
_OUT = 16_384


@dataclass(frozen=True, slots=True, order=True)
class _Block:
    """Some lines of a run: the first of them, and where they lie in the file."""

    first: str
    start: int
    size: int


class Runs:
    """Lines, none twice, that come back sorted by their bytes, from a folder for scratch files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._blocks: list[_Block] = []
        self._waiting: list[pl.Series] = []
        self._size = 0

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=self._folder)  # without a name from the start
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, lines: pl.Series) -> None:
        """Take lines in, without their newlines; raises OSError."""
        self._waiting.append(lines)
        if sum(map(len, self._waiting)) >= _RUN:
            self._write()

    def merged(self) -> Iterator[pl.Series]:
        """All lines in order, in pieces whose lengths depend on nothing but their number."""
        if self._waiting:
            self._write()
        return _in_pieces(self._ranges())

    def _write(self) -> None:
        lines = pl.concat(self._waiting).sort()
        self._waiting.clear()
        for start in range(0, len(lines), _BLOCK):
            block = lines.slice(start, _BLOCK)
            data = compress(block.str.join("\n").item().encode())
            self._blocks.append(_Block(block.item(0), self._size, len(data)))
            self._size += self._file.write(data)

    def _ranges(self) -> Iterator[pl.Series]:
        """Ranges of lines, one after another.

        What is less than the first line of a block that was not read yet is in the blocks read.
        """
        blocks = sorted(self._blocks)
        rest = pl.Series(dtype=pl.String)
        for start in range(0, len(blocks), _MERGED):
            texts = pl.Series([self._read(block) for block in blocks[start : start + _MERGED]])
            lines = pl.concat([rest, texts.str.split("\n").explode()]).sort()
            following = blocks[start + _MERGED : start + _MERGED + 1]
            if following:
                ready = lines < following[0].first
                lines, rest = lines.filter(ready), lines.filter(~ready)
            yield lines

    def _read(self, block: _Block) -> str:
        self._file.seek(block.start)
        return decompress(self._file.read(block.size)).decode()


def _in_pieces(ranges: Iterable[pl.Series]) -> Iterator[pl.Series]:
    rest = pl.Series(dtype=pl.String)
    for lines in ranges:
        rest = pl.concat([rest, lines])
        whole = len(rest) // _OUT * _OUT
        yield from (rest.slice(start, _OUT) for start in range(0, whole, _OUT))
        rest = rest.slice(whole)
    if len(rest):
        yield rest
