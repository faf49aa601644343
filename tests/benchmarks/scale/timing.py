"""Processes timed by turns: seconds until the file is on the disk, of the cores, and memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.scale.peers import BENCH, ROOT

Command = Sequence[str | Path]


@dataclass(slots=True)
class Side:
    """One engine: what it runs, the file it makes, and what its runs took."""

    name: str
    command: Command
    target: Path | None = None
    rounds: int | None = None
    codes: tuple[int, ...] = (0,)
    seconds: list[float] = field(default_factory=list)
    core_seconds: list[float] = field(default_factory=list)
    mebibytes: float = 0.0
    output: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def run(side: Side, timeout: float | None = None) -> bool:
    """Run once and note seconds and memory; False where the time did not suffice."""
    scratch = BENCH / "scale"
    scratch.mkdir(parents=True, exist_ok=True)
    os.sync()  # nothing of another run is left to write
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in side.command], cwd=scratch, stdout=out, stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        done, status, usage = 0, 0, None
        while not done:
            done, status, usage = os.wait4(process.pid, os.WNOHANG if timeout else 0)
            if not done and timeout is not None:
                if time.perf_counter() - start > timeout:
                    process.kill()
                    os.wait4(process.pid, 0)
                    return False
                time.sleep(0.01)
        process.returncode = os.waitstatus_to_exitcode(status)
        if side.target is not None and side.target.exists():
            descriptor = os.open(side.target, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
        taken = time.perf_counter() - start
        out.seek(0)
        side.output = out.read().decode(errors="replace")
    if process.returncode not in side.codes:
        raise SystemExit(f"{side.name} failed:\n{side.output}")
    side.seconds.append(taken)
    if usage is not None:
        side.core_seconds.append(usage.ru_utime + usage.ru_stime)
        side.mebibytes = max(side.mebibytes, usage.ru_maxrss / 1024)
    return True


def by_turns(sides: Sequence[Side], rounds: int) -> None:
    """Run all sides by turns, each `rounds` times or as often as it says."""
    for number in range(rounds):
        for side in sides:
            if number < (rounds if side.rounds is None else side.rounds):
                run(side)
                print(f"  round {number + 1}  {side.name:28} {side.seconds[-1]:8.2f} s", flush=True)


class Figures:
    """Ratios printed with both sides, and whether all of them hold."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def ratio(self, ours: Side, theirs: Side, least: float) -> None:
        """Theirs by ours, at least `least`."""
        found = theirs.median / ours.median
        cores = statistics.median(theirs.core_seconds) / statistics.median(ours.core_seconds)
        self._print(
            f"{ours.name} : {theirs.name}",
            f"{ours.median:.2f} s : {theirs.median:.2f} s = {found:.2f} x, at least {least:g} x "
            f"(by time of the cores {cores:.2f} x)",
            holds=found >= least,
        )

    def most(self, what: str, found: float, limit: float, unit: str) -> None:
        """A figure that may not exceed a limit."""
        self._print(what, f"{found:,.4g} {unit}, at most {limit:g} {unit}", holds=found <= limit)

    def true(self, what: str, *, holds: bool) -> None:
        """Something that has to be so."""
        self._print(what, "yes" if holds else "no", holds=holds)

    def _print(self, what: str, text: str, *, holds: bool) -> None:
        print(f"{what:60} {text}  {'holds' if holds else 'DOES NOT HOLD'}", flush=True)
        if not holds:
            self.failed.append(what)


def table(sides: Mapping[str, Side] | Sequence[Side], triples: int) -> None:
    """What each side took, in triples a second."""
    for side in sides.values() if isinstance(sides, Mapping) else sides:
        size = f"{side.target.stat().st_size / 1e6:10,.1f} MB" if side.target else ""
        print(
            f"  {side.name:28} {side.median:8.2f} s {statistics.median(side.core_seconds):8.2f} "
            f"core s {triples / side.median:12,.0f} triples/s "
            f"{side.mebibytes:8,.0f} MiB {size}",
            flush=True,
        )


HERE = Path(__file__).parent
OWN = Path(sys.executable)
AS_KG: tuple[str | Path, ...] = (OWN, "-m", "tests.benchmarks.scale.own")
