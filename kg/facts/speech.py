"""Reported speech and quantities: claims that are more than one triple, made rows."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.check.diagnostic import Findings, Related, Span
from kg.facts.assertions import Assertions
from kg.facts.grammar import Text
from kg.facts.record import Record, Value
from kg.facts.references import References
from kg.facts.rows import Rows
from kg.facts.setting import Setting
from kg.facts.times import Times
from kg.mapping.ids import digest

# Hedges before a number, in the order in which they are looked for.
_COMPARATORS = (
    (r"\b(more than|over|above|exceeding|upwards of)\b", "kg:more-than"),
    (r"\b(at least|no fewer than|a minimum of)\b", "kg:at-least"),
    (r"\b(less than|fewer than|under|below)\b", "kg:less-than"),
    (r"\b(at most|up to|no more than|a maximum of)\b", "kg:at-most"),
    (
        r"\b(about|some|around|roughly|approximately|nearly|almost|an estimated)\b",
        "kg:approximately",
    ),
)
_DIGITS = re.compile(r"\d[\d,.\u00a0\u202f]*\d|\d")


def comparator(words: str) -> str:
    """How a number is hedged by its words, as the name of a concept."""
    for pattern, name in _COMPARATORS:
        if re.search(pattern, words, re.IGNORECASE):
            return name
    return "kg:exactly"


class Speech:
    """Rows of the tables speech and quantity."""

    def __init__(
        self,
        rows: Rows,
        times: Times,
        references: References,
        assertions: Assertions,
        findings: Findings,
    ) -> None:
        self._rows = rows
        self._times = times
        self._references = references
        self._assertions = assertions
        self._findings = findings
        self._reported: set[Span] = set()

    def says(self, setting: Setting) -> None:
        """One wording of what the utterance of a passage said."""
        fields, voice, article = setting.fields, setting.voice, setting.article
        said = fields.text("says")
        if said is None:
            return
        if setting.evidence.quote is None:
            self._findings.error(
                "words-without-quote",
                "there is no quote for these words to stand in",
                said.span,
                "add `quote:` to the passage",
            )
            return
        stretch = setting.evidence.stretch(said, self._findings)
        if stretch is None:
            return
        words, start = stretch
        own, mode = fields.value("speaker"), next(iter(fields.concepts("mode")), None)
        utterance = voice.source if voice.source != article.node else None
        according_to = voice.reporter if utterance else voice.source
        # Who speaks to whom is said by whoever reports it, not by the utterance itself.
        reported = replace(setting, voice=replace(voice, source=according_to))
        speaker = (
            self._assertions.agent(reported, voice.source, "kg:speaker", own)
            if own
            else next(iter(voice.speakers), None)
        )
        if speaker is None and own is None:
            self._unspoken(setting, said)
            return
        found = setting.evidence.quoted(start, start + len(words))
        if (
            mode is not None
            and mode.value != found
            and "kg:partly-quoted" not in (mode.value, found)
        ):
            self._findings.error(
                "speech-mode",
                f"the words are {found.removeprefix('kg:')} in the text",
                mode.span,
                "leave `mode` out, or quote the words as the text does",
            )
        to = fields.values("to")
        addressees = (
            tuple(
                node
                for value in to
                if (node := self._assertions.agent(reported, voice.source, "kg:addressee", value))
            )
            if to
            else voice.addressees
        )
        inferred = (own.inferred if own else None) or setting.reason
        node = "claim/" + digest(
            article.node, according_to, "", utterance or article.node, "kg:words", f'"{words}"'
        )
        graph = article.graph
        self._rows.add(
            "speech",
            id=node,
            utterance=utterance,
            document=article.node,
            according_to=according_to,
            mode=mode.value if mode else found,
            speaker=speaker,
            words=words,
            rank="kg:deprecated" if setting.retracted else setting.rank,
            graph=graph,
        )
        for other in () if own else voice.speakers[1:]:
            self._rows.stated(node, "kg:speaker", "iri", other, graph)
        for addressee in addressees:
            self._rows.stated(node, "kg:addressee", "iri", addressee, graph)
        for value in fields.values("about"):
            about = (
                self._references.event(value)
                if self._is_event(value)
                else self._references.entry(value, ("topic",))
            )
            if about is not None:
                self._rows.stated(node, "kg:about", "iri", about, graph)
                self._rows.position(node, "kg:about", value.span)
        for property_, written in (("kg:speaker", own), ("kg:addressee", next(iter(to), None))):
            if written is not None:
                self._rows.position(node, property_, written.span)
        if own is not None and own.words is not None:
            self._rows.stated(node, "kg:asStated", "plain", own.words.value, graph)
        self._common(setting, node, said, inferred)

    def _unspoken(self, setting: Setting, said: Text) -> None:
        """Report words that nobody is said to speak, once for all of one utterance."""
        introduced = setting.voice.introduced
        place = introduced or (setting.evidence.quote.span if setting.evidence.quote else said.span)
        if place not in self._reported:
            self._reported.add(place)
            self._findings.error(
                "speech-without-speaker",
                "nobody says who speaks these words",
                place,
                "name the speaker as `who` of `by:`, or add `speaker:` to the words"
                if introduced
                else "add `by:` with what the words are of and `who` speaks, or add `speaker:`",
                (Related(said.span, "the words"),),
            )

    def _is_event(self, value: Value) -> bool:
        return value.target is not None and self._references.is_event(value.target.value)

    def quantity(self, setting: Setting) -> None:
        """A number for a measure of a population."""
        for fields in setting.fields.records("quantity"):
            self._quantity(setting, fields)

    def _quantity(self, setting: Setting, fields: Record) -> None:
        article, voice, graph = setting.article, setting.voice, setting.article.graph
        measured, of, number = fields.value("measure"), fields.value("of"), fields.value("number")
        if measured is None or of is None or number is None:
            return
        if number.words is None:
            self._findings.error(
                "value-no-words",
                "no words of the quote say this number",
                number.span,
                "write `more than 8,500 = 8500`",
            )
            return
        measure = fields.concept(measured.target, "Measures") if measured.target else None
        population = self._references.entry(of, ("population",))
        value = self._number(number)
        if measure is None or population is None or value is None:
            return
        words = setting.evidence.words(number.words, number.which, self._findings)
        stated = [
            text
            for part in (of, measured)
            if part.words is not None
            and (text := setting.evidence.words(part.words, part.which, self._findings))
        ]
        if words is None:
            return
        hedge = next(iter(fields.concepts("comparator")), None)
        how = hedge.value if hedge else comparator(words)
        as_of, time, resolution = fields.value("as_of"), None, None
        if as_of is not None:
            day = None
            if as_of.words is not None:
                day = setting.evidence.words(as_of.words, as_of.which, self._findings)
            elif as_of.inferred is None and as_of.rule is None:
                self._findings.error(
                    "value-no-words",
                    "no words say this date",
                    as_of.span,
                    "write {is: date, inferred: reason}",
                )
                return
        elif voice.anchor is not None and not voice.anchor.inferred:
            # No words fix the day, so it stays open towards the past.
            as_of = Value(number.span, rule=Text("not-stated", number.span))
            day = None
        if as_of is not None:
            dated = self._times.dated(
                as_of,
                day,
                voice.anchor,
                None,
                graph,
                as_of.inferred.value if as_of.inferred else None,
                setting.curator,
            )
            if dated is None:
                return
            time, resolution = dated.time, dated.resolution
        node = "claim/" + digest(
            article.node,
            voice.source,
            "",
            population,
            measure.value,
            f'"{value}"^^xsd:integer',
            how,
            time or "",
        )
        self._rows.add(
            "quantity",
            id=node,
            document=article.node,
            according_to=voice.source,
            measure=measure.value,
            population=population,
            value=value,
            comparator=how,
            as_of=time,
            resolution=resolution,
            rank="kg:deprecated" if setting.retracted else setting.rank,
            graph=graph,
        )
        written = {
            "kg:measure": measured,
            "kg:population": of,
            "kg:value": number,
            "kg:asOf": as_of,
        }
        for property_, part in written.items():
            if part is not None:
                self._rows.position(node, property_, part.span)
        if resolution is not None and as_of is not None:
            self._rows.position(resolution, "value", as_of.span)
        for text in (words, *stated):
            self._rows.stated(node, "kg:asStated", "plain", text, graph)
        self._common(setting, node, number.words, setting.reason)

    def _number(self, number: Value) -> int | None:
        written = number.target
        if written is None or not (written.value.isascii() and written.value.isdigit()):
            self._findings.error(
                "number-malformed",
                "this is no whole number",
                written.span if written else number.span,
                "write `more than 8,500 = 8500`",
            )
            return None
        digits = _DIGITS.search(number.words.value) if number.words else None
        if digits and re.sub(r"\D", "", digits[0]) != written.value:
            self._findings.error(
                "number-mismatch",
                f"the words say {digits[0]}",
                written.span,
                f"write {re.sub(chr(92) + 'D', '', digits[0])}",
            )
            return None
        return int(written.value)

    def _common(self, setting: Setting, node: str, at: Text, reason: Text | None) -> None:
        graph = setting.article.graph
        for passage in setting.evidence.nodes:
            self._rows.add("support", claim=node, evidence=passage, graph=graph)
        self._rows.stated(
            node, "prov:wasGeneratedBy", "iri", f"curation/{setting.article.id.value}", graph
        )
        if reason is not None:
            self._rows.stated(node, "kg:reason", "plain", reason.value, graph)
        self._rows.position(node, "value", at.span)
        if setting.evidence.quote is not None:
            self._rows.position(node, "quote", setting.evidence.quote.span)
