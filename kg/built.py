"""The last good build: what questions are asked of, whether it is stale, whether it is whole."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

from kg.ask.errors import ParameterError, QueryError
from kg.ask.positions import Positions
from kg.ask.texts import archived_texts
from kg.ask.why import Asker
from kg.check.diagnostic import Findings
from kg.facts.files import read_bytes
from kg.facts.folder import FOLDERS, SETTINGS
from kg.facts.project import inputs_of
from kg.facts.settings import Settings, read_settings
from kg.facts.yaml.nodes import read
from kg.joined import Import, imports_named
from kg.rdf.kept_store import SMALL, kept_folder, open_kept
from kg.rdf.resources import ontology_files
from kg.rdf.vocabulary import PREFIXES, Vocabulary
from kg.write import MANIFEST

GRAPH = "graph.nq"
POSITIONS = "positions.csv"
CACHE = ".kg-cache"
_LEFT_OUT = (
    "what software coded is left out, and with it the imports: ask with --param coding=machine for "
    "that alone, or coding=all"
)
# Seconds within which a file may change again without its time of change telling.
_RACY = 2.0


class NotBuilt(OSError):
    """There is no output to ask, or it cannot be read."""


@dataclass(frozen=True, slots=True)
class Built:
    """A project's output; `stale` are the inputs that are no longer those it was built from.

    `digest` is the SHA-256 of its manifest.
    """

    root: Path
    settings: Settings
    folder: Path
    digest: str
    ontology: tuple[Path, ...]
    stale: tuple[str, ...]
    imports: tuple[Import, ...] = ()

    @property
    def _paths(self) -> tuple[Path, ...]:
        imported = (path for one in self.imports for path in one.paths)
        return (self.folder / GRAPH, *self.ontology, *imported)

    def joined(self, names: Sequence[str]) -> Built:
        """The same output with some imports beside it; raises NotImported."""
        return replace(self, imports=imports_named(self.folder, names, self.settings.base))

    def store(self) -> ox.Store:
        """The graph, the ontology and the imports: a large one from a store kept on disk."""
        return open_kept(*self._kept)

    @property
    def _kept(self) -> tuple[tuple[Path, ...], Path, str]:
        """What is loaded, where it is kept, and what stands for it.

        With imports it is kept in a folder of its own, so that the next question without them
        does not take it away.
        """
        store = self.root / CACHE / "store"
        if not self.imports:
            return self._paths, store, self.digest
        folder = store.with_name("store-with-" + "+".join(one.name for one in self.imports))
        digests = (self.digest, *(one.digest for one in self.imports))
        return self._paths, folder, " ".join(digests)

    def asker(self) -> Asker:
        """Answers of `why` from this output."""
        places = Positions(self.folder / POSITIONS)
        return Asker(self.store(), self.settings.base, places, archived_texts(self.root))

    def query(
        self,
        name: str,
        parameters: Sequence[str],
        form: str | None,
        timeout: float,
        out: BinaryIO,
    ) -> None:
        """Ask a named query in this process, or a file's in one that can be killed."""
        # `why` is answered sooner without them.
        from kg.ask.given import leaves_out_machine, require, told
        from kg.ask.library import named
        from kg.ask.parameters import values_of
        from kg.ask.results import Style, write
        from kg.ask.run import ask, run
        from kg.ask.unknown import unknown_nodes

        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        style = Style(self.settings.base, PREFIXES, width)
        if not name.endswith(".rq"):
            query, values = named(name), values_of(parameters)
            store = self.store()
            asked = query.bind(values, self.settings.base)
            require(query, values, self.settings.base, store)
            print(f"asked with {told(query, values)}", file=sys.stderr)
            if self.imports and leaves_out_machine(query, values):
                print(_LEFT_OUT, file=sys.stderr)
            write(run(store, asked), form or "table", out, style)
            return
        path = Path(name)
        if not path.is_file():
            raise QueryError(f"no file {name} is here")
        if parameters:
            raise ParameterError("a SPARQL file takes no parameters: change its VALUES lines")
        text = path.read_text(encoding="utf-8")
        for line in unknown_nodes(text, self.settings.base, self.store):
            print(f"note: {line}", file=sys.stderr)
        kept = kept_folder(*self._kept)
        ask(self._paths, text, form or "auto", out, style=style, timeout=timeout, kept=kept)


def open_built(root: Path) -> Built:
    """The last good output of a project; raises NotBuilt."""
    settings = settings_of(root)
    folder = (root / settings.output).resolve()
    if not (folder / GRAPH).is_file():
        raise NotBuilt(f"there is no {GRAPH} in {folder}: run `kg build`")
    manifest = _manifest_bytes(folder)
    digest = hashlib.sha256(manifest).hexdigest()
    own = tuple(sorted((root / "ontology").glob("*.ttl")))
    stale = _stale(root, folder, manifest, digest)
    return Built(root, settings, folder, digest, (*ontology_files(), *own), stale)


def _stale(root: Path, folder: Path, manifest: bytes, digest: str) -> tuple[str, ...]:
    """The inputs that are no longer those that a manifest names.

    Of a large project, that all are so is remembered with the sizes and times of change of the
    files, so that not each of them is read again.
    """
    seen = root / CACHE / "seen"
    stamp, newest = _stamp(root, digest)
    with contextlib.suppress(OSError):
        if seen.read_text() == stamp:
            return ()
    recorded = _parsed(manifest, folder).get("inputs", {})
    now = inputs_of(root)
    stale = sorted(
        path for path in recorded.keys() | now.keys() if recorded.get(path) != now.get(path)
    )
    large = (folder / GRAPH).stat().st_size >= SMALL
    if large and not stale and newest < time.time() - _RACY:
        with contextlib.suppress(OSError):
            seen.parent.mkdir(exist_ok=True)
            seen.write_text(stamp)
    return tuple(stale)


def _stamp(root: Path, digest: str) -> tuple[str, float]:
    """What stands for the state of all inputs, and when the last of them changed."""
    stamps, newest = [digest], 0.0
    for folder, suffix in ((".", SETTINGS), *FOLDERS):
        with contextlib.suppress(OSError), os.scandir(root / folder) as entries:
            found = []
            for entry in entries:
                if entry.name.endswith(suffix):
                    status = entry.stat()
                    times = (status.st_mtime_ns, status.st_ctime_ns)
                    found.append(f"{entry.name} {status.st_size} {times}")
                    newest = max(newest, *(time / 1e9 for time in times))
            stamps += (folder, *sorted(found))
    return hashlib.sha256("\n".join(stamps).encode("utf-8", "surrogateescape")).hexdigest(), newest


def settings_of(root: Path) -> Settings:
    """The settings of a project, which need not have been built; raises NotBuilt."""
    """The settings of a project; raises NotBuilt where they cannot be read."""
    findings = Findings()
    data = read_bytes(root / SETTINGS, SETTINGS, findings)
    node = read(data, SETTINGS, findings) if data is not None else None
    settings = read_settings(node, Vocabulary.builtin(), findings) if node is not None else None
    if settings is None:
        raise NotBuilt(f"{SETTINGS} cannot be read: run `kg check`")
    return settings


def _manifest_bytes(folder: Path) -> bytes:
    try:
        return (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise NotBuilt(f"{folder / MANIFEST} cannot be read ({error}): run `kg build`") from None


def _parsed(manifest: bytes, folder: Path) -> dict[str, Any]:
    try:
        content = json.loads(manifest)
    except ValueError as error:
        raise NotBuilt(f"{folder / MANIFEST} cannot be read ({error}): run `kg build`") from None
    if not isinstance(content, dict):
        raise NotBuilt(f"{folder / MANIFEST} is no manifest: run `kg build`")
    return content
