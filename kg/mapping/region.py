"""Regions of the graph: the rows that say something of some nodes, and where ways lead from them.

Nothing is rendered: a step is read off the templates, as columns of the tables. A term stands here
as the text of its column; one text for two terms makes a region larger, never smaller.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import polars as pl

from kg.mapping.tables import Tables
from kg.mapping.templates import Constant, Pattern, Slot, Template, templates
from kg.mapping.ways import Step, Ways


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
        found = [pl.Series([], dtype=pl.String)]
        if not len(terms):
            return found[0]
        for template, pattern in _patterns(self._name(step.predicate)):
            start, end = template.subject.column, pattern.object
            if step.inverse:
                found.append(self._against(terms, template, pattern, step))
            else:
                frame = self._having(template, start, terms, pattern, step)
                if isinstance(end, Constant):
                    found.append(pl.Series([end.text] if len(frame) else [], dtype=pl.String))
                else:
                    column = end.column if isinstance(end, Slot) else "object"
                    found.append(frame.get_column(column).drop_nulls().cast(pl.String))
        return pl.concat(found).unique()

    def _against(
        self, terms: pl.Series, template: Template, pattern: Pattern, step: Step
    ) -> pl.Series:
        end = pattern.object
        if isinstance(end, Constant):  # no node, so that no way comes back from it
            return pl.Series([], dtype=pl.String)
        column = end.column if isinstance(end, Slot) else "object"
        values = terms if isinstance(end, Slot) and end.kind == "iri" else self._forms(terms)
        frame = self._having(template, column, values, pattern, step)
        return frame.get_column(template.subject.column)

    def _having(
        self, template: Template, column: str, values: pl.Series, pattern: Pattern, step: Step
    ) -> pl.DataFrame:
        frame = self._find(template.table, column, values)
        if isinstance(pattern.predicate, Slot) and step.predicate is not None:
            name = self._name(step.predicate)
            frame = frame.filter(pl.col(pattern.predicate.column) == name)
        return frame

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


def _patterns(name: str | None) -> Iterator[tuple[Template, Pattern]]:
    for template in templates().templates:
        for pattern in template.patterns:
            if name is None or isinstance(pattern.predicate, Slot) or _full(pattern) == name:
                yield template, pattern


def _steps(ways: Ways) -> dict[Step, Ways]:
    """Ways by their first step."""
    found: dict[Step, set[tuple[Step, ...]]] = {}
    for way in ways:
        if way:
            found.setdefault(way[0], set()).add(way[1:])
    return {step: frozenset(rest) for step, rest in found.items()}


def _turned(step: Step) -> Step:
    return Step(step.predicate, not step.inverse)
