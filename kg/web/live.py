"""Pages made when they are asked for: what stands behind each address of the live explorer."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

import pyoxigraph as ox

from kg.ask.errors import QueryError
from kg.ask.library import Query, library
from kg.ask.parameters import ANY
from kg.built import GRAPH
from kg.rdf.store import open_store
from kg.rdf.vocabulary import Vocabulary
from kg.web.asked import Asked
from kg.web.explorer import Explorer
from kg.web.indexes import search_index, timeline
from kg.web.paths import PAGE, stem_of
from kg.web.rights import shown_graph
from kg.web.site import ASSETS

KEPT = 64 << 20
"""Bytes of pages that are kept once made; the graph does not change while it is served."""

FORMATS: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "ttl": "text/turtle; charset=utf-8",
    "nt": "application/n-triples",
}
"""Formats of answers by extension, and their media types."""

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".ttl": "text/turtle; charset=utf-8",
    ".jsonld": "application/ld+json",
    ".json": "application/json",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_EXAMPLE = """PREFIX kg: <https://w3id.org/parley/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?event ?name ?status
WHERE {
  ?event a kg:Meeting ;
    kg:status ?status ;
    kg:participant ?actor .
  ?actor skos:prefLabel ?name .
}
ORDER BY ?event ?name
LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class Reply:
    """A page or a file; `alternates` are other forms of it by media type."""

    body: bytes
    type: str
    tag: str
    alternates: tuple[tuple[str, str], ...] = ()


class Live:
    """Finds and makes the page at an address, which is looked up and never a path on disk."""

    def __init__(self, explorer: Explorer, seconds: float) -> None:
        self.explorer = explorer
        self.seconds = seconds
        self._lock = Lock()
        self._kept: OrderedDict[str, Reply] = OrderedDict()
        self._size = 0
        self._nodes = {stem_of(node): node for node in explorer.nodes}
        self._fixed = self._pages()
        self._folder = tempfile.TemporaryDirectory()
        built = explorer.built
        graph = built.folder / GRAPH
        self.shown = shown_graph(graph, explorer.whole, explorer.base, Path(self._folder.name))
        self.paths = (self.shown, *built.ontology)
        self._is_whole = self.shown == graph

    def _pages(self) -> Mapping[str, Callable[[], str]]:
        explorer, render = self.explorer, self.explorer.pages.render
        questions = "questions.html"
        found: dict[str, Callable[[], str]] = dict(explorer.pages.lists())
        found |= {
            "gaps.html": explorer.gaps,
            "conflicts.html": explorer.conflicts,
            "search.html": lambda: render("search.html", "search.html", "search.html"),
            questions: lambda: render(
                questions,
                questions,
                questions,
                questions=[(q.name, q.question, "") for q in library().values()],
            ),
            "sparql.html": lambda: render(
                "sparql.html", "sparql.html", questions, query=_EXAMPLE, seconds=f"{self.seconds:g}"
            ),
            "data/events.json": lambda: timeline(explorer.atlas),
            "data/search.json": lambda: search_index(explorer.atlas),
            "data/terms.json": self._terms,
        }
        return found

    @cached_property
    def store(self) -> ox.Store:
        """The shown graph, to ask the library's questions of."""
        return self.explorer.built.store() if self._is_whole else open_store(self.paths)

    @cached_property
    def asked(self) -> Asked:
        """The library's questions."""
        return Asked(self.store, self.explorer.atlas, self.explorer.base)

    def kept(self, path: str) -> Reply | None:
        """What stands at a path, if it was made before and is kept; takes no time."""
        with self._lock:
            reply = self._kept.get(path)
            if reply is not None:
                self._kept.move_to_end(path)
            return reply

    def page(self, path: str) -> Reply | None:
        """What stands at a path, made where need be; None where nothing does."""
        reply = self.kept(path) or self._made(path)
        if reply is not None:
            with self._lock:
                if path not in self._kept:
                    self._size += len(reply.body)
                self._kept[path] = reply
                while self._size > KEPT:
                    _, dropped = self._kept.popitem(last=False)
                    self._size -= len(dropped.body)
        return reply

    def node(self, path: str) -> bool:
        """Whether a path without an extension names something that has a page."""
        return path in self._nodes

    def _made(self, path: str) -> Reply | None:
        if path in self._fixed:
            return _reply(path, self._fixed[path]().encode())
        if path.startswith("assets/"):
            assets = {asset.name: asset for asset in ASSETS.iterdir()}
            asset = assets.get(path.removeprefix("assets/"))
            return _reply(path, asset.read_bytes()) if asset else None
        stem, dot, extension = path.rpartition(".")
        node = self._nodes.get(stem) if dot else None
        if node is None:
            return None
        here = stem.rsplit("/", 1)[-1]
        others = (
            (f"{here}.ttl", "text/turtle"),
            (f"{here}.jsonld", "application/ld+json"),
        )
        if extension == "html":
            return _reply(path, self.explorer.html(node).encode(), others)
        if extension in ("ttl", "jsonld"):
            _, turtle, linked = next(self.explorer.data.of([node]))
            back = ((f"{here}{PAGE}", "text/html"),)
            return _reply(path, (turtle if extension == "ttl" else linked).encode(), back)
        return None

    def question(self, path: str, pairs: Sequence[tuple[str, str]]) -> Reply | None:
        """The page or the file of a question with settings as typed.

        Raises QueryError for a setting that it does not have, and for a file of no answer.
        """
        stem, _, extension = path.removeprefix("questions/").rpartition(".")
        query = library().get(stem)
        if query is None:
            return None
        values = _values(query, pairs)
        if extension in FORMATS:
            return Reply(self.asked.file(query, values, extension), FORMATS[extension], "")
        if extension != "html":
            return None
        from urllib.parse import urlencode

        text = urlencode([(name, word) for name, words in values.items() for word in words])
        mark = "?" if text else ""
        files = tuple(
            (f"questions/{stem}.{form}{mark}{text}", form.upper())
            for form in ("csv", "tsv", "json", "xml")
        )
        html = self.explorer.pages.render(
            "question.html",
            f"questions/{stem}{PAGE}",
            "questions.html",
            question=self.asked.question(query, values),
            result=self.asked.answer(query, values, files)[0],
        )
        return _reply(path, html.encode())

    def message(self, heading: str, text: str, depth: int) -> bytes:
        """A page that says what went wrong, for an address so many folders deep."""
        return self.explorer.pages.render(
            "message.html", "/".join(["x"] * (depth + 1)), "", heading=heading, text=text
        ).encode()

    def _terms(self) -> str:
        vocabulary = Vocabulary.builtin()
        concepts = [
            term.name
            for scheme in vocabulary.schemes()
            for term in vocabulary.concepts(scheme).values()
        ]
        names = sorted({*vocabulary.classes(), *vocabulary.properties(), *concepts})
        return json.dumps({"terms": names, "prefixes": dict(vocabulary.prefixes)})


def _values(query: Query, pairs: Sequence[tuple[str, str]]) -> Mapping[str, list[str]]:
    """Settings as typed: several words by commas or by repeating, an empty one for `any`."""
    kinds = {parameter.name: parameter.kind for parameter in query.parameters}
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in kinds:
            raise QueryError(f"this question has no setting `{name}`")
        words = [value] if kinds[name] == "text" else value.split(",")
        values.setdefault(name, []).extend([w.strip() for w in words if w.strip()] or [ANY])
    return values


def _reply(path: str, body: bytes, alternates: tuple[tuple[str, str], ...] = ()) -> Reply:
    extension = "." + path.rsplit(".", 1)[-1]
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    return Reply(body, _TYPES[extension], tag, alternates)
