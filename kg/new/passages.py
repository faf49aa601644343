"""Passages of a draft: a sentence, who says it, and what to look at in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from kg.facts.registry import Registry
from kg.facts.text.archived import ArchivedText
from kg.facts.text.quote import Stretch
from kg.new.dates import Candidate
from kg.new.events import Event, perhaps_same
from kg.new.figures import counts, figures
from kg.new.mentions import Mention
from kg.new.perhaps import listed, new_names, perhaps
from kg.new.phrases import Phrase, Sort
from kg.new.scalars import comment, folded, scalar
from kg.new.sentences import referred
from kg.new.slugs import name_slugs
from kg.new.speech import skeleton
from kg.new.told import Reading, Sentence
from kg.new.topics import topics
from kg.new.unknown import Unknown
from kg.new.utterances import Voices
from kg.new.values import counted_words, unnamed, written

CONFIRM = "    confirm: the id of the event, every value, and who says so"
"""The last line of each passage, for a person to take away."""

_ROLES = {
    "received": ("host", "guest"),
    "hosted": ("host", "guest"),
    "phoned": ("caller", "called"),
    "telephoned": ("caller", "called"),
    "called": ("caller", "called"),
}
_ORDINAL = re.compile(r"\b(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b")
_NUMBERS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_HOLDS = re.compile(r", (?:the )?| (?:serves|served|acts) as (?:the )?")
_DAYS = re.compile(r"\b(?P<words>(?P<n>one|two|three|four|five)-day)\b")
_LEAST_WORDS = 4


class Passages:
    """Writes the passages of one text."""

    def __init__(
        self,
        text: ArchivedText,
        article: str,
        found: Sequence[Mention],
        registry: Registry,
        events: Sequence[Event],
        taken: Collection[str],
        printed: Candidate | None,
    ) -> None:
        self._text = text
        self._article = article
        self._found = found
        self._registry = registry
        self._events = events
        self._taken = taken
        self._printed = printed
        self._day = printed.readings[0].edtf.day if printed else None

    def lines(self, stretches: Sequence[Stretch], new: Sequence[Unknown]) -> list[str]:
        """The passages of the sentences that tell of somebody; `new` are names not registered."""
        reading = Reading(self._text, self._found, self._registry, self._day, self._printed, new)
        told = [sentence for s in stretches if _worth(sentence := reading.sentence(s))]
        taken = name_slugs(reading.events, self._article, self._taken, self._registry)
        voices = Voices(self._day, taken)
        return [line for sentence in told for line in self._passage(sentence, reading, voices)]

    def empty(self, stretches: Sequence[Stretch]) -> Iterator[str]:
        """A passage without facts, for a text in which no contact was found."""
        yield "  # No sentence tells of a meeting, a call, a visit or talks."
        for stretch in stretches[:1]:
            quote = self._quote(self._text.text[stretch.start : stretch.end])
            yield from _item(folded("quote", quote, 4))
            yield CONFIRM

    @staticmethod
    def _quote(words: str) -> str:
        """A sentence as it goes into the file: on one line, else as it stands."""
        return re.sub(r"[ \t]*[\r\n\t\v\f][ \t\r\n]*", " ", words)

    def _passage(self, told: Sentence, reading: Reading, voices: Voices) -> Iterator[str]:
        held = [line for phrase in told.phrases for line in self._office(told, phrase)]
        yield from held
        quote = self._quote(told.text)
        denied = bool(told.negation and not told.speech)
        by = list(
            voices.denial(told, quote) if denied else voices.lines(told, quote, reading.events)
        )
        facts = [
            *self._said(told, quote, voices),
            *(
                self._event(told, quote)
                if told.event
                else perhaps(told, quote, self._article, self._events, self._registry)
            ),
            *figures(told.text, quote, told.here),
        ]
        if held and not (by or told.speech or told.event):
            return
        if not by and not facts:
            return
        yield from _item(folded("quote", quote, 4))
        if denied:
            yield comment(
                f"“{told.negation}”: what do these words deny? That is yours to write.", 4
            )
        yield from by
        # What somebody denies is no fact of theirs.
        live = not (denied and by) and any(not line.lstrip().startswith("#") for line in facts)
        if facts:
            yield "    facts:" if live else "    # facts:"
        yield from facts if live else map(_remark, facts)
        yield CONFIRM
        yield ""

    def _office(self, told: Sentence, phrase: Phrase) -> Iterator[str]:
        """The passage of an office held, as “NAME, the OFFICE” or “serves as OFFICE” says it."""
        office = next(
            (
                mention
                for mention in told.here
                if mention.section == "office"
                and phrase.sort is Sort.NAMED
                and _HOLDS.fullmatch(told.text[phrase.end : mention.start])
            ),
            None,
        )
        if office is None:
            return
        words = self._quote(told.text[phrase.start : office.end])
        if self._text.text.count(words) == 1:
            yield from _item(folded("quote", words, 4))
            yield "    facts:"
            yield f"      - holds: {written(words, office.words, office.id)}"
            yield f"        who: {written(words, phrase.words, phrase.value)}"
            yield CONFIRM
            yield ""

    def _said(self, told: Sentence, quote: str, voices: Voices) -> Iterator[str]:
        """The words that somebody says, with whom to and perhaps what about."""
        said = told.speech
        if said is None or not voices.speaks(told):
            return
        for span in said.said:
            words = skeleton(told.text, span)
            if words is None:
                continue
            yield f"      - says: {scalar(self._quote(words))}"
            to = said.addressee
            if to is not None and to.id and not voices.introduced_to(told):
                yield f"        to: {written(quote, to.words, to.id)}"
            refers = told.occasion and not told.during and referred(told.text[slice(*span)])
            about = [told.occasion.slug] if told.occasion and refers else []
            about += topics(told.text[slice(*span)], self._registry)
            if about:
                yield f"        # about: [{', '.join(about)}]"

    def _event(self, told: Sentence, quote: str) -> Iterator[str]:
        event, contact = told.event, told.told
        if event is None or contact is None:
            return
        if told.first:
            bounds = (event.when.edtf.earliest, event.when.edtf.latest) if event.when else None
            for known in perhaps_same(self._events, frozenset(event.who), bounds):
                listed = ", ".join((*sorted(known.participants), *known.dates))
                yield comment(f"same event? {known.slug} ({listed})", 6)
        yield f"      - {contact.kind}: {event.slug}"
        if contact.plan:
            yield from _value("status", quote, contact.plan, "planned")
        yield from self._who(told, quote)
        for place in told.places[:1]:
            yield from _value("where", quote, place.words, place.id)
        yield from _when(told, quote)
        days = _DAYS.search(told.text)
        if days and contact.kind == "visit":
            number = ("one", "two", "three", "four", "five").index(days["n"]) + 1
            yield from _value("lasts", quote, days["words"], f"P{number}D")
        ordinal = _ORDINAL.search(told.text)
        if ordinal and contact.kind in ("meeting", "visit", "call", "talks"):
            number = _NUMBERS.index(ordinal[0]) + 2
            series = self._registry.ids(("series",))
            yield comment(
                f"count: {{of: {' or '.join(series)}, number: {ordinal[0]} = {number}}}", 8
            )
        about = topics(told.text[contact.end :], self._registry)
        if about and told.speech is None:
            yield comment(f"topic: words = {' or '.join(about)}", 8)

    def _who(self, told: Sentence, quote: str) -> Iterator[str]:
        contact = told.told
        roles = _ROLES.get(contact.word.lower(), ("", "")) if contact else ("", "")
        yield "        who:"
        for phrase in told.who:
            words = counted_words(quote, phrase.words)
            if words is None:
                continue
            if phrase.sort is Sort.UNNAMED:
                yield f"          - {unnamed(phrase)}"
                continue
            role = roles[0 if contact and phrase.start < contact.at else 1]
            if role:
                as_ = f", as: {phrase.office}" if phrase.office else ""
                text = f"words: {scalar(words, flow=True)}, is: {phrase.id}{as_}, role: {role}"
                yield f"          - {{{text}}}"
            else:
                yield f"          - {scalar(f'{words} = {phrase.value}')}"
        if told.pronoun and told.pronoun.sort is not Sort.UNNAMED and told.speech is None:
            spoken = next(p for p in told.phrases if p.sort is Sort.PRONOUN)
            yield f"          # - {written(quote, spoken.words, told.pronoun.id)}"
        for value in new_names(told, quote):
            yield f"          # - {value}"


def _item(lines: Sequence[str]) -> Iterator[str]:
    """Lines of a mapping as the first ones of an item of a list."""
    for number, line in enumerate(lines):
        yield f"  - {line[4:]}" if number == 0 else line


def _remark(line: str) -> str:
    """A line of facts as one of a remark, at its place below `# facts:`."""
    words = line.lstrip()
    return f"    #   {words[2:]}" if words.startswith("#") else f"    # {line[4:]}"


def _value(key: str, quote: str, words: str, value: str) -> Iterator[str]:
    line = written(quote, words, value)
    if line is not None:
        yield f"        {key}: {line}"


def _when(told: Sentence, quote: str) -> Iterator[str]:
    """The date of an event where its words give one; what else they may be as remarks."""
    when, chosen, contact = told.when, told.chosen, told.told
    if contact is None:
        return
    issued = told.said_when
    if told.speech and told.speech.form == "caption" and issued:
        words, day = scalar(issued.words, flow=True), issued.readings[0].edtf.text
        yield f'        when: {{words: {words}, is: "[..{day}]", rule: up-to}}'
        return
    key = "planned_for" if contact.plan else "when"
    key = "starts" if contact.word.lower().startswith("arriv") and not contact.plan else key
    for candidate in told.dates:
        if candidate is when and chosen is not None:
            yield from _value(key, quote, candidate.words, chosen.edtf.text)
        elif candidate is when and not candidate.readings:
            words = scalar(candidate.words, flow=True)
            yield comment(f"{key}: {{words: {words}, is: YYYY-MM-DD, inferred: the reason}}", 8)
        elif told.said_when is None or candidate.words != told.said_when.words:
            yield comment(f"{key}: {listed(candidate)}", 8)


def _worth(told: Sentence) -> bool:
    """Whether a sentence may hold facts: it names somebody, or tells of a contact or of words."""
    if len(told.text.split()) < _LEAST_WORDS or not re.search(r"[.!?”\"…]$", told.text.rstrip()):
        return False
    named = any(p.sort in (Sort.NAMED, Sort.NEW, Sort.OFFICE) for p in told.phrases)
    return named or told.told is not None or told.speech is not None or counts(told.text)
