"""On how many independent origins events and their facts rest, as `kg why` counts them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import polars as pl

from kg.ask.independence import Independence, Parties, Report, Source, independence
from kg.ask.shared_text import Shared, SharedText
from kg.mapping.tables import Tables
from kg.web.statements import Statement, Statements

_BELONGS = ("org:memberOf", "org:postIn", "kg:affiliation")
_EARLIER = ("kg:copyOf", "kg:revises")

Triple = tuple[str, str]
"""A predicate and an object of an event."""


@dataclass(frozen=True, slots=True)
class Rests:
    """What an event rests on as a whole, and each of its facts."""

    event: Independence
    facts: Mapping[Triple, Independence]

    def others(self) -> Mapping[Triple, Independence]:
        """The facts that have other origins than the event."""
        of_all = _nodes(self.event)
        return {
            triple: found
            for triple, found in self.facts.items()
            if found is not self.event and _nodes(found) != of_all
        }


_Told = tuple[str, str, str, str, tuple[str, ...]]
"""Source, agent, stance and rank of a statement, and the passages that it rests on."""


class _Voice(NamedTuple):
    """Who says something, and on which stretches of which documents it rests."""

    source: str
    agent: str
    stance: str
    rank: str
    passages: tuple[tuple[str, int, int], ...]

    def of_documents(self) -> _Voice:
        """The same wherever in the documents it stands."""
        documents = dict.fromkeys(document for document, _, _ in self.passages)
        return self._replace(passages=tuple((document, 0, 0) for document in documents))


class Origins:
    """Counts origins; `text` gives the archived text of a document by its SHA-256."""

    def __init__(self, tables: Tables, text: Callable[[str, str], str]) -> None:
        self._tables = tables
        links: dict[tuple[str, str], list[str]] = defaultdict(list)
        for node, predicate, thing in (
            tables["link"].select("node", "predicate", "object").sort(pl.all()).iter_rows()
        ):
            links[node, predicate].append(thing)
        self._links = links
        self._sources = {row[0]: row[1:] for row in self._source_rows()}
        entities = tables["entity"]
        self._bodies = set(entities.filter(pl.col("class") == "org:Organization")["id"])
        self._software = set(entities.filter(pl.col("class") == "prov:SoftwareAgent")["id"])
        # What an actor is said to hold is known of them at every event.
        self._held: dict[str, list[str]] = defaultdict(list)
        holds = tables["claim"].filter(
            pl.col("predicate") == "org:holds", pl.col("stance").is_null()
        )
        for actor, office in holds.select("subject", "object").sort(pl.all()).iter_rows():
            self._held[actor].append(office)
        self._places: Mapping[str, tuple[str, int, int]] = {
            row[0]: row[1:]
            for row in tables["passage"].select("id", "document", "start", "end").iter_rows()
        }
        sha256 = dict(tables["source"].select("id", "sha256").drop_nulls().iter_rows())
        self._alike: dict[frozenset[_Voice], Independence] = {}
        self._shared = SharedText(lambda node: text(node, sha256.get(node, "")))

    def _source_rows(self) -> Iterable[tuple[str, str | None, str | None, str | None]]:
        return self._tables["source"].select("id", "form", "agent", "on_behalf_of").iter_rows()

    # --- what independence asks of what is known -------------------------------------------------

    def source(self, node: str) -> Source:
        """A document or an utterance."""
        form, agent, behalf = self._sources.get(node, (None, None, None))
        more = self._links.get((node, "prov:wasAttributedTo"), ())
        return Source(
            node,
            form or "",
            tuple(sorted({*([agent] if agent else ()), *more})),
            (behalf,) if behalf else (),
            *(tuple(self._links.get((node, name), ())) for name in ("kg:restsOn", *_EARLIER)),
        )

    def belongs_to(self, agent: str) -> Collection[str]:
        """The bodies an agent belongs to, and the offices it is said to hold; or an office's."""
        found = [body for name in _BELONGS for body in self._links.get((agent, name), ())]
        return found + self._held.get(agent, [])

    def is_body(self, agent: str) -> bool:
        """Whether an agent is an organization."""
        return agent in self._bodies

    # --- events ----------------------------------------------------------------------------------

    def of(self, statements: Sequence[Statement]) -> Rests:
        """What an event rests on, of which these are all statements."""
        each = [(s.source, s.agent, s.stance, s.rank, s.evidence) for s in statements]
        told_of = set(each)
        voices = {told: self._voice(told) for told in told_of}
        shared = self._shared.among(
            document for v in voices.values() if v.source for document, _, _ in v.passages
        )
        if not shared:
            # Which words of a document they are matters only where texts share some.
            voices = {told: v.of_documents() for told, v in voices.items()}
        found: dict[frozenset[_Told], Independence] = {}

        def counted(group: set[_Told]) -> Independence:
            key = frozenset(group)
            if key not in found:
                of = frozenset(voices[told] for told in group)
                found[key] = self._counted(of, statements, shared)
            return found[key]

        best_of = {told for told, s in zip(each, statements, strict=True) if s.best}
        best = counted(best_of)
        if best_of == told_of and len(told_of) == 1:  # as where one passage tells of it all
            return Rests(best, dict.fromkeys(((s.predicate, s.object) for s in statements), best))
        # Most facts of an event rest on the same.
        facts: dict[Triple, set[_Told]] = defaultdict(set)
        for told, s in zip(each, statements, strict=True):
            facts[s.predicate, s.object].add(told)
        return Rests(best, {triple: counted(group) for triple, group in facts.items()})

    def _voice(self, told: _Told) -> _Voice:
        source, agent, stance, rank, evidence = told
        places = tuple(self._places[e] for e in evidence if e in self._places)
        return _Voice(source, agent, stance, rank, places)

    def _counted(
        self,
        voices: frozenset[_Voice],
        statements: Sequence[Statement],
        shared: Mapping[frozenset[str], Shared],
    ) -> Independence:
        # No document is a party to what it tells of: then all its events are alike.
        alike = not shared and all(v.source.startswith(("article/", "file/")) for v in voices)
        if alike and voices in self._alike:
            return self._alike[voices]
        reports = [
            Report(
                f"{number:04}", v.source, v.agent, v.agent in self._software, v.stance, v.rank,
                v.passages,
            )
            for number, v in enumerate(sorted(voices))
        ]  # fmt: skip
        parties = Parties((), {}, self) if alike else self._parties(statements)
        found = _without_words(independence(reports, parties, self, shared))
        if alike:
            self._alike[voices] = found
        return found

    def _parties(self, statements: Iterable[Statement]) -> Parties:
        offices: dict[str, set[str]] = defaultdict(set)
        for statement in statements:
            if statement.best and statement.predicate == "kg:participant":
                offices[statement.object].update(statement.stated.get("offices", ()))
        return Parties(offices, offices, self)

    def counts(self, statements: Statements) -> Mapping[str, tuple[int, int]]:
        """Of each event the number of origins that are no party to it, and of those that are."""
        plain = self._of_one_document()
        others = [event for event in statements.events if event not in plain]
        found = dict.fromkeys(plain, (1, 0))
        for event, group in statements.of(others):
            rests = self.of(group).event
            found[event] = len(rests.origins), len(rests.interested)
        return found

    def _of_one_document(self) -> set[str]:
        """Events that nobody tells of but one document, which has it from no other."""
        tables = self._tables
        earlier = tables["link"].filter(pl.col("predicate").is_in(_EARLIER))["node"]
        stance = pl.col("stance").fill_null("").is_in(["kg:denies", "kg:declines"])
        software = pl.col("agent").fill_null("").is_in(list(self._software))
        said = pl.col("according_to").filter(~stance & ~software).drop_nulls()
        is_plain = (said.n_unique() == 1) & (
            said.str.starts_with("article/") & ~said.is_in(earlier.implode())
        ).all()
        counted = (
            tables["claim"]
            .filter(pl.col("subject").str.starts_with("event/"))
            .join(tables["best"], left_on="id", right_on="claim", how="semi")
            .group_by("subject")
            .agg(plain=is_plain)
        )
        return set(counted.filter("plain")["subject"])


def _nodes(found: Independence) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(o.node for o in found.origins), tuple(o.node for o in found.interested)


def _without_words(found: Independence) -> Independence:
    """Without words that texts share: they may stand where nothing may be shown."""
    return replace(found, left=tuple(replace(left, words="") for left in found.left))
