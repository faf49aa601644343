"""Other processes of this very program."""

from __future__ import annotations

import os
from pathlib import Path


def environment() -> dict[str, str]:
    """The variables with which `python -m kg…` runs this package, wherever it was imported from."""
    package = str(Path(__file__).parents[1])
    path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path}
