"""A project for drafts of `kg new`: the small one without its facts, with more in its registry."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.golden import TESTS


def project_in(folder: Path, more: str) -> Path:
    """A copy in a folder; `more` is a file of its registry."""
    root = folder / "project"
    shutil.copytree(TESTS / "project", root)
    (root / "facts" / "geneva.yaml").unlink()
    (root / "registry" / "more.yaml").write_text(more, "utf-8")
    return root
