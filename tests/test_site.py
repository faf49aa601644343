"""`kg site`: every link leads somewhere, nothing is fetched, rights are kept, the data is the graph's."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.build import build
from kg.cli import main
from kg.mapping.serialise import render
from kg.rdf.formats import FORMATS
from kg.web import words
from kg.web.articles import AROUND, shown_spans
from kg.web.graph import tables_of
from kg.web.indexes import site_map
from kg.web.paths import stem_of
from kg.web.policy import ASSETS, FIRST_STYLE, POLICY
from kg.web.quotes import stretches
from tests.golden import TESTS
from tests.sites import ARABIC, EVIL, FAR, made, parsed, site

BASE = "https://w3id.org/parley/id/"
JUNE = "event/bagheri-kani-haniyeh-doha-2024-06"


@pytest.fixture(scope="module")
def pages(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the seeds."""
    folder = tmp_path_factory.mktemp("site") / "deep" / "folder"
    site(seeds, folder)
    return folder


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a project full of markup."""
    root = tmp_path_factory.mktemp("hostile")
    made(root / "project")
    site(root / "project", root / "site")
    return root / "site"


# --- the graph read back ------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [500, 20_000, 1 << 25])
def test_the_graph_read_back_gives_the_same_graph(seeds: Path, chunk: int) -> None:
    path = seeds.parent / "out" / "graph.nq"
    tables = tables_of(path, BASE, chunk)
    tables.validate()
    assert render(tables, BASE, FORMATS["nq"]) == path.read_bytes()


def test_a_graph_with_denials_read_back(tmp_path: Path) -> None:
    root = tmp_path / "project"

    shutil.copytree(TESTS / "project", root, ignore=shutil.ignore_patterns(".kg-cache", "out"))
    assert build(root).written is not None
    path = root / "out" / "graph.nq"
    tables = tables_of(path, "https://example.org/id/", 1000)
    assert tables["dispute"].height > 0
    assert tables["disputed"].height == 1
    assert render(tables, "https://example.org/id/", FORMATS["nq"]) == path.read_bytes()


# --- paths --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("node", "stem"),
    [
        ("event/doha-2023", "event/doha-2023"),
        ("article/000_02c6", "article/000_02c6"),
        ("article/A.b", "article/=41.b"),
        ("event/%2e%2e", "event/=252e=252e"),
        ("event/..", "event/=2e."),
        ("event/.hidden", "event/=2ehidden"),
        ("event/con", "event/=63on"),
        ("event/nul.x", "event/=6eul.x"),
        ("event/~a", "event/=7ea"),
        ("event/a=b", "event/a=3db"),
        ("unnamed/003/an-official", "unnamed/003/an-official"),
    ],
)
def test_stems(node: str, stem: str) -> None:
    assert stem_of(node) == stem


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.text(min_size=1, max_size=220), st.text(min_size=1, max_size=220))
def test_no_node_leaves_the_folder_or_meets_another(one: str, other: str) -> None:
    stems = [stem_of(f"event/{text.replace('/', '')}") for text in (one, other)]
    for stem in stems:
        assert stem.count("/") == 1
        name = stem.split("/")[1]
        assert name
        assert name[0] != "."
        assert len(name.encode()) <= 250
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789._=-")
    assert (stems[0] == stems[1]) == (one.replace("/", "") == other.replace("/", ""))


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edtf", "text"),
    [
        ("2023-10-31", "31 October 2023"),
        ("2023-10", "October 2023"),
        ("2023", "2023"),
        ("2023-10-31~", "about 31 October 2023"),
        ("2023-10-31?", "perhaps 31 October 2023"),
        ("[2023-10-07..2023-10-24]", "some day from 7 to 24 October 2023"),
        ("[2023-10-07..2023-11-24]", "some day from 7 October to 24 November 2023"),
        ("[..2023-10-24]", "24 October 2023 or before"),
        ("[2023-10-24..]", "24 October 2023 or later"),
        ("[2024-06-19,2024-06-20]", "19 or 20 June 2024"),
        ("[2024-06-30,2024-07-01]", "30 June 2024 or 1 July 2024"),
        ("2024-02-24/2024-02-27", "from 24 to 27 February 2024"),
        ("2023-12-24/2024-01-02", "from 24 December 2023 to 2 January 2024"),
        ("2024-02-24/..", "from 24 February 2024 on"),
        ("2023-23", "autumn 2023"),
        ("2023-11-06T19:13:00+04:00", "6 November 2023, 19:13 UTC+04:00"),
    ],
)
def test_dates_in_words(edtf: str, text: str) -> None:
    assert words.date_words(edtf) == text


def test_hours_and_durations_in_words() -> None:
    assert (
        words.time_words("time/2023-12-08.1800-0600", "2023-12-08") == "8 December 2023, at night"
    )
    assert words.time_words("time/x.0900-1000", "2023") == "2023, between 09:00 and 10:00"
    assert [words.duration(text) for text in ("P1D", "P2W", "P1Y6M", "PT2H", "odd")] == [
        "1 day",
        "2 weeks",
        "1 year and 6 months",
        "2 hours",
        "odd",
    ]
    assert [words.ordinal(n) for n in ("1", "2", "3", "11", "12", "21", "113")] == [
        "1st",
        "2nd",
        "3rd",
        "11th",
        "12th",
        "21st",
        "113th",
    ]


def test_every_rule_and_field_has_words() -> None:
    from kg.ask.why import FIELDS
    from kg.rdf.vocabulary import Vocabulary

    rules = {term.name for term in Vocabulary.builtin().concepts("DateRules").values()}
    assert rules == words.RULES.keys()
    assert set(FIELDS.values()) <= words.FIELDS.keys()


def test_the_words_that_decide_are_marked_once() -> None:
    cut = stretches("He met her\non Monday; on Monday, he said", ["on  Monday", "met", "Mon"])
    assert [(s.text, s.marked) for s in cut] == [
        ("He ", False),
        ("met", True),
        (" her ", False),
        ("on Monday", True),
        ("; on Monday, he said", False),
    ]


# --- the pages ----------------------------------------------------------------------------------


def targets(folder: Path, page: Path, link: str) -> tuple[Path, str]:
    """The file and the fragment that a link of a page leads to."""
    parts = urlsplit(urljoin(page.relative_to(folder).as_posix(), link))
    return folder / unquote(parts.path), parts.fragment


def test_every_link_leads_to_a_page_and_a_place_in_it(pages: Path) -> None:
    files = sorted(pages.rglob("*.html"))
    found = {path: parsed(path) for path in files}
    links = 0
    for path, page in found.items():
        assert len(page.ids) == len(set(page.ids)), path
        for link in [*page.links, *page.loads]:
            if link.startswith("https://creativecommons.org/"):
                continue
            assert not urlsplit(link).scheme, (path, link)
            assert not link.startswith("/"), (path, link)
            file, fragment = targets(pages, path, link)
            assert file.is_file(), (path, link)
            if fragment:
                assert fragment in found[file].ids, (path, link)
            links += 1
    assert len(files) > 100
    assert links > 3500


def test_only_the_first_style_is_inline_and_nothing_is_fetched(pages: Path, hostile: Path) -> None:
    count = 0
    for path in [*pages.rglob("*.html"), *hostile.rglob("*.html")]:
        page = parsed(path)
        assert page.policy == POLICY, path
        assert "style" not in page.attributes, path
        assert path.read_text("utf-8").count("<style") == 1, path
        assert f"<style>{FIRST_STYLE}</style>" in path.read_text("utf-8"), path
        assert not [name for name in page.attributes if name.startswith("on")], path
        assert not page.tags & {"img", "iframe", "object", "embed", "base"}, path
        for kind, text in page.scripts:
            assert kind == "application/ld+json", path
            assert json.loads(text)["@context"] == "https://schema.org"
        count += 1
    assert count > 110
    for asset in ASSETS.iterdir():
        text = asset.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http:" not in text, asset
        assert "https:" not in text, asset
        assert "url(" not in text, asset


def test_pages_are_small(pages: Path) -> None:
    sizes = {path: path.stat().st_size for path in pages.rglob("*.html")}
    assert max(sizes.values()) <= 150_000
    assert sum(p.stat().st_size for p in ASSETS.iterdir()) <= 60_000


def test_the_event_shows_its_sources_words(pages: Path) -> None:
    text = (pages / f"{JUNE}.html").read_text("utf-8")
    for piece in (
        "19 or 20 June 2024",
        "“last night”, counted from Thursday, 20 June 2024",
        "the evening before, or the hours after midnight",
        "<mark>last night</mark>",
        "Hamas, in a statement, through Telegram",
        "acting Foreign Minister of Iran",
        'href="../article/004_043a94255de812b2.html#p-357-588"',
        'class="chains"',
    ):
        assert piece in text, piece


def test_inference_planning_dispute_and_denial_are_shown(tmp_path: Path) -> None:

    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root, ignore=shutil.ignore_patterns(".kg-cache", "out"))
    build(root)
    site(root, tmp_path / "site")
    call = (tmp_path / "site" / "event" / "berg-lind-call-2024-03-10.html").read_text("utf-8")
    assert 'class="tag disputed">disputed</span>' in call
    assert "Where sources disagree" in call
    planned = (tmp_path / "site" / "event" / "lind-berg-2024-03-15.html").read_text("utf-8")
    assert 'class="tag planned">planned</span>' in planned
    listed = (tmp_path / "site" / "actor" / "ana-lind.html").read_text("utf-8")
    company = listed[listed.index('id="company"') : listed.index('id="named"')]
    assert "1 meeting" in company
    assert "call" not in company


@pytest.mark.parametrize("kind", ["event", "actor", "article", "place", "unnamed"])
def test_the_data_beside_a_page_is_a_part_of_the_graph(seeds: Path, pages: Path, kind: str) -> None:
    whole = {triple(quad) for quad in ox.parse(path=seeds.parent / "out" / "graph.nq")}
    count = 0
    for path in sorted((pages / kind).rglob("*.ttl")):
        turtle = set(map(triple, ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)))
        linked = path.with_suffix(".jsonld").read_bytes()
        assert turtle == set(map(triple, ox.parse(linked, format=ox.RdfFormat.JSON_LD)))
        assert turtle <= whole
        assert turtle
        count += 1
    assert count >= 5


def triple(quad: ox.Quad) -> tuple[str, str, str]:
    return str(quad.subject), str(quad.predicate), str(quad.object)


def test_the_event_s_data_has_its_claims_and_passages(pages: Path) -> None:
    store = ox.Store()
    store.load(path=str(pages / f"{JUNE}.ttl"), format=ox.RdfFormat.TURTLE)
    query = (
        "PREFIX kg: <https://w3id.org/parley/ns#> SELECT ?q { ?c a kg:Assertion ; "
        "kg:supportedBy/kg:quote ?q } "
    )
    quotes = {row["q"].value for row in store.query(query)}  # type: ignore[union-attr]
    assert any("last night in Doha" in quote for quote in quotes)


# --- rights -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("publish", "far", "quoted"),
    [(None, False, True), ("excerpts", False, True), ("full", True, True), ("none", False, False)],
)
def test_rights_are_kept_in_every_file(
    tmp_path: Path, publish: str | None, far: bool, quoted: bool
) -> None:
    made(tmp_path / "project", publish)
    written = site(tmp_path / "project", tmp_path / "site", "https://example.org/x/")
    assert written.files > 60
    texts = [path.read_text("utf-8") for path in (tmp_path / "site").rglob("*") if path.is_file()]
    assert len(texts) == written.files
    plain = [text.replace("\\", "") for text in texts]
    assert any(FAR in text for text in plain) == far
    assert any("in Port Ann on Sunday" in text for text in plain) == quoted
    assert any("It rained" in text for text in plain) == quoted
    article = (tmp_path / "site" / "article" / "solen.html").read_text("utf-8")
    assert ("The text may not be shown" in article) == (publish == "none")


def test_a_changed_text_is_not_shown(tmp_path: Path) -> None:
    root = made(tmp_path / "project", "full")
    text = root / "articles" / "solen.txt"
    text.write_text(text.read_text("utf-8").replace("It rained", "It snowed"), "utf-8")
    site(root, tmp_path / "site")
    article = (tmp_path / "site" / "article" / "solen.html").read_text("utf-8")
    assert "It snowed" not in article
    assert "only the quotes are shown" in article


@settings(max_examples=120, derandomize=True, deadline=None)
@given(
    st.text(alphabet="ab \n", max_size=1500),
    st.lists(st.tuples(st.integers(0, 1400), st.integers(1, 90)), max_size=5),
)
def test_excerpts_reach_no_further_than_allowed(text: str, quotes: list[tuple[int, int]]) -> None:
    passages = [(s, min(len(text), s + n)) for s, n in quotes if s < len(text)]
    spans = shown_spans(text, passages, "excerpts")
    shown = {place for first, last in spans for place in range(first, last)}
    near = {p for s, e in passages for p in range(max(0, s - AROUND), min(len(text), e + AROUND))}
    quoted = {p for s, e in passages for p in range(s, e)}
    assert quoted <= shown <= near
    assert all(a[1] < b[0] for a, b in pairwise(spans))
    assert shown_spans(text, passages, "none") == []
    assert shown_spans(text, passages, "full") == [(0, len(text))]


# --- what other people wrote --------------------------------------------------------------------


def test_markup_in_quotes_names_and_titles_is_text(hostile: Path) -> None:
    escaped = EVIL.replace("<", "&lt;").replace(">", "&gt;")
    event = (hostile / "event" / "solen-tal-2026.html").read_text("utf-8")
    assert EVIL not in event
    assert event.count(escaped) >= 5
    for path in hostile.rglob("*.html"):
        assert "<img" not in path.read_text("utf-8"), path


def test_right_to_left_names_are_set_apart(hostile: Path) -> None:
    event = (hostile / "event" / "solen-haniyeh-2026.html").read_text("utf-8")
    assert f'lang="ar"><bdi>{ARABIC}</bdi></a>' in event
    actor = (hostile / "actor" / "ismail-haniyeh.html").read_text("utf-8")
    assert f'<bdi lang="ar">{ARABIC}</bdi></h1>' in actor
    article = (hostile / "article" / "solen.html").read_text("utf-8")
    assert '<p dir="auto"><span class="anchor"' in article


# --- writing ------------------------------------------------------------------------------------


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_same_bytes_whatever_the_hash_seed_and_the_zone(seeds: Path, tmp_path: Path) -> None:
    for number, zone in ((0, "UTC"), (7, "Asia/Tehran")):
        command = [sys.executable, "-m", "kg.cli", "site", f"s{number}", "--project", str(seeds)]
        env = {"PYTHONHASHSEED": str(number), "TZ": zone, "PATH": "/usr/bin:/bin"}
        subprocess.run(command, cwd=tmp_path, env=env, check=True, capture_output=True)
    one, other = contents(tmp_path / "s0"), contents(tmp_path / "s7")
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []


def test_a_second_run_takes_away_what_is_no_more(seeds: Path, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    site(seeds, folder)
    before = contents(folder)
    (folder / "event" / "gone.html").write_text("old")
    (folder / "old").mkdir()
    (folder / "old" / "page.html").write_text("old")
    site(seeds, folder)
    assert contents(folder) == before
    assert not (folder / "old").exists()


def test_a_folder_of_somebody_s_own_is_left_alone(
    seeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert main(["site", str(tmp_path), "--project", str(seeds)]) == 2
    assert "holds files that `kg site` did not write" in capsys.readouterr().err
    assert contents(tmp_path) == {"notes.txt": b"mine"}


def test_the_site_map_lists_every_page(seeds: Path, tmp_path: Path) -> None:
    site(seeds, tmp_path / "site", "https://example.org/sub/")
    text = (tmp_path / "site" / "sitemap.xml").read_text("utf-8")
    pages = sorted(
        p.relative_to(tmp_path / "site").as_posix() for p in (tmp_path / "site").rglob("*.html")
    )
    assert text.count("<loc>") == len(pages)
    for page in pages:
        assert f"<loc>https://example.org/sub/{page}</loc>" in text
    index = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert '<link rel="canonical" href="https://example.org/sub/index.html">' in index


def test_a_long_site_map_is_split() -> None:
    files = site_map("https://example.org/", [f"p{n}.html" for n in range(5)], most=2)
    assert list(files) == ["sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml", "sitemap.xml"]
    assert "<loc>https://example.org/sitemap-3.xml</loc>" in files["sitemap.xml"]


@pytest.mark.parametrize("url", ["example.org", "javascript:alert(1)", "https://x y/"])
def test_a_bad_base_url(url: str, seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["site", "nowhere", "--base-url", url, "--project", str(seeds)]) == 2
    assert "write where the site will be" in capsys.readouterr().err
