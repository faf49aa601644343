"""Where words stand in a text as whole words."""

from __future__ import annotations

import re
import unicodedata

# Characters inside a word that do not part it: soft hyphen, joiners, zero-width no-break space.
_JOINERS = "\u00ad\u200c\u200d\u2060\ufeff"
# Thai to Myanmar, Khmer, kana and Han are written without spaces between words.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)
_SKIN_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")
# No more occurrences than this are looked for: the words are ambiguous anyway.
MOST = 1000


def occurrences(haystack: str, needle: str, begin: int = 0) -> list[int]:
    """Where the needle stands as whole words from `begin` on; overlaps count; at most MOST."""
    found: list[int] = []
    at = haystack.find(needle, begin)
    while at >= 0 and len(found) < MOST:
        if not _splits(haystack, at) and not _splits(haystack, at + len(needle)):
            found.append(at)
        at = haystack.find(needle, at + 1)
    return found


def _splits(text: str, at: int) -> bool:
    """Whether a cut goes through a word, a number, a contraction (can|’t) or a grapheme."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if before == " " and after.isascii():  # by far the most frequent
        return False
    if unicodedata.category(after)[0] == "M" or "\u200d" in (before, after):
        return True
    if _SKIN_TONES.match(after):
        return True
    left = text[:at].rstrip(_JOINERS)[-1:] if before in _JOINERS else before
    right = text[at:].lstrip(_JOINERS)[:1] if after in _JOINERS else after
    if _in_word(left) and _in_word(right):
        return True
    beyond = text[at + 1 : at + 3]
    if after in ".," and before.isdigit() and beyond[:1].isdigit():
        return True
    if before in ".," and after.isdigit() and text[max(0, at - 2)].isdigit():
        return True
    return (
        after in "'’" and before in "nN" and beyond[:1] in ("t", "T") and not _in_word(beyond[1:])
    )


def _in_word(char: str) -> bool:
    if not char or _UNSPACED.match(char):
        return False
    return char.isalnum() or unicodedata.category(char)[0] == "M"
