"""Events that may be one: the same people, in the same way, at a time and place that agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice

import polars as pl

from kg.mapping.ranks import DATES
from kg.mapping.tables import Tables

MOST = 1000
"""Pairs of events that are compared for any two people who met, at most."""
PEOPLE = 8
"""Of an event with more participants, those with the fewest events are looked at."""

# Talks say less than a meeting or a call, and may be either.
_TALKS = ("kg:Talks", "kg:Meeting", "kg:Call")
# Whoever relates two events tells of two.
_RELATIONS = (
    *("kg:partOf", "kg:onSidelinesOf", "kg:before", "kg:after", "kg:overlaps", "kg:replaces"),
    "kg:becauseOf",
)
_NOT_HELD = ("kg:cancelled", "kg:not-held")


@dataclass(frozen=True, slots=True)
class AlikeEvents:
    """Pairs with their evidence, the likeliest first, of `count` events.

    `cut` is the number of groups of people with more than MOST pairs of events to be compared.
    """

    count: int
    compared: int
    cut: int
    alike: tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class _Event:
    """What is compared of an event; bounds are xsd:dateTime, open ones below or above all."""

    node: str
    type: str
    status: str
    kinds: frozenset[str]
    people: frozenset[str]
    places: frozenset[str]
    dates: tuple[str, ...]
    start: str
    end: str
    sources: frozenset[str]
    counted: frozenset[str]


_OPEN = ("", "~")


def alike_events(tables: Tables) -> AlikeEvents:
    """Events that may be one, of the claims that the tables hold."""
    events = {event.node: event for event in _events(tables)}
    related, noted = _related(tables)
    within = dict(
        tables["link"]
        .filter(pl.col("predicate") == "kg:within")
        .select("node", "object")
        .iter_rows()
    )
    blocks = [list(block) for block in _pairs(list(events.values()))]
    pairs = {pair for block in blocks for pair in block[:MOST]}
    pairs |= {(min(pair), max(pair)) for pair in noted if pair <= events.keys()}
    pairs = {pair for pair in pairs if frozenset(pair) not in related}
    found = []
    for pair in sorted(pairs):
        one, other = events[pair[0]], events[pair[1]]
        evidence = _evidence(one, other, within, noted=frozenset(pair) in noted)
        if evidence is not None:
            order = (frozenset(pair) not in noted, -len(one.people & other.people), -len(evidence))
            found.append((order, *pair, evidence))
    cut = sum(len(block) > MOST for block in blocks)
    return AlikeEvents(len(events), len(pairs), cut, tuple(item[1:] for item in sorted(found)))


def _events(tables: Tables) -> Iterator[_Event]:
    direct, times = tables["direct"], tables["time"]

    def values(predicate: str) -> dict[str, frozenset[str]]:
        rows = direct.filter(pl.col("predicate") == predicate)
        return _gathered(rows.select("subject", "object"))

    types, status, kinds = values("rdf:type"), values("kg:status"), values("kg:kind")
    places = values("kg:place")
    # Somebody unnamed is somebody in one article alone.
    people = _gathered(
        direct.filter(
            pl.col("predicate") == "kg:participant", ~pl.col("object").str.starts_with("unnamed/")
        ).select("subject", "object")
    )
    dated = direct.filter(pl.col("predicate").is_in(DATES)).join(
        times, left_on="object", right_on="id"
    )
    bounds = {
        node: (dates, start or _OPEN[0], end or _OPEN[1])
        for node, dates, start, end in dated.group_by("subject")
        .agg(
            pl.col("edtf").unique().sort(),
            pl.when(pl.col("not_before").is_not_null().all()).then(pl.col("not_before").min()),
            pl.when(pl.col("not_after").is_not_null().all()).then(pl.col("not_after").max()),
        )
        .iter_rows()
    }
    claims = tables["claim"].filter(pl.col("subject").str.starts_with("event/"))
    sources = _gathered(claims.drop_nulls("document").select("subject", "document"))
    numbers = direct.filter(pl.col("predicate").is_in(["kg:ordinal", "kg:inSeries"]))
    counted = _gathered(numbers.select("subject", pl.col("predicate") + " " + pl.col("object")))
    nothing: frozenset[str] = frozenset()
    for node in claims["subject"].unique().sort():
        dates, start, end = bounds.get(node, ((), *_OPEN))
        yield _Event(
            node,
            min(types.get(node, nothing), default=""),
            min(status.get(node, nothing), default=""),
            kinds.get(node, nothing),
            people.get(node, nothing),
            places.get(node, nothing),
            tuple(dates),
            start,
            end,
            sources.get(node, nothing),
            counted.get(node, nothing),
        )


def _gathered(pairs: pl.DataFrame) -> dict[str, frozenset[str]]:
    sets: dict[str, set[str]] = defaultdict(set)
    for key, value in pairs.iter_rows():
        sets[key].add(value)
    return {key: frozenset(values) for key, values in sets.items()}


def _related(tables: Tables) -> tuple[set[frozenset[str]], set[frozenset[str]]]:
    """Pairs of events that are related, so that they are two, and those that may be one."""
    claims = tables["claim"].filter(pl.col("stance").is_null())

    def pairs(*predicates: str) -> set[frozenset[str]]:
        rows = claims.filter(pl.col("predicate").is_in(predicates))
        return {frozenset(pair) for pair in rows.select("subject", "object").iter_rows()}

    return pairs(*_RELATIONS), pairs("kg:possiblySameAs")


def _pairs(events: list[_Event]) -> Iterator[Iterator[tuple[str, str]]]:
    """Pairs that share two participants, or the only one, at times that may be one, by these."""
    often: dict[str, int] = defaultdict(int)
    for event in events:
        for person in event.people:
            often[person] += 1
    keyed: dict[tuple[str, ...], list[_Event]] = defaultdict(list)
    alone = {next(iter(event.people)) for event in events if len(event.people) == 1}
    for event in events:
        rare = sorted(event.people, key=lambda person: (often[person], person))[:PEOPLE]
        family = "kg:Talks" if event.type in _TALKS else event.type
        for pair in combinations(sorted(rare), 2):
            keyed[family, *pair].append(event)
        for person in alone.intersection(rare):
            keyed[family, person].append(event)
    for key, block in keyed.items():
        yield islice(_overlapping(block, alone=len(key) == 2), MOST + 1)


def _overlapping(block: list[_Event], *, alone: bool) -> Iterator[tuple[str, str]]:
    """Pairs of a block whose times overlap, found in one pass in the order of their beginning."""
    going_on: list[_Event] = []
    for event in sorted(block, key=lambda event: (event.start, event.node)):
        going_on = [other for other in going_on if other.end >= event.start]
        for other in going_on:
            if alone and len(event.people) > 1 and len(other.people) > 1:
                continue
            yield min(event.node, other.node), max(event.node, other.node)
        going_on.append(event)


def _evidence(
    one: _Event, other: _Event, within: dict[str, str], *, noted: bool
) -> tuple[str, ...] | None:
    """What speaks for two events being one; None where that is too little.

    Of these, two have to be so: two people took part in both; both have a date; both have a place.
    """
    where = _places(one, other, within)
    shared = one.people & other.people
    if not noted:
        enough = (len(shared) > 1) + bool(one.dates and other.dates) + bool(where) > 1
        if where is None or not enough or _two(one, other):
            return None
    people = ", ".join(sorted(person.split("/", 1)[1] for person in shared))
    dates = [" and ".join(event.dates) or "no date" for event in (one, other)]
    when = dates[0] if dates[0] == dates[1] else f"{dates[0]}; {dates[1]}"
    found = [f"both with {people}"] if shared else []
    found.append(f"date: {when}")
    if where:
        found.append(f"place: {where}")
    if noted:
        found.append("the facts say that they may be one")
    return tuple(found)


def _two(one: _Event, other: _Event) -> bool:
    """Whether something says that the events are two."""
    types, statuses = {one.type, other.type}, (one.status, other.status)
    return (
        (len(types) > 1 and not ("kg:Talks" in types and types <= set(_TALKS)))
        or bool(one.kinds and other.kinds and not one.kinds & other.kinds)
        or sum(status in _NOT_HELD for status in statuses) == 1
        or bool(one.counted and other.counted and one.counted != other.counted)
        # An article that tells of both by two names means two.
        or bool(one.sources & other.sources)
    )


def _places(one: _Event, other: _Event, within: dict[str, str]) -> str | None:
    """The places where they agree; nothing where one is unknown, None where they do not."""
    if not one.places or not other.places:
        return ""
    shared = [
        max(a, b, key=lambda place: len(_around(place, within)))
        for a in sorted(one.places)
        for b in sorted(other.places)
        if a in _around(b, within) or b in _around(a, within)
    ]
    return shared[0].split("/", 1)[1] if shared else None


def _around(place: str, within: dict[str, str]) -> list[str]:
    """A place and all that it lies in."""
    found = [place]
    while (place := within.get(place, "")) and place not in found:
        found.append(place)
    return found
