"""Totals of a graph that can be added up part by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.check.shapes import Shapes, TargetKind
from kg.check.statements import Statements, Target
from kg.facts.compile import Counts, counted
from kg.mapping.tables import Tables


@dataclass(frozen=True, slots=True)
class Totals:
    """Numbers of rows, triples and focus nodes.

    `predicates` has the claims by predicate, `named` how often each term occurs that is a focus
    node by its name.
    """

    rows: Counts = field(default_factory=Counts)
    predicates: Mapping[str, int] = field(default_factory=dict)
    triples: int = 0
    focus: int = 0
    named: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Totals) -> Totals:
        return self._with(other, 1)

    def __sub__(self, other: Totals) -> Totals:
        return self._with(other, -1)

    def _with(self, other: Totals, sign: int) -> Totals:
        return Totals(
            self.rows.plus(other.rows, sign),
            _summed(self.predicates, other.predicates, sign),
            self.triples + sign * other.triples,
            self.focus + sign * other.focus,
            _summed(self.named, other.named, sign),
        )

    def rows_alone(self) -> Totals:
        """Without what is counted in triples."""
        return Totals(self.rows, self.predicates)

    @property
    def focus_nodes(self) -> int:
        """How many focus nodes there are, those by name included."""
        return self.focus + len(self.named)


def row_totals(tables: Tables) -> Totals:
    """What is counted in tables."""
    found = tables["claim"].group_by("predicate").len()
    return Totals(counted(tables), dict(found.iter_rows()))


def graph_totals(data: bytes, statements: Statements, shapes: Shapes) -> Totals:
    """What is counted in canonical N-Triples, whose statements are given too."""
    targets = frozenset[Target]().union(*shapes.targets.values())
    names = {term for kind, term in targets if kind is TargetKind.NODE}
    nodes = statements.focus(targets)
    nodes = nodes.filter(~nodes.is_in(sorted(names)))
    occurring = {name: data.count(name.encode()) for name in names}
    return Totals(
        triples=data.count(b"\n"),
        focus=len(nodes),
        named={name: count for name, count in occurring.items() if count},
    )


def _summed(one: Mapping[str, int], other: Mapping[str, int], sign: int) -> dict[str, int]:
    sums = {key: one.get(key, 0) + sign * other.get(key, 0) for key in one.keys() | other.keys()}
    return {key: count for key, count in sorted(sums.items()) if count}
