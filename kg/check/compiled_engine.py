"""The fast engine: SHACL Core compiled, SHACL-SPARQL in the embedded store, no rdflib.

What it cannot do, or would not do as pySHACL does, it leaves to pySHACL, shape by shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from threading import Lock

import polars as pl
import pyoxigraph as ox
import shacl

from kg.check.agreement import Agreement
from kg.check.shacl import EngineError, Report, Result, severity
from kg.check.shapes import Shapes, TargetKind
from kg.check.shapes_graph import RDF, SH, ShapesGraph, name
from kg.check.sparql_constraints import SparqlConstraint, constraints_of, evaluate
from kg.check.statements import Statements, Target
from kg.check.well_formed import ill_formed
from kg.rdf.vocabulary import PREFIXES

_TARGETS = {kind.value for kind in TargetKind}
_CLASSES = {PREFIXES["rdfs"] + "Class", PREFIXES["owl"] + "Class"}
# The compiled engine labels blank nodes anew; results must name the shapes as we do.
_NAMED_BLANK = "urn:x-parley-shape:"
# It is not made for several threads.
_PYSHACL = Lock()
_BLANK_NODE = re.compile(rb"^_:| _:[^\s]+ \.$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Plan:
    compiled: frozenset[str]
    constraints: tuple[SparqlConstraint, ...]
    left: Mapping[str, str]


class CompiledEngine:
    """Validates with the compiled engine, in this process.

    With `cautious`, every shape that holds something on which the engines are not known to agree
    is left to pySHACL; without, only what cannot be done.
    """

    name = "fast"

    def __init__(self, *, cautious: bool = False) -> None:
        self._cautious = cautious

    def validate(self, data: bytes, shapes: Shapes) -> Report:
        """Validate one merged graph, N-Triples with no reasoning; raises EngineError.

        Shapes that are not well formed are refused, in use or not: SHACL leaves open what they
        mean, and engines pass over some of them.
        """
        return self.validated(data, shapes, Statements.read(data))

    def validated(self, data: bytes, shapes: Shapes, statements: Statements) -> Report:
        """As `validate`, `statements` being those of the data."""
        results, focus, left = self.without_pyshacl(data, shapes, statements)
        if left:
            results = (*results, *left_to_pyshacl(data, shapes, left))
        return Report.counted(results, len(focus), shapes, left)

    def without_pyshacl(
        self, data: bytes, shapes: Shapes, statements: Statements
    ) -> tuple[tuple[Result, ...], pl.Series, Mapping[str, str]]:
        """Results, distinct focus nodes, and the shapes for pySHACL with the reasons.

        `statements` are those of the data.
        """
        graph = ShapesGraph(shapes.ntriples)
        plan = self._plan(data, shapes, graph, statements)
        results = (
            *_core(data, shapes, graph, plan.compiled),
            *_queries(data, shapes, statements, plan.constraints),
        )
        all_targets = frozenset[Target]().union(*shapes.targets.values())
        return results, statements.focus(all_targets), plan.left

    def _plan(
        self, data: bytes, shapes: Shapes, graph: ShapesGraph, statements: Statements
    ) -> _Plan:
        if wrong := ill_formed(graph, shapes):
            raise EngineError(wrong)
        if unfit := _unfit(data):
            return _Plan(frozenset(), (), dict.fromkeys(shapes.targets, unfit))
        agreement = Agreement(graph, statements)
        constraints: list[SparqlConstraint] = []
        left: dict[str, str] = {}
        for shape, targets in sorted(shapes.targets.items()):
            reason = agreement.impossible(shape)
            if reason is None and self._cautious:
                reason = agreement.reason(shape)
            if reason is None:
                named = {term for kind, term in targets if kind is TargetKind.NODE}
                found = constraints_of(graph, shape, named if len(named) == len(targets) else None)
                if isinstance(found, str):
                    reason = found
                else:
                    constraints += found
            if reason is not None:
                left[shape] = reason
        return _Plan(frozenset(shapes.targets) - left.keys(), tuple(constraints), left)


def left_to_pyshacl(data: bytes, shapes: Shapes, left: Mapping[str, str]) -> tuple[Result, ...]:
    """The results of pySHACL for the shapes that are left to it."""
    # Imported here: most runs leave nothing to it, and it takes longest to load.
    from kg.check.pyshacl_engine import PyshaclEngine

    apart = replace(shapes, ntriples=only(shapes, frozenset(left)))
    with _PYSHACL:
        return PyshaclEngine().validate(data, apart).results


def _unfit(data: bytes) -> str | None:
    """Why data as a whole are for pySHACL, or null."""
    if b"<" + SH.encode() in data:
        return "the data speak of SHACL themselves, which the compiled engine would heed"
    if b"_:" in data and _BLANK_NODE.search(data):
        return "there are blank nodes in the data, which the compiled engine labels anew"
    return None


def _core(
    data: bytes, shapes: Shapes, graph: ShapesGraph, compiled: frozenset[str]
) -> Iterator[Result]:
    if not compiled:
        return
    blank = {
        part for shape in shapes.targets for part in graph.closure(shape) if part.startswith("_:")
    }
    text = re.sub(
        r"_:s\d+",
        lambda match: f"<{_NAMED_BLANK}{match[0][2:]}>" if match[0] in blank else match[0],
        only(shapes, compiled, without=SH + "sparql").decode(),
    )
    try:
        report = shacl.Shapes.from_text(text, "ntriples").validate_text(data.decode(), "ntriples")
    except ValueError as error:
        raise EngineError(f"shacl: {error}") from error
    for result in report.results:
        shape = (result.source_shape or "").strip("<>").replace(_NAMED_BLANK, "_:")
        path = re.fullmatch(r"<([^<>]*)>", result.path or "")
        yield Result(
            focus=_term(result.focus_node),
            path=path[1] if path else None,
            value=None if result.value is None else _term(result.value),
            shape=shapes.named(shape),
            component=result.component_iri,
            message=graph.message(shape, result.component_iri),
            severity=severity(result.severity_iri),
        )


def _queries(
    data: bytes,
    shapes: Shapes,
    statements: Statements,
    constraints: Iterable[SparqlConstraint],
) -> Iterator[Result]:
    constraints = list(constraints)
    if not constraints:
        return
    store = ox.Store()
    # The compiled engine has read the same data before.
    store.bulk_load(data, ox.RdfFormat.N_TRIPLES, lenient=True)
    for constraint in constraints:
        # A node that is a target by name is one wherever it occurs, or nowhere.
        targets = shapes.targets[constraint.shape]
        named = {target for target in targets if target[0] is TargetKind.NODE}
        focus = set(statements.focus(targets - named)) | {term for _, term in named}
        yield from evaluate(store, constraint, focus)


def only(shapes: Shapes, kept: frozenset[str], without: str = "") -> bytes:
    """The shapes graph with the targets of some shapes only, and without a predicate."""
    lines = []
    for quad in ox.parse(shapes.ntriples, ox.RdfFormat.N_TRIPLES):
        predicate = quad.predicate.value
        is_target = predicate in _TARGETS or (
            predicate == RDF + "type" and name(quad.object) in _CLASSES
        )
        if predicate != without and not (is_target and name(quad.subject) not in kept):
            lines.append(f"{quad.triple} .\n")
    return "".join(lines).encode()


def _term(text: str) -> str:
    """A term as this package writes it: the compiled engine has escapes of its own."""
    (quad,) = ox.parse(f"<urn:x> <urn:x> {text} .", ox.RdfFormat.N_TRIPLES)
    return str(quad.object)
