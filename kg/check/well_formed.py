"""Whether shapes are well formed; the compiled engine passes over what pySHACL refuses."""

from __future__ import annotations

import re
import warnings

import pyoxigraph as ox

from kg.check.shapes import Shapes
from kg.check.shapes_graph import RDF, SH, ShapesGraph, name
from kg.rdf.vocabulary import PREFIXES

_XSD = PREFIXES["xsd"]
_NODE_KINDS = {
    SH + kind
    for kind in (
        "IRI",
        "Literal",
        "BlankNode",
        "IRIOrLiteral",
        "BlankNodeOrIRI",
        "BlankNodeOrLiteral",
    )
}
_NUMBERS = {
    *("minCount", "maxCount", "minLength", "maxLength"),
    *("qualifiedMinCount", "qualifiedMaxCount"),
}
_TRUTHS = {"deactivated", "uniqueLang", "closed", "qualifiedValueShapesDisjoint"}
_IRIS = {
    *("class", "datatype", "equals", "disjoint", "lessThan", "lessThanOrEquals", "nodeKind"),
    *("severity", "targetClass", "targetSubjectsOf", "targetObjectsOf"),
}
_SHAPES = {"node", "property", "not", "qualifiedValueShape"}
_LISTS = {"and", "or", "xone", "in", "languageIn", "ignoredProperties"}
_BOUNDS = {"minInclusive", "minExclusive", "maxInclusive", "maxExclusive"}
_TEXTS = {"pattern", "flags"}
_ONCE = (
    {"datatype", "nodeKind", "path", "severity", "flags", "in", "languageIn", "ignoredProperties"}
    | {"qualifiedValueShape"}
    | _NUMBERS
    | _TRUTHS
    | _BOUNDS
)
_PATHS = {"inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"}


def ill_formed(graph: ShapesGraph, shapes: Shapes) -> str | None:
    """What in a shapes graph is not well formed (SHACL, sections 2 and 4), or null."""
    parts = set(shapes.names) | set(shapes.targets)
    for shape in sorted(parts.union(*(graph.closure(part) for part in parts))):
        for predicate, values in sorted(graph.of(shape).items()):
            term = predicate.removeprefix(SH)
            if predicate.startswith(SH) and not (
                (len(values) == 1 or term not in _ONCE)
                and all(_is_well_formed(graph, term, value) for value in values)
            ):
                return f"sh:{term} of the shape {shape} is not well formed"
        if any(not graph.terms(part, "path") for part in graph.texts(shape, "property")):
            return f"a property shape of the shape {shape} has no path"
    return None


def _is_well_formed(graph: ShapesGraph, term: str, value: object) -> bool:
    if term in _NUMBERS:
        return _is_literal(value, "integer") and re.fullmatch(r"\d{1,9}", name(value)) is not None
    if term in _TRUTHS:
        return _is_literal(value, "boolean") and name(value) in ("true", "false")
    if term == "nodeKind":
        return name(value) in _NODE_KINDS
    if term in _IRIS:
        return isinstance(value, ox.NamedNode)
    if term in _SHAPES:
        return not isinstance(value, ox.Literal)
    if term in _LISTS:
        return graph.is_list(name(value)) and (
            term not in ("and", "or", "xone")
            or not any(isinstance(member, ox.Literal) for member in graph.members(name(value)))
        )
    if term in _BOUNDS:
        return isinstance(value, ox.Literal)
    if term in _TEXTS:
        return _is_literal(value, "string") and (term == "flags" or _compiles(name(value)))
    return term != "path" or _is_path(graph, value, ())


def _is_literal(value: object, datatype: str) -> bool:
    return isinstance(value, ox.Literal) and value.datatype.value == _XSD + datatype


def _compiles(pattern: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except re.error:
        return False
    return True


def _is_path(graph: ShapesGraph, value: object, above: tuple[object, ...]) -> bool:
    if isinstance(value, ox.NamedNode):
        return True
    if isinstance(value, ox.Literal) or value in above:
        return False
    node, above = name(value), (*above, value)
    if graph.is_list(node):
        members = list(graph.members(node))
        return len(members) > 1 and all(_is_path(graph, member, above) for member in members)
    if list(graph.of(node)) == [SH + "alternativePath"]:
        lists = graph.texts(node, "alternativePath")
        members = [m for found in lists for m in graph.members(found)]
        return (
            len(lists) == 1
            and graph.is_list(lists[0])
            and len(members) > 1
            and all(_is_path(graph, member, above) for member in members)
        )
    steps = [graph.terms(node, term) for term in sorted(_PATHS)]
    found = [step for step in steps if step]
    return (
        len(found) == 1
        and len(found[0]) == 1
        and RDF + "first" not in graph.of(node)
        and _is_path(graph, found[0][0], above)
    )
