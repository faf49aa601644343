"""Only the subjects whose triples changed, told by the digests that the last push left there."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from kg.push.compare import compare_samples
from kg.push.lines import Digests, Reading, hashed, subjects
from kg.push.names import PART_OF, Notes, Swap
from kg.push.push import Push, Pushed
from kg.rdf.remote import wrapped

_MOST = 1 << 24
"""Bytes of changed triples beyond which everything is sent instead."""

_SHOWN = 32


@dataclass(frozen=True, slots=True)
class Delta:
    """What differs: subjects to replace, with their triples as they are now, and to remove."""

    changed: dict[bytes, bytes]
    removed: tuple[str, ...]
    reading: Reading

    @property
    def lines(self) -> int:
        """How many triples are sent."""
        return sum(block.count(b"\n") for block in self.changed.values())


def delta(push: Push) -> Delta | str:
    """What changed since the last push, or why that cannot be told.

    Raises RemoteError.
    """
    try:
        before = push.book.digests()
    except (ValueError, struct.error):
        before = Digests()
    if not before.found:
        return "the store holds no list of what was pushed"
    reading = Reading(push.source)
    for _ in reading:
        pass
    push.source.check(reading.sha256)
    if not reading.digests.whole:
        return "there are too many subjects"
    now = reading.digests.found
    differ = {key for key, value in now.items() if before.found.get(key) != value}
    changed: dict[bytes, bytes] = {}
    size = 0
    if differ:
        for subject, lines, _ in subjects(push.source.path):
            if hashed(subject) in differ:
                changed[subject] = b"".join(lines)
                size += len(changed[subject])
                if size > _MOST:
                    return "too much of it changed"
    gone = before.found.keys() - now.keys()
    return Delta(changed, _with_hashes(push, gone), reading)


def push_delta(push: Push, notes: Notes, found: Delta) -> Pushed:
    """Send what changed, staged and swapped like everything; raises RemoteError."""
    staging = push.names.staging(push.source.sha256) + "-delta"
    named = f"{staging}-subjects"
    push.tidy(notes)
    for graph in (staging, named):
        push.remote.update(f"{push.book.staging(graph)} ; DROP SILENT GRAPH <{graph}>")
    names = [*(subject.decode() for subject in found.changed), *found.removed]
    told = "".join(f"{subject} <{PART_OF}> <{push.names.node}> .\n" for subject in names)
    if found.changed:
        push.remote.add(staging, b"".join(found.changed.values()))
        push.progress(push.source.size, found.lines)
    if names:
        push.remote.add(named, told.encode())
    blocks = list(found.changed.values())
    samples = blocks[:: len(blocks) // _SHOWN + 1]
    compared = compare_samples(push.remote, staging, samples)
    push.swap(Swap(push.names, staging, named), found.reading.lines)
    push.remote.update(push.book.dropping(staging, named))
    push.finish(found.reading, found.reading.lines)
    return Pushed("delta", found.reading.lines, found.lines, 0, compared)


def _with_hashes(push: Push, gone: set[int]) -> tuple[str, ...]:
    """The subjects in the store that have these hashes: only the store still knows their names."""
    if not gone:
        return ()
    pattern = wrapped(push.names.target, "?s ?p ?o")
    rows = push.remote.select(f"SELECT DISTINCT ?s WHERE {{ {pattern} }}")
    found = [f"<{row['s'][1]}>" for row in rows]
    return tuple(sorted(name for name in found if hashed(name.encode()) in gone))
