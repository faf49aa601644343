"""What the columns of the tables hold, for tools that know neither base IRI nor prefixes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from functools import cache

import polars as pl

from kg.mapping.tables import TABLES, Tables
from kg.mapping.templates import Constant, Slot, Term, templates
from kg.rdf.escape import check_base, full_name, full_names


class Holds(Enum):
    """What a column holds; all but the last become absolute IRIs or typed values."""

    NODE = "node"
    NAME = "name"
    IRI = "absolute IRI"
    TERM = "object of three columns"
    DATE = "xsd:date"
    INSTANT = "xsd:dateTime"
    INTEGER = "xsd:integer"
    TEXT = "text"


# The columns that no template reads, since what they say is in the graph in another way.
_UNREAD = {
    **{(table, "document"): Holds.NODE for table in ("claim", "speech", "quantity")},
    ("position", "node"): Holds.NODE,
}
_SLOTS = {"iri": Holds.NODE, "name": Holds.NAME, "absolute": Holds.IRI}
_INSTANT = "%Y-%m-%dT%H:%M:%S%#z"
_TYPED = {"xsd:date": Holds.DATE, "xsd:dateTime": Holds.INSTANT}


@cache
def holds() -> Mapping[tuple[str, str], Holds]:
    """What each column holds, by table and column, as the templates read them."""
    found = dict(_UNREAD)
    for template in templates().templates:
        terms: list[Term] = [template.graph, template.subject]
        terms += [term for p in template.patterns for term in (p.predicate, p.object)]
        for term in terms:
            if isinstance(term, Slot):
                kind = _SLOTS.get(term.kind) or _TYPED.get(term.datatype)
                if kind is not None:
                    found[template.table, term.column] = kind
    for name, table in TABLES.items():
        for column, spec in table.columns.items():
            if column == "object":
                found[name, column] = Holds.TERM
            elif spec.dtype == pl.Int64():
                found[name, column] = Holds.INTEGER
            else:
                found.setdefault((name, column), Holds.TEXT)
    return found


def predicate_of(table: str, column: str) -> str:
    """The name of the property whose object a column is in the graph; empty if there is none."""
    for template in templates().templates:
        for pattern in template.patterns:
            if (
                template.table == table
                and isinstance(pattern.predicate, Constant)
                and isinstance(pattern.object, Slot)
                and pattern.object.column == column
            ):
                return pattern.predicate.text
    return ""


def absolute(tables: Tables, name: str, base: str) -> pl.DataFrame:
    """A table with absolute IRIs for nodes and names, and days and times of their own types.

    Rows are sorted by the table's key. `object_kind` becomes `iri`, `plain`, `lang` or `typed`,
    and `object_type` of the last the IRI of the datatype. Raises TermError for a base or a name
    that makes no IRI.
    """
    check_base(base)
    prefixes = templates().prefixes
    table, frame = TABLES[name], tables[name]
    columns = []
    for column in table.columns:
        match holds()[name, column]:
            case Holds.NODE:
                columns.append((base + pl.col(column)).alias(column))
            case Holds.NAME:
                names = full_names(frame[column], prefixes, f"{name}.{column}")
                columns.append(pl.col(column).replace_strict(names, return_dtype=pl.String))
            case Holds.DATE:
                columns.append(pl.col(column).str.to_date("%Y-%m-%d"))
            case Holds.INSTANT:
                columns.append(pl.col(column).str.to_datetime(_INSTANT, time_zone="UTC"))
            case Holds.TERM:
                columns.append(_object(frame, base, prefixes))
            case _:
                pass
    if "object_kind" in table.columns:
        iris = pl.col("object_kind").is_in(["name", "absolute"])
        kind = pl.when(iris).then(pl.lit("iri")).otherwise("object_kind")
        columns += [kind.alias("object_kind"), _object_type(frame, prefixes)]
    return frame.sort(table.key, nulls_last=True).with_columns(columns)


def _object(frame: pl.DataFrame, base: str, prefixes: Mapping[str, str]) -> pl.Expr:
    kind = pl.col("object_kind")
    named = frame.filter(kind == "name").get_column("object")
    names = full_names(named, prefixes, "object")
    return (
        pl.when(kind == "iri")
        .then(base + pl.col("object"))
        .when(kind == "name")
        .then(pl.col("object").replace_strict(names, default=None, return_dtype=pl.String))
        .otherwise("object")
        .alias("object")
    )


def _object_type(frame: pl.DataFrame, prefixes: Mapping[str, str]) -> pl.Expr:
    typed = frame.filter(pl.col("object_kind") == "typed").get_column("object_type")
    names = {name: full_name(name, prefixes) for name in typed.unique().sort()}
    return pl.col("object_type").replace(names)


def told(doc: str) -> str:
    """What is said of a column, of its form outside: nodes and names are IRIs there."""
    return re.sub(r"^(?:node|name)\b", "IRI", doc)
