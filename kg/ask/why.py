"""Why: for each value of an event, who says so, in which words, and from whom they have it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping

import pyoxigraph as ox

from kg.ask.answers import Answer, Field, Place, Reading, Row, Statement, Why, Words
from kg.ask.shared_text import SharedText
from kg.ask.why_origins import Origins
from kg.facts.format import EVENT_KEYS
from kg.rdf.vocabulary import PREFIXES

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_RANKS = {"kg:preferred": 0, "": 1, "kg:deprecated": 2}
# What is asked of an event, in the order in which it is told; other predicates follow by name.
FIELDS: Mapping[str, str] = {
    "type": "rdf:type",
    **{key: spec.predicate for key, spec in EVENT_KEYS.items() if spec.predicate},
    "series": "kg:inSeries",
    "number": "kg:ordinal",
    "position": "kg:position",
}
_ORDER = ("type", "status", "when", "starts", "ends", "planned_for", "lasts", "where", "who")


class UnknownEvent(LookupError):
    """An event or a field that the graph does not hold; the message names what is close."""


class Asker:
    """Answers from a store of the built graph.

    `places` gives the written positions of a node, `text` the archived text of a document whose
    SHA-256 is as given, else an empty one.
    """

    def __init__(
        self,
        store: ox.Store,
        base: str,
        places: Callable[[str], tuple[Place, ...]],
        text: Callable[[str, str], str],
    ) -> None:
        self._store = store
        self._base = base
        self._places = places
        self._shared = SharedText(
            lambda node: text(node, self._short_one(self._iri(node), "kg:sha256"))
        )

    def why(self, event: str, field_: str | None = None) -> Why:
        """What is said of an event, or of one of its fields; raises UnknownEvent."""
        node = self._iri(f"event/{event.removeprefix('event/')}")
        replaced_by = self._one(node, "dcterms:isReplacedBy")
        node = replaced_by if isinstance(replaced_by, ox.NamedNode) else node
        claims = self._subjects("rdf:subject", node)
        if not claims:
            raise UnknownEvent(self._missing(event))
        grouped: dict[str, dict[Term, list[ox.NamedNode]]] = {}
        for claim in claims:
            predicate, value = self._one(claim, "rdf:predicate"), self._one(claim, "rdf:object")
            if predicate is not None and value is not None:
                name = self.short(predicate)
                grouped.setdefault(name, {}).setdefault(value, []).append(claim)
        predicates = {**{p: n for n, p in FIELDS.items()}}
        named = {predicates.get(p, p.split(":", 1)[1]): p for p in grouped}
        if field_ is not None:
            if field_ not in named:
                raise UnknownEvent(
                    f"nothing is said of `{field_}`; said are: " + ", ".join(sorted(named))
                )
            named = {field_: named[field_]}
        sources: dict[str, str] = {}
        origins = Origins(self._values, self.short(node), map(self.short, claims), self._shared)
        fields = tuple(
            Field(
                name,
                named[name],
                tuple(
                    sorted(
                        (
                            self._answer(node, named[name], value, group, sources, origins)
                            for value, group in grouped[named[name]].items()
                        ),
                        key=lambda answer: (not answer.direct, answer.value),
                    )
                ),
            )
            for name in sorted(named, key=_place_in_order)
        )
        return Why(self.short(node), fields, sources)

    def _missing(self, event: str) -> str:
        slugs = sorted(
            {
                self.short(value).removeprefix("event/")
                for quad in self._store.quads_for_pattern(None, _name("rdf:subject"), None, None)
                if self.short(value := quad.object).startswith("event/")
            }
        )
        close = difflib.get_close_matches(event, slugs, n=3, cutoff=0.4) or slugs[:10]
        return f"no event `{event}` is in the graph; there is " + ", ".join(close)

    def _answer(
        self,
        event: ox.NamedNode,
        predicate: str,
        value: Term,
        claims: list[ox.NamedNode],
        sources: dict[str, str],
        origins: Origins,
    ) -> Answer:
        direct = any(True for _ in self._store.quads_for_pattern(event, _name(predicate), value))
        statements = sorted(
            (self._statement(claim, sources) for claim in claims),
            key=lambda s: (_RANKS[s.rank], s.stance, s.according_to, s.claim),
        )
        found = origins.of(self.short(claim) for claim in claims)
        named = {origin.node for origin in (*found.origins, *found.interested)}
        named |= {origin.party for origin in found.interested}
        named |= {node for left in found.left for node in (left.source, left.by) if node}
        for name in sorted(named):
            sources.setdefault(name, self._describe(name))
        return Answer(self.short(value), self._label(value), direct, tuple(statements), found)

    def _statement(self, claim: ox.NamedNode, sources: dict[str, str]) -> Statement:
        said_by = self._one(claim, "kg:accordingTo")
        held = [n for n in self._many(claim, "kg:supportedBy") if isinstance(n, ox.NamedNode)]
        in_rows = [n for n in held if _name("kg:TableRow") in self._many(n, "rdf:type")]
        words = sorted(
            (self._words(node) for node in held if node not in in_rows),
            key=lambda w: (w.document, w.start),
        )
        rows = sorted(map(self._row, in_rows), key=lambda row: (row.document, row.number))
        documents = {w.document for w in words} | {row.document for row in rows}
        chain: tuple[str, ...] = ()
        if isinstance(said_by, ox.NamedNode):
            chain = self._chain(said_by, documents)
        stories = {row.story for row in rows if row.story}
        for node in {*chain, *documents, *stories}:
            sources.setdefault(node, self._describe(node))
        agent = self._one(claim, "prov:wasAttributedTo")
        software = isinstance(agent, ox.NamedNode) and _name("prov:SoftwareAgent") in self._many(
            agent, "rdf:type"
        )
        by = self.short(agent) if agent is not None else ""
        return Statement(
            claim=self.short(claim),
            stance=self._short_one(claim, "kg:stance"),
            rank=self._short_one(claim, "kg:rank"),
            best=_name("kg:BestAssertion") in self._many(claim, "rdf:type"),
            according_to=self.short(said_by) if said_by is not None else "",
            chain=chain,
            inferred_by="" if software else by,
            coded_by=by if software else "",
            reasons=self._texts(claim, "kg:reason"),
            as_stated=self._texts(claim, "kg:asStated"),
            qualifiers=tuple(
                (name.split(":")[1], self.short(value))
                for name in ("kg:role", "kg:presence", "kg:office", "kg:series")
                for value in self._many(claim, name)
            ),
            words=tuple(words),
            rows=tuple(rows),
            readings=tuple(self._reading(r) for r in self._many(claim, "kg:resolvedBy")),
            disputed_by=self._deniers(claim),
            places=self._places(self.short(claim)),
        )

    def _deniers(self, claim: ox.NamedNode) -> tuple[str, ...]:
        """The sources that deny a claim, or the curators who do."""
        found = {
            self._short_one(denial, "kg:accordingTo")
            or self._short_one(denial, "prov:wasAttributedTo")
            for denial in self._many(claim, "kg:disputedBy")
            if isinstance(denial, ox.NamedNode)
        }
        return tuple(sorted(found))

    def _chain(self, source: ox.NamedNode, documents: Iterable[str]) -> tuple[str, ...]:
        """The way from a document to a source, then on to what that source is derived from."""
        start = [self._iri(document) for document in sorted(documents)]
        way = self._path(start, source) or [source]
        seen = set(way)
        # That a source passes on some words of another says nothing of where it has its own
        # from: a document goes on only to the one it copies, an utterance to what it rests on.
        onward = "kg:copyOf" if source in start else "kg:restsOn"
        origin = self._one(source, onward)
        while isinstance(origin, ox.NamedNode) and origin not in seen:
            way.append(origin)
            seen.add(origin)
            origin = self._one(origin, onward)
        nodes = [self.short(node) for node in way]
        agent = self._one(way[-1], "prov:wasAttributedTo")
        return (*nodes, self.short(agent)) if agent is not None else tuple(nodes)

    def _path(self, start: list[ox.NamedNode], goal: ox.NamedNode) -> list[ox.NamedNode]:
        ways, seen = [[node] for node in start], set(start)
        while ways:
            way = ways.pop(0)
            if way[-1] == goal:
                return way
            for origin in self._many(way[-1], "prov:wasDerivedFrom"):
                if isinstance(origin, ox.NamedNode) and origin not in seen:
                    seen.add(origin)
                    ways.append([*way, origin])
        return []

    def _words(self, passage: ox.NamedNode) -> Words:
        return Words(
            self._short_one(passage, "kg:document"),
            int(self._text(passage, "kg:start") or 0),
            int(self._text(passage, "kg:end") or 0),
            self._text(passage, "kg:quote"),
            self._text(passage, "kg:prefix"),
            self._text(passage, "kg:suffix"),
        )

    def _row(self, row: ox.NamedNode) -> Row:
        return Row(
            self._short_one(row, "kg:document"),
            int(self._text(row, "kg:recordNumber") or 0),
            self._text(row, "kg:recordKey"),
            self._short_one(row, "prov:wasDerivedFrom"),
            self._text(row, "kg:sentence"),
        )

    def _reading(self, resolution: Term) -> Reading:
        node = resolution if isinstance(resolution, ox.NamedNode) else self._iri("")
        result = self._one(node, "kg:result")
        return Reading(
            expression=" ".join(self._texts(node, "kg:expression")),
            rule=self._short_one(node, "kg:rule").removeprefix("kg:"),
            result=self._label(result) if result is not None else "",
            anchor=" ".join(self._texts(node, "kg:anchor")),
            anchor_of=self._short_one(node, "kg:anchorOf"),
            alternatives=tuple(self._label(a) for a in self._many(node, "kg:alternative")),
            reason=" ".join(self._texts(node, "kg:reason")),
        )

    def _describe(self, node: str) -> str:
        """A source or an agent in words a reader knows it by."""
        iri = self._iri(node)
        title = " ".join(self._texts(iri, "dcterms:title"))
        if title:
            printed = self._one(iri, "kg:published")
            return f"“{title}”" + (f" ({self._label(printed)})" if printed else "")
        form = self._short_one(iri, "kg:form").removeprefix("kg:").replace("-", " ")
        if form:
            agent, channel = (self._one(iri, p) for p in ("prov:wasAttributedTo", "kg:channel"))
            by = f" by {self._label(agent)}" if agent else ""
            if form == "unnamed source" and agent:
                return f"{form}, {self._label(agent)}"
            behalf = self._one(iri, "kg:onBehalfOf")
            return (
                form
                + by
                + (f" for {self._label(behalf)}" if behalf else "")
                + (f", through {self._label(channel)}" if channel else "")
            )
        return self._label(iri)

    def _label(self, term: Term) -> str:
        if isinstance(term, ox.NamedNode):
            for name in ("kg:edtf", "skos:prefLabel", "rdfs:label"):
                texts = self._texts(term, name)
                if texts:
                    return texts[0]
        return self.short(term)

    def short(self, term: Term) -> str:
        """A term as a local path, a prefixed name or a lexical form."""
        if isinstance(term, ox.Literal):
            return term.value
        iri = term.value if isinstance(term, ox.NamedNode) else str(term)
        if iri.startswith(self._base):
            return iri[len(self._base) :]
        for prefix, namespace in PREFIXES.items():
            if iri.startswith(namespace):
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri

    def _iri(self, path: str) -> ox.NamedNode:
        return ox.NamedNode(self._base + path)

    def _subjects(self, name: str, value: ox.NamedNode) -> list[ox.NamedNode]:
        found = {
            quad.subject
            for quad in self._store.quads_for_pattern(None, _name(name), value)
            if isinstance(quad.subject, ox.NamedNode)
        }
        return sorted(found, key=str)

    def _many(self, node: ox.NamedNode, name: str) -> list[Term]:
        found = {quad.object for quad in self._store.quads_for_pattern(node, _name(name), None)}
        return sorted(found, key=str)

    def _one(self, node: ox.NamedNode, name: str) -> Term | None:
        return next(iter(self._many(node, name)), None)

    def _values(self, node: str, name: str) -> tuple[str, ...]:
        """Values of a property in their short forms; with `^` before its name, its subjects."""
        if name.startswith("^"):
            return tuple(map(self.short, self._subjects(name[1:], self._iri(node))))
        return tuple(map(self.short, self._many(self._iri(node), name)))

    def _short_one(self, node: ox.NamedNode, name: str) -> str:
        value = self._one(node, name)
        return self.short(value) if value is not None else ""

    def _text(self, node: ox.NamedNode, name: str) -> str:
        return next(iter(self._texts(node, name)), "")

    def _texts(self, node: ox.NamedNode, name: str) -> tuple[str, ...]:
        return tuple(v.value for v in self._many(node, name) if isinstance(v, ox.Literal))


def _name(name: str) -> ox.NamedNode:
    prefix, local = name.split(":", 1)
    return ox.NamedNode(PREFIXES[prefix] + local)


def _place_in_order(name: str) -> tuple[int, str]:
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)
