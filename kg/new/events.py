"""Events that a project has already, to hold the candidates of a new text against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kg.check.diagnostic import Findings
from kg.facts.compile import compile_facts
from kg.facts.project import Project

_DATES = ("kg:when", "kg:starts", "kg:ends", "kg:plannedFor")
_MOST = 5
Bounds = tuple[datetime | None, datetime | None]


@dataclass(frozen=True, slots=True)
class Event:
    """An event by its slug: ids of participants, EDTF texts, first and last second of its dates."""

    slug: str
    participants: frozenset[str]
    dates: tuple[str, ...]
    bounds: tuple[Bounds, ...]


def events_of(project: Project) -> tuple[Event, ...]:
    """The events of a project's facts, as far as they can be compiled, by slug."""
    tables, _ = compile_facts(
        project.articles, project.registry, project.vocabulary, project.texts, Findings()
    )
    times = {
        id_: (edtf, (_moment(first), _moment(last)))
        for id_, edtf, first, last in tables["time"]
        .select("id", "edtf", "not_before", "not_after")
        .iter_rows()
    }
    participants: dict[str, set[str]] = defaultdict(set)
    dates: dict[str, dict[str, Bounds]] = defaultdict(dict)
    claims = tables["claim"].select("subject", "predicate", "object")
    for subject, predicate, value in claims.iter_rows():
        if predicate == "kg:participant":
            participants[subject].add(value.split("/", 1)[-1])
        elif predicate in _DATES and value in times:
            edtf, bounds = times[value]
            dates[subject][edtf] = bounds
    return tuple(
        Event(
            node.removeprefix("event/"),
            frozenset(participants[node]),
            tuple(sorted(dates[node])),
            tuple(bounds for _, bounds in sorted(dates[node].items())),
        )
        for node in sorted(participants)
        if node.startswith("event/")
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=None) if text else None


def perhaps_same(
    known: Iterable[Event], participants: frozenset[str], when: Bounds | None
) -> list[Event]:
    """Events with a shared participant and an overlapping date, those with most shared first.

    Where either has no date, two must be shared.
    """
    found = []
    for event in known:
        shared = len(event.participants & participants)
        if when is None or not event.bounds:
            fits = shared >= 2
        else:
            fits = shared >= 1 and any(_overlap(when, bounds) for bounds in event.bounds)
        if fits:
            found.append((-shared, event.slug, event))
    return [event for _, _, event in sorted(found, key=lambda item: item[:2])[:_MOST]]


def _overlap(one: Bounds, other: Bounds) -> bool:
    (start, end), (first, last) = one, other
    return (start is None or last is None or start <= last) and (
        first is None or end is None or first <= end
    )
