"""An import on Apache Spark: a task for each file, then one for each partition of what they keep.

The files of the import and the folder of its output must be seen by all workers under the same
paths, and `kg` must be installed for their Python.
"""

from __future__ import annotations

import pickle
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.taskcontext import TaskContext

from kg.bulk import GRAPH, ROWS, Imported, Options, Run, Writer, import_files
from kg.bulk_shapes import SliceCheck
from kg.check.shapes import Shapes
from kg.imports.faults import LIMIT, SHOWN, Faults, TooManyFaults
from kg.imports.nodes import fixed_tables
from kg.imports.staging import Counts, partitions_of
from kg.mapping.stream import Written, write_stream
from kg.rdf.formats import FORMATS
from kg.spark import tasks
from kg.spark.tasks import EVENT, FILE, NODE, PART, TOLD, WHAT, Job, Judged, Shard

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

PARTITION = 64 << 20
"""Bytes of decompressed input that make a partition, and so a shard."""


class SparkError(Exception):
    """Spark could not be reached or gave up; the message is for the operator."""


def import_on_spark(
    root: Path,
    spec: str,
    patterns: Sequence[str],
    options: Options,
    master: str | None = None,
) -> Imported:
    """Import files into a project as `kg.bulk.import_files` does, on a cluster.

    `master` is Spark's address of it, its own setting or this machine if null. Raises SparkError,
    OSError.
    """
    with _session(master) as session:
        return import_files(root, spec, patterns, options, make=partial(_SparkRun, session))


@contextmanager
def _session(master: str | None) -> Iterator[SparkSession]:
    # It speaks of frames of pandas, of which there are none here.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    try:
        builder = SparkSession.builder.appName("kg import")
        if master is not None:
            builder = builder.master(master)
        shown = str(sys.stderr.isatty()).lower()
        builder = builder.config("spark.ui.showConsoleProgress", shown)
        # One task has one core, and so has what it does with columns.
        session = builder.config("spark.executorEnv.POLARS_MAX_THREADS", "1").getOrCreate()
        try:
            session.sparkContext.setLogLevel("ERROR")
            yield session
        finally:
            session.stop()
    except (PySparkException, Py4JError) as error:
        lines = [line for line in str(error).splitlines() if line[:1].strip()]  # no Java frames
        raise SparkError(f"Spark gave up: {' '.join(lines[:3])[:600]}") from error


class _SparkRun(Run):
    """One run of an import on a cluster."""

    def __init__(self, session: SparkSession, *given: Any) -> None:
        super().__init__(*given)
        self._session = session

    def staged(self, work: Path, faults: Faults) -> Writer:
        """Read, judge and count all rows on the cluster; what then writes the graph there."""
        files = tuple(replace(file, path=file.path.absolute()) for file in self.files)
        folder = (work / ROWS).absolute()
        folder.mkdir()
        options = self.options
        job = Job(
            self.spec,
            files,
            self.vocabulary,
            self.settings.base,
            folder,
            options.partitions or partitions_of(files, PARTITION),
            options.every_code,
            options.sample,
            faults.quarantines,
        )
        schema = tasks.staged_schema(tasks.row_schema(self.spec, files[0]))

        def judge(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            numbers = (number for batch in batches for number in batch.column(0).to_pylist())
            return tasks.judge(numbers, job, _attempt)

        staged = (folder / "staged").as_uri()
        each = self._session.range(0, len(files), 1, len(files))
        each.mapInArrow(judge, _ddl(schema)).write.parquet(staged)
        found = self._session.read.schema(_ddl(schema)).parquet(staged)
        lines = found.where(found[WHAT] == FILE).select(TOLD).collect()
        told = sorted((pickle.loads(line[TOLD]) for line in lines), key=_number)  # noqa: S301
        self._take(told, faults, folder)
        dates = {node: date for one in told for node, date in one.dates.items()}
        lowest = min((one.lowest for one in told if one.lowest is not None), default=None)

        def write(shapes: Shapes | None) -> Mapping[str, Written]:
            check = self.check(shapes, dates) if shapes is not None else None
            fixed = folder / GRAPH
            tables = fixed_tables(self.spec, self.files, dates)
            first = write_stream([tables], job.base, FORMATS["nq"], fixed, compress=True)
            shards = self._shards(found, job, check, lowest)
            parts = [(fixed, first), *((folder / one.name, one.written) for one in shards)]
            return _moved(parts, work)

        return write

    def _take(self, told: list[Judged], faults: Faults, folder: Path) -> None:
        """Add up what the files came to, in their order; raises TooManyFaults."""
        counts = self.done.counts = Counts()
        findings = self.done.findings
        for one in told:
            shown = max(0, SHOWN - counts.bad)
            findings.items += [*one.findings[: one.shown][:shown], *one.findings[one.shown :]]
            counts.bad += one.faults
            counts.rows += one.counts.rows
            counts.kept += one.counts.kept
            counts.undrawn += one.counts.undrawn
            counts.dropped.update(one.counts.dropped)
            faults.take(one.faults, folder / one.quarantine if one.quarantine else None)
            if one.too_many or (not faults.quarantines and counts.bad >= LIMIT):
                raise TooManyFaults

    def _shards(
        self, found: DataFrame, job: Job, check: SliceCheck | None, lowest: int | None
    ) -> list[Shard]:
        """The shards that Spark's tasks wrote, those of nodes first."""
        once = self.options.validate == "sample"

        def nodes(key: tuple[Any, ...], table: pa.Table) -> pa.Table:
            return tasks.node_shard(key[0].as_py(), table, job, _attempt)

        def events(key: tuple[Any, ...], table: pa.Table) -> pa.Table:
            part = key[0].as_py()
            due = None if once and part != lowest else check
            return tasks.event_shard(part, table, job, _attempt, due, once=once)

        columns = tasks.node_columns()
        of_nodes = found.where(found[WHAT] == NODE).select(PART, *columns)
        named = of_nodes.toDF(PART, *columns.values())
        kept = tasks.row_schema(job.spec, job.files[0])
        rows = found.where(found[WHAT] == EVENT).select(PART, *kept).toDF(PART, *kept)
        schema = _ddl(tasks.SHARD_SCHEMA)
        made = [
            frame.repartition(job.partitions, PART).groupBy(PART).applyInArrow(write, schema)
            for frame, write in ((named, nodes), (rows, events))
        ]
        lines = made[0].unionByName(made[1]).collect()
        shards: list[Shard] = sorted(
            (pickle.loads(line[TOLD]) for line in lines),  # noqa: S301
            key=lambda shard: (shard.what == EVENT, shard.part),
        )
        for shard in shards:
            self.done.counts.events += shard.counts.events
            self.done.counts.claims += shard.counts.claims
            if not self.done.findings.has_errors:
                self.done.validated += shard.validated
                self.done.findings.items += shard.findings
        return shards


def _number(judged: Judged) -> int:
    return judged.file


def _attempt() -> int:
    context = TaskContext.get()
    if context is None:
        raise RuntimeError("this runs in tasks of Spark alone")
    return context.taskAttemptId()


def _ddl(schema: pa.Schema) -> str:
    """A schema as Spark writes it."""
    types = {"string": "string", "int64": "bigint", "binary": "binary"}
    return ", ".join(f"`{one.name}` {types[str(one.type)]}" for one in schema)


def _moved(parts: Sequence[tuple[Path, Written]], work: Path) -> Mapping[str, Written]:
    """Shards moved to the output under the names they keep; raises OSError.

    Whatever attempts that did not count have left stays behind.
    """
    moved = {}
    for number, (path, written) in enumerate(parts):
        if not path.is_file() or path.stat().st_size != written.bytes:
            raise OSError(
                f"{path} is not what a worker wrote: let all workers and this machine see the "
                "output folder under one path"
            )
        name = f"part-{number:05}.nq.zst"
        path.replace(work / name)
        moved[name] = written
    return moved
