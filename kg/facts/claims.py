"""Facts made claims: one row a triple, source and polarity, with its qualifiers and positions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from kg.check.diagnostic import Findings
from kg.facts.article import STANCES, Article, Fact, Passage
from kg.facts.declare import Declarations, event_class
from kg.facts.evidence import NO_EVIDENCE, Evidence
from kg.facts.format import EVENT_KEYS, Takes
from kg.facts.grammar import Text
from kg.facts.record import Record, Value
from kg.facts.references import AGENTS, References
from kg.facts.rows import Rows
from kg.facts.sources import Sources, Voice
from kg.facts.text.names import name_and_title
from kg.facts.times import Anchor, Dated, Times
from kg.mapping.ids import RESOURCES, claim_id

INFERRED = "graph/inferred"
# xsd:duration, section 3.3.6 of XML Schema 1.1 part 2, without weeks and fractions.
_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?")
_ENTRIES = {k: v for k, v in EVENT_KEYS.items() if v.of in ("place", "topic") and v.predicate}
_DATES = {k: v.predicate for k, v in EVENT_KEYS.items() if v.takes is Takes.DATE}
_EVENTS = {k: v.predicate for k, v in EVENT_KEYS.items() if v.of == "event"}
_CONCEPTS = {k: v for k, v in EVENT_KEYS.items() if v.of in ("Statuses", "EventKinds")}


@dataclass(frozen=True, slots=True)
class Term:
    """The object of a claim, as the three columns of the tables have it."""

    kind: str
    text: str
    type: str | None = None

    @property
    def key(self) -> str:
        """The term's part in the hash of a claim."""
        if self.kind in RESOURCES:
            return self.text
        mark = {"lang": "@", "typed": "^^"}.get(self.kind, "")
        return f'"{self.text}"{mark}{self.type or ""}'


@dataclass(frozen=True, slots=True)
class Setting:
    """All that holds for the claims of one fact: article, voice, evidence, stance, reason."""

    article: Article
    voice: Voice
    evidence: Evidence
    fact: Fact | None
    stance: str | None
    reason: Text | None
    rank: str | None
    retracted: bool

    @property
    def fields(self) -> Record:
        """The keys of the fact, or of the article's head where no fact is behind a claim."""
        return self.fact.fields if self.fact else self.article.head

    @property
    def curator(self) -> str:
        """The node of whoever entered the file."""
        return f"curator/{self.article.coder}"


class Claims:
    """Rows of the tables claim, stated and support."""

    def __init__(
        self,
        rows: Rows,
        times: Times,
        references: References,
        sources: Sources,
        declared: Declarations,
        findings: Findings,
    ) -> None:
        self._rows = rows
        self._times = times
        self._references = references
        self._sources = sources
        self._declared = declared
        self._findings = findings
        self._mentioned: set[tuple[str, str]] = set()
        self._pending: list[tuple[Value, Callable[[], bool]]] = []

    def event(self, setting: Setting, *, status_written: bool) -> None:
        """Claims of a fact about an event."""
        fact = setting.fact
        if fact is None or fact.event is None or fact.word is None:
            return
        subject = f"event/{fact.event.value}"
        who_says = setting.curator if setting.reason else setting.voice.source
        first = (subject, who_says) not in self._mentioned
        if fact.asserts and first:
            self._mentioned.add((subject, who_says))
            declared = self._declared.events[fact.event.value]
            event = Value(fact.event.span, target=fact.event)
            if fact.word != "event" or declared.what == "event":
                self._claim(
                    setting, subject, "rdf:type", Term("name", event_class(fact.word)), event
                )
            if not status_written:
                self._claim(setting, subject, "kg:status", Term("name", "kg:held"), event)
        self._fields(setting, subject, fact.fields)
        for key, stance in STANCES.items():
            if not fact.fields.has(key):
                continue
            against = replace(setting, stance=stance)
            node = fact.fields.node.get(key)
            if getattr(node, "value", None) == "event":
                denied = Value(fact.fields.key_span(key), target=fact.event)
                self._claim(against, subject, "kg:status", Term("name", "kg:held"), denied)
            else:
                for nested in fact.fields.records(key):
                    self._fields(against, subject, nested)

    def _fields(self, setting: Setting, subject: str, fields: Record) -> None:
        for value in fields.values("who"):
            self._participant(setting, subject, value)
        for value in fields.values("absent"):
            absent = replace(value, presence=Text("kg:absent", value.span))
            self._participant(replace(setting, stance="kg:denies"), subject, absent)
        for key, spec in _ENTRIES.items():
            for value in fields.values(key):
                node = self._references.entry(value, (spec.of,))
                if node is not None:
                    self._claim(
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
                    self._claim(setting, subject, predicate, Term("iri", node), value)
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
                    self._claim(
                        setting, subject, spec.predicate, Term("name", concept.value), value
                    )
        for value in fields.values("lasts"):
            self._duration(setting, subject, value)
        for count in fields.records("count"):
            self._count(setting, subject, count)
        for key, predicate in _DATES.items():
            for value in fields.values(key):
                self._date(setting, subject, predicate, value)
        same = fields.value("same")
        if same is not None:
            self._same(setting, subject, same)

    def _participant(self, setting: Setting, subject: str, value: Value) -> None:
        node = self._references.agent(value, setting.article, setting.evidence)
        if node is None:
            return
        claim = self._claim(
            setting,
            subject,
            "kg:participant",
            Term("iri", node),
            value,
            words=value.unnamed is None,
        )
        if claim is not None:
            self._agent_qualifiers(setting, claim, node, value)

    def _agent_qualifiers(self, setting: Setting, claim: str, node: str, value: Value) -> None:
        graph = self._graph(setting, value)
        if value.words is not None:
            words = setting.evidence.words(value.words, value.which, Findings())
            if words is not None:
                name, title = name_and_title(words, self._references.aliases(node))
                if name:
                    self._rows.stated(claim, "kg:nameAsStated", "plain", name, graph)
                if title:
                    self._rows.stated(claim, "kg:titleAsStated", "plain", title, graph)
        if value.office is not None:
            office = self._references.id(value.office, ("office",))
            if office is not None:
                self._rows.stated(claim, "kg:office", "iri", office, graph)
        for role in value.roles:
            self._rows.stated(claim, "kg:role", "name", role.value, graph)
            self._rows.position(claim, "role", role.span)
        if value.presence is not None:
            self._rows.stated(claim, "kg:presence", "name", value.presence.value, graph)

    def _duration(self, setting: Setting, subject: str, value: Value) -> None:
        if value.target is None or not _is_duration(value.target.value):
            self._findings.error(
                "duration-malformed",
                "this is no duration",
                value.target.span if value.target else value.span,
                "write words = P1D (days), P1M (months), PT3H (hours)",
            )
            return
        term = Term("typed", value.target.value, "xsd:duration")
        self._claim(setting, subject, "kg:lasts", term, value)

    def _count(self, setting: Setting, subject: str, count: Record) -> None:
        of, number = count.value("of"), count.value("number")
        series = self._references.entry(of, ("series",)) if of and of.target else None
        if of is None or number is None or series is None:
            return
        self._claim(setting, subject, "kg:inSeries", Term("iri", series), of)
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
        claim = self._claim(setting, subject, predicate, term, number, words=True)
        if claim is not None:
            self._rows.stated(claim, "kg:series", "iri", series, self._graph(setting, number))

    def _same(self, setting: Setting, subject: str, same: Value) -> None:
        """The join of a further article to an event: by the article's words, or a reason."""
        article = Term("iri", setting.article.node)
        if same.words is None and same.target is not None and same.inferred is None:
            same = replace(same, inferred=same.target, target=None)
        self._claim(setting, subject, "kg:alsoReportedIn", article, same)

    def _date(self, setting: Setting, subject: str, predicate: str, value: Value) -> None:
        words = None
        if value.words is not None:
            words = setting.evidence.words(value.words, value.which, self._findings)
            if words is None:
                return
        reason = value.inferred or setting.reason
        node = self._references.dated(value.origin) if value.origin else None
        if value.origin is not None and node is None:
            return

        def emit() -> bool:
            reference = self._sources.days.get(node) if node else None
            if node and reference is None:
                return False
            dated = self._times.dated(
                value,
                words,
                setting.voice.anchor,
                reference,
                self._graph(setting, value),
                reason.value if reason else None,
                setting.curator,
            )
            if dated is not None:
                self._dated(setting, subject, predicate, value, dated)
            return True

        if words is None and reason is None and value.rule is None:
            self._findings.error(
                "value-no-words",
                "no words of the quote say this date",
                value.span,
                "write `words = date`, or give `inferred: reason`",
            )
        elif not emit():
            self._pending.append((value, emit))

    def _dated(
        self,
        setting: Setting,
        subject: str,
        predicate: str,
        value: Value,
        dated: Dated,
    ) -> None:
        inferred = bool(value.inferred or setting.reason)
        anchor = setting.voice.anchor
        if anchor and anchor.inferred and not inferred and dated.resolution and not value.origin:
            self._findings.error(
                "date-anchor-inferred",
                "this counts from a day that is the curator's inference",
                value.span,
                "give the reason: {words: …, is: …, inferred: …}",
            )
        claim = self._claim(setting, subject, predicate, Term("iri", dated.time), value)
        if claim is None:
            return
        if dated.resolution is not None:
            self._rows.stated(
                claim, "kg:resolvedBy", "iri", dated.resolution, self._graph(setting, value)
            )
            self._rows.position(dated.resolution, "value", value.span)
        if predicate == "kg:when" and setting.stance is None:
            self._sources.days.setdefault(subject, Anchor(dated.edtf, subject, inferred))

    def settle(self) -> None:
        """Emit the dates that count from another event, once that event's date is known."""
        while self._pending:
            waiting = [(value, emit) for value, emit in self._pending if not emit()]
            if len(waiting) == len(self._pending):
                break
            self._pending = waiting
        for value, _ in self._pending:
            at = value.origin or value.target
            self._findings.error(
                "date-no-anchor",
                "the day this counts from is not known",
                at.span if at else value.span,
                "give that event a `when`, or write `inferred: reason`",
            )

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
            claim = self._claim(setting, node, "org:holds", Term("iri", office), held, words=True)
            if claim is not None and held.words is not None:
                words = setting.evidence.words(held.words, held.which, Findings())
                _, title = name_and_title(words or "", ())
                if title:
                    self._rows.stated(
                        claim, "kg:titleAsStated", "plain", title, self._graph(setting, held)
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
        self._claim(setting, article.node, "kg:issued", Term("iri", dated.time), value)

    def _graph(self, setting: Setting, value: Value) -> str:
        return INFERRED if value.inferred or setting.reason else setting.article.graph

    def _claim(
        self,
        setting: Setting,
        subject: str,
        predicate: str,
        term: Term,
        value: Value,
        *,
        words: bool = False,
    ) -> str | None:
        """Add a claim, with evidence, words, reason and positions; None where it has no ground."""
        reason = value.inferred or setting.reason
        text = None
        if value.words is not None:
            text = setting.evidence.words(value.words, value.which, self._findings)
            if text is None:
                return None
        elif words and reason is None:
            self._findings.error(
                "value-no-words",
                "no words of the quote say this",
                value.span,
                "write `words = id`, or give `inferred: reason`",
            )
            return None
        if not setting.evidence.nodes and reason is None:
            return None
        graph = self._graph(setting, value)
        document = None if reason else setting.article.node
        according_to = None if reason else setting.voice.source
        agent = setting.curator if reason else None
        rank = value.rank.value if value.rank else setting.rank
        claim = claim_id(
            document or agent or "",
            according_to,
            setting.stance,
            subject,
            predicate,
            term.key,
        )
        row = self._rows.add(
            "claim",
            id=claim,
            subject=subject,
            predicate=predicate,
            object_kind=term.kind,
            object=term.text,
            object_type=term.type,
            document=document,
            according_to=according_to,
            agent=agent,
            stance=setting.stance,
            rank="kg:deprecated" if setting.retracted else rank,
            graph=graph,
        )
        if not setting.retracted and row["rank"] != rank:
            self._findings.error(
                "rank-conflict",
                "the same claim stands here with another rank",
                value.span,
                "write the same `rank:` at both places",
            )
        for node in setting.evidence.nodes:
            self._rows.add("support", claim=claim, evidence=node, graph=graph)
        self._rows.stated(
            claim, "prov:wasGeneratedBy", "iri", f"curation/{setting.article.id.value}", graph
        )
        if text is not None:
            self._rows.stated(claim, "kg:asStated", "plain", text, graph)
        if reason is not None:
            self._rows.stated(claim, "kg:reason", "plain", reason.value, graph)
        if setting.fact is not None and setting.fact.event is not None:
            self._rows.position(claim, "event", setting.fact.event.span)
        if setting.evidence.quote is not None:
            self._rows.position(claim, "quote", setting.evidence.quote.span)
        self._rows.position(claim, "value", value.span)
        if value.corrected is not None:
            self._corrected(setting, claim, row, value, term)
        return claim

    def _corrected(
        self,
        setting: Setting,
        claim: str,
        row: dict[str, str | int | None],
        value: Value,
        term: Term,
    ) -> None:
        """Keep what stood here before a correction, deprecated."""
        was = value.corrected
        if was is None:
            return
        before = replace(value, corrected=None, target=was.was)
        if term.kind == "iri" and term.text.startswith("time/"):
            dated = self._times.dated(
                replace(before, words=None, rule=None),
                None,
                None,
                None,
                str(row["graph"]),
                was.reason.value,
                setting.curator,
            )
            old = dated.time if dated else None
        elif term.kind == "iri":
            section = term.text.split("/", 1)[0]
            old = (
                self._references.event(before)
                if section == "event"
                else self._references.id(was.was, AGENTS if section in AGENTS else (section,))
            )
        else:
            old = was.was.value
        if old is None:
            return
        document = row["document"] or row["agent"] or ""
        old_id = claim_id(
            str(document),
            _text(row["according_to"]),
            setting.stance,
            str(row["subject"]),
            str(row["predicate"]),
            replace(term, text=old).key,
        )
        graph = str(row["graph"])
        self._rows.add("claim", **{**row, "id": old_id, "object": old, "rank": "kg:deprecated"})
        for node in setting.evidence.nodes:
            self._rows.add("support", claim=old_id, evidence=node, graph=graph)
        self._rows.stated(old_id, "kg:reason", "plain", f"{was.on}: {was.reason}", graph)
        self._rows.stated(claim, "prov:wasRevisionOf", "iri", old_id, graph)
        self._rows.position(old_id, "value", was.was.span)


def _text(cell: str | int | None) -> str | None:
    return None if cell is None else str(cell)


def _is_duration(text: str) -> bool:
    return _DURATION.fullmatch(text) is not None


def settings_of(
    article: Article, voice: Voice, evidence: Evidence, passage: Passage, fact: Fact
) -> Setting:
    """What holds for the claims of one fact."""
    reason = fact.fields.text("inferred") or passage.fields.text("inferred")
    rank = next(iter(fact.fields.concepts("rank")), None) if fact.fields.has("rank") else None
    return Setting(
        article,
        voice,
        evidence,
        fact,
        None,
        reason,
        rank.value if rank else None,
        article.head.has("retracted"),
    )
