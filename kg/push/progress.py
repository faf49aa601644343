"""How far a push has come, on a terminal."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from typing import TextIO

_PAUSE = 0.2


@dataclass(slots=True)
class Bar:
    """One line that is written over; nothing where nobody watches."""

    size: int
    out: TextIO = field(default_factory=lambda: sys.stderr)
    start: float = field(default_factory=time.monotonic)
    shown: float = 0.0

    def __call__(self, read: int, sent: int) -> None:
        """Show the part of the source that was dealt with, the rate and the time left."""
        now = time.monotonic()
        if not self.out.isatty() or (now - self.shown < _PAUSE and read < self.size):
            return
        self.shown = now
        spent = max(now - self.start, 1e-6)
        left = spent * (self.size - read) / max(read, 1)
        part = 100 * read // max(self.size, 1)
        self.out.write(
            f"\r{part:3} %  {sent:,} triples, {sent / spent:,.0f}/s, {left:.0f} s left  "
        )
        self.out.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self.out.isatty():
            self.out.write("\r\x1b[K")
            self.out.flush()
