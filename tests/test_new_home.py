"""Which article an event is declared by: adding one, whatever its id, takes none from another."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from kg.build import check
from kg.check.diagnostic import Findings
from kg.facts.compile import compile_facts
from kg.facts.declare import declarations
from kg.facts.outline import outline
from kg.facts.project import read_project
from tests.golden import TESTS

EVENT = "lind-berg-geneva-2024-03-11"
FACTS = """article: {id}
sha256: {sha}
language: en
coder: mw
entered: {entered}
passages:
  - quote: Foreign Minister Ana Lind met her counterpart Tomas Berg
    facts:
      - {word}: lind-berg-geneva-2024-03-11
        who: [Ana Lind, Tomas Berg]{same}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    return root


def add(root: Path, id_: str, *, word: str = "meeting", entered: str, same: bool) -> None:
    """Another article with the words of the first, and its facts."""
    text = (root / "articles" / "geneva.txt").read_bytes()
    (root / "articles" / f"{id_}.txt").write_bytes(text)
    sha = hashlib.sha256(text).hexdigest()
    reason = "\n        same: the same two on the same day" if same else ""
    facts = FACTS.format(id=id_, sha=sha, entered=entered, word=word, same=reason)
    (root / "facts" / f"{id_}.yaml").write_text(facts, "utf-8")


def found(root: Path) -> list[tuple[str, str]]:
    return [
        (item.code, item.span.file)
        for item in check(root).findings
        if item.code.startswith("event-")
    ]


def home(root: Path) -> tuple[str, str]:
    project = read_project(root, Findings())
    assert project is not None
    ordered = sorted(project.articles, key=lambda article: article.id.value)
    declared = declarations(map(outline, ordered), project.registry.merges, Findings())
    return declared.events[EVENT].article, declared.events[EVENT].what


@pytest.mark.parametrize("id_", ["a-new-one", "z-new-one"])
@pytest.mark.parametrize(
    ("entered", "same", "expected"),
    [
        ("2030-01-01", True, []),
        # Whoever comes later says why it is the same event, be it first by its id.
        ("2030-01-01", False, ["event-joined-without-reason"]),
        ("2000-01-01", True, []),
    ],
)
def test_a_new_article_takes_no_event(
    project: Path, id_: str, entered: str, same: bool, expected: list[str]
) -> None:
    add(project, id_, word="talks", entered=entered, same=same)
    assert found(project) == [(code, f"facts/{id_}.yaml") for code in expected]
    assert home(project) == ("geneva", "meeting")


def test_two_articles_that_both_join_an_event_are_told_so(project: Path) -> None:
    (project / "facts" / "geneva.yaml").unlink()
    add(project, "geneva", entered="2024-04-02", same=True)
    add(project, "a-new-one", entered="2024-04-03", same=True)
    assert found(project) == [("event-same-at-home", "facts/geneva.yaml")]
    assert home(project) == ("geneva", "meeting")


def test_of_two_entered_on_one_day_the_first_by_its_id_declares(project: Path) -> None:
    (project / "facts" / "geneva.yaml").unlink()
    add(project, "geneva", entered="2024-04-02", same=False)
    add(project, "z-new-one", entered="2024-04-02", same=False)
    assert found(project) == [("event-joined-without-reason", "facts/z-new-one.yaml")]


def test_the_class_of_an_event_is_its_home_s(project: Path) -> None:
    """An earlier id with a word that says less changes no claim of the other article."""
    before = claims(project)
    add(project, "a-new-one", word="talks", entered="2030-01-01", same=True)
    assert before <= claims(project)


def claims(root: Path) -> set[str]:
    findings = Findings()
    project = read_project(root, findings)
    assert project is not None
    tables, _ = compile_facts(
        project.articles, project.registry, project.vocabulary, project.texts, findings
    )
    return set(tables["claim"]["id"])
