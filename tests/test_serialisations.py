"""What each serialisation of the seeds keeps: triples, graphs; and the published JSON-LD context."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest
import rdflib

from kg.build import OUTPUTS
from kg.mapping.context import context_text, published, terms
from kg.mapping.jsonld import jsonld
from kg.mapping.serialise import render
from kg.mapping.tables import TABLES, Tables
from kg.rdf.formats import FORMATS
from kg.rdf.vocabulary import PREFIXES, Vocabulary

ROOT = Path(__file__).parent.parent
OUT = ROOT / "out"
BASE = "https://w3id.org/parley/id/"
OX = {"nq": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG, "jsonld": ox.RdfFormat.JSON_LD}
RDFLIB = {"nq": "nquads", "trig": "trig", "jsonld": "json-ld"}


@cache
def by_pyoxigraph(extension: str) -> frozenset[ox.Quad]:
    found = list(ox.parse(path=str(OUT / f"graph.{extension}"), format=OX[extension]))
    assert len(found) == len(set(found))
    return frozenset(found)


@cache
def by_rdflib(extension: str) -> frozenset[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rdflib, "NORMALIZE_LITERALS", False)
        dataset = rdflib.Dataset().parse(OUT / f"graph.{extension}", format=RDFLIB[extension])
        lines = dataset.serialize(format="nquads").splitlines()
        return frozenset(line for line in lines if line)


@pytest.mark.parametrize("extension", ["trig", "jsonld"])
def test_the_quads_are_those_of_n_quads(extension: str) -> None:
    assert by_pyoxigraph(extension) == by_pyoxigraph("nq")
    assert by_rdflib(extension) == by_rdflib("nq")
    assert len(by_rdflib("nq")) == len(by_pyoxigraph("nq")) > 4000


def test_a_graph_for_each_document_and_for_what_is_inferred() -> None:
    """What moves from a document's graph to the curator's is seen in each format."""
    inferred = ox.NamedNode(f"{BASE}graph/inferred")
    curator = ox.NamedNode(f"{BASE}curator/jd")
    by_whom = ox.NamedNode(PREFIXES["prov"] + "wasAttributedTo")
    assertion = ox.NamedNode(PREFIXES["kg"] + "Assertion")
    for extension in OX:
        quads = by_pyoxigraph(extension)
        claims = {q.subject for q in quads if q.object == assertion and q.graph_name == inferred}
        told = {q.subject for q in quads if q.object == assertion} - claims
        curated = {q.subject for q in quads if q.predicate == by_whom and q.object == curator}
        assert len(claims) > 20
        assert claims <= curated
        assert not told & curated


def test_triples_without_graphs() -> None:
    plain = {quad.triple for quad in by_pyoxigraph("nq")}
    found = list(ox.parse(path=str(OUT / "graph.ttl"), format=ox.RdfFormat.TURTLE))
    assert {quad.triple for quad in found} == plain
    assert {quad.graph_name for quad in found} == {ox.DefaultGraph()}
    assert {form for form in OUTPUTS if FORMATS[form].graphs} == set(OX)


KEEPING = r"these do: N-Quads \(nq\), TriG \(trig\), JSON-LD \(jsonld\)"


@pytest.mark.parametrize(("extension", "name"), [("nt", "N-Triples"), ("ttl", "Turtle")])
def test_a_format_that_would_lose_graphs_is_refused(extension: str, name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} keeps no named graphs; {KEEPING}"):
        render(Tables({}), BASE, FORMATS[extension], graphs=True)


@pytest.mark.parametrize("extension", OX)
def test_a_format_that_keeps_graphs_is_not_refused(extension: str) -> None:
    kept = render(Tables({}), BASE, FORMATS[extension], graphs=True)
    assert kept == render(Tables({}), BASE, FORMATS[extension])


# --- JSON-LD -------------------------------------------------------------------------------------


def test_the_published_context_is_what_the_ontology_gives() -> None:
    found = (ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8")
    assert found == context_text(), "python -m kg.mapping.context > ontology/context.jsonld"


def test_the_context_has_a_term_for_every_property() -> None:
    names = {name: (term, of) for name, term, of in terms()}
    own = Vocabulary.builtin().properties() - {"kg:single"}
    assert {name for name in names if name.startswith("kg:")} == own
    assert names["kg:participant"] == ("participant", "@id")
    assert names["kg:quote"] == ("quote", "")
    assert names["kg:start"] == ("start", "xsd:integer")
    # Two names would be one: the property's and the prefix of its datatype.
    assert names["kg:edtf"] == ("kg:edtf", "edtf:EDTF")
    assert names["rdf:subject"] == ("rdf:subject", "@id")
    assert "rdf:object" not in names
    assert len({term for term, _ in names.values()}) == len(names) == len(own) + 7


def test_the_output_needs_no_network() -> None:
    content = json.loads((OUT / "graph.jsonld").read_bytes())
    assert content["@context"] == {"@base": BASE, **published()}
    assert [*content] == ["@context", "@graph"]
    graphs = {graph["@id"]: graph["@graph"] for graph in content["@graph"]}
    assert [*graphs] == sorted(graphs)
    for nodes in graphs.values():
        assert [node["@id"] for node in nodes] == sorted({node["@id"] for node in nodes})


def test_one_property_a_line() -> None:
    text = (OUT / "graph.jsonld").read_text(encoding="utf-8")
    event = "bagheri-kani-haniyeh-doha-2024-06"
    (block,) = re.findall(rf'^\{{"@id": "event/{event}",\n(?:  .*\n)*', text, re.MULTILINE)
    assert block == (
        f'{{"@id": "event/{event}",\n'
        '  "@type": "kg:Meeting",\n'
        '  "participant": ["actor/ali-bagheri-kani", "actor/hamas-leadership-delegation-doha-2024-06", '
        '"actor/iranian-delegation-doha-2024-06", "actor/ismail-haniyeh"],\n'
        '  "place": "place/doha",\n'
        '  "status": "kg:held",\n'
        '  "topic": ["topic/efforts-to-stop-the-war", "topic/palestinian-issue", '
        '"topic/political-developments"],\n'
        '  "when": "time/%5B2024-06-19%2C2024-06-20%5D"},\n'
    )


def linked(*things: Mapping[str, str | None]) -> Tables:
    """Tables with one link of a place for each term."""
    row = {"node": "place/doha", "graph": "graph/registry", "object_type": None}
    rows = [{**row, **thing} for thing in things]
    return Tables({"link": pl.DataFrame(rows, schema=TABLES["link"].schema)})


VALUES = {
    "a node": (
        {"predicate": "kg:within", "object_kind": "iri", "object": "place/qatar"},
        '"within": "place/qatar"',
    ),
    "a node where text is due": (
        {"predicate": "kg:quote", "object_kind": "iri", "object": "place/qatar"},
        '"quote": {"@id": "place/qatar"}',
    ),
    "a text where a node is due": (
        {"predicate": "kg:within", "object_kind": "plain", "object": "Qatar"},
        '"within": {"@value": "Qatar"}',
    ),
    "another datatype": (
        {"predicate": "kg:size", "object_kind": "typed", "object": "4", "object_type": "xsd:decimal"},
        '"size": {"@value": "4", "@type": "xsd:decimal"}',
    ),
    "a lexical form that is not canonical": (
        {"predicate": "kg:size", "object_kind": "typed", "object": "+04",
         "object_type": "xsd:integer"},
        '"size": "+04"',
    ),
    "a text in a language": (
        {"predicate": "skos:note", "object_kind": "lang", "object": '\\ "a"@en\n\u202e\x01',
         "object_type": "ar"},
        r'"skos:note": {"@value": "\\ \"a\"@en\n\u202E\u0001", "@language": "ar"}',
    ),
    "an absolute IRI": (
        {"predicate": "skos:exactMatch", "object_kind": "absolute", "object": "urn:isbn:1"},
        '"skos:exactMatch": {"@id": "urn:isbn:1"}',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_values(name: str) -> None:
    thing, expected = VALUES[name]
    tables = linked(thing)
    text = jsonld(tables, BASE)
    assert text.splitlines()[-2:] == [f"  {expected}}}", "]}]}"]
    quads = {
        form: set(ox.parse(render(tables, BASE, FORMATS[form]), format=OX[form])) for form in OX
    }
    assert quads["jsonld"] == quads["nq"] == quads["trig"]
