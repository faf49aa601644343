"""Assertions: one row a triple, source and polarity, with evidence, qualifiers and positions."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kg.check.diagnostic import Findings
from kg.facts.record import Value
from kg.facts.references import AGENTS, References
from kg.facts.rows import Rows
from kg.facts.setting import Setting
from kg.facts.text.names import name_and_title
from kg.facts.times import Times
from kg.mapping.ids import RESOURCES, claim_id


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


class Assertions:
    """Rows of the tables claim, stated and support."""

    def __init__(
        self, rows: Rows, times: Times, references: References, findings: Findings
    ) -> None:
        self._rows = rows
        self._times = times
        self._references = references
        self._findings = findings

    def add(
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
        graph = setting.graph(value)
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
        if document is None:
            self._rows.trace.shares(claim)
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
            self._rows.position(claim, "kg:reason", reason.span)
        if value.rank is not None:
            self._rows.position(claim, "kg:rank", value.rank.span)
        if setting.fact is not None and setting.fact.event is not None:
            self._rows.position(claim, "event", setting.fact.event.span)
        if setting.evidence.quote is not None:
            self._rows.position(claim, "quote", setting.evidence.quote.span)
        self._rows.position(claim, "value", value.span)
        if value.corrected is not None:
            self._corrected(setting, claim, row, value, term)
        return claim

    def agent(
        self, setting: Setting, subject: str, predicate: str, value: Value | None
    ) -> str | None:
        """Add a claim whose object is whoever a value names, as worded; returns their node."""
        if value is None:
            return None
        node = self._references.agent(value, setting.article, setting.evidence)
        if node is None:
            return None
        claim = self.add(
            setting, subject, predicate, Term("iri", node), value, words=value.unnamed is None
        )
        if claim is not None:
            self._agent_qualifiers(setting, claim, node, value)
        return node

    def _agent_qualifiers(self, setting: Setting, claim: str, node: str, value: Value) -> None:
        graph = setting.graph(value)
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
                self._rows.position(claim, "kg:office", value.office.span)
        for role in value.roles:
            self._rows.stated(claim, "kg:role", "name", role.value, graph)
            self._rows.position(claim, "role", role.span)
        if value.presence is not None:
            self._rows.stated(claim, "kg:presence", "name", value.presence.value, graph)
            self._rows.position(claim, "kg:presence", value.presence.span)

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
        # Two ids of which one was merged into the other are no correction any more.
        if old is None or old == term.text:
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
        if row["document"] is None:
            self._rows.trace.shares(old_id)
        self._rows.add("claim", **{**row, "id": old_id, "object": old, "rank": "kg:deprecated"})
        for node in setting.evidence.nodes:
            self._rows.add("support", claim=old_id, evidence=node, graph=graph)
        self._rows.stated(old_id, "kg:reason", "plain", f"{was.on}: {was.reason}", graph)
        self._rows.stated(claim, "prov:wasRevisionOf", "iri", old_id, graph)
        self._rows.position(old_id, "value", was.was.span)


def _text(cell: str | int | None) -> str | None:
    return None if cell is None else str(cell)
