"""Sources: the article's head and the utterances that passages name, made rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kg.check.diagnostic import Findings
from kg.facts.article import Article, By
from kg.facts.declare import Declarations
from kg.facts.evidence import Evidence
from kg.facts.grammar import Text
from kg.facts.record import Record, Value, suggestion
from kg.facts.references import References
from kg.facts.rows import Rows
from kg.facts.settings import is_language
from kg.facts.text.archived import ArchivedText
from kg.facts.text.quote import QuoteError, find_words
from kg.facts.times import Anchor, Dated, Times
from kg.rdf.vocabulary import Vocabulary

_URL = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20]+")
_PUBLISH = ("full", "excerpts", "none")


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks in a passage: the source its claims are according to, and the day it counts from.

    `reporter` is the source that reports the words: the article, or what passed them on to it.
    """

    source: str
    reporter: str
    anchor: Anchor | None
    speaker: str | None = None
    addressees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """An article as the voice of its own passages; `written` where its day is an inference."""

    voice: Voice
    written: tuple[Value, Dated] | None


class Sources:
    """Rows of the tables source, derivation, curation and of what hangs on them."""

    def __init__(
        self,
        rows: Rows,
        times: Times,
        references: References,
        declared: Declarations,
        vocabulary: Vocabulary,
        findings: Findings,
    ) -> None:
        self._rows = rows
        self._times = times
        self._references = references
        self._declared = declared
        self._forms = vocabulary.concepts("UtteranceForms")
        self._findings = findings
        self._voices: dict[str, Voice] = {}
        self.days: dict[str, Anchor] = {}

    def article(self, article: Article, text: ArchivedText) -> Head:
        """Rows of an article's head."""
        head, node, graph = article.head, article.node, article.graph
        curator = f"curator/{article.coder}"
        self._hash(head, text)
        for key in ("title", "publisher", "author"):
            self._printed(head, key, text)
        language, url = head.text("language"), head.text("url")
        if language and not is_language(language.value):
            self._findings.error(
                "language-malformed",
                "this is no language tag",
                language.span,
                "write a BCP 47 tag such as `en`",
            )
        if url and not _URL.fullmatch(url.value):
            self._findings.error(
                "url-malformed",
                "this is no http or https URL",
                url.span,
                "write the address as the browser shows it",
            )
        publish = head.text("publish")
        if publish and publish.value not in _PUBLISH:
            self._findings.error(
                "publish-unknown",
                f"“{publish.value}” is not known here",
                publish.span,
                "write full, excerpts or none",
            )
        cells = {
            key: text_.value if (text_ := head.text(key)) else None
            for key in ("title", "language", "publisher", "author", "url", "rights")
        }
        words, resolution, anchor, written = self._published(article, text, curator)
        self._rows.add(
            "source",
            id=node,
            **{"class": "kg:Document"},
            **cells,
            sha256=text.sha256,
            published_words=words,
            published=self._times.time(anchor.edtf) if anchor and not anchor.inferred else None,
            resolution=resolution,
            graph=graph,
        )
        self._rows.position(node, "article", article.id.span)
        for key, predicate in (("copy_of", "kg:copyOf"), ("revises", "kg:revises")):
            other = head.id(key)
            if other and other.value.lower() not in self._declared.articles:
                self._findings.error(
                    "reference-unknown",
                    f"no article `{other.value}` is here",
                    other.span,
                    suggestion(other.value, self._declared.articles),
                )
            elif other:
                self._rows.link(node, predicate, "iri", f"article/{other.value}", graph=graph)
                self._derive(node, f"article/{other.value}", graph)
        for retracted in head.records("retracted"):
            on, reason = retracted.day("on"), retracted.text("reason")
            if on and reason:
                self._rows.link(node, "kg:retractedOn", "typed", on.value, "xsd:date", graph=graph)
                self._rows.link(node, "kg:reason", "plain", reason.value, graph=graph)
        entered = head.text("entered")
        self._rows.add("entity", id=curator, **{"class": "prov:Person"}, graph="graph/registry")
        self._rows.add(
            "name",
            node=curator,
            predicate="skos:prefLabel",
            text=article.coder,
            language=None,
            graph="graph/registry",
        )
        if entered:
            self._rows.add(
                "curation",
                id=f"curation/{article.id.value}",
                document=node,
                agent=curator,
                entered=entered.value,
                graph=graph,
            )
        return Head(Voice(node, node, anchor), written)

    def _hash(self, head: Record, text: ArchivedText) -> None:
        written = head.text("sha256")
        if written and written.value != text.sha256:
            self._findings.error(
                "text-changed",
                "the archived text is not the one these facts were written from",
                written.span,
                f"restore the text; if it is right, write {text.sha256} and check "
                "every quote (a new version is a new article that `revises:` the old)",
            )

    def _printed(self, head: Record, key: str, text: ArchivedText) -> None:
        printed = head.text(key)
        if printed is None:
            return
        try:
            find_words(text.text, printed.value, 1)
        except QuoteError:
            self._findings.error(
                f"{key}-not-in-text",
                f"the text does not hold this {key}",
                printed.span,
                "write it as the text has it, or leave it out",
            )

    def _published(
        self, article: Article, text: ArchivedText, curator: str
    ) -> tuple[str | None, str | None, Anchor | None, tuple[Value, Dated] | None]:
        """The printed date's words, its resolution, the day to count from, what was inferred."""
        head = article.head
        published, written = head.value("published"), head.value("written")
        if published is not None:
            words = None
            if published.words is not None:
                try:
                    start, end = find_words(text.text, published.words.value, published.which or 1)
                    words = text.text[start:end]
                except QuoteError as error:
                    self._findings.error(
                        "date-not-in-text",
                        "the text does not print this date",
                        published.words.span,
                        error.fix,
                    )
                    return None, None, None, None
            rule = published.rule or Text("printed", published.span)
            dated = self._times.dated(
                replace(published, rule=rule), words, None, None, article.graph, None, curator
            )
            anchor = Anchor(dated.edtf, article.node) if dated else None
            return words, dated.resolution if dated else None, anchor, None
        if written is None:
            return None, None, None, None
        if written.inferred is None:
            self._findings.error(
                "written-without-reason",
                "`written` is the curator's inference",
                written.span,
                "write {is: date, inferred: reason}",
            )
            return None, None, None, None
        dated = self._times.dated(
            written, None, None, None, "graph/inferred", written.inferred.value, curator
        )
        if dated is None:
            return None, None, None, None
        anchor = Anchor(dated.edtf, article.node, inferred=True)
        return None, None, anchor, (written, dated)

    def voice(
        self, by: By | None, own: Voice, article: Article, evidence: Evidence
    ) -> Voice | None:
        """Who speaks in a passage; None, with a finding, where nobody says who."""
        if by is None:
            return own
        node = f"utterance/{by.id.value}"
        if by.fields is None:
            if by.id.value not in self._declared.utterances:
                self._findings.error(
                    "reference-unknown",
                    f"no utterance `{by.id.value}` is here",
                    by.id.span,
                    suggestion(by.id.value, self._declared.utterances),
                )
                return None
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
                voice = Voice(node, article.node, voice.anchor, voice.speaker, voice.addressees)
                self._voices[f"{article.node} {node}"] = voice
            return voice
        return self._utterance(by, by.fields, node, own, article, evidence)

    def _utterance(
        self, by: By, fields: Record, node: str, own: Voice, article: Article, evidence: Evidence
    ) -> Voice:
        graph, curator = article.graph, f"curator/{article.coder}"
        reporter = own.source
        if by.via is not None:
            passed_on = self.voice(by.via, own, article, evidence)
            reporter = passed_on.source if passed_on else own.source
        self._derive(reporter, node, graph)

        def agent(value: Value | None) -> str | None:
            return self._references.agent(value, article, evidence) if value else None

        who, addressees = agent(fields.value("who")), fields.values("to")
        occasion = self._references.event(fields.value("at"))
        anchor, resolution, issued = own.anchor, None, None
        when = fields.value("when")
        if when is not None:
            words = evidence.words(when.words, when.which, self._findings) if when.words else None
            reason = when.inferred.value if when.inferred else None
            if words or not when.words:
                dated = self._times.dated(when, words, own.anchor, None, graph, reason, curator)
                if dated is not None:
                    anchor = Anchor(dated.edtf, node, bool(reason))
                    self.days[node] = anchor
                    resolution, issued = dated.resolution, dated.time
        elif occasion is not None and occasion in self.days:
            anchor = self.days[occasion]
        form = self._forms[by.form or ""].name
        row = self._rows.add(
            "source",
            id=node,
            **{"class": "kg:Utterance"},
            form=form,
            agent=who,
            on_behalf_of=agent(fields.value("for")),
            occasion=occasion,
            issued=issued,
            resolution=resolution,
            channel=agent(fields.value("through")),
            graph=graph,
        )
        if (row.get("agent"), row.get("form")) != (who, form):
            self._findings.error(
                "utterance-conflict",
                f"`{by.id.value}` is introduced elsewhere with another form or speaker",
                by.id.span,
                "use its id alone, or another id",
            )
        self._rows.position(node, "by", by.id.span)
        for nodes in evidence.nodes:
            self._rows.add("support", claim=node, evidence=nodes, graph=graph)
        to = tuple(other for value in addressees if (other := agent(value)))
        for other in to:
            self._rows.link(node, "kg:addressee", "iri", other, graph=graph)
        for key, predicate in (("answers", "kg:answers"), ("from", "prov:wasDerivedFrom")):
            other_id = fields.id(key)
            if other_id is None:
                continue
            if other_id.value not in self._declared.utterances:
                self._findings.error(
                    "reference-unknown",
                    f"no utterance `{other_id.value}` is here",
                    other_id.span,
                    suggestion(other_id.value, self._declared.utterances),
                )
            elif key == "from":
                self._derive(node, f"utterance/{other_id.value}", graph)
            else:
                self._rows.link(node, predicate, "iri", f"utterance/{other_id.value}", graph=graph)
        voice = Voice(node, reporter, anchor, who, to)
        self._voices[f"{article.node} {node}"] = voice
        self._voices.setdefault(node, voice)
        return voice

    def _derive(self, source: str, origin: str, graph: str) -> None:
        if source != origin:
            self._rows.add("derivation", source=source, derived_from=origin, graph=graph)
