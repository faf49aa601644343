"""Pages of archived articles: the text as far as it may be shown, every passage linked."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polars as pl

from kg.web import words
from kg.web.atlas import Atlas
from kg.web.model import ArticlePage, Brief, From, Note, Paragraph, Piece, Ref
from kg.web.paths import anchor_of

FULL, EXCERPTS, NONE = "full", "excerpts", "none"
AROUND = 200
"""Code points of an article that an excerpt may show on either side of a quote."""

_BREAK = re.compile(r"\n\s*\n|\n")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Passage:
    node: str
    start: int
    end: int
    number: int


class Articles:
    """Makes the pages of articles; `texts` is the folder of the archived texts."""

    def __init__(self, atlas: Atlas, texts: Path, publish: Mapping[str, str]) -> None:
        self._atlas = atlas
        self._texts = texts
        self._publish = publish
        tables = atlas.tables
        documents = tables["source"].filter(pl.col("class") == "kg:Document")
        self._rows = {row["id"]: row for row in documents.sort("id").iter_rows(named=True)}
        self.nodes = [node for node in self._rows if node.startswith("article/")]
        self._passages: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for node, (document, start, end, _) in atlas.passages.items():
            self._passages[document].append((start, end, node))
        self._uses = self._used()
        self._events_of: dict[str, list[Brief]] = defaultdict(list)
        told = tables["claim"].drop_nulls("document").select("document", "subject").unique()
        for document, event in told.iter_rows():
            if event in atlas.briefs:
                self._events_of[document].append(atlas.briefs[event])
        self._quantities = self._counted()

    def pages(self, nodes: Sequence[str]) -> Iterator[ArticlePage]:
        """The pages of articles, in their order."""
        for node in nodes:
            yield self.page(node)

    def page(self, node: str) -> ArticlePage:
        """The page of one article."""
        row = self._rows[node]
        publish = self._publish.get(node, EXCERPTS)
        passages = [
            _Passage(passage, start, end, number)
            for number, (start, end, passage) in enumerate(
                sorted(self._passages.get(node, ()), key=lambda p: (p[0], -p[1])), 1
            )
        ]
        text = self._text(node, row["sha256"] or "") if publish != NONE else None
        changed = text is None and publish != NONE
        notes = {passage.node: self._note(passage) for passage in passages}
        if text is not None:
            paragraphs = tuple(_paragraphs(text, passages, publish, notes))
        else:
            paragraphs = tuple(
                Paragraph(
                    (
                        Piece(
                            self._atlas.passages[p.node][3],
                            (p.node,),
                            (anchor_of(p.node),),
                            (p.number,),
                        ),
                    ),
                    (notes[p.node],),
                )
                for p in passages
            )
        events = sorted(self._events_of.get(node, ()), key=lambda b: (b.order, b.node))
        return ArticlePage(
            node,
            self._atlas.ref(node),
            row["language"] or "",
            tuple(self._facts(node, row)),
            row["url"] or "",
            publish,
            paragraphs,
            tuple(self._from(passages)),
            tuple(events),
            tuple(self._quantities.get(node, ())),
            len(passages),
            changed,
        )

    def _text(self, node: str, digest: str) -> str | None:
        """The archived text; None where it is not here or no longer the one of the graph."""
        path = self._texts / f"{node.removeprefix('article/')}.txt"
        try:
            data = path.read_bytes()
        except OSError:
            return None
        if hashlib.sha256(data).hexdigest() != digest:
            return None
        return data.decode("utf-8", "replace")

    def _facts(self, node: str, row: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
        printed = self._atlas.sources[node].printed
        stated = row["published_words"]
        if stated or printed:
            yield (
                "Printed date",
                f"“{stated}”: {printed}" if stated and printed else printed or stated or "",
            )
        else:
            yield "Printed date", "none"
        for name, key in (("Author", "author"), ("Publisher", "publisher"), ("Rights", "rights")):
            if row[key]:
                yield name, str(row[key])
        for predicate, name in (("kg:copyOf", "A copy of"), ("kg:revises", "A newer version of")):
            for other in self._atlas.links.get((node, predicate), ()):
                yield name, self._atlas.label(other)
        for day in self._atlas.links.get((node, "kg:retractedOn"), ()):
            reasons = self._atlas.links.get((node, "kg:reason"), ())
            yield "Retracted", f"{words.date_words(day)}: {'; '.join(reasons)}"

    def _used(self) -> Mapping[str, list[tuple[str, str, str]]]:
        """By passage: kind of claim, event or description, and source."""
        tables = self._atlas.tables
        support = tables["support"].select("evidence", id="claim")
        found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        claims = tables["claim"].with_columns(by=pl.coalesce("according_to", "agent").fill_null(""))
        for passage, subject, by in (
            claims.join(support, on="id")
            .select("evidence", "subject", "by")
            .unique()
            .sort(pl.all())
            .iter_rows()
        ):
            found[passage].append(("claim", subject, by))
        for passage, speaker, by in (
            tables["speech"]
            .join(support, on="id")
            .select("evidence", "speaker", "according_to")
            .sort(pl.all())
            .iter_rows()
        ):
            found[passage].append(("speech", speaker or "", by))
        for passage, population, by in (
            tables["quantity"]
            .join(support, on="id")
            .select("evidence", "population", "according_to")
            .sort(pl.all())
            .iter_rows()
        ):
            found[passage].append(("quantity", population, by))
        return found

    def _note(self, passage: _Passage) -> Note:
        events: dict[str, Ref] = {}
        others: dict[str, None] = {}
        by: dict[str, None] = {}
        for kind, subject, source in self._uses.get(passage.node, ()):
            by[source] = None
            if kind == "claim" and subject in self._atlas.briefs:
                events[subject] = self._atlas.ref(subject)
            elif kind == "speech" and subject:
                others[f"words of {self._atlas.label(subject)}"] = None
            elif kind == "quantity":
                others[f"a number: {self._atlas.label(subject)}"] = None
            elif kind == "claim" and subject.startswith("actor/"):
                others[f"an office of {self._atlas.label(subject)}"] = None
        origins = [self._atlas.sources[s].said for s in by if s.startswith("utterance/")]
        return Note(
            passage.number,
            anchor_of(passage.node),
            words.listed(origins),
            tuple(events.values()),
            tuple(others),
        )

    def _from(self, passages: Sequence[_Passage]) -> Iterator[From]:
        by_source: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for passage in passages:
            for source in sorted({s for _, _, s in self._uses.get(passage.node, ())}):
                if source.startswith("utterance/"):
                    by_source[source].append((passage.number, anchor_of(passage.node)))
        for source in sorted(by_source, key=lambda s: (by_source[s][0], s)):
            found = self._atlas.sources[source]
            through = [
                self._atlas.sources[o].said
                for o in self._atlas.derived.get(source, ())
                if o in self._atlas.sources
            ]
            agents = self._atlas.agents.get(source, [])
            who = self._atlas.ref(agents[0]) if agents else None
            yield From(found.said, who, tuple(through), tuple(by_source[source]))

    def _counted(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for row in self._atlas.tables["quantity"].sort("document", "id").iter_rows(named=True):
            as_of = f", as of {self._atlas.label(row['as_of'])}" if row["as_of"] else ""
            of = self._atlas.label(row["population"])
            found[row["document"]].append(
                f"{words.concept(row['measure']).capitalize()}, {of}: "
                f"{words.concept(row['comparator'])} {row['value']:,}{as_of}"
            )
        return found


def shown_spans(text: str, passages: Sequence[Span], publish: str) -> list[Span]:
    """The stretches of a text that may be shown, apart and in order; code points.

    An excerpt reaches at most AROUND code points beyond a quote, to whole words.
    """
    if publish == FULL:
        return [(0, len(text))]
    if publish == NONE:
        return []
    spans: list[Span] = []
    for start, end in sorted(passages):
        first, last = max(0, start - AROUND), min(len(text), end + AROUND)
        while 0 < first < start and not text[first - 1].isspace():
            first += 1
        while end < last < len(text) and not text[last].isspace():
            last -= 1
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
        else:
            spans.append((first, last))
    return spans


def _paragraphs(
    text: str, passages: Sequence[_Passage], publish: str, notes: Mapping[str, Note]
) -> Iterator[Paragraph]:
    place = 0
    opened: set[str] = set()
    for first, last in shown_spans(text, [(p.start, p.end) for p in passages], publish):
        if text[place:first].strip():
            yield Paragraph((), (), gap=True)
        start = first
        for match in [*_BREAK.finditer(text, first, last), None]:
            end = match.start() if match else last
            if text[start:end].strip():
                inside = [p for p in passages if p.start < end and p.end > start]
                pieces = tuple(_pieces(text, start, end, inside, opened))
                ending = tuple(notes[p.node] for p in inside if start < p.end <= end)
                yield Paragraph(pieces, ending)
            start = match.end() if match else last
        place = last
    if publish != NONE and text[place:].strip():
        yield Paragraph((), (), gap=True)


def _pieces(
    text: str, start: int, end: int, inside: Sequence[_Passage], opened: set[str]
) -> Iterator[Piece]:
    """A paragraph cut where passages begin and end."""
    cuts = {start, end}
    for passage in inside:
        cuts |= {max(start, passage.start), min(end, passage.end)}
    ordered = sorted(cuts)
    for first, last in pairwise(ordered):
        over = [p for p in inside if p.start < last and p.end > first]
        opens = [p for p in over if p.node not in opened]
        opened |= {p.node for p in opens}
        closes = tuple(p.number for p in over if p.end == last)
        yield Piece(
            text[first:last],
            tuple(anchor_of(p.node) for p in over),
            tuple(anchor_of(p.node) for p in opens),
            closes,
        )
