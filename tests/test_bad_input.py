"""Bad input: each case beside the exact diagnostics, and nothing written."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from kg.build import build
from kg.check.diagnostic import Severity
from kg.check.report import text_report
from tests.golden import TESTS, Case, cases

CASES = cases("bad")
HEAD = "@head\n"


def project_of(case: Case, folder: Path) -> Path:
    """The small project with the case's files in place of, or added to, its own.

    `@head` in a file of facts stands for the eight lines of a good head.
    """
    root = folder / "project"
    shutil.copytree(TESTS / "project", root)
    good = (root / "facts" / "geneva.yaml").read_text(encoding="utf-8")
    head = good.split("passages:\n")[0] + "passages:\n"
    for name, text in case.parts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.replace(HEAD, head).encode())
    return root


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_diagnostics(case: Case, tmp_path: Path) -> None:
    root = project_of(case, tmp_path)
    out = root / "out"
    out.mkdir()
    (out / "graph.ttl").write_text("the last good output", encoding="utf-8")
    checked = build(root)
    case.holds(text_report(checked.findings))
    worst = max(item.severity for item in checked.findings)
    refused = worst is Severity.ERROR
    assert refused == (checked.written is None)
    assert refused == (sorted(path.name for path in out.iterdir()) == ["graph.ttl"])
    assert all(item.fix for item in checked.findings.items if item.severity is Severity.ERROR)


def test_all_cases_ran() -> None:
    assert len(CASES) == len(list((TESTS / "bad").iterdir())) >= 80


def test_the_small_project_is_clean(tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    checked = build(root)
    assert [item.code for item in checked.findings] == []
    assert checked.counts.quotes_proved == 6
    graph = (root / "out" / "graph.nq").read_bytes()
    assert hashlib.sha256(graph).hexdigest() in (root / "out" / "manifest.json").read_text()
