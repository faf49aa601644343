"""The files of an import: found, hashed, opened, decompressed within limits."""

from __future__ import annotations

import glob
import gzip
import hashlib
import os
import stat
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kg.check.diagnostic import Findings, Span
from kg.rdf.zstd import ZstdError, ZstdFile

BLOCK = 1 << 20
"""Bytes read at a time."""
FREE = 256 << 20
"""Decompressed bytes that no ratio is asked of."""
RATIO = 250
"""Decompressed bytes for one compressed byte, above which a file is refused."""
_DIGITS = 24


class FileError(Exception):
    """A file that cannot be read to its end; a code of the catalogue, a message and a fix."""

    def __init__(self, code: str, message: str, fix: str) -> None:
        super().__init__(message)
        self.code, self.message, self.fix = code, message, fix


@dataclass(frozen=True, slots=True)
class Input:
    """One file as it was when it was hashed; `shown` is its name in messages and the manifest."""

    path: Path
    shown: str
    bytes: int
    sha256: str
    changed: int

    @property
    def node(self) -> str:
        """The node of the document."""
        return f"file/{self.sha256[:_DIGITS]}"

    @property
    def row_root(self) -> str:
        """What the nodes of the file's rows begin with."""
        return f"row/{self.sha256[:_DIGITS]}/"


def expanded(patterns: Sequence[str]) -> list[Path]:
    """The files that paths and globs name, each once, in order; raises FileNotFoundError."""
    found: dict[Path, None] = {}
    for pattern in patterns:
        path = Path(pattern)
        # pathlib's own glob takes no absolute pattern.
        known = () if os.path.lexists(path) else sorted(glob.glob(pattern))  # noqa: PTH207
        matches = [Path(match) for match in known] or [path] * os.path.lexists(path)
        if not matches:
            raise FileNotFoundError(f"no file {pattern} is here")
        found |= dict.fromkeys(matches)
    return list(found)


def hashed(paths: Sequence[Path], findings: Findings) -> tuple[Input, ...]:
    """The files with their hashes; findings for links, what is no plain file, and the same twice.

    Raises OSError for a file that cannot be read.
    """
    found: dict[str, Input] = {}
    for path in paths:
        shown = path.name
        if path.is_symlink():
            findings.error(
                "file-link", "this is a symbolic link", Span(shown), "name the file itself"
            )
            continue
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(descriptor)
            findings.error(
                "file-irregular", "this is no regular file", Span(shown), "name a plain file"
            )
            continue
        with os.fdopen(descriptor, "rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if sha256 in found:
            findings.error(
                "table-twice",
                f"this holds the same bytes as {found[sha256].shown}",
                Span(shown),
                "name each file once",
            )
            continue
        found[sha256] = Input(path, shown, status.st_size, sha256, status.st_mtime_ns)
    return tuple(found.values())


def check_unchanged(file: Input) -> None:
    """Raise FileError where a file is no longer what was hashed."""
    status = file.path.stat()
    if (status.st_size, status.st_mtime_ns) != (file.bytes, file.changed):
        raise FileError(
            "table-changed", "this file changed while it was read", "run the command again"
        )


def check_expansion(decompressed: int, compressed: int) -> None:
    """Raise FileError where a file grows beyond what tables of rows do."""
    if decompressed > FREE and decompressed > RATIO * compressed:
        raise FileError(
            "table-expansion",
            f"{compressed} bytes have become {decompressed} so far; the limit is {RATIO} for one",
            "see that the file is what it should be, or decompress it yourself",
        )


@contextmanager
def blocks(file: Input, progress: Callable[[int], None]) -> Iterator[Iterator[bytes]]:
    """The decompressed bytes of a file, some at a time.

    `progress` is called with the bytes of the file itself that were read since the last call.
    Raises FileError while they are read.
    """
    descriptor = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as raw:
        yield _blocks(file, raw, progress)


def _blocks(file: Input, raw: IO[bytes], progress: Callable[[int], None]) -> Iterator[bytes]:
    magic = raw.read(4)
    raw.seek(0)
    stream: IO[bytes] | gzip.GzipFile | ZstdFile = raw
    if magic[:2] == b"\x1f\x8b":
        stream = gzip.GzipFile(fileobj=raw)
    elif magic == b"\x28\xb5\x2f\xfd":
        stream = ZstdFile(raw)
    total = before = 0
    while True:
        try:
            data = stream.read(BLOCK)
        except (EOFError, zlib.error, gzip.BadGzipFile, ZstdError) as error:
            raise FileError(
                "table-unreadable",
                f"the compressed data end too early or are damaged: {error}",
                "fetch the file again and compare its hash",
            ) from None
        if not data:
            return
        total += len(data)
        if stream is not raw:
            check_expansion(total, file.bytes)
        at = raw.tell()
        progress(at - before)
        before = at
        yield data
