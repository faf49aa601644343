"""Kept rows on their way through the disk: partitioned by their event, then given as slices.

All rows of an event, mirrored ones too, have one hash, so they fall into one partition and one
slice; nodes that events share are partitioned by their own. Whatever the number of partitions,
the slices together hold the same rows. Memory is bounded by the buffer and by one partition.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from kg.facts.dates.edtf import Edtf
from kg.imports.claims import event_tables
from kg.imports.faults import Faults
from kg.imports.files import Input
from kg.imports.nodes import fixed_tables, node_tables, nodes_of
from kg.imports.raw import Progress, raw_frames
from kg.imports.rows import HASH, SEPARATOR, judged
from kg.imports.spec import Spec
from kg.mapping.ids import digests
from kg.mapping.pipeline import ahead
from kg.mapping.tables import Tables
from kg.memory import give_back
from kg.rdf.vocabulary import Vocabulary

BUFFER = 32 << 20
"""Bytes of rows held before they go to disk, and SHARE more for each partition."""
SHARE = 128 << 10
PARTITION = 6 << 20
"""Bytes of decompressed input that make a partition."""
SLICE, VALIDATED = 40_000, 5_000
"""Rows that make a slice, and one that is validated, which takes many times the memory."""
_COMPRESSED = {".gz", ".zst", ".parquet"}
_GROWTH = 8
_MOST = 512
_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Sample:
    """A share of the events, from 0 to 1, drawn by the hash of the seed and their key."""

    share: float
    seed: str

    def drawn(self, hashes: pl.Series) -> pl.Series:
        """Whether each row's event is drawn, whatever the order of the rows."""
        drawn: pl.Series = _numbers(digests(f"{self.seed}{SEPARATOR}" + hashes), 0) < round(
            self.share * 16**_DIGITS
        )
        return drawn


@dataclass(slots=True)
class Counts:
    """What became of the rows; `undrawn` are those of events that no sample drew."""

    rows: int = 0
    kept: int = 0
    undrawn: int = 0
    bad: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    events: int = 0
    claims: int = 0


@dataclass(slots=True)
class Stage:
    """The kept rows of an import on disk."""

    spec: Spec
    files: Sequence[Input]
    counts: Counts
    _rows: _Spill
    _nodes: _Spill
    dates: dict[str, Edtf]

    def slices(
        self, vocabulary: Vocabulary, seen: Callable[[pl.DataFrame, Tables], None] | None = None
    ) -> Iterator[Tables]:
        """All tables of the import, some events or nodes at a time, each valid by itself.

        No row of a table comes twice. `seen` is called with the kept rows and tables of each
        slice of events. Counts of events and claims are complete when the last slice is out.
        """
        yield _valid(fixed_tables(self.spec, self.files, self.dates))
        for nodes in self._nodes.partitions():
            yield from node_slices(nodes, self.spec)
        for kept in self._rows.partitions():
            yield from event_slices(kept, self.spec, vocabulary, self.counts, seen)


def node_slices(nodes: pl.DataFrame, spec: Spec) -> Iterator[Tables]:
    """The tables of a partition of nodes, some at a time, from all that rows say of each."""
    for found in _slices(nodes.unique(maintain_order=True), SLICE):
        yield _valid(node_tables(found, spec))


def event_slices(
    kept: pl.DataFrame,
    spec: Spec,
    vocabulary: Vocabulary,
    counts: Counts,
    seen: Callable[[pl.DataFrame, Tables], None] | None = None,
) -> Iterator[Tables]:
    """The tables of a partition of kept rows, some events at a time; events and claims counted."""
    for found in _slices(kept, SLICE if seen is None else VALIDATED):
        tables = _valid(event_tables(found, spec, vocabulary))
        counts.events += found.get_column("event").n_unique()
        counts.claims += tables["claim"].height
        if seen is not None:
            seen(found, tables)
        yield tables


def _valid(tables: Tables) -> Tables:
    tables.validate()
    return tables


def stage(
    spec: Spec,
    files: Sequence[Input],
    folder: Path,
    faults: Faults,
    *,
    every_code: bool = False,
    sample: Sample | None = None,
    partitions: int | None = None,
    progress: Progress = lambda _: None,
) -> Stage:
    """Read files, judge their rows and put those kept into partitions below a folder.

    The number of partitions follows from the bytes of the files, unless it is given. Raises
    TooManyFaults, OSError.
    """
    number = partitions or min(_MOST, partitions_of(files, PARTITION))
    rows, nodes = _Spill(folder / "rows", number), _Spill(folder / "nodes", number)
    counts = Counts()
    dates: dict[str, Edtf] = {}
    for file in files:
        judging = Judging(spec, file, faults, every_code=every_code, sample=sample)
        for kept in ahead(judging.kept(counts, dates, progress)):
            rows.add(kept)
            nodes.add(nodes_of(kept, spec))
    counts.bad = faults.rows
    rows.flush()
    nodes.flush()
    give_back()
    return Stage(spec, files, counts, rows, nodes, dates)


@dataclass(frozen=True, slots=True)
class Judging:
    """A file to be read, and what decides which of its rows are kept."""

    spec: Spec
    file: Input
    faults: Faults
    every_code: bool = False
    sample: Sample | None = None

    def kept(
        self, counts: Counts, dates: dict[str, Edtf], progress: Progress = lambda _: None
    ) -> Iterator[pl.DataFrame]:
        """The kept rows, some at a time; counts and dates grow on the way. Raises TooManyFaults."""
        before = 0
        for read, raw in raw_frames(self.spec, self.file, self.faults, progress):
            found = judged(raw, self.spec, self.file, every_code=self.every_code)
            self.faults.bad(self.file.shown, found.bad)
            kept = found.kept
            if self.sample is not None:
                kept = kept.filter(self.sample.drawn(kept.get_column(HASH)))
            counts.rows += read - before
            counts.kept += kept.height
            counts.undrawn += found.kept.height - kept.height
            counts.dropped.update(found.dropped)
            before = read
            dates |= found.dates
            yield kept


def partitions_of(files: Sequence[Input], size: int) -> int:
    """How many partitions of a size, in bytes of decompressed input, files make."""
    whole = sum(
        file.bytes * (_GROWTH if file.path.suffix.lower() in _COMPRESSED else 1) for file in files
    )
    return max(1, -(-whole // size))


def partition_numbers(hashes: pl.Series, partitions: int) -> pl.Series:
    """The partition that each hash falls into."""
    return _numbers(hashes, 0) % partitions


def _numbers(hashes: pl.Series, at: int) -> pl.Series:
    """A number from 0 to 16 ** _DIGITS - 1 from the digits of a hash."""
    return hashes.str.slice(at, _DIGITS).str.to_integer(base=16)


class _Spill:
    """Frames with a column HASH, in partitions on disk."""

    def __init__(self, folder: Path, partitions: int) -> None:
        self._folder = folder
        self._partitions = partitions
        self._held: list[pl.DataFrame] = []
        self._size = self._flushes = 0
        folder.mkdir(parents=True)

    def add(self, frame: pl.DataFrame) -> None:
        """Take in some rows."""
        if frame.is_empty():
            return
        self._held.append(frame)
        self._size += int(frame.estimated_size())
        if self._size >= BUFFER + self._partitions * SHARE:
            self.flush()

    def flush(self) -> None:
        """Write what is held."""
        if not self._held:
            return
        held = pl.concat(self._held)
        for number, part in _split(held, partition_numbers, self._partitions):
            path = self._folder / f"{number:04}-{self._flushes:04}.parquet"
            part.write_parquet(path, compression="lz4", statistics=False)
        self._held, self._size = [], 0
        self._flushes += 1

    def partitions(self) -> Iterator[pl.DataFrame]:
        """The rows of one partition after another."""
        for number in range(self._partitions):
            paths = sorted(self._folder.glob(f"{number:04}-*.parquet"))
            if paths:
                yield pl.concat([pl.read_parquet(path) for path in paths])


def _slices(partition: pl.DataFrame, rows: int) -> Iterator[pl.DataFrame]:
    """The rows, about so many at a time, those with one hash together."""
    for _, part in _split(partition, _slice_numbers, -(-partition.height // rows)):
        yield part


def _slice_numbers(hashes: pl.Series, slices: int) -> pl.Series:
    return _numbers(hashes, _DIGITS) % slices


def _split(
    frame: pl.DataFrame, numbers: Callable[[pl.Series, int], pl.Series], number: int
) -> Iterator[tuple[int, pl.DataFrame]]:
    """The rows by the numbers of their hashes, in that order."""
    if number == 1:
        yield 0, frame
        return
    remainder = numbers(frame.get_column(HASH), number).alias("@part")
    parts = frame.with_columns(remainder).partition_by(
        "@part", as_dict=True, include_key=False, maintain_order=True
    )
    for (part,), found in sorted(parts.items()):
        yield int(part), found
