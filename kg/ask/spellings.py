"""Spellings: how alike two names are across hyphens, diacritics and ways of transliterating."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import combinations

ALIKE = 0.88
"""The least likeness, from 0 to 1, of two names that may be one."""
BLOCK = 20
"""Names that share a key are compared only where there are at most so many."""
WINDOW = 3
"""In the order of the alphabet, each name is also compared with so many that follow."""

_WORD = re.compile(r"[^\W_]+")
_INNER = re.compile("[’'ʼʻ‘`´ʿʾ]")
# Letters that one sound is transliterated with; vowels are compared apart, and h not at all.
_SOUNDS = (
    *(("ph", "f"), ("gh", "k"), ("kh", "k"), ("ch", "s"), ("sh", "s"), ("th", "t"), ("dh", "d")),
    *(("zh", "z"), ("dj", "j"), ("ck", "k"), ("q", "k"), ("c", "k"), ("g", "k"), ("x", "ks")),
    *(("w", "v"), ("ou", "u"), ("oo", "u"), ("o", "u"), ("ai", "i"), ("ay", "i"), ("ei", "i")),
    *(("ey", "i"), ("ee", "i"), ("e", "i"), ("y", "i")),
)
_SILENT = re.compile("[aiuh]")
_NO_VOWEL = re.compile("[^aiu]")
_DOUBLE = re.compile(r"(.)\1+")
_LEAST = 4


@dataclass(frozen=True)
class Spelling:
    """A name as it is compared."""

    name: str

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words in small letters without marks, in the order of the alphabet."""
        plain = unicodedata.normalize("NFKD", _INNER.sub("", self.name).casefold())
        letters = "".join(c for c in plain if not unicodedata.combining(c))
        return tuple(sorted(_WORD.findall(letters)))

    @cached_property
    def letters(self) -> str:
        """All letters in their order, without what joins and parts words."""
        plain = unicodedata.normalize("NFKD", self.name.casefold())
        return "".join(c for c in plain if c.isalnum())

    @cached_property
    def sounds(self) -> tuple[str, ...]:
        """The consonants of each word, those of one sound written alike."""
        return tuple(consonants for consonants, _ in self._sounds)

    @cached_property
    def vowels(self) -> tuple[str, ...]:
        """The vowels of each word, in the order of `sounds`."""
        return tuple(vowels for _, vowels in self._sounds)

    @cached_property
    def _sounds(self) -> tuple[tuple[str, str], ...]:
        return tuple(sorted(_sound(word) for word in self.words))


def _sound(word: str) -> tuple[str, str]:
    for letters, sound in _SOUNDS:
        word = word.replace(letters, sound)
    # That a word begins with a vowel is heard; which one it is, is not.
    start = "a" if word[0] in "aiu" else ""
    consonants = _DOUBLE.sub(r"\1", _SILENT.sub("", word))
    return start + consonants, _DOUBLE.sub(r"\1", _NO_VOWEL.sub("", word))


def likeness(one: Spelling, other: Spelling) -> float:
    """How alike two names are, from 0 to 1; 0 where they are not alike enough to be one.

    Names are alike when their letters are the same; when word by word they sound the same; or
    when most letters are the same and no word is another altogether.
    """
    if one.letters == other.letters:
        return 1.0 if one.letters else 0.0
    matcher = SequenceMatcher(None, one.letters, other.letters, autojunk=False)
    if one.sounds == other.sounds and len("".join(one.sounds)) >= _LEAST:
        if _closest(one.vowels, other.vowels) > 0.5:
            return max(0.9, matcher.ratio())
        return 0.0
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    ratio = matcher.ratio()
    if len(one.words) == len(other.words):
        if _closest(one.words, other.words) < 0.7:
            return 0.0
    elif ratio < (1 + ALIKE) / 2:
        return 0.0
    return ratio if ratio >= ALIKE else 0.0


def _closest(ones: Iterable[str], others: Iterable[str]) -> float:
    """How alike the two words of a pair are of which that is least."""
    pairs = zip(ones, others, strict=True)
    return min((SequenceMatcher(None, a, b, autojunk=False).ratio() for a, b in pairs), default=1.0)


def holds(whole: Spelling, part: Spelling) -> bool:
    """Whether all words of a name, one of them of some length, sound like words of another."""
    left = list(whole.sounds)
    for sound in part.sounds:
        if sound not in left:
            return False
        left.remove(sound)
    return bool(left) and len(max(part.sounds, key=len, default="")) >= _LEAST - 1


def blocks(spellings: Iterable[Spelling]) -> Iterator[tuple[int, int]]:
    """Pairs of places of names that are worth comparing: many fewer than there are pairs.

    Names share a key when they sound alike as a whole or in a word; what is common to more than
    BLOCK names tells none of them apart. Neighbours by their letters, read from the beginning
    or from the end, catch the slips that change the sound.
    """
    known = list(spellings)
    keyed: dict[Hashable, list[int]] = defaultdict(list)
    for place, spelling in enumerate(known):
        keyed["".join(spelling.sounds)].append(place)
        for sound in set(spelling.sounds):
            keyed[(sound,)].append(place)
    for places in keyed.values():
        if len(places) <= BLOCK:
            yield from combinations(places, 2)
    for step in (1, -1):
        order = sorted(range(len(known)), key=lambda place: (known[place].letters[::step], place))
        for index, place in enumerate(order):
            for other in order[index + 1 : index + 1 + WINDOW]:
                yield min(place, other), max(place, other)
