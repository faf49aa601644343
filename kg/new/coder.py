"""Who enters the facts: what git or the system knows of the person at the keyboard."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from kg.new.ids import id_of, initials_of


def git_name(folder: Path) -> str:
    """`user.name` as git has it in a folder; empty where it has none."""
    try:
        run = subprocess.run(
            ["git", "config", "user.name"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return run.stdout.strip() if run.returncode == 0 else ""


def coder(folder: Path) -> str:
    """An id: the initials of git's `user.name`, else `$USER`; empty where neither is known."""
    return initials_of(git_name(folder)) or id_of(os.environ.get("USER", ""))
