"""Who denies something in a sentence: they are its source, and an office is no more than that."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.new.phrases import Phrase, Sort
from kg.new.speech import quotations

_DENIES = re.compile(
    r",?(?: (?:has|had|have|also|later|again|firmly|flatly|strongly|repeatedly)){0,3}"
    r" den(?:ied|ies|y)\b"
)
_OFFICE = re.compile(r"[’']s? office$")


def denier(sentence: str, found: Sequence[Phrase]) -> Phrase | None:
    """The name before a verb of denying; None where words between them leave a doubt."""
    quoted = tuple(quotations(sentence))
    for phrase in found:
        verb = _DENIES.match(sentence, phrase.tail)
        inside = any(a <= phrase.start < b for a, b in quoted)
        if verb and not inside and phrase.sort in (Sort.NAMED, Sort.NEW, Sort.OFFICE):
            return phrase
    return None


def is_office(phrase: Phrase) -> bool:
    """Whether words are for the office of somebody, which speaks and does not take part."""
    return phrase.kind == "organization" and _OFFICE.search(phrase.words) is not None
