"""Names in a text that the registry does not have, as candidates for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kg.facts.registry import SECTIONS, Registry
from kg.facts.text.quote import Stretch
from kg.new.agencies import NAME as AGENCY
from kg.new.agencies import is_agency
from kg.new.ids import free, id_of
from kg.new.mentions import PLACED, Mention

_NAME = re.compile(
    r"[^\W\d_a-z][\w’'-]*\w(?: (?:(?:al|bin|ibn|de|da|van|von|el)\b ?)?[^\W\d_a-z][\w’'-]*\w)+"
)
_TITLES = re.compile(
    r"^(?:(?:The|Mr|Mrs|Ms|Dr|Sir|President|Vice|Prime|Foreign|Defence|Defense|Interior|Minister"
    r"|Ministers|Secretary|Secretary-General|General|King|Queen|Crown|Prince|Princess|Ambassador"
    r"|Senator|Spokesman|Spokeswoman|Chancellor|Chief|Leader) )+"
)
_DATE = re.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July"
    r"|August|September|October|November|December)\b"
)
_ORGANIZATION = re.compile(
    r"\b(?:Agency|Ministry|Council|Party|Movement|Union|Bank|Office|Organization|Organisation"
    r"|Government|Parliament|Assembly|Army|Group|Nations|News|Committee|Court|States|Department)\b"
)
# “Brandt’s office said”: a body of its own; “in Brandt’s office” is a room.
_OFFICE = re.compile(
    r"\b(?P<name>(?P<whose>[^\W\d_a-z][\w-]*(?: [^\W\d_a-z][\w-]*){0,3})[’']s? office)"
    r"(?= (?:(?:has|had|have|also|later|again) ){0,2}(?:said|says|told|announced|den(?:ied|ies))\b)"
)
_OFFICE_OF = "office-of-"
_MOST = 12


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name with the id it would have, and the section and kind that its words suggest.

    `alias` is the last word of a person's name where the text has it alone too.
    """

    id: str
    name: str
    section: str
    kind: str = ""
    alias: str = ""


def unknown_names(
    text: str, stretches: Iterable[Stretch], found: Iterable[Mention]
) -> list[Unknown]:
    """Runs of words with capitals in the stretches that no mention covers, and agencies, each once.

    Titles before a name are left out, and dates; what begins a sentence may be no name at all.
    """
    named = list(found)
    names: dict[str, Unknown] = {}
    stretches = tuple(stretches)
    for stretch in stretches:
        for start, name in _names(text, stretch):
            covered = any(m.start < start + len(name) and start < m.end for m in named)
            id_ = id_of(name)
            if not id_ or covered or _DATE.search(name) or id_ in names:
                continue
            agency = is_agency(name)
            if PLACED.search(text, stretch.start, start) and not agency:
                names[id_] = Unknown(id_, name, "places")
            else:
                known = agency or _ORGANIZATION.search(name)
                kind = "organization" if known else "person"
                alias = _alone(text, name, named) if kind == "person" else ""
                names[id_] = Unknown(id_, name, "actors", kind, alias)
    bodies = list(_offices(text, stretches, named, tuple(names.values())))
    return [*bodies, *list(names.values())[:_MOST]]


def with_free_ids(names: Iterable[Unknown], registry: Registry) -> list[Unknown]:
    """Names with a number behind an id that another entry of their section has already.

    The office of somebody is one body by whatever words, and keeps the id of its entry.
    """
    nodes = (*registry.entries, *registry.retired, *(line.node for line in registry.merges))
    # An actor and an office may not share an id.
    taken = {node.lower().replace("office/", "actor/", 1) for node in nodes}
    return [
        name
        if name.id.startswith(_OFFICE_OF) and f"actor/{name.id}" in registry.entries
        else replace(name, id=free(f"{SECTIONS[name.section]}/{name.id}", taken).split("/", 1)[1])
        for name in names
    ]


def _offices(
    text: str, stretches: Iterable[Stretch], found: Sequence[Mention], new: Sequence[Unknown]
) -> Iterator[Unknown]:
    """The offices of people that say or deny something, by whose they are, each once."""
    ids: set[str] = set()
    for stretch in stretches:
        for match in _OFFICE.finditer(text, stretch.start, stretch.end):
            title = _TITLES.match(match[0])
            start = match.start() + (title.end() if title else 0)
            if any(m.start <= start and match.end("name") <= m.end for m in found):
                continue
            whose = text[start : match.end("whose")]
            id_ = f"{_OFFICE_OF}{_whose(whose, found, new)}"
            if id_ not in ids:
                ids.add(id_)
                yield Unknown(id_, text[start : match.end("name")], "actors", "organization")


def _whose(words: str, found: Iterable[Mention], new: Iterable[Unknown]) -> str:
    """The id of whom words name: of the one person whose name ends with them, or made of them."""
    known = {m.id for m in found if m.section == "actor" and f" {m.words}".endswith(f" {words}")}
    known |= {n.id for n in new if n.section == "actors" and f" {n.name}".endswith(f" {words}")}
    return known.pop() if len(known) == 1 else id_of(words)


def _alone(text: str, name: str, named: Iterable[Mention]) -> str:
    """The last word of a name, where it stands without the one before it and names nobody else."""
    before, _, last = name.rpartition(" ")
    taken = any(last in mention.words.split() for mention in named)
    pattern = rf"(?<!{re.escape(before)} )(?<![\w-]){re.escape(last)}(?![\w-])"
    return last if not taken and re.search(pattern, text) else ""


def _names(text: str, stretch: Stretch) -> Iterator[tuple[int, str]]:
    for match in _NAME.finditer(text, stretch.start, stretch.end):
        title = _TITLES.match(match[0])
        start = match.start() + (title.end() if title else 0)
        name = text[start : match.end()]
        if name.removesuffix("’s").removesuffix("'s") != name:
            name = name[:-2]
        if " " in name:
            yield start, name
    for match in AGENCY.finditer(text, stretch.start, stretch.end):
        if not any(
            longer.start() <= match.start() and match.end() <= longer.end()
            for longer in _NAME.finditer(text, stretch.start, stretch.end)
        ):
            yield match.start(), match[0]
