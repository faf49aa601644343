"""The pipeline: a project read, compiled to tables, ranked, validated, and written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kg.check.diagnostic import Findings
from kg.check.engines import Choice, validate
from kg.check.locate import Locator
from kg.check.report import text_report
from kg.check.shacl import Report
from kg.check.shapes import read_shapes
from kg.facts.compile import Counts, compile_facts
from kg.facts.fixes import fixes
from kg.facts.project import SETTINGS, Project, find_root, read_project
from kg.facts.settings import Settings
from kg.mapping.ranks import ranked
from kg.mapping.serialise import render
from kg.mapping.tables import Tables
from kg.rdf.formats import FORMATS
from kg.rdf.resources import shape_files
from kg.write import MANIFEST, manifest, write_all

OUTPUTS = ("ttl", "nq", "trig", "jsonld")
POSITIONS = "positions.csv"


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
    names of the files that changed, None where nothing could be written.
    """

    findings: Findings = field(default_factory=Findings)
    timings: Timings = field(default_factory=Timings)
    project: Project | None = None
    tables: Tables | None = None
    counts: Counts = field(default_factory=Counts)
    triples: int = 0
    report: Report | None = None
    written: tuple[str, ...] | None = None

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
        if self.tables is not None:
            kinds = ", ".join(f"{kind} {number}" for kind, number in by_kind(self.tables))
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


def by_kind(tables: Tables) -> list[tuple[str, int]]:
    """How many claims there are of each kind, the most first; kinds are named by predicates."""
    found = tables["claim"].group_by("predicate").len()
    counts = [(name.split(":", 1)[1], number) for name, number in found.iter_rows()]
    counts += [("speech", tables["speech"].height), ("quantity", tables["quantity"].height)]
    return sorted(counts, key=lambda count: (-count[1], count[0]))


class FactsError(ValueError):
    """Facts with errors; the message lists every diagnostic."""


def facts_of(project: str | Path | None = None) -> tuple[Settings, Tables]:
    """Settings and tables of a project, without validation; raises FactsError."""
    root = Path(project).resolve() if project is not None else find_root(Path.cwd())
    if root is None:
        raise FactsError(f"no {SETTINGS} here or above")
    checked = Checked()
    _tables(root, checked)
    if checked.project is None or checked.tables is None or checked.findings.has_errors:
        raise FactsError(text_report(checked.findings))
    return checked.project.settings, checked.tables


def check(root: Path, engine: Choice = "auto") -> Checked:
    """Read, compile, rank and validate a project with a SHACL engine; writes nothing."""
    checked = Checked()
    _tables(root, checked)
    if checked.tables is not None and checked.project is not None:
        _validate(checked.tables, checked.project, checked, engine)
    return checked


def build(root: Path, engine: Choice = "auto") -> Checked:
    """Check a project and, where there is no error, write its output; raises OSError."""
    checked = check(root, engine)
    project, tables = checked.project, checked.tables
    if project is None or tables is None or checked.findings.has_errors:
        return checked
    with checked.timings.stage("serialise"):
        outputs = {
            f"graph.{extension}": render(tables, project.settings.base, FORMATS[extension])
            for extension in OUTPUTS
        }
        outputs[POSITIONS] = tables["position"].write_csv().encode()
        counts = {
            "articles": checked.counts.articles,
            "claims": checked.counts.claims,
            "triples": checked.triples,
        }
        settings = project.settings
        outputs[MANIFEST] = manifest(
            settings.title, settings.version, project.inputs, outputs, counts
        )
    with checked.timings.stage("write"):
        checked.written = write_all(project.output, outputs)
    return checked


def fix(root: Path) -> dict[str, int]:
    """Mend in a project's YAML files what needs no judgement; how many places, by path.

    Raises OSError.
    """
    mended = fixes(root)
    for path, file in mended.items():
        write_all((root / path).parent, {(root / path).name: file.data})
    return {path: file.places for path, file in mended.items()}


def _tables(root: Path, checked: Checked) -> None:
    with checked.timings.stage("read"):
        project = checked.project = read_project(root, checked.findings)
    if project is None:
        return
    with checked.timings.stage("compile"):
        tables, checked.counts = compile_facts(
            project.articles,
            project.registry,
            project.vocabulary,
            project.texts,
            checked.findings,
            project.unread_texts(),
        )
    with checked.timings.stage("rank"):
        vocabulary = project.vocabulary
        derived = ranked(
            tables["claim"],
            vocabulary.single_valued(),
            {name: vocabulary.superclasses(name) for name in vocabulary.classes()},
        )
        checked.tables = tables.replacing(derived)
        checked.tables.validate()


def _validate(tables: Tables, project: Project, checked: Checked, engine: Choice) -> None:
    """Validate with SHACL what could be compiled; a graph with holes would only find the holes."""
    shapes = read_shapes(_shape_texts(project), project.vocabulary, checked.findings)
    if shapes is None or checked.findings.has_errors:
        return
    with checked.timings.stage("map"):
        data = render(tables, project.settings.base, FORMATS["nt"])
        checked.triples = data.count(b"\n")
    with checked.timings.stage("validate"):
        report = checked.report = validate(engine, data, shapes, checked.findings)
    if report is None:
        return
    locate = Locator(tables, project.settings.base)
    checked.findings.items += [locate.diagnostic(result) for result in report.results]


def _shape_texts(project: Project) -> dict[str, bytes]:
    texts = {f"shapes/{path.name}": path.read_bytes() for path in shape_files()}
    return texts | {
        path.relative_to(project.root).as_posix(): path.read_bytes() for path in project.shapes
    }
