"""Rows on their way into the tables: collected once a fact, made frames at the end."""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from kg.check.diagnostic import Span
from kg.mapping.tables import TABLES, Tables

Cell = str | int | None


class Rows:
    """Rows by table; a row whose key is there already is the same statement and kept once."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[tuple[Cell, ...], dict[str, Cell]]] = defaultdict(dict)

    def add(self, table: str, **cells: Cell) -> dict[str, Cell]:
        """Add a row; returns the row that stands, the earlier one where the key was there."""
        key = tuple(cells.get(column) for column in TABLES[table].key)
        return self._rows[table].setdefault(key, cells)

    def position(self, node: str, property_: str, span: Span) -> None:
        """Note where a person wrote what became a node."""
        self.add(
            "position",
            node=node,
            property=property_,
            file=span.file,
            line=span.line,
            column=span.column,
            end_line=span.end_line,
            end_column=span.end_column,
        )

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
        self.add(
            "stated",
            claim=claim,
            predicate=predicate,
            object_kind=kind,
            object=object_,
            object_type=type_,
            graph=graph,
        )

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

    def count(self, table: str) -> int:
        """How many rows a table has so far."""
        return len(self._rows[table])

    def tables(self) -> Tables:
        """The tables, each sorted by its key."""
        frames = {
            name: pl.DataFrame(list(rows.values()), schema=TABLES[name].schema).sort(
                TABLES[name].key, nulls_last=False
            )
            for name, rows in self._rows.items()
        }
        return Tables(frames)
