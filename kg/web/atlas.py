"""The graph as pages look things up in it: names, times, passages, events at a glance.

Everything is made once, from whole columns; no page asks the graph for itself.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from kg.mapping.tables import Tables
from kg.web import words
from kg.web.model import Brief, Ref
from kg.web.origins import Origins
from kg.web.paths import PAGE, anchor_of, stem_of
from kg.web.statements import Statements

DATES = ("kg:when", "kg:starts", "kg:ends", "kg:plannedFor")
_EPOCH = datetime.date(1970, 1, 1)
_PAGED = ("event", "actor", "office", "place", "topic", "series", "unnamed", "article")
_TITLES = {"Call": "Call between", "Visit": "Visit by"}
_MAIN = ("kg:when", "kg:starts", "kg:plannedFor", "kg:ends")


@dataclass(frozen=True, slots=True)
class Source:
    """A document or an utterance as pages speak of it; `said` is as in “says …”."""

    node: str
    ref: Ref
    said: str
    printed: str
    lang: str


class Atlas:
    """Lookups over the tables of a built graph.

    `text` gives the archived text of a document by its SHA-256.
    """

    def __init__(self, tables: Tables, text: Callable[[str, str], str]) -> None:
        self.tables = tables
        self.statements = Statements(tables)
        self.origins = Origins(tables, text)
        self._counts = self.origins.counts(self.statements)
        self._preferred: dict[str, tuple[str, str]] = {
            node: (text, language or "")
            for node, text, language in tables["name"]
            .filter(pl.col("predicate") == "skos:prefLabel")
            .select("node", "text", "language")
            .sort("language", "text", descending=True)
            .iter_rows()
        }
        self.times: Mapping[str, tuple[str, str | None, str | None]] = {
            node: (edtf, first, last)
            for node, edtf, first, last in tables["time"]
            .select("id", "edtf", "not_before", "not_after")
            .iter_rows()
        }
        self.passages: Mapping[str, tuple[str, int, int, str]] = {
            row[0]: row[1:]
            for row in tables["passage"]
            .select("id", "document", "start", "end", "quote")
            .iter_rows()
        }
        self.links: dict[tuple[str, str], list[str]] = defaultdict(list)
        for node, predicate, thing in (
            tables["link"].select("node", "predicate", "object").sort(pl.all()).iter_rows()
        ):
            self.links[node, predicate].append(thing)
        self.classes = dict(tables["entity"].select("id", "class").iter_rows())
        self.unnamed: Mapping[str, str] = dict(
            tables["link"]
            .filter(pl.col("predicate") == "kg:asStated")
            .select("node", "object")
            .iter_rows()
        )
        self.derived: dict[str, list[str]] = defaultdict(list)
        for source, origin in (
            tables["derivation"].select("source", "derived_from").sort(pl.all()).iter_rows()
        ):
            self.derived[source].append(origin)
        self.agents: dict[str, list[str]] = defaultdict(list)
        for node, agent, behalf in (
            tables["source"].select("id", "agent", "on_behalf_of").sort("id").iter_rows()
        ):
            others = self.links.get((node, "prov:wasAttributedTo"), ())
            self.agents[node] = sorted({agent, behalf, *others} - {None})
        self._refs: dict[str, Ref] = {}
        self.sources = {
            row["id"]: self._source(row) for row in tables["source"].iter_rows(named=True)
        }
        self.printed = {
            node: self.times[time][0]
            for node, time in tables["source"]
            .drop_nulls("published")
            .select("id", "published")
            .iter_rows()
            if time in self.times
        }
        self.briefs: Mapping[str, Brief] = {}
        self.briefs = {brief.node: brief for brief in self._briefs()}

    # --- names ----------------------------------------------------------------------------------

    def ref(self, node: str) -> Ref:
        """What a reader calls a node, and its page."""
        found = self._refs.get(node)
        if found is None:
            found = self._refs[node] = self._ref(node)
        return found

    def _ref(self, node: str) -> Ref:
        kind = node.split("/", 1)[0]
        path = stem_of(node) + PAGE if kind in _PAGED else ""
        if kind == "event" and node in self.briefs:
            return self.briefs[node].ref
        if kind == "time":
            edtf = self.times[node][0] if node in self.times else words.humanised(node)
            return Ref(words.time_words(node, edtf))
        if node in self._preferred:
            return Ref(self._preferred[node][0], path, self._preferred[node][1])
        if kind == "unnamed" and node in self.unnamed:
            return Ref(f"“{self.unnamed[node]}”", path)
        if node in self.sources:
            return self.sources[node].ref
        if kind in ("kg", "rdf", "wd") or ":" in node:
            return Ref(words.concept(node))
        return Ref(words.humanised(node), path if kind != "event" else "")

    def label(self, node: str) -> str:
        """The name alone."""
        return self.ref(node).label

    def passage_path(self, passage: str) -> str:
        """The page and fragment where a passage stands."""
        return f"{stem_of(self.passages[passage][0])}{PAGE}#{anchor_of(passage)}"

    def _source(self, row: Mapping[str, str | None]) -> Source:
        node = row["id"] or ""
        printed = self.times.get(row["published"] or "")
        date = words.time_words(row["published"] or "", printed[0]) if printed else ""
        if row["class"] == "kg:Document":
            title = row["title"] or words.humanised(node)
            ref = Ref(title, stem_of(node) + PAGE, row["language"] or "")
            return Source(node, ref, "the article", date, row["language"] or "")
        text = self._utterance(node, row)
        return Source(node, Ref(text), text, date, "")

    def _utterance(self, node: str, row: Mapping[str, str | None]) -> str:
        form = words.FORMS.get(row["form"] or "", f"in a {words.concept(row['form'] or '')}")
        agents = sorted({row["agent"] or "", *self.links.get((node, "prov:wasAttributedTo"), ())})
        who = words.listed([self._name(agent) for agent in agents if agent])
        if row["form"] == "kg:unnamed-source":
            return who or "a source the article does not name"
        text = f"{who}, {form}" if who else f"somebody, {form}"
        if row["on_behalf_of"]:
            text += f" on behalf of {self._name(row['on_behalf_of'])}"
        if row["channel"]:
            text += f", through {self._name(row['channel'])}"
        return text

    def _name(self, node: str) -> str:
        if node in self._preferred:
            return self._preferred[node][0]
        worded = self.unnamed.get(node)
        return f"“{worded}”" if worded else words.humanised(node)

    # --- events at a glance ---------------------------------------------------------------------

    def _briefs(self) -> Sequence[Brief]:
        direct: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, thing in (
            self.tables["direct"]
            .select("subject", "predicate", "object")
            .sort(pl.all())
            .iter_rows()
        ):
            direct[subject][predicate].append(thing)
        claims = self.tables["claim"].filter(pl.col("subject").str.starts_with("event/"))
        disputed = set(self.tables["disputed"]["event"])
        inferred_dates = self._inferred_dates(claims)
        briefs = [
            self._brief(
                event,
                direct[event],
                disputed=event in disputed,
                inferred=event in inferred_dates,
            )
            for event in sorted(claims["subject"].unique())
        ]
        return sorted(briefs, key=lambda brief: (brief.order, brief.node))

    def _inferred_dates(self, claims: pl.DataFrame) -> set[str]:
        """Events whose every best date is a curator's."""
        dates = claims.filter(pl.col("predicate").is_in(_MAIN)).join(
            self.tables["best"], left_on="id", right_on="claim", how="semi"
        )
        by_curator = dates.group_by("subject").agg(pl.col("according_to").is_null().all())
        return set(by_curator.filter("according_to")["subject"])

    def _brief(
        self, event: str, said: Mapping[str, list[str]], *, disputed: bool, inferred: bool
    ) -> Brief:
        kinds = [words.CLASSES.get(name, "Event") for name in said.get("rdf:type", ["kg:Event"])]
        kind = kinds[0] if kinds else "Event"
        status = "disputed" if disputed else ""
        if not status:
            status = words.concept(said["kg:status"][0]) if said.get("kg:status") else "not settled"
        spans = [
            (self.times[time], time, predicate)
            for predicate in _MAIN
            for time in said.get(predicate, ())
            if time in self.times
        ]
        narrow = min(spans, key=lambda span: (_width(span[0]), span[0][0]), default=None)
        date, first, last = "date not known", None, None
        if narrow:
            (edtf, start, end), node, predicate = narrow
            date = words.time_words(node, edtf)
            if predicate == "kg:plannedFor":
                date = f"planned for {date}"
            elif predicate == "kg:starts":
                date = f"began {date}"
            elif predicate == "kg:ends":
                date = f"until {date}"
            first, last = _day(start), _day(end)
            last = first if last is not None and first is not None and last < first else last
        place = said.get("kg:place", [""])[0]
        actors = said.get("kg:participant", [])
        order = (narrow[0][1] or narrow[0][2] or "9999") if narrow else "9999"
        return Brief(
            event,
            Ref(self._title(event, kind, said, actors), stem_of(event) + PAGE),
            kind,
            status,
            date,
            order,
            first,
            last,
            self.ref(place) if place else None,
            self._country(place),
            tuple(actors),
            *self._counts.get(event, (0, 0)),
            inferred,
        )

    def _title(
        self, event: str, kind: str, said: Mapping[str, list[str]], actors: Sequence[str]
    ) -> str:
        if said.get("kg:named"):
            return said["kg:named"][0]
        people_first = sorted(
            actors, key=lambda a: (self.classes.get(a) != "foaf:Person", self.label(a))
        )
        names = [self.label(actor) for actor in people_first]
        if len(names) > 3:
            names = [*names[:2], words.plural(len(names) - 2, "other")]
        who = words.listed(names)
        if kind == "Event":
            kinds = sorted(words.concept(name) for name in said.get("kg:kind", ()))
            what = " and ".join(kinds).capitalize()
            if what and who:
                return f"{what}: {who}"
            slug = words.humanised(event)
            return f"{what} ({slug})" if what else slug.capitalize()
        if not who:
            return words.humanised(event).capitalize()
        return f"{_TITLES.get(kind, kind + ' of')} {who}"

    def _country(self, place: str) -> str:
        seen = set()
        while place and place not in seen:
            seen.add(place)
            wider = self.links.get((place, "kg:within"))
            if not wider:
                return self.label(place)
            place = wider[0]
        return ""


def _width(time: tuple[str, str | None, str | None]) -> int:
    """Days that a time may be anywhere in; a great many where it is open."""
    first, last = _day(time[1]), _day(time[2])
    return 1_000_000 if first is None or last is None else last - first


def _day(moment: str | None) -> int | None:
    """The day of an xsd:dateTime counted from 1970; None for what Python's calendar lacks."""
    try:
        return (datetime.date.fromisoformat(moment[:10]) - _EPOCH).days if moment else None
    except ValueError:
        return None
