"""Which of its dates a sentence means: by its tense, and by what stands between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from kg.facts.dates.resolve import Resolution
from kg.new.dates import Candidate
from kg.new.sentences import Contact

# A date behind one of these is the day of something else.
_OTHER_EVENT = re.compile(r"\b(?:since|after|before|until|following|amid)\b")


def fixed(when: Candidate | None, told: Contact, day: date | None) -> Resolution | None:
    """The one date that words give by the tense of the sentence; None where they give several."""
    if when is None:
        return None
    found = {reading.edtf.text: reading for reading in when.readings}
    if len(found) > 1 and day is not None and (told.plan or told.past):
        found = {
            text: reading
            for text, reading in found.items()
            if (
                _after(reading.edtf.latest, day)
                if told.plan
                else not _after(reading.edtf.earliest, day)
            )
        }
    return next(iter(found.values())) if len(found) == 1 else None


def _after(bound: datetime | None, day: date) -> bool:
    return bound is None or bound.date() > day


def past(found: Sequence[Resolution], day: date | None) -> list[Resolution]:
    """What words give of what was said before an article was printed, each date once."""
    kept = [r for r in found if r.edtf.day is None or day is None or r.edtf.day <= day]
    return list({r.edtf.text: r for r in kept}.values())


def of_the_event(
    dates: Sequence[Candidate], text: str, told: Contact, said_when: Candidate | None
) -> Candidate | None:
    """The first date that no word such as “since” parts from the contact."""
    for candidate in dates:
        low, high = sorted((told.at, candidate.start))
        if said_when is not None and candidate.start == said_when.start:
            continue
        if not _OTHER_EVENT.search(text[low:high]):
            return candidate
    return None
