"""Pushing: what the store holds, what has to be sent, and in which order it takes effect.

A small graph is staged: uploaded to a graph of its own, counted, compared and put in place by one
update. A large one is staged too where the store holds an older version; into an empty graph it
is filled directly, since to copy a graph within a store takes longer than to upload it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from kg.push.compare import Differs, compare_all, compare_samples, count, merged
from kg.push.lines import BLOCK, Block, ChangedFile, Part, Reading, Source, Unreadable, ahead
from kg.push.names import Book, Names, Notes, Swap
from kg.rdf.credentials import AddressError
from kg.rdf.remote import Remote, wrapped

FILLED = 1 << 26
"""Bytes of the source from which on an empty graph is filled without staging."""

Progress = Callable[[int, int], None]
"""Told the bytes of the source that were dealt with, and the triples sent so far."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a push is going to be made: `unchanged`, `fill` or `stage`, and why so.

    `known` tells that the store holds just what the notes say.
    """

    way: str
    why: str
    known: bool = False


@dataclass(frozen=True, slots=True)
class Pushed:
    """What came of it: triples that the graph holds, those sent, those held against samples."""

    way: str
    triples: int
    sent: int = 0
    resumed: int = 0
    compared: int = 0


@dataclass(frozen=True, slots=True)
class Push:
    """One source into one store."""

    remote: Remote
    source: Source
    names: Names
    tell: Callable[[str], None]
    progress: Progress
    full: bool = False

    @property
    def book(self) -> Book:
        """The notes in the store."""
        return Book(self.remote, self.names)

    @property
    def digest(self) -> str:
        """What names this version."""
        return f"sha256:{self.source.sha256}"

    def plan(self, notes: Notes) -> Plan:
        """What is to be done, from what the store holds; raises RemoteError, AddressError."""
        held = self.holds(notes)
        if notes.digest == self.digest and held:
            return Plan("unchanged", f"it holds these {notes.triples:,} triples already")
        if notes.filling == self.digest:
            return Plan("fill", "a push of it has not ended")
        if notes.filling:
            return Plan("fill", "a push of another version has not ended; its triples are dropped")
        if notes.digest and not held:
            why = "the graph has been changed since the last push"
        else:
            why = "it holds another version" if notes.digest else "nothing was pushed before"
        if notes.digest or self.source.size < FILLED or not self._empty():
            return Plan("stage", why, held)
        return Plan("fill", "the graph is empty")

    def holds(self, notes: Notes) -> bool:
        """Whether the target has as many triples as the notes say."""
        if self.names.default:
            self._check_default(notes)
        return bool(notes.digest) and count(self.remote, self.names.target) == notes.triples

    def run(self, notes: Notes, plan: Plan) -> Pushed:
        """Do it; raises RemoteError with the graph as it was, or as it is to be.

        Of a graph that is being filled, the notes say so until it is whole.
        """
        if plan.way == "unchanged":
            if self.full:
                compare_all(self.remote, self.names.target, self.source)
            return Pushed("unchanged", notes.triples)
        return self._fill(notes) if plan.way == "fill" else self._stage(notes)

    def _fill(self, notes: Notes) -> Pushed:
        graph = f"GRAPH <{self.names.target}>" if self.names.target else "DEFAULT"
        if notes.filling != self.digest:
            if notes.filling:
                self.remote.update(f"DROP SILENT {graph}")
            self.remote.update(self.book.filling(self.digest))
        try:
            reading, pushed = self._upload(self.names.target)
        except ChangedFile:
            self.remote.update(f"DROP SILENT {graph} ; {self.book.forget()}")
            raise
        self.finish(reading, pushed.triples)
        return pushed

    def _stage(self, notes: Notes) -> Pushed:
        staging = self.names.staging(self.source.sha256)
        self.tidy(notes, keep=staging)
        self.remote.update(self.book.staging(staging))
        try:
            reading, pushed = self._upload(staging)
        except (Differs, ChangedFile):
            self.remote.update(self.book.dropping(staging))
            raise
        self.swap(Swap(self.names, staging), pushed.triples)
        self.remote.update(self.book.dropping(staging))
        self.finish(reading, pushed.triples)
        return Pushed("staged", pushed.triples, pushed.sent, pushed.resumed, pushed.compared)

    def tidy(self, notes: Notes, keep: str = "") -> None:
        """Drop what pushes that have not ended left in staging."""
        for graph in notes.staged:
            if graph != keep:
                self.tell(f"dropping <{graph}>, left by a push that has not ended")
                self.remote.update(self.book.dropping(graph))

    def swap(self, swap: Swap, triples: int) -> None:
        """Put a staging graph in place and count what is there then."""
        self.remote.update(self.book.replacing(swap.staging))
        self.remote.update(swap.text())
        held = count(self.remote, self.names.target)
        if held != triples:
            raise Differs(
                f"after the swap the graph holds {held:,} triples in place of {triples:,}: "
                "does somebody else write to it? run the same again"
            )

    def finish(self, reading: Reading, triples: int) -> None:
        """Note what the target holds now."""
        self.remote.update(self.book.forget())
        self.book.write(self.digest, triples, reading.digests)

    def _upload(self, graph: str | None) -> tuple[Reading, Pushed]:
        """Send what a graph lacks, count it and compare samples; raises Differs."""
        there = count(self.remote, graph)
        reading, sent = self._send(graph, there)
        with ThreadPoolExecutor(1) as pool:
            # Made while the store counts, to be noted down later.
            pool.submit(reading.digests.texts)
            held = count(self.remote, graph)
        if held < reading.lines and there:
            # What stood there was not the beginning of this.
            reading, sent = self._send(graph, 0)
            held = count(self.remote, graph)
        # A store that keeps values in place of spellings may hold fewer.
        if held != reading.lines and (held > reading.lines or held != merged(self.source)):
            raise Differs(
                f"the store holds {held:,} of {reading.lines:,} triples"
                + (
                    ""
                    if held < reading.lines
                    else ": somebody else wrote to the same graph; drop it"
                )
            )
        compared = compare_samples(self.remote, graph, reading.samples)
        if self.full:
            compared = compare_all(self.remote, graph, self.source)
        resumed = reading.lines - sent
        return reading, Pushed("filled", held, sent, resumed, compared)

    def _send(self, graph: str | None, there: int) -> tuple[Reading, int]:
        chunk = self.remote.store.chunk
        reading, sent = Reading(self.source, min(chunk, BLOCK)), 0

        def told(block: Block) -> None:
            nonlocal sent
            sent += block.lines
            self.progress(block.read, sent)

        blocks = ahead(iter(reading))
        try:
            for block in blocks:
                # They go one after the other, so all but the last that came are whole.
                if block.end > there:
                    part = Part(self.source.path, block, blocks, chunk, told)
                    self.remote.add(graph, part, bulk=True)
                else:
                    self.progress(block.read, sent)
        except Unreadable as error:
            raise error.__cause__ or error from None
        self.source.check(reading.sha256)
        return reading, sent

    def _empty(self) -> bool:
        pattern = wrapped(self.names.target, "?s ?p ?o")
        return not self.remote.select(f"SELECT ?s WHERE {{ {pattern} }} LIMIT 1")

    def _check_default(self, notes: Notes) -> None:
        if not self.remote.store.default:
            raise AddressError(
                f"{self.remote.store.name} has no default graph of its own: push without "
                "--default-graph"
            )
        if not notes.digest and not notes.filling and not self._empty():
            raise AddressError(
                "the default graph holds triples that were not pushed from here (or the store "
                "shows all its graphs as one): push without --default-graph"
            )
