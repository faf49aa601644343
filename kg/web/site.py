"""The explorer as a folder of static files, to be published anywhere."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from kg.ask.library import library
from kg.built import GRAPH
from kg.rdf.store import open_store
from kg.web.asked import FILES, Answer, Asked
from kg.web.explorer import Explorer
from kg.web.indexes import search_index, site_map, timeline
from kg.web.paths import PAGE, stem_of
from kg.web.policy import ASSETS
from kg.web.rights import shown_graph

BATCH = 2500
"""Pages whose data is made at a time, which bounds the memory taken."""

ASKED_UP_TO = 200_000_000
"""Bytes of a graph up to which its questions are answered in the static pages."""

MARK = ".parley-site"
"""The file that marks a folder as one this command wrote, and may write again."""


class NotOurs(OSError):
    """A folder with files in it that this command did not write."""


@dataclass(frozen=True, slots=True)
class Written:
    """How many pages and files were written, and how many bytes."""

    pages: int
    files: int
    bytes: int


def write_site(explorer: Explorer, folder: Path) -> Written:
    """Write all pages into a folder, new or of an earlier site; raises OSError.

    Files of an earlier site that are no more are deleted.
    """
    old = _old(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_bytes(b"")
    written = {MARK: 0, **_write(folder, _lists(explorer))}
    # The data beside the pages is made of whole columns, outside Python: at the same time.
    with ThreadPoolExecutor(1) as beside:
        data = beside.submit(_write, folder, _data(explorer))
        written |= _write(folder, _pages(explorer))
        written |= data.result()
    if explorer.settings.url:
        paths = sorted(name for name in written if name.endswith(PAGE))
        maps = site_map(explorer.settings.url, paths)
        written |= _write(folder, ((name, text.encode()) for name, text in maps.items()))
    for name in old - written.keys():
        (folder / name).unlink()
    for parent, _, _ in os.walk(folder, topdown=False):
        if parent != str(folder) and not os.listdir(parent):  # noqa: PTH208
            Path(parent).rmdir()
    pages = sum(name.endswith(PAGE) for name in written)
    return Written(pages, len(written), sum(written.values()))


def _write(folder: Path, files: Iterable[tuple[str, bytes]]) -> dict[str, int]:
    """Write files; their sizes by path."""
    written: dict[str, int] = {}
    made: set[str] = set()
    root = str(folder)
    for name, data in files:
        parent = name.rpartition("/")[0]
        if parent not in made:
            (folder / parent).mkdir(parents=True, exist_ok=True)
            made.add(parent)
        # As bare as can be, since there may be some hundred thousand.
        file = os.open(f"{root}/{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(file, rest) :]
        finally:
            os.close(file)
        written[name] = len(data)
    return written


def _old(folder: Path) -> set[str]:
    if not folder.exists():
        return set()
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()}
    if names and MARK not in names:
        raise NotOurs(f"{folder} holds files that `kg site` did not write: name a new folder")
    return names


def _lists(explorer: Explorer) -> Iterator[tuple[str, bytes]]:
    """What is there once: assets, lists, questions, indexes."""
    yield "conflicts.html", explorer.conflicts().encode()
    yield "gaps.html", explorer.gaps().encode()
    for asset in sorted(ASSETS.iterdir()):
        if asset.name != "sparql.js":
            yield f"assets/{asset.name}", asset.read_bytes()
    for name, make in explorer.pages.lists():
        yield name, make().encode()
    search = explorer.pages.render("search.html", "search.html", "search.html")
    yield "search.html", search.encode()
    yield from _questions(explorer)
    yield "data/events.json", timeline(explorer.atlas).encode()
    yield "data/search.json", search_index(explorer.atlas).encode()


def _batches(nodes: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(nodes), BATCH):
        yield nodes[first : first + BATCH]


def _pages(explorer: Explorer) -> Iterator[tuple[str, bytes]]:
    """The page of everything that has one."""
    for batch in _batches(explorer.nodes):
        for node, html in explorer.htmls(batch):
            yield stem_of(node) + PAGE, html.encode()


def _data(explorer: Explorer) -> Iterator[tuple[str, bytes]]:
    """The data beside each page."""
    for batch in _batches(explorer.nodes):
        for node, turtle, linked in explorer.data.of(batch):
            stem = stem_of(node)
            yield f"{stem}.ttl", turtle.encode()
            yield f"{stem}.jsonld", linked.encode()


def _questions(explorer: Explorer) -> Iterator[tuple[str, bytes]]:
    """The questions with their answers; a large graph's are left to be asked."""
    graph = explorer.built.folder / GRAPH
    with tempfile.TemporaryDirectory() as name:
        shown = shown_graph(graph, explorer.whole, explorer.base, Path(name))
        large = shown.stat().st_size > ASKED_UP_TO
        store = open_store([] if large else [shown, *explorer.built.ontology])
        asked = Asked(store, explorer.atlas, explorer.base)
        listed = []
        data: Mapping[str, bytes]
        for query in library().values():
            stem = f"questions/{query.name}"
            question = asked.question(query, {})
            if large:
                text = f"too large to answer beforehand: ask `kg query {query.name}` or `kg serve`"
                answer, data = Answer(tuple(query.columns.items()), error=text), {}
            else:
                files = tuple((f"{stem}.{form}", label) for form, label in FILES.items())
                answer, data = asked.answer(query, {}, files)
            for form, content in data.items():
                yield f"{stem}.{form}", content
            note = f"{answer.total:,}" if not answer.error else ""
            listed.append((query.name, query.question, note))
            page = explorer.pages.render(
                "question.html", stem + PAGE, "questions.html", question=question, result=answer
            )
            yield stem + PAGE, page.encode()
        page = explorer.pages.render(
            "questions.html", "questions.html", "questions.html", questions=listed
        )
        yield "questions.html", page.encode()
