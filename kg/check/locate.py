"""From a validation result to the place in a file that caused it."""

from __future__ import annotations

import polars as pl

from kg.check.diagnostic import Diagnostic, Related, Span
from kg.check.shacl import Result
from kg.mapping.tables import Tables

# What of a node to show first, of all that a person wrote for it.
_FIRST = ("value", "entry", "by", "article", "quote", "event")


class Locator:
    """Positions by node, and for a node nobody wrote those of the claims it follows from."""

    def __init__(self, tables: Tables, base: str) -> None:
        self._tables = tables
        self._base = base

    def diagnostic(self, result: Result) -> Diagnostic:
        """A validation result as a diagnostic at the place where it was written.

        A result on a node that several facts make names each of them.
        """
        terms = (result.value, result.focus)
        spans = next((s for term in terms if (s := self._spans(self._node(term)))), [])
        first, others = (spans[0], spans[1:]) if spans else (Span("graph"), [])
        node = self._node(result.focus) or self._node(result.value)
        return Diagnostic(
            f"shape-{result.shape.rsplit('#', 1)[-1]}",
            f"{result.message} ({node})" if node else result.message,
            first,
            result.severity,
            related=tuple(Related(span, "and here") for span in others[:9]),
            subject=node or result.focus,
        )

    def _node(self, term: str | None) -> str:
        prefix = f"<{self._base}"
        return term[len(prefix) : -1] if term and term.startswith(prefix) else ""

    def _spans(self, node: str) -> list[Span]:
        if not node:
            return []
        found = self._written([node])
        if not found:
            claims = self._tables["claim"].filter(
                (pl.col("subject") == node)
                | ((pl.col("object") == node) & (pl.col("object_kind") == "iri"))
            )
            found = self._written(claims["id"].to_list())
        return found

    def _written(self, nodes: list[str]) -> list[Span]:
        rows = self._tables["position"].filter(pl.col("node").is_in(nodes))
        spans = {}
        for node, group in rows.group_by("node", maintain_order=True):
            places = {row["property"]: row for row in group.iter_rows(named=True)}
            row = next((places[p] for p in _FIRST if p in places), next(iter(places.values())))
            spans[node] = Span(
                row["file"], row["line"], row["column"], row["end_line"], row["end_column"]
            )
        return sorted(set(spans.values()))
