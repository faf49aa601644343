"""The explorer live: the same pages, questions with settings, and SPARQL to read with."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from typing import IO, Any
from urllib.parse import parse_qsl

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from kg.ask.errors import LimitError, QueryError
from kg.ask.results import Style
from kg.ask.run import ask
from kg.ask.syntax import examine
from kg.rdf.vocabulary import PREFIXES
from kg.web.guard import TOO_LARGE, App, Guard, TooLarge
from kg.web.live import FORMATS, Live, Reply

SECONDS = 20.0
"""What a query of somebody's own may compute."""

_AT_ONCE = 2
_WAITING = 16
_IN_MEMORY = 1 << 20
_READ = 1 << 16
_HTML, _TURTLE, _LINKED = "text/html", "text/turtle", "application/ld+json"
# Media types by what clients ask for, the first where they take anything.
_ROWS = {
    "application/sparql-results+json": "json",
    "application/json": "json",
    "application/sparql-results+xml": "xml",
    "application/xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}
_TRIPLES = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "text/plain": "nt",
}


class _Stopped(Exception):
    """The client went away."""


class _Out:
    """A file of an answer that stops whoever writes it when nobody waits for it any longer."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.stopped = False

    def writelines(self, chunks: Iterator[bytes]) -> None:
        """Write all chunks."""
        for chunk in chunks:
            if self.stopped:
                raise _Stopped
            self.file.write(chunk)


def application(live: Live, hosts: Sequence[str]) -> App:
    """The application; `hosts` are the names, with their ports, that it answers to."""
    server = _Server(live)
    app = Starlette(
        routes=[
            Route("/sparql", server.sparql, methods=["GET", "POST"]),
            Route("/{path:path}", server.page, methods=["GET", "HEAD"]),
        ]
    )
    return Guard(app, hosts)


class _Server:
    def __init__(self, live: Live) -> None:
        self._live = live
        self._queries = anyio.CapacityLimiter(_AT_ONCE)
        self._making = anyio.CapacityLimiter(_AT_ONCE)
        self._waiting = 0

    async def page(self, request: Request) -> Response:
        path = request.path_params["path"] or "index.html"
        live = self._live
        if live.node(path):
            return await self._negotiated(request, path)
        if path.startswith("questions/"):
            return await self._question(request, path)
        reply = live.kept(path)
        if reply is None:
            reply = await anyio.to_thread.run_sync(live.page, path, limiter=self._making)
        if reply is None:
            return self._missing(path)
        return _response(request, reply)

    async def _negotiated(self, request: Request, path: str) -> Response:
        wanted = preferred(request.headers.get("accept", ""), (_HTML, _TURTLE, _LINKED))
        extension = {_TURTLE: "ttl", _LINKED: "jsonld", _HTML: "html"}.get(wanted or "")
        if extension is None:
            return Response("Here are HTML, Turtle and JSON-LD.\n", 406, media_type="text/plain")
        name = f"{path.rpartition('/')[2]}.{extension}"
        return RedirectResponse(name, 303, {"Vary": "Accept"})

    async def _question(self, request: Request, path: str) -> Response:
        pairs = request.query_params.multi_items()
        try:
            reply = await anyio.to_thread.run_sync(self._live.question, path, pairs)
        except QueryError as error:
            body = self._live.message("That cannot be asked", str(error), path.count("/"))
            return Response(body, 400, media_type="text/html")
        return _response(request, reply) if reply else self._missing(path)

    def _missing(self, path: str) -> Response:
        text = "Nothing is at this address. It may have been mistyped, or merged into another."
        body = self._live.message("Not found", text, path.count("/"))
        return Response(body, 404, media_type="text/html")

    async def sparql(self, request: Request) -> Response:
        """SPARQL 1.1 Protocol, section 2.1: queries by GET and both ways of POST."""
        try:
            pairs, text = await _asked(request)
        except ClientDisconnect:
            return Response(status_code=400)
        except TooLarge:
            return _text(413, TOO_LARGE)
        if isinstance(text, Response):
            return text
        chosen = dict(pairs).get("format", "")
        try:
            form = examine(text, PREFIXES)
            known = _TRIPLES if form in ("CONSTRUCT", "DESCRIBE") else _ROWS
            extension = chosen if chosen in set(known.values()) else None
            if extension is None:
                wanted = preferred(request.headers.get("accept", ""), tuple(known))
                if wanted is None:
                    return _text(406, "Here are " + ", ".join(dict.fromkeys(known)) + ".")
                extension = known[wanted]
            if self._waiting >= _WAITING:
                return _text(503, "Too many queries are waiting; try again in a while.")
            return await self._answered(request, text, extension)
        except LimitError as error:
            return _text(503, str(error))
        except QueryError as error:
            return _text(400, str(error))

    async def _answered(self, request: Request, text: str, extension: str) -> Response:
        live = self._live
        file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
        out: Any = _Out(file)
        style = Style(live.explorer.base, PREFIXES)

        def run() -> None:
            ask(live.paths, text, extension, out, style=style, timeout=live.seconds)

        async def watch(scope: anyio.CancelScope) -> None:
            while not await request.is_disconnected():
                await anyio.sleep(0.5)
            out.stopped = True
            scope.cancel()

        self._waiting += 1
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(watch, tasks.cancel_scope)
                await anyio.to_thread.run_sync(run, limiter=self._queries, abandon_on_cancel=True)
                tasks.cancel_scope.cancel()
        except* QueryError as errors:
            raise errors.exceptions[0] from None
        finally:
            self._waiting -= 1
        if out.stopped:
            return Response(status_code=499)
        file.seek(0)
        chunks = iter(lambda: file.read(_READ), b"")
        return StreamingResponse(chunks, media_type=FORMATS[extension])


async def _asked(request: Request) -> tuple[list[tuple[str, str]], str | Response]:
    """What a request asks: its parameters, and the query or a refusal."""
    pairs = list(request.query_params.multi_items())
    text = None
    if request.method == "POST":
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        body = await request.body()
        try:
            decoded = body.decode("utf-8")
        except UnicodeDecodeError:
            return pairs, _text(400, "The query is not in UTF-8.")
        if kind == "application/sparql-query":
            text = decoded
        elif kind == "application/x-www-form-urlencoded":
            pairs += parse_qsl(decoded, keep_blank_values=True, max_num_fields=64)
        else:
            return pairs, _text(415, "Send application/sparql-query, or a form with `query`.")
    if any(name == "update" for name, _ in pairs):
        return pairs, _text(403, "Nothing can be changed here: only queries are answered.")
    if any(name in ("default-graph-uri", "named-graph-uri") for name, _ in pairs):
        return pairs, _text(400, "Choose graphs with GRAPH in the query.")
    queries = [value for name, value in pairs if name == "query"]
    if text is None and len(queries) == 1:
        text = queries[0]
    if text is None:
        return pairs, _text(400, "Send one `query`.")
    return pairs, text


def preferred(accept: str, offered: Sequence[str]) -> str | None:
    """The media type that a client takes most gladly (RFC 9110, section 12.5.1); None for none."""
    if not accept.strip():
        return offered[0]
    weights: dict[str, float] = {}
    for part in accept.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = min(1.0, max(0.0, float(parameter[2:])))
                except ValueError:
                    weight = 0.0
        weights[kind] = weight

    def weight_of(offer: str) -> float:
        for pattern in (offer, offer.split("/", 1)[0] + "/*", "*/*"):
            if pattern in weights:
                return weights[pattern]
        return 0.0

    best = max(offered, key=weight_of)
    return best if weight_of(best) > 0 else None


def _response(request: Request, reply: Reply) -> Response:
    headers = {"Vary": "Accept"}
    if reply.tag:
        headers["ETag"] = reply.tag
        headers["Cache-Control"] = "no-cache"
        if request.headers.get("if-none-match") == reply.tag:
            return Response(status_code=304, headers=headers)
    if reply.alternates:
        links = (f'<{path}>; rel="alternate"; type="{kind}"' for path, kind in reply.alternates)
        headers["Link"] = ", ".join(links)
    return Response(reply.body, headers=headers, media_type=reply.type)


def _text(status: int, text: str) -> Response:
    return Response(text + "\n", status, media_type="text/plain")
