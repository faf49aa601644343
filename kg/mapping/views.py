"""Views: tables with some rows left out, to be rendered like any others.

The full view is all of the tables. The flat one is what simple tools want: what the sources
together say, and nothing of who says so.
"""

from __future__ import annotations

import polars as pl

from kg.mapping.tables import Tables

_REGISTRY = "graph/registry"


def flat(tables: Tables) -> Tables:
    """Direct triples, the dates they lead to, the registry, and who is unnamed; no claims.

    The registry's `dcterms:source` may lead to articles, of which the view holds nothing.
    """
    direct = tables["direct"]
    reached = direct.filter(pl.col("object_kind") == "iri").get_column("object").unique()
    kept = {
        name: tables[name].filter(
            (pl.col("graph") == _REGISTRY) | pl.col(node).str.starts_with("unnamed/")
        )
        for name, node in (("entity", "id"), ("name", "node"), ("link", "node"))
    }
    return Tables(
        {
            "direct": direct,
            "disputed": tables["disputed"],
            "time": tables["time"].filter(pl.col("id").is_in(reached.implode())),
            **kept,
        }
    )
