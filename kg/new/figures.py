"""Numbers of dead and injured in a sentence, and words for events of other kinds than contacts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.new.mentions import Mention
from kg.new.scalars import comment, scalar
from kg.new.values import counted_words

_NUMBER = re.compile(
    r"(?P<number>(?:(?i:more than|over|at least|some|about|around|nearly|fewer than|up to) )?"
    r"(?:\d{1,3}(?:,\d{3})+|\d+)) (?P<of>\w+)"
)
_MEASURES = (
    (re.compile(r"\b(?:killed|dead|deaths?|died)\b"), "deaths"),
    (re.compile(r"\b(?:injured|wounded|injuries)\b"), "injuries"),
)
_KINDS = (
    (r"war|conflict|offensive|campaign", "war"),
    (r"attacks?|strikes?|firefight", "attack"),
    (r"operation", "military-operation"),
    (r"negotiations", "negotiation"),
    (r"agreed|agreement|accepted", "agreement"),
    (r"resolution|decided|decision", "decision"),
    (r"rejected|rejection", "rejection"),
    (r"signed|signing", "signing"),
)
_NEAR = 60


def figures(sentence: str, quote: str, here: Sequence[Mention]) -> Iterator[str]:
    """The lines of each number of dead or injured; live where the registry names whom it counts."""
    for match in _NUMBER.finditer(sentence):
        found = _measure(sentence, match)
        words = counted_words(quote, match["number"])
        if found is None or words is None:
            continue
        of = counted_words(quote, match["of"])
        digits = re.sub(r"\D", "", match["number"])
        counted = [m for m in here if m.section == "population" and m.start == match.start("of")]
        lines = [
            "      - quantity:",
            f"          measure: {found[0]} = {found[1]}",
            f"          of: {scalar(f'{of} = {counted[0].id}' if counted else f'{of} = ')}",
            f"          number: {scalar(f'{words} = {digits}')}",
        ]
        for line in lines:
            yield line if counted else comment(line[6:], 6)


def counts(sentence: str) -> bool:
    """Whether a sentence gives a number of dead or injured."""
    return any(_measure(sentence, match) for match in _NUMBER.finditer(sentence))


def kinds(sentence: str) -> Iterator[tuple[str, str]]:
    """Words for events of other kinds than contacts, with the concept that they may name."""
    for pattern, concept in _KINDS:
        match = re.search(rf"\b(?:{pattern})\b", sentence)
        if match:
            yield match[0], concept


def _measure(sentence: str, number: re.Match[str]) -> tuple[str, str] | None:
    """The word for what is counted that stands nearest to a number."""
    near = []
    for pattern, concept in _MEASURES:
        for match in pattern.finditer(sentence):
            away = min(abs(match.end() - number.start()), abs(match.start() - number.end()))
            if away <= _NEAR:
                near.append((away, match[0], concept))
    return min(near)[1:] if near else None
