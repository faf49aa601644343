"""Files of a site as they are written, by this process or by another one of this program."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from kg.web.model import Draft
from kg.web.rendered import Settings


class Begin(NamedTuple):
    """What a process that writes pages begins with: the site's folder, and what pages say of it."""

    folder: str
    settings: Settings


class Batch(NamedTuple):
    """Pages to render and write."""

    drafts: Sequence[Draft]


class Ready(NamedTuple):
    """Files to write as they are: paths and bytes."""

    files: Sequence[tuple[str, bytes]]


class Sizes(NamedTuple):
    """The bytes of every file that was written, by path; the last message, and a good end."""

    by_path: dict[str, int]


class Failure(NamedTuple):
    """What the system would not do; the last message, and a bad end."""

    number: int
    text: str
    path: str


def write_files(folder: str, files: Iterable[tuple[str, bytes]]) -> dict[str, int]:
    """Write files into a folder; their sizes by path. Raises OSError."""
    written: dict[str, int] = {}
    made: set[str] = set()
    for name, data in files:
        parent = name.rpartition("/")[0]
        if parent not in made:
            Path(folder, parent).mkdir(parents=True, exist_ok=True)
            made.add(parent)
        # As bare as can be, since there may be some hundred thousand.
        file = os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(file, rest) :]
        finally:
            os.close(file)
        written[name] = len(data)
    return written
