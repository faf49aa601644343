"""Code schemes that come with the tool, as SKOS: which there are, their base, their codes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from kg.rdf.vocabulary import PREFIXES

_FOLDER = Path(__file__).parent
_NOTATION = ox.NamedNode(PREFIXES["skos"] + "notation")
_LABEL = ox.NamedNode(PREFIXES["skos"] + "prefLabel")


def schemes() -> tuple[str, ...]:
    """The names of the schemes."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.ttl")))


def scheme_file(name: str) -> Path:
    """The Turtle file of a scheme."""
    return _FOLDER / f"{name}.ttl"


def scheme_base(name: str) -> str:
    """What the IRIs of a scheme's codes begin with."""
    return f"https://w3id.org/parley/{name}/"


def scheme_named(base: str) -> str | None:
    """The name of the scheme whose codes begin with an IRI; None where it does not come along."""
    return next((name for name in schemes() if scheme_base(name) == base), None)


@cache
def scheme_codes(name: str) -> Mapping[str, str]:
    """The labels of a scheme's codes, by code."""
    store = ox.Store()
    store.load(path=str(scheme_file(name)), format=ox.RdfFormat.TURTLE)
    labels = {
        quad.subject: quad.object.value
        for quad in store.quads_for_pattern(None, _LABEL, None)
        if isinstance(quad.object, ox.Literal)
    }
    codes = {
        quad.object.value: labels[quad.subject]
        for quad in store.quads_for_pattern(None, _NOTATION, None)
        if isinstance(quad.object, ox.Literal)
    }
    return MappingProxyType(dict(sorted(codes.items())))
