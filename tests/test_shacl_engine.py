"""Reading shapes, refusing those that would check nothing, and the reference engine."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from kg.check.diagnostic import Findings, Severity, Span
from kg.check.pyshacl_engine import PyshaclEngine
from kg.check.shacl import Engine, EngineError, Report, Result, check_report, focus_nodes
from kg.check.shapes import Shapes, read_shapes
from kg.rdf.resources import shape_files
from kg.rdf.vocabulary import PREFIXES, Vocabulary

HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items()) + (
    "@prefix : <https://example.org/> .\n"
)
FIRST_LINE = HEADER.count("\n") + 1
SHAPE = ":Shape a sh:NodeShape ; sh:targetClass kg:Passage ; sh:property :Property .\n"
XSD = PREFIXES["xsd"]
COMPONENT = PREFIXES["sh"] + "{}ConstraintComponent"


def read(text: str, name: str = "own.ttl") -> tuple[Shapes | None, list[tuple[str, str, Span]]]:
    findings = Findings()
    shapes = read_shapes({name: (HEADER + text).encode()}, Vocabulary.builtin(), findings)
    return shapes, [(item.code, item.message, item.span) for item in findings]


def shapes(text: str) -> Shapes:
    found, findings = read(text)
    assert findings == []
    assert found is not None
    return found


def validate(data: str, text: str) -> Report:
    engine: Engine = PyshaclEngine()
    return engine.validate(data.encode(), shapes(text))


def place(line: int, column: int, word: str) -> Span:
    """Where a word stands, `line` lines below the prefixes."""
    at = FIRST_LINE + line
    return Span("own.ttl", at, column, at, column + len(word))


REFUSED = {
    "empty": ("", "shacl-no-shapes", "nothing would be checked", Span("own.ttl")),
    "only deactivated": (
        SHAPE + ":Shape sh:deactivated true .",
        "shacl-no-shapes",
        "no active shape with a target",
        Span("own.ttl"),
    ),
    "no target": (
        ":Shape a sh:NodeShape ; sh:class kg:Passage .",
        "shacl-no-shapes",
        "no active shape with a target",
        Span("own.ttl"),
    ),
    "misspelt parameter": (
        SHAPE + ":Property sh:path kg:quote ; sh:minCuont 1 .",
        "shacl-unknown-term",
        "sh:minCuont is no term of SHACL Core or SHACL-SPARQL; did you mean minCount?",
        place(1, 33, "minCuont"),
    ),
    "misspelt class of shapes": (
        SHAPE + ":Other a sh:NodeShap .",
        "shacl-unknown-term",
        "sh:NodeShap is no term",
        place(1, 13, "NodeShap"),
    ),
    "advanced feature": (
        SHAPE + ":Shape sh:rule :Rule .",
        "shacl-unknown-term",
        "sh:rule is no term",
        place(1, 11, "rule"),
    ),
    "target class": (
        ":Shape a sh:NodeShape ; sh:targetClass kg:Pasage .",
        "shacl-unknown-class",
        "kg:Pasage is no class of the ontology; did you mean Passage?",
        place(0, 43, "Pasage"),
    ),
    "class": (
        SHAPE + ":Property sh:path kg:document ; sh:class kg:document .",
        "shacl-unknown-class",
        "kg:document is no class of the ontology",
        place(1, 22, "document"),
    ),
    "path": (
        SHAPE + ":Property sh:path kg:qoute .",
        "shacl-unknown-path",
        "kg:qoute is no property of the ontology; did you mean quote?",
        place(1, 22, "qoute"),
    ),
    "path in a sequence": (
        SHAPE + ":Property sh:path ( kg:document [ sh:inversePath kg:documnet ] ) .",
        "shacl-unknown-path",
        "kg:documnet is no property",
        place(1, 53, "documnet"),
    ),
    "path in an alternative": (
        SHAPE + ":Property sh:path [ sh:alternativePath ( kg:start kg:Venue ) ] .",
        "shacl-unknown-path",
        "kg:Venue is no property",
        place(1, 54, "Venue"),
    ),
    "target of subjects": (
        ":Shape a sh:NodeShape ; sh:targetSubjectsOf kg:sa .",
        "shacl-unknown-path",
        "kg:sa is no property",
        place(0, 48, "sa"),
    ),
    "comparison": (
        SHAPE + ":Property sh:path kg:start ; sh:lessThan kg:finish .",
        "shacl-unknown-path",
        "kg:finish is no property",
        place(1, 45, "finish"),
    ),
    "listed value": (
        SHAPE + ":Property sh:path kg:status ; sh:in ( kg:held kg:hold ) .",
        "shacl-unknown-value",
        "kg:hold is no term of the ontology; did you mean held?",
        place(1, 50, "hold"),
    ),
    "fixed value": (
        SHAPE + ":Property sh:path kg:status ; sh:hasValue kg:hapened .",
        "shacl-unknown-value",
        "kg:hapened is no term",
        place(1, 46, "hapened"),
    ),
    "name in a query": (
        SHAPE + ':Shape sh:sparql :Query . :Query sh:select "SELECT $this { $this kg:qote ?x }" .',
        "shacl-unknown-value",
        "kg:qote is no term of the ontology; did you mean quote?",
        place(1, 69, "qote"),
    ),
    "IRI in a query": (
        SHAPE + f':Query sh:select "SELECT $this {{ $this <{PREFIXES["kg"]}qote> ?x }}" .',
        "shacl-unknown-value",
        "kg:qote is no term",
        place(1, 68, "qote"),
    ),
    "import": (
        SHAPE + ":own owl:imports <https://example.org/more> .",
        "shacl-import",
        "<https://example.org/more> would not be imported",
        place(1, 10, "imports"),
    ),
    "endless pattern": (
        SHAPE + ':Property sh:path kg:quote ; sh:pattern "^(a+)+$" .',
        "shacl-pattern",
        "the pattern ^(a+)+$ repeats a repetition",
        place(1, 33, "pattern"),
    ),
    "query of a file": (
        SHAPE + ':Query sh:select "SELECT $this FROM <file:///etc/passwd> { $this ?p ?o }" .',
        "shacl-elsewhere",
        "the query reads from elsewhere (FROM)",
        place(1, 11, "select"),
    ),
    "query of an endpoint": (
        SHAPE + ':Query sh:select "SELECT $this { service silent <http://example.org/> { } }" .',
        "shacl-elsewhere",
        "the query reads from elsewhere (SERVICE)",
        place(1, 11, "select"),
    ),
    "syntax": (
        SHAPE + ":Property sh:path nowhere:quote .",
        "shacl-syntax",
        "The prefix nowhere: has not been declared",
        Span("own.ttl", FIRST_LINE + 1, 19),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_shapes_that_would_not_look_are_refused(name: str) -> None:
    text, code, message, span = REFUSED[name]
    found, findings = read(text)
    assert found is None
    assert [(item[0], item[2]) for item in findings] == [(code, span)]
    assert message in findings[0][1]


def test_number_of_refusals() -> None:
    assert len(REFUSED) == 22


PATTERNS = {
    "^(a+)+$": False,
    "(a*)*": False,
    "(a{2,})+": False,
    "((a+)b)*": False,
    "(?:x|[ab]+){3,}": False,
    "(a+){2}": True,
    "(a{1,8})*": True,
    "([+*])+": True,
    r"(\+)+": True,
    "a+b*": True,
    "(a|b)*": True,
    "(unclosed": True,
    "[]+)]+": True,
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_that_may_never_end(pattern: str) -> None:
    quoted = pattern.replace("\\", "\\\\")
    found, _ = read(SHAPE + f':Property sh:path kg:quote ; sh:pattern "{quoted}" .')
    assert (found is not None) is PATTERNS[pattern]


def test_no_files_are_no_shapes() -> None:
    findings = Findings()
    assert read_shapes({}, Vocabulary.builtin(), findings) is None
    assert [item.code for item in findings] == ["shacl-no-shapes"]


def test_all_files_are_checked_and_the_file_is_named() -> None:
    findings = Findings()
    files = {
        "b.ttl": (HEADER + ":B sh:targetClass kg:Nothing .").encode(),
        "a.ttl": b"no turtle",
        "c.ttl": (HEADER + SHAPE).encode(),
    }
    assert read_shapes(files, Vocabulary.builtin(), findings) is None
    codes = [(item.span.file, item.code) for item in findings]
    assert codes == [("a.ttl", "shacl-syntax"), ("b.ttl", "shacl-unknown-class")]


def test_shapes_are_the_same_bytes_each_time() -> None:
    files = {path.name: path.read_bytes() for path in shape_files()}
    one = read_shapes(files, Vocabulary.builtin(), Findings())
    two = read_shapes(dict(reversed(files.items())), Vocabulary.builtin(), Findings())
    assert one is not None
    assert one == two
    assert b"_:s0 " in one.ntriples


DATA = """\
<https://example.org/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://example.org/Sub> .
<https://example.org/b> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://example.org/Top> .
<https://example.org/Sub> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <https://example.org/Mid> .
<https://example.org/Mid> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <https://example.org/Top> .
<https://example.org/Top> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <https://example.org/Top> .
<https://example.org/a> <https://example.org/p> <https://example.org/b> .
<https://example.org/a> <https://example.org/p> "b \\" . <x> ."@en .
<https://example.org/c> <https://example.org/pp> <https://example.org/c> .
"""
FOCUS = {
    "sh:targetClass :Top": {"a", "b"},
    "sh:targetClass :Mid": {"a"},
    "sh:targetClass :Sub, :Top": {"a", "b"},
    "sh:targetClass :Nowhere": set(),
    "sh:targetSubjectsOf :p": {"a"},
    "sh:targetSubjectsOf :p, :pp": {"a", "c"},
    "sh:targetObjectsOf :p": {"b", '"b \\" . <x> ."@en'},
    "sh:targetObjectsOf :pp": {"c"},
    "sh:targetNode :c, :nobody": {"c"},
    "sh:targetNode :Mid ; sh:targetClass :Mid": {"Mid", "a"},
}


@pytest.mark.parametrize("targets", FOCUS)
def test_focus_nodes_of_each_kind_of_target(targets: str) -> None:
    found = focus_nodes(DATA.encode(), shapes(f":Shape a sh:NodeShape ; {targets} ."))
    terms = {n if n.startswith('"') else f"<https://example.org/{n}>" for n in FOCUS[targets]}
    assert found == {"https://example.org/Shape": frozenset(terms)}


def test_a_class_that_is_a_shape_is_its_own_target() -> None:
    found = focus_nodes(DATA.encode(), shapes(":Mid a sh:NodeShape, owl:Class ; sh:class :Top ."))
    assert found == {"https://example.org/Mid": frozenset({"<https://example.org/a>"})}


def test_a_report_counts_what_it_looked_at() -> None:
    text = ":One sh:targetClass :Mid . :Two sh:targetClass :Top . :Off sh:targetNode :c ; sh:deactivated true ."
    report = validate(DATA, text)
    assert (report.shapes, report.focus_nodes, report.conforms) == (2, 2, True)
    assert check_report(report) == []


@pytest.mark.parametrize("data", ["", DATA])
def test_a_report_that_looked_at_nothing_is_refused(data: str) -> None:
    report = validate(data, SHAPE + ":Two sh:targetNode :nobody . :Property sh:path kg:quote .")
    assert report.conforms
    (refusal,) = check_report(report)
    assert refusal.code == "shacl-no-focus-nodes"
    assert refusal.message == "none of the 3 shapes applies to anything in the graph"
    assert refusal.severity is Severity.ERROR


def test_results_name_the_term_as_written_and_the_nearest_named_shape() -> None:
    data = f"""\
<https://example.org/a> <https://example.org/p> "01"^^<{XSD}integer> .
<https://example.org/a> <https://example.org/p> "1"^^<{XSD}string> .
<https://example.org/a> <https://example.org/p> "e\\u0301\\n\\"\\\\"@en .
"""
    text = """
:Shape sh:targetSubjectsOf :p ;
    sh:property [ sh:path :p ; sh:nodeKind sh:IRI ; sh:severity sh:Info ; sh:message "no IRI" ] ;
    sh:property [ sh:path [ sh:inversePath :q ] ; sh:minCount 1 ; sh:message "no q" ] ."""
    focus, shape = "<https://example.org/a>", "https://example.org/Shape"
    kind, count = COMPONENT.format("NodeKind"), COMPONENT.format("MinCount")
    path = "https://example.org/p"
    assert validate(data, text).results == (
        Result(focus, None, None, shape, count, "no q", Severity.ERROR),
        Result(focus, path, f'"01"^^<{XSD}integer>', shape, kind, "no IRI", Severity.NOTE),
        Result(focus, path, '"1"', shape, kind, "no IRI", Severity.NOTE),
        Result(focus, path, '"e\u0301\\n\\"\\\\"@en', shape, kind, "no IRI", Severity.NOTE),
    )


def test_a_query_is_asked_of_every_focus_node() -> None:
    data = "".join(
        f"<https://example.org/{n}> <https://example.org/p> <https://example.org/{n % 2}> .\n"
        for n in range(4)
    )
    text = """
:Shape sh:targetSubjectsOf :p ; sh:sparql :Query .
:Query sh:message "{$this} leads to {?value}" ; sh:select '''
    SELECT $this ?value WHERE { $this <https://example.org/p> ?value . FILTER($this != ?value) }
''' ."""
    assert [(r.focus, r.value, r.message) for r in validate(data, text).results] == [
        (
            f"<https://example.org/{n}>",
            f"<https://example.org/{n - 2}>",
            f"https://example.org/{n} leads to https://example.org/{n - 2}",
        )
        for n in (2, 3)
    ]


BROKEN = {
    "forbidden clause": ':Shape sh:targetNode :a ; sh:sparql :Q . :Q sh:select "SELECT $this { $this ?p ?o MINUS { $this a ?o } }" .',
    "query that does not parse": ':Shape sh:targetNode :a ; sh:sparql :Q . :Q sh:select "SELECT $this { $this }" .',
    "two paths": ":Shape sh:targetNode :a ; sh:property :P . :P sh:path :p, :q .",
    "broken pattern": ':Shape sh:targetSubjectsOf :p ; sh:pattern "(" .',
}


@pytest.mark.parametrize("name", BROKEN)
def test_shapes_that_the_engine_cannot_use_are_an_error(name: str) -> None:
    with pytest.raises(EngineError, match=r"^pySHACL: ."):
        validate(DATA, BROKEN[name])


def test_an_ill_typed_literal_is_a_result_and_writes_no_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    data = f'<https://example.org/a> <https://example.org/p> "2024-02-30"^^<{XSD}date> .\n'
    with caplog.at_level(logging.WARNING):
        report = validate(
            data,
            ":S sh:targetSubjectsOf :p ; sh:property :P . :P sh:path :p ; sh:datatype xsd:date .",
        )
    assert [result.value for result in report.results] == [f'"2024-02-30"^^<{XSD}date>']
    assert caplog.records == []


def test_importing_the_interface_loads_no_engine() -> None:
    package = Path(__file__).parent.parent / "kg" / "check"
    sources = [
        (package / name).read_text("utf-8") for name in ("shacl.py", "shapes.py", "vacuity.py")
    ]
    assert not any("import rdflib" in source or "pyshacl" in source for source in sources)
    assert len(sources) == 3
