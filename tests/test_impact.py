"""Impact: what falls with a source, a passage, a claim, by withdrawing it and ranking anew."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.ask.impact import Impact, UnknownNode, impact, resolve
from kg.ask.texts import archived_texts
from kg.ask.withdrawal import Withdrawal, withdraw
from kg.build import facts_of
from kg.cli import main
from kg.mapping.ranks import ranked
from kg.mapping.tables import Tables
from kg.rdf.vocabulary import Vocabulary
from tests.asking import JUNE, OCTOBER_14, OCTOBER_31
from tests.golden import TESTS

ANALYSIS, SEEDS = TESTS / "analysis", TESTS.parent / "seeds"
WORDS = Vocabulary.builtin()
SINGLE = WORDS.single_valued()
CLASSES = {name: WORDS.superclasses(name) for name in WORDS.classes()}


@cache
def tables(root: Path) -> Tables:
    return facts_of(root)[1]


def fallen(node: str, root: Path = ANALYSIS) -> Impact:
    found = tables(root)
    return impact(found, {resolve(found, node)}, SINGLE, CLASSES, archived_texts(root))


def taken(made: Tables, *nodes: str) -> Withdrawal:
    return withdraw(made, nodes, SINGLE, CLASSES)


def brief(found: Impact) -> dict[str, list[str]]:
    """What falls, in lines; what is empty is left out."""

    def slug(node: str) -> str:
        return node.split("/", 1)[-1]

    parts = {
        "fallen": [slug(node) for node in found.fallen if not node.startswith("passage/")],
        "lost": [
            f"{slug(x.fact.event)} {x.fact.field} {x.fact.label}" + (" unsettled" * x.unsettled)
            for x in found.lost
            if x.fact.event not in found.events
        ],
        "gained": [f"{slug(x.event)} {x.field} {x.label}" for x in found.gained],
        "weaker": [
            f"{slug(x.fact.event)} {x.fact.field} {x.fact.label} {x.before}+{x.parties_before} "
            f"{x.after}+{x.parties_after} {' '.join(map(slug, x.origins))}"
            for x in found.weaker
        ],
        "statuses": [f"{slug(x.event)} {x.before} {x.after}" for x in found.statuses],
        "events": [slug(event) for event in found.events],
        "series": [f"{slug(x.series)} {x.before} {x.after}" for x in found.series],
        "uncounted": [f"{slug(x.event)} {x.edtf} {x.counted_from}" for x in found.uncounted],
    }
    return {name: lines for name, lines in parts.items() if lines}


CASES: dict[str, dict[str, list[str]]] = {
    # Another repeats the words of a1, so nothing that both have is any weaker; its copy falls.
    "a1": {
        "fallen": ["a2", "nordpress-a1"],
        "lost": [
            "dahl-basel who Eva Dahl",
            "dahl-basel where Basel",
            "dahl-basel when 2024-03-11",
            "lind-berg same article/a2",
            "lind-berg series rounds of talks",
            "lind-berg number 2",
            "lind-berg when 2024-03-11",
            "lind-dahl when 2024-03-11",
        ],
        "weaker": ["dahl-basel status held 2+0 1+0 a1", "dahl-basel type Visit 2+0 1+0 a1"],
        "series": ["rounds 2 1"],
    },
    # A copy adds nothing, and its loss takes nothing but that it was one.
    "a2": {"lost": ["lind-berg same article/a2"]},
    "facts/a6.yaml": {
        "events": ["berg-dahl-dinner", "lind-dahl-next"],
        "statuses": ["berg-dahl-dinner kg:held ", "lind-dahl-next kg:planned "],
    },
    # A body and its spokesman are one origin: only what the body alone says is gone.
    "observers": {"lost": ["lind-berg where Southland"]},
    "holm": {},
    "somebody": {},
    "north": {
        "weaker": [
            "lind-berg who Ana Lind 3+1 3+0 north",
            "lind-berg who Tomas Berg 3+1 3+0 north",
            "lind-berg status held 3+1 3+0 north",
            "lind-berg type Meeting 3+1 3+0 north",
        ]
    },
    # Without the denial the status is settled.
    "house": {
        "gained": ["lind-dahl status held"],
        "statuses": ["lind-dahl kg:disputed kg:held"],
    },
}


@pytest.mark.parametrize("node", CASES)
def test_what_falls(node: str) -> None:
    assert brief(fallen(node)) == CASES[node]


def test_a_passage_takes_what_no_other_supports() -> None:
    made = tables(ANALYSIS)
    passages = made["passage"].filter(pl.col("document") == "article/a1").sort("start")
    found = brief(fallen(passages["id"][2]))
    assert passages["quote"][2] == "It was the second round of talks."
    assert found == {
        "lost": ["lind-berg series rounds of talks", "lind-berg number 2"],
        "series": ["rounds 2 1"],
    }


def test_a_claim_falls_alone() -> None:
    rows = tables(ANALYSIS)["claim"].filter(
        pl.col("subject") == "event/lind-berg", pl.col("object") == "place/basel"
    )
    (claim,) = rows["id"]
    found = fallen(claim.removeprefix("claim/"))
    assert (found.nodes, found.fallen, found.claims) == ((claim,), (), 1)
    assert brief(found) == {"lost": ["lind-berg where Basel"]}


def test_who_prefers_what_decides() -> None:
    """Without the claim that settles a field, what is left does not settle it."""
    made = tables(ANALYSIS)
    meeting = made["claim"].filter(
        pl.col("subject") == "event/lind-berg", pl.col("predicate") == "rdf:type"
    )
    first, other = meeting.sort("id").head(2).to_dicts()
    changed = pl.DataFrame(
        [
            {**first, "object": "kg:Call"},
            {**other, "rank": "kg:preferred"},
        ],
        schema=made["claim"].schema,
    )
    rest = made["claim"].filter(~pl.col("id").is_in(meeting["id"].implode()))
    claims = pl.concat(
        [rest, meeting.filter(~pl.col("id").is_in([first["id"], other["id"]])), changed]
    )
    made = made.replacing({"claim": claims})
    made = made.replacing(ranked(claims, SINGLE, CLASSES))
    found = impact(made, {other["id"]}, SINGLE, CLASSES, lambda *_: "")
    assert [(x.fact.field, x.fact.value, x.unsettled) for x in found.lost] == [
        ("type", "kg:Meeting", True)
    ]


def test_the_seeds() -> None:
    june = brief(fallen("hamas-telegram-statement-2024-06-20", SEEDS))
    assert june["fallen"] == ["bagheri-kani-doha-remarks-2024-06", "haniyeh-doha-remarks-2024-06"]
    assert june["lost"] == [
        "al-aqsa-operation-2023-10-07 named Al-Aqsa flood",
        "al-aqsa-operation-2023-10-07 who Palestinian factions in Gaza",
        f"{JUNE} who Delegation of the leadership of Hamas, Doha, June 2024",
        f"{JUNE} who Delegation with Ali Bagheri Kani, Doha, June 2024",
        f"{JUNE} topic the Palestinian issue",
        f"{JUNE} topic political developments",
        f"{JUNE} when [2024-06-19,2024-06-20]",
    ]
    assert f"{JUNE} status held 1+1 1+0 hamas" in june["weaker"]
    assert set(june) == {"fallen", "lost", "weaker"}
    october = brief(fallen("001_b2a4e33b6f0a0a07", SEEDS))
    assert october["events"] == [OCTOBER_14]
    assert october["series"] == ["amir-abdollahian-haniyeh-meetings 2 0"]
    assert f"{OCTOBER_31} when 2023-10-31" in october["lost"]
    assert f"{OCTOBER_31} status held 1+1 0+1 001_b2a4e33b6f0a0a07" in october["weaker"]
    assert "gaza-war-2023 status under-way 5+0 4+0 001_b2a4e33b6f0a0a07" in october["weaker"]


def test_dates_that_are_counted_from_what_is_gone() -> None:
    made = tables(SEEDS)
    rows = made["resolution"].filter(
        pl.col("anchor_event") == "event/un-security-council-ceasefire-resolution-2024-03-25"
    )
    assert rows.height > 0
    dated = made["claim"].filter(
        pl.col("subject") == "event/un-security-council-ceasefire-resolution-2024-03-25",
        pl.col("predicate") == "kg:when",
    )
    (claim,) = dated["id"]
    assert brief(fallen(claim, SEEDS)) == {
        "lost": ["un-security-council-ceasefire-resolution-2024-03-25 when 2024-03-25"],
        "uncounted": [
            "haniyeh-tehran-visit-2024-03-26 2024-03-26 "
            "event/un-security-council-ceasefire-resolution-2024-03-25"
        ],
    }


# --- Properties --------------------------------------------------------------------------------


def rows_of(made: Tables) -> dict[str, set[tuple[object, ...]]]:
    return {name: set(made[name].iter_rows()) for name in made}


def nodes_of(made: Tables) -> list[str]:
    return sorted(
        node for name in ("source", "passage", "claim", "speech") for node in made[name]["id"]
    )


@pytest.mark.parametrize("root", [ANALYSIS, SEEDS], ids=["analysis", "seeds"])
def test_withdrawing_nothing_changes_nothing(root: Path) -> None:
    made = tables(root)
    for nodes in ((), ("article/nobody", "claim/nothing")):
        done = taken(made, *nodes)
        assert rows_of(done.tables) == rows_of(made)
        assert (done.sources, done.passages, done.claims) == (frozenset(),) * 3
    found = impact(made, (), SINGLE, CLASSES, archived_texts(root))
    assert brief(found) == {}
    assert (found.claims, found.wordings, found.quantities) == (0, 0, 0)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(
    st.sampled_from(nodes_of(facts_of(ANALYSIS)[1])),
    st.sampled_from(nodes_of(facts_of(ANALYSIS)[1])),
)
def test_withdrawing_twice_is_as_once_and_the_order_does_not_matter(one: str, other: str) -> None:
    made = tables(ANALYSIS)
    once = taken(made, one)
    assert rows_of(taken(once.tables, one).tables) == rows_of(once.tables)
    both = rows_of(taken(made, one, other).tables)
    assert rows_of(taken(once.tables, other).tables) == both
    assert rows_of(taken(taken(made, other).tables, one).tables) == both


@pytest.mark.parametrize("root", [ANALYSIS, SEEDS], ids=["analysis", "seeds"])
def test_what_is_left_is_whole(root: Path) -> None:
    """Every article in turn: the rest is valid, ranked as from the start, and names nothing gone."""
    made = tables(root)
    for document in made["curation"]["document"]:
        done = taken(made, document)
        left = done.tables
        left.validate()
        again = ranked(left["claim"], SINGLE, CLASSES)
        assert {name: set(again[name].iter_rows()) for name in again} == {
            name: set(left[name].iter_rows()) for name in again
        }
        assert not done.sources & {*left["claim"]["according_to"], *left["claim"]["document"]}
        assert not set(left["support"]["evidence"]) - {*left["passage"]["id"]}
        assert not set(left["best"]["claim"]) - {*left["claim"]["id"]}
    everything = taken(made, *made["curation"]["document"])
    assert everything.tables["claim"].is_empty()
    assert everything.tables["direct"].is_empty()


# --- The command -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_", "node"),
    [
        ("article/a1", "article/a1"),
        ("a1", "article/a1"),
        ("facts/a1.yaml", "article/a1"),
        ("somewhere/else/facts/a1.yaml", "article/a1"),
        ("nordpress-a1", "utterance/nordpress-a1"),
    ],
)
def test_what_is_meant(given_: str, node: str) -> None:
    assert resolve(tables(ANALYSIS), given_) == node


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ("a9", r"no source, passage or claim `a9` is here; there is article/a\d, "),
        ("nordpres-a1", "`nordpres-a1` is here; there is utterance/nordpress-a1, "),
        ("lind-berg", "no source, passage or claim `lind-berg` is here"),
    ],
)
def test_what_is_not_there(given_: str, message: str) -> None:
    with pytest.raises(UnknownNode, match=message):
        resolve(tables(ANALYSIS), given_)


def test_an_id_of_two_things() -> None:
    made = tables(ANALYSIS)
    twin = made["source"].filter(pl.col("id") == "utterance/holm")
    twin = twin.with_columns(id=pl.lit("utterance/a1"))
    made = made.replacing({"source": pl.concat([made["source"], twin])})
    with pytest.raises(UnknownNode, match="may be any of article/a1, utterance/a1: write which"):
        resolve(made, "a1")


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    project = ["--project", str(ANALYSIS)]
    assert main(["impact", "house", *project]) == 0
    assert capsys.readouterr().out == (
        "If utterance/house were withdrawn\n"
        "  1 assertion, 0 wordings of speech and 0 quantities would go with it\n"
        "\n"
        "Would hold instead (1)\n"
        "  lind-dahl, status: held\n"
        "\n"
        "Status (1)\n"
        "  lind-dahl: disputed, then held\n"
    )
    assert main(["impact", "a1", "house", "--format", "json", *project]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["nodes"] == ["article/a1", "utterance/house"]
    assert found["claims"] == 26
    assert main(["impact", "nobody", *project]) == 2
    assert "no source, passage or claim `nobody` is here" in capsys.readouterr().err
