"""Names in words: which aliases stand in them, and what is left as a title."""

from __future__ import annotations

import pytest

from kg.facts.text.names import NameIndex, name_and_title

HANIYEH = ("Ismail Haniyeh", "Haniyeh")


@pytest.mark.parametrize(
    ("words", "name", "title"),
    [
        ("Hamas leader Ismail Haniyeh", "Ismail Haniyeh", "Hamas leader"),
        ("Haniyeh", "Haniyeh", None),
        ("Ismail Haniyeh, the head of the office", "Ismail Haniyeh", "head of the office"),
        ("The head of the bureau, Ismail Haniyeh", "Ismail Haniyeh", "head of the bureau"),
        ("Hamas' chief Ismail  Haniyeh", "Ismail Haniyeh", "Hamas' chief"),
        ("the group’s top man Haniyeh", "Haniyeh", "group’s top man"),
        ("The leader of the movement", None, "leader of the movement"),
        ("Haniyehs", None, "Haniyehs"),
    ],
)
def test_name_and_title(words: str, name: str | None, title: str | None) -> None:
    assert name_and_title(words, HANIYEH) == (name, title)


def test_longest_names_only() -> None:
    index = NameIndex([("Haniyeh", "a"), ("Ismail Haniyeh", "a"), ("Hamas", "h"), ("of Iran", "i")])
    found = index.find("Hamas leader Ismail Haniyeh of Iran")
    assert [(n.alias, n.node, n.start, n.end) for n in found] == [
        ("Hamas", "h", 0, 5),
        ("Ismail Haniyeh", "a", 13, 27),
        ("of Iran", "i", 28, 35),
    ]


def test_names_in_other_forms_of_unicode() -> None:
    index = NameIndex([("José", "j"), ("هنیه", "h")])
    assert [n.node for n in index.find("Jose\u0301 و هنیه")] == ["j", "h"]
