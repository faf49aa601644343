"""What is kept of a check: of each file what came of it, all rows, and the results of shapes."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from kg.cache.codec import packed, packed_result, unpacked, unpacked_result
from kg.cache.container import Broken, Container, frame_bytes, write
from kg.cache.layers import Base, derived_schema, no_base
from kg.cache.totals import Totals
from kg.check.diagnostic import Diagnostic, Span
from kg.check.shacl import Result
from kg.facts.compile import Counts
from kg.facts.outline import Introduced, Mention, Outline
from kg.mapping.tables import TABLES

FOLDER = Path(".kg-cache") / "check"
# Keys of which the last run is kept: branches with registries of their own.
_MOST_KEPT = 3

_TEXT, _INT = pl.String(), pl.Int64()
_SPAN: dict[str, pl.DataType] = {
    "file": _TEXT,
    **dict.fromkeys(("line", "column", "end_line", "end_column"), _INT),
}
_SAME = {f"same_{name}": dtype for name, dtype in _SPAN.items()}


def _schema(*parts: dict[str, pl.DataType]) -> pl.Schema:
    return pl.Schema({name: dtype for part in parts for name, dtype in part.items()})


def _texts(*names: str) -> dict[str, pl.DataType]:
    return dict.fromkeys(names, _TEXT)


SCHEMAS: Mapping[str, pl.Schema] = {
    # Every file of facts; `text` is the digest of its article's text, null where there is none.
    "files": _schema(
        _texts("path", "digest", "article", "text"),
        dict.fromkeys(("passages", "empty", "proved", "facts", "searches"), _INT),
    ),
    # What was found in each file, by the stage that found it.
    "found": _schema(_texts("path", "stage", "diagnostic")),
    # Outlines: a line for the article, each utterance and each fact about an event.
    "outlines": _schema(
        _texts("path", "kind", "id", "lower", "word"),
        _SPAN,
        _SAME,
        dict.fromkeys(("denies", "asserts", "has_status"), pl.Boolean()),
    ),
    # What all files together declare, and what is wrong with it.
    "declared": _schema(_texts("kind", "id", "what", "article"), _SPAN),
    "undeclared": _schema(_texts("lower", "diagnostic")),
    "uses": _schema(_texts("path", "use", "key")),
    "entries": _schema(_texts("node", "names", "kind", "akin"), _SPAN),
}


@dataclass(slots=True)
class Validation:
    """Results of the near shapes, each with the node that it hangs on, and what was left."""

    near: list[tuple[str, Result]] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Kept:
    """What is kept; frames by the names of SCHEMAS, rows as `Layers.kept` gives them.

    `validation` is None where there were errors before any shape could be asked.
    """

    frames: Mapping[str, pl.DataFrame]
    base: Base
    totals: Totals
    registry: dict[str, Any]
    validation: Validation | None = None

    @staticmethod
    def nothing() -> Kept:
        """As if there had been no check before."""
        frames = {name: pl.DataFrame(schema=schema) for name, schema in SCHEMAS.items()}
        return Kept(frames, no_base(), Totals(), {})


def load(root: Path, key: str) -> Kept:
    """What was kept under a key; raises Broken where there is nothing, or nothing whole.

    Rows are read when they are asked for, which may raise it too.
    """
    container = Container(root / FOLDER / f"{key[:32]}.kept", key)
    try:
        frames = {name: _checked(container.frame(name), schema) for name, schema in SCHEMAS.items()}
        content = container.json("content")
        validation = content["validation"]
        return Kept(
            frames,
            Base(lambda table: _checked(_rows(container, table), derived_schema(table))),
            _totals(content["totals"]),
            content["registry"],
            None
            if validation is None
            else Validation(
                [(node, unpacked_result(result)) for node, result in validation["near"]],
                validation["left"],
            ),
        )
    except (ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
        raise Broken(str(error)) from None


def _rows(container: Container, table: str) -> pl.DataFrame:
    try:
        return container.frame(f"rows {table}")
    except pl.exceptions.PolarsError as error:
        raise Broken(str(error)) from None


def _checked(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    if frame.schema != schema:
        raise Broken("a table has other columns")
    return frame


def save(root: Path, key: str, kept: Kept, rows: Mapping[str, pl.DataFrame]) -> None:
    """Keep a check; where the folder cannot be written, nothing is kept."""
    validation = kept.validation
    content = {
        "totals": _plain(kept.totals),
        "registry": kept.registry,
        "validation": None
        if validation is None
        else {
            "near": [[node, packed_result(result)] for node, result in validation.near],
            "left": validation.left,
        },
    }
    sections = {name: frame_bytes(frame) for name, frame in kept.frames.items()}
    sections |= {f"rows {table}": frame_bytes(rows[table]) for table in TABLES}
    sections["content"] = json.dumps(content).encode()
    folder = root / FOLDER
    with contextlib.suppress(OSError):
        write(folder / f"{key[:32]}.kept", key, sections)
        files = sorted(folder.glob("*.kept"), key=lambda path: path.stat().st_mtime_ns)
        for path in files[:-_MOST_KEPT]:
            path.unlink(missing_ok=True)


def found_frame(rows: Iterable[tuple[str, str, Diagnostic]]) -> pl.DataFrame:
    """Diagnostics by file and stage as a frame."""
    plain = [(path, stage, packed(diagnostic)) for path, stage, diagnostic in rows]
    return pl.DataFrame(plain, schema=SCHEMAS["found"], orient="row")


def found_in(frame: pl.DataFrame) -> Iterator[tuple[str, str, Diagnostic]]:
    """The diagnostics of `found_frame`."""
    for path, stage, plain in frame.iter_rows():
        yield path, stage, unpacked(plain)


def outline_rows(path: str, outline: Outline) -> Iterator[tuple[object, ...]]:
    """The lines of an outline, in the columns of SCHEMAS."""
    none: tuple[object, ...] = (None,) * 8
    yield (
        path,
        "article",
        *_named(outline.article),
        outline.entered,
        *_plain_span(outline.span),
        *none,
    )
    for utterance in outline.utterances:
        form, span = utterance.form, _plain_span(utterance.span)
        yield path, "utterance", *_named(utterance.id), form, *span, *none
    for mention in outline.mentions:
        same = none[:5] if mention.same is None else _plain_span(mention.same)
        flags = (mention.denies, mention.asserts, mention.has_status)
        span = _plain_span(mention.span)
        yield path, "event", *_named(mention.slug), mention.word, *span, *same, *flags


def outlines_in(frame: pl.DataFrame) -> dict[str, Outline]:
    """The outlines of some lines, by path; each needs the line of its article."""
    heads: dict[str, tuple[str, Span, str]] = {}
    utterances: dict[str, list[Introduced]] = {}
    mentions: dict[str, list[Mention]] = {}
    for path, kind, id_, _, word, *rest in frame.iter_rows():
        span, same, flags = Span(*rest[:5]), rest[5:10], rest[10:]
        if kind == "article":
            heads[path] = (id_, span, word)
        elif kind == "utterance":
            utterances.setdefault(path, []).append(Introduced(id_, word, span))
        else:
            where = None if same[0] is None else Span(*same)
            mentions.setdefault(path, []).append(Mention(id_, word, span, where, *flags))
    return {
        path: Outline(*head, tuple(utterances.get(path, ())), tuple(mentions.get(path, ())))
        for path, head in heads.items()
    }


def _named(id_: str) -> tuple[str, str]:
    return id_, id_.lower()


def _plain_span(span: Span) -> tuple[str, int, int, int, int]:
    return span.file, span.line, span.column, span.end_line, span.end_column


def _plain(totals: Totals) -> dict[str, Any]:
    rows = {name: getattr(totals.rows, name) for name in Counts.__slots__}
    return {
        "rows": rows,
        "predicates": dict(totals.predicates),
        "triples": totals.triples,
        "focus": totals.focus,
        "named": dict(totals.named),
    }


def _totals(plain: Mapping[str, Any]) -> Totals:
    return Totals(**{**plain, "rows": Counts(**plain["rows"])})
