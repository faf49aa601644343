"""Values of a draft: words of the quote with what they mean."""

from __future__ import annotations

import re

from kg.facts.text.quote import QuoteError, find_words
from kg.new.phrases import Phrase
from kg.new.scalars import scalar


def written(quote: str, words: str, value: str, *, flow: bool = False) -> str | None:
    """`words = value`, with the first place where the words repeat; None where they are not there.

    `flow` holds within `{…}` and `[…]`.
    """
    counted = counted_words(quote, words)
    return None if counted is None else scalar(f"{counted} = {value}", flow=flow)


def unnamed(who: Phrase) -> str:
    """Somebody whom the article does not name, as a value."""
    parts = [f"words: {scalar(who.words, flow=True)}", f"unnamed: {who.id}"]
    parts += [f"of: {who.of}"] if who.of and who.kind != "spokesman" else []
    parts += [f"number: {who.number}"] if who.number else []
    return f"{{{', '.join(parts)}}}"


def counted_words(quote: str, words: str) -> str | None:
    """Words as they go into a value of a quote; None where they do not stand in it."""
    words = re.sub(r"\s+", " ", words)
    try:
        find_words(quote, words, 1)
    except QuoteError:
        return None
    try:
        find_words(quote, words, None)
    except QuoteError:
        words += "#1"
    return words
