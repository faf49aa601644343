"""The explorer as a folder of static files, to be published anywhere."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePath

from kg.ask.library import library
from kg.built import GRAPH
from kg.memory import uncollected
from kg.rdf.store import open_store
from kg.web.asked import FILES, Answer, Asked
from kg.web.explorer import Explorer
from kg.web.files import write_files
from kg.web.indexes import search_index, site_map, timeline
from kg.web.model import Draft
from kg.web.paths import PAGE, stem_of
from kg.web.policy import ASSETS
from kg.web.rights import shown_graph
from kg.web.writing import writer

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
    root = str(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_bytes(b"")
    templates, count = explorer.pages.templates, len(explorer.nodes)
    # What is there once, and the data, come mostly of whole columns: beside the drafts.
    with (
        uncollected(),
        ThreadPoolExecutor(1) as beside,
        writer(root, templates, count) as into,
    ):
        ready = beside.submit(into.files, chain(_once(explorer), _data(explorer)))
        into.pages(_drafts(explorer, ready))
        ready.result()
    written = {MARK: 0, **into.sizes}
    if explorer.settings.url:
        paths = sorted(name for name in written if name.endswith(PAGE))
        maps = site_map(explorer.settings.url, paths)
        written |= write_files(root, ((name, text.encode()) for name, text in maps.items()))
    for name in old - written.keys():
        (folder / name).unlink()
    gone = {parent for name in old - written.keys() for parent in PurePath(name).parents[:-1]}
    for parent in sorted(gone, key=lambda path: -len(path.parts)):
        if not any((folder / parent).iterdir()):
            (folder / parent).rmdir()
    pages = sum(name.endswith(PAGE) for name in written)
    return Written(pages, len(written), sum(written.values()))


def _old(folder: Path) -> set[str]:
    if not folder.exists():
        return set()
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()}
    if names and MARK not in names:
        raise NotOurs(f"{folder} holds files that `kg site` did not write: name a new folder")
    return names


def _once(explorer: Explorer) -> Iterator[tuple[str, bytes]]:
    """What is there once: assets, questions, indexes, pages on the whole."""
    yield "conflicts.html", explorer.conflicts().encode()
    yield "gaps.html", explorer.gaps().encode()
    for asset in sorted(ASSETS.iterdir()):
        if asset.name != "sparql.js":
            yield f"assets/{asset.name}", asset.read_bytes()
    search = explorer.pages.render("search.html", "search.html", "search.html")
    yield "search.html", search.encode()
    yield from _questions(explorer)
    yield "data/events.json", timeline(explorer.atlas)
    yield "data/search.json", search_index(explorer.atlas)


def _batches(nodes: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(nodes), BATCH):
        yield nodes[first : first + BATCH]


def _drafts(explorer: Explorer, beside: Future[None]) -> Iterator[Draft]:
    """The lists, and the page of everything that has one; what failed beside them is raised."""
    for _, make in explorer.pages.lists():
        yield make()
    for batch in _batches(explorer.nodes):
        if beside.done():
            beside.result()
        yield from explorer.drafts(batch)


def _data(explorer: Explorer) -> Iterator[tuple[str, bytes]]:
    """The data beside each page."""
    for batch in _batches(explorer.nodes):
        for node, turtle, linked in explorer.data.of(batch):
            stem = stem_of(node)
            yield f"{stem}.ttl", turtle
            yield f"{stem}.jsonld", linked


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
