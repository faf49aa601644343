"""The `by:` of a passage in a draft: whose words they are, and by what way they came."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from kg.new.denials import denier
from kg.new.ids import free, id_of
from kg.new.phrases import BODIES, Phrase, Sort
from kg.new.scalars import comment, scalar
from kg.new.slugs import Event, short
from kg.new.speech import Speech
from kg.new.told import Sentence
from kg.new.values import unnamed, written


@dataclass(slots=True)
class Voices:
    """The utterances of a draft, each introduced once and then named by its id."""

    day: date | None
    taken: set[str]
    _known: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _last: dict[str, str] = field(default_factory=dict)
    _statement: str = ""
    _addressed: set[int] = field(default_factory=set)

    def lines(self, told: Sentence, quote: str, events: list[Event]) -> Iterator[str]:
        """The lines of `by:`; none where the words name nobody who says them."""
        said = told.speech
        if said is None:
            return
        speaker = said.speaker
        if speaker is not None and speaker.sort is Sort.PRONOUN:
            if told.pronoun is None:
                yield comment(f"“{speaker.words}”: who is it? Then add `by:` and the words.", 4)
                return
            yield comment(f"“{speaker.words}” is taken for {told.pronoun.words}", 4)
            known = self._last.get(told.pronoun.id or told.pronoun.words)
            if known:
                yield f"    by: {known}"
                return
        yield from self._introduced(told, said, quote, events)

    def denial(self, told: Sentence, quote: str) -> Iterator[str]:
        """The `by:` of somebody who denies something; what they deny is not drafted."""
        who = denier(told.text, told.phrases)
        value = written(quote, who.words, who.id) if who else None
        if who is None or value is None:
            return
        form = _form(who, report=False)
        known = self._known.get((who.id, form, ""))
        if known:
            yield f"    by: {known}"
        else:
            id_ = self._known[who.id, form, ""] = self._id(who, form, None, None)
            yield "    by:"
            yield f"      {form}: {id_}"
            yield f"      who: {value}"
            if form == "statement":
                self._statement = id_
        self._last[who.id] = self._known[who.id, form, ""]

    def speaks(self, told: Sentence) -> bool:
        """Whether somebody is known to say the words of a sentence."""
        said = told.speech
        if said is None:
            return False
        speaker = said.speaker or said.reporter
        return speaker is not None and (speaker.sort is not Sort.PRONOUN or bool(told.pronoun))

    def introduced_to(self, told: Sentence) -> bool:
        """Whether the `by:` of a sentence says to whom its words were said."""
        return told.stretch.start in self._addressed

    def _introduced(
        self, told: Sentence, said: Speech, quote: str, events: list[Event]
    ) -> Iterator[str]:
        speaker = said.speaker or said.reporter
        if speaker is None:
            if self._statement:
                yield f"    by: {self._statement}"
            return
        who = told.pronoun if speaker.sort is Sort.PRONOUN and told.pronoun else speaker
        report = said.speaker is None and said.reported
        form = said.form or _form(who, report=report)
        at = told.occasion if told.during else None
        via = ""
        if said.speaker and said.reporter:
            via = self._via(said.reporter, quote, report=said.reported)
        elif said.speaker and said.the_statement and self._statement:
            via = self._statement
        passed_on = (said.reporter.id or said.reporter.words) if via and said.reporter else via
        key = (who.id or who.words, form, passed_on)
        known = self._known.get(key)
        if known and not said.form:
            self._last[who.id or who.words] = known
            yield f"    by: {known}"
            return
        near = at or next(
            (
                event
                for event in reversed(events[: told.so_far])
                if who.id in event.who and not event.planned
            ),
            None,
        )
        near = None if form == "caption" else near
        id_ = self._id(who, form, near, told)
        self._known[key] = id_
        self._last[who.id or who.words] = id_
        yield "    by:"
        yield f"      {form}: {id_}"
        yield from _who(speaker, who, told.meant, quote)
        addressee = said.addressee
        if addressee is not None and addressee.id and not via:
            value = written(quote, addressee.words, addressee.value.partition(" as ")[0])
            if value:
                self._addressed.add(told.stretch.start)
                yield f"      to: {value}"
        if at is not None:
            yield f"      at: {at.slug}"
        elif near is not None:
            yield f"      # at: {near.slug}"
        if said.channel is not None:
            value = written(quote, said.channel.words, said.channel.id)
            if value:
                yield f"      through: {value}"
        when = told.said_when
        if when is not None:
            value = written(quote, when.words, when.readings[0].edtf.text)
            if value:
                yield f"      when: {value}"
        if via:
            yield f"      via: {via}"
        if form in ("statement", "report", "post"):
            self._statement = id_

    def _via(self, reporter: Phrase, quote: str, *, report: bool) -> str:
        """The way words came: `{report: id, who: X}` the first time, then the id."""
        form = _form(reporter, report=report)
        if self._statement and self._known.get((reporter.id, "statement", "")) == self._statement:
            return self._statement
        key = (reporter.id or reporter.words, form, "")
        known = self._known.get(key)
        if known:
            return known
        id_ = self._known[key] = self._id(reporter, form, None, None)
        value = _voice(reporter, quote)
        return f"{{{form}: {id_}{', who: ' + value if value else ''}}}"

    def _id(self, who: Phrase, form: str, near: Event | None, told: Sentence | None) -> str:
        parts = [
            short(who.id, who.kind)
            if who.id
            else "-".join(re.findall(r"[a-z]+", who.words.lower().removeprefix("the ")))
        ]
        day = told.said_when.readings[0].edtf.text if told and told.said_when else ""
        if near is not None:
            parts += [near.place or near.kind]
            day = day or (near.when.edtf.text if near.when and near.when.edtf.day else "")
        parts += ["words" if form == "unnamed" else form]
        if not day and self.day:
            month, day = self.day.isoformat()[:7], self.day.isoformat()
            if "-".join((*parts, month)).lower() not in self.taken:
                day = month
        return free("-".join((*parts, *([day] if day else []))), self.taken)


def _form(who: Phrase, *, report: bool) -> str:
    if who.sort is Sort.UNNAMED:
        return "remarks" if who.kind == "spokesman" else "unnamed"
    if who.kind == "organization" or who.words.split()[-1] in BODIES:
        return "report" if report else "statement"
    return "remarks"


def _who(speaker: Phrase, who: Phrase, meant: tuple[str, ...], quote: str) -> Iterator[str]:
    """Who says it; for somebody unnamed also for whom."""
    if speaker.sort is Sort.DESCRIBED:
        for id_ in meant:
            yield f"      # who: {written(quote, speaker.words, id_)}"
        of = f", of: {speaker.of}" if speaker.of else ""
        words = scalar(speaker.words, flow=True)
        yield f"      # who: {{words: {words}, unnamed: {id_of(speaker.words)}{of}, number: 1}}"
        return
    if speaker.sort is Sort.PRONOUN:
        if who.sort in (Sort.NAMED, Sort.NEW, Sort.OFFICE):
            value = written(quote, speaker.words, who.id)
            if value:
                yield f"      who: {value}"
        return
    value = _voice(speaker, quote)
    if value:
        yield f"      who: {value}"
    if speaker.sort is Sort.UNNAMED and speaker.kind == "spokesman" and speaker.of:
        yield f"      for: {speaker.of}"


def _voice(who: Phrase, quote: str) -> str | None:
    if who.sort is not Sort.UNNAMED:
        return written(quote, who.words, who.id, flow=True)
    return unnamed(who)
