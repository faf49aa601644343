"""Reports to files: every rendering by its name, and what they are made from."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from kg.check.catalogue import Entry
from kg.check.diagnostic import Diagnostic, Severity
from kg.check.github import commands, summary
from kg.check.render_json import as_json
from kg.check.report import Sources, text_report
from kg.check.sarif import sarif
from kg.check.shacl import Report
from kg.check.w3c import w3c

SUMMARY = "GITHUB_STEP_SUMMARY"
"""The variable that names the file of a workflow step's summary."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found, as the renderings need it.

    `files` are those looked at; `prefix` leads to the project from the root of the repository;
    `report` is null where the graph was not validated.
    """

    diagnostics: tuple[Diagnostic, ...]
    files: tuple[str, ...]
    rules: Mapping[str, Entry]
    sources: Sources
    report: Report | None
    prefix: str = ""
    least: Severity = Severity.ERROR


class NoReport(OSError):
    """A report of a graph that was not validated."""


def _w3c(outcome: Outcome) -> str:
    if outcome.report is None:
        raise NoReport("w3c: the graph was not validated, so there is no validation report")
    return w3c(outcome.report)


def _junit(outcome: Outcome) -> str:
    from kg.check.junit import junit  # its XML comes with what speaks to the network

    return junit(outcome.diagnostics, outcome.files, outcome.prefix, outcome.least)


RENDERINGS: Mapping[str, Callable[[Outcome], str]] = {
    "text": lambda run: text_report(run.diagnostics, run.prefix, run.sources),
    "json": lambda run: as_json(run.diagnostics, run.prefix),
    "sarif": lambda run: sarif(run.diagnostics, run.rules, version("parley-kg"), run.prefix),
    "junit": _junit,
    "github": lambda run: commands(run.diagnostics, run.prefix),
    "w3c": _w3c,
}


def write(outcome: Outcome, form: str, target: str) -> None:
    """Write one rendering to a file, or to standard output for `-`; raises OSError.

    Where a step's summary is asked for, `github` adds to it what it does not annotate. A report
    that cannot be made leaves no older one in its place.
    """
    try:
        text = RENDERINGS[form](outcome)
    except NoReport:
        if target != "-":
            Path(target).unlink(missing_ok=True)
        raise
    if target == "-":
        sys.stdout.write(text)
    else:
        Path(target).write_text(text, encoding="utf-8", errors="replace", newline="")
    if form == "github" and (file := os.environ.get(SUMMARY)):
        with Path(file).open("a", encoding="utf-8", errors="replace", newline="") as out:
            out.write(summary(outcome.diagnostics, outcome.prefix))


def sources_in(root: Path) -> Sources:
    """The texts of a project's files, each read once; byte order marks are as spans count them."""

    @cache
    def source(file: str) -> str | None:
        path = root / file
        # Never through a link, and never what could not have been read as a source.
        if path.is_symlink() or not path.is_file():
            return None
        try:
            text = path.read_bytes().decode("utf-8", "replace")
        except OSError:
            return None
        return text.removeprefix("\ufeff") if file.endswith(".yaml") else text

    return source


def repository(root: Path) -> Path:
    """The repository that a project is in, or the project where it is in none."""
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
