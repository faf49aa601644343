"""A shapes graph, read from Turtle files and checked before any engine may use it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

import pyoxigraph as ox

from kg.check.diagnostic import Findings, Span
from kg.check.vacuity import ShapesFile, check_file
from kg.rdf.vocabulary import PREFIXES, Vocabulary

_SH = PREFIXES["sh"]
_TYPE = PREFIXES["rdf"] + "type"
_CLASSES = {PREFIXES["rdfs"] + "Class", PREFIXES["owl"] + "Class"}
_SHAPE_CLASSES = {_SH + "NodeShape", _SH + "PropertyShape"}
_NESTING = {_SH + term for term in ("property", "node", "not", "qualifiedValueShape")}


class TargetKind(Enum):
    """How a shape picks its focus nodes (SHACL, section 2.1.3)."""

    NODE = _SH + "targetNode"
    CLASS = _SH + "targetClass"
    SUBJECTS_OF = _SH + "targetSubjectsOf"
    OBJECTS_OF = _SH + "targetObjectsOf"


@dataclass(frozen=True, slots=True)
class Shapes:
    """A shapes graph as N-Triples, and what must be known of it without an engine.

    `names` are the active shapes, and the keys of `targets` those with a target: IRIs, or labels
    of blank nodes (`_:s1`) as they stand in `ntriples`. A target is a kind and a term in
    N-Triples syntax.
    """

    ntriples: bytes
    names: frozenset[str]
    targets: Mapping[str, frozenset[tuple[TargetKind, str]]]
    _owners: Mapping[str, str]

    def named(self, shape: str) -> str:
        """The shape itself if it is an IRI, else the nearest named shape that holds it."""
        while shape.startswith("_:") and shape in self._owners:
            shape = self._owners[shape]
        return shape


def read_shapes(
    files: Mapping[str, bytes], vocabulary: Vocabulary, findings: Findings
) -> Shapes | None:
    """One shapes graph from Turtle files by name, or null where something in them is refused.

    Findings: `shacl-syntax`, `shacl-no-shapes`, and those of `kg.check.vacuity.check_file`.
    """
    own = Findings()
    triples: list[ox.Triple] = []
    labels: dict[tuple[str, str], ox.BlankNode] = {}
    for name, text in sorted(files.items()):
        try:
            quads = list(ox.parse(text, ox.RdfFormat.TURTLE))
        except SyntaxError as error:
            place = Span(name, error.lineno or 0, error.offset or 0)
            own.error("shacl-syntax", error.msg, place, "correct the Turtle of this file")
            continue
        read = [_relabelled(quad, name, labels) for quad in quads]
        check_file(ShapesFile(name, text, read), vocabulary, own)
        triples += read
    shapes = _shapes(triples)
    if not own.has_errors and not shapes.targets:
        own.error(
            "shacl-no-shapes",
            "there is no active shape with a target, so nothing would be checked",
            Span(next(iter(sorted(files)), "shapes")),
            "give a shape sh:targetClass, or take its sh:deactivated away",
        )
    findings.items += own.items
    return None if own.has_errors else shapes


def _relabelled(quad: ox.Quad, file: str, labels: dict[tuple[str, str], ox.BlankNode]) -> ox.Triple:
    """The triple with its blank nodes numbered in reading order; parsers label them at random."""
    subject, value = quad.subject, quad.object
    if isinstance(subject, ox.BlankNode):
        subject = labels.setdefault((file, subject.value), ox.BlankNode(f"s{len(labels)}"))
    if isinstance(value, ox.BlankNode):
        value = labels.setdefault((file, value.value), ox.BlankNode(f"s{len(labels)}"))
    return ox.Triple(subject, quad.predicate, value)


def _shapes(triples: Iterable[ox.Triple]) -> Shapes:
    triples = list(triples)
    names: set[str] = set()
    inactive: set[str] = set()
    owners: dict[str, str] = {}
    targets: dict[str, set[tuple[TargetKind, str]]] = {}
    kinds = {kind.value: kind for kind in TargetKind}
    classes = {t.subject for t in triples if t.predicate.value == _TYPE and _in(t, _CLASSES)}
    for triple in triples:
        shape, predicate, value = _name(triple.subject), triple.predicate.value, triple.object
        if predicate == _TYPE and _in(triple, _SHAPE_CLASSES):
            names.add(shape)
            if triple.subject in classes:
                targets.setdefault(shape, set()).add((TargetKind.CLASS, str(triple.subject)))
        elif predicate in kinds:
            names.add(shape)
            targets.setdefault(shape, set()).add((kinds[predicate], str(value)))
        elif predicate in _NESTING:
            names |= {shape, _name(value)}
            if predicate == _SH + "property":
                owners[_name(value)] = shape
        elif predicate == _SH + "deactivated" and _name(value) in ("true", "1"):
            inactive.add(shape)
    return Shapes(
        "".join(f"{triple} .\n" for triple in triples).encode(),
        frozenset(names - inactive),
        {shape: frozenset(of) for shape, of in targets.items() if shape not in inactive},
        owners,
    )


def _in(triple: ox.Triple, iris: set[str]) -> bool:
    return isinstance(triple.object, ox.NamedNode) and triple.object.value in iris


def _name(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)
