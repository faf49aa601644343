"""What was said at events, or about them, in the words of the articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import polars as pl

from kg.mapping.tables import Tables
from kg.web import words
from kg.web.atlas import Atlas
from kg.web.model import Speech


def speeches(atlas: Atlas) -> Mapping[str, list[Speech]]:
    """What was said at each event, or about it."""
    tables = atlas.tables
    about = tables["stated"].filter(
        pl.col("predicate") == "kg:about", pl.col("object").str.starts_with("event/")
    )
    occasions = tables["source"].drop_nulls("occasion").select("occasion", utterance="id")
    more = tables["link"].filter(pl.col("predicate") == "kg:occasion")
    occasions = pl.concat([occasions, more.select(occasion="object", utterance="node")])
    at = tables["speech"].join(occasions, on="utterance").select("id", event="occasion")
    of = about.select(id="claim", event="object")
    rows = (
        pl.concat([at, of])
        .unique()
        .join(tables["speech"], on="id")
        .join(first_passages(tables), left_on="id", right_on="claim", how="left")
        .sort("event", "document", "start", "id")
    )
    found: dict[str, list[Speech]] = defaultdict(list)
    for row in rows.iter_rows(named=True):
        found[row["event"]].append(speech_of(atlas, row))
    return found


def first_passages(tables: Tables) -> pl.DataFrame:
    """Of each claim the first passage that supports it: columns claim, evidence, start."""
    return (
        tables["support"]
        .join(tables["passage"].select("start", evidence="id"), on="evidence")
        .sort("claim", "start", "evidence")
        .group_by("claim", maintain_order=True)
        .agg(pl.col("evidence", "start").first())
    )


def speech_of(atlas: Atlas, row: Mapping[str, Any]) -> Speech:
    """A row of the table speech with its first passage."""
    document = atlas.sources.get(row["document"])
    path = atlas.passage_path(row["evidence"]) if row["evidence"] else ""
    said_by = row["according_to"]
    origin = "" if said_by.startswith("article/") else atlas.sources[said_by].said
    mode = "" if row["mode"] == "kg:quoted" else words.concept(row["mode"])
    return Speech(
        atlas.ref(row["speaker"]) if row["speaker"] else None,
        row["words"],
        mode,
        origin,
        path,
        document.ref if document else atlas.ref(row["document"]),
        document.lang if document else "",
    )
