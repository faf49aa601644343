"""Every question of the library in four engines, over the same triples and with the same answers.

    python -m tests.benchmarks.bench_questions [--triples 3000000] [--engines embedded jena …]

The embedded store is asked as `kg query` asks it: read from disk, all named graphs as one. So that
engines are compared on equal terms, it is asked once more with all triples in memory, where rdflib
and Jena hold them; Virtuoso has them in a graph of its own, by HTTP on loopback. Each engine has a
process to itself and is timed until its answer stands there as SPARQL results in JSON: the median
of three runs after a first one, of one run after it where that took more than a second, of the
first alone where it took more than twenty. What takes a minute is cut; Jena and Virtuoso are cut
after four times what the embedded store took, rdflib after sixty times of what it took in memory,
though nobody before some seconds and rdflib after twenty at the latest, so that the whole ends
within 40 minutes.

Beside each question of `tuned/`, which holds the quickest texts that were found by hand for the same
answers, the embedded store is asked that text too.

The triples are those of a generated corpus, and so many copies of the small graph of
`tests/test_queries.py` that each question has an answer; its parameters are those of the first case
there that has rows. Exits with 1 where answers differ (but for MISCOUNTED), or where the embedded
store takes more than one and a half times as long as the fastest, is not fifty times as fast as
rdflib, or takes more than three times as long as for the text tuned by hand. Two things may stand
against that: where the same store in memory is as fast as was asked for, it is the disk that costs,
and REASONS states others.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from kg.ask.library import library
from kg.ask.parameters import SEEDS_BASE
from tests.benchmarks import bench_ask
from tests.stores import VIRTUOSO, WITHOUT_VIRTUOSO
from tests.test_queries import CASES, DATA, Case

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".bench" / "questions"
TUNED = Path(__file__).parent / "tuned"
ENGINES = ("embedded", "memory", "tuned", "jena", "rdflib", "virtuoso")
SLOWEST, FASTER, MORE = 1.5, 50.0, 3.0
CUT = 60.0
ONCE, AGAIN = 20.0, 1.0
"""Seconds of a first run beyond which it is the only one, or one more follows instead of three."""

PATIENCE = {"jena": (4.0, 5.0, CUT), "virtuoso": (4.0, 5.0, CUT), "rdflib": (60.0, 2.0, 20.0)}
"""Times as long as the embedded store (rdflib: in memory) that an engine may take, and between
which seconds."""

COPY = "7"
"""The copy of the small graph that the questions ask about."""

PER_ARTICLE = 389
_JOINED = "other stores count before they choose an order; here subjects of all claims are read"
_DISPUTED = "reads all disputed claims twice"
REASONS: Mapping[str, str] = {
    "actor-timeline": "reads all claims of roles and all disputed ones",
    "contacts": _DISPUTED,
    "documents": _JOINED,
    "events-by-country": _JOINED,
    "events-by-month": _JOINED,
    "fact-origins": "follows the claims of all events; the other text those that have two sources",
    "last-met": _DISPUTED,
    "longest-chains": "walks each chain once for each pair of its ends",
    "met-and-phoned": _DISPUTED,
    "open-dates": _JOINED,
    "single-origin-party": "looks up the claims of every utterance that names somebody",
    "well-attested-events": _JOINED,
}
"""Why the embedded store takes longer than the fastest, where that is not the disk alone."""

MISCOUNTED: Mapping[str, Collection[str]] = {
    "virtuoso": ("coverage", "documents", "who-met-whom"),
}
"""Questions that an engine answers otherwise by a fault of its own: which rows it miscounts hangs on
the size of the vectors it works in, and on the start of the server."""

_OWN = re.compile(rf"<{re.escape(SEEDS_BASE)}(?!time/|graph/)([^>]*)>")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine gave to a question: seconds by run, rows, and a digest of them as a set."""

    seconds: tuple[float, ...]
    rows: int = 0
    digest: str = ""
    fault: str = ""

    @property
    def median(self) -> float:
        """Seconds; those after which it was cut, where it has a fault."""
        return statistics.median(self.seconds)


# --- The data and the questions ------------------------------------------------------------------


def prepare(triples: int) -> tuple[Path, Path]:
    """About so many triples as N-Quads in the graphs of a build, and as N-Triples without."""
    quads, plain = WORK / f"graph-{triples}.nq", WORK / f"graph-{triples}.nt"
    if plain.exists():
        return quads, plain
    articles = triples * 9 // 10 // PER_ARTICLE
    corpus = (bench_ask.prepare(articles) / "out" / "graph.nq").read_text("utf-8")
    lines = corpus.replace("https://example.org/corpus/", SEEDS_BASE).splitlines()
    copied = small()
    for number in range(triples // 10 // len(copied)):
        lines += (_OWN.sub(rf"<{SEEDS_BASE}\1-{number}>", line) for line in copied)
    frame = pl.DataFrame({"line": lines}).unique().sort("line")
    frame.write_csv(quads, include_header=False, quote_style="never")
    bare = frame.select(pl.col("line").str.replace(r" <[^<>]*> \.$", " .")).unique().sort("line")
    bare.write_csv(plain, include_header=False, quote_style="never")
    return quads, plain


def small() -> list[str]:
    """The small graph as N-Quads."""
    import pyoxigraph as ox

    return [f"{quad} ." for quad in ox.parse(path=str(DATA / "small.trig"))]


def questions() -> dict[str, str]:
    """The text of each question, with the parameters of a case that has rows, in one copy."""
    chosen: dict[str, Case] = {}
    for case in CASES:
        if case.rows:
            chosen.setdefault(case.query, case)
    return {name: asked(chosen[name]) for name in library()}


def tuned() -> dict[str, str]:
    """The texts tuned by hand for the same answers."""
    return {path.stem: path.read_text("utf-8") for path in sorted(TUNED.glob("*.rq"))}


def asked(case: Case) -> str:
    query = library()[case.query]
    kinds = {one.name: one for one in query.parameters}
    values = {}
    for pair in case.parameters:
        name, word = pair.split("=")
        own = kinds[name].kind == "iri" and word != "any" and ":" not in word
        values[name] = [f"{word}-{COPY}" if own else word]
    return query.bind(values, SEEDS_BASE)


# --- The engines ---------------------------------------------------------------------------------


def embedded(quads: Path, plain: Path) -> Callable[[str, float], bytes]:
    """The kept store of `kg query`."""
    from kg.rdf.kept_store import open_kept

    return asking_of(open_kept([quads], WORK / "kept", ""))


def memory(quads: Path, plain: Path) -> Callable[[str, float], bytes]:
    """The same store without a disk."""
    import pyoxigraph as ox

    store = ox.Store()
    store.bulk_load(path=str(quads), format=ox.RdfFormat.N_QUADS)
    return asking_of(store)


def asking_of(store: Any) -> Callable[[str, float], bytes]:
    """Asks a store of pyoxigraph as `kg query` does, without limits."""
    import pyoxigraph as ox

    from kg.ask.run import run

    def ask(text: str, _: float) -> bytes:
        found = run(store, text)
        assert isinstance(found, ox.QuerySolutions)
        return found.serialize(format=ox.QueryResultsFormat.JSON) or b""

    return ask


def rdflib(quads: Path, plain: Path) -> Callable[[str, float], bytes]:
    """rdflib's graph in memory; it is stopped by a signal."""
    import signal

    import rdflib as library_

    library_.NORMALIZE_LITERALS = False
    graph = library_.Graph().parse(plain, format="nt")

    def stop(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)

    def ask(text: str, limit: float) -> bytes:
        signal.setitimer(signal.ITIMER_REAL, limit)
        try:
            return graph.query(text).serialize(format="json") or b""
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    return ask


def jena(quads: Path, plain: Path) -> Callable[[str, float], bytes]:
    """Jena's ARQ over its graph in memory, in one JVM."""
    from tests import arq

    arq.start()
    java: Any = arq.jpype
    api = java.JPackage("org").apache.jena
    model = api.riot.RDFDataMgr.loadModel(str(plain))
    cancelled = java.JClass("org.apache.jena.query.QueryCancelledException")

    def ask(text: str, limit: float) -> bytes:
        run = api.query.QueryExecution.model(model).query(text).timeout(int(limit * 1000)).build()
        out = java.java.io.ByteArrayOutputStream()
        try:
            api.query.ResultSetFormatter.outputAsJSON(out, run.execSelect())
        except cancelled:
            raise TimeoutError from None
        finally:
            run.close()
        return bytes(out.toByteArray())

    return ask


def virtuoso(quads: Path, plain: Path) -> Callable[[str, float], bytes]:
    """Virtuoso's server on loopback; it lives as long as this process.

    Nobody can stop a query of its but with the server, which is then started anew.
    """
    import atexit
    from contextlib import ExitStack

    from kg.push.lines import BLOCK
    from kg.rdf.http import Client, RemoteError, origin
    from kg.rdf.remote import JSON, asking
    from tests.stores import Running
    from tests.stores import virtuoso as started

    stack = ExitStack()
    atexit.register(stack.close)
    folder = Path(tempfile.mkdtemp(dir=WORK))
    atexit.register(shutil.rmtree, folder)

    def start() -> Running:
        stack.close()
        return stack.enter_context(started(folder, 200_000))

    def cut(_: float) -> None:
        raise TimeoutError

    store = start()
    graph = f"{SEEDS_BASE}graph/main"
    with plain.open("rb") as file:
        while lines := file.readlines(64 * BLOCK):
            store.remote.add(graph, b"".join(lines), bulk=True)
    store = start()  # what it has in memory is on disk when it ends

    def ask(text: str, limit: float) -> bytes:
        nonlocal store
        client = Client(origin(store.url), None, limit, wait=cut)
        request = asking(store.remote.store.query, text, JSON, [("default-graph-uri", graph)])
        try:
            return client.ask(request, 1 << 32)[1]
        except RemoteError as error:
            raise OSError(str(error)) from None
        except TimeoutError:
            store = start()
            raise

    return ask


STARTED: Mapping[str, Callable[[Path, Path], Callable[[str, float], bytes]]] = {
    "embedded": embedded,
    "memory": memory,
    "tuned": embedded,
    "jena": jena,
    "virtuoso": virtuoso,
    "rdflib": rdflib,
}


def serve(name: str, quads: Path, plain: Path) -> None:
    """Ask one engine everything, with the limits that come on standard input; one line each."""
    begin = time.perf_counter()
    ask = STARTED[name](quads, plain)
    print(json.dumps(time.perf_counter() - begin), flush=True)
    limits = json.loads(sys.stdin.read())
    for question, text in (tuned() if name == "tuned" else questions()).items():
        print(json.dumps([question, *measured(ask, text, limits.get(question, CUT))]), flush=True)


def measured(
    ask: Callable[[str, float], bytes], text: str, limit: float
) -> tuple[list[float], int, str, str]:
    """Seconds by run after the first, rows, their digest, and what went wrong."""
    start = time.perf_counter()
    try:
        data = ask(text, limit)
    except TimeoutError:
        return [time.perf_counter() - start], 0, "", "cut"
    except Exception as error:  # an engine may fail in any way, and the others go on
        return [time.perf_counter() - start], 0, "", " ".join(str(error).split())[:200]
    first = time.perf_counter() - start
    rows = answered(json.loads(data))
    seconds = [first] if first > ONCE else []
    for _ in range(3 if first < AGAIN else 1 - len(seconds)):
        start = time.perf_counter()
        try:
            ask(text, limit + first)
        except TimeoutError:  # the first one did not take so long
            break
        seconds.append(time.perf_counter() - start)
    told = hashlib.sha256("\n".join(sorted(set(rows))).encode()).hexdigest()
    return seconds or [first], len(set(rows)), told, ""


def answered(results: Mapping[str, Any]) -> Iterable[str]:
    """The rows of SPARQL results in JSON."""
    names = results["head"]["vars"]
    return [
        json.dumps([row[name]["value"] if name in row else None for name in names])
        for row in results["results"]["bindings"]
    ]


# --- The table -----------------------------------------------------------------------------------


def run(name: str, quads: Path, plain: Path, limits: Mapping[str, float]) -> dict[str, Answer]:
    """The answers of one engine, which has a process to itself."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_questions", "--serve", name]
    begin = time.perf_counter()
    with subprocess.Popen(
        [*command, str(quads), str(plain)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(limits))
        process.stdin.close()
        loaded = float(process.stdout.readline() or "nan")
        found = {}
        for line in process.stdout:
            question, seconds, rows, digest, fault = json.loads(line)
            found[question] = Answer(tuple(seconds), rows, digest, fault)
    spent = time.perf_counter() - begin
    print(f"{name}: ready after {loaded:.1f} s, all asked after {spent:.0f} s", flush=True)
    if process.returncode:
        raise SystemExit(f"{name} ended with {process.returncode}")
    return found


def table(found: Mapping[str, Mapping[str, Answer]]) -> bool:
    """Print the figures, and what does not hold; whether all of it does."""
    held = True
    slower, close, loose = [], [], []
    print(f"\n{'question':24}{'rows':>8}" + "".join(f"{name:>12}" for name in found))
    for question in library():
        answers = {name: of[question] for name, of in found.items() if question in of}
        ours = answers["embedded"]
        cells = (cell(answers[name]) if name in answers else "" for name in found)
        print(f"{question:24}{ours.rows:8}" + "".join(f"{one:>12}" for one in cells), flush=True)
        for name, one in answers.items():
            if one.fault and one.fault != "cut":
                held = False
                print(f"    {name}: {one.fault}")
            elif not one.fault and one.digest != ours.digest:
                known = question in MISCOUNTED.get(name, ())
                held &= known
                why = ", as is known of it" if known else ""
                print(f"    {name} ANSWERS DIFFERENTLY: {one.rows} rows{why}")
        by_hand, in_memory = answers.pop("tuned", None), answers.pop("memory", None)
        if by_hand and ours.median > MORE * by_hand.median:
            why = REASONS.get(question, "")
            loose.append(f"{question}: {ours.median / by_hand.median:.1f} x{why and f' – {why}'}")
            held &= bool(why)
        best, fastest = min(
            ((one.median, name) for name, one in answers.items() if not one.fault),
            default=(ours.median, "embedded"),
        )
        if ours.fault or ours.median > SLOWEST * best:
            why = reason(question, in_memory, SLOWEST * best)
            slower.append(f"{question}: {ours.median / best:.1f} x {fastest}{why}")
            held &= bool(why)
        other = answers.get("rdflib")
        if other and other.median < FASTER * ours.median:
            more = "at least " if other.fault else ""
            why = reason(question, in_memory, other.median / FASTER)
            close.append(f"{question}: {more}{other.median / ours.median:.0f} x{why}")
            held &= bool(why) or bool(other.fault)
    counts = f"of {len(library())} questions, over {SLOWEST:g} x the fastest: {len(slower)}"
    print("\n".join([f"\n{counts}", *slower]))
    print("\n".join([f"less than {FASTER:g} x faster than rdflib: {len(close)}", *close]))
    print("\n".join([f"over {MORE:g} x what is tuned by hand: {len(loose)}", *loose]), flush=True)
    return held


def reason(question: str, in_memory: Answer | None, due: float) -> str:
    """Why a question takes longer than so many seconds, as far as that is known."""
    if in_memory and not in_memory.fault and in_memory.median <= due:
        return f" – the disk: {cell(in_memory)} in memory"
    why = REASONS.get(question, "")
    return why and f" – {why}"


def cell(answer: Answer) -> str:
    if answer.fault:
        return f"> {answer.median:.0f} s" if answer.fault == "cut" else "failed"
    return f"{1e3 * answer.median:,.2f} ms"


def main() -> int:
    """Ask every engine, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=3_000_000)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument("--serve", nargs=3, metavar=("ENGINE", "NQ", "NT"))
    given = parser.parse_args()
    if given.serve:
        name, quads, plain = given.serve
        serve(name, Path(quads), Path(plain))
        return 0
    WORK.mkdir(parents=True, exist_ok=True)
    quads, plain = prepare(given.triples)
    with plain.open("rb") as file:
        print(f"{sum(1 for _ in file):,} triples", flush=True)
    found: dict[str, dict[str, Answer]] = {}
    held = False
    for name in dict.fromkeys(("embedded", *given.engines)):
        if name == "virtuoso" and VIRTUOSO is None:
            print(WITHOUT_VIRTUOSO)
            continue
        limits = {}
        if name in PATIENCE:
            times, least, most = PATIENCE[name]
            of = found.get("memory" if name == "rdflib" else "embedded", found["embedded"])
            limits = {
                question: min(most, max(least, times * answer.median))
                for question, answer in of.items()
            }
        found[name] = run(name, quads, plain, limits)
        # After each engine, since those that are left may take long.
        held = table(found)
    return int(not held)


if __name__ == "__main__":
    sys.exit(main())
