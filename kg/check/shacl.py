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

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
SUBCLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
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
        nodes = frozenset().union(*{id(nodes): nodes for nodes in focus.values()}.values())
        return Report.counted(results, len(nodes), shapes, left)

    @staticmethod
    def counted(
        results: Iterable[Result],
        focus_nodes: int,
        shapes: Shapes,
        left: Mapping[str, str] | None = None,
    ) -> Report:
        """The report of some results on so many focus nodes."""
        return Report(
            tuple(sorted(set(results), key=lambda result: (*result.sort_key(), result.message))),
            len(shapes.names),
            focus_nodes,
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
    found: dict[tuple[TargetKind, str], set[str]] = {
        target: set() for targets in shapes.targets.values() for target in targets
    }
    for (kind, term), nodes in found.items():
        if kind is TargetKind.NODE and term.encode() in data:
            nodes.add(term)
    classes, subjects, objects = (
        {term: nodes for (of, term), nodes in found.items() if of is kind}
        for kind in (TargetKind.CLASS, TargetKind.SUBJECTS_OF, TargetKind.OBJECTS_OF)
    )
    above = superclasses((lower, upper) for lower, _, upper in triples(data, [SUBCLASS]))
    for subject, predicate, value in triples(data, {TYPE, *subjects, *objects}):
        if predicate == TYPE:
            for name in above.get(value, (value,)):
                if name in classes:
                    classes[name].add(subject)
        if predicate in subjects:
            subjects[predicate].add(subject)
        if predicate in objects:
            objects[predicate].add(value)
    # Shapes with the same targets share one set: those of a common class are the largest.
    of_targets = {
        targets: frozenset[str]().union(*(found[target] for target in targets))
        for targets in set(shapes.targets.values())
    }
    return {shape: of_targets[targets] for shape, targets in shapes.targets.items()}


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


def superclasses(pairs: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    """The classes above each class that is placed under another, itself included."""
    parents: dict[str, set[str]] = defaultdict(set)
    for lower, upper in pairs:
        parents[lower].add(upper)
    closure: dict[str, frozenset[str]] = {}
    for name in parents:
        above, due = {name}, {name}
        while due:
            due = {parent for child in due for parent in parents.get(child, ())} - above
            above |= due
        closure[name] = frozenset(above)
    return closure
