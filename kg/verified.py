"""Whether what was written is whole: outputs, imports, their manifests, the cache of a check."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.built import settings_of
from kg.cache.container import Broken, hold_whole
from kg.cache.kept import FOLDER as KEPT
from kg.joined import FOLDER as IMPORTS
from kg.write import MANIFEST, Torn, unsealed


def verify(root: Path) -> tuple[int, list[str]]:
    """How many files were looked at, and what is wrong with which; raises NotBuilt."""
    output = (root / settings_of(root).output).resolve()
    looked_at, wrong = 0, []
    manifests = [output / MANIFEST, *sorted((output / IMPORTS).glob(f"[!.]*/{MANIFEST}"))]
    for path in manifests:
        for file, what in _held(path):
            looked_at += 1
            if what:
                shown = file.relative_to(output).as_posix()
                again = "kg build" if path == manifests[0] else "kg import"
                wrong.append(f"{shown}: {what}; run `{again}`")
    for path in sorted((root / KEPT).glob("*.kept")):
        looked_at += 1
        try:
            hold_whole(path)
        except Broken as error:
            shown = path.relative_to(root).as_posix()
            wrong.append(f"{shown}: {error}; the next check takes nothing from it: delete it")
    return looked_at, wrong


def _held(path: Path) -> Iterator[tuple[Path, str]]:
    """Each file that a manifest names, with what is wrong with it if anything is."""
    try:
        content = unsealed(path.read_bytes())
    except (OSError, Torn) as error:
        yield path, str(error)
        return
    yield path, ""
    outputs: Mapping[str, Mapping[str, Any]] = content.get("outputs", {})
    for name, entry in sorted(outputs.items()):
        file = path.parent / name
        if not file.is_file():
            yield file, "missing"
            continue
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        whole = file.stat().st_size == entry["bytes"] and digest == entry["sha256"]
        yield file, "" if whole else "not what the manifest says"
