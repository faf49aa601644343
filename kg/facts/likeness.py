"""Likeness of ids: the one known id that a mistyped one must mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

_DIGIT = re.compile(r"\d")
# How like the meant one is, and by how much at least any other is less like.
_CLEAR, _AHEAD = 0.86, 0.1
NAMED = 0.7
"""How like an id has to be that words beside it name."""


def only_candidate(word: str, known: Iterable[str], clear: float = _CLEAR) -> str | None:
    """The one known word that a mistyped one must mean; None where there may be doubt.

    `clear` is how like it has to be, from 0 to 1. Digits are never taken for slips: another date in
    an id is another thing.
    """
    digits = _DIGIT.findall(word)
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(word)
    likeness: dict[str, float] = {}
    for name in known:
        matcher.set_seq1(name)
        if matcher.real_quick_ratio() >= clear - _AHEAD and _DIGIT.findall(name) == digits:
            likeness[name] = matcher.ratio()
    ordered = sorted(likeness, key=lambda name: (-likeness[name], name))
    if not ordered or likeness[ordered[0]] < clear:
        return None
    if len(ordered) > 1 and likeness[ordered[1]] > likeness[ordered[0]] - _AHEAD:
        return None
    return ordered[0]
