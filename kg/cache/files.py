"""Files of a project hashed, and the key of all that every file of facts depends on."""

from __future__ import annotations

import hashlib
import platform
import sys
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

from kg.cache.digests import BY_FILE, digest, digests, paths_in, scan_by_file
from kg.facts.folder import SETTINGS
from kg.rdf.resources import ontology_files, shape_files

_PACKAGES = ("polars", "shacl", "pyoxigraph", "pyshacl", "rdflib", "PyYAML", "python-dateutil")
_PARTS = (".py", ".yaml", ".json")


def scan(root: Path) -> dict[str, str]:
    """`digests` of every file a build reads."""
    return scan_common(root) | scan_by_file(root)


def scan_common(root: Path) -> dict[str, str]:
    """`scan` of the files that every file of facts depends on."""
    return digests(root, [SETTINGS, *paths_in(root, by_file=False)])


def are_readable(root: Path, inputs: Mapping[str, str]) -> bool:
    """Whether all that every file of facts depends on could be hashed."""
    return all(path in inputs for path in (SETTINGS, *paths_in(root, by_file=False)))


def key_of(inputs: Mapping[str, str]) -> str:
    """What stands for the tool, the settings, the registry, the ontology and the shapes."""
    parts = [_tool()]
    parts += [
        f"{path} {inputs[path]}" for path in sorted(inputs) if path.split("/")[0] not in BY_FILE
    ]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


@cache
def _tool() -> str:
    """The code and the libraries that do the checking."""
    package = Path(__file__).parent.parent
    parts = [sys.version, platform.machine(), unicodedata.unidata_version]
    parts += [f"{name} {metadata.version(name)}" for name in _PACKAGES]
    paths = [path for path in package.rglob("*") if path.suffix in _PARTS]
    for path in sorted((*paths, *ontology_files(), *shape_files())):
        parts.append(f"{path.name} {digest(str(path))}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
