"""`kg push` into a store that misbehaves: what is refused, retried, resumed, and never shown."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import shutil
import ssl
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.build import build
from kg.built import GRAPH, open_built
from kg.cli import main
from kg.push.delta import delta, push_delta
from kg.push.lines import BLOCK, ChangedFile, Digests, Reading, Source
from kg.push.names import Names
from kg.push.progress import Bar
from kg.push.push import Push, Pushed
from kg.push.terms import canonical, triple
from kg.rdf.credentials import AddressError, Credentials, checked, credentials
from kg.rdf.http import ATTEMPTS, Client, Refused, RemoteError, Request, origin
from kg.rdf.remote import Remote, store_named
from tests.store_stub import Answer, Seen, Stub, bomb, number, page, running

PROJECT = Path(__file__).parent / "project"
FOREIGN = ("http://foreign.example/g", {'<http://f/s> <http://f/p> "kept"'})


@pytest.fixture
def stub() -> Iterator[Stub]:
    with running() as found:
        found.store.load(
            f"{next(iter(FOREIGN[1]))} .",
            format=ox.RdfFormat.N_TRIPLES,
            to_graph=ox.NamedNode(FOREIGN[0]),
        )
        yield found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project, built."""
    root = tmp_path_factory.mktemp("push") / "project"
    shutil.copytree(PROJECT, root)
    assert build(root).written is not None
    return root


def lines(root: Path) -> set[str]:
    data = (open_built(root).folder / GRAPH).read_text("utf-8")
    return {line[: line.rindex(" <")] for line in data.splitlines()}


def source_of(path: Path) -> Source:
    data = path.read_bytes()
    return Source(path, len(data), hashlib.sha256(data).hexdigest())


@dataclasses.dataclass
class Job:
    """Pushes sources into a stub, in chunks small enough that there are several."""

    stub: Stub
    base: str
    told: list[str] = dataclasses.field(default_factory=list)
    waits: list[float] = dataclasses.field(default_factory=list)
    timeout: float = 5.0
    chunk: int = 8000
    full: bool = False

    def push(self, path: Path) -> Push:
        client = Client(
            origin(self.stub.url), None, self.timeout, self.told.append, self.waits.append
        )
        store = dataclasses.replace(store_named("oxigraph", self.stub.url), chunk=self.chunk)
        names = Names(self.base)
        remote = Remote(client, store)
        return Push(remote, source_of(path), names, self.told.append, lambda *_: None, self.full)

    def run(self, path: Path) -> Pushed:
        push = self.push(path)
        notes = push.book.read()
        return push.run(notes, push.plan(notes))

    def delta(self, path: Path) -> Pushed | str:
        push = self.push(path)
        found = delta(push)
        return found if isinstance(found, str) else push_delta(push, push.book.read(), found)

    @property
    def main(self) -> set[str]:
        return self.stub.triples(self.base + "graph/main")


BASE = "https://data.example.org/talks/"
"""The base of generated sources."""


def write_source(path: Path, events: range, *, words: str = "said") -> set[str]:
    """A sorted source with some triples in two graphs; returns its distinct triples."""
    kept = set()
    rows = []
    for number_ in events:
        node = f"<{BASE}event/{number_:05}>"
        for predicate, thing in (
            ("a", f"<{BASE}actor/{number_ % 7}>"),
            ("n", f'"{number_}"^^<http://www.w3.org/2001/XMLSchema#integer>'),
            ("q", f'"{words} “{number_}” <x> .\\n"@en'),
        ):
            line = f"{node} <{BASE}{predicate}> {thing}"
            kept.add(line)
            rows += [
                f"{line} <{BASE}graph/{name}> .\n" for name in ("direct", "x")[: number_ % 2 + 1]
            ]
    path.write_text("".join(sorted(rows)), "utf-8")
    return kept


# --- the lines ----------------------------------------------------------------------------------


def test_chunks_are_the_distinct_triples(tmp_path: Path) -> None:
    kept = write_source(tmp_path / GRAPH, range(300))
    source = source_of(tmp_path / GRAPH)
    for size in (1, 500, 1 << 20):
        reading = Reading(source, size)
        chunks = list(reading)
        text = b"".join(chunk.data for chunk in chunks).decode()
        assert {line[:-2] for line in text.split("\n")[:-1]} == kept
        assert text.count("\n") == reading.lines == chunks[-1].end == 900
        assert chunks[-1].read == source.size
        assert 32 <= len(reading.samples) <= 64
        assert all(sample.count(b"\n") == 3 for sample in reading.samples)
    assert len(list(Reading(source, 1))) == 300


def test_digests_go_into_text_and_back(tmp_path: Path) -> None:
    write_source(tmp_path / GRAPH, range(300))
    reading = Reading(source_of(tmp_path / GRAPH), 1 << 20)
    assert len(list(reading)) == 1
    assert len(reading.digests.found) == 300
    texts = reading.digests.texts()
    assert Digests.read(list(texts.values())) == reading.digests
    assert len(texts) <= 64
    for bad in ("?", "QUJD"):
        with pytest.raises((ValueError, struct.error)):
            Digests.read([bad])


XSD = "http://www.w3.org/2001/XMLSchema#"
SAME = [
    ("1", "01", "integer", "integer"),
    ("7", "+7", "integer", "nonNegativeInteger"),
    ("1.50", "1.5", "decimal", "decimal"),
    ("1.5E0", "1.5", "double", "double"),
    ("true", "1", "boolean", "boolean"),
    ("2023-10-31T00:00:00Z", "2023-10-31T00:00:00+00:00", "dateTime", "dateTime"),
    ("2023-10-31T23:59:59.500", "2023-10-31T23:59:59.5", "dateTime", "dateTime"),
    ("-0044-03-15", "-044-03-15", "date", "date"),
    ("PT60M", "PT1H", "duration", "dayTimeDuration"),
    ("PT60M", "3600.0", "duration", "duration"),
    ("12345678901234567890123", "12345678901234567890123", "integer", "decimal"),
]
DIFFERENT = [
    ("1", "2", "integer", "integer"),
    ("2023-10-31T00:00:00Z", "2023-10-31T00:00:00+03:00", "dateTime", "dateTime"),
    ("2023-10-31", "2023-10-31Z", "date", "date"),
    ("2023-10-31", "2023-10-31", "date", "string"),
    ("P1M", "P30D", "duration", "duration"),
    ("true", "false", "boolean", "boolean"),
    ("1", "1", "integer", "string"),
]


@pytest.mark.parametrize("same", [True, False])
def test_rewritten_terms(same: bool) -> None:
    cases = SAME if same else DIFFERENT
    for one, other, kind, other_kind in cases:
        terms = (("literal", one, XSD + kind), ("literal", other, XSD + other_kind))
        assert (canonical(terms[0]) == canonical(terms[1])) is same, (one, other)
    assert canonical(("literal", "x", "@en-GB")) == canonical(("literal", "x", "@en-gb"))
    assert canonical(("literal", "x", "@en")) != canonical(("literal", "x", ""))


def test_lines_in_the_spellings_of_stores() -> None:
    want = ("http://x/é", "http://x/p", ("literal", 'h"é\n\\u0041', "@en-gb"))
    assert triple('<http://x/é> <http://x/p> "h\\"é\\n\\\\u0041"@en-GB .') == want
    assert (
        triple('<http://x/\\u00E9>\t<http://x/p>\t"h\\u0022\\u00E9\\n\\\\u0041"@en-gb .\n') == want
    )
    for bad in ("", "<a> <b> .", '<a> <b> "x', "hello"):
        with pytest.raises(ValueError, match="this is no"):
            triple(bad)


# --- pushes -------------------------------------------------------------------------------------


def test_push_twice_and_again_after_a_change(stub: Stub, tmp_path: Path) -> None:
    old = write_source(tmp_path / "old.nq", range(300))
    new = write_source(tmp_path / "new.nq", range(5, 310), words="says")
    job = Job(stub, BASE)
    assert job.run(tmp_path / "old.nq") == Pushed("staged", 900, 900, 0, 114)
    assert job.main == old
    before = {str(quad) for quad in stub.store}
    stub.seen.clear()
    assert job.run(tmp_path / "old.nq") == Pushed("unchanged", 900)
    assert {str(quad) for quad in stub.store} == before
    assert [seen.path for seen in stub.seen] == ["/query", "/query"]
    assert job.run(tmp_path / "new.nq").sent == 915
    assert job.main == new
    assert stub.graphs() == {BASE + "graph/main", BASE + "graph/push", FOREIGN[0]}
    assert stub.triples(FOREIGN[0]) == FOREIGN[1]
    assert job.told == []


def test_a_change_by_others_is_noticed_and_mended(stub: Stub, tmp_path: Path) -> None:
    old = write_source(tmp_path / "old.nq", range(30))
    job = Job(stub, BASE)
    job.run(tmp_path / "old.nq")
    stub.store.update(f"INSERT DATA {{ GRAPH <{BASE}graph/main> {{ <a:b> <a:b> <a:b> }} }}")
    push = job.push(tmp_path / "old.nq")
    assert push.plan(push.book.read()).why == "the graph has been changed since the last push"
    assert job.run(tmp_path / "old.nq").way == "staged"
    assert job.main == old
    # One triple for another keeps the count: that is for --verify full to find.
    graph = f"GRAPH <{BASE}graph/main>"
    stub.store.update(
        f"DELETE WHERE {{ {graph} {{ <{BASE}event/00001> <{BASE}a> ?o }} }} ; "
        f"INSERT DATA {{ {graph} {{ <a:b> <a:b> <a:b> }} }}"
    )
    assert job.run(tmp_path / "old.nq").way == "unchanged"
    job.full = True
    with pytest.raises(
        RemoteError, match=r"1 missing, 1 not sent; such as .*event/00001.* a:b a:b"
    ):
        job.run(tmp_path / "old.nq")


def test_delta_sends_changed_subjects_only(stub: Stub, tmp_path: Path) -> None:
    write_source(tmp_path / "old.nq", range(300))
    new = write_source(tmp_path / "new.nq", range(2, 304))
    text = (tmp_path / "new.nq").read_text("utf-8").replace("said “77”", "denied “77”")
    (tmp_path / "new.nq").write_text(text, "utf-8")
    new = {line.replace("said “77”", "denied “77”") for line in new}
    job = Job(stub, BASE)
    assert job.delta(tmp_path / "old.nq") == "the store holds no list of what was pushed"
    job.run(tmp_path / "old.nq")
    stub.seen.clear()
    assert job.delta(tmp_path / "new.nq") == Pushed("delta", 906, 15, 0, 15)
    assert job.main == new
    # Four new subjects and a changed one, and the names of these and of the two that left.
    uploads = [seen.body for seen in stub.seen if "staging" in seen.path]
    assert [body.count(b"\n") for body in uploads] == [15, 7]
    assert job.run(tmp_path / "new.nq").way == "unchanged"
    assert job.delta(tmp_path / "old.nq") == Pushed("delta", 900, 9, 0, 9)
    assert stub.graphs() == {BASE + "graph/main", BASE + "graph/push", FOREIGN[0]}


def test_a_large_graph_fills_an_empty_one_directly(
    stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.push.push.FILLED", 1000)
    kept = write_source(tmp_path / "new.nq", range(300))
    other = write_source(tmp_path / "other.nq", range(200, 500))
    job = Job(stub, BASE)
    stub.bytes_left = 30_000
    with pytest.raises(RemoteError, match="gave up after 5 attempts"):
        job.run(tmp_path / "new.nq")
    assert 0 < len(job.main) < 900
    assert job.main < kept
    stub.bytes_left = None
    push = job.push(tmp_path / "new.nq")
    assert push.book.read().filling == push.digest
    done = job.run(tmp_path / "new.nq")
    assert (done.way, done.triples) == ("filled", 900)
    assert done.resumed > 0
    assert done.sent + done.resumed == 900
    assert job.main == kept
    assert not any("staging" in seen.path for seen in stub.seen)
    # What was begun and never ended gives way to another version.
    stub.store.clear()
    stub.bytes_left = 30_000
    with pytest.raises(RemoteError):
        job.run(tmp_path / "new.nq")
    stub.bytes_left = None
    assert job.run(tmp_path / "other.nq").way == "filled"
    assert job.main == other


def test_a_request_that_failed_is_sent_again_from_the_file(stub: Stub, tmp_path: Path) -> None:
    """The body of an upload is read as it goes; what went before is then no longer in memory."""
    kept = write_source(tmp_path / "new.nq", range(3000))
    job = Job(stub, BASE, chunk=1 << 30)
    failed: list[bytes] = []

    def fail(seen: Seen) -> Answer | None:
        if "staging" in seen.path and len(failed) < 2:
            failed.append(seen.body)
            return page(503)
        return None

    stub.fault = fail
    assert job.run(tmp_path / "new.nq") == Pushed("staged", 9000, 9000, 0, 141)
    (whole,) = [seen.body for seen in stub.seen if "staging" in seen.path][2:]
    assert failed == [whole, whole]
    assert whole.count(b"\n") == 9000
    assert len(whole) > 3 * BLOCK
    assert job.main == kept


def test_a_file_that_is_not_the_manifests_is_taken_back(
    stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new.nq"
    write_source(path, range(300))
    job = Job(stub, BASE)
    for filled in (1 << 26, 1000):
        monkeypatch.setattr("kg.push.push.FILLED", filled)
        push = dataclasses.replace(
            job.push(path), source=dataclasses.replace(source_of(path), sha256="0" * 64)
        )
        notes = push.book.read()
        with pytest.raises(ChangedFile, match="is not what its manifest says: run `kg build`"):
            push.run(notes, push.plan(notes))
        assert stub.graphs() == {FOREIGN[0]}


def test_cut_at_a_hundred_places(stub: Stub, tmp_path: Path) -> None:
    old = write_source(tmp_path / "old.nq", range(40))
    new = write_source(tmp_path / "new.nq", range(20, 80), words="says")
    job = Job(stub, BASE, chunk=4000)
    job.run(tmp_path / "old.nq")
    start = {str(quad) for quad in stub.store}
    quads = list(stub.store)
    stub.passed = 0
    job.run(tmp_path / "new.nq")
    whole = stub.passed
    outcomes = []
    for offset in range(100):
        stub.store.clear()
        stub.store.extend(quads)
        stub.bytes_left = whole * offset // 100
        with pytest.raises(RemoteError):
            job.run(tmp_path / "new.nq")
        assert job.main in (old, new)
        outcomes.append(job.main == new)
        assert stub.triples(FOREIGN[0]) == FOREIGN[1]
        stub.bytes_left = None
        assert job.run(tmp_path / "new.nq").triples == 180
        assert job.main == new
        assert stub.graphs() == {BASE + "graph/main", BASE + "graph/push", FOREIGN[0]}
    assert sorted(outcomes) == outcomes
    assert 50 < outcomes.count(False) < 100
    assert start != {str(quad) for quad in stub.store}


def test_stopped_after_any_request(stub: Stub, tmp_path: Path) -> None:
    old = write_source(tmp_path / "old.nq", range(40))
    new = write_source(tmp_path / "new.nq", range(20, 80), words="says")
    job = Job(stub, BASE, chunk=4000)
    job.run(tmp_path / "old.nq")
    quads = list(stub.store)
    stub.seen.clear()
    job.run(tmp_path / "new.nq")
    requests = len(stub.seen)
    assert requests == 21
    for last in range(requests):
        stub.store.clear()
        stub.store.extend(quads)
        stub.seen.clear()
        # All that comes after that request is refused.
        stub.fault = lambda seen, last=last: None if len(stub.seen) <= last else page(403)  # type: ignore[misc]
        with pytest.raises(Refused):
            job.run(tmp_path / "new.nq")
        assert job.main in (old, new)
        stub.fault = lambda _: None
        job.run(tmp_path / "new.nq")
        assert job.main == new
        assert job.run(tmp_path / "new.nq").way == "unchanged"
        assert stub.graphs() == {BASE + "graph/main", BASE + "graph/push", FOREIGN[0]}


def test_what_an_older_push_left_is_dropped(stub: Stub, tmp_path: Path) -> None:
    write_source(tmp_path / "old.nq", range(40))
    write_source(tmp_path / "new.nq", range(50))
    job = Job(stub, BASE, chunk=4000)
    stub.fault = lambda seen: page(403) if len(stub.seen) > 5 else None
    with pytest.raises(Refused):
        job.run(tmp_path / "old.nq")
    stub.fault = lambda _: None
    left = next(graph for graph in stub.graphs() if "staging" in graph)
    job.run(tmp_path / "new.nq")
    assert job.told == [f"dropping <{left}>, left by a push that has not ended"]
    assert stub.graphs() == {BASE + "graph/main", BASE + "graph/push", FOREIGN[0]}


# --- stores that misbehave ----------------------------------------------------------------------


def upload(seen: Seen) -> bool:
    return "staging" in seen.path


REFUSED: dict[str, tuple[Callable[[Seen], Answer | None], str]] = {
    "401": (lambda _: page(401), r"it wants credentials: set KG_PUSH_USER .* \(401\)"),
    "403": (lambda _: page(403), r"it wants credentials: .* \(403\)"),
    "404": (lambda seen: page(404) if upload(seen) else None, "it answered 404: .*Welcome!"),
    "413": (lambda seen: page(413) if upload(seen) else None, "it answered 413"),
    "redirect": (
        lambda _: Answer(307, {"Location": "http://elsewhere.example/query"}),
        "it redirects to 'elsewhere.example', where nothing was sent",
    ),
    "a page for a query": (lambda _: page(), "with a web page in place of SPARQL results"),
    "a page for an upload": (
        lambda seen: page() if upload(seen) else None,
        "it answered with a web page, so this is not where the store takes changes",
    ),
    "results that are none": (
        lambda _: Answer(200, {"Content-Type": "application/json"}, b'{"ok": true}'),
        "what it answered are no SPARQL results",
    ),
    "no number": (
        lambda seen: Answer(200, {"Content-Type": "application/json"}, b'{"results":{"bindings":[]}}') if b"COUNT" in seen.body else None,
        "it answered no number to a count",
    ),
    "a wrong count": (
        lambda seen: number(7) if b"COUNT" in seen.body and b"staging" in seen.body else None,
        "the store holds 7 of 120 triples",
    ),
    "more than was sent": (
        lambda seen: number(999) if b"COUNT" in seen.body and b"staging" in seen.body else None,
        "the store holds 999 of 120 triples: somebody else wrote to the same graph",
    ),
    "gzip that was not asked for": (lambda _: bomb(), "it answered in 'gzip', which was not asked"),
    "an endless reply": (
        lambda _: Answer(200, {"Content-Type": "application/json"}, b" " * 65536, endless=True),
        "the reply is longer than the 67,108,864 bytes allowed for it",
    ),
    "an upload that did nothing": (
        lambda seen: Answer(204) if upload(seen) else None,
        "the store holds 0 of 120 triples",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused_at_once(name: str, stub: Stub, tmp_path: Path) -> None:
    old = write_source(tmp_path / "old.nq", range(20))
    write_source(tmp_path / "new.nq", range(40))
    job = Job(stub, BASE)
    job.run(tmp_path / "old.nq")
    stub.fault, message = REFUSED[name]
    with pytest.raises(RemoteError, match=message):
        job.run(tmp_path / "new.nq")
    assert job.waits == []
    assert job.main == old
    stub.fault = lambda _: None
    assert job.run(tmp_path / "new.nq").triples == 120


PASSING: dict[str, tuple[Answer, str]] = {
    **{str(code): (page(code), f"it answered {code}") for code in (429, 500, 502, 503, 504)},
    "a stall": (Answer(stall=30), "no answer within the time-out"),
    "a reply cut short": (
        Answer(200, {"Content-Length": "999", "Content-Type": "application/json"}, b"{"),
        "the reply broke off",
    ),
}


@pytest.mark.parametrize("name", PASSING)
def test_tried_again_and_not_for_ever(name: str, stub: Stub, tmp_path: Path) -> None:
    kept = write_source(tmp_path / "new.nq", range(20))
    answer, message = PASSING[name]
    job = Job(stub, BASE, timeout=0.3)
    failures = 2
    stub.fault = lambda _: answer if len(stub.seen) % 3 and len(stub.seen) < 8 else None
    assert job.run(tmp_path / "new.nq").triples == 60
    assert job.main == kept
    assert len(job.waits) >= failures
    stub.fault = lambda _: answer
    job.waits.clear()
    with pytest.raises(RemoteError, match=f"{message}.*; gave up after {ATTEMPTS} attempts"):
        job.run(tmp_path / "new.nq")
    assert len(job.waits) == ATTEMPTS - 1
    assert [round(wait / 2**place, 1) for place, wait in enumerate(job.waits)] == [
        pytest.approx(0.5, abs=0.11)
    ] * (ATTEMPTS - 1)


def test_retry_after(stub: Stub, tmp_path: Path) -> None:
    write_source(tmp_path / "new.nq", range(20))
    later = formatdate(4_000_000_000, usegmt=True)
    for told, waits in (("7", [7.0]), ("0", [0.0]), ("soon", None)):
        job = Job(stub, BASE)
        count = len(stub.seen)
        stub.fault = lambda _, told=told, count=count: (  # type: ignore[misc]
            Answer(429, {"Retry-After": told}) if len(stub.seen) == count + 1 else None
        )
        job.run(tmp_path / "new.nq")
        assert len(job.waits) == 1
        assert waits is None or job.waits == waits
    for told in ("86400", later):
        stub.fault = lambda _, told=told: Answer(503, {"Retry-After": told})  # type: ignore[misc]
        job = Job(stub, BASE)
        with pytest.raises(RemoteError, match=r"it asks to come back in \d+"):
            job.run(tmp_path / "new.nq")
        assert job.waits == []


def test_a_certificate_that_is_not_valid(tmp_path: Path) -> None:
    key, certificate = tmp_path / "k.pem", tmp_path / "c.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out",
         certificate, "-subj", "/CN=127.0.0.1", "-days", "1"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    url = f"https://127.0.0.1:{server.server_address[1]}"
    waits: list[float] = []
    try:
        client = Client(url, Credentials("u", "p"), 5.0, wait=waits.append)
        with pytest.raises(Refused, match="its certificate is not valid: self-signed"):
            client.ask(Request("POST", f"{url}/query"))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert waits == []


# --- the command and its secrets ----------------------------------------------------------------

CANARY = "canary-7f3a-secret"


@pytest.mark.parametrize(
    "url",
    [
        f"http://user:{CANARY}@127.0.0.1:1/",
        f"https://{CANARY}@store.example/query",
        f"http://user:{CANARY}@[::1/",
    ],
)
def test_credentials_in_an_address_are_refused_and_hidden(
    url: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (["push", url], ["query", "sources", "--endpoint", url]):
        assert main([*command, "--project", str(project)]) == 2
        err = capsys.readouterr().err
        assert CANARY not in err
        assert "the address of the store is no URL" in err or "put them into KG_PUSH_USER" in err


@pytest.mark.parametrize(
    "url",
    ["ftp://x/", "store.example", "http://", "http://x/a b", "http://x/#g", "http://x:99999/"],
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(AddressError):
        checked(url)


def test_where_credentials_come_from(tmp_path: Path) -> None:
    url = "https://store.example:8443/query"
    netrc = tmp_path / "netrc"
    netrc.write_text("machine store.example login jd password pw\ndefault login x password y\n")
    netrc.chmod(0o600)
    env = {"NETRC": str(netrc)}
    assert credentials(url, env) == Credentials("jd", "pw")
    assert credentials("https://other.example/", env) is None
    assert credentials(url, {**env, "KG_PUSH_USER": "a", "KG_PUSH_PASSWORD": "b"}) == Credentials(
        "a", "b"
    )
    assert credentials(url, {**env, "KG_PUSH_TOKEN": "t"}) == Credentials(token="t")
    netrc.write_text(f"machine store.example login jd password pw\n{CANARY} x\n")
    with pytest.raises(AddressError, match=r"netrc:.*: this is no netrc file") as error:
        credentials(url, env)
    assert CANARY not in str(error.value)
    for bad in ({"KG_PUSH_PASSWORD": CANARY}, {"KG_PUSH_TOKEN": f"{CANARY}\r\nHost: x"}):
        with pytest.raises(AddressError) as error:
            credentials(url, {"NETRC": "/nowhere", **bad})
        assert CANARY not in str(error.value)


def test_a_digest_is_answered_as_in_rfc_7616(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "kg.rdf.credentials.secrets.token_hex",
        lambda _: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )
    challenge = (
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    found = Credentials("Mufasa", "Circle of Life")
    for algorithm, response in (
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ):
        answer = found.answer(challenge.format(algorithm), "GET", "/dir/index.html", 1) or ""
        assert f'response="{response}"' in answer
        assert "qop=auth, nc=00000001" in answer
    assert found.answer("Negotiate", "GET", "/", 1) is None


def echoing(code: int) -> Callable[[Seen], Answer | None]:
    """A store that says back whatever it was told."""

    def fault(seen: Seen) -> Answer | None:
        if "authorization" not in seen.headers:
            return Answer(401, {"WWW-Authenticate": 'Basic realm="x"'})
        said = "".join(f"{name}: {value}\n" for name, value in seen.headers.items())
        body = f"<html>{said} user:{CANARY} {CANARY}</html>".encode()
        kind = {"Content-Type": "text/html", "Location": f"http://{CANARY}.example/"}
        return Answer(code, kind, body)

    return fault


CODES = (200, 204, 301, 302, 307, 400, 401, 403, 404, 409, 413, 418, 429, 500, 503)


@pytest.mark.parametrize("token", [True, False])
def test_no_failure_shows_a_secret(
    token: bool,
    stub: Stub,
    project: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("kg.rdf.http._pause", lambda _: 0.0)
    if token:
        monkeypatch.setenv("KG_PUSH_TOKEN", CANARY)
    else:
        monkeypatch.setenv("KG_PUSH_USER", "user")
        monkeypatch.setenv("KG_PUSH_PASSWORD", CANARY)
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    for code in CODES:
        stub.fault = echoing(code)
        stub.seen.clear()
        assert main(["push", stub.url, "--store", "oxigraph", "--project", str(project)]) == 3
        told = capsys.readouterr()
        assert CANARY not in told.err + told.out
        if code in (401, 403):
            assert len([seen for seen in stub.seen if "authorization" in seen.headers]) == 1
            assert "it refuses these credentials" in told.err
        assert any("authorization" in seen.headers for seen in stub.seen)
    assert before == {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}


def test_the_header_goes_to_no_other_place(stub: Stub) -> None:
    with running() as other:
        stub.fault = lambda _: Answer(307, {"Location": f"{other.url}/query"})
        client = Client(origin(stub.url), Credentials(token=CANARY), 5.0)
        with pytest.raises(Refused, match=r"it redirects to '127\.0\.0\.1'"):
            client.ask(Request("POST", f"{stub.url}/query"))
        assert other.seen == []
        client.server(other.url)
        other.fault = lambda _: Answer(401, {"WWW-Authenticate": "Basic"})
        with pytest.raises(Refused):
            client.ask(Request("POST", f"{other.url}/query"))
        assert [seen for seen in other.seen if "authorization" in seen.headers] == []


def test_the_command(
    stub: Stub, project: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    base = open_built(project).settings.base
    count = len(lines(project))
    push = ["push", stub.url, "--project", str(project)]

    def told(*more: str, code: int = 0) -> str:
        assert main([*push, *more]) == code
        captured = capsys.readouterr()
        assert captured.out == ""
        return captured.err

    graph = f"{base}graph/main"
    dry = told("--dry-run")
    assert "would stage, compare and swap: nothing was pushed before\n" in dry
    assert f"oxigraph load --location DATABASE --file main.nt --graph '{graph}'" in dry
    assert stub.graphs() == {FOREIGN[0]}
    assert told().startswith(f"<{graph}> holds {count:,} triples: {count:,} sent in ")
    same = f"nothing to do: <{graph}> holds these {count:,} triples already\n"
    assert [told(), told("--delta"), told("--verify", "full")] == [same] * 3
    assert told("--dry-run").endswith(
        f"would change nothing: it holds these {count:,} triples already\n"
    )
    assert len(stub.triples(graph)) == count
    stub.server_name = "httpd"
    assert "which store is this? Say it with --store (oxigraph, virtuoso" in told(code=2)
    assert "goes with --update-url" in told("--graph-url", stub.url, code=2)
    assert "takes seconds" in told("--timeout", "0", code=2)
    assert "one scheme, host and port" in told("--update-url", "http://elsewhere.example/", code=2)


def test_a_store_with_updates_only(
    stub: Stub, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    urls = [f"{stub.url}/query", "--update-url", f"{stub.url}/update"]
    assert main(["push", *urls, "--verify", "full", "--project", str(project)]) == 0
    count = len(lines(project))
    assert len(stub.triples(open_built(project).settings.base + "graph/main")) == count
    assert {seen.path for seen in stub.seen} == {"/query", "/update"}
    assert f"{count:,} compared" in capsys.readouterr().err


def test_the_default_graph(stub: Stub, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    push = ["push", stub.url, "--default-graph", "--project", str(project)]
    stub.store.update("INSERT DATA { <a:b> <a:b> <a:b> }")
    assert main(push) == 2
    assert (
        "the default graph holds triples that were not pushed from here" in capsys.readouterr().err
    )
    stub.store.update("CLEAR DEFAULT")
    assert main(push) == 0
    assert main(push) == 0
    told = capsys.readouterr().err.splitlines()[-1]
    assert (
        told
        == f"nothing to do: the default graph holds these {len(lines(project)):,} triples already"
    )
    assert len(list(stub.store.quads_for_pattern(None, None, None, ox.DefaultGraph()))) == len(
        lines(project)
    )
    query = ["query", "sources", "--endpoint", f"{stub.url}/query", "--project", str(project)]
    assert main([*query, "--default-graph", "--format", "csv"]) == 0
    assert capsys.readouterr().out.count("\n") > 1


def test_what_is_no_build_is_not_pushed(
    stub: Stub, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "copy"
    shutil.copytree(project, root)
    graph = open_built(root).folder / GRAPH
    data = graph.read_bytes()
    graph.write_bytes(data.replace(b"a", b"b", 1))
    assert main(["push", stub.url, "--project", str(root)]) == 2
    graph.write_bytes(data + b"\n")
    assert main(["push", stub.url, "--project", str(root)]) == 2
    assert capsys.readouterr().err.count("is not what its manifest says: run `kg build`") == 2
    assert stub.graphs() == {FOREIGN[0]}


def test_progress_is_shown_on_a_terminal_only(stub: Stub, tmp_path: Path) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    quiet, shown = io.StringIO(), Terminal()
    for out in (quiet, shown):
        bar = Bar(100, out)
        bar(50, 1000)
        bar(100, 2000)
        bar.clear()
    assert quiet.getvalue() == ""
    assert "\r 50 %  1,000 triples, " in shown.getvalue()
    assert "\r100 %  2,000 triples, " in shown.getvalue()
    assert shown.getvalue().endswith("\r\x1b[K")
