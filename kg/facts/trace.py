"""What the rows of a file rest on that another file says, and what other files take from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

Use = Literal["asks", "reads", "writes"]


class Trace:
    """Uses of what files have in common, by file.

    A file *asks* whether something is declared (`event/…`, `utterance/…`, `article/…`), and
    *reads* what the rows of a file that *writes* it have settled: the day of an event, who speaks
    in an utterance, a claim that several files may make.
    """

    def __init__(self) -> None:
        self.origin = 0
        self._uses: dict[tuple[int, Use, str], None] = {}

    def __iter__(self) -> Iterator[tuple[int, Use, str]]:
        return iter(self._uses)

    def asks(self, node: str) -> None:
        """Note that a declaration was looked up."""
        self._uses[self.origin, "asks", node] = None

    def reads(self, key: str) -> None:
        """Note that what another file may have written was looked up."""
        self._uses[self.origin, "reads", key] = None

    def writes(self, key: str) -> None:
        """Note that another file may read this."""
        self._uses[self.origin, "writes", key] = None

    def shares(self, key: str) -> None:
        """Note what is read where it is there, and written where it is not."""
        self.reads(key)
        self.writes(key)
