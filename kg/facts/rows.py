"""Rows on their way into the tables: collected once a fact, made frames at the end."""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from kg.check.diagnostic import Span
from kg.facts.trace import Trace
from kg.mapping.tables import TABLES, Tables

Cell = str | int | None
Row = dict[str, Cell]

ORIGIN = "origin"
"""The column of `Rows.frames` that says of which file a row is."""
LATER = 1 << 24
"""What is added to the number of a file for rows that waited for those of other files."""
_SHARED = ("claim", "source")
_MOST_LINES = 50_000


class Rows:
    """Rows by table; within a file, a row whose key is there already is the same statement.

    Rows of several files may share a key. The first stands, in the order of their origins;
    `trace` notes where what stands may depend on it.
    """

    def __init__(self) -> None:
        self.trace = Trace()
        self._columns = {name: tuple(table.columns) for name, table in TABLES.items()}
        self._keys = {name: table.key for name, table in TABLES.items()}
        self._here: dict[str, dict[tuple[Cell, ...], Row]] = defaultdict(dict)
        # The same of tables whose rows nobody reads: cells in the order of the columns.
        self._plain: dict[str, dict[tuple[Cell, ...], tuple[Cell, ...]]] = defaultdict(dict)
        self._first: dict[tuple[str, Cell], Row] = {}
        self._lines: dict[str, list[tuple[Cell, ...]]] = defaultdict(list)
        self._done: dict[str, list[pl.DataFrame]] = defaultdict(list)
        self._origin, self._kept = 0, False

    def begin(self, origin: int) -> None:
        """Rows that follow are of another file, by its number in the order of all, from 1.

        Rows before any are the registry's, whose number is 0.
        """
        self._close()
        self._origin, self.trace.origin = origin, origin % LATER
        self._kept = origin >= LATER

    def keep(self) -> None:
        """Remember the claims of this file, of which some are still to come."""
        self._kept = True

    def add(self, table: str, **cells: Cell) -> Row:
        """Add a row; returns the row that stands, the earlier one where the key was there."""
        key = tuple([cells.get(column) for column in self._keys[table]])
        here = self._here[table]
        if key in here:
            return here[key]
        here[key] = cells
        if table not in _SHARED:
            return cells
        first = self._first.get((table, key[0]))
        if first is None and (table == "source" or cells["document"] is None):
            self._first[table, key[0]] = cells
        return first or cells

    def position(self, node: str, property_: str, span: Span) -> None:
        """Note where a person wrote what became a node."""
        key = (node, property_, span.file, span.line, span.column)
        self._plain["position"].setdefault(key, (*key, span.end_line, span.end_column))

    def stated(
        self,
        claim: str,
        predicate: str,
        kind: str,
        object_: str,
        graph: str,
        type_: str | None = None,
    ) -> None:
        """Qualify a claim."""
        key = (claim, predicate, kind, object_, type_)
        self._plain["stated"].setdefault(key, (*key, graph))

    def link(
        self,
        node: str,
        predicate: str,
        kind: str,
        object_: str,
        type_: str | None = None,
        *,
        graph: str,
    ) -> None:
        """Relate an entity or a source to something else."""
        self.add(
            "link",
            node=node,
            predicate=predicate,
            object_kind=kind,
            object=object_,
            object_type=type_,
            graph=graph,
        )

    def frames(self) -> dict[str, pl.DataFrame]:
        """All rows of each table with the column ORIGIN, in the order in which they were added."""
        self._close()
        for table in list(self._lines):
            self._flush(table)
        for table, frames in self._done.items():
            self._done[table] = [pl.concat(frames)]
        return {
            name: self._done[name][0] if self._done[name] else pl.DataFrame(schema=raw_schema(name))
            for name in TABLES
        }

    def tables(self) -> Tables:
        """The tables, each sorted by its key."""
        return Tables({name: standing(name, frame) for name, frame in self.frames().items()})

    def _close(self) -> None:
        origin = self._origin
        if self._kept:
            for (id_,), cells in self._here["claim"].items():
                self._first.setdefault(("claim", id_), cells)
        for table, rows in self._here.items():
            columns, lines = self._columns[table], self._lines[table]
            lines += [
                (*[cells.get(column) for column in columns], origin) for cells in rows.values()
            ]
            rows.clear()
            self._flush_if_many(table)
        for table, plain in self._plain.items():
            self._lines[table] += [(*line, origin) for line in plain.values()]
            plain.clear()
            self._flush_if_many(table)

    def _flush_if_many(self, table: str) -> None:
        if len(self._lines[table]) > _MOST_LINES:
            self._flush(table)

    def _flush(self, table: str) -> None:
        """Lines to columns, which take a small part of the memory."""
        lines = self._lines.pop(table)
        if lines:
            columns = zip(*lines, strict=True)
            schema = raw_schema(table)
            self._done[table].append(
                pl.DataFrame(
                    [
                        pl.Series(name, column, dtype=dtype)
                        for (name, dtype), column in zip(schema.items(), columns, strict=True)
                    ]
                )
            )


def raw_schema(table: str) -> pl.Schema:
    """The schema of a table with the column ORIGIN."""
    return pl.Schema({**TABLES[table].schema, ORIGIN: pl.Int32()})


def standing(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that stand of those that share a key, sorted by it, without their origin."""
    key = list(TABLES[table].key)
    return (
        frame.sort(*key, ORIGIN, nulls_last=False, maintain_order=True)
        .unique(key, keep="first", maintain_order=True)
        .drop(ORIGIN)
    )
