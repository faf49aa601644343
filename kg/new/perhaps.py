"""What a sentence may tell of without a contact between people who are known: all as remarks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.facts.registry import Registry
from kg.new.dates import Candidate
from kg.new.denials import is_office
from kg.new.events import Event
from kg.new.figures import kinds
from kg.new.phrases import Sort
from kg.new.scalars import comment
from kg.new.told import Sentence
from kg.new.topics import topics
from kg.new.values import written

_MOST_KNOWN = 3


def perhaps(
    told: Sentence, quote: str, article: str, events: Sequence[Event], registry: Registry
) -> Iterator[str]:
    """What may be told of without a contact between people who are known, as remarks."""
    if told.occasion is not None and not told.speech:
        yield f"      - {told.occasion.kind}: {told.occasion.slug}"
        if told.represented:
            yield "        who:"
        for phrase in told.represented:
            yield f"          - {written(quote, phrase.words, phrase.value)}"
        about = topics(told.text, registry)
        if about:
            yield comment(f"topic: words = {' or '.join(about)}", 8)
        return
    unknown = new_names(told, quote)
    speaks = told.speech is not None and (told.speech.speaker is not None or told.speech.said)
    if speaks and not (told.told and unknown):
        return
    named = [p for p in told.phrases if p.sort in (Sort.NAMED, Sort.OFFICE)]
    others = told.speech.others if told.speech else frozenset()
    who = {
        phrase.id: value
        for phrase in reversed(named)
        if phrase not in others
        and not is_office(phrase)
        and (value := written(quote, phrase.words, phrase.value))
    }
    words = list(kinds(told.text))
    if not told.told and not words:
        return
    word = told.told.kind if told.told else "event"
    kind = told.told.kind if told.told else words[0][1]
    known = [
        event.slug
        for event in events
        if words
        and re.search(rf"\b{words[0][1]}|{words[0][0]}\b", event.slug)
        and event.participants & who.keys()
    ]
    yield comment("Perhaps, with an id:", 6)
    for slug in known[:_MOST_KNOWN]:
        yield comment(f"- event: {slug}", 6)
        yield comment("  same: the reason why it is the one of another article", 6)
    if not known:
        made = "-".join([*sorted(who)[:2], kind])
        yield comment(f"- {word}: {made or article}", 6)
    for text, concept in words[:2]:
        yield comment(f"  kind: {written(quote, text, concept)}", 6)
    yield comment("  who:", 6)
    for value in (*reversed(who.values()), *unknown):
        yield comment(f"    - {value}", 6)
    for place in dict.fromkeys((*told.here, *told.places)):
        if place.section == "place":
            yield comment(f"  where: {written(quote, place.words, place.id)}", 6)
    for candidate in told.dates:
        fixed = told.chosen if candidate is told.when else None
        value = f"{candidate.words} = {fixed.edtf.text}" if fixed else listed(candidate)
        yield comment(f"  when: {value}", 6)


def new_names(told: Sentence, quote: str) -> list[str]:
    """Names that the registry does not have, of those who take part."""
    others = told.speech.others if told.speech else frozenset()
    values = (
        written(quote, phrase.words, phrase.id)
        for phrase in told.phrases
        if phrase.sort is Sort.NEW and phrase not in others and not is_office(phrase)
    )
    return [value for value in values if value is not None]


def listed(candidate: Candidate) -> str:
    """Date words with all that they may mean."""
    days = dict.fromkeys(r.edtf.text for r in candidate.readings)
    return f"{candidate.words} = {' or '.join(days) if days else 'YYYY-MM-DD'}"
