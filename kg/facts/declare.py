"""What the files of facts declare together: articles, events, utterances; and who joins what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.check.diagnostic import Findings, Related, Span
from kg.facts.article import Article, By, Fact
from kg.facts.format import EVENT_CLASSES
from kg.facts.merges import NO_MERGES, Merges
from kg.facts.record import suggestion


@dataclass(frozen=True, slots=True)
class Declared:
    """The first use of an id: as what, in which article, where."""

    what: str
    article: str
    span: Span


@dataclass(slots=True)
class Declarations:
    """Ids that the files declare, by id; events by the ids they go by now."""

    events: dict[str, Declared] = field(default_factory=dict)
    utterances: dict[str, Declared] = field(default_factory=dict)
    articles: dict[str, Declared] = field(default_factory=dict)
    merges: Merges = NO_MERGES

    def event(self, id_: str) -> str | None:
        """The node of an event by its id, or by an id that was merged into it."""
        node = self.merges.current(f"event/{id_}")
        return node if node.split("/", 1)[1] in self.events else None

    def node(self, id_: str) -> str | None:
        """The node of an event or utterance by its id."""
        return self.event(id_) or (f"utterance/{id_}" if id_ in self.utterances else None)


def declarations(articles: Iterable[Article], merges: Merges, findings: Findings) -> Declarations:
    """Collect what the files declare, in order, and check what needs all of them."""
    found = Declarations(merges=merges)
    articles = tuple(articles)
    for article in articles:
        first = found.articles.get(article.id.value.lower())
        if first is not None:
            findings.error(
                "article-duplicate",
                "another file holds the facts of this article",
                article.id.span,
                "keep one file an article; ids may not differ in case alone",
                (Related(first.span, "the other file"),),
            )
        else:
            found.articles[article.id.value.lower()] = Declared(
                "", article.id.value, article.id.span
            )
        for passage in article.passages:
            _utterances(passage.by, article, found)
        for fact in article.facts():
            if fact.event is not None and fact.word is not None:
                _event(fact, fact.event.value, article, found)
    _lookalikes(found, findings)
    for article in articles:
        # A merge is a reason of its own: the ids as written are what needs one.
        _joins(article, found, findings)
    _merge(found, findings)
    _denials(tuple(merges.redirected(article, Findings()) for article in articles), findings)
    return found


def _utterances(by: By | None, article: Article, found: Declarations) -> None:
    while by is not None:
        if by.form is not None:
            found.utterances.setdefault(
                by.id.value, Declared(by.form, article.id.value, by.id.span)
            )
        by = by.via


def _event(fact: Fact, slug: str, article: Article, found: Declarations) -> None:
    word, span = fact.word or "", fact.event.span if fact.event else fact.fields.span
    known = found.events.get(slug)
    # `event:` may stand for an event that is declared with a finer kind further down.
    if known is None or (known.what == "event" and word != "event"):
        declared = Declared(word, known.article if known else article.id.value, span)
        found.events[slug] = declared


def _merge(found: Declarations, findings: Findings) -> None:
    """Give events that were merged to those that they are now."""
    written, found.events = found.events, {}
    for line in found.merges:
        if line.node.startswith("event/"):
            into = found.merges.current(line.node).split("/", 1)[1]
            if into not in written:
                findings.error(
                    "reference-unknown",
                    f"no event `{into}` is here",
                    line.into.span,
                    suggestion(into, written.keys() - {line.node.split("/", 1)[1]}),
                )
    for slug, declared in written.items():
        now = found.merges.current(f"event/{slug}").split("/", 1)[1]
        known = found.events.get(now)
        if known is None or (known.what == "event" and declared.what != "event"):
            found.events[now] = declared


def _lookalikes(found: Declarations, findings: Findings) -> None:
    seen: dict[str, str] = {}
    for slug, declared in (*found.events.items(), *found.utterances.items()):
        other = seen.setdefault(slug.lower(), slug)
        if other != slug:
            findings.error(
                "id-lookalike",
                f"`{slug}` and `{other}` differ in case alone",
                declared.span,
                "use one spelling, or another id",
            )


def _joins(article: Article, found: Declarations, findings: Findings) -> None:
    """Another article joins an event by the same slug and a reason: identity is never guessed."""
    facts = [fact for fact in article.facts() if fact.event is not None]
    for slug in dict.fromkeys(fact.event.value for fact in facts if fact.event):
        here = [fact for fact in facts if fact.event and fact.event.value == slug]
        declared = found.events[slug]
        same = [fact for fact in here if fact.fields.has("same")]
        first = here[0].event
        if declared.article != article.id.value and not same and first is not None:
            findings.error(
                "event-joined-without-reason",
                f"`{slug}` is an event of another article",
                first.span,
                "say why it is the same one: `same: reason`; or choose another id",
                (Related(declared.span, "it is declared here"),),
            )
        if declared.article == article.id.value:
            for fact in same:
                findings.error(
                    "event-same-at-home",
                    "`same` joins an event of another article",
                    fact.fields.key_span("same"),
                    "take `same` away: this article declares the event",
                )


def _denials(articles: tuple[Article, ...], findings: Findings) -> None:
    """Where any file denies an event, every file that asserts it writes its status out."""
    denied = {
        fact.event.value: fact.event.span
        for article in articles
        for fact in article.facts()
        if fact.event is not None and denies_event(fact)
    }
    for article in articles:
        for slug, denial in denied.items():
            here = [fact for fact in article.facts() if fact.event and fact.event.value == slug]
            asserting = [fact for fact in here if fact.asserts]
            if asserting and not any(fact.fields.has("status") for fact in here):
                first = asserting[0].event
                if first is not None:
                    findings.error(
                        "status-unwritten",
                        f"a source denies `{slug}`; its status is not written here",
                        first.span,
                        "add `status: held`, or what this article says",
                        (Related(denial, "the denial"),),
                    )


def denies_event(fact: Fact) -> bool:
    """Whether a fact denies that its event took place."""
    return fact.stance == "kg:denies"


def event_class(word: str) -> str:
    """The class of an event by the word it is declared with."""
    return EVENT_CLASSES[word]
