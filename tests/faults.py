"""Faults that a real machine produces: processes killed, disks that are full, many writers.

python -m tests.faults step N COMMAND…   # dies by itself at the Nth rename or flush
python -m tests.faults full FOLDER TIMES  # builds where there is no space
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from kg.cli import main


def files(folder: Path) -> dict[str, bytes]:
    """The files of a folder, hidden ones too."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def rebased(project: Path) -> None:
    """Give a project another base, so that every output of it is another."""
    settings = project / "kg.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("/id/", "/new/"), encoding="utf-8")


def forked(work: Callable[[], None]) -> int:
    """A child that does some work, to be waited for; 0 is its exit code if all went well."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def dies_at(step: int) -> Callable[[], int]:
    """Have this process kill itself just before its Nth rename or flush; how many there were."""
    passed = 0

    def before() -> None:
        nonlocal passed
        if passed == step:
            os.kill(os.getpid(), signal.SIGKILL)
        passed += 1

    fsync, replace = os.fsync, Path.replace

    def fsync_(descriptor: int) -> None:
        before()
        fsync(descriptor)

    def replace_(self: Path, target: Path) -> Path:
        before()
        return replace(self, target)

    os.fsync, Path.replace = fsync_, replace_  # type: ignore[assignment]
    return lambda: passed


def step(number: int, command: list[str]) -> int:
    """Run a command that dies at a step; prints the steps taken if it came to its end."""
    passed = dies_at(number)
    code = main(command)
    print(passed())
    return code


def full(project: Path, times: int) -> int:
    """Build on file systems that are too small for it, and again with space there; prints both."""
    output = project / "out"

    def mounted(*options: str) -> None:
        subprocess.run(["mount", "-t", "tmpfs", "-o", *options, "tmpfs", output], check=True)

    mounted("size=16m")
    if main(["build"]):
        return 1
    old = files(output)
    pages = sum(-(-len(data) // 4096) for data in old.values()) + 1
    subprocess.run(["umount", output], check=True)
    rebased(project)
    for number in range(times):
        mounted(f"size={4096 * (pages + number * (pages - 8) // times)}")
        for name, data in old.items():
            (output / name).write_bytes(data)
        refused = main(["build"])
        intact = files(output) == old
        mounted("remount,size=16m")
        after = main(["build"])
        whole = main(["verify"])
        stray = sorted(path.name for path in output.iterdir() if path.name not in old)
        print(number, refused, "intact" if intact else "changed", after, whole, stray)
        subprocess.run(["umount", output], check=True)
    return 0


if __name__ == "__main__":
    kind, *rest = sys.argv[1:]
    if kind == "step":
        sys.exit(step(int(rest[0]), rest[1:]))
    sys.exit(full(Path(rest[0]), int(rest[1])))
