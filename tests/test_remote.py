"""`kg query --endpoint`: the same answers and formats as here, and stores that misbehave."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.ask import remote
from kg.build import build
from kg.built import GRAPH, open_built
from kg.cli import main
from kg.rdf.http import Reply
from tests.store_stub import Answer, Seen, Stub, bomb, page, running

PROJECT = Path(__file__).parent / "project"
JSON = {"Content-Type": "application/sparql-results+json"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project, built."""
    root = tmp_path_factory.mktemp("remote") / "project"
    shutil.copytree(PROJECT, root)
    assert build(root).written is not None
    return root


@pytest.fixture
def stub(project: Path) -> Iterator[Stub]:
    """A store with the project in graph/main, and something else in another graph."""
    built = open_built(project)
    here = ox.Store()
    here.bulk_load(path=str(built.folder / GRAPH), format=ox.RdfFormat.N_QUADS)
    with running() as found:
        main_graph = ox.NamedNode(built.settings.base + "graph/main")
        found.store.extend(
            ox.Quad(quad.subject, quad.predicate, quad.object, main_graph) for quad in here
        )
        found.store.update("INSERT DATA { GRAPH <a:g> { <a:foreign> <a:b> 'foreign' } }")
        yield found


Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ask(stub: Stub, project: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Exit code, standard output and messages of `kg query` at the stub, or here."""

    def asked(*arguments: str, here: bool = False) -> tuple[int, str, str]:
        where = [] if here else ["--endpoint", f"{stub.url}/query"]
        code = main(["query", *arguments, *where, "--project", str(project)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return asked


ROWS = "SELECT ?s ?o WHERE { ?s <http://www.w3.org/2004/02/skos/core#altLabel> ?o } ORDER BY ?s ?o"
TRIPLES = "CONSTRUCT WHERE { ?s <http://www.w3.org/2004/02/skos/core#altLabel> ?o }"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        *((ROWS, form) for form in ("table", "csv", "tsv", "json", "xml")),
        *(("ASK { ?s ?p ?o }", form) for form in ("table", "csv", "json", "xml")),
        *((TRIPLES, form) for form in ("ttl",)),
    ],
)
def test_the_same_in_every_format(ask: Ask, tmp_path: Path, text: str, form: str) -> None:
    file = tmp_path / "q.rq"
    file.write_text(text)
    there = ask(str(file), "--format", form)
    assert there[0] == 0
    assert there[:2] == ask(str(file), "--format", form, here=True)[:2]
    assert len(there[1]) > 3


def test_triples_line_by_line(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "q.rq"
    file.write_text(TRIPLES)
    lines = ask(str(file), "--format", "nt")[1].splitlines()
    assert sorted(lines) == sorted(ask(str(file), "--format", "nt", here=True)[1].splitlines())
    assert len(lines) > 1


def test_only_graph_main_is_asked(ask: Ask, tmp_path: Path, stub: Stub) -> None:
    file = tmp_path / "q.rq"
    file.write_text("SELECT ?o WHERE { <a:foreign> ?p ?o }")
    assert ask(str(file), "--format", "csv")[:2] == (0, "o\r\n")
    stub.store.update("INSERT DATA { <a:foreign> <a:b> 'default' }")
    assert ask(str(file), "--format", "csv", "--default-graph")[:2] == (0, "o\r\ndefault\r\n")
    assert all(seen.method == "POST" and "authorization" not in seen.headers for seen in stub.seen)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", "SERVICE is refused"),
        ("SELECT * { SERVICE SILENT <http://x/> { ?s ?p ?o } }", "SERVICE is refused"),
        ("LOAD <http://x/>", "LOAD would change the data"),
        ("DELETE WHERE { ?s ?p ?o }", "DELETE would change the data"),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "FROM is refused"),
        ("SELECT * { ?s x:p ?o }", "the prefix `x:` is not declared"),
    ],
)
def test_refused_before_anything_is_sent(
    ask: Ask, tmp_path: Path, stub: Stub, text: str, message: str
) -> None:
    file = tmp_path / "q.rq"
    file.write_text(text)
    code, out, err = ask(str(file))
    assert (code, out) == (2, "")
    assert message in err
    assert stub.seen == []


def test_parameters_are_looked_up_there(ask: Ask, stub: Stub) -> None:
    code, _, err = ask("contacts", "--param", "actor=nobody", "--param", "other=any")
    assert (code, "no actor `nobody` is in the graph" in err) == (2, True)
    code, _, err = ask("contacts")
    assert (code, "`contacts` needs --param actor=" in err) == (2, True)
    code, _, err = ask("contact")
    assert (code, "no query is called `contact`" in err) == (2, True)
    assert len(stub.seen) == 1


MISBEHAVING: dict[str, tuple[Answer, int, str]] = {
    "a page": (page(), 3, "with a web page in place of SPARQL results"),
    "no results": (Answer(200, JSON, b'{"a": 1}'), 3, "/query: "),
    "cut short": (Answer(200, {**JSON, "Content-Length": "999"}, b'{"head": {"vars": ["s"]}, "results": {"bindings": ['), 3, "the reply broke off"),
    "gzip": (bomb(), 3, "it answered in 'gzip', which was not asked for"),
    "endless": (Answer(200, JSON, b" " * 65536, endless=True), 3, "longer than the 1,000,000 bytes"),
    "a stall": (Answer(stall=30), 3, "no answer within the time-out; gave up after"),
    "not whole": (Answer(200, {**JSON, "X-SQL-State": "S1TAT"}, b"{}"), 3, "the answer is not whole"),
    "refused": (Answer(400, {}, b"Parse error: \x1b]52;c;x\x07"), 3, "it answered 400: Parse error: ]52;c;x"),
    "redirect": (Answer(302, {"Location": "http://elsewhere.example/"}), 3, "redirects to 'elsewhere.example'"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISBEHAVING)
def test_a_store_that_misbehaves(
    name: str, ask: Ask, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.rdf.http._pause", lambda _: 0.0)
    monkeypatch.setattr(remote, "MOST", 1_000_000)
    answer, code, message = MISBEHAVING[name]
    stub.fault = lambda seen: answer
    found, _, err = ask("sources", "--format", "csv", "--timeout", "0.5")
    assert (found, message in err, "Traceback" in err, "\x1b" in err) == (
        code,
        True,
        False,
        False,
    ), err


def test_rows_are_passed_on_as_they_come(
    ask: Ask, stub: Stub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A hundred thousand rows from a store, never whole in memory here."""
    row = b'{"s": {"type": "literal", "value": "x"}}'
    body = b'{"head": {"vars": ["s"]}, "results": {"bindings": [' + b",".join([row] * 100_000)
    stub.fault = lambda seen: Answer(200, JSON, body + b"]}}")
    reads: list[int] = []
    read = Reply.read

    def counted(self: Reply, size: int = -1) -> bytes:
        data = read(self, size)
        reads.append(len(data))
        return data

    monkeypatch.setattr(Reply, "read", counted)
    file = tmp_path / "q.rq"
    file.write_text("SELECT ?s { ?s ?p ?o }")
    code, out, _ = ask(str(file), "--format", "csv")
    assert (code, out.count("\n")) == (0, 100_001)
    assert max(reads) <= 1 << 18 < sum(reads)


def test_a_store_that_keeps_answers_short_is_told_of(ask: Ask, stub: Stub, tmp_path: Path) -> None:
    body = b'{"head": {"vars": []}, "results": {"bindings": []}}'
    stub.fault = lambda seen: Answer(200, {**JSON, "X-SPARQL-MaxRows": "10000"}, body)
    assert "the store gives at most 10,000 rows\n" in ask("sources")[2]


def test_asked_again_when_told_to_come_back(ask: Ask, stub: Stub) -> None:
    def fault(_: Seen) -> Answer | None:
        return Answer(503, {"Retry-After": "0"}) if len(stub.seen) == 1 else None

    stub.fault = fault
    code, out, err = ask("sources", "--format", "csv")
    assert code == 0
    assert "it answered 503: ; attempt 2 in 0.0 s" in err
    assert out == ask("sources", "--format", "csv", here=True)[1]
