"""Pages of a site on their way to disk: a few are rendered here, many in a process of their own.

Rendering takes as long as making the drafts does, and Python does one thing at a time.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import islice

from kg.ask.run import environment
from kg.web.files import Batch, Begin, Failure, Sizes, write_files
from kg.web.model import Draft
from kg.web.rendered import Templates
from kg.web.replies import Frames, framed

MANY = 2000
"""Pages from which on starting another process costs less than it saves."""

_TOGETHER = 50


class Ended(ChildProcessError):
    """The process that writes pages ended before all of them were written."""


def write_pages(
    folder: str, templates: Templates, drafts: Iterable[Draft], count: int
) -> dict[str, int]:
    """Render and write some `count` pages; their sizes by path. Raises OSError."""
    if count < MANY:
        return write_files(folder, ((d.path, templates.html(d).encode()) for d in drafts))
    return _elsewhere(Begin(folder, templates.settings), drafts)


def _elsewhere(begin: Begin, drafts: Iterable[Draft]) -> dict[str, int]:
    # A new interpreter: a fork would take over the locks of threads that it does not have.
    with subprocess.Popen(
        [sys.executable, "-m", "kg.web.writer"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise TypeError("a process with pipes has both")
        try:
            # Where it ended early, what it says last tells why.
            with contextlib.suppress(BrokenPipeError), process.stdin:
                process.stdin.write(framed(begin))
                for together in _batches(drafts):
                    process.stdin.write(framed(Batch(together)))
            last = next(Frames().of(process.stdout.read()), None)
        except BaseException:
            process.kill()
            raise
    match last:
        case Sizes(written):
            return written
        case Failure(number, text, path):
            raise OSError(number, text, path)
    raise Ended(
        f"the process that writes the pages ended (exit status {process.returncode}) before all "
        f"of them were written: {begin.folder} is incomplete; run `kg site` again"
    )


def _batches(drafts: Iterable[Draft]) -> Iterator[list[Draft]]:
    ahead = iter(drafts)
    while together := list(islice(ahead, _TOGETHER)):
        yield together
