"""What is easy to get wrong about the five articles; [0] to [4] are the articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.rdf.vocabulary import PREFIXES
from tests.asking import (
    ARTICLE_99,
    BASE,
    CALL_DECEMBER,
    CALL_NAKHALE,
    CALL_OCTOBER,
    CAPTION,
    JUNE,
    OCTOBER_31,
    OFFICIALS,
    RESOLUTION,
    STATEMENT,
    TALKS,
    TEHRAN,
    TRIP,
    VISIT,
    Asker,
)


def test_the_call_of_december_is_dated_by_an_inference_and_never_by_the_caption(ask: Asker) -> None:
    ((date, reason, according_to, anchor_of),) = ask(
        "event-dates", "date reason according_to anchor_of", event=CALL_DECEMBER
    )
    assert (date, according_to, anchor_of) == ("2023-12-08", "", "[0]")
    assert "Article 99" in reason
    ((printed, written),) = ask("sources", "words date", source="000_02c67a769af9a6a9")
    assert (printed, written) == ("", "[2023-12-08..2023-12-12]")
    # The night reaches into Saturday, for which the words leave room.
    bounds = ask("contacts", "not_before not_after", since="2023-12-01", until="2023-12-31")
    assert bounds == [("2023-12-08T18:00:00Z", "2023-12-09T06:00:00Z")]


@pytest.mark.parametrize(("event", "bound"), [(TRIP, "2023-12-12"), (TALKS, "2023-12-08")])
def test_the_day_in_moscow_is_not_stated(ask: Asker, event: str, bound: str) -> None:
    """An open beginning, and an end that is the curator's."""
    assert ask("event-dates", "date words rule according_to", event=event) == [
        (f"[..{bound}]", "", "", "")
    ]


def test_the_place_of_the_talks_of_the_presidents_is_not_stated(ask: Asker) -> None:
    assert ask("events-at-place", "event at", place="moscow", status="any") == [(TRIP, "moscow")]
    assert ("place",) not in ask("sources-of-event", "predicate", event=TALKS)
    assert ("partOf",) not in ask("sources-of-event", "predicate", event=TALKS)


def test_that_the_hamas_official_was_haniyeh_is_an_inference(ask: Asker) -> None:
    remarks = "utterance/hamas-official-call-remarks-2023-12-08"
    assert ask("sources", "agent", source=remarks) == [("000_02c67a769af9a6a9/hamas-official",)]
    said = ask("statements", "utterance reason words", speaker="ismail-haniyeh")
    inferred = [row for row in said if row[1]]
    assert [row[0] for row in inferred] == [remarks, remarks]
    assert {row[1] for row in inferred} == {
        "he told Abdollahian, and the only other party of the call reported is Haniyeh"
    }
    assert inferred[1][2].startswith("By God’s grace, Resistance is going to last")


def test_printed_dates_and_their_zones(ask: Asker) -> None:
    documents = ask("sources", "source words date rule", **{"class": "Document"})
    assert documents == [
        ("[0]", "", "[2023-12-08..2023-12-12]", ""),
        ("[1]", "2023-10-31 20:22:40", "2023-10-31T20:22:40", "printed"),
        ("[2]", "24 October 2023", "2023-10-24", "printed"),
        ("[3]", "", "2024-03-26", ""),
        ("[4]", "Thu 20 Jun 2024 4:53 pm - Jerusalem Time", "2024-06-20T16:53:00+03:00", "printed"),
    ]


def test_the_calls_of_october_were_on_or_before_the_dateline(ask: Asker) -> None:
    for call in (CALL_OCTOBER, CALL_NAKHALE):
        assert ask("event-dates", "date according_to", event=call) == [
            ("[..2023-10-24]", "[2]"),
            ("[2023-10-07..2023-10-24]", ""),
        ]


def test_nothing_printed_dates_the_visit_of_march(ask: Asker) -> None:
    found = ask("event-dates", "event predicate date document according_to")
    march = [row[:3] for row in found if row[3] == "[3]" and row[2].startswith("2024")]
    assert sorted(march) == [
        (TEHRAN, "when", "2024-03-26"),
        (VISIT, "starts", "2024-03-26"),
        (VISIT, "when", "2024-03-26"),
        (RESOLUTION, "when", "2024-03-25"),
    ]
    assert {row[4] for row in found if row[3] == "[3]"} == {""}


def test_the_teaser_of_march_has_no_date(ask: Asker) -> None:
    teaser = "utterance/hamas-official-on-haniyeh-in-iran"
    assert ask("sources", "date form", source=teaser) == [("", "unnamed-source")]
    documents = {words for _, words in ask("event-dates", "document words")}
    assert "recently" in documents
    assert {row[0] for row in ask("event-dates", "document words") if "recent" in row[1]} == {"[2]"}


def test_planned_meetings_are_planned(ask: Asker) -> None:
    columns = "event class stated according_to"
    assert ask("status-of-events", columns, status="planned") == [
        (OFFICIALS, "Meeting", "planned", "[3]")
    ]
    assert OFFICIALS not in {event for (event,) in ask("contacts", "event", other="any")}
    assert ask("contacts", "event", actor="ismail-haniyeh", other="any", status="planned") == [
        (OFFICIALS,)
    ]


def test_dates_of_june_2024(ask: Asker) -> None:
    dates = {
        (event, words): date
        for event, words, date, document in ask("event-dates", "event words date document")
        if document == "[4]"
    }
    assert dates[JUNE, "last night"] == "[2024-06-19,2024-06-20]"
    assert dates["palestinian-factions-acceptance-2024-05", "Last May"] == "2024-05"
    assert dates["al-aqsa-operation-2023-10-07", "on October 7 last"] == "2023-10-07"


def test_offices_as_each_source_gives_them(ask: Asker) -> None:
    columns = "actor document according_to"
    assert ask("offices", columns, office="foreign-minister-of-iran") == [
        ("ali-bagheri-kani", "[4]", STATEMENT),
        ("hossein-amir-abdollahian", "[0]", "[0]"),
        ("hossein-amir-abdollahian", "[0]", CAPTION),
        ("hossein-amir-abdollahian", "[1]", "[1]"),
        ("hossein-amir-abdollahian", "[2]", "[2]"),
        ("hossein-amir-abdollahian", "[3]", "[3]"),
    ]
    assert ask("offices", columns, office="acting-foreign-minister-of-iran") == [
        ("ali-bagheri-kani", "[4]", "[4]")
    ]


def test_no_office_begins_or_ends(seeds: Path) -> None:
    graph = (seeds.parent / "out" / "graph.nq").read_text(encoding="utf-8")
    about = [line for line in graph.splitlines() if line.startswith(f"<{BASE}office/")]
    predicates = {line.split()[1].strip("<>") for line in about}
    assert predicates == {
        PREFIXES[prefix] + name
        for prefix, name in (
            ("rdf", "type"), ("skos", "prefLabel"), ("skos", "altLabel"), ("org", "postIn"),
            ("dcterms", "source"),
        )
    }  # fmt: skip


def test_no_document_names_a_publisher_and_one_an_author(ask: Asker) -> None:
    found = ask("sources", "source publisher author", **{"class": "Document"})
    authors = {"[2]": "Maham Shabir"}
    assert found == [(f"[{n}]", "", authors.get(f"[{n}]", "")) for n in range(5)]


def test_texts_are_quoted_with_their_faults_and_no_break_spaces(ask: Asker) -> None:
    for event, article, words in (
        (ARTICLE_99, "[0]", "During the call,\u00a0Amir-Abdollahian praised"),
        (ARTICLE_99, "[0]", "Antonio Guterres’ as a means"),
        ("al-aqsa-operation-2023-10-07", "[0]", "an operation staged by Hamas fughters."),
        (OCTOBER_31, "[0]", "greets Hamas' political bureau chief"),
        (JUNE, "[4]", "efforts to stop the ongoing Israeli “war of annihilation”"),
        ("gaza-war-2023", "[1]", "including over 3,500 children.."),
    ):
        assert ask.quoted(event, article, words), words
    (quote,) = (
        quote
        for (quote,) in ask("sources-of-event", "quote", event=JUNE)
        if quote.startswith("The two parties discussed")
    )
    assert quote.startswith('The two parties discussed "the political')
