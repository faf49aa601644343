"""The rows of a file as frames of strings, whatever it is written in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import polars as pl

from kg.facts.record import suggestion
from kg.imports.columnar import JsonReader, parquet_columns, parquet_frames
from kg.imports.faults import Faults
from kg.imports.files import FileError, Input, blocks, check_unchanged
from kg.imports.spec import Spec
from kg.imports.text import TextReader, pieces

Progress = Callable[[int], None]


def raw_frames(
    spec: Spec, file: Input, faults: Faults, progress: Progress = lambda _: None
) -> Iterator[tuple[int, pl.DataFrame]]:
    """The rows of a file: how many were read, and those that can be, some at a time.

    A frame has the columns that the specification names, as strings in which the words for a
    missing value are null, and `ROW`, the number of the record from 1. What is wrong with the
    file ends it and becomes an error.
    """
    faults.columns = ()
    rows, before = 0, len(faults.findings)
    try:
        for read, frame in _frames(spec, file, faults, progress):
            rows = read
            yield read, _with_missing(frame, spec.file.missing)
        check_unchanged(file)
    except FileError as error:
        of_row = rows > 0 or error.code.startswith("row-")
        faults.error(error.code, error.message, file.shown, error.fix, of_row and rows + 1)
        return
    if not rows and len(faults.findings) == before:
        faults.error("table-empty", "no row is in it", file.shown, "name a file that has rows")


def _with_missing(frame: pl.DataFrame, words: Sequence[str]) -> pl.DataFrame:
    if not words:
        return frame
    texts = pl.col(pl.String)
    return frame.with_columns(pl.when(~texts.is_in(list(words))).then(texts).name.keep())


def _frames(
    spec: Spec, file: Input, faults: Faults, progress: Progress
) -> Iterator[tuple[int, pl.DataFrame]]:
    wanted = list(spec.columns)
    if spec.file.format == "parquet":
        if _has_columns(spec, tuple(parquet_columns(file)), file.shown, faults):
            rows = 0
            for frame in parquet_frames(file, wanted):
                rows += frame.height
                yield rows, frame
            progress(file.bytes)
        return
    with blocks(file, progress) as found:
        if spec.file.format == "jsonl":
            yield from _json(spec, file, faults, pieces(found, None))
            return
        reader = TextReader(spec.file, file.shown, faults, spec.file.columns)
        for number, whole in enumerate(pieces(found, spec.file.quote)):
            piece = reader.header(whole) if not number and not spec.file.columns else whole
            if not number and not _has_columns(spec, reader.columns, file.shown, faults):
                return
            if piece:
                frame = reader.frame(piece, wanted)
                yield reader.rows, frame


def _json(
    spec: Spec, file: Input, faults: Faults, found: Iterator[bytes]
) -> Iterator[tuple[int, pl.DataFrame]]:
    reader = JsonReader(file.shown, faults, list(spec.columns))
    for piece in found:
        frame = reader.frame(piece)
        yield reader.rows, frame
    if reader.rows:
        for column in sorted(reader.unseen):
            faults.findings.error(
                "column-missing",
                f"no row of {file.shown} has a key “{column}”",
                spec.columns[column],
                "correct the name, or name another file",
            )


def _has_columns(spec: Spec, columns: tuple[str, ...], shown: str, faults: Faults) -> bool:
    """Note the columns of a file, which must have all that the specification names, each once."""
    faults.columns = columns
    findings = faults.findings
    twice = [column for column, count in Counter(columns).items() if count > 1]
    for column in twice:
        findings.error(
            "column-duplicate",
            f"{shown} has the column “{column}” {columns.count(column)} times",
            spec.columns.get(column, next(iter(spec.columns.values()))),
            "give each column a name of its own, or list all names under `columns:`",
        )
    missing = [column for column in spec.columns if column not in columns]
    for column in missing:
        findings.error(
            "column-missing",
            f"{shown} has no column “{column}”",
            spec.columns[column],
            suggestion(column, columns),
        )
    return not twice and not missing
