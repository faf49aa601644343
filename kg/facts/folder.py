"""A project's folder: which files lie where, told without loading what reads them."""

from __future__ import annotations

from pathlib import Path

SETTINGS = "kg.yaml"
FOLDERS = (
    ("facts", ".yaml"),
    ("registry", ".yaml"),
    ("articles", ".txt"),
    ("ontology", ".ttl"),
    ("shapes", ".ttl"),
)
"""The folders whose files a build reads, and how the names of those files end."""


def find_root(start: Path) -> Path | None:
    """The folder that holds `kg.yaml`: the nearest upward from `start`, else its `seeds`."""
    for folder in (start, *start.parents):
        if (folder / SETTINGS).exists():
            return folder
    return start / "seeds" if (start / "seeds" / SETTINGS).exists() else None
