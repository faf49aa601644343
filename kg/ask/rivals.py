"""Rivals: claims on one event that cannot both be so, and fields in which nothing is settled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.ask.statements import Said, Statements, field_name
from kg.mapping.ranks import DATES

_DATES = tuple(field_name(name) for name in DATES)


def _counting(said: Said) -> bool:
    return said.stance in ("", "kg:hedges") and said.rank != "kg:deprecated"


def unsettled_fields(claims: Iterable[Said]) -> set[str]:
    """The fields in which something is said and nothing counts, since the sources disagree."""
    found = tuple(claims)
    return {s.field for s in found if _counting(s)} - {s.field for s in found if s.counts}


def conflicts(claims: Mapping[str, Said], side: Statements) -> set[frozenset[str]]:
    """Pairs of claims that cannot both be so.

    A value and its denial, two values of a field in which none is settled, and two dates that
    count and have no instant in common.
    """
    pairs = {
        frozenset((claim, denial))
        for claim in claims
        for denial in side.values(claim, "kg:disputedBy")
        if denial in claims
    }
    events = [said for said in claims.values() if said.subject.startswith("event/")]
    unsettled = unsettled_fields(events)
    rivals: dict[str, list[Said]] = defaultdict(list)
    for said in events:
        if (said.field in unsettled and _counting(said)) or (said.field in _DATES and said.counts):
            rivals[said.field].append(said)
    for field, found in rivals.items():
        for index, one in enumerate(found):
            for other in found[:index]:
                if one.value != other.value and (
                    field in unsettled or _apart(side.bounds(one.value), side.bounds(other.value))
                ):
                    pairs.add(frozenset((one.claim, other.claim)))
    return pairs


def _apart(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return one[1] < other[0] or other[1] < one[0]
