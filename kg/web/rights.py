"""What of an article's text may be shown: read from the graph, kept to before a page is made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from kg.mapping.serialise import render
from kg.mapping.tables import Tables
from kg.rdf.formats import FORMATS
from kg.web.articles import NONE

SHOWN = "shown.nq"
"""The file of a graph without what may not be shown."""

_WORDS = ("kg:asStated", "kg:nameAsStated", "kg:titleAsStated")


def published(tables: Tables) -> Mapping[str, str]:
    """How much of each document may be shown, where its head says so: full, excerpts or none."""
    said = tables["link"].filter(pl.col("predicate") == "kg:publish")
    return dict(said.select("node", "object").iter_rows())


def hides(tables: Tables) -> bool:
    """Whether nothing may be shown of some document."""
    return NONE in published(tables).values()


def redacted(tables: Tables) -> Tables:
    """The tables without any words of documents of which nothing may be shown.

    What is said of events stays, and where it stands; passages have an empty quote.
    """
    hidden = [node for node, publish in published(tables).items() if publish == NONE]
    if not hidden:
        return tables
    documents = pl.col("document").is_in(hidden)
    passages = tables["passage"].filter(documents).select(evidence="id")
    resting = tables["support"].join(passages, on="evidence", how="semi")["claim"].unique()
    graphs = [node.replace("article/", "graph/", 1) for node in hidden]
    is_theirs = pl.col("graph").is_in(graphs)
    words = pl.col("predicate").is_in(_WORDS)
    resolutions = tables["stated"].filter(
        pl.col("predicate") == "kg:resolvedBy", pl.col("claim").is_in(resting.implode())
    )["object"]
    nothing = pl.lit(None, pl.String)
    is_hidden = pl.when(documents)
    by_them = is_theirs | pl.col("id").is_in(resolutions.implode())
    return tables.replacing(
        {
            "passage": tables["passage"].with_columns(
                quote=is_hidden.then(pl.lit("")).otherwise("quote"),
                prefix=is_hidden.then(nothing).otherwise("prefix"),
                suffix=is_hidden.then(nothing).otherwise("suffix"),
            ),
            "stated": tables["stated"].filter(
                ~(words & (is_theirs | pl.col("claim").is_in(resting.implode())))
            ),
            "link": tables["link"].filter(~(words & is_theirs)),
            "speech": tables["speech"].filter(~documents),
            "source": tables["source"].with_columns(
                published_words=pl.when(pl.col("id").is_in(hidden))
                .then(nothing)
                .otherwise("published_words")
            ),
            "resolution": tables["resolution"].with_columns(
                expression=pl.when(by_them).then(nothing).otherwise("expression")
            ),
        }
    )


def shown_graph(built: Path, tables: Tables, base: str, folder: Path) -> Path:
    """The graph's file to ask questions of: the built one, or one without what may not be shown."""
    if not hides(tables):
        return built
    path = folder / SHOWN
    path.write_bytes(render(redacted(tables), base, FORMATS["nq"]))
    return path
