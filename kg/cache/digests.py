"""Files of a project hashed: by this process, or by one beside it: `python -m kg.cache.digests`.

A large project is hashed in about the time that the libraries take to load. This module loads none
of them, so that both can happen at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from kg.facts.folder import FOLDERS
from kg.processes import environment

BY_FILE = ("facts", "articles")
"""Folders of which each file is looked at by itself."""

MANY = 2000
"""Files from which on another process costs less than it saves."""

_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_CHUNK = 1 << 20


def names_in(folder: Path, suffix: str) -> list[str]:
    """The names of the files of a folder that are no hidden ones, sorted."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries]
    except OSError:
        return []
    return sorted(n for n in names if n.endswith(suffix) and not n.startswith("."))


def paths_in(root: Path, *, by_file: bool) -> list[str]:
    """The files in the folders BY_FILE of a project, or in the others, from its root."""
    folders = [(of, suffix) for of, suffix in FOLDERS if (of in BY_FILE) == by_file]
    return [f"{of}/{name}" for of, suffix in folders for name in names_in(root / of, suffix)]


def digests(root: Path, paths: Iterable[str]) -> dict[str, str]:
    """SHA-256 in hex of some files, by path; those that cannot be read are left out.

    Every byte is read: neither the size of a file nor its time of change tells that it is the same.
    """
    found = ((path, digest(f"{root}/{path}")) for path in paths)
    return {path: of for path, of in found if of is not None}


def digest(path: str) -> str | None:
    """SHA-256 in hex of a regular file; None where it cannot be read or is none."""
    try:
        descriptor = os.open(path, _FLAGS)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return None
            found = hashlib.sha256()
            # One byte more than there is: what comes is less than was asked for at the end alone.
            asked = min(status.st_size + 1, _CHUNK)
            while data := os.read(descriptor, asked):
                found.update(data)
                if len(data) < asked:
                    break
        finally:
            os.close(descriptor)
    except OSError:
        return None
    return found.hexdigest()


def scan_by_file(root: Path) -> dict[str, str]:
    """`digests` of the files of facts and of the archived texts."""
    return digests(root, paths_in(root, by_file=True))


class Ahead:
    """`scan_by_file`, begun when this is made, in a process of its own where there is much to do.

    It holds for the first call; a later one looks at the files again.
    """

    def __init__(self, root: Path) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        if len(paths_in(root, by_file=True)) >= MANY:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, root.absolute()],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment(),
            )

    def __call__(self, root: Path) -> dict[str, str]:
        """What was found; where the process did not get to its end, what this one finds."""
        process, self._process = self._process, None
        if process is not None:
            said, _ = process.communicate()
            with suppress(ValueError):
                found: dict[str, str] = json.loads(said)
                return found
        return scan_by_file(root)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt, BrokenPipeError):
        sys.stdout.write(json.dumps(scan_by_file(Path(sys.argv[1]))))
