"""Typography: the marks and spaces in which a typed text differs from the archived one."""

from __future__ import annotations

from kg.facts.text.occurrences import occurrences

PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛ʼ`´′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "…": "...",
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"),
    }
)
"""Marks by their plain form; what nobody sees by nothing."""


def own_form(text: str, words: str) -> str | None:
    """Words as a text has them, where they differ in typography alone.

    Both are normalised. None where the text does not hold them, or holds them in several forms.
    """
    plain = words.translate(PLAIN).strip(" ")
    if not any(map(str.isalnum, plain)):
        return None
    origins = [index for index, char in enumerate(text) for _ in char.translate(PLAIN)]
    found = {
        text[origins[at] : origins[at + len(plain) - 1] + 1]
        for at in occurrences(text.translate(PLAIN), plain)
    }
    return found.pop() if len(found) == 1 else None
