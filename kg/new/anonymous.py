"""Words for people whom an article does not name: “two diplomats”, “a person close to it”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADS = (
    r"(?:officials?|diplomats?|sources?|analysts?|observers?|advisers?|aides?|negotiators?"
    r"|spokes(?:man|woman|person|people)"
    r"|Officials|Diplomats|Sources|Analysts|Observers|Advisers|Aides|Negotiators)"
)
_ADJECTIVE = (
    r"(?:senior|top|high-ranking|unnamed|anonymous|political|military|security|government|foreign"
    r"|diplomatic|regional|other|[A-Z][\w’'-]*)"
)
_COUNTS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SOMEBODY = rf"(?:an?|one|some|several|{'|'.join(_COUNTS)})"
# What tells of somebody in place of a name; it ends where a verb of saying or the clause's end is.
_CLOSE = (
    r"\ (?:(?:close|near)\ to|(?:familiar|acquainted)\ with|briefed\ (?:on|about)|involved\ in"
    r"|with\ (?:\w+\ )?knowledge\ of|present\ at)"
    rf"(?:\ (?!(?:who|which|that|on|at)\b|and\ {_SOMEBODY}\b)[\w’'-]+){{1,6}}?"
    r"(?=[,.”\"]|\ (?:also\ |has\ |had\ |have\ )?(?:said|says|say|told|tells|tell|added|adds)\b"
    r"|\ on\ (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|$)"
)
_UNNAMED = re.compile(
    rf"(?:(?P<one>\b[Aa]n?|\b[Oo]ne|\b[Aa]nother)\ |(?P<some>\b[Ss]ome|\b[Ss]everal)\ "
    rf"|\b(?P<count>(?i:{'|'.join(_COUNTS)}))\ )?"
    rf"(?P<what>(?:{_ADJECTIVE}\ ){{0,3}}"
    rf"(?:(?:{_HEADS}|\bperson|\b[Pp]eople)(?P<close>{_CLOSE})|{_HEADS}))\b"
    rf"(?:\ (?:for|of|from)\ (?:the\ )?(?P<for>(?=\w)))?",
    re.VERBOSE,
)
_PLURAL = re.compile(r"(?:s|[Pp]eople)$")
# Why somebody is not named stands between them and the verb.
_WHY = re.compile(r", (?:who|speaking|asking|requesting) [^,.”\"]{3,100},")


@dataclass(frozen=True, slots=True)
class Anonymous:
    """Words for somebody unnamed at the code points start to end of a sentence.

    `what` is behind the article, `head` where words such as “close to the talks” begin, else the
    end; `belongs` is where “of”, “for” or “from” puts a name, -1 where nothing does. `number` is
    how many they are, 0 where the words do not say; `article` whether one, or “some”, is there.
    """

    start: int
    what: int
    head: int
    end: int
    belongs: int
    number: int
    article: bool
    plural: bool


def anonymous(sentence: str) -> Iterator[Anonymous]:
    """The words for people unnamed in a sentence, in order."""
    for match in _UNNAMED.finditer(sentence):
        words = match["what"].removesuffix(match["close"] or "")
        plural = bool(_PLURAL.search(words))
        count = _COUNTS.index(match["count"].lower()) + 2 if match["count"] else 0
        yield Anonymous(
            match.start(),
            match.start() if match["count"] else match.start("what"),
            match.start("what") + len(words),
            match.end("what"),
            -1 if match["for"] is None else match.start("for"),
            count if plural else 1,
            bool(match["one"] or match["some"] or match["count"]),
            plural,
        )


def behind_reason(sentence: str, end: int) -> int:
    """Where the reason ends for which somebody is not named; the end of their words without one."""
    reason = _WHY.match(sentence, end)
    return reason.end() if reason else end
