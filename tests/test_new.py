"""`kg new`: what a draft holds, that it is refused until confirmed, and that it then holds true."""

from __future__ import annotations

import ast
import hashlib
import io
import os
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.build import check
from kg.check.diagnostic import Findings, Severity
from kg.cli import main
from kg.facts.text.archived import ArchivedText
from kg.facts.yaml.nodes import Mapping, Scalar, read
from kg.new.article import article_id
from kg.new.coder import coder
from kg.new.dates import dates_in, of_the_article, printed_dates
from kg.new.events import Event, perhaps_same
from kg.new.ids import id_of, initials_of
from kg.new.scalars import folded, scalar
from kg.new.sentences import contact, sentences
from tests.golden import TESTS

ROOT = TESTS.parent
SEEDS = sorted(path.stem for path in (ROOT / "seeds" / "articles").glob("*.txt"))
FIXED = ("--coder", "mw", "--entered", "2024-04-01")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small project without its facts."""
    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    (root / "facts" / "geneva.yaml").unlink()
    monkeypatch.chdir(root)
    return root


def confirmed(path: Path) -> None:
    """Take the marker lines away, and nothing else."""
    text = re.sub(r"^ *confirm: .*\n", "", path.read_text("utf-8"), flags=re.MULTILINE)
    path.write_text(text, "utf-8")


# Speakers whom these articles describe and do not name: a person has to say who it is.
DESCRIBED = {
    "000_02c67a769af9a6a9": ["speech-without-speaker"] * 2,
    "004_043a94255de812b2": ["speech-without-speaker"],
}


def codes(root: Path) -> list[str]:
    return [item.code for item in check(root).findings]


# --- The draft as a whole ----------------------------------------------------------------------


def golden(name: str, path: Path) -> None:
    expected = TESTS / "drafts" / name
    if os.environ.get("KG_UPDATE_GOLDEN"):
        shutil.copyfile(path, expected)
    assert path.read_text("utf-8") == expected.read_text("utf-8")


def test_the_draft_of_a_text(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (project / "articles" / "geneva.txt").read_bytes()
    assert main(["new", "articles/geneva.txt", *FIXED]) == 0
    assert (project / "articles" / "geneva.txt").read_bytes() == before
    assert capsys.readouterr().err.splitlines() == [
        "wrote facts/geneva.yaml",
        "wrote facts/facts.schema.json",
        "wrote registry/registry.schema.json",
        "wrote kg.schema.json",
        "8 candidates to confirm in facts/geneva.yaml; `kg check` refuses it until then",
    ]
    facts = project / "facts" / "geneva.yaml"
    golden("geneva.yaml", facts)
    found = codes(project)
    assert found.count("facts-unconfirmed") == 9
    confirmed(facts)
    # An office that speaks is new: the entry that the draft proposes is missing yet.
    assert codes(project) == ["speech-without-speaker", "reference-unknown"]
    entry = "{name: Berg’s office, kind: organization, source: geneva}"
    assert f"#   office-of-tomas-berg: {entry}\n" in facts.read_text("utf-8")
    (project / "registry" / "new.yaml").write_text(
        f"actors:\n  office-of-tomas-berg: {entry}\n", "utf-8"
    )
    assert codes(project) == []


def test_the_draft_of_a_text_that_tells_of_known_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    monkeypatch.chdir(root)
    source = tmp_path / "Berg & Lind (2).txt"
    source.write_bytes(
        "\ufeffBorder talks\r\nPublished on 13 March 2024, 08:00 IST\r\n\r\n"
        "Ana Lind and Tomas Berg met on\r\nMonday.  Mr. Berg called Lind a friend: “Yes”. "
        "Lind will visit Geneva on Friday, Karl Oste said. "
        "Berg phoned the Basel Agency in May.\r\n".encode()
    )
    assert main(["new", str(source), *FIXED]) == 0
    assert (root / "articles" / "berg-lind-2.txt").read_bytes() == source.read_bytes()
    golden("berg-lind-2.yaml", root / "facts" / "berg-lind-2.yaml")
    confirmed(root / "facts" / "berg-lind-2.yaml")
    # Who speaks is new: the entry that the draft proposes is missing yet.
    assert codes(root) == ["quote-normalised", "speech-without-speaker", "reference-unknown"]
    with (root / "registry" / "new.yaml").open("w") as file:
        file.write("actors:\n  karl-oste: {name: Karl Oste, kind: person, source: berg-lind-2}\n")
    assert codes(root) == ["quote-normalised"]


@pytest.mark.parametrize("name", SEEDS)
def test_the_drafts_of_the_seeds_pass_once_confirmed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "seeds"
    # One article is taken away, and a release may not lose its nodes.
    shutil.copytree(ROOT / "seeds", root, ignore=shutil.ignore_patterns("releases"))
    for path in (root / "facts").glob("*.yaml"):
        path.unlink()
    monkeypatch.chdir(root)
    assert main(["new", f"articles/{name}.txt", *FIXED]) == 0
    facts = root / "facts" / f"{name}.yaml"
    curated = (ROOT / "seeds" / "facts" / f"{name}.yaml").read_text("utf-8")
    head = facts.read_text("utf-8").split("passages:")[0]
    for key in ("sha256", "published", "title"):
        assert re.findall(rf"^{key}: (.*)$", head, re.MULTILINE) == re.findall(
            rf"^{key}: (.*)$", curated, re.MULTILINE
        )
    candidates = facts.read_text("utf-8").count("    confirm:")
    assert 8 <= candidates <= 16
    assert codes(root).count("facts-unconfirmed") == candidates + 1
    confirmed(facts)
    checked = check(root)
    errors = [item.code for item in checked.findings if item.severity is Severity.ERROR]
    assert errors == DESCRIBED.get(name, [])
    assert checked.counts.quotes_proved == candidates


def test_all_seeds_ran() -> None:
    assert len(SEEDS) == 5


def test_a_text_without_a_contact(project: Path) -> None:
    (project.parent / "weather.txt").write_text("It rained all day. Nobody came.\n", "utf-8")
    assert main(["new", "../weather.txt", *FIXED]) == 0
    text = (project / "facts" / "weather.yaml").read_text("utf-8")
    assert text.endswith(
        "passages:\n"
        "  # No sentence tells of a meeting, a call, a visit or talks.\n"
        "  - quote: It rained all day.\n"
        "    confirm: the id of the event, every value, and who says so\n"
    )
    assert "# The text begins without a title.\n" in text
    assert "# written: {is: YYYY-MM-DD, inferred: the reason}\n" in text
    confirmed(project / "facts" / "weather.yaml")
    assert codes(project) == []


# --- What is refused, with nothing written -----------------------------------------------------


@pytest.mark.parametrize(
    ("prepare", "arguments", "message"),
    [
        ("", ["missing.txt"], "cannot be read: No such file or directory"),
        ("printf x > ../geneva.txt", ["../geneva.txt"], "an archived text is never changed"),
        ("printf x > ../GENEVA.txt", ["../GENEVA.txt"], "articles/geneva.txt is another text"),
        ("touch facts/geneva.yaml", ["articles/geneva.txt"], "choose another id with --id"),
        (
            "printf 'article: Geneva\\ncoder: x\\n' > facts/x.yaml",
            ["articles/geneva.txt"],
            "facts/x.yaml holds the facts of `geneva` already",
        ),
        ("printf '\\377x' > ../bad.txt", ["../bad.txt"], "byte 0 (0xFF) is not UTF-8"),
        ("printf ' \\n' > ../bad.txt", ["../bad.txt"], "the text holds nothing to read"),
        ("ln -s articles/geneva.txt l.txt", ["l.txt"], "this is a symbolic link, not a text"),
        ("printf x > ../ن.txt", ["../ن.txt"], "makes no id; give one with --id"),
        ("", ["articles/geneva.txt", "--id", "../x"], "--id: this is no id"),
        ("", ["articles/geneva.txt", "--coder", "a b"], "--coder: this is no id"),
        ("", ["articles/geneva.txt", "--entered", "1 May"], "--entered: “1 May” is no day"),
        ("echo x > kg.yaml", ["articles/geneva.txt"], "kg.yaml cannot be read: run `kg check`"),
    ],
)
def test_refusals_write_nothing(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    prepare: str,
    arguments: list[str],
    message: str,
) -> None:
    subprocess.run(["sh", "-c", prepare], cwd=project, check=True)
    before = contents(project)
    assert main(["new", *FIXED, *arguments]) == 2
    assert message in capsys.readouterr().err
    assert contents(project) == before


def contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


# --- Who and when ------------------------------------------------------------------------------


def test_the_coder_is_who_git_says(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (("GIT_CONFIG_GLOBAL", os.devnull), ("GIT_CONFIG_SYSTEM", os.devnull)):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("USER", "Jürgen Müller")
    assert coder(project) == "jurgen-muller"
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    subprocess.run(["git", "config", "user.name", "Ána van Lind"], cwd=project, check=True)
    assert coder(project) == "avl"
    monkeypatch.delenv("USER")
    subprocess.run(["git", "config", "user.name", "مريم"], cwd=project, check=True)
    assert coder(project) == ""
    monkeypatch.setattr("sys.stdin", io.StringIO("mw\n"))
    assert main(["new", "articles/geneva.txt"]) == 2
    assert "say who enters the facts with --coder" in capsys.readouterr().err


def test_the_day_is_today_and_no_other_module_writes_what_a_clock_says(project: Path) -> None:
    days = [date.today().isoformat()]
    assert main(["new", "articles/geneva.txt", "--coder", "mw"]) == 0
    days.append(date.today().isoformat())
    found = re.search(r"^entered: (.*)$", (project / "facts/geneva.yaml").read_text(), re.MULTILINE)
    assert found is not None
    assert found[1] in days
    clocks = re.compile(r"(?:.*\.)?(?:date|datetime)\.(?:today|now|utcnow)|time\.time(?:_ns)?")
    readers = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "kg").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and clocks.fullmatch(ast.unparse(node.func))
    ]
    # The others ask how old a file is and how long a store wants them to wait; neither is written.
    assert readers == ["kg/built.py", "kg/new/today.py", "kg/rdf/http.py"]


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("000_02c67a769af9a6a9.txt", "000_02c67a769af9a6a9"),
        ("Ferry Talks (1).txt", "ferry-talks-1"),
        ("Ærø–Straße.txt", "ro-strasse"),
        ("O’Neill's day.TXT", "oneills-day-txt"),
        ("con.txt", "con"),
        ("..txt", ""),
        ("محادثات.txt", ""),
    ],
)
def test_ids_of_files(name: str, id_: str) -> None:
    assert article_id(Path("x") / name) == id_


def test_ids_of_names() -> None:
    assert id_of("Đặng  Văn-Minh") == "dang-van-minh"
    assert [initials_of(name) for name in ("Jane Doe", "jane", "", "Ó Súilleabháin")] == [
        "jd",
        "jane",
        "",
        "os",
    ]
    assert len(id_of("x" * 500)) == 80


# --- What is read off --------------------------------------------------------------------------


def archived(text: str) -> ArchivedText:
    return ArchivedText("t.txt", text, hashlib.sha256(text.encode()).hexdigest())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! “Three?” Four", ["One.", "Two!", "“Three?”", "Four"]),
        ("Mr. Berg met Gen. A. Lind. They", ["Mr. Berg met Gen. A. Lind.", "They"]),
        ("On 3.5 p.m. they met", ["On 3.5 p.m. they met"]),
        ("Title\nOne line.\nNext", ["Title", "One line.", "Next"]),
        ("Title\n\nA line\nbroken.\n\nNext", ["Title", "A line\nbroken.", "Next"]),
        (" \r\n ", []),
        ("“We met.” He left.", ["“We met.”", "He left."]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    found = sentences(archived(text))
    assert [text[stretch.start : stretch.end] for stretch in found] == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Lind met Berg.", ("meeting", "met", "", True)),
        ("They held a phone conversation.", ("call", "phone", "", True)),
        ("Berg called Lind.", ("call", "called", "", True)),
        ("Berg called Lind a friend.", None),
        ("Berg called for an end.", None),
        ("A so-called truce", None),
        ("He arrived for talks", ("visit", "arrived", "", True)),
        ("Lind will meet Berg, the agency reported.", ("meeting", "meet", "will", False)),
        ("Lind is in Geneva for talks", ("talks", "talks", "for talks", False)),
        ("They spoke.", ("talks", "spoke", "", True)),
        ("It did not meet its conditions.", None),
        ("The metre", None),
    ],
)
def test_contacts(sentence: str, expected: tuple[str, str, str, bool] | None) -> None:
    found = contact(sentence)
    assert (found and (found.kind, found.word, found.plan, found.past)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T\n06 November 2023 19:13 (UTC +04:00)\n", "2023-11-06T19:13:00+04:00"),
        ("T\nPublished: Monday, 4 May 2026\n", "2026-05-04"),
        ("Tehran, 24 October 2023 (TDI): Iran", "2023-10-24"),
        ("T\nThu 20 Jun 2024 4:53 p.m. IST\n", "2024-06-20T16:53:00"),
        ("T\n2023-10-31 20:22:40\n", "2023-10-31T20:22:40"),
        (f"T\n{'x' * 70} on 4 May 2026", None),
        ("\n" * 20 + "4 May 2026", None),
        ("T\nIn 2026 they met", None),
    ],
)
def test_printed_dates(text: str, expected: str | None) -> None:
    source = archived(text)
    found = of_the_article(printed_dates(source), source)
    assert (found and found.readings[0].edtf.text) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("They met on Tuesday in Doha.", [("on Tuesday", ["2023-10-31"])]),
        ("They met in Doha on October 14, a week on", [("on October 14", None)]),
        ("He may march on Friday night.", [("on Friday night", None)]),
        ("A one-day trip with 2000 guests", []),
        ("They met yesterday and on Monday", [("yesterday", ["2023-10-30"]), ("on Monday", None)]),
    ],
)
def test_dates_in_a_sentence(sentence: str, expected: list[tuple[str, list[str] | None]]) -> None:
    found = dates_in(sentence, date(2023, 10, 31))
    assert [candidate.words for candidate in found] == [words for words, _ in expected]
    for candidate, (words, days) in zip(found, expected, strict=True):
        assert sentence[candidate.start :].startswith(words)
        assert candidate.readings
        assert days is None or days == sorted({r.edtf.text for r in candidate.readings})
    without = dates_in(sentence, None)
    assert [(c.words, c.readings) for c in without] == [(words, ()) for words, _ in expected]


def test_events_that_may_be_the_same() -> None:
    from datetime import datetime

    day = (datetime(2024, 3, 11), datetime(2024, 3, 11, 23, 59, 59))
    events = [
        Event("one-shared", frozenset({"a", "x"}), ("2024-03-11",), (day,)),
        Event("both-shared", frozenset({"a", "b"}), ("2024-03-11",), (day,)),
        Event("other-day", frozenset({"a", "b"}), ("2024",), ((None, datetime(2024, 1, 1)),)),
        Event("up-to", frozenset({"a"}), ("[..]",), ((None, datetime(2024, 12, 1)),)),
        Event("no-date", frozenset({"a", "b"}), (), ()),
        Event("nobody", frozenset({"x"}), ("2024-03-11",), (day,)),
    ]
    both = frozenset({"a", "b"})
    assert [e.slug for e in perhaps_same(events, both, day)] == [
        "both-shared",
        "no-date",
        "one-shared",
        "up-to",
    ]
    assert [e.slug for e in perhaps_same(events, both, None)] == [
        "both-shared",
        "no-date",
        "other-day",
    ]
    assert perhaps_same(events, frozenset(), day) == []


# --- YAML --------------------------------------------------------------------------------------

TEXTS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs", "M", "Cf")), min_size=1
).filter(lambda text: text.strip() and "\ufeff" not in text)


def value(line: str) -> str:
    findings = Findings()
    node = read(line.encode(), "x", findings)
    assert [item.code for item in findings] == []
    assert isinstance(node, Mapping)
    found = node.get("key")
    assert isinstance(found, Scalar)
    return found.value


@settings(derandomize=True, max_examples=300, deadline=None)
@given(TEXTS)
def test_a_scalar_is_read_back(text: str) -> None:
    assert value(f"key: {scalar(text)}\n") == text


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=30).map(" ".join))
def test_a_folded_text_is_read_back(text: str) -> None:
    lines = folded("key", text.strip(), 0)
    assert value("\n".join(lines) + "\n") == text.strip()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("on Monday = 2024-03-11", "on Monday = 2024-03-11"),
        ("recently = [..2023-10-24]", "recently = [..2023-10-24]"),
        ("“We met,” he said.", "“We met,” he said."),
        ("Note: this", '"Note: this"'),
        ("a #2", '"a #2"'),
        ("Haniyeh#2 = x", "Haniyeh#2 = x"),
        ('"No," he said', '"\\"No,\\" he said"'),
        ("- x", '"- x"'),
        ("[a]", '"[a]"'),
    ],
)
def test_scalars(text: str, written: str) -> None:
    assert scalar(text) == written
    assert value(f"key: {written}\n") == text
