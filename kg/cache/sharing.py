"""The process that reads and compiles a share of the files of facts: `python -m kg.cache.sharing`.

Messages are pickled: both sides are this very program.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
from io import BufferedReader, BufferedWriter

from kg.cache.kept import Kept
from kg.cache.reading import Reading
from kg.cache.share import Begin, Compile, compiled
from kg.check.diagnostic import Findings
from kg.facts.project import Reader, vocabulary_of
from kg.memory import keep_freed


def main() -> int:
    """Read a share and compile it, as standard input says."""
    # Nothing that anybody prints may come between the messages.
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    # It ends when nobody listens any longer; an interruption is for whoever started it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    keep_freed()
    try:
        return _share(source, sink)
    except (EOFError, BrokenPipeError):
        return 1


def _share(source: BufferedReader, sink: BufferedWriter) -> int:
    begin = pickle.load(source)  # noqa: S301
    if not isinstance(begin, Begin):
        return 1
    # What is wrong with settings and registry is found by whoever shares out.
    reader, aside = Reader(begin.root, Findings()), Reader(begin.root, Findings())
    vocabulary = vocabulary_of(begin.root)
    settings = aside.settings(vocabulary)
    if settings is None:
        return 1
    registry = aside.registry(settings, vocabulary)
    paths = begin.paths
    reading = Reading(
        begin.root, Kept.nothing(), {}, vocabulary, registry, paths, len(paths), reader
    )
    reading.parse(paths)
    _give(reading.outlined(paths), sink)
    told = pickle.load(source)  # noqa: S301
    if not isinstance(told, Compile):
        return 1
    _give(compiled(reading, told), sink)
    return 0


def _give(message: object, sink: BufferedWriter) -> None:
    pickle.dump(message, sink, protocol=pickle.HIGHEST_PROTOCOL)
    sink.flush()


if __name__ == "__main__":
    sys.exit(main())
