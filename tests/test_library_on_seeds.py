"""What further questions of the library answer over the five articles, held to seeds/facts.

The twenty questions that the seeds were made for are in test_questions.py, with the words of the
articles beside each answer.
"""

from __future__ import annotations

import pytest

from kg.ask.library import library
from tests.asking import (
    CALL_DECEMBER,
    CALL_OCTOBER,
    CAPTION,
    JUNE,
    KHAMENEI,
    OCTOBER_14,
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

WAR = "gaza-war-2023"
OPERATION = "al-aqsa-operation-2023-10-07"
PROPOSAL = "egypt-qatar-proposal-2024"
MINISTER = "hossein-amir-abdollahian"
HANIYEH = "ismail-haniyeh"

# How many rows each question has with its defaults, some of its columns, and rows that are in it,
# in this order.
ANSWERS: dict[str, tuple[int, str, list[tuple[str, ...]]]] = {
    "actor-timeline": (
        9,
        "date time event role status",
        [
            ("2023-10-14", "when", OCTOBER_14, "", "held"),
            ("[2023-10-07..2023-10-24]", "when", CALL_OCTOBER, "", "held"),
            ("2023-10-31", "when", OCTOBER_31, "", "held"),
            ("2023-11", "when", KHAMENEI, "", "held"),
            ("2023-12-08", "when", CALL_DECEMBER, "", "held"),
            ("2024-03-26", "starts", VISIT, "", "under-way"),
            ("2024-03-26", "when", TEHRAN, "", "held"),
            ("2024-03-26", "when", VISIT, "", "under-way"),
            ("[2024-06-19,2024-06-20]", "when", JUNE, "host", "held"),
        ],
    ),
    "coverage": (
        10,
        "month source documents events",
        [
            ("2023-10", "[1]", "1", "4"),
            ("2023-10", "[2]", "1", "3"),
            ("2023-12", "[0]", "1", "8"),
            ("2023-12", MINISTER, "1", "2"),
            ("2023-12", "iranian-foreign-ministry", "1", "1"),
            ("2024-03", "[3]", "1", "8"),
            ("2024-03", "irna", "1", "3"),
            ("2024-06", "[4]", "1", "6"),
            ("2024-06", "hamas", "1", "2"),
        ],
    ),
    "curation": (
        5,
        "curator entered document passages",
        [
            ("jd", "2026-11-21", "[0]", "16"),
            ("jd", "2026-11-21", "[1]", "11"),
            ("jd", "2026-11-21", "[2]", "14"),
            ("jd", "2026-11-21", "[3]", "12"),
            ("jd", "2026-11-21", "[4]", "11"),
        ],
    ),
    "delegations": (
        2,
        "delegation body head event role",
        [
            ("hamas-leadership-delegation-doha-2024-06", "hamas", "", JUNE, "host"),
            ("iranian-delegation-doha-2024-06", "", "", JUNE, "companion"),
        ],
    ),
    "disputes": (0, "event", []),
    "documents": (
        5,
        "document events",
        [("[0]", "10"), ("[3]", "8"), ("[4]", "7"), ("[1]", "4"), ("[2]", "3")],
    ),
    "events-by-country": (
        3,
        "country class events",
        [("qatar", "Meeting", "3"), ("iran", "Meeting", "1"), ("moscow", "Visit", "1")],
    ),
    "events-by-month": (
        8,
        "month class events",
        [
            ("2023-10", "Call", "2"),
            ("2023-10", "Meeting", "2"),
            ("2023-11", "Meeting", "1"),
            ("2023-12", "Call", "1"),
            ("2024-03", "Meeting", "1"),
            ("2024-06", "Meeting", "1"),
            ("open", "Talks", "1"),
            ("open", "Visit", "1"),
        ],
    ),
    "facts-of-one-document": (
        133,
        "event predicate value document",
        [
            (OCTOBER_31, "when", "time/%5B..2023-10-31%5D", "[0]"),
            (TRIP, "place", "moscow", "[0]"),
            (OCTOBER_14, "place", "doha", "[1]"),
            (OCTOBER_31, "ordinal", "2", "[1]"),
            (KHAMENEI, "participant", "ali-khamenei", "[3]"),
            (JUNE, "participant", "ali-bagheri-kani", "[4]"),
        ],
    ),
    "inferences": (
        30,
        "subject predicate value reason",
        [
            (
                OPERATION,
                "when",
                "time/2023-10-07",
                "counted back a week from the meeting of 14 October",
            ),
            (TEHRAN, "place", "tehran", "he had just arrived in Tehran and sat down immediately"),
            (
                "utterance/hamas-official-call-remarks-2023-12-08",
                "speaker",
                HANIYEH,
                "he told Abdollahian, and the only other party of the call reported is Haniyeh",
            ),
        ],
    ),
    "journeys": (
        6,
        "date place event",
        [
            ("2023-10-14", "doha", OCTOBER_14),
            ("2023-10-31", "doha", OCTOBER_31),
            ("2024-03-26", "iran", VISIT),
            ("2024-03-26", "tehran", TEHRAN),
            ("2024-03-26", "tehran", VISIT),
            ("[2024-06-19,2024-06-20]", "doha", JUNE),
        ],
    ),
    "last-met": (
        5,
        "other events first_from first_to last_from last_to",
        [
            (MINISTER, "5", "2023-10-07", "2023-10-14", "2024-03-26", "2024-03-26"),
            ("ali-bagheri-kani", "1", "2024-06-19", "2024-06-20", "2024-06-19", "2024-06-20"),
            ("ali-khamenei", "1", "2023-11-01", "2023-11-30", "2023-11-01", "2023-11-30"),
        ],
    ),
    "machine-and-curated": (
        20,
        "actor other curated machine",
        [(MINISTER, HANIYEH, "5", "0"), (MINISTER, "ziad-nakhale", "1", "0")],
    ),
    "name-attestations": (
        11,
        "date name according_to document",
        [
            ("2023-10-24", "Ismail Haniyeh", "[2]", "[2]"),
            ("2023-10-31", "Ismail Haniyeh", CAPTION, "[0]"),
            ("[2023-12-08..2023-12-12]", "Ismail Haniyeh", "[0]", "[0]"),
            ("2024-06-20T16:53:00+03:00", "Ismail Haniyeh", "[4]", "[4]"),
            ("2024-06-20", "Haniyeh", STATEMENT, "[4]"),
        ],
    ),
    "office-attestations": (
        23,
        "office date actor title document",
        [
            (
                "acting-foreign-minister-of-iran",
                "2024-06-20T16:53:00+03:00",
                "ali-bagheri-kani",
                "acting Iranian Foreign Minister",
                "[4]",
            ),
            (
                "foreign-minister-of-iran",
                "2024-03-26",
                MINISTER,
                "Iranian Foreign Minister",
                "[3]",
            ),
            (
                "foreign-minister-of-iran",
                "2024-06-20",
                "ali-bagheri-kani",
                "Iranian Foreign Minister",
                "[4]",
            ),
        ],
    ),
    "open-dates": (
        15,
        "event time date lack",
        [
            (JUNE, "when", "[2024-06-19,2024-06-20]", "several days"),
            (PROPOSAL, "when", "[..2024-05]", "no beginning"),
            (KHAMENEI, "when", "2023-11", "several days"),
            ("israel-rejection-2024", "", "", "no date"),
            (TRIP, "when", "[..2023-12-12]", "no beginning"),
        ],
    ),
    "plans": (1, "event planned_for status", [(OFFICIALS, "", "planned")]),
    "quotes": (
        11,
        "document start end",
        [("[4]", "132", "355"), ("[4]", "2063", "2183"), ("[4]", "2165", "2230")],
    ),
    "related-events": (
        10,
        "event relation other words document",
        [
            (OCTOBER_14, "after", OPERATION, "a week after", "[1]"),
            (WAR, "becauseOf", OPERATION, "in response to", "[0]"),
            (OFFICIALS, "partOf", VISIT, "is in Tehran for meetings", "[3]"),
            (VISIT, "after", RESOLUTION, "just a day after", "[3]"),
            (VISIT, "after", RESOLUTION, "just one day after", "[3]"),
        ],
    ),
    "relays": (
        20,
        "teller origin sources",
        [
            ("[4]", "hamas", "2"),
            ("hamas", "ali-bagheri-kani", "1"),
            ("hamas", HANIYEH, "1"),
            ("mehrnews", MINISTER, "1"),
            ("[3]", "irna", "1"),
        ],
    ),
    "revisions": (0, "subject", []),
    "timeline": (
        25,
        "date time event kind status",
        [
            ("2023-10-07", "starts", WAR, "war", "under-way"),
            ("2023-10-07", "when", OPERATION, "military-operation", "held"),
            ("[..2023-12-08]", "when", TALKS, "", "held"),
            ("[..2023-12-12]", "when", TRIP, "", "held"),
            ("2024-03-25", "when", RESOLUTION, "decision", "held"),
            ("[..2024-05]", "when", PROPOSAL, "diplomatic-act", "held"),
            ("", "", "israel-rejection-2024", "rejection", "held"),
        ],
    ),
    "topics": (
        15,
        "about event words document",
        [
            ("diplomacy-for-palestine", CALL_DECEMBER, "the latest diplomatic maneuvers", "[0]"),
            ("gaza-situation", TALKS, "the crisis in Gaza", "[0]"),
            ("palestinian-issue", TALKS, "the issue of Palestine", "[0]"),
        ],
    ),
    "unnamed": (
        8,
        "words affiliation number at document",
        [
            (
                "A Hamas official",
                "hamas",
                "1",
                "utterance/hamas-official-on-haniyeh-in-iran",
                "[3]",
            ),
            ("senior Iranian officials", "iran", "", OFFICIALS, "[3]"),
            ("Palestinian factions in Gaza", "", "", OPERATION, "[4]"),
        ],
    ),
    "utterances": (
        22,
        "speaker utterance form date channel addressee occasion",
        [
            ("hamas", STATEMENT, "statement", "2024-06-20", "telegram", "", ""),
            (
                MINISTER,
                "utterance/amir-abdollahian-call-remarks-2023-12-08",
                "remarks",
                "",
                "",
                HANIYEH,
                CALL_DECEMBER,
            ),
            ("iranian-foreign-ministry", CAPTION, "caption", "2023-10-31", "", "", ""),
        ],
    ),
}


def test_number_of_questions() -> None:
    assert len(ANSWERS) == 25
    assert set(ANSWERS) < set(library())


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, ask: Asker) -> None:
    count, columns, rows = ANSWERS[name]
    assert len(ask(name, " ".join(library()[name].columns))) == count
    found = ask(name, columns)
    assert [row for row in found if row in rows] == rows


def test_narrower_questions(ask: Asker) -> None:
    first = ask("last-met", "first_to", actor=MINISTER, **{"class": "Meeting"})
    assert first == [("2023-10-14",)]
    assert ask("timeline", "event", of_kind="war") == [(WAR,)]
    assert ask("utterances", "utterance", channel="telegram") == [(STATEMENT,)]
    assert ask("documents", "document", max="0") == []
    assert ask("plans", "event", status="held") == []
    fourth = ask("facts-of-one-document", "event", document="004_043a94255de812b2")
    assert [event for (event,) in fourth] == [
        OPERATION,
        JUNE,
        PROPOSAL,
        "israel-rejection-2024",
        "palestinian-factions-acceptance-2024-05",
    ]
    in_june = ask("journeys", "place", actor="ali-bagheri-kani", since="2024-06-01")
    assert in_june == [("doha",)]
