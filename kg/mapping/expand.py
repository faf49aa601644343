"""Expansion: templates over whole columns, to lines of N-Quads or to a table of rendered triples.

Rows of a table are split by what the form of their triples depends on, so that each part is one
expression without conditions. No row is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from kg.mapping.ids import RESOURCES, CheckedNodes
from kg.mapping.overlap import shared_subjects
from kg.mapping.parts import Part, parts, required
from kg.mapping.tables import Tables
from kg.mapping.templates import ObjectTerm, Slot, Templates, Term, templates
from kg.rdf.escape import (
    check_absolute,
    check_base,
    check_languages,
    check_typed,
    escaped,
    full_name,
    full_names,
)

ROWS = 50_000
"""Rows that become text at a time, which bounds the memory taken."""

Syntax = Literal["nt", "nq", "ttl", "lines"]
"""N-Triples, N-Quads, Turtle, or a line `subject predicate object` a triple with Turtle's terms."""

_TRIPLE = {"graph": pl.String, "subject": pl.String, "predicate": pl.String, "object": pl.String}
_Pieces = list[str | pl.Expr]


def lines(
    tables: Tables, base: str, syntax: Literal["nt", "nq"] = "nq", rows: int = ROWS
) -> Iterator[pl.Series]:
    """The graph as text, from `rows` rows of a table at a time, in no order that means anything.

    Each value is one or several lines. Given tables that passed `Tables.validate`, no line comes
    twice. Raises TermError for a value that no term can hold.
    """
    for found in pieces(tables, base, templates(), syntax, rows):
        yield found.text()


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a part, and the expression of the text of each."""

    frame: pl.DataFrame
    block: pl.Expr
    triples: int

    def text(self) -> pl.Series:
        """One value a row: all its triples, each with its newline."""
        return self.frame.select(self.block).to_series()

    def data(self) -> bytes:
        """The text of all rows."""
        data: bytes = self.frame.select(self.block.str.join("").cast(pl.Binary)).item()
        return data


def pieces(
    tables: Tables, base: str, mapping: Templates, syntax: Syntax, rows: int = ROWS
) -> Iterator[Piece]:
    """The graph in pieces of at most `rows` rows, to be rendered in any order.

    Like `lines`; in Turtle, with relative IRIs and the prefixes of the templates, a row is a block
    that begins with its subject.
    """
    check_base(base)
    graphs, short = syntax == "nq", syntax in ("ttl", "lines")
    found = list(parts(tables, mapping))
    checked = CheckedNodes()
    shared = shared_subjects(found, graphs=graphs)
    if shared is not None:
        both = [_with_subjects(part, shared, "semi") for part in found]
        terms = _collected(both, base, mapping, short=short)
        lines = as_lines(terms, graphs=graphs).unique().sort().to_frame("lines")
        if syntax == "lines":
            lines = lines.with_columns(pl.col("lines").str.strip_suffix(" ."))
        yield Piece(lines, pl.col("lines") + "\n", len(lines))
        found = [_with_subjects(part, shared, "anti") for part in found]
    for part in found:
        renderer = _Renderer(part, base, mapping.prefixes, checked, short=short)
        block = _block(renderer.triples(), syntax)
        for frame in part.frame.iter_slices(rows):
            yield Piece(frame, block, renderer.count(frame))


def triples(tables: Tables, base: str, *, short: bool = False) -> pl.DataFrame:
    """The graph as rendered terms: graph, subject, predicate, object; sorted, none twice.

    With `short`, terms are written as in Turtle under the prefixes of the templates, and nodes
    relative to the base; without, as in N-Quads. Raises TermError like `lines`.
    """
    found = unsorted_triples(tables, base, short=short)
    return found.unique().sort("graph", "subject", "predicate", "object")


def unsorted_triples(tables: Tables, base: str, *, short: bool = False) -> pl.DataFrame:
    """Like `triples`, in no order that means anything, and some may come twice."""
    check_base(base)
    mapping = templates()
    return _collected(parts(tables, mapping), base, mapping, short=short)


def as_lines(found: pl.DataFrame, *, graphs: bool) -> pl.Series:
    """Each rendered triple as a line of N-Quads, or of N-Triples, without its newline."""
    columns = ["subject", "predicate", "object", "graph"] if graphs else list(_TRIPLE)[1:]
    return found.select(pl.concat_str(*columns, pl.lit("."), separator=" ")).to_series()


def _with_subjects(part: Part, subjects: pl.DataFrame, how: Literal["semi", "anti"]) -> Part:
    frame = part.frame.join(
        subjects,
        left_on=part.template.subject.column,
        right_on="subject",
        how=how,
        maintain_order="left",
    )
    return replace(part, frame=frame)


@dataclass(frozen=True, slots=True)
class _Triple:
    """The pieces of the four terms; `nullable` where some rows have no object."""

    graph: _Pieces
    subject: _Pieces
    predicate: _Pieces
    object: _Pieces
    nullable: bool


def _block(found: Iterable[_Triple], syntax: Syntax) -> pl.Expr:
    """All triples of a row as one string, with a newline at its end."""
    pieces: _Pieces = []
    for triple in found:
        predicate_object = [*triple.predicate, " ", *triple.object]
        if syntax == "ttl":
            line = [*([" ;\n    "] if pieces else [*triple.subject, " "]), *predicate_object]
        elif syntax == "lines":
            line = [*triple.subject, " ", *predicate_object, "\n"]
        else:
            graph = [" ", *triple.graph] if syntax == "nq" else []
            line = [*triple.subject, " ", *predicate_object, *graph, " .\n"]
        pieces += [_concat(line).fill_null("")] if triple.nullable else line
    return _concat([*pieces, " .\n"] if syntax == "ttl" else pieces).alias("lines")


def _concat(pieces: _Pieces) -> pl.Expr:
    """One string a row, neighbouring constants joined beforehand."""
    merged: _Pieces = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    return pl.concat_str([pl.lit(p) if isinstance(p, str) else p for p in merged])


def _collected(
    found: Iterable[Part], base: str, mapping: Templates, *, short: bool
) -> pl.DataFrame:
    """The rendered triples of some parts."""
    checked = CheckedNodes()
    frames = (
        part.frame.select(
            graph=_concat(triple.graph),
            subject=_concat(triple.subject),
            predicate=_concat(triple.predicate),
            object=_concat(triple.object),
        ).drop_nulls("object")
        for part in found
        for triple in _Renderer(part, base, mapping.prefixes, checked, short=short).triples()
    )
    return pl.concat([pl.DataFrame(schema=_TRIPLE), *frames])


def _is_same(values: pl.Series) -> bool:
    # A look at the ends tells most; counting is not free.
    return (
        len(values) > 0 and values.item(0) == values.item(-1) is not None and values.n_unique() == 1
    )


class _Renderer:
    """Renders the terms of one part, whose values are checked once, here."""

    def __init__(
        self,
        part: Part,
        base: str,
        prefixes: Mapping[str, str],
        checked: CheckedNodes,
        *,
        short: bool,
    ) -> None:
        self.part, self.prefixes, self.short = part, prefixes, short
        self.root = "<" if short else f"<{base}"
        self.patterns = [pattern for pattern in part.patterns if not self.absent(pattern.object)]
        terms = [part.template.graph, part.template.subject, *(p.object for p in self.patterns)]
        slots = [term for term in terms if isinstance(term, Slot)]
        self.same: set[str] = set()
        for column in sorted({slot.column for slot in slots if slot.kind in RESOURCES}):
            values = part.frame.get_column(column)
            if _is_same(values):
                self.same.add(column)
        for column in sorted({slot.column for slot in slots if slot.kind == "iri"}):
            checked.check(self.values(column), f"{part.template.table}.{column}")
        for slot in slots:
            if not slot.optional:
                required(part.frame, slot.column, part.template.table)

    def absent(self, term: Term) -> bool:
        """Whether no row has this term."""
        return isinstance(term, Slot) and term.optional and self.nulls(term) == len(self.part.frame)

    def values(self, column: str) -> pl.Series:
        """A column's values; of one that has the same in all rows, that one."""
        values = self.part.frame.get_column(column)
        return values.head(1) if column in self.same else values

    def nulls(self, slot: Slot) -> int:
        """The rows that have no such term."""
        return self.part.frame.get_column(slot.column).null_count()

    def count(self, rows: pl.DataFrame) -> int:
        """The triples that some of the part's rows yield."""
        objects = [pattern.object for pattern in self.patterns]
        columns = [term.column for term in objects if isinstance(term, Slot) and term.optional]
        nulls = sum(rows.get_column(column).null_count() for column in columns)
        return len(rows) * len(objects) - nulls

    def triples(self) -> Iterator[_Triple]:
        """The triples of the part's patterns, without those that no row has."""
        graph, subject = self.term(self.part.template.graph), self.term(self.part.template.subject)
        for pattern in self.patterns:
            nullable = isinstance(pattern.object, Slot) and self.nulls(pattern.object) > 0
            predicate, thing = self.term(pattern.predicate), self.term(pattern.object)
            yield _Triple(graph, subject, predicate, thing, nullable)

    def term(self, term: Term) -> _Pieces:
        """The pieces of a term."""
        if isinstance(term, ObjectTerm):
            raise TypeError("a part has its objects resolved")
        if isinstance(term, Slot):
            return self.slot(term)
        return [self.root + term.text[1:] if term.text[0] == "<" else self.name(term.text)]

    def name(self, name: str) -> str:
        """A name that is known to be well formed."""
        return name if self.short else f"<{full_name(name, self.prefixes)}>"

    def slot(self, slot: Slot) -> _Pieces:
        """The pieces of a column."""
        what, values = f"{self.part.template.table}.{slot.column}", self.values(slot.column)
        column: str | pl.Expr
        column = values.item() if slot.column in self.same else pl.col(slot.column)
        if slot.kind == "iri":
            return [self.root, column, ">"]
        if slot.kind == "absolute":
            check_absolute(values, what)
            return ["<", column, ">"]
        if slot.kind == "name":
            names = full_names(values, self.prefixes, what)
            if self.short:
                return [column]
            if isinstance(column, str):
                return ["<", names[column], ">"]
            return ["<", column.replace_strict(names, return_dtype=pl.String), ">"]
        column = pl.col(slot.column)
        if values.dtype != pl.String:  # an integer, which is its own lexical form
            return ['"', column.cast(pl.String), f'"^^{self.name(slot.datatype)}']
        text = escaped(slot.column, values)
        if slot.datatype:
            check_typed(values, slot.datatype, what)
            return ['"', text, f'"^^{self.name(slot.datatype)}']
        if slot.language:
            check_languages(self.part.frame.get_column(slot.language), f"{what} in {slot.language}")
            return ['"', text, '"', ("@" + pl.col(slot.language)).fill_null("")]
        return ['"', text, '"']
