"""Memory: what is freed kept for what needs it next, and no search for what is in circles.

Texts of some megabytes come and go by the thousand. The allocators give each back to the system,
which has to fill the pages with zeros again for the next one: a fifth of the time of an import.
What is kept is kept for all threads together: kept for each by itself, it was up to a quarter of
all memory, and no time is lost by sharing it.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Parameters of mallopt(3); there is one arena for all threads."""
_MOST_KEPT, _LARGEST = (1 << 31) - 1, 1 << 25
# Polars reads this when it is imported, and puts it behind what it sets itself.
_POLARS, _SETTINGS = "_RJEM_MALLOC_CONF", "dirty_decay_ms:2000,muzzy_decay_ms:2000,narenas:1"


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
            mallopt(_ARENA_MAX, 1)


def give_back() -> None:
    """Give freed memory back to the system, where what comes next needs pieces of other sizes."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no circles of objects: for work that makes none, and many objects."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
