"""Killed at any point, on a full disk, with many writers: outputs are old or new, never mixed."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from kg.build import build
from kg.cli import main
from kg.verified import verify
from kg.write import MANIFEST, aside, move_all, sealed, unsealed, write_all
from tests.faults import files, forked, rebased
from tests.golden import TESTS
from tests.imports.importing import TABLES

ICEWS = str(TABLES / "icews.tab")
NAMES = ("graph.jsonld", "graph.nq", "graph.trig", "graph.ttl", "positions.csv", "void.ttl")
POINTS = 200


def outputs(mark: str, size: int = 1 << 16) -> dict[str, bytes]:
    """Outputs of one build: every file says which."""
    data = (mark * size)[:size].encode()
    return {**dict.fromkeys(NAMES, data), MANIFEST: sealed({"outputs": {}, "mark": mark})}


def by_move(folder: Path, content: dict[str, bytes]) -> None:
    """Write as imports do."""
    with aside(folder) as work:
        for name, data in content.items():
            (work / name).write_bytes(data)
        move_all(work, folder)


def by_write(folder: Path, content: dict[str, bytes]) -> None:
    """Write as builds do."""
    write_all(folder, content)


@pytest.mark.parametrize("write", [by_write, by_move])
def test_killed_at_random_points(
    tmp_path: Path, write: Callable[[Path, dict[str, bytes]], None]
) -> None:
    folder, chance = tmp_path / "out", random.Random(7)
    states = {mark: outputs(mark) for mark in "ab"}
    began = time.perf_counter()
    for mark in "abababab":
        write(folder, states[mark])
    longest = (time.perf_counter() - began) / 8
    killed = dict.fromkeys(("old", "part", "new"), 0)
    for _ in range(POINTS):
        write(folder, states["a"])
        child = forked(lambda: write(folder, states["b"]))
        time.sleep(chance.uniform(0, longest * 1.2))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found = {name: data for name, data in files(folder).items() if not name.startswith(".")}
        assert found.keys() == states["a"].keys()
        assert all(data in (states["a"][name], states["b"][name]) for name, data in found.items())
        if found[MANIFEST] == states["b"][MANIFEST]:
            assert found == states["b"]
        now = "old" if found == states["a"] else "new" if found == states["b"] else "part"
        killed[now] += 1
        write(folder, states["b"])
        assert files(folder) == states["b"]
        assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert sum(killed.values()) == POINTS
    assert killed["old"] > 10


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "p"
    shutil.copytree(TESTS / "project", made)
    monkeypatch.chdir(made)
    return made


# Six outputs change, each flushed, renamed, and its folder flushed; an import has three.
BUILD_STEPS, IMPORT_STEPS = 18, 10


@pytest.mark.parametrize(
    ("command", "folder", "least"),
    [
        (["build"], "out", BUILD_STEPS),
        (["import", "icews", ICEWS, "--all"], "out/imports/icews", IMPORT_STEPS),
    ],
)
def test_killed_at_every_rename_and_flush(
    root: Path, command: list[str], folder: str, least: int
) -> None:
    assert build(root).written is not None
    if command[0] == "import":
        assert main(["import", "icews", ICEWS]) == 0
    old = files(root / folder)
    rebased(root)
    steps = [sys.executable, "-m", "tests.faults", "step"]
    environment = {**os.environ, "PYTHONPATH": str(TESTS.parent)}
    seen, number = [], 0
    while True:
        for name, data in old.items():
            (root / folder / name).write_bytes(data)
        run = subprocess.run(
            [*steps, str(number), *command],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        seen.append(files(root / folder))
        if run.returncode != -signal.SIGKILL:
            break
        number += 1
    assert (run.returncode, run.stdout.splitlines()[-1]) == (0, str(number))
    new = seen[-1]
    assert number >= least
    assert new != old
    for found in seen[:-1]:
        named = {name: data for name, data in found.items() if not name.startswith(".")}
        assert named.keys() <= old.keys() | new.keys()
        assert all(data in (old.get(name), new.get(name)) for name, data in named.items())
        assert named[MANIFEST] == old[MANIFEST] or all(named[n] == new[n] for n in new)
    assert seen[0] == old
    looked_at, wrong = verify(root)
    assert (looked_at >= 7, wrong) == (True, [])
    assert not [path for path in (root / folder).iterdir() if path.name.startswith(".")]


def test_a_full_disk(root: Path) -> None:
    """On a small file system of its own: refused, nothing lost, and done when there is room."""
    alone = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-Urm"]
    (root / "out").mkdir()
    run = subprocess.run(
        [*alone, sys.executable, "-m", "tests.faults", "full", str(root), "20"],
        env={**os.environ, "PYTHONPATH": str(TESTS.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == [f"{number} 2 intact 0 0 []" for number in range(20)]
    assert run.stderr.count("No space left on device") == 20
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("processes", [2, 8])
def test_many_writers_at_once(tmp_path: Path, processes: int) -> None:
    folder = tmp_path / "out"
    states = [outputs(mark, 1 << 12) for mark in "abcdefgh"[:processes]]
    for _ in range(50):
        children = [forked(partial(by_write, folder, state)) for state in states]
        codes = [os.waitpid(child, 0)[1] for child in children]
        assert codes == [0] * processes
        assert files(folder) in states


def test_eight_builds_at_once(root: Path) -> None:
    run = [sys.executable, "-m", "kg.cli", "build"]
    builds = [subprocess.Popen(run, stderr=subprocess.DEVNULL) for _ in range(8)]
    assert [build.wait() for build in builds] == [0] * 8
    assert verify(root)[1] == []
    assert not [path for path in (root / "out").iterdir() if path.name.startswith(".")]


def test_flipped_bits(root: Path) -> None:
    """Every bit of outputs, imports, manifests and the cache of a check counts."""
    assert build(root).written is not None
    assert main(["import", "icews", ICEWS]) == 0
    assert main(["check"]) == 0
    looked_at, wrong = verify(root)
    assert wrong == []
    paths = [path for path in (root / "out").rglob("*") if path.is_file()]
    paths += (root / ".kg-cache" / "check").glob("*.kept")
    assert looked_at == len(paths) == 11
    chance, found = random.Random(5), 0
    for number in range(500):
        path = sorted(paths)[number % len(paths)]
        whole = path.read_bytes()
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        now = path.relative_to(root / "out" if "out" in path.parts else root).as_posix()
        wrong = verify(root)[1]
        assert len(wrong) == 1
        assert wrong[0].startswith(f"{now}: ")
        path.write_bytes(whole)
        found += 1
    assert (found, verify(root)[1]) == (500, [])


def test_a_manifest_is_sealed() -> None:
    assert unsealed(sealed({"title": "é", "counts": {"a": 1}})) == {
        "title": "é",
        "counts": {"a": 1},
    }
