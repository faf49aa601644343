"""Files of a site on their way to disk: a few are made here, many by processes of their own.

Rendering takes as long as making the drafts does, and Python does one thing at a time.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from threading import Lock
from typing import IO, Protocol, TypeVar

from kg.processes import environment
from kg.web.files import (
    LAST,
    Batch,
    Begin,
    Failure,
    Message,
    Ready,
    Sizes,
    message,
    write_files,
)
from kg.web.model import Draft
from kg.web.rendered import Templates
from kg.web.replies import Frames

MANY = 2000
"""Pages from which on starting other processes costs less than it saves."""

_TOGETHER = 50
_PIPE = 1 << 20
# Bytes of a file above which it is written here.
_LARGE = 1 << 20
_Item = TypeVar("_Item")


class Ended(ChildProcessError):
    """A process that writes files ended before all of them were written."""


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
    begin = Begin(folder, templates.settings)
    # Rendering keeps one process busy: what is ready need not wait for it.
    with _process(begin) as pages, _process(begin) as files:
        there = _Elsewhere(folder, pages, files)
        yield there
    there.sizes |= pages.sizes | files.sizes


@contextlib.contextmanager
def _process(begin: Begin) -> Iterator[_Pipe]:
    """A process that writes what it is sent, and has written it when left. Raises OSError."""
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
        pipe = _Pipe(process.stdin)
        try:
            # Where one ended early, what it says last tells why; the other writes what it has.
            with contextlib.suppress(BrokenPipeError), process.stdin:
                pipe.send(begin)
                yield pipe
            last = next(Frames(LAST.decode).of(process.stdout.read()), None)
        except BaseException:
            process.kill()
            raise
    match last:
        case Sizes(written):
            pipe.sizes = written
        case Failure(number, text, path):
            raise OSError(number, text, path)
        case _:
            raise Ended(
                f"a process that writes the site ended (exit status {process.returncode}) "
                f"before all of it was written: {begin.folder} is incomplete; run `kg site` again"
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
    """Has one process render and write pages, another write files."""

    def __init__(self, folder: str, pages: _Pipe, files: _Pipe) -> None:
        self.sizes: dict[str, int] = {}
        self._folder, self._pages, self._files = folder, pages, files

    def pages(self, drafts: Iterable[Draft]) -> None:
        for together in _batches(drafts):
            self._pages.send(Batch(together))

    def files(self, files: Iterable[tuple[str, bytes]]) -> None:
        for together in _batches(self._small(files)):
            self._files.send(Ready(together))

    def _small(self, files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
        """The files that are sent: to copy a large one, twice, costs more than to write it."""
        for path, data in files:
            if len(data) > _LARGE:
                self.sizes |= write_files(self._folder, [(path, data)])
            else:
                yield path, data


class _Pipe:
    """The way to a process that writes; `sizes` are those of its files once it has ended."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self.sizes: dict[str, int] = {}
        self._pipe, self._turn = pipe, Lock()

    def send(self, content: Message) -> None:
        """One message, whole; by any thread."""
        data = message(content)
        with self._turn:
            self._pipe.write(data)


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    ahead = iter(items)
    while together := list(islice(ahead, _TOGETHER)):
        yield together
