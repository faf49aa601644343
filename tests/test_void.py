"""The description of the data set: true to the graph and the files, and held to its shapes."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import SH

from kg.build import build, facts_of
from kg.export.void import description
from kg.facts.settings import Settings
from kg.mapping.tables import Tables
from tests.golden import TESTS

ROOT = TESTS.parent
OUT = ROOT / "out"
SHAPES = ROOT / "shapes" / "dataset" / "dataset.ttl"
BASE = "https://w3id.org/parley/id/"
KSH = "https://w3id.org/parley/shapes#"
PREFIXES = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX spdx: <http://spdx.org/rdf/terms#>
PREFIX void: <http://rdfs.org/ns/void#>
"""


@cache
def small() -> tuple[Settings, Tables]:
    return facts_of(TESTS / "project")


def described() -> str:
    settings, tables = small()
    return description(tables, settings, {"graph.ttl": b"x", "positions.csv": b""}, "9.9").decode()


def rows(path: Path, query: str) -> list[tuple[str, ...]]:
    store = ox.Store()
    store.load(path=str(path), format=ox.RdfFormat.from_extension(path.suffix[1:]))
    found = store.query(PREFIXES + query, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    cells = [[cell.value for cell in row] for row in found]
    return sorted(tuple(row) for row in cells)


def test_counts_are_those_of_the_graph(seeds: Path) -> None:
    out = seeds.parent / "out"
    graph, void = out / "graph.ttl", out / "void.ttl"
    classes = rows(graph, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c")
    assert rows(void, "SELECT ?c ?n { ?p void:class ?c ; void:entities ?n }") == classes
    properties = rows(graph, "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p")
    said = "SELECT ?p ?n { ?part void:property ?p ; void:triples ?n }"
    assert rows(void, said) == properties
    ((triples, subjects, class_count, property_count),) = rows(
        void,
        "SELECT ?t ?s ?c ?p { ?d a void:Dataset, dcat:Dataset ; void:triples ?t ; "
        "void:distinctSubjects ?s ; void:classes ?c ; void:properties ?p }",
    )
    assert int(triples) == sum(int(number) for _, number in properties) > 4000
    ((distinct,),) = rows(graph, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }")
    assert (subjects, class_count, property_count) == (
        distinct,
        str(len(classes)),
        str(len(properties)),
    )


def test_distributions_are_the_files(seeds: Path) -> None:
    out = seeds.parent / "out"
    found = rows(
        out / "void.ttl",
        "SELECT ?name ?media ?size ?sum { ?d dcat:distribution ?file . ?file dcterms:title ?name ; "
        "dcat:mediaType ?media ; dcat:byteSize ?size ; spdx:checksum/spdx:checksumValue ?sum }",
    )
    media = {
        "graph.jsonld": "application/ld+json",
        "graph.nq": "application/n-quads",
        "graph.trig": "application/trig",
        "graph.ttl": "text/turtle",
        "positions.csv": "text/csv",
    }
    assert found == [
        (
            name,
            "https://www.iana.org/assignments/media-types/" + media[name],
            str((out / name).stat().st_size),
            hashlib.sha256((out / name).read_bytes()).hexdigest(),
        )
        for name in sorted(media)
    ]
    outputs = json.loads((out / "manifest.json").read_bytes())["outputs"]
    assert set(outputs) == {*media, "void.ttl"}


def test_the_settings_and_the_build(seeds: Path) -> None:
    void = seeds.parent / "out" / "void.ttl"
    assert rows(
        void,
        "SELECT ?title ?version ?issued ?licence ?who { ?d a dcat:Dataset ; dcterms:title ?title ; "
        "dcat:version ?version ; dcterms:issued ?issued ; dcterms:license ?licence ; "
        "dcterms:creator/foaf:name ?who }",
    ) == [
        (
            "Parley seeds: five articles on talks between Iran and Hamas, 2023 and 2024",
            "0.1.0",
            "2026-11-21",
            "https://creativecommons.org/licenses/by/4.0/",
            "Parley contributors",
        )
    ]
    assert rows(void, "SELECT ?a ?t { ?a a prov:Activity ; prov:endedAtTime ?t }") == [
        (f"{BASE}dataset/build", "2026-11-21T00:00:00Z")
    ]
    used = rows(void, "SELECT ?d { ?a prov:used ?d }")
    texts = sorted(path.stem for path in (ROOT / "seeds" / "articles").glob("*.txt"))
    assert used == [(f"{BASE}article/{text}",) for text in texts]


def test_a_licence_without_an_address_is_a_statement_of_rights() -> None:
    settings, tables = small()
    from dataclasses import replace

    free = replace(settings, licence='all rights "reserved"', creators=("A", "B"))
    text = description(tables, free, {}, "9.9").decode()
    assert 'dcterms:rights "all rights \\"reserved\\"" ;' in text
    assert "dcterms:license" not in text
    assert text.count("a foaf:Agent") == 2


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    settings, tables = small()
    turned = Tables({name: tables[name].reverse() for name in tables})
    assert description(turned, settings, {}, "9.9") == description(tables, settings, {}, "9.9")


# --- Shapes --------------------------------------------------------------------------------------


def validated(text: str) -> list[str]:
    """The shapes that find something, by their names."""
    data, shapes = Graph().parse(data=text, format="turtle"), Graph().parse(SHAPES)
    conforms, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    assert isinstance(report, Graph)
    results = [result for _, result in report.subject_objects(SH.result)]
    shapes_of = [report.value(result, SH.sourceShape) for result in results]
    found = {str(shape).removeprefix(KSH) for shape in shapes_of}
    assert conforms == (not found)
    return sorted(found)


def test_the_committed_description_conforms() -> None:
    text = (OUT / "void.ttl").read_text("utf-8")
    assert validated(text) == validated(described()) == []


XSD_COUNT = "^^xsd:nonNegativeInteger"
PLANTED = {
    "Dataset-title": ('dcterms:title "A small project" ;\n', ""),
    "Dataset-version": ('dcat:version "', 'dcat:version "", "'),
    "Dataset-issued": ('dcterms:issued "2024-04-01"^^xsd:date', 'dcterms:issued "2024"'),
    "Dataset-license": ("dcterms:license", "dcterms:rights \"none\" ;\n    dcterms:license"),
    "Dataset-creator": ("a foaf:Agent", "a foaf:Thing"),
    "Dataset-distribution": ("dcat:distribution", "dcat:record"),
    "Dataset-build": ("prov:wasGeneratedBy", "prov:wasDerivedFrom"),
    "Dataset-triples": ("    void:triples", "    void:documents"),
    "Dataset-classes": ("    void:class <", "    void:feature <"),
    "Dataset-properties": ("    void:property <", "    void:feature <"),
    "Dataset-uriSpace": ('id/" ;\n    void:vocabulary', 'id" ;\n    void:vocabulary'),
    "Distribution-title": ('dcterms:title "graph.ttl" ;\n', ""),
    "Distribution-mediaType": ("media-types/text/turtle", "media-types/turtle"),
    "Distribution-byteSize": (f'dcat:byteSize "1"{XSD_COUNT}', 'dcat:byteSize "1"'),
    "Distribution-downloadURL": ("dcat:downloadURL", "dcat:accessURL"),
    "Distribution-checksum": ("a spdx:Checksum", "a spdx:File"),
    "Checksum-algorithm": ("Algorithm_sha256", "Algorithm_md5"),
    "Checksum-value": ('spdx:checksumValue "', 'spdx:checksumValue "00'),
    "Build-used": ("prov:used", "prov:generated"),
    "Build-by": ("a prov:SoftwareAgent", "a prov:Agent"),
    "Build-ended": ("^^xsd:dateTime", "^^xsd:date"),
}  # fmt: skip


@pytest.mark.parametrize("shape", PLANTED)
def test_each_shape_finds_what_is_planted_for_it(shape: str) -> None:
    good, bad = PLANTED[shape]
    text = described()
    assert good in text
    assert validated(text.replace(good, bad, 1)) == [shape]


def test_every_shape_has_something_planted() -> None:
    shapes = Graph().parse(SHAPES)
    properties = {
        str(shape).removeprefix(KSH)
        for node in shapes.subjects(SH.targetClass, None)
        for shape in shapes.objects(node, SH.property)
        if isinstance(shape, URIRef)
    }
    assert properties == set(PLANTED)
    assert len(PLANTED) == 21


def test_the_build_writes_it_and_a_change_of_the_facts_changes_it(tmp_path: Path) -> None:
    import shutil

    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    build(root)
    before = (root / "out" / "void.ttl").read_bytes()
    assert build(root).written == ()
    facts = root / "facts" / "geneva.yaml"
    facts.write_text(facts.read_text("utf-8").replace("        where: Geneva\n", "", 1), "utf-8")
    assert "void.ttl" in (build(root).written or ())
    assert (root / "out" / "void.ttl").read_bytes() != before
