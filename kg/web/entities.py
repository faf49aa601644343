"""Pages of what is no event: actors, offices, places, topics, series, somebody unnamed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from kg.web import words
from kg.web.atlas import Atlas
from kg.web.model import Attested, Brief, Company, EntityPage, Naming, Ref, Speech
from kg.web.speech import first_passages, speech_of

KINDS: Mapping[str, str] = {
    "foaf:Person": "Person",
    "org:Organization": "Organization",
    "foaf:Group": "Group of people",
    "org:Post": "Office",
    "kg:Place": "Place",
    "kg:Venue": "Building or venue",
    "kg:Topic": "Topic",
    "kg:EventSeries": "Series of events",
    "kg:Unnamed": "Not named in the article",
}
"""Classes of entities that have a page, and what a reader calls them."""

_LINKS: Mapping[str, tuple[str, str]] = {
    "org:memberOf": ("Belongs to", "Has as members"),
    "org:postIn": ("Office in", "Offices"),
    "kg:within": ("Lies in", "Contains"),
    "skos:broader": ("Part of the topic", "Covers"),
    "kg:head": ("Led by", "Leads"),
    "foaf:member": ("Members", "Was in"),
    "kg:affiliation": ("Of", "Unnamed people of it"),
}
_WORDED = ("kg:nameAsStated", "kg:titleAsStated", "kg:office")
_EVENT_LINKS = ("kg:participant", "kg:place", "kg:topic", "kg:inSeries")
_MET = ("Meeting", "Call", "Talks", "Visit")
_COUNTED = ("held", "under way")


class _Named(NamedTuple):
    """A claim that names somebody, with name, title and office as worded, and its first passage."""

    subject: str
    document: str
    evidence: str
    names: Sequence[str] | None
    titles: Sequence[str] | None
    offices: Sequence[str] | None


class Entities:
    """Makes the pages of entities."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self.nodes = sorted(n for n, kind in atlas.classes.items() if kind in KINDS)
        tables = atlas.tables
        self._aliases: dict[str, list[Ref]] = defaultdict(list)
        for node, text, language in (
            tables["name"]
            .filter(pl.col("predicate") == "skos:altLabel")
            .select("node", "text", "language")
            .sort(pl.all())
            .iter_rows()
        ):
            self._aliases[node].append(Ref(text, lang=language or ""))
        self._inverse: dict[tuple[str, str], list[str]] = defaultdict(list)
        for (node, predicate), things in atlas.links.items():
            if predicate in _LINKS:
                for thing in things:
                    self._inverse[thing, predicate].append(node)
        self._events = self._of_events()
        self._claims = self._named_in()
        self._holding = self._held()
        self._speech = self._said()

    def page(self, node: str) -> EntityPage:
        """The page of one entity."""
        atlas = self._atlas
        events = tuple(self._events.get(node, ()))
        is_actor = node.split("/", 1)[0] in ("actor", "office", "unnamed")
        return EntityPage(
            node,
            atlas.ref(node),
            KINDS[atlas.classes[node]],
            tuple(self._aliases.get(node, ())),
            tuple(self._links(node)),
            tuple(self._notes(node)),
            tuple(self._namings(node)),
            tuple(self._attested(node)),
            tuple(self._company(node, events)) if is_actor else (),
            events,
            tuple(self._speech.get(node, ())),
        )

    def pages(self, nodes: Sequence[str]) -> Iterator[EntityPage]:
        """The pages of entities, in their order."""
        for node in nodes:
            yield self.page(node)

    def _links(self, node: str) -> Iterator[tuple[str, tuple[Ref, ...]]]:
        for predicate, (forward, backward) in _LINKS.items():
            for text, found in (
                (forward, self._atlas.links.get((node, predicate), ())),
                (backward, self._inverse.get((node, predicate), ())),
            ):
                if found:
                    refs = sorted((self._atlas.ref(n) for n in found), key=lambda r: r.label)
                    yield text, tuple(refs)

    def _notes(self, node: str) -> Iterator[str]:
        links = self._atlas.links
        yield from links.get((node, "rdfs:comment"), ())
        for size in links.get((node, "kg:size"), ()):
            yield f"{words.plural(int(size), 'person', 'people')}" if size.isdigit() else size
        for reason in links.get((node, "kg:reason"), ()):
            yield f"Entered because: {reason}"

    def _of_events(self) -> Mapping[str, list[Brief]]:
        """The events of each participant, place, topic and series, and of wider places."""
        direct = self._atlas.tables["direct"].filter(pl.col("predicate").is_in(_EVENT_LINKS))
        found: dict[str, set[str]] = defaultdict(set)
        for event, thing in direct.select("subject", "object").iter_rows():
            node, seen = thing, set()
            while node and node not in seen:
                seen.add(node)
                found[node].add(event)
                wider = [
                    *self._atlas.links.get((node, "kg:within"), ()),
                    *self._atlas.links.get((node, "skos:broader"), ()),
                ]
                node = wider[0] if wider else ""
        for event, office in self._offices_at():
            found[office].add(event)
        briefs = self._atlas.briefs
        return {
            node: sorted(
                (briefs[e] for e in events if e in briefs), key=lambda b: (b.order, b.node)
            )
            for node, events in found.items()
        }

    def _offices_at(self) -> Iterable[tuple[str, str]]:
        tables = self._atlas.tables
        offices = tables["stated"].filter(pl.col("predicate") == "kg:office")
        best = tables["claim"].join(tables["best"], left_on="id", right_on="claim", how="semi")
        return (
            best.filter(pl.col("subject").str.starts_with("event/"))
            .join(offices.select(id="claim", office="object"), on="id")
            .select("subject", "office")
            .unique()
            .sort(pl.all())
            .iter_rows()
        )

    def _named_in(self) -> Mapping[str, list[_Named]]:
        """The claims that name each participant, with title and name as worded, and office."""
        tables = self._atlas.tables
        stated = (
            tables["stated"]
            .filter(pl.col("predicate").is_in(_WORDED))
            .sort("claim", "predicate", "object")
            .group_by("claim", "predicate")
            .agg("object")
            .pivot(on="predicate", index="claim", values="object", aggregate_function="first")
        )
        for name in _WORDED:
            if name not in stated.columns:
                stated = stated.with_columns(pl.lit(None, pl.List(pl.String)).alias(name))
        is_about = pl.col("predicate").is_in(["kg:participant", "org:holds"])
        rows = (
            tables["claim"]
            .filter(is_about, pl.col("stance").is_null(), pl.col("document").is_not_null())
            .join(stated, left_on="id", right_on="claim")
            .join(first_passages(tables), left_on="id", right_on="claim")
            .with_columns(
                who=pl.when(pl.col("predicate") == "org:holds").then("subject").otherwise("object"),
            )
            .sort("document", "start", "id")
            .select("who", "subject", "document", "evidence", *_WORDED)
        )
        found: dict[str, list[_Named]] = defaultdict(list)
        for who, *rest in rows.iter_rows():
            found[who].append(_Named(*rest))
        return found

    def _namings(self, node: str) -> Iterator[Naming]:
        seen = set()
        for said in self._claims.get(node, ()):
            for name in said.names or ("",):
                for title in said.titles or ("",):
                    key = (said.document, name, title)
                    if key in seen or not (name or title):
                        continue
                    seen.add(key)
                    document = self._atlas.ref(said.document)
                    yield Naming(name, title, document, self._atlas.passage_path(said.evidence))

    def _held(self) -> Mapping[str, list[tuple[str, str, str, str, str]]]:
        """Who is called holder of an office: by person and by office."""
        found: dict[str, list[tuple[str, str, str, str, str]]] = defaultdict(list)
        tables = self._atlas.tables
        holds = (
            tables["claim"]
            .filter(pl.col("predicate") == "org:holds", pl.col("stance").is_null())
            .join(first_passages(tables), left_on="id", right_on="claim")
            .sort("document", "start", "id")
        )
        for who, claims in self._claims.items():
            for said in claims:
                for office in said.offices or ():
                    brief = self._atlas.briefs.get(said.subject)
                    date = brief.date if brief else ""
                    entry = (who, office, date, said.document, said.evidence)
                    found[who].append(entry)
                    found[office].append(entry)
        for row in holds.iter_rows(named=True):
            if row["document"]:
                date = self._atlas.sources[row["document"]].printed
                entry = (row["subject"], row["object"], date, row["document"], row["evidence"])
                found[row["subject"]].append(entry)
                found[row["object"]].append(entry)
        return found

    def _attested(self, node: str) -> Iterator[Attested]:
        seen = set()
        for who, office, date, document, passage in self._holding.get(node, ()):
            key = (who, office, date, document)
            if key not in seen:
                seen.add(key)
                atlas = self._atlas
                yield Attested(
                    atlas.ref(office),
                    atlas.ref(who),
                    date,
                    atlas.ref(document),
                    atlas.passage_path(passage),
                )

    def _company(self, node: str, events: Sequence[Brief]) -> Iterator[Company]:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        last: dict[str, Brief] = {}
        for brief in events:
            if brief.kind not in _MET or brief.status not in _COUNTED or node not in brief.actors:
                continue
            for other in brief.actors:
                if other != node:
                    counts[other][brief.kind] += 1
                    last[other] = brief
        for other in sorted(counts, key=lambda o: (-counts[o].total(), self._atlas.label(o))):
            ways = tuple((kind, counts[other][kind]) for kind in _MET if counts[other][kind])
            yield Company(self._atlas.ref(other), ways, counts[other].total(), last[other].date)

    def _said(self) -> Mapping[str, list[Speech]]:
        tables = self._atlas.tables
        rows = (
            tables["speech"]
            .drop_nulls("speaker")
            .join(first_passages(tables), left_on="id", right_on="claim", how="left")
            .sort("document", "start", "id")
        )
        found: dict[str, list[Speech]] = defaultdict(list)
        for row in rows.iter_rows(named=True):
            found[row["speaker"]].append(speech_of(self._atlas, row))
        return found
