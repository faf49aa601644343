"""Outputs are old or new, never mixed; the manifest comes last; a failure leaves nothing behind."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from kg.write import MANIFEST, manifest, unsealed, write_all

OLD = {"graph.ttl": b"old", "graph.nq": b"old", MANIFEST: b"old"}
NEW = {"graph.ttl": b"new", "graph.nq": b"old", MANIFEST: b"new"}


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    assert write_all(tmp_path, OLD) == ("graph.ttl", "graph.nq", MANIFEST)
    assert write_all(tmp_path, NEW) == ("graph.ttl", MANIFEST)
    assert write_all(tmp_path, NEW) == ()
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == NEW


def test_order_of_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_all(tmp_path, OLD)
    steps: list[str] = []
    replace, fsync = Path.replace, os.fsync

    def traced_replace(self: Path, target: Path) -> Path:
        steps.append(f"rename {target.name}")
        return replace(self, target)

    def traced_fsync(descriptor: int) -> None:
        is_folder = Path(f"/proc/self/fd/{descriptor}").is_dir()
        steps.append("fsync folder" if is_folder else "fsync file")
        fsync(descriptor)

    monkeypatch.setattr(Path, "replace", traced_replace)
    monkeypatch.setattr(os, "fsync", traced_fsync)
    write_all(tmp_path, NEW)
    assert steps == [
        "fsync file",
        "fsync file",
        "rename graph.ttl",
        "fsync folder",
        f"rename {MANIFEST}",
        "fsync folder",
    ]


@pytest.mark.parametrize("failing", [0, 1])
def test_a_full_disk_leaves_the_old_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    write_all(tmp_path, OLD)
    fsync, calls = os.fsync, iter(range(10))

    def full(descriptor: int) -> None:
        if next(calls) == failing:
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_all(tmp_path, NEW)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == OLD


def test_manifest() -> None:
    content = unsealed(manifest("t", "1", {"b": "2", "a": "1"}, {"x": b"abc"}, {"claims": 3}))
    assert content == {
        "title": "t",
        "version": "1",
        "counts": {"claims": 3},
        "inputs": {"a": "1", "b": "2"},
        "outputs": {"x": {"bytes": 3, "sha256": hashlib.sha256(b"abc").hexdigest()}},
    }
    assert list(content["inputs"]) == ["a", "b"]
