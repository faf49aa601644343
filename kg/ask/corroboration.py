"""Corroboration: the independent origins of every fact of a project, and that as a graph.

A fact is a direct triple about an event. What is derived here nobody has said, so it stands in a
graph of its own, graph/analysis, whose nodes are kg:Corroboration and point to the claims.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from kg.ask.independence import Independence, independence
from kg.ask.origins_text import left_words
from kg.ask.reported import Reported, Said, Triple
from kg.ask.shared_text import SharedText
from kg.mapping.ids import RESOURCES, digest
from kg.mapping.tables import Tables
from kg.rdf.escape import iri, literal
from kg.rdf.vocabulary import PREFIXES

GRAPH = "graph/analysis"
MARK = (
    "Worked out from the claims and the archived texts; no source says any of it. "
    "What counts as an independent origin is defined at kg:independentOrigins."
)


@dataclass(frozen=True, slots=True)
class Corroborated:
    """A fact with its best-ranked claims, and on how many origins it rests."""

    triple: Triple
    claims: tuple[Said, ...]
    found: Independence


class Corroboration:
    """Independent origins of the facts of a project; `text` gives a document's text by SHA-256."""

    def __init__(self, tables: Tables, text: Callable[[str, str], str]) -> None:
        self.reported = Reported(tables)
        hashes = tables["source"].drop_nulls("sha256")
        sha256 = dict(hashes.select("id", "sha256").iter_rows())
        self._shared = SharedText(lambda node: text(node, sha256.get(node, "")))

    def facts(self, event: str) -> Iterator[Corroborated]:
        """The facts of an event in the order of their triples."""
        claims = self.reported.events.get(event, [])
        shared = self._shared.among(
            document for said in claims if said.according_to for document in said.documents
        )
        parties = self.reported.parties(event)
        by_triple: dict[Triple, list[Said]] = defaultdict(list)
        for said in claims:
            by_triple[said.triple].append(said)
        for triple, group in sorted(by_triple.items(), key=lambda item: _order(item[0])):
            if any(said.best for said in group):
                found = independence(
                    map(self.reported.report, group), parties, self.reported, shared
                )
                yield Corroborated(triple, tuple(group), found)

    def all(self) -> Iterator[Corroborated]:
        """The facts of all events."""
        for event in sorted(self.reported.events):
            yield from self.facts(event)


def _order(triple: Triple) -> tuple[str, ...]:
    return tuple(cell or "" for cell in triple)


COLUMNS = ("event", "predicate", "value", "independent", "interested", "origins", "not_counted")


def table(found: Iterator[Corroborated]) -> pl.DataFrame:
    """A row a fact; origins are those that are no party to it, then those that are."""
    rows = [
        (
            fact.triple[0],
            fact.triple[1],
            fact.triple[3],
            len(fact.found.origins),
            len(fact.found.interested),
            " ".join(o.node for o in (*fact.found.origins, *fact.found.interested)),
            "; ".join(left_words(left, str) for left in fact.found.left),
        )
        for fact in found
    ]
    text, number = pl.String, pl.Int64
    types = (text, text, text, number, number, text, text)
    return pl.DataFrame(rows, dict(zip(COLUMNS, types, strict=True)), orient="row")


def node_of(triple: Triple) -> str:
    """The node of a fact's corroboration: a digest of its triple, without the base IRI."""
    subject, predicate, kind, value, type_ = triple
    if kind not in RESOURCES:
        mark = {"lang": "@", "typed": "^^"}.get(kind, "")
        value = f'"{value}"{mark}{type_ or ""}'
    return "corroboration/" + digest(subject, predicate, value)


def quads(found: Iterator[Corroborated], base: str) -> bytes:
    """The corroboration of facts as sorted N-Quads in graph/analysis."""
    graph = iri(base + GRAPH)
    lines = {f"{graph} {_name('rdfs:comment')} {literal(MARK, language='en')} {graph} ."}
    for fact in found:
        node = iri(base + node_of(fact.triple))
        lines |= {f"{node} {pair} {graph} ." for pair in _pairs(fact, base)}
    return "".join(line + "\n" for line in sorted(lines, key=str.encode)).encode()


def _pairs(fact: Corroborated, base: str) -> Iterator[str]:
    """Predicates and objects of a corroboration."""
    found = fact.found
    yield f"{_name('rdf:type')} {_name('kg:Corroboration')}"
    yield from (f"{_name('kg:corroborates')} {iri(base + s.id)}" for s in fact.claims if s.best)
    for predicate, number in (
        ("kg:independentOrigins", len(found.origins)),
        ("kg:interestedOrigins", len(found.interested)),
    ):
        integer = literal(str(number), datatype=PREFIXES["xsd"] + "integer")
        yield f"{_name(predicate)} {integer}"
    yield from (f"{_name('kg:hasOrigin')} {iri(base + o.node)}" for o in found.origins)
    yield from (f"{_name('kg:hasInterestedOrigin')} {iri(base + o.node)}" for o in found.interested)
    for left in found.left:
        words = literal(left_words(left, str), language="en")
        yield f"{_name('kg:notCounted')} {words}"


def _name(name: str) -> str:
    prefix, local = name.split(":", 1)
    return iri(PREFIXES[prefix] + local)
