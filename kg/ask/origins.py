"""Origins: from whom what a source says first comes, so far as that is known."""

from __future__ import annotations

import polars as pl

from kg.mapping.tables import Tables


def origins(tables: Tables) -> pl.DataFrame:
    """The known origins of every source: columns `source`, `origin`, several rows for several.

    As in the query `corroboration`: an utterance counts as whoever it is of, or as those on whose
    behalf it is, and one that rests on another as that other; a document counts as itself, a copy
    as what it copies. A source that the article does not name has no origin.
    """
    sources = tables["source"]
    utterances = sources.filter(pl.col("class") == "kg:Utterance")
    documents = sources.filter(pl.col("class") == "kg:Document")
    first = _first(utterances, _links(tables, "kg:restsOn"))
    whose = utterances.filter(pl.col("form") != "kg:unnamed-source").join(
        _links(tables, "prov:wasAttributedTo"), left_on="id", right_on="node", how="left"
    )
    named = pl.concat(
        [
            whose.select("id", origin=pl.coalesce("on_behalf_of", "agent")),
            whose.filter(pl.col("on_behalf_of").is_null()).select("id", origin="to"),
        ]
    ).drop_nulls()
    spoken = first.join(named, left_on="first", right_on="id").select("source", "origin")
    written = _first(documents, _links(tables, "kg:copyOf")).rename({"first": "origin"})
    return pl.concat([spoken, written]).unique().sort("source", "origin")


def _links(tables: Tables, predicate: str) -> pl.DataFrame:
    return tables["link"].filter(pl.col("predicate") == predicate).select("node", to="object")


def _first(sources: pl.DataFrame, onward: pl.DataFrame) -> pl.DataFrame:
    """Each source with where the ways onward from it end; a circle has no end."""
    way = sources.select(source="id", first="id")
    ended = [way.clear()]
    for _ in range(onward.height + 1):
        step = way.join(onward, left_on="first", right_on="node", how="left")
        ended.append(step.filter(pl.col("to").is_null()).select("source", "first"))
        way = step.drop_nulls("to").select("source", first="to").unique()
        if way.is_empty():
            break
    return pl.concat(ended)
