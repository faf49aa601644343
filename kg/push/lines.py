"""The build's N-Quads as distinct triples: cut into chunks, sampled and digested on the way."""

from __future__ import annotations

import base64
import hashlib
import struct
from bisect import bisect_left
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, pairwise
from pathlib import Path
from typing import TypeVar

MOST_SUBJECTS = 1_000_000
"""Subjects of which digests are kept; a larger graph has no list to compare with later."""

_T = TypeVar("_T")
_SAMPLES = 64
_LONGEST_SAMPLE = 100
_ENTRY = 16


class ChangedFile(OSError):
    """The graph is not the one that its manifest tells of."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file of N-Quads sorted by line, each in a named graph; `sha256` as the manifest says."""

    path: Path
    size: int
    sha256: str

    def check(self) -> None:
        """Hold the file against its manifest; raises ChangedFile."""
        with self.path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != self.sha256:
            raise ChangedFile(f"{self.path} is not what its manifest says: run `kg build`")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines of N-Triples; `end` counts those up to here, `read` the bytes of the source."""

    data: bytes
    lines: int
    end: int
    read: int


@dataclass(slots=True)
class Digests:
    """For each subject, by 64 bits of its hash, 64 bits of the hash of its triples."""

    found: dict[int, int] = field(default_factory=dict)

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
        """The entries as Base64, in 64 parts by the first bits of the subject's hash."""
        keys = sorted(self.found)
        entries = chain.from_iterable((key, self.found[key]) for key in keys)
        data = struct.pack(f">{2 * len(keys)}Q", *entries)
        starts = [bisect_left(keys, part << 58) for part in range(65)]
        return {
            f"{part:02}": base64.b64encode(data[start * _ENTRY : end * _ENTRY]).decode()
            for part, (start, end) in enumerate(pairwise(starts))
            if start < end
        }

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
    """One pass over a source; what it met stands in it afterwards."""

    source: Source
    size: int
    lines: int = 0
    digests: Digests = field(default_factory=Digests)
    samples: list[bytes] = field(default_factory=list)

    def __iter__(self) -> Iterator[Chunk]:
        """Chunks of about `size` bytes, cut between subjects, the same at each pass."""
        held: list[bytes] = []
        length = count = read = 0
        every = 1
        for number, (subject, lines, end) in enumerate(subjects(self.source.path)):
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
                yield Chunk(b"".join(held), count, self.lines, read)
                held, length, count = [], 0, 0
        if held:
            self.lines += count
            yield Chunk(b"".join(held), count, self.lines, read)


def subjects(path: Path) -> Iterator[tuple[bytes, list[bytes], int]]:
    """Each subject with its distinct triples, and the bytes of the file read by then."""
    current, last = b"", b""
    lines: list[bytes] = []
    read = 0
    with path.open("rb") as file:
        for line in file:
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
