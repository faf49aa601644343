"""Words in other archived texts: whether a quote was put under the wrong article."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter

from kg.check.diagnostic import Span
from kg.facts.text.archived import ArchivedText
from kg.facts.text.occurrences import occurrences

# Fewer characters than this, or one word, stand in many texts and tell nothing.
_LEAST = 12
# A corpus in which every quote fails is not searched through for each of them.
MOST_SEARCHES = 100
_MOST_FOUND = 3


class Elsewhere:
    """Archived texts by article id, of which `holding` gives those that may hold some words.

    `searches` counts how often they were looked through.
    """

    def __init__(self, holding: Callable[[str], Iterable[tuple[str, ArchivedText]]]) -> None:
        self._holding = holding
        self.searches = 0

    def find(self, words: str, text: ArchivedText) -> Iterator[tuple[str, Span]]:
        """Where normalised words stand as whole words in other texts, the first few articles."""
        if len(words) < _LEAST or " " not in words or self.searches == MOST_SEARCHES:
            return
        self.searches += 1
        found = 0
        for article, other in sorted(self._holding(words), key=itemgetter(0)):
            if found == _MOST_FOUND:
                return
            form = other.normalised
            if other.shown == text.shown or not (at := occurrences(form.text, words)):
                continue
            found += 1
            yield article, other.span(form.origin(at[0]), form.origin(at[0] + len(words)))
