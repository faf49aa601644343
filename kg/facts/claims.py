"""Facts made claims: what each key of a fact says of its event."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.check.diagnostic import Findings
from kg.facts.article import STANCES, Article, Fact
from kg.facts.assertions import Assertions, Term
from kg.facts.declare import Declarations, event_class
from kg.facts.event_dates import EventDates
from kg.facts.evidence import NO_EVIDENCE
from kg.facts.format import EVENT_KEYS, Takes
from kg.facts.grammar import Text
from kg.facts.record import Record, Value
from kg.facts.references import References
from kg.facts.rows import Rows
from kg.facts.setting import Setting, Voice
from kg.facts.text.names import name_and_title
from kg.facts.times import Dated

# xsd:duration, section 3.3.6 of XML Schema 1.1 part 2, without weeks and fractions.
_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?")
_ENTRIES = {k: v for k, v in EVENT_KEYS.items() if v.of in ("place", "topic") and v.predicate}
_DATES = {k: v.predicate for k, v in EVENT_KEYS.items() if v.takes is Takes.DATE}
_EVENTS = {k: v.predicate for k, v in EVENT_KEYS.items() if v.of == "event"}
_CONCEPTS = {k: v for k, v in EVENT_KEYS.items() if v.of in ("Statuses", "EventKinds")}


class Claims:
    """Claims of an event, of an office held, of the day an article was written."""

    def __init__(
        self,
        rows: Rows,
        references: References,
        assertions: Assertions,
        dates: EventDates,
        declared: Declarations,
        findings: Findings,
    ) -> None:
        self._rows = rows
        self._references = references
        self._assertions = assertions
        self._dates = dates
        self._declared = declared
        self._findings = findings
        self._mentioned: set[tuple[str, str]] = set()

    def event(self, setting: Setting, *, status_written: bool) -> None:
        """Claims of a fact about an event."""
        fact = setting.fact
        if fact is None or fact.event is None or fact.word is None:
            return
        subject = f"event/{fact.event.value}"
        who_says = setting.curator if setting.reason else setting.voice.source
        if who_says != setting.article.node:
            self._rows.trace.shares(f"mentioned {subject} {who_says}")
        first = (subject, who_says) not in self._mentioned
        # An inference adds to an event; that there was one is said by the article, if it says so.
        told = setting.reason is not None and _told(setting.article, fact.event.value)
        if fact.asserts and first and not told:
            self._mentioned.add((subject, who_says))
            event = Value(fact.event.span, target=fact.event)
            if fact.word != "event" or self._declared.what(fact.event.value) == "event":
                self._assertions.add(
                    setting, subject, "rdf:type", Term("name", event_class(fact.word)), event
                )
            if not status_written:
                self._assertions.add(setting, subject, "kg:status", Term("name", "kg:held"), event)
        if fact.stance is not None:
            self._against(replace(setting, stance=fact.stance), subject, fact)
            return
        self._fields(setting, subject, fact.fields)
        for key, stance in STANCES.items():
            for nested in fact.fields.records(key):
                self._fields(replace(setting, stance=stance), subject, nested)

    def _against(self, setting: Setting, subject: str, fact: Fact) -> None:
        """Claims of a fact that is denied, declined or hedged as a whole, whatever its keys."""
        if fact.fields.has("status"):
            self._findings.error(
                "denial-with-status",
                "`status` stands beside the denial of the whole event",
                fact.fields.key_span("status"),
                "leave `status` out: what is denied is that the event was held",
            )
        held = Value(fact.event.span, target=fact.event) if fact.event else None
        if held is not None:
            self._assertions.add(setting, subject, "kg:status", Term("name", "kg:held"), held)
        self._fields(setting, subject, fact.fields)

    def _fields(self, setting: Setting, subject: str, fields: Record) -> None:
        for value in fields.values("who"):
            self._assertions.agent(setting, subject, "kg:participant", value)
        for value in fields.values("absent"):
            absent = replace(value, presence=Text("kg:absent", value.span))
            self._assertions.agent(
                replace(setting, stance="kg:denies"), subject, "kg:participant", absent
            )
        for key, spec in _ENTRIES.items():
            for value in fields.values(key):
                node = self._references.entry(value, (spec.of,), setting.evidence)
                if node is not None:
                    self._assertions.add(
                        setting, subject, spec.predicate, Term("iri", node), value, words=True
                    )
        for key, predicate in _EVENTS.items():
            for value in fields.values(key):
                node = self._references.event(value)
                if node == subject:
                    self._findings.error(
                        "event-of-itself",
                        f"`{key}` leads back to the event",
                        value.span,
                        "name another event",
                    )
                elif node is not None:
                    self._assertions.add(setting, subject, predicate, Term("iri", node), value)
        for key, spec in _CONCEPTS.items():
            for value in fields.values(key):
                concept = fields.concept(value.target, spec.of) if value.target else None
                if concept is not None and concept.value == "kg:disputed":
                    self._findings.error(
                        "status-derived",
                        "`disputed` follows from what the sources say",
                        value.span,
                        "write what this source says",
                    )
                elif concept is not None:
                    self._assertions.add(
                        setting, subject, spec.predicate, Term("name", concept.value), value
                    )
        for value in fields.values("named"):
            if value.words is not None:
                words = setting.evidence.words(value.words, value.which, self._findings)
                if words is not None:
                    self._assertions.add(setting, subject, "kg:named", Term("plain", words), value)
        for value in fields.values("lasts"):
            self._duration(setting, subject, value)
        for count in fields.records("count"):
            self._count(setting, subject, count)
        for key, predicate in _DATES.items():
            for value in fields.values(key):
                self._dates.add(setting, subject, predicate, value)
        same = fields.value("same")
        if same is not None:
            self._same(setting, subject, same)

    def _duration(self, setting: Setting, subject: str, value: Value) -> None:
        if value.target is None or not _is_duration(value.target.value):
            self._findings.error(
                "duration-malformed",
                "this is no duration",
                value.target.span if value.target else value.span,
                "write words = P1D (days), P1M (months), PT3H (hours)",
            )
            return
        # Plain, since stores write an xsd:duration anew, and not all of them the same one.
        term = Term("plain", value.target.value)
        self._assertions.add(setting, subject, "kg:lasts", term, value)

    def _count(self, setting: Setting, subject: str, count: Record) -> None:
        of, number = count.value("of"), count.value("number")
        series = self._references.entry(of, ("series",)) if of and of.target else None
        if of is None or number is None or series is None:
            return
        self._assertions.add(setting, subject, "kg:inSeries", Term("iri", series), of)
        written = number.target or number.words
        if written is None:
            return
        if written.value.isascii() and written.value.isdigit():
            predicate, term = "kg:ordinal", Term("typed", str(int(written.value)), "xsd:integer")
        else:
            concept = count.concept(written, "Positions")
            if concept is None:
                return
            predicate, term = "kg:position", Term("name", concept.value)
        claim = self._assertions.add(setting, subject, predicate, term, number, words=True)
        if claim is not None:
            self._rows.stated(claim, "kg:series", "iri", series, setting.graph(number))

    def _same(self, setting: Setting, subject: str, same: Value) -> None:
        """The join of a further article to an event: by the article's words, or a reason."""
        article = Term("iri", setting.article.node)
        if same.words is None and same.target is not None and same.inferred is None:
            same = replace(same, inferred=same.target, target=None)
        self._assertions.add(setting, subject, "kg:alsoReportedIn", article, same)

    def holds(self, setting: Setting) -> None:
        """Claims that somebody holds an office: attested, without a beginning or an end."""
        fields = setting.fields
        held = fields.value("holds")
        office = self._references.entry(held, ("office",)) if held else None
        people = fields.values("who")
        if not people:
            self._findings.error(
                "office-nobody", "`holds` needs `who`", fields.span, "add `who: words = id`"
            )
        for value in people:
            node = self._references.agent(value, setting.article, setting.evidence)
            if node is None or office is None or held is None:
                continue
            claim = self._assertions.add(
                setting, node, "org:holds", Term("iri", office), held, words=True
            )
            if claim is not None and held.words is not None:
                words = setting.evidence.words(held.words, held.which, Findings())
                _, title = name_and_title(words or "", ())
                if title:
                    self._rows.stated(
                        claim, "kg:titleAsStated", "plain", title, setting.graph(held)
                    )

    def written(self, article: Article, voice: Voice, value: Value, dated: Dated) -> None:
        """The curator's inference of the day an article was written."""
        setting = Setting(
            article,
            voice,
            NO_EVIDENCE,
            None,
            None,
            value.inferred,
            None,
            article.head.has("retracted"),
        )
        self._assertions.add(setting, article.node, "kg:issued", Term("iri", dated.time), value)


def _told(article: Article, event: str) -> bool:
    """Whether an article itself tells of an event, beside what its curator infers."""
    return any(
        fact.asserts and fact.event is not None and fact.event.value == event
        for passage in article.passages
        for fact in passage.facts
        if not passage.fields.has("inferred") and not fact.fields.has("inferred")
    )


def _is_duration(text: str) -> bool:
    return _DURATION.fullmatch(text) is not None
