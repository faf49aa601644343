"""`make bench`: every figure as a ratio of medians, both sides measured in turn in one run."""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from kg.rdf.resources import shape_files

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
Command = list[str | Path]


@dataclass(frozen=True, slots=True)
class Figure:
    """Two commands run in turn, and the most that the first may take of the second."""

    name: str
    ours: Command
    theirs: Command
    at_most: float


def seconds(command: Command, folder: Path, codes: tuple[int, ...]) -> float:
    start = time.perf_counter()
    run = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    taken = time.perf_counter() - start
    if run.returncode not in codes:
        raise SystemExit(f"{command}: exit {run.returncode}\n{run.stderr.decode()}")
    return taken


def measure(figure: Figure, folder: Path, rounds: int) -> bool:
    """Print one figure; whether it holds."""
    for command in (figure.ours, figure.theirs):  # a first run of each fills the caches
        seconds(command, folder, (0,))
    pairs = [
        (seconds(figure.ours, folder, (0,)), seconds(figure.theirs, folder, (0,)))
        for _ in range(rounds)
    ]
    ours = statistics.median(pair[0] for pair in pairs)
    theirs = statistics.median(pair[1] for pair in pairs)
    ratio = ours / theirs
    holds = ratio <= figure.at_most
    print(
        f"{figure.name:36} {ours:7.3f} s  against {theirs:7.3f} s  ratio {ratio:5.2f}"
        f"  at most {figure.at_most:g}  {'holds' if holds else 'DOES NOT HOLD'}",
        flush=True,
    )
    return holds


def figures(folder: Path) -> list[Figure]:
    """The figures over the seeds; `folder` gets the graph and the shapes as single files."""
    seeds = folder / "seeds"
    shutil.copytree(ROOT / "seeds", seeds)
    settings = seeds / "kg.yaml"
    settings.write_text(settings.read_text().replace("../out", "out"))
    seconds([BIN / "kg", "build", "--project", seeds], folder, (0,))
    shapes = folder / "shapes.ttl"
    shapes.write_bytes(b"\n".join(path.read_bytes() for path in shape_files()))
    # `kg build` writes only what changed, so it is given something to write each time.
    build = f"rm -r {seeds / 'out'} && exec {BIN / 'kg'} build --project {seeds}"
    site = f"exec {BIN / 'kg'} site $(mktemp -d -p {folder})/site --project {seeds}"
    shacl: Command = [BIN / "pyshacl", "-s", shapes, "-df", "turtle", seeds / "out" / "graph.ttl"]
    imports: Command = [sys.executable, "-c", "import rdflib, pyshacl"]
    return [
        Figure("kg --help : import rdflib, pyshacl", [BIN / "kg", "--help"], imports, 0.5),
        Figure(
            "kg check : pyshacl, the seeds", [BIN / "kg", "check", "--project", seeds], shacl, 1.5
        ),
        Figure("kg build : pyshacl, the seeds", ["sh", "-c", build], shacl, 1.5),
        Figure("kg site : kg build, the seeds", ["sh", "-c", site], ["sh", "-c", build], 2),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        held = [measure(figure, folder, given.rounds) for figure in figures(folder)]
    held.append(not subprocess.call([sys.executable, Path(__file__).parent / "bench_ask.py"]))
    check: Command = [sys.executable, "-m", "tests.benchmarks.bench_check"]
    held.append(not subprocess.call(check, cwd=ROOT))
    held.append(
        not subprocess.call([sys.executable, "-m", "tests.benchmarks.bench_push"], cwd=ROOT)
    )
    return int(not all(held))


if __name__ == "__main__":
    sys.exit(main())
