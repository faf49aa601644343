"""What is answered to a request for a page, as it goes from who makes it to who sends it."""

from __future__ import annotations

import pickle
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FORMATS: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "ttl": "text/turtle; charset=utf-8",
    "nt": "application/n-triples",
}
"""Formats of answers by extension, and their media types."""

OK, CHOICE, BAD, MISSING, FAILED = 200, 300, 400, 404, 500
"""How it went; CHOICE where an address has no page but several forms of one."""

HEAD = struct.Struct("!I")
"""Of a message its length, before it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A page or a file; `alternates` are other forms of it by media type."""

    body: bytes
    type: str
    tag: str = ""
    alternates: tuple[tuple[str, str], ...] = ()
    status: int = OK


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its path without the first slash, and the settings of a question as typed."""

    path: str
    pairs: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Begin:
    """What a process that makes pages begins with; `digest` is that of the build it is to show.

    `seconds` is what a query of somebody's own may compute.
    """

    root: str
    digest: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Ready:
    """That a process makes pages now; `paths` are the files that queries are asked of.

    They are kept as a store on disk in a subfolder of `folder` under `key` where they are large.
    """

    paths: tuple[Path, ...]
    folder: Path
    key: str


def framed(message: object) -> bytes:
    """A message for another process of this program, with its length before it."""
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return HEAD.pack(len(data)) + data


class Frames:
    """Takes messages out of bytes as they come; `read` makes one of its bytes.

    Both sides are this very program, and the connection is theirs alone: so unpickling is safe.
    """

    def __init__(self, read: Callable[[memoryview], object] = pickle.loads) -> None:
        self._read = read
        self._rest = bytearray()

    def of(self, data: bytes) -> Iterator[object]:
        """The messages that are whole by now."""
        self._rest += data
        place = 0
        while len(self._rest) >= place + HEAD.size:
            (size,) = HEAD.unpack_from(self._rest, place)
            end = place + HEAD.size + size
            if len(self._rest) < end:
                break
            yield self._read(memoryview(self._rest)[place + HEAD.size : end])
            place = end
        del self._rest[:place]
