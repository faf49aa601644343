"""Validation with SHACL: what an engine takes and gives, and how much of the data it looked at.

Values only, so that the reports of two engines can be compared and rendered alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kg.check.diagnostic import Diagnostic, Severity, Span
from kg.check.shapes import Shapes, TargetKind

_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_SUBCLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
_SEVERITIES = {
    "http://www.w3.org/ns/shacl#Violation": Severity.ERROR,
    "http://www.w3.org/ns/shacl#Warning": Severity.WARNING,
    "http://www.w3.org/ns/shacl#Info": Severity.NOTE,
}


class EngineError(Exception):
    """An engine could not validate at all: shapes it cannot load, a query that failed."""


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result.

    `focus` and `value` are terms in N-Triples syntax. `path` is the predicate's IRI, null where
    the shape has no path or one of several steps. `shape` is the IRI of the source shape or, where
    that is a blank node, of the nearest named shape around it. `component` is an IRI.

    The constraints over a whole graph have a fixed focus node; what is wrong is the `value`.
    """

    focus: str
    path: str | None
    value: str | None
    shape: str
    component: str
    message: str
    severity: Severity

    def sort_key(self) -> tuple[str, ...]:
        """Order of reports: by node, then by what is said of it."""
        return (self.focus, self.path or "", self.value or "", self.shape, self.component)


@dataclass(frozen=True, slots=True)
class Report:
    """What an engine found, sorted, and how many shapes and distinct focus nodes it looked at.

    `left` are the shapes with a target that it left to pySHACL, each with the reason.
    """

    results: tuple[Result, ...]
    shapes: int
    focus_nodes: int
    left: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(
        results: Iterable[Result],
        focus: Mapping[str, frozenset[str]],
        shapes: Shapes,
        left: Mapping[str, str] | None = None,
    ) -> Report:
        """The report of some results on these focus nodes (see `focus_nodes`)."""
        return Report(
            tuple(sorted(set(results), key=lambda result: (*result.sort_key(), result.message))),
            len(shapes.names),
            len(frozenset().union(*focus.values())),
            dict(left or {}),
        )

    @property
    def conforms(self) -> bool:
        """Whether there is no result of any severity (SHACL, section 3.6.1.1)."""
        return not self.results


class Engine(Protocol):
    """Something that validates."""

    @property
    def name(self) -> str:
        """What a report calls it."""
        ...

    def validate(self, data: bytes, shapes: Shapes) -> Report:
        """Validate one merged graph, N-Triples with no reasoning; raises EngineError."""
        ...


def severity(iri: str) -> Severity:
    """Our severity for SHACL's; one of a project's own counts as an error."""
    return _SEVERITIES.get(iri, Severity.ERROR)


def focus_nodes(data: bytes, shapes: Shapes) -> Mapping[str, frozenset[str]]:
    """The focus nodes in the data, by shape (SHACL, section 2.1.3), as N-Triples terms.

    The data are canonical N-Triples: one triple a line, single spaces. Subclasses count as the
    data state them. A node that is a target by name counts only where it occurs.
    """
    wanted: dict[tuple[TargetKind, str], set[str]] = defaultdict(set)
    found: dict[str, set[str]] = {shape: set() for shape in shapes.targets}
    for shape, targets in shapes.targets.items():
        for kind, term in targets:
            if kind is TargetKind.NODE:
                found[shape] |= {term} if term.encode() in data else set()
            else:
                wanted[kind, term].add(shape)
    superclasses = _superclasses(data)
    predicates = {_TYPE} | {term for kind, term in wanted if kind is not TargetKind.CLASS}
    for subject, predicate, value in triples(data, predicates):
        if predicate == _TYPE:
            for name in superclasses.get(value, (value,)):
                for shape in wanted.get((TargetKind.CLASS, name), ()):
                    found[shape].add(subject)
        for shape in wanted.get((TargetKind.SUBJECTS_OF, predicate), ()):
            found[shape].add(subject)
        for shape in wanted.get((TargetKind.OBJECTS_OF, predicate), ()):
            found[shape].add(value)
    return {shape: frozenset(nodes) for shape, nodes in found.items()}


def check_report(report: Report) -> list[Diagnostic]:
    """Refuse a report that looked at nothing: it says nothing about the data."""
    if report.focus_nodes:
        return []
    return [
        Diagnostic(
            "shacl-no-focus-nodes",
            f"none of the {report.shapes} shapes applies to anything in the graph",
            Span("shapes"),
            fix="check that the graph is not empty and that the shapes' targets are its classes",
        )
    ]


def triples(data: bytes, predicates: Iterable[str] | None = None) -> Iterable[tuple[str, str, str]]:
    """The triples with some predicates, or all, of canonical N-Triples: terms as they stand."""
    if predicates is None:
        for line in data.decode().split("\n")[:-1]:
            subject, predicate, value = line.split(" ", 2)
            yield subject, predicate, value[:-2]
        return
    for predicate in sorted(predicates):
        # Looked for as bytes: most lines have other predicates and need no look of their own.
        middle = f" {predicate} ".encode()
        at = data.find(middle)
        while at >= 0:
            start = data.rfind(b"\n", 0, at) + 1
            end = data.find(b"\n", at)
            subject, rest = data[start:at].decode(), data[at + len(middle) : end - 2].decode()
            if " " not in subject:
                yield subject, predicate, rest
            at = data.find(middle, end)


def _superclasses(data: bytes) -> Mapping[str, frozenset[str]]:
    """The classes above each class that the data place under another, itself included."""
    parents: dict[str, set[str]] = defaultdict(set)
    for subject, _, value in triples(data, [_SUBCLASS]):
        parents[subject].add(value)
    closure: dict[str, frozenset[str]] = {}
    for name in parents:
        above, due = {name}, {name}
        while due:
            due = {parent for child in due for parent in parents.get(child, ())} - above
            above |= due
        closure[name] = frozenset(above)
    return closure
