"""The embedded store: graph files loaded into memory or onto disk, all graphs seen as one."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.rdf.formats import format_of
from kg.rdf.zstd import EXTENSION, ZstdError, ZstdFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_BUFFER = 1 << 20

Result = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


def open_store(paths: Sequence[Path]) -> ox.Store:
    """A store in memory with the triples of files, whose extensions tell the formats.

    Raises like `load_file`.
    """
    store = ox.Store()
    for path in paths:
        load_file(store, path)
    return store


def load_store(paths: Sequence[Path], folder: Path) -> ox.Store:
    """A new store on disk, in a folder that is made, with the triples of files.

    Raises like `load_file`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    store = ox.Store(str(folder))
    for path in paths:
        load_file(store, path)
    store.flush()
    return store


def load_file(store: ox.Store, path: Path) -> None:
    """Load a file in bulk; one that ends with `.zst` is decompressed on the way.

    Raises ValueError for a file that is not RDF, with its name and the place; OSError if it
    cannot be read.
    """
    compressed = path.suffix == f".{EXTENSION}"
    extension = (path.with_suffix("") if compressed else path).suffix
    form = ox.RdfFormat.from_media_type(format_of(extension.removeprefix(".")).media_type)
    try:
        if compressed:
            with ZstdFile(path) as file, io.BufferedReader(file, _BUFFER) as data:
                store.bulk_load(data, form)
        else:
            store.bulk_load(path=str(path), format=form)
    except SyntaxError as error:
        raise ValueError(f"{path}: {error.msg}") from error
    except (ZstdError, EOFError) as error:
        raise ValueError(f"{path}: damaged Zstandard data: {error}") from error
    except OSError as error:
        raise OSError(f"{path}: {error}") from error


def query(store: ox.Store, text: str) -> Result:
    """The result of a SPARQL query over the union of all graphs, read as it is consumed.

    A triple in two graphs is met twice, so counts need DISTINCT. Raises SyntaxError.
    """
    return store.query(text, use_default_graph_as_union=True)
