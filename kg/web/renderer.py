"""The process that makes pages for `kg serve`: `python -m kg.web.renderer`, told by `Begin`."""

from __future__ import annotations

import gc
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

from kg.built import open_built
from kg.web.explorer import Address, Explorer
from kg.web.kept import kept_tables
from kg.web.live import Live
from kg.web.replies import FAILED, Asked, Begin, Frames, Reply, framed

_READ = 1 << 16


def main() -> int:
    """Make the pages that are asked for on standard input, in their order."""
    # Nothing that anybody prints may come between the messages.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    # It ends when nobody asks any longer; an interruption is for whoever started it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    messages = _messages()
    begin = next(messages, [])[0]
    if not isinstance(begin, Begin):
        return 1
    root = Path(begin.root)
    built = open_built(root)
    if built.digest != begin.digest:
        print("the output was built anew: start `kg serve` again to see it", file=sys.stderr)
        return 1
    live = Live(Explorer(built, root, Address(live=True), kept_tables(built)), begin.seconds)
    live.warm()
    # The graph stays as long as the process does; looking through it for what may be freed would
    # hold up the pages that are waiting.
    gc.collect()
    gc.freeze()
    out.write(framed(live.ready))
    out.flush()
    for together in messages:
        out.writelines(framed(_answer(live, m)) for m in together if isinstance(m, Asked))
        out.flush()
    return 0


def _messages() -> Iterator[list[object]]:
    """What is asked together, until nobody asks any longer."""
    frames = Frames()
    while data := os.read(0, _READ):
        if together := list(frames.of(data)):
            yield together


def _answer(live: Live, asked: Asked) -> Reply:
    try:
        return live.answer(asked)
    except Exception:  # a bug on one page leaves the others
        traceback.print_exc()
        return Reply(b"This page could not be made.\n", "text/plain", status=FAILED)


if __name__ == "__main__":
    sys.exit(main())
