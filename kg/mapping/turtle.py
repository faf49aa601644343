"""Turtle and TriG to be read and compared: one block a subject, in the order a reader asks.

Each event comes with its assertions and their passages; then what is said besides, the sources,
the dates and the registry. Everything is sorted, so that a new fact changes few lines.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kg.mapping.expand import triples
from kg.mapping.tables import Tables
from kg.mapping.templates import templates

SECTIONS = (
    "Events",
    "Other assertions",
    "Reported speech",
    "Quantities",
    "Other passages and rows",
    "Sources",
    "Times",
    "Date resolutions",
    "Curations",
    "Registry",
)
_BY_PATH = {
    "event": SECTIONS.index("Events"),
    "claim": SECTIONS.index("Other assertions"),
    "passage": SECTIONS.index("Other passages and rows"),
    "row": SECTIONS.index("Other passages and rows"),
    "article": SECTIONS.index("Sources"),
    "utterance": SECTIONS.index("Sources"),
    "time": SECTIONS.index("Times"),
    "resolution": SECTIONS.index("Date resolutions"),
    "curation": SECTIONS.index("Curations"),
}
# Of an event first its direct triples, then what is claimed of it, then where that stands.
_CLAIM, _EVIDENCE = 1, 2
_NEXT = ",\n        "


def turtle(tables: Tables, base: str) -> str:
    """The graph as Turtle; raises TermError like `kg.mapping.expand.lines`."""
    return written(triples(tables, base, short=True), tables, base, graphs=False)


def trig(tables: Tables, base: str) -> str:
    """The graph as TriG, one named graph after another; raises TermError like `lines`."""
    return written(triples(tables, base, short=True), tables, base, graphs=True)


def written(found: pl.DataFrame, tables: Tables, base: str, *, graphs: bool) -> str:
    """Triples as `kg.mapping.expand.triples` renders them short, in the order of their tables.

    With `graphs` it is TriG, without it is Turtle.
    """
    if graphs:
        blocks = _blocks(found, tables)
        opened = "\n" + blocks.get_column("graph") + " {\n" + blocks.get_column("text") + "}\n"
        return header(base) + "".join(opened)
    plain = found.drop("graph").unique().with_columns(graph=pl.lit(""))
    return header(base) + "".join(_blocks(plain, tables).get_column("text"))


def header(base: str, prefixes: Mapping[str, str] | None = None) -> str:
    """The first lines of a file: its base IRI and prefixes, those of the templates unless given."""
    names = templates().prefixes if prefixes is None else prefixes
    lines = [f"@prefix {name}: <{iri}> .\n" for name, iri in names.items()]
    return f"@base <{base}> .\n" + "".join(lines)


def _blocks(found: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    """The text of each graph: columns graph and text, sorted by graph."""
    is_type = pl.col("predicate") == "rdf:type"
    texts = (
        found.sort("object")
        .group_by("graph", "subject", "predicate")
        .agg(types=pl.col("object").str.join(", "), objects=pl.col("object").str.join(_NEXT))
        .sort(~is_type, "predicate")
        .select(
            "graph",
            "subject",
            text=pl.when(is_type)
            .then("a " + pl.col("types"))
            .otherwise(pl.concat_str("predicate", pl.lit(" "), "objects")),
        )
        .group_by("graph", "subject", maintain_order=True)
        .agg(pl.col("text").str.join(" ;\n    "))
        .with_columns(node=pl.col("subject").str.strip_chars("<>"))
    )
    path = pl.col("node").str.split("/").list.first()
    registry = SECTIONS.index("Registry")
    placed = (
        texts.join(_places(tables), on="node", how="left")
        .with_columns(
            pl.col("section").fill_null(path.replace_strict(_BY_PATH, default=registry)),
            pl.col("event").fill_null(pl.when(path == "event").then("node").otherwise(pl.lit(""))),
            pl.col("step", "place").fill_null(0),
        )
        .sort("graph", "section", "event", "step", "place", "subject")
    )
    opens = pl.col("section").ne_missing(pl.col("section").shift().over("graph"))
    title = "\n# " + pl.col("section").replace_strict(range(len(SECTIONS)), SECTIONS) + "\n"
    heading = pl.when(opens).then(title).otherwise(pl.lit(""))
    block = pl.concat_str(heading, pl.lit("\n"), "subject", pl.lit(" "), "text", pl.lit(" .\n"))
    return (
        placed.select("graph", text=block)
        .group_by("graph", maintain_order=True)
        .agg(pl.col("text").str.join())
    )


def _places(tables: Tables) -> pl.DataFrame:
    """Where nodes belong whose path does not tell: node, section, event, step and place.

    A passage that supports claims about several events stands with the first of them.
    """
    claims = (
        tables["claim"]
        .sort("subject", "predicate", "object", "object_kind", "object_type", "id")
        .with_row_index("place")
        .select("place", node="id", event="subject", step=_CLAIM)
    )
    documents = pl.concat(
        [
            tables["passage"].select("document", "start", "end", node="id"),
            tables["record"].select("document", start="number", end="number", node="id"),
        ]
    )
    evidence = (
        tables["support"]
        .join(claims, left_on="claim", right_on="node")
        .filter(pl.col("event").str.starts_with("event/"))
        .group_by(node="evidence")
        .agg(pl.col("event").min())
        .join(documents, on="node")
        .sort("document", "start", "end", "node")
        .with_row_index("place")
        .select("place", "node", "event", step=_EVIDENCE)
    )
    of_event = pl.col("event").str.starts_with("event/")
    section = pl.when(of_event).then(SECTIONS.index("Events"))
    placed = [
        pl.concat([claims, evidence]).with_columns(
            section=section.otherwise(SECTIONS.index("Other assertions"))
        ),
        tables["speech"].select(node="id", section=SECTIONS.index("Reported speech")),
        tables["quantity"].select(node="id", section=SECTIONS.index("Quantities")),
    ]
    return pl.concat(placed, how="diagonal").unique("node", keep="first", maintain_order=True)
