"""Work of several threads at once that keeps its order: jobs, and what is made ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TypeVar

Result = TypeVar("Result")


def in_order(
    pool: Executor,
    jobs: Iterable[Callable[[], Result]],
    take: Callable[[Result], None],
    waiting: int = 8,
) -> None:
    """Do jobs in a pool and hand their results on in the order of the jobs.

    `take` runs in a thread of its own. At most `waiting` jobs are under way or done and not taken;
    the next is only asked for when there is room. The first error of a job or of `take` ends all.
    """
    room = BoundedSemaphore(waiting)
    failed: list[BaseException] = []

    def taken(future: Future[Result]) -> None:
        try:
            if not failed:
                take(future.result())
        except BaseException as error:  # handed on to the caller's thread
            failed.append(error)
        finally:
            room.release()

    with ThreadPoolExecutor(1) as taker:
        for job in jobs:
            room.acquire()
            if failed:
                break
            taker.submit(taken, pool.submit(job))
    if failed:
        raise failed[0]


def ahead(items: Iterable[Result], most: int = 1) -> Iterator[Result]:
    """The items, of which at most so many are made in a thread of their own before they are due.

    An error of theirs is raised where the item would have come.
    """
    source = iter(items)
    end = object()
    with ThreadPoolExecutor(1) as pool:
        coming = deque(pool.submit(next, source, end) for _ in range(most))
        while (item := coming.popleft().result()) is not end:
            coming.append(pool.submit(next, source, end))
            yield item  # type: ignore[misc]
