"""Alerts of code scanning for a project: results of shapes lead to the words, and stay the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kg.build import check
from kg.check.catalogue import catalogue
from kg.check.diagnostic import Diagnostic
from kg.check.engines import Choice
from kg.check.sarif import sarif
from tests.golden import TESTS

SCHEMA = json.loads((TESTS / "data" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
FACTS = "facts/geneva.yaml"
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix kg: <https://w3id.org/parley/ns#> .
@prefix own: <https://example.org/shapes#> .

own:Undisputed a sh:PropertyShape ;
    sh:targetClass kg:Call ;
    sh:path kg:status ;
    sh:in ( kg:held kg:planned ) ;
    sh:message "The sources dispute this call." .
own:Somewhere a sh:PropertyShape ;
    sh:targetClass kg:Meeting ;
    sh:path kg:place ;
    sh:minCount 1 ;
    sh:message "Nobody says where this meeting is." .
own:NoRemarks a sh:PropertyShape ;
    sh:targetClass kg:ReportedSpeech ;
    sh:path kg:words ;
    sh:maxCount 0 ;
    sh:message "Words are reported." .
"""


def project(folder: Path, before: str = "", old: str = "", new: str = "") -> Path:
    """The small project with shapes of its own, and a change to its facts."""
    root = folder / "project"
    shutil.copytree(TESTS / "project", root)
    (root / "shapes").mkdir()
    (root / "shapes" / "own.ttl").write_text(SHAPES, encoding="utf-8")
    facts = (root / FACTS).read_text(encoding="utf-8")
    assert old in facts
    (root / FACTS).write_text(before + facts.replace(old, new, 1), encoding="utf-8")
    return root


def findings(root: Path, engine: Choice = "fast") -> list[Diagnostic]:
    return list(check(root, engine).findings)


def results(items: list[Diagnostic]) -> list[dict[str, Any]]:
    log = json.loads(sarif(items, catalogue(), "1"))
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    found = log["runs"][0]["results"]
    assert isinstance(found, list)
    return found


def place(location: dict[str, Any]) -> str:
    physical = location["physicalLocation"]
    region = physical["region"]
    return f"{physical['artifactLocation']['uri']}:{region['startLine']}:{region['startColumn']}"


@pytest.mark.parametrize("engine", ["fast", "pyshacl"])
def test_results_of_shapes_lead_to_the_words_in_the_article(tmp_path: Path, engine: Choice) -> None:
    found = {
        result["ruleId"]: (
            place(result["locations"][0]),
            [(place(r), r["message"]["text"]) for r in result["relatedLocations"]],
        )
        for result in results(findings(project(tmp_path), engine))
    }
    assert found == {
        "shape-Undisputed": (
            "facts/geneva.yaml:22:17",
            [
                ("facts/geneva.yaml:30:15", "and here"),
                ("articles/geneva.txt:9:1", "the words this rests on"),
                ("articles/geneva.txt:9:101", "the words this rests on"),
            ],
        ),
        "shape-Somewhere": (
            "facts/geneva.yaml:37:18",
            [("articles/geneva.txt:13:1", "the words this rests on")],
        ),
        "shape-NoRemarks": (
            "facts/geneva.yaml:17:15",
            [("articles/geneva.txt:7:1", "the words this rests on")],
        ),
    }


# Something wrong besides what the shapes find; then facts alone are looked at.
WRONG = [
    ("", ""),
    ("met her counterpart Tomas Berg in", "met the counterpart Tomas Berg in"),
    ("Lind = ana-lind", "Lind = tomas-berg"),
    ("who: Lind, at:", "at:"),
]


@pytest.mark.parametrize(("old", "new"), WRONG)
def test_alerts_stay_the_same_when_lines_move(tmp_path: Path, old: str, new: str) -> None:
    marks, lines = [], []
    for number, before in enumerate(("", "# One more line.\n" * 7)):
        items = findings(project(tmp_path / str(number), before, old, new))
        marks.append([result["partialFingerprints"] for result in results(items)])
        lines.append([item.span.line for item in items if item.span.file == FACTS])
    assert marks[0] == marks[1] != []
    assert lines[1] == [line + 7 for line in lines[0]] != []


def test_another_alert_is_another_one(tmp_path: Path) -> None:
    items = findings(project(tmp_path))
    marks = [result["partialFingerprints"]["primaryLocationLineHash"] for result in results(items)]
    assert len(marks) == len(set(marks)) == 3
