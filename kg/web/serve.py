"""The explorer live: the same pages, questions with settings, and SPARQL to read with."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from typing import TypeVar
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from kg.ask.errors import LimitError, QueryError
from kg.ask.run import Job
from kg.ask.syntax import examine
from kg.rdf.vocabulary import PREFIXES
from kg.web.asking import answered
from kg.web.guard import TOO_LARGE, App, Guard, TooLarge
from kg.web.renderers import Gone, Renderers
from kg.web.replies import CHOICE, FORMATS, OK, Asked, Begin, Reply

KEPT = 64 << 20
"""Bytes of pages that are kept once made."""

T = TypeVar("T")

_AT_ONCE = 2
_WAITING = 16
_HELD = 1 << 16
# Seconds that somebody waits for a graph that is being opened before being told so.
_PATIENT = 5.0
_NOT_YET = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="3">'
    "<title>Not ready yet</title><p>The pages are being made ready. This one will be here soon."
)
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


class _Kept:
    """Pages that were made and are kept; the graph does not change while it is served."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._size = 0
        self._replies: OrderedDict[str, Reply] = OrderedDict()

    def get(self, path: str) -> Reply | None:
        """The page at a path, if it is kept."""
        reply = self._replies.get(path)
        if reply is not None:
            self._replies.move_to_end(path)
        return reply

    def keep(self, path: str, reply: Reply) -> None:
        """Keep a page, and drop those that were asked for longest ago where there are too many."""
        if path not in self._replies:
            self._size += len(reply.body)
        self._replies[path] = reply
        while self._size > self._most:
            _, dropped = self._replies.popitem(last=False)
            self._size -= len(dropped.body)


def application(
    begin: Begin,
    base: str,
    hosts: Sequence[str],
    workers: int,
    told: Callable[[str], None],
    failed: Callable[[], None],
) -> App:
    """The application; `hosts` are the names, with their ports, that it answers to.

    It makes pages in so many processes; for `told` and `failed` see `Renderers`.
    """
    server = _Server(begin.seconds, base)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        server.renderers = Renderers(begin, workers, told, failed)
        running = asyncio.create_task(server.renderers.run())
        try:
            yield
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    app = Starlette(
        lifespan=lifespan,
        routes=[
            Route("/sparql", server.sparql, methods=["GET", "POST"]),
            Route("/{path:path}", server.page, methods=["GET", "HEAD"]),
        ],
    )
    return Guard(app, hosts)


class _Server:
    renderers: Renderers

    def __init__(self, seconds: float, base: str) -> None:
        self._seconds = seconds
        self._base = base
        self._kept = _Kept()
        self._queries = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    async def page(self, request: Request) -> Response:
        path = request.path_params["path"] or "index.html"
        question = path.startswith("questions/")
        reply = self._kept.get(path)
        if reply is None:
            asked = Asked(path, request.query_params.multi_items() if question else ())
            try:
                await (_within(self.renderers.store) if question else _within(self.renderers.ready))
                reply = await self.renderers.answer(asked)
            except (TimeoutError, Gone):
                return Response(_NOT_YET, 503, {"Retry-After": "3"}, "text/html")
            if reply.status in (OK, CHOICE) and not question:
                self._kept.keep(path, reply)
        return _negotiated(request, path) if reply.status == CHOICE else _response(request, reply)

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
        except (LimitError, TimeoutError) as error:
            return _text(503, str(error) or "The graph is being made ready; try again in a while.")
        except QueryError as error:
            return _text(400, str(error))

    async def _answered(self, request: Request, text: str, extension: str) -> Response:
        store = await _within(self.renderers.store)
        paths = tuple(map(str, self.renderers.ready.result().paths))
        kept = str(store) if store is not None else None
        job = Job(paths, kept, text, extension, self._base, {**PREFIXES}, None)
        begun = asyncio.ensure_future(_begun(self._asking(job)))
        gone = asyncio.ensure_future(_gone(request))
        try:
            await asyncio.wait({begun, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not begun.done():
                return Response(status_code=499)
            return StreamingResponse(begun.result(), media_type=FORMATS[extension])
        finally:
            gone.cancel()
            begun.cancel()

    async def _asking(self, job: Job) -> AsyncGenerator[bytes]:
        """What a query answers, once it is its turn."""
        self._waiting += 1
        try:
            async with self._queries, contextlib.aclosing(answered(job, self._seconds)) as chunks:
                async for chunk in chunks:
                    yield chunk
        finally:
            self._waiting -= 1


async def _begun(chunks: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    """An answer once its first bytes are there, so that what fails until then is told."""
    held, more = bytearray(), False
    try:
        async for chunk in chunks:
            held += chunk
            if len(held) > _HELD:
                more = True
                break
    except BaseException:
        await chunks.aclose()
        raise

    async def all_() -> AsyncGenerator[bytes]:
        async with contextlib.aclosing(chunks):
            yield bytes(held)
            if more:
                async for chunk in chunks:
                    yield chunk

    return all_()


async def _gone(request: Request) -> None:
    """Wait until nobody waits for the answer any longer."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _within(wanted: asyncio.Future[T]) -> T:
    """What is being made ready, if it is so soon; raises TimeoutError."""
    if wanted.done():
        return wanted.result()
    return await asyncio.wait_for(asyncio.shield(wanted), _PATIENT)


def _negotiated(request: Request, path: str) -> Response:
    wanted = preferred(request.headers.get("accept", ""), (_HTML, _TURTLE, _LINKED))
    extension = {_TURTLE: "ttl", _LINKED: "jsonld", _HTML: "html"}.get(wanted or "")
    if extension is None:
        return Response("Here are HTML, Turtle and JSON-LD.\n", 406, media_type="text/plain")
    name = f"{path.rpartition('/')[2]}.{extension}"
    return RedirectResponse(name, 303, {"Vary": "Accept"})


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
    return Response(reply.body, reply.status, headers, reply.type)


def _text(status: int, text: str) -> Response:
    return Response(text + "\n", status, media_type="text/plain")
