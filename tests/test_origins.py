"""Independent origins: each reason why a source is none of its own, on values and on projects."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.ask.corroboration import GRAPH, Corroboration, table
from kg.ask.independence import (
    REASONS,
    Left,
    Origin,
    Parties,
    Report,
    Source,
    independence,
)
from kg.ask.library import library
from kg.ask.run import run
from kg.ask.shared_text import ALIKE, NEAREST, SHINGLE, Shared, SharedText
from kg.ask.texts import archived_texts
from kg.build import build, facts_of
from kg.cli import main
from kg.rdf.store import open_store
from kg.rdf.vocabulary import PREFIXES
from tests.asking import BASE, CAPTION, JUNE, OCTOBER_31, STATEMENT, TALKS, TEHRAN
from tests.golden import TESTS

# --- Shared text -------------------------------------------------------------------------------

TEN = "one two three four five six seven eight nine ten"


def shared(**texts: str) -> dict[str, Shared]:
    found = SharedText(lambda name: texts[name]).among(texts)
    return {f"{pair.one} {pair.other}": pair for pair in found.values()}


def test_the_shared_passage_is_found_in_both_texts() -> None:
    a, b = f"Before. {TEN} eleven after", f"x {TEN.title()}\n  ELEVEN, and more"
    pair = shared(a=a, b=b)["a b"]
    (stretch,) = pair.stretches
    assert a[stretch.start : stretch.end] == stretch.words == f"{TEN} eleven"
    assert b[stretch.other_start : stretch.other_end] == f"{TEN.title()}\n  ELEVEN"
    assert (pair.share, pair.near_identical) == (2 / 4, True)


SHARED = {
    "nine words are too few": (TEN.rsplit(" ", 1)[0], TEN.rsplit(" ", 1)[0], None),
    "ten words are enough": (TEN, TEN, 1.0),
    "other words": (TEN, TEN.replace("five", "six"), None),
    "case, punctuation, lines": (TEN, TEN.upper().replace(" ", ",\n"), 1.0),
    "another form of the same letters": (TEN + " é", TEN + " e\u0301", 1.0),
    "a copy that is cut short": (TEN + " eleven twelve thirteen", TEN + " eleven", 1.0),
    "a passage of two longer texts": (
        TEN + " a b c d e f g h i j k l m",
        "z y x w v u t s r q p o n " + TEN,
        1 / 14,
    ),
    "a quotation": (f"He said: “{TEN}.”", f"She heard: “{TEN}.”", None),
    "a quotation in straight marks": (f'He said: "{TEN}."', f'She heard: "{TEN}."', None),
    "words around a quotation": (
        f"one two three four five “x” {TEN}",
        f"one two three four five “y” {TEN}",
        1.0,
    ),
    "a quotation mark that is left open": (f"“{TEN}\nand so on", f"“{TEN}\nor so", 1 / 3),
    "nothing": ("", "", None),
}


@pytest.mark.parametrize("name", SHARED)
def test_what_two_texts_share(name: str) -> None:
    one, other, share = SHARED[name]
    found = shared(a=one, b=other)
    assert (found["a b"].share if found else None) == (share and pytest.approx(share))
    assert SHINGLE == 10
    assert ALIKE == 0.5
    assert len(SHARED) == 12


def test_two_passages_of_one_text_are_two_stretches() -> None:
    a = f"{TEN} x y z {TEN.replace('one', 'uno')}"
    b = f"{TEN.replace('one', 'uno')} q r s {TEN}"
    stretches = shared(a=a, b=b)["a b"].stretches
    assert [s.words for s in stretches] == [TEN, TEN.replace("one", "uno")]
    assert shared(a=a, b=b)["a b"].longest == TEN


def test_texts_without_a_shingle_in_common_are_not_compared() -> None:
    texts = {f"t{i:03}": f"{TEN} {i}" if i % 2 else f"{i} " * 12 for i in range(400)}
    found = SharedText(texts.__getitem__).among(texts)
    alike = [name for name in sorted(texts) if TEN in texts[name]]
    assert len(alike) == 200
    # Each with those that follow it, so many at most: pairs grow with the texts.
    assert len(found) == sum(min(NEAREST, 199 - place) for place in range(200))
    assert all(pair <= set(alike) for pair in found)


# --- Independence ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    """Sources and agents made up."""

    sources: Mapping[str, Source]
    belongs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bodies: frozenset[str] = frozenset()

    def source(self, node: str) -> Source:
        return self.sources.get(node, Source(node))

    def belongs_to(self, agent: str) -> Collection[str]:
        return self.belongs.get(agent, ())

    def is_body(self, agent: str) -> bool:
        return agent in self.bodies


A, B, C = "article/a", "article/b", "article/c"
U, V, W = "utterance/u", "utterance/v", "utterance/w"
KNOWN = Made(
    {
        s.node: s
        for s in (
            Source(A),
            Source(B, copy_of=(A,)),
            Source(C, revises=(A,)),
            Source("article/copy-of-copy", copy_of=(B,)),
            Source("article/ring", copy_of=("article/gnir",)),
            Source("article/gnir", copy_of=("article/ring",)),
            Source(U, "kg:report", ("actor/agency",)),
            Source(V, "kg:report", ("actor/agency",)),
            Source(W, "kg:statement", ("actor/ministry",)),
            Source("utterance/chain", "kg:report", ("actor/agency",), rests_on=(W,)),
            Source("utterance/two", "kg:report", ("actor/agency",), rests_on=(W, "utterance/m")),
            Source("utterance/m", "kg:remarks", ("actor/member",)),
            Source("utterance/spokesman", "kg:remarks", ("actor/spokesman",)),
            Source("utterance/for", "kg:remarks", ("actor/voice",), ("actor/ministry",)),
            Source("utterance/both", "kg:statement", ("actor/agency", "actor/ministry")),
            Source("utterance/unnamed", "kg:unnamed-source", ("actor/agency",)),
            Source("utterance/local", "kg:statement", ("unnamed/a/somebody",)),
            Source("utterance/nobody", "kg:statement"),
        )
    },
    {
        "actor/spokesman": ("actor/ministry",),
        "actor/member": ("actor/state",),
        "actor/ministry": ("actor/league",),
        "actor/state": ("actor/league",),
        "actor/holder": ("office/chief",),
        "office/chief": ("actor/agency",),
    },
    frozenset({"actor/agency", "actor/ministry", "actor/state", "actor/league"}),
)


def said(source: str, document: str = A, stance: str = "", rank: str = "") -> Report:
    passages = ((document, 0, 5),)
    return Report(f"claim/{source}-{document}", source, stance=stance, rank=rank, passages=passages)


CASES: dict[str, tuple[list[Report], list[str], list[Left]]] = {
    "a document that speaks for itself": ([said(A)], [A], []),
    "two documents": ([said(A), said("article/x", "article/x")], [A, "article/x"], []),
    "a copy": ([said(A), said(B, B)], [A], [Left(B, "copy", A)]),
    "a copy alone counts as what it copies": ([said(B, B)], [A], []),
    "a copy of a copy": (
        [said(A), said("article/copy-of-copy", "article/copy-of-copy")],
        [A],
        [Left("article/copy-of-copy", "copy", A)],
    ),
    "copies in a ring": ([said("article/ring", "article/ring")], ["article/gnir"], []),
    "a later version": ([said(A), said(C, C)], [A], [Left(C, "revision", A)]),
    "an agency's report": ([said(U)], ["actor/agency"], []),
    "one report in two articles": (
        [said(U), said(U, "article/x")],
        ["actor/agency"],
        [Left("article/x", "same-source", U)],
    ),
    "two reports of one agency": (
        [said(U), said(V, "article/x")],
        ["actor/agency"],
        [Left(V, "same-agent", "actor/agency")],
    ),
    "article, agency, ministry": ([said("utterance/chain")], ["actor/ministry"], []),
    "an agency and what it rests on": (
        [said("utterance/chain"), said(W, "article/x")],
        ["actor/ministry"],
        [Left("utterance/chain", "passes-on", W)],
    ),
    "a report that rests on two": (
        [said("utterance/two")],
        ["actor/member", "actor/ministry"],
        [],
    ),
    "a body and its spokesman": (
        [said(W), said("utterance/spokesman")],
        ["actor/ministry"],
        [Left(W, "institution", "utterance/spokesman")],
    ),
    "somebody who speaks for a body": (
        [said(W), said("utterance/for")],
        ["actor/ministry"],
        [Left(W, "same-agent", "actor/ministry")],
    ),
    "two members of one league are two": (
        [said(W), said("utterance/m")],
        ["actor/member", "actor/ministry"],
        [],
    ),
    "what two say together": ([said("utterance/both")], ["actor/agency"], []),
    "an unnamed source": (
        [said("utterance/unnamed"), said(A)],
        [A],
        [Left("utterance/unnamed", "unnamed")],
    ),
    "somebody without a name": (
        [said("utterance/local")],
        [],
        [Left("utterance/local", "unnamed")],
    ),
    "nobody at all": ([said("utterance/nobody")], [], [Left("utterance/nobody", "unnamed")]),
    "an inference": (
        [Report("claim/i", agent="curator/jd")],
        [],
        [Left("curator/jd", "inference")],
    ),
    "a row that software coded": (
        [Report("claim/r", "file/x", "curator/coder", software=True)],
        [],
        [Left("file/x", "software")],
    ),
    "what was withdrawn": (
        [said(A, rank="kg:deprecated"), said(U)],
        ["actor/agency"],
        [Left(A, "withdrawn")],
    ),
    "a denial is no report": ([said(A, stance="kg:denies"), said(U)], ["actor/agency"], []),
    "who declines says nothing": ([said(A, stance="kg:declines")], [], []),
    "reservations": ([said(A, stance="kg:hedges")], [A], []),
    "nothing": ([], [], []),
}


@pytest.mark.parametrize("name", CASES)
def test_origins(name: str) -> None:
    reports, origins, left = CASES[name]
    found = independence(reports, Parties((), {}, KNOWN), KNOWN, {})
    assert [origin.node for origin in found.origins] == sorted(origins)
    assert found.interested == ()
    assert list(found.left) == left


def test_each_reason_has_its_case() -> None:
    reasons = {left.reason for _, _, lefts in CASES.values() for left in lefts}
    assert set(REASONS) - reasons == {"shared-text"}
    assert len(CASES) == 27


PARTIES: dict[str, tuple[str, dict[str, tuple[str, ...]], str, str]] = {
    "who took part": ("actor/agency", {}, U, "actor/agency"),
    "whose member took part": ("actor/spokesman", {}, W, "actor/spokesman"),
    "who belongs to a body that took part": (
        "actor/ministry",
        {},
        "utterance/spokesman",
        "actor/ministry",
    ),
    "whose office somebody holds": ("actor/x", {"actor/x": ("office/chief",)}, U, "actor/x"),
    "whose office somebody is said to hold": ("actor/holder", {}, U, "actor/holder"),
    "whose office took part": ("office/chief", {}, U, "office/chief"),
    "a body within one that took part": ("actor/league", {}, W, "actor/league"),
    "somebody else": ("actor/other", {}, U, ""),
    "a member of the same league": ("actor/member", {}, W, ""),
}


@pytest.mark.parametrize("name", PARTIES)
def test_a_party_is_counted_apart(name: str) -> None:
    participant, offices, source, party = PARTIES[name]
    found = independence([said(source), said(A)], Parties([participant], offices, KNOWN), KNOWN, {})
    parties = [origin.party for origin in found.interested]
    assert parties == ([party] if party else [])
    assert len(found.origins) == 2 - len(parties)


def test_texts_that_share_the_passage_are_one_origin() -> None:
    x, y = "article/x", "article/y"
    pair = SharedText({x: f"a b c {TEN}", y: f"{TEN} d e f"}.__getitem__).among((x, y))

    def found(start: int, end: int, source: str = y) -> tuple[list[Origin], list[Left]]:
        reports = [
            Report("claim/1", x, passages=((x, 6, 20),)),
            Report("claim/2", source, passages=((y, start, end),)),
        ]
        made = independence(reports, Parties((), {}, KNOWN), KNOWN, pair)
        return list(made.origins), list(made.left)

    assert found(0, 10) == ([Origin(x, (x, y))], [Left(y, "shared-text", x, TEN)])
    # A passage beyond what is shared is the article's own.
    assert found(len(TEN) + 1, len(TEN) + 6) == ([Origin(x, (x,)), Origin(y, (y,))], [])
    # One names the agency whose words both have.
    agency = ([Origin("actor/agency", (U, x))], [Left(x, "shared-text", U, TEN)])
    assert found(0, 10, U) == agency


def test_near_identical_articles_are_one_whatever_the_passage() -> None:
    x, y = "article/x", "article/y"
    texts = {x: f"{TEN} eleven twelve. Later they left.", y: f"{TEN} eleven twelve. They met."}
    pair = SharedText(texts.__getitem__).among((x, y))
    reports = [
        Report("claim/1", x, passages=((x, 60, 70),)),
        Report("claim/2", y, passages=((y, 60, 70),)),
    ]
    found = independence(reports, Parties((), {}, KNOWN), KNOWN, pair)
    assert pair[frozenset((x, y))].share > ALIKE
    assert [left.reason for left in found.left] == ["shared-text"]


@settings(derandomize=True, max_examples=60)
@given(st.lists(st.sampled_from([r for reports, _, _ in CASES.values() for r in reports])))
def test_neither_order_nor_repetition_counts(reports: list[Report]) -> None:
    def found(given_: list[Report]) -> object:
        return independence(given_, Parties(["actor/state"], {}, KNOWN), KNOWN, {})

    once = found(list(dict.fromkeys(reports)))
    assert found(reports[::-1]) == found([*reports, *reports]) == once


# --- Projects ----------------------------------------------------------------------------------

ANALYSIS = TESTS / "analysis"
STATUS_LEFT = (
    "article/a2 copies article/a1; article/a3 has the words of article/a1: "
    "“Ana Lind met Tomas Berg in Geneva on … in the rain. The”; "
    "utterance/observers is of one body with utterance/holm; utterance/somebody stays unnamed"
)


def test_a_project_of_all_kinds_of_sources() -> None:
    corroboration = Corroboration(facts_of(ANALYSIS)[1], archived_texts(ANALYSIS))
    rows = {row[:3]: row[3:] for row in table(corroboration.all()).iter_rows()}
    meeting, call = "event/lind-berg", "event/lind-dahl"
    assert rows[meeting, "kg:status", "kg:held"] == (
        3,
        1,
        "actor/observers article/a1 article/a5 actor/north",
        STATUS_LEFT,
    )
    assert rows[meeting, "kg:alsoReportedIn", "article/a2"] == (0, 0, "", "curator/mw infers it")
    assert rows[call, "kg:participant", "actor/ana-lind"] == (
        1,
        0,
        "actor/nordpress",
        "curator/mw infers it; utterance/nordpress-a3 is of actor/nordpress, too",
    )
    # Disputed: no direct triple, so no fact.
    assert (call, "kg:status", "kg:held") not in rows
    assert rows["event/dahl-basel", "kg:place", "place/basel"] == (
        1,
        0,
        "article/a1",
        "article/a5 was corrected or withdrawn",
    )
    assert len(rows) == 51


def test_a_text_that_changed_is_not_compared(tmp_path: Path) -> None:
    shutil.copytree(ANALYSIS, tmp_path / "p")
    tables = facts_of(tmp_path / "p")[1]
    text = tmp_path / "p" / "articles" / "a3.txt"
    text.write_text(text.read_text() + "\n")
    found = Corroboration(tables, archived_texts(tmp_path / "p")).facts("event/lind-berg")
    status = next(fact.found for fact in found if fact.triple[1] == "kg:status")
    assert [origin.node for origin in status.origins] == [
        "actor/observers",
        "article/a1",
        "article/a3",
        "article/a5",
    ]


SEEDS = {
    (OCTOBER_31, "kg:status", "kg:held"): (1, 1),
    (OCTOBER_31, "kg:when", "time/2023-10-31"): (1, 0),
    (OCTOBER_31, "kg:when", "time/%5B..2023-10-31%5D"): (0, 1),
    (JUNE, "kg:status", "kg:held"): (1, 1),
    (JUNE, "kg:when", "time/%5B2024-06-19%2C2024-06-20%5D"): (0, 1),
    (TALKS, "kg:status", "kg:held"): (1, 0),
    (TEHRAN, "kg:place", "place/tehran"): (0, 0),
    ("gaza-war-2023", "kg:status", "kg:under-way"): (5, 0),
    ("al-aqsa-operation-2023-10-07", "kg:participant", "actor/hamas"): (3, 0),
    ("al-aqsa-operation-2023-10-07", "kg:status", "kg:held"): (3, 1),
}


def numbers(root: Path) -> dict[tuple[str, str, str], tuple[int, int]]:
    corroboration = Corroboration(facts_of(root)[1], archived_texts(root))
    return {
        (fact.triple[0].removeprefix("event/"), fact.triple[1], fact.triple[3]): (
            len(fact.found.origins),
            len(fact.found.interested),
        )
        for fact in corroboration.all()
    }


def test_the_seeds(seeds: Path) -> None:
    found = numbers(seeds)
    assert {key: found[key] for key in SEEDS} == SEEDS
    assert len(found) == 189


def test_the_five_articles_share_no_words(seeds: Path) -> None:
    texts = {path.stem: path.read_text("utf-8") for path in (seeds / "articles").glob("*.txt")}
    assert len(texts) == 5
    assert SharedText(texts.__getitem__).among(texts) == {}


def test_the_query_tells_the_same_of_the_seeds(seeds: Path) -> None:
    solutions = run(open_store([seeds.parent / "out" / "graph.nq"]), library()["fact-origins"].text)
    assert isinstance(solutions, ox.QuerySolutions)
    short = {BASE: "", PREFIXES["kg"]: "kg:", PREFIXES["rdf"]: "rdf:"}

    def cell(value: object) -> str:
        text = str(getattr(value, "value", ""))
        for iri, name in short.items():
            text = text.replace(iri, name)
        return text

    asked = {}
    for row in solutions:
        event, predicate, value, *counts = map(cell, row)
        asked[event.removeprefix("event/"), predicate, value] = tuple(map(int, counts[:2]))
    assert asked == numbers(seeds)


def test_why_tells_the_same_as_the_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "p"
    shutil.copytree(ANALYSIS, root)
    assert build(root).written is not None
    corroboration = Corroboration(facts_of(root)[1], archived_texts(root))
    compared = 0
    for event in corroboration.reported.events:
        assert main(["why", event, "--format", "json", "--project", str(root)]) == 0
        fields = json.loads(capsys.readouterr().out)["fields"]
        told = {
            (field_["predicate"], answer["value"]): answer["independence"]
            for field_ in fields
            for answer in field_["answers"]
            if answer["direct"]
        }
        for fact in corroboration.facts(event):
            found = told[fact.triple[1], fact.triple[3]]
            for name in ("origins", "interested"):
                assert [o["node"] for o in found[name]] == [
                    o.node for o in getattr(fact.found, name)
                ]
            assert [tuple(left.values()) for left in found["left"]] == [
                (left.source, left.reason, left.by, left.words) for left in fact.found.left
            ]
            compared += 1
    assert compared == 51


def test_why_in_words_and_as_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "p"
    shutil.copytree(ANALYSIS, root)
    assert build(root).written is not None
    assert main(["why", "lind-berg", "status", "--project", str(root)]) == 0
    assert capsys.readouterr().out.split("\n  said by")[0] == (
        "lind-berg\n"
        "=========\n"
        "\n"
        "status: held\n"
        "  3 independent origins: the Observers (statement by Nils Holm, statement by the\n"
        "    Observers), a1 (a3, a2), a5; a party to it: the North, with Ana Lind taking\n"
        "    part\n"
        "  not counted: a2 copies a1; a3 has the words of a1: “Ana Lind met Tomas Berg in\n"
        "    Geneva on … in the rain. The”; statement by the Observers is of one body\n"
        "    with statement by Nils Holm; unnamed source, Somebody in the hotel stays\n"
        "    unnamed"
    )
    assert main(["why", "lind-berg", "status", "--format", "mermaid", "--project", str(root)]) == 0
    told = "lind-berg<br>status: 3 independent origins, 1 party to it"
    assert f'event[["{told}"]]' in capsys.readouterr().out


def test_the_graph_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["independence", "--project", str(ANALYSIS), "--format", "nq"]
    assert main(command) == 0
    first = capsys.readouterr().out
    assert main(command) == 0
    assert capsys.readouterr().out == first
    store = ox.Store()
    store.load(first.encode(), format=ox.RdfFormat.N_QUADS)
    base = "https://example.org/id/"
    assert {str(graph) for graph in store.named_graphs()} == {f"<{base}{GRAPH}>"}
    kg = PREFIXES["kg"]
    query = f"""
      PREFIX kg: <{kg}>
      SELECT ?independent ?interested (COUNT(DISTINCT ?origin) AS ?origins)
        (COUNT(DISTINCT ?why) AS ?reasons) (COUNT(DISTINCT ?claim) AS ?claims)
      WHERE {{ GRAPH <{base}{GRAPH}> {{
        ?c a kg:Corroboration ; kg:independentOrigins ?independent ;
          kg:interestedOrigins ?interested ; kg:hasOrigin ?origin ; kg:corroborates ?claim ;
          kg:hasInterestedOrigin <{base}actor/north> ; kg:notCounted ?why .
      }} }} GROUP BY ?c ?independent ?interested"""
    solutions = store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    rows = [tuple(int(getattr(cell, "value", "")) for cell in row) for row in solutions]
    # Type, status and the two participants of the one meeting.
    assert rows == [(3, 1, 3, 4, 8)] * 4
    # It says nothing of events: whoever merges it into the graph adds no direct triple.
    subjects = {str(quad.subject) for quad in store}
    assert all("/corroboration/" in s or s == f"<{base}{GRAPH}>" for s in subjects)
    assert len(subjects) == 52


def test_sources_known_by_hand(seeds: Path) -> None:
    corroboration = Corroboration(facts_of(seeds)[1], archived_texts(seeds))

    def status(event: str) -> list[tuple[str, tuple[str, ...], str]]:
        found = next(
            f.found for f in corroboration.facts(f"event/{event}") if f.triple[1] == "kg:status"
        )
        return [(o.node, o.through, o.party) for o in (*found.origins, *found.interested)]

    first, fourth = "article/001_b2a4e33b6f0a0a07", "article/004_043a94255de812b2"
    assert status(OCTOBER_31) == [
        (first, (first,), ""),
        ("actor/iranian-foreign-ministry", (CAPTION,), "actor/hossein-amir-abdollahian"),
    ]
    assert status(JUNE) == [
        (fourth, (fourth,), ""),
        ("actor/hamas", (STATEMENT,), "actor/hamas-leadership-delegation-doha-2024-06"),
    ]
    remarks = "utterance/amir-abdollahian-call-remarks-2023-12-08"
    assert status(TALKS) == [
        ("actor/hossein-amir-abdollahian", (remarks, f"{remarks}-mehrnews"), "")
    ]
