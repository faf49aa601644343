"""Outlines: what of a file of facts other files can refer to, without what it says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg.check.diagnostic import Span
from kg.facts.article import Article, By
from kg.facts.merges import Merges


@dataclass(frozen=True, slots=True)
class Mention:
    """A fact about an event: its id, the word it goes by, and what other files ask of it.

    `same` is where a reason to join another article's event is written.
    """

    slug: str
    word: str
    span: Span
    same: Span | None
    denies: bool
    asserts: bool
    has_status: bool


@dataclass(frozen=True, slots=True)
class Introduced:
    """An utterance that a file introduces, with its form."""

    id: str
    form: str
    span: Span


@dataclass(frozen=True, slots=True)
class Outline:
    """A file of facts: its article's id, the utterances it introduces, its facts about events.

    `entered` is the day on which its facts were, as the file has it.
    """

    article: str
    span: Span
    entered: str
    utterances: tuple[Introduced, ...]
    mentions: tuple[Mention, ...]

    def redirected(self, merges: Merges) -> Outline:
        """The outline with events by the ids they go by now."""
        return replace(
            self,
            mentions=tuple(
                replace(m, slug=merges.current(f"event/{m.slug}").split("/", 1)[1])
                for m in self.mentions
            ),
        )


def outline(article: Article) -> Outline:
    """The outline of a file of facts."""
    return Outline(
        article.id.value,
        article.id.span,
        day.value if (day := article.head.text("entered")) else "",
        tuple(found for passage in article.passages for found in _introduced(passage.by)),
        tuple(_mentions(article)),
    )


def _introduced(by: By | None) -> Iterator[Introduced]:
    while by is not None:
        if by.form is not None:
            yield Introduced(by.id.value, by.form, by.id.span)
        by = by.via


def _mentions(article: Article) -> Iterator[Mention]:
    for fact in article.facts():
        if fact.event is not None and fact.word is not None:
            yield Mention(
                fact.event.value,
                fact.word,
                fact.event.span,
                fact.fields.key_span("same") if fact.fields.has("same") else None,
                fact.stance == "kg:denies",
                fact.asserts,
                fact.fields.has("status"),
            )
