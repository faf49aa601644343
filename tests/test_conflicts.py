"""Conflicts: each kind on small projects and planted tables, the seeds' own, and no false alarm."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from kg.ask.conflicts import KINDS, Conflict, Conflicts, about, conflicts
from kg.ask.conflicts_text import as_csv, as_json, as_text, looked_at
from kg.build import facts_of
from kg.cli import main
from kg.mapping.ranks import ranked
from kg.mapping.tables import TABLES, Tables
from kg.rdf.vocabulary import Vocabulary
from tests.asking import CAPTION, OCTOBER_31, OFFICIALS
from tests.golden import TESTS

ANALYSIS = TESTS / "analysis"
WORDS = Vocabulary.builtin()
CLASSES = {name: WORDS.superclasses(name) for name in WORDS.classes()}
Row = dict[str, str | int | None]


def found_in(root: Path) -> Conflicts:
    return conflicts(facts_of(root)[1], WORDS.single_valued(), CLASSES)


def sides(conflict: Conflict) -> list[tuple[str, list[str]]]:
    """Of each side the value and who says so."""
    return [
        (side.label, [saying.source.split("/", 1)[1] for saying in side.sayings])
        for side in conflict.sides
    ]


def brief(found: Conflicts) -> list[tuple[str, str, str, list[tuple[str, list[str]]]]]:
    return [
        (c.kind, " ".join(event.split("/", 1)[1] for event in c.events), c.field, sides(c))
        for c in found.conflicts
    ]


def test_events_that_are_not_looked_at_closely_have_no_conflict(
    seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds: Counter[str] = Counter()
    projects = [facts_of(root)[1] for root in (seeds, ANALYSIS)]
    shuffled = [mixed(tables, number) for tables in projects for number in range(30)]
    for tables in [*projects, *shuffled]:
        found = conflicts(tables, WORDS.single_valued(), CLASSES)
        with monkeypatch.context() as patched:
            patched.setattr("kg.ask.conflicts.at_issue", every_event)
            assert conflicts(tables, WORDS.single_valued(), CLASSES) == found
        kinds.update(conflict.kind for conflict in found.conflicts)
    assert kinds.keys() == KINDS.keys()
    assert min(kinds.values()) >= 5


def every_event(claims: pl.DataFrame, _: object) -> set[str]:
    return set(claims["subject"])


def mixed(tables: Tables, number: int) -> Tables:
    """A project of which some claims say something else, deny it, or were withdrawn."""
    chosen = random.Random(number)
    claims = tables["claim"].to_dicts()
    for one, other in ([chosen.choice(claims) for _ in "ab"] for _ in range(len(claims) * 3)):
        if one["predicate"] == other["predicate"]:
            for column in ("object_kind", "object", "object_type"):
                one[column], other[column] = other[column], one[column]
    for one in chosen.sample(claims, len(claims) // 10):
        one["stance"] = chosen.choice(["kg:denies", "kg:hedges", None])
        one["rank"] = chosen.choice(["kg:deprecated", "kg:preferred", None])
    claim = pl.DataFrame(claims, schema=tables["claim"].schema)
    return tables.replacing({"claim": claim, **ranked(claim, WORDS.single_valued(), CLASSES)})


# --- Projects ----------------------------------------------------------------------------------


def test_a_project_with_a_conflict_of_every_kind() -> None:
    found = found_in(ANALYSIS)
    assert brief(found) == [
        (
            "disagreement",
            "lind-berg",
            "where",
            [("Basel", ["a5"]), ("Geneva", ["a1", "a3", "a2"])],
        ),
        ("disagreement", "lind-berg", "when", [("2024-03-11", ["a1"]), ("2024-03-12", ["a5"])]),
        (
            "denial",
            "lind-dahl",
            "status",
            [("held", ["a4", "nordpress-a1", "nordpress-a3"]), ("held", ["house"])],
        ),
        ("ordinals", "first-round lind-berg", "number", [("1", ["a5"]), ("2", ["a1"])]),
        ("two-in-one", "lind-berg", "when", [("2024-03-11", ["a1"]), ("2024-03-12", ["a5"])]),
        (
            "look-alike",
            "berg-dahl-dinner dahl-berg",
            "",
            [("berg-dahl-dinner", ["a6"]), ("dahl-berg", ["a5"])],
        ),
        (
            "precision",
            "lind-berg",
            "where",
            [("Southland", ["observers"]), ("Basel", ["a5"]), ("Geneva", ["a1", "a3", "a2"])],
        ),
        ("correction", "dahl-basel", "where", [("Basel", ["a5"]), ("Geneva", ["a5"])]),
    ]
    assert {c.kind for c in found.conflicts} == set(KINDS)
    assert {c.kind: c.note for c in found.conflicts if c.note} == {
        "ordinals": "number 2 in rounds was over before number 1",
        "two-in-one": "other dates go with other place",
        "look-alike": "both with eva-dahl, tomas-berg; date: 2024-03-10; place: geneva",
        "correction": "corrected",
    }
    assert looked_at(found) == (
        "7 events, 94 claims, 1 series, 0 quantities, 4 pairs of events looked at"
    )


def test_both_sides_words_and_where_they_were_written() -> None:
    (denial,) = about(found_in(ANALYSIS), "event/lind-dahl", ()).conflicts
    report, denied = denial.sides[0].sayings[1], denial.sides[1].sayings[0]
    assert [(q.document, q.words) for q in report.quotes] == [
        ("article/a1", "The agency Nordpress reported that Ana Lind phoned Eva Dahl on Monday.")
    ]
    assert (denied.stance, denied.quotes[0].words) == (
        "kg:denies",
        "Berg’s house denied that Lind had phoned Dahl.",
    )
    assert report.place is not None
    line = (ANALYSIS / report.place.file).read_text("utf-8").splitlines()[report.place.line - 1]
    assert line[report.place.column - 1 :] == "held"
    assert (report.place.file, report.place.line, report.place.column) == ("facts/a1.yaml", 17, 15)


def test_the_seeds(seeds: Path) -> None:
    # Both read against the articles: the caption dates a picture, so the meeting was then or
    # earlier, and IRNA speaks of talks where the article has meetings. Nothing else disagrees.
    officials, picture = OFFICIALS, CAPTION.removeprefix("utterance/")
    assert brief(found_in(seeds)) == [
        (
            "precision",
            OCTOBER_31,
            "when",
            [("[..2023-10-31]", [picture]), ("2023-10-31", ["001_b2a4e33b6f0a0a07"])],
        ),
        (
            "precision",
            officials,
            "type",
            [("Talks", ["irna-report-2024-03"]), ("Meeting", ["003_5d18fd4474e21294"])],
        ),
    ]


def test_the_small_project() -> None:
    assert brief(found_in(TESTS / "project")) == [
        (
            "denial",
            "berg-lind-call-2024-03-10",
            "status",
            [("held", ["nordpress-report"]), ("held", ["berg-office-denial"])],
        )
    ]


# --- Planted claims ----------------------------------------------------------------------------

DAY = {
    "2024-03-11": ("2024-03-11T00:00:00Z", "2024-03-11T23:59:59Z"),
    "2024-03-12": ("2024-03-12T00:00:00Z", "2024-03-12T23:59:59Z"),
    "2024-03-13": ("2024-03-13T00:00:00Z", "2024-03-13T23:59:59Z"),
    "2024-03": ("2024-03-01T00:00:00Z", "2024-03-31T23:59:59Z"),
    "2024-03-12/2024-03-14": ("2024-03-12T00:00:00Z", "2024-03-14T23:59:59Z"),
    "[..2024-03-12]": (None, "2024-03-12T23:59:59Z"),
    "2024-03-11/..": ("2024-03-11T00:00:00Z", None),
}


def planted(*said: str) -> Tables:
    """Tables of claims `event predicate value source [key=value …]`, ranked.

    The keys are stance, rank and agent; `series`, of a number; `revises`, the number of a claim.
    """
    claims: list[Row] = []
    stated: list[Row] = []
    support: list[Row] = []
    passages: dict[str, Row] = {}
    for number, text in enumerate(said):
        event, predicate, value, source, *more = text.split()
        keys = dict(pair.split("=") for pair in more)
        id_ = f"claim/{number:024}"
        predicate = predicate if ":" in predicate else f"kg:{predicate}"
        kind = "name" if value.startswith("kg:") else "iri" if "/" in value[:9] else "typed"
        if predicate in ("kg:when", "kg:starts", "kg:plannedFor"):
            kind, value = "iri", f"time/{list(DAY).index(value)}"
        curator = source.startswith("curator/")
        document = keys.get("in", source)
        claims.append(
            {
                **dict.fromkeys(TABLES["claim"].columns),
                "id": id_,
                "subject": f"event/{event}",
                "predicate": predicate,
                "object_kind": kind,
                "object": value,
                "object_type": "xsd:integer" if kind == "typed" else None,
                "document": None if curator else document,
                "according_to": None if curator else source,
                "agent": source if curator else keys.get("agent"),
                "stance": f"kg:{keys['stance']}" if "stance" in keys else None,
                "rank": f"kg:{keys['rank']}" if "rank" in keys else None,
                "graph": "graph/x",
            }
        )
        passage = f"passage/{document.split('/')[1]}/{number}-{number + 1}"
        place: Row = {"document": document, "start": number, "end": number + 1, "quote": "x"}
        passages[passage] = {"id": passage, **place, "prefix": None, "suffix": None}
        support.append({"claim": id_, "evidence": passage})
        for key, name in (("series", "kg:series"), ("revises", "prov:wasRevisionOf")):
            if key in keys:
                other = f"claim/{int(keys[key]):024}" if key == "revises" else keys[key]
                row: Row = {"claim": id_, "predicate": name, "object_kind": "iri", "object": other}
                stated.append({**row, "object_type": None})
    within = {"place/basel": "place/land", "place/hall": "place/basel"}
    link = {"predicate": "kg:within", "object_kind": "iri", "object_type": None}
    rows: dict[str, list[Row]] = {
        "claim": claims,
        "stated": stated,
        "support": support,
        "passage": list(passages.values()),
        "entity": [{"id": "agent/coder", "class": "prov:SoftwareAgent"}],
        "link": [{"node": node, "object": to, **link} for node, to in within.items()],
        "time": [
            {"id": f"time/{i}", "edtf": edtf, "date": None, "not_before": a, "not_after": b}
            for i, (edtf, (a, b)) in enumerate(DAY.items())
        ],
    }
    frames = {}
    for name, found in rows.items():
        graph = {"graph": "graph/x"} if "graph" in TABLES[name].columns else {}
        full = [{**graph, **row} for row in found]
        frames[name] = pl.DataFrame(full, schema=TABLES[name].schema)
    tables = Tables(frames)
    tables = tables.replacing(ranked(tables["claim"], WORDS.single_valued(), CLASSES))
    tables.validate()
    return tables


A, B, C = "article/a", "article/b", "article/c"
PLANTED: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "two places": (
        (f"e rdf:type kg:Meeting {A}", f"e place place/basel {A}", f"e place place/bern {B}"),
        ["disagreement where place/basel place/bern"],
    ),
    "two places of a visit are no conflict": (
        (f"e rdf:type kg:Visit {A}", f"e place place/basel {A}", f"e place place/bern {B}"),
        [],
    ),
    "two places of a signing": (
        (
            f"e rdf:type kg:Event {A}",
            f"e kind kg:signing {A}",
            f"e place place/basel {A}",
            f"e place place/bern {B}",
        ),
        ["disagreement where place/basel place/bern"],
    ),
    "a place within another": (
        (f"e rdf:type kg:Meeting {A}", f"e place place/hall {A}", f"e place place/land {B}"),
        ["precision where place/land place/hall"],
    ),
    "one source that names both": (
        (f"e rdf:type kg:Meeting {A}", f"e place place/hall {A}", f"e place place/land {A}"),
        [],
    ),
    "a place beside two that agree": (
        (
            f"e rdf:type kg:Meeting {A}",
            f"e place place/hall {A}",
            f"e place place/land {A}",
            f"e place place/bern {B}",
        ),
        ["disagreement where place/bern place/hall place/land"],
    ),
    "dates that exclude each other": (
        (f"e when 2024-03-11 {A}", f"e when 2024-03-12 {B}"),
        ["disagreement when 2024-03-11 2024-03-12"],
    ),
    "dates that overlap": ((f"e when [..2024-03-12] {A}", f"e when 2024-03-11/.. {B}"), []),
    "a month and a day": (
        (f"e when 2024-03 {A}", f"e when 2024-03-11 {B}"),
        ["precision when 2024-03 2024-03-11"],
    ),
    "a month and two days": (
        (f"e when 2024-03 {A}", f"e when 2024-03-11 {B}", f"e when 2024-03-13 {C}"),
        [
            "disagreement when 2024-03-11 2024-03-13",
            "precision when 2024-03 2024-03-11 2024-03-13",
        ],
    ),
    "a day within days that it lasts": (
        (f"e when 2024-03-12/2024-03-14 {A}", f"e when 2024-03-13 {B}"),
        [],
    ),
    "a day before days that it lasts": (
        (f"e when 2024-03-12/2024-03-14 {A}", f"e when 2024-03-11 {B}"),
        ["disagreement when 2024-03-11 2024-03-12/2024-03-14"],
    ),
    "a curator who reads the same article more closely": (
        (f"e when 2024-03 {A}", f"e when 2024-03-11 curator/jd in={A}"),
        [],
    ),
    "a curator who reads another article": (
        (f"e when 2024-03-11 {A}", f"e when 2024-03-12 curator/jd in={B}"),
        ["disagreement when 2024-03-11 2024-03-12"],
    ),
    "a date that was rejected for a preferred one": (
        (f"e when 2024-03-11 {A}", f"e when 2024-03-12 {B} rank=preferred"),
        ["disagreement when 2024-03-11 2024-03-12: settled by rank: 1"],
    ),
    "two statuses": (
        (f"e status kg:held {A}", f"e status kg:cancelled {B}"),
        ["disagreement status cancelled held"],
    ),
    "a plan and what came of it": (
        (f"e status kg:planned {A}", f"e status kg:held {B}"),
        [],
    ),
    "two plans": (
        (f"e status kg:planned {A}", f"e status kg:proposed {B}"),
        ["disagreement status planned proposed"],
    ),
    "a class and a wider one": (
        (f"e rdf:type kg:Talks {A}", f"e rdf:type kg:Meeting {B}"),
        ["precision type Talks Meeting"],
    ),
    "two classes": (
        (f"e rdf:type kg:Call {A}", f"e rdf:type kg:Meeting {B}"),
        ["disagreement type Call Meeting"],
    ),
    "several values where several are meant": (
        (f"e topic topic/x {A}", f"e topic topic/y {B}"),
        [],
    ),
    "a denied participation": (
        (f"e participant actor/x {A}", f"e participant actor/x {B} stance=denies"),
        ["denial who actor/x actor/x"],
    ),
    "a denial of what nobody says": ((f"e participant actor/x {B} stance=denies",), []),
    "who declines to confirm denies nothing": (
        (f"e status kg:held {A}", f"e status kg:held {B} stance=declines"),
        [],
    ),
    "a correction": (
        (f"e when 2024-03-12 {A} revises=1", f"e when 2024-03-11 {A} rank=deprecated"),
        ["correction when 2024-03-11 2024-03-12: corrected"],
    ),
    "a withdrawal": (
        (f"e when 2024-03-11 {A} rank=deprecated",),
        ["correction when 2024-03-11: withdrawn"],
    ),
    "one number twice in a series": (
        (
            f"e inSeries series/s {A}",
            f"e ordinal 2 {A} series=series/s",
            f"f inSeries series/s {B}",
            f"f ordinal 2 {B} series=series/s",
        ),
        ["ordinals number 2 2: two events have the number 2 in s"],
    ),
    "numbers against the dates": (
        (
            f"e ordinal 1 {A} series=series/s",
            f"e when 2024-03-12 {A}",
            f"f ordinal 2 {B} series=series/s",
            f"f when 2024-03-11 {B}",
        ),
        ["ordinals number 1 2: number 2 in s was over before number 1"],
    ),
    "numbers with the dates": (
        (
            f"e ordinal 1 {A} series=series/s",
            f"e when 2024-03-11 {A}",
            f"f ordinal 2 {B} series=series/s",
            f"f when 2024-03-12 {B}",
        ),
        [],
    ),
    "more before than the number says": (
        (
            f"e ordinal 1 {A} series=series/s",
            f"e when 2024-03-13 {A}",
            f"f inSeries series/s {B}",
            f"f status kg:held {B}",
            f"f when 2024-03-11 {B}",
        ),
        ["ordinals number 1 f: number 1 in s has 1 before it"],
    ),
    "one before as the number says": (
        (
            f"e ordinal 2 {A} series=series/s",
            f"e when 2024-03-13 {A}",
            f"f inSeries series/s {B}",
            f"f status kg:held {B}",
            f"f when 2024-03-11 {B}",
        ),
        [],
    ),
    "one before that was only planned": (
        (
            f"e ordinal 1 {A} series=series/s",
            f"e when 2024-03-13 {A}",
            f"f inSeries series/s {B}",
            f"f status kg:planned {B}",
            f"f when 2024-03-11 {B}",
        ),
        [],
    ),
    "numbers in two series": (
        (f"e ordinal 1 {A} series=series/s", f"e ordinal 3 {B} series=series/t"),
        [],
    ),
    "two numbers in one series": (
        (f"e ordinal 1 {A} series=series/s", f"e ordinal 3 {B} series=series/s"),
        ["disagreement number 1 3"],
    ),
    "two events told of as one": (
        (
            f"e rdf:type kg:Meeting {A}",
            f"e when 2024-03-11 {A}",
            f"e participant actor/x {A}",
            f"e when 2024-03-13 {B}",
            f"e participant actor/y {B}",
        ),
        [
            "disagreement when 2024-03-11 2024-03-13",
            "two-in-one when 2024-03-11 2024-03-13: other dates go with other people",
        ],
    ),
    "what software coded is left out": (
        (f"e when 2024-03-11 {A}", "e when 2024-03-12 file/f agent=agent/coder"),
        [],
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted(name: str) -> None:
    said, expected = PLANTED[name]
    found = conflicts(planted(*said), WORDS.single_valued(), CLASSES)
    lines = [
        " ".join((c.kind, c.field, *(side.label for side in c.sides)))
        + (f": {c.note}" if c.note else "")
        for c in found.conflicts
    ]
    assert lines == expected


def test_how_many_were_planted() -> None:
    assert len(PLANTED) == 36
    assert {line.split()[0] for _, lines in PLANTED.values() for line in lines} | {
        "look-alike"
    } == set(KINDS)


def test_nothing_is_in_conflict_with_itself() -> None:
    said = PLANTED["a month and two days"][0]
    once = conflicts(planted(*said), WORDS.single_valued(), CLASSES)
    reverse = conflicts(planted(*said[::-1]), WORDS.single_valued(), CLASSES)
    assert [sides(c) for c in once.conflicts] == [sides(c) for c in reverse.conflicts]
    assert conflicts(Tables({}), WORDS.single_valued(), CLASSES).conflicts == ()


# --- Quantities --------------------------------------------------------------------------------

NUMBERS: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "two numbers of two sources": (
        (f"17 exactly 2024-03-11 {A}", f"20 exactly 2024-03-11 {B}"),
        ["disagreement deaths: 17 | 20"],
    ),
    "of one source, which may count twice": (
        (f"17 exactly 2024-03-11 {A}", f"20 exactly 2024-03-11 {A}"),
        [],
    ),
    "on two days": ((f"17 exactly 2024-03-11 {A}", f"20 exactly 2024-03-12 {B}"), []),
    "a day within a month": (
        (f"17 exactly 2024-03 {A}", f"20 exactly 2024-03-12 {B}"),
        ["disagreement deaths: 17 | 20"],
    ),
    "without a time": ((f"17 exactly - {A}", f"20 exactly - {B}"), []),
    "more than, and less": (
        (f"120 more-than 2024-03-11 {A}", f"120 exactly 2024-03-11 {B}"),
        ["disagreement deaths: 120 | more than 120"],
    ),
    "at least, and just so many": (
        (f"120 at-least 2024-03-11 {A}", f"120 exactly 2024-03-11 {B}"),
        ["precision deaths: at least 120 | 120"],
    ),
    "at most, and more": (
        (f"1200 at-most 2024-03-11 {A}", f"1200 more-than 2024-03-11 {B}"),
        ["disagreement deaths: at most 1,200 | more than 1,200"],
    ),
    "about, and exactly": (
        (f"1400 approximately 2024-03-11 {A}", f"1405 exactly 2024-03-11 {B}"),
        ["precision deaths: about 1,400 | 1,405"],
    ),
    "about excludes nothing": (
        (f"1400 approximately 2024-03-11 {A}", f"1600 exactly 2024-03-11 {B}"),
        [],
    ),
    "three, of which two agree": (
        (
            f"17 exactly 2024-03-11 {A}",
            f"17 exactly 2024-03-11 {B}",
            f"20 exactly 2024-03-11 {C}",
        ),
        ["disagreement deaths: 17 | 20"],
    ),
    "one that was withdrawn": (
        (f"17 exactly 2024-03-11 {A} rank=kg:deprecated", f"20 exactly 2024-03-11 {B}"),
        [],
    ),
    "two populations": (
        (f"17 exactly 2024-03-11 {A}", f"20 exactly 2024-03-11 {B} population=population/other"),
        [],
    ),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_quantities(name: str) -> None:
    said, expected = NUMBERS[name]
    rows: list[Row] = []
    for number, text in enumerate(said):
        value, comparator, day, source, *more = text.split()
        row: Row = dict.fromkeys(TABLES["quantity"].columns)
        row |= {"id": f"claim/{number:024}", "document": source, "according_to": source}
        row |= {"measure": "kg:deaths", "population": "population/people", "value": int(value)}
        row |= {"comparator": f"kg:{comparator}", "graph": "graph/x"}
        row["as_of"] = None if day == "-" else f"time/{list(DAY).index(day)}"
        for pair in more:
            key, word = pair.split("=")
            row[key] = word
        rows.append(row)
    frame = pl.DataFrame(rows, schema=TABLES["quantity"].schema)
    found = conflicts(planted().replacing({"quantity": frame}), WORDS.single_valued(), CLASSES)
    lines = [
        f"{c.kind} {c.field}: {' | '.join(side.label for side in c.sides)}" for c in found.conflicts
    ]
    assert lines == expected
    assert {event for c in found.conflicts for event in c.events} <= {"population/people"}


def test_how_many_quantities() -> None:
    assert len(NUMBERS) == 13


# --- The command -------------------------------------------------------------------------------


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    project = ["--project", str(ANALYSIS)]
    assert main(["conflicts", "lind-berg", "--kind", "disagreement", *project]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("disagreement: values that cannot both be so (2)\n  lind-berg, where\n")
    assert "\n      said by a5\n        «Lind met Berg and Dahl in [Basel] on Tuesday.»\n" in out
    assert "facts/a5.yaml:12:14\n" in out
    assert err == "7 events, 94 claims, 1 series, 0 quantities, 4 pairs of events looked at\n"
    assert main(["conflicts", "--exit-code", *project]) == 1
    assert main(["conflicts", "lind-dahl-next", "--exit-code", *project]) == 0
    capsys.readouterr()
    assert main(["conflicts", "lind-dahl-next", *project]) == 0
    assert capsys.readouterr().out == "nothing that was looked at is in conflict\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lind-bergg"], "no event `lind-bergg` is here; there is lind-berg, "),
        (["--kind", "quarrel"], "no kind is called `quarrel`; there are disagreement, denial, "),
    ],
)
def test_what_is_not_there(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["conflicts", *arguments, "--project", str(ANALYSIS)]) == 2
    assert message in capsys.readouterr().err


def test_the_formats_hold_the_same() -> None:
    found = found_in(ANALYSIS)
    rows = list(csv.DictReader(io.StringIO(as_csv(found))))
    content = json.loads(as_json(found))
    assert [c["kind"] for c in content["conflicts"]] == [c.kind for c in found.conflicts]
    assert content["looked_at"]["events"] == 7
    sayings = [s for c in found.conflicts for side in c.sides for s in side.sayings]
    assert [row["source"] for row in rows] == [saying.source for saying in sayings]
    assert {row["conflict"] for row in rows} == {str(n) for n in range(1, 9)}
    assert len(rows) == 23
    assert rows[0] == {
        "conflict": "1",
        "kind": "disagreement",
        "event": "event/lind-berg",
        "field": "where",
        "note": "",
        "value": "place/basel",
        "stance": "",
        "source": "article/a5",
        "document": "article/a5",
        "words": "Lind met Berg and Dahl in Basel on Tuesday.",
        "file": "facts/a5.yaml",
        "line": "12",
        "column": "14",
    }
    text = as_text(found)
    assert all(f"{kind}: {meaning} (" in text for kind, meaning in KINDS.items())
