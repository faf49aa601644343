"""The pipeline: a project read, compiled to tables, ranked, validated, and written."""

from __future__ import annotations

from collections.abc import Collection
from importlib import metadata
from pathlib import Path

from kg.cache.checked import Checked, Timings
from kg.cache.run import Scan, tables_only
from kg.cache.run import checked as run
from kg.check.engines import Choice
from kg.check.report import text_report
from kg.export import void
from kg.facts.fixes import fixes
from kg.facts.folder import SETTINGS, find_root
from kg.facts.settings import Settings
from kg.mapping.serialise import render
from kg.mapping.tables import Tables
from kg.rdf.formats import FORMATS
from kg.since import is_about_all, restrict
from kg.write import MANIFEST, manifest, write_all

__all__ = ["OUTPUTS", "POSITIONS", "Checked", "FactsError", "Timings", "build", "check", "fix"]

OUTPUTS = ("ttl", "nq", "trig", "jsonld")
POSITIONS = "positions.csv"


class FactsError(ValueError):
    """Facts with errors; the message lists every diagnostic."""


def facts_of(project: str | Path | None = None) -> tuple[Settings, Tables]:
    """Settings and tables of a project, without validation; raises FactsError."""
    root = Path(project).resolve() if project is not None else find_root(Path.cwd())
    if root is None:
        raise FactsError(f"no {SETTINGS} here or above")
    checked = tables_only(root)
    if checked.project is None or checked.tables is None or checked.findings.has_errors:
        raise FactsError(text_report(checked.findings))
    return checked.project.settings, checked.tables


def check(
    root: Path,
    engine: Choice = "auto",
    *,
    cache: bool = False,
    changed: Collection[str] | None = None,
    scan: Scan | None = None,
) -> Checked:
    """Read, compile, rank and validate a project with a SHACL engine; writes but its cache.

    With `cache`, what the last check found is taken over where all that it hangs on is the same;
    with other engines than `auto` nothing is. With `changed`, some inputs, only what is about
    these is found, and what is wrong between files. `scan` hashes files otherwise than this does.
    """
    if changed is None or is_about_all(changed):
        return run(root, engine, cache=cache and engine == "auto", scan=scan)
    checked = run(root, engine, cache=cache and engine == "auto", only=changed, scan=scan)
    restrict(checked, changed)
    return checked


def build(root: Path, engine: Choice = "auto", *, cache: bool = False) -> Checked:
    """Check a project and, where there is no error, write its output; raises OSError."""
    checked = check(root, engine, cache=cache)
    project, tables = checked.project, checked.tables
    if project is None or tables is None or checked.findings.has_errors:
        return checked
    with checked.timings.stage("serialise"):
        outputs = {
            f"graph.{extension}": render(tables, project.settings.base, FORMATS[extension])
            for extension in OUTPUTS
        }
        outputs[POSITIONS] = tables["position"].write_csv().encode()
        outputs[void.FILE] = void.description(
            tables, project.settings, outputs, metadata.version("parley-kg")
        )
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
