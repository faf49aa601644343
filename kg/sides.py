"""What a difference compares: a project at a git revision or in a folder, or the output of one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pyoxigraph as ox

from kg.ask.statements import Statements
from kg.build import FactsError, facts_of
from kg.built import GRAPH
from kg.facts.folder import SETTINGS
from kg.git import GitError, git
from kg.mapping.serialise import render
from kg.rdf.formats import FORMATS
from kg.rdf.vocabulary import VocabularyError

WORKING_TREE = "the working tree"
_FOLDERS = ("facts", "registry", "articles", "ontology")
_FILES = ("100644", "100755")
_GRAPHS = "graph/"


class SideError(OSError):
    """A side that is not there, cannot be read, or has errors, which the message lists."""


def open_side(name: str | None, root: Callable[[], Path]) -> Statements:
    """A side by its name: a folder of a project or of its output, else a git revision.

    None stands for the project at `root` as it is now; a revision is read from the repository
    that holds `root`. Raises SideError.
    """
    if name is None:
        return _project(root(), WORKING_TREE)
    folder = Path(name)
    if (folder / SETTINGS).is_file():
        return _project(folder, name)
    if (folder / GRAPH).is_file():
        return _build(folder, name)
    return _revision(name, root())


def _project(folder: Path, name: str) -> Statements:
    try:
        settings, tables = facts_of(folder)
    except (FactsError, VocabularyError) as error:
        raise SideError(f"{name} has errors; mend them first:\n{error}".rstrip()) from None
    return Statements(name, settings.base, render(tables, settings.base, FORMATS["nq"]))


def _build(folder: Path, name: str) -> Statements:
    path = folder / GRAPH
    quads = path.read_bytes()
    try:
        return Statements(name, _base(quads), quads)
    except (SyntaxError, ValueError) as error:
        raise SideError(f"{path}: {error}; run `kg build`") from None


def _base(quads: bytes) -> str:
    """The base IRI of a build: what stands before the names that its graphs always have."""
    first = next(iter(ox.parse(quads, format=ox.RdfFormat.N_QUADS)), None)
    graph = first.graph_name.value if first and isinstance(first.graph_name, ox.NamedNode) else ""
    base, found, _ = graph.rpartition(_GRAPHS)
    if not found:
        raise ValueError("this is no output of `kg build`")
    return base


def _revision(name: str, root: Path) -> Statements:
    """A project as a revision has it, whose files go to a folder that is gone afterwards."""
    if name.startswith("-") or not name.isprintable():
        raise SideError(f"{name!r} is no name of a revision")
    try:
        commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^0")
    except SideError as error:
        raise SideError(
            f"`{name}` is no folder with {SETTINGS} or {GRAPH}, and no revision that is here"
            + (f" ({error})" if str(error) else "; where the history is shallow, fetch it first")
        ) from None
    sha = commit.decode().strip()
    prefix = _git(root, "rev-parse", "--show-prefix").decode().removesuffix("\n")
    with tempfile.TemporaryDirectory(prefix="kg-diff-") as temporary:
        folder = Path(temporary)
        _check_out(root, sha, prefix, folder)
        if not (folder / SETTINGS).is_file():
            raise SideError(f"{name} holds no {prefix}{SETTINGS}")
        return _project(folder, name if sha.startswith(name) else f"{name} ({sha[:12]})")


def _check_out(root: Path, sha: str, prefix: str, folder: Path) -> None:
    """Write a project's files from the object store: no index, no hook, no filter, no attribute."""
    wanted = [prefix + name for name in (SETTINGS, *_FOLDERS)]
    listed = _git(root, "ls-tree", "-r", "-z", "--full-tree", sha, "--", *wanted)
    blobs: list[tuple[str, Path]] = []
    for entry in filter(None, listed.split(b"\0")):
        fields, _, raw = entry.partition(b"\t")
        mode, _, blob = fields.decode().split(" ")[:3]
        path = PurePosixPath(os.fsdecode(raw).removeprefix(prefix))
        # A project reads no deeper, and only plain files.
        if mode in _FILES and len(path.parts) <= 2 and ".." not in path.parts:
            blobs.append((blob, folder / path))
    asked = "".join(f"{blob}\n" for blob, _ in blobs).encode()
    answer = memoryview(_git(root, "cat-file", "--batch", given=asked))
    at = 0
    for _, file in blobs:
        header = bytes(answer[at : at + 128]).split(b"\n", 1)[0]
        size = int(header.split(b" ")[2])
        at += len(header) + 1
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(answer[at : at + size])
        at += size + 1


def _git(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    """What git prints; raises SideError with what it complains of."""
    try:
        return git(root, *arguments, given=given)
    except GitError as error:
        raise SideError(str(error)) from None
