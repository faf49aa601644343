"""What stands behind a key of anything people write, and how a key is described."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Takes(Enum):
    """What stands behind a key."""

    TEXT = "free text"
    ID = "an id: lower-case words joined by hyphens"
    CONCEPT = "a word of a fixed list"
    VALUE = "`words = id`, or a mapping"
    DATE = "`words = date`, or a mapping"
    NUMBER = "`words = number`, or a mapping"
    MAP = "a mapping"
    ENTRIES = "a mapping from ids to entries"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a mapping.

    `of` names the scheme of a concept, the sections a value refers to (joined by `|`), or
    the nested mapping. `many` allows one or a list; `required` is checked by the reader.
    `predicate` is the name of the property that the key's values are claims of. `words` are all
    that a text may be, where it is one of a few that no concept stands for. `beside` is a key
    without which this one says nothing.
    """

    takes: Takes
    doc: str
    of: str = ""
    many: bool = False
    required: bool = False
    example: str = ""
    predicate: str = ""
    words: tuple[str, ...] = ()
    beside: str = ""
