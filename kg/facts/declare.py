"""What the files of facts declare together: articles, events, utterances; and who joins what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.check.diagnostic import Diagnostic, Findings, Related, Span
from kg.facts.format import EVENT_CLASSES
from kg.facts.merges import NO_MERGES, Merges
from kg.facts.outline import Mention, Outline
from kg.facts.record import suggestion
from kg.facts.trace import Trace


@dataclass(frozen=True, slots=True)
class Declared:
    """What an id is declared as, by which article, and where.

    An event is declared by the article that tells of it without `same:`; of several, by the one
    entered first. So a new article, whatever its id, takes no event from another.
    """

    what: str
    article: str
    span: Span


@dataclass(slots=True)
class Declarations:
    """Ids that the files declare, by id; events by the ids they go by now.

    `articles` go by their ids in lower case. What is looked up by the methods is traced.
    """

    events: Mapping[str, Declared] = field(default_factory=dict)
    utterances: Mapping[str, Declared] = field(default_factory=dict)
    articles: Mapping[str, Declared] = field(default_factory=dict)
    merges: Merges = NO_MERGES
    trace: Trace = field(default_factory=Trace)

    def event(self, id_: str) -> str | None:
        """The node of an event by its id, or by an id that was merged into it."""
        node = self.merges.current(f"event/{id_}")
        self.trace.asks(node)
        return node if node.split("/", 1)[1] in self.events else None

    def what(self, slug: str) -> str:
        """The word that an event is declared with."""
        self.trace.asks(f"event/{slug}")
        return self.events[slug].what

    def is_utterance(self, id_: str) -> bool:
        """Whether an id is that of an utterance."""
        self.trace.asks(f"utterance/{id_}")
        return id_ in self.utterances

    def is_article(self, id_: str) -> bool:
        """Whether an id is that of an article."""
        self.trace.asks(f"article/{id_.lower()}")
        return id_.lower() in self.articles

    def node(self, id_: str) -> str | None:
        """The node of an event or utterance by its id."""
        return self.event(id_) or (f"utterance/{id_}" if self.is_utterance(id_) else None)


@dataclass(slots=True)
class _Found:
    """What is declared so far, and findings, each with the id in lower case that it is about."""

    merges: Merges
    events: dict[str, Declared] = field(default_factory=dict)
    utterances: dict[str, Declared] = field(default_factory=dict)
    articles: dict[str, Declared] = field(default_factory=dict)
    items: list[tuple[str, Diagnostic]] = field(default_factory=list)

    def add(
        self,
        id_: str,
        code: str,
        message: str,
        span: Span,
        fix: str,
        related: tuple[Related, ...] = (),
    ) -> None:
        diagnostic = Diagnostic(code, message, span, fix=fix, related=related)
        self.items.append((id_.lower(), diagnostic))


def declarations(outlines: Iterable[Outline], merges: Merges, findings: Findings) -> Declarations:
    """Collect what the files declare, in order, and check what needs all of them."""
    declared, found = declared_in(outlines, merges)
    findings.items += [diagnostic for _, diagnostic in found]
    return declared


def declared_in(
    outlines: Iterable[Outline], merges: Merges
) -> tuple[Declarations, list[tuple[str, Diagnostic]]]:
    """What outlines declare, and what is wrong with it, beside the id in lower case it is about.

    What is found of an id depends on nothing but what the outlines say of it, of ids that differ
    from it in case alone, and of ids that are merged with it.
    """
    found = _Found(merges)
    outlines = tuple(outlines)
    for outline in outlines:
        first = found.articles.get(outline.article.lower())
        if first is not None:
            found.add(
                outline.article,
                "article-duplicate",
                "another file holds the facts of this article",
                outline.span,
                "keep one file an article; ids may not differ in case alone",
                (Related(first.span, "the other file"),),
            )
        else:
            found.articles[outline.article.lower()] = Declared("", outline.article, outline.span)
        for utterance in outline.utterances:
            found.utterances.setdefault(
                utterance.id, Declared(utterance.form, outline.article, utterance.span)
            )
    _events(outlines, found)
    _lookalikes(found)
    for outline in outlines:
        # A merge is a reason of its own: the ids as written are what needs one.
        _joins(outline, found)
    _merge(found)
    _denials(tuple(outline.redirected(merges) for outline in outlines), found)
    declared = Declarations(found.events, found.utterances, found.articles, merges)
    return declared, found.items


def _events(outlines: tuple[Outline, ...], found: _Found) -> None:
    told: dict[str, list[tuple[Outline, list[Mention]]]] = {}
    for outline in outlines:
        for slug, here in _by_slug(outline).items():
            told.setdefault(slug, []).append((outline, here))
    for slug, uses in told.items():
        home, own = min(uses, key=_precedence) if len(uses) > 1 else uses[0]
        mentions = [*own, *(item for of, here in uses if of is not home for item in here)]
        # `event:` may stand for an event that is declared with a finer kind further down.
        finer = (mention for mention in mentions if mention.word != "event")
        mention = next(finer, mentions[0])
        found.events[slug] = Declared(mention.word, home.article, mention.span)


def _precedence(use: tuple[Outline, list[Mention]]) -> tuple[bool, bool, str, str]:
    outline, here = use
    joins = any(mention.same is not None for mention in here)
    return joins, not outline.entered, outline.entered, outline.article


def _merge(found: _Found) -> None:
    """Give events that were merged to those that they are now."""
    written, found.events = found.events, {}
    for line in found.merges:
        if line.node.startswith("event/"):
            into = found.merges.current(line.node).split("/", 1)[1]
            if into not in written:
                found.add(
                    into,
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


def _lookalikes(found: _Found) -> None:
    seen: dict[str, str] = {}
    for slug, declared in (*found.events.items(), *found.utterances.items()):
        other = seen.setdefault(slug.lower(), slug)
        if other != slug:
            found.add(
                slug,
                "id-lookalike",
                f"`{slug}` and `{other}` differ in case alone",
                declared.span,
                "use one spelling, or another id",
            )


def _joins(outline: Outline, found: _Found) -> None:
    """Another article joins an event by the same slug and a reason: identity is never guessed."""
    for slug, here in _by_slug(outline).items():
        declared = found.events[slug]
        same = [mention.same for mention in here if mention.same is not None]
        if declared.article != outline.article and not same:
            found.add(
                slug,
                "event-joined-without-reason",
                f"`{slug}` is an event of another article",
                here[0].span,
                "say why it is the same one: `same: reason`; or choose another id",
                (Related(declared.span, "it is declared here"),),
            )
        if declared.article == outline.article:
            for span in same:
                found.add(
                    slug,
                    "event-same-at-home",
                    "`same` joins an event of another article",
                    span,
                    "take `same` away: this article declares the event",
                )


def _denials(outlines: tuple[Outline, ...], found: _Found) -> None:
    """Where any file denies an event, every file that asserts it writes its status out."""
    denied = {
        mention.slug: mention.span
        for outline in outlines
        for mention in outline.mentions
        if mention.denies
    }
    if not denied:
        return
    for outline in outlines:
        for slug, here in _by_slug(outline).items():
            asserting = [mention for mention in here if mention.asserts]
            if slug in denied and asserting and not any(mention.has_status for mention in here):
                found.add(
                    slug,
                    "status-unwritten",
                    f"a source denies `{slug}`; its status is not written here",
                    asserting[0].span,
                    "add `status: held`, or what this article says",
                    (Related(denied[slug], "the denial"),),
                )


def _by_slug(outline: Outline) -> dict[str, list[Mention]]:
    found: dict[str, list[Mention]] = {}
    for mention in outline.mentions:
        found.setdefault(mention.slug, []).append(mention)
    return found


def event_class(word: str) -> str:
    """The class of an event by the word it is declared with."""
    return EVENT_CLASSES[word]
