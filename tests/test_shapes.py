"""The shapes: a valid graph conforms, and each shape finds what is planted for it, alone."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TypedDict

import pyoxigraph as ox
import pytest
import yaml

from kg.check.diagnostic import Findings, Severity
from kg.check.pyshacl_engine import PyshaclEngine
from kg.check.shapes import Shapes, read_shapes
from kg.rdf.resources import shape_files
from kg.rdf.vocabulary import PREFIXES, Vocabulary

FIXTURES = Path(__file__).parent / "shapes"
BASE = "https://example.org/id/"
KSH = "https://w3id.org/parley/shapes#"
SH, KG, RDF = PREFIXES["sh"], PREFIXES["kg"], PREFIXES["rdf"]
RDFS_LABEL = PREFIXES["rdfs"] + "label"

# The constraint component of each parameter that the shapes use.
COMPONENTS = {
    name: f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent"
    for name in (
        *("class", "datatype", "nodeKind", "minCount", "maxCount", "minInclusive", "lessThan"),
        *("minLength", "maxLength", "pattern", "uniqueLang", "disjoint", "lessThanOrEquals"),
        *("in", "node", "or"),
    )
} | {"sparql": f"{SH}SPARQLConstraintComponent"}
# Parameters that constrain nothing, or only in the helper shapes that no result names.
OTHERS = {
    *("property", "path", "severity", "message", "select", "prefixes", "declare", "prefix"),
    *("namespace", "targetClass", "targetNode", "targetSubjectsOf", "inversePath"),
    *("qualifiedValueShape", "qualifiedMinCount", "hasValue", "not", "alternativePath"),
}


class Case(TypedDict, total=False):
    add: str
    remove: str
    claim: str
    finds: list[str]


CASES: dict[str, Case] = yaml.safe_load((FIXTURES / "planted.yaml").read_text("utf-8"))
VALID = (FIXTURES / "valid.ttl").read_text("utf-8")
HEADER = "".join(line + "\n" for line in VALID.splitlines() if line.startswith("@"))


@cache
def shapes() -> Shapes:
    findings = Findings()
    files = {path.name: path.read_bytes() for path in shape_files()}
    found = read_shapes(files, Vocabulary.builtin(), findings)
    assert list(findings) == []
    assert found is not None
    return found


@cache
def shapes_graph() -> ox.Store:
    store = ox.Store()
    store.load(shapes().ntriples, ox.RdfFormat.N_TRIPLES)
    return store


def values(node: str, term: str) -> list[str]:
    """What a shape, or a node of a list, has for a term of SHACL or an IRI."""
    subject = ox.BlankNode(node[2:]) if node.startswith("_:") else ox.NamedNode(node)
    predicate = ox.NamedNode(term if ":" in term else SH + term)
    found = [quad.object for quad in shapes_graph().quads_for_pattern(subject, predicate, None)]
    return [str(o) if isinstance(o, ox.BlankNode | ox.Triple) else o.value for o in found]


def reporting() -> set[str]:
    """The shapes that a result can name: those with a target, and their property shapes."""
    targeted = set(shapes().targets)
    nodes = targeted | {shape for node in targeted for shape in values(node, "property")}
    return {shape for shape in nodes if constraints(shape)}


def constraints(shape: str) -> set[str]:
    return {COMPONENTS[name] for name in COMPONENTS if values(shape, name)}


def triples(text: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(HEADER + text, ox.RdfFormat.TURTLE)}


def with_claims(text: str) -> set[ox.Triple]:
    """Direct triples, each with a best assertion."""
    direct = triples(text)
    lines = [
        f"<claim/planted-{number}> a kg:Assertion, kg:BestAssertion ; rdf:subject {t.subject} ; "
        f"rdf:predicate {t.predicate} ; rdf:object {t.object} ; "
        "kg:accordingTo <article/1> ; kg:supportedBy <passage/1/0-20> .\n"
        for number, t in enumerate(sorted(direct, key=str))
    ]
    return direct | triples("".join(lines))


def ntriples(graph: set[ox.Triple]) -> bytes:
    return "".join(sorted(f"{triple} .\n" for triple in graph)).encode()


def planted(name: str) -> bytes:
    case, graph = CASES[name], triples(VALID)
    removed = triples(case.get("remove", ""))
    assert removed <= graph
    added = triples(case.get("add", "")) | with_claims(case.get("claim", ""))
    assert not added & graph
    return ntriples((graph - removed) | added)


def test_valid_graph_conforms() -> None:
    report = PyshaclEngine().validate(ntriples(triples(VALID)), shapes())
    assert report.results == ()
    assert report.conforms
    assert report.shapes == len(shapes().names)
    assert report.focus_nodes == 69


@pytest.mark.parametrize("name", CASES)
def test_shape_finds_what_is_planted_for_it(name: str) -> None:
    report = PyshaclEngine().validate(planted(name), shapes())
    expected = {(KSH + name, component) for component in constraints(KSH + name)}
    assert {(result.shape, result.component) for result in report.results} == expected
    assert not report.conforms
    for found in CASES[name].get("finds", []):
        assert f"<{BASE}{found[1:-1]}>" in {result.value for result in report.results}
    if "finds" in CASES[name]:
        assert len(report.results) == len(CASES[name]["finds"])


def test_every_shape_has_a_case() -> None:
    assert {shape.removeprefix(KSH) for shape in reporting()} == set(CASES)
    assert len(CASES) == 132


def test_every_parameter_of_the_shapes_is_known_here() -> None:
    used = {quad.predicate.value for quad in shapes_graph()}
    names = {iri.removeprefix(SH) for iri in used if iri.startswith(SH)}
    assert names == COMPONENTS.keys() | OTHERS


def test_each_shape_has_a_label_and_each_that_reports_a_severity_and_a_message() -> None:
    for name in shapes().names:
        assert len(values(name, RDFS_LABEL)) == 1, name
    for shape in reporting():
        severities = values(shape, "severity")
        assert severities in ([SH + "Violation"], [SH + "Warning"]), shape
        queries = values(shape, "sparql")
        messages = values(queries[0] if queries else shape, "message")
        assert len(messages) == 1, shape
        assert messages[0].count(". ") >= (0 if queries else 1), "what is wrong, what to do"


def test_all_is_named_but_lists_and_paths() -> None:
    blank = {
        quad.predicate.value for quad in shapes_graph() if isinstance(quad.subject, ox.BlankNode)
    }
    assert blank == {RDF + "first", RDF + "rest", SH + "inversePath", SH + "alternativePath"}
    assert all(name.startswith(KSH) for name in shapes().names)


SCHEMES = {
    "Event-status": "Statuses",
    "Event-position": "Positions",
    "IsParleyKind": "EventKinds",
    "IsParleyRole": "Roles",
    "Assertion-stance": "Stances",
    "Assertion-rank": "Ranks",
    "Assertion-presence": "Presences",
    "ReportedSpeech-mode": "SpeechModes",
    "ReportedSpeech-rank": "Ranks",
    "QuantityClaim-measure": "Measures",
    "QuantityClaim-comparator": "Comparators",
    "QuantityClaim-rank": "Ranks",
    "Utterance-form": "UtteranceForms",
    "DateResolution-rule": "DateRules",
}


def listed(shape: str) -> list[str]:
    (node,) = values(KSH + shape, "in")
    found = []
    while node.startswith("_:"):
        found += values(node, RDF + "first")
        (node,) = values(node, RDF + "rest")
    return found


@pytest.mark.parametrize("shape", SCHEMES)
def test_listed_values_are_those_of_the_scheme(shape: str) -> None:
    concepts = Vocabulary.builtin().concepts(SCHEMES[shape]).values()
    assert listed(shape) == [KG + term.name.removeprefix("kg:") for term in concepts]


def test_every_scheme_is_used_by_a_shape() -> None:
    used = Counter(f"kg:{scheme}" for scheme in SCHEMES.values())
    assert set(used) == set(Vocabulary.builtin().schemes())


def test_every_property_of_events_is_among_the_direct_triples() -> None:
    ontology = (Path(__file__).parent.parent / "ontology" / "parley.ttl").read_bytes()
    of_events = {
        quad.subject.value
        for quad in ox.parse(ontology, ox.RdfFormat.TURTLE)
        if quad.predicate.value == PREFIXES["rdfs"] + "domain" and quad.object.value == KG + "Event"
    }
    (select,) = values(KSH + "DirectTriples-select", "select")
    joined = re.findall(r"\{ \?value kg:(\w+) \?object \. BIND\(kg:(\w+) AS \?path\) \}", select)
    assert all(path == bound for path, bound in joined)
    assert {KG + path for path, _ in joined} == of_events
    assert len(of_events) == 23


def test_warnings_are_no_errors() -> None:
    (first, *_) = PyshaclEngine().validate(planted("Entity-altLabel"), shapes()).results
    assert first.severity is Severity.WARNING
