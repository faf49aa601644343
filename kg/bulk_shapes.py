"""Slices of bulk tables held against the shapes, with the row of a file behind each result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from kg.check.diagnostic import Diagnostic, Findings, Span
from kg.check.engines import Choice, validate
from kg.check.shacl import Result
from kg.check.shapes import Shapes
from kg.facts.dates.edtf import Edtf
from kg.imports.files import Input
from kg.imports.nodes import fixed_tables, node_tables, nodes_of
from kg.imports.spec import Spec
from kg.mapping.serialise import render
from kg.mapping.tables import Tables
from kg.rdf.formats import FORMATS


@dataclass(frozen=True, slots=True)
class SliceCheck:
    """What slices of events are held against; each is looked at with all that it refers to."""

    shapes: Shapes
    engine: Choice
    base: str
    spec: Spec
    files: Sequence[Input]
    dates: Mapping[str, Edtf]

    def events(self, kept: pl.DataFrame, tables: Tables, findings: Findings) -> int:
        """How many events the tables of some kept rows hold, all of them validated."""
        nodes = node_tables(nodes_of(kept, self.spec), self.spec)
        fixed = fixed_tables(self.spec, self.files, self.dates)
        data = render(_joined(tables, nodes, fixed), self.base, FORMATS["nt"])
        report = validate(self.engine, data, self.shapes, findings)
        places = _Places(tables, self.files, self.base)
        for result in report.results if report else ():
            findings.items.append(places.diagnostic(result))
        return int(kept.get_column("event").n_unique())


def _joined(*parts: Tables) -> Tables:
    """The rows of several tables together, each once."""
    return Tables({name: pl.concat([part[name] for part in parts]) for name in parts[0]})


class _Places:
    """The rows of files that nodes of a slice rest on."""

    def __init__(self, tables: Tables, files: Sequence[Input], base: str) -> None:
        self._tables = tables
        self._files = {file.node: file.shown for file in files}
        self._base = base

    def diagnostic(self, result: Result) -> Diagnostic:
        """A validation result as a diagnostic at the first row behind it."""
        terms = (result.value, result.focus)
        nodes = [term[len(self._base) + 1 : -1] for term in terms if self._own(term) and term]
        span = next((span for node in nodes if (span := self._span(node))), Span("graph"))
        node = nodes[-1] if nodes else ""
        return Diagnostic(
            f"shape-{result.shape.rsplit('#', 1)[-1]}",
            f"{result.message} ({node})" if node else result.message,
            span,
            result.severity,
            subject=node or result.focus,
        )

    def _own(self, term: str | None) -> bool:
        return term is not None and term.startswith(f"<{self._base}")

    def _span(self, node: str) -> Span | None:
        claims = self._tables["claim"]
        is_object = (pl.col("object") == node) & (pl.col("object_kind") == "iri")
        about = claims.filter((pl.col("id") == node) | (pl.col("subject") == node) | is_object)
        rows = self._tables["support"].filter(pl.col("claim").is_in(about["id"].implode()))
        found = self._tables["record"].filter(
            (pl.col("id") == node) | pl.col("id").is_in(rows["evidence"].implode())
        )
        for row in found.sort("document", "number").head(1).iter_rows(named=True):
            return Span(self._files[row["document"]], row["number"], 1, row["number"], 1)
        return None
