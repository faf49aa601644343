"""Passages of a draft: a sentence with the event it may tell of, and what to look at in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from kg.facts.dates.resolve import Resolution
from kg.facts.registry import Registry
from kg.facts.text.archived import ArchivedText
from kg.facts.text.quote import NEGATION, QuoteError, Stretch, find_words
from kg.new.dates import Candidate, dates_in
from kg.new.events import Event, perhaps_same
from kg.new.mentions import Agent, Mention, agents, places
from kg.new.scalars import comment, folded, scalar
from kg.new.sentences import Contact, contact
from kg.new.unknown import Unknown, unknown_names

_CONFIRM = "  - confirm: the id of the event, every value, and who says so"
# A date behind one of these is the day of something else.
_OTHER_EVENT = re.compile(r"\b(?:since|after|before|until|following|amid)\b")
_MOST_NAMES = 3


class Passages:
    """Writes passages; ids of events are given once, also to sentences about the same one."""

    def __init__(
        self,
        text: ArchivedText,
        article: str,
        found: Sequence[Mention],
        registry: Registry,
        events: Sequence[Event],
        slugs: Collection[str],
        day: date | None,
    ) -> None:
        self._text = text
        self._article = article
        self._found = found
        self._registry = registry
        self._events = events
        self._taken = {slug.lower() for slug in slugs}
        self._day = day

    def empty(self, stretches: Sequence[Stretch]) -> Iterator[str]:
        """A passage without facts, for a text in which no contact was found."""
        yield "  # No sentence tells of a meeting, a call, a visit or talks."
        for stretch in stretches[:1]:
            yield _CONFIRM
            yield from folded("quote", self._quote(stretch), 4)

    def lines(self, stretch: Stretch) -> Iterator[str]:
        """The passage of a sentence that tells of a contact."""
        sentence = self._text.text[stretch.start : stretch.end]
        told = contact(sentence)
        if told is None:
            return
        quote = self._quote(stretch)
        yield _CONFIRM
        if told.attribution:
            yield comment(f"“{told.attribution}”: is this somebody's word? Then add `by:`.", 4)
        negation = NEGATION.search(sentence)
        if negation:
            yield comment(
                f"“{negation[0]}”: what do these words deny? The fact is yours to write.", 4
            )
            yield from folded("quote", quote, 4)
        else:
            yield from self._fact(stretch, sentence, quote, told)
        yield ""

    def _quote(self, stretch: Stretch) -> str:
        """A sentence as it goes into the file: on one line, else as it stands."""
        words = self._text.text[stretch.start : stretch.end]
        return re.sub(r"[ \t]*[\r\n\t\v\f][ \t\r\n]*", " ", words)

    def _fact(self, stretch: Stretch, sentence: str, quote: str, told: Contact) -> Iterator[str]:
        here = [
            Mention(m.node, m.words, m.start - stretch.start, m.end - stretch.start)
            for m in self._found
            if stretch.start <= m.start and m.end <= stretch.end
        ]
        who = agents(here, sentence, self._registry)
        where = places(here, sentence) if told.kind != "call" else ()
        dates = dates_in(sentence, self._day)
        when = _of_the_event(dates, sentence, told)
        chosen = _chosen(when, future=bool(told.plan))
        slug = self._slug(told, who, where, chosen)
        bounds = (chosen.edtf.earliest, chosen.edtf.latest) if chosen else None
        for event in perhaps_same(self._events, frozenset(agent.id for agent in who), bounds):
            listed = ", ".join((*sorted(event.participants), *event.dates))
            yield comment(f"same event? {event.slug} ({listed})", 4)
        for candidate in dates:
            yield from _also(candidate, chosen if candidate is when else None)
        yield from folded("quote", quote, 4)
        unknown = unknown_names(self._text.text, [stretch], self._found)
        fact = [
            "    facts:",
            f"      - {told.kind}: {slug}",
            *(self._value("status", quote, told.plan, "planned") if told.plan else ()),
            *_who(quote, who, [name for name in unknown if name.section == "actors"]),
        ]
        for place in where[:1]:
            fact += self._value("where", quote, place.words, place.id)
        if when is not None and chosen is not None:
            key = "planned_for" if told.plan else "when"
            fact += self._value(key, quote, when.words, chosen.edtf.text)
        if who:
            yield from fact
        else:
            yield comment("Nobody of the registry is named here. If somebody takes part:", 4)
            yield from (f"    # {line[4:].removeprefix('# ')}" for line in fact)

    def _value(self, key: str, quote: str, words: str, value: str) -> Iterator[str]:
        written = _written(quote, words, value)
        if written is not None:
            yield f"        {key}: {written}"

    def _slug(
        self,
        told: Contact,
        who: Sequence[Agent],
        where: Sequence[Mention],
        chosen: Resolution | None,
    ) -> str:
        """Who, where and when, with a number where that is taken: two events are never made one."""
        parts = [agent.id for agent in who[:_MOST_NAMES]]
        parts += [told.kind] if told.kind != "meeting" or len(parts) < 2 else []
        parts += [place.id for place in where[:1]]
        if chosen is not None and chosen.edtf.day is not None:
            parts.append(chosen.edtf.day.isoformat())
        if not who:
            parts.append(self._article)
        slug = base = "-".join(parts)[:150]
        number = 2
        while slug.lower() in self._taken:
            slug = f"{base}-{number}"
            number += 1
        self._taken.add(slug.lower())
        return slug


def _who(quote: str, who: Sequence[Agent], unknown: Sequence[Unknown]) -> Iterator[str]:
    """Who takes part; those that the registry does not have yet as remarks."""
    yield "        who:"
    for agent in who:
        written = _written(quote, agent.words, agent.id, agent.office)
        if written is not None:
            yield f"          - {written}"
    mark = "# " if who else ""
    for name in unknown:
        written = _written(quote, name.name, name.id)
        if written is not None:
            yield f"          {mark}- {written}"


def _of_the_event(dates: Sequence[Candidate], sentence: str, told: Contact) -> Candidate | None:
    """The first date that no word such as “since” parts from the contact."""
    for candidate in dates:
        low, high = sorted((told.at, candidate.start))
        if not _OTHER_EVENT.search(sentence[low:high]):
            return candidate
    return None


def _chosen(when: Candidate | None, *, future: bool) -> Resolution | None:
    if when is None or not when.readings:
        return None
    return when.readings[-1 if future else 0]


def _also(candidate: Candidate, chosen: Resolution | None) -> Iterator[str]:
    """Remarks on date words: the readings that were not taken, or that there is no day to count."""
    others = [r.edtf.text for r in candidate.readings if chosen is None or r.edtf != chosen.edtf]
    if others:
        yield comment(f"date: {candidate.words} = {' or '.join(dict.fromkeys(others))}", 4)
    elif not candidate.readings:
        yield comment(f"date: “{candidate.words}” counts from the day of the article", 4)


def _written(quote: str, words: str, value: str, office: str = "") -> str | None:
    """`words = value` with words that stand in the quote, the first time where they repeat."""
    words = re.sub(r"\s+", " ", words)
    try:
        find_words(quote, words, 1)
    except QuoteError:
        return None
    try:
        find_words(quote, words, None)
    except QuoteError:
        words += "#1"
    return scalar(f"{words} = {value}" + (f" as {office}" if office else ""))
