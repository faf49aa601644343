"""Who a sentence speaks of: names of the registry with their titles, pronouns, people unnamed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from kg.facts.registry import Registry
from kg.new.ids import id_of
from kg.new.mentions import Mention
from kg.new.unknown import Unknown

_TITLE = (
    r"(?:acting|former|top|senior|deputy|vice|prime|foreign|defen[cs]e|interior|political|bureau"
    r"|head|chief|leader|minister|president|secretary|general|spokes(?:man|woman|person)"
    r"|ambassador|envoy|ayatollah|king|queen|prince|princess|sheikh|diplomat|counterpart|chairman"
    r"|chairwoman|commander|negotiator|premier|chancellor|senator|official|state|news|agency"
    r"|newspaper|broadcaster|Mr|Mrs|Ms|Dr|Gen|Col)\.?"
)
_NO_NAME = (
    r"(?!(?:A|An|The|In|On|At|When|After|Before|During|While|As|But|And|For|If|With|Both|Said)\b)"
)
_TITLED = re.compile(
    rf"(?:(?:[Hh]is|[Hh]er|[Tt]heir|[Tt]he) )?(?:{_NO_NAME}[A-Z][\w-]*(?:[’']s?)? )?"
    rf"(?:(?i:{_TITLE}) )+$"
)
# “Hamas chief” with no name behind it is somebody else than Hamas.
_ATTRIBUTE = re.compile(
    rf"(?:[’']s?)? (?:(?i:{_TITLE}|officials?|diplomats?|delegation|sources?)\b ?)+(?<! )"
)
_SEAM = re.compile(r",? ")
_THE = re.compile(r"\b[Tt]he $")
_PRONOUN = re.compile(r"\b(?:[Hh]e|[Ss]he|[Tt]hey|It)\b")
_HEADS = (
    r"(?:officials?|diplomats?|sources?|analysts?|observers?|advisers?|aides?|negotiators?"
    r"|spokes(?:man|woman|person|people))"
)
_ADJECTIVE = (
    r"(?:senior|top|high-ranking|unnamed|anonymous|political|military|security|government|foreign"
    r"|other|[A-Z][\w’'-]*)"
)
_UNNAMED = re.compile(
    rf"(?:(?P<one>\b[Aa]n?|\b[Oo]ne)\ |(?P<some>\b[Ss]ome|\b[Ss]everal)\ )?"
    rf"(?P<what>(?:{_ADJECTIVE}\ ){{0,3}}{_HEADS})\b(?:\ (?:for|of)\ (?:the\ )?(?P<for>(?=\w)))?",
    re.VERBOSE,
)
BODIES = (
    *("movement", "group", "ministry", "agency", "party", "government", "organization"),
    *("organisation", "faction", "army"),
)
"""Words for bodies that an article may have named elsewhere."""
_DESCRIBED = re.compile(rf"\b[Tt]he (?:{'|'.join(BODIES)})\b")
_PLURAL = re.compile(r"(?:s|people)$")


class Sort(Enum):
    """What a phrase is: a name, an office without one, words that name nobody, or a new name."""

    NAMED = "named"
    OFFICE = "office"
    UNNAMED = "unnamed"
    PRONOUN = "pronoun"
    DESCRIBED = "described"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words for somebody at the code points start to end of a sentence.

    `tail` is behind an apposition such as “, the head of the bureau,”; `office` is held by them in
    these words. Somebody unnamed may be `of` an actor.
    """

    words: str
    start: int
    end: int
    tail: int
    sort: Sort
    id: str = ""
    kind: str = ""
    office: str = ""
    of: str = ""
    single: bool = False

    @property
    def value(self) -> str:
        """What the words mean, as it stands behind `=`."""
        return f"{self.id} as {self.office}" if self.office else self.id


def phrases(
    sentence: str,
    here: Sequence[Mention],
    registry: Registry,
    holders: Mapping[str, str],
    new: Sequence[Unknown] = (),
) -> tuple[Phrase, ...]:
    """The phrases of a sentence in order, none within another; names with their titles.

    `holders` are the actors whom the article named with an office before, `new` the names in the
    sentence that the registry does not have.
    """
    found = [*_named(sentence, here, registry), *_offices(sentence, here, holders)]
    found += [p for name in new for p in _new(sentence, name)]
    found += _unnamed(sentence, found)
    for pattern, sort in ((_PRONOUN, Sort.PRONOUN), (_DESCRIBED, Sort.DESCRIBED)):
        found += [
            Phrase(match[0], match.start(), match.end(), match.end(), sort)
            for match in pattern.finditer(sentence)
        ]
    kept: list[Phrase] = []
    for phrase in sorted(found, key=lambda item: (item.start - item.end, item.start)):
        if not any(phrase.start < other.tail and other.start < phrase.end for other in kept):
            kept.append(phrase)
    return tuple(sorted(kept, key=lambda item: item.start))


def _named(sentence: str, here: Sequence[Mention], registry: Registry) -> Iterator[Phrase]:
    offices = [mention for mention in here if mention.section == "office"]
    for mention in here:
        others = {m.node for m in here if m.section == "actor" and m.start == mention.start}
        if mention.section != "actor" or len(others) > 1:
            continue
        behind = _ATTRIBUTE.match(sentence, mention.end)
        if behind:
            the = _THE.search(sentence[: mention.start])
            start = the.start() if the else mention.start
            words = sentence[start : behind.end()]
            end = behind.end()
            yield Phrase(words, start, end, end, Sort.DESCRIBED, of=mention.id)
            continue
        start, office = mention.start, ""
        for held in offices:
            if _SEAM.fullmatch(sentence[held.end : mention.start]):
                start, office = held.start, held.id
                the = _THE.search(sentence[:start])
                # With a comma the office is a phrase of its own, its article included.
                start = the.start() if the and "," in sentence[held.end : mention.start] else start
        titled = _TITLED.search(sentence[:start])
        start = titled.start() if titled else start
        words = sentence[start : mention.end]
        yield Phrase(
            words,
            start,
            mention.end,
            _apposed(sentence, mention.end, offices),
            Sort.NAMED,
            mention.id,
            kind_of(registry, mention.id),
            office,
        )


def _new(sentence: str, name: Unknown) -> Iterator[Phrase]:
    forms = "|".join(re.escape(form) for form in (name.name, name.alias) if form)
    for match in re.finditer(rf"(?<![\w-])(?:{forms})(?![\w-])", sentence):
        titled = _TITLED.search(sentence[: match.start()])
        start = titled.start() if titled else match.start()
        comma = re.match(r", (?:an?|the) [^,.]{3,60},", sentence[match.end() :])
        tail = match.end() + (comma.end() if comma else 0)
        words = sentence[start : match.end()]
        yield Phrase(words, start, match.end(), tail, Sort.NEW, name.id, name.kind)


def _apposed(sentence: str, end: int, offices: Sequence[Mention]) -> int:
    """Where “NAME, the OFFICE,” ends; the end of the name where no office stands behind it."""
    for office in offices:
        if re.fullmatch(r", (?:the )?", sentence[end : office.start]):
            return office.end + sentence.startswith(",", office.end)
    return end


def _offices(
    sentence: str, here: Sequence[Mention], holders: Mapping[str, str]
) -> Iterator[Phrase]:
    for mention in here:
        if mention.section != "office":
            continue
        the = _THE.search(sentence[: mention.start])
        start = the.start() if the else mention.start
        holder = holders.get(mention.id, "")
        yield Phrase(
            sentence[start : mention.end],
            start,
            mention.end,
            mention.end,
            Sort.OFFICE,
            holder or mention.id,
            "person",
            mention.id if holder else "",
        )


def _unnamed(sentence: str, named: Sequence[Phrase]) -> Iterator[Phrase]:
    for match in _UNNAMED.finditer(sentence):
        inside = [p for p in named if match.start("what") <= p.start and p.end <= match.end("what")]
        behind = [p for p in named if match.start("for") == p.start] if match["for"] else []
        end = behind[0].end if behind else match.end("what")
        if any(p.end > match.end("what") and p.start < match.end("what") for p in named):
            continue
        start = match.start()
        # Without an article only the words from a name or a capital on are about them.
        plural = bool(_PLURAL.search(match["what"]))
        if (
            not match["one"]
            and not match["some"]
            and not (inside or plural or sentence[start].isupper())
        ):
            continue
        whose = [*inside, *behind]
        if not (match["one"] or match["some"] or plural):
            # “Iranian top diplomat” may be somebody whom the article names elsewhere.
            of = next((p.id or p.of for p in whose), "")
            yield Phrase(sentence[start:end], start, end, end, Sort.DESCRIBED, of=of)
            continue
        yield Phrase(
            sentence[start:end],
            start,
            end,
            end,
            Sort.UNNAMED,
            id_of(sentence[match.start("what") : end]),
            "spokesman" if "spokes" in match["what"] else "",
            of=(whose[0].id or whose[0].of) if whose else "",
            single=not plural,
        )


def kind_of(registry: Registry, id_: str) -> str:
    """The kind of an actor, such as person; empty for who is no actor."""
    entry = registry.find(("actor",), id_)
    kind = entry.fields.text("kind") if entry else None
    return kind.value if kind else ""
