"""RDF 1.2 and the flat view: what they hold, and which questions each serialisation can answer.

`KG_UPDATE_GOLDEN=1` writes the table of questions into tests/data/questions_by_format.txt.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache

import polars as pl
import pyoxigraph as ox
import pytest
import rdflib

from kg.ask.library import library
from kg.ask.run import run
from kg.build import facts_of
from kg.mapping.rdf12 import FORMATS_12, render12
from kg.mapping.serialise import render
from kg.mapping.tables import TABLES, Tables
from kg.mapping.views import flat
from kg.rdf.formats import FORMATS
from kg.rdf.resources import ontology_files
from tests.golden import TESTS

BASE = "https://w3id.org/parley/id/"
GOLDEN = TESTS / "data" / "questions_by_format.txt"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
OX = {
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
}
# What gives a graph of RDF 1.2 the three triples of RDF 1.1 back: SPARQL 1.2, for any store of it.
UNREIFY = f"""
PREFIX rdf: <{RDF}>
INSERT {{ ?c rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o }}
WHERE {{ ?c rdf:reifies <<( ?s ?p ?o )>> }}
"""


@cache
def tables() -> Tables:
    return facts_of(TESTS.parent / "seeds")[1]


def quads(data: bytes, extension: str) -> set[ox.Quad]:
    found = list(ox.parse(data, format=OX[extension]))
    assert len(found) == len(set(found))
    return set(found)


@cache
def by_12(key: str) -> frozenset[ox.Quad]:
    form = FORMATS_12[key]
    return frozenset(quads(render12(tables(), BASE, form), form.extension))


# --- RDF 1.2 -------------------------------------------------------------------------------------


def test_each_assertion_is_one_reifier_of_a_triple_term() -> None:
    plain = quads(render(tables(), BASE, FORMATS["nq"]), "nq")
    three = {f"{RDF}{part}" for part in ("subject", "predicate", "object")}
    claims = tables()["claim"].height
    rest = {quad for quad in plain if quad.predicate.value not in three}
    assert len(plain) - len(rest) == 3 * claims > 800
    reifiers = by_12("nq12") - rest
    assert by_12("nq12") >= rest
    assert len(reifiers) == claims
    assert {quad.predicate.value for quad in reifiers} == {f"{RDF}reifies"}
    said = {
        (
            quad.subject,
            quad.graph_name,
            quad.object.subject,
            quad.object.predicate,
            quad.object.object,
        )
        for quad in reifiers
        if isinstance(quad.object, ox.Triple)
    }
    values: dict[tuple[object, object], dict[str, object]] = {}
    for quad in plain - rest:
        part = quad.predicate.value.removeprefix(RDF)
        values.setdefault((quad.subject, quad.graph_name), {})[part] = quad.object
    assert said == {
        (claim, graph, of["subject"], of["predicate"], of["object"])
        for (claim, graph), of in values.items()
    }


def test_the_four_syntaxes_hold_the_same() -> None:
    assert by_12("trig12") == by_12("nq12")
    triples = {quad.triple for quad in by_12("nq12")}
    for key in ("nt12", "ttl12"):
        assert {quad.triple for quad in by_12(key)} == triples


def test_turtle_says_its_version_and_reads_well() -> None:
    lines = render12(tables(), BASE, FORMATS_12["ttl12"]).decode().splitlines()
    assert lines[:2] == ['VERSION "1.2"', f"@base <{BASE}> ."]
    event = "event/bagheri-kani-haniyeh-doha-2024-06"
    assert f"    rdf:reifies <<( <{event}> kg:place <place/doha> )>> ." in lines


def test_any_term_may_be_claimed() -> None:
    rows = [
        {"object_kind": "plain", "object": 'a "b" )>>\n\\'},
        {"object_kind": "lang", "object": "گفت‌وگو", "object_type": "fa"},
        {"object_kind": "typed", "object": "2", "object_type": "xsd:integer"},
        {"object_kind": "absolute", "object": "urn:isbn:1"},
    ]
    claim = {"subject": "event/a", "predicate": "kg:named", "graph": "graph/a"}
    frame = pl.DataFrame(
        [{**claim, **row, "id": f"claim/{n}"} for n, row in enumerate(rows)],
        schema=TABLES["claim"].schema,
    )
    one = Tables({"claim": frame})
    found = [quads(render12(one, BASE, form), form.extension) for form in FORMATS_12.values()]
    (terms,) = {
        frozenset(q.object.object for q in of if isinstance(q.object, ox.Triple)) for of in found
    }
    assert terms == {
        ox.Literal('a "b" )>>\n\\'),
        ox.Literal("گفت‌وگو", language="fa"),
        ox.Literal("2", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
        ox.NamedNode("urn:isbn:1"),
    }


def test_rdflib_cannot_read_it() -> None:
    with pytest.raises(Exception, match=r"expected|Bad syntax|Invalid"):
        rdflib.Graph().parse(data=render12(tables(), BASE, FORMATS_12["nt12"]), format="nt")


@pytest.mark.parametrize("key", FORMATS_12)
def test_the_same_rows_give_the_same_bytes(key: str) -> None:
    turned = Tables({name: tables()[name].reverse() for name in tables()})
    form = FORMATS_12[key]
    assert render12(turned, BASE, form) == render12(tables(), BASE, form)


def test_who_denies_what_in_sparql_1_2() -> None:
    small = facts_of(TESTS / "project")
    store = ox.Store()
    store.extend(ox.parse(render12(small[1], small[0].base, FORMATS_12["ttl12"]), format=OX["ttl"]))
    found = store.query(
        "PREFIX kg: <https://w3id.org/parley/ns#> PREFIX rdf: <" + RDF + "> "
        "SELECT ?event ?what ?who { ?claim rdf:reifies <<( ?event kg:status ?what )>> ; "
        "kg:stance kg:denies ; kg:accordingTo ?who }"
    )
    assert isinstance(found, ox.QuerySolutions)
    base = small[0].base
    assert [[cell.value.removeprefix(base) for cell in row] for row in found] == [
        [
            "event/berg-lind-call-2024-03-10",
            "https://w3id.org/parley/ns#held",
            "utterance/berg-office-denial",
        ]
    ]


# --- The flat view -------------------------------------------------------------------------------


def test_the_flat_view_has_what_is_said_and_not_who_says_it() -> None:
    found = quads(render(flat(tables()), BASE, FORMATS["nq"]), "nq")
    full = quads(render(tables(), BASE, FORMATS["nq"]), "nq")
    assert found < full
    paths = {quad.subject.value.removeprefix(BASE).split("/")[0] for quad in found}  # type: ignore[union-attr]
    assert paths == {
        *("event", "actor", "office", "place", "series", "topic", "population"),
        *("time", "unnamed", "curator"),
    }
    direct = {quad for quad in full if quad.graph_name == ox.NamedNode(f"{BASE}graph/direct")}
    assert direct <= found
    assert len(found) < len(full) / 5
    times = {q.object for q in direct if "/id/time/" in str(q.object)}
    described = {q.subject for q in found if "/id/time/" in str(q.subject)}
    assert described == times


def test_a_disputed_status_is_in_the_flat_view() -> None:
    settings, small = facts_of(TESTS / "project")
    text = render(flat(small), settings.base, FORMATS["ttl"]).decode()
    assert "<event/berg-lind-call-2024-03-10> a kg:Call ;" in text
    assert "kg:status kg:disputed" in text
    assert "kg:stance" not in text
    assert "claim/" not in text


# --- Which questions each can answer -------------------------------------------------------------


def full(key: str) -> Callable[[], ox.Store]:
    return lambda: loaded(render(tables(), BASE, FORMATS[key]), key)


def rdf12() -> ox.Store:
    return loaded(render12(tables(), BASE, FORMATS_12["trig12"]), "trig")


def unreified() -> ox.Store:
    store = loaded(render12(tables(), BASE, FORMATS_12["ttl12"]), "ttl")
    store.update(UNREIFY)
    return store


STORES: Mapping[str, Callable[[], ox.Store]] = {
    **{key: full(key) for key in FORMATS},
    "flat": lambda: loaded(render(flat(tables()), BASE, FORMATS["ttl"]), "ttl"),
    "rdf12": rdf12,
    "unreified": unreified,
}


def loaded(data: bytes, extension: str) -> ox.Store:
    store = ox.Store()
    store.bulk_load(data, format=OX[extension])
    for path in ontology_files():
        store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    return store


def answers(store: ox.Store) -> dict[str, list[str]]:
    """The rows of every question of the library, asked with its defaults."""
    found = {}
    for name, query in library().items():
        result = run(store, query.bind({}, BASE))
        assert isinstance(result, ox.QuerySolutions)
        found[name] = [str(row) for row in result]
    return found


def table() -> str:
    """A line a question: its rows in the full view, then `same` or the rows of the other forms."""
    right = answers(STORES["nq"]())
    others = {name: answers(STORES[name]()) for name in STORES if name != "nq"}
    lines = ["question | full | " + " | ".join(others) + "\n"]
    for name, rows in right.items():
        cells = ["same" if of[name] == rows else str(len(of[name])) for of in others.values()]
        lines.append(" | ".join([name, str(len(rows)), *cells]) + "\n")
    return "".join(lines)


def test_which_questions_each_serialisation_answers() -> None:
    found = table()
    if os.environ.get("KG_UPDATE_GOLDEN"):
        GOLDEN.write_text(found, encoding="utf-8")
    assert found == GOLDEN.read_text(encoding="utf-8")
    head, *rows = [line.split(" | ") for line in found.splitlines()]
    columns = dict(zip(head[2:], zip(*[row[2:] for row in rows], strict=True), strict=True))
    assert len(rows) == len(library())
    same = {name for name, cells in columns.items() if set(cells) == {"same"}}
    assert same == {*FORMATS, "unreified"} - {"nq"}
    assert {*columns} - same == {"flat", "rdf12"}


def test_the_guide_shows_the_update() -> None:
    guide = (TESTS.parent / "ontology" / "README.md").read_text("utf-8")
    assert UNREIFY.strip() in guide
