"""The embedded store: graph files loaded into memory, asked with all graphs seen as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.rdf.formats import format_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Result = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


def open_store(paths: Sequence[Path]) -> ox.Store:
    """A store in memory with the triples of files, whose extensions tell the formats.

    Raises ValueError for a file that is not RDF, with its name and the place; OSError if it
    cannot be read.
    """
    store = ox.Store()
    for path in paths:
        media_type = format_of(path.suffix.removeprefix(".")).media_type
        try:
            store.bulk_load(path=str(path), format=ox.RdfFormat.from_media_type(media_type))
        except SyntaxError as error:
            raise ValueError(f"{path}: {error.msg}") from error
        except OSError as error:
            raise OSError(f"{path}: {error}") from error
    return store


def query(store: ox.Store, text: str) -> Result:
    """The result of a SPARQL query over the union of all graphs, read as it is consumed.

    A triple in two graphs is met twice, so counts need DISTINCT. Raises SyntaxError.
    """
    return store.query(text, use_default_graph_as_union=True)
