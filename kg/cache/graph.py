"""The graph validated: all of it in parts, or what is near to the nodes that changed.

Each part has the triples of some nodes, and around them those that the shapes look at from there
(`kg.check.reach`); results on nodes that are only around are for another part. Shapes that may
look anywhere are asked of all triples with the predicates that they look at.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Lock

import polars as pl

from kg.cache.kept import Validation
from kg.cache.layers import RAW, SUBJECTS, Layers
from kg.cache.reading import TooMuch
from kg.cache.totals import Totals, graph_totals, row_totals
from kg.check.compiled_engine import CompiledEngine, only
from kg.check.reach import reach
from kg.check.shacl import Report, Result
from kg.check.shapes import Shapes
from kg.check.statements import Statements
from kg.facts.rows import LATER, ORIGIN
from kg.mapping.expand import pieces
from kg.mapping.pipeline import in_order
from kg.mapping.region import Finder, Regions
from kg.mapping.tables import Tables
from kg.mapping.templates import templates

PART = 250
"""Files whose nodes are validated at a time, which bounds the memory taken."""


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph validated: the report, what is counted, and what is to be kept of it."""

    report: Report
    totals: Totals
    validation: Validation


_Found = tuple[list[tuple[str, Result]], Totals, dict[str, str]]
# Parts under way at once: the engine and the expansion leave Python to others most of the time.
_WORKERS = 2


@dataclass(slots=True)
class _Total:
    """What all parts so far gave."""

    validation: Validation = field(default_factory=Validation)
    totals: Totals = field(default_factory=Totals)

    def add(self, found: _Found) -> None:
        """Take in what a part gave."""
        owned, totals, left = found
        self.validation.near += owned
        self.totals += totals
        self.validation.left |= left


class _Standing:
    """Tables as a whole; `homes` have the number of the part that each node belongs to.

    The rows of a part are told apart once for all parts, by the nodes in each column asked for.
    """

    def __init__(self, tables: Tables, homes: pl.DataFrame) -> None:
        self.tables = tables
        self._homes = homes
        self._rows: dict[tuple[str, str], dict[int, pl.Series]] = {}
        self._lock = Lock()

    def of_part(self, table: str, column: str, part: int) -> pl.DataFrame:
        """The rows that have a node of a part in a column."""
        frame = self.tables[table]
        with self._lock:
            if (table, column) not in self._rows:
                homes = frame.lazy().select(node=column).with_row_index("row")
                found = homes.join(self._homes.lazy(), on="node").group_by("part").agg("row")
                self._rows[table, column] = dict(found.collect().iter_rows())
            rows = self._rows[table, column].get(part)
        return frame.clear() if rows is None else frame[rows]


@dataclass(frozen=True, slots=True)
class _Part:
    """The tables as a whole, as they are asked for one part of the nodes."""

    standing: _Standing
    number: int
    nodes: pl.Series

    def find(self, table: str, column: str, values: pl.Series) -> pl.DataFrame:
        """The rows that have one of some values in a column."""
        frame = self.standing.tables[table]
        if frame.is_empty():
            return frame
        if values is self.nodes:
            return self.standing.of_part(table, column, self.number)
        return frame.filter(pl.col(column).is_in(values.implode()))


class Validator:
    """Validates a graph with the fast engine and, where it is in doubt, pySHACL.

    All methods raise `kg.check.shacl.EngineError`.
    """

    def __init__(self, shapes: Shapes, base: str) -> None:
        self._shapes = shapes
        self._base = base
        self._reach = reach(shapes)

    def whole(self, layers: Layers, tables: Tables) -> Graph:
        """Validate everything, `tables` being those of `layers`."""
        homes = _homes(layers)
        standing = _Standing(tables, homes)
        numbers = homes["part"].unique().sort()
        total = _Total()

        def job(number: int) -> Callable[[], _Found]:
            nodes = homes.filter(pl.col("part") == number)["node"]
            finder = _Part(standing, number, nodes)
            return lambda: self._part(finder, nodes, nodes, alone=len(numbers) == 1)

        with ThreadPoolExecutor(_WORKERS) as pool:
            in_order(pool, map(job, numbers), total.add, _WORKERS)
        return self._graph(layers, total.validation, total.totals)

    def changed(
        self, layers: Layers, before: Layers, subjects: pl.Series, kept: Validation, totals: Totals
    ) -> Graph:
        """Validate what hangs on the nodes that changed; raises TooMuch where all may."""
        now, then = Regions(layers, self._base), Regions(before, self._base)
        affected = now.looking_at(subjects, self._reach.ways, then)
        owned, _, left = self._part(layers, affected, subjects)
        if left != kept.left:
            raise TooMuch  # what is left to pySHACL hangs on all values of the graph
        stale = set(affected)
        validation = Validation(
            [(node, result) for node, result in kept.near if node not in stale] + owned, left
        )
        totals = totals - self._totals(then.about(subjects)) + self._totals(now.about(subjects))
        return self._graph(layers, validation, totals)

    def near(self, layers: Layers, nodes: pl.Series) -> Graph:
        """Validate what looks at some nodes, and nothing else."""
        regions = Regions(layers, self._base)
        affected = regions.looking_at(nodes, self._reach.ways, regions)
        owned, _, left = self._part(layers, affected, nodes)
        totals = self._totals(regions.about(affected))
        return self._graph(layers, Validation(owned, left), totals)

    def _part(
        self, finder: Finder, nodes: pl.Series, counted: pl.Series, *, alone: bool = False
    ) -> _Found:
        """The results that hang on some nodes, the totals of their triples, what was left."""
        regions = Regions(finder, self._base)
        own = regions.about(nodes)
        data = self._rendered(own)
        statements, totals = Statements.read(data), Totals()
        if counted is nodes:
            totals = row_totals(own) + graph_totals(data, statements, self._shapes)
        if not alone:
            around = regions.around(nodes, self._reach.ways)
            further = around.filter(~around.is_in(nodes.implode()))
            beside = self._rendered(regions.about(further))
            data, statements = data + beside, statements.beside(Statements.read(beside))
        report = self._engine_report(data, statements, self._reach.near)
        here = set(nodes)
        owned = [
            (owner, result) for result in report.results if (owner := self._owner(result)) in here
        ]
        return owned, totals, dict(report.left)

    def _graph(self, layers: Layers, validation: Validation, totals: Totals) -> Graph:
        far = self._far(layers)
        results = {result for _, result in validation.near} | set(far.results)
        report = Report(
            tuple(sorted(results, key=lambda result: (*result.sort_key(), result.message))),
            len(self._shapes.names),
            totals.focus_nodes,
            dict(sorted({**validation.left, **far.left}.items())),
        )
        return Graph(report, totals, validation)

    def _far(self, layers: Layers) -> Report:
        predicates = self._reach.far_predicates
        if not self._reach.far:
            return Report((), 0, 0)
        tables = layers.tables() if predicates is None else layers.having(predicates)
        data = self._rendered(tables)
        return self._engine_report(data, Statements.read(data), self._reach.far)

    def _engine_report(self, data: bytes, statements: Statements, names: frozenset[str]) -> Report:
        shapes = replace(
            self._shapes,
            ntriples=only(self._shapes, names),
            targets={name: of for name, of in self._shapes.targets.items() if name in names},
        )
        return CompiledEngine(cautious=True).validated(data, shapes, statements)

    def _owner(self, result: Result) -> str:
        """The node that a result hangs on."""
        term = result.value if result.shape in self._reach.by_value else result.focus
        prefix = f"<{self._base}"
        return term[len(prefix) : -1] if term is not None and term.startswith(prefix) else ""

    def _totals(self, tables: Tables) -> Totals:
        data = self._rendered(tables)
        return row_totals(tables) + graph_totals(data, Statements.read(data), self._shapes)

    def _rendered(self, tables: Tables) -> bytes:
        return b"".join(piece.data() for piece in pieces(tables, self._base, templates(), "nt"))


def _homes(layers: Layers) -> pl.DataFrame:
    """All subjects in a column `node`, each with the part of PART files that first has it."""
    found = [
        layers.rows(table).select(
            node=SUBJECTS[table], part=(pl.col(ORIGIN) % LATER - 1).clip(0) // PART
        )
        for table in RAW
        if table in SUBJECTS
    ]
    # Of the subjects of claims, events and some actors and articles have triples of their own.
    claims = layers.rows("claim")
    found.append(claims.select(node="subject", part=(pl.col(ORIGIN) % LATER - 1).clip(0) // PART))
    return pl.concat(frame.unique() for frame in found).group_by("node").agg(pl.min("part"))
