"""Answers at scale: `kg why` beside the seeds, and how conflicts, origins and impact grow.

    python tests/benchmarks/bench_ask.py [--articles 10000] [--rounds 5]

`kg why` is asked of the seeds and of a generated corpus of so many articles, five events each, by
turns and each time in a process of its own; its answer on the corpus may take at most twice as
long as on the seeds. What is analysed on tables is timed on corpora of a hundredth, a tenth and all
of the articles, in which one event in ten has a second article that names another place and another
day; what it costs by event may grow by half from the smallest to the largest. Exits with 1 where
either does not hold. Corpora are kept under .bench/ask/.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # the code of this checkout, whether or not it is installed
WORK = ROOT / ".bench" / "ask"
AT_MOST, GROWTH = 2.0, 1.5
SEED_EVENT = "amir-abdollahian-haniyeh-doha-2023-10-31"


def prepare(articles: int) -> Path:
    """A corpus with its tables and its output, made at the first run; SHACL is not run."""
    from kg.build import facts_of
    from kg.built import GRAPH, POSITIONS
    from kg.facts.project import inputs_of
    from kg.mapping.serialise import render
    from kg.rdf.formats import FORMATS
    from kg.write import MANIFEST, manifest
    from tests.benchmarks import corpus

    folder = WORK / f"corpus-{articles}"
    out = folder / "out"
    if (out / MANIFEST).exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    corpus.write(folder, articles, corpus.made_up(max(50, articles)))
    settings, tables = facts_of(folder)
    out.mkdir()
    (folder / "tables").mkdir()
    for name in tables:
        tables[name].write_parquet(folder / "tables" / f"{name}.parquet")
    (out / GRAPH).write_bytes(render(tables, settings.base, FORMATS["nq"]))
    (out / POSITIONS).write_bytes(tables["position"].write_csv().encode())
    content = manifest("A corpus", "1.0.0", inputs_of(folder), {}, {})
    (out / MANIFEST).write_bytes(content)
    return folder


def measured(name: str, folder: Path) -> None:
    """Time one analysis of a corpus with conflicts planted in it; prints seconds and bytes.

    Seconds are those of the processor, since no other process is there to compare with.
    """
    from kg.ask.conflicts import conflicts
    from kg.ask.corroboration import Corroboration, table
    from kg.ask.impact import impact
    from kg.ask.texts import archived_texts
    from kg.mapping.ranks import ranked
    from kg.mapping.tables import Tables
    from kg.rdf.vocabulary import Vocabulary

    parts = {path.stem: pl.read_parquet(path) for path in (folder / "tables").glob("*.parquet")}
    words = Vocabulary.builtin()
    single = words.single_valued()
    classes = {class_: words.superclasses(class_) for class_ in words.classes()}
    claims = planted(parts["claim"])
    tables = Tables({**parts, "claim": claims, **ranked(claims, single, classes)})
    texts = archived_texts(folder)
    run: dict[str, Callable[[], int]] = {
        "conflicts": lambda: len(conflicts(tables, single, classes).conflicts),
        "independence": lambda: table(Corroboration(tables, texts).all()).height,
        "impact": lambda: impact(tables, {"article/r000000"}, single, classes, texts).claims,
    }
    start = time.process_time()
    found = run[name]()
    seconds = time.process_time() - start
    # What getrusage tells of a process that was forked holds its parent's memory, too.
    status = Path("/proc/self/status").read_text().split("VmHWM:")[1]
    print(seconds, found, int(status.split()[0]) * 1024)


def planted(claims: pl.DataFrame) -> pl.DataFrame:
    """The claims with a second article for one event in ten, of another place and another day."""
    from kg.mapping.ids import claim_ids

    events = claims.select("subject").unique().sort("subject").gather_every(10)
    fields = pl.col("predicate").is_in(["kg:place", "kg:when"])
    told = claims.filter(fields).join(events, on="subject", how="semi").sort("subject", "predicate")
    later = told.with_columns(
        object=pl.col("object").shift(2).over("predicate").fill_null(pl.col("object").last()),
        document=pl.lit("article/second"),
        according_to=pl.lit("article/second"),
    )
    more = later.with_columns(claim_ids(later)).join(claims, on="id", how="anti")
    return pl.concat([claims, more.unique("id", maintain_order=True)])


def why(project: Path, event: str) -> float:
    """Wall-clock seconds of one answer in a process of its own."""
    command = [sys.executable, "-m", "kg.cli", "why", event, "--project", str(project)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    subprocess.run(command, check=True, env=environment, cwd=WORK, capture_output=True)
    return time.perf_counter() - start


def answers(folder: Path, rounds: int) -> bool:
    """Ask both graphs by turns; whether the larger one answers soon enough."""
    import json

    events = len(pl.read_parquet(folder / "tables" / "direct.parquet")["subject"].unique())
    seeds = WORK / "seeds"
    shutil.rmtree(seeds, ignore_errors=True)
    shutil.copytree(ROOT / "seeds", seeds)
    settings = seeds / "kg.yaml"
    settings.write_text(settings.read_text().replace("../out", "out"))
    subprocess.run(
        [sys.executable, "-m", "kg.cli", "build", "--project", str(seeds)],
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
    )
    sides = {"seeds": (seeds, SEED_EVENT), "corpus": (folder, "m17-3")}
    first = {name: why(*side) for name, side in sides.items()}  # makes the store that is kept
    time.sleep(3)  # until no input is too young to be remembered
    for side in sides.values():
        why(*side)
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            seconds[name].append(why(*side))
    medians = {name: statistics.median(found) for name, found in seconds.items()}
    ratio = medians["corpus"] / medians["seeds"]
    known = json.loads((seeds / "out" / "manifest.json").read_bytes())["counts"]
    print(
        f"kg why, {events} events {medians['corpus']:6.3f} s  against the seeds "
        f"({known['triples']} triples) {medians['seeds']:6.3f} s  ratio {ratio:4.2f}"
        f"  at most {AT_MOST:g}  {'holds' if ratio <= AT_MOST else 'DOES NOT HOLD'}"
        f"  (the first answer, which makes the store: {first['corpus']:.1f} s)",
        flush=True,
    )
    return ratio <= AT_MOST


def curves(folders: list[Path], rounds: int) -> bool:
    """Print what each analysis costs as the corpus grows; whether none grows faster."""
    holds = True
    here = [sys.executable, str(Path(__file__).resolve()), "--measure"]
    for name in ("conflicts", "independence", "impact"):
        costs = []
        for folder in folders:
            runs = []
            for _ in range(rounds):
                out = subprocess.run(
                    [*here, name, str(folder)], check=True, capture_output=True, text=True
                ).stdout.split()
                runs.append((float(out[0]), int(out[1]), int(out[2])))
            seconds = statistics.median(run[0] for run in runs)
            direct = pl.read_parquet(folder / "tables" / "direct.parquet")
            events = direct["subject"].n_unique()
            costs.append(seconds / events)
            print(
                f"{name:12} {events:7} events {seconds:8.3f} s  {1e6 * costs[-1]:7.1f} µs an event"
                f"  {runs[0][2] / 2**20:6.0f} MiB  found {runs[0][1]}",
                flush=True,
            )
        growth = costs[-1] / costs[0]
        slow = growth > GROWTH
        holds &= not slow
        print(
            f"{name:12} by event from the smallest to the largest: {growth:4.2f} x"
            f"  at most {GROWTH:g}  {'DOES NOT HOLD' if slow else 'holds'}",
            flush=True,
        )
    return holds


def main() -> int:
    """Make the corpora, ask, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--measure", nargs=2, metavar=("ANALYSIS", "FOLDER"))
    given = parser.parse_args()
    if given.measure:
        measured(given.measure[0], Path(given.measure[1]))
        return 0
    WORK.mkdir(parents=True, exist_ok=True)
    sizes = [given.articles // 100, given.articles // 10, given.articles]
    folders = [prepare(size) for size in sizes]
    asked = answers(folders[-1], given.rounds)
    grown = curves(folders, given.rounds)
    return int(not (asked and grown))


if __name__ == "__main__":
    sys.exit(main())
