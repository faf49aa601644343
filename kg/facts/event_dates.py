"""Dates of events made claims; those that count from another event wait for its date."""

from __future__ import annotations

from collections.abc import Callable

from kg.check.diagnostic import Diagnostic, Findings
from kg.facts.assertions import Assertions, Term
from kg.facts.record import Value
from kg.facts.references import References
from kg.facts.rows import LATER, Rows
from kg.facts.setting import Setting
from kg.facts.times import Anchor, Dated, Times


class EventDates:
    """Claims whose object is a time, each with its resolution."""

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
        self._pending: list[tuple[int, Value, Callable[[], bool]]] = []

    def add(self, setting: Setting, subject: str, predicate: str, value: Value) -> None:
        """Add the claim of a date, now or once the day that it counts from is known."""
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
            reference = self._times.day(node, setting.article.node) if node else None
            if node and reference is None:
                return False
            dated = self._times.dated(
                value,
                words,
                setting.voice.anchor,
                reference,
                setting.graph(value),
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
            self._rows.keep()
            self._pending.append((self._rows.trace.origin, value, emit))

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
        claim = self._assertions.add(setting, subject, predicate, Term("iri", dated.time), value)
        if claim is None:
            return
        if dated.resolution is not None:
            self._rows.stated(claim, "kg:resolvedBy", "iri", dated.resolution, setting.graph(value))
            self._rows.position(dated.resolution, "value", value.span)
            for property_, written in (("kg:rule", value.rule), ("kg:result", value.target)):
                if written is not None:
                    self._rows.position(dated.resolution, property_, written.span)
        if predicate == "kg:when" and setting.stance is None:
            anchor = Anchor(dated.edtf, subject, inferred)
            self._times.note_day(subject, setting.article.node, anchor)

    def settle(self) -> dict[int, list[Diagnostic]]:
        """Emit the dates that count from another event, once that event's date is known.

        Returns what was found, by the file that the dates are of.
        """
        found: dict[int, list[Diagnostic]] = {}
        while self._pending:
            waiting = []
            for origin, value, emit in self._pending:
                before = len(self._findings.items)
                self._rows.begin(origin + LATER)
                if not emit():
                    waiting.append((origin, value, emit))
                found.setdefault(origin, []).extend(self._findings.items[before:])
            if len(waiting) == len(self._pending):
                break
            self._pending = waiting
        for origin, value, _ in self._pending:
            at = value.origin or value.target
            self._findings.error(
                "date-no-anchor",
                "the day this counts from is not known",
                at.span if at else value.span,
                "give that event a `when`, or write `inferred: reason`",
            )
            found.setdefault(origin, []).append(self._findings.items[-1])
        return found
