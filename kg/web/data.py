"""What the graph says of the subject of each page, as Turtle and JSON-LD, for many at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from kg.mapping.expand import unsorted_triples
from kg.mapping.tables import TABLES, Tables
from kg.mapping.templates import templates

# What stands between two predicates of a subject.
_NEXT, _NEXT_KEY = " ;\n    ", "],\n  "
# A control character, which stands in no term unescaped.
_CUT = "\x1e"
_OF_CLAIMS = ("stated", "support", "best", "dispute")
_KEYS = {
    "disputed": "event",
    "derivation": "source",
    "alternative": "resolution",
    "name": "node",
    "link": "node",
    "position": "node",
}
"""The columns of the subject, where it is not in `id`."""


class Data:
    """Makes the files beside the pages."""

    def __init__(self, tables: Tables, base: str) -> None:
        self._tables = tables
        self._base = base
        self._rows = _rows(tables)

    def _told(self, pages: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
        """The rows of the tables of claims that tell of pages, with a column page, by table."""
        first, last = str(pages["page"].min()), str(pages["page"].max())
        found = {}
        for name, rows in self._rows.items():
            start = rows["page"].search_sorted(first, "left")
            some = rows.slice(start, rows["page"].search_sorted(last, "right") - start)
            some = some.join(pages, on="page", how="semi", maintain_order="left")
            found[name] = self._tables[name][some["row"]].with_columns(some["page"])
        return found

    def _about(self, pages: pl.DataFrame, told: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        """What is told of on each page: columns page and subject."""
        claims = told["claim"]
        resolved = told["stated"].filter(predicate="kg:resolvedBy")
        frames = [
            pages.select("page", subject="page"),
            claims.select("page", subject="id"),
            told["support"].select("page", subject="evidence"),
            resolved.select("page", subject="object"),
            claims.select("page", subject="according_to").drop_nulls(),
            claims.select("page", subject="document").drop_nulls(),
            claims.filter(pl.col("object").str.starts_with("time/")).select(
                "page", subject="object"
            ),
            self._tables["passage"]
            .join(pages, left_on="document", right_on="page", how="semi")
            .select(page="document", subject="id"),
        ]
        return pl.concat(frames).unique()

    def of(self, nodes: Sequence[str]) -> Iterator[tuple[str, bytes, bytes]]:
        """Of each node its Turtle and its JSON-LD."""
        pages = pl.DataFrame({"page": nodes}, schema={"page": pl.String})
        told = self._told(pages)
        about = self._about(pages, told)
        found = unsorted_triples(self._subset(about, told), self._base, short=True).drop("graph")
        blocks = _blocks(found.with_columns(block="subject"))
        shown = about.select("page", block=_written("subject"))
        # Who took part, and where, is said of the event; the pages of both have it.
        others = pages.filter(~pl.col("page").str.starts_with("event/"))
        direct = found.filter(pl.col("subject").str.starts_with("<event/")).join(
            others.select("page", object=_written("page")), on="object"
        )
        if len(direct):
            # No more of the event than this, so that it is a block of its own.
            apart = direct.with_columns(block=pl.concat_str("subject", "object"))
            blocks = pl.concat([blocks, _blocks(apart.drop("page"))])
            shown = pl.concat([shown, apart.select("page", "block").unique()])
        texts = _texts(shown, blocks)
        whole = pages.join(texts, on="page", how="left").select(
            "page",
            _whole(_turtle_head(self._base), "turtle", ""),
            _whole(_jsonld_head(self._base), "jsonld", "]}\n"),
        )
        yield from whole.sort("page").iter_rows()

    def _subset(self, about: pl.DataFrame, told: Mapping[str, pl.DataFrame]) -> Tables:
        """The tables without the rows that no page of these shows."""
        nodes = about.select("subject").unique()
        pages = about["page"].unique().implode()
        frames = {}
        for name in TABLES:
            frame = self._tables[name]
            if name in told:
                frames[name] = told[name].drop("page")
            elif name == "direct":
                of_these = pl.col("subject").is_in(pages) | pl.col("object").is_in(pages)
                frames[name] = frame.filter(of_these)
            else:
                key = _KEYS.get(name, "id")
                frames[name] = frame.join(nodes, left_on=key, right_on="subject", how="semi")
        return Tables(frames)


def _rows(tables: Tables) -> Mapping[str, pl.DataFrame]:
    """By table the rows that tell of claims: the page of their subject and their number, sorted."""
    claims = tables["claim"].select(page="subject", claim="id").with_row_index("row")
    found = {"claim": claims.select("page", "row")}
    pages = claims.select("page", "claim")
    for name in _OF_CLAIMS:
        found[name] = tables[name].select("claim").with_row_index("row").join(pages, on="claim")
    return {name: rows.select("page", "row").sort("page") for name, rows in found.items()}


def _turtle_head(base: str) -> str:
    prefixes = [f"@prefix {name}: <{iri}> .\n" for name, iri in templates().prefixes.items()]
    return f"@base <{base}> .\n" + "".join(prefixes)


def _jsonld_head(base: str) -> str:
    context: Mapping[str, str] = {"@base": base, **templates().prefixes}
    return f'{{"@context": {json.dumps(context)},\n"@graph": ['


def _written(column: str) -> pl.Expr:
    """A node as it is written."""
    return pl.concat_str(pl.lit("<"), column, pl.lit(">"))


def _whole(head: str, column: str, end: str) -> pl.Expr:
    """A file, whether or not there is anything in it."""
    text = pl.concat_str(pl.lit(head), pl.col(column).fill_null(""), pl.lit(end))
    return text.cast(pl.Binary).alias(column)


def _texts(shown: pl.DataFrame, blocks: pl.DataFrame) -> pl.DataFrame:
    """The blocks of each page together: page, turtle, jsonld."""
    rows = shown.join(blocks, on="block").sort("page", "block")
    return rows.filter(_changes("page")).select(
        "page",
        turtle=pl.concat_str(
            pl.lit("\n"), _joined(rows, "page", "turtle", " .\n\n"), pl.lit(" .\n")
        ),
        jsonld=_joined(rows, "page", "jsonld", ","),
    )


def _blocks(found: pl.DataFrame) -> pl.DataFrame:
    """Statements as Turtle and as nodes of JSON-LD: block, turtle, jsonld.

    A block is of one subject. Sorted once; what stands before a statement depends on what it
    shares with the one above.
    """
    # `a` stands before every prefixed name.
    found = _values(found.with_columns(pl.col("predicate").replace("rdf:type", "a")))
    names = {name: found[name].unique().sort() for name in ("block", "predicate")}
    ordered = (
        found.with_columns(pl.col(name).cast(pl.Enum(values)) for name, values in names.items())
        .sort("block", "predicate", "object")
        .with_columns(new=_changes("block") | _changes("predicate"))
        .filter(pl.col("new") | _changes("object"))
    )
    # Before a statement stands either a comma or one of the predicates, taken by its number.
    predicates = names["predicate"].to_list()
    before = ordered.select(
        pl.when("new").then(pl.col("predicate").to_physical()).otherwise(len(predicates))
    ).to_series()
    keys = ["@type" if predicate == "a" else predicate for predicate in predicates]
    turtle = pl.Series([*(f"{_NEXT}{predicate} " for predicate in predicates), ", "])
    linked = pl.Series([*(f'{_NEXT_KEY}"{key}": [' for key in keys), ", "])
    rows = ordered.select(
        "block",
        turtle=turtle.gather(before) + ordered["object"],
        jsonld=linked.gather(before) + ordered["value"],
    )
    return ordered.filter(_changes("block")).select(
        pl.col("block").cast(pl.String),
        turtle=pl.concat_str(
            "subject",
            pl.lit(" "),
            _joined(rows, "block", "turtle").str.strip_prefix(_NEXT),
        ),
        jsonld=pl.concat_str(
            pl.lit('\n{"@id": "'),
            pl.col("subject").str.strip_chars("<>"),
            pl.lit('",\n  '),
            _joined(rows, "block", "jsonld").str.strip_prefix(_NEXT_KEY),
            pl.lit("]}"),
        ),
    )


def _joined(rows: pl.DataFrame, key: str, column: str, between: str = "") -> pl.Series:
    """The texts of each key joined; the rows of a key follow each other.

    Made as one text that is cut where a key begins: for many small groups that takes a third of
    the time of joining each.
    """
    start = pl.when(_changes(key)).then(pl.lit(_CUT)).otherwise(pl.lit(between))
    whole = pl.concat_str(start, column).str.join()
    return rows.select(whole.str.split(_CUT).list.explode()).to_series().slice(1)


def _changes(column: str) -> pl.Expr:
    return pl.col(column).ne_missing(pl.col(column).shift())


def _values(found: pl.DataFrame) -> pl.DataFrame:
    """Statements with their objects in JSON-LD, as `value`; a type is its name alone."""
    thing = pl.col("object")
    is_literal, is_plain, is_type = (
        thing.str.starts_with('"'),
        thing.str.ends_with('"'),
        pl.col("predicate") == "a",
    )
    literals, nodes = found.filter(is_literal), found.filter(~is_literal)
    node = pl.concat_str(pl.lit('"'), thing.str.strip_chars("<>"), pl.lit('"'))
    # The escapes of a literal are JSON's, too. What has neither language nor datatype, as most
    # have not, need not be searched for one.
    return pl.concat(
        [
            literals.filter(is_plain).with_columns(value="object"),
            literals.filter(~is_plain).with_columns(value=_marked()),
            nodes.filter(is_type).with_columns(value=node),
            nodes.filter(~is_type).with_columns(
                value=pl.concat_str(pl.lit('{"@id": '), node, pl.lit("}"))
            ),
        ]
    )


def _marked() -> pl.Expr:
    """A literal of Turtle with a language or a datatype in JSON-LD."""
    thing = pl.col("object")
    language = thing.str.extract('"@([A-Za-z0-9-]+)$')
    datatype = thing.str.extract(r'"\^\^([^\s"]+)$')
    of = pl.coalesce("@" + language, "^^" + datatype)
    key = pl.when(language.is_not_null()).then(pl.lit("@language")).otherwise(pl.lit("@type"))
    return pl.concat_str(
        pl.lit('{"@value": '),
        thing.str.strip_suffix(of),
        pl.lit(', "'),
        key,
        pl.lit('": "'),
        pl.coalesce(language, datatype),
        pl.lit('"}'),
    )
