"""Mapping at scale, beside rdflib and morph-kgc, from the same events to the same triples.

    python tests/benchmarks/bench_mapping.py [--events 100000] [--rounds 3]

Each side is a process of its own that reads one Parquet file of events and writes N-Triples to a
file on disk; the sides take turns, and the medians of their wall-clock times are compared. Ours
hashes the claim ids, ranks the claims, drops duplicates, validates the tables, checks and escapes
every value within that time; the others are given the claim ids as columns, and no ranks to work
out. morph-kgc lives in an environment of its own under .bench/, made at the first run. All three
files must hold the same set of triples. Exits with 1 where they do not, or where a required ratio
is not reached.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
import venv
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # the code of this checkout, whether or not it is installed
WORK = ROOT / ".bench" / "mapping"
PEER = ROOT / ".bench" / "morph-kgc"
PEER_PACKAGES = ["morph-kgc==2.10.0", "pyarrow"]
REQUIRED = {"rdflib": 20.0, "morph-kgc": 3.0}

BASE = "https://w3id.org/parley/id/"
PREFIXES = {
    "kg": "https://w3id.org/parley/ns#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "edtf": "http://id.loc.gov/datatypes/edtf/",
}
# The claims of an event: the column of ids, predicate, kind of object, object and its column.
CLAIMS = (
    ("c0", "rdf:type", "name", "kg:", "type"),
    ("c1", "kg:when", "iri", "time/", "date"),
    ("c2", "kg:place", "iri", "place/", "venue"),
    ("c3", "kg:participant", "iri", "actor/", "a1"),
    ("c4", "kg:participant", "iri", "actor/", "a2"),
)
EVENT = ["eid", "type", "date", "venue", "a1", "a2", "src", "quote", "start", "end"]


def events(count: int) -> pl.DataFrame:
    """Events with a type, a day, a venue, two actors and one quoted passage; the same each time."""

    def pick(seed: int, below: int) -> pl.Expr:
        """Numbers without a pattern, from arithmetic that no release of a library changes."""
        mixed = (pl.col("i") * 2_654_435_761 + seed * 40_503_001) % 2_147_483_647
        return (mixed * 48_271) % 2_147_483_647 % below

    actors = max(100, count // 50)
    day = pl.date(2000, 1, 1) + pl.duration(days=pick(2, 9000))
    words = 'They "met" on day {} in the capital\nfor talks about things and more things'
    return pl.select(i=pl.int_range(count)).select(
        eid=pl.format("ev-{}", "i"),
        type=pick(1, 3).replace_strict(range(3), ["Meeting", "Call", "Visit"]),
        date=day.dt.to_string("%Y-%m-%d"),
        venue=pl.format("venue-{}", pick(3, 500)),
        a1=pl.format("actor-{}", pick(4, actors)),
        a2=pl.format("actor-{}", pick(5, actors)),
        src=pl.format("article-{}", pick(6, count // 3 + 1)),
        quote=pl.format(words, "i"),
        start=pl.col("i"),
        end=pl.col("i") + 70,
    )


def claims(frame: pl.DataFrame) -> pl.DataFrame:
    """The claim table with the passage of each claim; duplicates where both actors are one."""
    from kg.mapping.ids import claim_ids
    from kg.mapping.tables import TABLES

    article = pl.format("article/{}", "src")
    fixed = {
        "subject": pl.format("event/{}", "eid"),
        "document": article,
        "according_to": article,
        "graph": pl.format("graph/{}", "src"),
        "passage": pl.format("passage/{}/{}-{}", "src", "start", "end"),
    }
    nulls = ["id", "object_type", "agent", "stance", "rank", "resolution"]
    rows = pl.concat(
        frame.select(
            **fixed,
            predicate=pl.lit(predicate),
            object_kind=pl.lit(kind),
            object=pl.lit(path) + pl.col(column),
            **{name: pl.lit(None, pl.String) for name in nulls},
        )
        for _, predicate, kind, path, column in CLAIMS
    )
    return rows.with_columns(claim_ids(rows)).select(*TABLES["claim"].columns, "passage")


def columns_side(source: Path, target: Path) -> None:
    """Ours: events to tables, tables to N-Triples."""
    from kg.mapping.ranks import ranked
    from kg.mapping.serialise import write
    from kg.mapping.tables import TABLES, Tables
    from kg.rdf.formats import FORMATS

    frame = pl.read_parquet(source, columns=EVENT)
    found = claims(frame).unique("id", maintain_order=True)
    graph = pl.format("graph/{}", "src")
    article = pl.format("article/{}", "src")
    filled = {
        "claim": found.drop("passage"),
        "support": found.select("graph", claim="id", evidence="passage"),
        "passage": frame.select(
            "start",
            "end",
            "quote",
            id=pl.format("passage/{}/{}-{}", "src", "start", "end"),
            document=article,
            graph=graph,
        ),
        "source": frame.select("src")
        .unique()
        .select(**{"id": article, "class": pl.lit("kg:Document"), "graph": graph}),
        "time": frame.select("date")
        .unique()
        .select(
            "date",
            id=pl.format("time/{}", "date"),
            edtf="date",
            not_before=pl.format("{}T00:00:00Z", "date"),
            not_after=pl.format("{}T23:59:59Z", "date"),
        ),
        **ranked(found, ("rdf:type", "kg:status"), {}),
    }
    empty = {name: pl.DataFrame(schema=TABLES[name].schema) for name in filled}
    tables = Tables(
        {name: pl.concat([empty[name], rows], how="diagonal") for name, rows in filled.items()}
    )
    tables.validate()
    write(tables, BASE, FORMATS["nt"], target)


def rdflib_side(source: Path, target: Path) -> None:
    """A loop over rows that fills an rdflib graph, which then writes itself."""
    from rdflib import RDF, XSD, Graph, Literal, Namespace, URIRef

    graph, node = Graph(), Namespace(BASE)
    kg, edtf = Namespace(PREFIXES["kg"]), URIRef(PREFIXES["edtf"] + "EDTF")
    for row in pl.read_parquet(source).iter_rows(named=True):
        event, article = node["event/" + row["eid"]], node["article/" + row["src"]]
        passage = node[f"passage/{row['src']}/{row['start']}-{row['end']}"]
        day = node["time/" + row["date"]]
        objects = [
            (RDF.type, kg[row["type"]]),
            (kg.when, day),
            (kg.place, node["place/" + row["venue"]]),
            (kg.participant, node["actor/" + row["a1"]]),
            (kg.participant, node["actor/" + row["a2"]]),
        ]
        for (column, *_), (predicate, thing) in zip(CLAIMS, objects, strict=True):
            claim = node["claim/" + row[column]]
            graph.add((event, predicate, thing))
            graph.add((claim, RDF.type, kg.Assertion))
            graph.add((claim, RDF.type, kg.BestAssertion))
            graph.add((claim, RDF.subject, event))
            graph.add((claim, RDF.predicate, predicate))
            graph.add((claim, RDF.object, thing))
            graph.add((claim, kg.accordingTo, article))
            graph.add((claim, kg.supportedBy, passage))
        graph.add((passage, RDF.type, kg.Passage))
        graph.add((passage, kg.document, article))
        graph.add((passage, kg.start, Literal(row["start"])))
        graph.add((passage, kg.end, Literal(row["end"])))
        graph.add((passage, kg.quote, Literal(row["quote"])))
        graph.add((article, RDF.type, kg.Document))
        graph.add((day, RDF.type, kg.Time))
        graph.add((day, kg.edtf, Literal(row["date"], datatype=edtf)))
        graph.add((day, kg.date, Literal(row["date"], datatype=XSD.date)))
        first, last = row["date"] + "T00:00:00Z", row["date"] + "T23:59:59Z"
        graph.add((day, kg.notBefore, Literal(first, datatype=XSD.dateTime, normalize=False)))
        graph.add((day, kg.notAfter, Literal(last, datatype=XSD.dateTime, normalize=False)))
    graph.serialize(target, format="nt", encoding="utf-8")


def rml(source: Path) -> str:
    """The same mapping for morph-kgc."""

    def node(template: str) -> str:
        return f'rml:objectMap [ rml:template "{BASE}{template}" ]'

    def literal(what: str, datatype: str = "") -> str:
        typed = f"; rml:datatype {datatype}" if datatype else ""
        return f"rml:objectMap [ {what}; rml:termType rml:Literal{typed} ]"

    def triples_map(subject: str, classes: str, objects: list[tuple[str, str]]) -> str:
        rows = "".join(
            f";\n  rml:predicateObjectMap [ rml:predicate {predicate}; {thing} ]"
            for predicate, thing in objects
        )
        class_of = f"; rml:class {classes}" if classes else ""
        return (
            f"[] a rml:TriplesMap; rml:logicalSource <#events>; "
            f'rml:subjectMap [ rml:template "{BASE}{subject}"{class_of} ]{rows} .\n'
        )

    event, claims_ = [], []
    passage = "passage/{src}/{start}-{end}"
    for column, predicate, kind, path, value in CLAIMS:
        start = PREFIXES["kg"] if kind == "name" else BASE + path
        thing = f'rml:objectMap [ rml:template "{start}{{{value}}}" ]'
        event.append((predicate, thing))
        claim = [
            ("rdf:subject", node("event/{eid}")),
            ("rdf:predicate", f"rml:object {predicate}"),
            ("rdf:object", thing),
            ("kg:accordingTo", node("article/{src}")),
            ("kg:supportedBy", node(passage)),
        ]
        classes = "kg:Assertion, kg:BestAssertion"
        claims_.append(triples_map(f"claim/{{{column}}}", classes, claim))
    times = [
        ("kg:edtf", literal('rml:reference "date"', "edtf:EDTF")),
        ("kg:date", literal('rml:reference "date"', "xsd:date")),
        ("kg:notBefore", literal('rml:template "{date}T00:00:00Z"', "xsd:dateTime")),
        ("kg:notAfter", literal('rml:template "{date}T23:59:59Z"', "xsd:dateTime")),
    ]
    stretch = [
        ("kg:document", node("article/{src}")),
        ("kg:start", literal('rml:reference "start"', "xsd:integer")),
        ("kg:end", literal('rml:reference "end"', "xsd:integer")),
        ("kg:quote", literal('rml:reference "quote"')),
    ]
    prefixes = {**PREFIXES, "rml": "http://w3id.org/rml/"}
    return "".join(
        [
            *(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items()),
            f'<#events> a rml:LogicalSource; rml:source "{source}"; '
            "rml:referenceFormulation rml:Parquet .\n",
            triples_map("event/{eid}", "", event),
            *claims_,
            triples_map(passage, "kg:Passage", stretch),
            triples_map("article/{src}", "kg:Document", []),
            triples_map("time/{date}", "kg:Time", times),
        ]
    )


def prepare(count: int) -> Path:
    """The Parquet file of events, with the claim ids that only the peers read."""
    WORK.mkdir(parents=True, exist_ok=True)
    source = WORK / f"events-{count}.parquet"
    frame = events(count)
    ids = claims(frame).get_column("id").str.strip_prefix("claim/")
    columns = [ids.slice(i * count, count).alias(claim[0]) for i, claim in enumerate(CLAIMS)]
    frame.with_columns(columns).write_parquet(source)
    (WORK / "mapping.rml.ttl").write_text(rml(source))
    settings = f"[CONFIGURATION]\noutput_file={WORK / 'morph-kgc.nt'}\nlogging_level=WARNING\n"
    (WORK / "morph.ini").write_text(
        f"{settings}[events]\nmappings={WORK / 'mapping.rml.ttl'}\nfile_path={source}\n"
    )
    return source


def peer_python() -> Path:
    """The interpreter of morph-kgc's own environment, made where there is none."""
    python = PEER / "bin" / "python"
    if not (PEER / "installed").exists():
        venv.create(PEER, clear=True, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PEER_PACKAGES], check=True)
        (PEER / "installed").touch()
    return python


def timed(command: list[str | Path]) -> float:
    """Wall-clock seconds of a process, from a disk that has nothing left to write."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    os.sync()
    start = time.perf_counter()
    subprocess.run(command, check=True, env=environment, cwd=WORK, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def statements(path: Path) -> pl.Series:
    """The lines of a file of N-Triples, sorted."""
    frame = pl.read_csv(
        path, has_header=False, separator="\x01", quote_char=None, new_columns=["line"]
    )
    return frame.get_column("line").sort()


def main() -> int:
    """Run all sides by turns, compare their files, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", nargs=3, metavar=("SIDE", "SOURCE", "TARGET"))
    given = parser.parse_args()
    if given.side:
        side = {"columns": columns_side, "rdflib": rdflib_side}[given.side[0]]
        side(Path(given.side[1]), Path(given.side[2]))
        return 0

    source, python = prepare(given.events), peer_python()
    files = {name: WORK / f"{name}.nt" for name in ("columns", "morph-kgc", "rdflib")}
    here: list[str | Path] = [sys.executable, Path(__file__).resolve(), "--side"]
    commands: dict[str, list[str | Path]] = {
        "columns": [*here, "columns", source, files["columns"]],
        "morph-kgc": [python, "-m", "morph_kgc", WORK / "morph.ini"],
        "rdflib": [*here, "rdflib", source, files["rdflib"]],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(given.rounds):
        for name, command in commands.items():
            seconds[name].append(timed(command))
            print(f"round {number + 1}  {name:10} {seconds[name][-1]:8.2f} s", flush=True)

    ours = statements(files["columns"])
    same = {name: ours.equals(statements(path)) for name, path in files.items()}
    medians = {name: statistics.median(found) for name, found in seconds.items()}
    print(f"\n{given.events} events, {len(ours)} triples, {len(ours) / given.events:.1f} an event")
    print(f"no line twice: {ours.n_unique() == len(ours)}")
    failed = ours.n_unique() != len(ours)
    for name, median in medians.items():
        ratio = median / medians["columns"]
        short = ratio < REQUIRED.get(name, 0)
        failed |= short or not same[name]
        print(
            f"{name:10} {median:8.2f} s  {len(ours) / median:12,.0f} triples/s"
            f"  ours is {ratio:6.1f} x  same triples: {same[name]}"
            + (f"  BELOW {REQUIRED[name]:g} x" if short else "")
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
