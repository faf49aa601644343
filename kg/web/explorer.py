"""The explorer over one build: opened once, asked for pages by both ways out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kg.ask.texts import archived_texts
from kg.built import GRAPH, Built
from kg.facts.project import vocabulary_of
from kg.mapping.tables import Tables
from kg.web import words
from kg.web.articles import Articles
from kg.web.atlas import Atlas
from kg.web.data import Data
from kg.web.disputes import conflicts_page
from kg.web.entities import KINDS, Entities
from kg.web.events import Events
from kg.web.gaps import gaps_page
from kg.web.graph import tables_of
from kg.web.model import Draft
from kg.web.pages import Pages
from kg.web.rendered import Settings
from kg.web.rights import published, redacted


@dataclass(frozen=True, slots=True)
class Address:
    """Where a page is published, with `/` at its end or empty; and whether it is served live."""

    url: str = ""
    live: bool = False


class Explorer:
    """All pages of a build; `root` is the project's folder, `tables` are its graph's, if read."""

    def __init__(
        self, built: Built, root: Path, address: Address, tables: Tables | None = None
    ) -> None:
        self.built = built
        self.root = root
        self.base = built.settings.base
        self.whole = tables_of(built.folder / GRAPH, self.base) if tables is None else tables
        self.publish = published(self.whole)
        self.tables = redacted(self.whole)
        self.atlas = Atlas(self.tables, archived_texts(root))
        settings = built.settings
        self.settings = Settings(
            settings.title,
            settings.version,
            settings.issued,
            settings.licence,
            settings.base,
            self._counts(),
            address.url,
            address.live,
        )
        self.pages = Pages(self.settings, self.atlas)

    # Made when first needed: neither way out needs them all at first.

    @cached_property
    def events(self) -> Events:
        """Pages of events."""
        return Events(self.atlas)

    @cached_property
    def entities(self) -> Entities:
        """Pages of entities."""
        return Entities(self.atlas)

    @cached_property
    def articles(self) -> Articles:
        """Pages of articles."""
        return Articles(self.atlas, self.root / "articles", self.publish)

    @cached_property
    def data(self) -> Data:
        """The data beside the pages."""
        return Data(self.tables, self.base)

    def _counts(self) -> str:
        briefs = len(self.atlas.briefs)
        articles = sum(node.startswith("article/") for node in self.atlas.sources)
        found = [
            words.plural(briefs, "event"),
            words.plural(articles, "article"),
            words.plural(len(self.atlas.passages), "passage"),
        ]
        return words.listed(found).capitalize()

    @cached_property
    def nodes(self) -> Sequence[str]:
        """Everything that has a page of its own, sorted."""
        entities = (node for node, kind in self.atlas.classes.items() if kind in KINDS)
        articles = (node for node in self.atlas.sources if node.startswith("article/"))
        return sorted({*self.atlas.briefs, *entities, *articles})

    def html(self, node: str) -> str:
        """The page of a node; raises KeyError where it has none."""
        return self.pages.html(next(self.drafts([node])))

    def drafts(self, nodes: Sequence[str]) -> Iterator[Draft]:
        """The pages of nodes that follow each other among all, not rendered yet."""
        events = [node for node in nodes if node in self.atlas.briefs]
        if events:
            yield from map(self.pages.event, self.events.pages(events))
        for node in nodes:
            if node.startswith("article/"):
                yield self.pages.node(self.articles.page(node))
            elif node not in self.atlas.briefs:
                yield self.pages.node(self.entities.page(node))

    def gaps(self) -> str:
        """The page of gaps."""
        page = gaps_page(self.atlas)
        return self.pages.render(
            "gaps.html",
            "gaps.html",
            "gaps.html",
            gaps=page.gaps,
            columns=page.columns,
            ledger=page.ledger,
        )

    def conflicts(self) -> str:
        """The page of disagreements."""
        vocabulary = vocabulary_of(self.root)
        above = {name: vocabulary.superclasses(name) for name in vocabulary.classes()}
        kinds = conflicts_page(self.atlas, vocabulary.single_valued(), above)
        return self.pages.render("conflicts.html", "conflicts.html", "conflicts.html", kinds=kinds)
