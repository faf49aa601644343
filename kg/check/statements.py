"""The triples of a graph as columns, in which values and focus nodes are found without a loop."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from kg.check.shacl import SUBCLASS, TYPE, superclasses
from kg.check.shapes import TargetKind

_FIELDS = ("subject", "predicate", "rest")
Target = tuple[TargetKind, str]


class Statements:
    """Canonical N-Triples: one triple a line, single spaces; terms stand as they do there."""

    def __init__(self, frame: pl.DataFrame) -> None:
        """Of a frame with the columns `_FIELDS`; `of` and `read` make one."""
        self._frame = frame
        self._rows: dict[str, pl.DataFrame] = {}
        self._sets: dict[frozenset[Target], pl.Series] = {}

    @staticmethod
    def of(lines: pl.Series) -> Statements:
        """The triples of lines, without their newlines."""
        words = pl.col("line").str.splitn(" ", 3).struct
        fields = {name: words.field(f"field_{at}") for at, name in enumerate(_FIELDS)}
        return Statements(lines.to_frame("line").select(**fields))

    @staticmethod
    def read(data: bytes) -> Statements:
        """The triples of N-Triples as bytes."""
        lines = pl.Series([data.decode()]).str.strip_suffix("\n").str.split("\n").explode()
        return Statements.of(lines.filter(lines != ""))

    def beside(self, other: Statements) -> Statements:
        """These triples and others."""
        return Statements(pl.concat([self._frame, other._frame]))

    def values(self, predicate: str | None) -> pl.Series:
        """The distinct objects of a predicate, or of all."""
        found = self._frame if predicate is None else self._having(predicate)
        return found.get_column("rest").unique().str.strip_suffix(" .")

    def focus(self, targets: Iterable[Target]) -> pl.Series:
        """The distinct focus nodes of some targets (SHACL, section 2.1.3).

        Subclasses count as the data state them. A target by name counts only where it occurs.
        """
        key = frozenset(targets)
        if key not in self._sets:
            found = [self._of_target(kind, term) for kind, term in key]
            self._sets[key] = pl.concat([pl.Series(dtype=pl.String), *found]).unique()
        return self._sets[key]

    def _of_target(self, kind: TargetKind, term: str) -> pl.Series:
        if kind is TargetKind.NODE:
            return pl.Series([term] if self._holds(term) else [], dtype=pl.String)
        if kind is TargetKind.CLASS:
            above = superclasses(self._pairs(SUBCLASS))
            classes = {term, *(name for name, over in above.items() if term in over)}
            ends = [name + " ." for name in sorted(classes)]
            return self._having(TYPE).filter(pl.col("rest").is_in(ends)).get_column("subject")
        rows = self._having(term)
        if kind is TargetKind.SUBJECTS_OF:
            return rows.get_column("subject")
        return rows.get_column("rest").str.strip_suffix(" .")

    def _having(self, predicate: str) -> pl.DataFrame:
        if predicate not in self._rows:
            self._rows[predicate] = self._frame.filter(pl.col("predicate") == predicate)
        return self._rows[predicate]

    def _pairs(self, predicate: str) -> Iterable[tuple[str, str]]:
        rows = self._having(predicate)
        return rows.select("subject", pl.col("rest").str.strip_suffix(" .")).iter_rows()

    def _holds(self, term: str) -> bool:
        found = (pl.col("subject") == term) | (pl.col("predicate") == term)
        return bool(
            self._frame.select(
                (found | pl.col("rest").str.contains(term, literal=True)).any()
            ).item()
        )
