"""What holds for all claims of one fact: who speaks, in which words, with which reservations."""

from __future__ import annotations

from dataclasses import dataclass

from kg.check.diagnostic import Span
from kg.facts.article import Article, Fact, Passage
from kg.facts.evidence import Evidence
from kg.facts.grammar import Text
from kg.facts.record import Record, Value
from kg.facts.times import Anchor

INFERRED = "graph/inferred"


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks in a passage: the source its claims are according to, and the day it counts from.

    `reporter` is the source that reports the words: the article, or what passed them on to it.
    `introduced` is where an article says what its source is, if that is not the article itself.
    """

    source: str
    reporter: str
    anchor: Anchor | None
    speakers: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    introduced: Span | None = None


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

    def graph(self, value: Value) -> str:
        """The named graph of a claim: the article's, or that of the curators' inferences."""
        return INFERRED if value.inferred or self.reason else self.article.graph


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
