"""Pages as HTML: the templates, filled from plain values; no graph is needed for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import jinja2
from markupsafe import Markup

from kg.web import structured, words
from kg.web.model import (
    ArticlePage,
    Brief,
    Draft,
    EntityPage,
    EventPage,
    ListPage,
    OverviewPage,
    Page,
)
from kg.web.paths import PAGE, up
from kg.web.policy import FIRST_STYLE, POLICY

MENU = (
    ("index.html", "Events"),
    ("names.html", "People and places"),
    ("articles.html", "Articles"),
    ("conflicts.html", "Disagreements"),
    ("gaps.html", "Not known"),
    ("questions.html", "Questions"),
    ("search.html", "Search"),
)
# Of each kind of page its template and its entry in the menu, which a list names itself.
_KINDS: Mapping[type[Page], tuple[str, str]] = {
    EventPage: ("event.html", MENU[0][0]),
    EntityPage: ("entity.html", MENU[1][0]),
    ArticlePage: ("article.html", MENU[2][0]),
    OverviewPage: ("overview.html", MENU[0][0]),
    ListPage: ("list.html", ""),
}
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
    policy: ClassVar[str] = POLICY
    style: ClassVar[str] = Markup(FIRST_STYLE)  # noqa: S704 (our own style sheet)
    menu: ClassVar[tuple[tuple[str, str], ...]] = MENU

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


class Templates:
    """The templates: everything escaped, and a name that is missing an error."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._env = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._env.globals["plural"] = words.plural
        self._env.globals["site"] = settings

    @cached_property
    def by_name(self) -> Mapping[str, jinja2.Template]:
        """The templates by name, compiled once."""
        return {name: self._env.get_template(name) for name in self._env.list_templates()}

    def html(self, draft: Draft) -> str:
        """A page."""
        return self.template(draft).render(self.context(draft))

    def template(self, draft: Draft) -> jinja2.Template:
        """The template of a page."""
        return self.by_name[_KINDS[type(draft.page)][0]]

    def render(self, name: str, path: str, section: str, context: Mapping[str, Any]) -> str:
        """A template filled for the page at a path."""
        return self.by_name[name].render({**context, **_where(path, section)})

    def context(self, draft: Draft) -> Mapping[str, Any]:
        """All that a template is filled with."""
        page, path, base = draft.page, draft.path, self.settings.base
        _, section = _KINDS[type(page)]
        more: dict[str, Any] = {}
        match page:
            case EventPage():
                more = {"schema": structured.event(page, base)}
            case EntityPage():
                more = {"schema": structured.entity(page, base), "strip": strip(page.events)}
            case ArticlePage():
                more = {"schema": structured.article(page, base)}
            case ListPage():
                section = page.section
        stem = path.removesuffix(PAGE)
        return {"page": page, "stem": stem, **more, **_where(path, section)}


def _where(path: str, section: str) -> Mapping[str, str]:
    return {"path": path, "root": up(path), "section": section, "lang": "en"}


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
