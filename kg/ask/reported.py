"""What is reported: claims, sources and agents of the tables as plain values, in one pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import polars as pl

from kg.ask.independence import Parties, Report, Source
from kg.mapping.tables import Tables

Triple = tuple[str, str, str, str, str | None]
"""Subject, predicate and the three columns of an object."""

_BELONGS = ("org:memberOf", "org:postIn", "kg:affiliation")
_COLUMNS = (
    *("id", "subject", "predicate", "object_kind", "object", "object_type", "document"),
    *("according_to", "agent", "stance", "rank"),
)
_OPTIONAL = _COLUMNS.index("document")


class Said(NamedTuple):
    """A claim; where a curator infers it, `documents` are those whose words it rests on."""

    id: str
    triple: Triple
    document: str
    according_to: str
    agent: str
    stance: str
    rank: str
    best: bool
    documents: frozenset[str]

    @property
    def event(self) -> str:
        """What it is about."""
        return self.triple[0]

    @property
    def predicate(self) -> str:
        """The predicate of its triple."""
        return self.triple[1]

    @property
    def value(self) -> str:
        """The object of its triple."""
        return self.triple[3]

    @property
    def counts(self) -> bool:
        """Whether it says so and was not withdrawn."""
        return self.stance in ("", "kg:hedges") and self.rank != "kg:deprecated"

    @property
    def voices(self) -> frozenset[str]:
        """Who says so: a source, or of an inference the documents it reads, else the curator."""
        if self.according_to:
            return frozenset((self.according_to,))
        return self.documents or frozenset((self.agent,))


class Reported:
    """The tables of a project, read once; time and memory grow with their rows."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._sources = _sources(tables)
        self._belongs: dict[str, list[str]] = defaultdict(list)
        links = tables["link"].filter(pl.col("predicate").is_in(_BELONGS))
        for node, body in links.select("node", "object").iter_rows():
            self._belongs[node].append(body)
        # What an actor is said to hold is known of them at every event.
        holds = tables["claim"].filter(
            pl.col("predicate") == "org:holds", pl.col("stance").is_null()
        )
        for actor, office in holds.select("subject", "object").iter_rows():
            self._belongs[actor].append(office)
        entities = tables["entity"]
        self._bodies = set(entities.filter(pl.col("class") == "org:Organization")["id"])
        self.software = set(entities.filter(pl.col("class") == "prov:SoftwareAgent")["id"])
        self._passages: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
        found = (
            tables["support"]
            .join(tables["claim"], left_on="claim", right_on="id", how="semi")
            .join(tables["passage"], left_on="evidence", right_on="id")
        )
        places: dict[tuple[str, int, int], tuple[str, int, int]] = {}
        for claim, *where in found.select("claim", "document", "start", "end").iter_rows():
            place = (where[0], where[1], where[2])
            self._passages[claim].append(places.setdefault(place, place))
        self.events: dict[str, list[Said]] = defaultdict(list)
        claims = (
            tables["claim"]
            .filter(pl.col("subject").str.starts_with("event/"))
            .select(
                *_COLUMNS[:_OPTIONAL],
                *(pl.col(name).fill_null("") for name in _COLUMNS[_OPTIONAL:]),
                best=pl.col("id").is_in(tables["best"]["claim"].implode()),
            )
        )
        # Most rows say what others say, too: each text, and each set of documents, is kept once.
        resting: dict[tuple[str, ...], frozenset[str]] = {}
        known: dict[Any, Any] = {}
        for row in claims.sort("subject", "id").iter_rows():
            id_, *triple, document, according_to, agent, stance, rank, best = (
                known.setdefault(cell, cell) for cell in row
            )
            documents = tuple(dict.fromkeys(d for d, _, _ in self._passages.get(id_, ())))
            self.events[triple[0]].append(
                Said(
                    id_,
                    (triple[0], triple[1], triple[2], triple[3], triple[4]),
                    document,
                    according_to,
                    agent,
                    stance,
                    rank,
                    best,
                    resting.setdefault(documents, frozenset(documents)),
                )
            )
        self._offices: dict[str, list[str]] = defaultdict(list)
        offices = tables["stated"].filter(pl.col("predicate") == "kg:office")
        for claim, office in offices.select("claim", "object").iter_rows():
            self._offices[claim].append(office)

    def source(self, node: str) -> Source:
        """A document or an utterance."""
        return self._sources.get(node) or Source(node)

    def belongs_to(self, agent: str) -> Collection[str]:
        """The bodies an agent belongs to, and the offices it is said to hold; or an office's."""
        return self._belongs.get(agent, ())

    def is_body(self, agent: str) -> bool:
        """Whether an agent is an organization."""
        return agent in self._bodies

    def report(self, said: Said) -> Report:
        """A claim as independence looks at it."""
        return Report(
            said.id,
            said.according_to,
            said.agent,
            said.agent in self.software,
            said.stance,
            said.rank,
            tuple(self._passages.get(said.id, ())),
        )

    def parties(self, event: str) -> Parties:
        """Who took part in an event, with the offices that they are told of in at it."""
        part = [
            said for said in self.events[event] if said.predicate == "kg:participant" and said.best
        ]
        offices: dict[str, set[str]] = defaultdict(set)
        for said in part:
            offices[said.value].update(self._offices.get(said.id, ()))
        return Parties({said.value for said in part}, offices, self)


def _sources(tables: Tables) -> Mapping[str, Source]:
    linked: dict[tuple[str, str], list[str]] = defaultdict(list)
    relations = ("kg:restsOn", "kg:copyOf", "kg:revises", "prov:wasAttributedTo")
    links = tables["link"].filter(pl.col("predicate").is_in(relations))
    for node, predicate, to in links.select("node", "predicate", "object").iter_rows():
        linked[node, predicate].append(to)

    def all_of(node: str, predicate: str) -> tuple[str, ...]:
        return tuple(sorted(linked.get((node, predicate), ())))

    rows = tables["source"].select("id", "form", "agent", "on_behalf_of").iter_rows()
    return {
        node: Source(
            node,
            form or "",
            tuple(
                sorted(
                    {*([agent] if agent else ()), *linked.get((node, "prov:wasAttributedTo"), ())}
                )
            ),
            (behalf,) if behalf else (),
            all_of(node, "kg:restsOn"),
            all_of(node, "kg:copyOf"),
            all_of(node, "kg:revises"),
        )
        for node, form, agent, behalf in rows
    }
