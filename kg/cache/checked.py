"""What a check saw and found."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from kg.cache.layers import Layers
from kg.cache.totals import Totals
from kg.check.diagnostic import Findings
from kg.check.shacl import Report
from kg.facts.compile import Counts
from kg.facts.project import Project
from kg.mapping.tables import Tables


@dataclass(slots=True)
class Timings:
    """Seconds a stage took, in the order in which the stages ran."""

    stages: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.stages[name] = self.stages.get(name, 0.0) + time.perf_counter() - start


@dataclass(slots=True)
class Checked:
    """What a run saw, found and wrote.

    `project` and `tables` are None where there was nothing to read them from; `written` are the
    names of the files that changed, None where nothing could be written. `reused` is the number of
    files of facts whose rows were taken from the cache.
    """

    findings: Findings = field(default_factory=Findings)
    timings: Timings = field(default_factory=Timings)
    project: Project | None = None
    layers: Layers | None = None
    counts: Counts = field(default_factory=Counts)
    totals: Totals = field(default_factory=Totals)
    report: Report | None = None
    reused: int = 0
    written: tuple[str, ...] | None = None
    _tables: Tables | None = None

    @property
    def tables(self) -> Tables | None:
        """The tables, put together when they are first asked for."""
        if self._tables is None and self.layers is not None:
            tables = self.layers.tables()
            tables.validate()
            self._tables = tables
        return self._tables

    @tables.setter
    def tables(self, tables: Tables) -> None:
        self._tables = tables

    @property
    def triples(self) -> int:
        """How many triples were validated."""
        return self.totals.triples

    def summary(self) -> list[str]:
        """What was looked at, in lines for a reader."""
        counts = self.counts
        lines = [
            f"{counts.articles} articles, {counts.registry_entries} registry entries; "
            f"{counts.passages} passages ({counts.empty_passages} without facts), "
            f"{counts.quotes_proved} quotes proved; {counts.facts} facts",
            f"{counts.claims} assertions, {counts.speech} wordings of speech, "
            f"{counts.quantities} quantities; {counts.dates_resolved} dates resolved",
        ]
        if self.layers is not None:
            kinds = ", ".join(f"{kind} {number}" for kind, number in self._by_kind())
            lines.append(f"by kind: {kinds}")
        if self.report is not None:
            lines.append(
                f"{self.triples} triples; {self.report.shapes} shapes on "
                f"{self.report.focus_nodes} focus nodes"
            )
            lines += [
                f"{shape} was left to pySHACL: {reason}"
                for shape, reason in self.report.left.items()
            ]
        return lines

    def _by_kind(self) -> list[tuple[str, int]]:
        """How many claims there are of each kind, the most first, by the names of predicates."""
        of = self.totals
        counts = [(name.split(":", 1)[1], number) for name, number in of.predicates.items()]
        counts += [("speech", of.rows.speech), ("quantity", of.rows.quantities)]
        return sorted(counts, key=lambda count: (-count[1], count[0]))
