"""`make bench-scale`: mapping, validation and loading beside their peers, as ratios in one run.

Prints both sides of every figure; exits with 1 where one does not hold, or where two engines do
not agree. The peers are installed under .bench/ at the first run.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tests.benchmarks.scale import mapping, rows, shacl, store
from tests.benchmarks.scale.peers import BENCH
from tests.benchmarks.scale.timing import HERE, Figures

PARTS = ("mapping", "large", "shacl", "fixed", "store", "rows")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.scale", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--events", type=int, default=100_000, help="30 triples each")
    parser.add_argument("--large", type=int, default=1_000_000, help="events of the large table")
    parser.add_argument("--large-rounds", type=int, default=1)
    parser.add_argument("--real", type=int, default=65_700, help="events under our own shapes")
    parser.add_argument("--sample", type=int, default=4_000, help="events for pySHACL, shacl")
    parser.add_argument("--fixed-sample", type=int, default=100_000, help="the same, fixed")
    parser.add_argument(
        "--shapes", type=Path, nargs="+", default=[HERE / "shapes.ttl"], help="for the table"
    )
    parser.add_argument("--rows", type=Path, help="rows of ICEWS18 for the part rows: CSV, gzip")
    given = parser.parse_args()
    parts, folder, figures = given.parts or PARTS, BENCH / "scale", Figures()
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    folder.mkdir(parents=True, exist_ok=True)
    print(f"{os.cpu_count()} cores, {given.rounds} rounds, medians; every ratio within this run")
    if "mapping" in parts:
        mapping.measure(folder, given.events, given.rounds, figures)
    if "large" in parts:
        mapping.measure(folder, given.large, given.large_rounds, figures)
    if "shacl" in parts:
        shacl.measure(folder, given.real, given.sample, None, given.rounds, figures)
    if "fixed" in parts:
        shapes = [path.resolve() for path in given.shapes]
        shacl.measure(folder, given.events, given.fixed_sample, shapes, given.rounds, figures)
    if "store" in parts:
        store.measure(folder, given.events, given.rounds, figures)
    if "rows" in parts and given.rows:
        rows.measure(folder, given.rows, given.rounds, figures)
    elif "rows" in parts:
        print("\nReal rows: left out, name them with --rows FILE")
    print()
    print(f"not held: {'; '.join(figures.failed)}" if figures.failed else "all figures hold")
    return int(bool(figures.failed))


if __name__ == "__main__":
    sys.exit(main())
