"""Who stood for a body at a meeting: “the union was represented by its head, X”."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.new.phrases import Phrase, Sort

_BY = re.compile(r"\b(?:(?P<past>was|were)|(?P<plan>will(?: also)? be))(?: also)? represented by ")
# Before a name stands nothing, an article, or what they are: “its head of talks, ”.
_BEFORE = re.compile(r"(?:(?:the|its|his|her|their|an?) (?:[\w’'-]+(?: [\w’'-]+){0,7}, )?)?")
_ONE_MORE = re.compile(r",? and |, ")
# Behind the last one may stand where it was, if that is the meeting itself.
_LAST = re.compile(
    r"(?:,? (?:as well|too))?,?(?: (?:at|in|during) the (?:meeting|talks|call|conversation))?"
    r"(?:,? (?:as well|too))?[.”\"]*\s*"
)
# What ends the sentence may be an apposition too: “X, the head of its delegation.”
_APPOSED = re.compile(
    r", (?:the|an?|its|his|her|their)(?: (?!(?:and|or|who|which)\b)[\w’'-]+){1,8}"
    r"(?=,|[.”\"]*\s*\Z)"
)


def representatives(
    sentence: str, found: Sequence[Phrase], told: int | None, *, planned: bool
) -> tuple[Phrase, ...]:
    """The people of the registry by whom others are represented; none where words are left over.

    `told` is the code point of a contact that the sentence itself tells of: what stands before the
    verb is another one. `planned` is whether the meeting is yet to be held, as the verb must say.
    """
    by = _BY.search(sentence)
    if by is None or (by["plan"] is not None) != planned:
        return ()
    if told is not None and told < by.start():
        return ()
    people: list[Phrase] = []
    at = by.end()
    for phrase in found:
        if phrase.start < at or phrase.sort is not Sort.NAMED or phrase.kind != "person":
            continue
        seam = _ONE_MORE.match(sentence, at) if people else None
        if people and seam is None:
            return ()
        if not _BEFORE.fullmatch(sentence, seam.end() if seam else at, phrase.start):
            return ()
        people.append(phrase)
        behind = _APPOSED.match(sentence, phrase.end)
        at = behind.end() if behind and behind.end() > phrase.tail else phrase.tail
    return tuple(people) if people and _LAST.fullmatch(sentence, at) else ()
