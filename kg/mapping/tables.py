"""The narrow waist: the tables that curated facts and bulk files become, and the mapper reads.

Conventions of every column:

- A *node* is a local path without the base IRI (`event/doha-2023`, `article/001`,
  `passage/001/12-80`), made of segments `[A-Za-z0-9._~%-]+`.
- A *name* is a prefixed name (`kg:Meeting`, `rdf:type`, `wd:Q937`); the prefixes are those of
  the mapping templates.
- A *term* is the three columns `object_kind`, `object`, `object_type`: see `OBJECT_KINDS`.
- `graph` is the node of the named graph that a row's triples belong to.
- Offsets are code points of the archived text as it stands, 0-based, end exclusive.

`Tables.validate` holds the schemas to be exact: same columns, same types, no null in a
required column, no duplicate key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import polars as pl

OBJECT_KINDS = {
    "iri": "`object` is a node of this project",
    "name": "`object` is a prefixed name",
    "absolute": "`object` is an absolute IRI",
    "plain": "`object` is the lexical form of an xsd:string",
    "lang": "`object` is a text in the language `object_type` (a BCP 47 tag)",
    "typed": "`object` is a lexical form of the datatype `object_type` (a name)",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its Polars type, whether it may be null, and what it holds."""

    dtype: pl.DataType
    required: bool
    doc: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what a row stands for, the columns that identify it, and all its columns."""

    doc: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]

    @property
    def schema(self) -> pl.Schema:
        """The Polars schema, in column order."""
        return pl.Schema({name: column.dtype for name, column in self.columns.items()})


def _need(doc: str, dtype: pl.DataType | None = None) -> Column:
    return Column(dtype or pl.String(), True, doc)


def _may(doc: str, dtype: pl.DataType | None = None) -> Column:
    return Column(dtype or pl.String(), False, doc)


_TERM = {
    "object_kind": _need("how to read `object`: a key of OBJECT_KINDS"),
    "object": _need("the object's node, name, absolute IRI or lexical form"),
    "object_type": _may("language tag or datatype name; null for the other kinds"),
}
_GRAPH = {"graph": _need("node of the named graph")}

TABLES: Mapping[str, Table] = {
    "claim": Table(
        "An assertion: what one source says of one triple, or its denial.",
        ("id",),
        {
            "id": _need("node `claim/<24 hex digits>`; see `kg.mapping.ids.claim_ids`"),
            "subject": _need("node of the triple's subject, an event or (for org:holds) an actor"),
            "predicate": _need("name of the triple's predicate"),
            **_TERM,
            "document": _may("node of the article; null for an inference and what software coded"),
            "according_to": _may("node of the source that says so; null for an inference"),
            "agent": _may("node of the curator (an inference) or the coding software"),
            "stance": _may("name: kg:denies, kg:declines, kg:hedges; null means says"),
            "rank": _may("name: kg:preferred, kg:deprecated; null means normal"),
            "resolution": _may("node of the date resolution behind a date"),
            **_GRAPH,
        },
    ),
    "best": Table(
        "A claim that stands behind a direct triple (kg:BestAssertion); derived by ranks.",
        ("claim",),
        {"claim": _need("node of the claim"), **_GRAPH},
    ),
    "direct": Table(
        "A direct triple about an event; derived by ranks, each with at least one best claim.",
        ("subject", "predicate", "object_kind", "object", "object_type"),
        {
            "subject": _need("node of the event"),
            "predicate": _need("name of the predicate"),
            **_TERM,
        },
    ),
    "disputed": Table(
        "An event whose status the sources dispute; derived by ranks.",
        ("event",),
        {"event": _need("node of the event")},
    ),
    "dispute": Table(
        "A claim and the denial of the same triple; derived by ranks.",
        ("claim", "denial"),
        {
            "claim": _need("node of the claim that is denied"),
            "denial": _need("node of the denying claim"),
        },
    ),
    "stated": Table(
        "A qualifier of a claim, speech or quantity, which may repeat: words, role, reason.",
        ("claim", "predicate", "object_kind", "object", "object_type"),
        {
            "claim": _need("node of the claim"),
            "predicate": _need("name: kg:asStated, kg:nameAsStated, kg:role, kg:office, …"),
            **_TERM,
            **_GRAPH,
        },
    ),
    "support": Table(
        "Evidence of a claim, speech, quantity or utterance.",
        ("claim", "evidence"),
        {
            "claim": _need("node of what is supported"),
            "evidence": _need("node of the passage or of the row of a bulk file"),
            **_GRAPH,
        },
    ),
    "passage": Table(
        "An exact stretch of an archived text.",
        ("id",),
        {
            "id": _need("node `passage/<article>/<start>-<end>`"),
            "document": _need("node of the article"),
            "start": _need("first code point", pl.Int64()),
            "end": _need("code point after the last", pl.Int64()),
            "quote": _need("the text's characters from start to end, exactly"),
            "prefix": _may("up to 32 code points before, exactly; null at the beginning"),
            "suffix": _may("up to 32 code points after, exactly; null at the end"),
            **_GRAPH,
        },
    ),
    "record": Table(
        "A row of a bulk file.",
        ("id",),
        {
            "id": _need("node `row/<file>/<number>`"),
            "document": _need("node of the file"),
            "number": _need("record number, from 1", pl.Int64()),
            "key": _may("the file's own key of the row"),
            **_GRAPH,
        },
    ),
    "source": Table(
        "A document or an utterance.",
        ("id",),
        {
            "id": _need("node `article/<id>` or `utterance/<id>`"),
            "class": _need("name: kg:Document or kg:Utterance"),
            "form": _may("name of an utterance's form: kg:statement, kg:report, …"),
            "title": _may("title as printed"),
            "language": _may("BCP 47 tag"),
            "sha256": _may("hex digest of a document's bytes"),
            "published_words": _may("the printed date as worded"),
            "published": _may("node of the time of publication, as printed or inferred"),
            "publisher": _may("publisher as the document names it"),
            "author": _may("author as the document names them"),
            "url": _may("absolute IRI where it was found"),
            "rights": _may("rights statement"),
            "agent": _may("node of whom an utterance is attributed to: speaker, issuer, agency"),
            "on_behalf_of": _may("node of the actor spoken for"),
            "occasion": _may("node of the event at which it was said"),
            "issued": _may("node of the time when it was issued"),
            "resolution": _may("node of the resolution of `published` or `issued`"),
            "channel": _may("node of the channel it went through"),
            **_GRAPH,
        },
    ),
    "derivation": Table(
        "A source that has something from another.",
        ("source", "derived_from"),
        {
            "source": _need("node of the source that passes it on"),
            "derived_from": _need("node of the source it has it from"),
            **_GRAPH,
        },
    ),
    "time": Table(
        "A time as an EDTF value, with the bounds that order it on a calendar.",
        ("id",),
        {
            "id": _need(
                "node `time/<percent-encoded EDTF>`, with `.HHMM-HHMM` for narrower bounds"
            ),
            "edtf": _need("EDTF, level 1 and the sets of level 2"),
            "date": _may("xsd:date where the value is exactly one day"),
            "not_before": _may("xsd:dateTime in civil time marked Z; null when open"),
            "not_after": _may("xsd:dateTime in civil time marked Z; null when open"),
        },
    ),
    "resolution": Table(
        "How words became a date.",
        ("id",),
        {
            "id": _need("node `resolution/<24 hex digits>`"),
            "expression": _may("the words, as the text has them; null for an inference without"),
            "rule": _may("name of the rule, a concept (`kg:weekday-on-or-before`); null likewise"),
            "anchor": _may("EDTF of the day counted from; null where the words say it all"),
            "anchor_event": _may("node of the event or source whose day the anchor is"),
            "agent": _may("node of the curator who inferred it"),
            "reason": _may("the curator's reason"),
            "time": _need("node of the resulting time"),
            **_GRAPH,
        },
    ),
    "alternative": Table(
        "A reading of the words that was weighed and not taken.",
        ("resolution", "time"),
        {
            "resolution": _need("node of the resolution"),
            "time": _need("node of the rejected time"),
            **_GRAPH,
        },
    ),
    "speech": Table(
        "One wording of what an utterance said.",
        ("id",),
        {
            "id": _need("node `claim/<24 hex digits>`"),
            "utterance": _may("node of the utterance; null where the document itself speaks"),
            "document": _need("node of the article"),
            "according_to": _need("node of the source that reports the words"),
            "mode": _need("name: kg:quoted, kg:partly-quoted, kg:paraphrased"),
            "speaker": _may("node of the speaker"),
            "addressee": _may("node of the addressee"),
            "words": _need("the wording, as the text has it"),
            "rank": _may("name: kg:preferred, kg:deprecated; null means normal"),
            **_GRAPH,
        },
    ),
    "quantity": Table(
        "A number for a measure of a population, as of a date.",
        ("id",),
        {
            "id": _need("node `claim/<24 hex digits>`"),
            "document": _need("node of the article"),
            "according_to": _need("node of the source that gives the number"),
            "measure": _need("name of the measure, a concept (`kg:deaths`)"),
            "population": _need("node of the population counted"),
            "value": _need("the number", pl.Int64()),
            "comparator": _need("name: kg:exactly, kg:approximately, kg:more-than, …"),
            "as_of": _may("node of the time the number holds for"),
            "resolution": _may("node of the resolution of `as_of`"),
            "rank": _may("name: kg:preferred, kg:deprecated; null means normal"),
            **_GRAPH,
        },
    ),
    "curation": Table(
        "The entering of one file of facts.",
        ("id",),
        {
            "id": _need("node `curation/<article>`"),
            "document": _need("node of the article whose facts were entered"),
            "agent": _need("node of the curator"),
            "entered": _need("xsd:date, as the file says"),
            **_GRAPH,
        },
    ),
    "entity": Table(
        "A registry entry or another node with a class: actors, offices, places, series, curators.",
        ("id", "class"),
        {"id": _need("node"), "class": _need("name of the class"), **_GRAPH},
    ),
    "name": Table(
        "A name of an entity.",
        ("node", "predicate", "text", "language"),
        {
            "node": _need("node of the entity"),
            "predicate": _need("name: skos:prefLabel, skos:altLabel, rdfs:comment, …"),
            "text": _need("the name"),
            "language": _may("BCP 47 tag; null for a name of no language"),
            **_GRAPH,
        },
    ),
    "link": Table(
        "A relation of an entity or source that is no claim: within, member, wikidata.",
        ("node", "predicate", "object_kind", "object", "object_type"),
        {
            "node": _need("node of the entity or source"),
            "predicate": _need("name of the predicate"),
            **_TERM,
            **_GRAPH,
        },
    ),
    "position": Table(
        "Where a person wrote what became a node: one row a scalar, since a claim has several.",
        ("node", "property", "file", "line", "column"),
        {
            "node": _need("node"),
            "property": _need("what stands there: `value`, `quote`, `entry`, …, or a predicate"),
            "file": _need("path from the project's root, with `/`"),
            "line": _need("from 1", pl.Int64()),
            "column": _need("from 1, in code points", pl.Int64()),
            "end_line": _need("from 1", pl.Int64()),
            "end_column": _need("from 1, exclusive", pl.Int64()),
        },
    ),
}


class TableError(ValueError):
    """A table that breaks its schema: a bug of whoever made it, not of whoever wrote facts."""


class Tables:
    """A set of tables by name; a table that nobody filled is empty, never absent."""

    def __init__(self, frames: Mapping[str, pl.DataFrame]) -> None:
        unknown = set(frames) - set(TABLES)
        if unknown:
            raise TableError(f"no such table: {', '.join(sorted(unknown))}")
        self._frames = {name: frames[name] if name in frames else _empty(name) for name in TABLES}

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self._frames[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def replacing(self, frames: Mapping[str, pl.DataFrame]) -> Tables:
        """These tables with some of them replaced."""
        return Tables({**self._frames, **frames})

    def validate(self) -> None:
        """Hold every table to its schema; raises TableError with the table, column and examples."""
        for name, table in TABLES.items():
            frame, due = self._frames[name], _empty(name).schema
            if frame.schema != due:
                raise TableError(f"{name}: schema {frame.schema} where {due} is due")
            if frame.is_empty():
                continue
            for column, spec in table.columns.items():
                if spec.required and frame[column].null_count():
                    raise TableError(f"{name}.{column}: {frame[column].null_count()} nulls")
            if not is_distinct(frame.select(table.key)):
                twice = frame.select(table.key).is_duplicated()
                rows = frame.filter(twice).select(table.key).head(3).rows()
                raise TableError(f"{name}: {twice.sum()} rows share a key, such as {rows}")


@cache
def _empty(name: str) -> pl.DataFrame:
    """The table without rows; there are many slices, and few of them fill every table."""
    return pl.DataFrame(schema=TABLES[name].schema)


def is_distinct(rows: pl.DataFrame) -> bool:
    """Whether no row comes twice."""
    # Equal rows have equal hashes, so that different hashes prove it in a fraction of the time.
    return rows.hash_rows().n_unique() == rows.height or not rows.is_duplicated().any()


def distinct(rows: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Each row once, or each value of some columns once: where it comes first."""
    key = rows.select(columns) if columns else rows
    return rows if is_distinct(key) else rows.unique(columns or None, maintain_order=True)
