"""A store elsewhere: SPARQL 1.1 Protocol and Graph Store Protocol, as each product speaks them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from kg.rdf.credentials import AddressError, checked
from kg.rdf.http import Client, Refused, Reply, Request

JSON = "application/sparql-results+json"
TRIPLES = "application/n-triples"
_FORM = "application/x-www-form-urlencoded"
_ANSWER = 1 << 26
"""Bytes of an answer that is held in memory, such as one about samples."""


@dataclass(frozen=True, slots=True)
class Store:
    """Where a store takes queries, updates and graphs, and how it loads files by itself.

    Without `graphs`, triples are sent as updates. `bulk` is added to the address of a graph that
    may be filled piece by piece, in requests of `chunk` bytes, which a store that `streams` takes
    without being told their length; `loader` are shell lines with {graph} for the graph's IRI.
    """

    name: str
    query: str
    update: str
    graphs: str | None
    bulk: str = ""
    chunk: int = 1 << 26
    streams: bool = False
    upload: str = TRIPLES
    default: bool = True
    loader: str = ""


_LOADERS = {
    "oxigraph": "oxigraph load --location DATABASE --file main.nt --graph '{graph}'",
    "virtuoso": "isql 1111 dba PASSWORD exec=\"ld_dir('FOLDER', 'main.nt', '{graph}'); "
    'rdf_loader_run(); checkpoint;"',
    "fuseki": "tdb2.tdbloader --loc=DATABASE --graph='{graph}' main.nt",
    "graphdb": "sed 's| \\.$| <{graph}> .|' main.nt > main.nq && importrdf load -f -i REPOSITORY "
    "main.nq",
}
STORES = tuple(_LOADERS)
"""The products known by name."""


def store_named(name: str, url: str) -> Store:
    """The addresses of a product, from its own or from that of one of its endpoints."""
    base = url.partition("?")[0].rstrip("/")
    known = {
        "oxigraph": ("/query", "/update", "/store"),
        "virtuoso": ("/sparql-auth", "/sparql-graph-crud-auth", "/sparql"),
        "fuseki": ("/sparql", "/query", "/update", "/data"),
        "graphdb": ("/statements", "/rdf-graphs/service"),
    }[name]
    base = next((base.removesuffix(end) for end in known if base.endswith(end)), base)
    loader = _LOADERS[name]
    if name == "oxigraph":
        graphs = f"{base}/store"
        return Store(
            name,
            f"{base}/query",
            f"{base}/update",
            graphs,
            "no_transaction",
            # It makes files of a million triples out of each request, and after a few small ones
            # begins to merge them, which takes longer than all the rest.
            chunk=1 << 30,
            streams=True,
            loader=loader,
        )
    if name == "virtuoso":
        # Its default graph is all of them together.
        return Store(
            name,
            f"{base}/sparql",
            f"{base}/sparql-auth",
            f"{base}/sparql-graph-crud-auth",
            chunk=1 << 24,
            # Its word for N-Triples makes it guess from the first lines what they are.
            upload="text/turtle",
            default=False,
            loader=loader,
        )
    if name == "fuseki":
        return Store(name, f"{base}/sparql", f"{base}/update", f"{base}/data", loader=loader)
    graphs = f"{base}/rdf-graphs/service"
    return Store(name, base, f"{base}/statements", graphs, loader=loader)


def store_at(url: str, client: Client) -> Store:
    """The store at an address, told by the address or by what the server calls itself.

    Raises AddressError where neither tells.
    """
    if "/repositories/" in urlsplit(url).path:
        return store_named("graphdb", url)
    server = client.server(url).lower()
    for name in ("oxigraph", "virtuoso", "fuseki"):
        if name in server:
            return store_named(name, url)
    raise AddressError(
        f"{url}: which store is this? Say it with --store ({', '.join(STORES)}), or give the "
        "address for queries, and that for updates with --update-url"
    )


def store_of(query: str, update: str, graphs: str | None) -> Store:
    """A store of some other kind, by its addresses; raises AddressError."""
    return Store(
        "store",
        checked(query),
        checked(update),
        checked(graphs) if graphs else None,
        chunk=1 << 26 if graphs else 1 << 21,
    )


Term = tuple[str, str, str]
"""What a term is (`iri`, `blank`, `literal`), its text, and its datatype or `@language`."""


@dataclass(frozen=True, slots=True)
class Remote:
    """Asks and changes a store; every method raises RemoteError."""

    client: Client
    store: Store

    def select(self, query: str) -> list[dict[str, Term]]:
        """The rows of a query with a short answer."""
        request = asking(self.store.query, query, JSON)
        media_type, body = self.client.ask(request, _ANSWER)
        check_results(self.store.query, media_type)
        try:
            found = json.loads(body)["results"]["bindings"]
            return [{name: term(value) for name, value in row.items()} for row in found]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Refused(f"{self.store.query}: what it answered are no SPARQL results") from None

    def number(self, query: str) -> int:
        """The one number that a query gives as ?n."""
        rows = self.select(query)
        try:
            return int(rows[0]["n"][1])
        except (LookupError, ValueError):
            raise Refused(f"{self.store.query}: it answered no number to a count") from None

    def update(self, text: str) -> None:
        """Run an update, which must bear to be run twice."""
        headers = {"Content-Type": "application/sparql-update", "Accept": "*/*"}
        self._told(Request("POST", self.store.update, headers, text.encode()))

    def add(
        self, graph: str | None, triples: bytes | Iterable[bytes], *, bulk: bool = False
    ) -> None:
        """Add lines of N-Triples to a graph, None for the default graph.

        With `bulk`, a failure may leave some of them there. What can be read again is read as it
        is sent where the store streams.
        """
        if self.store.graphs is None:
            inside = _whole(triples).decode()
            self.update(f"INSERT DATA {{ {wrapped(graph, inside)} }}")
            return
        url = self._graph_url(graph) + (f"&{self.store.bulk}" if bulk and self.store.bulk else "")
        body = triples if self.store.streams else _whole(triples)
        self._told(Request("POST", url, {"Content-Type": self.store.upload, "Accept": "*/*"}, body))

    @contextmanager
    def read(self, graph: str | None, limit: int) -> Iterator[Reply]:
        """A whole graph as N-Triples, of at most so many bytes."""
        if self.store.graphs is None:
            text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {wrapped(graph, '?s ?p ?o')} }}"
            request = asking(self.store.query, text, TRIPLES)
        else:
            request = Request("GET", self._graph_url(graph), {"Accept": TRIPLES})
        with self.client.stream(request, limit) as reply:
            if reply.media_type not in (TRIPLES, "text/plain"):
                raise Refused(f"{request.url}: it answered {reply.media_type!r}, no N-Triples")
            yield reply

    def _graph_url(self, graph: str | None) -> str:
        return f"{self.store.graphs}?" + (f"graph={quote(graph, safe='')}" if graph else "default")

    def _told(self, request: Request) -> None:
        """Send a change; a page for people in place of an answer is not taken for success."""
        media_type, body = self.client.ask(request)
        if media_type in ("text/html", "application/xhtml+xml") and body.strip():
            raise Refused(
                f"{request.url.partition('?')[0]}: it answered with a web page, so this is not "
                "where the store takes changes"
            )


def _whole(data: bytes | Iterable[bytes]) -> bytes:
    return data if isinstance(data, bytes) else b"".join(data)


def asking(url: str, query: str, accept: str, dataset: Sequence[tuple[str, str]] = ()) -> Request:
    """A query by POST (SPARQL 1.1 Protocol, 2.1.2), over a dataset where one is given."""
    form = urlencode([("query", query), *dataset]).encode()
    return Request("POST", url, {"Content-Type": _FORM, "Accept": accept}, form)


def check_results(url: str, media_type: str) -> None:
    """Refuse what is no answer in JSON; raises RemoteError."""
    if media_type in (JSON, "application/json"):
        return
    what = "a web page" if "html" in media_type else repr(media_type or "nothing")
    raise Refused(f"{url}: it answered with {what} in place of SPARQL results: is this its "
                  "address for queries?")  # fmt: skip


def wrapped(graph: str | None, pattern: str) -> str:
    """A pattern, or triples, in a graph; None is the default graph."""
    return f"GRAPH <{graph}> {{ {pattern} }}" if graph else pattern


def term(value: Mapping[str, Any]) -> Term:
    """A term of the JSON results (SPARQL 1.1 Query Results JSON Format, 3.2.2)."""
    kind, text = value["type"], str(value["value"])
    if kind == "uri":
        return "iri", text, ""
    if kind == "bnode":
        return "blank", text, ""
    language = value.get("xml:lang")
    return "literal", text, f"@{language}" if language else str(value.get("datatype") or "")
