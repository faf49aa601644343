"""`kg check --fix`: what needs no judgement is mended in place, once, and nothing else changes."""

from __future__ import annotations

import hashlib
import shutil
import stat
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.build import build, check, fix
from kg.check.diagnostic import Severity
from kg.check.report import text_report
from kg.cli import main
from kg.mapping.tables import Tables
from tests.golden import TESTS, Case, cases
from tests.test_bad_input import CASES as BAD
from tests.test_bad_input import HEAD, project_of

CASES = cases("fix")
SEEDS = TESTS.parent / "seeds"


def bytes_of(root: Path) -> dict[str, bytes]:
    """Every file of a project but what is built."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.relative_to(root).parts[0] != "out"
    }


def project(case: Case, folder: Path) -> Path:
    """The case's project; `@sha256` in its facts stands for the digest of its archived text."""
    root = project_of(case, folder)
    digest = hashlib.sha256((root / "articles" / "geneva.txt").read_bytes()).hexdigest()
    facts = root / "facts" / "geneva.yaml"
    facts.write_bytes(facts.read_bytes().replace(b"@sha256", digest.encode()))
    return root


def shown(root: Path, fixed: dict[str, int]) -> str:
    """The fixed files, and what is found afterwards."""
    good = (TESTS / "project" / "facts" / "geneva.yaml").read_text(encoding="utf-8")
    head = good.split("passages:\n")[0] + "passages:\n"
    digest = hashlib.sha256((root / "articles" / "geneva.txt").read_bytes()).hexdigest()
    lines = []
    for path, places in fixed.items():
        text = (root / path).read_bytes().decode()
        plain = text.replace(digest, "@sha256") if head not in text else text.replace(head, HEAD)
        lines.append(f"{path}: {places} fixed\n{plain}")
    return "".join(lines) + "then:\n" + (text_report(check(root).findings) or "no findings\n")


def errors(root: Path) -> Counter[tuple[str, str, str]]:
    """What is wrong, without the places, which move, and the shapes, which look last of all."""
    return Counter(
        (item.span.file, item.code, item.message)
        for item in check(root).findings
        if item.severity is Severity.ERROR and not item.code.startswith("shape-")
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_fixes(case: Case, tmp_path: Path) -> None:
    root = project(case, tmp_path)
    case.holds(shown(root, fix(root)))


@pytest.mark.parametrize("case", [*CASES, *BAD], ids=lambda case: case.name)
def test_a_fix_makes_nothing_worse_and_a_second_changes_nothing(case: Case, tmp_path: Path) -> None:
    root = project(case, tmp_path)
    before, wrong = bytes_of(root), errors(root)
    fixed = fix(root)
    after = bytes_of(root)
    assert {path for path in before if before[path] != after[path]} == fixed.keys()
    assert before.keys() == after.keys()
    assert all(path.startswith(("facts/", "registry/")) for path in fixed)
    assert not errors(root) - wrong
    assert fix(root) == {}
    assert bytes_of(root) == after


def test_all_cases_ran() -> None:
    assert len(CASES) == len(list((TESTS / "fix").iterdir())) == 9


def tables(root: Path) -> Tables:
    found = check(root)
    assert not found.findings.has_errors
    assert found.tables is not None
    return found.tables


def same(one: Tables, other: Tables) -> bool:
    """Whether two sets of tables say the same; where it is written does not matter."""
    return all(one[name].equals(other[name]) for name in one if name != "position")


@pytest.mark.parametrize("source", [SEEDS, TESTS / "project"], ids=lambda path: path.name)
def test_what_may_be_left_out_is_written_out_with_the_same_result(
    source: Path, tmp_path: Path
) -> None:
    root = tmp_path / "project"
    shutil.copytree(source, root)
    before = tables(root)
    fixed = fix(root)
    assert all(path.startswith("facts/") for path in fixed)
    assert fixed
    assert same(before, tables(root))
    assert [item for item in check(root).findings if item.edit is not None] == []


# --- Random slips ----------------------------------------------------------------------------

FACTS = (TESTS / "project" / "facts" / "geneva.yaml").read_text(encoding="utf-8")
# What a person types for what stands in the file: each is mended without doubt.
SLIPS = (
    ("agreement,” Lind", 'agreement," Lind'),
    ("quote: Berg’s office", "quote: Berg's office"),
    ("words: Berg’s office", "words: Berg's office"),
    ("Ana Lind = ana-lind", "Ana Lind = anna-lind"),
    ("two days ago = 2024-03-10", "two days ago"),
    ("12 March 2024 18:30 = 2024-03-12T18:30:00", "12 March 2024 18:30"),
    ("will = planned", "will = planed"),
    ("people = people", "people = peoples"),
    ("killed = deaths", "killed = death"),
    ("role: caller", "role: callr"),
    ("at: lind-berg-geneva-2024-03-11", "at: lind-berg-genva-2024-03-11"),
)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.sets(st.integers(0, len(SLIPS) - 1), min_size=1))
def test_random_slips_are_mended(
    tmp_path_factory: pytest.TempPathFactory, chosen: set[int]
) -> None:
    root = tmp_path_factory.mktemp("slips") / "project"
    shutil.copytree(TESTS / "project", root)
    expected = tables(root)
    text = FACTS
    for index in sorted(chosen):
        right, slip = SLIPS[index]
        text = text.replace(right, slip)
    (root / "facts" / "geneva.yaml").write_text(text, encoding="utf-8")
    fix(root)
    assert same(expected, tables(root))


def test_every_slip_alone_is_one(tmp_path: Path) -> None:
    for right, slip in SLIPS:
        assert right in FACTS
        root = tmp_path / str(SLIPS.index((right, slip)))
        shutil.copytree(TESTS / "project", root)
        file = root / "facts" / "geneva.yaml"
        fix(root)
        clean = file.read_text(encoding="utf-8")
        wrong = clean.replace(right, slip)
        assert wrong != clean
        file.write_text(wrong, encoding="utf-8")
        assert fix(root) == {"facts/geneva.yaml": 1}
        assert file.read_text(encoding="utf-8") == clean


# --- Files -----------------------------------------------------------------------------------


def test_byte_order_mark_and_line_breaks_stay(tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    file = root / "facts" / "geneva.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    lines = file.read_bytes().split(b"\r\n")
    assert fix(root) == {"facts/geneva.yaml": 8}
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n")
    assert [line for line in data.split(b"\r\n") if line.startswith(b"  - quote")] == [
        line for line in lines if line.startswith(b"  - quote")
    ]


def test_archived_texts_are_never_touched(tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    text = root / "articles" / "geneva.txt"
    text.chmod(stat.S_IRUSR)
    before = (text.read_bytes(), text.stat().st_mtime_ns)
    fix(root)
    assert (text.read_bytes(), text.stat().st_mtime_ns) == before


def test_the_command_tells_what_it_did(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    monkeypatch.chdir(root)
    file = root / "facts" / "geneva.yaml"
    file.write_text(FACTS.replace("= ana-lind", "= anna-lind"), encoding="utf-8")
    assert main(["check"]) == 1
    assert "1 of these: `kg check --fix` mends them" in capsys.readouterr().err
    assert main(["check", "--fix"]) == 0
    told = capsys.readouterr().err.splitlines()
    assert told[:2] == ["facts/geneva.yaml: 9 fixed", "9 fixed in 1 file"]
    assert told[-1] == "no findings"
    assert main(["check", "--fix"]) == 0
    assert capsys.readouterr().err.splitlines()[0] == "0 fixed in 0 files"
    assert build(root).written is not None
