"""The ratchet: a file of totals that may get better and not worse."""

from __future__ import annotations

import json
from collections.abc import Mapping


class RatchetError(ValueError):
    """A file that holds no totals."""


def as_ratchet(totals: Mapping[str, int]) -> str:
    """Totals as the JSON that later ones are held against; what is 0 is left out."""
    return json.dumps({name: n for name, n in totals.items() if n}, indent=2) + "\n"


def read_ratchet(data: bytes) -> dict[str, int]:
    """The totals of a file that `as_ratchet` made; raises RatchetError."""
    try:
        content = json.loads(data)
    except ValueError as error:
        raise RatchetError(f"this is no JSON ({error})") from None
    if not isinstance(content, dict) or any(type(n) is not int for n in content.values()):
        raise RatchetError('this holds no totals, such as {"date-missing": 3}')
    return content


def moved(before: Mapping[str, int], now: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """Totals that are worse and totals that are better, in words; what is left out is 0."""
    names = [*now, *(name for name in before if name not in now)]
    changes = [(name, before.get(name, 0), now.get(name, 0)) for name in names]
    worse = [f"{name}: {is_}, was {was}" for name, was, is_ in changes if is_ > was]
    better = [f"{name}: {is_}, was {was}" for name, was, is_ in changes if is_ < was]
    return worse, better
