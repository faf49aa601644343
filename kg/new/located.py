"""Places that the registry lacks, and where a sentence puts a contact in one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kg.facts.text.quote import Stretch
from kg.new.dates import Candidate
from kg.new.ids import id_of
from kg.new.mentions import Mention
from kg.new.phrases import Phrase
from kg.new.sentences import Contact
from kg.new.unknown import Unknown

_WORD = r"[A-ZÀ-ÖØ-Þ][^\W\d_]*[a-zß-öø-ÿ](?:-[A-ZÀ-ÖØ-Þ][^\W\d_]+)*"
# “In Bergen on Tuesday” is a place; “in Israeli custody”, “in Bergen’s harbour” may be none. Of a
# list of places none is the one.
_ENDS = (
    rf"(?!(?:, {_WORD}){{1,6}},? and {_WORD})"
    r"(?=[.,;:!?”\"]|\s*\Z| (?:on|in|for|to|with|after|before|during|when|where|while|at|by|from|as"
    r"|last|this|next|late|early|earlier|later|today|yesterday|tomorrow|until|but|again|together"
    r"|and(?! [A-ZÀ-ÖØ-Þ]))\b)"
)
_PLACED = re.compile(rf"\b(?P<by>in|into|near|visit(?:ed|s|ing)?) (?P<name>{_WORD}){_ENDS}")
_NO_PLACE = re.compile(
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July"
    r"|August|September|October|November|December|Spring|Summer|Autumn|Winter|Ramadan|Christmas"
    r"|Easter|Arabic|English|French|German|Hebrew|Persian|Farsi|Russian|Turkish|Chinese|Spanish"
    r"|Norwegian|Ukrainian|Parliament|Congress|Cabinet|Court|Islam|God)"
)
_PERSON = r"(?:Mr|Mrs|Ms|Dr|President|Minister|Secretary|General|King|Queen|Prince|Chancellor)\.? "
_SPEAKS = r" (?:said|says|told|added|phoned|denied)\b"
_TO = re.compile(r",? (?:in|into|near) (?:the )?\Z")
_VISITS = re.compile(r"visit(?:ed|s|ing)?", re.IGNORECASE)


def unknown_places(
    text: str, stretches: Iterable[Stretch], found: Sequence[Mention], new: Sequence[Unknown]
) -> Iterator[Unknown]:
    """Names of one word behind words such as “in” that name nobody in the text, each once."""
    taken = {word for m in found if m.section == "actor" for word in m.words.split()}
    taken |= {word for name in new for word in name.name.split()}
    for stretch in stretches:
        for match in _PLACED.finditer(text, stretch.start, stretch.end):
            name = match["name"]
            at = match.start("name")
            covered = any(m.start < match.end() and at < m.end for m in found)
            if covered or name in taken or _NO_PLACE.fullmatch(name):
                continue
            word = re.escape(name)
            if re.search(rf"\b{_PERSON}{word}\b|\b{word}{_SPEAKS}", text):
                continue
            taken.add(name)
            yield Unknown(id_of(name), name, "places")


def located(
    text: str,
    new: Sequence[Unknown],
    told: Contact,
    found: Sequence[Phrase],
    dates: Sequence[Candidate],
) -> tuple[Mention, ...]:
    """The new places in which a sentence puts what it tells of, where no other word comes between.

    “Met Y in Z” does; in “met Y over the war in Z” the war is in Z.
    """
    ends = {told.end, *(p.end for p in found), *(p.tail for p in found)}
    ends |= {date.start + len(date.words) for date in dates}
    places: list[Mention] = []
    for name in new:
        for match in re.finditer(rf"(?<![\w-]){re.escape(name.name)}(?![\w-]){_ENDS}", text):
            before = text[: match.start()]
            to = _TO.search(before)
            direct = _VISITS.fullmatch(told.word) and before == f"{text[: told.end]} "
            behind = to and to.start() >= told.end and _behind(text, to.start(), ends)
            if direct or behind:
                places.append(Mention(f"place/{name.id}", name.name, match.start(), match.end()))
    return tuple(places)


def _behind(text: str, at: int, ends: Iterable[int]) -> bool:
    """Whether a code point is right behind one of those, a comma aside."""
    return any(at == end or (at == end - 1 and text[at] == ",") for end in ends)
