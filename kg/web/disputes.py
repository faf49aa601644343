"""Where sources do not go together, as a page shows it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from kg.ask.conflicts import KINDS, Conflict, Side, conflicts
from kg.web import words
from kg.web.atlas import Atlas
from kg.web.model import Ref, Stretch
from kg.web.quotes import stretches

SHOWN = 100
"""Conflicts of one kind on the page."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Who says one side: a source, or a curator, in which words."""

    who: str
    stance: str
    quotes: tuple[tuple[Ref, tuple[Stretch, ...]], ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One conflict: the events, the field, a note, and the sides with what they say."""

    events: tuple[tuple[Ref, str], ...]
    field: str
    note: str
    sides: tuple[tuple[str, tuple[Telling, ...]], ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """The conflicts of a kind, the first of them."""

    text: str
    total: int
    conflicts: tuple[Shown, ...]


def conflicts_page(
    atlas: Atlas, single: Collection[str], superclasses: Mapping[str, frozenset[str]]
) -> tuple[Kind, ...]:
    """All conflicts by kind, those that matter most first."""
    found = conflicts(atlas.tables, single, superclasses).conflicts
    kinds = []
    for kind, text in KINDS.items():
        of_kind = [c for c in found if c.kind == kind]
        if of_kind:
            shown = tuple(_shown(atlas, c) for c in of_kind[:SHOWN])
            kinds.append(Kind(text, len(of_kind), shown))
    return tuple(kinds)


def _shown(atlas: Atlas, conflict: Conflict) -> Shown:
    events = tuple(
        (atlas.ref(event), atlas.briefs[event].date if event in atlas.briefs else "")
        for event in conflict.events
    )
    sides = tuple((_value(atlas, side), _tellings(atlas, side)) for side in conflict.sides)
    return Shown(events, conflict.field.replace("_", " "), conflict.note, sides)


def _value(atlas: Atlas, side: Side) -> str:
    if side.value.startswith("kg:"):
        return words.CLASSES.get(side.value) or words.concept(side.value)
    return atlas.label(side.value) if "/" in side.value else side.label


def _tellings(atlas: Atlas, side: Side) -> tuple[Telling, ...]:
    tellings = []
    for saying in side.sayings:
        source = atlas.sources.get(saying.source)
        who = "A curator" if saying.inferred else atlas.label(saying.source)
        if source is not None:
            is_article = source.node.startswith("article/")
            who = f"“{source.ref.label}”" if is_article else source.said
        quotes = tuple(
            (atlas.ref(quote.document), stretches(quote.words, saying.as_stated))
            for quote in saying.quotes
        )
        tellings.append(Telling(who, words.STANCES.get(saying.stance, ""), quotes, saying.reasons))
    return tuple(dict.fromkeys(tellings))
