"""The same table in the project's own model: its templates, and what its shapes ask for.

Every 2,500th event has a passage that ends where it starts, which the shapes refuse.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from kg.mapping.ids import claim_ids
from kg.mapping.ranks import ranked
from kg.mapping.tables import TABLES, Tables
from tests.benchmarks.scale.table import COLUMNS, EVERY

BASE = "https://w3id.org/parley/id/"
SLICE = 25 * (EVERY + 1)
# The claims of an event: predicate, kind of object, what comes before it, its column.
CLAIMS = (
    ("rdf:type", "name", "kg:", "type"),
    ("kg:when", "iri", "time/", "date"),
    ("kg:place", "iri", "place/", "venue"),
    ("kg:participant", "iri", "actor/", "a1"),
    ("kg:participant", "iri", "actor/", "a2"),
)
_GRAPH = pl.lit("graph/rows")


def _filled(filled: dict[str, pl.DataFrame]) -> Tables:
    """Tables whose missing columns are null."""
    made = Tables(
        {
            name: pl.concat([pl.DataFrame(schema=TABLES[name].schema), rows], how="diagonal")
            for name, rows in filled.items()
        }
    )
    made.validate()
    return made


def tables(frame: pl.DataFrame) -> Tables:
    """Events with their claims and passages; actors, places, days and articles are shared."""
    wide = frame.unique("eid", maintain_order=True).select(
        *COLUMNS[1:6],
        "start",
        "end",
        "quote",
        subject="event/" + pl.col("eid"),
        document="article/" + pl.col("src"),
        evidence=pl.format("passage/{}/{}", "src", "eid"),
    )
    none = pl.lit(None, pl.String)
    rows = pl.concat(
        wide.select(
            subject="subject", predicate=pl.lit(predicate), object_kind=pl.lit(kind),
            object=pl.lit(path) + pl.col(column), object_type=none, document="document",
            according_to="document", agent=none, stance=none, rank=none, resolution=none,
            graph=_GRAPH, evidence="evidence",
        )
        for predicate, kind, path, column in CLAIMS
    )  # fmt: skip
    claims = rows.insert_column(0, claim_ids(rows)).unique("id", maintain_order=True)
    passages = wide.select("start", "end", "quote", "document", id="evidence", graph=_GRAPH)
    return _filled(
        {
            "claim": claims.drop("evidence"),
            "support": claims.select(claim="id", evidence="evidence", graph="graph"),
            "passage": passages,
            **ranked(claims, ("rdf:type", "kg:status"), {}),
        }
    )


def shared(source: Path) -> Tables:
    """What several events have in common: actors, places, days, articles."""
    lazy = pl.scan_parquet(source)

    def distinct(*columns: str) -> pl.DataFrame:
        return pl.concat(
            lazy.select(pl.col(column).alias("x")).unique() for column in columns
        ).unique().sort("x").collect()  # fmt: skip

    actors = distinct("a1", "a2").select(node="actor/" + pl.col("x"), of=pl.lit("foaf:Person"))
    places = distinct("venue").select(node="place/" + pl.col("x"), of=pl.lit("kg:Place"))
    nodes = pl.concat([actors, places])
    days, articles = distinct("date"), distinct("src")
    return _filled(
        {
            "entity": nodes.select(pl.col("of").alias("class"), id="node", graph=_GRAPH),
            "name": nodes.select(
                node="node", predicate=pl.lit("skos:prefLabel"), text="node",
                language=pl.lit("en"), graph=_GRAPH,
            ),
            "time": days.select(
                id="time/" + pl.col("x"), edtf="x", date="x",
                not_before=pl.col("x") + "T00:00:00Z", not_after=pl.col("x") + "T23:59:59Z",
            ),
            "source": articles.select(
                pl.lit("kg:Document").alias("class"), id="article/" + pl.col("x"),
                sha256=pl.lit("0" * 64), graph=_GRAPH,
            ),
        }
    )  # fmt: skip


def slices(source: Path, rows: int = SLICE) -> Iterator[Tables]:
    """The tables of a file, some rows at a time."""
    count = pl.scan_parquet(source).select(pl.len()).collect().item()
    for start in range(0, count, rows):
        yield tables(pl.scan_parquet(source).select(COLUMNS).slice(start, rows).collect())
