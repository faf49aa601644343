"""Outputs written so that each file is the old one or the new one, the manifest last."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
_SEAL = "sha256"


def manifest(
    title: str,
    version: str,
    inputs: Mapping[str, str],
    outputs: Mapping[str, bytes],
    counts: Mapping[str, int],
) -> bytes:
    """What was built from what: SHA-256 of every input and output, bytes, and counts; sealed."""
    content = {
        "title": title,
        "version": version,
        "counts": dict(counts),
        "inputs": dict(sorted(inputs.items())),
        "outputs": {
            name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in sorted(outputs.items())
        },
    }
    return sealed(content)


class Torn(ValueError):
    """A manifest that is not as it was written."""


def sealed(content: Mapping[str, Any]) -> bytes:
    """A manifest as JSON with its own SHA-256, that of the JSON without it, as last entry."""
    digest = hashlib.sha256(_json(content)).hexdigest()
    return _json({**content, _SEAL: digest})


def unsealed(data: bytes) -> dict[str, Any]:
    """The content of a manifest that is as `sealed` made it; raises Torn for any other."""
    try:
        content = json.loads(data)
        found = content.pop(_SEAL)
    except (ValueError, AttributeError, KeyError, TypeError):
        raise Torn("no whole manifest") from None
    if sealed(content) != data or found != hashlib.sha256(_json(content)).hexdigest():
        raise Torn("not as it was written")
    return dict(content)


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def write_all(folder: Path, outputs: Mapping[str, bytes], last: str = MANIFEST) -> tuple[str, ...]:
    """Write files into a folder, `last` after all others; returns the names that changed.

    Each file is written aside, flushed to disk and renamed, and the folder is flushed, so that
    a crash leaves every file old or new. What an earlier writer left when it was killed is removed.
    One writer at a time: a second waits. Raises OSError, with nothing renamed, when the disk is
    full or the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _lock(folder):
        for left in folder.glob(".*"):
            name, _, process = left.name[1:].rpartition(".")
            if name in outputs and process.isdecimal():
                left.unlink()
        changed = [name for name, data in outputs.items() if not _holds(folder / name, data)]
        aside = {name: folder / f".{name}.{os.getpid()}" for name in changed}
        try:
            for name, path in aside.items():
                with path.open("wb") as file:
                    file.write(outputs[name])
                    file.flush()
                    os.fsync(file.fileno())
            for name in sorted(changed, key=lambda name: (name == last, name)):
                aside[name].replace(folder / name)
                _flush(folder)
        finally:
            for path in aside.values():
                path.unlink(missing_ok=True)
    return tuple(changed)


@contextlib.contextmanager
def aside(folder: Path) -> Iterator[Path]:
    """An empty folder beside a folder, to write into what `move_all` then moves; gone afterwards.

    Whatever an earlier writer left when it was killed is removed. One writer at a time: a second
    waits. A folder that holds nothing in the end is removed. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _lock(folder):
        mark = f".{folder.name}."
        for left in folder.parent.iterdir():
            if left.name.startswith(mark) and left.is_dir():
                shutil.rmtree(left)
        made = folder.parent / f"{mark}{os.getpid()}"
        made.mkdir()
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)
            with contextlib.suppress(OSError):
                folder.rmdir()


def move_all(aside: Path, folder: Path, last: str = MANIFEST) -> None:
    """Move files that lie aside into a folder, `last` after all others; what else is there goes.

    Raises OSError.
    """
    names = sorted(
        (path.name for path in aside.iterdir() if path.is_file()), key=lambda n: n == last
    )
    for name in names:
        with (aside / name).open("rb") as file:
            os.fsync(file.fileno())
    for name in names:
        (aside / name).replace(folder / name)
        _flush(folder)
    for path in folder.iterdir():
        if path.is_file() and path.name not in names:
            path.unlink()
    _flush(folder)


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and not path.is_symlink() and path.read_bytes() == data


def _flush(folder: Path) -> None:
    with contextlib.suppress(OSError):  # a folder cannot be flushed on every system
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Hold a lock on the folder itself, so that no lock file is left behind."""
    try:
        import fcntl
    except ImportError:  # no such locks on this system
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
