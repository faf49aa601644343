"""Asking: library queries in this process, queries of somebody's own in one that can be killed."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from kg.ask.errors import LimitError, QueryError
from kg.ask.syntax import examine
from kg.processes import environment
from kg.rdf import store as rdf

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyoxigraph as ox

    from kg.ask.results import Style

TIMEOUT = 60.0
"""Seconds that a query may compute; time spent on loading or on a slow reader is not counted."""

_LOADING = 3600.0
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker process is asked to do; its standard input is this as JSON.

    `store` is the folder of a store that holds the files already, null where there is none.
    """

    paths: tuple[str, ...]
    store: str | None
    text: str
    form: str
    base: str
    prefixes: Mapping[str, str]
    width: int | None


def run(store: ox.Store, text: str) -> rdf.Result:
    """The result of a query of the library, in this process."""
    try:
        return rdf.query(store, text)
    except SyntaxError as error:
        # The store lists every token that might have come next.
        place = textwrap.shorten(error.msg, 160, placeholder=" …")
        raise QueryError(f"the query is not SPARQL 1.1: {place}") from error


def ask(
    paths: Sequence[Path],
    text: str,
    form: str,
    out: BinaryIO,
    *,
    style: Style,
    timeout: float = TIMEOUT,
    kept: Path | None = None,
) -> None:
    """Run a query over files and write its result in a format; see `kg.ask.results.write`.

    The query runs in a process of its own, without a way to open files or connections; `kept` is
    the folder of a store on disk that holds the files already, if there is one. Raises
    QueryError where it is refused or wrong, LimitError where it takes longer than `timeout`
    seconds, too much memory or too deep a stack; what was written until then stays written.
    """
    examine(text, style.prefixes)
    names, store = tuple(map(str, paths)), str(kept) if kept is not None else None
    job = Job(names, store, text, form, style.base, {**style.prefixes}, style.width)
    # Files, not pipes, where nobody reads or writes in time: a full pipe would stop the worker.
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as errors:
        told.write(json.dumps(asdict(job)).encode())
        told.seek(0)
        with subprocess.Popen(
            [sys.executable, "-m", "kg.ask.worker"],
            stdin=told,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment(),
        ) as worker:
            try:
                out.writelines(_chunks(cast("IO[bytes]", worker.stdout), timeout))
            except BaseException:
                worker.kill()
                raise
        if worker.returncode:
            errors.seek(0)
            raise failure(worker.returncode, errors.read().decode(errors="replace"))


def _chunks(stdout: IO[bytes], timeout: float) -> Iterator[bytes]:
    """What the worker writes, behind the one byte that says that it has loaded the files."""
    with selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ)
        if not selector.select(_LOADING) or not os.read(stdout.fileno(), 1):
            return
        left = timeout
        while True:
            begin = time.monotonic()
            ready = selector.select(left)
            left -= time.monotonic() - begin
            if not ready:
                raise LimitError(
                    f"the query was stopped after {timeout:g} seconds: make it narrower, or allow "
                    "it more time"
                )
            chunk = os.read(stdout.fileno(), _CHUNK)
            if not chunk:
                return
            yield chunk


def failure(status: int, errors: str) -> QueryError:
    """Why a worker ended with a status other than 0; raises RuntimeError where it is a bug."""
    if status < 0:
        return LimitError(
            f"the query brought down its process ({signal.Signals(-status).name}): it nests too "
            "deeply or needs too much memory"
        )
    lines = errors.strip().splitlines()
    try:
        told = json.loads(lines[-1])
        kind = LimitError if told["limit"] else QueryError
        return kind(told["message"])
    except (IndexError, KeyError, TypeError, ValueError):
        raise RuntimeError(f"the worker process ended with status {status}:\n{errors}") from None
