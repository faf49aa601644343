"""Gaps: how well each field of the events is evidenced, and what would improve the graph most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from kg.ask.gap_items import Finder, field_names
from kg.ask.why import FIELDS
from kg.mapping.tables import Tables

KINDS: Mapping[str, str] = {
    "origin-unknown": "no source is named for it",
    "origin-single": "one origin alone says so",
    "date-missing": "no date",
    "date-inferred": "the date is a curator's inference",
    "date-open": "the date is open on one side or both",
    "date-wide": "the date is longer than a day, or about a day",
    "speaker-unnamed": "who says so is not named",
    "value-unsettled": "the sources disagree, and nothing settles it",
    "place-missing": "no place",
    "participants-few": "not all who took part are known",
    "value-inferred": "the value is a curator's inference",
    "office-missing": "nothing says in which office",
}
"""Kinds of gap, those first whose closing improves the graph most, and what each says."""

EVIDENCE: Mapping[str, str] = {
    "quoted": "in the words of a source",
    "inferred": "by a curator, from words",
    "unquoted": "by a curator, without words",
    "unsettled": "by sources that disagree",
    "denied": "by denials only",
}
"""How a field of an event is evidenced, by the best that there is."""

ORIGINS: Mapping[str, str] = {
    "single-origin": "on the word of one origin",
    "unknown-origin": "on the word of somebody unnamed",
}
LEDGER = (*EVIDENCE, *ORIGINS)
# A quote is no gap, and neither is a denial: there is nothing else to be said.
_WORSE = tuple(column for column in LEDGER if column not in ("quoted", "denied"))


@dataclass(frozen=True, slots=True)
class Gaps:
    """What was found.

    `looked_at` counts what was looked at. `ledger` has a row a field: `field`, the number of
    `events` with it, and of those the numbers named in LEDGER. `totals` are the numbers that are
    the better the lower they are, by kind of gap and by `field: column` of the ledger. `worklist`
    has the columns kind, node, field, detail, file, line and column, first what is first to do.
    """

    looked_at: Mapping[str, int]
    ledger: pl.DataFrame
    totals: Mapping[str, int]
    worklist: pl.DataFrame


def gaps(tables: Tables) -> Gaps:
    """The gaps of a project, from its tables after ranks."""
    finder = Finder(tables)
    ledger = _ledger(finder.fields)
    worklist = _ranked(finder, tables["position"])
    counted = dict(worklist["kind"].value_counts().iter_rows())
    totals = {kind: counted.get(kind, 0) for kind in KINDS}
    for row in ledger.iter_rows(named=True):
        totals |= {f"{row['field']}: {column}": row[column] for column in _WORSE}
    sources = dict(tables["source"]["class"].value_counts().iter_rows())
    looked_at = {
        "events": finder.events.height,
        "claims": finder.claims.height,
        "documents": sources.get("kg:Document", 0),
        "utterances": sources.get("kg:Utterance", 0),
        "wordings": tables["speech"].height,
    }
    return Gaps(looked_at, ledger, totals, worklist)


def _ledger(fields: pl.DataFrame) -> pl.DataFrame:
    said = pl.col("evidence") == "quoted"
    order = {name: place for place, name in enumerate(FIELDS)}
    return (
        fields.group_by(field=field_names(pl.col("predicate")))
        .agg(
            pl.len().alias("events"),
            *((pl.col("evidence") == name).sum().alias(name) for name in EVIDENCE),
            (said & (pl.col("origins") == 1)).sum().alias("single-origin"),
            (said & (pl.col("origins") == 0)).sum().alias("unknown-origin"),
        )
        .sort(pl.col("field").replace_strict(order, default=len(order)), "field")
    )


def _ranked(finder: Finder, positions: pl.DataFrame) -> pl.DataFrame:
    """The items of the worklist in order, each with where it was written."""
    place = {kind: index for index, kind in enumerate(KINDS)}
    return (
        finder.items()
        .join(finder.weights(), on="node", how="left")
        .join(_places(finder, positions), on="node", how="left")
        .join(_first(positions, "at"), on="at", how="left", suffix="_at")
        .sort(
            pl.col("kind").replace_strict(place, return_dtype=pl.Int8),
            ~pl.col("encounter").fill_null(value=False),
            -pl.col("weight").fill_null(0).cast(pl.Int64),
            "node",
            "field",
            "detail",
            nulls_last=False,
        )
        .select(
            "kind",
            "node",
            "field",
            "detail",
            *(pl.coalesce(f"{name}_at", name).alias(name) for name in ("file", "line", "column")),
        )
    )


def _first(positions: pl.DataFrame, key: str) -> pl.DataFrame:
    """Of each node the place to show: where its value stands, or else where it is told of."""
    order = ["value", "by", "article", "event", "quote"]
    rank = pl.col("property").replace_strict(
        {name: place for place, name in enumerate(order)}, default=len(order)
    )
    return (
        positions.sort("node", rank, "file", "line", "column")
        .group_by(pl.col("node").alias(key), maintain_order=True)
        .agg(pl.col("file", "line", "column").first())
    )


def _places(finder: Finder, positions: pl.DataFrame) -> pl.DataFrame:
    """Of each event, as `node`, the first place in the files at which it is told of."""
    told = positions.filter(pl.col("property") == "event")
    return (
        finder.claims.join(told, left_on="id", right_on="node")
        .sort("event", "file", "line", "column")
        .group_by(node="event", maintain_order=True)
        .agg(pl.col("file", "line", "column").first())
    )
