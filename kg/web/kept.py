"""What a live explorer keeps on disk between runs, since making it takes most of a start.

It is disposable: whoever deletes the folder loses time and nothing else.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl

from kg.built import CACHE, GRAPH, Built
from kg.mapping import serialise
from kg.mapping import tables as schemas
from kg.mapping.tables import TABLES, Tables
from kg.rdf.kept_store import SMALL, making
from kg.web import graph, rights

_CODE = (graph, rights, schemas, serialise)
_EXTENSION = ".arrow"


def kept_tables(built: Built) -> Tables:
    """The tables of a build's graph; those of a large one are read from where they are kept."""
    path, base = built.folder / GRAPH, built.settings.base
    if path.stat().st_size < SMALL:
        return graph.tables_of(path, base)
    found: list[Tables] = []

    def make(folder: Path) -> None:
        found.append(graph.tables_of(path, base))
        for name in TABLES:
            found[0][name].write_ipc(folder / f"{name}{_EXTENSION}")

    folder = _kept(built, "tables", make)
    if found:
        return found[0]
    try:
        if folder is not None:
            return Tables({name: pl.read_ipc(folder / f"{name}{_EXTENSION}") for name in TABLES})
    except (OSError, pl.exceptions.PolarsError):  # damaged: made anew at the next start
        shutil.rmtree(str(folder), ignore_errors=True)
    return graph.tables_of(path, base)


def kept_shown(built: Built, tables: Tables, otherwise: Path) -> Path:
    """The file of the graph that may be shown, kept where it is not the built one.

    `otherwise` is a folder for it where nothing can be kept.
    """
    path, base = built.folder / GRAPH, built.settings.base
    if not rights.hides(tables):
        return path

    def make(folder: Path) -> None:
        rights.shown_graph(path, tables, base, folder)

    folder = _kept(built, "shown", make)
    if folder is None:
        return rights.shown_graph(path, tables, base, otherwise)
    return folder / rights.SHOWN


def _kept(built: Built, name: str, make: Callable[[Path], None]) -> Path | None:
    """The folder of a build's tables or graph, made if it is not there; None where none can be.

    Those of other builds, or of other code, are removed.
    """
    code = b"".join(Path(str(module.__file__)).read_bytes() for module in _CODE)
    key = hashlib.sha256(built.digest.encode() + pl.__version__.encode() + code).hexdigest()[:24]
    kept = built.root / CACHE / name / key
    if kept.is_dir():
        return kept
    try:
        with making(kept) as folder:
            make(folder)
    except OSError:
        return None
    return kept
