"""The ontology's terms as a reader asks for them: what they are, mean and relate to."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg.rdf.vocabulary import PREFIXES

KINDS: Mapping[str, str] = {
    "owl:Class": "Classes",
    "owl:ObjectProperty": "Properties",
    "owl:DatatypeProperty": "Properties",
    "owl:AnnotationProperty": "Properties",
    "skos:ConceptScheme": "Concept schemes",
    "skos:Concept": "Concepts",
}
"""The parts of the documentation, by the type of the terms in them."""

RELATIONS: Mapping[str, str] = {
    "rdfs:subClassOf": "subclass of",
    "rdfs:subPropertyOf": "subproperty of",
    "rdfs:domain": "domain",
    "rdfs:range": "range",
    "skos:inScheme": "in scheme",
    "skos:broader": "broader",
    "owl:disjointWith": "disjoint with",
    "skos:closeMatch": "close match",
    "skos:exactMatch": "exact match",
    "rdfs:seeAlso": "see also",
    "dcterms:isReplacedBy": "replaced by",
}
_TEXTS = {
    "rdfs:label": "label",
    "skos:prefLabel": "label",
    "skos:definition": "definition",
    "skos:example": "example",
    "skos:notation": "notation",
}


@dataclass(slots=True)
class Term:
    """A term by its prefixed name; `related` are names, or IRIs without a prefix, by relation."""

    name: str
    iri: str
    kind: str
    label: str = ""
    definition: str = ""
    example: str = ""
    notation: str = ""
    single: bool = False
    deprecated: bool = False
    related: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def anchor(self) -> str:
        """Its fragment on the page: the local name, with the prefix if it is not the ontology's."""
        return self.name.removeprefix("kg:").replace(":", "-")


def terms(files: Iterable[Path]) -> dict[str, Term]:
    """The terms that Turtle files define, by name, in the order of the files.

    Terms of the vocabularies that the ontology draws on are none of its own.
    """
    prefixes = dict(PREFIXES)
    quads: list[ox.Quad] = []
    for path in files:
        parser = ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)
        quads += parser
        prefixes = {**parser.prefixes, **prefixes}
    own = tuple(space for prefix, space in PREFIXES.items() if prefix != "kg")
    found: dict[str, Term] = {}
    for quad in quads:
        kind = short(_iri(quad.object), prefixes)
        subject = _iri(quad.subject)
        name = short(subject, prefixes)
        typed = short(quad.predicate.value, prefixes) == "rdf:type" and kind in KINDS
        if typed and not subject.startswith(own) and name not in found:
            found[name] = Term(name, subject, kind)
    for quad in quads:
        term = found.get(short(_iri(quad.subject), prefixes))
        if term is not None:
            _take(term, short(quad.predicate.value, prefixes), quad.object, prefixes)
    return found


def _take(term: Term, predicate: str, value: object, prefixes: Mapping[str, str]) -> None:
    if isinstance(value, ox.Literal):
        if predicate in _TEXTS and (value.language or "en") == "en":
            setattr(term, _TEXTS[predicate], value.value)
        elif predicate in ("kg:single", "owl:deprecated") and value.value in ("true", "1"):
            setattr(term, predicate.split(":")[1], True)
    elif isinstance(value, ox.NamedNode) and predicate in RELATIONS:
        term.related[predicate].append(short(value.value, prefixes))


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def short(iri: str, prefixes: Mapping[str, str]) -> str:
    """The prefixed name of an IRI, or the IRI where no prefix gives one."""
    for prefix, space in prefixes.items():
        if iri.startswith(space) and re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", iri[len(space) :]):
            return f"{prefix}:{iri[len(space) :]}"
    return iri
