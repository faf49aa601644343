"""From a validation result to the place in a file that caused it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Protocol

import polars as pl

from kg.check.diagnostic import Diagnostic, Related, Span
from kg.check.shacl import Result
from kg.mapping.tables import Tables
from kg.mapping.templates import templates

Row = dict[str, Any]
# What of a node to show first, of all that a person wrote for it.
_FIRST = ("value", "entry", "by", "article", "unnamed", "coder", "quote", "event")
# Properties of positions that are not called like the predicate.
_STANDS = {"kg:role": "role", "kg:supportedBy": "quote"}
_BETWEEN_CLAIMS = ("kg:disputedBy", "prov:wasRevisionOf")
# The fields of what is dated that hold its date.
_DATED = ("kg:published", "kg:issued", "kg:asOf")
# Tables whose rows lead to a node: by which column, and which column is the node they are of.
_LEADS_TO = (
    ("claim", "object", "id"),
    ("source", "published", "id"),
    ("source", "issued", "id"),
    ("quantity", "as_of", "id"),
    ("resolution", "time", "id"),
    ("alternative", "time", "resolution"),
)


class Text(Protocol):
    """An archived text: gives the lines and columns of a stretch of code points."""

    def span(self, start: int, end: int) -> Span:
        """The span of the code points start..end of the text."""
        ...


class Locator:
    """Positions by node, and for a node nobody wrote those of all that it follows from.

    `texts` are the archived texts by article id: the quotes that a result rests on are shown in
    them.
    """

    def __init__(self, tables: Tables, base: str, texts: Mapping[str, Text] | None = None) -> None:
        self._tables = tables
        self._base = base
        self._texts = texts or {}

    def diagnostic(self, result: Result) -> Diagnostic:
        """A validation result as a diagnostic at the field that caused it.

        A result on something that several facts make names each of them, and where the quotes
        behind them stand in the articles.
        """
        focus, value = self._node(result.focus), self._node(result.value)
        # The constraints over a whole graph have a fixed focus; what is wrong is the value.
        node = focus or value
        name = self._name(result.path) if result.path else ""
        behind, wanted = self._behind(node, name, result.value if focus else None)
        places = sorted({place for one in behind for place in self._places(one, wanted)})
        quotes = sorted({place for one in behind for place in self._quotes(one)})
        first, *others = places or [Span("graph")]
        related = [Related(span, "and here") for span in others]
        related += [Related(span, "the words this rests on") for span in quotes]
        return Diagnostic(
            f"shape-{result.shape.rsplit('#', 1)[-1]}",
            f"{result.message} ({node})" if node else result.message,
            first,
            result.severity,
            related=tuple(related),
            subject=node or result.focus,
        )

    # --- Terms ------------------------------------------------------------------------------

    def _node(self, term: str | None) -> str:
        prefix = f"<{self._base}"
        return term[len(prefix) : -1] if term and term.startswith(prefix) else ""

    def _name(self, iri: str) -> str:
        """The name with a prefix of an IRI; the IRI itself where no prefix fits."""
        for prefix, namespace in templates().prefixes.items():
            if iri.startswith(namespace):
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri

    def _object(self, term: str) -> str:
        """A term as the column `object` of the tables has it."""
        if term.startswith('"'):
            return term[1 : term.rindex('"')]
        return self._node(term) or self._name(term[1:-1])

    # --- What a node follows from -----------------------------------------------------------

    def _behind(self, node: str, name: str, value: str | None) -> tuple[list[str], tuple[str, ...]]:
        """What a person wrote of which a node, or what it has, follows; and which field of it."""
        own = self._claims_of.get(node, [])
        if own:
            said = [row for row in own if row["predicate"] == name]
            exact = [row for row in said if value and row["object"] == self._object(value)]
            if said:
                return [row["id"] for row in exact or said], ()
            if node not in self._positions:
                return [row["id"] for row in own], ("event",)
        if node not in self._positions and node not in self._records:
            # A claim of a bulk file has no place but its rows'.
            return ([node] if node in self._support else self._derived(node)), _DATED
        # A denial and what it denies are one dispute.
        other = self._node(value) if name in _BETWEEN_CLAIMS else ""
        return [node, other] if other else [node], (_STANDS.get(name, name),)

    def _derived(self, node: str) -> list[str]:
        """What leads to a node that nobody wrote, such as a time."""
        found: list[str] = []
        for table, column, key in _LEADS_TO:
            frame = self._tables[table]
            found += frame.filter(pl.col(column) == node)[key].to_list()
        return list(dict.fromkeys(found))

    # --- Places -----------------------------------------------------------------------------

    def _places(self, node: str, wanted: tuple[str, ...]) -> list[Span]:
        """Where a person wrote a field of a node, else the node; of a bulk file, the rows."""
        written = self._positions.get(node)
        if written:
            found = next((written[key] for key in (*wanted, *_FIRST) if key in written), None)
            return found or next(iter(written.values()))
        return [
            place
            for one in (node, *self._support.get(node, ()))
            for place in self._records.get(one, ())
        ]

    def _quotes(self, node: str) -> Iterator[Span]:
        """Where the passages behind a node stand in the archived texts."""
        claims = (node, *self._resolves.get(node, ()))
        for passage in (node, *(one for claim in claims for one in self._support.get(claim, ()))):
            row = self._passages.get(passage)
            text = self._texts.get(row["document"].split("/", 1)[1]) if row else None
            if row is not None and text is not None:
                yield text.span(row["start"], row["end"])

    # --- The tables, by node ----------------------------------------------------------------

    @cached_property
    def _positions(self) -> dict[str, dict[str, list[Span]]]:
        """The places of each property of each node: the same claim may stand in several."""
        found: dict[str, dict[str, list[Span]]] = defaultdict(dict)
        for node, property_, *span in self._tables["position"].iter_rows():
            found[node].setdefault(property_, []).append(Span(*span))
        return found

    @cached_property
    def _claims_of(self) -> dict[str, list[Row]]:
        """The claims of each subject."""
        found: dict[str, list[Row]] = defaultdict(list)
        columns = ("id", "subject", "predicate", "object")
        for row in self._tables["claim"].select(columns).iter_rows(named=True):
            found[row["subject"]].append(row)
        return found

    @cached_property
    def _records(self) -> dict[str, list[Span]]:
        """The place of each row of a bulk file: the number of the record stands for the line."""
        names = dict(self._tables["source"].select("id", "title").iter_rows())
        rows = self._tables["record"].select("id", "document", "number").iter_rows()
        return {id_: [Span(names.get(of) or of, n, 1, n, 1)] for id_, of, n in rows}

    @cached_property
    def _support(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for claim, evidence in self._tables["support"].select("claim", "evidence").iter_rows():
            found[claim].append(evidence)
        return found

    @cached_property
    def _resolves(self) -> dict[str, list[str]]:
        """The claims whose dates a resolution gives."""
        found: dict[str, list[str]] = defaultdict(list)
        stated = self._tables["stated"].filter(pl.col("predicate") == "kg:resolvedBy")
        quantities = self._tables["quantity"].drop_nulls("resolution")
        for frame, column in ((stated, "object"), (quantities, "resolution")):
            key = "claim" if column == "object" else "id"
            for claim, resolution in frame.select(key, column).iter_rows():
                found[resolution].append(claim)
        return found

    @cached_property
    def _passages(self) -> dict[str, Row]:
        return {row["id"]: row for row in self._tables["passage"].iter_rows(named=True)}
