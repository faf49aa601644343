"""Faults of rows: refused with their place, or put aside with their reason."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from kg.check.diagnostic import Findings, Span

SHOWN = 20
"""Faults told one by one; of all others only the number is told."""
LIMIT = 1_000
"""Bad rows after which a run that refuses them gives up."""
_SCHEMA = {
    "file": pl.String,
    "record": pl.Int64,
    "column": pl.String,
    "code": pl.String,
    "reason": pl.String,
}
_CELL = 60
Fault = tuple[int, str | None, str, str, str]
"""One bad row: its number, the column if one is at fault, code, message and fix."""


class TooManyFaults(Exception):
    """So many rows are bad that reading on tells nothing new."""


class Faults:
    """What is wrong with files and rows.

    With a `quarantine` file bad rows are written there and left out; without, each is an error.
    What is wrong with a file as a whole is always an error. `columns` are those of the file being
    read, in their order there.
    """

    def __init__(self, findings: Findings, quarantine: Path | None = None) -> None:
        self.findings = findings
        self.rows = 0
        self.columns: tuple[str, ...] = ()
        self._quarantine = quarantine
        if quarantine is not None:
            pl.DataFrame(schema=_SCHEMA).write_csv(quarantine)

    @property
    def quarantines(self) -> bool:
        """Whether bad rows are put aside."""
        return self._quarantine is not None

    def error(self, code: str, message: str, file: str, fix: str, row: int = 0) -> None:
        """Something that makes a file unreadable, perhaps from a row on."""
        self.findings.error(code, message, _span(file, row, 1 if row else 0), fix)

    def bad(self, file: str, frame: pl.DataFrame) -> None:
        """Note bad rows: columns `row`, `column`, `code`, `message`, `fix`, one row a record.

        `column` is the name, null for the record as a whole. Raises TooManyFaults.
        """
        if frame.is_empty():
            return
        shown = max(0, SHOWN - self.rows)
        self.rows += frame.height
        if self._quarantine is not None:
            aside = frame.select(
                file=pl.lit(file),
                record="row",
                column="column",
                code="code",
                reason="message",
            )
            with self._quarantine.open("ab") as out:
                aside.write_csv(out, include_header=False)
            return
        for row, column, code, message, fix in frame.head(shown).iter_rows():
            at = self.columns.index(column) + 1 if column in self.columns else 1
            self.findings.error(code, f"row {row}: {message}", _span(file, row, at), fix)
        if self.rows >= LIMIT:
            raise TooManyFaults

    def take(self, rows: int, aside: Path | None) -> None:
        """Take in bad rows that were noted elsewhere; `aside` is the quarantine file of those."""
        self.rows += rows
        if self._quarantine is not None and aside is not None:
            with self._quarantine.open("ab") as out, aside.open("rb") as data:
                data.readline()  # the header
                shutil.copyfileobj(data, out)


def _span(file: str, row: int, column: int) -> Span:
    return Span(file, row, column, row, column)


def clipped(text: str) -> str:
    """A value as it is shown in a message."""
    return text if len(text) <= _CELL else text[:_CELL] + "…"


def fault(code: str, message: str, fix: str, row: int, column: str | None = None) -> Fault:
    """One bad row."""
    return row, column, code, message, fix


def fault_rows(rows: Sequence[Fault]) -> pl.DataFrame:
    """Rows for `Faults.bad`."""
    schema = {"row": pl.Int64, **dict.fromkeys(("column", "code", "message", "fix"), pl.String)}
    return pl.DataFrame(rows, schema=schema, orient="row")
