"""Words of an apposition: “NAME, the OFFICE of X,” tells who NAME is, and of nobody else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.new.phrases import Phrase, Sort

# “NAME, together with the OFFICE,” has no apposition, nor has “after meeting NAME, the OFFICE met”.
_OFFICE = re.compile(
    r", (?:(?:an?|the|[^\W\d_a-z][\w-]*[’']s?) )?(?:(?:acting|former|deputy|outgoing|new|then) )?"
)
# A friend of somebody is not that somebody.
_RELATED = re.compile(
    r", (?:an?|the) (?:[\w-]+ ){0,3}(?:wife|husband|widow|son|daughter|brother|sister|father|mother"
    r"|friend|ally|rival|aide|advis[eo]r|deputy|head|leader|chief|chair(?:man|woman)?|member|founder"
    r"|director|envoy|ambassador|negotiator|representative|minister|president|secretary|commander"
    r"|official|spokes(?:man|woman|person)|successor|predecessor) (?:of|to|for) (?:the )?"
)
_ENDS = re.compile(r"[,.;:”\")]|\s*\Z")


def without_apposed(sentence: str, found: Sequence[Phrase]) -> tuple[Phrase, ...]:
    """The phrases without those that stand in an apposition behind somebody's name.

    An office that somebody else is known to hold is a participant of its own, as in a list.
    """
    names = [p for p in found if p.sort in (Sort.NAMED, Sort.NEW)]
    return tuple(
        phrase
        for phrase in found
        if not any(_tells_of(sentence, name, phrase) for name in names if name.end < phrase.start)
    )


def _tells_of(sentence: str, name: Phrase, phrase: Phrase) -> bool:
    if phrase.sort not in (Sort.NAMED, Sort.NEW, Sort.OFFICE):
        return False
    if not _ENDS.match(sentence, phrase.end):
        return False
    if _RELATED.fullmatch(sentence, name.end, phrase.start):
        return True
    if phrase.sort is not Sort.OFFICE or (phrase.office and phrase.id != name.id):
        return False
    # A phrase begins with its article.
    begin = phrase.start + (4 if phrase.words.lower().startswith("the ") else 0)
    return _OFFICE.fullmatch(sentence, name.end, begin) is not None
