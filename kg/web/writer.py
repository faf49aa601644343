"""The process that renders pages and writes files for `kg site`: `python -m kg.web.writer`.

It holds no graph: what it is sent is all that a page shows.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Iterator
from queue import Queue
from threading import Thread

from kg.web.files import (
    MESSAGE,
    Batch,
    Begin,
    Failure,
    Last,
    Ready,
    Sizes,
    message,
    write_files,
)
from kg.web.rendered import Templates
from kg.web.replies import Frames

_READ = 1 << 16
"""Bytes read at a time; after larger ones the C library keeps what is freed in pieces that fit
nothing else, which took three times the memory."""

_AHEAD = 256
"""Pieces that are read ahead at most."""


def main() -> int:
    """Write what comes on standard input; say at its end which files were written."""
    # Nothing that anybody prints may come between the messages.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    # It ends when nobody sends any longer; an interruption is for whoever started it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Pages are in no cycles, so that looking for some would be for nothing.
    gc.disable()
    coming = _messages()
    begin = next(coming, None)
    if not isinstance(begin, Begin):
        return 1
    reply: Last
    try:
        reply = Sizes(write_files(begin.folder, _files(begin, coming)))
    except OSError as error:
        reply = Failure(error.errno or 0, error.strerror or str(error), str(error.filename or ""))
    with contextlib.suppress(BrokenPipeError), out:
        out.write(message(reply))
    return 0


def _messages() -> Iterator[object]:
    frames = Frames(MESSAGE.decode)
    ahead: Queue[bytes | OSError] = Queue(_AHEAD)
    Thread(target=_read, args=[ahead], daemon=True).start()
    while data := ahead.get():
        if isinstance(data, OSError):
            raise data
        yield from frames.of(data)


def _read(ahead: Queue[bytes | OSError]) -> None:
    """Read ahead: whoever sends need not wait, and may make nothing for a while."""
    try:
        while data := os.read(0, _READ):
            ahead.put(data)
        ahead.put(b"")
    except OSError as error:  # for whoever waits for more
        ahead.put(error)


def _files(begin: Begin, coming: Iterator[object]) -> Iterator[tuple[str, bytes]]:
    templates = Templates(begin.settings)
    for found in coming:
        match found:
            case Batch(drafts):
                for draft in drafts:
                    yield draft.path, templates.html(draft).encode()
            case Ready(files):
                yield from files


if __name__ == "__main__":
    sys.exit(main())
