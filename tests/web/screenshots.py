"""Pictures of the main pages for the guides: `python -m tests.web.screenshots`.

Needs Debian's `chromium`; writes small PNG files into `tests/web/screenshots/`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from kg.cli import main as kg
from tests.web.browser import browser, missing, published

FOLDER = Path(__file__).parent / "screenshots"
ROOT = Path(__file__).parents[2]
WIDE, PHONE = (1200, 800), (390, 780)
SHOTS = (
    ("overview", "index.html", WIDE, "light"),
    ("event", "event/amir-abdollahian-haniyeh-doha-2023-10-31.html", WIDE, "light"),
    ("article", "article/004_043a94255de812b2.html#p-357-588", (880, 460), "light"),
    ("actor", "actor/ismail-haniyeh.html", WIDE, "dark"),
    ("phone", "event/bagheri-kani-haniyeh-doha-2024-06.html", PHONE, "light"),
)


def main() -> None:
    """Write all pictures."""
    if missing():
        raise SystemExit(missing())
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        if kg(["site", name, "--project", str(ROOT / "seeds")]):
            raise SystemExit("the site could not be written")
        with published(Path(name)) as url, browser() as chromium:
            for shot, path, (width, height), scheme in SHOTS:
                size = {"width": width, "height": height}
                context = chromium.new_context(viewport=size, color_scheme=scheme)
                page = context.new_page()
                page.goto(url + path)
                if path == "index.html":
                    page.locator("#timeline[data-ready]").wait_for()
                page.wait_for_timeout(300)
                page.screenshot(path=str(FOLDER / f"{shot}.png"))
                context.close()


if __name__ == "__main__":
    main()
