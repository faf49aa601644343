"""What a person still types after `kg new`: of the seeds' articles, and of a short new one."""

from __future__ import annotations

import shutil
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from kg.build import check
from kg.check.diagnostic import Severity
from kg.cli import main
from tests.golden import TESTS

SEEDS = TESTS.parent / "seeds"
FIXED = ("--coder", "jd", "--entered", "2026-11-21")


@pytest.fixture
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "seeds"
    shutil.copytree(SEEDS, root)
    monkeypatch.chdir(root)
    return root


def typed(draft: str, finished: str) -> float:
    """The share of a file's characters, white space aside, in words that a draft of it lacks.

    Words in their order: what stands elsewhere in the draft counts as typed, and a remark's words
    as there, since taking `# ` away makes them facts.
    """
    old, new = draft.split(), finished.split()
    same = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    kept = sum(len(word) for block in same for word in new[block.b : block.b + block.size])
    return 1 - kept / sum(map(len, new))


# Most of the rest are reasons (`inferred:`, `same:`), topics, and events of other kinds than
# meetings, calls, talks and visits.
SHARES = {
    "000_02c67a769af9a6a9": 0.48,
    "001_b2a4e33b6f0a0a07": 0.36,
    "002_2c00aa427ae8dd86": 0.35,
    "003_5d18fd4474e21294": 0.57,
    "004_043a94255de812b2": 0.44,
}


@pytest.mark.parametrize("name", SHARES)
def test_what_is_left_to_type_of_a_seed(name: str, seeds: Path) -> None:
    facts = seeds / "facts" / f"{name}.yaml"
    finished = facts.read_text("utf-8")
    facts.unlink()
    assert main(["new", f"articles/{name}.txt", *FIXED]) == 0
    assert typed(facts.read_text("utf-8"), finished) <= SHARES[name]


def test_every_seed_is_measured() -> None:
    assert list(SHARES) == sorted(path.stem for path in (SEEDS / "articles").glob("*.txt"))


def test_the_measure() -> None:
    assert typed("", "a bc") == 1
    assert typed("# who: a\nb", "who: a\nb") == 0
    assert typed("a b", "a cc b") == 0.5
    assert typed("b a", "a b") == 0.5


# --- A short article, from its text to its facts -----------------------------------------------

CONFIRM = "    confirm: the id of the event, every value, and who says so\n"
# What a person does to the draft: the file, what stands there, what is to stand there.
EDITS = (
    # The new actor goes into the registry, by the line that the draft proposes.
    (
        "registry/actors.yaml",
        "\n  # States and organizations of states\n",
        "  salim-karami: {name: Salim Karami, aliases: [Karami], kind: person,"
        " source: doha-muscat-talks}\n\n  # States and organizations of states\n",
    ),
    ("facts", "          # - the Omani envoy", "          - the Omani envoy"),
    ("facts", "haniyeh-call-2024-06-30", "haniyeh-karami-call-2024-06-30"),
    ("facts", "      # at: bagheri", "      at: bagheri"),
    (
        "facts",
        "# about: [gaza-situation, humanitarian-aid, attacks-on-civilians,"
        " attacks-on-gaza-and-the-west-bank]",
        "about: [gaza-situation, humanitarian-aid]",
    ),
    ("facts", "confirm: title, date, language and coder\n", ""),
    ("facts", CONFIRM, ""),
)


def changed(before: str, after: str) -> tuple[int, int]:
    """Characters taken away and typed between two texts."""
    gone = put = 0
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            gone += b - a
            put += d - c
    return gone, put


def test_a_short_article_takes_seven_kinds_of_edits(
    seeds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = TESTS / "drafts" / "doha-muscat-talks.txt"
    assert 120 <= len(source.read_text("utf-8").split()) <= 200
    assert main(["new", str(source), *FIXED]) == 0
    facts = seeds / "facts" / "doha-muscat-talks.yaml"
    codes = [f.code for f in check(seeds).findings if f.severity is Severity.ERROR]
    assert codes.count("facts-unconfirmed") == 6
    edits, put = 0, 0
    for file, old, new in EDITS:
        path = facts if file == "facts" else seeds / file
        text = path.read_text("utf-8")
        assert old in text
        edits += text.count(old)
        put += changed(old, new)[1] * text.count(old)
        path.write_text(text.replace(old, new), "utf-8")
    # Six of them are lines taken away when what stands above is right.
    assert (edits, put) == (12, 111)
    findings = check(seeds).findings
    assert [f.code for f in findings if f.severity is not Severity.NOTE] == []
    assert main(["build"]) == 0
    graph = (seeds.parent / "out" / "graph.ttl").read_text("utf-8")
    capsys.readouterr()
    for slug in (
        "bagheri-kani-haniyeh-doha-2024-07-01",
        "haniyeh-karami-call-2024-06-30",
        "bagheri-kani-moscow-visit-2024-07-04",
    ):
        assert f"<event/{slug}>" in graph
    assert main(["query", "contacts", "--param", "actor=salim-karami", "--format", "csv"]) == 0
    answer = capsys.readouterr().out.splitlines()
    assert len(answer) == 2
    assert "haniyeh-karami-call-2024-06-30" in answer[1]
