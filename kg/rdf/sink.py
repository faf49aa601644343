"""A file written piece by piece, which is there as a whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

# Bytes after which the disk is made to begin, so that little is left to flush at the end; and how
# many may wait for it.
_FLUSH, _MOST = 1 << 23, 1 << 27


class Sink:
    """Writes a file aside; `keep` flushes it to disk and gives it its name, all else removes it.

    Raises OSError, with the old file in place, when it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.bytes = 0
        self._aside = path.with_name(f".{path.name}.{os.getpid()}")
        self._hash = hashlib.sha256()
        self._unflushed = 0
        # It flushes while more is written.
        self._beside = ThreadPoolExecutor(1)
        self._flushing: Future[None] | None = None

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._aside.open("wb", buffering=0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._beside.shutdown()
        self._file.close()
        self._aside.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        """Append bytes."""
        self._hash.update(data)
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        self.bytes += len(data)
        self._unflushed += len(data)
        if self._unflushed >= _FLUSH:
            self._flush()

    def _flush(self) -> None:
        if self._flushing is not None:
            if not self._flushing.done() and self._unflushed < _MOST:
                return
            self._flushing.result()
        self._flushing = self._beside.submit(os.fsync, self._file.fileno())
        self._unflushed = 0

    def keep(self) -> str:
        """Make it the file; the SHA-256 of its bytes, in hex digits."""
        if self._flushing is not None:
            self._flushing.result()
        os.fsync(self._file.fileno())
        self._aside.replace(self.path)
        with contextlib.suppress(OSError):  # a folder cannot be flushed on every system
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        return self._hash.hexdigest()
