"""Nodes that somebody's own query names and the graph lacks: it will find nothing there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.ask.syntax import iris
from kg.facts.record import suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def unknown_nodes(text: str, base: str, opened: Callable[[], ox.Store]) -> Iterator[str]:
    """A line for each node under the base IRI that a query names and no triple of the store has.

    Graph names are known, too. What is no IRI, and what another namespace holds, is left alone;
    the store is opened only for a query that names nodes.
    """
    for iri in dict.fromkeys(iris(text)):
        path = iri.removeprefix(base)
        if path == iri or not path or path.endswith("/"):
            continue
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            continue
        store = opened()
        if not _known(node, store):
            section, _, slug = path.rpartition("/")
            fix = suggestion(slug, _nodes(f"{base}{section}/" if section else base, store))
            yield f"no {section or 'node'} `{slug}` is in the graph; {fix}"


def _known(node: ox.NamedNode, store: ox.Store) -> bool:
    places = ((node, None, None, None), (None, None, node, None), (None, None, None, node))
    return any(any(True for _ in store.quads_for_pattern(*place)) for place in places)


def _nodes(path: str, store: ox.Store) -> set[str]:
    return {
        node.value.removeprefix(path)
        for quad in store
        for node in (quad.subject, quad.graph_name)
        if isinstance(node, ox.NamedNode) and node.value.startswith(path)
    }
