"""Memory that is freed, kept for what needs it next.

Texts of some megabytes come and go by the thousand. The allocators give each back to the system,
which has to fill the pages with zeros again for the next one: a fifth of the time of an import.
"""

from __future__ import annotations

import ctypes
import os
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Parameters of mallopt(3)."""
_MOST_KEPT, _LARGEST = (1 << 31) - 1, 1 << 25
# Polars reads this when it is imported, and puts it behind what it sets itself.
_POLARS, _SETTINGS = "_RJEM_MALLOC_CONF", "dirty_decay_ms:10000,muzzy_decay_ms:10000"


def keep_freed() -> None:
    """Have this process keep what it frees; for programs, before they import Polars.

    Where the C library is not GNU's, nothing of it is changed.
    """
    os.environ.setdefault(_POLARS, _SETTINGS)
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_TRIM_THRESHOLD, _MOST_KEPT)
            mallopt(_MMAP_THRESHOLD, _LARGEST)
