"""Pages written by a process of its own: the same files, and never a part of them in silence."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import pytest

from kg.built import open_built
from kg.processes import environment
from kg.web import writing
from kg.web.explorer import Address, Explorer
from kg.web.files import write_files
from kg.web.model import Brief, Draft, EventPage, ListPage, Ref
from kg.web.rendered import Settings, Templates
from kg.web.site import _drafts
from kg.web.writing import Ended, writer
from tests.sites import site

SETTINGS = Settings("Lakes", "1.0.0", "2026-05-06", "https://example.org/l", "https://e.org/", "")
TEMPLATES = Templates(SETTINGS)


def message(path: str) -> Draft:
    return Draft(path, ListPage("A & B", "Nothing.", (), (), "names.html"))


def write_pages(folder: str, drafts: Iterable[Draft], count: int) -> dict[str, int]:
    with writer(folder, TEMPLATES, count) as into:
        into.pages(drafts)
    return into.sizes


def contents(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that write pages, from the first page on."""
    processes: list[subprocess.Popen[bytes]] = []

    class Recorded(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            processes.append(self)

    monkeypatch.setattr(writing, "MANY", 1)
    monkeypatch.setattr("kg.web.writing.subprocess.Popen", Recorded)
    return processes


def test_a_site_is_the_same_whoever_writes_it(
    seeds: Path, tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    by_another = site(seeds, tmp_path / "another")
    assert [process.returncode for process in started] == [0, 0]
    writing.MANY = 1_000_000
    here = site(seeds, tmp_path / "here")
    assert len(started) == 2
    assert by_another == here
    files = contents(tmp_path / "here")
    assert len(files) == here.files > 300
    assert contents(tmp_path / "another") == files


def test_a_small_site_starts_no_process(
    seeds: Path, tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    writing.MANY = 2000
    assert site(seeds, tmp_path / "site").pages < 2000
    assert started == []


def test_pages_come_in_batches(tmp_path: Path, started: list[subprocess.Popen[bytes]]) -> None:
    drafts = [message(f"a/{number}.html") for number in range(205)]
    sizes = write_pages(str(tmp_path), iter(drafts), len(drafts))
    html = {draft.path: TEMPLATES.html(draft).encode() for draft in drafts}
    assert contents(tmp_path) == html
    assert sizes == {path: len(data) for path, data in html.items()}
    assert [process.returncode for process in started] == [0, 0]


def test_pages_and_files_come_from_two_threads(
    tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    ready = {f"b/{number}.ttl": b"%d" % number * number for number in range(999)}
    drafts = [message(f"a/{number}.html") for number in range(999)]
    with ThreadPoolExecutor(1) as beside, writer(str(tmp_path), TEMPLATES, 999) as into:
        files = beside.submit(into.files, ready.items())
        into.pages(drafts)
        files.result()
    expected = ready | {draft.path: TEMPLATES.html(draft).encode() for draft in drafts}
    assert contents(tmp_path) == expected
    assert into.sizes == {path: len(data) for path, data in expected.items()}
    assert [process.returncode for process in started] == [0, 0]


def test_a_large_file_is_written_here(
    tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    ready = {"a.json": b"x" * (1 << 20), "b.json": b"y" * ((1 << 20) + 1), "c.json": b"z"}
    with writer(str(tmp_path), TEMPLATES, 1) as into:
        into.files(ready.items())
        assert into.sizes == {"b.json": (1 << 20) + 1}
    assert contents(tmp_path) == ready
    assert into.sizes == {path: len(data) for path, data in ready.items()}
    assert len(started) == 2


@pytest.mark.parametrize("killed", [0, 1])
def test_a_process_that_is_killed_is_an_error(
    tmp_path: Path, started: list[subprocess.Popen[bytes]], killed: int
) -> None:
    def numbers() -> Iterator[int]:
        for number in range(5000):
            if number == 1000:
                os.kill(started[killed].pid, signal.SIGKILL)
            yield number

    def write() -> None:
        with writer(str(tmp_path), TEMPLATES, 5000) as into:
            if killed:
                into.files((f"{number}.ttl", b".") for number in numbers())
            else:
                into.pages(message(f"{number}.html") for number in numbers())

    with pytest.raises(Ended, match=r"exit status -9\) before all of it was written: .* again"):
        write()
    assert [process.returncode for process in started][killed] == -9


def test_a_page_that_cannot_be_rendered_is_an_error(
    tmp_path: Path, started: list[subprocess.Popen[bytes]], capfd: pytest.CaptureFixture[str]
) -> None:
    ref = Ref("Talks", "event/e.html")
    brief = Brief("event/e", ref, "Talks", "held", "", "", None, None, None, "", ("actor/a",), 1)
    no_names = EventPage(brief, "e", (), (), (), (), None, (), 1, "", (), ())
    with pytest.raises(Ended, match="exit status 1"):
        write_pages(str(tmp_path), [message("1.html"), Draft("event/e.html", no_names)], 2)
    assert "zip() argument 2 is shorter than argument 1" in capfd.readouterr().err
    assert len(started) == 2


def test_a_page_that_cannot_be_read_is_an_error(
    tmp_path: Path, started: list[subprocess.Popen[bytes]], capfd: pytest.CaptureFixture[str]
) -> None:
    drafts = [message("1.html"), Draft("2.html", cast("ListPage", Ref("no page")))]
    with pytest.raises(Ended, match="exit status 1"):
        write_pages(str(tmp_path), drafts, 2)
    assert "msgspec.ValidationError: Invalid value 'no page'" in capfd.readouterr().err
    assert len(started) == 2


def test_what_failed_beside_the_drafts_is_told_at_once(seeds: Path) -> None:
    explorer = Explorer(open_built(seeds), seeds, Address())
    beside: Future[None] = Future()
    drafts = _drafts(explorer, beside)
    lists = [next(drafts).path for _ in range(3)]
    beside.set_exception(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        next(drafts)
    assert lists == ["index.html", "names.html", "articles.html"]


def test_what_the_system_refuses_is_the_same_error(
    tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    (tmp_path / "taken.html").mkdir()
    with pytest.raises(IsADirectoryError) as here:
        write_files(str(tmp_path), [("taken.html", b"")])
    drafts = [message(f"{number}.html") for number in range(60)] + [message("taken.html")]
    with pytest.raises(IsADirectoryError) as there:
        write_pages(str(tmp_path), drafts, len(drafts))
    assert str(there.value) == str(here.value)
    assert [process.returncode for process in started] == [0, 0]


def test_an_error_on_this_side_ends_the_process(
    tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    def drafts() -> Iterator[Draft]:
        yield message("1.html")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_pages(str(tmp_path), drafts(), 2)
    assert [process.poll() is not None for process in started] == [True, True]


def test_what_cannot_be_read_ends_the_process(tmp_path: Path) -> None:
    with (tmp_path / "only-written").open("wb") as unreadable:
        run = subprocess.run(
            [sys.executable, "-m", "kg.web.writer"],
            stdin=unreadable,
            env=environment(),
            capture_output=True,
            check=False,
            timeout=60,
        )
    assert (run.returncode, run.stdout) == (1, b"")
    assert b"OSError: [Errno 9] Bad file descriptor" in run.stderr


def test_the_process_holds_no_graph() -> None:
    code = "import json, sys, kg.web.writer; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, check=True
    )
    loaded = json.loads(run.stdout)
    assert "kg.web.rendered" in loaded
    assert not {"polars", "pyoxigraph", "rdflib", "kg.web.atlas"} & set(loaded)
