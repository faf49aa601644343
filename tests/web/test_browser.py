"""The pages in a real browser: reading, searching, filtering, by keyboard, without scripts.

A click ends before the page behind it stands there, so that what comes of an action is waited for
(`expect`, `wait_for_url`) and never read at once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sites import ARABIC, made, site
from tests.test_serve import started, stopped
from tests.test_serve_protocol import soon, workers
from tests.web.browser import AXE, AXE_SHA256, browser, expect, missing, published

JUNE = "event/bagheri-kani-haniyeh-doha-2024-06.html"
pytestmark = [
    pytest.mark.skipif(bool(missing()), reason=missing()),
    pytest.mark.xdist_group("browser"),
    pytest.mark.filterwarnings("default"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as made_:
        yield made_


@pytest.fixture(scope="module")
def address(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The seeds' site under a sub-path, beside that of a project with markup and Arabic."""
    root = tmp_path_factory.mktemp("published")
    site(seeds, root / "some" / "where")
    site(made(root / "project", "full"), root / "hostile")
    with published(root) as url:
        yield url


class Visit:
    """A page of the browser that notes every request, every error and every broken rule."""

    def __init__(self, chromium: Any, **options: Any) -> None:
        self.context = chromium.new_context(viewport={"width": 1200, "height": 800}, **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._told)

    def _told(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def visit(chromium: Any) -> Iterator[Visit]:
    made_ = Visit(chromium)
    yield made_
    assert made_.errors == []
    made_.close()


@pytest.fixture(scope="module")
def seeds_url(address: str) -> str:
    return address + "some/where/"


def test_axe_is_the_one_that_was_vendored() -> None:
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() == AXE_SHA256


def test_from_the_overview_to_the_sentence_and_back(visit: Visit, seeds_url: str) -> None:
    page = visit.page
    page.goto(seeds_url + "index.html")
    page.locator("#events a", has_text="Ali Bagheri Kani").click()
    page.wait_for_url(f"**/{JUNE}")
    expect(page.locator("h1")).to_have_text(
        "Meeting of Ali Bagheri Kani, Ismail Haniyeh and 2 others"
    )
    expect(page.locator("mark", has_text="last night")).to_have_count(1)
    page.locator(".saying", has_text="last night").get_by_text("See it in the article").click()
    page.wait_for_url("**/article/004_*.html#p-357-588")
    sentence = page.locator(".passage.here")
    expect(sentence).to_contain_text("received Iranian Foreign Minister Ali Bagheri Kani")
    expect(sentence).to_be_in_viewport(ratio=1)
    page.locator(".margin li", has_text="Meeting of Ali Bagheri Kani").nth(1).locator(
        "a", has_text="Meeting of Ali"
    ).click()
    page.wait_for_url(f"**/{JUNE}")
    assert all(url.startswith(seeds_url) for url in visit.requests)


def test_search(visit: Visit, seeds_url: str) -> None:
    page = visit.page
    page.goto(seeds_url + "search.html")
    box = page.get_by_role("searchbox")
    box.fill("amirabdollahian")
    page.locator("#found", has_text="result").wait_for()
    expect(page.locator("#results a").first).to_have_text("Hossein Amir-Abdollahian")
    box.fill("war of annihilation")
    # Until the new results stand there, those of the first search do.
    first = page.locator("#results li", has_text="annihilation").first
    first.wait_for()
    first.locator("a").click()
    page.wait_for_url("**/article/004_*.html#p-*")
    page.goto(seeds_url + "search.html?q=nothing+like+this")
    page.locator("#found", has_text="0 results").wait_for()


def test_filters_of_the_timeline(visit: Visit, seeds_url: str) -> None:
    page = visit.page
    page.goto(seeds_url + "index.html")
    page.locator("#timeline[data-ready]").wait_for()
    page.get_by_label("Kind").select_option(label="Call")
    expect(page.locator("#events li")).to_have_count(3)
    page.get_by_label("Who").fill("nakhale")
    expect(page.locator("#events li")).to_have_count(1)
    expect(page.locator(".shown")).to_have_text("1 of 25 events")
    page.get_by_role("button", name="Show all").click()
    page.locator("#events li").nth(24).wait_for()
    page.get_by_label("Country").select_option(label="Qatar")
    expect(page.locator("#events li")).to_have_count(3)
    page.get_by_role("button", name="Show all").click()
    page.get_by_label("Status").select_option(label="planned")
    expect(page.locator("#events li")).to_have_count(1)


def test_a_mark_of_the_timeline_opens_its_event(visit: Visit, seeds_url: str) -> None:
    page = visit.page
    page.goto(seeds_url + "index.html")
    page.locator("#timeline[data-ready]").wait_for()
    page.get_by_label("Who").fill("bagheri")
    expect(page.locator("#events li")).to_have_count(1)
    canvas = page.locator("canvas")
    box = canvas.bounding_box()
    assert box is not None
    lane = (box["height"] - 36) / 5
    y = box["y"] + 10 + lane - 8
    found = False
    for step in range(200):
        x = box["x"] + 80 + step * (box["width"] - 90) / 200
        page.mouse.move(x, y)
        if page.locator(".tip").is_visible():
            assert "19 or 20 June 2024" in page.locator(".tip").inner_text()
            page.mouse.click(x, y)
            found = True
            break
    assert found
    page.wait_for_url(f"**/{JUNE}")


def test_a_library_question_answered_beforehand(visit: Visit, seeds_url: str) -> None:
    page = visit.page
    page.goto(seeds_url + "questions.html")
    page.get_by_role("link", name="Which contacts did an actor have with another").click()
    page.wait_for_url("**/questions/contacts.html")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(5)
    expect(rows.first).to_contain_text("14 October 2023")
    rows.first.get_by_role("link").first.click()
    page.wait_for_url("**/event/amir-abdollahian-haniyeh-doha-2023-10-14.html")


def test_questions_live(visit: Visit, seeds: Path) -> None:
    process, port = started(seeds, "--timeout", "5")
    try:
        page = visit.page
        page.goto(f"http://127.0.0.1:{port}/questions/contacts.html")
        page.get_by_label("actor", exact=True).fill("ali-khamenei")
        page.get_by_label("other", exact=True).fill("any")
        page.get_by_role("button", name="Ask").click()
        page.get_by_text("1 answer.").wait_for()
        page.goto(f"http://127.0.0.1:{port}/sparql.html")
        page.get_by_role("button", name="Ask").click()
        page.locator("#answer tbody tr").first.wait_for()
        editor = page.get_by_role("textbox", name="Query")
        editor.fill("SELECT ?e { ?e a kg:Vi")
        editor.press("End")
        editor.press_sequentially("s")
        page.get_by_role("option", name="kg:Visit").wait_for()
        editor.press("Enter")
        expect(editor).to_have_value(
            re.compile(
                r"PREFIX kg: <https://w3id\.org/parley/ns#>\n.*SELECT \?e \{ \?e a kg:Visit",
                re.DOTALL,
            )
        )
        editor.press_sequentially(" }")
        editor.press("Control+Enter")
        page.locator("#told", has_text="2 rows").wait_for()
    finally:
        stopped(process)


def test_the_editor(chromium: Any, seeds: Path, tmp_path: Path) -> None:
    process, port = started(seeds, "--timeout", "600")
    # A wrong query is answered with 400, which the browser notes as an error.
    visit = Visit(chromium, accept_downloads=True, bypass_csp=True)
    page = visit.page
    try:
        page.goto(f"http://127.0.0.1:{port}/sparql.html")
        page.add_script_tag(content=AXE.read_text("utf-8"))
        assert [rule["id"] for rule in page.evaluate("() => axe.run()")["violations"]] == []
        editor = page.get_by_role("textbox", name="Query")
        editor.focus()
        # Prefixes are completed where they are declared, and where they are used.
        editor.fill("PREFIX ")
        editor.press_sequentially("k")
        page.get_by_role("option", name="kg: <https://w3id.org/parley/ns#>").wait_for()
        editor.press("Enter")
        expect(editor).to_have_value("PREFIX kg: <https://w3id.org/parley/ns#>")
        editor.press("End")
        editor.press_sequentially("\nSELECT ?e ?p { ?e a kg:Visit ; ")
        editor.press_sequentially("prov")
        page.get_by_role("option", name="prov:", exact=True).wait_for()
        editor.press("Escape")
        expect(page.locator("#complete")).to_be_hidden()
        for _ in range(4):
            editor.press("Backspace")
        editor.press_sequentially("kg:part")
        options = page.get_by_role("option")
        expect(options).to_have_text(
            ["kg:part-of-month", "kg:partOf", "kg:participant", "kg:partly-quoted"]
        )
        editor.press("ArrowDown")
        editor.press("ArrowDown")
        active = page.locator("#complete [aria-selected=true]")
        expect(active).to_have_text("kg:participant")
        number = active.get_attribute("id")
        assert number
        expect(editor).to_have_attribute("aria-activedescendant", number)
        editor.press("Enter")
        expect(editor).to_have_value(re.compile(r"\?e a kg:Visit ; kg:participant$"))
        # Lines are numbered, and an error is marked where it is.
        expect(page.locator(".lines-of span")).to_have_text(["1", "2"])
        editor.press("Control+Enter")
        page.locator("#told", has_text="not SPARQL 1.1").wait_for()
        expect(page.locator(".lines-of .wrong")).to_have_text("2")
        expect(editor).to_have_attribute("aria-invalid", "true")
        place = editor.evaluate("e => e.selectionStart")
        assert place > len("PREFIX kg: <https://w3id.org/parley/ns#>\n")
        # An answer is a table with links, and there in every format.
        editor.fill(editor.input_value() + " ?p } ORDER BY ?e ?p")
        expect(page.locator(".lines-of .wrong")).to_have_count(0)
        editor.press("Control+Enter")
        page.locator("#told", has_text="rows").wait_for()
        links = page.locator("#files a")
        expect(links).to_have_text(["CSV", "TSV", "JSON", "XML"])
        begins = ("e,p\r\nhttps://", "?e\t?p\n<https://", '{"head"', "<?xml")
        for number, begin in enumerate(begins):
            with page.expect_download() as download:
                links.nth(number).click()
            path = tmp_path / download.value.suggested_filename
            download.value.save_as(path)
            assert path.read_bytes().decode().startswith(begin)
        cell = page.locator("#answer tbody a").first
        expect(cell).to_have_text("event/haniyeh-tehran-visit-2024-03-26")
        cell.click()
        page.wait_for_url("**/event/haniyeh-tehran-visit-2024-03-26.html")
        page.go_back()
        page.wait_for_url("**/sparql.html")
        # A graph is Turtle or N-Triples.
        editor.fill("DESCRIBE <https://w3id.org/parley/id/actor/ismail-haniyeh>")
        editor.press("Control+Enter")
        page.locator("#answer pre", has_text="actor/ismail-haniyeh").wait_for()
        expect(page.locator("#files a")).to_have_text(["Turtle", "N-Triples"])
        # What is stopped here, by button or by key, is no longer computed there.
        for by_key in (False, True):
            editor.fill("SELECT (COUNT(*) AS ?n) {?a ?b ?c. ?d ?e ?f. ?g ?h ?i}")
            editor.press("Control+Enter")
            assert soon(lambda: len(workers(process.pid)) == 1)
            if by_key:
                editor.press("Escape")
            else:
                page.get_by_role("button", name="Stop").click()
            page.locator("#told", has_text="Stopped.").wait_for()
            assert soon(lambda: workers(process.pid) == [])
        assert len(visit.errors) == 1
        assert "400" in visit.errors[0]
    finally:
        visit.close()
        stopped(process)


def test_by_keyboard_alone(visit: Visit, seeds_url: str) -> None:
    page = visit.page
    page.goto(seeds_url + JUNE)
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_text("Skip to the content")
    expect(focused).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Doha")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator(":focus").inner_text() == "See it in the article":
            break
    expect(page.locator(":focus")).to_have_css("outline-width", "3px")
    page.keyboard.press("Enter")
    page.wait_for_url("**/article/004_*.html#p-*")


def test_the_timeline_by_keyboard(visit: Visit, seeds_url: str) -> None:
    page = visit.page
    page.goto(seeds_url + "index.html")
    page.locator("#timeline[data-ready]").wait_for()
    canvas = page.locator("canvas")
    canvas.focus()
    picture = "c => c.toDataURL()"
    expect(canvas).to_be_focused()
    for key in ("+", "ArrowRight", "-", "0"):
        before = canvas.evaluate(picture)
        page.keyboard.press(key)
        assert soon(lambda before=before: canvas.evaluate(picture) != before), key


def test_without_scripts(chromium: Any, seeds_url: str) -> None:
    visit = Visit(chromium, java_script_enabled=False)
    page = visit.page
    page.goto(seeds_url + "index.html")
    expect(page.locator("#events li")).to_have_count(25)
    expect(page.locator("#timeline")).to_be_hidden()
    page.locator("#events a", has_text="Ali Bagheri Kani").click()
    page.wait_for_url(f"**/{JUNE}")
    page.get_by_text("See it in the article").first.click()
    page.wait_for_url("**#p-132-355")
    expect(page.locator(".anchor:target + .passage").first).to_have_css("outline-style", "solid")
    page.goto(seeds_url + "search.html")
    expect(page.get_by_text("Searching needs scripts")).to_be_visible()
    assert [url for url in visit.requests if url.endswith(".js")] == []
    visit.close()


@pytest.mark.parametrize(
    "path",
    [
        "index.html",
        JUNE,
        "article/001_b2a4e33b6f0a0a07.html",
        "actor/ismail-haniyeh.html",
        "gaps.html",
    ],
)
def test_phone_width(chromium: Any, seeds_url: str, path: str) -> None:
    visit = Visit(chromium)
    visit.page.set_viewport_size({"width": 360, "height": 720})
    visit.page.goto(seeds_url + path)
    wide = "() => document.documentElement.scrollWidth"
    assert visit.page.evaluate(wide) <= 360
    visit.close()


def test_right_to_left(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(address + "hostile/event/solen-haniyeh-2026.html")
    name = page.locator("dd bdi", has_text=ARABIC).first
    assert name.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert page.locator("h1").evaluate("e => getComputedStyle(e).direction") == "ltr"
    quote = page.locator("blockquote", has_text=ARABIC).first
    assert quote.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert name.locator("xpath=..").get_attribute("lang") == "ar"


def test_markup_stays_text(visit: Visit, address: str) -> None:
    page = visit.page
    asked: list[str] = []

    def dismiss(dialog: Any) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    for path in (
        "index.html",
        "event/solen-tal-2026.html",
        "article/solen.html",
        "search.html?q=img",
    ):
        page.goto(address + "hostile/" + path)
        page.wait_for_timeout(200)
        assert page.locator("img").count() == 0
    assert asked == []


PAGES = [
    "index.html",
    JUNE,
    "event/amir-abdollahian-haniyeh-doha-2023-10-31.html",
    "actor/ismail-haniyeh.html",
    "article/004_043a94255de812b2.html",
    "names.html",
    "conflicts.html",
    "gaps.html",
    "questions.html",
    "questions/contacts.html",
    "search.html?q=Doha",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(chromium: Any, seeds_url: str, scheme: str) -> None:
    visit = Visit(chromium, color_scheme=scheme, bypass_csp=True)
    found = []
    for path in PAGES:
        visit.page.goto(seeds_url + path)
        visit.page.wait_for_timeout(150)
        visit.page.add_script_tag(content=AXE.read_text("utf-8"))
        result = visit.page.evaluate("() => axe.run()")
        assert len(result["passes"]) > 15, path
        found += [
            (path, rule["id"], rule["impact"], node["target"])
            for rule in result["violations"]
            for node in rule["nodes"][:3]
        ]
    visit.close()
    assert found == []


_PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length > 0"


def test_nothing_blocks_the_first_paint(visit: Visit, seeds_url: str) -> None:
    page = visit.page
    for path in PAGES:
        page.goto(seeds_url + path)
        # Loaded is not painted: on a busy machine the first paint comes later.
        assert soon(lambda: page.evaluate(_PAINTED))
        timings = page.evaluate(
            """() => ({
                paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
                loads: performance.getEntriesByType("resource")
                  .map((r) => [r.name.split("/").at(-1), r.renderBlockingStatus]),
            })"""
        )
        print(f"{path}: first contentful paint {timings['paint']:.0f} ms, {timings['loads']}")
        loads = dict(timings["loads"])
        assert loads["site.css"] == "non-blocking"
        assert loads["site.js"] == "non-blocking"
        assert "blocking" not in loads.values()


def test_the_head_is_painted_before_the_style_sheet_comes(visit: Visit, seeds_url: str) -> None:
    page = visit.page
    held: list[Any] = []
    page.route("**/site.css", lambda route: held.append(route))
    page.goto(seeds_url + JUNE, wait_until="commit")
    assert soon(lambda: page.evaluate(_PAINTED))
    assert len(held) == 1
    assert page.locator(".brand").evaluate("e => getComputedStyle(e).textDecorationLine") == "none"
    held[0].continue_()
    page.wait_for_load_state()
    assert page.locator("main").evaluate("e => getComputedStyle(e).paddingTop") == "28px"


# Everything in the flow of a page that reaches beyond the paper.
_CUT_OFF = """() => [...document.querySelectorAll("main *, footer *")].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width && getComputedStyle(e).position !== "absolute" &&
      (box.right > innerWidth + 1 || box.left < -1);
  }).map((e) => e.tagName + "." + e.className)"""


@pytest.mark.parametrize(
    "path",
    [
        JUNE,
        "article/004_043a94255de812b2.html",
        "index.html",
        "questions/contacts.html",
        "gaps.html",
    ],
)
def test_pages_print_well(chromium: Any, seeds_url: str, path: str) -> None:
    visit = Visit(chromium, color_scheme="dark")
    page = visit.page
    # The width of A4 less its margins.
    page.set_viewport_size({"width": 700, "height": 1000})
    page.goto(seeds_url + path)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("nav:visible, .controls:visible, .timeline:visible").count() == 0
    assert page.locator("h1").is_visible()
    assert page.evaluate(_CUT_OFF) == []
    colours = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    assert page.locator("body").evaluate(colours) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    marks = page.locator("mark, .passage")
    for number in range(marks.count()):
        assert marks.nth(number).evaluate(colours) == ["rgb(0, 0, 0)", "rgb(251, 231, 168)"]
        adjusts = marks.nth(number).evaluate("e => getComputedStyle(e).printColorAdjust")
        assert adjusts == "exact"
    behind = "e => getComputedStyle(e, '::after').content"
    links = page.locator("main a.source, main a[href^='http'], footer a[href^='http']")
    for number in range(links.count()):
        href = links.nth(number).get_attribute("href")
        assert links.nth(number).evaluate(behind) == f'" ({href})"'
    if path == JUNE:
        assert marks.count() >= 3
        assert links.count() == 4
    printed = page.pdf(format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "1cm"))
    assert printed.startswith(b"%PDF-")
    assert 1 <= printed.count(b"/Type /Page\n") <= 40
    visit.close()
