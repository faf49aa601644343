"""Statements of a graph as a difference compares them: claims and properties, in plain words."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import pyoxigraph as ox

from kg.ask.why import FIELDS, Term
from kg.rdf.formats import FORMATS
from kg.rdf.vocabulary import PREFIXES

CLAIMS = ("kg:Assertion", "kg:ReportedSpeech", "kg:QuantityClaim")
SOURCES = ("kg:Document", "kg:Utterance")
_FIELDS: Mapping[str, str] = {
    **{predicate: name for name, predicate in FIELDS.items()},
    "prov:wasAttributedTo": "who",
    "prov:wasAssociatedWith": "coder",
    "prov:wasDerivedFrom": "derived from",
    "prov:wasRevisionOf": "revises",
    "kg:addressee": "to",
    "kg:onBehalfOf": "for",
    "kg:channel": "through",
    "kg:occasion": "at",
    "kg:asStated": "words",
    "kg:reason": "because",
    "kg:expression": "read from",
    "kg:anchor": "counted from",
    "kg:anchorOf": "counted from the day of",
    "kg:alternative": "not taken",
    "rdfs:comment": "note",
    "skos:prefLabel": "name",
    "skos:altLabel": "alias",
    "skos:exactMatch": "Wikidata",
}
# What of a claim is compared by itself, or follows from what is; all the rest are qualifiers.
_OWN = frozenset(
    {
        *("rdf:type", "rdf:subject", "rdf:predicate", "rdf:object", "kg:accordingTo", "kg:stance"),
        *("kg:rank", "kg:resolvedBy", "kg:supportedBy", "kg:disputedBy", "prov:wasGeneratedBy"),
        *("kg:words", "kg:utterance", "kg:measure", "kg:population", "kg:value", "kg:comparator"),
        "prov:wasAttributedTo",
    }
)
_READING = ("kg:expression", "kg:rule", "kg:anchor", "kg:anchorOf", "kg:alternative", "kg:reason")
_SUBJECT = re.compile(rb"<([^>]*)>")
_CLOCK = re.compile(r"\.(\d\d)(\d\d)-(\d\d)(\d\d)$")
_SLUG = re.compile(r"(?:event|actor|office|place|series|topic|population)/[^/\s]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage; `start` is in code points of the archived text, 0 where it does not count."""

    document: str
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """What one source says of one thing; of a mere property only `field`, `value` and `label`.

    `value` is a local path, a prefixed name or a lexical form, `label` what a curator writes for
    it. `source` is that of the claim, or the curator where it is `inferred`. `counts` tells
    whether the claim stands behind a direct triple.
    """

    field: str
    value: str
    label: str
    claim: str = ""
    subject: str = ""
    source: str = ""
    document: str = ""
    inferred: bool = False
    stance: str = ""
    rank: str = ""
    counts: bool = False
    quotes: tuple[Quote, ...] = ()
    traits: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)


def field_name(predicate: str) -> str:
    """The word for a predicate: the key that curators write, else its local name in words."""
    if predicate in _FIELDS:
        return _FIELDS[predicate]
    return _HUMP.sub(" ", predicate.split(":", 1)[-1]).lower()


class Statements:
    """One side of a difference: the graph of a project, read node by node.

    Raises SyntaxError for what is no N-Quads.
    """

    def __init__(self, name: str, base: str, quads: bytes) -> None:
        self.name, self.base = name, base
        self._store = ox.Store()
        form = ox.RdfFormat.from_media_type(FORMATS["nq"].media_type)
        self._store.bulk_load(quads, format=form)
        # Without the base, so that a project that moved to another one still says the same.
        self.lines = frozenset(quads.replace(b"<" + base.encode(), b"<").splitlines())

    def nodes(self, name: str, value: str) -> set[str]:
        """The nodes that have a value of a property."""
        return {
            self._short(quad.subject)
            for quad in self._store.quads_for_pattern(None, _iri(name), self._node(value))
        }

    def typed(self, classes: Iterable[str]) -> set[str]:
        """The nodes of any of some classes of the vocabulary."""
        return {
            self._short(quad.subject)
            for name in classes
            for quad in self._store.quads_for_pattern(None, _iri("rdf:type"), _iri(name))
        }

    def subjects(self) -> set[str]:
        """The nodes that claims are about."""
        quads = self._store.quads_for_pattern(None, _iri("rdf:subject"), None)
        return {self._short(quad.object) for quad in quads}

    def values(self, node: str, name: str) -> tuple[str, ...]:
        """The values of a property, sorted."""
        quads = self._store.quads_for_pattern(self._node(node), _iri(name), None)
        return tuple(sorted({self._short(quad.object) for quad in quads}))

    def one(self, node: str, name: str) -> str:
        """A value of a property, empty where there is none."""
        return next(iter(self.values(node, name)), "")

    def holds(self, node: str) -> bool:
        """Whether anything is said of a node, by the graph or by a claim."""
        subject, about = self._node(node), _iri("rdf:subject")
        found = self._store.quads_for_pattern
        return any(True for _ in found(subject, None, None)) or any(
            True for _ in found(None, about, subject)
        )

    def properties(self, node: str) -> Iterator[tuple[str, str, str]]:
        """Every property of a node: its predicate, and a value with its label."""
        for quad in self._store.quads_for_pattern(self._node(node), None, None):
            value = quad.object
            yield self._short(quad.predicate), self._short(value), self._label(value)

    def said(self, claim: str) -> Said:
        """A claim; a wording is said of its utterance, a number of the source that gives it."""
        origin = self.one(claim, "kg:accordingTo")
        predicate = self.one(claim, "rdf:predicate")
        if predicate:
            subject, name = self.one(claim, "rdf:subject"), field_name(predicate)
            value, label = self.one(claim, "rdf:object"), self._one_label(claim, "rdf:object")
        elif self.one(claim, "kg:measure"):
            subject, number = origin, self.one(claim, "kg:value")
            counted = self._one_label(claim, "kg:population")
            name = f"{self._one_label(claim, 'kg:measure')} of {counted}"
            value = f"{self.one(claim, 'kg:comparator')} {number}"
            how = self._one_label(claim, "kg:comparator").replace("-", " ")
            label = number if how == "exactly" else f"{how} {number}"
        else:
            subject, name = self.one(claim, "kg:utterance") or origin, "says"
            value = self.one(claim, "kg:words")
            label = f"«{value}»"
        documents = (self.one(c, "prov:used") for c in self.values(claim, "prov:wasGeneratedBy"))
        quotes = tuple(sorted(map(self._quote, self.values(claim, "kg:supportedBy")), key=repr))
        return Said(
            name,
            value,
            label,
            claim,
            subject,
            origin or self.one(claim, "prov:wasAttributedTo"),
            " ".join(sorted(documents)) or " ".join(sorted({q.document for q in quotes})),
            inferred=not origin,
            stance=self.one(claim, "kg:stance"),
            rank=self.one(claim, "kg:rank"),
            counts="kg:BestAssertion" in self.values(claim, "rdf:type"),
            quotes=quotes,
            traits=self._traits(claim),
        )

    def _traits(self, claim: str) -> dict[str, tuple[str, ...]]:
        found: dict[str, set[str]] = {}
        for predicate, _, label in self.properties(claim):
            if predicate not in _OWN:
                found.setdefault(field_name(predicate), set()).add(label)
        for name, label in self.reading(claim):
            found.setdefault(name, set()).add(label)
        return {name: tuple(sorted(found[name])) for name in sorted(found)}

    def reading(self, node: str) -> set[tuple[str, str]]:
        """How the words of a claim or a source became a date, as names and values."""
        return {
            (field_name(predicate), label)
            for resolution in self.values(node, "kg:resolvedBy")
            for predicate, _, label in self.properties(resolution)
            if predicate in _READING
        }

    def _quote(self, node: str) -> Quote:
        start = self.one(node, "kg:start")
        document = self.one(node, "kg:document")
        return Quote(document, int(start or 0), self.one(node, "kg:quote") or node)

    def _one_label(self, node: str, name: str) -> str:
        quads = self._store.quads_for_pattern(self._node(node), _iri(name), None)
        return min((self._label(quad.object) for quad in quads), default="")

    def _label(self, term: Term) -> str:
        """What a curator writes for a value: a slug, a word of a list, a date, a text."""
        value = self._short(term)
        if isinstance(term, ox.Literal):
            return value
        if value.startswith("time/"):
            edtf = unquote(value.removeprefix("time/"))
            # The same day with and without “night” are two times.
            return _CLOCK.sub(r" \1:\2 to \3:\4", edtf)
        if _SLUG.fullmatch(value):
            return value.split("/", 1)[1]
        prefix, colon, local = value.partition(":")
        return local if colon and prefix in PREFIXES else value

    def bounds(self, value: str) -> tuple[str, str]:
        """The first and last xsd:dateTime of a time; where open, what sorts before or after all."""
        first, last = self.one(value, "kg:notBefore"), self.one(value, "kg:notAfter")
        return first or "-", last or "~"

    def _short(self, term: Term) -> str:
        if isinstance(term, ox.Literal):
            return f"{term.value} @{term.language}" if term.language else term.value
        iri = term.value if isinstance(term, ox.NamedNode) else str(term)
        if iri.startswith(self.base):
            return iri[len(self.base) :]
        for prefix, namespace in PREFIXES.items():
            if iri.startswith(namespace):
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri

    def _node(self, node: str) -> ox.NamedNode:
        prefix, colon, local = node.partition(":")
        if colon and prefix in PREFIXES:
            return ox.NamedNode(PREFIXES[prefix] + local)
        return ox.NamedNode(node if colon else self.base + node)


def _iri(name: str) -> ox.NamedNode:
    prefix, local = name.split(":", 1)
    return ox.NamedNode(PREFIXES[prefix] + local)


def touched(before: Statements, after: Statements) -> set[str]:
    """The nodes of which the two sides do not hold the same triples, and the claims on them.

    A claim is touched by its passages and by the resolution of its date, too.
    """
    lines = before.lines ^ after.lines
    nodes = {found[1].decode() for line in lines if (found := _SUBJECT.match(line))}
    for side in (before, after):
        for node in tuple(nodes):
            for folder, name in (("passage/", "kg:supportedBy"), ("resolution/", "kg:resolvedBy")):
                if node.startswith(folder):
                    nodes |= side.nodes(name, node)
    return nodes
