"""The JSON-LD context: the terms and prefixes under which the graph is written as JSON.

`python -m kg.mapping.context` prints what `ontology/context.jsonld` must hold.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TypeAlias

import pyoxigraph as ox

from kg.mapping.templates import Constant, Slot, templates
from kg.rdf.resources import ontology_files, resource
from kg.rdf.vocabulary import PREFIXES

FILE = "context.jsonld"
Definition: TypeAlias = str | float | Mapping[str, str]

_OWN = "kg:"
_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_RANGE = ox.NamedNode(PREFIXES["rdfs"] + "range")
_KINDS = {"ObjectProperty": "@id", "DatatypeProperty": ""}
_UNTYPED = ("", "xsd:string")


@cache
def published() -> Mapping[str, Definition]:
    """The context that comes with the package; raises FileNotFoundError where it is missing."""
    content = (resource("ontology") / FILE).read_text(encoding="utf-8")
    context: Mapping[str, Definition] = json.loads(content)["@context"]
    return context


def context_text() -> str:
    """The context as a file: the ontology's properties by their bare names, others by prefix.

    A property that is called like a prefix keeps its own. A value of a property that leads to a
    node, or that has one datatype, is a bare string.
    """
    prefixes = templates().prefixes
    terms: dict[str, Definition] = {"@version": 1.1, **prefixes}
    for name, of in sorted(_own()):
        bare = name.removeprefix(_OWN)
        terms[name if bare in prefixes else bare] = _definition(name, of)
    terms |= {name: _definition(name, of) for name, of in sorted(_foreign())}
    return f'{{"@context": {json_of(terms)}}}\n'


def json_of(context: Mapping[str, Definition]) -> str:
    """A context as JSON, one term a line."""
    lines = (f"{json.dumps(term)}: {json.dumps(context[term])}" for term in context)
    return "{\n  " + ",\n  ".join(lines) + "\n}"


def terms() -> Iterator[tuple[str, str, str]]:
    """Of each property of the context its name, its term, and the type of its bare strings.

    The type is `@id`, the name of a datatype, or empty for plain strings.
    """
    for term, definition in published().items():
        if isinstance(definition, Mapping):
            yield definition["@id"], term, definition.get("@type", "")
        elif str(definition).startswith(_OWN):
            yield str(definition), term, ""


def _own() -> Iterator[tuple[str, str]]:
    """The properties that the ontology defines, and the type of their values."""
    store = ox.Store()
    for path in ontology_files():
        store.load(path=str(path), format=ox.RdfFormat.TURTLE)
    for kind, otherwise in _KINDS.items():
        of_kind = ox.NamedNode(PREFIXES["owl"] + kind)
        for quad in store.quads_for_pattern(None, _TYPE, of_kind):
            name = _short(quad.subject)
            if name.startswith(_OWN):
                ranges = store.quads_for_pattern(quad.subject, _RANGE, None)
                yield name, otherwise or next((_short(found.object) for found in ranges), "")


def _foreign() -> Iterator[tuple[str, str]]:
    """Properties of other vocabularies whose values have one type in all templates, and it."""
    found: dict[str, set[str]] = {}
    for template in templates().templates:
        for pattern in template.patterns:
            if isinstance(pattern.predicate, Constant):
                thing, of = pattern.object, ""
                if isinstance(thing, Slot):
                    of = thing.datatype or ("" if thing.kind in {"plain", "lang"} else "@id")
                found.setdefault(pattern.predicate.text, set()).add(of)
    for name, types in found.items():
        if name != "rdf:type" and not name.startswith(_OWN) and len(types) == 1:
            of = types.pop()
            if of not in _UNTYPED:
                yield name, of


def _definition(name: str, of: str) -> Definition:
    return name if of in _UNTYPED else {"@id": name, "@type": of}


def _short(node: object) -> str:
    """The prefixed name of a named node, or its IRI; other terms have none."""
    iri = node.value if isinstance(node, ox.NamedNode) else ""
    for prefix, namespace in templates().prefixes.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


if __name__ == "__main__":
    sys.stdout.write(context_text())
