"""Who a sentence speaks of: names of the registry with their titles, pronouns, people unnamed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from kg.facts.registry import Registry
from kg.new.agencies import agency_end, is_agency
from kg.new.anonymous import anonymous, behind_reason
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
_COMMA = re.compile(r", (?:an?|the) [^,.]{3,60},")
_THE = re.compile(r"\b[Tt]he $")
_PRONOUN = re.compile(r"\b(?:[Hh]e|[Ss]he|[Tt]hey|It)\b")
BODIES = (
    *("movement", "group", "ministry", "agency", "party", "government", "organization"),
    *("organisation", "faction", "army"),
)
"""Words for bodies that an article may have named elsewhere."""
_DESCRIBED = re.compile(rf"\b[Tt]he (?:{'|'.join(BODIES)})\b")


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
    these words. Somebody unnamed may be `of` an actor; `number` is how many they are, 0 where that
    is open. A news `agency` passes on what is told.
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
    number: int = 0
    agency: bool = False

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
        entry = registry.find(("actor",), mention.id)
        name = entry.fields.text("name") if entry else None
        kind = kind_of(registry, mention.id)
        agency = kind != "person" and is_agency(mention.words, name.value if name else "")
        until = agency_end(sentence, mention.end) if agency else mention.end
        behind = _ATTRIBUTE.match(sentence, until)
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
        titled = _TITLED.search(sentence[:start]) or (
            _THE.search(sentence[:start]) if until > mention.end else None
        )
        start = titled.start() if titled else start
        yield Phrase(
            sentence[start:until],
            start,
            until,
            _apposed(sentence, until, offices),
            Sort.NAMED,
            mention.id,
            kind,
            office,
            agency=agency,
        )


def _new(sentence: str, name: Unknown) -> Iterator[Phrase]:
    forms = "|".join(re.escape(form) for form in (name.name, name.alias) if form)
    for match in re.finditer(rf"(?<![\w-])(?:{forms})(?![\w-])", sentence):
        titled = _TITLED.search(sentence[: match.start()])
        start = titled.start() if titled else match.start()
        agency = name.kind != "person" and is_agency(name.name)
        until = agency_end(sentence, match.end()) if agency else match.end()
        yield Phrase(
            *(
                sentence[start:until],
                start,
                until,
                _apposed(sentence, until),
                Sort.NEW,
                name.id,
                name.kind,
            ),
            agency=agency,
        )


def _apposed(sentence: str, end: int, offices: Sequence[Mention] = ()) -> int:
    """Where “NAME, the OFFICE,” ends; the end of the name where nothing such stands behind it."""
    for office in offices:
        if re.fullmatch(r", (?:the )?", sentence[end : office.start]):
            return office.end + sentence.startswith(",", office.end)
    comma = _COMMA.match(sentence, end)
    return comma.end() if comma else end


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
    for match in anonymous(sentence):
        inside = [p for p in named if match.what <= p.start and p.end <= match.head]
        behind = [p for p in named if match.end < p.start <= match.belongs < p.end]
        end = behind[0].end if behind else match.end
        if any(p.end > match.end and p.start < match.end for p in named):
            continue
        start = match.start
        # Without an article only the words from a name or a capital on are about them.
        if not (match.article or inside or match.plural or sentence[start].isupper()):
            continue
        whose = [*inside, *behind]
        of = next((p.id or p.of for p in whose), "")
        words = sentence[start:end]
        if not (match.article or match.plural):
            # “Iranian top diplomat” may be somebody whom the article names elsewhere.
            yield Phrase(words, start, end, end, Sort.DESCRIBED, of=of)
            continue
        yield Phrase(
            words,
            start,
            end,
            behind_reason(sentence, end),
            Sort.UNNAMED,
            id_of(sentence[match.what : end]),
            "spokesman" if "spokes" in sentence[match.what : match.head] else "",
            of=of,
            number=match.number,
        )


def kind_of(registry: Registry, id_: str) -> str:
    """The kind of an actor, such as person; empty for who is no actor."""
    entry = registry.find(("actor",), id_)
    kind = entry.fields.text("kind") if entry else None
    return kind.value if kind else ""
