"""Mapping: the same table to the same set of triples by every engine."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyoxigraph as ox

from kg.rdf.zstd import ZstdFile
from tests.benchmarks.scale import peers
from tests.benchmarks.scale.ours import BASE
from tests.benchmarks.scale.table import TRIPLES, prepare
from tests.benchmarks.scale.timing import AS_KG, HERE, OWN, Figures, Side, by_turns, table

RDFLIB_EVENTS = 100_000


def sides(folder: Path, events: int, *, peers_too: bool = True) -> dict[str, Side]:
    """All engines by name; with the table so large that rdflib would not end, without it."""
    ours, ids = prepare(folder, events)
    module: list[str | Path] = [*AS_KG, "tests.benchmarks.scale.ours", ours]
    found = [
        Side("ours nt", [*module, folder / "ours.nt", "nt"], folder / "ours.nt"),
        Side(
            "ours nq.zst",
            [*module, folder / "ours.nq.zst", "nq", "--compress"],
            folder / "ours.nq.zst",
        ),
        Side("ours ttl", [*module, folder / "ours.ttl", "ttl"], folder / "ours.ttl"),
    ]
    if peers_too:
        target = folder / "morph-kgc.nt"
        settings = peers.morph_kgc(folder, ids, target)
        found.append(
            Side("morph-kgc nt", [peers.python("morph-kgc"), "-m", "morph_kgc", settings], target)
        )
        maplib, target = peers.python("maplib"), folder / "maplib.nt"
        found.append(Side("maplib nt", [maplib, HERE / "side_maplib.py", ids, target], target))
        for extension in ("nt", "ttl"):
            target = folder / f"bare.{extension}"
            command = [maplib, HERE / "bare.py", ids, target, extension]
            found.append(Side(f"bare columns {extension}", command, target))
        if events <= RDFLIB_EVENTS:
            target = folder / "rdflib.nt"
            command = [OWN, HERE / "side_rdflib.py", ids, target]
            found.append(Side("rdflib nt", command, target, rounds=1))
    return {side.name: side for side in found}


def statements(side: Side) -> pl.Series:
    """Hashes of the distinct triples of a file as lines of N-Triples, sorted."""
    path = side.target
    if path is None:
        raise ValueError("no file")
    if path.suffix == ".ttl":
        lines = []
        batch: list[str] = []
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=BASE):
            batch.append(f"{quad.triple} .")
            if len(batch) == 1_000_000:
                lines.append(pl.Series(batch).hash())
                batch = []
        return pl.concat([*lines, pl.Series(batch, dtype=pl.String).hash()]).unique().sort()
    hashes = []
    quads = ".nq" in path.suffixes
    with ZstdFile(path) if path.suffix == ".zst" else path.open("rb") as file:
        rest = b""
        while data := file.read(1 << 27):
            text, _, rest = (rest + data).rpartition(b"\n")
            lines_ = pl.Series([text.decode()]).str.split("\n").explode()
            if quads:
                lines_ = lines_.str.replace(r" <[^<> ]+> \.$", " .")
            hashes.append(lines_.hash())
    return pl.concat(hashes).unique().sort()


def measure(folder: Path, events: int, rounds: int, figures: Figures) -> None:
    """Run, compare, and hold the figures."""
    print(f"\nMapping: {events:,} events, {events * TRIPLES:,} distinct triples", flush=True)
    found = sides(folder, events)
    by_turns(list(found.values()), rounds)
    table(found, events * TRIPLES)
    expected = statements(found["ours nt"])
    figures.true(f"{events * TRIPLES:,} distinct triples", holds=len(expected) == events * TRIPLES)
    for side in found.values():
        figures.true(
            f"the same set of triples: {side.name}", holds=statements(side).equals(expected)
        )
    nt, nq, ttl = (found[name] for name in ("ours nt", "ours nq.zst", "ours ttl"))
    morph = found["morph-kgc nt"]
    figures.ratio(nt, morph, 4)
    figures.ratio(nt, found["maplib nt"], 8)
    figures.ratio(nq, morph, 6)
    figures.ratio(ttl, morph, 8)
    figures.ratio(nt, found["bare columns nt"], 0.5)
    figures.ratio(ttl, found["bare columns ttl"], 0.5)
    if "rdflib nt" in found:
        figures.ratio(ttl, found["rdflib nt"], 60)
    for side in (nt, nq, ttl):
        figures.most(f"memory: {side.name}", side.mebibytes, 600, "MiB")
