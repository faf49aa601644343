"""One file of the cache: named sections, each with its checksum, read when they are asked for.

The first line is JSON: the format, the key, and of every section its offset, its length and its
SHA-256; the sections follow. Nothing in it is ever executed.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

FORMAT = "kg-check-2"
_MOST_HEADER = 1 << 20


class Broken(Exception):
    """A cache that is not there or not whole: it is as good as none."""


class OfAnother(Broken):
    """A cache that is of another version of the tool, or of something else."""


class Container:
    """A file of the cache, open for reading; raises Broken when it, or a section, is not whole."""

    def __init__(self, path: Path, key: str | None) -> None:
        """Open a file kept under a key, or under whichever (None)."""
        self._path = path
        try:
            with self._open() as file:
                line = file.readline(_MOST_HEADER)
            body, _, digest = line.rstrip(b"\n").rpartition(b" ")
            if hashlib.sha256(body).hexdigest().encode() != digest:
                raise Broken("the header is not whole")
            header: Any = json.loads(body)
            if header["format"] != FORMAT or key not in (None, header["key"]):
                raise OfAnother("it is of something else")
            self._sections: Mapping[str, list[Any]] = header["sections"]
            self._start = len(line)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Broken(str(error)) from None

    def _open(self) -> BinaryIO:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        return os.fdopen(os.open(self._path, flags), "rb")

    def read(self, name: str) -> bytes:
        """The bytes of a section; of a file that was exchanged in between, none."""
        try:
            offset, length, digest = self._sections[name]
            with self._open() as file:
                file.seek(self._start + offset)
                data = file.read(length)
        except (OSError, KeyError, ValueError, TypeError) as error:
            raise Broken(str(error)) from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise Broken(f"section {name} is not whole")
        return data

    def json(self, name: str) -> Any:
        """A section of JSON."""
        return json.loads(self.read(name))

    def frame(self, name: str) -> pl.DataFrame:
        """A section that is a table."""
        return pl.read_parquet(io.BytesIO(self.read(name)))

    def hold(self) -> None:
        """Hold every section, and that nothing stands behind the last."""
        for name in self._sections:
            self.read(name)
        size = self._start + sum(length for _, length, _ in self._sections.values())
        if self._path.stat().st_size != size:
            raise Broken("its length is another")


def hold_whole(path: Path) -> None:
    """Hold every byte of a file of the cache, whatever key it is of; raises Broken.

    Of the format of another version of the tool only the header is held: nothing reads the rest.
    """
    with contextlib.suppress(OfAnother):
        Container(path, None).hold()


def frame_bytes(frame: pl.DataFrame) -> bytes:
    """A table as the bytes of a section: Parquet, which is read in a fifth of the time of Arrow."""
    out = io.BytesIO()
    frame.write_parquet(out, compression="zstd", compression_level=1, statistics=False)
    return out.getvalue()


def write(path: Path, key: str, sections: Mapping[str, bytes]) -> None:
    """Write a file of the cache; it is the old one or the new one whole. Raises OSError."""
    table, offset = {}, 0
    for name, data in sections.items():
        table[name] = [offset, len(data), hashlib.sha256(data).hexdigest()]
        offset += len(data)
    body = json.dumps({"format": FORMAT, "key": key, "sections": table}).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body + b" " + hashlib.sha256(body).hexdigest().encode() + b"\n")
            for data in sections.values():
                file.write(data)
        Path(aside).replace(path)
    finally:
        with contextlib.suppress(OSError):
            Path(aside).unlink(missing_ok=True)
