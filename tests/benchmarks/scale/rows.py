"""Real rows: an import of every row as an event, beside morph-kgc with the tables ready made.

morph-kgc gets what the import makes of the rows before it is mapped: ids hashed, claims ranked,
every term written out as an IRI or a text, none twice.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from kg.check.diagnostic import Findings
from kg.check.report import text_report
from kg.imports.faults import Faults
from kg.imports.files import hashed
from kg.imports.read_spec import load_spec
from kg.imports.staging import stage
from kg.mapping.parts import Part, parts
from kg.mapping.tables import Tables
from kg.mapping.templates import Constant, Slot, templates
from kg.rdf.escape import full_name
from kg.rdf.vocabulary import Vocabulary
from tests.benchmarks.scale import peers
from tests.benchmarks.scale.mapping import statements
from tests.benchmarks.scale.timing import HERE, OWN, Figures, Side, by_turns, run, table

SPEC = HERE / "rows.yaml"
BASE = "https://example.org/id/"
SETTINGS = f"""\
base: {BASE}
title: Rows
version: 1.0.0
issued: 2024-04-01
licence: https://creativecommons.org/publicdomain/zero/1.0/
creators: A benchmark
languages: en
"""
COPIES = 10
MEBIBYTES = 1536


def tables(file: Path) -> Tables:
    """The tables that the import makes of all rows."""
    findings, vocabulary = Findings(), Vocabulary.builtin()
    spec = load_spec(SPEC, vocabulary, findings)
    files = hashed([file], findings)
    if spec is None:
        raise SystemExit(text_report(findings))
    with tempfile.TemporaryDirectory() as folder:
        staged = stage(spec, files, Path(folder) / "rows", Faults(findings), every_code=True)
        slices = list(staged.slices(vocabulary))
    if findings.has_errors:
        raise SystemExit(text_report(findings))
    return Tables({name: pl.concat([part[name] for part in slices]) for name in slices[0]})


def rml(folder: Path, found: Tables, target: Path) -> Path:
    """The mapping of the tables in RML, with a Parquet file a part, and morph-kgc's settings."""
    maps = [
        text
        for number, part in enumerate(parts(found, templates()))
        for text in _triples_map(folder / f"part-{number}.parquet", part)
    ]
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in peers.PREFIXES.items())
    mapping, settings = folder / "rows.rml.ttl", folder / "rows.ini"
    mapping.write_text(head + "".join(maps))
    settings.write_text(
        f"[CONFIGURATION]\noutput_file={target}\nlogging_level=WARNING\n[rows]\nmappings={mapping}\n"
    )
    return settings


def _triples_map(path: Path, part: Part) -> Iterator[str]:
    columns: dict[str, pl.Expr] = {"s": _written(part, part.template.subject)}
    rows = ""
    for number, pattern in enumerate(part.patterns):
        thing, predicate = pattern.object, pattern.predicate
        if not isinstance(predicate, Constant):
            raise TypeError("a part has its predicates resolved")
        if isinstance(thing, Constant):
            term = f"rml:object <{_constant(thing)}>"
        elif isinstance(thing, Slot):
            if part.frame.get_column(thing.column).null_count() == len(part.frame):
                continue
            columns[f"o{number}"] = _written(part, thing)
            term = f'rml:objectMap [ rml:reference "o{number}"{_kind(part, thing)} ]'
        else:
            raise TypeError("a part has its objects resolved")
        rows += f";\n  rml:predicateObjectMap [ rml:predicate <{_constant(predicate)}>; {term} ]"
    part.frame.select(**columns).write_parquet(path)
    yield (
        f'<#{path.stem}> a rml:TriplesMap; rml:logicalSource [ rml:source "{path}"; '
        f"rml:referenceFormulation rml:Parquet ];\n"
        f'  rml:subjectMap [ rml:reference "s"; rml:termType rml:IRI ]{rows} .\n'
    )


def _constant(term: Constant) -> str:
    return full_name(term.text, templates().prefixes)


def _kind(part: Part, slot: Slot) -> str:
    if slot.kind in ("iri", "absolute", "name"):
        return "; rml:termType rml:IRI"
    if slot.language and part.frame.get_column(slot.language).null_count() < len(part.frame):
        raise TypeError("no text of these rows has a language")
    if slot.datatype:
        return f"; rml:datatype <{full_name(slot.datatype, templates().prefixes)}>"
    return ""


def _written(part: Part, slot: Slot) -> pl.Expr:
    column = pl.col(slot.column).cast(pl.String)
    if slot.kind == "iri":
        return pl.lit(BASE) + column
    if slot.kind == "name":
        names = part.frame.get_column(slot.column).drop_nulls().unique()
        full = {name: full_name(name, templates().prefixes) for name in names}
        return column.replace_strict(full, default=None, return_dtype=pl.String)
    return column


def measure(folder: Path, source: Path, rounds: int, figures: Figures) -> None:
    """The rows as they are beside morph-kgc, then ten times the rows under new keys."""
    folder = folder / "rows"
    folder.mkdir(exist_ok=True)
    (folder / "kg.yaml").write_text(SETTINGS)
    rows = pl.read_csv(source, infer_schema=False)
    once, many = folder / "once.csv", folder / "many.csv"
    rows.write_csv(once)
    with many.open("wb") as file:
        for copy in range(COPIES):
            new = [(pl.col(name) + f" {copy}").alias(name) for name in ("source", "target")]
            rows.with_columns(new).write_csv(file, include_header=not copy)
    print(f"\nReal rows: {len(rows):,}, every code, full assertions", flush=True)

    def ours(name: str, file: Path, target: str, *options: str) -> Side:
        out: list[str | Path] = ["--output", folder / target, "--project", folder, *options]
        graph = folder / target / "graph.nq.zst"
        return Side(name, [OWN, "-m", "kg.cli", "import", SPEC, file, "--all", *out], graph)

    us = ours("ours", once, "once", "--validate", "none")
    checked = ours("ours, validated", once, "checked")
    checked.rounds = 1
    large = ours(f"ours, {COPIES} x", many, "many", "--validate", "none")
    large.rounds = 1
    target = folder / "morph-kgc.nt"
    # In a process of its own: what is started from here would seem to take as much memory.
    run(Side("tables", [OWN, "-m", "tests.benchmarks.scale.rows", once, folder, target]))
    settings = folder / "rows.ini"
    python = peers.python("morph-kgc")
    theirs = Side("morph-kgc", [python, "-m", "morph_kgc", settings], target)
    by_turns([us, checked, theirs, large], rounds)
    made, of_many = _triples(us), _triples(large)
    table([us, checked, theirs], made)
    table([large], of_many)
    expected = statements(us)
    figures.true(f"{made:,} distinct triples", holds=len(expected) == made)
    theirs_too = statements(theirs)
    fixed = expected.filter(~expected.is_in(theirs_too.implode()))
    only = theirs_too.filter(~theirs_too.is_in(expected.implode()))
    figures.true(
        f"the same set of triples ({len(fixed)}, {len(only)})", holds=not len(fixed) + len(only)
    )
    figures.ratio(us, theirs, 6)
    figures.most("memory", us.mebibytes, MEBIBYTES, "MiB")
    figures.most("memory, validated", checked.mebibytes, MEBIBYTES, "MiB")
    grown = large.median / us.median
    figures.most(f"{of_many / made:.2f} x the triples, time", grown, COPIES * 1.05, "x")
    figures.most("memory of ten times the rows", large.mebibytes / us.mebibytes, 1.2, "x")


def _triples(side: Side) -> int:
    if side.target is None:
        raise ValueError("no file")
    content = json.loads((side.target.parent / "manifest.json").read_text())
    found: int = content["counts"]["triples"]
    return found


if __name__ == "__main__":
    rows_file, work, made = map(Path, sys.argv[1:])
    rml(work, tables(rows_file), made)
