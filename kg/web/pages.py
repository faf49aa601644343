"""Drafts of pages, made of the model; the same for both ways out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from kg.web.atlas import Atlas
from kg.web.model import (
    ArticlePage,
    Brief,
    Draft,
    EntityPage,
    EventPage,
    ListPage,
    OverviewPage,
    Ref,
)
from kg.web.paths import PAGE, pages, stem_of
from kg.web.rendered import MENU, Settings, Templates

PER_PAGE = 200
NAMES_PER_PAGE = 400


class Pages:
    """Makes drafts of pages, and the pages themselves."""

    def __init__(self, settings: Settings, atlas: Atlas) -> None:
        self.settings = settings
        self._atlas = atlas

    @cached_property
    def templates(self) -> Templates:
        """What makes pages of drafts."""
        return Templates(self.settings)

    def html(self, draft: Draft) -> str:
        """A page."""
        return self.templates.html(draft)

    def render(self, name: str, path: str, section: str, **context: Any) -> str:
        """A template filled for the page at a path."""
        return self.templates.render(name, path, section, context)

    def event(self, page: EventPage) -> Draft:
        """The page of an event."""
        return Draft(page.brief.ref.path, page)

    def node(self, page: EntityPage | ArticlePage) -> Draft:
        """The page of an entity or an article."""
        return Draft(stem_of(page.node) + PAGE, page)

    def lists(self) -> Iterator[tuple[str, Callable[[], Draft]]]:
        """The pages that list things: the overview of events, names, articles; made when asked."""
        briefs = list(self._atlas.briefs.values())
        names = self._named()
        articles = self._articles()
        yield from _paged("index.html", briefs, PER_PAGE, self._overview)
        yield from _paged("names.html", names, NAMES_PER_PAGE, self._names)
        yield from _paged("articles.html", articles, NAMES_PER_PAGE, self._article_list)

    def _overview(
        self, path: str, number: int, links: Sequence[tuple[str, str]], briefs: Sequence[Brief]
    ) -> Draft:
        return Draft(path, OverviewPage(tuple(briefs), number, tuple(links)))

    def _named(self) -> list[tuple[str, Ref, str]]:
        from kg.web.entities import KINDS

        atlas = self._atlas
        found = [
            (KINDS[kind], atlas.ref(node), "")
            for node, kind in atlas.classes.items()
            if kind in KINDS
        ]
        order = {name: place for place, name in enumerate(dict.fromkeys(KINDS.values()))}
        return sorted(found, key=lambda row: (order[row[0]], row[1].label.casefold(), row[1].path))

    def _names(
        self,
        path: str,
        _: int,
        links: Sequence[tuple[str, str]],
        rows: Sequence[tuple[str, Ref, str]],
    ) -> Draft:
        groups: dict[str, list[tuple[Ref, str]]] = {}
        for kind, ref, note in rows:
            groups.setdefault(_PLURALS.get(kind, kind), []).append((ref, note))
        page = ListPage(
            "People and places",
            "Everybody and everything that the events are connected with.",
            tuple((kind, tuple(listed)) for kind, listed in groups.items()),
            tuple(links),
            MENU[1][0],
        )
        return Draft(path, page)

    def _articles(self) -> list[tuple[Ref, str]]:
        sources = [s for s in self._atlas.sources.values() if s.node.startswith("article/")]
        sources.sort(key=lambda s: (self._atlas.printed.get(s.node, "9999"), s.node))
        return [(source.ref, source.printed or "no printed date") for source in sources]

    def _article_list(
        self, path: str, _: int, links: Sequence[tuple[str, str]], rows: Sequence[tuple[Ref, str]]
    ) -> Draft:
        page = ListPage(
            "Articles",
            "The archived articles that all of this rests on, by their printed dates.",
            (("In order of time", tuple(rows)),),
            tuple(links),
            MENU[2][0],
        )
        return Draft(path, page)


_PLURALS = {
    "Person": "People",
    "Organization": "Organizations and states",
    "Group of people": "Groups and delegations",
    "Office": "Offices",
    "Place": "Places",
    "Building or venue": "Buildings and venues",
    "Topic": "Topics",
    "Series of events": "Series of events",
    "Not named in the article": "Not named in the articles",
}


def _paged(
    path: str, rows: Sequence[Any], size: int, make: Callable[..., Draft]
) -> Iterator[tuple[str, Callable[[], Draft]]]:
    parts = list(pages(path, len(rows), size))
    links = [(name, str(number)) for number, (name, _, _) in enumerate(parts, 1)]
    for number, (name, first, last) in enumerate(parts, 1):

        def one(
            name: str = name, number: int = number, first: int = first, last: int = last
        ) -> Draft:
            return make(name, number, links, rows[first:last])

        yield name, one
