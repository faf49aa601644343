"""The one place where a clock is read."""

from __future__ import annotations

import datetime


def today() -> str:
    """The day by this machine's clock, YYYY-MM-DD."""
    return datetime.date.today().isoformat()
