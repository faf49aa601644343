"""What a project knows: the ids that its registry and its facts have made, for completion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kg.facts.article import Article, By
from kg.facts.registry import SECTIONS, Registry

Known = Mapping[str, Mapping[str, str]]
"""Usual names by id, by section: those of the registry, `event`, `utterance` and `article`.

Events, utterances and articles have no name but their id.
"""


def known_ids(registry: Registry, articles: Iterable[Article]) -> Known:
    """The ids of a project by section, sorted."""
    found: dict[str, dict[str, str]] = {section: {} for section in SECTIONS.values()}
    for entry in registry.entries.values():
        section, id_ = entry.node.split("/", 1)
        found[section][id_] = entry.names[0][0] if entry.names else ""
    for section in ("event", "utterance", "article"):
        found[section] = {}
    for article in articles:
        found["article"][article.id.value] = ""
        for passage in article.passages:
            found["utterance"] |= dict.fromkeys(_utterances(passage.by), "")
        for fact in article.facts():
            if fact.event is not None:
                found["event"][fact.event.value] = ""
    return {section: dict(sorted(ids.items())) for section, ids in found.items()}


def _utterances(by: By | None) -> Iterator[str]:
    while by is not None:
        yield by.id.value
        by = by.via
