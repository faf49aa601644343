"""Sentences as they are read: who is in them, who says them, and the event that they tell of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from kg.facts.dates.resolve import Resolution
from kg.facts.registry import Registry
from kg.facts.text.archived import ArchivedText
from kg.facts.text.quote import NEGATION, Stretch
from kg.new.appositions import without_apposed
from kg.new.dates import Candidate, dates_in
from kg.new.located import located
from kg.new.mentions import PLACED, Mention
from kg.new.phrases import BODIES, Phrase, Sort, phrases
from kg.new.represented import representatives
from kg.new.sentences import Contact, contact, referred
from kg.new.slugs import Event
from kg.new.speech import Speech, quotations, speech
from kg.new.tense import fixed, of_the_event, past
from kg.new.unknown import Unknown

_WITH = re.compile(r"\bwith (?:the )?$")
_ON_A_TRIP = re.compile(r"\b(?:[Dd]uring|[Oo]n) (?:an?|his|her|their) (?:[\w-]+ )?$")
_ONE_PERSON = ("He", "he", "She", "she", "It")
_MOST_MEANT = 3
_MET = ("meeting", "talks", "call")
_ELSEWHERE = re.compile(r"\b(?:who|which|whose)\b[^,]*$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with all that was read off it; the offsets of its parts count from its start.

    `pronoun` is whom “he” or “she” is taken for, `meant` whom a description such as “the
    top diplomat” may mean. `first` marks the first sentence about an event; `represented` are those
    who stand for others at the `occasion`.
    """

    stretch: Stretch
    text: str
    here: tuple[Mention, ...]
    phrases: tuple[Phrase, ...]
    speech: Speech | None
    told: Contact | None
    negation: str
    who: tuple[Phrase, ...]
    places: tuple[Mention, ...]
    dates: tuple[Candidate, ...]
    when: Candidate | None
    chosen: Resolution | None
    said_when: Candidate | None
    pronoun: Phrase | None
    meant: tuple[str, ...]
    event: Event | None
    first: bool
    occasion: Event | None
    during: bool
    so_far: int
    represented: tuple[Phrase, ...]


@dataclass(slots=True)
class Reading:
    """Reads the sentences of one text in order."""

    text: ArchivedText
    found: Sequence[Mention]
    registry: Registry
    day: date | None
    printed: Candidate | None
    new: Sequence[Unknown]
    events: list[Event] = field(default_factory=list)
    _holders: dict[str, str] = field(default_factory=dict)
    _subject: Phrase | None = None
    _before: tuple[int, Event | None] = (0, None)
    _kinds: dict[str, str] = field(default_factory=dict)

    def sentence(self, stretch: Stretch) -> Sentence:
        """The next sentence."""
        text = self.text.text[stretch.start : stretch.end]
        here = tuple(
            Mention(m.node, m.words, m.start - stretch.start, m.end - stretch.start)
            for m in self.found
            if stretch.start <= m.start and m.end <= stretch.end
        )
        actors = [name for name in self.new if name.section == "actors"]
        found = phrases(text, here, self.registry, self._holders, actors)
        found = without_apposed(text, found)
        for phrase in found:
            if phrase.sort is Sort.NAMED:
                self._kinds.setdefault(phrase.id, phrase.kind)
            if phrase.sort is Sort.NAMED and phrase.kind == "person" and phrase.office:
                self._holders[phrase.office] = phrase.id
        said = speech(text, found)
        told = contact(
            text, [p.start for p in found if p.sort in (Sort.NAMED, Sort.NEW, Sort.OFFICE)]
        )
        negation = NEGATION.search(text)
        spoken = bool(said or negation)
        stood_at, represented = self._represented(stretch, found, told, spoken=spoken)
        told = None if represented else told
        pronoun = self._pronoun(found)
        who = _participants(found, said, told, text)
        said_when, day = self._said_when(text, said)
        dates = tuple(
            candidate
            for candidate in dates_in(text, day)
            if not self._is_printed(stretch.start + candidate.start, candidate.words)
        )
        when = of_the_event(dates, text, told, said_when) if told else None
        new = [name for name in self.new if name.section == "places"]
        places: tuple[Mention, ...] = ()
        if told and told.kind != "call":
            places = _places(here, text) or located(text, new, told, found, dates)
        if said and said.form == "caption":
            when = None
        chosen = fixed(when, told, day) if told else None
        event, first = None, False
        # What is denied, or hidden in words that somebody said, is not drafted as an event.
        if told and who and not negation:
            event, first = self._event(told, who, places, when, chosen)
        reference = None if event else referred(text)
        occasion = self._latest(reference[0]) if reference else None
        if event and said and _abroad(text, told):
            occasion = event
        occasion = stood_at or occasion
        self._before = stretch.end, event
        self._subject = _subject(found, said) or (pronoun if said or told else None)
        return Sentence(
            stretch,
            text,
            here,
            found,
            said,
            told,
            negation[0] if negation else "",
            who,
            places,
            dates,
            when,
            chosen,
            said_when,
            pronoun,
            self._meant(said),
            event,
            first,
            occasion,
            bool(reference and reference[1]) or bool(event and said and _abroad(text, told)),
            len(self.events),
            represented,
        )

    def _represented(
        self, stretch: Stretch, found: Sequence[Phrase], told: Contact | None, *, spoken: bool
    ) -> tuple[Event | None, tuple[Phrase, ...]]:
        """The event at which people stand for others, “the meeting” or the one just told of.

        None where that is `spoken`: denied, or somebody's words.
        """
        text = self.text.text[stretch.start : stretch.end]
        reference = referred(text)
        end, event = self._before
        near = None if self.text.text[end : stretch.start].strip() else event
        event = self._latest(reference[0]) if reference else near
        if spoken or event is None or event.kind not in _MET:
            return None, ()
        at = told.at if told else None
        people = representatives(text, found, at, planned=event.planned)
        return (event if people else None), people

    def _pronoun(self, found: Sequence[Phrase]) -> Phrase | None:
        spoken = next((p for p in found if p.sort is Sort.PRONOUN), None)
        return self._subject if spoken and spoken.words in _ONE_PERSON else None

    def _meant(self, said: Speech | None) -> tuple[str, ...]:
        speaker = said.speaker if said else None
        if speaker is None or speaker.sort is not Sort.DESCRIBED:
            return ()
        kind = "organization" if speaker.words.split()[-1] in BODIES else "person"
        found = [id_ for id_, known in self._kinds.items() if known == kind]
        members = [id_ for id_ in found if speaker.of and self._is_member(id_, speaker.of)]
        return tuple(members or found)[:_MOST_MEANT]

    def _is_member(self, id_: str, of: str) -> bool:
        entry = self.registry.find(("actor",), id_)
        text = entry.fields.text("member_of") if entry else None
        return text is not None and text.value == of

    def _is_printed(self, start: int, words: str) -> bool:
        """Whether date words are those of the date that the article is printed with."""
        own = self.printed
        return own is not None and start < own.start + len(own.words) <= start + len(words)

    def _said_when(self, text: str, said: Speech | None) -> tuple[Candidate | None, date | None]:
        """When words were said, as it stands before them, and the day that dates count from."""
        if said is None or said.zone[0] == said.zone[1]:
            return None, self.day
        start, end = said.zone
        if not re.search(r"\w{3}", text[start:end]):
            return None, self.day
        for candidate in dates_in(text[start:end], self.day):
            days = past(candidate.readings, self.day)
            if len(days) == 1:
                moved = Candidate(candidate.words, candidate.start + start, tuple(days))
                return moved, days[0].edtf.day or self.day
        return None, self.day

    def _event(
        self,
        told: Contact,
        who: Sequence[Phrase],
        places: Sequence[Mention],
        when: Candidate | None,
        chosen: Resolution | None,
    ) -> tuple[Event, bool]:
        """The event of a contact: an earlier one of the same kind and people that nothing parts."""
        ids = {phrase.id for phrase in who}
        place = places[0].id if places else ""
        # “Next week” may be the day that an event has, and may not.
        unclear = when is not None and not when.readings
        for event in reversed(self.events):
            if (
                event.kind == told.kind
                and event.who == ids
                and len(ids) > 1
                and event.planned == bool(told.plan)
                and (not place or not event.place or place == event.place)
                and (not chosen or not event.when or chosen.edtf == event.when.edtf)
                and not (unclear and event.when)
            ):
                event.place = event.place or place
                event.when = event.when or chosen
                return event, False
        event = Event(told.kind, ids, place, chosen, bool(told.plan))
        self.events.append(event)
        return event, True

    def _latest(self, kind: str) -> Event | None:
        kinds = {"meeting": ("meeting", "talks"), "talks": ("meeting", "call", "talks")}
        for event in reversed(self.events):
            if event.kind in kinds.get(kind, (kind,)) and not event.planned:
                return event
        return None


def _participants(
    found: Sequence[Phrase], said: Speech | None, told: Contact | None, text: str
) -> tuple[Phrase, ...]:
    """Who takes part in a contact: people and groups, else organizations; no speaker or hearer."""
    if told is None:
        return ()
    spans = tuple(quotations(text))
    around = next(((a, b) for a, b in spans if a <= told.at < b), None)
    chosen: dict[str, Phrase] = {}
    others = said.others if said else frozenset()
    abroad = _abroad(text, told)
    for phrase in found:
        met = phrase.sort is Sort.UNNAMED and _WITH.search(text[: phrase.start])
        if phrase.sort not in (Sort.NAMED, Sort.OFFICE) and not met:
            continue
        if phrase in others and not abroad:
            continue
        if around and not around[0] <= phrase.start < around[1]:
            continue
        behind = told.kind == "visit" and phrase.start > told.at and not abroad
        if behind and not re.fullmatch(r" (?:of|by) (?:the )?", text[told.end : phrase.start]):
            continue
        known = chosen.setdefault(phrase.id, phrase)
        if abroad:
            break
        if len(phrase.words) > len(known.words):
            chosen[phrase.id] = phrase
    people = [p for p in chosen.values() if p.kind != "organization"]
    return tuple(people or (p for p in chosen.values() if not PLACED.search(text[: p.start])))


def _abroad(text: str, told: Contact | None) -> bool:
    """Whether a journey is the occasion of what somebody says: “During a trip to X, Y said”."""
    return bool(told and told.kind == "visit" and _ON_A_TRIP.search(text[: told.at]))


def _places(here: Sequence[Mention], text: str) -> tuple[Mention, ...]:
    """The places that the words before put something in, each once."""
    chosen: dict[str, Mention] = {}
    for mention in here:
        before = text[: mention.start]
        if mention.section == "place" and PLACED.search(before) and not _ELSEWHERE.search(before):
            chosen.setdefault(mention.id, mention)
    return tuple(chosen.values())


def _subject(found: Sequence[Phrase], said: Speech | None) -> Phrase | None:
    """Whom a pronoun in the next sentence can stand for."""
    known = (Sort.NAMED, Sort.NEW, Sort.OFFICE, Sort.UNNAMED, Sort.DESCRIBED)
    if said and said.speaker and said.speaker.sort in known:
        return said.speaker
    first = found[0] if found else None
    return first if first and first.start <= 1 and first.sort in known else None
