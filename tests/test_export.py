"""Tables, networks and frames for other tools, and what a notebook shows."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import networkx as nx
import polars as pl
import pytest

import kg
from kg.ask.answers import Answer, Field, Place, Statement, Why, Words
from kg.ask.errors import ParameterError, QueryError
from kg.ask.why import UnknownEvent
from kg.build import facts_of
from kg.built import NotBuilt
from kg.cli import main
from kg.export.columns import Holds, absolute, holds
from kg.export.graphml import graphml
from kg.export.package import DESCRIPTOR, FOREIGN_KEYS, table_files
from kg.facts.settings import Settings
from kg.mapping.tables import TABLES, Tables
from kg.notebook import frames
from kg.notebook.shown import Shown, marked
from tests.golden import TESTS

ROOT = TESTS.parent
BASE = "https://w3id.org/parley/id/"
KG = "https://w3id.org/parley/ns#"
OCTOBER_31 = "amir-abdollahian-haniyeh-doha-2023-10-31"


@cache
def seeds_tables() -> tuple[Settings, Tables]:
    return facts_of(ROOT / "seeds")


@cache
def files() -> dict[str, bytes]:
    settings, tables = seeds_tables()
    return table_files(tables, settings)


def frame(name: str) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(files()[f"{name}.parquet"]))


# --- Tables --------------------------------------------------------------------------------------


def test_a_csv_and_a_parquet_file_for_each_table() -> None:
    expected = {f"{name}.{kind}" for name in TABLES for kind in ("csv", "parquet")}
    assert set(files()) == expected | {DESCRIPTOR}
    assert len(expected) == 42
    tables = seeds_tables()[1]
    for name in TABLES:
        assert frame(name).height == tables[name].height
        csv = pl.read_csv(files()[f"{name}.csv"], infer_schema=False)
        assert csv.height == tables[name].height
        assert csv.columns == frame(name).columns
        assert frame(name).columns == list(TABLES[name].columns)


def test_what_a_column_holds_is_what_its_description_says() -> None:
    """A column is of nodes or names just where the tables' own words begin so."""
    told = {
        (table, column): spec.doc.split()[0].strip(":")
        for table, of in TABLES.items()
        for column, spec in of.columns.items()
    }
    words = {Holds.NODE: "node", Holds.NAME: "name"}
    assert {key: words[kind] for key, kind in holds().items() if kind in words} == {
        key: word for key, word in told.items() if word in words.values()
    }
    assert holds()["time", "date"] is Holds.DATE
    assert holds()["source", "url"] is Holds.IRI
    assert holds()["claim", "object"] is Holds.TERM


def test_ids_and_terms_are_absolute_iris() -> None:
    for (table, column), kind in holds().items():
        values = frame(table)[column].drop_nulls()
        if kind is Holds.NODE:
            assert values.str.starts_with(BASE).all(), (table, column)
        elif kind in (Holds.NAME, Holds.IRI):
            assert values.str.contains("^https?://[^ ]+$").all(), (table, column)
    claim = frame("claim")
    row = claim.filter(pl.col("id") == f"{BASE}claim/049e3882b38de03dde992327").row(0, named=True)
    assert row["predicate"] == f"{KG}status"
    assert (row["object_kind"], row["object"], row["object_type"]) == ("iri", f"{KG}held", None)
    assert set(claim["object_kind"]) == {"iri", "plain", "typed"}
    typed = claim.filter(pl.col("object_kind") == "typed")
    assert set(typed["object_type"]) == {
        "http://www.w3.org/2001/XMLSchema#integer",
    }


def test_days_and_times_have_their_types() -> None:
    time = frame("time")
    row = time.filter(pl.col("edtf") == "2023-10-31").row(0, named=True)
    assert row["date"] == date(2023, 10, 31)
    assert row["not_before"] == datetime(2023, 10, 31, tzinfo=UTC)
    assert row["not_after"] == datetime(2023, 10, 31, 23, 59, 59, tzinfo=UTC)
    csv = files()["time.csv"].decode()
    assert (
        f"{BASE}time/2023-10-31,2023-10-31,2023-10-31,2023-10-31T00:00:00Z,2023-10-31T23:59:59Z"
        in csv
    )


def test_another_zone_and_all_kinds_of_terms() -> None:
    settings, tables = facts_of(TESTS / "project")
    rows = [
        {"object_kind": "iri", "object": "place/a"},
        {"object_kind": "name", "object": "wd:Q1"},
        {"object_kind": "absolute", "object": "urn:isbn:1"},
        {"object_kind": "plain", "object": 'a,\n"b"'},
        {"object_kind": "lang", "object": "صلح", "object_type": "fa"},
        {"object_kind": "typed", "object": "4", "object_type": "xsd:integer"},
    ]
    link = pl.DataFrame(
        [{"node": f"place/{n}", "predicate": "kg:size", "graph": "graph/a", **row} for n, row in enumerate(rows)],
        schema=TABLES["link"].schema,
    )  # fmt: skip
    zoned = pl.DataFrame(
        [{"id": "time/a", "edtf": "2024", "not_before": "2024-01-01T03:30:00+03:30"}],
        schema=TABLES["time"].schema,
    )
    changed = tables.replacing({"link": link, "time": zoned})
    found = absolute(changed, "link", settings.base)
    assert found.select("object_kind", "object", "object_type").rows() == [
        ("iri", f"{settings.base}place/a", None),
        ("iri", "http://www.wikidata.org/entity/Q1", None),
        ("iri", "urn:isbn:1", None),
        ("plain", 'a,\n"b"', None),
        ("lang", "صلح", "fa"),
        ("typed", "4", "http://www.w3.org/2001/XMLSchema#integer"),
    ]
    assert absolute(changed, "time", settings.base)["not_before"].to_list() == [
        datetime(2024, 1, 1, tzinfo=UTC)
    ]
    csv = table_files(changed, settings)["link.csv"]
    assert pl.read_csv(csv)["object"].to_list() == found["object"].to_list()


def test_the_same_rows_give_the_same_bytes() -> None:
    settings, tables = seeds_tables()
    turned = Tables({name: tables[name].reverse() for name in tables})
    assert table_files(turned, settings) == files()
    assert graphml(turned, BASE) == graphml(tables, BASE)


def test_no_file_has_more_of_an_article_than_the_passages() -> None:
    """Of what no passage quotes, and does not stand right beside one, nothing is exported."""
    tables = seeds_tables()[1]
    passages = tables["passage"]
    data = b"".join(data for name, data in files().items() if name.endswith(".csv"))
    data += graphml(tables, BASE)
    text = " ".join(data.decode().split())
    looked = 0
    for path in sorted((ROOT / "seeds" / "articles").glob("*.txt")):
        article = path.read_text("utf-8")
        own = passages.filter(pl.col("document") == f"article/{path.stem}")
        shown = bytearray(len(article))
        for start, end in own.select("start", "end").iter_rows():
            shown[max(start - 32, 0) : end + 32] = b"x" * len(
                article[max(start - 32, 0) : end + 32]
            )
        title = tables["source"].filter(pl.col("id") == f"article/{path.stem}")["title"].item()
        for printed in re.finditer(re.escape(title or article), article):
            shown[printed.start() : printed.end()] = b"x" * len(printed[0])
        for hidden in re.finditer(rb"\0{60,}", bytes(shown)):
            stretch = " ".join(article[hidden.start() : hidden.end()].split())
            assert stretch not in text
            looked += len(stretch) > 50
    assert looked >= 3


# --- Data Package --------------------------------------------------------------------------------


def test_the_package_is_valid(tmp_path: Path) -> None:
    """By Frictionless itself: the descriptor, every cell's type, every key and reference."""
    for name, data in files().items():
        (tmp_path / name).write_bytes(data)
    assert validated(tmp_path) == []
    claims = (tmp_path / "claim.csv").read_text("utf-8")
    row = next(line for line in claims.splitlines() if "/claim/049e3882b38de03dde992327" in line)
    planted = row.replace("article/003_5d18fd4474e21294", "article/nobody-knows")
    (tmp_path / "claim.csv").write_text(claims.replace(row, f"{planted}\n{row}"), "utf-8")
    assert {("claim", "foreign-key"), ("claim", "primary-key")} <= set(validated(tmp_path))


def validated(folder: Path) -> list[tuple[str, str]]:
    """What Frictionless finds: the table and the kind of error."""
    command = [sys.executable, "-m", "frictionless", "validate", DESCRIPTOR, "--json"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    report = json.loads(run.stdout)
    assert report["stats"]["tasks"] == len(TABLES)
    assert report["errors"] == []
    return [(task["name"], error["type"]) for task in report["tasks"] for error in task["errors"]]


def test_the_descriptor() -> None:
    package = json.loads(files()[DESCRIPTOR])
    assert package["id"] == f"{BASE}dataset"
    assert (package["version"], package["created"]) == ("0.1.0", "2026-11-21T00:00:00Z")
    assert package["licenses"] == [{"path": "https://creativecommons.org/licenses/by/4.0/"}]
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert list(resources) == list(TABLES)
    for name, resource in resources.items():
        for of in (resource, resource["parquet"]):
            data = files()[of["path"]]
            assert of["bytes"] == len(data)
            assert of["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
        schema = resource["schema"]
        assert schema["primaryKey"] == list(TABLES[name].key)
        assert [field["name"] for field in schema["fields"]] == list(TABLES[name].columns)
        assert all(field["description"] for field in schema["fields"])
    fields = {field["name"]: field for field in resources["passage"]["schema"]["fields"]}
    assert fields["start"] == {
        "name": "start",
        "type": "integer",
        "description": "first code point. kg:start: The position of the first character of the "
        "passage in the document, counted in Unicode code points from 0.",
        "constraints": {"required": True},
    }
    assert fields["document"]["format"] == "uri"
    assert "constraints" not in fields["prefix"]


def test_foreign_keys_are_of_columns_that_there_are() -> None:
    for (table, column), (other, key) in FOREIGN_KEYS.items():
        known = set(frame(other)[key])
        assert set(frame(table)[column].drop_nulls()) <= known, (table, column)
    assert len(FOREIGN_KEYS) == 28


# --- Networks ------------------------------------------------------------------------------------


def test_networkx_reads_the_network() -> None:
    graph = nx.read_graphml(io.BytesIO(graphml(seeds_tables()[1], BASE)), force_multigraph=True)
    kinds = Counter(data["kind"] for _, data in graph.nodes(data=True))
    tables = seeds_tables()[1]
    events = tables["claim"].filter(pl.col("subject").str.starts_with("event/"))
    assert kinds["event"] == events["subject"].n_unique() == 25
    assert kinds["source"] == tables["source"].height == 25
    assert kinds["actor"] == 40
    event = graph.nodes[f"{BASE}event/{OCTOBER_31}"]
    assert event == {
        "label": OCTOBER_31,
        "kind": "event",
        "class": "Meeting",
        "status": "held",
        "when": "2023-10-31; [..2023-10-31]",
        "place": "Doha",
    }
    took_part = {
        graph.nodes[target]["label"]
        for _, target, data in graph.edges(f"{BASE}event/{OCTOBER_31}", data=True)
        if data["kind"] == "participant"
    }
    assert took_part == {"Hossein Amir-Abdollahian", "Ismail Haniyeh"}
    edges = Counter(data["kind"] for *_, data in graph.edges(data=True))
    assert edges == {"reports": 39, "participant": 45, "attributed-to": 21, "derived-from": 20}
    claims = sum(data.get("claims", 0) for *_, data in graph.edges(data=True))
    said = events.filter(pl.col("according_to").is_not_null())
    assert claims == said.height


def test_roles_and_disputes_in_the_network() -> None:
    settings, tables = facts_of(TESTS / "project")
    graph = nx.read_graphml(io.BytesIO(graphml(tables, settings.base)), force_multigraph=True)
    call = f"{settings.base}event/berg-lind-call-2024-03-10"
    assert graph.nodes[call]["status"] == "disputed"
    roles = {
        graph.nodes[target]["label"]: data.get("role")
        for _, target, data in graph.edges(call, data=True)
    }
    assert roles == {"Tomas Berg": "caller", "Ana Lind": "called"}


# --- The command ---------------------------------------------------------------------------------


def test_export_writes_what_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = ["--project", str(TESTS / "project")]
    wanted = ["graphml", "ttl-flat", "ttl12", "nq12", "nt"]
    formats = [word for form in wanted for word in ("--format", form)]
    assert main(["export", str(tmp_path / "a"), *project, *formats]) == 0
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == [
        *("graph-1.2.nq", "graph-1.2.ttl", "graph-flat.ttl", "graph.graphml", "graph.nt"),
    ]
    assert main(["export", str(tmp_path / "b"), *project]) == 0
    assert len(list((tmp_path / "b").iterdir())) == 43
    assert capsys.readouterr().err.splitlines()[-1] == f"wrote 43 files into {tmp_path / 'b'}"


@pytest.mark.parametrize("form", ["ttl", "nt", "ttl-flat", "ttl12", "nt12", "graphml", "tables"])
def test_formats_that_would_lose_graphs_are_refused(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--project", str(TESTS / "project"), "--format", form, "--graphs"]
    assert main(["export", str(tmp_path / "a"), *arguments]) == 2
    keeping = "keeps no named graphs; these do: nq, trig, jsonld, nq12, trig12\n"
    assert capsys.readouterr().err.endswith(keeping)
    assert not (tmp_path / "a").exists()


def test_a_file_in_the_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").write_text("mine")
    assert main(["export", str(tmp_path / "a"), "--project", str(TESTS / "project")]) == 2
    assert capsys.readouterr().err == f"kg: {tmp_path / 'a'} is a file; name a folder\n"
    assert (tmp_path / "a").read_text() == "mine"


def test_the_words_of_an_article_that_may_not_be_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import shutil

    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    facts = root / "facts" / "geneva.yaml"
    formats = [word for form in ("tables", "nq", "ttl12") for word in ("--format", form)]
    project = ["--project", str(root)]

    def written(folder: str) -> bytes:
        assert main(["export", str(tmp_path / folder), *project, *formats]) == 0
        assert main(["docs", str(tmp_path / folder), *project]) == 0
        kinds = ("*.csv", "*.nq", "*.ttl", "*.html")
        return b"".join(p.read_bytes() for kind in kinds for p in (tmp_path / folder).glob(kind))

    words = (b"close to an agreement", b"two days ago", b"denied that a call")
    assert [word in written("a") for word in words] == [True, True, True]
    facts.write_text(
        facts.read_text("utf-8").replace("coder:", "publish: none\ncoder:", 1), "utf-8"
    )
    assert [word in written("b") for word in words] == [False, False, False]
    assert main(["build", *project]) == 0
    capsys.readouterr()
    assert main(["release", str(tmp_path / "c"), *project]) == 2
    message = "article/geneva says `publish: none`, and the graph quotes its words"
    assert message in capsys.readouterr().err


# --- Python in the guide -------------------------------------------------------------------------


def test_python_in_the_guide_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], seeds: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seeds").symlink_to(seeds)
    (tmp_path / "export").mkdir()
    for name, data in files().items():
        (tmp_path / "export" / name).write_bytes(data)
    guide = (ROOT / "ontology" / "README.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    top = [("israel", 13), ("ismail-haniyeh", 12), ("hossein-amir-abdollahian", 7)]
    assert lines[0] == str([(f"{BASE}actor/{actor}", number) for actor, number in top])
    assert lines[1:4] == ["(3, 2)", "1", OCTOBER_31]
    named = {f'"export/{name}' for name in re.findall(r'"export/([a-z]+\.csv)"', guide)}
    assert named == {'"export/claim.csv', '"export/passage.csv', '"export/support.csv'}


# --- Frames --------------------------------------------------------------------------------------


def test_a_question_as_a_frame(seeds: Path) -> None:
    found = kg.query("met-and-phoned", seeds)
    assert found.rows() == [
        (f"{BASE}actor/ismail-haniyeh", f"{BASE}actor/hossein-amir-abdollahian", 3, 2)
    ]
    assert found.schema == {
        "actor": pl.String,
        "other": pl.String,
        "meetings": pl.Int64,
        "calls": pl.Int64,
    }
    given = {"class_": "Meeting", "actor": ["ismail-haniyeh"], "status": "held"}
    met = kg.query("who-met-whom", seeds, **given)  # type: ignore[call-overload]
    assert met["events"].to_list() == [3, 1, 1, 1, 1]


def test_sparql_as_a_frame(seeds: Path) -> None:
    found = kg.query(
        f"SELECT ?date ?bound ?none {{ <{BASE}event/{OCTOBER_31}> <{KG}when> ?time . "
        f"?time <{KG}notAfter> ?bound . OPTIONAL {{ ?time <{KG}date> ?date }} "
        f"OPTIONAL {{ ?time <{KG}place> ?none }} }} ORDER BY ?date",
        seeds,
    )
    bound = datetime(2023, 10, 31, 23, 59, 59, tzinfo=UTC)
    assert found.rows() == [(None, bound, None), (date(2023, 10, 31), bound, None)]
    assert kg.query(f"ASK {{ ?call a <{KG}Call> }}", seeds).rows() == [(True,)]


def test_pandas_and_arrow(seeds: Path) -> None:
    polars = kg.query("who-met-whom", seeds)
    pandas = kg.query("who-met-whom", seeds, as_="pandas")
    assert list(pandas.columns) == polars.columns
    assert str(pandas["events"].dtype) == "int64"
    assert pandas["events"].tolist() == polars["events"].to_list()
    arrow = kg.query("who-met-whom", seeds, as_="arrow")
    assert arrow.column("events").to_pylist() == polars["events"].to_list()


@pytest.mark.parametrize(("as_", "missing"), [("pandas", "pandas"), ("arrow", "pyarrow")])
def test_what_is_missing_is_named_with_how_to_install_it(
    as_: str, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib.util

    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == missing else found(name)
    )
    fix = rf'{missing} is not installed: run `pip install "parley-kg\[{as_}\]"`'
    with pytest.raises(frames.MissingExtra, match=fix):
        kg.query("contacts", as_=as_)  # type: ignore[call-overload]


def test_what_cannot_be_asked(tmp_path: Path, seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(QueryError, match="no query is called `contact`; did you mean `contacts`"):
        kg.query("contact", seeds)
    with pytest.raises(ParameterError, match="no parameter `who`"):
        kg.query("contacts", seeds, who="x")
    with pytest.raises(QueryError, match="SPARQL takes no parameters"):
        kg.query("ASK { ?s ?p ?o }", seeds, who="x")
    with pytest.raises(QueryError, match="this query gives triples"):
        kg.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", seeds)
    with pytest.raises(ValueError, match="choose polars, pandas or arrow"):
        kg.query("contacts", seeds, as_="R")  # type: ignore[call-overload]
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotBuilt, match=r"no kg\.yaml here or above"):
        kg.query("contacts")
    with pytest.raises(UnknownEvent, match=OCTOBER_31):
        kg.why(OCTOBER_31[:-1], project=seeds)


def test_a_stale_build_warns(tmp_path: Path) -> None:
    import shutil

    from kg.build import build

    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    build(root)
    facts = root / "facts" / "geneva.yaml"
    facts.write_text(facts.read_text("utf-8") + "# more\n", "utf-8")
    with pytest.warns(
        UserWarning, match="the graph is older than facts/geneva.yaml: run `kg build`"
    ):
        kg.query("denials", root)


Cell = tuple[str, str] | None
CELLS: dict[str, tuple[list[Cell], list[object], pl.DataType | type[pl.DataType]]] = {
    "one datatype": ([("1", "integer"), None], [1, None], pl.Int64),
    "two datatypes": ([("1", "integer"), ("2", "string")], ["1", "2"], pl.String),
    "truth": ([("true", "boolean"), ("0", "boolean"), None], [True, False, None], pl.Boolean),
    "no values": ([None, None], [None, None], pl.String),
    "civil time": (
        [("2024-01-01T01:02:03", "dateTime"), ("2024-01-01T01:02:03.5+01:00", "dateTime")],
        [datetime(2024, 1, 1, 1, 2, 3, tzinfo=UTC), datetime(2024, 1, 1, 0, 2, 3, 500000, tzinfo=UTC)],
        pl.Datetime("us", "UTC"),
    ),
    "a number with a point": ([("1.5", "decimal")], [1.5], pl.Float64),
    "a datatype that is not known": ([("P1D", "duration")], ["P1D"], pl.String),
}  # fmt: skip


@pytest.mark.parametrize("name", CELLS)
def test_types_of_columns(name: str) -> None:
    cells, values, dtype = CELLS[name]
    xsd = "http://www.w3.org/2001/XMLSchema#"
    rows = [
        {} if cell is None else {"x": {"value": cell[0], "datatype": xsd + cell[1]}}
        for cell in cells
    ]
    found = frames.frame_of({"head": {"vars": ["x"]}, "results": {"bindings": rows}})
    assert found["x"].to_list() == values
    assert found.schema == {"x": dtype}


# --- Notebooks -----------------------------------------------------------------------------------

HOSTILE = '<img src=x onerror="alert(1)"> & <b>*bold*</b> [a](javascript:x) `c` \u202eevil'


def hostile() -> Shown:
    statement = Statement(
        claim="claim/1",
        stance="kg:denies",
        rank="",
        best=False,
        according_to="article/<script>",
        chain=("article/<script>",),
        reasons=(HOSTILE,),
        as_stated=('onerror="alert(1)"',),
        qualifiers=(("role", "<i>"),),
        words=(Words("article/a", 0, 9, HOSTILE, "", ""),),
        places=(Place("value", "facts/<a>.yaml", 3, 4),),
    )
    answer = Answer("actor/a", HOSTILE, False, (statement,))
    return Shown(
        Why(
            "event/<b>", (Field("who", "kg:participant", (answer,)),), {"article/<script>": HOSTILE}
        )
    )


def test_a_quote_is_inert_in_html() -> None:
    html = hostile()._repr_html_()
    elements = set(re.findall(r"<([a-z0-9]+)", html))
    assert elements == {
        *("div", "style", "h3", "h4", "ul", "li", "blockquote", "mark", "small"),
        *("details", "summary", "code"),
    }
    assert "onerror=" in html
    assert "<mark>onerror=&quot;alert(1)&quot;</mark>" in html
    assert set(re.findall(r" ([a-z]+)=[\"']", html)) == {"class", "dir"}
    assert "\u202e" not in html
    assert html.count("&lt;img src=x ") == 5


def test_a_quote_is_inert_in_markdown() -> None:
    markdown = hostile()._repr_markdown_()
    assert not re.search(r"(?<!&)<", markdown)
    assert '**onerror="alert(1)"**' in markdown
    assert r"\[a\](javascript:x)" in markdown
    assert r"\`c\`" in markdown
    assert "\u202e" not in markdown


def test_why_in_a_notebook(seeds: Path) -> None:
    shown = kg.why(OCTOBER_31, "when", seeds)
    html = shown._repr_html_()
    assert "<h4>when: 2023-10-31</h4>" in html
    assert "Amir-Abdollahian and Haniyeh met <mark>on Tuesday</mark> in the Qatari capital" in html
    assert "“on Tuesday” is 2023-10-31 by the rule weekday-on-or-before, counted from" in html
    assert re.search(r"facts/001_b2a4e33b6f0a0a07\.yaml:\d+:\d+", html)
    assert "caption by Iranian foreign ministry ← Iranian foreign ministry<blockquote" in html
    markdown = shown._repr_markdown_()
    assert "  > Amir-Abdollahian and Haniyeh met **on Tuesday** in the Qatari" in markdown
    assert str(shown).startswith(f"{OCTOBER_31}\n====")
    assert repr(shown) == f"<why event/{OCTOBER_31}: 1 fields>"
    assert shown.answer.fields[0].name == "when"


@pytest.mark.parametrize(
    ("quote", "stated", "expected"),
    [
        ("He met her on Monday.", ("on Monday",), ("He met her ", "on Monday", ".")),
        ("on Mondays, on\nMonday", ("on Monday",), ("on Mondays, ", "on Monday", "")),
        ("He met her.", (), ("", "He met her.", "")),
        ("He met her.", ("them",), ("", "He met her.", "")),
        ("He met her.", ("He", "He met"), ("", "He met", " her.")),
        ("a (b) c", ("(b)",), ("a ", "(b)", " c")),
    ],
)
def test_the_decisive_words(
    quote: str, stated: tuple[str, ...], expected: tuple[str, str, str]
) -> None:
    assert marked(Words("article/a", 0, 1, quote, "", ""), stated) == expected
