"""Finders of conflicts within one event: each looks at the claims of the event once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from kg.ask.reported import Reported, Said
from kg.mapping.ranks import DATES
from kg.mapping.tables import Tables

# Classes and kinds of events that happen at one place.
_ONE_PLACE = frozenset({"kg:Meeting", "kg:Talks", "kg:gathering", "kg:signing"})
_PLANS = ("kg:planned", "kg:proposed", "kg:postponed")
_OUTCOMES = ("kg:held", "kg:under-way", "kg:cancelled", "kg:not-held")
_OPEN = ("", "~")

Sides = tuple[tuple[str, str, tuple[Said, ...]], ...]
"""Of each side the event, the value and the claims."""


@dataclass(frozen=True, slots=True)
class Found:
    """A conflict as it is found: its kind, the predicate it is about, in which way, the sides."""

    kind: str
    predicate: str
    note: str
    sides: Sides


def at_issue(claims: pl.DataFrame, single: Collection[str]) -> set[str]:
    """The events that a finder may find something in, by the claims of all; mostly they are few.

    They have two values where one can be so or be more exact, a denial, something withdrawn, or a
    place in a series. Whatever a finder comes to look at has to be named here.
    """
    alone = pl.col("predicate").is_in([*single, *DATES, "kg:place", "rdf:type"])
    several = pl.col("object").n_unique() > 1
    rivals = claims.filter(alone).group_by("subject", "predicate").agg(several)
    others = claims.filter(
        (pl.col("stance") == "kg:denies")
        | (pl.col("rank") == "kg:deprecated")
        | pl.col("predicate").is_in(["kg:ordinal", "kg:inSeries"])
    )
    return {*rivals.filter("object")["subject"], *others["subject"]}


class Times:
    """Bounds of times: xsd:dateTime, what sorts before or after all where one is open."""

    def __init__(self, tables: Tables) -> None:
        rows = tables["time"].select("id", "not_before", "not_after", "edtf").iter_rows()
        self._bounds = {
            id_: (first or _OPEN[0], last or _OPEN[1], "/" in edtf)
            for id_, first, last, edtf in rows
        }

    def bounds(self, time: str) -> tuple[str, str]:
        """The first and the last instant of a time."""
        first, last, _ = self._bounds.get(time, (*_OPEN, False))
        return first, last

    def lasts(self, time: str) -> bool:
        """Whether a time is a stretch that something lasts throughout."""
        return self._bounds.get(time, (*_OPEN, False))[2]

    def of(self, claims: Iterable[Said]) -> tuple[str, str]:
        """Between which instants an event was, by its best-ranked dates.

        Where these agree it was within all of them, and where they do not, within any.
        """
        found = [
            self.bounds(said.value)
            for said in claims
            if said.best and said.predicate in ("kg:when", "kg:starts")
        ]
        if not found:
            return _OPEN
        firsts, lasts = [first for first, _ in found], [last for _, last in found]
        if max(firsts) <= min(lasts):
            return max(firsts), min(lasts)
        return min(firsts), max(lasts)


class Finders:
    """What is wrong within an event."""

    def __init__(
        self,
        reported: Reported,
        single: frozenset[str],
        superclasses: Mapping[str, frozenset[str]],
    ) -> None:
        self._reported, self._single, self._classes = reported, single, superclasses
        tables = reported.tables
        self.times = Times(tables)
        links = tables["link"].filter(pl.col("predicate") == "kg:within")
        self._within = dict(links.select("node", "object").iter_rows())
        stated = tables["stated"]
        revisions = stated.filter(pl.col("predicate") == "prov:wasRevisionOf")
        self._revised = dict(revisions.select("object", "claim").iter_rows())
        series = stated.filter(pl.col("predicate") == "kg:series")
        self._series = dict(series.select("claim", "object").iter_rows())

    def telling(self, event: str) -> tuple[Said, ...]:
        """The claims that tell what an event is."""
        claims = self._reported.events[event]
        return tuple(said for said in claims if said.predicate == "rdf:type" and said.counts)

    def of_event(self, event: str) -> Iterator[Found]:
        """The conflicts within an event."""
        claims = self._reported.events[event]
        by_field: dict[tuple[str, str], dict[str, list[Said]]] = defaultdict(dict)
        for said in claims:
            if said.counts:
                # A number counts in one series, and says nothing of its place in another.
                field = (said.predicate, self._series.get(said.id, ""))
                by_field[field].setdefault(said.value, []).append(said)
        one_place = any(
            said.value in _ONE_PLACE
            for said in claims
            if said.best and said.predicate in ("rdf:type", "kg:kind")
        )
        apart: dict[str, Sides] = {}
        for (predicate, _), values in sorted(by_field.items()):
            if len(values) < 2:
                continue
            rivals = self._rivals(predicate, values, one_place=one_place)
            if rivals:
                apart[predicate] = _sides(event, rivals, values)
                yield Found("disagreement", predicate, _settled(values, rivals), apart[predicate])
            yield from self._precision(event, predicate, values)
        yield from self._two_in_one(apart, by_field)
        yield from _denials(claims)
        yield from self._corrections(claims)

    def _rivals(
        self, predicate: str, values: Mapping[str, list[Said]], *, one_place: bool
    ) -> list[str]:
        """The values of which each excludes another one."""
        if predicate in DATES:
            bounds = {value: self.times.bounds(value) for value in values}
            latest, earliest = (
                max(b[0] for b in bounds.values()),
                min(b[1] for b in bounds.values()),
            )
            return sorted(
                v for v, (first, last) in bounds.items() if last < latest or first > earliest
            )
        if predicate == "kg:place":
            return self._apart(values, self._nested) if one_place else []
        if predicate not in self._single:
            return []
        if predicate == "rdf:type":
            return self._apart(values, self._general)
        left = list(values)
        if predicate == "kg:status" and any(value in _OUTCOMES for value in left):
            left = [value for value in left if value not in _PLANS]
        return sorted(left) if len(left) > 1 else []

    def _apart(self, values: Iterable[str], over: Callable[[str, str], bool]) -> list[str]:
        """The values that do not go with all the others: neither is over the other."""
        found = sorted(values)
        return [
            one
            for one in found
            if any(
                one != other and not over(one, other) and not over(other, one) for other in found
            )
        ]

    def _nested(self, outer: str, inner: str) -> bool:
        seen: set[str] = set()
        while inner not in seen:
            seen.add(inner)
            inner = self._within.get(inner, inner)
            if inner == outer:
                return outer not in seen
        return False

    def _general(self, general: str, special: str) -> bool:
        return general != special and general in self._classes.get(special, ())

    def _wider(self, outer: str, inner: str) -> bool:
        """Whether a time holds another within it and reaches further; a duration is no such."""
        if self.times.lasts(outer) or self.times.lasts(inner):
            return False
        (first, last), (start, end) = self.times.bounds(outer), self.times.bounds(inner)
        return first <= start and end <= last and (first, last) != (start, end)

    def _precision(
        self, event: str, predicate: str, values: Mapping[str, list[Said]]
    ) -> Iterator[Found]:
        """Values that one source gives and another gives more exactly."""
        over: Callable[[str, str], bool]
        if predicate in DATES:
            over = self._wider
        elif predicate == "kg:place":
            over = self._nested
        elif predicate == "rdf:type":
            over = self._general
        else:
            return
        for coarse in sorted(values):
            finer = [value for value in sorted(values) if value != coarse and over(coarse, value)]
            knowing = {voice for value in finer for said in values[value] for voice in said.voices}
            vague = {voice for said in values[coarse] for voice in said.voices}
            # Whoever says both is only being brief at one place.
            if finer and vague - knowing:
                yield Found("precision", predicate, "", _sides(event, [coarse, *finer], values))

    def _two_in_one(
        self,
        apart: Mapping[str, Sides],
        by_field: Mapping[tuple[str, str], Mapping[str, list[Said]]],
    ) -> Iterator[Found]:
        """An event whose dates and something else part the articles in the same way."""
        for predicate in ("kg:when", "kg:starts"):
            sides = apart.get(predicate, ())
            for place, one in enumerate(sides):
                for other in sides[place + 1 :]:
                    (first, end), (start, last) = map(self.times.bounds, (one[1], other[1]))
                    ours, theirs = _documents(one[2]), _documents(other[2])
                    if not (end < start or last < first) or not ours or not theirs or ours & theirs:
                        continue
                    what = [
                        name
                        for name, field in (("place", "kg:place"), ("kind", "rdf:type"))
                        if _parts(apart.get(field, ()), ours, theirs)
                    ]
                    people = by_field.get(("kg:participant", ""), {})
                    if _differ(people, ours, theirs):
                        what.append("people")
                    if what:
                        note = f"other dates go with other {' and '.join(what)}"
                        yield Found("two-in-one", predicate, note, (one, other))

    def _corrections(self, claims: Sequence[Said]) -> Iterator[Found]:
        by_id = {said.id: said for said in claims}
        for old in claims:
            if old.rank != "kg:deprecated":
                continue
            new = by_id.get(self._revised.get(old.id, ""))
            sides: Sides = ((old.event, old.value, (old,)),)
            if new is not None:
                sides += ((new.event, new.value, (new,)),)
            note = "corrected" if new is not None else "withdrawn"
            yield Found("correction", old.predicate, note, sides)


def _denials(claims: Sequence[Said]) -> Iterator[Found]:
    denied: dict[tuple[str | None, ...], list[Said]] = defaultdict(list)
    for said in claims:
        if said.stance == "kg:denies" and said.rank != "kg:deprecated":
            denied[said.triple].append(said)
    for triple, denials in sorted(denied.items(), key=lambda item: item[1][0].id):
        reports = tuple(said for said in claims if said.triple == triple and said.counts)
        if reports:
            first = denials[0]
            event, value = first.event, first.value
            sides = ((event, value, reports), (event, value, tuple(denials)))
            yield Found("denial", first.predicate, "", sides)


def _sides(event: str, chosen: Iterable[str], values: Mapping[str, list[Said]]) -> Sides:
    return tuple((event, value, tuple(values[value])) for value in chosen)


def _settled(values: Mapping[str, list[Said]], rivals: Sequence[str]) -> str:
    """Whether a rank, or that somebody only says so with reservation, leaves one value."""
    best = [value for value in rivals if any(said.best for said in values[value])]
    return f"settled by rank: {best[0].split('/')[-1]}" if len(best) == 1 else ""


def _documents(claims: Iterable[Said]) -> frozenset[str]:
    return frozenset(document for said in claims for document in said.documents)


def _parts(sides: Sides, ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether values that exclude each other are of the one documents here, the others there."""
    documents = [_documents(side[2]) for side in sides]
    return any(d & ours and not d & theirs for d in documents) and any(
        d & theirs and not d & ours for d in documents
    )


def _differ(people: Mapping[str, list[Said]], ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether either documents name somebody whom the others do not."""
    told = [_documents(claims) for claims in people.values()]
    return any(d & ours and not d & theirs for d in told) and any(
        d & theirs and not d & ours for d in told
    )
