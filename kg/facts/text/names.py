"""Names in words: which registry entries a stretch of words names, and by which alias."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

_TOKEN = re.compile(r"\w+")
_TRIM = re.compile(r"^[\s,;:–—-]+|[\s,;:–—-]+$")
_ARTICLE = re.compile(r"^(?:[Tt]he|[Aa]n?)(?:\s+|$)")

PRONOUNS = frozenset(
    [
        "he",
        "she",
        "it",
        "they",
        "him",
        "her",
        "them",
        "who",
        "whom",
        "which",
        "his",
        "their",
        "its",
        "both",
    ]
)


def fold(words: str) -> str:
    """Words as they are compared: NFC, runs of white space as one space."""
    return " ".join(unicodedata.normalize("NFC", words).split())


@dataclass(frozen=True, slots=True)
class Named:
    """An alias found in words, at code points start to end of the folded words."""

    node: str
    alias: str
    start: int
    end: int


class NameIndex:
    """Aliases by their first word: a look-up costs the words' length, not the registry's."""

    def __init__(self, aliases: Iterable[tuple[str, str]]) -> None:
        self._by_token: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for alias, node in aliases:
            token = _TOKEN.search(fold(alias))
            if token:
                self._by_token[token[0]].append((fold(alias), node))

    def find(self, words: str) -> list[Named]:
        """Every alias that stands in the words as whole words, longest matches only."""
        text = fold(words)
        found = []
        for token in _TOKEN.finditer(text):
            for alias, node in self._by_token.get(token[0], ()):
                first = _TOKEN.search(alias)
                start = token.start() - (first.start() if first else 0)
                end = start + len(alias)
                if start >= 0 and text[start:end] == alias and _whole(text, start, end):
                    found.append(Named(node, alias, start, end))
        return [
            name
            for name in found
            if not any(
                other.start <= name.start
                and name.end <= other.end
                and other.end - other.start > name.end - name.start
                for other in found
            )
        ]


def stands(alias: str, text: str) -> bool:
    """Whether an alias stands in folded text as whole words."""
    name = fold(alias)
    at = text.find(name) if _TOKEN.search(name) else -1
    while at >= 0:
        if _whole(text, at, at + len(name)):
            return True
        at = text.find(name, at + 1)
    return False


def _whole(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() and text[start].isalnum()) and not (
        after.isalnum() and text[end - 1].isalnum()
    )


def name_and_title(words: str, aliases: Iterable[str]) -> tuple[str | None, str | None]:
    """The name and the title in a person's words.

    The name is the longest alias that stands in them; the title is what is left, without an
    opening article and the punctuation at the seam: “the head of the office, X” gives X and
    “head of the office”. Words that hold no alias are all title.
    """
    text = fold(words)
    found = NameIndex((alias, "") for alias in aliases).find(text)
    if not found:
        title = _ARTICLE.sub("", text)
        return None, title if title and title.lower() not in PRONOUNS else None
    name = max(found, key=lambda item: (item.end - item.start, -item.start))
    parts = (text[: name.start], text[name.end :])
    titles = [_ARTICLE.sub("", _TRIM.sub("", part)) for part in parts]
    title = " ".join(part for part in titles if any(c.isalnum() for c in part))
    return name.alias, title or None
