"""What the graph says of the subject of each page, as Turtle and JSON-LD, for many at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from kg.mapping.expand import triples
from kg.mapping.tables import TABLES, Tables
from kg.mapping.templates import templates

# A rendered literal; its escapes are JSON's, too.
_LITERAL = r'(?s)^(".*")(?:@([A-Za-z0-9-]+)|\^\^(\S+))?$'
_OF_CLAIMS = {"stated": "claim", "support": "claim", "best": "claim", "dispute": "claim"}


class Data:
    """Makes the files beside the pages."""

    def __init__(self, tables: Tables, base: str) -> None:
        self._tables = tables
        self._base = base

    def _about(self, pages: pl.DataFrame) -> pl.DataFrame:
        """What is told of on each page: columns page and subject."""
        tables = self._tables
        claims = tables["claim"].join(pages, left_on="subject", right_on="page", how="semi")
        own = claims.select(page="subject", subject="id")
        evidence = own.join(tables["support"], left_on="subject", right_on="claim")
        resolved = own.join(
            tables["stated"].filter(predicate="kg:resolvedBy"),
            left_on="subject",
            right_on="claim",
        )
        frames = [
            pages.select("page", subject="page"),
            own,
            evidence.select("page", subject="evidence"),
            resolved.select("page", subject="object"),
            claims.select(page="subject", subject="according_to").drop_nulls(),
            claims.select(page="subject", subject="document").drop_nulls(),
            claims.filter(pl.col("object").str.starts_with("time/")).select(
                page="subject", subject="object"
            ),
            tables["passage"]
            .join(pages, left_on="document", right_on="page", how="semi")
            .select(page="document", subject="id"),
        ]
        return pl.concat(frames).unique()

    def of(self, nodes: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        """Of each node its Turtle and its JSON-LD."""
        pages = pl.DataFrame({"page": nodes}, schema={"page": pl.String})
        about = self._about(pages)
        found = triples(self._subset(about), self._base, short=True).drop("graph")
        found = found.with_columns(node=pl.col("subject").str.strip_chars("<>"))
        own = about.rename({"subject": "node"}).join(found, on="node").drop("node")
        # Who took part, and where, is said of the event; the pages of both have it.
        others = pages.filter(~pl.col("page").str.starts_with("event/"))
        direct = found.filter(pl.col("node").str.starts_with("event/")).with_columns(
            page=pl.col("object").str.strip_chars("<>")
        )
        rows = pl.concat([own, direct.join(others, on="page", how="semi").select(own.columns)])
        texts = _texts(rows)
        turtle, linked = _turtle_head(self._base), _jsonld_head(self._base)
        both = pages.join(texts, on="page", how="left").sort("page")
        for page, text, data in both.select("page", "turtle", "jsonld").iter_rows():
            yield page, turtle + (text or ""), linked + (data or "") + "]}\n"

    def _subset(self, about: pl.DataFrame) -> Tables:
        """The tables without the rows that no page of these shows."""
        nodes = about.select("subject").unique()
        tables, frames = self._tables, {}
        for name in TABLES:
            frame = tables[name]
            if name in _OF_CLAIMS:
                key = _OF_CLAIMS[name]
            elif name == "direct":
                pages = about.select("page").unique()
                frames[name] = frame.filter(
                    pl.col("subject").is_in(pages["page"].implode())
                    | pl.col("object").is_in(pages["page"].implode())
                )
                continue
            elif name in ("disputed", "derivation", "alternative", "name", "link", "position"):
                key = {
                    "disputed": "event",
                    "derivation": "source",
                    "alternative": "resolution",
                    "name": "node",
                    "link": "node",
                    "position": "node",
                }[name]
            else:
                key = "id"
            frames[name] = frame.join(
                nodes, left_on=key, right_on="subject", how="semi", maintain_order="left"
            )
        return Tables(frames)


def _turtle_head(base: str) -> str:
    prefixes = [f"@prefix {name}: <{iri}> .\n" for name, iri in templates().prefixes.items()]
    return f"@base <{base}> .\n" + "".join(prefixes)


def _jsonld_head(base: str) -> str:
    context: Mapping[str, str] = {"@base": base, **templates().prefixes}
    return f'{{"@context": {json.dumps(context)},\n"@graph": ['


def _texts(rows: pl.DataFrame) -> pl.DataFrame:
    """The statements of each page as Turtle and as nodes of JSON-LD: page, turtle, jsonld.

    Sorted once; what stands before a statement depends on what it shares with the one above.
    """
    text, language, datatype = (
        pl.col("object").str.extract_groups(_LITERAL).struct.field(str(n)) for n in (1, 2, 3)
    )
    node = pl.concat_str(pl.lit('"'), pl.col("object").str.strip_chars("<>"), pl.lit('"'))
    literal = (
        pl.when(language.is_not_null())
        .then(
            pl.concat_str(
                pl.lit('{"@value": '), text, pl.lit(', "@language": "'), language, pl.lit('"}')
            )
        )
        .when(datatype.is_not_null())
        .then(
            pl.concat_str(
                pl.lit('{"@value": '), text, pl.lit(', "@type": "'), datatype, pl.lit('"}')
            )
        )
        .otherwise(text)
    )
    is_literal = pl.col("object").str.starts_with('"')
    ordered = (
        # `a` stands before every prefixed name.
        rows.with_columns(
            predicate=pl.when(predicate="rdf:type").then(pl.lit("a")).otherwise("predicate")
        )
        .sort("page", "subject", "predicate", "object")
        .with_columns(
            subject_is_new=(pl.col("page").ne_missing(pl.col("page").shift()))
            | pl.col("subject").ne_missing(pl.col("subject").shift()),
        )
        .with_columns(
            predicate_is_new=pl.col("subject_is_new")
            | pl.col("predicate").ne_missing(pl.col("predicate").shift())
        )
        .filter(pl.col("predicate_is_new") | pl.col("object").ne_missing(pl.col("object").shift()))
    )
    is_type = pl.col("predicate") == "a"
    page_is_new = pl.col("page").ne_missing(pl.col("page").shift())
    typed = (
        pl.when(is_type).then(node).otherwise(pl.concat_str(pl.lit('{"@id": '), node, pl.lit("}")))
    )
    key = pl.when(is_type).then(pl.lit("@type")).otherwise("predicate")
    turtle = pl.concat_str(
        pl.when(page_is_new)
        .then(pl.concat_str(pl.lit("\n"), "subject", pl.lit(" "), "predicate", pl.lit(" ")))
        .when("subject_is_new")
        .then(pl.concat_str(pl.lit(" .\n\n"), "subject", pl.lit(" "), "predicate", pl.lit(" ")))
        .when("predicate_is_new")
        .then(pl.concat_str(pl.lit(" ;\n    "), "predicate", pl.lit(" ")))
        .otherwise(pl.lit(", ")),
        "object",
    )
    opened = pl.concat_str(
        pl.lit('\n{"@id": "'),
        pl.col("subject").str.strip_chars("<>"),
        pl.lit('",\n  "'),
        key,
        pl.lit('": ['),
    )
    linked = pl.concat_str(
        pl.when(page_is_new)
        .then(opened)
        .when("subject_is_new")
        .then(pl.concat_str(pl.lit("]},"), opened))
        .when("predicate_is_new")
        .then(pl.concat_str(pl.lit('],\n  "'), key, pl.lit('": [')))
        .otherwise(pl.lit(", ")),
        pl.when(is_literal).then(literal).otherwise(typed),
    )
    return (
        ordered.select("page", turtle=turtle, jsonld=linked)
        .group_by("page", maintain_order=True)
        .agg(
            turtle=pl.col("turtle").str.join() + pl.lit(" .\n"),
            jsonld=pl.col("jsonld").str.join() + pl.lit("]}"),
        )
    )
