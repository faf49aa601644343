"""Utterances: what was said or issued once, by whom, and how it reached the article."""

from __future__ import annotations

from dataclasses import replace

from kg.check.diagnostic import Findings
from kg.facts.article import Article, By
from kg.facts.assertions import Assertions
from kg.facts.declare import Declarations
from kg.facts.evidence import Evidence
from kg.facts.grammar import Text
from kg.facts.likeness import only_candidate
from kg.facts.record import Record, suggestion
from kg.facts.references import References
from kg.facts.rows import Rows
from kg.facts.setting import Setting, Voice
from kg.facts.times import Anchor, Times
from kg.rdf.vocabulary import Vocabulary

# What the keys of `by:` say of the utterance.
_FIELDS = {
    "who": "prov:wasAttributedTo",
    "for": "kg:onBehalfOf",
    "to": "kg:addressee",
    "at": "kg:occasion",
    "when": "kg:issued",
    "through": "kg:channel",
    "answers": "kg:answers",
    "from": "prov:wasDerivedFrom",
}


class Utterances:
    """Rows of the table source for utterances, and the ways they reached the articles."""

    def __init__(
        self,
        rows: Rows,
        times: Times,
        references: References,
        assertions: Assertions,
        declared: Declarations,
        vocabulary: Vocabulary,
        findings: Findings,
    ) -> None:
        self._rows = rows
        self._times = times
        self._references = references
        self._assertions = assertions
        self._declared = declared
        self._forms = vocabulary.concepts("UtteranceForms")
        self._findings = findings
        self._voices: dict[str, Voice] = {}

    def voice(
        self, by: By | None, own: Voice, article: Article, evidence: Evidence
    ) -> Voice | None:
        """Who speaks in a passage; None, with a finding, where nobody says who."""
        if by is None:
            return own
        node = f"utterance/{by.id.value}"
        if by.fields is None:
            if not self._declared.is_utterance(by.id.value):
                meant = only_candidate(by.id.value, self._declared.utterances)
                edit = by.id.edit(meant) if meant else None
                self._findings.error(
                    "reference-unknown",
                    f"no utterance `{by.id.value}` is here",
                    by.id.span,
                    suggestion(by.id.value, self._declared.utterances),
                    edit=edit,
                )
                if meant is None or edit is None:
                    return None
                by = By(Text(meant, by.id.span), None, None)
                node = f"utterance/{meant}"
            self._rows.trace.reads(f"voice {node}")
            # Another article's utterance reaches this one by its own way.
            voice = self._voices.get(f"{article.node} {node}") or self._voices.get(node)
            if voice is None:
                self._findings.error(
                    "utterance-order",
                    f"`{by.id.value}` is told of before it is introduced",
                    by.id.span,
                    "write what it is where it first stands",
                )
            elif f"{article.node} {node}" not in self._voices:
                self._derive(article.node, node, article.graph)
                voice = replace(voice, reporter=article.node, introduced=by.id.span)
                self._voices[f"{article.node} {node}"] = voice
            return voice
        return self._utterance(by, by.fields, node, own, article, evidence)

    def _utterance(
        self, by: By, fields: Record, node: str, own: Voice, article: Article, evidence: Evidence
    ) -> Voice:
        graph, curator = article.graph, f"curator/{article.coder}"
        self._rows.trace.shares(f"voice {node}")
        reporter = own.source
        if by.via is not None:
            passed_on = self.voice(by.via, own, article, evidence)
            reporter = passed_on.source if passed_on else own.source
        self._derive(reporter, node, graph)

        # Who speaks to whom is itself said by whoever passes the words on.
        reporting = Voice(reporter, reporter, own.anchor)
        setting = Setting(
            article, reporting, evidence, None, None, None, None, article.head.has("retracted")
        )

        def agents(key: str, predicate: str) -> tuple[str, ...]:
            found = (
                self._assertions.agent(setting, node, predicate, value)
                for value in fields.values(key)
            )
            return tuple(agent for agent in found if agent is not None)

        who = agents("who", "prov:wasAttributedTo")
        to = agents("to", "kg:addressee")
        occasions = [event for at in fields.values("at") if (event := self._references.event(at))]
        anchor, resolution, issued = own.anchor, None, None
        when = fields.value("when")
        if when is not None:
            words = evidence.words(when.words, when.which, self._findings) if when.words else None
            reason = when.inferred.value if when.inferred else None
            if when.words is None and reason is None and when.rule is None:
                self._findings.error(
                    "value-no-words",
                    "no words of the quote say this date",
                    when.span,
                    "write `words = date`, or give `inferred: reason`",
                )
            elif words or not when.words:
                dated = self._times.dated(when, words, own.anchor, None, graph, reason, curator)
                if dated is not None:
                    anchor = Anchor(dated.edtf, node, bool(reason))
                    self._times.note_day(node, article.node, anchor)
                    resolution, issued = dated.resolution, dated.time
                    if resolution is not None:
                        self._rows.position(resolution, "value", when.span)
        elif len(occasions) == 1:
            anchor = self._times.day(occasions[0], article.node) or anchor
        form = self._forms[by.form or ""].name
        row = self._rows.add(
            "source",
            id=node,
            **{"class": "kg:Utterance"},
            form=form,
            agent=_first(who),
            on_behalf_of=_first(agents("for", "kg:onBehalfOf")),
            occasion=occasions[0] if occasions else None,
            issued=issued,
            resolution=resolution,
            channel=_first(agents("through", "kg:channel")),
            graph=graph,
        )
        if (row.get("agent"), row.get("form")) != (_first(who), form):
            self._findings.error(
                "utterance-conflict",
                f"`{by.id.value}` is introduced elsewhere with another form or speaker",
                by.id.span,
                "use its id alone, or another id",
            )
        self._rows.position(node, "by", by.id.span)
        for key, predicate in _FIELDS.items():
            written = fields.node.get(key)
            if written is not None:
                self._rows.position(node, predicate, written.span)
        for nodes in evidence.nodes:
            self._rows.add("support", claim=node, evidence=nodes, graph=graph)
        others = (
            *(("kg:addressee", other) for other in to),
            *(("prov:wasAttributedTo", other) for other in who[1:]),
            *(("kg:occasion", event) for event in occasions[1:]),
        )
        for predicate, other in others:
            self._rows.link(node, predicate, "iri", other, graph=graph)
        for key, predicate in (("answers", "kg:answers"), ("from", "prov:wasDerivedFrom")):
            other_id = fields.id(key)
            if other_id is None:
                continue
            if not self._declared.is_utterance(other_id.value):
                meant = only_candidate(other_id.value, self._declared.utterances)
                self._findings.error(
                    "reference-unknown",
                    f"no utterance `{other_id.value}` is here",
                    other_id.span,
                    suggestion(other_id.value, self._declared.utterances),
                    edit=other_id.edit(meant) if meant else None,
                )
            elif key == "from":
                self._rows.link(
                    node, "kg:restsOn", "iri", f"utterance/{other_id.value}", graph=graph
                )
                self._derive(node, f"utterance/{other_id.value}", graph)
            else:
                self._rows.link(node, predicate, "iri", f"utterance/{other_id.value}", graph=graph)
        voice = Voice(node, reporter, anchor, who, to, by.id.span)
        self._voices[f"{article.node} {node}"] = voice
        self._voices.setdefault(node, voice)
        return voice

    def _derive(self, source: str, origin: str, graph: str) -> None:
        if source != origin:
            self._rows.add("derivation", source=source, derived_from=origin, graph=graph)


def _first(nodes: tuple[str, ...]) -> str | None:
    return nodes[0] if nodes else None
