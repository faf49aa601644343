"""Ids are frozen: a claim keeps its node whatever else changes in the project."""

from __future__ import annotations

import hashlib
import sys

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.mapping.ids import CheckedNodes, check_nodes, claim_ids, digest
from kg.mapping.tables import TABLES
from kg.rdf.escape import TermError

SCHEMA = TABLES["claim"].schema
DOHA, TALKS = "event/doha-2023-10-31", "event/talks"


def claim(
    subject: str,
    predicate: str,
    term: tuple[str, str, str | None],
    document: str | None = "article/001",
    according_to: str | None = "article/001",
    **others: str,
) -> dict[str, str | None]:
    kind, thing, type_ = term
    return {
        "id": "",
        "subject": subject,
        "predicate": predicate,
        "object_kind": kind,
        "object": thing,
        "object_type": type_,
        "document": document,
        "according_to": according_to,
        "graph": "graph/001",
        **others,
    }


# The claim, its id, and the key behind it with `|` for 0x1F. No id here may ever change.
GOLDEN = [
    (
        claim(DOHA, "rdf:type", ("name", "kg:Meeting", None)),
        "article/001|article/001||event/doha-2023-10-31|rdf:type|kg:Meeting",
        "claim/e7b600482f9110901a760e13",
    ),
    (
        claim(DOHA, "kg:participant", ("iri", "actor/a", None), according_to="utterance/u"),
        "article/001|utterance/u||event/doha-2023-10-31|kg:participant|actor/a",
        "claim/6227fbd46ffc61f9a425ebcd",
    ),
    (
        claim(DOHA, "kg:participant", ("iri", "actor/a", None), stance="kg:denies"),
        "article/001|article/001|kg:denies|event/doha-2023-10-31|kg:participant|actor/a",
        "claim/1aa3fb5692edff3cbc164c49",
    ),
    (
        claim(TALKS, "kg:when", ("iri", "time/2023", None), None, None, agent="curator/jd"),
        "curator/jd|||event/talks|kg:when|time/2023",
        "claim/2d2ec8df877cf6c4962c747c",
    ),
    (
        claim(TALKS, "kg:ordinal", ("typed", "2", "xsd:integer")),
        'article/001|article/001||event/talks|kg:ordinal|"2"^^xsd:integer',
        "claim/a4abd007e2267a5480d8a8da",
    ),
    (
        claim(TALKS, "kg:note", ("plain", "Doha", None)),
        'article/001|article/001||event/talks|kg:note|"Doha"',
        "claim/f0b9fa01ae3216fc92211f37",
    ),
    (
        claim(TALKS, "kg:note", ("lang", "Nación “é”", "es")),
        'article/001|article/001||event/talks|kg:note|"Nación “é”"@es',
        "claim/3bb5e8c7709b71e21a7fc815",
    ),
    (
        claim(TALKS, "kg:see", ("absolute", "https://example.org/x", None)),
        "article/001|article/001||event/talks|kg:see|https://example.org/x",
        "claim/90782a2d3e02cf3740532deb",
    ),
]


def frame(*claims: dict[str, str | None]) -> pl.DataFrame:
    return pl.DataFrame(list(claims), schema=SCHEMA)


def test_golden() -> None:
    found = claim_ids(frame(*(row for row, _, _ in GOLDEN)))
    assert found.name == "id"
    assert list(found) == [id_ for _, _, id_ in GOLDEN]
    assert len(set(found)) == len(GOLDEN) == 8


@pytest.mark.parametrize(("row", "key", "id_"), GOLDEN)
def test_keys(row: dict[str, str | None], key: str, id_: str) -> None:
    assert claim_ids(frame(row)).item() == id_
    assert id_ == f"claim/{digest(*key.split('|'))}"
    hashed = hashlib.sha256(key.replace("|", "\x1f").encode()).hexdigest()
    assert id_ == f"claim/{hashed[:24]}"


def test_without_the_columnar_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars_hash", None)
    assert list(claim_ids(frame(*(row for row, _, _ in GOLDEN)))) == [g[2] for g in GOLDEN]


@settings(derandomize=True, max_examples=50)
@given(st.lists(st.text(), min_size=1, max_size=5))
def test_columns_hash_as_single_values(texts: list[str]) -> None:
    rows = [claim(TALKS, "kg:note", ("plain", text, None)) for text in texts]
    expected = [
        "claim/" + digest("article/001", "article/001", "", TALKS, "kg:note", f'"{text}"')
        for text in texts
    ]
    assert list(claim_ids(frame(*rows))) == expected


def test_what_is_not_in_an_id() -> None:
    row, _, id_ = GOLDEN[0]
    others = {"rank": "kg:preferred", "resolution": "resolution/x", "agent": "software/icews"}
    changed = [{**row, name: value} for name, value in others.items()]
    changed += [{**row, "graph": "graph/else"}, {**row, "id": "claim/other"}]
    assert list(claim_ids(frame(*changed))) == [id_] * 5


def test_no_claims() -> None:
    assert list(claim_ids(frame())) == []


def test_a_claim_of_nobody() -> None:
    rows = frame(claim(TALKS, "kg:when", ("iri", "time/2023", None), document=None))
    message = (
        "claim: 1 rows have neither document nor agent: [('event/talks', 'kg:when', 'time/2023')]"
    )
    with pytest.raises(TermError) as caught:
        claim_ids(rows)
    assert str(caught.value) == message


def test_digest() -> None:
    assert digest("a", "b") == hashlib.sha256(b"a\x1fb").hexdigest()[:24]
    assert digest("a", "b") != digest("ab") != digest("a", "", "b")


GOOD = [
    "event/x", "x", "passage/001/12-80", "time/2023-10-31", "time/%5B..2023%5D.1200-1800",
    "unnamed/001/an-official", "event/...", "event/.x", "event/..x", "event/a%2e", "A/b~_c",
]  # fmt: skip
BAD = [
    "", "/", "event/", "/event", "event//x", ".", "..", "event/..", "../event", "event/./x",
    "event/%2e", "event/%2E%2e", "event/.%2e/x", "event/a b", "event/x\n", "\nevent/x",
    "x> <http://evil> <y", "event/\\", "event/é", "event/a:b", "event/%zz", "event/%4",
    "javascript:alert(1)", "event/x?y", "event/x#y", "event/\x00", "event/“x”",
]  # fmt: skip


def test_nodes() -> None:
    check_nodes(pl.Series([*GOOD, None]), "event.id")
    refused = 0
    for text in BAD:
        with pytest.raises(TermError, match=r"event\.id: 1 of the values are no node"):
            check_nodes(pl.Series(["event/x", text, text]), "event.id")
        refused += 1
    assert (len(GOOD), refused) == (11, 27)


def test_nodes_are_counted_and_shown() -> None:
    nodes = CheckedNodes()
    good, bad = pl.Series(["event/x"] * 5), pl.Series(["event/x", "b b", "a a", "c c", "event/x"])
    for _ in range(2):
        nodes.check(good, "claim.good")
    with pytest.raises(TermError) as caught:
        nodes.check(bad, "claim.bad")
    assert str(caught.value) == (
        "claim.bad: 3 of the values are no node (segments of A-Z a-z 0-9 . _ ~ - %XX joined by '/'): "
        "'a a', 'b b', 'c c'"
    )
