"""Pairs of claims of which one became the other, so that they are told as one change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator

from kg.ask.statements import Said


def _same_value(said: Said) -> Hashable:
    return said.field, said.value, said.source, said.document


def _same_value_of_another_source(said: Said) -> Hashable:
    return said.field, said.value, said.stance, said.document


def _by_the_same(said: Said) -> Hashable:
    return said.field, said.source, said.stance, said.document


def _same_words_by_the_same(said: Said) -> Hashable:
    return (_by_the_same(said), _same_words(said)) if _same_words(said) else None


def _same_quotes(said: Said) -> Hashable:
    return (_by_the_same(said), said.quotes) if said.quotes else None


def _same_words(said: Said) -> Hashable:
    words = said.traits.get("words")
    return (said.field, said.document, words) if words else None


# What makes a claim that went and one that came the two sides of one change, the closest first.
_TIES: tuple[Callable[[Said], Hashable], ...] = (
    _same_value,
    _same_value_of_another_source,
    _same_words_by_the_same,
    _same_quotes,
    _by_the_same,
    _same_words,
)


def paired(removed: Iterable[Said], added: Iterable[Said]) -> Iterator[tuple[Said, Said]]:
    """Claims of which one became the other: by the closest tie that leaves no choice."""
    gone, come = {s.claim: s for s in removed}, {s.claim: s for s in added}
    for tie in _TIES:
        keyed: dict[Hashable, tuple[list[Said], list[Said]]] = defaultdict(lambda: ([], []))
        for index, side in enumerate((gone, come)):
            for said in side.values():
                keyed[tie(said)][index].append(said)
        for key, (old, new) in keyed.items():
            if key is not None and len(old) == len(new) == 1:
                del gone[old[0].claim], come[new[0].claim]
                yield old[0], new[0]
