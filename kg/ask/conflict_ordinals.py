"""Ordinals that do not add up: numbers in a series held against the dates of its events."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from kg.ask.conflict_finders import Found, Times
from kg.ask.reported import Reported, Said

_NOT_HELD = frozenset(
    {"kg:planned", "kg:proposed", "kg:postponed", "kg:cancelled", "kg:not-held", "kg:disputed"}
)
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Counted:
    """An event with its number in a series, and the instants it was between."""

    number: int
    event: str
    start: str
    end: str
    claims: tuple[Said, ...]

    @property
    def side(self) -> tuple[str, str, tuple[Said, ...]]:
        return self.event, str(self.number), self.claims


def ordinals(reported: Reported, times: Times) -> tuple[int, list[Found]]:
    """How many series were looked at, and what does not add up in them."""
    stated = reported.tables["stated"].filter(pl.col("predicate") == "kg:series")
    series_of = dict(stated.select("claim", "object").iter_rows())
    members: dict[str, list[_Counted]] = defaultdict(list)
    over: dict[str, list[tuple[str, str, tuple[Said, ...]]]] = defaultdict(list)
    for event, claims in sorted(reported.events.items()):
        start, end = times.of(claims)
        numbered: dict[tuple[str, int], list[Said]] = defaultdict(list)
        within: dict[str, list[Said]] = defaultdict(list)
        for said in claims:
            if said.predicate == "kg:ordinal" and said.best and said.id in series_of:
                numbered[series_of[said.id], int(said.value)].append(said)
            elif said.predicate == "kg:inSeries" and said.best:
                within[said.value].append(said)
        for (series, number), of_it in numbered.items():
            members[series].append(_Counted(number, event, start, end, tuple(of_it)))
        status = {said.value for said in claims if said.predicate == "kg:status" and said.best}
        if status and not status & _NOT_HELD:
            for series, said_of in within.items():
                over[series].append((end, event, tuple(said_of)))
    found: list[Found] = []
    for series, counted in sorted(members.items()):
        ordered = sorted(counted, key=lambda c: (c.number, c.start, c.event))
        name = series.split("/", 1)[-1]
        found += _same_number(ordered, name)
        found += _wrong_order(ordered, name)
        found += _too_many(ordered, sorted(over[series], key=lambda o: o[:2]), name)
    return len(members.keys() | over.keys()), found


def _same_number(ordered: Sequence[_Counted], series: str) -> list[Found]:
    return [
        Found(
            "ordinals",
            "kg:ordinal",
            f"two events have the number {one.number} in {series}",
            (one.side, other.side),
        )
        for one, other in pairwise(ordered)
        if one.number == other.number
    ]


def _wrong_order(ordered: Sequence[_Counted], series: str) -> list[Found]:
    """Events that were over before one with a lower number began."""
    found = []
    latest: _Counted | None = None
    for counted in ordered:
        if latest and latest.number < counted.number and counted.end < latest.start:
            note = f"number {counted.number} in {series} was over before number {latest.number}"
            found.append(Found("ordinals", "kg:ordinal", note, (latest.side, counted.side)))
        if latest is None or counted.start > latest.start:
            latest = counted
    return found


def _too_many(
    ordered: Sequence[_Counted], over: Sequence[tuple[str, str, tuple[Said, ...]]], series: str
) -> list[Found]:
    """Events before which there were more than their number says.

    These are the events with lower numbers, and those without one that were over before.
    """
    numbered = {counted.event for counted in ordered}
    others = [event for event in over if event[1] not in numbered]
    ends = [end for end, _, _ in others]
    lower = {number: place for place, number in enumerate(sorted({c.number for c in ordered}))}
    found = []
    for counted in ordered:
        before = bisect_left(ends, counted.start) if counted.start else 0
        if before and before + lower[counted.number] >= counted.number:
            shown = tuple((event, event, said) for _, event, said in others[:before][-_SHOWN:])
            number = before + lower[counted.number]
            note = f"number {counted.number} in {series} has {number} before it"
            found.append(Found("ordinals", "kg:ordinal", note, (counted.side, *shown)))
    return found
