"""What people type for a parameter becomes a term of SPARQL, or is refused; it is never pasted."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.ask.errors import ParameterError, QueryError
from kg.ask.library import library
from kg.ask.parameters import Kind, Parameter
from kg.ask.run import run
from kg.rdf.vocabulary import Vocabulary

BASE = "https://example.org/data/"
KG = "https://w3id.org/parley/ns#"


def parameter(kind: Kind, path: str = "", scheme: str = "", *choices: str) -> Parameter:
    return Parameter("p", kind, "", (), path, choices, scheme)


def read(term: str) -> str | None:
    """What a store makes of a term between the braces of VALUES, or None for UNDEF."""
    text = f"PREFIX kg: <{KG}> SELECT ?p WHERE {{ VALUES ?p {{ {term} }} }}"
    solutions = run(ox.Store(), text)
    assert isinstance(solutions, ox.QuerySolutions)
    (row,) = solutions
    return None if row["p"] is None else str(row["p"])


XSD = "http://www.w3.org/2001/XMLSchema#"
GOOD = (
    (parameter("iri", "actor"), "ismail-haniyeh", f"<{BASE}actor/ismail-haniyeh>"),
    (parameter("iri", "actor"), "office/minister", f"<{BASE}office/minister>"),
    (parameter("iri", "actor"), "kg:held", f"<{KG}held>"),
    (parameter("iri", "actor"), "wd:Q937", "<http://www.wikidata.org/entity/Q937>"),
    (parameter("iri", "actor"), "<urn:isbn:0451450523>", "<urn:isbn:0451450523>"),
    (parameter("iri", "actor"), "https://example.org/x?y=1#z", "<https://example.org/x?y=1#z>"),
    (parameter("iri", "time"), "%5B2024%5D", f"<{BASE}time/%5B2024%5D>"),
    (parameter("concept", "", "Statuses"), "not-held", f"<{KG}not-held>"),
    (parameter("concept", "", "Statuses"), "kg:held", f"<{KG}held>"),
    (parameter("concept", "", "", "Meeting", "Call"), "Call", f"<{KG}Call>"),
    (parameter("concept"), "Meeting", f"<{KG}Meeting>"),
    (parameter("choice", "", "", "yes", "no"), "no", '"no"'),
    (parameter("integer"), "-007", f'"-7"^^<{XSD}integer>'),
    (parameter("integer"), "999999999999999999", f'"999999999999999999"^^<{XSD}integer>'),
    (parameter("date"), "2024-02-29", f'"2024-02-29"^^<{XSD}date>'),
    (parameter("text"), "any", '"any"'),
    (parameter("iri", "actor"), "any", None),
    (parameter("integer"), "any", None),
    (parameter("choice", "", "", "yes", "no"), "any", None),
)
BAD = (
    (parameter("iri", "actor"), "", "a slug such as"),
    (parameter("iri", "actor"), "..", "a slug such as"),
    (parameter("iri", "actor"), "actor/../x", "a slug such as"),
    (parameter("iri", "actor"), "two words", "a slug such as"),
    (parameter("iri", "actor"), "x> } INSERT {", "a slug such as"),
    (parameter("iri", "actor"), "Nación", "a slug such as"),
    (parameter("iri", "actor"), "kgg:held", "unknown prefix `kgg:`; did you mean `kg`"),
    (parameter("iri", "actor"), "kg:held> <x", "are no absolute"),
    (parameter("iri", "actor"), "<https://x.org/> } INSERT { <https://y.org/>", "are no absolute"),
    (parameter("iri", "actor"), "<file:///etc/passwd>", "are no absolute"),
    (parameter("iri", "actor"), "javascript://x", "are no absolute"),
    (
        parameter("concept", "", "Statuses"),
        "plannd",
        "a word of Statuses, .*did you mean `planned`",
    ),
    (parameter("concept", "", "", "Meeting", "Call"), "call", "one of Meeting, Call"),
    (parameter("concept"), "held }", "a word such as"),
    (parameter("choice", "", "", "yes", "no"), "maybe", "one of yes, no"),
    (parameter("integer"), "1.0", "a whole number"),
    (parameter("integer"), "٣", "a whole number"),
    (parameter("integer"), "1" * 19, "at most 18 digits"),
    (parameter("date"), "2023-02-29", "a day such as"),
    (parameter("date"), "20231031", "a day such as"),
    (parameter("date"), "yesterday", "a day such as"),
    (parameter("text"), "half \ud800 pair", "surrogate"),
)


def test_number_of_cases() -> None:
    assert (len(GOOD), len(BAD), len(HOSTILE)) == (19, 22, 10)


@pytest.mark.parametrize(("given_", "word", "term"), GOOD)
def test_term(given_: Parameter, word: str, term: str | None) -> None:
    assert read(given_.term(word, BASE, Vocabulary.builtin())) == term


@pytest.mark.parametrize(("given_", "word", "message"), BAD)
def test_refused(given_: Parameter, word: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message) as caught:
        given_.term(word, BASE, Vocabulary.builtin())
    assert isinstance(caught.value, (QueryError, ValueError))
    assert caught.value.exit_code == 2


HOSTILE = (
    '" } INSERT {',
    "\\u0022",
    "\\U00000022",
    "\\\\u0022",
    "\\",
    "'''",
    '"""',
    "a\nb\r\tc",
    "\x00\x1b[31m\x85\u202e",
    "# parameter\n} VALUES ?p { 1 } # parameter\n",
)


def echoed(word: str) -> tuple[str, str]:
    """A text bound into a query of the library, as each engine gives it back."""
    bound = library()["statements"].bind({"containing": [word]}, BASE)
    line = bound.split("VALUES ?containing", 1)[1].split("# parameter\n", 1)[0]
    text = f"SELECT ?containing WHERE {{ VALUES ?containing {line} }}"
    solutions = run(ox.Store(), text)
    assert isinstance(solutions, ox.QuerySolutions)
    (row,) = solutions
    (other,) = rdflib.Graph().query(text)
    literal = row["containing"]
    assert isinstance(literal, ox.Literal)
    return literal.value, str(_cell(other))


def _cell(row: object) -> object:
    assert isinstance(row, tuple)
    return row[0]


@pytest.mark.parametrize("word", HOSTILE)
def test_text_is_bound_as_data(word: str) -> None:
    assert echoed(word) == (word, word)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20))
def test_any_text_is_bound_as_data(word: str) -> None:
    assert echoed(word)[0] == word


def test_several_values() -> None:
    query = library()["contacts"]
    text = query.bind({"actor": ["a", "b"], "class": ["Meeting"]}, BASE)
    assert f"VALUES ?actor {{ <{BASE}actor/a> <{BASE}actor/b> }} # parameter\n" in text
    assert "VALUES ?class { kg:Meeting } # parameter\n" in text
    assert "VALUES ?status { kg:held } # parameter\n" in text


def test_no_value_keeps_the_default() -> None:
    query = library()["contacts"]
    assert query.bind({}, BASE) == query.text
    assert query.bind({"actor": []}, BASE) == query.text


def test_any_stands_alone() -> None:
    with pytest.raises(ParameterError, match="parameter `actor`: `any` stands alone"):
        library()["contacts"].bind({"actor": ["a", "any"]}, BASE)


def test_unknown_parameter_names_what_is_close() -> None:
    with pytest.raises(ParameterError, match="no parameter `actr`; did you mean `actor`"):
        library()["contacts"].bind({"actr": ["a"]}, BASE)


def test_words_are_checked_against_the_package_where_no_vocabulary_is_given() -> None:
    with pytest.raises(
        ParameterError, match=r"a word of Statuses, not 'hold'.*did you mean `held`"
    ):
        library()["contacts"].bind({"status": ["hold"]}, BASE)


def test_concepts_of_a_project(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("ontology") / "own.ttl"
    file.write_text(
        """@prefix my: <https://example.org/ns#> .
        @prefix kg: <https://w3id.org/parley/ns#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        my:missing a skos:Concept ; skos:inScheme kg:Measures ; skos:notation "missing" ;
            skos:prefLabel "missing"@en ; skos:definition "Nobody knows where they are."@en .""",
        encoding="utf-8",
    )
    text = library()["quantities"].bind({"measure": ["missing"]}, BASE, Vocabulary.load([file]))
    assert "VALUES ?measure { <https://example.org/ns#missing> } # parameter\n" in text
