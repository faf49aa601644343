"""The seeds and what is built from them: the same bytes everywhere, and nothing without its proof."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from functools import cache
from itertools import chain
from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest
import rdflib
import yaml

from kg.ask.library import library
from kg.ask.run import run
from kg.build import OUTPUTS, POSITIONS, check, facts_of
from kg.export import void
from kg.mapping.ids import claim_ids
from kg.mapping.tables import Tables
from kg.rdf.resources import ontology_files
from kg.rdf.store import open_store
from kg.rdf.vocabulary import PREFIXES
from kg.write import MANIFEST

ROOT = Path(__file__).parent.parent
SEEDS, OUT = ROOT / "seeds", ROOT / "out"
FILES = {f"graph.{extension}" for extension in OUTPUTS} | {POSITIONS, MANIFEST, void.FILE}
KG = PREFIXES["kg"]


@cache
def tables() -> Tables:
    return facts_of(SEEDS)[1]


@cache
def quads() -> frozenset[ox.Quad]:
    return frozenset(ox.parse(path=str(OUT / "graph.nq"), format=ox.RdfFormat.N_QUADS))


@cache
def triples() -> frozenset[ox.Triple]:
    parsed = list(ox.parse(path=str(OUT / "graph.ttl"), format=ox.RdfFormat.TURTLE))
    found = frozenset(quad.triple for quad in parsed)
    assert len(found) == len(parsed)
    return found


# --- The same bytes ------------------------------------------------------------------------------


def test_what_is_committed_is_what_the_seeds_give(seeds: Path) -> None:
    built = seeds.parent / "out"
    assert {path.name for path in OUT.iterdir()} == {path.name for path in built.iterdir()} == FILES
    stale = [
        name for name in sorted(FILES) if (built / name).read_bytes() != (OUT / name).read_bytes()
    ]
    assert stale == [], "run `kg build`"


# Renders all outputs, with every listing of a folder in another order, and prints their digests.
_BUILD = """
import hashlib, json, pathlib, random, sys
from importlib import metadata
random.seed(int(sys.argv[2]))
listed = pathlib.Path.glob
pathlib.Path.glob = lambda self, pattern: random.sample(found := [*listed(self, pattern)], len(found))
from kg.build import OUTPUTS, POSITIONS, facts_of
from kg.export import void
from kg.mapping.serialise import render
from kg.rdf.formats import FORMATS
settings, tables = facts_of(sys.argv[1])
files = {f"graph.{name}": render(tables, settings.base, FORMATS[name]) for name in OUTPUTS}
files[POSITIONS] = tables["position"].write_csv().encode()
files[void.FILE] = void.description(tables, settings, files, metadata.version("parley-kg"))
print(json.dumps({name: hashlib.sha256(data).hexdigest() for name, data in files.items()}))
"""


def test_no_machine_builds_other_bytes() -> None:
    """Under other hash seeds, time zones, locales, threads and orders of the directory."""
    machines = [
        {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8", "POLARS_MAX_THREADS": "1"},
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Tehran", "LC_ALL": "C", "PYTHONUTF8": "0",
         "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8",
         "POLARS_MAX_THREADS": "3"},
    ]  # fmt: skip
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", _BUILD, str(SEEDS), str(number)],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **machine},
            stdout=subprocess.PIPE,
            text=True,
        )
        for number, machine in enumerate(machines)
    ]
    digests = [json.loads(run.communicate()[0]) for run in runs]
    committed = json.loads((OUT / MANIFEST).read_bytes())["outputs"]
    expected = {name: entry["sha256"] for name, entry in committed.items()}
    assert expected.keys() == FILES - {MANIFEST}
    assert digests == [expected] * 3


def test_the_manifest_counts_and_hashes_what_is_there() -> None:
    manifest = json.loads((OUT / MANIFEST).read_bytes())
    for name, entry in manifest["outputs"].items():
        data = (OUT / name).read_bytes()
        found = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        assert found == entry, name
    assert manifest["counts"]["triples"] == len(triples())


# --- Any store can read it -----------------------------------------------------------------------


def test_two_parsers_read_as_many_triples_and_no_blank_node() -> None:
    graph = rdflib.Graph().parse(OUT / "graph.ttl")
    assert len(graph) == len(triples()) > 4000
    assert not any(isinstance(term, rdflib.BNode) for triple in graph for term in triple)
    nodes = chain.from_iterable((triple.subject, triple.object) for triple in triples())
    assert not any(isinstance(node, ox.BlankNode) for node in nodes)


def test_quads_are_the_triples_in_graphs() -> None:
    assert {quad.triple for quad in quads()} == triples()
    graphs = Counter(str(quad.graph_name).strip("<>").rpartition("/")[2] for quad in quads())
    articles = {path.stem for path in (SEEDS / "articles").iterdir()}
    assert graphs.keys() == articles | {"direct", "derived", "inferred", "registry", "time"}


@pytest.mark.parametrize("name", sorted(library()))
def test_no_question_needs_named_graphs(name: str) -> None:
    answers = []
    for form in ("ttl", "nq"):
        found = run(open_store([OUT / f"graph.{form}", *ontology_files()]), library()[name].text)
        assert isinstance(found, ox.QuerySolutions)
        answers.append([str(row) for row in found])
    assert answers[0] == answers[1]


# --- Nothing without its proof -------------------------------------------------------------------


def test_archived_texts_are_the_bytes_that_were_read() -> None:
    found = {}
    for path in sorted((SEEDS / "facts").glob("*.yaml")):
        head = yaml.load(path.read_text(encoding="utf-8"), yaml.CBaseLoader)
        data = (SEEDS / "articles" / f"{head['article']}.txt").read_bytes()
        assert head["sha256"] == hashlib.sha256(data).hexdigest(), path.name
        found[f"article/{head['article']}"] = head["sha256"]
    sources = tables()["source"].filter(pl.col("class") == "kg:Document")
    assert dict(sources.select("id", "sha256").rows()) == found
    assert len(found) == len(list((SEEDS / "articles").iterdir())) == 5


def test_every_passage_is_the_text_from_start_to_end() -> None:
    rows = list(tables()["passage"].iter_rows(named=True))
    for row in rows:
        article = row["document"].removeprefix("article/")
        text = (SEEDS / "articles" / f"{article}.txt").read_bytes().decode("utf-8")
        start, end = row["start"], row["end"]
        assert row["id"] == f"passage/{article}/{start}-{end}"
        assert row["quote"] == text[start:end]
        assert (row["prefix"] or "") == text[max(start - 32, 0) : start]
        assert (row["suffix"] or "") == text[end : end + 32]
    assert len(rows) == len({row["id"] for row in rows}) > 60


TRIPLE = ("subject", "predicate", "object_kind", "object", "object_type")


def test_every_direct_triple_has_an_assertion_and_every_best_assertion_a_triple() -> None:
    best = set(tables()["best"]["claim"])
    claims = tables()["claim"].iter_rows(named=True)
    asserted = {tuple(row[name] for name in TRIPLE) for row in claims if row["id"] in best}
    direct = set(tables()["direct"].select(TRIPLE).rows())
    assert direct == asserted
    assert {row[0].split("/")[0] for row in direct} == {"event"}
    # The same, from what stands in the file: each triple about an event but `disputed`.
    node, disputed = "<https://w3id.org/parley/id/event/", f"<{KG}disputed>"
    events = {t for t in triples() if str(t.subject).startswith(node) and str(t.object) != disputed}
    assert len(events) == len(direct)


def test_every_claim_is_supported_or_inferred() -> None:
    supported = set(tables()["support"]["claim"])
    reasons = set(tables()["stated"].filter(pl.col("predicate") == "kg:reason")["claim"])
    rows = list(tables()["claim"].iter_rows(named=True))
    for row in rows:
        if row["according_to"] is None:
            assert row["agent"] == "curator/jd", row
            assert row["id"] in reasons, row
        else:
            assert row["id"] in supported, row
    assert len(rows) > 250


def test_claim_ids_follow_from_the_claims() -> None:
    claims = tables()["claim"]
    assert claim_ids(claims.with_columns(id=pl.lit(""))).to_list() == claims["id"].to_list()


def test_the_graph_holds_as_many_as_were_counted() -> None:
    checked = check(SEEDS)
    counts = checked.counts
    types = Counter(
        triple.object.value.removeprefix(KG)
        for triple in triples()
        if triple.predicate.value == PREFIXES["rdf"] + "type"
        and isinstance(triple.object, ox.NamedNode)
    )
    assert counts.articles == types["Document"] == types["Curation"] == 5
    assert counts.claims == types["Assertion"]
    assert counts.speech == types["ReportedSpeech"]
    assert counts.quantities == types["QuantityClaim"] == 7
    assert counts.dates_resolved == types["DateResolution"]
    assert counts.quotes_proved == counts.passages
    assert checked.triples == len(triples())
    assert [item.code for item in checked.findings] == ["quote-normalised"]
