"""A check: all of a project, or what changed since the last one and what that reaches."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection
from pathlib import Path

from kg.cache.checked import Checked
from kg.cache.container import Broken
from kg.cache.digests import scan_by_file
from kg.cache.facts import Facts, read_facts
from kg.cache.files import are_readable, key_of, scan_common
from kg.cache.graph import Graph, Validator
from kg.cache.kept import Kept, load, save
from kg.cache.reading import TooMuch
from kg.cache.totals import Totals, row_totals
from kg.check.engines import Choice, engine_failed, validate
from kg.check.locate import Locator
from kg.check.shacl import EngineError, check_report
from kg.check.shapes import Shapes, read_shapes
from kg.facts.project import Project
from kg.facts.released import check_released, last_release
from kg.mapping.region import Regions
from kg.mapping.serialise import render
from kg.memory import uncollected
from kg.rdf.formats import FORMATS
from kg.rdf.resources import shape_files

# Files that may be read anew before it is quicker to begin from nothing: so many, or a third.
_FEW, _PART = 32, 3
# Tables that take longest to read, those that are needed first first.
_LARGE = ("claim", "stated", "support", "best", "direct", "passage", "resolution")
# Of so many files one changed: time to keep the result anew.
_STALE = 50


Scan = Callable[[Path], dict[str, str]]
"""What hashes the files of facts and texts, as `kg.cache.digests.scan_by_file` does."""


def checked(
    root: Path,
    engine: Choice,
    *,
    cache: bool,
    only: Collection[str] | None = None,
    scan: Scan | None = None,
) -> Checked:
    """Check a project; with `cache`, take over what still holds of the last check.

    With `only`, some files of facts and texts, no more shapes are asked than look at what these
    tell of, where there is nothing to take over.
    """
    with uncollected():
        if cache:
            with contextlib.suppress(Broken, TooMuch):
                return _Run(root, engine, cache=True, only=only, scan=scan).run(anew=False)
        return _Run(root, engine, cache=cache, only=only, scan=scan).run(anew=True)


def tables_only(root: Path) -> Checked:
    """Read and compile a project, without asking any shape."""
    run = _Run(root, "auto", cache=False)
    run.read(Kept.nothing())
    return run.checked


class _Run:
    def __init__(
        self,
        root: Path,
        engine: Choice,
        *,
        cache: bool,
        only: Collection[str] | None = None,
        scan: Scan | None = None,
    ) -> None:
        self.checked = Checked()
        self._only = only
        self._root, self._engine, self._scan = root, engine, scan or scan_by_file
        with self.checked.timings.stage("hash"):
            self._inputs = scan_common(root)
            self._cache = cache and are_readable(root, self._inputs)
            self._key = key_of(self._inputs) if self._cache else ""

    def run(self, *, anew: bool) -> Checked:
        """Check all, or what changed; raises Broken or TooMuch where that cannot be told."""
        if not anew and not self._cache:
            raise Broken("what all depends on cannot be read")
        kept = Kept.nothing() if anew else load(self._root, self._key)
        if not anew:
            kept.base.fetch(_LARGE)
        facts = self.read(kept)
        if facts is not None:
            graph = self._validated(kept, facts)
            if self._cache and self._worth_keeping(kept, facts, graph):
                self._save(facts, graph)
        return self.checked

    def read(self, kept: Kept) -> Facts | None:
        """Read and compile."""
        done = self.checked
        with done.timings.stage("hash"):
            self._inputs |= self._scan(self._root)
        files = len(kept.frames["files"])
        most = max(_FEW, files // _PART) if kept.registry else len(self._inputs) + 1
        with done.timings.stage("read"):
            facts = read_facts(self._root, kept, self._inputs, done.findings, most)
        if facts is None:
            return None
        with done.timings.stage("count"):
            done.totals = self._totals(kept, facts)
        done.project, done.layers = facts.project, facts.layers
        done.counts = facts.counts.plus(done.totals.rows)
        done.reused = max(0, len(facts.frames["files"]) - facts.again)
        if not done.findings.has_errors and (
            facts.registry["retired"] or last_release(self._root) is not None
        ):
            tables = done.tables
            if tables is not None:
                check_released(self._root, tables, done.findings)
        return facts

    def _totals(self, kept: Kept, facts: Facts) -> Totals:
        """What is counted in the rows; triples and focus nodes are counted with the shapes."""
        if not kept.registry:
            tables = facts.layers.tables()
            tables.validate()
            self.checked.tables = tables
            return row_totals(tables)
        base = facts.project.settings.base
        now, then = (
            Regions(layers, base).about(facts.subjects) for layers in (facts.layers, facts.before)
        )
        return kept.totals.rows_alone() - row_totals(then) + row_totals(now)

    def _validated(self, kept: Kept, facts: Facts) -> Graph | None:
        """Ask the shapes of what could be compiled: a graph with holes would show only those."""
        done, project = self.checked, facts.project
        shapes = read_shapes(_shape_texts(project), project.vocabulary, done.findings)
        if shapes is None or done.findings.has_errors:
            return None
        graph = None
        with done.timings.stage("validate"):
            if self._engine == "auto":
                graph = self._graph(kept, facts, shapes)
            else:
                self._validate_as_one(facts, shapes)
        if done.report is not None and done.report.results and done.tables is not None:
            locate = Locator(done.tables, project.settings.base, project.texts)
            done.findings.items += [locate.diagnostic(result) for result in done.report.results]
        return graph

    def _graph(self, kept: Kept, facts: Facts, shapes: Shapes) -> Graph | None:
        done = self.checked
        validator = Validator(shapes, facts.project.settings.base)
        try:
            if kept.validation is None and self._only is not None:
                nodes = facts.layers.told_in(facts.about(self._only))
                near = validator.near(facts.layers, nodes)
                done.report, done.totals = (
                    near.report,
                    done.totals.rows_alone() + Totals(triples=near.totals.triples),
                )
                done.findings.items += check_report(near.report) if len(nodes) else []
                return None
            if kept.validation is None:
                tables = done.tables
                graph = validator.whole(facts.layers, tables) if tables is not None else None
            else:
                graph = validator.changed(
                    facts.layers, facts.before, facts.subjects, kept.validation, kept.totals
                )
        except EngineError as error:
            engine_failed(error, done.findings)
            return None
        if graph is not None:
            done.report, done.totals = graph.report, graph.totals
            done.findings.items += check_report(graph.report)
        return graph

    def _validate_as_one(self, facts: Facts, shapes: Shapes) -> None:
        done, tables = self.checked, self.checked.tables
        if tables is not None:
            data = render(tables, facts.project.settings.base, FORMATS["nt"])
            done.totals += Totals(triples=data.count(b"\n"))
            done.report = validate(self._engine, data, shapes, done.findings)

    def _worth_keeping(self, kept: Kept, facts: Facts, graph: Graph | None) -> bool:
        if any(item.code == "input-changed" for item in self.checked.findings.items):
            return False
        if not kept.registry:
            return True
        if graph is None:
            return False
        return kept.validation is None or facts.again * _STALE > len(facts.frames["files"])

    def _save(self, facts: Facts, graph: Graph | None) -> None:
        with self.checked.timings.stage("keep"):
            kept = Kept(
                facts.frames,
                facts.layers.base,
                self.checked.totals,
                facts.registry,
                graph.validation if graph is not None else None,
            )
            save(self._root, self._key, kept, facts.layers.kept())


def _shape_texts(project: Project) -> dict[str, bytes]:
    texts = {f"shapes/{path.name}": path.read_bytes() for path in shape_files()}
    return texts | {
        path.relative_to(project.root).as_posix(): path.read_bytes() for path in project.shapes
    }
