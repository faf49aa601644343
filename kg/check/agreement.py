"""What the compiled engine is known to decide as pySHACL does, and why the rest is left to pySHACL.

Both engines were held against each other on every core component (tests/test_engines.py). Where
they differ, the shape that asks for it, with all that it refers to, is for pySHACL.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

import polars as pl
import pyoxigraph as ox

from kg.check.shapes_graph import RDF, SH, ShapesGraph, name
from kg.check.statements import Statements
from kg.rdf.vocabulary import PREFIXES

_XSD = PREFIXES["xsd"]

# Parameters that the engines agree on, whatever the data.
AGREED = frozenset(
    {
        *("and", "class", "disjoint", "equals", "hasValue", "in", "languageIn", "maxCount"),
        *("maxLength", "minCount", "minLength", "node", "nodeKind", "not", "or", "property"),
        *("qualifiedMaxCount", "qualifiedMinCount", "qualifiedValueShape", "uniqueLang", "xone"),
        *("qualifiedValueShapesDisjoint",),
        # These constrain nothing, or are part of what stands above or below.
        *("deactivated", "defaultValue", "description", "group", "ignoredProperties", "message"),
        *("name", "order", "path", "severity", "sparql", "targetClass", "targetNode"),
        *("targetObjectsOf", "targetSubjectsOf"),
    }
)
# Parameters that they agree on in part; `Agreement.reason` tells in which.
_BOUNDS = ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive")
_ORDERS = ("lessThan", "lessThanOrEquals")
PARTLY_AGREED = frozenset({"closed", "datatype", "flags", "pattern", *_BOUNDS, *_ORDERS})
REASONS: Mapping[str, str] = {
    "inversePath": "pySHACL finds other values for the inverse of a path of several steps",
    "closed": "the engines look at different nodes for sh:closed on a path",
    "pattern": "the engines read these regular expressions differently",
    "datatype": "the engines accept different spellings of values of this datatype",
    "compare": "the engines order values of different kinds differently",
    "recursive": "SHACL leaves open what a shape means that refers to itself",
    "sparql": "it stands on a path, or in a shape without a target of its own",
    "unknown": "not a constraint of SHACL Core",
}

# Lexical forms that both engines accept or refuse alike, by datatype; kinds of value that they
# order alike are those with one name. Whatever else a literal looks like is of the kind `odd`.
_DIGITS = r"[+-]?[0-9]{1,18}"
_DAY = r"(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT = _DAY + r"T(?!24)[0-9]{2}:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
_PLAIN = {
    "integer": (("number", _DIGITS),),
    "decimal": (("number", rf"{_DIGITS}(?:\.[0-9]{{1,9}})?"),),
    "boolean": (("boolean", "true|false|0|1"),),
    "date": (("date", _DAY),),
    "dateTime": (
        ("local time", _MOMENT),
        ("time", _MOMENT + r"(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])"),
    ),
    "duration": (
        (
            "duration",
            r"-?P(?=[0-9T])(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?"
            r"(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+S)?)?",
        ),
    ),
}
_KINDS = {
    _XSD + datatype: tuple((kind, re.compile(pattern)) for kind, pattern in forms)
    for datatype, forms in _PLAIN.items()
}
_ORDERED = ("number", "date", "local time", "time")
_ANY_TEXT = {_XSD + "string", _XSD + "anyURI", RDF + "langString"}
# Regular expressions in which the dialects of XPath, Python and Rust are one: no escapes but of a
# full stop, nothing after an opening bracket but the group itself.
_PLAIN_PATTERN = re.compile(r"(?:[^\\(\[]|\\\.|\((?!\?)|\[\^?[^\[\]\\&~-](?:[^\[\]\\&~])*\])*")
_BREAK = "text with a line break at the end"
_LINE_END = re.compile(r'(?<!\\)(?:\\\\)*\\n"(?:@\S+|\^\^\S+)?$')
_LITERAL = re.compile(r'"(.*)"(?:\^\^<([^>]*)>|@.*)?', re.DOTALL)


class Agreement:
    """Whether the engines agree on shapes, as far as it hangs on the data."""

    def __init__(self, graph: ShapesGraph, data: Statements) -> None:
        self._graph = graph
        self._data = data
        self._kinds: dict[str | None, frozenset[str]] = {}
        self._parameters = {
            path
            for component in graph.instances(SH + "ConstraintComponent")
            for parameter in graph.texts(component, "parameter")
            for path in graph.texts(parameter, "path")
        }

    def impossible(self, shape: str) -> str | None:
        """Why only pySHACL can validate a shape, or null."""
        if self._graph.is_recursive(shape):
            return REASONS["recursive"]
        for part in sorted(self._graph.closure(shape)):
            if self._graph.terms(part, "sparql") and (
                part != shape or self._graph.terms(part, "path")
            ):
                return f"sh:sparql: {REASONS['sparql']}"
            for predicate in sorted(self._graph.of(part)):
                if predicate in self._parameters:
                    return f"<{predicate}>: {REASONS['unknown']}"
        return None

    def reason(self, shape: str) -> str | None:
        """Why a shape is for pySHACL, or null where the engines are known to agree on it."""
        for part in sorted(self._graph.closure(shape)):
            for predicate in sorted(self._graph.of(part)):
                if found := self._reason(part, predicate.removeprefix(SH), predicate):
                    return found
        return None

    def _reason(self, shape: str, term: str, predicate: str) -> str | None:
        if predicate == SH + "path":
            inverse = self._graph.has_inverse_of_steps(shape)
            return f"sh:inversePath: {REASONS['inversePath']}" if inverse else None
        if not predicate.startswith(SH) or term in AGREED:
            return None
        if term not in PARTLY_AGREED:
            return f"sh:{term}: {REASONS['unknown']}"
        values = self._graph.terms(shape, term)
        match term:
            case "closed":
                agreed = not self._graph.terms(shape, "path")
            case "flags":
                agreed = all(name(value) == "i" for value in values)
            case "pattern":
                agreed = all(self._is_plain_pattern(shape, name(value)) for value in values)
            case "datatype":
                agreed = all(self._is_plain_datatype(shape, name(value)) for value in values)
            case _:
                agreed = self._is_comparable(shape, term, values)
        key = {"flags": "pattern"}.get(term, term if term in REASONS else "compare")
        return None if agreed else f"sh:{term}: {REASONS[key]}"

    def _is_plain_pattern(self, shape: str, pattern: str) -> bool:
        # Python's $ also matches before a line break at the end.
        return _PLAIN_PATTERN.fullmatch(pattern) is not None and not (
            "$" in pattern and _BREAK in self._values(shape)
        )

    def _is_plain_datatype(self, shape: str, datatype: str) -> bool:
        if datatype in _ANY_TEXT or not datatype.startswith(_XSD):
            return True
        return datatype in _KINDS and f"odd {datatype}" not in self._values(shape)

    def _is_comparable(self, shape: str, term: str, values: Collection[object]) -> bool:
        kinds = set(self._values(shape))
        for value in values:
            if term in _ORDERS:
                kinds |= self._values_of(name(value))
            else:
                kinds.add(_kind(str(value)))
        return len(kinds) <= 1 and kinds <= set(_ORDERED)

    def _values(self, shape: str) -> frozenset[str]:
        """The kinds of the values that a shape may meet: of its path, or any at all."""
        paths = self._graph.terms(shape, "path")
        single = len(paths) == 1 and isinstance(paths[0], ox.NamedNode)
        return self._values_of(name(paths[0]) if single else None)

    def _values_of(self, predicate: str | None) -> frozenset[str]:
        if predicate not in self._kinds:
            values = self._data.values(None if predicate is None else f"<{predicate}>")
            self._kinds[predicate] = frozenset(_kinds_of(values))
        return self._kinds[predicate]


def _kinds_of(values: pl.Series) -> Iterator[str]:
    """The kinds of distinct terms; most are told by how they begin and end."""
    is_node, is_text = values.str.starts_with("<"), values.str.ends_with('"')
    if is_node.any():
        yield "node"
    if is_text.any():
        yield "text"
    for value in values.filter(~is_node & ~is_text):
        yield _kind(value)
    breaks = values.filter(values.str.contains('\\n"', literal=True))
    if any(_LINE_END.search(value) for value in breaks):
        yield _BREAK


def _kind(term: str) -> str:
    """The kind of value of a term in N-Triples syntax."""
    literal = _LITERAL.fullmatch(term)
    if literal is None:
        return "node"
    datatype = literal[2] or _XSD + "string"
    for kind, pattern in _KINDS.get(datatype, ()):
        if pattern.fullmatch(literal[1]):
            return kind
    return "text" if datatype in _ANY_TEXT else f"odd {datatype}"
