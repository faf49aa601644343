"""The claims about events with what hangs on them, sorted by event, to be taken in order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from msgspec import Struct

from kg.mapping.tables import Tables

_STATED = {
    "kg:asStated": "stated",
    "kg:titleAsStated": "titles",
    "kg:nameAsStated": "names",
    "kg:office": "offices",
    "kg:role": "roles",
    "kg:presence": "presences",
    "kg:series": "series",
    "kg:reason": "reasons",
    "kg:resolvedBy": "resolutions",
}
_QUALIFIERS = tuple(_STATED.values())
_COLUMNS = (
    "id",
    "predicate",
    "object_kind",
    "object",
    "document",
    "according_to",
    "agent",
    "curator",
    "stance",
    "rank",
    "best",
    "direct",
    "by",
    "evidence",
)
_PLAIN = _COLUMNS.index("by")


class Statement(Struct, frozen=True, gc=False):
    """One claim about an event, with what hangs on it; lists are empty rather than null.

    `curator` is the agent where no source says it; `direct` tells whether the event has this value
    outright.
    """

    id: str
    predicate: str
    kind: str
    object: str
    document: str
    source: str
    agent: str
    curator: str
    stance: str
    rank: str
    best: bool
    direct: bool
    denied_by: tuple[str, ...]
    evidence: tuple[str, ...]
    stated: Mapping[str, tuple[str, ...]]


class Statements:
    """The claims about events, sorted by event, with qualifiers and evidence."""

    def __init__(self, tables: Tables) -> None:
        claims = tables["claim"].filter(pl.col("subject").str.starts_with("event/"))
        stated = tables["stated"].filter(pl.col("predicate").is_in(list(_STATED)))
        listed = (
            stated.sort("claim", "predicate", "object")
            .group_by("claim", "predicate")
            .agg("object")
            .with_columns(pl.col("predicate").replace_strict(_STATED))
            .pivot(on="predicate", index="claim", values="object", aggregate_function="first")
        )
        for name in _STATED.values():
            if name not in listed.columns:
                listed = listed.with_columns(pl.lit(None, pl.List(pl.String)).alias(name))
        support = (
            tables["support"]
            .join(claims.select(claim="id"), on="claim", how="semi")
            .join(
                tables["passage"].select("document", "start", evidence="id"),
                on="evidence",
                how="left",
            )
            .sort("claim", "document", "start", "evidence")
            .group_by("claim", maintain_order=True)
            .agg("evidence")
        )
        denials = (
            tables["dispute"]
            .join(
                tables["claim"].select(
                    denial="id", by=pl.coalesce("according_to", "agent").fill_null("")
                ),
                on="denial",
            )
            .sort("claim", "by")
            .group_by("claim")
            .agg("by")
        )
        best = tables["best"].select(pl.lit(value=True).alias("best"), claim="claim")
        triple = ("subject", "predicate", "object")
        direct = tables["direct"].select(*triple, direct=pl.lit(value=True)).unique()
        curator = pl.when(pl.col("according_to").is_null()).then("agent")
        self._rows = (
            claims.with_columns(curator=curator)
            .join(direct, on=triple, how="left")
            .join(listed, left_on="id", right_on="claim", how="left")
            .join(support, left_on="id", right_on="claim", how="left")
            .join(denials, left_on="id", right_on="claim", how="left")
            .join(best, left_on="id", right_on="claim", how="left")
            .sort(*triple, "id")
        )
        counts = self._rows.group_by("subject", maintain_order=True).len()
        self._rows = self._rows.select(*_COLUMNS, *_QUALIFIERS).with_columns(
            pl.col(*_COLUMNS[:_PLAIN]).exclude("best", "direct").fill_null(""),
            pl.col("best", "direct").fill_null(value=False),
        )
        ends = counts["len"].cum_sum()
        self._places = {
            event: (end - length, length)
            for event, length, end in zip(counts["subject"], counts["len"], ends, strict=True)
        }

    @property
    def events(self) -> Collection[str]:
        """The events of which anything is claimed."""
        return self._places.keys()

    def of(self, events: Sequence[str]) -> Iterator[tuple[str, tuple[Statement, ...]]]:
        """The statements of each event."""
        for event in events:
            first, length = self._places[event]
            yield event, tuple(map(_statement, self._rows.slice(first, length).rows()))

    def batches(self, events: Sequence[str]) -> Iterator[tuple[str, tuple[Statement, ...]]]:
        """The statements of events that follow each other in the order of their names."""
        first = self._places[events[0]][0]
        last = sum(self._places[events[-1]])
        rows = self._rows.slice(first, last - first).rows()
        for event in events:
            start, length = self._places[event]
            found = rows[start - first : start - first + length]
            yield event, tuple(map(_statement, found))


def _statement(row: Sequence[Any]) -> Statement:
    by, evidence = row[_PLAIN : len(_COLUMNS)]
    stated = {
        name: tuple(found)
        for name, found in zip(_QUALIFIERS, row[len(_COLUMNS) :], strict=True)
        if found
    }
    lists = tuple(by) if by else (), tuple(evidence) if evidence else ()
    values: list[Any] = [*row[:_PLAIN], *lists, stated]
    return Statement(*values)
