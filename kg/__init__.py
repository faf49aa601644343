"""Parley: facts from news articles, with the words they rest on, as a knowledge graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rdflib import Graph

    from kg.mapping.tables import Tables

__all__ = ["graph", "tables"]


def tables(project: str | Path | None = None) -> Tables:
    """The tables of a project's facts, ranks included: Polars frames by name.

    `project` is the folder of `kg.yaml`; if none is given, the nearest upward, or its `seeds`.
    See `kg.mapping.tables.TABLES` for the columns. Raises `kg.build.FactsError`, with every
    diagnostic, where the facts have errors.
    """
    from kg.build import facts_of

    return facts_of(project)[1]


def graph(project: str | Path | None = None) -> Graph:
    """The graph of a project's facts as one rdflib graph; `project` and errors as in `tables`."""
    from rdflib import Graph

    from kg.build import facts_of
    from kg.mapping.serialise import render
    from kg.rdf.formats import FORMATS

    settings, made = facts_of(project)
    return Graph().parse(data=render(made, settings.base, FORMATS["nt"]), format="nt")
