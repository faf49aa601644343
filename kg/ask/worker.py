"""The process that runs one query of somebody's own: `python -m kg.ask.worker`, told by `Job`."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import pyoxigraph as ox

from kg.ask.errors import LimitError, QueryError
from kg.ask.results import Style, write
from kg.ask.run import Job, run
from kg.rdf.store import open_store

MEMORY = 1 << 30
"""Bytes that a query may take on top of the loaded graph."""
_STANDARD = 16
"""Files open in any process, and some to spare."""


def main() -> int:
    """Do the job on standard input; returns the exit status."""
    job = Job(**json.load(sys.stdin))
    try:
        store = _store(job)
        sys.stdout.buffer.write(b"\n")
        sys.stdout.buffer.flush()
        _confine(_files(job))
        result = run(store, job.text)
        write(result, job.form, sys.stdout.buffer, Style(job.base, job.prefixes, job.width))
        sys.stdout.buffer.flush()
    except (QueryError, MemoryError, OSError, ValueError) as error:
        limit = isinstance(error, (LimitError, MemoryError))
        message = str(error) or "the query needs too much memory"
        print(json.dumps({"message": message, "limit": limit}), file=sys.stderr)
        return 1
    return 0


def _store(job: Job) -> ox.Store:
    if job.store is not None:
        try:
            return ox.Store.read_only(job.store)
        except OSError:  # no store of this release: whoever asks next makes it anew
            pass
    return open_store([Path(path) for path in job.paths])


def _files(job: Job) -> int:
    """How many files may be open: a large store on disk opens its own as it comes to them."""
    if job.store is None:
        return 0
    due = 2 * sum(1 for _ in Path(job.store).iterdir()) + _STANDARD
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return due if hard == resource.RLIM_INFINITY else min(due, hard)


def _confine(files: int) -> None:
    """Leave the query neither files nor connections to open, and so much memory and no more."""
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if _has_statm() else 0
    if pages:
        limit = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


def _has_statm() -> bool:
    return Path("/proc/self/statm").exists()


if __name__ == "__main__":
    sys.exit(main())
