"""Quotes: the proof that words stand in an archived text, exactly and in one place.

NFC is compared with NFC and a run of white space with one space; nothing else is loosened. A
quote holds whole words. `[…]` joins stretches of one paragraph and never leaves out a negation.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from kg.facts.text.archived import WHITE_SPACE, ArchivedText, Normalised, normalise
from kg.facts.text.nearest import Nearest, nearest, shortened
from kg.facts.text.occurrences import MOST, occurrences
from kg.facts.text.typography import own_form

# What a proof may note: in which way the text's characters are not the quote's.
NFC = "the text composes accented characters in another way than the quote (compared in NFC)"
SPACE = "the text has other white space than the quote (a line break, a no-break space, a run)"

_GAP = re.compile(r"\[(?:…|\.\.\.)\]")
_SPACES = re.compile(f"[{WHITE_SPACE}]+")
# English words that turn a sentence into its opposite, or take it back.
NEGATION = re.compile(
    r"\b(?:no|not|none|nobody|nothing|nowhere|never|neither|nor|cannot|without|hardly|barely"
    r"|scarcely|unlikely|unable|false|falsely|untrue|den(?:y|ies|ied|ying|ials?)"
    r"|refus(?:e|es|ed|ing|als?)|reject(?:s|ed|ing|ions?)?|declin(?:e|es|ed|ing)"
    r"|fail(?:s|ed|ing|ures?)? to|rul(?:e|es|ed|ing) out)\b|n['’]t\b",
    re.IGNORECASE,
)
_MOST_STRETCHES = 20


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where words stand in a text: code points, 0-based, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Proof:
    """The stretches of a text that a quote consists of; `notes` are NFC or SPACE."""

    stretches: tuple[Stretch, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """Words that a text does not hold: code points of the quote, and the text's nearest ones.

    `marked` shows the nearest words with what differs in angle brackets; `own` are the words as
    the text has them, where only typography differs.
    """

    start: int
    end: int
    words: str
    near: Stretch | None = None
    marked: str = ""
    own: str | None = None


class QuoteError(ValueError):
    """Words that are not proved.

    `offset` is the code point of the quote the error points at, None for one in `after:`, and
    `length` how many are wrong there.
    """

    def __init__(
        self,
        code: str,
        message: str,
        fix: str = "",
        offset: int | None = None,
        length: int = 0,
        missing: Missing | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.fix = fix
        self.offset = offset
        self.length = length
        self.missing = missing


@dataclass(frozen=True, slots=True)
class _Needle:
    """Words to look for, normalised, and the way back to the quote they were written in."""

    text: str
    form: Normalised
    lead: int
    base: int

    def offset(self, at: int) -> int:
        """The code point of the quote that a code point of the normalised words came from."""
        return self.base + self.form.origin(self.lead + at)


@lru_cache(maxsize=256)
def _needle(words: str, base: int = 0) -> _Needle:
    form = normalise(words)
    text = form.text.strip(" ")
    return _Needle(text, form, len(form.text) - len(form.text.lstrip(" ")), base)


def prove(text: ArchivedText, quote: str, *, after: str | None = None) -> Proof:
    """Find a quote in a text, after some other words where `after` is given.

    Raises QuoteError when it does not stand there, stands there more than once or is joined
    (`[…]`) in a way that could mislead.
    """
    whole = _needle(quote)
    if not any(char.isalnum() for char in whole.text):
        raise QuoteError(
            "quote-empty", "the quote holds no words", "quote the words of the text", 0
        )
    begin = None if after is None else _end_of(text, after)
    if _GAP.search(quote) and not occurrences(text.normalised.text, whole.text):
        needles = _stretches(quote)
        starts = _join(text, needles, begin)
    else:
        needles = [whole]
        starts = [_single(text, whole, begin)]
    origin = text.normalised.origin
    ends = [start + len(needle.text) for start, needle in zip(starts, needles, strict=True)]
    stretches = tuple(Stretch(origin(a), origin(b)) for a, b in zip(starts, ends, strict=True))
    notes: dict[str, None] = {}
    for stretch, needle in zip(stretches, needles, strict=True):
        given = quote[needle.offset(0) : needle.offset(len(needle.text))]
        notes |= dict.fromkeys(_notes(given, text.text[stretch.start : stretch.end]))
    return Proof(stretches, tuple(notes))


def mended(text: ArchivedText, quote: str, *, after: str | None = None) -> str | None:
    """A quote with the text's own typography, where it is proved by that alone."""
    for _ in range(_MOST_STRETCHES):
        try:
            prove(text, quote, after=after)
        except QuoteError as error:
            missing = error.missing
            if error.offset is None or missing is None or missing.own is None:
                return None
            quote = quote[: missing.start] + missing.own + quote[missing.end :]
        else:
            return quote
    return None


def as_stored(text: ArchivedText, quote: str, proof: Proof) -> str:
    """A proved quote with the characters of the text in place of its own."""
    needles = [_needle(quote)] if len(proof.stretches) == 1 else _stretches(quote)
    for stretch, needle in reversed(list(zip(proof.stretches, needles, strict=True))):
        start, end = needle.offset(0), needle.offset(len(needle.text))
        quote = quote[:start] + text.text[stretch.start : stretch.end] + quote[end:]
    return quote


def find_words(haystack: str, words: str, which: int | None) -> tuple[int, int]:
    """Find whole words in a quote: code points of `haystack`, end exclusive.

    `which` counts occurrences from 1; without it the words must stand there once. Raises
    QuoteError.
    """
    form, needle = normalise(haystack), _needle(words)
    found = occurrences(form.text, needle.text) if needle.text else []
    shown = shortened(needle.text)
    if not found:
        hint = nearest(form.text, needle.text, "the quote", "these words have")
        raise QuoteError(
            "words-not-in-quote",
            f"“{shown}” does not stand in the quote",
            f"the nearest words of the quote are {hint.advice}"
            if hint
            else "write words of the quote, exactly as they stand there",
            needle.offset(hint.offset) if hint else 0,
            hint.length if hint else 0,
            _missing(needle, form, hint),
        )
    if which is None and len(found) > 1:
        raise QuoteError(
            "words-ambiguous",
            f"“{shown}” stands {len(found)} times in the quote",
            f"take more words, or say which one: {shown}#1 to {shown}#{len(found)}",
            0,
        )
    number = 1 if which is None else which
    if not 1 <= number <= len(found):
        times = "once" if len(found) == 1 else f"{len(found)} times"
        raise QuoteError(
            "words-not-in-quote",
            f"“{shown}” stands {times} in the quote: there is no #{number}",
            f"take a number from 1 to {len(found)}",
            0,
        )
    start = found[number - 1]
    return form.origin(start), form.origin(start + len(needle.text))


# --- One stretch ------------------------------------------------------------------------------


def _single(text: ArchivedText, needle: _Needle, begin: int | None) -> int:
    found = _found(text, needle, begin)
    if len(found) > 1 and begin is None:
        raise QuoteError(
            "quote-ambiguous",
            f"the quote stands {_times(found)} in the text, {_on_lines(text, found)}",
            "quote more words, or add `after:` with words that stand before it",
            needle.offset(0),
        )
    return found[0]


def _found(text: ArchivedText, needle: _Needle, begin: int | None) -> list[int]:
    """Where words stand in the normalised text, from `begin` on; at least once."""
    if found := occurrences(text.normalised.text, needle.text, begin or 0):
        return found
    if earlier := occurrences(text.normalised.text, needle.text):
        raise QuoteError(
            "quote-not-found",
            f"“{shortened(needle.text)}” stands {_on_lines(text, earlier)}, before the words of "
            "`after:`",
            "take `after:` words that stand before the quote",
            needle.offset(0),
        )
    hint = nearest(text.normalised.text, needle.text, "the text", "the quote has")
    raise QuoteError(
        "quote-not-found",
        f"“{shortened(needle.text)}” does not stand in the text",
        _advice(text, hint),
        needle.offset(hint.offset if hint else 0),
        hint.length if hint else 0,
        _missing(needle, text.normalised, hint),
    )


def _missing(needle: _Needle, form: Normalised, hint: Nearest | None) -> Missing:
    return Missing(
        needle.offset(0),
        needle.offset(len(needle.text)),
        needle.text,
        Stretch(form.origin(hint.start), form.origin(hint.end)) if hint else None,
        hint.marked if hint else "",
        own_form(form.text, needle.text),
    )


def _end_of(text: ArchivedText, after: str) -> int:
    """Where the words of `after:` end, in the normalised text."""
    needle = _needle(after)
    found = occurrences(text.normalised.text, needle.text) if needle.text else []
    if not found:
        raise QuoteError(
            "quote-not-found",
            f"the words of `after:`, “{shortened(needle.text)}”, do not stand in the text",
            _advice(text, nearest(text.normalised.text, needle.text, "the text", "`after:` has")),
        )
    if len(found) > 1:
        raise QuoteError(
            "quote-ambiguous",
            f"the words of `after:`, “{shortened(needle.text)}”, stand {_times(found)} in the "
            f"text, {_on_lines(text, found)}",
            "take words that stand there once",
        )
    return found[0] + len(needle.text)


def _advice(text: ArchivedText, hint: Nearest | None) -> str:
    if hint is None:
        return "copy the words from the archived text; nothing like them stands there"
    return f"the nearest words stand {_on_lines(text, [hint.start])}: {hint.advice}"


def _times(found: list[int]) -> str:
    return f"{len(found)} times" + (" or more" if len(found) == MOST else "")


def _on_lines(text: ArchivedText, found: list[int]) -> str:
    lines = [str(text.line(text.normalised.origin(at))) for at in found[:10]]
    more = " and others" if len(found) > len(lines) else ""
    return f"on line{'s' if len(found) > 1 else ''} {', '.join(lines)}{more}"


def _notes(given: str, stretch: str) -> list[str]:
    if given == stretch:
        return []
    notes = []
    if _SPACES.sub(" ", given) != _SPACES.sub(" ", stretch):
        notes.append(NFC)
    if _SPACES.findall(given) != _SPACES.findall(stretch):
        notes.append(SPACE)
    return notes


# --- Several stretches ------------------------------------------------------------------------


def _stretches(quote: str) -> list[_Needle]:
    needles: list[_Needle] = []
    start = 0
    for gap in [*_GAP.finditer(quote), None]:
        end = gap.start() if gap else len(quote)
        needle = _needle(quote[start:end], start)
        at = max(0, end - 1) if not needle.text else needle.offset(0)
        if not needle.text:
            message = "`[…]` stands between two stretches of the text"
            raise QuoteError(
                "quote-gap", message, "take it out where it has no words beside it", at
            )
        if len(needle.text) < 8 and " " not in needle.text:
            message = f"“{needle.text}” is too short a stretch beside `[…]`"
            raise QuoteError("quote-gap", message, "give it two words or 8 characters", at)
        needles.append(needle)
        start = gap.end() if gap else end
    if len(needles) > _MOST_STRETCHES:
        message = f"the quote has {len(needles)} stretches; the limit is {_MOST_STRETCHES}"
        raise QuoteError("quote-gap", message, "make several passages of it", 0)
    return needles


def _join(text: ArchivedText, needles: list[_Needle], begin: int | None) -> list[int]:
    """Where each stretch starts: the only way to join them in order within one paragraph."""
    form = text.normalised
    found = [_found(text, needle, begin) for needle in needles]
    many = next((n for n, at in zip(needles, found, strict=True) if len(at) == MOST), None)
    fix = "quote more words on either side of `[…]`, or add `after:`"
    if many is not None:
        message = f"“{many.text}” stands {MOST} times or more in the text"
        raise QuoteError("quote-ambiguous", message, fix, many.offset(0))
    lengths = [len(needle.text) for needle in needles]

    def paragraph(at: int) -> int:
        return text.paragraph(form.origin(at))

    chains = _chains(found, lengths, paragraph)
    if not chains:
        anywhere = _chains(found, lengths, lambda _: 0)
        at = needles[1].offset(0)
        if anywhere:
            message = "the stretches stand in different paragraphs of the text"
            raise QuoteError("quote-gap-paragraph", message, "quote each paragraph by itself", at)
        message = "the stretches do not follow one another in this order in the text"
        raise QuoteError("quote-gap-order", message, "write them in the order of the text", at)
    starts, ways = chains[0]
    if ways > 1 or (len(chains) > 1 and begin is None):
        places = _on_lines(text, [chain[0][0] for chain in chains])
        message = f"the stretches can be joined in several ways, from {places.removeprefix('on ')}"
        raise QuoteError("quote-ambiguous", message, fix, needles[0].offset(0))
    for index, needle in enumerate(needles[1:]):
        gap = form.text[starts[index] + lengths[index] : starts[index + 1]].strip()
        _check_gap(gap, needle.offset(0))
    return starts


def _check_gap(gap: str, offset: int) -> None:
    if not gap:
        message = "nothing stands between the stretches on either side of `[…]`"
        raise QuoteError("quote-gap", message, "take `[…]` out", offset)
    if negation := NEGATION.search(gap):
        raise QuoteError(
            "quote-gap-negation",
            f"`[…]` leaves out “{negation[0]}”: “{shortened(gap, negation.start())}”",
            "quote the words that were left out as well",
            offset,
        )


def _chains(
    found: list[list[int]], lengths: list[int], paragraph: Callable[[int], int]
) -> list[tuple[list[int], int]]:
    """For each first stretch that can be continued: one chain of starts, and how many there are."""
    chains = [([at], 1) for at in found[-1]]
    for index in reversed(range(len(found) - 1)):
        nexts = [starts[0] for starts, _ in chains]
        homes = [paragraph(at + lengths[index + 1] - 1) for at in nexts]
        sums = [0, *accumulate(ways for _, ways in chains)]
        longer = []
        for at in found[index]:
            end, home = at + lengths[index], paragraph(at)
            low, high = bisect_left(nexts, end), bisect_right(homes, home)
            if low < high and paragraph(end - 1) == home:
                longer.append(([at, *chains[low][0]], sums[high] - sums[low]))
        chains = longer
    return chains
