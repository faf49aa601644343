"""`kg new`: who says a sentence, and which of its words were said."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from kg.check.diagnostic import Findings
from kg.facts.project import read_project
from kg.facts.registry import Registry
from kg.facts.text.archived import ArchivedText
from kg.new.dates import Candidate, dates_in
from kg.new.mentions import mentions
from kg.new.phrases import phrases
from kg.new.sentences import contact
from kg.new.speech import skeleton, speech
from kg.new.tense import fixed
from tests.golden import TESTS


@pytest.fixture(scope="module")
def registry() -> Registry:
    project = read_project(TESTS.parent / "seeds", Findings())
    assert project is not None
    return project.registry


@pytest.mark.parametrize(
    ("sentence", "speaker", "reporter", "addressee", "says"),
    [
        ("“It is so, we think,” Haniyeh said.", "Haniyeh", "", "", ["It is so, we think"]),
        ("Haniyeh said it was late.", "Haniyeh", "", "", ["it was late"]),
        (
            "“It is late by now,” Haniyeh told Putin, as reported by mehrnews.",
            *("Haniyeh", "mehrnews", "Putin", ["It is late by now"]),
        ),
        (
            "Hamas leader Haniyeh praised the long visit, mehrnews reported.",
            *("Hamas leader Haniyeh", "mehrnews", "", ["praised the long visit"]),
        ),
        ("The day after Haniyeh met Putin it rained.", None, "", "", []),
        (
            "According to Hamas, Bagheri reviewed the long list of all the talks.",
            *("Bagheri", "Hamas", "", ["reviewed the long list …"]),
        ),
        (
            "A Hamas official said the long talks would go on.",
            *("A Hamas official", "", "", ["the long talks would go on"]),
        ),
        (
            "Haniyeh praised the guests of the day and thanked all the hosts of it.",
            *("Haniyeh", "", "", ["praised the guests of the day", "thanked all the hosts of it"]),
        ),
        # “The Hamas chief” is not Hamas: who it is, is not proposed.
        (
            "Haniyeh told the Hamas chief that it was late.",
            *("Haniyeh", "", "the Hamas chief", ["it was late"]),
        ),
        ("Haniyeh was told nothing.", None, "", "", []),
    ],
)
def test_who_says_what(
    sentence: str,
    speaker: str | None,
    reporter: str,
    addressee: str,
    says: list[str],
    registry: Registry,
) -> None:
    text = ArchivedText("t", sentence, hashlib.sha256(sentence.encode()).hexdigest())
    found = speech(sentence, phrases(sentence, mentions(text, registry), registry, {}))
    if speaker is None:
        assert found is None
        return
    assert found is not None
    named = (found.speaker, found.reporter, found.addressee)
    assert [phrase.words if phrase else "" for phrase in named] == [speaker, reporter, addressee]
    assert [skeleton(sentence, span) for span in found.said] == says


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("They met on Sunday evening", "2024-06-30"),
        ("They will meet on Sunday", "2024-07-07"),
        ("They met on October 14", "2023-10-14"),
        ("They meet on Sunday", None),
        ("They met in May", "2024-05"),
        ("They met last night", "[2024-07-01,2024-07-02]"),
    ],
)
def test_a_date_is_proposed_where_the_tense_leaves_one(sentence: str, expected: str | None) -> None:
    day = date(2024, 7, 2)
    found: tuple[Candidate, ...] = dates_in(sentence, day)
    told = contact(sentence)
    assert told is not None
    chosen = fixed(found[0], told, day)
    assert (chosen and chosen.edtf.text) == expected
