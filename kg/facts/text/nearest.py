"""The words of a text that come nearest to a quote that is not in it, and how they differ."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

from kg.facts.text.typography import PLAIN

_CHUNK = re.compile("[^ ]+")
# Longer quotes are compared by their beginning.
_MOST_CHUNKS = 400
_MOST_DIFFERENCES = 3
_NAMES = {
    "'": "a straight apostrophe",
    "’": "a curly apostrophe",
    "‘": "an opening single quotation mark",
    '"': "a straight quotation mark",
    "“": "a curly opening quotation mark",
    "”": "a curly closing quotation mark",
    "-": "a hyphen",
    "–": "an en dash",
    "—": "an em dash",
    "…": "an ellipsis in one character",
    "\xa0": "a no-break space",
    "\xad": "an invisible soft hyphen",
    "\u200b": "an invisible zero-width space",
}


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest words of a text, start to end, and where the quote departs from them.

    `offset` and `length` are of the quote's words that differ first; `marked` are the nearest words
    with what the quote has not in angle brackets, empty where it has more.
    """

    start: int
    end: int
    offset: int
    length: int
    advice: str
    marked: str


def nearest(haystack: str, needle: str, holder: str, given: str) -> Nearest | None:
    """Compare words with the nearest ones of a text; both normalised; None when none are like them.

    `holder` and `given` name the two in the advice: "the text" has X where "the quote" has Y.
    """
    if needle and (at := haystack.find(needle)) >= 0:
        whole = next(m for m in _CHUNK.finditer(haystack, at + len(needle) - 1))
        begin = haystack.rfind(" ", 0, at) + 1
        shown = shortened(haystack[begin : whole.end()])
        advice = f"“{shown}”; take whole words and numbers"
        return Nearest(begin, whole.end(), 0, 0, advice, f"“{shown}”")
    wanted = list(_CHUNK.finditer(needle))[:_MOST_CHUNKS]
    near = _window(list(_CHUNK.finditer(haystack)), wanted)
    if not near:
        return None
    words = [m[0] for m in wanted]
    start, end = near[0].start(), near[-1].end()
    texts = [m[0] for m in near]
    start += len(texts[0]) - len(trimmed := _without_lead(texts[0], words[0]))
    texts[0] = trimmed
    end -= len(texts[-1]) - len(trimmed := _without_trail(texts[-1], words[-1]))
    texts[-1] = trimmed
    differences = [
        (texts[a:b], words[c:d], wanted[min(c, len(wanted) - 1)].start(), a)
        for tag, a, b, c, d in SequenceMatcher(None, texts, words, autojunk=False).get_opcodes()
        if tag != "equal"
    ]
    if not differences:
        told = f"the first {len(wanted)} words agree, the difference comes later"
        shown = f"“{shortened(haystack[start:end])}”"
        return Nearest(start, end, wanted[-1].end(), 0, f"{shown}; {told}", shown)
    parts = [
        _difference(" ".join(a), " ".join(b), holder, given)
        for a, b, *_ in differences[:_MOST_DIFFERENCES]
    ]
    more = "; and more" if len(differences) > _MOST_DIFFERENCES else ""
    held, written, at, first = differences[0]
    advice = f"“{shortened(haystack[start:end])}”; {'; '.join(parts)}{more}"
    common = _common(" ".join(held), " ".join(written))
    length = len(" ".join(written)) - common if held else len(" ".join(written))
    marked = _marked(texts, [(n, len(a)) for a, _, _, n in differences])
    around = len(" ".join(texts[:first]))
    return Nearest(start, end, at + common, length, advice, f"“{shortened(marked, around)}”")


def _marked(chunks: list[str], differences: list[tuple[int, int]]) -> str:
    """Words with those that differ in angle brackets; empty ones where nothing stands."""
    parts, done = [], 0
    for at, count in differences:
        parts += [*chunks[done:at], f"⟨{' '.join(chunks[at : at + count])}⟩"]
        done = at + count
    return " ".join([*parts, *chunks[done:]])


def shortened(text: str, around: int = 0) -> str:
    """A text cut to about 160 characters around one of them."""
    if len(text) <= 160:
        return text
    begin = max(0, min(around - 80, len(text) - 160))
    head, tail = "… " if begin else "", " …" if begin + 160 < len(text) else ""
    return f"{head}{text[begin : begin + 160].strip()}{tail}"


def _key(chunk: str) -> str:
    """A chunk as it is compared for likeness: no case, no punctuation around it, plain marks."""
    plain = chunk.translate(PLAIN).casefold()
    return plain.strip(".,;:!?\"'()[]") or plain


def _window(chunks: list[re.Match[str]], wanted: list[re.Match[str]]) -> list[re.Match[str]]:
    """The chunks of the text that stand for the wanted ones; none when nothing is like them."""
    keys, wanted_keys = [_key(m[0]) for m in chunks], [_key(m[0]) for m in wanted]
    diagonal = _diagonal(keys, wanted_keys)
    if diagonal is None:
        return []
    low = max(0, diagonal - 4)
    window = keys[low : max(0, diagonal + len(wanted) + 4)]
    blocks = SequenceMatcher(None, window, wanted_keys, autojunk=False).get_matching_blocks()
    first, last = blocks[0], blocks[max(0, len(blocks) - 2)]
    begin = max(0, low + first.a - first.b)
    return chunks[begin : low + last.a + len(wanted) - last.b]


def _without_lead(chunk: str, word: str) -> str:
    """A chunk without the punctuation before the word that it ends in."""
    cut = chunk.removesuffix(word)
    return word if cut != chunk and not any(map(str.isalnum, cut)) else chunk


def _without_trail(chunk: str, word: str) -> str:
    cut = chunk.removeprefix(word)
    return word if cut != chunk and not any(map(str.isalnum, cut)) else chunk


def _diagonal(keys: list[str], wanted: list[str]) -> int | None:
    """The chunk of the text at which the quote would begin, by the pairs of words they share."""
    for size in (2, 1):
        places: dict[tuple[str, ...], list[int]] = {}
        for index in range(len(wanted) - size + 1):
            places.setdefault(tuple(wanted[index : index + size]), []).append(index)
        votes: Counter[int] = Counter()
        for index in range(len(keys) - size + 1):
            for place in places.get(tuple(keys[index : index + size]), ())[:5]:
                votes[index - place] += 1
        if votes:
            # An added or missing word shifts the rest: neighbours vote together.
            score = {d: sum(votes.get(d + k, 0) for k in range(-3, 4)) for d in list(votes)}
            best = min(votes, key=lambda d: (-score[d], -votes[d], d))
            enough = 2 if size == 1 and len(wanted) > 3 else 1
            return best if score[best] >= enough else None
    return None


def _difference(held: str, written: str, holder: str, given: str) -> str:
    if not held:
        return f"{given} “{shortened(written)}”, {holder} has not"
    if not written:
        return f"{holder} has “{shortened(held)}” as well"
    told = f"{holder} has “{shortened(held)}” where {given} “{shortened(written)}”"
    if held.translate(PLAIN) != written.translate(PLAIN):
        return told
    at = _common(held, written)
    return f"{told} ({_name(held[at : at + 1])}, not {_name(written[at : at + 1])})"


def _name(char: str) -> str:
    if not char:
        return "the end of the word"
    if char.isascii() and char.isalnum():
        return f"“{char}”"
    name = _NAMES.get(char) or unicodedata.name(char, "a character").lower()
    return f"{name} (U+{ord(char):04X})"


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
