"""Documents: the head of an article's file made rows, and the day its words count from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kg.check.diagnostic import Findings, Related
from kg.facts.article import Article
from kg.facts.declare import Declarations
from kg.facts.grammar import Text
from kg.facts.likeness import only_candidate
from kg.facts.record import Record, Value, suggestion
from kg.facts.rows import Rows
from kg.facts.setting import Voice
from kg.facts.settings import is_language
from kg.facts.text.archived import ArchivedText
from kg.facts.text.nearest import shortened
from kg.facts.text.quote import QuoteError, find_words
from kg.facts.times import Anchor, Dated, Times

_URL = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20]+")
# What the keys of a head say of the document.
_FIELDS = {
    "sha256": "kg:sha256",
    "title": "dcterms:title",
    "language": "dcterms:language",
    "publisher": "dcterms:publisher",
    "author": "kg:author",
    "url": "schema:url",
    "rights": "dcterms:rights",
    "published": "kg:published",
    "copy_of": "kg:copyOf",
    "revises": "kg:revises",
    "retracted": "kg:retractedOn",
}
_PUBLISH = ("full", "excerpts", "none")
# Quotes of a changed text that a finding lists.
_MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Head:
    """An article as the voice of its own passages; `written` where its day is an inference."""

    voice: Voice
    written: tuple[Value, Dated] | None


class Documents:
    """Rows of the tables source and curation for articles, and of what hangs on them."""

    def __init__(
        self,
        rows: Rows,
        times: Times,
        declared: Declarations,
        findings: Findings,
    ) -> None:
        self._rows = rows
        self._times = times
        self._declared = declared
        self._findings = findings

    def article(self, article: Article, text: ArchivedText) -> Head:
        """Rows of an article's head."""
        head, node, graph = article.head, article.node, article.graph
        curator = f"curator/{article.coder}"
        # Of two files of one article, which is refused, what one settles the other may read.
        self._rows.trace.shares(node)
        self._hash(article, text)
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
        elif publish:
            self._rows.link(node, "kg:publish", "plain", publish.value, graph=graph)
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
        for key, predicate in _FIELDS.items():
            written_ = head.node.get(key)
            if written_ is not None:
                self._rows.position(node, predicate, written_.span)
        for key, predicate in (("copy_of", "kg:copyOf"), ("revises", "kg:revises")):
            other = head.id(key)
            if other and not self._declared.is_article(other.value):
                meant = only_candidate(other.value, self._declared.articles)
                self._findings.error(
                    "reference-unknown",
                    f"no article `{other.value}` is here",
                    other.span,
                    suggestion(other.value, self._declared.articles),
                    edit=other.edit(self._declared.articles[meant].article) if meant else None,
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
        coder = head.node.get("coder")
        if coder is not None:
            self._rows.position(curator, "coder", coder.span)
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
            curation = f"curation/{article.id.value}"
            self._rows.position(curation, "article", article.id.span)
            self._rows.position(curation, "kg:entered", entered.span)
            self._rows.add(
                "curation",
                id=curation,
                document=node,
                agent=curator,
                entered=entered.value,
                graph=graph,
            )
        return Head(Voice(node, node, anchor), written)

    def _hash(self, article: Article, text: ArchivedText) -> None:
        written = article.head.text("sha256")
        if written and written.value != text.sha256:
            quotes = [passage.quote for passage in article.passages if passage.quote is not None]
            facts = sum(1 for _ in article.facts())
            self._findings.error(
                "text-changed",
                "the archived text is not the one these facts were written from: "
                f"{_counted(len(quotes), 'quote')} and {_counted(facts, 'fact')} rest on it",
                written.span,
                f"restore the text; if it is right, write {text.sha256} and check "
                "every quote (a new version is a new article that `revises:` the old)",
                tuple(
                    Related(quote.span, f"rests on it: “{shortened(quote.value)}”")
                    for quote in quotes[:_MOST_SHOWN]
                ),
            )

    def _printed(self, head: Record, key: str, text: ArchivedText) -> None:
        printed = head.text(key)
        if printed is None:
            return
        try:
            find_words(text.text, printed.value, 1)
        except QuoteError as error:
            own = error.missing.own if error.missing else None
            self._findings.error(
                f"{key}-not-in-text",
                f"the text does not hold this {key}",
                printed.span,
                "write it as the text has it, or leave it out",
                edit=printed.edit(own) if own else None,
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
            if dated is not None and dated.resolution is not None:
                self._rows.position(dated.resolution, "value", published.span)
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
        if dated.resolution is not None:
            self._rows.position(dated.resolution, "value", written.span)
        anchor = Anchor(dated.edtf, article.node, inferred=True)
        return None, None, anchor, (written, dated)

    def _derive(self, source: str, origin: str, graph: str) -> None:
        self._rows.add("derivation", source=source, derived_from=origin, graph=graph)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
