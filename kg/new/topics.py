"""Topics of the registry that words may be about, to be chosen from."""

from __future__ import annotations

import re
from collections import Counter

from kg.facts.registry import Registry

_SMALL = frozenset(
    ["with", "from", "that", "this", "have", "their", "they", "them", "were", "been"]
)
_STEM = 6
_MOST = 4


def topics(words: str, registry: Registry) -> list[str]:
    """Topics that share words of their names with these, those with rarer ones first."""
    names = {
        node.split("/", 1)[1]: frozenset(s for alias in entry.aliases for s in _stems(alias))
        for node, entry in registry.entries.items()
        if node.startswith("topic/")
    }
    common = Counter(stem for stems in names.values() for stem in stems)
    here = frozenset(_stems(words))
    weight = {id_: sum(1 / common[stem] for stem in stems & here) for id_, stems in names.items()}
    ranked = sorted((id_ for id_ in weight if weight[id_]), key=lambda id_: (-weight[id_], id_))
    return ranked[:_MOST]


def _stems(words: str) -> list[str]:
    found = (word.lower() for word in re.findall(r"\w{4,}", words))
    return [word[:_STEM] for word in found if word not in _SMALL]
