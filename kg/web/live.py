"""Pages made when they are asked for: what stands behind each address of the live explorer."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from kg.ask.errors import QueryError
from kg.ask.library import Query, library
from kg.ask.parameters import ANY
from kg.built import CACHE, GRAPH
from kg.rdf.kept_store import open_kept
from kg.rdf.vocabulary import Vocabulary
from kg.web.asked import Asked as Questions
from kg.web.explorer import Explorer
from kg.web.indexes import search_index, timeline
from kg.web.kept import kept_shown
from kg.web.model import Draft
from kg.web.paths import PAGE, stem_of
from kg.web.policy import ASSETS
from kg.web.replies import BAD, CHOICE, FORMATS, MISSING, Asked, Ready, Reply

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".ttl": "text/turtle; charset=utf-8",
    ".jsonld": "application/ld+json",
    ".json": "application/json",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_MISSING = "Nothing is at this address. It may have been mistyped, or merged into another."
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


class Live:
    """Finds and makes the page at an address, which is looked up and never a path on disk."""

    def __init__(self, explorer: Explorer, seconds: float) -> None:
        self.explorer = explorer
        self.seconds = seconds
        self._nodes = {stem_of(node): node for node in explorer.nodes}
        self._fixed, self._data = self._pages(), self._scripted()
        self._folder = tempfile.TemporaryDirectory()
        built = explorer.built
        shown = kept_shown(built, explorer.whole, Path(self._folder.name))
        store = built.root / CACHE / ("store" if shown == built.folder / GRAPH else "store-shown")
        self.ready = Ready((shown, *built.ontology), store, built.digest)

    def warm(self) -> None:
        """Make beforehand what the first page would have to wait for."""
        kinds: dict[str, str] = {}
        for node in self.explorer.nodes:
            kinds.setdefault(node.partition("/")[0], node)
        for node in kinds.values():
            self.explorer.html(node)

    def answer(self, asked: Asked) -> Reply:
        """What stands at an address, which is looked up and is never a path on disk."""
        path = asked.path
        if path in self._nodes:
            return Reply(b"", "", status=CHOICE)
        depth = path.count("/")
        if path.startswith("questions/"):
            try:
                found = self._question(path, asked.pairs)
            except QueryError as error:
                return self._message(BAD, "That cannot be asked", str(error), depth)
        else:
            found = self._made(path)
        return found or self._message(MISSING, "Not found", _MISSING, depth)

    def _pages(self) -> Mapping[str, Callable[[], str]]:
        explorer, render = self.explorer, self.explorer.pages.render
        questions = "questions.html"

        def listed(make: Callable[[], Draft]) -> Callable[[], str]:
            return lambda: explorer.pages.html(make())

        found = {path: listed(make) for path, make in explorer.pages.lists()}
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
        }
        return found

    def _scripted(self) -> Mapping[str, Callable[[], bytes]]:
        """What the scripts of the pages load."""
        return {
            "data/events.json": lambda: timeline(self.explorer.atlas),
            "data/search.json": lambda: search_index(self.explorer.atlas),
            "data/terms.json": self._terms,
        }

    @cached_property
    def _asked(self) -> Questions:
        """The library's questions, of the graph that may be shown."""
        ready = self.ready
        store = open_kept(ready.paths, ready.folder, ready.key)
        return Questions(store, self.explorer.atlas, self.explorer.base)

    def _made(self, path: str) -> Reply | None:
        if path in self._fixed:
            return _reply(path, self._fixed[path]().encode())
        if path in self._data:
            return _reply(path, self._data[path]())
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
            return _reply(path, turtle if extension == "ttl" else linked, back)
        return None

    def _question(self, path: str, pairs: Sequence[tuple[str, str]]) -> Reply | None:
        """The page or the file of a question with settings as typed.

        Raises QueryError for a setting that it does not have, and for a file of no answer.
        """
        stem, _, extension = path.removeprefix("questions/").rpartition(".")
        query = library().get(stem)
        if query is None:
            return None
        values = _values(query, pairs)
        if extension in FORMATS:
            return Reply(self._asked.file(query, values, extension), FORMATS[extension])
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
            question=self._asked.question(query, values),
            result=self._asked.answer(query, values, files)[0],
        )
        return _reply(path, html.encode())

    def _message(self, status: int, heading: str, text: str, depth: int) -> Reply:
        """A page that says what went wrong, for an address so many folders deep."""
        html = self.explorer.pages.render(
            "message.html", "/".join(["x"] * (depth + 1)), "", heading=heading, text=text
        )
        return Reply(html.encode(), _TYPES[".html"], status=status)

    def _terms(self) -> bytes:
        vocabulary = Vocabulary.builtin()
        concepts = [
            term.name
            for scheme in vocabulary.schemes()
            for term in vocabulary.concepts(scheme).values()
        ]
        names = sorted({*vocabulary.classes(), *vocabulary.properties(), *concepts})
        known = {"terms": names, "prefixes": dict(vocabulary.prefixes), "base": self.explorer.base}
        return json.dumps(known).encode()


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
