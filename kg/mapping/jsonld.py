"""JSON-LD 1.1 with its context inside: to be read offline, and compared property by property."""

from __future__ import annotations

import polars as pl

from kg.mapping.context import json_of, published, terms
from kg.mapping.expand import triples
from kg.mapping.tables import Tables

# A literal as `triples` renders it. Its escapes are JSON's, too, so that it needs no reading.
_LITERAL = r'(?s)^(".*")(?:@([A-Za-z0-9-]+)|\^\^(\S+))?$'
_TYPE = "rdf:type"


def jsonld(tables: Tables, base: str) -> str:
    """The graph as JSON-LD; raises TermError like `kg.mapping.expand.lines`."""
    context = json_of({"@base": base, **published()})
    graphs = ",\n".join(_graphs(_values(triples(tables, base, short=True))))
    return f'{{"@context": {context},\n"@graph": [{graphs}]}}\n'


def _values(found: pl.DataFrame) -> pl.DataFrame:
    """The triples with the terms of JSON-LD: graph, subject, key and value."""
    known = pl.DataFrame(
        [(_TYPE, "@type", "@id"), *terms()],
        schema={"predicate": pl.String, "key": pl.String, "of": pl.String},
        orient="row",
    )
    parts = pl.col("object").str.extract_groups(_LITERAL)
    text, language, datatype = (parts.struct.field(str(number)) for number in (1, 2, 3))
    node = pl.concat_str(pl.lit('"'), pl.col("object").str.strip_chars("<>"), pl.lit('"'))
    value = (
        pl.when(text.is_null())
        .then(pl.when(of="@id").then(node).otherwise(_object("@id", node)))
        .when(language.is_not_null())
        .then(_object("@value", text, "@language", language))
        .when(datatype.fill_null("") == pl.col("of"))
        .then(text)
        .when(datatype.is_not_null())
        .then(_object("@value", text, "@type", datatype))
        .otherwise(_object("@value", text))
    )
    typed = found.join(known, on="predicate", how="left").with_columns(pl.col("of").fill_null(""))
    return typed.select(
        pl.col("graph", "subject").str.strip_chars("<>"),
        pl.col("key").fill_null(pl.col("predicate")),
        value=value,
    )


def _object(key: str, value: pl.Expr, other: str = "", word: pl.Expr | None = None) -> pl.Expr:
    """A JSON object of a key and a JSON value, and of another key and a word."""
    pieces = [pl.lit(f'{{"{key}": '), value]
    if word is not None:
        pieces += [pl.lit(f', "{other}": "'), word, pl.lit('"')]
    return pl.concat_str(*pieces, pl.lit("}"))


def _graphs(values: pl.DataFrame) -> list[str]:
    """The text of each graph, sorted by its name; inside, nodes and properties are sorted."""
    several = pl.col("values").list.len() > 1
    joined = pl.col("values").list.join(", ")
    value = pl.when(several).then("[" + joined + "]").otherwise(joined)
    nodes = (
        values.sort("value")
        .group_by("graph", "subject", "key")
        .agg(values="value")
        .sort(pl.col("key") != "@type", "key")
        .select("graph", "subject", line='"' + pl.col("key") + '": ' + value)
        .group_by("graph", "subject", maintain_order=True)
        .agg(pl.col("line").str.join(",\n  "))
        .sort("graph", "subject")
        .select("graph", text='{"@id": "' + pl.col("subject") + '",\n  ' + pl.col("line") + "}")
        .group_by("graph", maintain_order=True)
        .agg(pl.col("text").str.join(",\n"))
    )
    opened = '\n{"@id": "' + pl.col("graph") + '", "@graph": [\n' + pl.col("text") + "\n]}"
    return nodes.select(opened).to_series().to_list()
