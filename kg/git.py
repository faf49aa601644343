"""Git, asked for what it knows of a folder; no monitor of files is run, and no lock taken."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


class GitError(OSError):
    """What git complains of, or that it is not there."""


def git(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    """What git prints in a folder; raises GitError."""
    # A hook that calls us has these set for its own repository; a partial clone asks no network.
    own = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
    environment = {name: value for name, value in os.environ.items() if name not in own}
    environment |= {"GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    command = ["git", "-c", "core.fsmonitor=false", "--literal-pathspecs", "-C", str(root)]
    try:
        done = subprocess.run(
            [*command, *arguments], input=given, capture_output=True, check=True, env=environment
        )
    except FileNotFoundError:
        raise GitError("git is not installed, and a revision cannot be read without it") from None
    except subprocess.CalledProcessError as error:
        lines = error.stderr.decode(errors="replace").strip().splitlines()
        raise GitError(lines[0] if lines else "") from None
    return done.stdout
