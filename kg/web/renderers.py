"""Processes that make pages: one answers each request, in the order in which requests come."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path

from kg.processes import environment
from kg.rdf.kept_store import kept_folder
from kg.web.replies import Asked, Begin, Frames, Ready, Reply, framed

_AHEAD = 8
"""Requests that a process may have at once: what it takes and gives in one go costs less."""

_QUICK = ("event/", "article/", "assets/")
"""Beginnings of addresses whose pages are made at once; the others hold up what is behind them."""


def _quick(asked: Asked) -> bool:
    return asked.path.startswith(_QUICK)


class Gone(Exception):
    """The process that was asked is no more."""


class _Renderer(asyncio.Protocol):
    """One process, as the other side of its standard input and output."""

    def __init__(self, process: subprocess.Popen[bytes], freed: Callable[[], None]) -> None:
        self.process = process
        self.ready: asyncio.Future[Ready] = asyncio.get_running_loop().create_future()
        self.ended = asyncio.get_running_loop().create_future()
        self._freed = freed
        self._asked: deque[asyncio.Future[Reply]] = deque()
        self._alone = False
        self._frames = Frames()
        self._transport: asyncio.WriteTransport | None = None
        self._unsent = bytearray()

    def load(self) -> int:
        """How many requests it has."""
        return len(self._asked)

    def makes_quick(self) -> bool:
        """Whether it makes pages that are made at once."""
        return bool(self._asked) and not self._alone

    def takes(self, asked: Asked) -> bool:
        """Whether it may have one more: what may take long has a process to itself."""
        if _quick(asked):
            return not self._alone and len(self._asked) < _AHEAD
        return not self._asked

    def ask(self, asked: Asked, made: asyncio.Future[Reply]) -> None:
        """Ask it for a page, with what else is asked in this turn of the loop."""
        self._alone = not _quick(asked)
        self._asked.append(made)
        if not self._unsent:
            asyncio.get_running_loop().call_soon(self._send)
        self._unsent += framed(asked)

    def _send(self) -> None:
        if self._transport is not None:
            self._transport.write(bytes(self._unsent))
        self._unsent.clear()

    def begin(self, begin: Begin) -> None:
        """Tell it what to show."""
        self._unsent += framed(begin)
        self._send()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It can be written to."""
        if isinstance(transport, asyncio.WriteTransport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Some of its answers."""
        for message in self._frames.of(data):
            if isinstance(message, Ready):
                self.ready.set_result(message)
            elif isinstance(message, Reply):
                made = self._asked.popleft()
                if not made.done():
                    made.set_result(message)
        self._alone = self._alone and bool(self._asked)
        self._freed()

    def connection_lost(self, exc: Exception | None) -> None:
        """It ended."""
        self.ended.set_result(exc)
        self.ready.cancel()
        for made in self._asked:
            if not made.done():
                made.set_exception(Gone())


class Renderers:
    """So many processes that show one build; `told` is given what they are doing in words.

    `failed` is called where none of them can be started.
    """

    def __init__(
        self, begin: Begin, count: int, told: Callable[[str], None], failed: Callable[[], None]
    ) -> None:
        self._begin = begin
        self._count = count
        # One core is for whoever answers: with all of them busy each page waits for its turn twice.
        self._most_quick = max(1, min(count, (os.cpu_count() or 1) - 1))
        self._told = told
        self._failed = failed
        self._loop = asyncio.get_running_loop()
        self._processes: list[_Renderer] = []
        self._running: list[_Renderer] = []
        self._waiting: deque[tuple[Asked, asyncio.Future[Reply]]] = deque()
        self.ready: asyncio.Future[Ready] = self._loop.create_future()
        self.store: asyncio.Future[Path | None] = self._loop.create_future()

    async def run(self) -> None:
        """Start them, and others in place of those that end, until cancelled.

        The first one keeps what it reads on disk, and the others take it from there.
        """
        begun = self._loop.time()
        try:
            first = await self._start()
            if first is None:
                return
            self._told(f"the pages are ready after {self._loop.time() - begun:.1f} s")
            keeping = asyncio.ensure_future(self._keep(await first.ready))
            await asyncio.gather(*(self._start() for _ in range(self._count - 1)))
            await keeping
            while self._running:
                ended = [renderer.ended for renderer in self._running]
                await asyncio.wait(ended, return_when=asyncio.FIRST_COMPLETED)
                self._running = [r for r in self._running if not r.ended.done()]
                lost = self._count - len(self._running)
                await asyncio.gather(*(self._start() for _ in range(lost)))
        finally:
            for renderer in self._processes:
                renderer.process.kill()
                renderer.process.wait()
            self._failed()

    async def answer(self, asked: Asked) -> Reply:
        """The reply of a process that has time; raises Gone."""
        made: asyncio.Future[Reply] = self._loop.create_future()
        self._waiting.append((asked, made))
        self._feed()
        return await made

    async def _keep(self, ready: Ready) -> None:
        folder = None
        with contextlib.suppress(OSError, ValueError):  # then each query loads the files
            folder = await asyncio.to_thread(kept_folder, ready.paths, ready.folder, ready.key)
        self.store.set_result(folder)

    async def _start(self) -> _Renderer | None:
        """One more process, once it is ready; None if it never is."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "kg.web.renderer"],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                env=environment(),
            )
        renderer = _Renderer(process, self._feed)
        self._processes.append(renderer)
        await self._loop.create_connection(lambda: renderer, sock=ours)
        renderer.begin(self._begin)
        await asyncio.wait({renderer.ready, renderer.ended}, return_when=asyncio.FIRST_COMPLETED)
        if renderer.ended.done():
            return None
        self._running.append(renderer)
        if not self.ready.done():
            self.ready.set_result(renderer.ready.result())
        self._feed()
        return renderer

    def _feed(self) -> None:
        """Give what waits to those who have the least to do."""
        while self._waiting:
            asked, made = self._waiting[0]
            if not made.done():
                free = [renderer for renderer in self._running if renderer.takes(asked)]
                busy = sum(map(_Renderer.makes_quick, self._running))
                if _quick(asked) and busy >= self._most_quick:
                    free = [renderer for renderer in free if renderer.load()]
                if not free:
                    return
                min(free, key=_Renderer.load).ask(asked, made)
            self._waiting.popleft()
