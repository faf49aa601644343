"""Names of the registry in an archived text: which entry, by which words, where."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.facts.registry import SECTIONS, Registry
from kg.facts.text.archived import ArchivedText, normalise

PLACED = re.compile(
    r"\b(?:in|at|(?<!according )to|into|near|visit(?:ed|s|ing)?)\s+(?:the\s+)?"
    r"(?:(?:[\w’'-]+\s+){1,3}of\s+)?$"
)


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
