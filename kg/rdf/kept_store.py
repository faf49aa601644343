"""A store kept on disk between runs: made from graph files once, then opened to be read.

It is disposable: whoever deletes its folder loses time and nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from kg.rdf.store import load_file, open_store
from kg.rdf.zstd import EXTENSION

SMALL = 4 * 1024 * 1024
"""Bytes of graph files below which loading them takes no longer than opening a store on disk."""
_MAKING = ".making-"
_GROWTH = 16
"""Bytes that one byte of a compressed graph file stands for, about."""


def open_kept(paths: Sequence[Path], folder: Path, key: str) -> ox.Store:
    """A store with the triples of files, kept in a subfolder where they are not SMALL.

    `key` stands for what the files hold; their sizes and times of change are added to it. Stores
    of other keys are removed. Where nothing can be written the store is in memory. Raises as
    `open_store` does.
    """
    kept = kept_folder(paths, folder, key)
    if kept is None:
        return open_store(paths)
    try:
        return ox.Store.read_only(str(kept))
    except OSError:  # what is there is no store of this release: it is made anew at the next run
        shutil.rmtree(kept, ignore_errors=True)
        return open_store(paths)


def kept_folder(paths: Sequence[Path], folder: Path, key: str) -> Path | None:
    """The subfolder with the store of `open_kept`, made if it is not there; null for one in memory.

    Raises as `open_store` does.
    """
    if sum(map(_size, paths)) < SMALL:
        return None
    kept = folder / _digest(paths, key)
    if not kept.is_dir():
        try:
            _make(paths, kept)
        except OSError:
            return None
    return kept


def _size(path: Path) -> int:
    return path.stat().st_size * (_GROWTH if path.suffix == f".{EXTENSION}" else 1)


def _digest(paths: Sequence[Path], key: str) -> str:
    stamps = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    return hashlib.sha256(repr((key, ox.__version__, stamps)).encode()).hexdigest()[:24]


def _make(paths: Sequence[Path], kept: Path) -> None:
    with making(kept) as folder:
        store = ox.Store(str(folder))
        for path in paths:
            load_file(store, path)
        store.optimize()  # merges what was loaded: questions that read much take half the time
        store.flush()
        del store  # closes it: a store is read by others only then


@contextlib.contextmanager
def making(kept: Path) -> Iterator[Path]:
    """A new folder to fill, which becomes `kept` if all goes well; those beside it are removed.

    Another process may have made the same by then, which is as good. Raises OSError.
    """
    kept.parent.mkdir(parents=True, exist_ok=True)
    others = list(kept.parent.iterdir())
    aside = Path(tempfile.mkdtemp(prefix=_MAKING, dir=kept.parent))
    try:
        folder = aside / kept.name
        folder.mkdir()
        yield folder
        with contextlib.suppress(OSError):
            folder.rename(kept)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    for other in others:
        if not other.name.startswith(_MAKING):
            shutil.rmtree(other, ignore_errors=True)
