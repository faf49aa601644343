"""Which process makes a page: quick ones leave a core to the answers, long ones hold nobody up."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator

import pytest

from kg.web.renderers import Renderers, _Renderer
from kg.web.replies import Asked, Begin

QUICK, LONG = "event/a.html", "conflicts.html"


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        yield ended


async def loads(process: subprocess.Popen[bytes], workers: int, *paths: str) -> list[int]:
    """How many pages each of the processes is asked for."""

    def nothing(_: str = "") -> None: ...

    renderers = Renderers(Begin("", "", 1.0), workers, nothing, nothing)
    renderers._running = [_Renderer(process, nothing) for _ in range(workers)]
    asked = [asyncio.ensure_future(renderers.answer(Asked(path))) for path in paths]
    await asyncio.sleep(0)
    for waiting in asked:
        waiting.cancel()
    return [renderer.load() for renderer in renderers._running]


@pytest.mark.parametrize(
    ("cores", "workers", "paths", "expected"),
    [
        (1, 1, [QUICK] * 5, [5]),
        (2, 1, [QUICK] * 5, [5]),
        (2, 2, [QUICK] * 5, [5, 0]),
        (2, 2, [QUICK] * 12, [8, 0]),
        (8, 2, [QUICK] * 5, [3, 2]),
        (3, 3, [QUICK] * 5, [3, 2, 0]),
        (4, 4, [QUICK] * 30, [8, 8, 8, 0]),
        (8, 4, [QUICK] * 30, [8, 8, 7, 7]),
        (2, 2, [LONG, QUICK, QUICK], [1, 2]),
        (2, 2, [QUICK, LONG, QUICK], [2, 1]),
        (2, 2, [LONG, LONG, QUICK], [1, 1]),
        (3, 3, [LONG, QUICK, QUICK, QUICK], [1, 2, 1]),
        (1, 1, [LONG, QUICK], [1]),
    ],
)
def test_pages_are_shared_out(
    process: subprocess.Popen[bytes],
    monkeypatch: pytest.MonkeyPatch,
    cores: int,
    workers: int,
    paths: list[str],
    expected: list[int],
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert asyncio.run(loads(process, workers, *paths)) == expected
