"""What processes that read and compile shares of the files of facts are told, and what they give.

One is told by `Begin` what to read, says what these files declare (their outlines), is told by
`Compile` what all files declare, and gives what it `Compiled`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from kg.cache.reading import Reading, declared_of, uses_frame


@dataclass(frozen=True, slots=True)
class Begin:
    """The files to read, by their paths from the project's root."""

    root: Path
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compile:
    """All files in their order, and the frame of what they declare."""

    order: list[str]
    declared: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came of a share: frames as in `kg.cache.kept`, rows as in `Rows.frames`."""

    files: pl.DataFrame
    found: pl.DataFrame
    uses: pl.DataFrame
    rows: Mapping[str, pl.DataFrame]


def compiled(reading: Reading, told: Compile) -> Compiled:
    """Compile the files of a share that were read."""
    declared = declared_of(told.declared, reading.registry)
    rows = reading.compile(reading.paths, told.order, declared)
    files, found = reading.looked_at(reading.paths)
    return Compiled(files, found, uses_frame(rows, told.order), rows.frames())
