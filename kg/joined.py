"""Imports beside the build: what `kg import` wrote, which questions join when asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.facts.record import suggestion
from kg.write import MANIFEST

FOLDER = "imports"
"""The folder of a project's output that holds a folder for each import."""
_GRAPHS = (".nq.zst", ".ttl")


class NotImported(OSError):
    """An import that is not there, or that cannot be read; the message names what is."""


@dataclass(frozen=True, slots=True)
class Import:
    """One import: its name, its graph files, and the SHA-256 of its manifest."""

    name: str
    paths: tuple[Path, ...]
    digest: str


def imports_named(output: Path, names: Sequence[str], base: str) -> tuple[Import, ...]:
    """The imports below a project's output, each once, by name.

    `base` is the project's, under which they must have been made. Raises NotImported.
    """
    folder = output / FOLDER
    known = {path.parent.name: path for path in folder.glob(f"[!.]*/{MANIFEST}")}
    for name in names:
        if name not in known:
            there = f"; {suggestion(name, known)}" if known else ": run `kg import`"
            raise NotImported(f"no import `{name}` is in {folder}{there}")
    return tuple(_read(name, known[name], base) for name in sorted(set(names)))


def _read(name: str, manifest: Path, base: str) -> Import:
    data = manifest.read_bytes()
    try:
        content = json.loads(data)
        made_under, outputs = content["base"], list(content["outputs"])
    except (ValueError, KeyError, TypeError):
        raise NotImported(f"{manifest} is no manifest of an import: import it again") from None
    if made_under != base:
        raise NotImported(
            f"the import `{name}` was made under the base {made_under}, and the project's is now "
            f"{base}: import it again"
        )
    paths = tuple(
        manifest.parent / output for output in sorted(outputs) if output.endswith(_GRAPHS)
    )
    if missing := [path.name for path in paths if not path.is_file()]:
        raise NotImported(f"{missing[0]} is missing in {manifest.parent}: import it again")
    return Import(name, paths, hashlib.sha256(data).hexdigest())
