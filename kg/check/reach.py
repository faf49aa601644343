"""How far a shape looks: the ways that lead from its focus node to all that its result hangs on.

Where that is known, a shape can be asked of a part of the graph, and only of the nodes near to
what changed. Where it is not, it must be asked of the whole graph.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from kg.check.shapes import Shapes, TargetKind
from kg.check.shapes_graph import RDF, ShapesGraph, name
from kg.check.sparql_constraints import prefixes_of
from kg.check.sparql_reach import query_predicates, query_ways
from kg.mapping.ways import Step, Way, Ways

_TYPE: Way = (Step(RDF + "type"),)
_ANY: Way = (Step(None),)
# What looks at other triples of the node that a shape is about.
_AT_NODE = ("closed", "equals", "disjoint", "lessThan", "lessThanOrEquals")
# A shape with one of these at the same values as another looks at what that one asks for.
_SIBLINGS = "qualifiedValueShapesDisjoint"


@dataclass(frozen=True, slots=True)
class Reach:
    """Shapes whose results hang on what lies near, the ways there, and all other shapes.

    Of the shapes in `by_value`, which have one focus node and ask a query, it is near to the value
    of each result, not to the focus node. A way leads from node to node; the triples of each are
    looked at, but for those of the node at its end. `far_predicates` are those of all triples
    that the far shapes look at; None where they may look at any.
    """

    near: frozenset[str]
    by_value: frozenset[str]
    ways: Ways
    far: frozenset[str]
    far_predicates: frozenset[str] | None


def reach(shapes: Shapes) -> Reach:
    """The reach of all shapes with a target."""
    graph = ShapesGraph(shapes.ntriples)
    near: set[str] = set()
    by_value: set[str] = set()
    ways: set[Way] = {()}
    for shape, targets in shapes.targets.items():
        found, of_value = _of_target(graph, shape, targets)
        if found is None or any(_goes_back_from_classes(way) for way in found):
            continue
        near.add(shape)
        ways |= found
        if of_value:
            by_value.add(shape)
    far = frozenset(shapes.targets.keys() - near)
    predicates: frozenset[str] | None = frozenset()
    for shape in far:
        more = _predicates(graph, shape, {kind for kind, _ in shapes.targets[shape]})
        predicates = None if more is None or predicates is None else predicates | more
    return Reach(frozenset(near), frozenset(by_value), frozenset(ways), far, predicates)


def _goes_back_from_classes(way: Way) -> bool:
    return any(step.inverse and step.predicate in (None, RDF + "type") for step in way)


def _of_target(
    graph: ShapesGraph, shape: str, targets: Iterable[tuple[TargetKind, str]]
) -> tuple[Ways | None, bool]:
    kinds = {kind for kind, _ in targets}
    queries = graph.texts(shape, "sparql")
    if kinds <= {TargetKind.CLASS, TargetKind.SUBJECTS_OF} and not queries:
        return (None if graph.is_recursive(shape) else _ways(graph, shape)), False
    if kinds == {TargetKind.NODE} and queries and not any(graph.nested(shape)):
        found = [_query(graph, query) for query in queries]
        if None not in found:
            return frozenset(way for ways in found if ways is not None for way in ways), True
    return None, False


def _predicates(graph: ShapesGraph, shape: str, kinds: set[TargetKind]) -> frozenset[str] | None:
    """The predicates of all triples that a shape over the whole graph looks at."""
    queries = graph.texts(shape, "sparql")
    if kinds != {TargetKind.NODE} or not queries or any(graph.nested(shape)):
        return None
    found: frozenset[str] = frozenset()
    for query in queries:
        selects, prefixes = graph.texts(query, "select"), prefixes_of(graph, query)
        if prefixes is None or len(selects) != 1:
            return None
        predicates = query_predicates(selects[0], prefixes)
        if predicates is None:
            return None
        found |= predicates
    return found


def _query(graph: ShapesGraph, query: str) -> Ways | None:
    selects, prefixes = graph.texts(query, "select"), prefixes_of(graph, query)
    return query_ways(selects[0], prefixes) if prefixes is not None and len(selects) == 1 else None


def _ways(graph: ShapesGraph, shape: str) -> Ways | None:
    """The ways from a node to all that a shape looks at there; None where there is no end."""
    if graph.texts(shape, "sparql") or graph.terms(shape, _SIBLINGS):
        return None
    paths = graph.terms(shape, "path")
    to_values: Ways | None = frozenset({()})
    if paths:
        to_values = _path(graph, paths[0]) if len(paths) == 1 else None
    if to_values is None:
        return None
    ends: set[Way] = {()}
    own: set[Way] = {()}
    if any(graph.terms(shape, term) for term in _AT_NODE):
        own.add(_ANY)
    if graph.terms(shape, "class"):
        ends.add(_TYPE)
    for nested in graph.nested(shape):
        found = _ways(graph, nested)
        if found is None:
            return None
        ends |= found
    return frozenset(own | {way + end for way in to_values for end in ends})


def _path(graph: ShapesGraph, path: object) -> Ways | None:
    if isinstance(path, ox.NamedNode):
        return frozenset({(Step(path.value),)})
    node = name(path)
    if graph.of(node).get(RDF + "first"):
        return _sequence(graph, graph.members(node))
    if inverse := graph.terms(node, "inversePath"):
        ways = _path(graph, inverse[0])
        return None if ways is None else frozenset(_turned(way) for way in ways)
    if optional := graph.terms(node, "zeroOrOnePath"):
        ways = _path(graph, optional[0])
        return None if ways is None else ways | {()}
    if lists := graph.texts(node, "alternativePath"):
        found = [_path(graph, member) for member in graph.members(lists[0])]
        if None in found:
            return None
        return frozenset(way for ways in found if ways is not None for way in ways)
    return None  # sh:zeroOrMorePath, sh:oneOrMorePath: no end


def _sequence(graph: ShapesGraph, members: Iterable[object]) -> Ways | None:
    ways: Ways = frozenset({()})
    for member in members:
        found = _path(graph, member)
        if found is None:
            return None
        ways = frozenset(way + more for way in ways for more in found)
    return ways


def _turned(way: Way) -> Way:
    return tuple(Step(step.predicate, not step.inverse) for step in reversed(way))
