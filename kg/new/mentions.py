"""Names of the registry in an archived text: which entry, by which words, where."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kg.facts.registry import SECTIONS, Registry
from kg.facts.text.archived import ArchivedText, normalise

PLACED = re.compile(
    r"\b(?:in|at|to|into|near|visit(?:ed|s|ing)?)\s+(?:the\s+)?(?:(?:[\w’'-]+\s+){1,3}of\s+)?$"
)
_SEAM = re.compile(r",? ")


@dataclass(frozen=True, slots=True)
class Mention:
    """An entry named at the code points start to end, end exclusive."""

    node: str
    words: str
    start: int
    end: int

    @property
    def section(self) -> str:
        """The section of the registry that the entry lies in, such as actor."""
        return self.node.split("/", 1)[0]

    @property
    def id(self) -> str:
        """The id of the entry."""
        return self.node.split("/", 1)[1]


def mentions(text: ArchivedText, registry: Registry) -> tuple[Mention, ...]:
    """Every name of the registry in a text, the longest in each section, in the text's order."""
    form = text.normalised
    lead = len(form.text) - len(form.text.lstrip())
    found = []
    for section in SECTIONS.values():
        for name in registry.names((section,)).find(form.text):
            start, end = form.origin(lead + name.start), form.origin(lead + name.end)
            words = text.text[start:end]
            if normalise(words).text == name.alias:
                found.append(Mention(name.node, words, start, end))
    return tuple(sorted(found, key=lambda mention: (mention.start, -mention.end, mention.node)))


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who may take part in an event, in these words; `office` where they hold one."""

    id: str
    words: str
    office: str = ""


def agents(found: Iterable[Mention], text: str, registry: Registry) -> tuple[Agent, ...]:
    """Who is named among some mentions: people and groups, else organizations.

    Each once, by the first and longest name; the office before a name belongs to its words. A
    name that may be somebody else's is left out.
    """
    named = list(found)
    actors: dict[str, Mention] = {}
    for mention in named:
        others = {m.node for m in named if m.section == "actor" and m.start == mention.start}
        if mention.section == "actor" and len(others) == 1:
            known = actors.setdefault(mention.id, mention)
            if len(mention.words) > len(known.words):
                actors[mention.id] = mention
    people = {id_: m for id_, m in actors.items() if _kind(registry, id_) != "organization"}
    chosen = people or {id_: m for id_, m in actors.items() if not PLACED.search(text[: m.start])}
    return tuple(_agent(mention, named, text) for mention in chosen.values())


def _kind(registry: Registry, id_: str) -> str:
    entry = registry.find(("actor",), id_)
    kind = entry.fields.text("kind") if entry else None
    return kind.value if kind else ""


def _agent(mention: Mention, found: Iterable[Mention], text: str) -> Agent:
    for office in found:
        if office.section == "office" and _SEAM.fullmatch(text[office.end : mention.start]):
            return Agent(mention.id, text[office.start : mention.end], office.id)
    return Agent(mention.id, mention.words)


def places(found: Iterable[Mention], text: str) -> tuple[Mention, ...]:
    """The places among some mentions that the words before put something in, each once."""
    chosen: dict[str, Mention] = {}
    for mention in found:
        if mention.section == "place" and PLACED.search(text[: mention.start]):
            chosen.setdefault(mention.id, mention)
    return tuple(chosen.values())
