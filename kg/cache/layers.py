"""Rows of the last check with those of changed files in their place.

A *base* is what was kept. Over it lie the rows of the files that were compiled anew; rows of
the base that are of these files, or of files that are gone, are dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import polars as pl

from kg.facts.rows import LATER, ORIGIN, raw_schema, standing
from kg.mapping.region import short
from kg.mapping.tables import TABLES, Tables
from kg.mapping.templates import Constant, Slot, templates

DERIVED = {"best": "claim", "direct": "subject", "disputed": "event", "dispute": "claim"}
"""The tables that follow from ranks, with the column of their subjects."""
ABOUT = "about"
"""The column that says which event a row of a derived table follows from."""
RAW = tuple(name for name in TABLES if name not in DERIVED)
SUBJECTS: Mapping[str, str] = {t.table: t.subject.column for t in templates().templates}
_NO_NODES = pl.Series([], dtype=pl.String)


@dataclass(slots=True)
class Base:
    """Tables that were kept, each read when it is first asked for."""

    read: Callable[[str], pl.DataFrame]
    _frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    _coming: dict[str, Future[pl.DataFrame]] = field(default_factory=dict)

    def frame(self, table: str) -> pl.DataFrame:
        """The rows of a table, with their origin, or the event that they follow from."""
        if table not in self._frames:
            coming = self._coming.pop(table, None)
            self._frames[table] = coming.result() if coming is not None else self.read(table)
        return self._frames[table]

    def fetch(self, tables: Iterable[str]) -> None:
        """Begin to read some tables, beside what is done meanwhile."""
        pool = ThreadPoolExecutor(1)
        self._coming = {table: pool.submit(self.read, table) for table in tables}
        pool.shutdown(wait=False)


def no_base() -> Base:
    """A base without any row."""
    return Base(lambda table: pl.DataFrame(schema=derived_schema(table)))


def derived_schema(table: str) -> pl.Schema:
    """The schema of a table as it is kept."""
    if table in DERIVED:
        return pl.Schema({**TABLES[table].schema, ABOUT: pl.String()})
    return raw_schema(table)


@dataclass(slots=True)
class Layers:
    """A base and what lies over it.

    `order` has the number that each file of the base goes by now, null where it is dropped; rows
    of derived tables that follow from one of `events` are dropped.
    """

    base: Base
    order: pl.Series
    over: Mapping[str, pl.DataFrame]
    events: pl.Series = field(default_factory=lambda: _NO_NODES)
    derived: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def find(self, table: str, column: str, values: pl.Series) -> pl.DataFrame:
        """The rows of a table that have one of some values in a column."""
        if not len(values):
            return pl.DataFrame(schema=TABLES[table].schema)
        wanted = pl.col(column).is_in(values.implode())
        if table in DERIVED or column == SUBJECTS.get(table, TABLES[table].key[0]):
            return self._standing(table, wanted)
        # Which row stands is only seen among all rows of a subject.
        subject = SUBJECTS[table]
        subjects = self._raw(table, wanted).get_column(subject).unique()
        return self.find(table, subject, subjects).filter(wanted)

    def rows(self, table: str) -> pl.DataFrame:
        """All rows of a table of facts with their origin, also those that do not stand."""
        return self._raw(table, pl.lit(value=True))

    def table(self, name: str) -> pl.DataFrame:
        """A table as a whole."""
        return self._standing(name, pl.lit(value=True))

    def tables(self) -> Tables:
        """All tables."""
        return Tables({name: self.table(name) for name in TABLES})

    def having(self, predicates: Iterable[str]) -> Tables:
        """The rows that yield a triple with one of some predicates (IRIs), and perhaps others."""
        names, found = sorted(map(short, predicates)), {}
        for template in templates().templates:
            terms = [pattern.predicate for pattern in template.patterns]
            if any(isinstance(term, Constant) and term.text in names for term in terms):
                found[template.table] = self.table(template.table)
            elif slots := [term.column for term in terms if isinstance(term, Slot)]:
                wanted = pl.col(slots[0]).is_in(names)
                found[template.table] = self._standing(template.table, wanted)
        return Tables(found)

    def told_in(self, files: Collection[str]) -> pl.Series:
        """The nodes that some files are written of, and the events that their claims are about."""
        here = self._raw("position", pl.col("file").is_in(list(files))).get_column("node").unique()
        claims = self.find("claim", "id", here).get_column("subject")
        return pl.concat([here, claims]).unique()

    def kept(self) -> dict[str, pl.DataFrame]:
        """All rows as they are kept for the next time."""
        found = {name: self.rows(name) for name in RAW}
        return found | {name: self._both(name, pl.lit(value=True)) for name in DERIVED}

    def _standing(self, table: str, wanted: pl.Expr) -> pl.DataFrame:
        """The rows that stand; what is wanted must not part rows that share a key."""
        if table in DERIVED:
            return self._both(table, wanted).drop(ABOUT)
        found = self._raw(table, wanted)
        return standing(table, found) if len(found) else found.drop(ORIGIN)

    def _raw(self, table: str, wanted: pl.Expr) -> pl.DataFrame:
        frame = self.base.frame(table).filter(wanted)
        if len(frame):
            now = self.order.gather(frame.get_column(ORIGIN) % LATER).cast(pl.Int32)
            later = frame.get_column(ORIGIN) // LATER * LATER
            frame = frame.with_columns((now + later).alias(ORIGIN)).drop_nulls(ORIGIN)
        over = self.over.get(table)
        return frame if over is None else pl.concat([frame, over.filter(wanted)])

    def _both(self, table: str, wanted: pl.Expr) -> pl.DataFrame:
        frame = self.base.frame(table).filter(wanted)
        if len(self.events):
            frame = frame.filter(~pl.col(ABOUT).is_in(self.events.implode()))
        over = self.derived.get(table)
        return frame if over is None else pl.concat([frame, over.filter(wanted)])


def with_events(
    derived: Mapping[str, pl.DataFrame], claims: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Derived tables, each row with the event that it follows from."""
    events = claims.select(pl.col("subject").alias(ABOUT), claim="id")
    found = {}
    for name, subject in DERIVED.items():
        frame = derived[name]
        if subject == "claim":
            found[name] = frame.join(events, on="claim", how="left", maintain_order="left")
        else:
            found[name] = frame.with_columns(pl.col(subject).alias(ABOUT))
    return {name: frame.select(derived_schema(name).names()) for name, frame in found.items()}


def changed_subjects(
    before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]
) -> pl.Series:
    """The subjects of rows that are in one of two sets of raw rows and not in the other."""
    found = [
        _differing(table, before[table].drop(ORIGIN).unique(), after[table].drop(ORIGIN).unique())
        for table in RAW
        if table != "position"
    ]
    return pl.concat(found).unique()


def differing(before: Layers, after: Layers, subjects: pl.Series) -> pl.Series:
    """Those of some subjects of which other rows stand than before.

    What another file says too is the same if a file says it no more.
    """
    found = [
        _differing(table, *(layers.find(table, column, subjects) for layers in (before, after)))
        for table, column in SUBJECTS.items()
    ]
    return pl.concat(found).unique()


def _differing(table: str, old: pl.DataFrame, new: pl.DataFrame) -> pl.Series:
    if old.is_empty() and new.is_empty():
        return _NO_NODES
    found = [
        one.join(other, on=one.columns, how="anti", nulls_equal=True).get_column(SUBJECTS[table])
        for one, other in ((old, new), (new, old))
    ]
    return pl.concat(found)
