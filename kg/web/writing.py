"""Files of a site on their way to disk: a few are made here, many by a process of their own.

Rendering takes as long as making the drafts does, and Python does one thing at a time.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from threading import Lock
from typing import IO, Protocol, TypeVar

from kg.processes import environment
from kg.web.files import Batch, Begin, Failure, Ready, Sizes, write_files
from kg.web.model import Draft
from kg.web.rendered import Templates
from kg.web.replies import Frames, framed

MANY = 2000
"""Pages from which on starting another process costs less than it saves."""

_TOGETHER = 50
_PIPE = 1 << 20
_Item = TypeVar("_Item")


class Ended(ChildProcessError):
    """The process that writes files ended before all of them were written."""


class Writer(Protocol):
    """Writes what it is given, by any number of threads; `sizes` are complete when it is left."""

    sizes: dict[str, int]

    def pages(self, drafts: Iterable[Draft]) -> None:
        """Render and write pages; may raise OSError."""

    def files(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Write files as they are; may raise OSError."""


@contextlib.contextmanager
def writer(folder: str, templates: Templates, count: int) -> Iterator[Writer]:
    """What writes some `count` pages and other files into a folder. Raises OSError."""
    if count < MANY:
        yield _Here(folder, templates)
        return
    # A new interpreter: a fork would take over the locks of threads that it does not have.
    with subprocess.Popen(
        [sys.executable, "-m", "kg.web.writer"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pipesize=_PIPE,
        env=environment(),
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise TypeError("a process with pipes has both")
        there = _Elsewhere(process.stdin)
        try:
            # Where it ended early, what it says last tells why.
            with contextlib.suppress(BrokenPipeError), process.stdin:
                there.send(Begin(folder, templates.settings))
                yield there
            last = next(Frames().of(process.stdout.read()), None)
        except BaseException:
            process.kill()
            raise
    match last:
        case Sizes(written):
            there.sizes |= written
        case Failure(number, text, path):
            raise OSError(number, text, path)
        case _:
            raise Ended(
                f"the process that writes the pages ended (exit status {process.returncode}) "
                f"before all of them were written: {folder} is incomplete; run `kg site` again"
            )


class _Here:
    """Writes in this process."""

    def __init__(self, folder: str, templates: Templates) -> None:
        self.sizes: dict[str, int] = {}
        self._folder, self._templates = folder, templates

    def pages(self, drafts: Iterable[Draft]) -> None:
        self.files((draft.path, self._templates.html(draft).encode()) for draft in drafts)

    def files(self, files: Iterable[tuple[str, bytes]]) -> None:
        self.sizes |= write_files(self._folder, files)


class _Elsewhere:
    """Has another process write."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self.sizes: dict[str, int] = {}
        self._pipe, self._turn = pipe, Lock()

    def pages(self, drafts: Iterable[Draft]) -> None:
        for together in _batches(drafts):
            self.send(Batch(together))

    def files(self, files: Iterable[tuple[str, bytes]]) -> None:
        for together in _batches(files):
            self.send(Ready(together))

    def send(self, message: Begin | Batch | Ready) -> None:
        """One message, whole."""
        data = framed(message)
        with self._turn:
            self._pipe.write(data)


def _batches(items: Iterable[_Item]) -> Iterator[Sequence[_Item]]:
    ahead = iter(items)
    while together := list(islice(ahead, _TOGETHER)):
        yield together
