"""Real stores: what is pushed into them, what stays untouched, and the library's answers there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from kg.ask.library import library
from kg.ask.parameters import SEEDS_BASE
from kg.built import GRAPH, open_built
from kg.cli import main
from kg.push.compare import Differs, compare_all, compare_samples
from kg.push.lines import Source
from kg.rdf.remote import JSON, Term, asking
from kg.rdf.store import open_store
from tests.stores import VIRTUOSO, WITHOUT_VIRTUOSO, Running, arq, oxigraph, virtuoso
from tests.test_queries import CASES, DATA, joined

MAIN = f"{SEEDS_BASE}graph/main"
FOREIGN = "http://foreign.example/g"
KEPT = b'<http://f/s> <http://f/p> "kept"@en .\n<http://f/s> <http://f/p> "7" .\n'

_T = TypeVar("_T")


@pytest.fixture(scope="session", params=["oxigraph", "oxigraph, all graphs as one", "virtuoso"])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    if request.param == "virtuoso" and VIRTUOSO is None:
        pytest.skip(WITHOUT_VIRTUOSO)
    folder = tmp_path_factory.mktemp("store")
    with (
        virtuoso(folder) if request.param == "virtuoso" else oxigraph(union="one" in request.param)
    ) as found:
        found.remote.add(FOREIGN, KEPT)
        yield found


def graph(store: Running, name: str) -> set[tuple[Term, ...]]:
    rows = store.remote.select(f"SELECT ?s ?p ?o WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}")
    return {tuple(row[name] for name in "spo") for row in rows}


def test_push_into_a_real_store(
    store: Running,
    seeds: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    for name, value in store.environment.items():
        monkeypatch.setenv(name, value)
    data = (open_built(seeds).folder / GRAPH).read_bytes()
    count = len({line[: line.rindex(b" <")] for line in data.splitlines()})
    before = graph(store, FOREIGN)
    assert len(before) == 2

    def push(*more: str, url: str = store.url) -> str:
        assert main(["push", url, "--project", str(seeds), *more]) == 0, capsys.readouterr().err
        return capsys.readouterr().err

    told = push("--verify", "full")
    assert f"<{MAIN}> holds {count:,} triples: {count:,} sent in" in told
    assert f"{count:,} compared" in told
    same = f"nothing to do: <{MAIN}> holds these {count:,} triples already\n"
    assert push() == push("--verify", "full") == push("--delta") == same
    assert push(url=store.remote.store.query) == same

    # What others change is noticed, and goes away with the next push.
    remote = store.remote
    remote.add(MAIN, b"<http://f/s> <http://f/p> <http://f/o> .\n")
    assert "compared" in push()
    # An older version: one event's triples less, one subject more.
    event = next(iter(graph(store, MAIN)))[0][1]
    where = f"GRAPH <{MAIN}>"
    remote.update(f"DELETE WHERE {{ {where} {{ <{event}> ?p ?o }} }}")
    remote.add(MAIN, b"<http://f/s> <http://f/p> <http://f/o> .\n")
    assert "compared" in push("--delta", "--verify", "full")
    assert push("--verify", "full") == same

    assert graph(store, FOREIGN) == before
    rows = remote.select("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
    ours = {row["g"][1] for row in rows if row["g"][1].startswith(SEEDS_BASE)}
    assert ours == {MAIN, f"{SEEDS_BASE}graph/push"}


def test_questions_over_the_seeds(
    store: Running,
    seeds: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    for name, value in store.environment.items():
        monkeypatch.setenv(name, value)
    assert main(["push", store.url, "--project", str(seeds)]) == 0
    capsysbinary.readouterr()
    answers = 0
    differing = set()
    for name in library():
        ask = ["query", name, "--format", "csv", "--project", str(seeds)]
        assert main(ask) == 0
        here = capsysbinary.readouterr().out
        assert main([*ask, "--endpoint", store.remote.store.query]) == 0
        there = capsysbinary.readouterr().out
        if distinct(store, there.splitlines()) != here.splitlines():
            differing.add(name)
        answers += here.count(b"\n") > 1
    assert answers >= 20
    assert differing == set()


def distinct(store: Running, answer: list[_T]) -> list[_T]:
    """The rows; Virtuoso's DISTINCT may leave one with unbound cells twice."""
    return list(dict.fromkeys(answer)) if store.name == "virtuoso" else answer


def test_every_case_of_the_library(store: Running) -> None:
    """The small graph alone in a graph of its own, which only the protocol names."""
    name = "https://data.example.org/small"
    triples = {f"{quad.triple} .\n" for quad in open_store([DATA / "small.trig"])}
    store.remote.add(name, "".join(sorted(triples)).encode())
    client, url = store.remote.client, store.remote.store.query
    found = []
    for case in CASES:
        _, body = client.ask(asking(url, case.text(), JSON, [("default-graph-uri", name)]))
        found.append((str(case), distinct(store, rows(json.loads(body)))))
    assert found == [(str(case), list(case.rows)) for case in CASES]
    assert len(found) == len(CASES) > 45
    store.remote.update(f"DROP SILENT GRAPH <{name}>")


def test_every_case_in_jena() -> None:
    answers = arq(DATA / "small.trig", [case.text() for case in CASES])
    assert len(answers) == len(CASES)
    found = [(str(case), rows(answer)) for case, answer in zip(CASES, answers, strict=True)]
    assert found == [(str(case), list(case.rows)) for case in CASES]


def rows(answer: dict[str, Any]) -> list[str]:
    """The rows of SPARQL results in JSON, as the cases write them."""
    names = answer["head"]["vars"]
    return [
        joined(row[name]["value"] if name in row else None for name in names)
        for row in answer["results"]["bindings"]
    ]


ZOO = """<http://x/a> <http://x/i> "01"^^<{xsd}integer> .
<http://x/a> <http://x/n> "7"^^<{xsd}nonNegativeInteger> .
<http://x/a> <http://x/big> "12345678901234567890123"^^<{xsd}integer> .
<http://x/a> <http://x/d> "1.50"^^<{xsd}decimal> .
<http://x/a> <http://x/e> "1.5E0"^^<{xsd}double> .
<http://x/a> <http://x/b> "true"^^<{xsd}boolean> .
<http://x/a> <http://x/day> "2023-10-31"^^<{xsd}date> .
<http://x/a> <http://x/old> "-0044-03-15"^^<{xsd}date> .
<http://x/a> <http://x/t> "2023-10-31T23:59:59.500+03:00"^^<{xsd}dateTime> .
<http://x/a> <http://x/z> "2023-10-31T00:00:00Z"^^<{xsd}dateTime> .
<http://x/a> <http://x/span> "PT60M"^^<{xsd}duration> .
<http://x/a> <http://x/edtf> "2023-10-31/2023-11-02"^^<http://id.loc.gov/datatypes/edtf/EDTF> .
<http://x/a> <http://x/l> "hé\\n\\"x\\" \\\\u0041 \\t 😀 \\u202E"@en-GB .
<http://x/é> <http://x/o> <http://x/ü/a%20b> .
"""


def test_the_rewritings_we_allow_for(store: Running, tmp_path: Path) -> None:
    """Terms of all kinds come back equal, though hardly ever as they were written."""
    lines = sorted(ZOO.format(xsd="http://www.w3.org/2001/XMLSchema#").splitlines())
    name = "https://data.example.org/zoo"
    path = tmp_path / GRAPH
    path.write_text("".join(f"{line[:-1]}<http://x/g> .\n" for line in lines), "utf-8")
    data = path.read_bytes()
    source = Source(path, len(data), hashlib.sha256(data).hexdigest())
    sent = "".join(f"{line}\n" for line in lines).encode()
    store.remote.add(name, sent)
    assert compare_all(store.remote, name, source) == 14
    assert compare_samples(store.remote, name, [sent]) == 14
    store.remote.add(name, b'<http://x/a> <http://x/i> "2" .\n')
    with pytest.raises(Differs, match="1 not sent; such as http://x/a http://x/i '2'"):
        compare_all(store.remote, name, source)
    with pytest.raises(Differs, match="1 not sent; such as http://x/a http://x/i '2'"):
        compare_samples(store.remote, name, [sent])
    store.remote.update(f"DROP SILENT GRAPH <{name}>")
