"""`kg new` of a further article: ids in use, appositions, offices that deny, places not registered."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from pathlib import Path

import pytest

from kg.build import check
from kg.check.diagnostic import Findings
from kg.cli import main
from kg.facts.project import read_project
from kg.facts.registry import Registry
from kg.facts.text.archived import ArchivedText
from kg.facts.text.quote import Stretch
from kg.new.appositions import without_apposed
from kg.new.denials import denier, is_office
from kg.new.located import unknown_places
from kg.new.mentions import mentions
from kg.new.phrases import phrases
from kg.new.unknown import Unknown, unknown_names, with_free_ids
from tests.drafting import project_in
from tests.golden import TESTS

FIXED = ("--coder", "mw", "--entered", "2024-04-01")
MORE = """actors:
  harbour-union: {name: Harbour Union, aliases: the union, kind: organization, source: geneva}
  mara-oste: {name: Mara Oste, aliases: Oste, kind: person, source: geneva}
  lind-office: {name: Lind's office, kind: organization, source: geneva}
  xinhua: {name: Xinhua, kind: organization, source: geneva}
offices:
  minister-of-norvia: {name: foreign minister of Norvia, source: geneva}
  president-of-tesk: {name: president of Tesk, source: geneva}
"""
TEXT = TESTS / "drafts" / "summer-talks.txt"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    project = read_project(project_in(tmp_path_factory.mktemp("second"), MORE), Findings())
    assert project is not None
    return project.registry


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = project_in(tmp_path, MORE)
    monkeypatch.chdir(made)
    return made


def archived(text: str) -> ArchivedText:
    return ArchivedText("t", text, hashlib.sha256(text.encode()).hexdigest())


def drafted(root: Path, text: str, id_: str = "talks") -> str:
    """The draft of a text printed on 13 March 2024, with its passages confirmed."""
    source = root.parent / f"{id_}.txt"
    source.write_text(f"13 March 2024\n\n{text}\n", "utf-8")
    assert main(["new", str(source), *FIXED]) == 0
    return confirmed(root / "facts" / f"{id_}.yaml")


def confirmed(facts: Path) -> str:
    text = re.sub(r"^ *confirm: .*\n", "", facts.read_text("utf-8"), flags=re.MULTILINE)
    facts.write_text(text, "utf-8")
    return text


def register(root: Path, text: str) -> None:
    """Enter what the draft proposes, as it stands there."""
    proposed = re.search(r"^# Perhaps names.*\n((?:# .*\n)+)", text, re.MULTILINE)
    assert proposed is not None
    lines = re.sub(r"^# ", "", proposed[1], flags=re.MULTILINE)
    (root / "registry" / "new.yaml").write_text(lines, "utf-8")


def codes(root: Path) -> list[str]:
    return [item.code for item in check(root).findings]


def test_the_draft_of_a_second_article(root: Path) -> None:
    assert main(["new", str(TEXT), *FIXED]) == 0
    facts = root / "facts" / "summer-talks.yaml"
    golden = TESTS / "drafts" / "summer-talks.yaml"
    if os.environ.get("KG_UPDATE_GOLDEN"):
        shutil.copyfile(facts, golden)
    assert facts.read_text("utf-8") == golden.read_text("utf-8")
    draft = confirmed(facts)
    assert set(codes(root)) == {"reference-unknown"}
    register(root, draft)
    assert codes(root) == []


# --- Ids that are in use -----------------------------------------------------------------------

TWICE = (
    "Lind phoned Berg on Sunday, Xinhua reported. Now the union said it was late. Oste said it was late."
    " Two diplomats said the text was long. Lind's office denied that it was late."
)


def introduced(text: str) -> list[str]:
    return re.findall(r"^ +(?:report|statement|remarks|unnamed|call): (\S+)$", text, re.MULTILINE)


def test_no_id_of_another_article_is_introduced_again(root: Path) -> None:
    names = ["xinhua-report", "harbour-union-statement", "oste-remarks", "two-diplomats-words"]
    names += ["lind-office-statement"]
    ends = ("2024-03", "2024-03-13", "2024-03-13-2")
    for number, end in enumerate(ends):
        draft = drafted(root, TWICE, f"talks-{number}")
        assert introduced(draft) == [f"{name}-{end}" for name in names]
        assert codes(root) == []
    calls = [
        re.findall(r"- call: (.*)", (root / "facts" / f"talks-{number}.yaml").read_text("utf-8"))
        for number in range(len(ends))
    ]
    assert calls == [[f"berg-lind-call-2024-03-10{end}"] for end in ("", "-2", "-3")]


def test_an_utterance_and_an_event_share_no_id_in_whatever_case(root: Path) -> None:
    drafted(root, "Lind met Berg on Monday.", "first")
    facts = root / "facts" / "first.yaml"
    text = facts.read_text("utf-8").replace("berg-lind-2024-03-11", "Oste-Remarks-2024-03")
    facts.write_text(text, "utf-8")
    draft = drafted(root, "Oste said it was late.", "second")
    assert introduced(draft) == ["oste-remarks-2024-03-13"]


def test_an_id_that_was_merged_away_is_introduced_no_more(root: Path) -> None:
    merge = "events:\n  berg-lind-2024-03-11: {merged: {into: lind-berg, reason: one meeting}}\n"
    (root / "registry" / "merged.yaml").write_text(merge, "utf-8")
    draft = drafted(root, "Lind met Berg on Monday.")
    assert re.findall(r"- meeting: (.*)", draft) == ["berg-lind-2024-03-11-2"]


def test_the_office_of_somebody_is_entered_once(root: Path) -> None:
    entry = (
        "actors:\n  office-of-tomas-berg: {name: Berg's office, kind: organization, source: x}\n"
    )
    (root / "registry" / "office.yaml").write_text(entry, "utf-8")
    draft = drafted(root, "Tomas Berg met Lind. Berg’s office said it rained.")
    assert re.findall(r"Berg’s office = (.*)", draft) == ["office-of-tomas-berg"]
    assert "# Perhaps names" not in draft
    # The entry has the name with another apostrophe: an alias is yet to be added.
    assert codes(root) == ["description-unnamed"]


def test_proposed_entries_take_no_id_of_the_registry(registry: Registry) -> None:
    names = (
        Unknown("ana-lind", "Ána Lind", "actors", "person"),
        Unknown("president-of-tesk", "President of Tesk", "actors", "person"),
        Unknown("ana-lind", "Ana-Lind", "places"),
        Unknown("geneva", "Geneva", "actors", "person"),
    )
    assert [name.id for name in with_free_ids(names, registry)] == [
        *("ana-lind-2", "president-of-tesk-2", "ana-lind", "geneva")
    ]


# --- Appositions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Ana Lind, the foreign minister of Norvia, met Berg, the president of Tesk, in May.",
            *(["ana-lind", "tomas-berg"],),
        ),
        ("Lind met Berg, the president of Tesk.", ["ana-lind", "tomas-berg"]),
        ("Lind met Berg, president of Tesk, on Monday.", ["ana-lind", "tomas-berg"]),
        ("Lind, the former president of Tesk, met Berg.", ["ana-lind", "tomas-berg"]),
        ("Lind, a close friend of Oste, met Berg.", ["ana-lind", "tomas-berg"]),
        ("Lind, the wife of the president of Tesk, met Berg.", ["ana-lind", "tomas-berg"]),
        ("Lind met Berg, a member of the union, in May.", ["ana-lind", "tomas-berg"]),
        ("Karl Falk, the president of Tesk, met Berg.", ["karl-falk", "tomas-berg"]),
        # The office before the name, and offices that are somebody else.
        ("The president of Tesk, Berg, met Lind.", ["tomas-berg", "ana-lind"]),
        ("After meeting Lind, the president of Tesk met Berg.", None),
        ("After meeting Lind, the president of Tesk, Berg, left.", ["ana-lind", "tomas-berg"]),
        ("Lind, together with the president of Tesk, met Berg.", None),
        ("Lind, the president of Tesk and Berg met.", None),
        ("Lind and the president of Tesk met Berg.", None),
    ],
)
def test_an_apposition_is_nobody_else(
    sentence: str, expected: list[str] | None, registry: Registry
) -> None:
    new = [Unknown("karl-falk", "Karl Falk", "actors", "person")]
    found = phrases(sentence, mentions(archived(sentence), registry), registry, {}, new)
    ids = [phrase.id for phrase in without_apposed(sentence, found)]
    assert ids == (expected or ["ana-lind", "president-of-tesk", "tomas-berg"])


@pytest.mark.parametrize(("holder", "count"), [("ana-lind", 2), ("mara-oste", 3)])
def test_an_office_that_somebody_else_holds_is_one_of_a_list(
    holder: str, count: int, registry: Registry
) -> None:
    sentence = "Lind, the president of Tesk, and Berg met."
    here = mentions(archived(sentence), registry)
    found = phrases(sentence, here, registry, {"president-of-tesk": holder})
    assert len(without_apposed(sentence, found)) == count


# --- Offices of people -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tomas Berg met Lind. Berg’s office said it rained.", ("office-of-tomas-berg", "Berg’s")),
        ("Mr. Berg's office has denied it.", ("office-of-tomas-berg", "Berg's")),
        ("Karl Falk left. Falk's office says no.", ("office-of-karl-falk", "Falk's")),
        ("Prime Minister Falk's office told Berg.", ("office-of-falk", "Falk's")),
        # One that is registered, a room, and the office of nobody named.
        ("Lind's office denied it.", None),
        ("They met in Berg's office on Monday.", None),
        ("The president's office said it rained.", None),
    ],
)
def test_the_office_of_somebody_is_a_body(
    text: str, expected: tuple[str, str] | None, registry: Registry
) -> None:
    found = mentions(archived(text), registry)
    names = unknown_names(text, [Stretch(0, len(text))], found)
    offices = [(name.id, name.name) for name in names if name.name.endswith("office")]
    assert offices == ([(expected[0], f"{expected[1]} office")] if expected else [])


@pytest.mark.parametrize(
    ("sentence", "who", "office"),
    [
        ("Lind's office denied that a call took place.", "lind-office", True),
        ("Berg, the president of Tesk, has repeatedly denied it.", "tomas-berg", False),
        ("The president of Tesk denies it.", "president-of-tesk", False),
        ("Now the union also denied it.", "harbour-union", False),
        ("Lind said “Berg denied it”.", None, False),
        ("Berg was denied a visa.", None, False),
        ("Berg met Lind, and denied it.", None, False),
        ("Berg has never denied it.", None, False),
    ],
)
def test_who_denies(sentence: str, who: str | None, office: bool, registry: Registry) -> None:
    here = mentions(archived(sentence), registry)
    found = denier(sentence, without_apposed(sentence, phrases(sentence, here, registry, {})))
    assert (found.id if found else None) == who
    assert (found is not None and is_office(found)) is office


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Lind's office denied that Berg phoned Oste.",
            *(["statement: lind-office-statement-2024-03", "who: Lind's office = lind-office"],),
        ),
        (
            "Berg denied that it was late.",
            *(["remarks: berg-remarks-2024-03", "who: Berg = tomas-berg"],),
        ),
        (
            "Oste denied that 20 people were killed.",
            *(["remarks: oste-remarks-2024-03", "who: Oste = mara-oste"],),
        ),
    ],
)
def test_a_denial_says_who_denies_and_tells_of_nothing_else(
    root: Path, sentence: str, expected: list[str]
) -> None:
    draft = drafted(root, sentence)
    passage = draft.split("  - quote: ")[1].split("\n")
    assert [line.strip() for line in passage if re.match(r" {6}\w", line)] == expected
    assert "    # “denied”: what do these words deny? That is yours to write." in passage
    assert [line for line in passage if re.match(r" *#.*- Lind's office", line)] == []
    assert "    facts:" not in passage
    assert codes(root) == []


def test_a_denial_behind_an_office_is_drafted_after_it(root: Path) -> None:
    draft = drafted(root, "Tomas Berg, the president of Tesk, denied it. Berg said it was late.")
    assert re.findall(r"(?:holds|remarks|by|says): (.+)", draft) == [
        *("president of Tesk = president-of-tesk", "berg-remarks-2024-03"),
        *("berg-remarks-2024-03", "it was late"),
    ]
    assert codes(root) == []


# --- Places ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Lind met Berg in Bergen on Monday.", "Bergen = bergen"),
        ("Lind met Berg, the president of Tesk, in Bergen.", "Bergen = bergen"),
        ("Lind met Berg on Monday in Port Ann.", "Port Ann = port-ann"),
        ("Lind will visit Tesk in May.", "Tesk = tesk"),
        ("Lind arrived in Port-Ann on Monday.", "Port-Ann = port-ann"),
        # What the registry has, comes first.
        ("Lind met Berg in Geneva on Monday.", "Geneva = geneva"),
        ("Lind met Berg in Geneva, near Bergen.", "Geneva = geneva"),
        # Words that may put something else there, or name no place.
        ("Lind met Berg over the war in Bergen.", None),
        ("Lind met Berg in May.", None),
        ("Lind met Berg in Parliament.", None),
        ("Lind met Berg in Norvian custody.", None),
        ("Lind met Berg in Bergen’s harbour.", None),
        ("Lind met Berg in NATO.", None),
        ("Lind will visit Bergen, Oslo and Tesk in May.", None),
        ("Lind denied that she met Berg in Bergen.", None),
        ("Lind will visit Falk on Friday, Falk said.", None),
        ("Lind phoned Berg in Bergen on Monday.", None),
        ("Lind met Berg, and Oste, who was in Bergen, left.", None),
    ],
)
def test_where_a_contact_was(root: Path, sentence: str, expected: str | None) -> None:
    draft = drafted(root, sentence)
    assert re.findall(r"^        where: (.*)$", draft, re.MULTILINE) == (
        [expected] if expected else []
    )
    if expected and "geneva" not in expected:
        slug = expected.split(" = ")[1]
        assert f"#   {slug}: {{name: {expected.split(' = ')[0]}, source: talks}}\n" in draft
        register(root, draft)
    assert codes(root) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained in Bergen and in Bergen. He left.", ["Bergen"]),
        ("It rained in Bergen and Tesk.", []),
        ("It rained in Bergen, Norvia, and in Tesk.", ["Bergen", "Tesk"]),
        ("It rained in Geneva.", []),
        ("He was in Oste, President Falk near Falk.", []),
        ("Karl Falk came. He will visit Falk.", []),
    ],
)
def test_places_not_registered(text: str, expected: list[str], registry: Registry) -> None:
    found = mentions(archived(text), registry)
    whole = [Stretch(0, len(text))]
    places = unknown_places(text, whole, found, unknown_names(text, whole, found))
    assert [(place.name, place.section) for place in places] == [
        (name, "places") for name in expected
    ]
