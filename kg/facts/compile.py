"""Facts to tables: every file's passages proved, dated and made rows, in one fixed order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kg.check.diagnostic import Findings
from kg.facts.article import Article
from kg.facts.assertions import Assertions
from kg.facts.claims import Claims
from kg.facts.declare import declarations
from kg.facts.documents import Documents
from kg.facts.event_dates import EventDates
from kg.facts.evidence import prove_passage
from kg.facts.references import References
from kg.facts.registry import Registry, registry_rows
from kg.facts.rows import Rows
from kg.facts.setting import settings_of
from kg.facts.speech import Speech
from kg.facts.text.archived import ArchivedText
from kg.facts.text.elsewhere import Elsewhere
from kg.facts.times import Times
from kg.facts.utterances import Utterances
from kg.mapping.tables import Tables
from kg.rdf.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run looked at, and how much of it carried."""

    articles: int = 0
    passages: int = 0
    empty_passages: int = 0
    quotes_proved: int = 0
    facts: int = 0
    claims: int = 0
    speech: int = 0
    quantities: int = 0
    dates_resolved: int = 0
    registry_entries: int = 0


class _Compiler:
    def __init__(
        self,
        articles: tuple[Article, ...],
        registry: Registry,
        vocabulary: Vocabulary,
        elsewhere: Elsewhere,
        findings: Findings,
    ) -> None:
        self.rows = Rows()
        self._findings = findings
        declared = declarations(articles, registry.merges, findings)
        times = Times(self.rows, vocabulary, findings)
        references = References(registry, declared, self.rows, findings)
        assertions = Assertions(self.rows, times, references, findings)
        self._documents = Documents(self.rows, times, declared, findings)
        self._utterances = Utterances(
            self.rows, times, references, assertions, declared, vocabulary, findings
        )
        self._dates = EventDates(self.rows, times, references, assertions, findings)
        self._claims = Claims(self.rows, references, assertions, self._dates, declared, findings)
        self._speech = Speech(self.rows, times, references, assertions, findings)
        self._elsewhere = elsewhere
        self.counts = Counts(articles=len(articles), registry_entries=len(registry.entries))

    def article(self, article: Article, text: ArchivedText) -> None:
        head = self._documents.article(article, text)
        own = head.voice
        if head.written is not None:
            self._claims.written(article, own, *head.written)
        status_written = {
            fact.event.value
            for fact in article.facts()
            if fact.event is not None and fact.fields.has("status")
        }
        counts = self.counts
        for passage in article.passages:
            evidence = prove_passage(
                passage,
                article.node,
                article.graph,
                text,
                self.rows,
                self._findings,
                self._elsewhere,
            )
            counts = replace(
                counts,
                passages=counts.passages + 1,
                empty_passages=counts.empty_passages + (not passage.facts),
                quotes_proved=counts.quotes_proved + bool(evidence and evidence.nodes),
                facts=counts.facts + len(passage.facts),
            )
            if evidence is None:
                continue
            voice = self._utterances.voice(passage.by, own, article, evidence)
            if voice is None:
                continue
            for fact in passage.facts:
                setting = settings_of(article, voice, evidence, passage, fact)
                if fact.event is not None:
                    self._claims.event(setting, status_written=fact.event.value in status_written)
                elif fact.fields.has("says"):
                    self._speech.says(setting)
                elif fact.fields.has("quantity"):
                    self._speech.quantity(setting)
                elif fact.fields.has("holds"):
                    self._claims.holds(setting)
        self.counts = counts

    def finish(self) -> None:
        self._dates.settle()
        self.counts = replace(
            self.counts,
            claims=self.rows.count("claim"),
            speech=self.rows.count("speech"),
            quantities=self.rows.count("quantity"),
            dates_resolved=self.rows.count("resolution"),
        )


def compile_facts(
    articles: tuple[Article, ...],
    registry: Registry,
    vocabulary: Vocabulary,
    texts: Mapping[str, ArchivedText],
    findings: Findings,
    others: Iterable[tuple[str, ArchivedText]] = (),
) -> tuple[Tables, Counts]:
    """The tables of a project's facts, before ranks; `texts` are the archived texts by article id.

    `others` are further archived texts, read only where a quote stands in none of its own.

    Articles are taken in the order of their ids, so that the result does not depend on the
    order of the directory.
    """
    ordered = tuple(sorted(articles, key=lambda article: article.id.value))
    elsewhere = Elsewhere(texts, others)
    compiler = _Compiler(ordered, registry, vocabulary, elsewhere, findings)
    registry_rows(registry, frozenset(article.id.value for article in ordered), compiler.rows)
    for article in ordered:
        text = texts.get(article.id.value)
        if text is not None:
            compiler.article(registry.merges.redirected(article, findings), text)
    compiler.finish()
    return compiler.rows.tables(), compiler.counts
