"""From tables to files: golden bytes, the same graph in every form, and nothing that cannot be."""

from __future__ import annotations

import difflib
import random
from pathlib import Path
from typing import Any

import polars as pl
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.mapping.expand import as_lines, lines, triples
from kg.mapping.ids import claim_ids
from kg.mapping.ranks import ranked
from kg.mapping.serialise import render
from kg.mapping.tables import TABLES, Tables
from kg.mapping.templates import Constant, ObjectTerm, TemplateError, read, templates
from kg.mapping.turtle import SECTIONS
from kg.rdf.escape import TermError
from kg.rdf.formats import FORMATS
from kg.rdf.vocabulary import PREFIXES

BASE = "https://example.org/id/"
ONTOLOGY = Path(__file__).parent.parent / "ontology"
DOHA, ARTICLE, PASSAGE = "event/doha", "article/1", "passage/1/4-9"


def filled(**tables: list[dict[str, Any]]) -> Tables:
    """Tables from rows, with ids for claims that have none and the derived tables."""
    frames = {name: pl.DataFrame(rows, schema=TABLES[name].schema) for name, rows in tables.items()}
    if "claim" in frames:
        claims = frames["claim"].with_columns(pl.lit("").alias("id"))
        frames["claim"] = claims.with_columns(claim_ids(claims))
        single, general = ("rdf:type", "kg:status"), {"kg:Meeting": frozenset({"kg:Talks"})}
        frames.update(ranked(frames["claim"], single, general))
    found = Tables(frames)
    found.validate()
    return found


def claim(predicate: str, kind: str, thing: str, **others: str | None) -> dict[str, Any]:
    return {
        "subject": DOHA,
        "predicate": predicate,
        "object_kind": kind,
        "object": thing,
        "document": ARTICLE,
        "according_to": ARTICLE,
        "graph": "graph/1",
        **others,
    }


CLAIMS = [
    claim("rdf:type", "name", "kg:Meeting"),
    claim("kg:participant", "iri", "actor/haniyeh"),
    claim("kg:when", "iri", "time/2023-10-31", resolution="resolution/r"),
    claim("kg:status", "name", "kg:held"),
    claim("kg:status", "name", "kg:held", stance="kg:denies", according_to="utterance/u"),
]
IDS = list(filled(claim=CLAIMS)["claim"]["id"])


def small(extra: list[dict[str, Any]] | None = None) -> Tables:
    claims = [*CLAIMS, *(extra or [])]
    ids = list(filled(claim=claims)["claim"]["id"])
    one = {"graph": "graph/1"}
    registry = {"graph": "graph/registry"}
    day = {"date": "2023-10-31", "not_before": "2023-10-31T00:00:00Z"}
    return filled(
        claim=claims,
        support=[{"claim": id_, "evidence": PASSAGE, **one} for id_ in ids],
        passage=[
            {"id": PASSAGE, "document": ARTICLE, "start": 4, "end": 9, "quote": 'a\n"b"\\',
             "prefix": "The\u202e ", **one}
        ],
        source=[{"id": ARTICLE, "class": "kg:Document", "title": "Talks", **one}],
        time=[{"id": "time/2023-10-31", "edtf": "2023-10-31", **day}],
        entity=[{"id": "actor/haniyeh", "class": "foaf:Person", **registry}],
        name=[
            {"node": "actor/haniyeh", "predicate": "skos:prefLabel", "text": "Ismail Haniyeh",
             "language": "en", **registry},
            {"node": "actor/haniyeh", "predicate": "skos:altLabel", "text": "هنية", **registry},
        ],
    )  # fmt: skip


def everything() -> Tables:
    """Two rows of every table: one with all columns filled, one with only those that must be."""
    kinds = {
        (template.table, term.column): (term.kind, term.datatype)
        for template in templates().templates
        for pattern in template.patterns
        for term in (template.graph, template.subject, pattern.predicate, pattern.object)
        if not isinstance(term, ObjectTerm | Constant)
    }
    paths = {"source": "article", "record": "row", "direct": "event", "disputed": "event"}
    dates = {"xsd:date": "2024-02-29", "xsd:dateTime": "2024-02-29T12:30:00Z"}

    def value(table: str, column: str, row: int) -> object:
        kind, datatype = kinds.get((table, column), ("iri", ""))
        if TABLES[table].columns[column].dtype == pl.Int64():
            return 70 + row
        if column == "object_kind":
            return ("iri", "lang")[row]
        if column == "object_type":
            return (None, "en")[row]
        if column == "language" or kind == "typed":
            return dates.get(datatype, "[2024..]" if kind == "typed" else "fa")
        path = f"{paths.get(table, table)}/{column}-{row}"
        if kind == "absolute":
            return f"https://example.com/{path}"
        return f"kg:{column}-{row}" if kind == "name" else path

    frames = {
        name: pl.DataFrame(
            [
                {
                    column: value(name, column, row) if spec.required or row == 0 or
                    column == "object_type" else None
                    for column, spec in table.columns.items()
                }
                for row in (0, 1)
            ],
            schema=table.schema,
        )
        for name, table in TABLES.items()
    }  # fmt: skip
    found = Tables(frames)
    found.validate()
    return found


NQ = """\
<https://example.org/id/claim/59ebc075f23908a8ccd65ab6> <http://www.w3.org/1999/02/22-rdf-syntax-ns#object> "02"^^<http://www.w3.org/2001/XMLSchema#integer> <https://example.org/id/graph/1> .
<https://example.org/id/claim/59ebc075f23908a8ccd65ab6> <http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate> <https://w3id.org/parley/ns#ordinal> <https://example.org/id/graph/1> .
<https://example.org/id/claim/59ebc075f23908a8ccd65ab6> <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> <https://example.org/id/event/doha> <https://example.org/id/graph/1> .
<https://example.org/id/claim/59ebc075f23908a8ccd65ab6> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/parley/ns#Assertion> <https://example.org/id/graph/1> .
<https://example.org/id/claim/59ebc075f23908a8ccd65ab6> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/parley/ns#BestAssertion> <https://example.org/id/graph/derived> .
<https://example.org/id/event/doha> <http://www.w3.org/2000/01/rdf-schema#comment> "“é” حماس"@en <https://example.org/id/graph/registry> .
<https://example.org/id/event/doha> <https://w3id.org/parley/ns#ordinal> "02"^^<http://www.w3.org/2001/XMLSchema#integer> <https://example.org/id/graph/direct> .
<https://example.org/id/passage/1/4-9> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/parley/ns#Passage> <https://example.org/id/graph/1> .
<https://example.org/id/passage/1/4-9> <https://w3id.org/parley/ns#document> <https://example.org/id/article/1> <https://example.org/id/graph/1> .
<https://example.org/id/passage/1/4-9> <https://w3id.org/parley/ns#end> "9"^^<http://www.w3.org/2001/XMLSchema#integer> <https://example.org/id/graph/1> .
<https://example.org/id/passage/1/4-9> <https://w3id.org/parley/ns#quote> "a\\n\\"b\\"\\\\\\u202E" <https://example.org/id/graph/1> .
<https://example.org/id/passage/1/4-9> <https://w3id.org/parley/ns#start> "4"^^<http://www.w3.org/2001/XMLSchema#integer> <https://example.org/id/graph/1> .
"""

TTL = """\
@base <https://example.org/id/> .
@prefix kg: <https://w3id.org/parley/ns#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix schema: <https://schema.org/> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix wd: <http://www.wikidata.org/entity/> .

# Events

<event/doha> a kg:Meeting ;
    kg:participant <actor/haniyeh> ;
    kg:status kg:disputed ;
    kg:when <time/2023-10-31> .

<claim/2e659e6e4d9e9207b8638751> a kg:Assertion, kg:BestAssertion ;
    kg:accordingTo <article/1> ;
    kg:supportedBy <passage/1/4-9> ;
    rdf:object <actor/haniyeh> ;
    rdf:predicate kg:participant ;
    rdf:subject <event/doha> .

<claim/15e80dce4ffb38a4f22e44aa> a kg:Assertion ;
    kg:accordingTo <utterance/u> ;
    kg:stance kg:denies ;
    kg:supportedBy <passage/1/4-9> ;
    rdf:object kg:held ;
    rdf:predicate kg:status ;
    rdf:subject <event/doha> .

<claim/d830cbceaf762a2ff0883633> a kg:Assertion ;
    kg:accordingTo <article/1> ;
    kg:disputedBy <claim/15e80dce4ffb38a4f22e44aa> ;
    kg:supportedBy <passage/1/4-9> ;
    rdf:object kg:held ;
    rdf:predicate kg:status ;
    rdf:subject <event/doha> .

<claim/7028705b1ab4461bcc103e32> a kg:Assertion, kg:BestAssertion ;
    kg:accordingTo <article/1> ;
    kg:resolvedBy <resolution/r> ;
    kg:supportedBy <passage/1/4-9> ;
    rdf:object <time/2023-10-31> ;
    rdf:predicate kg:when ;
    rdf:subject <event/doha> .

<claim/51bd689c6078842d2e004f2e> a kg:Assertion, kg:BestAssertion ;
    kg:accordingTo <article/1> ;
    kg:supportedBy <passage/1/4-9> ;
    rdf:object kg:Meeting ;
    rdf:predicate rdf:type ;
    rdf:subject <event/doha> .

<passage/1/4-9> a kg:Passage ;
    kg:document <article/1> ;
    kg:end "9"^^xsd:integer ;
    kg:prefix "The\\u202E " ;
    kg:quote "a\\n\\"b\\"\\\\" ;
    kg:start "4"^^xsd:integer .

# Sources

<article/1> a kg:Document ;
    dcterms:title "Talks" .

# Times

<time/2023-10-31> a kg:Time ;
    kg:date "2023-10-31"^^xsd:date ;
    kg:edtf "2023-10-31"^^edtf:EDTF ;
    kg:notBefore "2023-10-31T00:00:00Z"^^xsd:dateTime .

# Registry

<actor/haniyeh> a foaf:Person ;
    skos:altLabel "هنية" ;
    skos:prefLabel "Ismail Haniyeh"@en .
"""


def tiny() -> Tables:
    return filled(
        claim=[claim("kg:ordinal", "typed", "02", object_type="xsd:integer", according_to=None)],
        passage=[
            {"id": PASSAGE, "document": ARTICLE, "start": 4, "end": 9, "quote": 'a\n"b"\\\u202e',
             "graph": "graph/1"}
        ],
        name=[{"node": DOHA, "predicate": "rdfs:comment", "text": "“é” حماس", "language": "en",
               "graph": "graph/registry"}],
    )  # fmt: skip


def quads(data: bytes, form: ox.RdfFormat) -> set[ox.Quad]:
    return set(ox.parse(data, format=form))


def text_lines(tables: Tables, syntax: Any, rows: int) -> list[str]:
    return [line for part in lines(tables, BASE, syntax, rows) for row in part
            for line in row.splitlines()]  # fmt: skip


def shuffled(tables: Tables, seed: int) -> Tables:
    frames = {}
    for name in tables:
        order = list(range(len(tables[name])))
        random.Random(seed).shuffle(order)
        frames[name] = tables[name][order]
    return Tables(frames)


def test_golden_quads() -> None:
    assert render(tiny(), BASE, FORMATS["nq"]).decode() == NQ


def test_golden_turtle() -> None:
    assert render(small(), BASE, FORMATS["ttl"]).decode() == TTL


@pytest.mark.parametrize("tables", [tiny(), small(), everything()])
def test_one_graph_in_every_form(tables: Tables) -> None:
    text = {name: render(tables, BASE, FORMATS[name]) for name in FORMATS}
    in_graphs = quads(text["nq"], ox.RdfFormat.N_QUADS)
    assert len(in_graphs) == text["nq"].count(b"\n") > 10
    assert quads(text["trig"], ox.RdfFormat.TRIG) == in_graphs
    assert quads(text["jsonld"], ox.RdfFormat.JSON_LD) == in_graphs
    plain = quads(text["nt"], ox.RdfFormat.N_TRIPLES)
    assert plain == {ox.Quad(*quad.triple) for quad in in_graphs}
    assert quads(text["ttl"], ox.RdfFormat.TURTLE) == plain

    datasets = [
        rdflib.Dataset().parse(data=text[name], format=form)
        for name, form in (("nq", "nquads"), ("trig", "trig"))
    ]
    by_rdflib = [set(dataset.quads()) for dataset in datasets]
    assert by_rdflib[0] == by_rdflib[1]
    graphs = [
        set(rdflib.Graph().parse(data=text[name], format=form))
        for name, form in (("nt", "nt"), ("ttl", "turtle"))
    ]
    assert graphs[0] == graphs[1] == {quad[:3] for quad in by_rdflib[0]}
    assert (len(by_rdflib[0]), len(graphs[0])) == (len(in_graphs), len(plain))


@pytest.mark.parametrize("rows", [1, 2, 3, 1000])
@pytest.mark.parametrize("syntax", ["nt", "nq"])
@pytest.mark.parametrize("tables", [tiny(), small(), everything()])
def test_lines_are_the_triples(tables: Tables, syntax: Any, rows: int) -> None:
    found = text_lines(tables, syntax, rows)
    rendered = as_lines(triples(tables, BASE), graphs=syntax == "nq").unique()
    assert sorted(found) == sorted(rendered)
    assert len(found) == len(set(found)) == len(rendered)
    assert found == text_lines(tables, syntax, 2)


@pytest.mark.parametrize("extension", FORMATS)
def test_order_of_rows_changes_no_byte(extension: str) -> None:
    for tables in (small(), everything()):
        first = render(tables, BASE, FORMATS[extension])
        for seed in range(5):
            assert render(shuffled(tables, seed), BASE, FORMATS[extension]) == first


def test_nothing() -> None:
    assert render(Tables({}), BASE, FORMATS["nq"]) == b""
    assert list(lines(Tables({}), BASE)) == []
    header = TTL[: TTL.index("\n\n") + 1].encode()
    assert render(Tables({}), BASE, FORMATS["ttl"]) == header
    assert render(Tables({}), BASE, FORMATS["trig"]) == header
    assert quads(render(Tables({}), BASE, FORMATS["jsonld"]), ox.RdfFormat.JSON_LD) == set()


def test_a_new_participant_changes_few_lines() -> None:
    before = render(small(), BASE, FORMATS["ttl"]).decode().split("\n")
    more = small([claim("kg:participant", "iri", "actor/amir-abdollahian")])
    after = render(more, BASE, FORMATS["ttl"]).decode().split("\n")
    changed = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
    assert len(changed) == 10
    assert "+     kg:participant <actor/amir-abdollahian>," in changed


def test_sections() -> None:
    text = render(everything(), BASE, FORMATS["ttl"]).decode()
    titles = [line[2:] for line in text.split("\n") if line.startswith("# ")]
    assert titles == list(SECTIONS)
    order = [line.split(" ")[0] for line in TTL.split("\n") if line.startswith("<")]
    claims = [f"<{IDS[number]}>" for number in (1, 4, 3, 2, 0)]
    others = [f"<{PASSAGE}>", f"<{ARTICLE}>", "<time/2023-10-31>", "<actor/haniyeh>"]
    assert order == [f"<{DOHA}>", *claims, *others]


def test_no_triple_twice() -> None:
    """The same triple from two templates, two graphs or two spellings of one IRI comes once."""
    term = {"object_type": None, "graph": "graph/1"}
    link = {"node": ARTICLE, "predicate": "prov:wasDerivedFrom", **term}
    qatar = {"node": "place/qatar", "predicate": "skos:exactMatch", **term}
    tables = filled(
        claim=CLAIMS,
        derivation=[{"source": ARTICLE, "derived_from": "article/2", "graph": "graph/1"},
                    {"source": "article/3", "derived_from": "article/2", "graph": "graph/1"}],
        link=[{**link, "object_kind": "iri", "object": "article/2"},
              {**link, "object_kind": "absolute", "object": BASE + "article/2"},
              {**qatar, "object_kind": "name", "object": "wd:Q846"},
              {**qatar, "object_kind": "absolute", "object": "http://www.wikidata.org/entity/Q846"},
              {**link, "predicate": "rdfs:comment", "object_kind": "plain", "object": "x"},
              {"node": DOHA, "predicate": "rdf:type", "object_kind": "name",
               "object": "kg:Meeting", **term}],
        name=[{"node": ARTICLE, "predicate": "rdfs:comment", "text": "x", "graph": "graph/1"}],
        stated=[{"claim": IDS[2], "predicate": "kg:resolvedBy", "object_kind": "iri",
                 "object": "resolution/r", **term}],
        entity=[{"id": "place/qatar", "class": "kg:Place", "graph": "graph/1"}],
    )  # fmt: skip
    quads_, triples_ = text_lines(tables, "nq", 3), text_lines(tables, "nt", 3)
    assert len(set(quads_)) == len(quads_) == len(triples(tables, BASE)) == 41
    assert len(set(triples_)) == len(triples_) == 40


NODE = "of the values are no node"
BAD: list[tuple[str, str, str, str]] = [
    ("link", "node", "x> <http://evil> <y", f"link.node: 1 {NODE}"),
    ("link", "node", "event/a\nb", f"link.node: 1 {NODE}"),
    ("link", "node", "event/a\\b", f"link.node: 1 {NODE}"),
    ("link", "node", "event/../x", f"link.node: 1 {NODE}"),
    ("link", "object", "x> <http://evil> <y", f"link.object: 1 {NODE}"),
    ("link", "graph", "graph/x> .", f"link.graph: 1 {NODE}"),
    ("link", "predicate", "kg:a> <http://evil", "link.predicate: 1 of the values are no name"),
    ("link", "predicate", "evil:a", "link.predicate: 1 of the values are no name"),
    ("link", "object_kind", "blank", "link.object_kind: no such kinds: blank"),
    ("link", "object_type", "en", "link.object_type: 1 terms; kinds lang and typed"),
    ("claim", "stance", "denies", "claim.stance: 1 of the values are no name"),
    ("claim", "according_to", "article/1 ", f"claim.according_to: 1 {NODE}"),
    ("name", "language", 'en" .', "name.text in language: 1 of the values are no language tag"),
    ("time", "date", "2024-02-30", "time.date: 1 of the values are no xsd:date: '2024-02-30'"),
    ("time", "not_after", "2024-02-29T24:00:00Z", "time.not_after: 1 of the values are no xsd:d"),
    ("time", "edtf", "in October", "time.edtf: 1 of the values are no edtf:EDTF: 'in October'"),
    ("source", "url", "javascript:alert(1)", "source.url: 1 of the values are no absolute"),
    ("source", "url", "article/x", "source.url: 1 of the values are no absolute"),
    ("entity", "class", "foaf:", "entity.class: 1 of the values are no name"),
    ("curation", "entered", "21.11.2026", "curation.entered: 1 of the values are no xsd:date"),
]


@pytest.mark.parametrize(("table", "column", "bad", "message"), BAD)
def test_what_is_no_term_is_refused(table: str, column: str, bad: str, message: str) -> None:
    tables = everything()
    frame = (
        tables[table]
        .with_row_index("row")
        .with_columns(pl.when(pl.col("row") == 0).then(pl.lit(bad)).otherwise(column).alias(column))
    )
    broken = tables.replacing({table: frame.drop("row")})
    for produce in (lambda: list(lines(broken, BASE)), lambda: triples(broken, BASE)):
        with pytest.raises(TermError) as caught:
            produce()
        assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("kind", "type_", "thing", "message"),
    [
        ("typed", "xsd:date", "2024-02-30", "1 of the values are no xsd:date: '2024-02-30'"),
        ("typed", "xsd:dat", "x", "no datatype xsd:dat here"),
        ("typed", "evil", "x", "_type: 1 of the values are no name with one of"),
        ("typed", None, "x", "_type: 1 terms; kinds lang and typed, and no others, have a type"),
        ("typed", "xsd:string", "x", "xsd:string is written as a plain literal"),
        ("lang", None, "x", "_type: 1 terms; kinds lang and typed, and no others, have a type"),
        ("lang", 'en" .', "x", " in object_type: 1 of the values are no language tag"),
        ("absolute", None, "x", "1 of the values are no absolute"),
        ("name", None, "x", "1 of the values are no name"),
        ("iri", None, "/", "1 of the values are no node"),
    ],
)
def test_objects_that_are_no_term(kind: str, type_: str, thing: str, message: str) -> None:
    with pytest.raises(TermError) as caught:
        render(
            filled(link=[{"node": DOHA, "predicate": "kg:x", "object_kind": kind, "object": thing,
                          "object_type": type_, "graph": "graph/1"}]),
            BASE,
            FORMATS["nq"],
        )  # fmt: skip
    assert str(caught.value).removeprefix("link.object").removeprefix(": ").startswith(message)


def test_nulls_and_bases_are_refused() -> None:
    tables = everything()
    for table, column in (("link", "node"), ("link", "predicate"), ("link", "object_kind"),
                          ("passage", "quote"), ("passage", "start"), ("name", "text")):  # fmt: skip
        dtype = TABLES[table].columns[column].dtype
        frame = tables[table].with_columns(pl.lit(None, dtype).alias(column))
        with pytest.raises(TermError, match=f"{table}.{column}: [12] nulls in a column that must"):
            list(lines(tables.replacing({table: frame}), BASE))
    with pytest.raises(TermError, match="base IRI: must be http or https and end with '/'"):
        list(lines(tables, "https://example.org/id"))
    with pytest.raises(TermError, match="base IRI: 1 of the values are no absolute"):
        triples(tables, "https://example.org/> <x>/")


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=4, unique=True))
def test_any_text_comes_back(texts: list[str]) -> None:
    tables = filled(
        name=[{"node": DOHA, "predicate": "skos:altLabel", "text": text, "graph": "graph/1"}
              for text in texts]
    )  # fmt: skip
    expected = {ox.Literal(text) for text in texts}
    for extension in FORMATS:
        form = ox.RdfFormat.from_extension(extension)
        assert form is not None
        data = render(tables, BASE, FORMATS[extension])
        assert {quad.object for quad in ox.parse(data, format=form)} == expected


def test_every_column_is_mapped() -> None:
    """Only the document of a claim is left out: its passages and sources say it."""
    used = {
        (template.table, column)
        for template in templates().templates
        for terms in [(template.graph, template.subject)]
        + [(pattern.predicate, pattern.object) for pattern in template.patterns]
        for term in terms
        for column in term.columns
    }
    every = {(name, column) for name, table in TABLES.items() for column in table.columns}
    assert {place for place in every - used if place[0] != "position"} == {
        ("claim", "document"), ("quantity", "document"), ("speech", "document")
    }  # fmt: skip
    assert len(templates().templates) == len(TABLES) - 1 == 20


def test_names_of_the_templates() -> None:
    prefixes = templates().prefixes
    assert len(prefixes) == 14
    assert {name: PREFIXES[name] for name in prefixes} == dict(prefixes)
    defined = {
        str(quad.subject).strip("<>")
        for path in ONTOLOGY.glob("*.ttl")
        for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)
    }
    constants = {
        term.text
        for template in templates().templates
        for pattern in template.patterns
        for term in (pattern.predicate, pattern.object)
        if isinstance(term, Constant)
    }
    own = {name.removeprefix("kg:") for name in constants if name.startswith("kg:")}
    assert len(own) == 56
    assert {name for name in own if prefixes["kg"] + name not in defined} == set()


TEMPLATE = """
prefixes: {kg: "https://w3id.org/parley/ns#", rdf: "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}
templates:
  - {name: t, table: TABLE, graph: GRAPH, subject: SUBJECT, triples: [TRIPLES]}
"""
DEFAULTS = {"TABLE": "passage", "GRAPH": "<{graph}>", "SUBJECT": "<{id}>", "TRIPLES": "a kg:P"}
WRONG = [
    ({"TABLE": "nowhere"}, "no table 'nowhere'"),
    ({"TRIPLES": '"kg:x <{nothing}>"'}, "no column 'nothing' in the table"),
    ({"TRIPLES": '"kg:x <{prefix}>"'}, "'{prefix}' must have '?' just where the column may be"),
    ({"TRIPLES": '"kg:x <{document?}>"'}, "'{document}' must have '?' just where the column may"),
    ({"TRIPLES": '"kg:x <{start}>"'}, "column 'start' holds integers"),
    ({"TRIPLES": "'kg:x \"{start}\"'"}, "column 'start' holds integers"),
    ({"TRIPLES": "'kg:x \"{quote}\"^^foo:bar'"}, "no prefix 'foo'"),
    ({"TRIPLES": "foo:bar kg:x"}, "no prefix 'foo'"),
    ({"TRIPLES": "kg:x literal"}, "no term: 'literal'"),
    ({"TRIPLES": '"kg:x <{document:name}>"'}, "no term: '<{document:name}>'"),
    ({"TRIPLES": '"kg:x {document}"'}, "no term: '{document}'"),
    ({"TRIPLES": '"kg:x {object}"'}, "no column 'object_kind' in the table"),
    ({"TRIPLES": '"<{document}> kg:x"'}, "the predicate is a name: <{document}> kg:x"),
    ({"TRIPLES": "a kg:P, a kg:Q"}, "a predicate stands twice"),
    ({"TRIPLES": "'kg:x \"{prefix?}\"'"}, "the first triple is never optional"),
    ({"SUBJECT": "<{document}>"}, "a triple without the key column id"),
    ({"SUBJECT": "<graph/x>"}, "the subject is a column of nodes"),
    ({"SUBJECT": "{id:name}"}, "the subject is a column of nodes"),
    ({"GRAPH": "kg:graph"}, "the graph is a node"),
    ({"TABLE": "name", "SUBJECT": "<{node}>",
      "TRIPLES": "'{predicate:name} \"{text}\"@{language?}', a kg:P"}, "a column of predicates"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), WRONG)
def test_templates_that_cannot_be(changes: dict[str, str], message: str) -> None:
    text = TEMPLATE
    for hole, value in {**DEFAULTS, **changes}.items():
        text = text.replace(hole, value if hole == "TRIPLES" else f'"{value}"')
    with pytest.raises(TemplateError) as caught:
        read(text)
    assert str(caught.value).startswith(f"template t: {message}")


def test_templates_as_a_whole() -> None:
    good = TEMPLATE
    for hole, value in DEFAULTS.items():
        good = good.replace(hole, value if hole == "TRIPLES" else f'"{value}"')
    assert [template.name for template in read(good).templates] == ["t"]
    for text, message in (
        ("[]", "two keys are due, prefixes and templates"),
        (good + good.strip("\n").split("\n")[-1] + "\n", "a name stands twice in t, t"),
        (good.replace("name: t,", "name: t, extra: 1,"), "the keys are name, table, graph"),
        (good.replace("parley/ns", "parley n s"), "prefixes: 1 of the values"),
    ):
        with pytest.raises(TemplateError, match=message):
            read(text)
