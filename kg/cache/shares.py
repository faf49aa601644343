"""All files of facts read from nothing, shared out among processes.

Files may read what others write (`kg.facts.trace`). Each share is compiled as if it were alone;
those files of different shares that turn out to hang together are then compiled once more, here,
and so are those of a process that died.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import polars as pl

from kg.cache.kept import SCHEMAS, Kept
from kg.cache.reading import Read, Reading, closed, ordered
from kg.cache.share import Begin, Compile, Compiled, compiled
from kg.facts.project import Reader
from kg.facts.registry import Registry
from kg.facts.rows import LATER, ORIGIN
from kg.mapping.tables import TABLES
from kg.processes import environment
from kg.rdf.vocabulary import Vocabulary

SHARE = 200
"""Files that are worth a process of their own."""
_MOST = 8
Message = TypeVar("Message")


@dataclass(slots=True)
class Share:
    """A process and the files that it reads."""

    paths: tuple[str, ...]
    process: subprocess.Popen[bytes]

    def tell(self, message: object) -> None:
        """Send it a message; one that died is found out when it is listened to."""
        if self.process.stdin is not None:
            try:
                pickle.dump(message, self.process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
                self.process.stdin.flush()
            except OSError:
                self.process.kill()

    def hear(self, kind: type[Message]) -> Message | None:
        """Its next message; None where it died."""
        if self.process.stdout is None:
            return None
        try:
            message = pickle.load(self.process.stdout)  # noqa: S301
        except (EOFError, OSError, pickle.UnpicklingError):
            self.process.kill()
            return None
        return message if isinstance(message, kind) else None


@dataclass(slots=True)
class Shares:
    """The files of a project, some for this process and some for others."""

    own: tuple[str, ...]
    others: list[Share] = field(default_factory=list)

    def read(
        self,
        root: Path,
        inputs: Mapping[str, str],
        vocabulary: Vocabulary,
        registry: Registry,
        reader: Reader,
    ) -> Read:
        """Read and compile; raises TooMuch where the result hangs on the order of all files."""

        def reading(kept: Kept, paths: Collection[str]) -> Reading:
            most = len(self.own) + sum(len(share.paths) for share in self.others)
            return Reading(root, kept, inputs, vocabulary, registry, paths, most, reader)

        here = reading(Kept.nothing(), self.own)
        here.parse(self.own)
        outlines = [here.outlined(self.own)]
        for share in self.others:
            heard = share.hear(pl.DataFrame)
            if heard is None:
                here.parse(share.paths)
                outlines.append(here.outlined(share.paths))
            else:
                outlines.append(heard)
        declared, frames, _ = here.declare((), pl.concat(outlines))
        told = Compile(ordered(frames["outlines"]), frames["declared"])
        for share in self.others:
            share.tell(told)
        parts, lost = [compiled(here, told)], set[str]()
        for share in self.others:
            part = share.hear(Compiled)
            if part is None:
                lost |= set(share.paths)
            else:
                parts.append(part)
        for name in ("files", "found", "uses"):
            frames[name] = pl.concat([getattr(part, name) for part in parts])
        digests = frames["files"].select("path", "digest").drop_nulls()
        reader.inputs |= dict(digests.iter_rows())
        again = closed(self._together(frames["uses"]) | lost, (), frames["uses"])
        frames["entries"] = pl.DataFrame(schema=SCHEMAS["entries"])
        kept = Kept(frames, Kept.nothing().base, Kept.nothing().totals, {})
        last = reading(kept, told.order).settled(again, set(), frames, declared)
        stale = [number for number, path in enumerate(told.order, 1) if path in last.again]
        rows = {
            name: pl.concat([_without([part.rows[name] for part in parts], stale), last.rows[name]])
            for name in TABLES
        }
        paths = frozenset(last.frames["files"]["path"])
        return Read(last.frames, rows, paths, pl.Series([0], dtype=pl.Int32), last.searches)

    def _together(self, uses: pl.DataFrame) -> set[str]:
        """The files that share what is written with one of another share."""
        share_of = dict.fromkeys(self.own, 0)
        for number, share in enumerate(self.others, 1):
            share_of |= dict.fromkeys(share.paths, number)
        of = pl.col("path").replace_strict(share_of, return_dtype=pl.Int32)
        common = (
            uses.filter(pl.col("use") != "asks")
            .with_columns(share=of)
            .group_by("key")
            .agg(pl.col("path"), (pl.col("use") == "writes").any(), pl.col("share").n_unique())
            .filter("use", pl.col("share") > 1)
        )
        return set(common["path"].explode())


def _without(frames: list[pl.DataFrame], stale: list[int]) -> pl.DataFrame:
    frame = pl.concat(frames)
    return frame.filter(~(pl.col(ORIGIN) % LATER).is_in(stale)) if stale else frame


@contextmanager
def shared_out(root: Path, paths: list[str]) -> Iterator[Shares | None]:
    """Give files to as many processes as there are cores; None where they are too few for that.

    The processes begin to read at once, and end with the context.
    """
    count = min(_cores(), _MOST, len(paths) // SHARE)
    if count < 2:
        yield None
        return
    ends = [len(paths) * number // count for number in range(count + 1)]
    own, *rest = (tuple(paths[a:b]) for a, b in pairwise(ends))
    with ExitStack() as stack:
        others = []
        for part in rest:
            process = subprocess.Popen(
                [sys.executable, "-m", "kg.cache.sharing"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment(),
            )
            stack.enter_context(_ended(process))
            share = Share(part, process)
            share.tell(Begin(root, part))
            others.append(share)
        yield Shares(own, others)


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    with process:
        try:
            yield
        finally:
            process.kill()


def _cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
