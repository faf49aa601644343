"""Every query of the library on a small graph, in both engines, with the rows worked out by hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pyoxigraph as ox
import pytest
import rdflib

from kg.ask.errors import QueryError
from kg.ask.library import LibraryError, Query, library, named, read_query
from kg.ask.parameters import SEEDS_BASE
from kg.ask.run import run
from kg.rdf.store import open_store
from kg.rdf.vocabulary import PREFIXES, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rdflib.query import ResultRow

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Case:
    """A query with its parameters, and the rows it gives."""

    query: str
    parameters: tuple[str, ...]
    rows: tuple[str, ...]

    def text(self) -> str:
        pairs = (pair.split("=") for pair in self.parameters)
        return library()[self.query].bind({name: [value] for name, value in pairs}, SEEDS_BASE)

    def __str__(self) -> str:
        return " ".join((self.query, *self.parameters))


def cases() -> Iterator[Case]:
    for block in (DATA / "query_rows.txt").read_text(encoding="utf-8").split("\n\n")[1:]:
        first, *rows = block.strip().splitlines()
        query, *parameters = first.split()
        yield Case(query, tuple(parameters), tuple(row.strip() for row in rows))


CASES = tuple(cases())


def short(iri: str) -> str:
    """A cell as the cases write it: local paths, and names with the prefixes kg and rdf."""
    for prefix, namespace in (("", SEEDS_BASE), ("kg:", PREFIXES["kg"]), ("rdf:", PREFIXES["rdf"])):
        iri = iri.replace(namespace, prefix)
    return iri


def joined(cells: Iterable[str | None]) -> str:
    return " | ".join("-" if cell is None else short(cell) for cell in cells)


@cache
def store() -> ox.Store:
    return open_store([DATA / "small.trig"])


@cache
def merged() -> rdflib.Graph:
    """All graphs of the file as one, with literals as they are written."""
    graph = rdflib.Graph()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rdflib, "NORMALIZE_LITERALS", False)
        for quad in store():
            graph.parse(data=f"{quad.triple} .", format="nt")
    return graph


def in_oxigraph(text: str) -> list[str]:
    solutions = run(store(), text)
    assert isinstance(solutions, ox.QuerySolutions)
    return [joined(cell and cell.value for cell in row) for row in solutions]


def in_rdflib(text: str) -> list[str]:
    rows = cast("Iterable[ResultRow]", merged().query(text))
    return [joined(None if cell is None else str(cell) for cell in row) for row in rows]


def test_cases_cover_the_library() -> None:
    assert len(CASES) == 94
    assert len(library()) == 49
    assert {case.query for case in CASES} == set(library())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rows(case: Case) -> None:
    assert in_oxigraph(case.text()) == list(case.rows)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rdflib_gives_the_same_rows(case: Case) -> None:
    assert in_rdflib(case.text()) == list(case.rows)


ANYTHING = {
    "actor-timeline": 18,
    "contacts": 14,
    "corroboration": 10,
    "coverage": 9,
    "curation": 1,
    "delegations": 1,
    "denials": 2,
    "disputes": 3,
    "documents": 6,
    "event-dates": 12,
    "events-at-place": 2,
    "events-by-country": 1,
    "events-by-month": 7,
    "fact-origins": 55,
    "facts-of-one-document": 50,
    "inferences": 7,
    "journeys": 4,
    "last-met": 8,
    "longest-chains": 8,
    "machine-and-curated": 8,
    "met-and-phoned": 2,
    "name-attestations": 8,
    "names-by-source": 8,
    "office-attestations": 2,
    "offices": 2,
    "open-dates": 7,
    "ordinals": 1,
    "plans": 3,
    "quantities": 3,
    "quantity-conflicts": 1,
    "quotes": 19,
    "related-events": 3,
    "relays": 9,
    "revisions": 1,
    "roles": 4,
    "single-origin-party": 2,
    "sources": 14,
    "sources-of-event": 74,
    "statements": 3,
    "status-of-events": 15,
    "timeline": 11,
    "titles-by-source": 2,
    "topics": 1,
    "unnamed": 1,
    "utterances": 7,
    "visits-and-hosts": 2,
    "vouched-by": 7,
    "well-attested-events": 8,
    "who-met-whom": 8,
}


@pytest.mark.parametrize("name", sorted(library()))
def test_every_parameter_may_be_any(name: str) -> None:
    query = library()[name]
    values = {
        parameter.name: ["any"]
        for parameter in query.parameters
        if parameter.kind != "text" and parameter.name != "coding"
    }
    text = query.bind(values, SEEDS_BASE)
    rows = in_oxigraph(text)
    assert len(rows) == ANYTHING[name]
    assert in_rdflib(text) == rows


@pytest.mark.parametrize("name", sorted(library()))
def test_header_and_text_agree(name: str) -> None:
    query = library()[name]
    solutions = run(store(), query.text)
    assert isinstance(solutions, ox.QuerySolutions)
    assert [variable.value for variable in solutions.variables] == list(query.columns)
    assert query.question.endswith("?")
    assert query.text.count("# parameter\n") == len(query.parameters)
    assert all(query.columns.values())
    assert all(parameter.description for parameter in query.parameters)


@pytest.mark.parametrize("name", sorted(library()))
def test_binding_the_defaults_changes_nothing(name: str) -> None:
    query = library()[name]
    defaults = {parameter.name: parameter.default for parameter in query.parameters}
    bound = query.bind(defaults, SEEDS_BASE, Vocabulary.builtin())
    assert " ".join(bound.split()) == " ".join(query.text.split())


@pytest.mark.parametrize("name", sorted(library()))
def test_rows_are_ordered_by_every_column(name: str) -> None:
    query = library()[name]
    order = query.text.rsplit("ORDER BY", 1)[1]
    assert [column for column in query.columns if f"?{column}" not in order] == []


def test_texts_need_no_more_than_sparql_1_1() -> None:
    text = "\n".join(query.text for query in library().values())
    for word in ("NOT EXISTS", "SERVICE", "GRAPH", "FROM", "<<", "LATERAL"):
        assert word not in text


def test_unknown_query_names_what_is_close() -> None:
    with pytest.raises(QueryError, match="no query is called `contact`; did you mean `contacts`"):
        named("contact")
    assert named("contacts").name == "contacts"


HEADER = """#+ question: What?
#+ parameters:
#+   - {name: n, type: integer, default: 2, description: a number}
#+ columns: {n: the number}
SELECT ?n WHERE {
  VALUES ?n { 2 } # parameter
}
"""


def test_header_is_read(tmp_path: Path) -> None:
    file = tmp_path / "two.rq"
    file.write_text(HEADER)
    query = read_query(file)
    assert isinstance(query, Query)
    assert (query.name, query.question, dict(query.columns)) == (
        "two",
        "What?",
        {"n": "the number"},
    )
    assert in_oxigraph(query.bind({"n": ["3", "4"]}, SEEDS_BASE)) == ["3", "4"]


BROKEN = {
    "no header": ("SELECT * {}", "the header needs"),
    "no columns": (HEADER.replace("#+ columns", "# columns"), "the header needs"),
    "not YAML": (HEADER.replace("What?", "What: why?"), "mapping values are not allowed"),
    "unknown key": (HEADER.replace("#+ columns", "#+ colour: red\n#+ columns"), "colour"),
    "unknown key of a parameter": (HEADER.replace("default: 2", "default: 2, size: 1"), "size"),
    "no description": (HEADER.replace(", description: a number", ""), "description"),
    "unknown type": (HEADER.replace("integer", "number"), "no type number"),
    "other default": (HEADER.replace("default: 2", "default: 3"), "the header says"),
    "no such line": (HEADER.replace(" # parameter", ""), "the header says"),
    "default of another type": (HEADER.replace("default: 2", "default: two"), "whole number"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_header_that_does_not_fit_is_refused(name: str, tmp_path: Path) -> None:
    text, message = BROKEN[name]
    file = tmp_path / "broken.rq"
    file.write_text(text)
    with pytest.raises(LibraryError, match=message):
        read_query(file)
