"""How to cite: text, BibTeX, CSL-JSON, and the CITATION.cff of this repository."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
import yaml

from kg.build import facts_of
from kg.cli import main
from kg.export.citation import Article, Citation, as_bibtex, as_cff, as_csl, as_text
from tests.golden import TESTS

ROOT = TESTS.parent
OCTOBER_31 = "amir-abdollahian-haniyeh-doha-2023-10-31"
TITLE = "Parley seeds: five articles on talks between Iran and Hamas, 2023 and 2024"


def told(seeds: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["cite", *arguments, "--project", str(seeds)]) == 0
    return capsys.readouterr().out


def test_the_data_set(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    digest = hashlib.sha256((seeds.parent / "out" / "manifest.json").read_bytes()).hexdigest()
    assert told(seeds, capsys) == (
        f"Parley contributors (2026). {TITLE}. Version 0.1.0, 2026-11-21. "
        "https://w3id.org/parley/id/dataset\n"
        f"Manifest sha256:{digest}\n"
        "Licence https://creativecommons.org/licenses/by/4.0/\n"
        "\n"
        "Its articles:\n"
        "  “Iran foreign minister, Hamas chief discuss Gaza developments”. [000_02c67a769af9a6a9]\n"
        "  “Iran foreign minister meets Hamas leader Haniyeh in Qatar amid Gaza war”. "
        "2023-10-31T20:22:40. [001_b2a4e33b6f0a0a07]\n"
        "  Maham Shabir. 2023-10-24. [002_2c00aa427ae8dd86]\n"
        "  “Hamas chief in Tehran for talks after UN adopts ceasefire resolution”. "
        "[003_5d18fd4474e21294]\n"
        '  “Hamas Haniyeh and Iran\'s Foreign Minister discuss efforts to stop the "genocide" in '
        "Gaza”. 2024-06-20T16:53:00+03:00. [004_043a94255de812b2]\n"
    )


@pytest.mark.parametrize(
    ("event", "articles"),
    [
        (OCTOBER_31, ["000_02c67a769af9a6a9", "001_b2a4e33b6f0a0a07"]),
        (f"event/{OCTOBER_31}", ["000_02c67a769af9a6a9", "001_b2a4e33b6f0a0a07"]),
        ("bagheri-kani-haniyeh-doha-2024-06", ["004_043a94255de812b2"]),
    ],
)
def test_an_event_and_the_articles_it_rests_on(
    event: str, articles: list[str], seeds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = told(seeds, capsys, event)
    head, rest = text.split("\n\n")
    slug = event.removeprefix("event/")
    assert f"(2026). Event {slug}, in: {TITLE}. Version 0.1.0" in head
    assert f"https://w3id.org/parley/id/event/{slug}\n" in head
    first, *lines = rest.splitlines()
    assert first == "It rests on:"
    assert [line.split("[")[-1].rstrip("]") for line in lines] == articles


def test_csl(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    items = json.loads(told(seeds, capsys, OCTOBER_31, "--format", "csl"))
    digest = hashlib.sha256((seeds.parent / "out" / "manifest.json").read_bytes()).hexdigest()
    assert items == [
        {
            "id": f"https://w3id.org/parley/id/event/{OCTOBER_31}",
            "type": "dataset",
            "title": f"Event {OCTOBER_31}, in: {TITLE}",
            "author": [{"literal": "Parley contributors"}],
            "issued": {"date-parts": [[2026, 11, 21]]},
            "version": "0.1.0",
            "URL": f"https://w3id.org/parley/id/event/{OCTOBER_31}",
            "note": f"manifest sha256:{digest}",
        },
        {
            "id": "https://w3id.org/parley/id/article/000_02c67a769af9a6a9",
            "type": "article-newspaper",
            "title": "Iran foreign minister, Hamas chief discuss Gaza developments",
        },
        {
            "id": "https://w3id.org/parley/id/article/001_b2a4e33b6f0a0a07",
            "type": "article-newspaper",
            "title": "Iran foreign minister meets Hamas leader Haniyeh in Qatar amid Gaza war",
            "issued": {"date-parts": [[2023, 10, 31]]},
        },
    ]


def cited(event: str = "", **article: str) -> Citation:
    settings = facts_of(TESTS / "project")[0]
    blank = Article("a-1", "", "", "", "", "", "")
    return Citation(settings, "00", (replace(blank, **article),), event)


def test_bibtex() -> None:
    text = as_bibtex(
        cited(
            title="50 % of {us} & #them_",
            author="A. B. & C",
            publisher="The ~ News",
            url="https://example.org/a_b?c=1&d=%20",
            date="2024-03-12",
        )
    )
    assert text == (
        "@misc{a-small-project,\n"
        "  author = {{A newsroom}},\n"
        "  title = {A small project},\n"
        "  year = {2024},\n"
        "  date = {2024-04-01},\n"
        "  version = {1.0.0},\n"
        "  url = {https://example.org/id/dataset},\n"
        "  note = {Version 1.0.0; manifest sha256:00},\n"
        "}\n"
        "\n"
        "@article{a-1,\n"
        "  author = {{A. B. \\& C}},\n"
        "  title = {50 \\% of \\{us\\} \\& \\#them\\_},\n"
        "  journal = {The \\textasciitilde{} News},\n"
        "  date = {2024-03-12},\n"
        "  url = {https://example.org/a_b?c=1&d=%20},\n"
        "  note = {https://example.org/id/article/a-1},\n"
        "}\n"
    )


@pytest.mark.parametrize(
    ("date", "issued"),
    [
        ("2024-03-12T18:30:00+03:00", {"date-parts": [[2024, 3, 12]]}),
        ("2024-03", {"date-parts": [[2024, 3]]}),
        ("[..2024-03-12]", {"literal": "[..2024-03-12]"}),
        ("", None),
    ],
)
def test_dates_in_csl(date: str, issued: object) -> None:
    assert json.loads(as_csl(cited(date=date)))[1].get("issued") == issued


def test_all_that_an_article_tells() -> None:
    told = as_text(cited(title="T", author="A", publisher="P", url="https://a.b/", date="2024"))
    assert told.splitlines()[-1] == "  A. “T”. P. 2024. https://a.b/. [a-1]"


# --- CITATION.cff --------------------------------------------------------------------------------


def test_it_keeps_to_the_schema_of_the_format() -> None:
    text = (ROOT / "CITATION.cff").read_text("utf-8")
    schema = json.loads((TESTS / "data" / "cff-schema-1.2.0.json").read_bytes())
    validator = jsonschema.Draft7Validator(schema)
    # Every scalar as it is written: the schema takes a date as text.
    content = yaml.load(text, yaml.BaseLoader)
    assert [error.message for error in validator.iter_errors(content)] == []
    wrong = {**content, "type": "data", "colour": "red"}
    assert len([*validator.iter_errors(wrong)]) == 2
    del content["authors"]
    assert [e.message for e in validator.iter_errors(content)] == [
        "'authors' is a required property"
    ]


def test_the_citation_file_of_this_repository_is_made_of_its_settings(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["cite", "--format", "cff", "--project", str(ROOT / "seeds")]) == 0
    fix = "kg cite --format cff --project seeds > CITATION.cff"
    assert (ROOT / "CITATION.cff").read_text("utf-8") == capsys.readouterr().out, fix


def test_what_it_says() -> None:
    settings = facts_of(TESTS / "project")[0]
    odd = replace(settings, title='A "title": #1', creators=("A: b", "C"), version="1.10")
    content = yaml.safe_load(as_cff(odd))
    assert content.pop("references")[0]["type"] == "software"
    assert content == {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them.",
        "type": "dataset",
        "title": 'A "title": #1',
        "authors": [{"name": "A: b"}, {"name": "C"}],
        "version": "1.10",
        "date-released": __import__("datetime").date(2024, 4, 1),
        "license": "CC0-1.0",
        "url": "https://example.org/id/",
    }


@pytest.mark.parametrize(
    ("licence", "line"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "license: CC-BY-4.0"),
        ("https://example.org/terms", 'license-url: "https://example.org/terms"'),
        ("ask us", None),
    ],
)
def test_licences(licence: str, line: str | None) -> None:
    text = as_cff(replace(facts_of(TESTS / "project")[0], licence=licence))
    found = [line for line in text.splitlines() if line.startswith("license")]
    assert found == ([line] if line else [])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nobody-met"], "no event `nobody-met` with articles is in the graph"),
        (["x", "--format", "cff"], "a CITATION.cff is of the data set: leave EVENT out"),
    ],
)
def test_refusals(
    arguments: list[str], message: str, seeds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cite", *arguments, "--project", str(seeds)]) == 2
    assert message in capsys.readouterr().err
