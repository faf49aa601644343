"""Gaps: the ledger, the worklist and the ratchet, on the small project and on planted tables."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest

from kg.ask.gap_items import Finder
from kg.ask.gaps import KINDS, LEDGER, gaps
from kg.ask.gaps_text import SHOWN, as_text
from kg.ask.origins import origins
from kg.ask.ratchet import RatchetError, as_ratchet, moved, read_ratchet
from kg.build import facts_of
from kg.cli import main
from kg.mapping.tables import TABLES, Tables
from tests.asking import Asker, short
from tests.golden import TESTS

MEETING, CALL, NEXT = (
    "event/lind-berg-geneva-2024-03-11",
    "event/berg-lind-call-2024-03-10",
    "event/lind-berg-2024-03-15",
)
G = "graph/a"
Row = dict[str, str | int | None]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    monkeypatch.chdir(root)
    return root


def tables(**rows: Iterable[Row]) -> Tables:
    """Tables of rows of which cells that may be null are left out."""
    frames = {}
    for name, found in rows.items():
        columns = TABLES[name].columns
        empty: Row = dict.fromkeys(columns)
        frames[name] = pl.DataFrame(
            [
                {**empty, "graph": G, **row} if "graph" in columns else {**empty, **row}
                for row in found
            ],
            schema=TABLES[name].schema,
        )
    return Tables(frames)


# --- The small project -------------------------------------------------------------------------


def test_the_ledger_of_the_small_project() -> None:
    found = gaps(facts_of(TESTS / "project")[1])
    assert found.looked_at == {
        "events": 3,
        "claims": 17,
        "documents": 1,
        "utterances": 3,
        "wordings": 1,
    }
    assert found.ledger.columns == ["field", "events", *LEDGER]
    assert found.ledger.rows() == [
        ("type", 3, 3, 0, 0, 0, 0, 3, 0),
        ("who", 3, 3, 0, 0, 0, 0, 3, 0),
        ("where", 1, 1, 0, 0, 0, 0, 1, 0),
        ("when", 2, 2, 0, 0, 0, 0, 2, 0),
        ("planned_for", 1, 1, 0, 0, 0, 0, 1, 0),
        ("status", 3, 2, 0, 0, 1, 0, 2, 0),
    ]


def test_the_worklist_of_the_small_project() -> None:
    found = gaps(facts_of(TESTS / "project")[1])
    file = "facts/geneva.yaml"
    assert found.worklist.rows() == [
        ("origin-single", CALL, None, "actor/nordpress", file, 21, 15),
        ("origin-single", MEETING, None, "article/geneva", file, 10, 18),
        ("origin-single", NEXT, None, "article/geneva", file, 37, 18),
        (
            "speaker-unnamed",
            "utterance/berg-office-denial",
            None,
            "unnamed/geneva/office-of-berg",
            file,
            28,
            21,
        ),
        ("value-unsettled", CALL, "status", None, file, 22, 17),
        ("place-missing", NEXT, "where", None, file, 37, 18),
        ("office-missing", CALL, "who", "actor/ana-lind", file, 25, 13),
        ("office-missing", CALL, "who", "actor/tomas-berg", file, 24, 13),
        ("office-missing", MEETING, "who", "actor/tomas-berg", file, 11, 53),
        ("office-missing", NEXT, "who", "actor/ana-lind", file, 39, 15),
        ("office-missing", NEXT, "who", "actor/tomas-berg", file, 39, 21),
    ]


def test_totals_are_what_the_worklist_and_the_ledger_hold() -> None:
    totals = gaps(facts_of(TESTS / "project")[1]).totals
    assert list(totals)[: len(KINDS)] == list(KINDS)
    assert {name: number for name, number in totals.items() if number} == {
        "origin-single": 3,
        "speaker-unnamed": 1,
        "value-unsettled": 1,
        "place-missing": 1,
        "office-missing": 5,
        "type: single-origin": 3,
        "who: single-origin": 3,
        "where: single-origin": 1,
        "when: single-origin": 2,
        "planned_for: single-origin": 1,
        "status: unsettled": 1,
        "status: single-origin": 2,
    }


# --- Origins, held against the query -----------------------------------------------------------


def test_origins_and_documents_are_those_of_the_query(seeds: Path, ask: Asker) -> None:
    every: dict[str, str | list[str]] = {
        "class": ["Meeting", "Call", "Talks", "Visit", "Event"],
        "status": "any",
    }
    asked = ask("corroboration", "event origins documents", **every)
    counted = Finder(facts_of(seeds)[1]).origins()
    found = {
        short(f"https://w3id.org/parley/id/{event}"): (str(number), str(documents))
        for event, number, _, documents in counted.iter_rows()
    }
    assert found == {event: (number, documents) for event, number, documents in asked}
    assert len(found) == 25


def utterance(id_: str, form: str = "kg:report", **cells: str) -> Row:
    return {"id": f"utterance/{id_}", "class": "kg:Utterance", "form": form, **cells}


def document(id_: str) -> Row:
    return {"id": f"article/{id_}", "class": "kg:Document"}


def link(node: str, predicate: str, to: str) -> Row:
    return {"node": node, "predicate": predicate, "object_kind": "iri", "object": to}


ORIGINS = {
    "a document is its own": ([document("a")], [], [("article/a", "article/a")]),
    "a copy is what it copies, however often": (
        [document("a"), document("b"), document("c")],
        [link("article/c", "kg:copyOf", "article/b"), link("article/b", "kg:copyOf", "article/a")],
        [("article/a", "article/a"), ("article/b", "article/a"), ("article/c", "article/a")],
    ),
    "an utterance is whoever it is of": (
        [utterance("u", agent="actor/x")],
        [link("utterance/u", "prov:wasAttributedTo", "actor/y")],
        [("utterance/u", "actor/x"), ("utterance/u", "actor/y")],
    ),
    "a spokesman is whom he speaks for": (
        [utterance("u", agent="unnamed/a/s", on_behalf_of="actor/x")],
        [link("utterance/u", "prov:wasAttributedTo", "actor/y")],
        [("utterance/u", "actor/x")],
    ),
    "what rests on another is that other": (
        [utterance("u", agent="actor/x"), utterance("v", agent="actor/y")],
        [link("utterance/u", "kg:restsOn", "utterance/v")],
        [("utterance/u", "actor/y"), ("utterance/v", "actor/y")],
    ),
    "what rests on two is both": (
        [utterance("u"), utterance("v", agent="actor/y"), utterance("w", agent="actor/z")],
        [
            link("utterance/u", "kg:restsOn", "utterance/v"),
            link("utterance/u", "kg:restsOn", "utterance/w"),
        ],
        [
            ("utterance/u", "actor/y"),
            ("utterance/u", "actor/z"),
            ("utterance/v", "actor/y"),
            ("utterance/w", "actor/z"),
        ],
    ),
    "an unnamed source adds none": (
        [utterance("u", "kg:unnamed-source", agent="unnamed/a/s"), utterance("v")],
        [],
        [],
    ),
    "what leads in a circle has no first": (
        [utterance("u", agent="actor/x"), utterance("v", agent="actor/y")],
        [
            link("utterance/u", "kg:restsOn", "utterance/v"),
            link("utterance/v", "kg:restsOn", "utterance/u"),
        ],
        [],
    ),
}


@pytest.mark.parametrize("name", ORIGINS)
def test_origins(name: str) -> None:
    sources, links, expected = ORIGINS[name]
    assert origins(tables(source=sources, link=links)).rows() == expected


def test_all_origins_ran() -> None:
    assert len(ORIGINS) == 8


# --- One event, and what is said of it ---------------------------------------------------------


def claim(
    id_: str, predicate: str, value: str, kind: str = "iri", *, inferred: bool = False, **cells: str
) -> Row:
    who: Row = {"agent": "curator/c"} if inferred else {"document": "article/a"}
    if not inferred:
        who["according_to"] = "article/a"
    return {
        "id": f"claim/{id_}",
        "subject": "event/e",
        "predicate": predicate,
        "object_kind": kind,
        "object": value,
        **who,
        **cells,
    }


def one_event(
    claims: Iterable[Row],
    *,
    best: Iterable[str] | None = None,
    quoted: str = "abcdefgh",
    **more: list[Row],
) -> Tables:
    """A meeting of two in a place, and some claims, those quoted whose letter is in `quoted`."""
    rows = list(claims)
    rows += [claim("y", "rdf:type", "kg:Meeting", "name"), claim("z", "kg:place", "place/p")]
    rows += [claim("v", "kg:participant", "actor/v"), claim("w", "kg:participant", "actor/w")]
    denied = {"kg:denies", "kg:declines"}
    ids = [str(row["id"]) for row in rows if row.get("stance") not in denied]
    passage: Row = {
        "id": "passage/a/0-1",
        "document": "article/a",
        "start": 0,
        "end": 1,
        "quote": "x",
    }
    return tables(
        claim=rows,
        best=[{"claim": f"claim/{i}"} for i in best]
        if best is not None
        else [{"claim": i} for i in ids],
        source=[document("a")],
        passage=[passage],
        support=[
            {"claim": row["id"], "evidence": "passage/a/0-1"}
            for row in rows
            if str(row["id"])[-1] in quoted + "vwyz"
        ],
        time=[
            {"id": f"time/{name}", "edtf": edtf, "date": date, "not_before": low, "not_after": high}
            for name, edtf, date, low, high in TIMES
        ],
        **more,
    )


LOW, HIGH = "2024-03-01T00:00:00Z", "2024-03-31T23:59:59Z"
TIMES = (
    ("day", "2024-03-11", "2024-03-11", LOW, HIGH),
    ("span", "2024-03-11/2024-03-13", None, LOW, HIGH),
    ("onward", "2024-03-11/..", None, LOW, None),
    ("month", "2024-03", None, LOW, HIGH),
    ("about", "2024-03-11~", None, LOW, HIGH),
    ("one-of", "[2024-03-11..2024-03-13]", None, LOW, HIGH),
    ("before", "[..2024-03-11]", None, None, HIGH),
    ("after", "[2024-03-11..]", None, LOW, None),
)

DATES = {
    "no date": ([], {"date-missing": 1}),
    "a day": ([("kg:when", "day", False)], {}),
    "a span of days": ([("kg:when", "span", False)], {}),
    "from a day on": ([("kg:when", "onward", False)], {}),
    "when it began": ([("kg:starts", "day", False)], {}),
    "what it was planned for": ([("kg:plannedFor", "day", False)], {}),
    "a month": ([("kg:when", "month", False)], {"date-wide": 1}),
    "about a day": ([("kg:when", "about", False)], {"date-wide": 1}),
    "one of some days": ([("kg:when", "one-of", False)], {"date-wide": 1}),
    "on or before": ([("kg:when", "before", False)], {"date-open": 1}),
    "on or after": ([("kg:when", "after", False)], {"date-open": 1}),
    "the closest counts": ([("kg:when", "before", False), ("kg:when", "day", False)], {}),
    "inferred": ([("kg:when", "day", True)], {"date-inferred": 1}),
    "inferred and open": ([("kg:when", "before", True)], {"date-inferred": 1, "date-open": 1}),
    "said too": ([("kg:when", "month", False), ("kg:when", "day", True)], {}),
}


@pytest.mark.parametrize("name", DATES)
def test_dates(name: str) -> None:
    dates, expected = DATES[name]
    claims = [
        claim("ab"[place], predicate, f"time/{time}", inferred=inferred)
        for place, (predicate, time, inferred) in enumerate(dates)
    ]
    found = gaps(one_event(claims)).worklist.filter(pl.col("kind").str.starts_with("date-"))
    assert dict(found["kind"].value_counts().iter_rows()) == expected


def test_all_dates_ran() -> None:
    assert len(DATES) == 15


EVIDENCE: dict[str, tuple[list[Row], str, str]] = {
    "quoted": ([claim("a", "kg:topic", "topic/t")], "a", "quoted"),
    "inferred from words": ([claim("a", "kg:topic", "topic/t", inferred=True)], "a", "inferred"),
    "inferred without": ([claim("a", "kg:topic", "topic/t", inferred=True)], "", "unquoted"),
    "said and inferred": (
        [claim("a", "kg:topic", "topic/t"), claim("b", "kg:topic", "topic/t", inferred=True)],
        "ab",
        "quoted",
    ),
    "denied": ([claim("a", "kg:topic", "topic/t", stance="kg:denies")], "a", "denied"),
    "hedged": ([claim("a", "kg:topic", "topic/t", stance="kg:hedges")], "a", "quoted"),
}


@pytest.mark.parametrize("name", EVIDENCE)
def test_evidence(name: str) -> None:
    claims, quoted, expected = EVIDENCE[name]
    found = gaps(one_event(claims, quoted=quoted))
    row = found.ledger.filter(pl.col("field") == "topic").row(0, named=True)
    assert {column: row[column] for column in LEDGER[:5]} == {
        column: int(column == expected) for column in LEDGER[:5]
    }
    inferred = found.worklist.filter(pl.col("kind") == "value-inferred")
    assert inferred.height == int(expected in ("inferred", "unquoted"))


def test_sources_that_disagree_settle_nothing() -> None:
    found = gaps(one_event([claim("a", "kg:status", "kg:held", "name")], best="vwyz"))
    assert found.totals["status: unsettled"] == 1
    assert found.totals["value-unsettled"] == 1


def test_what_does_not_count_is_not_looked_at() -> None:
    claims = [
        claim("a", "kg:topic", "topic/t", rank="kg:deprecated"),
        claim("b", "kg:kind", "kg:attack", "name", inferred=True, agent="software/s"),
        claim("c", "kg:alsoReportedIn", "article/a", inferred=True),
        claim("d", "kg:possiblySameAs", "event/f", inferred=True),
    ]
    entity: list[Row] = [{"id": "software/s", "class": "prov:SoftwareAgent"}]
    found = gaps(one_event(claims, entity=entity))
    assert found.looked_at["claims"] == 4
    assert found.ledger["field"].to_list() == ["type", "who", "where"]


@pytest.mark.parametrize(
    ("types", "people", "place", "expected"),
    [
        ("kg:Meeting", 2, True, []),
        ("kg:Meeting", 1, True, ["participants-few"]),
        ("kg:Meeting", 2, False, ["place-missing"]),
        ("kg:Call", 1, False, ["participants-few"]),
        ("kg:Talks", 0, False, ["participants-few"]),
        ("kg:Visit", 1, False, ["place-missing"]),
        ("kg:Visit", 0, True, ["participants-few"]),
        ("kg:Event", 0, False, []),
    ],
)
def test_places_and_participants(types: str, people: int, place: bool, expected: list[str]) -> None:
    rows = [claim("a", "rdf:type", types, "name")]
    rows += [claim("bc"[i], "kg:participant", f"actor/{i}") for i in range(people)]
    rows += [claim("d", "kg:place", "place/p")] * place
    found = gaps(tables(claim=rows, best=[{"claim": row["id"]} for row in rows], source=[]))
    kinds = found.worklist["kind"].to_list()
    assert [kind for kind in kinds if kind in ("place-missing", "participants-few")] == expected


def test_encounters_and_those_with_most_claims_come_first() -> None:
    rows: list[Row] = []
    for event, type_, topics in (("b", "kg:Event", 3), ("c", "kg:Call", 1), ("d", "kg:Call", 2)):
        rows.append({**claim(event, "rdf:type", type_, "name"), "subject": f"event/{event}"})
        rows += [
            {**claim(f"{event}{i}", "kg:topic", f"topic/{i}"), "subject": f"event/{event}"}
            for i in range(topics)
        ]
    found = gaps(tables(claim=rows, best=[{"claim": row["id"]} for row in rows]))
    missing = found.worklist.filter(pl.col("kind") == "date-missing")
    assert missing["node"].to_list() == ["event/d", "event/c", "event/b"]


# --- Formats -----------------------------------------------------------------------------------


def test_text(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gaps"]) == 0
    out, err = capsys.readouterr()
    assert err == "3 events, 17 claims, 1 documents, 3 utterances, 1 wordings looked at\n"
    assert out.startswith(
        "Fields of events, by the best evidence that there is\n\n"
        "field             events  quoted  inferred  unquoted  unsettled  denied  single-origin  "
        "unknown-origin\n"
        "type                   3       3         ·         ·          ·       ·              3  "
        "             ·\n"
    )
    assert (
        "origin-single: one origin alone says so (3)\n"
        "  facts/geneva.yaml:21:15: berg-lind-call-2024-03-10: actor/nordpress\n"
        "  facts/geneva.yaml:10:18: lind-berg-geneva-2024-03-11: article/geneva\n"
    ) in out
    assert "  facts/geneva.yaml:22:17: berg-lind-call-2024-03-10, status\n" in out


def test_json_and_csv_hold_all_of_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gaps", "--format", "json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert list(content) == ["looked_at", "totals", "ledger", "worklist"]
    assert (len(content["ledger"]), len(content["worklist"])) == (6, 11)
    assert content["worklist"][4] == {
        "kind": "value-unsettled",
        "node": CALL,
        "field": "status",
        "detail": None,
        "file": "facts/geneva.yaml",
        "line": 22,
        "column": 17,
    }
    assert main(["gaps", "--format", "csv"]) == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows[0] == ["kind", "node", "field", "detail", "file", "line", "column"]
    assert rows[5] == ["value-unsettled", CALL, "status", "", "facts/geneva.yaml", "22", "17"]
    assert len(rows) == 12


def test_a_long_list_is_cut_in_the_text_alone() -> None:
    rows = [
        {**claim(str(i), "rdf:type", "kg:Event", "name"), "subject": f"event/{i:02}"}
        for i in range(SHOWN + 5)
    ]
    found = gaps(tables(claim=rows, best=[{"claim": row["id"]} for row in rows]))
    assert found.totals["date-missing"] == SHOWN + 5
    text = as_text(found)
    assert f"date-missing: no date ({SHOWN + 5})\n  00, when\n" in text
    assert f"  {SHOWN - 1}, when\n  and 5 more: --format csv lists them\n" in text


# --- The ratchet -------------------------------------------------------------------------------


def test_moved() -> None:
    before = {"a": 1, "b": 2, "c": 3, "gone": 1}
    assert moved(before, {"a": 1, "b": 3, "c": 1, "new": 2, "none": 0}) == (
        ["b: 3, was 2", "new: 2, was 0"],
        ["c: 1, was 3", "gone: 0, was 1"],
    )


def test_a_ratchet_is_read_as_it_was_written() -> None:
    assert as_ratchet({"a": 1, "b": 0}) == '{\n  "a": 1\n}\n'
    assert read_ratchet(as_ratchet({"a": 1, "b: c": 12}).encode()) == {"a": 1, "b: c": 12}


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"a": true}', b'{"a": 1.5}', b'{"a": "1"}', b"\xff"]
)
def test_no_ratchet(data: bytes) -> None:
    with pytest.raises(RatchetError, match=r"^this "):
        read_ratchet(data)


def test_a_project_that_gets_worse_fails(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gaps", "--ratchet", "gaps.json", "--update"]) == 0
    assert "gaps.json: wrote the totals\n" in capsys.readouterr().err
    written = (project / "gaps.json").read_bytes()
    assert main(["gaps", "--ratchet", "gaps.json"]) == 0
    assert capsys.readouterr().err.endswith("gaps.json: 0 totals are worse, 0 better\n")

    facts = project / "facts" / "geneva.yaml"
    old = facts.read_text("utf-8")
    facts.write_text(old.replace("        when: on Monday = 2024-03-11\n", ""), "utf-8")
    assert main(["gaps", "--ratchet", "gaps.json"]) == 1
    err = capsys.readouterr().err
    assert "worse: date-missing: 1, was 0\n" in err
    assert "better: when: single-origin: 1, was 2; --update holds it there\n" in err
    assert err.endswith("gaps.json: 1 totals are worse, 1 better\n")
    assert (project / "gaps.json").read_bytes() == written

    assert main(["gaps", "--ratchet", "gaps.json", "--update"]) == 0
    assert main(["gaps", "--ratchet", "gaps.json"]) == 0
    facts.write_text(old, "utf-8")
    assert main(["gaps", "--ratchet", "gaps.json"]) == 1


def test_wrong_usage_of_the_ratchet(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gaps", "--update"]) == 2
    assert "--update needs --ratchet FILE" in capsys.readouterr().err
    assert main(["gaps", "--ratchet", "no.json"]) == 2
    assert "no.json is not there; --update writes it" in capsys.readouterr().err
    (project / "bad.json").write_text("{")
    assert main(["gaps", "--ratchet", "bad.json"]) == 2
    assert "bad.json: this is no JSON (" in capsys.readouterr().err


def test_nothing_to_look_at_is_no_success(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = project / "facts" / "geneva.yaml"
    head = facts.read_text("utf-8").split("passages:\n")[0]
    facts.write_text(
        f"{head}passages:\n  - quote: Foreign Minister Ana Lind met her counterpart\n", "utf-8"
    )
    assert main(["gaps", "--ratchet", "gaps.json", "--update"]) == 1
    assert capsys.readouterr().err.endswith("looked at\nno event is here to look at\n")
    facts.unlink()
    assert main(["gaps"]) == 1
    assert "project-empty" in capsys.readouterr().err
    assert not (project / "gaps.json").exists()
