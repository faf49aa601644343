"""Ranks: which claims stand behind a direct triple, and where the sources dispute one another."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from kg.mapping.tables import distinct, is_distinct

DATES = ("kg:when", "kg:starts", "kg:ends", "kg:plannedFor")
"""Predicates of which every best-ranked value is kept: dates of unlike precision do not clash."""

_YIELDING = ("kg:planned", "kg:proposed", "kg:postponed")
_OUTCOMES = ("kg:held", "kg:under-way", "kg:cancelled", "kg:not-held")
_PLACE = ["subject", "predicate"]
_TERM = ["object_kind", "object", "object_type"]
_TRIPLE = [*_PLACE, *_TERM]


def ranked(
    claims: pl.DataFrame, single: Collection[str], superclasses: Mapping[str, frozenset[str]]
) -> dict[str, pl.DataFrame]:
    """The tables best, direct, disputed and dispute that follow from the claim table.

    `single` holds the names of predicates with one value, `superclasses` for each class its
    superclasses, all the way up. A claim counts in tiers: what is said and preferred, then what is
    said, then what is hedged; what is deprecated, denied or declined never counts. Only claims
    about an event, and never org:holds, have a direct triple:

    - of a predicate with one value the claims of the highest tier, unless their values differ or
      one of their triples is denied; a class agrees with its superclasses, of which only the most
      specific stays, and planned, proposed and postponed yield to what came of it;
    - of a date the claims of the highest tier, whatever their values;
    - of any other predicate all claims that count.
    """
    counting, denials = _tiers(claims)
    events = counting.filter(
        pl.col("subject").str.starts_with("event/"), pl.col("predicate") != "org:holds"
    )
    is_single, is_date = pl.col("predicate").is_in(single), pl.col("predicate").is_in(DATES)
    events = events.with_columns(
        values=pl.when(is_single).then(1).when(is_date).then(2).otherwise(3).cast(pl.Int8)
    )
    one, dates, many = (events.filter(pl.col("values") == number) for number in (1, 2, 3))
    agreed, conflicts = _agreed(one, denials, superclasses)
    best = pl.concat([agreed, _highest(dates), many])
    status = conflicts.filter(pl.col("predicate") == "kg:status")
    return {
        "best": best.select(claim="id", graph=pl.lit("graph/derived")),
        "direct": distinct(best.select(_TRIPLE)),
        "disputed": status.select(event="subject").unique().sort("event"),
        "dispute": _disputes(counting, denials),
    }


def _tiers(claims: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The claims that count, with their tier from 3 down to 1, and the denials."""
    if (
        claims.get_column("stance").null_count()
        == claims.get_column("rank").null_count()
        == len(claims)
    ):
        return claims.with_columns(tier=pl.lit(2, pl.Int8)), claims.clear()
    stance, rank = pl.col("stance").fill_null("says"), pl.col("rank").fill_null("normal")
    tier = (
        pl.when(rank == "kg:deprecated")
        .then(0)
        .when((stance == "says") & (rank == "kg:preferred"))
        .then(3)
        .when(stance == "says")
        .then(2)
        .when(stance == "kg:hedges")
        .then(1)
        .otherwise(0)
        .cast(pl.Int8)
    )
    counting = claims.with_columns(tier=tier).filter(pl.col("tier") > 0)
    return counting, claims.filter(stance == "kg:denies", rank != "kg:deprecated")


def _highest(claims: pl.DataFrame) -> pl.DataFrame:
    """Of each subject and predicate the claims of the highest tier."""
    if claims.get_column("tier").n_unique() < 2:
        return claims
    return claims.filter(pl.col("tier") == pl.col("tier").max().over(_PLACE))


def _agreed(
    claims: pl.DataFrame, denials: pl.DataFrame, superclasses: Mapping[str, frozenset[str]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Claims of values nobody disputes, and the subjects and predicates of those in dispute."""
    candidates = _highest(_without_yielding(claims))
    triples = distinct(candidates.select(_TRIPLE))
    if denials.is_empty() and is_distinct(triples.select(_PLACE)):  # one value each, undenied
        return candidates, triples.select(_PLACE).clear()
    values = triples.join(_general(triples, superclasses), on=_TRIPLE, how="anti", nulls_equal=True)
    several = values.filter(pl.len().over(_PLACE) > 1)
    denied = triples.join(denials, on=_TRIPLE, how="semi", nulls_equal=True)
    conflicts = pl.concat([several, denied]).select(_PLACE).unique(maintain_order=True)
    agreed = candidates.join(conflicts, on=_PLACE, how="anti", maintain_order="left")
    specific = agreed.join(values, on=_TRIPLE, how="semi", nulls_equal=True, maintain_order="left")
    return specific, conflicts


def _without_yielding(claims: pl.DataFrame) -> pl.DataFrame:
    """Claims without the plans of which it is said what came of them."""
    is_status = pl.col("predicate") == "kg:status"
    plans = claims.filter(is_status, pl.col("object").is_in(_YIELDING))
    if plans.is_empty():
        return claims
    outcomes = claims.filter(is_status, pl.col("tier") > 1, pl.col("object").is_in(_OUTCOMES))
    settled = plans.join(outcomes, on="subject", how="semi")
    return claims.join(settled, on="id", how="anti", maintain_order="left")


def _general(triples: pl.DataFrame, superclasses: Mapping[str, frozenset[str]]) -> pl.DataFrame:
    """The type triples that follow from another, more specific one of the same subject."""
    pairs = [(name, general) for name, over in superclasses.items() for general in over - {name}]
    known = pl.DataFrame(pairs, schema={"object": pl.String, "general": pl.String}, orient="row")
    types = triples.filter(pl.col("predicate") == "rdf:type")
    implied = types.join(known, on="object").with_columns(object="general")
    return implied.select(_TRIPLE)


def _disputes(counting: pl.DataFrame, denials: pl.DataFrame) -> pl.DataFrame:
    """Each claim that counts beside each denial of the same triple."""
    if denials.is_empty():
        return pl.DataFrame(schema={"claim": pl.String, "denial": pl.String})
    pairs = counting.join(
        denials.select("id", *_TRIPLE), on=_TRIPLE, nulls_equal=True, suffix="_no"
    )
    return pairs.select(claim="id", denial="id_no").sort("claim", "denial")
