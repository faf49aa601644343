"""The version of the ontology, as the ontology itself has it."""

from __future__ import annotations

import pyoxigraph as ox

from kg.rdf.resources import ontology_files
from kg.rdf.vocabulary import PREFIXES


def ontology_version() -> str:
    """The `owl:versionInfo` of the package's ontology; raises ValueError where it is missing."""
    store = ox.Store()
    for path in ontology_files():
        store.load(path=str(path), format=ox.RdfFormat.TURTLE)
    ontology = ox.NamedNode(PREFIXES["kg"].rstrip("#"))
    version = ox.NamedNode(PREFIXES["owl"] + "versionInfo")
    for quad in store.quads_for_pattern(ontology, version, None):
        if isinstance(quad.object, ox.Literal):
            return quad.object.value
    raise ValueError("the ontology has no owl:versionInfo")
