"""Mutation: 200 edits of the seeds' facts, nearly all of them refused where they were made.

*Refused* means an error, so that `kg check` fails without any option: what warns only is not
counted. The line is that of what was edited; for a field left out, that of the entry it is missing
from (of all its lines where the entry is one value). Edits that no check can see are kept out of
the draw by `tests/mutation/undetectable.py`, which looks at the words and the registry alone; ids
of events and utterances are none of the registry's: which event a passage tells of is the
curator's judgement.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path

import pytest

from kg.build import check
from kg.check.diagnostic import Findings, Severity
from kg.facts.compile import compile_facts
from kg.facts.project import read_project
from tests.mutation.edits import CLASSES, Edit, Seeds
from tests.mutation.sites import File
from tests.mutation.undetectable import DATE_REASONS, DROP_REASONS, ID_REASONS, RULE_REASONS

ROOT = Path(__file__).parent.parent / "seeds"
SEED = 20231031
# What is wrong: how many are drawn; of these, how many are refused, and at the line.
QUOTAS = {
    "letter": (40, 40, 40),
    "id": (35, 35, 35),
    "date": (20, 20, 20),
    "drop": (40, 40, 40),
    "extra": (30, 30, 30),
    "rule": (15, 15, 15),
    "stranger": (20, 20, 20),
}


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    findings = Findings()
    project = read_project(ROOT, findings)
    assert project is not None
    assert not findings.has_errors
    files = [
        File.read(f"facts/{path.name}", path.read_bytes())
        for path in sorted((ROOT / "facts").glob("*.yaml"))
    ]
    texts = {id_: text.text for id_, text in project.texts.items()}
    rules = tuple(sorted(project.vocabulary.concepts("DateRules")))
    return Seeds(files, texts, project.registry, rules)


def drawn(seeds: Seeds, kind: str) -> list[Edit]:
    """The edits of a class that can be seen, as many as its quota."""
    draw = random.Random(f"{SEED} {kind}")
    possible = [edit for edit in CLASSES[kind](seeds, draw) if edit.why_not is None]
    return draw.sample(possible, QUOTAS[kind][0])


def errors(edit: Edit, copy: Path) -> list[tuple[str, int]]:
    """File and line of every error after an edit; SHACL is asked where the facts alone pass."""
    findings = Findings()
    project = read_project(ROOT, findings, instead={edit.file: edit.data})
    if project is not None:
        compile_facts(
            project.articles, project.registry, project.vocabulary, project.texts, findings
        )
    if not findings.has_errors:
        path = copy / edit.file
        before = path.read_bytes()
        path.write_bytes(edit.data)
        findings = check(copy, "fast").findings
        path.write_bytes(before)
    return [
        (item.span.file, item.span.line) for item in findings if item.severity is Severity.ERROR
    ]


@pytest.mark.parametrize("kind", QUOTAS)
def test_edits_are_refused_where_they_were_made(seeds: Seeds, kind: str, tmp_path: Path) -> None:
    copy = tmp_path / "seeds"
    # What a release holds may not be lost, whatever the edit: that would be refused in any case.
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns("releases"))
    edits = drawn(seeds, kind)
    refused, at_the_line, missed = 0, 0, []
    for edit in edits:
        found = errors(edit, copy)
        refused += bool(found)
        if any(file == edit.file and line in edit.lines for file, line in found):
            at_the_line += 1
        else:
            missed.append((edit.file, edit.lines, edit.what, found[:3]))
    assert (len(edits), refused, at_the_line) == QUOTAS[kind], missed
    assert at_the_line >= 0.95 * len(edits)


def test_the_quotas_make_200_distinct_edits(seeds: Seeds) -> None:
    edits = [edit for kind in QUOTAS for edit in drawn(seeds, kind)]
    assert sum(quota for quota, _, _ in QUOTAS.values()) == 200
    assert len({(edit.file, edit.data) for edit in edits}) == 200
    before = {file.name: file.data for file in seeds.files}
    assert all(edit.data != before[edit.file] for edit in edits)
    assert {edit.file for edit in edits} == before.keys()


def test_what_no_check_can_see_is_named_with_its_reason(seeds: Seeds) -> None:
    """How many edits of a class there are, and how many of them are kept out, by reason."""
    known = {**ID_REASONS, **DATE_REASONS, **RULE_REASONS}
    known |= {reason: reason for why in DROP_REASONS.values() for reason in why.values()}
    known["the article has these words too"] = "the quote is then a true one"
    counts: dict[str, tuple[int, dict[str, int] | int]] = {}
    for kind, edits in CLASSES.items():
        made = list(edits(seeds, random.Random(f"{SEED} {kind}")))
        reasons = Counter(edit.why_not for edit in made if edit.why_not is not None)
        assert reasons.keys() <= known.keys()
        counts[kind] = (len(made), dict(reasons) if kind != "drop" else reasons.total())
    assert counts == {
        "letter": (248, {}),
        "id": (251, {"description": 16, "made-name": 10, "no-words": 77, "reading": 52}),
        "date": (41, {"lower-bound": 1, "reason-alone": 14, "record": 5}),
        "drop": (697, 308),
        "extra": (735, {}),
        "rule": (45, {}),
        "stranger": (124, {}),
    }
