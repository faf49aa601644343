"""Real stores on loopback, each in a folder of its own, started and stopped by whoever asks."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from kg.rdf.credentials import Credentials
from kg.rdf.http import Client, origin
from kg.rdf.remote import Remote, store_named

_START = 60.0
VIRTUOSO = shutil.which("virtuoso-t")
WITHOUT_VIRTUOSO = "Virtuoso is missing: install Debian's virtuoso-opensource"

# Its own folder and ports, loopback alone; a checkpoint only at the end.
# One thread a query: this one is held against engines that have no more.
_INI = """[Database]
DatabaseFile = v.db
ErrorLogFile = v.log
LockFile = v.lck
TransactionFile = v.trx
xa_persistent_file = v.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = v-temp.db
TransactionFile = v-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
CheckpointInterval = 0
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
ThreadsPerQuery = 1
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 10
[SPARQL]
"""


@dataclass(frozen=True, slots=True)
class Running:
    """A store that answers: its product, its address, and what it wants to know of us."""

    name: str
    url: str
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def remote(self) -> Remote:
        """It, as the code under test sees it."""
        user = self.environment.get("KG_PUSH_USER")
        known = Credentials(user, self.environment["KG_PUSH_PASSWORD"]) if user else None
        return Remote(Client(origin(self.url), known, 120.0), store_named(self.name, self.url))


@contextmanager
def oxigraph(folder: Path | None = None, *, union: bool = False) -> Iterator[Running]:
    """Oxigraph's server, in memory unless a folder is given; `union` shows all graphs as one."""
    url = f"http://127.0.0.1:{_free_port()}"
    command: list[str | Path] = [Path(sys.executable).parent / "oxigraph", "serve"]
    command += ["--bind", url.removeprefix("http://")]
    command += ["--location", folder] if folder else []
    command += ["--union-default-graph"] if union else []
    with _process(command, None, f"{url}/"):
        yield Running("oxigraph", url)


@contextmanager
def virtuoso(folder: Path, buffers: int = 20_000) -> Iterator[Running]:
    """Virtuoso 7 in a folder; `buffers` are pages of 8 KiB in memory."""
    assert VIRTUOSO is not None, WITHOUT_VIRTUOSO
    sql, http = _free_port(), _free_port()
    text = _INI.format(sql=sql, http=http, buffers=buffers, dirty=buffers * 3 // 4)
    (folder / "v.ini").write_text(text, "ascii")
    url = f"http://127.0.0.1:{http}"
    with _process([VIRTUOSO, "-f", "-c", "v.ini"], folder, f"{url}/sparql?query=ASK%7B%7D"):
        yield Running("virtuoso", url, {"KG_PUSH_USER": "dba", "KG_PUSH_PASSWORD": "dba"})


def arq(data: Path, queries: Sequence[str]) -> list[dict[str, Any]]:
    """What Jena's ARQ answers to queries over a file, all its graphs seen as one."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.arq", data],
        input=json.dumps(list(queries)),
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent.parent,
    )
    assert run.returncode == 0, run.stderr
    return cast("list[dict[str, Any]]", json.loads(run.stdout))


@contextmanager
def _process(command: Sequence[str | Path], folder: Path | None, ready: str) -> Iterator[None]:
    """A server from the moment it answers until it is no longer needed."""
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + _START
        while not _answers(ready):
            assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
            assert time.monotonic() < end, f"{command[0]} does not answer at {ready}"
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError as error:
        error.close()
        return True
    except OSError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def environment(store: Running) -> dict[str, str]:
    """This process's environment, with what a store wants to know."""
    return {**os.environ, **store.environment}
