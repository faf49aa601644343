"""Results as text: aligned tables for people, the standard formats for programs."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import accumulate, chain, islice, zip_longest
from typing import TYPE_CHECKING, BinaryIO

import pyoxigraph as ox

from kg.ask.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg.rdf.store import Result

BINDINGS: Mapping[str, ox.QueryResultsFormat] = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
"""Formats of SELECT and ASK beside `table`, by name: those of SPARQL 1.1."""

TRIPLES: Mapping[str, ox.RdfFormat] = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
}
"""Formats of CONSTRUCT and DESCRIBE by name."""

TABLE = "table"
AUTO = "auto"
"""The format for people: a table of rows, Turtle of triples."""

# Rows that a table looks at to choose its column widths; the rest is streamed.
_SAMPLE = 1000
_GAP = "  "
_NARROWEST = 8
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
# Joiners of Persian and of emoji are part of the words; other format characters hide or reorder.
_JOINERS = "\u200c\u200d"
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class Style:
    """How a table shows names: IRIs under the base as local paths, others by prefix.

    `width` is that of the terminal in columns; without one, no line is wrapped.
    """

    base: str
    prefixes: Mapping[str, str]
    width: int | None = None

    def cell(self, term: object) -> str:
        """One term, or None for an unbound variable; nothing in it steers a terminal."""
        if term is None:
            return ""
        if isinstance(term, ox.NamedNode):
            return printable(self._name(term.value))
        return printable(term.value if isinstance(term, ox.Literal) else str(term))

    def _name(self, iri: str) -> str:
        if iri.startswith(self.base) and iri != self.base:
            return iri.removeprefix(self.base)
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"


def write(result: Result, form: str, out: BinaryIO, style: Style) -> None:
    """Write a result in a format: AUTO, TABLE, or a key of BINDINGS or TRIPLES.

    Rows are written as they come, except that Turtle is sorted first. Raises QueryError for a
    format that cannot hold the result.
    """
    if form == AUTO:
        form = "ttl" if isinstance(result, ox.QueryTriples) else TABLE
    if isinstance(result, ox.QueryTriples):
        _check(form, TRIPLES, "this query gives triples")
        if form == "ttl":
            out.write(_turtle(result, style.prefixes))
        else:
            result.serialize(out, TRIPLES[form])
        return
    _check(form, (TABLE, *BINDINGS), "this query gives rows")
    if form != TABLE:
        result.serialize(out, BINDINGS[form])
    elif isinstance(result, ox.QueryBoolean):
        out.write(b"yes\n" if result else b"no\n")
    else:
        out.writelines(line.encode() + b"\n" for line in _table(result, style))


def printable(text: str) -> str:
    """Text with its control, format and separator characters written as escapes."""
    return "".join(
        _ESCAPES.get(char, f"\\u{ord(char):04X}") if _steers(char) else char for char in text
    )


def _check(form: str, forms: Iterable[str], what: str) -> None:
    known = tuple(forms)
    if form not in known:
        raise QueryError(f"{what}: choose the format {', '.join(known[:-1])} or {known[-1]}")


def _steers(char: str) -> bool:
    category = unicodedata.category(char)
    return category in ("Cc", "Cs", "Zl", "Zp") or (category == "Cf" and char not in _JOINERS)


def _turtle(result: ox.QueryTriples, prefixes: Mapping[str, str]) -> bytes:
    """Triples in one order, with the prefixes that they use in one order."""
    triples = sorted(result, key=str)
    used = {
        prefix: namespace
        for prefix, namespace in prefixes.items()
        if any(namespace in str(triple) for triple in triples)
    }
    text = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=used) or b""
    lines = text.splitlines(keepends=True)
    return b"".join(sorted(lines[: len(used)]) + lines[len(used) :])


def _table(result: ox.QuerySolutions, style: Style) -> Iterator[str]:
    header = [variable.value for variable in result.variables]
    rows = ([style.cell(term) for term in solution] for solution in result)
    sample = list(islice(rows, _SAMPLE))
    widths = [max(map(_width, column)) for column in zip(header, *sample, strict=True)]
    if style.width is not None:
        widths = _narrowed(widths, style.width)
    wrapped = style.width is not None
    for row in chain([header, ["-" * width for width in widths]], sample, rows):
        lines = [
            _wrap(cell, width) if wrapped else [cell]
            for cell, width in zip(row, widths, strict=True)
        ]
        for line in zip_longest(*lines, fillvalue=""):
            yield _GAP.join(map(_padded, line, widths)).rstrip()


def _narrowed(widths: Sequence[int], total: int) -> list[int]:
    """Column widths that fit a line as far as they can: the widest give way first."""
    narrowed = list(widths)
    left = total - len(_GAP) * (len(widths) - 1)
    for place, column in enumerate(sorted(range(len(widths)), key=narrowed.__getitem__)):
        share = max(_NARROWEST, left // (len(widths) - place))
        narrowed[column] = min(narrowed[column], share)
        left -= narrowed[column]
    return narrowed


def _wrap(cell: str, width: int) -> list[str]:
    """The lines of a cell, broken at spaces where there are any."""
    lines = []
    while _width(cell) > width:
        fits = max(1, sum(1 for used in accumulate(map(_width, cell)) if used <= width))
        space = cell.rfind(" ", 1, fits + 1)
        end = fits if space < 0 else space
        lines.append(cell[:end])
        cell = cell[end:].removeprefix(" ")
    return [*lines, cell]


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _width(text: str) -> int:
    """Columns of a terminal: wide characters take two, marks that combine take none."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(char) or char in _JOINERS
        else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )
