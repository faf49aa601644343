"""Both engines find the same: on our shapes, on every core component, on queries."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from functools import cache

import pyoxigraph as ox
import pytest

from kg.check import agreement
from kg.check.compiled_engine import CompiledEngine
from kg.check.diagnostic import Findings, Severity, Span
from kg.check.engines import CHOICES, Choice, validate
from kg.check.pyshacl_engine import PyshaclEngine
from kg.check.shacl import EngineError, Report
from kg.check.shapes import Shapes, read_shapes
from kg.check.vacuity import SHACL_TERMS
from kg.commands import checking
from kg.rdf.vocabulary import PREFIXES, Vocabulary
from tests import shacl_cases as cases
from tests.golden import TESTS
from tests.test_shapes import CASES, planted
from tests.test_shapes import shapes as our_shapes

AUTO = CompiledEngine(cautious=True)
FAST = CompiledEngine()
CASE = "https://example.org/case/"
XSD = PREFIXES["xsd"]


def read(text: str) -> Shapes:
    findings = Findings()
    found = read_shapes({"own.ttl": text.encode()}, Vocabulary.builtin(), findings)
    assert list(findings) == []
    assert found is not None
    return found


def ntriples(turtle: str) -> bytes:
    graph = {f"{quad.triple} .\n" for quad in ox.parse(turtle.encode(), ox.RdfFormat.TURTLE)}
    return "".join(sorted(graph)).encode()


def of_shapes(texts: Iterable[str]) -> Shapes:
    named = "".join(f"c:S{number} {text} .\n" for number, text in enumerate(texts))
    return read(cases.HEADER + cases.HELPERS + named)


# --- Our shapes --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_planted_errors_are_found_alike(name: str) -> None:
    data = planted(name)
    auto = AUTO.validate(data, our_shapes())
    assert auto == replaced(PyshaclEngine().validate(data, our_shapes()), auto)
    assert not auto.conforms
    # What no engine may be trusted with are values that the shapes are there to refuse.
    assert set(auto.left.values()) <= {
        "sh:datatype: " + agreement.REASONS["datatype"],
        "sh:lessThan: " + agreement.REASONS["compare"],
        "sh:minInclusive: " + agreement.REASONS["compare"],
        "sh:lessThanOrEquals: " + agreement.REASONS["compare"],
    }


def replaced(report: Report, like: Report) -> Report:
    """The report, with what another one left to pySHACL."""
    return Report(report.results, report.shapes, report.focus_nodes, like.left)


def test_a_valid_graph_needs_no_pyshacl() -> None:
    data = ntriples((TESTS / "shapes" / "valid.ttl").read_text("utf-8"))
    report = AUTO.validate(data, our_shapes())
    assert (report.results, report.left, report.focus_nodes) == ((), {}, 69)


# --- Every core component ----------------------------------------------------------------------


@cache
def generated() -> tuple[str, ...]:
    return tuple(cases.shapes())


def test_generated_shapes_find_the_same() -> None:
    shapes = of_shapes(generated())
    by_compiled, results = 0, 0
    for graph in cases.graphs(4):
        data = ntriples(graph)
        auto, reference = AUTO.validate(data, shapes), PyshaclEngine().validate(data, shapes)
        assert auto == replaced(reference, auto)
        by_compiled += len(shapes.targets) - len(auto.left)
        results += len(auto.results)
    assert (len(generated()), by_compiled, results) == (594, 1963, 11781)


def test_generated_shapes_use_every_core_parameter() -> None:
    text = cases.HEADER + cases.HELPERS + "".join(generated())
    used = {term for term in SHACL_TERMS if f"sh:{term} " in text}
    say_nothing = {"defaultValue", "description", "group", "name", "order", "sparql"}
    assert (agreement.AGREED | agreement.PARTLY_AGREED) - say_nothing <= used


def test_values_of_one_kind_are_ordered_alike() -> None:
    texts = [
        f"a sh:PropertyShape ; sh:targetSubjectsOf :number ; sh:path {order}"
        for order in cases.table(cases.ORDERS)
    ]
    shapes = of_shapes(texts)
    found: Counter[str] = Counter()
    for graph in cases.ordered_graphs(20):
        data = ntriples(graph)
        auto = AUTO.validate(data, shapes)
        assert auto == replaced(PyshaclEngine().validate(data, shapes), auto)
        assert auto.left == {}
        found.update(result.component.removeprefix(PREFIXES["sh"]) for result in auto.results)
    assert len(texts) == 19
    assert {name.removesuffix("ConstraintComponent"): count for name, count in found.items()} == {
        "Datatype": 160,
        "LessThan": 395,
        "LessThanOrEquals": 198,
        "MaxExclusive": 145,
        "MaxInclusive": 93,
        "MinExclusive": 78,
        "MinInclusive": 205,
    }


# --- Where they differ, and what is left to pySHACL --------------------------------------------

DATA = rb"""
<https://example.org/a> <https://example.org/p> <https://example.org/b> .
<https://example.org/a> <https://example.org/p> "b\n" .
<https://example.org/a> <https://example.org/q> <https://example.org/c> .
<https://example.org/b> <https://example.org/q> <https://example.org/a> .
<https://example.org/b> <https://example.org/d> "-0044-03-15"^^<http://www.w3.org/2001/XMLSchema#date> .
<https://example.org/c> <https://example.org/d> "5"^^<http://www.w3.org/2001/XMLSchema#integer> .
""".lstrip()
TARGET = "sh:targetNode :a, :b, :c ; "
DIFFERENT = {
    "inversePath": "sh:path [ sh:inversePath ( :p :q ) ] ; sh:minCount 1",
    "closed": "sh:path :p ; sh:closed true",
    "pattern": 'sh:path :p ; sh:pattern "b$"',
    "datatype": "sh:path :d ; sh:datatype xsd:date",
    "compare": 'sh:path :d ; sh:minExclusive "2024-01-01"^^xsd:date',
}


@pytest.mark.parametrize("reason", DIFFERENT)
def test_known_differences_are_still_there_and_left_to_pyshacl(reason: str) -> None:
    """Where the engines come to agree, the reason can go."""
    shapes = of_shapes([f"a sh:PropertyShape ; {TARGET}{DIFFERENT[reason]}"])
    fast, reference = FAST.validate(DATA, shapes), PyshaclEngine().validate(DATA, shapes)
    auto = AUTO.validate(DATA, shapes)
    assert fast.left == {}
    assert set(fast.results) != set(reference.results)
    assert auto.results == reference.results
    assert list(auto.left) == [CASE + "S0"]
    assert auto.left[CASE + "S0"].endswith(": " + agreement.REASONS[reason])


# What only pySHACL can do, whoever asks.
IMPOSSIBLE = {
    "recursive": "sh:targetNode :a ; sh:property [ sh:path :p ; sh:node c:S0 ; sh:minCount 1 ]",
    "sparql": (
        "sh:targetNode :a ; sh:path :p ; "
        'sh:sparql [ sh:select "SELECT $this ?value { $this $PATH ?value }" ]'
    ),
    "unknown": "a sh:NodeShape ; sh:targetNode :a ; :atMost 2",
}
COMPONENT = """
:AtMost a sh:ConstraintComponent ; sh:parameter [ sh:path :atMost ] ;
    sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER($atMost < 1) }" ] .
"""


@pytest.mark.parametrize("reason", IMPOSSIBLE)
def test_what_cannot_be_done_is_left_to_pyshacl(reason: str) -> None:
    shapes = read(cases.HEADER + COMPONENT + f"c:S0 {IMPOSSIBLE[reason]} .")
    report, reference = FAST.validate(DATA, shapes), PyshaclEngine().validate(DATA, shapes)
    assert report.results == reference.results
    assert len(report.results) == {"recursive": 2, "sparql": 2, "unknown": 1}[reason]
    assert report.left[CASE + "S0"].endswith(agreement.REASONS[reason])


def test_every_reason_has_a_case() -> None:
    assert {*DIFFERENT, *IMPOSSIBLE} == set(agreement.REASONS)


UNFIT = {
    "there are blank nodes in the data": (
        b"_:x <https://example.org/p> <https://example.org/b> .\n",
        2,
    ),
    "the data speak of SHACL themselves": (
        b"<https://example.org/c> <http://www.w3.org/ns/shacl#shape> <https://example.org/b> .\n",
        1,
    ),
}


@pytest.mark.parametrize("reason", UNFIT)
def test_data_that_the_compiled_engine_would_misread(reason: str) -> None:
    line, count = UNFIT[reason]
    shapes = of_shapes(["a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:class :Nothing"])
    report = FAST.validate(DATA + line, shapes)
    assert report.left[CASE + "S0"].startswith(reason)
    assert report.results == PyshaclEngine().validate(DATA + line, shapes).results
    assert len(report.results) == count


SOUND = " c:S0 a sh:NodeShape . c:S1 sh:targetNode :b ; sh:class :A ."
ILL_FORMED = {
    "path": "sh:targetNode :a ; sh:path :p, :q",
    "path of one step": "sh:targetNode :a ; sh:path ( :p ) ; sh:minCount 9",
    "path into itself": "sh:targetNode :a ; sh:path _:x . _:x sh:inversePath _:x",
    "no path": "sh:targetNode :a ; sh:property [ sh:minCount 1 ]",
    "pattern": 'sh:targetNode :a ; sh:pattern "("',
    "minCount": 'sh:targetNode :a ; sh:path :p ; sh:minCount "one"',
    "nodeKind": "sh:targetNode :a ; sh:nodeKind :iri",
    "in": "sh:targetNode :a ; sh:in :a",
    "class": 'sh:targetNode :a ; sh:class "A"',
    "or": 'sh:targetNode :a ; sh:or ( "A" )',
    "deactivated": 'sh:targetNode :a ; sh:deactivated "no"',
}


@pytest.mark.parametrize("name", ILL_FORMED)
@pytest.mark.parametrize("engine", [FAST, AUTO])
def test_shapes_that_are_not_well_formed_are_refused(name: str, engine: CompiledEngine) -> None:
    unused = read(
        cases.HEADER + f"c:S0 {ILL_FORMED[name]} .".replace("sh:targetNode :a ; ", "") + SOUND
    )
    used = read(cases.HEADER + f"c:S0 {ILL_FORMED[name]} ." + SOUND)
    for shapes in (used, unused):
        with pytest.raises(EngineError, match=f"of the shape {CASE}S0 (is not well|has no path)"):
            engine.validate(DATA, shapes)


def test_number_of_ill_formed_shapes() -> None:
    assert len(ILL_FORMED) == 11


def test_an_engine_that_fails_is_a_diagnostic() -> None:
    findings = Findings()
    shapes = read(cases.HEADER + f"c:S0 {ILL_FORMED['pattern']} .")
    assert validate("auto", DATA, shapes, findings) is None
    (item,) = findings
    assert (item.code, item.severity) == ("shacl-engine-failed", Severity.ERROR)
    assert item.span == Span("shapes")
    assert item.message == (
        "nothing was validated: sh:pattern of the shape https://example.org/case/S0 is not well formed"
    )


# --- Queries -----------------------------------------------------------------------------------

FIRST = "$this is not bound first of all"
# Null, or why a SELECT cannot be asked once for the subjects of :p and :q together.
QUERIES: dict[str, str | None] = {
    "SELECT $this { $this :p ?x }": None,
    "SELECT $this ?value { $this :p ?value }": None,
    "SELECT $this ?value ?path { $this ?path ?value . FILTER(?path != :p) }": None,
    "SELECT $this ?value { ?value :q $this . OPTIONAL { $this :d ?x } FILTER(!BOUND(?x)) }": None,
    "SELECT $this { $this :q ?x . OPTIONAL { ?x :q ?y . FILTER(?y = $this) } FILTER(!BOUND(?y)) }": None,
    "SELECT $this { $this :q ?x . FILTER NOT EXISTS { ?x :d ?y . FILTER(?y = $this) } }": None,
    "SELECT $this ?value { $this :q/:q ?value # $this\n }": None,
    "SELECT $this ?value { $this :q ?value . { ?x :p ?y } UNION { ?x :d ?y } }": None,
    "SELECT ?this (?x AS ?value) { $this :p ?x }": "its SELECT does not name $this and the other columns",
    "SELECT ?value { $this :p ?value }": "its SELECT does not name $this and the other columns",
    "SELECT $this { OPTIONAL { $this :p ?x } $this :q ?y . FILTER(!BOUND(?x)) }": FIRST,
    "SELECT $this { { $this :p ?x } UNION { $this :q ?x } }": FIRST,
    "SELECT $this ?value { ?value :p ?x . FILTER(?value != $this) }": FIRST,
    "SELECT $this ?value { $this :q ?x . { ?value :p ?y . FILTER(?value != $this) } }": FIRST,
    "SELECT $this ?value { $this :q* ?value }": FIRST,
    "SELECT $this { $this :q ?x } GROUP BY $this": "GROUP in a constraint of several focus nodes",
    "SELECT $this ?value { $this :q ?value } LIMIT 1": "LIMIT in a constraint of several focus nodes",
    "SELECT $this { $this :q ?x { SELECT $this { $this :p ?y } } }": "no SELECT, or one within another",
    "SELECT $this ?failure { $this :q ?failure }": "$failure in a constraint",
}
ONTOLOGY = """
:own a <http://www.w3.org/2002/07/owl#Ontology> ;
    sh:declare [ sh:prefix "" ; sh:namespace "https://example.org/"^^xsd:anyURI ] .
"""


def of_query(select: str, target: str, said: str = "") -> Shapes:
    return read(
        f"{cases.HEADER}{ONTOLOGY}c:S0 a sh:NodeShape ; {target} ; sh:sparql c:Q .\n"
        f'c:Q sh:prefixes :own ; sh:select """{select}"""{said} .'
    )


@pytest.mark.parametrize("select", QUERIES)
def test_queries_of_several_focus_nodes(select: str) -> None:
    shapes, reason = of_query(select, "sh:targetSubjectsOf :p, :q"), QUERIES[select]
    report = FAST.validate(DATA, shapes)
    assert report.results == PyshaclEngine().validate(DATA, shapes).results
    assert report.left == ({CASE + "S0": f"sh:sparql: {reason}"} if reason else {})
    assert report.results or "EXISTS" not in select


def test_number_of_queries() -> None:
    assert (len(QUERIES), list(QUERIES.values()).count(None)) == (19, 8)


# How many results there are for :a alone.
ONE = {
    "SELECT $this ?value { ?value :q $this }": 1,
    "SELECT $this ?value { { ?x :p ?value . FILTER(?x = $this) } UNION { $this :q ?value } }": 3,
    "SELECT DISTINCT $this ?value { ?value (:q|:p)+ $this }": 2,
    "SELECT $this ?value { $this :p ?value } LIMIT 5": 2,
    "SELECT $this { $this :p ?x . FILTER(!BOUND($this)) }": 0,
}


@pytest.mark.parametrize("select", ONE)
def test_queries_of_one_focus_node(select: str) -> None:
    shapes = of_query(select, "sh:targetNode :a")
    report = FAST.validate(DATA, shapes)
    assert report.results == PyshaclEngine().validate(DATA, shapes).results
    assert len(report.results) == ONE[select]
    assert list(report.left) == ([CASE + "S0"] if "BOUND" in select else [])


SAID = {
    "": ["not as the shape asks: sh:sparql " + CASE + "Q"],
    '; sh:message "{?value} of {$this}, {?other}"': [
        "https://example.org/b of https://example.org/a, {?other}"
    ],
    '; sh:message "one", "{?value}"@en': ["https://example.org/b"],
    '; sh:message "off" ; sh:deactivated true': [],
}


@pytest.mark.parametrize("said", SAID)
def test_what_a_query_says(said: str) -> None:
    select = "SELECT $this ?value { $this :p ?value . FILTER(isIRI(?value)) }"
    shapes = of_query(select, "sh:targetSubjectsOf :p", said)
    report = FAST.validate(DATA, shapes)
    assert report.left == {}
    assert report.results == PyshaclEngine().validate(DATA, shapes).results
    assert [result.message for result in report.results] == SAID[said]


# --- The choice --------------------------------------------------------------------------------


def test_the_command_line_offers_every_choice() -> None:
    assert checking.ENGINES == CHOICES


@pytest.mark.parametrize("choice", CHOICES)
def test_each_choice_reports_what_they_agree_on(choice: Choice) -> None:
    findings = Findings()
    shapes = of_shapes(["a sh:NodeShape ; sh:targetNode :a, :b ; sh:class :Nothing"])
    report = validate(choice, DATA, shapes, findings)
    assert report == PyshaclEngine().validate(DATA, shapes)
    assert len(report.results) == 2
    assert list(findings) == []


def test_both_fails_on_a_difference_and_shows_both() -> None:
    findings = Findings()
    shape = 'a sh:PropertyShape ; sh:targetNode :c ; sh:path :d ; sh:message "late" ; '
    shapes = of_shapes([shape + 'sh:minExclusive "2024-01-01"^^xsd:date ; sh:nodeKind sh:IRI'])
    report = validate("both", DATA, shapes, findings)
    assert report is not None
    assert report == PyshaclEngine().validate(DATA, shapes)
    (item,) = findings
    assert (item.code, item.severity) == ("shacl-engines-differ", Severity.ERROR)
    result = (
        "https://example.org/case/S0 (MinExclusive, error): <https://example.org/c> "
        f'https://example.org/d "5"^^<{XSD}integer>: late'
    )
    assert item.message.split("\n") == [
        "the engines agree on 1 results and differ on 1",
        "only the fast engine finds 1:",
        f"- {result}",
        "only pySHACL finds 0:",
    ]


def test_a_check_with_the_fast_engine_loads_no_rdflib() -> None:
    code = (
        "import sys; from kg.cli import main; "
        f"code = main(['check', '--project', {str(TESTS / 'project')!r}]); "
        "print(code, sorted({'rdflib', 'pyshacl', 'owlrl'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "0 []\n"
