"""`kg serve`: the same pages live, what it refuses, and SPARQL to read from."""

from __future__ import annotations

import csv
import http.client
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from kg.web.serve import preferred
from tests.sites import EVIL, FAR, made, parsed, site

JUNE = "event/bagheri-kani-haniyeh-doha-2024-06"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True, slots=True)
class Server:
    port: int

    def __call__(
        self,
        path: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, dict(headers or {}))
            reply = connection.getresponse()
            found = {name.lower(): value for name, value in reply.getheaders()}
            return Answer(reply.status, found, reply.read())
        finally:
            connection.close()


def started(project: Path, *options: str) -> tuple[subprocess.Popen[str], int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "kg.cli", "serve", "--project", project, "--port", "0", *options],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    port = re.search(r"serving at http://127\.0\.0\.1:(\d+)/", line)
    assert port, line + process.stderr.read()
    # Who asks earlier waits, and is told so when it takes long.
    told = [process.stderr.readline(), process.stderr.readline()]
    assert re.fullmatch(r"opening the graph \(\d+ MB\) …\n", told[0])
    assert re.fullmatch(r"the pages are ready after \d+\.\d s\n", told[1])
    return process, int(port[1])


def stopped(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.communicate(timeout=30)


@pytest.fixture(scope="module")
def server(seeds: Path) -> Iterator[Server]:
    process, port = started(seeds, "--timeout", "2")
    yield Server(port)
    stopped(process)


# --- the same pages -----------------------------------------------------------------------------


def test_pages_are_those_of_the_static_site(seeds: Path, server: Server, tmp_path: Path) -> None:
    site(seeds, tmp_path / "site")
    count = 0
    for path in sorted((tmp_path / "site").rglob("*")):
        name = path.relative_to(tmp_path / "site").as_posix()
        if path.is_dir() or name.startswith(("questions", ".")):
            continue
        answer = server(f"/{quote(name)}")
        assert answer.status == 200, name
        assert answer.body == path.read_bytes(), name
        count += 1
    assert count > 300


@pytest.mark.parametrize(
    ("accept", "location"),
    [
        ("text/html", f"{JUNE}.html"),
        ("", f"{JUNE}.html"),
        ("*/*", f"{JUNE}.html"),
        ("text/turtle", f"{JUNE}.ttl"),
        ("application/ld+json, text/html;q=0.5", f"{JUNE}.jsonld"),
        ("text/html;q=0.1, text/turtle;q=0.9", f"{JUNE}.ttl"),
    ],
)
def test_content_negotiation(server: Server, accept: str, location: str) -> None:
    answer = server(f"/{JUNE}", headers={"Accept": accept})
    assert answer.status == 303
    assert answer.headers["location"] == location.rsplit("/", 1)[1]
    assert answer.headers["vary"] == "Accept"
    assert server(f"/{location}").status == 200


def test_what_is_not_there_in_the_wanted_form(server: Server) -> None:
    assert server(f"/{JUNE}", headers={"Accept": "image/png"}).status == 406


def test_preferred_media_types() -> None:
    offered = ("text/html", "text/turtle")
    assert preferred("text/*;q=0.3, text/turtle", offered) == "text/turtle"
    assert preferred("text/turtle;q=0", offered) is None
    assert preferred("text/turtle;q=x, text/html;q=0.2", offered) == "text/html"


def test_headers(server: Server) -> None:
    answer = server(f"/{JUNE}.html")
    assert answer.headers["content-security-policy"].endswith("; frame-ancestors 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert 'rel="alternate"; type="text/turtle"' in answer.headers["link"]
    again = server(f"/{JUNE}.html", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_a_foreign_host_is_refused(server: Server, host: str) -> None:
    assert server("/", headers={"Host": host}).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_post_from_elsewhere_is_refused(server: Server, headers: dict[str, str]) -> None:
    asked = {**headers, "Content-Type": FORM}
    assert server("/sparql", "POST", "query=ASK{?a ?b ?c}", asked).status == 403
    assert server("/sparql?query=" + quote("ASK{?a ?b ?c}"), headers=headers).status == 200


def test_a_post_from_here_is_answered(server: Server) -> None:
    headers = {"Origin": f"http://127.0.0.1:{server.port}", "Content-Type": FORM}
    assert server("/sparql", "POST", "query=ASK{?a ?b ?c}", headers).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/..%2f",
        "/..%2f..%2f..%2fetc/passwd",
        "/../../etc/passwd",
        "/assets/..%2fserve.py",
        "/assets/%2e%2e/pages.py",
        "/event/..%2f..%2fkg.yaml",
        "/%00",
        "/event/%ff",
        "/questions/..%2f..%2f.html",
        "/questions/none.html",
        "/data/",
        "//evil.example/",
    ],
)
def test_paths_lead_nowhere_else(server: Server, path: str) -> None:
    assert server(path).status == 404


def test_a_large_body_is_refused_before_it_is_sent(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(
            f"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            f"Content-Length: {128 << 20}\r\n\r\n".encode()
        )
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")


def test_a_large_body_of_unknown_length_is_refused(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(
            f"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            "Content-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        block = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        for _ in range(20):
            connection.sendall(block)
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods(server: Server, method: str) -> None:
    assert server("/index.html", method).status == 405


def test_two_hundred_slow_connections(server: Server) -> None:
    held = []
    try:
        for _ in range(200):
            connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
            connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.")
            held.append(connection)
        assert server("/index.html").status == 200
        assert server(f"/{JUNE}.html").status == 200
    finally:
        for connection in held:
            connection.close()
    assert len(held) == 200


def test_it_listens_on_this_machine_alone(server: Server) -> None:
    table = Path("/proc/net/tcp").read_text().splitlines()[1:]
    listening = [row.split()[1] for row in table if row.split()[3] == "0A"]
    assert f"0100007F:{server.port:04X}" in listening
    assert f"00000000:{server.port:04X}" not in listening


def test_another_name_when_told(seeds: Path) -> None:
    process, port = started(seeds, "--host", "parley.example")
    try:
        server = Server(port)
        assert server("/", headers={"Host": "parley.example"}).status == 200
        assert server("/", headers={"Host": "other.example"}).status == 403
    finally:
        stopped(process)


# --- questions ----------------------------------------------------------------------------------


def test_a_question_with_settings(server: Server, tmp_path: Path) -> None:
    path = "/questions/contacts.html?" + urlencode({"actor": "ali-khamenei", "other": "any"})
    answer = server(path)
    assert answer.status == 200
    assert "1 answer." in answer.text
    assert "../event/haniyeh-khamenei-2023-11.html" in answer.text
    (tmp_path / "x.html").write_bytes(answer.body)
    links = [link for link in parsed(tmp_path / "x.html").links if ".csv?" in link]
    assert links == ["../questions/contacts.csv?actor=ali-khamenei&other=any"]
    rows = list(csv.DictReader(server(links[0][2:]).text.splitlines()))
    assert [row["event"].rsplit("/", 1)[1] for row in rows] == ["haniyeh-khamenei-2023-11"]


@pytest.mark.parametrize(
    ("setting", "status", "says"),
    [
        ({"actor": "nobody"}, 200, "no actor `nobody` is in the graph"),
        ({"actor": EVIL}, 200, "no absolute"),
        ({"status": '" } INSERT {'}, 200, "takes a word of Statuses"),
        ({"other": "\\u0022"}, 200, "takes a slug"),
        ({EVIL: "x"}, 400, "this question has no setting"),
    ],
)
def test_settings_that_cannot_be(
    server: Server, setting: dict[str, str], status: int, says: str
) -> None:
    answer = server("/questions/contacts.html?" + urlencode(setting))
    assert answer.status == status
    assert says in answer.text
    assert EVIL not in answer.text


def test_every_question_has_its_page(server: Server) -> None:
    from kg.ask.library import library

    listed = server("/questions.html").text
    for name in library():
        assert f'href="questions/{name}.html"' in listed
        answer = server(f"/questions/{name}.html")
        assert answer.status == 200, name
        assert 'role="alert"' not in answer.text, name
    assert len(library()) >= 23


# --- SPARQL -------------------------------------------------------------------------------------

SELECT = "SELECT ?s WHERE { ?s a <https://w3id.org/parley/ns#Visit> } ORDER BY ?s"


@pytest.mark.parametrize("how", ["get", "form", "direct"])
def test_the_protocol(server: Server, how: str) -> None:
    accept = {"Accept": "application/sparql-results+json"}
    if how == "get":
        answer = server("/sparql?" + urlencode({"query": SELECT}), headers=accept)
    elif how == "form":
        headers = {**accept, "Content-Type": FORM}
        answer = server("/sparql", "POST", urlencode({"query": SELECT}), headers)
    else:
        headers = {**accept, "Content-Type": "application/sparql-query"}
        answer = server("/sparql", "POST", SELECT, headers)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/sparql-results+json"
    assert len(json.loads(answer.body)["results"]["bindings"]) == 2


@pytest.mark.parametrize(
    ("accept", "query", "kind", "begins"),
    [
        ("text/csv", SELECT, "text/csv; charset=utf-8", b"s\r\nhttps://"),
        ("application/sparql-results+xml", SELECT, "application/sparql-results+xml", b"<?xml"),
        ("text/tab-separated-values", SELECT, "text/tab-separated-values; charset=utf-8", b"?s\n<"),
        ("text/turtle", "CONSTRUCT WHERE {?s a ?c}", "text/turtle; charset=utf-8", b"@prefix"),
        ("application/n-triples", "CONSTRUCT WHERE {?s a ?c}", "application/n-triples", b"<http"),
        ("*/*", "ASK {?s ?p ?o}", "application/sparql-results+json", b'{"head"'),
    ],
)
def test_forms_of_answers(
    server: Server, accept: str, query: str, kind: str, begins: bytes
) -> None:
    answer = server("/sparql?" + urlencode({"query": query}), headers={"Accept": accept})
    assert (answer.status, answer.headers["content-type"]) == (200, kind)
    assert answer.body.startswith(begins)


@pytest.mark.parametrize(
    ("parameters", "status", "says"),
    [
        ({"query": "SELECT WHERE"}, 400, "SPARQL"),
        ({}, 400, "Send one `query`"),
        ({"update": "DROP ALL"}, 403, "Nothing can be changed"),
        ({"query": "DROP ALL"}, 400, ""),
        ({"query": "ASK { SERVICE <http://evil.example/> { ?a ?b ?c } }"}, 400, "SERVICE"),
        ({"query": "SELECT * FROM <file:///etc/passwd> { ?a ?b ?c }"}, 400, ""),
        ({"query": "ASK {?a ?b ?c}", "default-graph-uri": "http://x/"}, 400, "GRAPH"),
        ({"query": "ASK " + "{" * 6000 + "}" * 6000}, 503, ""),
        ({"query": "SELECT (COUNT(*) AS ?n) {?a ?b ?c. ?d ?e ?f. ?g ?h ?i}"}, 503, "2 seconds"),
    ],
)
def test_queries_that_are_refused(
    server: Server, parameters: dict[str, str], status: int, says: str
) -> None:
    answer = server("/sparql", "POST", urlencode(parameters), {"Content-Type": FORM})
    assert answer.status == status, answer.text
    assert says in answer.text
    assert server("/index.html").status == 200


def test_no_words_that_may_not_be_shown(tmp_path: Path) -> None:
    process, port = started(made(tmp_path / "project", "none"))
    try:
        server = Server(port)
        everything = server(
            "/sparql?" + urlencode({"query": "SELECT * {?s ?p ?o}"}), headers={"Accept": "text/csv"}
        )
        assert everything.status == 200
        assert "solen-tal-2026" in everything.text
        pages = [everything.text, server("/questions/statements.csv?event=any").text]
        pages += [
            server(f"/event/solen-tal-2026.{form}").text for form in ("html", "ttl", "jsonld")
        ]
        for text in pages:
            assert "in Port Ann on Sunday" not in text
            assert FAR not in text
    finally:
        stopped(process)


# --- starting -----------------------------------------------------------------------------------


def test_a_port_that_is_taken(
    server: Server, seeds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from kg.cli import main

    assert main(["serve", "--project", str(seeds), "--port", str(server.port)]) == 2
    assert f"cannot serve at 127.0.0.1, port {server.port}" in capsys.readouterr().err


def test_without_the_extra(
    seeds: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from kg.cli import main

    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["serve", "--project", str(seeds)]) == 2
    assert "install it with `pip install 'parley-kg[serve]'`" in capsys.readouterr().err


def test_it_ends_when_interrupted(seeds: Path) -> None:
    import signal

    process, port = started(seeds)
    assert Server(port)("/index.html").status == 200
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode in (0, 130)
    assert time.monotonic() - begun < 20
