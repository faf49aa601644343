"""The built graph under the OWL 2 RL rules: no contradiction, and nothing becomes what it is not."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from owlrl import OWLRL_Semantics
from owlrl.Namespaces import ERRNS
from rdflib import OWL, RDF, Graph

from kg.rdf.vocabulary import PREFIXES
from tests.test_ontology import FILES, ONTOLOGY, PROLOGUE, UPSTREAM

GRAPH = Path(__file__).parent.parent / "out" / "graph.ttl"
BASE = "https://w3id.org/parley/id/"

# What a node of a class becomes; owl:Thing is left out.
GAINED = {
    "kg:Event": "sem:Event",
    "kg:Talks": "kg:Event sem:Event",
    "kg:Meeting": "kg:Event kg:Talks sem:Event",
    "kg:Call": "kg:Event kg:Talks sem:Event",
    "kg:Visit": "kg:Event sem:Event",
    "kg:EventSeries": "",
    "kg:Place": "sem:Place",
    "kg:Topic": "skos:Concept",
    "kg:Population": "skos:Concept",
    "kg:Document": "kg:Source prov:Entity",
    "kg:Utterance": "kg:Source prov:Entity",
    "kg:Passage": "oa:SpecificResource",
    "kg:Assertion": "kg:Claim prov:Entity rdf:Statement",
    "kg:Assertion kg:BestAssertion": "kg:Claim prov:Entity rdf:Statement",
    "kg:ReportedSpeech": "kg:Claim prov:Entity",
    "kg:QuantityClaim": "kg:Claim prov:Entity",
    "kg:Time": "",
    "kg:DateResolution": "prov:Entity",
    "kg:Curation": "prov:Activity",
    "prov:Person": "prov:Agent",
    "org:Post": "",
    "foaf:Group": "foaf:Agent",
    # Whoever a source is attributed to is an agent to PROV; whoever it is not stays what it was.
    "foaf:Person": "foaf:Agent prov:Agent?",
    "org:Organization": "foaf:Agent prov:Agent?",
    "kg:Unnamed": "foaf:Agent prov:Agent?",
}


@cache
def stated() -> Graph:
    return Graph().parse(GRAPH)


@cache
def closure() -> tuple[Graph, list[str]]:
    graph = Graph().parse(GRAPH)
    for name in FILES:
        graph.parse(ONTOLOGY / name)
    graph.parse(data=PROLOGUE + UPSTREAM, format="turtle")
    rules = OWLRL_Semantics(graph, axioms=False, daxioms=False, rdfs=False)
    rules.closure()
    return graph, rules.error_messages


def names(types: set[str]) -> str:
    for prefix, namespace in PREFIXES.items():
        types = {iri.replace(namespace, f"{prefix}:") for iri in types}
    return " ".join(sorted(types))


def test_no_contradiction() -> None:
    graph, errors = closure()
    assert errors == []
    assert list(graph.subjects(RDF.type, ERRNS.ErrorMessage)) == []
    assert len(graph) > len(stated()) + 3000


def test_every_gained_type_is_expected() -> None:
    gained = defaultdict(set)
    for node in set(stated().subjects()):
        before = {str(kind) for kind in stated().objects(node, RDF.type)}
        after = {str(kind) for kind in closure()[0].objects(node, RDF.type)} - {str(OWL.Thing)}
        gained[names(before)].add(names(after - before))
    expected = {
        kind: {types.removesuffix("?"), types.removesuffix(" prov:Agent?")}
        for kind, types in GAINED.items()
    }
    assert gained.keys() == expected.keys()
    assert {kind: found for kind, found in gained.items() if not found <= expected[kind]} == {}


@pytest.mark.parametrize("folder", ["event", "claim", "article", "utterance", "passage"])
def test_no_statement_is_derived_but_types(folder: str) -> None:
    def own(graph: Graph) -> set[tuple[str, str, str]]:
        return {
            (str(s), str(p), str(o))
            for s, p, o in graph
            if str(s).startswith(f"{BASE}{folder}/")
            and p != RDF.type
            and str(p).startswith(PREFIXES["kg"])
        }

    derived = own(closure()[0]) - own(stated())
    assert len(own(stated())) > 10
    assert derived == set()


def test_no_two_nodes_become_one() -> None:
    same = closure()[0].subject_objects(OWL.sameAs)
    assert [(a, b) for a, b in same if a != b] == []
