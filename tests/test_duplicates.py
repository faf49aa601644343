"""Duplicates: what is proposed and what is not, and that the work grows with the registry."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import polars as pl
import pytest

from kg.ask.duplicates import Proposal, duplicates
from kg.ask.same_events import MOST, alike_events
from kg.ask.spellings import BLOCK, WINDOW, Spelling, blocks, holds, likeness
from kg.build import check, facts_of
from kg.cli import main
from kg.mapping.tables import TABLES, Tables
from tests.golden import TESTS

Row = dict[str, str | int | None]
G = "graph/a"


def tables(**rows: Iterable[Row]) -> Tables:
    """Tables of rows of which cells that may be null are left out."""
    frames = {}
    for name, found in rows.items():
        columns = TABLES[name].columns
        empty: Row = {**dict.fromkeys(columns), **({"graph": G} if "graph" in columns else {})}
        frames[name] = pl.DataFrame([{**empty, **row} for row in found], schema=TABLES[name].schema)
    return Tables(frames)


# --- Names -------------------------------------------------------------------------------------

LIKENESS = {
    ("Amir-Abdollahian", "Amirabdollahian"): 1.0,
    ("Amir-Abdollahian", "Amir Abdollahian"): 1.0,
    ("İsmail Haniye", "ISMAIL HANIYE"): 1.0,
    ("Sana'a", "Sanaa"): 1.0,
    ("José Ordóñez", "Jose Ordonez"): 1.0,
    ("إسماعيل هنية", "اسماعيل هنية"): 1.0,
    ("Ismail Haniyeh", "Ismaïl Haniya"): 0.9,
    ("Qassem Soleimani", "Kasim Sulaymani"): 0.9,
    ("Muammar Gaddafi", "Moamer Kadhafi"): 0.9,
    ("Mohammed bin Salman", "Muhammad bin Salman"): 0.9,
    ("Hossein Amir-Abdollahian", "Hussain Amir Abdullahian"): 0.9,
    ("Bagheri Kani", "Kani Bagheri"): 0.9,
    ("Antonio Guterres", "Antonio Gutterres"): 0.97,
    ("Antonio Guterres", "Antonio Guteres"): 0.97,
    ("Vladimir Putin", "Vladimir Lutin"): 0.92,
    # Others altogether.
    ("Ali Hassan", "Ali Hussein"): 0.0,
    ("Mohammad Ahmadi", "Mahmoud Ahmadi"): 0.0,
    ("Ismail Haniyeh", "Iman Haniyeh"): 0.0,
    ("Iranian Foreign Ministry", "Israeli Foreign Ministry"): 0.0,
    ("North Korea", "South Korea"): 0.0,
    ("Iran", "Iraq"): 0.0,
    ("Austria", "Australia"): 0.0,
    ("Niger", "Nigeria"): 0.0,
    ("Hamas", "Hamas political bureau"): 0.0,
    ("…", "—"): 0.0,
}


@pytest.mark.parametrize("pair", LIKENESS, ids=" / ".join)
def test_likeness(pair: tuple[str, str]) -> None:
    one, other = map(Spelling, pair)
    assert round(likeness(one, other), 2) == LIKENESS[pair]
    assert round(likeness(other, one), 2) == LIKENESS[pair]


def test_all_names_ran() -> None:
    assert len(LIKENESS) == 25


@pytest.mark.parametrize(
    ("whole", "part", "expected"),
    [
        ("Ali Bagheri Kani", "Bagheri", True),
        ("Ali Bagheri Kani", "Kani Bagheri", True),
        ("Ali Bagheri Kani", "Ali", False),
        ("Bagheri", "Ali Bagheri Kani", False),
        ("Bagheri", "Bagheri", False),
        ("Ali Bagheri Kani", "", False),
    ],
)
def test_a_name_that_is_part_of_another(whole: str, part: str, expected: bool) -> None:
    assert holds(Spelling(whole), Spelling(part)) is expected


def made_up(count: int) -> list[str]:
    """Names of few given names and many family names, in one order."""
    chance = random.Random(4)
    syllables = ["ba", "ri", "do", "ku", "le", "sha", "mi", "no", "tar", "zen", "vik", "hul"]
    given = ["".join(chance.choices(syllables, k=2)).title() for _ in range(200)]
    return [
        f"{chance.choice(given)} {''.join(chance.choices(syllables, k=4)).title()}"
        for _ in range(count)
    ]


def test_pairs_grow_with_the_names_and_not_with_their_square() -> None:
    pairs = {n: len(set(blocks(map(Spelling, made_up(n))))) for n in (2_500, 5_000, 20_000)}
    assert all(number < n * (2 * WINDOW + BLOCK) for n, number in pairs.items())
    assert pairs[20_000] < 2 * 4 * pairs[5_000]


def test_a_registry_of_20_000_names_is_gone_through() -> None:
    names = made_up(20_000)
    names[17_000] = "Hossein Amirabdollahian"
    names[3_000] = "Hussein Amir-Abdollahian"
    found = duplicates(actors(*names))
    assert (found.actors, found.events) == (20_000, 0)
    assert 20_000 < found.compared < 20_000 * (2 * WINDOW + BLOCK)
    assert [p.evidence for p in found.proposals if p.keep == "actor/a03000"] == [
        ("“Hussein Amir-Abdollahian” and “Hossein Amirabdollahian” are alike (0.95)",)
    ]


# --- Actors ------------------------------------------------------------------------------------


def position(node: str, property_: str, line: int) -> Row:
    place: Row = {"file": "f.yaml", "line": line, "column": 1, "end_line": line, "end_column": 2}
    return {"node": node, "property": property_, **place}


def actors(*names: str, **more: list[Row]) -> Tables:
    """People a00000, a00001 … of these names."""
    ids = [f"actor/a{place:05}" for place in range(len(names))]
    more["position"] = [
        *(position(id_, "entry", place + 1) for place, id_ in enumerate(ids)),
        *more.get("position", []),
    ]
    return tables(
        entity=[{"id": id_, "class": "foaf:Person"} for id_ in ids],
        name=[
            {"node": id_, "predicate": "skos:prefLabel", "text": name}
            for id_, name in zip(ids, names, strict=True)
        ],
        **more,
    )


def organizations(found: Tables, *people: int) -> Tables:
    """The same tables, in which some are organizations and no people."""
    ids = [f"actor/a{place:05}" for place in people]
    kind = pl.when(pl.col("id").is_in(ids)).then(pl.lit("org:Organization")).otherwise("class")
    return found.replacing({"entity": found["entity"].with_columns(kind.alias("class"))})


def took_part(event: str, *people: int, document: str = "a") -> list[Row]:
    return [
        {
            "id": f"claim/{event}-{person}-{document}",
            "subject": f"event/{event}",
            "predicate": "kg:participant",
            "object_kind": "iri",
            "object": f"actor/a{person:05}",
            "document": f"article/{document}",
            "according_to": f"article/{document}",
        }
        for person in people
    ]


def told(*claims: Row) -> dict[str, list[Row]]:
    """Claims, and where each was written."""
    return {
        "claim": list(claims),
        "position": [position(str(row["id"]), "event", 50 + i) for i, row in enumerate(claims)],
    }


TWO = ("Hossein Amir-Abdollahian", "Hussein Amirabdollahian", "Ismail Haniyeh")
ALIKE = "“Hossein Amir-Abdollahian” and “Hussein Amirabdollahian” are alike (0.95)"


def proposed(found: Tables) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(p.merge, p.keep, p.evidence) for p in duplicates(found).proposals]


def test_a_proposal() -> None:
    assert duplicates(actors(*TWO)).proposals == (
        Proposal(
            "actor/a00001",
            "actor/a00000",
            (ALIKE,),
            'merged: {into: a00000, reason: ""}',
            "f.yaml",
            "a00001",
            duplicates(actors(*TWO)).proposals[0].places,
        ),
    )
    assert [asdict(place) for place in duplicates(actors(*TWO)).proposals[0].places] == [
        {"file": "f.yaml", "line": 2, "column": 1},
        {"file": "f.yaml", "line": 1, "column": 1},
    ]


def test_what_they_share_is_evidence_and_the_better_known_stays() -> None:
    claims = [*took_part("x", 0, 2), *took_part("y", 1, 2, document="b")]
    claims += took_part("z", 1, document="b")
    office: list[Row] = [
        {
            "claim": row["id"],
            "predicate": "kg:office",
            "object_kind": "iri",
            "object": "office/minister",
        }
        for row in claims
    ]
    assert proposed(actors(*TWO, **told(*claims), stated=office)) == [
        (
            "actor/a00000",
            "actor/a00001",
            (ALIKE, "both took part in something with a00002", "both are told of as minister"),
        )
    ]


def test_one_event_of_two_sources_speaks_for_it_and_of_one_against_it() -> None:
    two = [*took_part("x", 0), *took_part("x", 1, document="b")]
    assert proposed(actors(*TWO, **told(*two))) == [
        ("actor/a00001", "actor/a00000", (ALIKE, "both stand for one at x"))
    ]
    assert proposed(actors(*TWO, **told(*took_part("x", 0, 1)))) == []


def linked(node: int, predicate: str, to: str, kind: str = "iri") -> Row:
    return {
        "node": f"actor/a{node:05}",
        "predicate": predicate,
        "object_kind": kind,
        "object": to,
    }


NOT_PROPOSED: dict[str, Tables] = {
    "of other kinds": organizations(actors(*TWO), 0),
    "of two Wikidata items": actors(
        *TWO,
        link=[
            linked(0, "skos:exactMatch", "wd:Q1", "name"),
            linked(1, "skos:exactMatch", "wd:Q2", "name"),
        ],
    ),
    "one belongs to the other": actors(*TWO, link=[linked(0, "org:memberOf", "actor/a00001")]),
    "a part of a name alone": actors("Ali Bagheri Kani", "Bagheri"),
    "a part of an organization's name": organizations(
        actors(
            "Ali Bagheri Kani",
            "Bagheri",
            "Ismail Haniyeh",
            **told(*took_part("x", 0, 2), *took_part("y", 1, 2, document="b")),
        ),
        *(0, 1),
    ),
}


@pytest.mark.parametrize("name", NOT_PROPOSED)
def test_not_proposed(name: str) -> None:
    assert proposed(NOT_PROPOSED[name]) == []


def test_a_part_of_a_name_with_something_else() -> None:
    claims = [*took_part("x", 0, 2), *took_part("y", 1, 2, document="b")]
    assert proposed(actors("Ali Bagheri Kani", "Bagheri", "Ismail Haniyeh", **told(*claims))) == [
        (
            "actor/a00001",
            "actor/a00000",
            (
                "one of “Ali Bagheri Kani” and “Bagheri” holds the other",
                "both took part in something with a00002",
            ),
        )
    ]


# --- Events ------------------------------------------------------------------------------------

DAYS = {
    "11": ("2024-03-11", "2024-03-11T00:00:00Z", "2024-03-11T23:59:59Z"),
    "12": ("2024-03-12", "2024-03-12T00:00:00Z", "2024-03-12T23:59:59Z"),
    "week": ("[2024-03-10..2024-03-12]", "2024-03-10T00:00:00Z", "2024-03-12T23:59:59Z"),
    "before": ("[..2024-03-11]", None, "2024-03-11T23:59:59Z"),
    "later": ("[2024-03-12..]", "2024-03-12T00:00:00Z", None),
}
TYPE, PEOPLE, WHEN, WHERE = "rdf:type", "kg:participant", "kg:when", "kg:place"
MET = {TYPE: "kg:Meeting", PEOPLE: "actor/a actor/b", WHEN: "time/11", WHERE: "place/city"}


def events(*told: dict[str, str]) -> Tables:
    """Events e0, e1 … each told of by an article of its own, or by that of the key `by`."""
    direct: list[Row] = []
    claims: list[Row] = []
    positions = []
    for number, values in enumerate(told):
        article = values.get("by", str(number))
        for predicate in values.keys() - {"by"}:
            for value in values[predicate].split():
                row: Row = {
                    "subject": f"event/e{number}",
                    "predicate": predicate,
                    "object_kind": "name" if value.startswith("kg:") else "iri",
                    "object": value,
                }
                id_ = f"claim/{len(claims)}"
                direct.append(row)
                claims.append({**row, "id": id_, "document": f"article/{article}"})
                positions.append(position(id_, "event", number + 1))
    return tables(
        claim=claims,
        direct=direct,
        time=[
            {"id": f"time/{name}", "edtf": edtf, "not_before": low, "not_after": high}
            for name, (edtf, low, high) in DAYS.items()
        ],
        link=[
            {
                "node": "place/hall",
                "predicate": "kg:within",
                "object_kind": "iri",
                "object": "place/city",
            }
        ],
        position=positions,
    )


def without(*keys: str, **more: str) -> dict[str, str]:
    changed = {"when": WHEN, "where": WHERE, "who": PEOPLE, "type": TYPE}
    named = {changed.get(key, key.replace("_", ":")): value for key, value in more.items()}
    return {**{key: value for key, value in MET.items() if key not in keys}, **named}


BOTH = "both with a, b"
EVENTS: dict[str, tuple[dict[str, str], dict[str, str], tuple[str, ...] | None]] = {
    "the same": (MET, MET, (BOTH, "date: 2024-03-11", "place: city")),
    "within a week": (
        MET,
        without(when="time/week"),
        (BOTH, "date: 2024-03-11; [2024-03-10..2024-03-12]", "place: city"),
    ),
    "not later": (
        MET,
        without(when="time/before"),
        (BOTH, "date: 2024-03-11; [..2024-03-11]", "place: city"),
    ),
    "another day": (MET, without(when="time/12"), None),
    "later": (MET, without(when="time/later"), None),
    "before and later": (without(when="time/before"), without(when="time/later"), None),
    "no date": (MET, without(WHEN), (BOTH, "date: 2024-03-11; no date", "place: city")),
    "no place": (MET, without(WHERE), (BOTH, "date: 2024-03-11")),
    "neither date nor place": (MET, without(WHEN, WHERE), None),
    "another place": (MET, without(where="place/town"), None),
    "a hall of the city": (
        MET,
        without(where="place/hall"),
        (BOTH, "date: 2024-03-11", "place: hall"),
    ),
    "talks say less": (MET, without(type="kg:Talks"), (BOTH, "date: 2024-03-11", "place: city")),
    "a call is no meeting": (MET, without(type="kg:Call"), None),
    "one of three took part in both": (MET, without(who="actor/b actor/c"), None),
    "one alone": (
        MET,
        without(who="actor/b"),
        ("both with b", "date: 2024-03-11", "place: city"),
    ),
    "one alone, without a place": (MET, without(WHERE, who="actor/b"), None),
    "somebody unnamed": (
        without(who="actor/a unnamed/a/x"),
        without(who="actor/b unnamed/a/x"),
        None,
    ),
    "held and not held": (without(kg_status="kg:held"), without(kg_status="kg:not-held"), None),
    "planned and held": (
        without(kg_status="kg:planned"),
        without(kg_status="kg:held"),
        (BOTH, "date: 2024-03-11", "place: city"),
    ),
    "of other kinds": (without(kg_kind="kg:attack"), without(kg_kind="kg:war"), None),
    "counted apart": (
        without(kg_ordinal="2", kg_inSeries="series/s"),
        without(kg_ordinal="3", kg_inSeries="series/s"),
        None,
    ),
    "told of by one article": ({**MET, "by": "x"}, {**MET, "by": "x"}, None),
    "one is part of the other": (MET, without(kg_partOf="event/e0"), None),
    "noted already": (
        without(WHEN, WHERE),
        without(WHERE, WHEN, who="actor/c", kg_possiblySameAs="event/e0"),
        ("date: no date", "the facts say that they may be one"),
    ),
}


@pytest.mark.parametrize("name", EVENTS)
def test_events(name: str) -> None:
    one, other, expected = EVENTS[name]
    pair = ("event/e0", "event/e1", expected)
    assert list(alike_events(events(one, other)).alike) == ([pair] if expected else [])


def test_all_events_ran() -> None:
    assert len(EVENTS) == 24


def test_what_is_noted_and_what_shares_more_comes_first() -> None:
    more = without(who="actor/a actor/b actor/c")
    noted = without(when="time/12", who="actor/d", kg_possiblySameAs="event/e0")
    found = duplicates(events(MET, MET, more, more, noted)).proposals
    assert [(p.merge, p.keep) for p in found] == [
        ("event/e4", "event/e0"),
        ("event/e3", "event/e2"),
        ("event/e1", "event/e0"),
        ("event/e2", "event/e0"),
        ("event/e3", "event/e0"),
        ("event/e1", "event/e2"),
        ("event/e1", "event/e3"),
    ]
    assert found[1].line == 'e3: {merged: {into: e2, reason: ""}}'
    assert (found[1].file, found[1].below) == ("registry/merged.yaml", "events")


def test_too_many_events_of_two_people_are_told_of() -> None:
    found = duplicates(events(*[MET] * 60))
    assert (found.events, found.compared, found.cut) == (60, MOST, 1)
    assert len(found.proposals) == MOST


# --- The command -------------------------------------------------------------------------------


def test_the_seeds_have_none(seeds: Path) -> None:
    found = duplicates(facts_of(seeds)[1])
    assert (found.actors, found.events, found.cut, found.proposals) == (24, 25, 0, ())
    assert found.compared > 50


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    monkeypatch.chdir(root)
    return root


TWIN = "actors:\n  thomas-berg:\n    name: Thomas Berg\n    kind: person\n    source: geneva\n"


def test_the_line_that_is_proposed_is_a_merge_once_it_has_a_reason(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = project / "registry" / "more.yaml"
    more.write_text(TWIN, "utf-8")
    assert main(["duplicates"]) == 0
    out, err = capsys.readouterr()
    assert out == (
        "actor/thomas-berg may be actor/tomas-berg\n"
        "    “Thomas Berg” and “Tomas Berg” are alike (0.95)\n"
        "    thomas-berg at registry/more.yaml:2:3\n"
        "    tomas-berg at registry/registry.yaml:3:3\n"
        "    if they are one, write below `thomas-berg:` in registry/more.yaml\n"
        '        merged: {into: tomas-berg, reason: ""}\n'
    )
    assert err == "4 actors, 3 events looked at; 4 pairs compared\n"

    line = f"    {out.splitlines()[-1].strip()}\n"
    more.write_text(TWIN + line, "utf-8")
    assert [item.code for item in check(project).findings] == ["value-empty"]
    more.write_text(TWIN + line.replace('""', '"one man, two spellings"'), "utf-8")
    assert [item.code for item in check(project).findings] == []
    assert main(["duplicates"]) == 0
    assert capsys.readouterr().out == "nothing looks like a duplicate\n"


def test_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "registry" / "more.yaml").write_text(TWIN, "utf-8")
    assert main(["duplicates", "--format", "json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert {key: content[key] for key in ("actors", "events", "compared", "cut")} == {
        "actors": 4,
        "events": 3,
        "compared": 4,
        "cut": 0,
    }
    assert content["proposals"][0]["line"] == 'merged: {into: tomas-berg, reason: ""}'


def test_facts_with_errors_are_reported(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(project / "facts")
    assert main(["duplicates"]) == 1
    assert "project-empty" in capsys.readouterr().err
