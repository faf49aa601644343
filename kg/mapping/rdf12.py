"""RDF 1.2: assertions as reifiers of triple terms, in the place of subject, predicate and object.

`<claim> rdf:reifies <<( <event> kg:participant <actor> )>>` says what is claimed without saying it:
a denied triple is a triple term like any other, and direct triples stand as before.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kg.mapping.expand import as_lines, triples
from kg.mapping.tables import Tables
from kg.mapping.turtle import written
from kg.rdf.formats import Format
from kg.rdf.vocabulary import PREFIXES

FORMATS_12: Mapping[str, Format] = {
    "nt12": Format("N-Triples 1.2", "application/n-triples; version=1.2", "nt", graphs=False),
    "nq12": Format("N-Quads 1.2", "application/n-quads; version=1.2", "nq", graphs=True),
    "ttl12": Format("Turtle 1.2", "text/turtle; version=1.2", "ttl", graphs=False),
    "trig12": Format("TriG 1.2", "application/trig; version=1.2", "trig", graphs=True),
}
"""The formats of RDF 1.2, by a key of their own: their extensions are those of RDF 1.1."""

# Readers of the line formats that know triple terms need not know the directive.
_VERSION = 'VERSION "1.2"\n'
_PARTS = ("subject", "predicate", "object")
_RDF = PREFIXES["rdf"]


def render12(tables: Tables, base: str, form: Format) -> bytes:
    """The graph in a format of RDF 1.2, the same bytes for the same rows in whatever order.

    Raises TermError for a value that no term can hold.
    """
    if form.extension in ("nt", "nq"):
        found = reified(triples(tables, base), {part: f"<{_RDF}{part}>" for part in _PARTS})
        lines = as_lines(found, graphs=form.graphs).unique().sort()
        return "".join(line + "\n" for line in lines).encode()
    found = reified(triples(tables, base, short=True), {part: f"rdf:{part}" for part in _PARTS})
    return (_VERSION + written(found, tables, base, graphs=form.graphs)).encode()


def reified(found: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """Rendered triples in which one `rdf:reifies` stands for the three of each assertion.

    `names` are the predicates rdf:subject, rdf:predicate and rdf:object as they are rendered.
    """
    key = ["graph", "subject"]
    stated, predicate, thing = (
        found.filter(pl.col("predicate") == names[part]).select(*key, pl.col("object").alias(part_))
        for part, part_ in zip(_PARTS, ("s", "p", "o"), strict=True)
    )
    term = pl.concat_str(pl.lit("<<("), "s", "p", "o", pl.lit(")>>"), separator=" ")
    reifies = names["subject"].replace("subject", "reifies")
    reifiers = (
        stated.join(predicate, on=key)
        .join(thing, on=key)
        .select(*key, predicate=pl.lit(reifies), object=term)
    )
    rest = found.filter(~pl.col("predicate").is_in(list(names.values())))
    return pl.concat([rest, reifiers]).sort(*key, "predicate", "object")
