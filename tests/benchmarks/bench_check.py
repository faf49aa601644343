"""`kg check` on corpora of 100 to 10,000 articles, beside pySHACL alone on the resulting graphs.

    python -m tests.benchmarks.bench_check [--names FILE] [--shapes FILE] [--sizes 100,1000,10000]

Of each corpus: a full check (time, and peak memory of its process), and a check after one character
of one file was edited, which takes the rest from its cache: in a title's place where nothing
is wrong with it, and in a quote, which no text holds then. In turn with the largest, a check of
the seeds; with the largest that it finishes in ten minutes, pySHACL. Both are measured once more
with plain shapes (`shapes.ttl`, or what `--shapes` names) in place of those of the project. Exits
with 1 where a required ratio is not reached.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from tests.benchmarks.corpus import EVENTS, made_up, real, write

ROOT = Path(__file__).resolve().parents[2]
FULL_OF_PYSHACL, WARM_OF_FULL, WARM_OF_SEEDS = 1 / 5, 1 / 30, 3.0
MOST_MEMORY = 2 << 30
MINUTES = 10.0
# Articles of the corpora that pySHACL is tried on, until one takes it too long.
PEER_SIZES = (100, 300, 1_000, 3_000, 10_000)
# Growth from one size to the next, of what is measured over what grew; above 1 is faster.
STEEPEST = 1.25
# A line of every file of facts in which a letter means nothing, and one with a quote.
_HARMLESS, _QUOTE = "coder: ge", " for talks num"


@dataclass(slots=True)
class Run:
    """Wall-clock seconds and peak memory in bytes of some runs of a process."""

    seconds: list[float] = field(default_factory=list)
    memory: int = 0

    @property
    def median(self) -> float:
        """The median of the seconds."""
        return statistics.median(self.seconds)

    def add(self, command: list[str | Path], codes: tuple[int, ...] = (0,)) -> None:
        """Run a process once more."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        start = time.perf_counter()
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
            _, status, usage = os.wait4(process.pid, 0)
            self.seconds.append(time.perf_counter() - start)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode not in codes:
                output.seek(0)
                raise SystemExit(f"{command}: exit {process.returncode}\n{output.read().decode()}")
        self.memory = max(self.memory, usage.ru_maxrss * 1024)


def check(root: Path, *options: str | Path) -> list[str | Path]:
    """The command that checks a project, in the code of this checkout."""
    code = "from tests.benchmarks.bench_check import side; side()"
    return [sys.executable, "-c", code, root, *options]


def side() -> NoReturn:
    """A check in a process of its own; `--shapes FILE` takes the place of the package's shapes."""
    root, *options = sys.argv[1:]
    if options[:1] == ["--shapes"]:
        from kg.rdf import resources

        path = Path(options[1])

        def shape_files(package: Path = ROOT) -> tuple[Path, ...]:
            del package
            return (path,)

        resources.shape_files = shape_files
        options = options[2:]
    from kg.cli import program

    program(["check", "--project", root, *options])


def edit(root: Path, number: int, before: str) -> None:
    """Exchange the character behind some text in a file of facts for another."""
    path = sorted((root / "facts").glob("*.yaml"))[number]
    text = path.read_text(encoding="utf-8")
    at = text.index(before) + len(before)
    letter = "y" if text[at] == "x" else "x"
    path.write_text(text[:at] + letter + text[at + 1 :], encoding="utf-8")


def graph(root: Path, target: Path) -> int:
    """Write the graph of a project as N-Triples; returns the number of triples."""
    from kg.build import facts_of
    from kg.mapping.stream import write_stream
    from kg.rdf.formats import FORMATS

    settings, tables = facts_of(root)
    return write_stream([tables], settings.base, FORMATS["nt"], target).triples


def pyshacl(shapes: Path, data: Path) -> float | None:
    """The seconds that pySHACL alone takes; None where it takes too long."""
    program = Path(sys.executable).parent / "pyshacl"
    command: list[str | Path] = [program, "-s", shapes, "-df", "nt", data]
    start = time.perf_counter()
    try:
        subprocess.run(command, capture_output=True, check=False, timeout=MINUTES * 60)
    except subprocess.TimeoutExpired:
        return None
    return time.perf_counter() - start


def told(name: str, ours: float, theirs: float, at_most: float) -> bool:
    """Print a ratio; whether it holds."""
    ratio = ours / theirs
    print(
        f"{name:58} {ours:8.2f} : {theirs:8.2f} = {ratio:6.3f}  at most {at_most:5.3f}  "
        f"{'holds' if ratio <= at_most else 'DOES NOT HOLD'}",
        flush=True,
    )
    return ratio <= at_most


def corpora(folder: Path, sizes: list[int], names: Path | None) -> dict[int, Path]:
    """The corpora by number of articles; those that are there already stay."""
    found = {}
    for size in sizes:
        found[size] = folder / f"c{size}"
        if not (found[size] / "kg.yaml").exists():
            count = max(50, size)
            write(found[size], size, real(names, count) if names else made_up(count))
    return found


def curve(roots: dict[int, Path], rounds: int) -> tuple[list[bool], dict[int, Run]]:
    """Full checks and checks after an edit, of every size, with one of the seeds in turn."""
    full = {size: Run() for size in roots}
    warm = {size: Run() for size in roots}
    broken = {size: Run() for size in roots}
    seeds = Run()
    with tempfile.TemporaryDirectory() as name:
        small = Path(name) / "seeds"
        shutil.copytree(ROOT / "seeds", small, ignore=shutil.ignore_patterns(".kg-cache"))
        for size, root in roots.items():
            shutil.rmtree(root / ".kg-cache", ignore_errors=True)
            Run().add(check(root))
            for number in range(rounds):
                full[size].add(check(root, "--no-cache"))
                for run, before, codes in ((warm, _HARMLESS, (0,)), (broken, _QUOTE, (1,))):
                    path = sorted((root / "facts").glob("*.yaml"))[number]
                    whole = path.read_bytes()
                    edit(root, number, before)
                    run[size].add(check(root), codes)
                    path.write_bytes(whole)
                seeds.add(check(small, "--no-cache"))
            print(
                f"{size:7} articles {size * EVENTS:7} events  full {full[size].median:8.2f} s "
                f"{full[size].memory / 2**20:6.0f} MiB   after an edit {warm[size].median:6.2f} s "
                f"{warm[size].memory / 2**20:6.0f} MiB   in a quote {broken[size].median:6.2f} s",
                flush=True,
            )
    largest = max(roots)
    time_, memory = full[largest].median, full[largest].memory
    print(f"the seeds: {seeds.median:.2f} s, median of {len(seeds.seconds)}")
    held = [
        told("after an edit : full", warm[largest].median, time_, WARM_OF_FULL),
        told("after an edit : the seeds", warm[largest].median, seeds.median, WARM_OF_SEEDS),
        told("after an edit in a quote : full", broken[largest].median, time_, WARM_OF_FULL),
        told("memory : 2 GiB, in MiB", memory / 2**20, MOST_MEMORY / 2**20, 1.0),
    ]
    sizes = sorted(roots)
    for one, other in itertools.pairwise(sizes):
        grown = full[other].median / full[one].median
        held.append(told(f"growth from {one} to {other} : articles", grown, other / one, STEEPEST))
    return held, full


def against(
    roots: dict[int, Path],
    folder: Path,
    shapes: Path,
    name: str,
    options: list[str | Path],
    rounds: int,
) -> bool:
    """Full checks beside pySHACL once, of the largest corpus that it finishes; whether it holds."""
    found: tuple[int, float, float] | None = None
    for size, root in sorted(roots.items()):
        data = folder / f"{size}.nt"
        triples = graph(root, data)
        ours = Run()
        for _ in range(rounds):
            ours.add(check(root, *options, "--no-cache"), (0, 1))
        theirs = pyshacl(shapes, data)
        for _ in range(rounds):
            ours.add(check(root, *options, "--no-cache"), (0, 1))
        taken = "more than 10 minutes" if theirs is None else f"{theirs:.1f} s"
        print(f"{size:7} articles {triples:8} triples, {name}: pySHACL {taken}", flush=True)
        if theirs is None:
            break
        found = size, ours.median, theirs
    if found is None:
        print(f"{name}: pySHACL finishes none of the corpora")
        return True
    size, seconds, theirs = found
    return told(f"full check of {size} : pySHACL, {name}", seconds, theirs, FULL_OF_PYSHACL)


def main() -> int:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--names", type=Path, help="a CSV of event rows to take names from")
    parser.add_argument(
        "--shapes",
        type=Path,
        default=Path(__file__).with_name("shapes.ttl"),
        help="shapes to use in place of the project's; plain ones if left out",
    )
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where corpora are, or are written to")
    parser.add_argument("--no-peer", action="store_true", help="leave pySHACL out")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sizes = [int(size) for size in given.sizes.split(",")]
        roots = corpora(given.folder or folder, sizes, given.names)
        held, _ = curve(roots, given.rounds)
        if not given.no_peer:
            from kg.rdf.resources import shape_files

            ours = folder / "shapes.ttl"
            ours.write_bytes(b"\n".join(path.read_bytes() for path in shape_files()))
            peers = [size for size in PEER_SIZES if size <= max(sizes)]
            roots = corpora(given.folder or folder, peers, given.names)
            held.append(against(roots, folder, ours, "our shapes", [], given.rounds))
            options: list[str | Path] = ["--shapes", given.shapes.resolve()]
            held.append(
                against(roots, folder, given.shapes, "the other shapes", options, given.rounds)
            )
    return int(not all(held))


if __name__ == "__main__":
    sys.exit(main())
