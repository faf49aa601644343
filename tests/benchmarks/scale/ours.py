"""Our side: rows to tables, hashed, ranked and deduplicated, and tables to a file.

python -m tests.benchmarks.scale.ours events.parquet target nt|nq|ttl [--compress] [--ordered]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from kg.mapping.ids import claim_ids
from kg.mapping.ranks import ranked
from kg.mapping.stream import write_stream
from kg.mapping.tables import Tables, distinct
from kg.mapping.templates import read
from kg.rdf.formats import FORMATS
from tests.benchmarks.scale.table import COLUMNS, EVERY

BASE = "https://example.org/kg/"
# The claims of an event: predicate, kind of object, its datatype, its column.
CLAIMS = (
    ("o:date", "typed", "xsd:date", "date"),
    ("o:venue", "iri", None, "venue"),
    ("o:participant", "iri", None, "a1"),
    ("o:participant", "iri", None, "a2"),
)
SINGLE = ("o:date", "o:venue")
# More than a group of rows of the file: Turtle takes a tenth less time than slice by group.
SLICE = 250 * (EVERY + 1)


def claims(frame: pl.DataFrame) -> pl.DataFrame:
    """The claim table, repetitions included, with the passage of each claim."""
    none = pl.lit(None, pl.String)
    wide = frame.select(
        *COLUMNS[2:6],
        subject="event/" + pl.col("eid"),
        document="src",
        passage="evd/" + pl.col("eid"),
    )
    rows = pl.concat(
        wide.select(
            subject="subject",
            predicate=pl.lit(predicate),
            object_kind=pl.lit(kind),
            object=column,
            object_type=pl.lit(datatype, pl.String),
            document="document",
            according_to="document",
            agent=none,
            stance=none,
            rank=none,
            resolution=none,
            graph=pl.lit("graph/rows"),
            passage="passage",
        )
        for predicate, kind, datatype, column in CLAIMS
    )
    return rows.insert_column(0, claim_ids(rows))


def tables(frame: pl.DataFrame) -> Tables:
    """The tables of some rows."""
    rows = distinct(frame)
    found = distinct(claims(rows), "id")
    graph = pl.lit("graph/rows")
    nulls = {name: pl.lit(None, pl.String) for name in ("prefix", "suffix")}
    typed = {"id": "event/" + pl.col("eid"), "class": "o:" + pl.col("type"), "graph": graph}
    passages = rows.select(
        id="evd/" + pl.col("eid"), document="src", start="start", end="end", quote="quote",
        **nulls, graph=graph,
    )  # fmt: skip
    filled = {
        "claim": found.drop("passage"),
        "support": found.select(claim="id", evidence="passage", graph="graph"),
        "passage": distinct(passages, "id"),
        "entity": distinct(rows.select(**typed)),
        **ranked(found, SINGLE, {}),
    }
    made = Tables(filled)
    made.validate()
    return made


def slices(source: Path, rows: int = SLICE) -> Iterator[Tables]:
    """The tables of a file, some rows at a time."""
    count = pl.scan_parquet(source).select(pl.len()).collect().item()
    for start in range(0, count, rows):
        yield tables(pl.scan_parquet(source).select(COLUMNS).slice(start, rows).collect())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("extension")
    parser.add_argument("--compress", action="store_true")
    parser.add_argument("--ordered", action="store_true")
    parser.add_argument("--slice", type=int, default=SLICE)
    given = parser.parse_args()
    mapping = read(Path(__file__).with_name("mapping.yaml").read_text("utf-8"))
    written = write_stream(
        slices(given.source, given.slice), BASE, FORMATS[given.extension], given.target,
        compress=given.compress, ordered=given.ordered, mapping=mapping,
    )  # fmt: skip
    print(written)


if __name__ == "__main__":
    main()
