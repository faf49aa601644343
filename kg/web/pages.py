"""Pages as HTML: the templates, filled from the model; the same for both ways out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from kg.web import structured, words
from kg.web.atlas import Atlas
from kg.web.model import ArticlePage, Brief, EntityPage, EventPage, Ref
from kg.web.paths import PAGE, pages, stem_of, up
from kg.web.policy import FIRST_STYLE, POLICY

PER_PAGE = 200
NAMES_PER_PAGE = 400
MENU = (
    ("index.html", "Events"),
    ("names.html", "People and places"),
    ("articles.html", "Articles"),
    ("conflicts.html", "Disagreements"),
    ("gaps.html", "Not known"),
    ("questions.html", "Questions"),
    ("search.html", "Search"),
)
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Settings:
    """What every page says of the collection; `url` is where it is published, or empty."""

    title: str
    version: str
    issued: str
    licence: str
    base: str
    counts: str
    url: str = ""
    live: bool = False
    policy: str = POLICY
    style: str = Markup(FIRST_STYLE)  # noqa: S704 (our own style sheet)
    menu: tuple[tuple[str, str], ...] = MENU

    @property
    def brand(self) -> str:
        """The title up to its first colon, for the head of every page."""
        return self.title.split(": ", 1)[0]


@dataclass(frozen=True, slots=True)
class Strip:
    """Ticks of a small timeline, from 0 to 1000, and what its ends say."""

    ticks: tuple[tuple[int, str], ...]
    first: str
    last: str


def environment() -> jinja2.Environment:
    """The templates: everything escaped, and a name that is missing an error."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.globals["plural"] = words.plural
    return env


class Pages:
    """Renders pages; `path` is from the site's root."""

    def __init__(self, settings: Settings, atlas: Atlas) -> None:
        self.settings = settings
        self._atlas = atlas
        self._env = environment()
        self._env.globals["site"] = settings

    @cached_property
    def templates(self) -> Mapping[str, jinja2.Template]:
        """The templates by name, compiled once."""
        return {name: self._env.get_template(name) for name in self._env.list_templates()}

    def render(self, name: str, path: str, section: str, **context: Any) -> str:
        """A template filled for the page at a path."""
        return self.templates[name].render(
            path=path, root=up(path), section=section, lang="en", **context
        )

    def event(self, page: EventPage) -> str:
        """The page of an event."""
        names = {node: self._atlas.label(node) for node in page.brief.actors}
        stem = stem_of(page.brief.node)
        schema = structured.event(page, self.settings.base, names)
        return self.render(
            "event.html", stem + PAGE, MENU[0][0], page=page, stem=stem, schema=schema
        )

    def entity(self, page: EntityPage) -> str:
        """The page of an entity."""
        stem = stem_of(page.node)
        return self.render(
            "entity.html",
            stem + PAGE,
            MENU[1][0],
            page=page,
            stem=stem,
            strip=strip(page.events),
            schema=structured.entity(page, self.settings.base),
        )

    def article(self, page: ArticlePage) -> str:
        """The page of an article."""
        stem = stem_of(page.node)
        schema = structured.article(page, self.settings.base)
        return self.render(
            "article.html", stem + PAGE, MENU[2][0], page=page, stem=stem, schema=schema
        )

    def lists(self) -> Iterator[tuple[str, Callable[[], str]]]:
        """The pages that list things: the overview of events, names, articles; made when asked."""
        briefs = list(self._atlas.briefs.values())
        names = self._named()
        articles = self._articles()
        yield from _paged("index.html", briefs, PER_PAGE, self._overview)
        yield from _paged("names.html", names, NAMES_PER_PAGE, self._names)
        yield from _paged("articles.html", articles, NAMES_PER_PAGE, self._article_list)

    def _overview(
        self, path: str, number: int, links: Sequence[tuple[str, str]], briefs: Sequence[Brief]
    ) -> str:
        return self.render(
            "overview.html", path, MENU[0][0], briefs=briefs, number=number, pages=links
        )

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
    ) -> str:
        groups: dict[str, list[tuple[Ref, str]]] = {}
        for kind, ref, note in rows:
            groups.setdefault(_PLURALS.get(kind, kind), []).append((ref, note))
        return self.render(
            "list.html",
            path,
            MENU[1][0],
            heading="People and places",
            lead="Everybody and everything that the events are connected with.",
            groups=tuple(groups.items()),
            pages=links,
        )

    def _articles(self) -> list[tuple[Ref, str]]:
        sources = [s for s in self._atlas.sources.values() if s.node.startswith("article/")]
        sources.sort(key=lambda s: (self._atlas.printed.get(s.node, "9999"), s.node))
        return [(source.ref, source.printed or "no printed date") for source in sources]

    def _article_list(
        self, path: str, _: int, links: Sequence[tuple[str, str]], rows: Sequence[tuple[Ref, str]]
    ) -> str:
        return self.render(
            "list.html",
            path,
            MENU[2][0],
            heading="Articles",
            lead="The archived articles that all of this rests on, by their printed dates.",
            groups=(("In order of time", rows),),
            pages=links,
        )


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
    path: str, rows: Sequence[Any], size: int, make: Callable[..., str]
) -> Iterator[tuple[str, Callable[[], str]]]:
    parts = list(pages(path, len(rows), size))
    links = [(name, str(number)) for number, (name, _, _) in enumerate(parts, 1)]
    for number, (name, first, last) in enumerate(parts, 1):

        def one(
            name: str = name, number: int = number, first: int = first, last: int = last
        ) -> str:
            return make(name, number, links, rows[first:last])

        yield name, one


def strip(events: Sequence[Brief]) -> Strip:
    """Where events lie in time, those that have a day."""
    dated = [b for b in events if b.first is not None]
    if not dated:
        return Strip((), "", "")
    low = min(b.first or 0 for b in dated)
    high = max(b.first or 0 for b in dated)
    if low == high:
        return Strip(((500, dated[0].kind.lower()),), dated[0].date, "")
    ticks = {(8 + (984 * ((b.first or 0) - low)) // (high - low), b.kind.lower()) for b in dated}
    ends = sorted(dated, key=lambda b: (b.first or 0, b.node))
    return Strip(tuple(sorted(ticks)), ends[0].date, ends[-1].date)
