"""The process that runs one query of somebody's own: `python -m kg.ask.worker`, told by `Job`."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from kg.ask.errors import LimitError, QueryError
from kg.ask.results import Style, write
from kg.ask.run import Job, run
from kg.rdf.store import open_store

MEMORY = 1 << 30
"""Bytes that a query may take on top of the loaded graph."""


def main() -> int:
    """Do the job on standard input; returns the exit status."""
    job = Job(**json.load(sys.stdin))
    try:
        store = open_store([Path(path) for path in job.paths])
        sys.stdout.buffer.write(b"\n")
        sys.stdout.buffer.flush()
        _confine()
        result = run(store, job.text)
        write(result, job.form, sys.stdout.buffer, Style(job.base, job.prefixes, job.width))
        sys.stdout.buffer.flush()
    except (QueryError, MemoryError, OSError, ValueError) as error:
        limit = isinstance(error, (LimitError, MemoryError))
        message = str(error) or "the query needs too much memory"
        print(json.dumps({"message": message, "limit": limit}), file=sys.stderr)
        return 1
    return 0


def _confine() -> None:
    """Leave the query neither files nor connections to open, and so much memory and no more."""
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if _has_statm() else 0
    if pages:
        limit = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _has_statm() -> bool:
    return Path("/proc/self/statm").exists()


if __name__ == "__main__":
    sys.exit(main())
