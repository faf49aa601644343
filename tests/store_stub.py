"""A store on loopback that keeps to SPARQL 1.1 and fails as it is told to."""

from __future__ import annotations

import gzip
import io
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pyoxigraph as ox


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that came: its method, path with query, headers by lower-case name, and body."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say in place of the truth; a body longer than it says breaks off.

    `stall` are seconds of silence before it, `endless` sends the body again and again.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    stall: float = 0.0
    endless: bool = False


Fault = Callable[[Seen], "Answer | None"]


@dataclass(slots=True)
class Stub:
    """Its graphs, what it was asked, and the faults.

    `fault` may answer a request itself; `bytes_left` are those that get through in both
    directions until every connection is cut.
    """

    store: ox.Store = field(default_factory=ox.Store)
    seen: list[Seen] = field(default_factory=list)
    fault: Fault = lambda _: None
    bytes_left: int | None = None
    passed: int = 0
    server_name: str = "Oxigraph/stub"
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def triples(self, graph: str) -> set[str]:
        """The lines of a graph."""
        node = ox.NamedNode(graph)
        return {str(quad.triple) for quad in self.store.quads_for_pattern(None, None, None, node)}

    def graphs(self) -> set[str]:
        """Those that hold anything."""
        return {
            cast("Any", quad.graph_name).value
            for quad in self.store
            if quad.graph_name != ox.DefaultGraph()
        }


class CutOff(Exception):
    """The connection is to be cut now."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def stub(self) -> Stub:
        return cast("_Server", self.server).stub

    def log_message(self, *args: object) -> None:
        """Quiet."""

    def version_string(self) -> str:
        return self.stub.server_name

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        self.close_connection = True
        chunked = self.headers.get("Transfer-Encoding") == "chunked"
        length = None if chunked else int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        head = len(self.path) + sum(map(len, headers)) + sum(map(len, headers.values()))
        try:
            self._pass(head)
            body = self._body(length)
        except CutOff:
            self._cut()
            return
        seen = Seen(method, self.path, headers, body)
        with self.stub.lock:
            self.stub.seen.append(seen)
            answer = self.stub.fault(seen)
            if answer is None:
                answer = self._truth(seen)
        try:
            self._send(answer)
        except (CutOff, OSError):
            self._cut()

    def _parts(self, length: int | None) -> Iterator[bytes]:
        """What comes of a body, chunk by chunk where its length is not told (RFC 9112, 7.1)."""
        left = int(self.rfile.readline(), 16) if length is None else length
        while left:
            part = self.rfile.read(min(4096, left))
            if not part:
                raise CutOff
            left -= len(part)
            yield part
            if length is None and not left:
                self.rfile.readline()
                left = int(self.rfile.readline() or b"0", 16)
        if length is None:
            self.rfile.readline()

    def _body(self, length: int | None) -> bytes:
        """The body; where the connection is cut in it, an upload keeps the lines that came."""
        body = b""
        try:
            for part in self._parts(length):
                allowed = self._allowed(len(part))
                body += part[:allowed]
                if allowed < len(part):
                    raise CutOff
        except CutOff:
            whole = body[: body.rfind(b"\n") + 1]
            if whole and "no_transaction" in self.path:
                with self.stub.lock:
                    self._truth(Seen("POST", self.path, {}, whole))
            raise
        return body

    def _allowed(self, size: int) -> int:
        with self.stub.lock:
            left = self.stub.bytes_left
            allowed = size if left is None else min(size, left)
            self.stub.passed += allowed
            if left is not None:
                self.stub.bytes_left = left - allowed
            return allowed

    def _pass(self, size: int) -> None:
        if self._allowed(size) < size:
            raise CutOff

    def _cut(self) -> None:
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()

    def _truth(self, seen: Seen) -> Answer:
        parts = urlsplit(seen.path)
        given = parse_qs(parts.query, keep_blank_values=True)
        store = self.stub.store
        try:
            if parts.path.endswith("/store"):
                name = ox.NamedNode(given["graph"][0]) if "graph" in given else ox.DefaultGraph()
                if seen.method == "GET":
                    out = io.BytesIO()
                    store.dump(out, format=ox.RdfFormat.N_TRIPLES, from_graph=name)
                    return Answer(200, {"Content-Type": "application/n-triples"}, out.getvalue())
                store.load(seen.body, format=ox.RdfFormat.N_TRIPLES, to_graph=name)
                return Answer(204)
            if parts.path.endswith("/update"):
                store.update(seen.body.decode())
                return Answer(204)
            return self._query(seen)
        except (SyntaxError, ValueError) as error:
            return Answer(400, {"Content-Type": "text/plain"}, str(error).encode())

    def _query(self, seen: Seen) -> Answer:
        form = parse_qsl(seen.body.decode())
        values = dict(form)
        if "query" not in values:
            return Answer(200, {"Content-Type": "text/html"}, b"<html>a page</html>")
        graphs: list[Any] = [
            ox.NamedNode(value) for name, value in form if name == "default-graph-uri"
        ]
        found = self.stub.store.query(values["query"], default_graph=graphs or None)
        if isinstance(found, ox.QueryTriples):
            body = found.serialize(format=ox.RdfFormat.N_TRIPLES)
            return Answer(200, {"Content-Type": "application/n-triples"}, body or b"")
        body = found.serialize(format=ox.QueryResultsFormat.JSON)
        return Answer(200, {"Content-Type": "application/sparql-results+json"}, body or b"")

    def _send(self, answer: Answer) -> None:
        if answer.stall:
            cast("_Server", self.server).closing.wait(answer.stall)
        headers = {"Content-Length": str(len(answer.body)), **answer.headers}
        if answer.endless:
            headers.pop("Content-Length")
        self._pass(len(answer.body))
        self.send_response(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)
        while answer.endless and not cast("_Server", self.server).closing.is_set():
            self.wfile.write(answer.body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, stub: Stub) -> None:
        self.stub = stub
        self.closing = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what these tests are about."""


@contextmanager
def running() -> Iterator[Stub]:
    """A stub that answers at its `url`."""
    stub = Stub()
    server = _Server(stub)
    stub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield stub
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


def page(status: int = 200) -> Answer:
    """A page for people."""
    return Answer(status, {"Content-Type": "text/html"}, b"<html><body>Welcome!</body></html>")


def number(count: int) -> Answer:
    """The answer to a count."""
    binding = {"n": {"type": "literal", "value": str(count)}}
    body = json.dumps({"head": {"vars": ["n"]}, "results": {"bindings": [binding]}}).encode()
    return Answer(200, {"Content-Type": "application/sparql-results+json"}, body)


def bomb() -> Answer:
    """64 KiB that unpack to 64 MiB."""
    body = gzip.compress(b"0" * (1 << 26))
    kind = "application/sparql-results+json"
    return Answer(200, {"Content-Type": kind, "Content-Encoding": "gzip"}, body)
