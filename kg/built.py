"""The last good build: what questions are asked of, whether it is stale, whether it is whole."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from kg.ask.errors import ParameterError, QueryError
from kg.ask.given import require, told
from kg.ask.library import named
from kg.ask.results import Style, write
from kg.ask.run import ask, run
from kg.ask.why import Asker, Place
from kg.check.diagnostic import Findings
from kg.facts.files import read_bytes
from kg.facts.project import SETTINGS, inputs_of
from kg.facts.settings import Settings, read_settings
from kg.facts.yaml.nodes import read
from kg.rdf.resources import ontology_files
from kg.rdf.store import open_store
from kg.rdf.vocabulary import PREFIXES, Vocabulary
from kg.write import MANIFEST

GRAPH = "graph.nq"
POSITIONS = "positions.csv"


class NotBuilt(OSError):
    """There is no output to ask, or it cannot be read."""


@dataclass(frozen=True, slots=True)
class Built:
    """A project's output; `stale` are the inputs that are no longer those it was built from."""

    settings: Settings
    folder: Path
    ontology: tuple[Path, ...]
    stale: tuple[str, ...]

    @property
    def _paths(self) -> tuple[Path, ...]:
        return (self.folder / GRAPH, *self.ontology)

    def asker(self) -> Asker:
        """Answers of `why` from this output."""
        return Asker(open_store(self._paths), self.settings.base, _places(self.folder))

    def query(
        self,
        name: str,
        parameters: Sequence[str],
        form: str | None,
        timeout: float,
        out: BinaryIO,
    ) -> None:
        """Ask a named query in this process, or a file's in one that can be killed."""
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        style = Style(self.settings.base, PREFIXES, width)
        if not name.endswith(".rq"):
            query, values = named(name), _values(parameters)
            store = open_store(self._paths)
            asked = query.bind(values, self.settings.base)
            require(query, values, self.settings.base, store)
            print(f"asked with {told(query, values)}", file=sys.stderr)
            write(run(store, asked), form or "table", out, style)
            return
        path = Path(name)
        if not path.is_file():
            raise QueryError(f"no file {name} is here")
        if parameters:
            raise ParameterError("a SPARQL file takes no parameters: change its VALUES lines")
        text = path.read_text(encoding="utf-8")
        ask(self._paths, text, form or "auto", out, style=style, timeout=timeout)


def _values(parameters: Sequence[str]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = defaultdict(list)
    for parameter in parameters:
        name, equals, value = parameter.partition("=")
        if not equals:
            raise ParameterError(f"`{parameter}` is no parameter: write NAME=VALUE")
        values[name].append(value)
    return dict(values)


def open_built(root: Path) -> Built:
    """The last good output of a project; raises NotBuilt."""
    settings = _settings(root)
    folder = (root / settings.output).resolve()
    if not (folder / GRAPH).is_file():
        raise NotBuilt(f"there is no {GRAPH} in {folder}: run `kg build`")
    recorded = _manifest(folder).get("inputs", {})
    now = inputs_of(root)
    stale = sorted(
        path for path in recorded.keys() | now.keys() if recorded.get(path) != now.get(path)
    )
    own = tuple(sorted((root / "ontology").glob("*.ttl")))
    return Built(settings, folder, (*ontology_files(), *own), tuple(stale))


def _settings(root: Path) -> Settings:
    findings = Findings()
    data = read_bytes(root / SETTINGS, SETTINGS, findings)
    node = read(data, SETTINGS, findings) if data is not None else None
    settings = read_settings(node, Vocabulary.builtin(), findings) if node is not None else None
    if settings is None:
        raise NotBuilt(f"{SETTINGS} cannot be read: run `kg check`")
    return settings


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        raise NotBuilt(f"{folder / MANIFEST} cannot be read ({error}): run `kg build`") from None
    if not isinstance(content, dict):
        raise NotBuilt(f"{folder / MANIFEST} is no manifest: run `kg build`")
    return content


def _places(folder: Path) -> dict[str, tuple[Place, ...]]:
    places: dict[str, list[Place]] = defaultdict(list)
    path = folder / POSITIONS
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                place = Place(row["property"], row["file"], int(row["line"]), int(row["column"]))
                places[row["node"]].append(place)
    return {node: tuple(found) for node, found in places.items()}


def verify(root: Path) -> tuple[int, list[str]]:
    """Hold every output against the manifest: how many were looked at, and what is wrong."""
    folder = (root / _settings(root).output).resolve()
    outputs = _manifest(folder).get("outputs", {})
    wrong = []
    for name, entry in sorted(outputs.items()):
        path = folder / name
        if not path.is_file():
            wrong.append(f"{name}: missing")
            continue
        data = path.read_bytes()
        if len(data) != entry["bytes"] or hashlib.sha256(data).hexdigest() != entry["sha256"]:
            wrong.append(f"{name}: not what the manifest says; run `kg build`")
    return len(outputs), wrong
