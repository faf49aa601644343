"""Shared text: archived texts that hold the same words in the same order, and where.

Texts are compared by shingles, which are runs of SHINGLE words (Broder, “On the resemblance and
containment of documents”, 1997; runs of ten words as in Broder and others, “Syntactic clustering of
the Web”, 1997). That two people write the same ten words in a row by chance is so unlikely that
forensic linguists take it for copying (Coulthard, “Author identification, idiolect, and linguistic
uniqueness”, 2004). What stands between quotation marks is left out: whoever hears a speaker writes
the same words. Only texts with a shingle in common are ever compared.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

SHINGLE = 10
"""Words of a shingle."""
ALIKE = 0.5
"""Share of the shingles of the shorter text from which on two texts are near-identical."""
NEAREST = 50
"""Of the texts with a shingle, each is compared with at most so many that follow it by name."""

# Letters may be followed by their accents, which are no letters of their own.
_WORD = re.compile("\\w[\\w\u0300-\u036f]*")
_QUOTED = re.compile(r"“[^“”\n]*”|„[^„“”\n]*[“”]|«[^«»\n]*»|\"[^\"\n]*\"")
# Texts, and groups of them, that are kept prepared.
_KEPT = 512
_Word = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with its words, and each shingle with the number of the word it begins with."""

    name: str
    text: str
    words: Sequence[_Word]
    shingles: Mapping[tuple[str, ...], int]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of words that two texts share; offsets are code points, ends exclusive."""

    start: int
    end: int
    other_start: int
    other_end: int
    words: str


@dataclass(frozen=True, slots=True)
class Shared:
    """What two texts have in common; `share` is that of the shorter one's shingles, from 0 to 1.

    `one` is before `other` by name; `stretches` are in the order of `one`.
    """

    one: str
    other: str
    share: float
    stretches: tuple[Stretch, ...]

    @property
    def near_identical(self) -> bool:
        """Whether one text is, for its greater part, the other."""
        return self.share >= ALIKE

    @property
    def longest(self) -> str:
        """The longest stretch in the words of `one`."""
        return max(self.stretches, key=lambda s: (s.end - s.start, -s.start)).words


class SharedText:
    """Compares texts that `read` gives by name, an empty one where there is none."""

    def __init__(self, read: Callable[[str], str]) -> None:
        self._read = read
        self._prepared = lru_cache(maxsize=_KEPT)(self._prepare)
        self._among = lru_cache(maxsize=_KEPT)(self._compare)

    def among(self, names: Iterable[str]) -> Mapping[frozenset[str], Shared]:
        """The pairs of some texts that share a shingle, with what they share."""
        found = frozenset(names)
        return self._among(found) if len(found) > 1 else {}

    def _compare(self, names: frozenset[str]) -> Mapping[frozenset[str], Shared]:
        texts = [self._prepared(name) for name in sorted(names)]
        holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for index, text in enumerate(texts):
            for shingle in text.shingles:
                holders[shingle].append(index)
        met: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for shingle, found_in in holders.items():
            for place, one in enumerate(found_in):
                for other in found_in[place + 1 : place + 1 + NEAREST]:
                    places = texts[one].shingles[shingle], texts[other].shingles[shingle]
                    met[one, other].append(places)
        pairs = (
            _shared(texts[one], texts[other], places)
            for (one, other), places in sorted(met.items())
        )
        return {frozenset((pair.one, pair.other)): pair for pair in pairs}

    def _prepare(self, name: str) -> _Text:
        text = self._read(name)
        words = _words(text)
        return _Text(name, text, words, _shingles(words))


def _shared(one: _Text, other: _Text, places: list[tuple[int, int]]) -> Shared:
    share = len(places) / min(len(one.shingles), len(other.shingles))
    stretches = []
    for first, second, length in _runs(places):
        start, end = one.words[first][1], one.words[first + length - 1][2]
        stretches.append(
            Stretch(
                start,
                end,
                other.words[second][1],
                other.words[second + length - 1][2],
                " ".join(one.text[start:end].split()),
            )
        )
    ordered = tuple(sorted(stretches, key=lambda stretch: (stretch.start, stretch.other_start)))
    return Shared(one.name, other.name, share, ordered)


def _words(text: str) -> list[_Word]:
    """Words outside quotation marks, with an empty one in place of what stands within."""
    found: list[_Word] = []
    done = 0
    for quoted in (*_QUOTED.finditer(text), None):
        end = quoted.start() if quoted else len(text)
        for word in _WORD.finditer(text, done, end):
            folded = unicodedata.normalize("NFC", word[0]).casefold()
            found.append((folded, word.start(), word.end()))
        if quoted:
            found.append(("", quoted.start(), quoted.end()))
            done = quoted.end()
    return found


def _shingles(words: Sequence[_Word]) -> dict[tuple[str, ...], int]:
    """Each shingle with the number of the word at which it first begins."""
    folded = [word[0] for word in words]
    found: dict[tuple[str, ...], int] = {}
    broken = -1
    for end, word in enumerate(folded, 1):
        if not word:
            broken = end - 1
        start = end - SHINGLE
        if start > broken:
            found.setdefault(tuple(folded[start:end]), start)
    return found


def _runs(places: list[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Runs of shared words: where they begin in either text, and how many words they have."""
    start: tuple[int, int] | None = None
    last = (0, 0)
    for one, other in sorted(places, key=lambda place: (place[1] - place[0], place[0])):
        if start and other - one == last[1] - last[0] and one - last[0] == 1:
            last = (one, other)
            continue
        if start:
            yield *start, last[0] - start[0] + SHINGLE
        start = last = (one, other)
    if start:
        yield *start, last[0] - start[0] + SHINGLE
