"""The build's N-Quads as distinct triples: cut into blocks, sampled and digested on the way."""

from __future__ import annotations

import base64
import hashlib
import struct
import sys
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import BinaryIO, TypeVar

MOST_SUBJECTS = 1_000_000
"""Subjects of which digests are kept; a larger graph has no list to compare with later."""

_T = TypeVar("_T")
_SAMPLES = 64
_LONGEST_SAMPLE = 100
_ENTRY = 16
BLOCK = 1 << 18
"""Bytes that are sent at once."""

_READ = 1 << 20
_AT_ONCE = 500


class ChangedFile(OSError):
    """The graph is not the one that its manifest tells of."""


class Unreadable(Exception):
    """The source was not read to its end, for the OSError that is the cause."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file of N-Quads sorted by line, each in a named graph; `sha256` as the manifest says."""

    path: Path
    size: int
    sha256: str

    def check(self, found: str) -> None:
        """Hold the SHA-256 of what was read against the manifest; raises ChangedFile."""
        if found != self.sha256:
            raise ChangedFile(f"{self.path} is not what its manifest says: run `kg build`")


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of N-Triples; `end` counts those up to here.

    `start` and `read` are the bytes of the source between which they stand.
    """

    data: bytes
    lines: int
    end: int
    start: int
    read: int


@dataclass(slots=True)
class Digests:
    """For each subject, by 64 bits of its hash, 64 bits of the hash of its triples."""

    found: dict[int, int] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def add(self, subject: bytes, lines: bytes) -> None:
        """Put in a subject with its triples, sorted, one a line."""
        if len(self.found) <= MOST_SUBJECTS:
            key = hashed(subject)
            # Two subjects of one hash share an entry, and change together.
            self.found[key] = self.found.get(key, 0) ^ hashed(lines)

    @property
    def whole(self) -> bool:
        """Whether all subjects are in."""
        return len(self.found) <= MOST_SUBJECTS

    def texts(self) -> dict[str, str]:
        """The entries as Base64, in 64 parts by the first bits of the subject's hash.

        Made once, when all subjects are in.
        """
        if self._texts:
            return self._texts
        keys = sorted(self.found)
        entries = array("Q", chain.from_iterable((key, self.found[key]) for key in keys))
        if sys.byteorder == "little":
            entries.byteswap()
        data = entries.tobytes()
        starts = [bisect_left(keys, part << 58) for part in range(65)]
        self._texts = {
            f"{part:02}": base64.b64encode(data[start * _ENTRY : end * _ENTRY]).decode()
            for part, (start, end) in enumerate(pairwise(starts))
            if start < end
        }
        return self._texts

    @classmethod
    def read(cls, texts: list[str]) -> Digests:
        """The entries of such texts; raises ValueError."""
        found = cls()
        for text in texts:
            data = base64.b64decode(text, validate=True)
            found.found.update(struct.iter_unpack(">QQ", data))
        return found


@dataclass(slots=True)
class Reading:
    """One pass over a source; what it met stands in it afterwards, the SHA-256 at the end."""

    source: Source
    size: int = BLOCK
    lines: int = 0
    digests: Digests = field(default_factory=Digests)
    samples: list[bytes] = field(default_factory=list)
    sha256: str = ""

    def __iter__(self) -> Iterator[Block]:
        """Blocks of about `size` bytes, cut between subjects, the same at each pass."""
        held: list[bytes] = []
        length = count = start = read = 0
        every = 1
        whole = hashlib.sha256()
        found = subjects(self.source.path, seen=whole.update)
        for number, (subject, lines, end) in enumerate(found):
            block = b"".join(lines)
            held.append(block)
            length += len(block)
            count += len(lines)
            read = end
            self.digests.add(subject, block)
            if number % every == 0 and len(lines) <= _LONGEST_SAMPLE:
                self.samples.append(block)
                if len(self.samples) > _SAMPLES:
                    # Spread over the whole, however long that turns out to be.
                    del self.samples[1::2]
                    every *= 2
            if length >= self.size:
                self.lines += count
                yield Block(b"".join(held), count, self.lines, start, read)
                held, length, count, start = [], 0, 0, read
        if held:
            self.lines += count
            yield Block(b"".join(held), count, self.lines, start, read)
        self.sha256 = whole.hexdigest()


@dataclass(slots=True)
class Part:
    """The body of one request: a block, and those that come until it has `limit` bytes.

    Read again, since the request failed, it begins with what was read before, from the file.
    """

    path: Path
    first: Block
    coming: Iterator[Block]
    limit: int
    told: Callable[[Block], None]
    size: int = 0
    read: int = 0

    def __iter__(self) -> Iterator[bytes]:
        """Lines of N-Triples; raises Unreadable."""
        try:
            if self.size:
                found = subjects(self.path, self.first.start, self.read)
                blocks = (b"".join(lines) for _, lines, _ in found)
                while block := b"".join(islice(blocks, _AT_ONCE)):
                    yield block
            else:
                yield self._taken(self.first)
            while self.size < self.limit and (coming := next(self.coming, None)):
                yield self._taken(coming)
        except OSError as error:
            raise Unreadable from error

    def _taken(self, block: Block) -> bytes:
        self.size += len(block.data)
        self.read = block.read
        self.told(block)
        return block.data


def subjects(
    path: Path,
    start: int = 0,
    end: int = sys.maxsize,
    seen: Callable[[bytes], None] = lambda _: None,
) -> Iterator[tuple[bytes, list[bytes], int]]:
    """Each subject with its distinct triples, and the bytes of the file read by then.

    Between two places in the file, where subjects begin; `seen` is told what was read.
    """
    current, last = b"", b""
    lines: list[bytes] = []
    read = start
    with path.open("rb") as file:
        file.seek(start)
        for line in _lines(file, end - start, seen):
            triple = line[: line.rindex(b" <")]
            # The same triple in several graphs stands in neighbouring lines.
            if triple == last:
                read += len(line)
                continue
            last = triple
            subject = triple[: triple.index(b" ")]
            if subject != current:
                if lines:
                    yield current, lines, read
                current, lines = subject, []
            lines.append(triple + b" .\n")
            read += len(line)
    if lines:
        yield current, lines, read


def _lines(file: BinaryIO, size: int, seen: Callable[[bytes], None]) -> Iterator[bytes]:
    """So many bytes of a file by lines."""
    # It reads lines until they are longer together than it was told.
    while size > 0 and (lines := file.readlines(min(_READ, size - 1) or 1)):
        data = b"".join(lines)
        seen(data)
        size -= len(data)
        yield from lines


def ahead(items: Iterator[_T]) -> Iterator[_T]:
    """The same items, the next of which is made while the last is used."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = pool.submit(next, items, None)
            yield item


def hashed(data: bytes) -> int:
    """64 bits of a hash."""
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")
