"""`kg push` beside the store's own upload by HTTP, of the same triples into an empty store.

    python -m tests.benchmarks.bench_push [--triples 3000000] [--rounds 3] [--stores oxigraph]

Each round starts the store anew on an empty folder for either side. The store's own side is one
POST of one file of N-Triples with curl, in the fastest way it has (Oxigraph: `no_transaction`;
without it, which is what one would write at first, it takes about ten times as long). Ours reads
the N-Quads of a build, strips the graphs, drops what stands twice, uploads, counts, compares
samples, notes down a digest for each subject, and exits; then it is run again with nothing
changed. Exits with 1 where a ratio of medians is above what is allowed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import AbstractContextManager
from pathlib import Path

import polars as pl

from kg.rdf.vocabulary import PREFIXES
from tests.stores import VIRTUOSO, WITHOUT_VIRTUOSO, Running, environment, oxigraph, virtuoso

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".bench" / "push"
BIN = Path(sys.executable).parent
BASE = "https://w3id.org/parley/id/"
GRAPH = f"{BASE}graph/main"
FIRST, AGAIN = 1.3, 0.05


def statements(count: int) -> pl.DataFrame:
    """Distinct lines of N-Triples in the shape of a build's, sorted: 33 an event."""
    kg, rdf, xsd = (f"<{PREFIXES[name]}" for name in ("kg", "rdf", "xsd"))
    event, passage = f"<{BASE}event/ev-{{}}>", f"<{BASE}passage/{{}}/10-70>"
    actor, other = f"<{BASE}actor/{{}}>", f"<{BASE}actor/b-{{}}>"
    said = {"kg:status": f"{kg}held>", "kg:participant": actor, "kg:place": other}
    patterns = [
        f"{event} {rdf}type> {kg}Meeting>",
        *(f"{event} {kg}{name.partition(':')[2]}> {thing}" for name, thing in said.items()),
        f"{passage} {rdf}type> {kg}Passage>",
        f'{passage} {kg}quote> "They \\"met\\" on day {{}} in the capital for talks about things"',
        f'{passage} {kg}start> "10"^^{xsd}integer>',
        f'{passage} {kg}end> "70"^^{xsd}integer>',
        f"{passage} {kg}document> <{BASE}article/{{}}>",
    ]
    for number, (name, thing) in enumerate([*said.items()] * 2):
        claim = f"<{BASE}claim/{number}a7f3c90b1e2d4f68-{{}}>"
        patterns += [
            f"{claim} {rdf}type> {kg}Assertion>",
            f"{claim} {rdf}subject> {event}",
            f"{claim} {rdf}predicate> {kg}{name.partition(':')[2]}>",
            f"{claim} {rdf}object> {thing}",
        ]
    rows = pl.int_range(count // len(patterns) + 1, eager=True).cast(pl.String).to_frame("i")
    columns = [
        rows.select(line=pl.format(f"{pattern} .", *["i"] * pattern.count("{}")))
        for pattern in patterns
    ]
    return pl.concat(columns).sort("line").head(count)


def prepare(count: int) -> tuple[Path, Path]:
    """A project with a build of so many triples, and the triples as one file."""
    project, triples = WORK / f"project-{count}", WORK / f"main-{count}.nt"
    out = project / "out"
    if (out / "manifest.json").exists():
        return project, triples
    out.mkdir(parents=True, exist_ok=True)
    lines = statements(count)
    lines.write_csv(triples, include_header=False, quote_style="never")
    stripped = pl.col("line").str.strip_suffix(".")
    quads = lines.select(pl.format(f"{{}}<{BASE}graph/direct> .", stripped))
    quads.write_csv(out / "graph.nq", include_header=False, quote_style="never")
    with (out / "graph.nq").open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    entry = {"bytes": (out / "graph.nq").stat().st_size, "sha256": digest}
    settings = (ROOT / "seeds" / "kg.yaml").read_text("utf-8").replace("../out", "out")
    (project / "kg.yaml").write_text(settings, "utf-8")
    inputs = {"kg.yaml": hashlib.sha256(settings.encode()).hexdigest()}
    (out / "manifest.json").write_text(
        json.dumps({"inputs": inputs, "outputs": {"graph.nq": entry}}), "utf-8"
    )
    return project, triples


def started(name: str, folder: str) -> AbstractContextManager[Running]:
    return oxigraph(Path(folder)) if name == "oxigraph" else virtuoso(Path(folder), 100_000)


def timed(command: list[str | Path], store: Running) -> float:
    os.sync()
    start = time.perf_counter()
    run = subprocess.run(
        command, env=environment(store), capture_output=True, text=True, check=False
    )
    taken = time.perf_counter() - start
    if run.returncode:
        raise SystemExit(f"{command}: exit {run.returncode}\n{run.stderr}")
    return taken


def upload(store: Running, triples: Path) -> float:
    """One POST by curl, and the count that proves it."""
    found = store.remote.store
    url = f"{found.graphs}?graph={GRAPH}" + (f"&{found.bulk}" if found.bulk else "")
    command: list[str | Path] = ["curl", "-fsS", "-X", "POST", "-T", triples, url]
    command += ["-H", f"Content-Type: {found.upload}", "-H", "Expect:"]
    if store.environment:
        command += ["--digest", "-u", ":".join(store.environment.values())]
    taken = timed(command, store)
    query = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}"
    print(f"    held {store.remote.number(query):,}", flush=True)
    return taken


def measure(name: str, project: Path, triples: Path, rounds: int) -> bool:
    """Print the figures for one store; whether they hold."""
    push: list[str | Path] = [BIN / "kg", "push", "--project", project, "--timeout", "3000"]
    theirs, first, again = [], [], []
    for number in range(rounds):
        with tempfile.TemporaryDirectory(dir=WORK) as folder, started(name, folder) as store:
            theirs.append(upload(store, triples))
        with tempfile.TemporaryDirectory(dir=WORK) as folder, started(name, folder) as store:
            first.append(timed([*push, store.url], store))
            again += [timed([*push, store.url], store) for _ in range(3)]
        print(
            f"{name} round {number + 1}: one POST {theirs[-1]:.1f} s, kg push {first[-1]:.1f} s, "
            f"with no change {again[-1]:.2f} s",
            flush=True,
        )
    own, ours, idle = map(statistics.median, (theirs, first, again))
    held = ours <= FIRST * own and idle <= AGAIN * ours
    print(
        f"{name}: kg push {ours:.1f} s : one POST {own:.1f} s  ratio {ours / own:.2f}"
        f"  at most {FIRST:g}; with no change {idle:.2f} s, 1/{ours / idle:.0f} of the first"
        f"  at most 1/{1 / AGAIN:.0f}  {'holds' if held else 'DOES NOT HOLD'}"
    )
    return held


def main() -> int:
    """Run both sides by turns, for each store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=3_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stores", nargs="+", default=["oxigraph", "virtuoso"])
    given = parser.parse_args()
    stores = [name for name in given.stores if name != "virtuoso" or VIRTUOSO]
    if len(stores) < len(given.stores):
        print(WITHOUT_VIRTUOSO)
    WORK.mkdir(parents=True, exist_ok=True)
    project, triples = prepare(given.triples)
    held = [measure(name, project, triples, given.rounds) for name in stores]
    return int(not all(held))


if __name__ == "__main__":
    sys.exit(main())
