"""Events of a draft, and the ids that they and their utterances are given."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kg.facts.dates.resolve import Resolution
from kg.facts.registry import Registry
from kg.new.ids import free
from kg.new.phrases import kind_of

_LONGEST_SLUG = 150
_MOST_NAMES = 3


@dataclass(slots=True)
class Event:
    """An event of the draft; sentences about the same one share it. `slug` comes last of all."""

    kind: str
    who: set[str]
    place: str
    when: Resolution | None
    planned: bool
    slug: str = ""


def name_slugs(
    events: Sequence[Event], article: str, taken: Collection[str], registry: Registry
) -> set[str]:
    """Give events their slugs: who, where and when, with a number where that is taken.

    Two events are never made one. Returns the ids in lower case that are taken now.
    """
    known = {slug.lower() for slug in taken}
    for event in events:
        parts = sorted(short(id_, kind_of(registry, id_)) for id_ in event.who)[:_MOST_NAMES]
        alone = len(parts) < 2
        parts += [event.place] if event.place else []
        parts += [event.kind] if event.kind != "meeting" or alone else []
        day = event.when.edtf.day if event.when else None
        if day is not None:
            parts.append(day.isoformat())
        elif event.when and re.fullmatch(r"\d{4}(?:-\d\d)?", event.when.edtf.text):
            parts.append(event.when.edtf.text)
        event.slug = free("-".join(parts)[:_LONGEST_SLUG] or article, known)
    return known


def short(id_: str, kind: str) -> str:
    """How the id of an actor of a kind goes into a slug: a person by the family name."""
    family = id_.partition("-")[2]
    return family if family and kind == "person" else id_
