"""The explorer at scale: pages from 10,000 articles with 50,000 events, written and served.

    python tests/benchmarks/bench_site.py [--articles 10000]

The corpus is generated and built once, under .bench/site. `kg site` is compared with the template
engine alone, which renders the same pages from data that is ready (a tenth of the pages, every
tenth, scaled up); a page served live with what `kg why` takes to ask for the same event; the 99th
percentile with 20 clients with the median of one; and, where Chromium is, the time between frames
while the timeline is zoomed. The memory is the most that the process of `kg site` took.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
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
    """Write the site; seconds to open the graph and to write, and the most memory taken."""
    from kg.built import open_built
    from kg.web.explorer import Address, Explorer
    from kg.web.site import write_site

    shutil.rmtree(folder, ignore_errors=True)
    begun = time.perf_counter()
    explorer = Explorer(open_built(project), project, Address())
    opened, busy = time.perf_counter(), time.process_time()
    written = write_site(explorer, folder)
    ended, busy = time.perf_counter(), time.process_time() - busy
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "open": opened - begun,
        "write": ended - opened,
        "write_cpu": busy,
        "pages": written.pages,
        "memory": memory,
    }


def template_side(project: Path) -> dict[str, float]:
    """Render every tenth page from ready data; seconds for all of them, scaled up."""
    from kg.built import open_built
    from kg.web.explorer import Address, Explorer
    from kg.web.pages import Pages
    from kg.web.paths import up

    ready: list[tuple[str, dict[str, Any]]] = []

    class Ready(Pages):
        def render(self, name: str, path: str, section: str, **context: Any) -> str:
            fixed = {"path": path, "root": up(path), "section": section, "lang": "en"}
            ready.append((name, {**context, **fixed}))
            return ""

    explorer = Explorer(open_built(project), project, Address())
    pages = explorer.pages = Ready(explorer.settings, explorer.atlas)
    nodes = explorer.nodes[::EVERY]
    for node in nodes:
        explorer.html(node)
    templates = pages.templates
    begun, busy = time.perf_counter(), time.process_time()
    for name, context in ready:
        templates[name].render(**context)
    taken, busy = time.perf_counter() - begun, time.process_time() - busy
    share = len(explorer.nodes) / len(nodes)
    return {"render": taken * share, "render_cpu": busy * share}


def side(name: str, *arguments: str | Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--side", name, *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(run.stdout)
    return found


def live(project: Path) -> bool:
    """Print what a live page costs; whether the figures hold."""
    from kg.built import open_built

    events = [f"m{number // 5}-{number % 5}" for number in range(200)]
    asker = open_built(project).asker()
    asker.why(events[0])
    asked = []
    for event in events[:60]:
        begun = time.perf_counter()
        asker.why(event)
        asked.append(time.perf_counter() - begun)
    del asker
    process = subprocess.Popen(
        [sys.executable, "-m", "kg.cli", "serve", "--port", "0", "--project", project],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        found = re.search(r":(\d+)/$", process.stderr.readline().split(" until")[0])
        assert found is not None
        port = int(found[1])
        fetch(port, events[199:])
        first = fetch(port, events[:60])
        one = statistics.median(fetch(port, events[:60]))
        times: list[float] = []
        clients = [
            threading.Thread(target=lambda n=n: times.extend(fetch(port, events[n::20] * 10)))
            for n in range(20)
        ]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    finally:
        process.terminate()
        process.communicate()
    why, page = statistics.median(asked), statistics.median(first)
    last = statistics.quantiles(times, n=100)[98]
    print(
        f"a page live  {page * 1000:8.2f} ms  against {why * 1000:8.2f} ms of its queries  ratio "
        f"{page / why:5.2f}  at most {MOST_LIVE}"
    )
    print(
        f"20 clients, 99 %  {last * 1000:8.2f} ms  against {one * 1000:8.2f} ms, one client's "
        f"median  ratio {last / one:5.2f}  at most {MOST_CLIENTS}"
    )
    return page / why <= MOST_LIVE and last / one <= MOST_CLIENTS


def fetch(port: int, events: list[str]) -> list[float]:
    """Seconds for each page, one after another on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    times = []
    for event in events:
        begun = time.perf_counter()
        connection.request("GET", f"/event/{event}.html")
        reply = connection.getresponse()
        reply.read()
        times.append(time.perf_counter() - begun)
        if reply.status != 200:
            raise SystemExit(f"{event}: {reply.status}")
    connection.close()
    return times


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
    parser.add_argument("--side", nargs="+")
    given = parser.parse_args()
    if given.side:
        name, *paths = given.side
        project, *rest = map(Path, paths)
        found = site_side(project, rest[0]) if name == "site" else template_side(project)
        print(json.dumps(found))
        return 0
    project = given.corpus or corpus(given.articles)
    folder = WORK / "pages"
    template, site = side("template", project), side("site", project, folder)
    rate, alone = site["pages"] / site["write"], site["pages"] / template["render"]
    whole = site["pages"] / (site["write"] + site["open"])
    print(f"{site['pages']:.0f} pages; the graph read in {site['open']:.1f} s")
    print(
        f"kg site writes {rate:,.0f} pages/s ({whole:,.0f} with the reading), the templates alone "
        f"{alone:,.0f}  ratio {rate / alone:.2f}  at least {LEAST_RATE}"
    )
    print(
        f"processor time: kg site {site['write_cpu']:.1f} s over all cores, the templates alone "
        f"{template['render_cpu']:.1f} s"
    )
    print(f"memory {site['memory'] / 1024:,.0f} MiB  at most {MOST_MEMORY / 1024:,.0f}")
    held = rate / alone >= LEAST_RATE and site["memory"] <= MOST_MEMORY
    held &= live(project)
    frames(folder)
    return int(not held)


if __name__ == "__main__":
    sys.exit(main())
