"""Which claims stand behind a direct triple: a table of cases, each with what must come of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl
import pytest

from kg.mapping.ranks import ranked
from kg.mapping.tables import TABLES, Tables

SINGLE = ("rdf:type", "kg:status", "kg:ordinal", "kg:position")
SUPERCLASSES = {
    "kg:Meeting": frozenset({"kg:Talks", "kg:Event"}),
    "kg:Call": frozenset({"kg:Talks", "kg:Event"}),
    "kg:Visit": frozenset({"kg:Event"}),
    "kg:Talks": frozenset({"kg:Event"}),
    "kg:Event": frozenset({"kg:Event"}),
}
SHORT = {
    "type": "rdf:type", "status": "kg:status", "ordinal": "kg:ordinal", "position": "kg:position",
    "when": "kg:when", "starts": "kg:starts", "ends": "kg:ends", "plannedFor": "kg:plannedFor",
    "who": "kg:participant", "where": "kg:place", "part": "kg:partOf", "holds": "org:holds",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """Claims as `subject predicate object [stance] [rank]`, the best and disputed among them."""

    name: str
    claims: list[str]
    best: list[int]
    disputed: list[str] = field(default_factory=list)
    dispute: list[tuple[int, int]] = field(default_factory=list)


CASES = [
    Case("said once", ["e type Meeting", "e who a", "e when 2023"], [0, 1, 2]),
    Case("said twice", ["e status held", "e status held"], [0, 1]),
    Case("two values of a single predicate", ["e type Meeting", "e type Call"], []),
    Case("two values at two events", ["e type Meeting", "f type Call"], [0, 1]),
    Case("two ordinals", ["e ordinal 2", "e ordinal 3", "e position next"], [2]),
    Case("preferred beats said", ["e type Meeting", "e type Call preferred"], [1]),
    Case("two preferred", ["e type Meeting preferred", "e type Call preferred", "e type Visit"], []),
    Case("said beats hedged", ["e type Meeting hedges", "e type Call"], [1]),
    Case("hedged alone", ["e type Meeting hedges", "e who a hedges"], [0, 1]),
    Case("preferred and hedged is hedged", ["e type Meeting hedges preferred", "e type Call"], [1]),
    Case("deprecated never counts", ["e type Meeting deprecated", "e who a deprecated"], []),
    Case("deprecated yields", ["e type Meeting deprecated", "e type Call"], [1]),
    Case("declined never counts", ["e status held declines", "e who a declines"], []),
    # A class agrees with its superclasses.
    Case("superclass", ["e type Meeting", "e type Talks", "e type Event"], [0]),
    Case("superclass of one of two", ["e type Talks", "e type Meeting", "e type Call"], []),
    Case("siblings", ["e type Visit", "e type Talks"], []),
    Case("the same class twice", ["e type Event", "e type Event"], [0, 1]),
    Case("superclass denied", ["e type Meeting", "e type Talks", "e type Talks denies"], [],
         dispute=[(1, 2)]),
    Case("superclass preferred", ["e type Meeting", "e type Talks preferred"], [1]),
    # Plans yield to what came of them.
    Case("planned, then held", ["e status planned", "e status held"], [1]),
    Case("proposed, postponed, cancelled",
         ["e status proposed", "e status postponed", "e status cancelled"], [2]),
    Case("planned, then not held", ["e status not-held", "e status planned"], [0]),
    Case("planned, then under way", ["e status under-way", "e status planned"], [0]),
    Case("planned is preferred, yet held", ["e status planned preferred", "e status held"], [1]),
    Case("planned, held only hedged", ["e status planned", "e status held hedges"], [0]),
    Case("planned hedged, held said", ["e status planned hedges", "e status held"], [1]),
    Case("planned, held deprecated", ["e status planned", "e status held deprecated"], [0]),
    Case("planned, held denied", ["e status planned", "e status held denies"], [0]),
    Case("planned at another event", ["e status planned", "f status held"], [0, 1]),
    Case("planned and postponed", ["e status planned", "e status postponed"], [], ["e"]),
    Case("held and cancelled", ["e status held", "e status cancelled", "e status planned"], [],
         ["e"]),
    Case("planned is no type", ["e status held", "e part planned"], [0, 1]),
    # Denials.
    Case("status denied", ["e status held", "e status held denies", "e type Meeting"], [2], ["e"],
         [(0, 1)]),
    Case("another status denied", ["e status held", "e status planned denies"], [0]),
    Case("yielding plan denied", ["e status held", "e status planned", "e status planned denies"],
         [0], dispute=[(1, 2)]),
    Case("denied by a deprecated claim", ["e status held", "e status held denies deprecated"], [0]),
    Case("what is deprecated and denied", ["e status held deprecated", "e status held denies"], []),
    Case("hedged and denied", ["e status held hedges", "e status held denies"], [], ["e"],
         [(0, 1)]),
    Case("denied alone", ["e status held denies", "e who a denies"], []),
    Case("type denied", ["e type Meeting", "e type Meeting denies"], [], dispute=[(0, 1)]),
    Case("lower tier denied", ["e type Call", "e type Meeting hedges", "e type Meeting denies"],
         [0], dispute=[(1, 2)]),
    Case("participant denied", ["e who a", "e who a denies", "e who b"], [0, 2],
         dispute=[(0, 1)]),
    Case("two claims, two denials", ["e who a", "e who a hedges", "e who a denies",
         "e who a denies"], [0, 1], dispute=[(0, 2), (0, 3), (1, 2), (1, 3)]),
    Case("declined is no denial", ["e status held", "e status held declines"], [0]),
    # Dates, and predicates with many values.
    Case("dates of unlike precision", ["e when 2023", "e when 2023-10-31"], [0, 1]),
    Case("best-ranked dates", ["e when 2023", "e when 2024 preferred", "e starts 2023"], [1, 2]),
    Case("hedged dates", ["e ends 2023 hedges", "e ends 2024", "e plannedFor 2023 hedges"], [1, 2]),
    Case("date denied", ["e when 2023", "e when 2023 denies"], [0], dispute=[(0, 1)]),
    Case("many values of any rank", ["e who a preferred", "e who b", "e who c hedges",
         "e who d deprecated", "e where x"], [0, 1, 2, 4]),
    # Only events have direct triples.
    Case("an office held", ["e holds o", "a/x holds o", "e who a"], [2]),
    Case("other subjects", ["a/x who a", "a/x who a denies"], [], dispute=[(0, 1)]),
    Case("no claims", [], []),
]  # fmt: skip


def node(subject: str) -> str:
    return f"actor/{subject[2:]}" if subject.startswith("a/") else f"event/{subject}"


def frame(claims: list[str]) -> pl.DataFrame:
    rows = []
    for number, text in enumerate(claims):
        subject, predicate, thing, *marks = text.split(" ")
        name = predicate in ("type", "status", "position")
        kind = "name" if name else "typed" if predicate == "ordinal" else "iri"
        stances = [f"kg:{m}" for m in marks if m in ("says", "denies", "declines", "hedges")]
        ranks = [f"kg:{m}" for m in marks if m in ("preferred", "deprecated")]
        assert len(stances) + len(ranks) == len(marks)
        rows.append(
            {
                "id": f"claim/{number:02}",
                "subject": node(subject),
                "predicate": SHORT[predicate],
                "object_kind": kind,
                "object": f"kg:{thing}" if name else thing,
                "object_type": "xsd:integer" if kind == "typed" else None,
                "document": "article/1",
                "stance": stances[0] if stances else None,
                "rank": ranks[0] if ranks else None,
                "graph": "graph/1",
            }
        )
    return pl.DataFrame(rows, schema=TABLES["claim"].schema)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_cases(case: Case) -> None:
    claims = frame(case.claims)
    found = ranked(claims, SINGLE, SUPERCLASSES)
    Tables({"claim": claims, **found}).validate()
    assert sorted(found["best"]["claim"]) == [f"claim/{number:02}" for number in case.best]
    assert set(found["best"]["graph"]) <= {"graph/derived"}
    triple = TABLES["direct"].key
    behind = claims.filter(pl.col("id").is_in(found["best"]["claim"].implode()))
    assert set(found["direct"].rows()) == set(behind.select(triple).rows())
    assert list(found["disputed"]["event"]) == [node(subject) for subject in case.disputed]
    assert found["dispute"].rows() == [
        (f"claim/{claim:02}", f"claim/{denial:02}") for claim, denial in case.dispute
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_order_of_claims_changes_nothing(case: Case) -> None:
    claims = frame(case.claims)
    found, turned = (ranked(rows, SINGLE, SUPERCLASSES) for rows in (claims, claims.reverse()))
    for table in found:
        assert sorted(found[table].rows(), key=str) == sorted(turned[table].rows(), key=str)


def test_all_cases_at_once() -> None:
    """Events do not touch one another, so all cases in one table give what each gives alone."""
    alone, together = 0, []
    for number, case in enumerate(CASES):
        claims = frame(case.claims)
        alone += len(ranked(claims, SINGLE, SUPERCLASSES)["best"])
        together.append(
            claims.with_columns(
                ("claim/" + pl.lit(f"{number:02}-") + pl.col("id").str.slice(6)).alias("id"),
                pl.col("subject") + f"-{number}",
            )
        )
    found = ranked(pl.concat(together), SINGLE, SUPERCLASSES)
    assert len(CASES) == 52
    assert len(found["best"]) == alone == sum(len(case.best) for case in CASES)
    assert len(found["dispute"]) == sum(len(case.dispute) for case in CASES)


def test_single_and_superclasses_are_given() -> None:
    claims = frame(["e type Meeting", "e type Talks", "e ordinal 2", "e ordinal 3"])
    assert list(ranked(claims, (), {})["best"]["claim"]) == [f"claim/0{n}" for n in range(4)]
    assert list(ranked(claims, ("rdf:type",), {})["best"]["claim"]) == ["claim/02", "claim/03"]


def test_literals_differ_by_type() -> None:
    claims = frame(["e ordinal 2", "e ordinal 2 denies"]).with_columns(
        object_type=pl.Series(["xsd:integer", "xsd:decimal"])
    )
    found = ranked(claims, SINGLE, SUPERCLASSES)
    assert found["best"].rows() == [("claim/00", "graph/derived")]
    assert found["direct"].rows() == [("event/e", "kg:ordinal", "typed", "2", "xsd:integer")]
    assert len(found["dispute"]) == 0
