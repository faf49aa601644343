"""Facts to tables: every file's passages proved, dated and made rows, in one fixed order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from kg.check.diagnostic import Diagnostic, Findings
from kg.facts.article import Article
from kg.facts.assertions import Assertions
from kg.facts.claims import Claims
from kg.facts.declare import Declarations, declarations
from kg.facts.documents import Documents
from kg.facts.event_dates import EventDates
from kg.facts.evidence import prove_passage
from kg.facts.outline import outline
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

    def plus(self, other: Counts, sign: int = 1) -> Counts:
        """The sum of both, or with the sign -1 their difference."""
        names = [f.name for f in fields(Counts)]
        return Counts(*(getattr(self, name) + sign * getattr(other, name) for name in names))


@dataclass(frozen=True, slots=True)
class Compiled:
    """One file compiled: what is wrong with it, what was counted.

    `searches` says how often other texts were looked through for words that its own lacks.
    """

    found: list[Diagnostic]
    counts: Counts
    searches: int


class Compiler:
    """Compiles files one by one, in the order of their articles' ids."""

    def __init__(
        self,
        registry: Registry,
        vocabulary: Vocabulary,
        declared: Declarations,
        elsewhere: Elsewhere,
        findings: Findings,
    ) -> None:
        self.rows = Rows()
        declared.trace = self.rows.trace
        self._findings = findings
        self._registry = registry
        times = Times(self.rows, vocabulary, findings)
        references = self._references = References(registry, declared, self.rows, findings)
        assertions = Assertions(self.rows, times, references, findings)
        self._documents = Documents(self.rows, times, declared, findings)
        self._utterances = Utterances(
            self.rows, times, references, assertions, declared, vocabulary, findings
        )
        self._dates = EventDates(self.rows, times, references, assertions, findings)
        self._claims = Claims(self.rows, references, assertions, self._dates, declared, findings)
        self._speech = Speech(self.rows, times, references, assertions, findings)
        self._elsewhere = elsewhere

    def compile(self, origin: int, article: Article, text: ArchivedText) -> Compiled:
        """Add the rows of a file; `origin` is its number in the order of all, from 1."""
        before, searches = len(self._findings.items), self._elsewhere.searches
        self.rows.begin(origin)
        counts = self._article(self._registry.merges.redirected(article, self._findings), text)
        return Compiled(self._findings.items[before:], counts, self._elsewhere.searches - searches)

    def settle(self) -> dict[int, list[Diagnostic]]:
        """Add the dates that wait for those of other files; what was found, by origin."""
        return self._dates.settle()

    def _article(self, article: Article, text: ArchivedText) -> Counts:
        self._references.read(text)
        head = self._documents.article(article, text)
        own = head.voice
        if head.written is not None:
            self._claims.written(article, own, *head.written)
        status_written = {
            fact.event.value
            for fact in article.facts()
            if fact.event is not None and fact.fields.has("status")
        }
        empty = proved = 0
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
            empty += not passage.facts
            proved += bool(evidence and evidence.nodes)
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
        return Counts(
            passages=len(article.passages),
            empty_passages=empty,
            quotes_proved=proved,
            facts=sum(len(passage.facts) for passage in article.passages),
        )


def compile_facts(
    articles: tuple[Article, ...],
    registry: Registry,
    vocabulary: Vocabulary,
    texts: Mapping[str, ArchivedText],
    findings: Findings,
) -> tuple[Tables, Counts]:
    """The tables of a project's facts, before ranks; `texts` are the archived texts by article id.

    Articles are taken in the order of their ids, so that the result does not depend on the
    order of the directory.
    """
    ordered = tuple(sorted(articles, key=lambda article: article.id.value))
    declared = declarations(map(outline, ordered), registry.merges, findings)
    elsewhere = Elsewhere(lambda _: texts.items())
    compiler = Compiler(registry, vocabulary, declared, elsewhere, findings)
    registry_rows(registry, frozenset(article.id.value for article in ordered), compiler.rows)
    counts = Counts(articles=len(articles), registry_entries=len(registry.entries))
    for origin, article in enumerate(ordered, 1):
        text = texts.get(article.id.value)
        if text is not None:
            counts = counts.plus(compiler.compile(origin, article, text).counts)
    compiler.settle()
    tables = compiler.rows.tables()
    return tables, counts.plus(counted(tables))


def counted(tables: Tables) -> Counts:
    """What stands in tables, counted."""
    return Counts(
        claims=len(tables["claim"]),
        speech=len(tables["speech"]),
        quantities=len(tables["quantity"]),
        dates_resolved=len(tables["resolution"]),
    )
