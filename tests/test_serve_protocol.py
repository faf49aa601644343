"""`/sparql` of `kg serve`: the SPARQL 1.1 Protocol as another library speaks it, and what runs."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
import SPARQLWrapper as sw  # noqa: N813

from kg.cli import main
from kg.rdf import kept_store
from kg.web.replies import Begin, framed
from tests.test_serve import Server, started, stopped

KG = "PREFIX kg: <https://w3id.org/parley/ns#> "
EVENT = "https://w3id.org/parley/id/event/bagheri-kani-haniyeh-doha-2024-06"
SELECT = KG + "SELECT ?visit WHERE { ?visit a kg:Visit } ORDER BY ?visit"
ASK = KG + "ASK { ?visit a kg:Visit }"
CONSTRUCT = (
    KG + f"CONSTRUCT {{ <{EVENT}> kg:participant ?who }} WHERE {{ <{EVENT}> kg:participant ?who }}"
)
DESCRIBE = f"DESCRIBE <{EVENT}>"
SLOW = "SELECT (COUNT(*) AS ?n) {?a ?b ?c. ?d ?e ?f. ?g ?h ?i}"


@pytest.fixture(scope="module")
def server(seeds: Path) -> Iterator[Server]:
    process, port = started(seeds, "--timeout", "60")
    yield Server(port)
    stopped(process)


@pytest.fixture(scope="module")
def graph(seeds: Path) -> ox.Store:
    store = ox.Store()
    store.bulk_load(path=str(seeds.parent / "out" / "graph.nq"), format=ox.RdfFormat.N_QUADS)
    return store


# --- as SPARQLWrapper speaks it ------------------------------------------------------------------

WAYS = [("GET", sw.URLENCODED), ("POST", sw.URLENCODED), ("POST", sw.POSTDIRECTLY)]


def asked(server: Server, query: str, way: tuple[str, str], form: str) -> Any:
    wrapper = sw.SPARQLWrapper(f"http://127.0.0.1:{server.port}/sparql")
    wrapper.setMethod(way[0])
    wrapper.setRequestMethod(way[1])
    # Not `format`, which the endpoint knows, but the media type of the request decides.
    wrapper.setOnlyConneg(True)
    wrapper.setReturnFormat(form)
    wrapper.setQuery(query)
    return wrapper.query()


@pytest.mark.parametrize("way", WAYS, ids=["get", "form", "direct"])
def test_every_form_of_query_by_every_way(
    server: Server, graph: ox.Store, way: tuple[str, str]
) -> None:
    rows = asked(server, SELECT, way, sw.JSON).convert()["results"]["bindings"]
    visits = graph.query(SELECT, use_default_graph_as_union=True)
    assert isinstance(visits, ox.QuerySolutions)
    expected = [str(row["visit"])[1:-1] for row in visits]
    assert [row["visit"]["value"] for row in rows] == expected
    assert len(expected) == 2
    assert asked(server, ASK, way, sw.JSON).convert()["boolean"] is True
    for query in (CONSTRUCT, DESCRIBE):
        found = asked(server, query, way, sw.TURTLE).convert()
        answer = set(map(str, ox.parse(found, format=ox.RdfFormat.TURTLE)))
        triples = graph.query(query, use_default_graph_as_union=True)
        assert isinstance(triples, ox.QueryTriples)
        assert answer == {str(ox.Quad(*triple)) for triple in triples}
        assert len(answer) >= 4


@pytest.mark.parametrize("way", WAYS, ids=["get", "form", "direct"])
def test_every_format_of_rows(server: Server, way: tuple[str, str]) -> None:
    document = asked(server, SELECT, way, sw.XML).convert()
    uris = [node.firstChild.data for node in document.getElementsByTagName("uri")]
    assert len(uris) == 2
    table = asked(server, SELECT, way, sw.CSV).convert().decode().split("\r\n")
    assert table == ["visit", *uris, ""]
    tabs = asked(server, SELECT, way, sw.TSV).convert().decode().split("\n")
    assert tabs == ["?visit", *(f"<{uri}>" for uri in uris), ""]
    rows = asked(server, SELECT, way, sw.JSON).convert()["results"]["bindings"]
    assert [row["visit"]["value"] for row in rows] == uris


def test_an_update_is_refused(server: Server) -> None:
    before = asked(server, ASK, WAYS[0], sw.JSON).convert()
    for way in (sw.URLENCODED, sw.POSTDIRECTLY):
        wrapper = sw.SPARQLWrapper(f"http://127.0.0.1:{server.port}/sparql")
        wrapper.setMethod(sw.POST)
        wrapper.setRequestMethod(way)
        wrapper.setQuery("DROP ALL")
        with pytest.raises(Exception, match=r"403|415"):
            wrapper.query()
    assert asked(server, ASK, WAYS[0], sw.JSON).convert() == before


def test_a_query_that_is_wrong_is_told_as_the_protocol_says(server: Server) -> None:
    with pytest.raises(sw.SPARQLExceptions.QueryBadFormed):
        asked(server, "SELECT WHERE", WAYS[1], sw.JSON)


# --- what runs -----------------------------------------------------------------------------------


def workers(server_process: int) -> list[int]:
    """The processes that run queries for a server."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if parent == server_process and b"kg.ask.worker" in command:
                found.append(int(entry.name))
    return found


def soon(holds: Any) -> bool:
    """Whether something comes to hold within half a minute."""
    for _ in range(600):
        if holds():
            return True
        time.sleep(0.05)
    return False


def test_who_goes_away_stops_the_query(seeds: Path) -> None:
    process, port = started(seeds, "--timeout", "600")
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            path = "/sparql?" + urlencode({"query": SLOW})
            request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
            connection.sendall(request.encode())
            assert soon(lambda: len(workers(process.pid)) == 1)
        assert soon(lambda: workers(process.pid) == [])
        assert Server(port)("/sparql?" + urlencode({"query": ASK})).status == 200
    finally:
        stopped(process)


def test_the_time_limit_kills_the_query(seeds: Path) -> None:
    process, port = started(seeds, "--timeout", "0.5")
    try:
        answer = Server(port)("/sparql?" + urlencode({"query": SLOW}))
        assert (answer.status, answer.text[:43]) == (
            503,
            "the query was stopped after 0.5 seconds: ma",
        )
        assert workers(process.pid) == []
    finally:
        stopped(process)


def test_rows_come_as_they_are_found(server: Server) -> None:
    # Two thousand million rows: only who is sent the first before the last is found has any.
    query = "SELECT * {?a ?b ?c. ?d ?e ?f. ?g ?h ?i}"
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request(
        "GET", "/sparql?" + urlencode({"query": query}), headers={"Accept": "text/csv"}
    )
    reply = connection.getresponse()
    assert reply.status == 200
    assert reply.headers["transfer-encoding"] == "chunked"
    head = reply.read(1 << 20)
    assert head.startswith(b"a,b,c,d,e,f,g,h,i\r\n")
    assert len(head) == 1 << 20
    connection.close()
    assert server("/sparql?" + urlencode({"query": ASK})).status == 200


def test_a_large_graph_is_opened_from_where_it_is_kept(
    seeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "seeds"
    shutil.copytree(seeds, root, ignore=shutil.ignore_patterns(".kg-cache"))
    assert main(["build", "--project", str(root)]) == 0
    large = tmp_path / "large"
    large.mkdir()
    # Every graph is large here: what is kept is made once, and queries are asked of it.
    (large / "sitecustomize.py").write_text("import kg.rdf.kept_store as k; k.SMALL = 0\n")
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(large), str(Path(kept_store.__file__).parents[2])])
    )
    stamps = []
    for _ in range(2):
        process, port = started(root)
        try:
            server = Server(port)
            answer = server("/sparql?" + urlencode({"query": SELECT}))
            assert len(json.loads(answer.body)["results"]["bindings"]) == 2
            assert server("/questions/contacts.html").status == 200
            stamps.append(
                {
                    path.relative_to(root).as_posix(): path.stat().st_mtime_ns
                    for name in ("store", "tables")
                    for path in (root / ".kg-cache" / name).iterdir()
                }
            )
        finally:
            stopped(process)
    assert stamps[0] == stamps[1]
    assert sorted(path.split("/")[1] for path in stamps[0]) == ["store", "tables"]


# --- the processes that make pages ---------------------------------------------------------------


def renderers(server_process: int) -> list[int]:
    path = Path(f"/proc/{server_process}/task/{server_process}/children")
    return [int(pid) for pid in path.read_text().split()]


def test_a_process_that_ends_is_replaced(seeds: Path) -> None:
    process, port = started(seeds, "--workers", "2")
    try:
        server = Server(port)
        assert soon(lambda: len(renderers(process.pid)) == 2)
        first = set(renderers(process.pid))
        for pid in first:
            os.kill(pid, signal.SIGKILL)
        assert soon(lambda: len(set(renderers(process.pid)) - first) == 2)
        assert soon(lambda: server("/names.html").status == 200)
    finally:
        stopped(process)


def test_no_process_is_left(seeds: Path) -> None:
    process, _ = started(seeds, "--workers", "2")
    assert soon(lambda: len(renderers(process.pid)) == 2)
    left = renderers(process.pid)
    process.kill()
    process.communicate(timeout=30)
    assert soon(lambda: not any(map(runs, left)))


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except OSError:
        return False


def test_an_output_that_was_built_anew_meanwhile(seeds: Path, tmp_path: Path) -> None:
    begin = framed(Begin(str(seeds), "0" * 64, 1.0))
    run = subprocess.run(
        [sys.executable, "-m", "kg.web.renderer"], input=begin, capture_output=True, check=False
    )
    assert (run.returncode, run.stdout) == (1, b"")
    assert run.stderr == b"the output was built anew: start `kg serve` again to see it\n"


def test_many_clients_at_once_get_each_their_own_page(server: Server) -> None:
    listed = server("/index.html").text
    paths = re.findall(r'href="(event/[^"]+)"', listed)
    assert len(paths) == 25
    found: dict[str, bytes] = {}

    def client(start: int) -> None:
        for path in paths[start::5]:
            found[path] = server("/" + quote(path)).body

    threads = [threading.Thread(target=client, args=(n,)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 25
    for path, body in found.items():
        slug = path.removeprefix("event/").removesuffix(".html")
        assert f"<code>{slug}</code>".encode() in body


@pytest.mark.parametrize("number", ["0", "-1"])
def test_no_workers(seeds: Path, number: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--project", str(seeds), "--workers", number]) == 2
    assert "--workers: write 1 or more" in capsys.readouterr().err
