"""Dates of values: words resolved by their rules, checked against what is written, made rows."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from kg.check.diagnostic import Findings
from kg.facts.dates.edtf import Bounds, Edtf, EdtfError
from kg.facts.dates.resolve import DateError, Resolution, resolve
from kg.facts.record import Value
from kg.facts.rows import Rows
from kg.mapping.ids import digest
from kg.rdf.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Anchor:
    """A day that words count from: whose it is, and whether it is itself a curator's inference."""

    edtf: Edtf
    node: str
    inferred: bool = False

    def width(self) -> datetime.timedelta:
        """How long the stretch is that the day may be in."""
        if self.edtf.earliest is None or self.edtf.latest is None:
            return datetime.timedelta.max
        return self.edtf.latest - self.edtf.earliest

    def days(self) -> tuple[datetime.date, ...]:
        """The one day, or the first and last possible; words must resolve alike from each."""
        if self.edtf.day is not None:
            return (self.edtf.day,)
        ends = (self.edtf.earliest, self.edtf.latest)
        return tuple(end.date() for end in ends if end is not None)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as it went into the tables."""

    edtf: Edtf
    time: str
    resolution: str | None


def time_node(edtf: Edtf, bounds: Bounds | None) -> str:
    """The node of a time: its EDTF text percent-encoded, with the narrower bounds if any."""
    return f"time/{quote(edtf.text, safe='._~-')}{bounds.suffix if bounds else ''}"


class Times:
    """Rows of the tables time, resolution and alternative."""

    def __init__(self, rows: Rows, vocabulary: Vocabulary, findings: Findings) -> None:
        self._rows = rows
        self._rules = vocabulary.concepts("DateRules")
        self._findings = findings
        self._days: dict[str, list[tuple[str, Anchor]]] = {}

    def note_day(self, node: str, article: str, anchor: Anchor) -> None:
        """Note a day that an article gives an event or utterance."""
        self._rows.trace.writes(f"day {node}")
        self._days.setdefault(node, []).append((article, anchor))

    def day(self, node: str, article: str) -> Anchor | None:
        """The day of an event or utterance: the article's own if it gives one, the narrowest."""
        self._rows.trace.reads(f"day {node}")
        known = self._days.get(node, [])
        own = [anchor for source, anchor in known if source == article]
        return min(own or [anchor for _, anchor in known], key=Anchor.width, default=None)

    def time(self, edtf: Edtf, bounds: Bounds | None = None) -> str:
        """The node of a time, with its row."""
        before, after = edtf.bounds()
        if bounds is not None and edtf.day is not None:
            before, after = bounds.on(edtf.day)
        node = time_node(edtf, bounds)
        self._rows.add(
            "time",
            id=node,
            edtf=edtf.text,
            date=edtf.day.isoformat() if edtf.day else None,
            not_before=before,
            not_after=after,
        )
        return node

    def dated(
        self,
        value: Value,
        words: str | None,
        anchor: Anchor | None,
        reference: Anchor | None,
        graph: str,
        reason: str | None,
        agent: str,
    ) -> Dated | None:
        """A date from a value and the words proved for it; None, with a finding, if none follows.

        A curator's inference (`reason`) may give a date that no rule gives; words that a rule
        does read must still agree with it.
        """
        written = self._written(value)
        if value.target is not None and written is None:
            return None
        if words is None and value.rule is None:
            return self._inferred(written, None, graph, reason, agent) if written else None
        rule = value.rule.value if value.rule else None
        try:
            resolution = self._resolve(words, written, rule, anchor, reference)
        except DateError as error:
            if reason and written and rule is None and error.code == "date-unresolved":
                return self._inferred(written, words, graph, reason, agent)
            place = value.target or value.words
            self._findings.error(
                error.code, str(error), place.span if place else value.span, error.fix
            )
            return None
        if resolution.lower_inferred and not reason and value.target is not None:
            self._findings.error(
                "date-bound-inferred",
                f"“{words}” says no first day: {resolution.edtf.text} begins with an inference",
                value.target.span,
                "give the reason, {words: …, is: …, inferred: …}, or leave the beginning open",
            )
            return None
        if value.target is None:
            self._findings.completions.append(partial(value.filled, resolution.edtf.text))
        return self._rows_of(resolution, words, anchor, reference, graph, reason, agent)

    def _inferred(
        self, written: Edtf, words: str | None, graph: str, reason: str | None, agent: str
    ) -> Dated | None:
        """A date that is the curator's, with a reason in place of a rule."""
        if reason is None:
            return None
        time = self.time(written)
        node = "resolution/" + digest(graph, words or "", "", "", agent, reason, time)
        self._rows.add(
            "resolution",
            id=node,
            expression=words,
            time=time,
            agent=agent,
            reason=reason,
            graph=graph,
        )
        return Dated(written, time, node)

    def _written(self, value: Value) -> Edtf | None:
        if value.target is None:
            return None
        try:
            return Edtf.parse(value.target.value)
        except EdtfError as error:
            self._findings.error(
                "date-malformed",
                str(error),
                value.target.span,
                "write EDTF: 2023-10-31, 2023-10, [2023-10-30..2023-10-31]",
            )
            return None

    def _resolve(
        self,
        words: str | None,
        written: Edtf | None,
        rule: str | None,
        anchor: Anchor | None,
        reference: Anchor | None,
    ) -> Resolution:
        days = anchor.days() if anchor else (None,)
        found = [
            resolve(words or "", written, rule, day, reference.edtf if reference else None)
            for day in days
        ]
        if len({resolution.edtf.text for resolution in found}) > 1:
            raise DateError(
                "date-ambiguous",
                f"“{words}” gives {found[0].edtf.text} or {found[-1].edtf.text}, as the day it "
                "counts from is not fixed",
                "name the day it counts from more closely",
            )
        return found[0]

    def _rows_of(
        self,
        resolution: Resolution,
        words: str | None,
        anchor: Anchor | None,
        reference: Anchor | None,
        graph: str,
        reason: str | None,
        agent: str,
    ) -> Dated:
        time = self.time(resolution.edtf, resolution.bounds)
        base = _counted_from(resolution, anchor, reference)
        expression = words or ""
        anchor_text = _anchor_text(resolution, base)
        node = "resolution/" + digest(
            graph, expression, resolution.rule, anchor_text or "", base.node if base else "", time
        )
        self._rows.add(
            "resolution",
            id=node,
            expression=expression or None,
            rule=self._rules[resolution.rule].name,
            anchor=anchor_text,
            anchor_event=base.node if base else None,
            time=time,
            agent=agent if reason else None,
            reason=reason,
            graph=graph,
        )
        for other in resolution.alternatives:
            self._rows.add("alternative", resolution=node, time=self.time(other), graph=graph)
        return Dated(resolution.edtf, time, node)


def _anchor_text(resolution: Resolution, base: Anchor | None) -> str | None:
    """The day counted from, or the whole stretch that it may lie in."""
    if base is not None and base.edtf.day is None:
        return base.edtf.text
    return resolution.anchor.text if resolution.anchor else None


def _counted_from(
    resolution: Resolution, anchor: Anchor | None, reference: Anchor | None
) -> Anchor | None:
    """Whose day a rule counted from: the other event's, the article's, or nobody's."""
    if resolution.anchor is None:
        return None
    if reference is not None and resolution.anchor == reference.edtf:
        return reference
    return anchor
