"""Results as text, and queries of somebody's own: what is refused, stopped or survived."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.ask import run as asking
from kg.ask.errors import LimitError, QueryError
from kg.ask.results import BINDINGS, TRIPLES, Style, printable, write
from kg.ask.run import ask, run
from kg.ask.syntax import MAX_DEPTH, examine
from kg.ask.unknown import unknown_nodes
from kg.rdf.store import open_store
from kg.rdf.vocabulary import PREFIXES

SMALL = Path(__file__).parent / "data" / "small.trig"
BASE = "https://w3id.org/parley/id/"
STYLE = Style(BASE, PREFIXES)
VALUES = r"""SELECT ?a ?b WHERE { VALUES (?a ?b) {
    (<https://w3id.org/parley/id/event/x> "two words, \"quoted\"\n\u001B[31m")
    (<https://w3id.org/parley/ns#held> "سلام"@fa)
    (<https://example.org/> 12)
    (UNDEF "2024-01-01"^^<http://www.w3.org/2001/XMLSchema#date>) } }"""
TRIPLE = "CONSTRUCT { ?e kg:status ?s } WHERE { ?e kg:status ?s }"
KG = f"PREFIX kg: <{PREFIXES['kg']}> "


def written(text: str, form: str, style: Style = STYLE) -> bytes:
    """The result of a query over the small graph in a format."""
    out = io.BytesIO()
    write(run(open_store([SMALL]), text), form, out, style)
    return out.getvalue()


def asked(text: str, form: str = "csv", timeout: float = 60.0) -> bytes:
    """The same, by way of a process of its own."""
    out = io.BytesIO()
    ask([SMALL], text, form, out, style=STYLE, timeout=timeout)
    return out.getvalue()


def test_table() -> None:
    assert written(VALUES, "table").decode().splitlines() == [
        "a                       b",
        "----------------------  -------------------------------",
        'event/x                 two words, "quoted"\\n\\u001B[31m',
        "kg:held                 سلام",
        "<https://example.org/>  12",
        "                        2024-01-01",
    ]


def test_table_wraps_to_the_terminal_and_loses_nothing() -> None:
    text = 'SELECT ?a ?b { VALUES (?a ?b) { (1 "one two three four-and-a-half") (2 "五六七八九十一") } }'
    assert written(text, "table", Style(BASE, PREFIXES, 14)).decode().splitlines() == [
        "a  b",
        "-  -----------",
        "1  one two",
        "   three",
        "   four-and-a-",
        "   half",
        "2  五六七八九",
        "   十一",
    ]


def test_table_of_no_rows() -> None:
    assert written("SELECT ?a { VALUES ?a {} }", "table") == b"a\n-\n"


def test_table_with_late_wide_cells_keeps_them() -> None:
    many = "SELECT ?n { VALUES ?n { " + "1 " * 1200 + '"' + "long " * 9 + '" } }'
    lines = written(many, "table").decode().splitlines()
    assert (len(lines), lines[-1]) == (1203, ("long " * 9).rstrip())


@pytest.mark.parametrize(("text", "answer"), [("ASK { ?s ?p ?o }", "yes"), ("ASK {}", "yes"),
                                              ("ASK { FILTER(false) }", "no")])  # fmt: skip
def test_ask(text: str, answer: str) -> None:
    assert written(text, "table").decode() == f"{answer}\n"
    parsed = ox.parse_query_results(written(text, "json"), ox.QueryResultsFormat.JSON)
    assert isinstance(parsed, ox.QueryBoolean)
    assert bool(parsed) == (answer == "yes")


@pytest.mark.parametrize("form", ["tsv", "json", "xml"])
def test_rows_are_read_back(form: str) -> None:
    direct = run(open_store([SMALL]), VALUES)
    parsed = ox.parse_query_results(written(VALUES, form), BINDINGS[form])
    assert isinstance(direct, ox.QuerySolutions)
    assert isinstance(parsed, ox.QuerySolutions)
    expected = [[row["a"], row["b"]] for row in direct]
    assert [[row["a"], row["b"]] for row in parsed] == expected
    assert len(expected) == 4


def test_csv() -> None:
    assert written(VALUES, "csv").decode().split("\r\n") == [
        "a,b",
        'https://w3id.org/parley/id/event/x,"two words, ""quoted""\n\x1b[31m"',
        "https://w3id.org/parley/ns#held,سلام",
        "https://example.org/,12",
        ",2024-01-01",
        "",
    ]


def test_turtle_declares_what_it_uses_in_one_order() -> None:
    text = written(KG + TRIPLE, "ttl").decode()
    assert text.splitlines()[:2] == [
        f"@prefix kg: <{PREFIXES['kg']}> .",
        f"<{BASE}event/call> kg:status kg:held .",
    ]
    triples = set(ox.parse(text, format=TRIPLES["ttl"]))
    assert triples == set(ox.parse(written(KG + TRIPLE, "nt"), format=TRIPLES["nt"]))
    assert len(triples) == 11


@pytest.mark.parametrize(("text", "form"), [(VALUES, "ttl"), ("ASK {}", "nt"), (VALUES, "html"),
                                            ("DESCRIBE <x:y>", "table"),
                                            ("DESCRIBE <x:y>", "csv")])  # fmt: skip
def test_format_that_cannot_hold_the_result(text: str, form: str) -> None:
    with pytest.raises(QueryError, match="choose the format"):
        written(text, form)


def test_auto_is_the_format_for_people() -> None:
    assert written("ASK {}", "auto") == b"yes\n"
    assert written(VALUES, "auto") == written(VALUES, "table")
    assert written(KG + TRIPLE, "auto") == written(KG + TRIPLE, "ttl")


def test_printable() -> None:
    assert printable("a\x00\x1b\x7f\x85\u202e\u2066\u2028\ufeff\r\n\tb") == (
        "a\\u0000\\u001B\\u007F\\u0085\\u202E\\u2066\\u2028\\uFEFF\\r\\n\\tb"
    )
    assert printable("می‌خواهم 👩‍🚀 “é”") == "می‌خواهم 👩‍🚀 “é”"


REFUSED = {
    "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }": "SERVICE is refused",
    "SELECT * { service silent <http://x/> { ?s ?p ?o } }": "SERVICE is refused",
    "SELECT * { ?s ?p trueSERVICE<http://x/>{} }": "SERVICE is refused",
    "PREFIX x: <http://x/> PREFIX SERVICEx: <http://x/> SELECT * { SERVICEx:y {} }": "SERVICE",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }": "FROM is refused",
    "SELECT * FROM NAMED <http://x/> { ?s ?p ?o }": "FROM is refused",
    "ASK from <http://x/> { ?s ?p ?o }": "FROM is refused",
    "LOAD <http://x/>": "LOAD would change the data",
    "INSERT DATA { <x:a> <x:b> <x:c> }": "INSERT would change",
    "DELETE WHERE { ?s ?p ?o }": "DELETE would change",
    "CLEAR ALL": "CLEAR would change",
    "SELECT * { ?s ?p ?o } ; DROP ALL": "DROP would change",
    "": "this is no query",
    "# SELECT * { ?s ?p ?o }": "this is no query",
    "SELECT * { ?s kgg:x ?o }": "`kgg:` is not declared; did you mean `kg`",
    "SELECT * { ?s skos:broader ?o }": "add `PREFIX skos: <http://www.w3.org/2004/02/skos/core#>`",
    "PREFIX data: <x:> SELECT * { ?s dat:x ?o }": "`dat:` is not declared; did you mean `data`",
    f"{KG}SELECT * {{ ?s kg:statsu kg:held. }}": "no term `kg:statsu`; did you mean `kg:status`",
    f"{KG}ASK {{ ?s a kg:Meetin. }}": "no term `kg:Meetin`; did you mean `kg:Meeting`",
    "ASK { ?s a <https://w3id.org/parley/ns#Cal> }": "no term `kg:Cal`; did you mean `kg:Call`",
    "PREFIX k: <https://w3id.org/parley/ns#> ASK { ?s k:wen ?o }": "no term `kg:wen`; did you mean",
    "BASE <https://w3id.org/parley/> PREFIX k: <ns#> ASK { ?s k:wen ?o }": "no term `kg:wen`",
}
ALLOWED = {
    "SELECT * { ?service ?from 'SERVICE FROM {{{' } # LOAD (": "SELECT",
    'ASK { ?s ?p """FROM " SERVICE""" , "\\"FROM"@en }': "ASK",
    "BASE <http://x/FROM> PREFIX : <#> CONSTRUCT { ?s :FROM _:load } WHERE { ?s :a-b.c ?o }": (
        "CONSTRUCT"
    ),
    "describe <http://x/SERVICE>": "DESCRIBE",
    "SELECT ?x { GRAPH ?g { ?x ?y ?z } FILTER(?x<?y && ?z>?x) }": "SELECT",
    f"{KG}SELECT * {{ ?s kg:status kg:not-held. # kg:statsu\n ?s ?p 'kg:statsu' }}": "SELECT",
    f"{KG}SELECT * {{ ?s a ?class FILTER(STRSTARTS(STR(?class), STR(kg:))) }}": "SELECT",
    "PREFIX kg: <http://x/> SELECT * { ?s kg:statsu ?o }": "SELECT",
}


def test_number_of_cases() -> None:
    assert (len(REFUSED), len(ALLOWED)) == (22, 8)


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    with pytest.raises(QueryError, match=REFUSED[text]) as caught:
        examine(text, PREFIXES)
    assert caught.value.exit_code == 2


def test_unknown_nodes_are_named_with_what_is_close() -> None:
    text = """BASE <https://w3id.org/parley/id/>
PREFIX event: <event/>
SELECT * {
  <event/summt> ?p event:call, event:secrte, <actor/amina>, <http://x/y>, "event/x" .
  GRAPH <graph/a1> { ?s ?p <actor/nobody-at-all> } GRAPH <graph/a9> {} # <event/none>
}"""
    assert list(unknown_nodes(text, BASE, lambda: open_store([SMALL]))) == [
        "no event `summt` is in the graph; did you mean `summit`?",
        "no event `secrte` is in the graph; did you mean `secret`?",
        "no actor `nobody-at-all` is in the graph; known are: amina, boris, carla, front, ministry, "
        "square, team, wire",
        "no graph `a9` is in the graph; known are: a1, a2, a3, a4, a5, coded, derived, direct, "
        "inferred, registry, time",
    ]
    opened = list(unknown_nodes("ASK { <http://x/y> ?p ?o }", BASE, _never))
    assert opened == []


def _never() -> ox.Store:
    raise RuntimeError("the store was opened")


@pytest.mark.parametrize("text", ALLOWED)
def test_allowed(text: str) -> None:
    assert examine(text, PREFIXES) == ALLOWED[text]


def test_deep_nesting_is_refused_before_it_runs() -> None:
    with pytest.raises(LimitError, match=f"deeper than {MAX_DEPTH}") as caught:
        examine("SELECT (" + "(" * 6000 + "1" + ")" * 6000 + " AS ?x) {}", PREFIXES)
    assert caught.value.exit_code == 1


def test_a_process_of_its_own_gives_the_same() -> None:
    text = KG + "SELECT ?e { ?e kg:status kg:held } ORDER BY ?e"
    assert asked(text) == written(text, "csv")
    assert asked(KG + TRIPLE, "ttl") == written(KG + TRIPLE, "ttl")


def test_syntax_error_tells_the_place() -> None:
    with pytest.raises(QueryError, match=r"not SPARQL 1\.1: error at 1:20") as caught:
        asked("SELECT * { ?s ?p ?o")
    assert (caught.value.exit_code, len(str(caught.value)) < 200) == (2, True)


def test_format_is_refused_in_the_process_too() -> None:
    with pytest.raises(QueryError, match="this query gives triples: choose the format ttl or nt"):
        asked("DESCRIBE <x:y>", "csv")


def test_stack_overflow_is_survived() -> None:
    with pytest.raises(LimitError, match="brought down its process"):
        asked("SELECT (" + "!" * 500_000 + "1 AS ?x) {}")


def test_cross_product_is_stopped() -> None:
    product = " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(6))
    with pytest.raises(LimitError, match=r"stopped after 0\.5 seconds"):
        asked(f"SELECT (COUNT(*) AS ?n) {{ {product} }}", timeout=0.5)


def test_many_rows_are_streamed() -> None:
    counted = _Counted()
    ask([SMALL], "SELECT ?a ?b { ?a ?p ?o . ?b ?q ?r }", "csv", counted, style=STYLE)
    triples = len(open_store([SMALL]))
    assert counted.lines == triples * triples + 1
    assert counted.largest <= 1 << 16


class _Counted(io.BytesIO):
    """An output that keeps nothing."""

    lines = 0
    largest = 0

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.lines += data.count(b"\n")
        self.largest = max(self.largest, len(data))
        return len(data)

    def writelines(self, lines) -> None:  # type: ignore[no-untyped-def]
        for line in lines:
            self.write(line)


def test_the_process_cannot_connect_even_if_a_service_got_through() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        job = asking.Job((str(SMALL),), None, f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
                         "csv", BASE, {}, None)  # fmt: skip
        told = json.dumps({name: getattr(job, name) for name in asking.Job.__slots__})
        done = subprocess.run([sys.executable, "-m", "kg.ask.worker"], input=told.encode(),
                              capture_output=True, check=False,
                              cwd=Path(__file__).parent.parent)  # fmt: skip
        with pytest.raises(TimeoutError):
            server.accept()
    assert done.returncode == 1
    assert "Too many open files" in json.loads(done.stderr)["message"]


def test_a_missing_file_is_told() -> None:
    with pytest.raises(QueryError, match=r"missing\.trig"):
        ask([SMALL.with_name("missing.trig")], "ASK {}", "table", io.BytesIO(), style=STYLE)


def test_a_file_that_is_not_rdf_is_told(tmp_path: Path) -> None:
    file = tmp_path / "broken.ttl"
    file.write_text("<a> <b")
    with pytest.raises(ValueError, match=r"broken\.ttl"):
        open_store([file])
    with pytest.raises(ValueError, match="no format 'txt'"):
        open_store([file.with_suffix(".txt")])
