"""A query of somebody's own while it runs: in a process that ends when nobody waits any longer."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator
from dataclasses import asdict
from typing import IO

from kg.ask.errors import LimitError
from kg.ask.run import Job, failure
from kg.processes import environment

STALLED = 30.0
"""Seconds for which somebody may take nothing of an answer that is being sent."""

_CHUNK = 1 << 16


async def answered(job: Job, seconds: float) -> AsyncGenerator[bytes]:
    """What a query answers, as it comes.

    The process is killed where the iterator is closed, or not asked for more in STALLED seconds.
    Raises as `kg.ask.run.ask` does.
    """
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as errors:
        told.write(json.dumps(asdict(job)).encode())
        told.seek(0)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kg.ask.worker"),
            stdin=told,
            stdout=PIPE,
            stderr=errors,
            env=environment(),
        )
        try:
            async for chunk in _chunks(process.stdout, seconds):
                stalled = asyncio.get_running_loop().call_later(STALLED, _kill, process)
                yield chunk
                stalled.cancel()
            status = await process.wait()
        finally:
            _kill(process)
            await process.wait()
        if status:
            raise _failed(status, errors)


async def _chunks(stdout: asyncio.StreamReader | None, seconds: float) -> AsyncGenerator[bytes]:
    """What the process writes, behind the byte that says that it has opened the graph."""
    if stdout is None or not await stdout.read(1):
        return
    clock = asyncio.get_running_loop()
    left = seconds
    while True:
        begun = clock.time()
        try:
            chunk = await asyncio.wait_for(stdout.read(_CHUNK), left)
        except TimeoutError:
            raise LimitError(
                f"the query was stopped after {seconds:g} seconds: make it narrower"
            ) from None
        left = max(0.0, left - (clock.time() - begun))
        if not chunk:
            return
        yield chunk


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()


def _failed(status: int, errors: IO[bytes]) -> Exception:
    errors.seek(0)
    return failure(status, errors.read().decode(errors="replace"))
