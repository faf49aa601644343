"""Regions of the graph: the rows that say something of some nodes, and where ways lead from them.

Nothing is rendered: a step is read off the templates, as columns of the tables. A term stands here
as the text of its column; one text for two terms makes a region larger, never smaller.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Protocol

import polars as pl

from kg.mapping.tables import Tables
from kg.mapping.templates import Constant, Pattern, Slot, Template, templates
from kg.mapping.ways import Step, Ways

_NO_TERMS = pl.Series([], dtype=pl.String)


class Finder(Protocol):
    """Gives the rows of a table that have one of some values in a column."""

    def find(self, table: str, column: str, values: pl.Series) -> pl.DataFrame:
        """The rows, in any order."""
        ...


class Regions:
    """Regions of the graph of some tables."""

    def __init__(self, rows: Finder, base: str) -> None:
        self._rows = rows
        self._base = base
        # Many steps begin at the same nodes: what was looked up stays.
        self._in_forms: dict[int, tuple[pl.Series, pl.Series]] = {}
        self._found: dict[tuple[str, str, int], tuple[pl.Series, pl.DataFrame]] = {}
        self._by_predicate: dict[tuple[str, str, int], dict[str, pl.DataFrame]] = {}
        self._prefixes = templates().prefixes

    def about(self, nodes: pl.Series) -> Tables:
        """All rows whose subject is one of some nodes."""
        return Tables(
            {
                template.table: self._find(template.table, template.subject.column, nodes)
                for template in templates().templates
            }
        )

    def around(self, nodes: pl.Series, ways: Ways) -> pl.Series:
        """The nodes whose triples are looked at on the ways from some nodes, those included."""
        found = [nodes]
        for step, rest in _steps(ways).items():
            if step.inverse or any(rest):
                found.append(self.around(self.along(nodes, step), rest))
        return pl.concat(found).unique()

    def looking_at(self, nodes: pl.Series, ways: Ways, before: Regions) -> pl.Series:
        """The nodes from which some way looks at the triples of one of some nodes.

        `before` are the regions of the same graph when these nodes had other triples.
        """
        found = [nodes]
        for way in ways:
            for position in range(1, len(way) + 1):
                last = way[position - 1]
                if position == len(way) and not last.inverse:
                    continue
                reached = self.along(nodes, _turned(last))
                if last.inverse:
                    reached = pl.concat([reached, before.along(nodes, _turned(last))])
                for step in reversed(way[: position - 1]):
                    reached = self.along(reached, _turned(step))
                found.append(reached)
        return pl.concat(found).unique()

    def along(self, terms: pl.Series, step: Step) -> pl.Series:
        """The terms at the end of a step from some terms."""
        found: list[pl.Series] = []
        if len(terms):
            for template, pattern in _patterns(self._name(step.predicate)):
                along = self._against if step.inverse else self._from
                found += along(terms, template, pattern, step)
        return pl.concat(found).unique() if found else _NO_TERMS

    def _from(
        self, terms: pl.Series, template: Template, pattern: Pattern, step: Step
    ) -> Iterator[pl.Series]:
        end = pattern.object
        frame = self._having(template, template.subject.column, terms, pattern, step)
        if frame is None:
            return
        if isinstance(end, Constant):
            yield pl.Series([end.text])
        else:
            column = end.column if isinstance(end, Slot) else "object"
            yield frame.get_column(column).drop_nulls().cast(pl.String)

    def _against(
        self, terms: pl.Series, template: Template, pattern: Pattern, step: Step
    ) -> Iterator[pl.Series]:
        end = pattern.object
        if isinstance(end, Constant):  # no node, so that no way comes back from it
            return
        column = end.column if isinstance(end, Slot) else "object"
        values = terms if isinstance(end, Slot) and end.kind == "iri" else self._forms(terms)
        frame = self._having(template, column, values, pattern, step)
        if frame is not None:
            yield frame.get_column(template.subject.column)

    def _having(
        self, template: Template, column: str, values: pl.Series, pattern: Pattern, step: Step
    ) -> pl.DataFrame | None:
        """The rows of a pattern with some values; None where there are none, as mostly."""
        frame = self._find(template.table, column, values)
        if not len(frame):
            return None
        if not isinstance(pattern.predicate, Slot) or step.predicate is None:
            return frame
        key = (template.table, column, id(values))
        if key not in self._by_predicate:
            parts = frame.partition_by(pattern.predicate.column, as_dict=True)
            self._by_predicate[key] = {str(name): part for (name,), part in parts.items()}
        return self._by_predicate[key].get(short(step.predicate))

    def _find(self, table: str, column: str, values: pl.Series) -> pl.DataFrame:
        key = (table, column, id(values))
        if key not in self._found:
            # The values are held on to, since another series could get their place in memory.
            self._found[key] = values, self._rows.find(table, column, values)
        return self._found[key][1]

    def _forms(self, terms: pl.Series) -> pl.Series:
        """The terms in every form in which the tables may have them."""
        if id(terms) not in self._in_forms:
            found = set(terms)
            for term in terms:
                prefix, colon, local = term.partition(":")
                if colon and prefix in self._prefixes:
                    found.add(self._prefixes[prefix] + local)
                elif not colon:
                    found.add(self._base + term)
                elif term.startswith(self._base):
                    found.add(term[len(self._base) :])
            self._in_forms[id(terms)] = terms, pl.Series(sorted(found), dtype=pl.String)
        return self._in_forms[id(terms)][1]

    def _name(self, predicate: str | None) -> str | None:
        return None if predicate is None else short(predicate)


def short(iri: str) -> str:
    """The prefixed name of an IRI as the tables have it; the IRI where there is none."""
    for prefix, namespace in templates().prefixes.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def _full(pattern: Pattern) -> str:
    return pattern.predicate.text if isinstance(pattern.predicate, Constant) else ""


@cache
def _patterns(name: str | None) -> tuple[tuple[Template, Pattern], ...]:
    return tuple(
        (template, pattern)
        for template in templates().templates
        for pattern in template.patterns
        if name is None or isinstance(pattern.predicate, Slot) or _full(pattern) == name
    )


def _steps(ways: Ways) -> dict[Step, Ways]:
    """Ways by their first step."""
    found: dict[Step, set[tuple[Step, ...]]] = {}
    for way in ways:
        if way:
            found.setdefault(way[0], set()).add(way[1:])
    return {step: frozenset(rest) for step, rest in found.items()}


def _turned(step: Step) -> Step:
    return Step(step.predicate, not step.inverse)
