"""Validation a slice of tables at a time, beside what the slices share, in memory that stays flat.

Shapes look at a node and at what it leads to. So a slice is validated together with as much of
the shared tables as its triples lead to, step by step, and the shared tables once by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from kg.check.compiled_engine import CompiledEngine, left_to_pyshacl
from kg.check.diagnostic import Findings, Span
from kg.check.shacl import EngineError, Report, Result, check_report
from kg.check.shapes import Shapes, TargetKind
from kg.check.statements import Statements
from kg.mapping.expand import pieces
from kg.mapping.pipeline import in_order
from kg.mapping.tables import Tables
from kg.mapping.templates import Templates, templates

_WORKERS = 2
# Slices under way or waiting, each with its text and its store.
_WAITING = 3


@dataclass(frozen=True, slots=True)
class _Found:
    """What a partition gave: results and focus nodes without those of the shared nodes."""

    results: frozenset[Result]
    focus: pl.Series
    left: Mapping[str, str]


def validate_slices(
    slices: Iterable[Tables],
    base: str,
    shapes: Shapes,
    findings: Findings,
    *,
    shared: Tables | None = None,
    mapping: Templates | None = None,
    cautious: bool = True,
    progress: Callable[[int], None] | None = None,
) -> Report | None:
    """The report over all slices and what they share, or null where nothing could be validated.

    All rows about a subject stand in one slice, or in `shared`; what a slice leads to stands in
    it or in `shared`. A constraint over a whole graph sees one slice at a time. With `cautious`,
    shapes on which the engines are not known to agree go to pySHACL; the report says which went.
    `progress` is called with the number of triples validated so far, in a thread of its own.
    Findings: `shacl-engine-failed` and those of `kg.check.shacl.check_report`; raises TermError.
    """
    try:
        report = _validated(
            slices,
            _Partitions(base, shapes, mapping or templates(), cautious=cautious),
            shared or Tables({}),
            progress,
        )
    except EngineError as error:
        findings.error(
            "shacl-engine-failed",
            f"nothing was validated: {error}",
            Span("shapes"),
            "correct the shape or the query that the message speaks of",
        )
        return None
    findings.items += check_report(report)
    return report


class _Partitions:
    """Validates one partition after another, several at once."""

    def __init__(self, base: str, shapes: Shapes, mapping: Templates, *, cautious: bool) -> None:
        self.shapes = shapes
        self._base, self._mapping = base, mapping
        self._engine = CompiledEngine(cautious=cautious)

    def lines(self, tables: Tables) -> pl.Series:
        """The triples of tables as lines of N-Triples, without their newlines."""
        texts = [piece.text() for piece in pieces(tables, self._base, self._mapping, "nt")]
        blocks = pl.concat([pl.Series(dtype=pl.String), *texts])
        return blocks.str.strip_suffix("\n").str.split("\n").explode()

    def found(self, lines: pl.Series, of_shared: frozenset[str]) -> _Found:
        """Validate some lines, and leave out the shared nodes; raises EngineError."""
        data = (lines.str.join("\n").item() + "\n").encode() if len(lines) else b""
        statements = Statements.of(lines)
        results, focus, left = self._engine.without_pyshacl(data, self.shapes, statements)
        if left:
            results = (*results, *left_to_pyshacl(data, self.shapes, left))
        return _Found(
            frozenset(result for result in results if result.focus not in of_shared),
            focus.filter(~focus.is_in(list(of_shared))) if of_shared else focus,
            left,
        )


def _validated(
    slices: Iterable[Tables],
    partitions: _Partitions,
    shared: Tables,
    progress: Callable[[int], None] | None,
) -> Report:
    lines = partitions.lines(shared)
    beside = _Beside(lines)
    total = _Total(partitions.shapes, progress)
    total.add(partitions.found(lines, frozenset()), len(lines))

    def job(tables: Tables) -> Callable[[], tuple[_Found, int]]:
        def run() -> tuple[_Found, int]:
            own = partitions.lines(tables)
            return partitions.found(beside.joined(own), beside.subjects), len(own)

        return run

    with ThreadPoolExecutor(_WORKERS) as pool:
        jobs = (job(tables) for tables in slices)
        in_order(pool, jobs, lambda done: total.add(*done), _WAITING)
    return total.report()


class _Total:
    """What all partitions so far gave."""

    def __init__(self, shapes: Shapes, progress: Callable[[int], None] | None) -> None:
        self._shapes, self._progress = shapes, progress
        self._results: set[Result] = set()
        self._left: dict[str, str] = {}
        self._nodes = self._triples = 0
        # A target by name is one focus node, however many partitions speak of it.
        self._named = {
            term
            for targets in shapes.targets.values()
            for kind, term in targets
            if kind is TargetKind.NODE
        }
        self._seen: set[str] = set()

    def add(self, found: _Found, triples: int) -> None:
        """Take in a partition with so many triples of its own."""
        self._results |= found.results
        self._left |= found.left
        named = set(found.focus.filter(found.focus.is_in(sorted(self._named))))
        self._nodes += len(found.focus) - len(named)
        self._seen |= named
        self._triples += triples
        if self._progress is not None:
            self._progress(self._triples)

    def report(self) -> Report:
        """The report over all of them."""
        return Report(
            tuple(sorted(self._results, key=lambda result: (*result.sort_key(), result.message))),
            len(self._shapes.names),
            self._nodes + len(self._seen),
            self._left,
        )


class _Beside:
    """The lines of the shared tables, to be looked up by subject."""

    def __init__(self, lines: pl.Series) -> None:
        self._frame = _terms(lines)
        self.subjects = frozenset(self._frame.get_column("subject"))

    def joined(self, lines: pl.Series) -> pl.Series:
        """The lines, and those about the shared nodes that they lead to, directly or not."""
        if self._frame.is_empty():
            return lines
        frame, rest, found = _terms(lines), self._frame, [lines]
        due = pl.concat([frame.get_column("subject"), frame.get_column("object")])
        while len(due):
            nodes = due.unique().to_frame("subject")
            new = rest.join(nodes, on="subject", how="semi")
            rest = rest.join(nodes, on="subject", how="anti")
            found.append(new.get_column("line"))
            due = new.get_column("object").drop_nulls()
        return pl.concat(found)


def _terms(lines: pl.Series) -> pl.DataFrame:
    """Lines with their subject and, where it is no literal, their object."""
    words = pl.col("line").str.splitn(" ", 3).struct
    value = words.field("field_2").str.strip_suffix(" .")
    return lines.to_frame("line").select(
        "line",
        subject=words.field("field_0"),
        object=pl.when(value.str.starts_with("<")).then(value),
    )
