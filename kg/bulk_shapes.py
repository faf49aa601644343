"""Slices of bulk tables held against the shapes, with the row of a file behind each result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from kg.check.diagnostic import Findings
from kg.check.engines import Choice, validate
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
