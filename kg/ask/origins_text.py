"""Independent origins in words for a reader."""

from __future__ import annotations

from collections.abc import Callable

from kg.ask.independence import REASONS, Independence, Left, Origin

Name = Callable[[str], str]
"""What a reader knows a source or an agent by."""


def counted(found: Independence) -> str:
    """The number of independent origins, and of those that are parties, in words."""
    number = len(found.origins)
    text = f"{number or 'no'} independent origin{'' if number == 1 else 's'}"
    parties = len(found.interested)
    return text + (f", {parties} {'party' if parties == 1 else 'parties'} to it" if parties else "")


def origins_line(found: Independence, name: Name) -> str:
    """Who the origins are: those that are no party, then those that are."""
    number = len(found.origins)
    line = f"{number or 'no'} independent origin{'' if number == 1 else 's'}"
    if found.origins:
        line += ": " + ", ".join(_origin(origin, name) for origin in found.origins)
    if found.interested:
        line += "; a party to it: " if len(found.interested) == 1 else "; parties to it: "
        line += ", ".join(_party(origin, name) for origin in found.interested)
    return line


def left_line(found: Independence, name: Name) -> str:
    """What was not counted, and why; empty where all was."""
    told = "; ".join(left_words(left, name) for left in found.left)
    return f"not counted: {told}" if told else ""


def left_words(left: Left, name: Name) -> str:
    """Why one source is no origin of its own."""
    text = REASONS[left.reason].format(source=name(left.source), by=name(left.by))
    return text + (f": “{shortened(left.words)}”" if left.words else "")


def shortened(words: str) -> str:
    """The first and last words of a long stretch."""
    found = words.split()
    return words if len(found) <= _SHOWN else " ".join((*found[:8], "…", *found[-4:]))


_SHOWN = 14


def _origin(origin: Origin, name: Name) -> str:
    through = [name(source) for source in origin.through if source != origin.node]
    own = name(origin.node)
    # “report by Nordpress” says already who it is of.
    return own if all(own in text for text in through) else f"{own} ({', '.join(through)})"


def _party(origin: Origin, name: Name) -> str:
    of = f", with {name(origin.party)} taking part" if origin.party != origin.node else ""
    return _origin(origin, name) + of
