"""What the tasks of an import on Spark do: judge the rows of a file, write a partition as a shard.

Both are called with what Spark hands them and hand back what Spark is to keep. A task may run
twice, and twice at once: whatever it writes bears the number of its attempt, and counts only if
Spark took what the attempt handed back.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pyarrow as pa

from kg.bulk_shapes import SliceCheck
from kg.check.diagnostic import Diagnostic, Findings
from kg.facts.dates.edtf import Edtf
from kg.imports.faults import Faults, TooManyFaults
from kg.imports.files import Input
from kg.imports.nodes import SCHEMA, nodes_of
from kg.imports.rows import HASH, judged
from kg.imports.spec import Spec
from kg.imports.staging import (
    Counts,
    Judging,
    Sample,
    event_slices,
    node_slices,
    partition_numbers,
)
from kg.imports.text import ROW
from kg.mapping.stream import Written, write_stream
from kg.mapping.tables import Tables
from kg.rdf.formats import FORMATS
from kg.rdf.vocabulary import Vocabulary

WHAT, PART, TOLD = "what", "partition_number", "told"
EVENT, NODE, FILE = "event", "node", "file"
_OF_NODE = "node_"
"""What the columns of nodes begin with where they stand beside those of rows."""
_BATCH = 10_000
"""Rows of an Arrow batch."""
Attempt = Callable[[], int]
"""The number of the attempt under way, of which an application has no two."""


@dataclass(frozen=True, slots=True)
class Job:
    """What every task of an import is told; `folder` is one that all workers see."""

    spec: Spec
    files: tuple[Input, ...]
    vocabulary: Vocabulary
    base: str
    folder: Path
    partitions: int
    every_code: bool
    sample: Sample | None
    quarantine: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """What one file came to.

    `faults` is the number of bad rows, of which `shown` are among the findings, those before all
    others of the file; `lowest` is the first partition that has rows of it.
    """

    file: int
    counts: Counts
    dates: dict[str, Edtf]
    findings: list[Diagnostic]
    shown: int
    faults: int
    too_many: bool
    lowest: int | None
    quarantine: str | None


@dataclass(frozen=True, slots=True)
class Shard:
    """What one partition came to; `name` is that of its file."""

    what: str
    part: int
    name: str
    written: Written
    counts: Counts = field(default_factory=Counts)
    validated: int = 0
    findings: list[Diagnostic] = field(default_factory=list)


def row_schema(spec: Spec, file: Input) -> pl.Schema:
    """The columns of kept rows, which are the same for every file of a specification."""
    columns = pl.Schema([*((name, pl.String()) for name in spec.columns), (ROW, pl.Int64())])
    return judged(pl.DataFrame(schema=columns), spec, file).kept.schema


def node_schema() -> pl.Schema:
    """The columns of nodes."""
    return pl.Schema([*SCHEMA.items(), (HASH, pl.String())])


def staged_schema(rows: pl.Schema) -> pa.Schema:
    """The columns of all that files come to: rows, nodes, and one line to tell the rest."""
    head = [(WHAT, pa.string()), (PART, pa.int64()), (TOLD, pa.binary())]
    nodes = [(_OF_NODE + name, pa.string()) for name in node_schema()]
    return pa.schema([*head, *((name, _arrow(type_)) for name, type_ in rows.items()), *nodes])


def node_columns() -> dict[str, str]:
    """The columns of nodes beside those of rows, and what they are called alone."""
    return {_OF_NODE + name: name for name in node_schema()}


def _arrow(type_: pl.DataType) -> pa.DataType:
    return pa.int64() if type_ == pl.Int64 else pa.string()


# --- Files -------------------------------------------------------------------------------------


def judge(numbers: Iterator[int], job: Job, attempt: Attempt) -> Iterator[pa.RecordBatch]:
    """The kept rows and nodes of some files, by their numbers, and a line for each file."""
    for number in numbers:
        yield from _judge(number, job, attempt)


def _judge(number: int, job: Job, attempt: Attempt) -> Iterator[pa.RecordBatch]:
    file = job.files[number]
    schema = staged_schema(row_schema(job.spec, file))
    aside = f"bad-{number:05}-{attempt()}.csv" if job.quarantine else None
    faults = _Shown(Findings(), job.folder / aside if aside else None)
    judging = Judging(job.spec, file, faults, every_code=job.every_code, sample=job.sample)
    counts, dates = Counts(), dict[str, Edtf]()
    lowest: int | None = None
    too_many = False
    try:
        for kept in judging.kept(counts, dates):
            if kept.is_empty():
                continue
            rows = _partitioned(kept, EVENT, job.partitions)
            found = int(rows.get_column(PART).min())  # type: ignore[arg-type]
            lowest = found if lowest is None else min(lowest, found)
            yield from _batches(rows, schema)
            nodes = _partitioned(nodes_of(kept, job.spec), NODE, job.partitions)
            yield from _batches(
                nodes.rename({own: at for at, own in node_columns().items()}), schema
            )
    except TooManyFaults:
        too_many = True
    told = Judged(
        number,
        counts,
        dates,
        [*faults.rows_shown, *faults.others()],
        len(faults.rows_shown),
        faults.rows,
        too_many,
        lowest,
        aside,
    )
    line = pl.DataFrame({WHAT: [FILE], TOLD: [pickle.dumps(told)]})
    yield from _batches(line, schema)


class _Shown(Faults):
    """Faults that know which findings are of bad rows."""

    def __init__(self, findings: Findings, quarantine: Path | None) -> None:
        super().__init__(findings, quarantine)
        self.rows_shown: list[Diagnostic] = []

    def bad(self, file: str, frame: pl.DataFrame) -> None:
        before = len(self.findings.items)
        try:
            super().bad(file, frame)
        finally:
            self.rows_shown += self.findings.items[before:]

    def others(self) -> list[Diagnostic]:
        """The findings of the file as a whole."""
        shown = set(map(id, self.rows_shown))
        return [item for item in self.findings.items if id(item) not in shown]


def _partitioned(frame: pl.DataFrame, what: str, partitions: int) -> pl.DataFrame:
    part = partition_numbers(frame.get_column(HASH), partitions)
    return frame.with_columns(pl.lit(what).alias(WHAT), part.cast(pl.Int64).alias(PART))


def _batches(frame: pl.DataFrame, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Frames as batches of a schema, whose other columns are null."""
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    columns = [
        table[one.name].cast(one.type)
        if one.name in table.column_names
        else pa.nulls(table.num_rows, one.type)
        for one in schema
    ]
    yield from pa.table(columns, schema=schema).to_batches(max_chunksize=_BATCH)


# --- Partitions --------------------------------------------------------------------------------

SHARD_SCHEMA = pa.schema([(TOLD, pa.binary())])


def node_shard(part: int, table: pa.Table, job: Job, attempt: Attempt) -> pa.Table:
    """Write the tables of a partition of nodes; a line that tells of the shard."""
    nodes = _frame(table, node_schema()).sort(pl.all())
    name = f"{NODE}-{part:06}-{attempt()}.nq.zst"
    written = _write(node_slices(nodes, job.spec), job, name)
    return _line(Shard(NODE, part, name, written))


def event_shard(
    part: int,
    table: pa.Table,
    job: Job,
    attempt: Attempt,
    check: SliceCheck | None,
    *,
    once: bool,
) -> pa.Table:
    """Write the tables of a partition of kept rows, and hold them against shapes.

    With `once` one slice of them is. A line that tells of the shard.
    """
    kept = _frame(table, row_schema(job.spec, job.files[0])).sort("document", "number")
    counts, findings = Counts(), Findings()
    validated = 0

    def seen(kept: pl.DataFrame, tables: Tables) -> None:
        nonlocal validated
        if check is not None and not findings.has_errors and not (once and validated):
            validated += check.events(kept, tables, findings)

    name = f"{EVENT}-{part:06}-{attempt()}.nq.zst"
    slices = event_slices(kept, job.spec, job.vocabulary, counts, seen if check else None)
    written = _write(slices, job, name)
    return _line(Shard(EVENT, part, name, written, counts, validated, findings.items))


def _frame(table: pa.Table, schema: pl.Schema) -> pl.DataFrame:
    found = pl.from_arrow(table.select(list(schema)))
    if not isinstance(found, pl.DataFrame):
        raise TypeError("a table became no frame")
    return found.cast(schema)


def _write(slices: Iterator[Tables], job: Job, name: str) -> Written:
    return write_stream(slices, job.base, FORMATS["nq"], job.folder / name, compress=True)


def _line(shard: Shard) -> pa.Table:
    return pa.table({TOLD: [pickle.dumps(shard)]}, schema=SHARD_SCHEMA)
