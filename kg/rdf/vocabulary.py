"""The vocabulary: classes, properties and concepts, read from the ontology's Turtle files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from kg.rdf.resources import ontology_files

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "kg": "https://w3id.org/parley/ns#",
        "dcterms": "http://purl.org/dc/terms/",
        "edtf": "http://id.loc.gov/datatypes/edtf/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "lode": "http://linkedevents.org/ontology/",
        "oa": "http://www.w3.org/ns/oa#",
        "org": "http://www.w3.org/ns/org#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
        "sh": "http://www.w3.org/ns/shacl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "time": "http://www.w3.org/2006/time#",
        "vann": "http://purl.org/vocab/vann/",
        "wd": "http://www.wikidata.org/entity/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)

_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_TEXTS = ("skos:notation", "skos:prefLabel", "skos:definition", "skos:example")
_PROPERTY_TYPES = {"owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty"}


class VocabularyError(ValueError):
    """An ontology file that cannot be used, or a question about a term that no file defines."""


@dataclass(frozen=True, slots=True)
class Term:
    """A concept; `name` is a prefixed name (`kg:held`), `example` is empty where none is given."""

    name: str
    label: str
    definition: str
    example: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms of the package's ontology and of a project's own files.

    Names are prefixed names. `prefixes` are PREFIXES and those that a project's files declare
    for namespaces of their own.
    """

    prefixes: Mapping[str, str]
    _schemes: Mapping[str, Mapping[str, Term]]
    _parents: Mapping[str, frozenset[str]]
    _properties: frozenset[str]
    _single: tuple[str, ...]

    def __reduce__(self) -> tuple[type[Vocabulary], tuple[object, ...]]:
        # Read-only views cannot travel to another process; what they show can.
        schemes = {name: dict(terms) for name, terms in self._schemes.items()}
        own = (dict(self.prefixes), schemes, dict(self._parents), self._properties, self._single)
        return Vocabulary, own

    @staticmethod
    def load(extra: Iterable[Path] = ()) -> Vocabulary:
        """The package's terms and those of further Turtle files, which may add and not change.

        Raises VocabularyError with the file and what is wrong in it; OSError if it is unreadable.
        """
        reader = _Reader()
        for path in (*ontology_files(), *extra):
            reader.read(path)
        return reader.vocabulary()

    @staticmethod
    @cache
    def builtin() -> Vocabulary:
        """The package's terms alone, read once."""
        return Vocabulary.load()

    def schemes(self) -> tuple[str, ...]:
        """The names of all concept schemes, in file order."""
        return tuple(self._schemes)

    def concepts(self, scheme: str) -> Mapping[str, Term]:
        """The concepts of a scheme in file order, by the word written for them (`not-held`).

        The scheme's prefix `kg:` may be left out. Raises VocabularyError for an unknown one.
        """
        name = scheme if ":" in scheme else f"kg:{scheme}"
        if name not in self._schemes:
            raise VocabularyError(f"no concept scheme {name}; there is {', '.join(self._schemes)}")
        return self._schemes[name]

    def classes(self) -> frozenset[str]:
        """The classes that the files define; those of other vocabularies are not among them."""
        return frozenset(self._parents)

    def properties(self) -> frozenset[str]:
        """The properties that the files define, annotation properties included."""
        return self._properties

    def single_valued(self) -> tuple[str, ...]:
        """The properties with one value at a time (`kg:single true`), sorted."""
        return self._single

    def superclasses(self, name: str) -> frozenset[str]:
        """All classes of the files above a class, without itself.

        Raises VocabularyError for a class that no file defines.
        """
        if name not in self._parents:
            raise VocabularyError(f"no class {name}")
        found: set[str] = set()
        due = set(self._parents[name])
        while due:
            found |= due
            due = {parent for child in due for parent in self._parents[child]} - found
        return frozenset(found)


@dataclass(slots=True)
class _Reader:
    """What the files read so far say, by IRI; dictionaries, since file order is kept."""

    prefixes: dict[str, str] = field(default_factory=lambda: dict(PREFIXES))
    types: dict[str, set[str]] = field(default_factory=dict)
    parents: dict[str, set[str]] = field(default_factory=dict)
    schemes: dict[str, dict[str, Path]] = field(default_factory=dict)
    texts: dict[tuple[str, str], ox.Literal] = field(default_factory=dict)
    single: set[str] = field(default_factory=set)

    def read(self, path: Path) -> None:
        """Take in one Turtle file."""
        try:
            parser = ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)
            for quad in parser:
                self._take(quad, path)
        except SyntaxError as error:
            raise VocabularyError(f"{path}: {error.msg}") from error
        for prefix, namespace in parser.prefixes.items():
            if self.prefixes.setdefault(prefix, namespace) != namespace:
                raise VocabularyError(
                    f"{path}: the prefix {prefix}: stands for {self.prefixes[prefix]} elsewhere"
                )

    def _take(self, quad: ox.Quad, path: Path) -> None:
        if not isinstance(quad.subject, ox.NamedNode):
            return
        subject, value = quad.subject.value, quad.object
        predicate = _shorten(quad.predicate.value, PREFIXES)
        if isinstance(value, ox.Literal):
            if predicate in _TEXTS:
                self._take_text(subject, predicate, value)
            elif predicate == "kg:single" and value.value in ("true", "1"):
                self.single.add(subject)
        elif isinstance(value, ox.NamedNode):
            if predicate == "rdf:type":
                kind = _shorten(value.value, PREFIXES)
                self.types.setdefault(subject, set()).add(kind)
                if kind == "skos:ConceptScheme":
                    self.schemes.setdefault(subject, {})
            elif predicate == "rdfs:subClassOf":
                self.parents.setdefault(subject, set()).add(value.value)
            elif predicate == "skos:inScheme":
                self.schemes.setdefault(value.value, {}).setdefault(subject, path)

    def _take_text(self, subject: str, predicate: str, text: ox.Literal) -> None:
        # The first text holds, so that no project rewords the package; English before others.
        known = self.texts.get((subject, predicate))
        if known is None or (text.language == "en" and known.language != "en"):
            self.texts[subject, predicate] = text

    def vocabulary(self) -> Vocabulary:
        """The value of all that was read."""
        classes = set(self._own("owl:Class"))
        return Vocabulary(
            MappingProxyType(self.prefixes),
            MappingProxyType({self._name(iri): self._concepts(iri) for iri in self.schemes}),
            MappingProxyType(
                {
                    self._name(iri): frozenset(
                        self._name(parent) for parent in self.parents.get(iri, set()) & classes
                    )
                    for iri in sorted(classes)
                }
            ),
            frozenset(self._name(iri) for kind in _PROPERTY_TYPES for iri in self._own(kind)),
            tuple(sorted(self._name(iri) for iri in self.single)),
        )

    def _concepts(self, scheme: str) -> Mapping[str, Term]:
        terms: dict[str, Term] = {}
        for iri, path in self.schemes[scheme].items():
            notation, label, definition, example = (
                text.value if (text := self.texts.get((iri, predicate))) else ""
                for predicate in _TEXTS
            )
            name = self._name(iri)
            for predicate, value in zip(_TEXTS, (notation, label, definition), strict=False):
                if not value:
                    raise VocabularyError(f"{path}: the concept {name} has no {predicate}")
            if notation in terms:
                raise VocabularyError(
                    f"{path}: {name} and {terms[notation].name} are both written “{notation}”"
                )
            terms[notation] = Term(name, label, definition, example)
        return MappingProxyType(terms)

    def _own(self, kind: str) -> Iterable[str]:
        """The IRIs of a type, without those of the vocabularies that the ontology draws on."""
        others = tuple(namespace for prefix, namespace in PREFIXES.items() if prefix != "kg")
        return (
            iri for iri, kinds in self.types.items() if kind in kinds and not iri.startswith(others)
        )

    def _name(self, iri: str) -> str:
        name = _shorten(iri, self.prefixes)
        if name == iri:
            raise VocabularyError(f"no prefix for <{iri}>: declare one where it is defined")
        return name


def _shorten(iri: str, prefixes: Mapping[str, str]) -> str:
    """The prefixed name of an IRI, or the IRI where no prefix gives a plain local name."""
    for prefix, namespace in prefixes.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
