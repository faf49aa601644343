"""Files of a project hashed, and the key of all that every file of facts depends on."""

from __future__ import annotations

import hashlib
import os
import platform
import stat
import sys
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

from kg.facts.project import FOLDERS, SETTINGS
from kg.rdf.resources import ontology_files, shape_files

_PACKAGES = ("polars", "shacl", "pyoxigraph", "pyshacl", "rdflib", "PyYAML", "python-dateutil")
_PARTS = (".py", ".yaml", ".json")
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_CHUNK = 1 << 20
# Folders of which each file is looked at by itself.
_BY_FILE = ("facts/", "articles/")


def scan(root: Path) -> dict[str, str]:
    """SHA-256 in hex of every file a build reads, by path; those that cannot be read are left out.

    Every byte is read: neither the size of a file nor its time of change tells that it is the same.
    """
    return scan_common(root) | scan_by_file(root)


def scan_common(root: Path) -> dict[str, str]:
    """`scan` of the files that every file of facts depends on."""
    return _scanned(root, by_file=False) | _digests(root, [SETTINGS])


def scan_by_file(root: Path) -> dict[str, str]:
    """`scan` of the files of facts and of the archived texts."""
    return _scanned(root, by_file=True)


def _scanned(root: Path, *, by_file: bool) -> dict[str, str]:
    folders = [(of, suffix) for of, suffix in FOLDERS if (f"{of}/" in _BY_FILE) == by_file]
    paths = [f"{of}/{name}" for of, suffix in folders for name in names_in(root / of, suffix)]
    return _digests(root, paths)


def _digests(root: Path, paths: list[str]) -> dict[str, str]:
    digests = ((path, _digest(f"{root}/{path}")) for path in paths)
    return {path: digest for path, digest in digests if digest is not None}


def names_in(folder: Path, suffix: str) -> list[str]:
    """The names of the files of a folder that are no hidden ones, sorted."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries]
    except OSError:
        return []
    return sorted(n for n in names if n.endswith(suffix) and not n.startswith("."))


def _digest(path: str) -> str | None:
    try:
        descriptor = os.open(path, _FLAGS)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return None
            digest = hashlib.sha256()
            # One byte more than there is: what comes is less than was asked for at the end alone.
            asked = min(status.st_size + 1, _CHUNK)
            while data := os.read(descriptor, asked):
                digest.update(data)
                if len(data) < asked:
                    break
        finally:
            os.close(descriptor)
    except OSError:
        return None
    return digest.hexdigest()


def are_readable(root: Path, inputs: Mapping[str, str]) -> bool:
    """Whether all that every file of facts depends on could be hashed."""
    folders = [(of, suffix) for of, suffix in FOLDERS if f"{of}/" not in _BY_FILE]
    paths = [f"{of}/{name}" for of, suffix in folders for name in names_in(root / of, suffix)]
    return all(path in inputs for path in (SETTINGS, *paths))


def key_of(inputs: Mapping[str, str]) -> str:
    """What stands for the tool, the settings, the registry, the ontology and the shapes."""
    parts = [_tool()]
    parts += [f"{path} {inputs[path]}" for path in sorted(inputs) if not path.startswith(_BY_FILE)]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


@cache
def _tool() -> str:
    """The code and the libraries that do the checking."""
    package = Path(__file__).parent.parent
    parts = [sys.version, platform.machine(), unicodedata.unidata_version]
    parts += [f"{name} {metadata.version(name)}" for name in _PACKAGES]
    paths = [path for path in package.rglob("*") if path.suffix in _PARTS]
    for path in sorted((*paths, *ontology_files(), *shape_files())):
        parts.append(f"{path.name} {_digest(str(path))}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
