"""`kg query --with`: imports beside the build, from what `kg import` wrote, kept apart by coding."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

import kg.rdf.kept_store
from kg.build import build
from kg.built import CACHE, open_built
from kg.cli import main
from tests.golden import TESTS
from tests.imports.importing import TABLES

ICEWS = str(TABLES / "icews.tab")
LEFT_OUT = "what software coded is left out, and with it the imports: ask with --param coding="
CURATED = [("actor/ana-lind", "actor/tomas-berg", "1"), ("actor/tomas-berg", "actor/ana-lind", "1")]
MACHINE = [
    ("actor/icews/Ana%20Lind", "actor/icews/Tomas%20Berg", "1"),
    ("actor/icews/Tomas%20Berg", "actor/icews/Ana%20Lind", "1"),
]
VISIT = (
    "event/icews/719f5d34c7df61b0a2368685",
    "kg:Visit",
    "",
    "actor/icews/Foreign%20Affairs%20%28Freedonia%29",
)
ROWS = "PREFIX kg: <https://w3id.org/parley/ns#> SELECT (COUNT(DISTINCT ?row) AS ?rows) "
ROWS += "WHERE { ?row a kg:TableRow }"


@pytest.fixture
def root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    """A project with a build and an import of the fixture, entered."""
    made = tmp_path / "p"
    shutil.copytree(TESTS / "project", made)
    monkeypatch.chdir(made)
    assert build(made).written is not None
    assert main(["import", "icews", ICEWS]) == 0
    capsys.readouterr()
    return made


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[list[list[str]], str]:
    """The rows of a query, without the header, and what was told beside them."""
    assert main(["query", *arguments, "--format", "csv"]) == 0
    out, err = capsys.readouterr()
    return list(csv.reader(io.StringIO(out)))[1:], err


def local(rows: list[list[str]], base: str) -> list[tuple[str, ...]]:
    return sorted(tuple(cell.removeprefix(base) for cell in row) for row in rows)


@pytest.mark.parametrize(
    ("arguments", "expected", "hint"),
    [
        ((), CURATED, False),
        (("--with", "icews"), CURATED, True),
        (("--with", "icews", "--param", "coding=curated"), CURATED, True),
        (("--with", "icews", "--param", "coding=machine"), MACHINE, False),
        (("--with", "icews", "--param", "coding=all"), sorted(CURATED + MACHINE), False),
        (("--with", "icews", "--with", "icews", "--param", "coding=machine"), MACHINE, False),
        (("--param", "coding=machine"), [], False),
        (("--param", "coding=all"), CURATED, False),
    ],
)
def test_coding_tells_imports_from_what_people_wrote(
    root: Path,
    arguments: tuple[str, ...],
    expected: list[tuple[str, ...]],
    hint: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows, told = asked(capsys, "who-met-whom", *arguments)
    assert local(rows, open_built(root).settings.base) == expected
    assert (LEFT_OUT in told) is hint


def test_a_visit_of_the_import(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("visits-and-hosts", "--with", "icews", "--param", "coding=machine")
    rows, _ = asked(capsys, *arguments)
    found = local(rows, open_built(root).settings.base)
    assert [row[0] for row in found] == [VISIT[0]]
    assert found[0][3] == VISIT[3]


def test_a_query_of_ones_own(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "rows.rq").write_text(ROWS)
    assert asked(capsys, "rows.rq")[0] == [["0"]]
    assert asked(capsys, "rows.rq", "--with", "icews")[0] == [["9"]]


def test_a_large_one_is_kept_beside_that_of_the_build(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(kg.rdf.kept_store, "SMALL", 0)
    (root / "rows.rq").write_text(ROWS)
    machine = ("who-met-whom", "--with", "icews", "--param", "coding=machine")
    kept = root / CACHE / "store-with-icews"

    def stores() -> list[str]:
        return sorted(path.name for path in kept.iterdir())

    assert local(asked(capsys, *machine)[0], open_built(root).settings.base) == MACHINE
    assert asked(capsys, "who-met-whom")[0]
    first = stores()
    assert len(first) == 1
    assert len(list((root / CACHE / "store").iterdir())) == 1
    # A file's query opens the same stores in its own process.
    assert asked(capsys, "rows.rq", "--with", "icews")[0] == [["9"]]
    assert asked(capsys, "rows.rq")[0] == [["0"]]
    assert stores() == first
    # Another import, another store in its place.
    assert main(["import", "icews", "--all", ICEWS]) == 0
    capsys.readouterr()
    assert asked(capsys, "rows.rq", "--with", "icews")[0] == [["11"]]
    assert len(stores()) == 1
    assert stores() != first
    # What is there and is no store is passed over.
    (broken,) = kept.iterdir()
    shutil.rmtree(broken)
    broken.mkdir()
    assert asked(capsys, "rows.rq", "--with", "icews")[0] == [["11"]]


def test_the_codes_of_the_scheme_come_along(root: Path) -> None:
    (imported,) = open_built(root).joined(["icews"]).imports
    assert [path.name for path in imported.paths] == ["cameo.ttl", "graph.nq.zst"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("icew", "no import `icew` is in {out}; did you mean `icews`?\n"),
        ("../icews", "no import `../icews` is in {out}; did you mean `icews`?\n"),
        ("acled", "no import `acled` is in {out}; known are: icews\n"),
    ],
)
def test_what_is_not_there_is_named(
    root: Path, name: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["query", "who-met-whom", "--with", name]) == 2
    out = root / "out" / "imports"
    assert capsys.readouterr().err.endswith("kg: " + message.format(out=out))


@pytest.mark.parametrize("with_other", [{}, {"base": "https://other.example/"}, None])
def test_a_manifest_that_does_not_fit(
    root: Path, with_other: dict[str, str] | None, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = root / "out" / "imports" / "icews" / "manifest.json"
    content = json.loads(manifest.read_bytes())
    if with_other is None:
        (manifest.parent / "graph.nq.zst").unlink()
        expected = "graph.nq.zst is missing in "
    elif with_other:
        manifest.write_text(json.dumps(content | with_other))
        expected = "was made under the base https://other.example/, and the project's is now "
    else:
        manifest.write_text("{}")
        expected = "is no manifest of an import: import it again"
    assert main(["query", "who-met-whom", "--with", "icews"]) == 2
    assert expected in capsys.readouterr().err


def test_nothing_was_imported(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(root / "out" / "imports")
    assert main(["query", "who-met-whom", "--with", "icews"]) == 2
    assert capsys.readouterr().err.endswith(": run `kg import`\n")


def test_an_endpoint_is_asked_alone(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = ["query", "who-met-whom", "--with", "icews", "--endpoint", "http://127.0.0.1:1/"]
    assert main(run) == 2
    assert "--with asks imports beside the build" in capsys.readouterr().err


def test_why_tells_the_rows_and_stories_of_an_import(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event = VISIT[0].removeprefix("event/")
    assert main(["why", event, "where", "--with", "icews"]) == 0
    out, err = capsys.readouterr()
    assert (out, err) == (
        """\
icews/719f5d34c7df61b0a2368685
==============================

where: Port (icews/Freedonia/North/~/Port)
  no independent origins
  not counted: report by Lake Times was coded by software
  coded by icews-coder, which is software, from a report by Lake Times
    row 1 of “icews.tab”, key 1 2018-06-01, from sentence 2 of icews/story/100,
      a report by Lake Times
    row 2 of “icews.tab”, key 2 2018-06-01, from sentence 2 of icews/story/100,
      a report by Lake Times
where: Hill (icews/Freedonia/South/~/Hill)
  no independent origins
  not counted: report by Daily Post was coded by software
  coded by icews-coder, which is software, from a report by Daily Post
    row 3 of “icews.tab”, key 3 2018-06-01, from sentence 1 of icews/story/101,
      a report by Daily Post

Sources
  6ece451378a63601fc4c5c7f: “icews.tab”
  icews/publisher/Daily%20Post: report by Daily Post
  icews/publisher/Lake%20Times: report by Lake Times
  icews/story/100: report by Lake Times
  icews/story/101: report by Daily Post
""",
        "",
    )
    assert main(["why", event, "kind", "--with", "icews", "--format", "json"]) == 0
    (field,) = json.loads(capsys.readouterr().out)["fields"]
    told = [
        (answer["value"].rsplit("/", 1)[1], one["coded_by"], one["inferred_by"], row)
        for answer in field["answers"]
        for one in answer["statements"]
        for row in one["rows"]
    ]
    file = "file/6ece451378a63601fc4c5c7f"

    def row(number: int, story: int, sentence: str) -> dict[str, object]:
        key, from_ = f"{number} 2018-06-01", f"utterance/icews/story/{story}"
        names = {"document": file, "number": number, "key": key, "story": from_}
        return {**names, "sentence": sentence}

    coder = ("software/icews-coder", "")
    assert told == [
        ("042", *coder, row(3, 101, "1")),
        ("042", *coder, row(1, 100, "2")),
        ("043", *coder, row(2, 100, "2")),
    ]
    assert main(["why", event]) == 2
    assert "no event" in capsys.readouterr().err
