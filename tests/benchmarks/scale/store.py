"""The embedded store on disk, from the compressed shards, beside its own bulk loader."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.benchmarks.scale.table import TRIPLES, prepare
from tests.benchmarks.scale.timing import AS_KG, HERE, OWN, Figures, Side, run, table


def measure(folder: Path, events: int, rounds: int, figures: Figures) -> None:
    """Ours from N-Quads, compressed and not; pyoxigraph's from the same N-Quads."""
    print(f"\nStore: {events * TRIPLES:,} quads", flush=True)
    source, _ = prepare(folder, events)
    module = "tests.benchmarks.scale.ours"
    for arguments in (["store.nq", "nq"], ["store.nq.zst", "nq", "--compress"]):
        target = folder / arguments[0]
        run(Side("", [*AS_KG, module, source, target, *arguments[1:]]))
    sides = {
        name: Side(name, [OWN, HERE / "side_store.py", how, folder / file, folder / "store"])
        for name, how, file in (
            ("ours, nq.zst", "ours", "store.nq.zst"),
            ("ours, nq", "ours", "store.nq"),
            ("pyoxigraph, nq", "pyoxigraph", "store.nq"),
        )
    }
    for number in range(rounds):
        for side in sides.values():
            shutil.rmtree(folder / "store", ignore_errors=True)
            run(side)
            print(f"  round {number + 1}  {side.name:28} {side.seconds[-1]:8.2f} s", flush=True)
    shutil.rmtree(folder / "store", ignore_errors=True)
    table(sides, events * TRIPLES)
    counts = {side.output.strip() for side in sides.values()}
    figures.true(
        f"{events * TRIPLES:,} quads in each store", holds=counts == {str(events * TRIPLES)}
    )
    figures.ratio(sides["ours, nq.zst"], sides["pyoxigraph, nq"], 0.9)
    figures.ratio(sides["ours, nq"], sides["pyoxigraph, nq"], 0.9)
