"""What small tables say, to the last quad: the same golden graphs that a person has read.

`KG_UPDATE_GOLDEN=1` writes the graphs, to be read in the difference.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from kg.imports.encode import segment
from kg.mapping.ids import digest
from kg.mapping.tables import Tables
from tests.golden import TESTS
from tests.imports.importing import BASE, TABLES, imported, joined, project, spec_of, staged

EXPECTED = TESTS / "imports" / "expected"
ICEWS, EVENTS, MENTIONS = "icews.tab", "gdelt.export.CSV", "gdelt.mentions.CSV"


@pytest.mark.parametrize(
    ("spec", "table", "counts"),
    [
        ("icews", ICEWS, (12, 9, 6, 49)),
        ("gdelt-events", EVENTS, (5, 3, 3, 19)),
        ("gdelt-mentions", MENTIONS, (2, 2, 1, 2)),
    ],
)
def test_the_graph(spec: str, table: str, counts: tuple[int, ...], tmp_path: Path) -> None:
    done, lines = imported(project(tmp_path / "p"), spec, TABLES / table)
    assert [item.message for item in done.findings] == []
    found = (done.counts.rows, done.counts.kept, done.counts.events, done.counts.claims)
    assert found == counts
    assert done.validated == done.counts.events
    golden = EXPECTED / f"{spec}.nq"
    text = "".join(line.replace(BASE, "") + "\n" for line in lines)
    if os.environ.get("KG_UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text("utf-8")
    assert done.graph is not None
    assert done.graph.triples == len(lines) == len(set(lines))


@pytest.fixture(scope="module")
def icews() -> Tables:
    return joined(staged(spec_of("icews"), TABLES / ICEWS)[1])


def event(*key: str) -> str:
    return f"event/icews/{digest(*key)}"


VISIT = event("2018-06-01", "042", "Ana Lind", "Foreign Affairs (Freedonia)")
CONSULTED = event("2018-06-01", "040", "Ana Lind", "Kim Jong Un")
INTENT = event("2018-06-02", "036", "Ana Lind", "Kim Jong Un")
MET = event("2018-06-02", "044", "Ana Lind", "Tomas Berg")


def said(tables: Tables, subject: str, predicate: str) -> Counter[str]:
    """How many claims there are of each value."""
    found = tables["claim"].filter(pl.col("subject") == subject, pl.col("predicate") == predicate)
    return Counter(found["object"].to_list())


def test_rows_of_one_event_are_one_event(icews: Tables) -> None:
    assert icews["claim"]["subject"].n_unique() == 6
    assert said(icews, VISIT, "rdf:type") == {"kg:Visit": 2}
    assert said(icews, VISIT, "kg:kind") == {
        "https://w3id.org/parley/cameo/042": 2,
        "https://w3id.org/parley/cameo/043": 1,
    }


def test_one_claim_for_each_publisher_resting_on_all_its_rows(icews: Tables) -> None:
    types = icews["claim"].filter(pl.col("subject") == VISIT, pl.col("predicate") == "rdf:type")
    support = types.join(icews["support"], left_on="id", right_on="claim")
    rows = support.join(icews["record"], left_on="evidence", right_on="id", suffix="_row")
    found = {(row["according_to"], row["number"]) for row in rows.iter_rows(named=True)}
    lake, post = (f"utterance/icews/publisher/{name}" for name in ("Lake%20Times", "Daily%20Post"))
    assert found == {(lake, 1), (lake, 2), (post, 3)}
    assert set(types["agent"]) == {"software/icews-coder"}


def test_conflicting_cities_stay_conflicting(icews: Tables) -> None:
    assert said(icews, VISIT, "kg:place") == {
        "place/icews/Freedonia/North/~/Port": 1,
        "place/icews/Freedonia/South/~/Hill": 1,
    }
    direct = icews["direct"].filter(pl.col("subject") == VISIT, pl.col("predicate") == "kg:place")
    assert direct.height == 2
    within = icews["link"].filter(pl.col("predicate") == "kg:within").select("node", "object")
    assert dict(within.iter_rows()) == {
        "place/icews/Freedonia/North": "place/icews/Freedonia",
        "place/icews/Freedonia/South": "place/icews/Freedonia",
        "place/icews/Freedonia/West": "place/icews/Freedonia",
        "place/icews/Freedonia/North/~/Port": "place/icews/Freedonia/North",
        "place/icews/Freedonia/South/~/Hill": "place/icews/Freedonia/South",
        "place/icews/Freedonia/West/~/Hill": "place/icews/Freedonia/West",
    }


def test_guest_and_host_whichever_row_says_so(icews: Tables) -> None:
    who = icews["claim"].filter(pl.col("subject") == VISIT, pl.col("predicate") == "kg:participant")
    roles = who.join(icews["stated"], left_on="id", right_on="claim", suffix="_role")
    assert sorted(roles.select("object", "object_role").unique().rows()) == [
        ("actor/icews/Ana%20Lind", "kg:guest"),
        ("actor/icews/Foreign%20Affairs%20%28Freedonia%29", "kg:host"),
    ]


def test_symmetric_codes_merge_without_roles(icews: Tables) -> None:
    assert said(icews, CONSULTED, "kg:participant") == {
        "actor/icews/Ana%20Lind": 1,
        "actor/icews/Kim%20Jong%20Un": 1,
    }
    stated = icews["stated"].filter(pl.col("predicate") == "kg:role")
    events = stated.join(icews["claim"], left_on="claim", right_on="id")["subject"].unique()
    assert events.to_list() == [VISIT]


def test_nearly_the_same_name_is_another_actor(icews: Tables) -> None:
    labels = icews["name"].filter(pl.col("predicate") == "skos:prefLabel")
    names = dict(labels.select("text", "node").iter_rows())
    assert names["Kim Jong Un"] == "actor/icews/Kim%20Jong%20Un"
    assert names["Kim Jong-Un"] == "actor/icews/Kim%20Jong-Un"
    assert names["La Nacion"] == "actor/icews/La%20Nacion"
    assert names["La Nación"] == "actor/icews/La%20Naci%C3%B3n"


def test_an_intent_is_planned_and_has_no_date_yet(icews: Tables) -> None:
    assert said(icews, INTENT, "kg:status") == {"kg:planned": 1}
    assert said(icews, INTENT, "kg:when") == {}
    assert said(icews, VISIT, "kg:status") == {"kg:held": 2}
    assert said(icews, VISIT, "kg:when") == {"time/2018-06-01": 2}


def test_a_row_without_a_publisher_is_according_to_its_file(icews: Tables) -> None:
    (document,) = icews["source"].filter(pl.col("class") == "kg:Document")["id"]
    found = icews["claim"].filter(pl.col("subject") == MET)["according_to"].unique()
    assert found.to_list() == [document]
    assert said(icews, MET, "rdf:type") == {"kg:Meeting": 1}


def test_a_row_keeps_number_key_story_and_sentence(icews: Tables) -> None:
    records = icews["record"].sort("number")
    assert records["number"].to_list() == [1, 2, 3, 4, 5, 6, 7, 9, 10]
    # The id alone stands twice: the key has the date too.
    assert records["key"].to_list()[0] == "1 2018-06-01"
    assert records["key"].to_list()[7] == "1 2018-06-02"
    stories = icews["derivation"].join(records, left_on="source", right_on="id").sort("number")
    assert stories["derived_from"].to_list() == [
        f"utterance/icews/story/{story}" for story in (100, 100, 101, 102, 102, 103, 104, 105)
    ]
    sentences = icews["link"].filter(pl.col("predicate") == "kg:sentence")
    by_row = sentences.join(records, left_on="node", right_on="id").sort("number")
    assert by_row["object"].to_list() == ["2", "2", "1", "3", "3", "1", "4", "1"]


def test_missing_empty_and_null_are_three_things(icews: Tables) -> None:
    """`NA` is missing in ICEWS, and a country called `null` is a country."""
    places = icews["name"].filter(pl.col("node").str.starts_with("place/"))["text"]
    assert sorted(set(places)) == ["Freedonia", "Hill", "North", "Port", "South", "West", "null"]


def test_dropped_rows_have_reasons() -> None:
    done, _ = staged(spec_of("icews"), TABLES / ICEWS)
    assert done.counts.dropped == {
        "CAMEO Code 010 (Make statement) is none of those kept": 1,
        "CAMEO Code 999 is not in the scheme cameo": 1,
        "no Source Name": 1,
    }
    done, _ = staged(spec_of("gdelt-events"), TABLES / EVENTS)
    assert done.counts.dropped == {
        "EventCode 190 (Use conventional military force) is none of those kept": 1,
        "nobody took part": 1,
    }


def test_with_every_code_others_are_plain_events() -> None:
    done, slices = staged(spec_of("icews"), TABLES / ICEWS, every_code=True)
    assert done.counts.dropped == {"no Source Name": 1}
    tables = joined(slices)
    statement = event("2018-06-02", "010", "Ana Lind", "Media (Freedonia)")
    assert said(tables, statement, "rdf:type") == {"kg:Event": 1}
    assert said(tables, statement, "kg:kind") == {"https://w3id.org/parley/cameo/010": 1}


def test_gdelt_events() -> None:
    tables = joined(staged(spec_of("gdelt-events"), TABLES / EVENTS)[1])
    assert said(tables, "event/gdelt/900", "kg:place") == {"place/gdelt/FR/-7": 1}
    # Of a whole country there is no smaller place.
    assert said(tables, "event/gdelt/904", "kg:place") == {"place/gdelt/SY": 1}
    names = tables["name"].filter(pl.col("node") == "actor/gdelt/FREGOV")
    assert sorted(names.select("predicate", "text").rows()) == [
        ("skos:altLabel", "MINISTRY"),
        ("skos:prefLabel", "FREEDONIA"),
    ]
    sources = tables["source"].filter(pl.col("class") == "kg:Utterance")
    assert sorted(sources.select("id", "url").rows()) == [
        ("utterance/gdelt/publisher/BBC%20Monitoring", None),
        ("utterance/gdelt/publisher/news.example", None),
        ("utterance/gdelt/story/BBC%20Monitoring", None),
        (
            "utterance/gdelt/story/https%3A%2F%2Fnews.example%2Fa%3Fb%3D1",
            "https://news.example/a?b=1",
        ),
        ("utterance/gdelt/story/https%3A%2F%2Fnews.example%2Fb", "https://news.example/b"),
    ]


def test_mentions_name_the_events_of_the_other_table() -> None:
    tables = joined(staged(spec_of("gdelt-mentions"), TABLES / MENTIONS)[1])
    assert set(tables["claim"]["subject"]) == {"event/gdelt/900"}
    assert said(tables, "event/gdelt/900", "rdf:type") == {"kg:Event": 2}
    # What is no address stays the name of the story alone.
    assert tables["source"]["url"].drop_nulls().to_list() == ["https://news.example/a?b=1"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Kim Jong-Un", "Kim%20Jong-Un"),
        ("Citizen (Japan)", "Citizen%20%28Japan%29"),
        ("a~b_c", "a%7Eb_c"),
        ("100%", "100%25"),
        (".", "~."),
        ("..", "~.."),
        ("...", "..."),
        ("", "~"),
        ("no\u00a0break", "no%C2%A0break"),
        ("é" * 100, "%C3%A9" * 26 + "~" + digest("é" * 100)),
        ("a" * 201, "a" * 160 + "~" + digest("a" * 201)),
    ],
)
def test_segments(name: str, expected: str) -> None:
    assert segment(name) == expected
