"""`kg new`: datelines, people unnamed, news agencies, who stands for others, and days left open."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from kg.build import check
from kg.check.diagnostic import Findings
from kg.cli import main
from kg.facts.project import read_project
from kg.facts.registry import Registry
from kg.facts.text.archived import ArchivedText
from kg.new.agencies import agency_end, is_agency
from kg.new.datelines import behind_dateline
from kg.new.dates import dates_in
from kg.new.mentions import mentions
from kg.new.phrases import Phrase, Sort, phrases
from kg.new.represented import representatives
from kg.new.sentences import contact
from kg.new.speech import skeleton, speech
from tests.drafting import project_in
from tests.golden import TESTS

MORE = """actors:
  harbour-union: {name: Harbour Union, aliases: the union, kind: organization, source: geneva}
  mara-oste: {name: Mara Oste, aliases: Oste, kind: person, source: geneva}
  sana-lund: {name: Sana Lund, aliases: Sana, kind: person, source: geneva}
  reuters: {name: Reuters, kind: organization, source: geneva}
  xinhua: {name: Xinhua, kind: organization, source: geneva}
"""


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    project = read_project(project_in(tmp_path_factory.mktemp("words"), MORE), Findings())
    assert project is not None
    return project.registry


def read(sentence: str, registry: Registry) -> tuple[Phrase, ...]:
    text = ArchivedText("t", sentence, hashlib.sha256(sentence.encode()).hexdigest())
    return phrases(sentence, mentions(text, registry), registry, {})


def drafted(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The project, and the facts that are drafted in it of a text."""
    root = project_in(folder, MORE)
    source = folder / "harbour-talks.txt"
    source.write_text(text, "utf-8")
    monkeypatch.chdir(root)
    assert main(["new", str(source), "--coder", "mw", "--entered", "2024-04-01"]) == 0
    return root, root / "facts" / "harbour-talks.yaml"


def test_the_draft_of_a_report_of_an_agency(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (TESTS / "drafts" / "harbour-talks.txt").read_text("utf-8")
    root, facts = drafted(text, tmp_path, monkeypatch)
    golden = TESTS / "drafts" / "harbour-talks.yaml"
    if os.environ.get("KG_UPDATE_GOLDEN"):
        shutil.copyfile(facts, golden)
    draft = facts.read_text("utf-8")
    assert draft == golden.read_text("utf-8")
    assert [f.code for f in check(root).findings] == ["facts-unconfirmed"] * 11
    facts.write_text(re.sub(r"^ *confirm: .*\n", "", draft, flags=re.MULTILINE), "utf-8")
    assert [f.code for f in check(root).findings] == []


@pytest.mark.parametrize(
    ("sentence", "rest"),
    [
        ("GENEVA, March 3 (Reuters) – Lind met Berg.", "Lind met Berg."),
        ("GENEVA (AP) — Lind met Berg.", "Lind met Berg."),
        ("DOHA (Reuters) - “We met,” she said.", "“We met,” she said."),
        ("Doha, 24 October 2023 (TDI): Lind met Berg.", "Lind met Berg."),
        ("Geneva, Switzerland – Lind met Berg.", "Lind met Berg."),
        ("WASHINGTON, D.C., Jan. 11 (Xinhua) -- Lind met Berg.", "Lind met Berg."),
        ("BEIRUT/GENEVA, Monday, 4 May 2024 –\nLind met Berg.", "Lind met Berg."),
        # A parenthesis, a person, a day that stands for itself, words before a colon.
        ("Geneva – Europe’s host – saw Lind.", None),
        ("Geneva – the host – saw Lind.", None),
        ("NATO – Lind’s guest – said nothing.", None),
        ("Ana Lind (Harbour Party) – Berg’s guest – left.", None),
        ("On Friday, 4 May – Lind’s day – they met.", None),
        ("TALKS: Lind met Berg.", None),
        ("Geneva: Lind met Berg.", None),
        ("Geneva-based Lind met Berg.", None),
    ],
)
def test_a_quote_begins_behind_its_dateline(sentence: str, rest: str | None) -> None:
    begin = behind_dateline(sentence, {"geneva"})
    assert (sentence[begin:] if begin else None) == rest


@pytest.mark.parametrize(
    ("sentence", "words", "id_", "of", "number"),
    [
        ("Two diplomats said it was late.", "Two diplomats", "two-diplomats", "", 2),
        ("It was late, two diplomats said.", "two diplomats", "two-diplomats", "", 2),
        (
            "It was late, a person close to the talks said.",
            *("a person close to the talks", "person-close-to-the-talks", "", 1),
        ),
        # Who is close to a body does not belong to it.
        (
            "A source close to the union told Reuters that it was late.",
            *("A source close to the union", "source-close-to-the-union", "", 1),
        ),
        (
            "It was late, said an official familiar with the matter.",
            *("an official familiar with the matter", "official-familiar-with-the-matter", "", 1),
        ),
        (
            "People briefed on the text, speaking on condition of anonymity, said it was late.",
            *("People briefed on the text", "people-briefed-on-the-text", "", 0),
        ),
        (
            "Another Reuters source said it was late.",
            *("Another Reuters source", "reuters-source", "reuters", 1),
        ),
        (
            "Sources from the union told Reuters on condition of anonymity it was late.",
            *("Sources from the union", "sources-from-the-union", "harbour-union", 0),
        ),
        (
            "It was late, a person near to Lind and Berg told Reuters on condition of anonymity.",
            *("a person near to Lind and Berg", "person-near-to-lind-and-berg", "", 1),
        ),
        ("Sources said it was late.", "Sources", "sources", "", 0),
    ],
)
def test_speakers_without_a_name(
    sentence: str, words: str, id_: str, of: str, number: int, registry: Registry
) -> None:
    found = speech(sentence, read(sentence, registry))
    assert found is not None
    who = found.speaker
    assert who is not None
    assert (who.sort, who.words, who.id, who.of, who.number) == (
        *(Sort.UNNAMED, words, id_, of),
        number,
    )
    assert [skeleton(sentence, span) for span in found.said] == [
        next(said for said in ("it was late", "It was late") if said in sentence)
    ]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Lind met with people close to Berg on Sunday.", "people close to Berg"),
        ("Lind met with a source close to Berg and two diplomats.", "a source"),
        ("Lind spoke with people who said it was late.", None),
    ],
)
def test_where_words_for_somebody_end(sentence: str, words: str | None, registry: Registry) -> None:
    found = [p.words for p in read(sentence, registry) if p.sort is Sort.UNNAMED]
    assert found[:1] == ([words] if words else [])


def test_who_is_told_of_behind_a_name_is_that_name(registry: Registry) -> None:
    sentence = "Oste, a person close to Berg, said it was late."
    found = speech(sentence, read(sentence, registry))
    assert found is not None
    assert found.speaker is not None
    assert (found.speaker.id, found.speaker.sort) == ("mara-oste", Sort.NAMED)


@pytest.mark.parametrize(
    "sentence",
    ["Two people were killed.", "The person said it was late.", "A person said it was late."],
)
def test_people_are_no_source_until_told_how_they_know(sentence: str, registry: Registry) -> None:
    assert read(sentence, registry) == ()


@pytest.mark.parametrize(
    ("sentence", "speaker", "reporter", "reported", "says"),
    [
        ("Lind met Berg, according to Reuters.", "", "Reuters", True, []),
        ("Lind met Berg, the Xinhua agency said.", "", "the Xinhua agency", True, []),
        (
            "“It was late by now,” said the official Xinhua news agency.",
            *("", "the official Xinhua news agency", True, ["It was late by now"]),
        ),
        ("According to Xinhua, Berg said it was late.", "Berg", "Xinhua", True, ["it was late"]),
        ("Xinhua said Berg told reporters it was late.", "Berg", "Xinhua", True, ["it was late"]),
        ("Lind met Berg, Reuters reported, citing Oste.", "Oste", "Reuters", True, []),
        # What an agency tells somebody, and what a body is quoted with, is their own.
        ("Reuters told Berg that it was late.", "Reuters", "", False, ["it was late"]),
        ("Berg told Reuters that it was late.", "Berg", "", False, ["it was late"]),
        ("Sana said it was late.", "Sana", "", False, ["it was late"]),
        ("Now the union said it was late.", "union", "", False, ["it was late"]),
        ("Lind met Berg, according to the union.", "", "the union", False, []),
    ],
)
def test_an_agency_reports_what_it_says(
    sentence: str, speaker: str, reporter: str, reported: bool, says: list[str], registry: Registry
) -> None:
    found = speech(sentence, read(sentence, registry))
    assert found is not None
    named = [phrase.words if phrase else "" for phrase in (found.speaker, found.reporter)]
    assert [name.removeprefix("the ") for name in named] == [
        name.removeprefix("the ") for name in (speaker, reporter)
    ]
    assert found.reported is reported
    assert [skeleton(sentence, span) for span in found.said] == says


def test_agencies_that_the_registry_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "13 March 2024\n\nBerg phoned Lind on Sunday, according to AFP. Lind met Berg on Monday,"
        " the Kyodo News Agency said. Berg told TASS that it was late.\n"
    )
    _, facts = drafted(text, tmp_path, monkeypatch)
    draft = facts.read_text("utf-8")
    assert re.findall(r"^#   (\S+): \{name", draft, re.MULTILINE) == [
        *("afp", "kyodo-news-agency", "tass")
    ]
    assert re.findall(r"      (?:report|who|to): (.*)", draft) == [
        *("afp-report-2024-03", "AFP = afp"),
        *("kyodo-news-agency-report-2024-03", "Kyodo News Agency = kyodo-news-agency"),
        *("Berg = tomas-berg", "TASS = tass"),
    ]
    assert re.findall(r"- says: (.*)", draft) == ["it was late"]


def test_names_of_agencies() -> None:
    names = ("Reuters", "mehrnews", "Basel News Agency", "TASS", "Harbour Union", "Basel Agency")
    assert [is_agency(name) for name in names] == [True, True, True, True, False, False]
    sentence = "Xinhua agency and Xinhua agencies"
    assert (agency_end(sentence, 6), agency_end(sentence, 24)) == (13, 24)


@pytest.mark.parametrize(
    ("sentence", "planned", "expected"),
    [
        ("The union was represented by Mara Oste.", False, ["Mara Oste"]),
        ("The union was represented by its head of talks, Oste.", False, ["Oste"]),
        (
            "The two were represented by Oste and the banker, Berg, at the talks.",
            *(False, ["Oste", "Berg"]),
        ),
        ("The two were represented by Oste and Berg at the talks.", False, ["Oste", "Berg"]),
        # Words behind the name may tell who it is, and that it was there as well.
        (
            "The union was represented by Oste, the head of its delegation, as well.",
            False,
            ["Oste"],
        ),
        ("The union was represented by Oste, the head of its delegation.", False, ["Oste"]),
        ("The union was also represented by Oste, a banker, at the talks too.", False, ["Oste"]),
        ("The two were represented by Oste, the banker, and Berg, too.", False, ["Oste", "Berg"]),
        ("The union was represented by Oste as well.", False, ["Oste"]),
        ("The union was represented by Oste, the banker and Berg.", False, None),
        ("The union was represented by Oste, the banker who left.", False, None),
        ("The union will be represented by Oste.", True, ["Oste"]),
        ("The union will be represented by Oste.", False, None),
        ("The union was represented by Oste in court.", False, None),
        ("The union was represented by Oste, who left, and Berg.", False, None),
        ("The union was represented by Xinhua.", False, None),
        ("Lind met Berg, and the union was represented by Oste.", False, None),
    ],
)
def test_who_stands_for_others(
    sentence: str, planned: bool, expected: list[str] | None, registry: Registry
) -> None:
    told = contact(sentence)
    found = representatives(
        sentence, read(sentence, registry), told.at if told else None, planned=planned
    )
    assert [phrase.words for phrase in found] == (expected or [])


@pytest.mark.parametrize(
    ("before", "sentence", "expected"),
    [
        ("Lind met Berg on Monday.", "The union was represented by Oste.", True),
        ("Lind met Berg on Monday. It rained.", "The union was represented by Oste.", False),
        ("Lind met Berg. It rained.", "At the meeting, the union was represented by Oste.", True),
        ("Lind met Berg.", "The union was not represented by Oste.", False),
        ("Lind visited Geneva.", "The union was represented by Oste.", False),
    ],
)
def test_who_stands_for_others_was_at_the_meeting_before(
    before: str, sentence: str, expected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, facts = drafted(f"13 March 2024\n\n{before} {sentence}\n", tmp_path, monkeypatch)
    line = "\n        who:\n          - Oste = mara-oste\n"
    assert (line in facts.read_text("utf-8")) is expected


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("They will meet next week.", ["next week"]),
        ("They will meet on Tuesday next week.", ["on Tuesday next week"]),
        ("They will meet next Tuesday.", ["next Tuesday"]),
        # What “the next week” follows is another event.
        ("They met in the next week.", []),
        ("Next week’s meeting", []),
    ],
)
def test_days_that_words_leave_open(sentence: str, words: list[str]) -> None:
    found = dates_in(sentence, date(2024, 3, 13))
    assert [(candidate.words, candidate.readings) for candidate in found] == [
        (word, ()) for word in words
    ]


@pytest.mark.parametrize(
    ("sentence", "past"),
    [
        ("Lind and Berg resumed talks on Sunday", True),
        ("Talks between Lind and Berg resumed on Sunday", True),
        ("Talks between Lind and Berg are resumed on Sunday", False),
        ("They wait to see if talks resumed on Sunday", False),
        ("Lind is ready for resumed talks on Sunday", False),
        ("Lind will see talks resumed on Sunday", False),
    ],
)
def test_talks_that_resumed_are_past(sentence: str, past: bool) -> None:
    told = contact(sentence)
    assert told is not None
    assert told.past is past


def test_a_day_left_open_joins_no_event_of_a_known_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "13 March 2024\n\nLind will meet Berg on Friday. Lind will meet Berg next week.\n"
    _, facts = drafted(text, tmp_path, monkeypatch)
    draft = facts.read_text("utf-8")
    assert re.findall(r"- meeting: (.*)", draft) == ["berg-lind-2024-03-15", "berg-lind"]
    assert "# planned_for: {words: next week, is: YYYY-MM-DD, inferred: the reason}" in draft


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # The tense leaves one day, even where nobody is named who took part.
        ("The first talks resumed in Geneva on Sunday.", "when: on Sunday = 2024-03-10"),
        # What an agency reports may be an event.
        ("The attack by Berg was the second, Reuters said.", "kind: attack = attack"),
    ],
)
def test_what_else_a_sentence_may_tell_of(
    sentence: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, facts = drafted(f"13 March 2024\n\n{sentence}\n", tmp_path, monkeypatch)
    assert re.search(rf"^ +#     {expected}$", facts.read_text("utf-8"), re.MULTILINE)
