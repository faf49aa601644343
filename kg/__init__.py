"""Parley: facts from news articles, with the words they rest on, as a knowledge graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

if TYPE_CHECKING:
    import pandas
    import polars
    from rdflib import Graph

    from kg.mapping.tables import Tables
    from kg.notebook.frames import As, Given
    from kg.notebook.shown import Shown

__all__ = ["graph", "query", "tables", "why"]


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


@overload
def query(
    name_or_sparql: str,
    project: str | Path | None = None,
    as_: Literal["polars"] = "polars",
    *,
    timeout: float = 60.0,
    **parameters: Given,
) -> polars.DataFrame: ...
@overload
def query(
    name_or_sparql: str,
    project: str | Path | None = None,
    *,
    as_: Literal["pandas"],
    timeout: float = 60.0,
    **parameters: Given,
) -> pandas.DataFrame: ...
@overload
def query(
    name_or_sparql: str,
    project: str | Path | None = None,
    *,
    as_: Literal["arrow"],
    timeout: float = 60.0,
    **parameters: Given,
) -> Any: ...
def query(
    name_or_sparql: str,
    project: str | Path | None = None,
    as_: As = "polars",
    *,
    timeout: float = 60.0,
    **parameters: Given,
) -> polars.DataFrame | pandas.DataFrame | Any:
    """The rows of a query of the library, by its name, or of SPARQL, as a frame.

    It is asked of the last good build, with a warning where that is stale. Parameters are those
    that `kg queries` lists; `class_` stands for `class`. IRIs are absolute. `timeout` is in seconds
    and holds for SPARQL. Raises `kg.notebook.frames.MissingExtra` where pandas or pyarrow is
    missing, `kg.built.NotBuilt`, or `kg.ask.errors.QueryError`.
    """
    from kg.notebook.frames import query as asked

    return asked(name_or_sparql, project, as_, parameters, timeout)


def why(event: str, field: str | None = None, project: str | Path | None = None) -> Shown:
    """Who says what of an event, or of one field, in which words: shown well by notebooks.

    Of the last good build, like `query`. Raises `kg.ask.why.UnknownEvent` with what is close.
    """
    from kg.notebook.frames import built_of
    from kg.notebook.shown import Shown

    return Shown(built_of(project).asker().why(event, field))
