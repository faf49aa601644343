"""Expansion: templates over whole columns, to lines of N-Quads or to a table of rendered triples.

Rows of a table are split by what the form of their triples depends on, so that each part is one
expression without conditions. No row is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from kg.mapping.ids import check_node_columns
from kg.mapping.overlap import shared_subjects
from kg.mapping.parts import Part, parts, required
from kg.mapping.tables import Tables
from kg.mapping.templates import ObjectTerm, Slot, Term, templates
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

_TRIPLE = {"graph": pl.String, "subject": pl.String, "predicate": pl.String, "object": pl.String}
_Pieces = list[str | pl.Expr]


def lines(
    tables: Tables, base: str, syntax: Literal["nt", "nq"] = "nq", rows: int = ROWS
) -> Iterator[pl.Series]:
    """The graph as text, from `rows` rows of a table at a time, in no order that means anything.

    Each value is one or several lines, joined by newlines, without one at its end. Given tables
    that passed `Tables.validate`, no line comes twice. Raises TermError for a value that no term
    can hold.
    """
    check_base(base)
    graphs = syntax == "nq"
    found = list(parts(tables, templates()))
    shared = shared_subjects(found, graphs=graphs)
    if shared is not None:
        both = [_with_subjects(part, shared, "semi") for part in found]
        yield as_lines(_collected(both, base, short=False), graphs=graphs).unique().sort()
        found = [_with_subjects(part, shared, "anti") for part in found]
    for part in found:
        block = _block(_Renderer(part, base, short=False).triples(), graphs=graphs)
        for piece in part.frame.iter_slices(rows):
            yield piece.select(block).to_series()


def triples(tables: Tables, base: str, *, short: bool = False) -> pl.DataFrame:
    """The graph as rendered terms: graph, subject, predicate, object; sorted, none twice.

    With `short`, terms are written as in Turtle under the prefixes of the templates, and nodes
    relative to the base; without, as in N-Quads. Raises TermError like `lines`.
    """
    check_base(base)
    found = _collected(parts(tables, templates()), base, short=short)
    return found.unique().sort("graph", "subject", "predicate", "object")


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


def _block(found: Iterable[_Triple], *, graphs: bool) -> pl.Expr:
    """All lines of a row as one string."""
    pieces: _Pieces = []
    for triple in found:
        line = [*triple.subject, " ", *triple.predicate, " ", *triple.object, " "]
        line += [*triple.graph, " ."] if graphs else ["."]
        if pieces:
            line = ["\n", *line]
        pieces += [_concat(line).fill_null("")] if triple.nullable else line
    return _concat(pieces).alias("lines")


def _concat(pieces: _Pieces) -> pl.Expr:
    """One string a row, neighbouring constants joined beforehand."""
    merged: _Pieces = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    return pl.concat_str([pl.lit(p) if isinstance(p, str) else p for p in merged])


def _collected(found: Iterable[Part], base: str, *, short: bool) -> pl.DataFrame:
    """The rendered triples of some parts."""
    frames = (
        part.frame.select(
            graph=_concat(triple.graph),
            subject=_concat(triple.subject),
            predicate=_concat(triple.predicate),
            object=_concat(triple.object),
        ).drop_nulls("object")
        for part in found
        for triple in _Renderer(part, base, short=short).triples()
    )
    return pl.concat([pl.DataFrame(schema=_TRIPLE), *frames])


class _Renderer:
    """Renders the terms of one part, whose values are checked once, here."""

    def __init__(self, part: Part, base: str, *, short: bool) -> None:
        self.part, self.short = part, short
        self.prefixes = templates().prefixes
        self.root = "<" if short else f"<{base}"
        self.patterns = [pattern for pattern in part.patterns if not self.absent(pattern.object)]
        terms = [part.template.graph, part.template.subject, *(p.object for p in self.patterns)]
        slots = [term for term in terms if isinstance(term, Slot)]
        nodes = {slot.column for slot in slots if slot.kind == "iri"}
        check_node_columns(part.frame, sorted(nodes), part.template.table)
        for slot in slots:
            if not slot.optional:
                required(part.frame, slot.column, part.template.table)

    def absent(self, term: Term) -> bool:
        """Whether no row has this term."""
        return isinstance(term, Slot) and term.optional and self.nulls(term) == len(self.part.frame)

    def nulls(self, slot: Slot) -> int:
        """The rows that have no such term."""
        return self.part.frame.get_column(slot.column).null_count()

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
        column, what = pl.col(slot.column), f"{self.part.template.table}.{slot.column}"
        values = self.part.frame.get_column(slot.column)
        if slot.kind == "iri":
            return [self.root, column, ">"]
        if slot.kind == "absolute":
            check_absolute(values, what)
            return ["<", column, ">"]
        if slot.kind == "name":
            names = full_names(values, self.prefixes, what)
            if self.short:
                return [column]
            return ["<", column.replace_strict(names, return_dtype=pl.String), ">"]
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
