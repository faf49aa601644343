"""Files of a project read with care: only regular files, only so much, never through a link."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from kg.check.diagnostic import Findings, Span

LIMIT = 16 * 1024 * 1024
"""Bytes a file of facts or settings may have."""


def read_bytes(path: Path, shown: str, findings: Findings, limit: int = LIMIT) -> bytes | None:
    """A file's bytes; None, with a finding, for a link, anything but a file, or too large a one.

    Opened without following links and without waiting, and then looked at, so that no FIFO
    can hang the run and no exchange of the file in between is missed.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    at = Span(shown)
    try:
        if path.is_symlink():
            findings.error("file-link", "this is a symbolic link", at, "put the file itself here")
            return None
        descriptor = os.open(path, flags)
    except OSError as error:
        findings.error(
            "file-unreadable",
            f"cannot be read: {error.strerror}",
            at,
            "see that the file is there and may be read",
        )
        return None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)  # of a folder no file can be made
        findings.error("file-irregular", "this is no regular file", at, "put a plain file here")
        return None
    with os.fdopen(descriptor, "rb") as file:
        if status.st_size > limit:
            findings.error(
                "file-size", f"{status.st_size} bytes; the limit is {limit}", at, "split the file"
            )
            return None
        return file.read(limit + 1)
