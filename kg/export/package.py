"""The tables as CSV and Parquet, with a Data Package (Frictionless) that says what they hold."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from kg.export.columns import Holds, absolute, holds, predicate_of, told
from kg.export.terms import terms
from kg.facts.settings import Settings
from kg.mapping.tables import TABLES, Table, Tables
from kg.rdf.resources import ontology_files

DESCRIPTOR = "datapackage.json"
FOREIGN_KEYS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("claim", "document"): ("source", "id"),
    ("claim", "according_to"): ("source", "id"),
    ("claim", "agent"): ("entity", "id"),
    ("claim", "resolution"): ("resolution", "id"),
    ("best", "claim"): ("claim", "id"),
    ("dispute", "claim"): ("claim", "id"),
    ("dispute", "denial"): ("claim", "id"),
    ("passage", "document"): ("source", "id"),
    ("record", "document"): ("source", "id"),
    ("source", "published"): ("time", "id"),
    ("source", "issued"): ("time", "id"),
    ("source", "resolution"): ("resolution", "id"),
    ("derivation", "source"): ("source", "id"),
    ("derivation", "derived_from"): ("source", "id"),
    ("resolution", "time"): ("time", "id"),
    ("alternative", "resolution"): ("resolution", "id"),
    ("alternative", "time"): ("time", "id"),
    ("speech", "utterance"): ("source", "id"),
    ("speech", "document"): ("source", "id"),
    ("speech", "according_to"): ("source", "id"),
    ("speech", "speaker"): ("entity", "id"),
    ("quantity", "document"): ("source", "id"),
    ("quantity", "according_to"): ("source", "id"),
    ("quantity", "population"): ("entity", "id"),
    ("quantity", "as_of"): ("time", "id"),
    ("quantity", "resolution"): ("resolution", "id"),
    ("curation", "document"): ("source", "id"),
    ("curation", "agent"): ("entity", "id"),
}
"""Columns whose values are all in one column of another table.

Others lead to several: evidence is a passage or a row, what is stated a claim of three tables.
"""

_FORMS: Mapping[Holds, Mapping[str, str]] = {
    Holds.NODE: {"type": "string", "format": "uri"},
    Holds.NAME: {"type": "string", "format": "uri"},
    Holds.IRI: {"type": "string", "format": "uri"},
    Holds.TERM: {"type": "string"},
    Holds.TEXT: {"type": "string"},
    Holds.DATE: {"type": "date"},
    Holds.INSTANT: {"type": "datetime"},
    Holds.INTEGER: {"type": "integer"},
}
_PARQUET = "application/vnd.apache.parquet"
_DESCRIPTION = (
    "Facts from news articles, with the words they rest on. Ids and terms are absolute IRIs, the "
    "same as in the graph; the archived texts are not in it, only the stretches that are quoted. "
    "Offsets are Unicode code points from 0, end exclusive. Each table is a CSV file and, beside "
    "it, a Parquet file of the same rows."
)
_OBJECT_KINDS = (
    "how to read `object`: iri, plain (a string), lang (a text in the language `object_type`) or "
    "typed (a lexical form of the datatype `object_type`)"
)


def table_files(tables: Tables, settings: Settings) -> dict[str, bytes]:
    """The files of the package by name: a CSV and a Parquet file a table, and the descriptor.

    The same rows give the same bytes, in whatever order they come. Raises TermError like
    `kg.export.columns.absolute`.
    """
    files: dict[str, bytes] = {}
    resources = []
    definitions = {name: term.definition for name, term in terms(ontology_files()).items()}
    for name, table in TABLES.items():
        frame = absolute(tables, name, settings.base)
        csv, parquet = f"{name}.csv", f"{name}.parquet"
        files[csv], files[parquet] = _csv(frame), _parquet(frame)
        resources.append(
            {
                "name": name,
                "type": "table",
                "description": table.doc,
                **_file(csv, "csv", "text/csv", files[csv]),
                "encoding": "utf-8",
                "schema": _schema(name, table, definitions),
                "parquet": _file(parquet, "parquet", _PARQUET, files[parquet]),
            }
        )
    text = json.dumps({**_head(settings), "resources": resources}, indent=2, ensure_ascii=False)
    files[DESCRIPTOR] = (text + "\n").encode()
    return files


def _csv(frame: pl.DataFrame) -> bytes:
    instants = pl.selectors.datetime().dt.to_string("%Y-%m-%dT%H:%M:%SZ")
    return frame.with_columns(instants).write_csv(quote_style="necessary").encode()


def _parquet(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def _file(path: str, form: str, media_type: str, data: bytes) -> dict[str, Any]:
    return {
        "path": path,
        "format": form,
        "mediatype": media_type,
        "bytes": len(data),
        "hash": "sha256:" + hashlib.sha256(data).hexdigest(),
    }


def _head(settings: Settings) -> dict[str, Any]:
    return {
        "name": re.sub(r"[^a-z0-9]+", "-", settings.title.lower()).strip("-")[:60].strip("-"),
        "id": f"{settings.base}dataset",
        "title": settings.title,
        "description": _DESCRIPTION,
        "version": settings.version,
        "created": f"{settings.issued}T00:00:00Z",
        "licenses": [{_licence(settings.licence): settings.licence}],
        "contributors": [{"title": name, "roles": ["creator"]} for name in settings.creators],
    }


def _licence(text: str) -> str:
    return "path" if text.startswith("http") else "name"


def _schema(name: str, table: Table, definitions: Mapping[str, str]) -> dict[str, Any]:
    fields = [_field(name, column, definitions) for column in table.columns]
    schema: dict[str, Any] = {"fields": fields, "primaryKey": list(table.key)}
    foreign = [
        {"fields": [column], "reference": {"resource": other, "fields": [key]}}
        for (of, column), (other, key) in FOREIGN_KEYS.items()
        if of == name
    ]
    return {**schema, "foreignKeys": foreign} if foreign else schema


def _field(table: str, column: str, definitions: Mapping[str, str]) -> dict[str, Any]:
    spec = TABLES[table].columns[column]
    told_ = _OBJECT_KINDS if column == "object_kind" else told(spec.doc)
    predicate = predicate_of(table, column)
    if meaning := definitions.get(predicate):
        told_ += f". {predicate}: {meaning}"
    field = {"name": column, **_FORMS[holds()[table, column]], "description": told_}
    return {**field, "constraints": {"required": True}} if spec.required else field
