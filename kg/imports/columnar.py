"""Parquet and JSON Lines to frames of strings, numbers and days as their own texts."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from io import BytesIO

import polars as pl

from kg.imports.faults import Faults, fault, fault_rows
from kg.imports.files import FileError, Input, check_expansion
from kg.imports.text import ROW

_CELLS = 2_000_000
"""Values of Parquet decoded at a time."""


def parquet_columns(file: Input) -> pl.Schema:
    """The columns of a Parquet file and their types; raises FileError."""
    try:
        return pl.Schema(pl.read_parquet_schema(file.path))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable() from error


def parquet_frames(file: Input, wanted: list[str]) -> Iterator[pl.DataFrame]:
    """The columns wanted, as texts, and ROW, some rows at a time; raises FileError."""
    schema = parquet_columns(file)
    for column in wanted:
        if schema[column].is_nested():
            raise FileError(
                "column-type",
                f"the column “{column}” holds {schema[column]}, not one value a row",
                "make a column of its own of each part, or name another column",
            )
    rows = max(1, _CELLS // max(1, len(wanted)))
    scan = pl.scan_parquet(file.path).select(pl.col(wanted).cast(pl.String))
    done = size = 0
    try:
        for frame in scan.collect_batches(chunk_size=rows, maintain_order=True):
            size += frame.select(pl.all().str.len_bytes().sum()).sum_horizontal().item() or 0
            check_expansion(size, file.bytes)
            numbers = pl.int_range(done + 1, done + 1 + frame.height, eager=True)
            yield frame.with_columns(numbers.alias(ROW))
            done += frame.height
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable() from error


def _unreadable() -> FileError:
    return FileError(
        "table-unreadable",
        "this is no Parquet file, or not all of it",
        "fetch the file again and compare its hash",
    )


class JsonReader:
    """Reads the pieces of one file of JSON Lines in order; `unseen` are keys no row had so far."""

    def __init__(self, shown: str, faults: Faults, wanted: list[str]) -> None:
        self.shown = shown
        self.faults = faults
        self.wanted = wanted
        self.rows = 0
        self.unseen = set(wanted)

    def frame(self, piece: bytes) -> pl.DataFrame:
        """The good records of a piece: the keys wanted, and ROW with their numbers."""
        try:
            found = self._parsed(piece)
        except (pl.exceptions.PolarsError, UnicodeDecodeError):
            found = self._line_by_line(piece)
        return found

    def _parsed(self, piece: bytes) -> pl.DataFrame:
        """The records where all are good; raises UnicodeDecodeError and errors of Polars."""
        text = piece.decode()
        if _BLANK.search(piece) or _SURROGATE.search(piece):
            raise pl.exceptions.ComputeError
        found = self._read(piece)
        numbers = pl.int_range(self.rows + 1, self.rows + 1 + found.height, eager=True)
        self.rows += found.height
        self.unseen -= {key for key in self.unseen if f'"{key}"' in text or json.dumps(key) in text}
        return found.with_columns(numbers.alias(ROW))

    def _read(self, data: bytes) -> pl.DataFrame:
        return pl.read_ndjson(BytesIO(data), schema=dict.fromkeys(self.wanted, pl.String))

    def _line_by_line(self, piece: bytes) -> pl.DataFrame:
        """The good records; the others are told."""
        rows, good, numbers = [], [], []
        for number, line in enumerate(piece.removesuffix(b"\n").split(b"\n"), self.rows + 1):
            value = _object(line)
            if isinstance(value, str):
                rows.append(fault("row-json", value, _FIX, number))
                continue
            self.unseen -= value.keys()
            good.append(line)
            numbers.append(number)
            self.rows += 1
        self.rows += len(rows)
        self.faults.bad(self.shown, fault_rows(rows))
        frame = self._read(b"\n".join(good)) if good else self._read(b"{}\n").clear()
        return frame.with_columns(pl.Series(ROW, numbers, dtype=pl.Int64))


_BLANK = re.compile(rb"(?:\A|\n)[ \t\r]*\n")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_FIX = "write one JSON object a line, in UTF-8"


def _object(line: bytes) -> dict[str, object] | str:
    """The object of a line, or what is wrong with it."""
    try:
        value = json.loads(line, parse_float=_finite, parse_constant=_finite)
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return "a text holds half a character (a surrogate)"
    except UnicodeDecodeError as error:
        return f"byte {error.start} of the row is not UTF-8"
    except json.JSONDecodeError as error:
        where = f"{error.msg} at character {error.colno}"
        return f"this is no JSON: {where}" if line.strip() else "the line is empty"
    except ValueError as error:
        return f"this is no JSON: {error}"
    return value if isinstance(value, dict) else "this is JSON, but no object"


def _finite(text: str) -> float:
    if not math.isfinite(value := float(text)):
        raise ValueError(f"no number: {text}")
    return value
