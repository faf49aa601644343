"""Sentences of an archived text, and the words in them that tell of a contact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.facts.text.archived import ArchivedText
from kg.facts.text.quote import Stretch

_END = re.compile(r"[.!?…]+[”’\"')\]]*(?=\s+[“‘\"'(\[]*[^\W_a-z])")
_ABBREVIATION = re.compile(
    r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Maj|Capt|Sgt|Adm|Sen|Rep|Gov|St|No|vs|Jr|Sr"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$"
)
# In the order of the groups one word is taken for a call before it is taken for a meeting.
_CONTACT = re.compile(
    r"(?<!-)\b(?:(?P<call>phon(?:es?|ed|ing)|telephon(?:es?|ed|ing)"
    r"|call(?:s|ed)?(?! (?:for|on|off|upon)\b))"
    r"|(?P<meeting>met|meets?|meetings?)"
    r"|(?P<visit>visit(?:s|ed|ing)?|arriv(?:es?|ed|ing|al))"
    r"|(?P<talks>talks|talked|spoke|conversations?))\b",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"\b(?:will|would|is to|are to|is due to|are due to|plans? to|planned to|scheduled|expected to"
    r"|going to|agreed to|intends? to|set to|to (?:meet|visit|hold|talk|speak|arrive)"
    r"|for (?:meetings|talks))\b"
)
_ATTRIBUTION = re.compile(
    r"\b(?:according to|as reported by|said|says|told|tells|stated|announced|reported|reports"
    r"|added|confirmed|claimed|quoted)\b"
)


@dataclass(frozen=True, slots=True)
class Contact:
    """What a sentence tells of: the key for the event, the word that says so and where it stands.

    `plan` are words that put it in the future, `attribution` words that name somebody as its
    source; both are empty where there are none.
    """

    kind: str
    word: str
    at: int
    plan: str
    attribution: str


def contact(sentence: str) -> Contact | None:
    """The first contact that a sentence tells of, if any."""
    found = _CONTACT.search(sentence)
    if found is None or found.lastgroup is None:
        return None
    plan, attribution = _PLAN.search(sentence), _ATTRIBUTION.search(sentence)
    return Contact(
        found.lastgroup,
        found[0],
        found.start(),
        plan[0] if plan else "",
        attribution[0] if attribution else "",
    )


def sentences(text: ArchivedText) -> tuple[Stretch, ...]:
    """The sentences of a text, in order: code points, without white space at either end."""
    found = []
    for start, end in _paragraphs(text):
        begin = start
        for match in _END.finditer(text.text, start, end):
            if not _ABBREVIATION.search(text.text, begin, match.end()):
                found.append((begin, match.end()))
                begin = match.end()
        found.append((begin, end))
    return tuple(stretch for a, b in found if (stretch := _trimmed(text.text, a, b)) is not None)


def _paragraphs(text: ArchivedText) -> Iterator[tuple[int, int]]:
    starts = [match.end() for match in re.finditer(r"\A|\r\n|[\r\n]", text.text)]
    breaks = [
        start for start in starts if not start or text.paragraph(start) > text.paragraph(start - 1)
    ]
    yield from zip(breaks, [*breaks[1:], len(text.text)], strict=True)


def _trimmed(text: str, start: int, end: int) -> Stretch | None:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end -= len(piece) - len(piece.rstrip())
    return Stretch(start, end) if start < end else None
