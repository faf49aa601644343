"""A draft of a file of facts: what can be read off a text, all of it still to be confirmed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.facts.registry import SECTIONS, Registry
from kg.facts.text.archived import ArchivedText
from kg.facts.text.quote import QuoteError, Stretch, prove
from kg.new.datelines import behind_dateline
from kg.new.dates import Candidate, of_the_article, printed_dates
from kg.new.events import Event
from kg.new.located import unknown_places
from kg.new.mentions import Mention, mentions
from kg.new.passages import CONFIRM, Passages
from kg.new.scalars import comment, scalar
from kg.new.sentences import sentences
from kg.new.unknown import Unknown, unknown_names, with_free_ids

_LONGEST_TITLE = 160
_MOST_PLACES = 8


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of the file says that is not in the text."""

    article: str
    language: str
    coder: str
    entered: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The lines of a file of facts, and how many candidates of passages are among them."""

    text: str
    candidates: int


def draft(
    text: ArchivedText,
    head: Head,
    registry: Registry,
    events: Sequence[Event],
    taken: Collection[str],
) -> Draft:
    """The draft for a text; `events` are those to compare with.

    `taken` are the ids of events and utterances that the project has: none is introduced again.
    """
    found = mentions(text, registry)
    dates = printed_dates(text)
    published = of_the_article(dates, text)
    title = _title(text, dates)
    quotable = list(_quotable(text, title, published, _places(registry)))
    passages = Passages(text, head.article, found, registry, events, taken, published)
    new = unknown_names(text.text, quotable, found)
    new += unknown_places(text.text, quotable, found, new)
    new = with_free_ids(new, registry)
    body = passages.lines(quotable, new)
    lines = [
        "# yaml-language-server: $schema=facts.schema.json",
        "# A draft by `kg new`: candidates, not facts. Hold it against the text, mend or delete",
        "# what is wrong, and take each `confirm:` line away when what it stands at is right.",
        "confirm: title, date, language and coder",
        f"article: {head.article}",
        f"sha256: {text.sha256}",
        *_titled(text, title),
        *_published(text, published, dates),
        f"language: {head.language}",
        f"coder: {head.coder}",
        f"entered: {head.entered}",
        "",
        *_named(found),
        *_missing(_in_use(new, body, registry), head.article),
        "passages:",
        *(body or passages.empty(quotable)),
    ]
    return Draft("\n".join(lines).rstrip("\n") + "\n", body.count(CONFIRM))


def _of(text: ArchivedText, stretch: Stretch) -> str:
    return text.text[stretch.start : stretch.end]


def _title(text: ArchivedText, dates: Iterable[Candidate]) -> Stretch | None:
    """The first line that is no date and no paragraph; None where the text begins without one."""
    for line in re.finditer(r"[^\r\n]+", text.text):
        words = line[0].strip().lstrip("\ufeff")
        dated = any(line.start() <= d.start < line.end() and d.words == words for d in dates)
        if not words or dated:
            continue
        if len(words) > _LONGEST_TITLE or words.endswith((".", ":", "!”", ".”")):
            return None
        start = text.text.index(words, line.start())
        return Stretch(start, start + len(words))
    return None


def _quotable(
    text: ArchivedText, title: Stretch | None, published: Candidate | None, places: frozenset[str]
) -> Iterator[Stretch]:
    """The sentences that stand in the text once, without title, line of the date and datelines."""
    date_line = (
        Stretch(published.start, published.start + len(published.words))
        if published and text.span(published.start, published.start).column == 1
        else None
    )
    for stretch in sentences(text):
        if any(
            other is not None and stretch.start < other.end and other.start < stretch.end
            for other in (title, date_line)
        ):
            continue
        begin = stretch.start + behind_dateline(_of(text, stretch), places)
        try:
            prove(text, text.text[begin : stretch.end])
        except QuoteError:
            continue
        yield Stretch(begin, stretch.end)


def _places(registry: Registry) -> frozenset[str]:
    """The names of the registry's places, case-folded."""
    return frozenset(
        alias.casefold()
        for node, entry in registry.entries.items()
        if node.startswith("place/")
        for alias in entry.aliases
    )


def _titled(text: ArchivedText, title: Stretch | None) -> Iterator[str]:
    if title is None:
        yield "# The text begins without a title."
    else:
        yield f"title: {scalar(_of(text, title))}"


def _published(
    text: ArchivedText, published: Candidate | None, dates: Iterable[Candidate]
) -> Iterator[str]:
    for candidate in dates:
        line = text.line(candidate.start)
        given = " or ".join(dict.fromkeys(r.edtf.text for r in candidate.readings))
        mark = "; taken for the day of the article" if candidate is published else ""
        yield comment(f"printed on line {line}: {candidate.words} = {given}{mark}")
    if published is None:
        yield "# No date is printed at the top. If the words give it away, say so, or leave it out:"
        yield "# written: {is: YYYY-MM-DD, inferred: the reason}"
    else:
        yield f"published: {scalar(f'{published.words} = {published.readings[0].edtf.text}')}"


def _named(found: Iterable[Mention]) -> Iterator[str]:
    places: dict[str, list[str]] = defaultdict(list)
    for mention in found:
        places[mention.node].append(f"{mention.words} {mention.start}-{mention.end}")
    if places:
        yield "# Names of the registry in the text, at these code points:"
    for node, stands in sorted(places.items()):
        section, id_ = node.split("/", 1)
        more = len(stands) - _MOST_PLACES
        listed = ", ".join(stands[:_MOST_PLACES]) + (f" and {more} more" if more > 0 else "")
        yield comment(f"  {id_} ({section}): {listed}")
    if places:
        yield ""


def _in_use(new: Iterable[Unknown], body: Sequence[str], registry: Registry) -> list[Unknown]:
    """The names that the passages have a use for: as somebody there, or as a place in a quote."""
    text = " ".join(line.strip() for line in body)
    return [
        name
        for name in new
        if (name.id if name.section == "actors" else name.name) in text
        and f"{SECTIONS[name.section]}/{name.id}" not in registry.entries
    ]


def _missing(names: Sequence[Unknown], article: str) -> Iterator[str]:
    if names:
        yield "# Perhaps names that the registry does not have; enter there who takes part:"
        for section in sorted({name.section for name in names}):
            yield comment(f"{section}:")
            for name in names:
                if name.section == section:
                    kind = f", kind: {name.kind}" if name.kind else ""
                    alias = f", aliases: [{scalar(name.alias, flow=True)}]" if name.alias else ""
                    entry = f"name: {scalar(name.name, flow=True)}{alias}{kind}, source: {article}"
                    yield comment(f"  {name.id}: {{{entry}}}")
        yield ""
