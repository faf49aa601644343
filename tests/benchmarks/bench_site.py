"""The explorer at scale: pages from 10,000 articles with 50,000 events, written and served.

    python tests/benchmarks/bench_site.py [--articles 10000] [--live]

The corpus is generated and built once, under .bench/site. `kg site` is compared with the template
engine alone, which renders the same pages from data that is ready (a tenth of the pages, every
tenth, scaled up); a page served live with what `kg why` takes to ask for the same event; the 99th
percentile with 20 clients with the median of one, on pages that are made anew and on pages that
are kept, the clients of both sides in a process of their own, and once with clients that look at
each page for half a second before they ask for the next; and, where Chromium is, the time
between frames while the timeline is zoomed. The memory is the most that each process of `kg site`
took, added up.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import re
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # the code of this checkout, whether or not it is installed
WORK = ROOT / ".bench" / "site"
EVERY = 10
MOST_MEMORY = 1.5 * 1024 * 1024
MOST_LIVE, MOST_CLIENTS, LEAST_RATE = 1.5, 10.0, 0.5


def corpus(articles: int) -> Path:
    """A built project of so many articles."""
    from tests.benchmarks.corpus import made_up, write

    folder = WORK / f"c{articles}"
    if not (folder / "out" / "manifest.json").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        write(folder, articles, made_up(max(50, articles)))
        subprocess.run(
            [sys.executable, "-m", "kg.cli", "build", "--project", folder], cwd=ROOT, check=True
        )
    return folder


def site_side(project: Path, folder: Path) -> dict[str, float]:
    """Write the site; seconds to open the graph and to write, processor time of all processes."""
    from kg.memory import keep_freed

    keep_freed()  # as the program does
    from kg.built import open_built
    from kg.web.explorer import Address, Explorer
    from kg.web.site import write_site

    begun = time.perf_counter()
    explorer = Explorer(open_built(project), project, Address())
    opened, busy = time.perf_counter(), os.times()
    written = write_site(explorer, folder)
    ended, after = time.perf_counter(), os.times()
    own = after.user + after.system - busy.user - busy.system
    others = after.children_user + after.children_system
    return {
        "open": opened - begun,
        "write": ended - opened,
        "own_cpu": own,
        "other_cpu": others - busy.children_user - busy.children_system,
        "pages": written.pages,
    }


def template_side(project: Path) -> dict[str, float]:
    """Render every tenth page from ready data; seconds for all of them, scaled up."""
    from kg.built import open_built
    from kg.web.explorer import Address, Explorer

    explorer = Explorer(open_built(project), project, Address())
    nodes = explorer.nodes[::EVERY]
    templates = explorer.pages.templates
    drafts = [draft for node in nodes for draft in explorer.drafts([node])]
    ready = [(templates.template(d), templates.context(d)) for d in drafts]
    begun, busy = time.perf_counter(), time.process_time()
    for template, context in ready:
        template.render(context)
    taken, busy = time.perf_counter() - begun, time.process_time() - busy
    share = len(explorer.nodes) / len(nodes)
    return {"render": taken * share, "render_cpu": busy * share}


def side(name: str, *arguments: str | Path) -> dict[str, float]:
    """What a process of its own measured, and as `memory` the peaks of all its processes, added."""
    command = [sys.executable, __file__, "--side", name, *map(str, arguments)]
    peaks: dict[int, int] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(run.stdout, selectors.EVENT_READ)
            while not selector.select(0.2):
                peaks |= family_peaks(run.pid)
        found: dict[str, float] = json.loads(run.stdout.read())
    found["memory"] = sum(peaks.values())
    return found


def live(project: Path) -> bool:
    """Print what a live page costs, and 20 clients against one; whether the figures hold."""
    from kg.built import open_built

    built = open_built(project)
    asker = built.asker()
    events = [f"m{number // 5}-{number % 5}" for number in range(60)]
    asker.why(events[0])
    asked = []
    for event in events:
        begun = time.perf_counter()
        asker.why(event)
        asked.append(time.perf_counter() - begun)
    del asker
    why = statistics.median(asked)
    with served(project) as port:
        clients(port, 1, 60, 200)
        rounds = [one_round(port, 300 + number * ROUND) for number in range(ROUNDS)]
        looking, _ = clients(port, CLIENTS, 300 + ROUNDS * ROUND, MANY, LOOK)
    page = statistics.median(found["one"] for found, _ in rounds)
    print(
        f"a page live  {page * 1000:8.2f} ms  against {why * 1000:8.2f} ms of its queries  ratio "
        f"{page / why:5.2f}  at most {MOST_LIVE}"
    )
    ratios = {}
    for kind, said in (("", "made anew"), ("kept ", "kept")):
        last = statistics.median(found[f"{kind}20"] for found, _ in rounds)
        one = statistics.median(found[f"{kind}one"] for found, _ in rounds)
        rate = statistics.median(found[f"{kind}rate"] for found, _ in rounds)
        ratios[kind] = statistics.median(f[f"{kind}20"] / f[f"{kind}one"] for f, _ in rounds)
        print(
            f"{CLIENTS} clients, pages {said}, 99 %  {last * 1000:8.2f} ms  against "
            f"{one * 1000:8.2f} ms, one client's median  ratio {ratios[kind]:5.2f}"
            + ("" if kind else f"  at most {MOST_CLIENTS}")
            + f"  ({rate:,.0f} pages/s)"
        )
    one = statistics.median(found["one"] for found, _ in rounds)
    last = statistics.quantiles(looking, n=100)[98]
    print(
        f"{CLIENTS} clients that look at each page for {LOOK} s, 99 %  {last * 1000:8.2f} ms  "
        f"against {one * 1000:8.2f} ms  ratio {last / one:5.2f}"
    )
    others = statistics.median(others for _, others in rounds)
    print(f"meanwhile other programs used {others:.2f} of {os.cpu_count()} cores")
    return page / why <= MOST_LIVE and ratios[""] <= MOST_CLIENTS


SITES, ROUNDS, ONE, MANY = 5, 5, 300, 3000
ROUND = ONE + MANY
CLIENTS, LOOK = 20, 0.5


def one_round(port: int, first: int) -> tuple[dict[str, float], float]:
    """One client and many, on events that nobody asked for before, then on the same ones again.

    Seconds, and how many cores other programs used meanwhile.
    """
    found = {}
    busy, own, begun = processor(), time.perf_counter(), family_time()
    for kind in ("", "kept "):
        times, _ = clients(port, 1, first, ONE)
        found[f"{kind}one"] = statistics.median(times)
        times, taken = clients(port, CLIENTS, first + ONE, MANY)
        found[f"{kind}20"] = statistics.quantiles(times, n=100)[98]
        found[f"{kind}rate"] = MANY / taken
    used = processor() - busy - (family_time() - begun)
    return found, max(0.0, used / (time.perf_counter() - own))


def processor() -> float:
    """Seconds for which the cores have been busy."""
    user, nice, system, _, _, interrupt, soft, *_ = map(
        int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    )
    return (user + nice + system + interrupt + soft) / os.sysconf("SC_CLK_TCK")


def family_time() -> float:
    """Seconds of processor that this program's descendants have taken, and itself."""
    # Its own, and that of its children that have ended.
    seconds = [sum(map(int, fields[11:15])) for fields in family(os.getpid()).values()]
    return sum(seconds) / os.sysconf("SC_CLK_TCK")


def family(of: int) -> dict[int, list[str]]:
    """A process and its descendants, with the fields of /proc/PID/stat behind the name."""
    found: dict[int, list[str]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                found[int(entry.name)] = fields
    members = {of}
    while more := {pid for pid, fields in found.items() if int(fields[1]) in members} - members:
        members |= more
    return {pid: found[pid] for pid in members if pid in found}


def family_peaks(of: int) -> dict[int, int]:
    """The most memory that a process and each of its descendants took so far, in KiB."""
    found = {}
    for pid in family(of):
        with contextlib.suppress(OSError):
            peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
            if peak is not None:  # None of one that has just ended
                found[pid] = int(peak[1])
    return found


@contextlib.contextmanager
def served(project: Path) -> Iterator[int]:
    """A server of a project, once all of its processes make pages; its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kg.cli", "serve", "--port", "0", "--project", project],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        lines = [process.stderr.readline() for _ in range(3)]
        found = re.search(r":(\d+)/ until", lines[0])
        assert found is not None, lines
        print(f"kg serve: {lines[2].strip()}")
        # The graph for queries is kept meanwhile; once that is done, a question is answered.
        connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=3600)
        status = 503
        while status == 503:
            connection.request("GET", "/sparql?query=ASK%7B%7D")
            reply = connection.getresponse()
            reply.read()
            status = reply.status
        connection.close()
        # The other processes that make pages open the graph by now.
        for _ in range(60):
            before = family_time()
            time.sleep(1)
            if family_time() - before < 0.05:
                break
        yield int(found[1])
    finally:
        process.terminate()
        process.communicate()


def clients(
    port: int, connections: int, first: int, pages: int, look: float = 0
) -> tuple[list[float], float]:
    """Seconds for each of so many pages asked for by clients in a process of their own, and in all.

    Each asks for its next page when it has had the last for some seconds, on a connection of its
    own.
    """
    command = [sys.executable, __file__, "--client", port, connections, first, pages, look]
    run = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if run.returncode:
        raise SystemExit(run.stderr)
    found: dict[str, Any] = json.loads(run.stdout)
    return found["times"], found["taken"]


class _Client:
    def __init__(self, port: int) -> None:
        self.connection = socket.create_connection(("127.0.0.1", port))
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._host = f"127.0.0.1:{port}"
        self._reply = b""
        self._begun = 0.0

    def ask(self, event: int) -> None:
        self._reply = b""
        path = f"/event/m{event // 5}-{event % 5}.html"
        self._begun = time.perf_counter()
        self.connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())

    def read(self) -> float | None:
        """Seconds since it asked, once the page is whole."""
        more = self.connection.recv(1 << 18)
        self._reply += more
        head, end, body = self._reply.partition(b"\r\n\r\n")
        if not more or (end and not head.startswith(b"HTTP/1.1 200 ")):
            raise SystemExit(f"no page: {head!r}")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        whole = end and length and len(body) >= int(length[1])
        return time.perf_counter() - self._begun if whole else None


def client(port: int, connections: int, first: int, pages: int, look: float) -> None:
    """Print the times of pages as JSON."""
    ahead = iter(range(first, first + pages))
    times: list[float] = []
    begun = time.perf_counter()
    # Who asks next and when; with a pause they begin at different moments, as readers do.
    waiting = deque[tuple[float, _Client]]()
    with selectors.DefaultSelector() as selector:
        for number in range(min(connections, pages)):
            made = _Client(port)
            selector.register(made.connection, selectors.EVENT_READ, made)
            waiting.append((begun + look * number / connections, made))
        while len(times) < pages:
            while waiting and waiting[0][0] <= time.perf_counter():
                _, asking = waiting.popleft()
                event = next(ahead, None)
                if event is not None:
                    asking.ask(event)
            timeout = max(0.0, waiting[0][0] - time.perf_counter()) if waiting else None
            for key, _ in selector.select(timeout):
                seconds = key.data.read()
                if seconds is not None:
                    times.append(seconds)
                    waiting.append((time.perf_counter() + look, key.data))
    print(json.dumps({"times": times, "taken": time.perf_counter() - begun}))


def frames(folder: Path) -> None:
    """Print the time between frames while the timeline of all events is zoomed."""
    from tests.web.browser import browser, missing, published

    if missing():
        print(f"timeline: {missing()}")
        return
    with published(folder) as url, browser() as chromium:
        page = chromium.new_page(viewport={"width": 1200, "height": 800})
        page.set_default_timeout(120_000)
        page.goto(url + "index.html")
        page.locator("#timeline[data-ready]").wait_for()
        times = page.evaluate(
            """() => new Promise((done) => {
              const canvas = document.querySelector("canvas"), times = [];
              let last = 0, count = 0;
              const step = (now) => {
                if (last) times.push(now - last);
                last = now;
                const key = count % 40 < 20 ? "+" : "-";
                canvas.dispatchEvent(new KeyboardEvent("keydown", { key }));
                if (++count < 160) requestAnimationFrame(step); else done(times);
              };
              requestAnimationFrame(step);
            })"""
        )
        times.sort()
        print(
            f"timeline frames  median {statistics.median(times):.1f} ms, 95 % "
            f"{times[int(len(times) * 0.95)]:.1f} ms, worst {times[-1]:.1f} ms"
        )


def main() -> int:
    """Measure everything and print it; 1 where a figure does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument(
        "--corpus", type=Path, help="a built project to take in place of a made one"
    )
    parser.add_argument("--live", action="store_true", help="measure the live pages alone")
    parser.add_argument("--side", nargs="+")
    parser.add_argument("--client", nargs=5, type=float)
    given = parser.parse_args()
    if given.client:
        port, connections, first, pages = map(int, given.client[:4])
        client(port, connections, first, pages, given.client[4])
        return 0
    if given.side:
        name, *paths = given.side
        project, *rest = map(Path, paths)
        found = site_side(project, rest[0]) if name == "site" else template_side(project)
        print(json.dumps(found))
        return 0
    project = given.corpus or corpus(given.articles)
    if given.live:
        return int(not live(project))
    # New folders: a file system may be slow to use again what was deleted a moment ago.
    folders = [Path(tempfile.mkdtemp(prefix="pages-", dir=WORK)) for _ in range(SITES)]
    rounds = [(side("template", project), side("site", project, folder)) for folder in folders]

    def middle(number: int, name: str) -> float:
        return statistics.median(sides[number][name] for sides in rounds)

    count, opened, written = (middle(1, name) for name in ("pages", "open", "write"))
    rate, alone, whole = count / written, count / middle(0, "render"), count / (written + opened)
    memory = max(of_site["memory"] for _, of_site in rounds)
    print(f"{count:.0f} pages; the graph read in {opened:.1f} s; medians of {SITES} rounds")
    print(
        f"kg site writes {rate:,.0f} pages/s ({whole:,.0f} with the reading), the templates alone "
        f"{alone:,.0f}  ratio {rate / alone:.2f}  at least {LEAST_RATE}"
    )
    print(
        f"processor time: kg site {middle(1, 'own_cpu'):.1f} s and {middle(1, 'other_cpu'):.1f} s "
        f"in the processes that write, the templates alone {middle(0, 'render_cpu'):.1f} s"
    )
    print(f"memory {memory / 1024:,.0f} MiB  at most {MOST_MEMORY / 1024:,.0f}")
    held = rate / alone >= LEAST_RATE and memory <= MOST_MEMORY
    held &= live(project)
    frames(folders[0])
    for folder in folders:
        shutil.rmtree(folder)
    return int(not held)


if __name__ == "__main__":
    sys.exit(main())
