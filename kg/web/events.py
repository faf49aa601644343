"""Pages of events: every statement about them, made ready for many events at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg.ask.independence import Independence
from kg.ask.origins_text import left_words, origins_line
from kg.web import model, words
from kg.web.atlas import DATES, Atlas
from kg.web.chains import diagram
from kg.web.model import (
    Column,
    Disagreement,
    EventPage,
    Fact,
    Quote,
    Ref,
    Said,
    Saying,
    Value,
)
from kg.web.origins import Triple
from kg.web.paths import anchor_of
from kg.web.quotes import stretches
from kg.web.speech import speeches
from kg.web.statements import Statement

_UNSURE = ("planned", "proposed", "postponed", "cancelled", "not held")
_SINGLE = ("kg:status", "rdf:type", "kg:ordinal", "kg:position")
_ORDER = {name: place for place, name in enumerate(words.FIELDS)}


class Events:
    """Makes the pages of events."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        tables = atlas.tables
        self._statements = atlas.statements
        self._origins = atlas.origins
        self._resolutions = {row["id"]: row for row in tables["resolution"].iter_rows(named=True)}
        self._alternatives: dict[str, list[str]] = defaultdict(list)
        others = tables["alternative"].select("resolution", "time").sort("resolution", "time")
        for resolution, time in others.iter_rows():
            self._alternatives[resolution].append(time)
        self._speech = speeches(atlas)
        self._worded: dict[tuple[str, str, str], Ref] = {}

    def page(self, event: str) -> EventPage:
        """The page of one event."""
        ((_, statements),) = self._statements.of([event])
        return self._page(event, statements)

    def pages(self, events: Sequence[str]) -> Iterator[EventPage]:
        """The pages of events that follow each other in the order of their names."""
        for event, statements in self._statements.batches(events):
            yield self._page(event, statements)

    def _page(self, event: str, statements: tuple[Statement, ...]) -> EventPage:
        brief = self._atlas.briefs[event]
        rests = self._origins.of(statements)
        facts = tuple(self._facts(statements, rests.others()))
        columns = tuple(self._columns(statements))
        joins = [s for s in statements if s.predicate == "kg:alsoReportedIn"]
        documents = {s.document for s in statements if s.document}
        return EventPage(
            brief,
            event.removeprefix("event/"),
            facts,
            columns,
            tuple(self._disagreements(statements)),
            tuple(self._speech.get(event, ())),
            diagram(self._atlas, brief, [(s.document, s.source) for s in statements if s.source]),
            tuple(reason for join in joins for reason in join.stated.get("reasons", ())),
            len(documents),
            origins_line(rests.event, self._named),
            self._left(rests.event),
            tuple(map(self._atlas.label, brief.actors)),
        )

    # --- on what it rests -----------------------------------------------------------------------

    def _named(self, node: str) -> str:
        """A source or an agent in a reader's words."""
        if node.startswith("article/"):
            return f"“{self._atlas.label(node)}”"
        return self._said(node)

    def _left(self, found: Independence) -> tuple[str, ...]:
        """What is no origin of its own, and why."""
        # What a curator infers is marked as inferred wherever it stands.
        told = (left for left in found.left if left.reason != "inference")
        return tuple(dict.fromkeys(left_words(left, self._named) for left in told))

    def _rests(self, found: Independence) -> str:
        """On what a fact rests that does not rest on what its event does."""
        line = origins_line(found, self._named)
        left = self._left(found)
        return f"{line}; not counted: {'; '.join(left)}" if left else line

    # --- at a glance ----------------------------------------------------------------------------

    def _facts(
        self,
        statements: Iterable[Statement],
        special: Mapping[Triple, Independence],
    ) -> Iterator[Fact]:
        grouped: dict[str, dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
        for statement in statements:
            if statement.predicate != "kg:alsoReportedIn":
                grouped[statement.predicate][statement.object].append(statement)
        for predicate in sorted(grouped, key=lambda name: (_ORDER.get(name, 99), name)):
            values = [
                self._value(group, special.get((predicate, thing)))
                for thing, group in grouped[predicate].items()
            ]
            values.sort(
                key=lambda value: (
                    value.standing in ("denied", "disputed"),
                    -value.documents,
                    value.value.label,
                )
            )
            name = words.FIELDS.get(predicate) or words.concept(predicate).capitalize()
            yield Fact(name, tuple(values))

    def _value(self, group: list[Statement], special: Independence | None) -> Value:
        predicate, thing = group[0].predicate, group[0].object
        telling = group
        if len(group) > 1:
            telling = [s for s in group if s.best] or group
        standing = _standing(group, telling)
        notes: list[str] = []
        detail = ""
        if predicate in DATES:
            detail = self._explained(telling)
        elif predicate not in ("rdf:type", "kg:status"):
            if predicate == "kg:participant":
                ways = (*_told(telling, "roles"), *_told(telling, "presences"))
                notes += [words.concept(way) for way in ways]
                notes += [f"as {self._atlas.label(office)}" for office in _told(telling, "offices")]
            label = self._atlas.label(thing)
            notes += [f"“{w}”" for w in _told(telling, "stated") if w != label]
        if standing == model.INFERRED:
            notes += [r for s in telling for r in s.stated.get("reasons", ())]
        if standing == model.DISPUTED:
            by = dict.fromkeys(d for s in group for d in s.denied_by)
            notes += [f"denied: {self._said(d)}" for d in by]
        return Value(
            self._object(telling[0]),
            standing,
            len({s.document for s in telling if s.document}),
            tuple(notes),
            detail,
            self._rests(special) if special and standing != model.INFERRED else "",
        )

    def _object(self, statement: Statement) -> Ref:
        """What a reader calls an object; one and the same for what is the same."""
        predicate, thing = statement.predicate, statement.object
        if statement.kind == "iri":
            return self._atlas.ref(thing)
        key = (predicate, statement.kind, thing)
        found = self._worded.get(key)
        if found is None:
            if predicate == "rdf:type":
                text = words.CLASSES.get(thing, words.concept(thing))
            elif statement.kind == "name":
                text = words.concept(thing)
            elif predicate == "kg:ordinal":
                text = words.ordinal(thing)
            elif predicate == "kg:lasts":
                text = words.duration(thing)
            else:
                text = thing
            found = self._worded[key] = Ref(text)
        return found

    def _explained(self, statements: Sequence[Statement]) -> str:
        """How words became a date, a sentence a reading."""
        found = _told(statements, "resolutions")
        return " ".join(dict.fromkeys(filter(None, (self._resolution(r) for r in found))))

    def _resolution(self, node: str) -> str:
        row = self._resolutions.get(node)
        if row is None:
            return ""
        told = f"“{row['expression']}”" if row["expression"] else ""
        rule = words.RULES.get(row["rule"] or "", "")
        if row["anchor"]:
            anchor = words.date_words(row["anchor"][:10])
            day = words.weekday(row["anchor"][:10])
            told += f", counted from {day + ', ' if day else ''}{anchor}"
            if row["anchor_event"]:
                told += f" ({self._day_of(row['anchor_event'])})"
        if rule:
            told += f": {rule}" if told else rule
        if row["reason"]:
            told += f". Inferred by a curator: {row['reason']}" if told else row["reason"]
        others = [self._atlas.label(time) for time in self._alternatives.get(node, ())]
        if others:
            told += f". Another reading, not taken: {words.listed(others, 'or')}"
        told = told.strip(", ")
        return told and told.rstrip(".") + "."

    def _day_of(self, node: str) -> str:
        if node.startswith("article/"):
            return "the day of the article"
        if node.startswith("event/"):
            return f"the day of: {self._atlas.label(node)}"
        return f"the day of: {self._said(node)}"

    def _said(self, node: str) -> str:
        if node.startswith("curator/"):
            return "a curator"
        source = self._atlas.sources.get(node)
        if source is None:
            return self._atlas.label(node)
        return f"“{source.ref.label}”" if node.startswith("article/") else source.said

    # --- side by side ---------------------------------------------------------------------------

    def _columns(self, statements: Iterable[Statement]) -> Iterator[Column]:
        """One column a document, in order of time, then what curators inferred."""
        by_document: dict[str, dict[tuple[int, str, str], list[Statement]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for statement in statements:
            passages = [p for p in statement.evidence if p in self._atlas.passages]
            source = statement.curator or statement.source
            for passage in passages or [""]:
                document = self._atlas.passages[passage][0] if passage else statement.document
                start = self._atlas.passages[passage][1] if passage else -1
                key = "" if statement.curator else document
                by_document[key][start, passage, source].append(statement)
        ordered = sorted(by_document, key=lambda d: (not d, self._printed(d), d))
        for document in ordered:
            sayings = tuple(
                saying
                for (_, passage, source), group in sorted(by_document[document].items())
                if (saying := self._saying(passage, source, group, inferred=not document)).said
            )
            if not sayings:
                continue
            if document:
                found = self._atlas.sources.get(document)
                ref = found.ref if found else self._atlas.ref(document)
                yield Column(ref, found.printed if found else "", sayings)
            else:
                yield Column(Ref("What curators infer"), "", sayings, inferred=True)

    def _printed(self, document: str) -> str:
        return self._atlas.printed.get(document, "9999")

    def _saying(
        self, passage: str, source: str, group: list[Statement], *, inferred: bool
    ) -> Saying:
        origin = ""
        if not inferred and not source.startswith("article/"):
            origin = self._said(source)
        said = []
        for s in sorted(group, key=lambda s: (_ORDER.get(s.predicate, 99), s.object)):
            # That it was held, and is a meeting, goes without saying where no words say it.
            implied = s.predicate in ("kg:status", "rdf:type") and not s.stance
            if s.predicate == "kg:alsoReportedIn" or (
                implied and not s.curator and not s.stated.get("stated") and len(group) > 2
            ):
                continue
            name = words.FIELDS.get(s.predicate) or words.concept(s.predicate).capitalize()
            roles = s.stated.get("roles", ())
            said.append(
                Said(
                    name,
                    self._object(s),
                    words.STANCES.get(s.stance, ""),
                    tuple(map(words.concept, roles)),
                    superseded=s.rank == "kg:deprecated",
                )
            )
        marked = [w for s in group for w in s.stated.get("stated", ())]
        reasons: Iterable[str] = ()
        if inferred:
            reasons = dict.fromkeys(r for s in group for r in s.stated.get("reasons", ()))
        quote = self.quote(passage, marked) if passage else None
        return Saying(origin, quote, tuple(dict.fromkeys(said)), tuple(reasons))

    def quote(self, passage: str, marked: Iterable[str] = ()) -> Quote | None:
        """A passage's words with those that decide marked; None where they are not shown."""
        document, _, _, text = self._atlas.passages[passage]
        if not text:
            return Quote(anchor_of(passage), self._atlas.passage_path(passage), ())
        lang = self._atlas.sources[document].lang if document in self._atlas.sources else ""
        return Quote(
            anchor_of(passage),
            self._atlas.passage_path(passage),
            stretches(text, marked),
            lang,
        )

    # --- the rest -------------------------------------------------------------------------------

    def _disagreements(self, statements: Iterable[Statement]) -> Iterator[Disagreement]:
        undeprecated = [s for s in statements if s.rank != "kg:deprecated"]
        looked_at = {s.predicate for s in undeprecated if s.stance == "kg:denies"}.union(_SINGLE)
        grouped: dict[str, list[Statement]] = defaultdict(list)
        for statement in undeprecated:
            if statement.predicate in looked_at:
                grouped[statement.predicate].append(statement)
        for predicate, group in sorted(grouped.items(), key=lambda g: _ORDER.get(g[0], 99)):
            values = {s.object for s in group}
            denials = [s for s in group if s.stance == "kg:denies"]
            settled = any(s.direct for s in group)
            if not denials and not (predicate in _SINGLE and len(values) > 1 and not settled):
                continue
            name = words.FIELDS.get(predicate, words.concept(predicate).capitalize())
            sides = dict.fromkeys(
                f"{self._who(s)} {words.STANCES.get(s.stance, 'says')}: {self._object(s).label}"
                for s in sorted(group, key=lambda s: (s.stance, s.object, s.document))
                if s in denials or s.object in {d.object for d in denials} or not denials
            )
            yield Disagreement(name, tuple(sides))

    def _who(self, statement: Statement) -> str:
        return self._said(statement.curator or statement.source)


def _standing(group: Sequence[Statement], telling: Sequence[Statement]) -> str:
    """How a value stands, of which these are the statements, and those of them that count."""
    first = group[0]
    if not first.direct:
        denied = all(s.stance == "kg:denies" for s in group)
        return model.DENIED if denied else model.DISPUTED
    if any(s.denied_by for s in group):
        return model.DISPUTED
    if telling[0].curator and all(s.curator for s in telling):
        return model.INFERRED
    if first.predicate == "kg:plannedFor":
        return model.PLANNED
    if first.predicate == "kg:status" and words.concept(first.object) in _UNSURE:
        return model.PLANNED
    return model.QUOTED


def _told(statements: Sequence[Statement], name: str) -> Iterable[str]:
    """What some statements are qualified by, each once."""
    if len(statements) == 1:  # as mostly
        return dict.fromkeys(statements[0].stated.get(name, ()))
    return dict.fromkeys(told for s in statements for told in s.stated.get(name, ()))
