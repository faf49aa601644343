"""Kept rows to tables: events with their claims, each resting on the rows that make it.

`event_tables` is a pure function of the rows of whole events: give it all rows of an event at
once, and no claim of it comes out twice, whatever the other events are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from kg.imports.spec import Spec
from kg.mapping.ids import claim_ids
from kg.mapping.ranks import ranked
from kg.mapping.tables import TABLES, Tables, distinct
from kg.rdf.vocabulary import Vocabulary

_TERM = ["object_kind", "object", "object_type"]
_CLAIM = ["subject", "predicate", *_TERM, "according_to"]
_ROW = "evidence"


def event_tables(kept: pl.DataFrame, spec: Spec, vocabulary: Vocabulary) -> Tables:
    """The tables of some events from all kept rows of each (see `kg.imports.rows`)."""
    said = pl.concat(list(_said(kept, spec)))
    said = said.with_columns(
        document=_null(),
        agent=pl.lit(spec.agent),
        stance=_null(),
        rank=_null(),
        resolution=_null(),
        graph=pl.lit(spec.graph),
    )
    said = said.with_columns(claim_ids(said).alias("id"))
    claims = distinct(said.select(*TABLES["claim"].columns), "id")
    single = vocabulary.single_valued()
    superclasses = {name: vocabulary.superclasses(name) for name in vocabulary.classes()}
    support = said.select(claim="id", evidence=_ROW, graph="graph")
    return Tables(
        {
            "claim": claims,
            "support": distinct(support),
            "stated": _stated(said),
            **_rows(kept, spec),
            **ranked(claims, single, superclasses),
        }
    )


def _said(kept: pl.DataFrame, spec: Spec) -> Iterator[pl.DataFrame]:
    """What each row says, a statement a row: the triple, the source, the row, its qualifiers."""
    yield _statement(kept, "rdf:type", "name", "class", words="words")
    yield _statement(kept, "kg:status", "name", "status", words="words")
    yield _statement(kept, "kg:kind", "absolute", "code")
    yield _statement(kept, "kg:kind", "name", "kind", words="words")
    yield _statement(kept, "kg:place", "iri", "place")
    for at in range(len(spec.participants)):
        yield _statement(kept, "kg:participant", "iri", f"who{at}", role=f"role{at}")
    for at, date in enumerate(spec.dates):
        yield _statement(kept, date.predicate, "iri", f"date{at}")


def _statement(
    kept: pl.DataFrame, predicate: str, kind: str, column: str, words: str = "", role: str = ""
) -> pl.DataFrame:
    return kept.select(
        subject="event",
        predicate=pl.lit(predicate),
        object_kind=pl.lit(kind),
        object=column,
        object_type=_null(),
        according_to=pl.coalesce("publisher", "document"),
        evidence="row",
        words=words or _null(),
        role=role or _null(),
    ).drop_nulls("object")


def _stated(said: pl.DataFrame) -> pl.DataFrame:
    """The qualifiers: a participant's role, and the words for what was read from a code."""
    found = [
        said.drop_nulls(column).select(
            claim="id",
            predicate=pl.lit(predicate),
            object_kind=pl.lit(kind),
            object=column,
            object_type=_null(),
            graph="graph",
        )
        for column, predicate, kind in (
            ("role", "kg:role", "name"),
            ("words", "kg:asStated", "plain"),
        )
    ]
    return distinct(pl.concat(found))


def _rows(kept: pl.DataFrame, spec: Spec) -> Mapping[str, pl.DataFrame]:
    """The rows themselves: record, story, sentence."""
    graph = pl.lit(spec.graph)
    return {
        "record": kept.select(
            id="row", document="document", number="number", key="key", graph=graph
        ),
        "derivation": kept.drop_nulls("story").select(
            source="row", derived_from="story", graph=graph
        ),
        "link": kept.drop_nulls("sentence").select(
            node="row",
            predicate=pl.lit("kg:sentence"),
            object_kind=pl.lit("typed"),
            object=pl.col("sentence"),
            object_type=pl.lit("xsd:integer"),
            graph=graph,
        ),
    }


def _null() -> pl.Expr:
    return pl.lit(None, dtype=pl.String)
