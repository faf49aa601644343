"""Conflicts: where what is said of events does not go together, by kind, with both sides' words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from kg.ask.conflict_finders import Finders, Found, at_issue
from kg.ask.conflict_ordinals import ordinals
from kg.ask.conflict_quantities import quantities
from kg.ask.duplicates import Place
from kg.ask.gap_items import field_names
from kg.ask.reported import Reported
from kg.ask.same_events import alike_events
from kg.mapping.tables import Tables

KINDS: Mapping[str, str] = {
    "disagreement": "values that cannot both be so",
    "denial": "one denies what another reports",
    "ordinals": "a number in a series does not fit the dates",
    "two-in-one": "one event, told of as if it were two",
    "look-alike": "two events that look like one",
    "precision": "one says more exactly what another says",
    "correction": "what was said was corrected or withdrawn later",
}
"""Kinds of conflict, those first of which only one side can be right."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage: its document and its words."""

    document: str
    words: str


@dataclass(frozen=True, slots=True)
class Saying:
    """One claim on a side; `source` is whoever says so, the curator where it is `inferred`."""

    claim: str
    source: str
    inferred: bool
    stance: str
    rank: str
    as_stated: tuple[str, ...]
    quotes: tuple[Quote, ...]
    reasons: tuple[str, ...]
    place: Place | None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the things said, and every claim of it; `event` is whose it is, or a population."""

    event: str
    value: str
    label: str
    sayings: tuple[Saying, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Things said that do not go together; `field` is as curators write it, `note` says how so."""

    kind: str
    events: tuple[str, ...]
    field: str
    note: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Conflicts:
    """What was found, in the order of KINDS, and how much of what was looked at."""

    looked_at: Mapping[str, int]
    conflicts: tuple[Conflict, ...]


def conflicts(
    tables: Tables, single: Collection[str], superclasses: Mapping[str, frozenset[str]]
) -> Conflicts:
    """The conflicts of a project, from its tables after ranks; what software coded is left out.

    `single` and `superclasses` are those that the claims were ranked by.
    """
    software = tables["entity"].filter(pl.col("class") == "prov:SoftwareAgent")["id"]
    human = tables["claim"].filter(~pl.col("agent").fill_null("").is_in(software.implode()))
    tables = tables.replacing({"claim": human})
    undeprecated = human.filter(pl.col("rank").fill_null("") != "kg:deprecated")
    alike = alike_events(tables.replacing({"claim": undeprecated}))
    is_event = pl.col("subject").str.starts_with("event/")
    of_events = human.filter(is_event)
    closely = at_issue(of_events, single) | {event for pair in alike.alike for event in pair[:2]}
    some = human.filter(~is_event | pl.col("subject").is_in(sorted(closely)))
    reported = Reported(tables.replacing({"claim": some}))
    finders = Finders(reported, frozenset(single), superclasses)
    found: list[Found] = []
    for event in sorted(reported.events):
        found += finders.of_event(event)
    series, counted = ordinals(reported, finders.times)
    found += counted
    numbers, rival = quantities(tables, finders.times, frozenset(software))
    found += rival
    for one, other, evidence in alike.alike:
        sides = tuple((event, event, finders.telling(event)) for event in (one, other))
        found.append(Found("look-alike", "", "; ".join(evidence), sides))
    order = {kind: place for place, kind in enumerate(KINDS)}
    found.sort(key=lambda f: (order[f.kind], f.sides[0][0], f.predicate, f.sides[0][1]))
    looked_at = {
        "events": of_events["subject"].n_unique(),
        "claims": len(of_events),
        "series": series,
        "quantities": numbers,
        "pairs of events": alike.compared,
    }
    return Conflicts(looked_at, tuple(_Writer(tables, found).conflicts()))


def about(found: Conflicts, event: str | None, kinds: Collection[str]) -> Conflicts:
    """Those of some kinds, all if none is named, and of one event, if one is."""
    chosen = tuple(
        conflict
        for conflict in found.conflicts
        if (not kinds or conflict.kind in kinds) and (event is None or event in conflict.events)
    )
    return Conflicts(found.looked_at, chosen)


class _Writer:
    """Makes conflicts of what was found, with what the claims on their sides rest on."""

    def __init__(self, tables: Tables, found: Iterable[Found]) -> None:
        self._found = list(found)
        ids = {said.id for f in self._found for _, _, side in f.sides for said in side}
        wanted = pl.DataFrame({"claim": sorted(ids)}, schema={"claim": pl.String})
        stated = tables["stated"].join(wanted, on="claim", how="semi")
        self._words = _lists(stated.filter(pl.col("predicate") == "kg:asStated"))
        self._reasons = _lists(stated.filter(pl.col("predicate") == "kg:reason"))
        quoted = (
            tables["support"]
            .join(wanted, on="claim", how="semi")
            .join(tables["passage"], left_on="evidence", right_on="id")
            .sort("document", "start")
        )
        self._quotes: dict[str, list[Quote]] = defaultdict(list)
        for claim, document, quote in quoted.select("claim", "document", "quote").iter_rows():
            self._quotes[claim].append(Quote(document, " ".join(quote.split())))
        self._places = _places(tables["position"].join(wanted, left_on="node", right_on="claim"))
        names = tables["name"].filter(pl.col("predicate") == "skos:prefLabel")
        self._labels = dict(names.select("node", "text").iter_rows())
        self._labels |= dict(tables["time"].select("id", "edtf").iter_rows())
        predicates = sorted({f.predicate for f in self._found})
        named = pl.DataFrame({"predicate": predicates}, schema={"predicate": pl.String})
        fields = named.select("predicate", field=field_names(pl.col("predicate")))
        self._fields = dict(fields.iter_rows())

    def conflicts(self) -> Iterable[Conflict]:
        for found in self._found:
            sides = tuple(
                Side(event, value, self._label(value), tuple(map(self._saying, said)))
                for event, value, said in found.sides
            )
            events = tuple(dict.fromkeys(side.event for side in sides))
            field = self._fields.get(found.predicate, "")
            yield Conflict(found.kind, events, field, found.note, sides)

    def _label(self, value: str) -> str:
        found = self._labels.get(value)
        return str(found) if found else value.removeprefix("kg:").removeprefix("event/")

    def _saying(self, said: Any) -> Saying:
        return Saying(
            said.id,
            said.according_to or said.agent,
            not said.according_to,
            said.stance,
            said.rank,
            tuple(self._words.get(said.id, ())),
            tuple(self._quotes.get(said.id, ())),
            tuple(self._reasons.get(said.id, ())),
            self._places.get(said.id),
        )


def _lists(stated: pl.DataFrame) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for claim, text in stated.select("claim", "object").sort("claim", "object").iter_rows():
        found[claim].append(text)
    return found


def _places(positions: pl.DataFrame) -> dict[str, Place]:
    """Of each claim where its value stands, or else where its event does."""
    order = pl.col("property").replace_strict({"value": 0, "event": 1}, default=2)
    rows = positions.sort("node", order, "file", "line", "column")
    found: dict[str, Place] = {}
    for node, *place in rows.select("node", "file", "line", "column").iter_rows():
        found.setdefault(node, Place(*place))
    return found
