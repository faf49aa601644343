"""Slices of tables to one file, in memory that does not grow with their number.

While one thread makes the next slice, two workers turn the rows of the last ones into text, and a
writer puts the text into the file, in order. All queues between them are short.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from kg.mapping.expand import Piece, Syntax, pieces
from kg.mapping.pipeline import ahead, in_order
from kg.mapping.sorting import Runs
from kg.mapping.tables import Tables
from kg.mapping.templates import Templates, templates
from kg.mapping.turtle import header
from kg.rdf.formats import Format
from kg.rdf.sink import Sink
from kg.rdf.zstd import compress as compressed

# Rows of a piece, some megabytes of text: enough to compress well, few enough for the caches.
_ROWS = 5_000
_END = b" .\n"
_SYNTAXES: dict[str, Syntax] = {"nt": "nt", "nq": "nq", "ttl": "ttl"}


@dataclass(frozen=True, slots=True)
class Written:
    """What a file holds: triples, its bytes and their SHA-256, and its bytes uncompressed."""

    triples: int
    bytes: int
    sha256: str
    uncompressed_bytes: int


@dataclass(frozen=True, slots=True)
class _Text:
    """Bytes to be written, how many they were before compression, and the triples they hold."""

    data: bytes
    size: int
    triples: int


_Job = Callable[[], _Text]


def write_stream(
    slices: Iterable[Tables],
    base: str,
    form: Format,
    path: Path,
    *,
    compress: bool = False,
    ordered: bool = False,
    progress: Callable[[int], None] | None = None,
    mapping: Templates | None = None,
) -> Written:
    """Write N-Triples, N-Quads or Turtle, compressed with Zstandard or not.

    No triple may come from two slices; within one, none is written twice. With `ordered` the bytes
    are the same however the tables are sliced; without, the lines are the same in some order.
    `progress` is called with the number of triples written so far, in a thread of its own.
    `mapping` are the templates, those of the package unless given. Raises TermError for a value
    that no term can hold, ValueError for another format, OSError; the file is then as it was.
    """
    if form.extension not in _SYNTAXES:
        raise ValueError(f"{form.name} is not written as a stream: use N-Triples, N-Quads, Turtle")
    syntax, found = _SYNTAXES[form.extension], mapping or templates()
    head = header(base, found.prefixes).encode() + b"\n" if syntax == "ttl" else b""
    with Sink(path) as sink, ThreadPoolExecutor(2) as pool, Runs(path.parent) as runs:
        file = _File(sink, progress)
        file.put(_text(head, 0, compress=compress))
        if ordered:
            flat: Syntax = "lines" if syntax == "ttl" else syntax
            split = (_split(piece) for piece in _prepared(pool, slices, base, found, flat))
            in_order(pool, split, runs.add)
            jobs = _merged(runs.merged(), turtle=syntax == "ttl", compress=compress)
        else:
            found_pieces = _prepared(pool, slices, base, found, syntax)
            jobs = (_rendered(piece, compress=compress) for piece in found_pieces)
        in_order(pool, jobs, file.put)
        return Written(file.triples, sink.bytes, sink.keep(), file.size)


class _File:
    """The file so far."""

    def __init__(self, sink: Sink, progress: Callable[[int], None] | None) -> None:
        self.triples = self.size = 0
        self._sink, self._progress = sink, progress

    def put(self, text: _Text) -> None:
        """Append some text."""
        self._sink.write(text.data)
        self.triples += text.triples
        self.size += text.size
        if self._progress is not None:
            self._progress(self.triples)


def _text(text: bytes, triples: int, *, compress: bool) -> _Text:
    return _Text(compressed(text) if compress else text, len(text), triples)


def _prepared(
    pool: Executor, slices: Iterable[Tables], base: str, mapping: Templates, syntax: Syntax
) -> Iterator[Piece]:
    """The pieces of all slices; the next slice is made while the last is checked and split."""
    under_way: deque[Future[list[Piece]]] = deque()
    for tables in ahead(slices):
        under_way.append(
            pool.submit(lambda tables: list(pieces(tables, base, mapping, syntax, _ROWS)), tables)
        )
        if len(under_way) > 1:
            yield from under_way.popleft().result()
    for last in under_way:
        yield from last.result()


def _rendered(piece: Piece, *, compress: bool) -> _Job:
    return lambda: _text(piece.data(), piece.triples, compress=compress)


def _split(piece: Piece) -> Callable[[], pl.Series]:
    """The lines of a piece, without their newlines."""
    return lambda: piece.text().str.strip_suffix("\n").str.split("\n").explode()


def _merged(found: Iterable[pl.Series], *, turtle: bool, compress: bool) -> Iterator[_Job]:
    """Sorted lines as text; in Turtle, those of one subject become one block."""
    subject = ""
    for lines in found:
        text = _blocks(subject) if turtle else pl.col("line") + "\n"
        yield _sorted(lines, text, compress=compress)
        subject = lines.item(-1).partition(" ")[0]
    if turtle and subject:
        yield lambda: _text(_END, 0, compress=compress)


def _sorted(lines: pl.Series, text: pl.Expr, *, compress: bool) -> _Job:
    piece = Piece(lines.to_frame("line"), text, len(lines))
    return _rendered(piece, compress=compress)


def _blocks(before: str) -> pl.Expr:
    """Lines as blocks of Turtle: each ends what stands before it, the line of subject `before`."""
    words = pl.col("line").str.splitn(" ", 2).struct
    subject, rest = words.field("field_0"), words.field("field_1")
    previous = subject.shift(fill_value=pl.lit(before))
    end = pl.when(previous == "").then(pl.lit("")).otherwise(pl.lit(_END.decode()))
    return pl.when(subject == previous).then(" ;\n    " + rest).otherwise(end + pl.col("line"))
