"""Quotes as pages show them: cut where words begin and end that are to be marked."""

from __future__ import annotations

from collections.abc import Iterable

from kg.web.model import Stretch


def stretches(text: str, marked: Iterable[str]) -> tuple[Stretch, ...]:
    """A quote cut where words begin and end that are to be marked; white space as one space."""
    quote = " ".join(text.split())
    spans: list[tuple[int, int]] = []
    for wanted in dict.fromkeys(" ".join(w.split()) for w in marked):
        place = _whole(quote, wanted) if wanted else -1
        if place >= 0:
            spans.append((place, place + len(wanted)))
    cut: list[Stretch] = []
    place = 0
    for first, last in _merged(spans):
        if first > place:
            cut.append(Stretch(quote[place:first]))
        cut.append(Stretch(quote[first:last], marked=True))
        place = last
    if place < len(quote):
        cut.append(Stretch(quote[place:]))
    return tuple(cut)


def _whole(text: str, words: str) -> int:
    """Where words first stand whole in a text, or -1; a pattern each would take far longer."""
    place = text.find(words)
    while place >= 0:
        before, after = text[place - 1 : place], text[place + len(words) : place + len(words) + 1]
        if not (_is_of_word(before) or _is_of_word(after)):
            return place
        place = text.find(words, place + 1)
    return -1


def _is_of_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
