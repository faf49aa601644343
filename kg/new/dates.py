"""Words in a text that the date rules read, as candidates: where they stand and what they give."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kg.facts.dates.resolve import Resolution, readings
from kg.facts.text.archived import ArchivedText

_TOKEN = re.compile(r"\S+")
_YEAR = re.compile(r"\b[12][0-9]{3}\b")
_LEAD, _TRAIL = "“‘\"'([", ".,;:!?…”’\"')]"
_MOST_TOKENS = 10
# A printed date begins with a weekday, a month or a figure; what stands before names a place.
_BEGINS = re.compile(
    r"(?:[0-9]|(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    re.IGNORECASE,
)
# Months that are other words too unless they begin with a capital.
_OTHER_WORDS = ("may", "march", "august", "sun", "sat", "mar", "a")
# Words of time that no rule reads, since they leave open which day they mean.
_OPEN = re.compile(
    r"(?:(?:on|in|during|early|late|later|sometime) )?"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day (?:of )?)?"
    r"next (?:week|weekend|month|year|(?:mon|tues|wednes|thurs|fri|satur|sun)day)",
    re.IGNORECASE,
)
# How long something took is no day.
_NO_DAYS = ("lasts", "past-n")
_LATEST_LINE, _LATEST_COLUMN = 10, 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words at the code point `start`, and the dates they may give.

    There are none without a day to count from, and for words that no rule reads.
    """

    words: str
    start: int
    readings: tuple[Resolution, ...]


def dates_in(text: str, anchor: date | None) -> tuple[Candidate, ...]:
    """The date words of a sentence, the longest at each place, counted from `anchor`."""
    tokens = list(_TOKEN.finditer(text))
    found: list[Candidate] = []
    at = 0
    while at < len(tokens):
        for last in range(min(at + _MOST_TOKENS, len(tokens)) - 1, at - 1, -1):
            start, words = _trimmed(text, tokens[at].start(), tokens[last].end())
            given = () if _opens(words, text[:start]) else _read(words, anchor)
            if given is not None:
                found.append(Candidate(words, start, given))
                at = last
                break
        at += 1
    return tuple(found)


def _opens(words: str, before: str) -> bool:
    """Whether words leave their day open; “the next week” counts from another event."""
    return bool(_OPEN.fullmatch(words)) and not re.search(r"\b[Tt]he $", before)


def _read(words: str, anchor: date | None) -> tuple[Resolution, ...] | None:
    """What words give: nothing that counts where there is no day to count from, None if no date."""
    if words.lower() in _OTHER_WORDS and not (words.istitle() and len(words) > 3):
        return None
    # A day to try the words with: whether a rule reads them does not depend on it.
    tried = readings(words, anchor or date(2000, 1, 1))
    one_word = " " not in words
    if not tried or all(
        found.rule in _NO_DAYS or (found.rule == "year" and one_word) for found in tried
    ):
        return None
    return readings(words, anchor)


def printed_dates(text: ArchivedText) -> tuple[Candidate, ...]:
    """The full dates in a text, with their time and zone where the rules read them."""
    return tuple(_printed(text.text))


def _printed(text: str) -> Iterator[Candidate]:
    done = 0
    for line in re.finditer(r"[^\r\n]+", text):
        tokens = list(_TOKEN.finditer(text, line.start(), line.end()))
        for index, token in enumerate(tokens):
            if token.start() < done or not _YEAR.search(token[0]):
                continue
            windows = (
                (last - first, *_trimmed(text, tokens[first].start(), tokens[last].end()))
                for first in range(max(0, index - 4), index + 1)
                for last in range(index, min(index + 7, len(tokens)))
                if tokens[first].start() >= done
            )
            for _, start, words in sorted(windows, reverse=True):
                given = tuple(r for r in readings(words, None) if r.rule == "printed")
                if given and _BEGINS.match(words):
                    yield Candidate(words, start, given)
                    done = start + len(words)
                    break


def of_the_article(found: tuple[Candidate, ...], text: ArchivedText) -> Candidate | None:
    """The first printed date that stands where articles print theirs: near the top and the left."""
    for candidate in found:
        place = text.span(candidate.start, candidate.start)
        if place.line <= _LATEST_LINE and place.column <= _LATEST_COLUMN:
            return candidate
    return None


def _trimmed(text: str, start: int, end: int) -> tuple[int, str]:
    words = text[start:end]
    start += len(words) - len(words.lstrip(_LEAD))
    # The points of “p.m.” belong to the time.
    words = words.lstrip(_LEAD)
    stripped = words.rstrip(_TRAIL)
    return start, words.rstrip(",;:") if re.search(r"[ap]\.m$", stripped) else stripped
