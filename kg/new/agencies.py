"""News agencies: they pass on what is told, and are no speakers of it."""

from __future__ import annotations

import re

_NAMES = (
    *(
        "AFP",
        "Agence France-Presse",
        "Anadolu",
        "ANSA",
        "Associated Press",
        "Bernama",
        "DPA",
        "EFE",
    ),
    *("Interfax", "IRNA", "ISNA", "ITAR-TASS", "KCNA", "Kyodo", "RIA Novosti", "Reuters", "SANA"),
    *("TASS", "Tasnim", "UPI", "Ukrinform", "WAFA", "Xinhua", "Yonhap"),
)
NAME = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, _NAMES))})(?![\w-])")
"""The name of one of the large agencies, as it is printed."""

_FOLDED = frozenset(name.casefold() for name in _NAMES)
_CALLED = re.compile(r"news agency|newswire|news service|news\b", re.IGNORECASE)
# “The Xinhua agency” is Xinhua itself; “the Hamas official” is not Hamas.
_ITSELF = re.compile(r"(?: state| official)?(?: news)? agency\b", re.IGNORECASE)


def is_agency(*names: str) -> bool:
    """Whether one of the names that words have for somebody is that of a news agency."""
    return any(name.casefold() in _FOLDED or _CALLED.search(name) for name in names)


def agency_end(sentence: str, end: int) -> int:
    """Where “X agency” ends, for a news agency X whose name ends at a code point."""
    behind = _ITSELF.match(sentence, end)
    return behind.end() if behind else end
