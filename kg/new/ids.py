"""Ids made of names: of files, of people, of whoever enters facts."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 80
# Letters that no decomposition makes ASCII.
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i"}
)


def id_of(name: str) -> str:
    """A name in ASCII and lower case, with hyphens for all else; empty where nothing is left."""
    plain = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    ascii_ = "".join(char for char in plain if not unicodedata.combining(char)).lower()
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’]", "", ascii_))[:_LONGEST].strip("-")


def initials_of(name: str) -> str:
    """The first letters of a person's names; of a single name all of it."""
    parts = [part for word in name.split() if (part := id_of(word))]
    return "".join(part[0] for part in parts) if len(parts) > 1 else "".join(parts)


def free(base: str, taken: set[str]) -> str:
    """An id made of a base, with a number where that is taken; taken from then on."""
    slug, number = base, 2
    while slug.lower() in taken:
        slug, number = f"{base}-{number}", number + 1
    taken.add(slug.lower())
    return slug
