"""Whatever a text holds comes back from every parser; whatever is no term is refused."""

from __future__ import annotations

import polars as pl
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.rdf.escape import (
    LEXICAL,
    TermError,
    check_absolute,
    check_base,
    check_languages,
    check_typed,
    escaped,
    full_names,
    iri,
    literal,
)
from kg.rdf.formats import FORMATS, format_of

PREFIXES = {"kg": "https://w3id.org/parley/ns#", "wd": "http://www.wikidata.org/entity/"}
AWKWARD = '\\"\n\r\t\b\f\x00\x01\x1f\x7f\x85\u061c\u200e\u2028\u2029\u202e\u2066\ufeff\ufffe\uffff'
TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from(AWKWARD + "uU0022xnr'{}<>@^."))


def columnwise(texts: list[str]) -> list[str]:
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    return list(frame.select(escaped("text", frame["text"])).to_series())


def document(literals: list[str]) -> str:
    return "".join(f"<http://e/s> <http://e/p{i}> {text} .\n" for i, text in enumerate(literals))


def by_oxigraph(literals: list[str], form: ox.RdfFormat) -> list[str]:
    quads = list(ox.parse(document(literals).encode(), format=form))
    assert all(isinstance(quad.object, ox.Literal) for quad in quads)
    return [quad.object.value for quad in quads if isinstance(quad.object, ox.Literal)]


def by_rdflib(literals: list[str], form: str) -> list[str]:
    graph = rdflib.Graph().parse(data=document(literals), format=form)
    found = {str(predicate): str(thing) for _, predicate, thing in graph}
    return [found[f"http://e/p{i}"] for i in range(len(literals))]


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
@example([AWKWARD])
@example(["plain", "\\u0022", "\\", '"""', "a\\\nb"])
def test_columns_round_trip(texts: list[str]) -> None:
    literals = [f'"{text}"' for text in columnwise(texts)]
    assert len("".join(literals).splitlines()) == 1
    assert by_oxigraph(literals, ox.RdfFormat.N_TRIPLES) == texts
    assert by_oxigraph(literals, ox.RdfFormat.TURTLE) == texts
    assert by_rdflib(literals, "nt") == texts
    assert by_rdflib(literals, "turtle") == texts


@settings(derandomize=True, max_examples=200, deadline=None)
@given(TEXTS)
@example(AWKWARD)
@example("\\u0022 } INSERT {")
@example("\\\\U00000022\x001234")
@example('" } INSERT {')
def test_scalars_round_trip(text: str) -> None:
    written = [literal(text)]
    assert by_oxigraph(written, ox.RdfFormat.N_TRIPLES) == [text]
    assert by_oxigraph(written, ox.RdfFormat.TURTLE) == [text]
    assert by_rdflib(written, "nt") == [text]


@settings(derandomize=True, max_examples=60, deadline=None)
@given(TEXTS)
@example(AWKWARD)
@example("\\u0022 } INSERT {")
@example("\\\\U00000022\x001234")
@example('" } INSERT {')
def test_scalars_are_data_in_a_query(text: str) -> None:
    query = f"SELECT ({literal(text)} AS ?text) {{}}"
    solutions = ox.Store().query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    assert [solution["text"] for solution in solutions] == [ox.Literal(text)]
    (row,) = rdflib.Graph().query(query)
    assert isinstance(row, rdflib.query.ResultRow)
    assert str(row[0]) == text


def test_every_character_comes_back() -> None:
    texts = ["".join(map(chr, range(0xD800))), "".join(map(chr, range(0xE000, 0x110000)))]
    literals = [f'"{text}"' for text in columnwise(texts)]
    assert by_oxigraph(literals, ox.RdfFormat.N_TRIPLES) == texts
    assert by_rdflib(literals, "nt") == texts


def test_only_what_must_be_is_escaped() -> None:
    kept = "Hossein Amir‑Abdollahian’s “talks” – Nación\u00a0حماس \u200b😀 {<'@>}"
    assert columnwise([kept]) == [kept]
    assert columnwise(['say "a\\b"\n', "\t\u202e\x00"]) == [
        '\\"'.join(["say ", "a\\\\b", "\\n"]),
        "\\t\\u202E\\u0000",
    ]


def test_scalar_literals() -> None:
    assert literal("a\\un") == '"a\\\\\\U00000075n"'
    assert literal("x", language="en-GB") == '"x"@en-GB'
    dates = "http://www.w3.org/2001/XMLSchema#date"
    assert literal("2024-02-29", datatype=dates) == f'"2024-02-29"^^<{dates}>'
    with pytest.raises(TermError, match="half of a surrogate pair at 1"):
        literal("a\ud800")
    with pytest.raises(TermError, match="language: 1 of the values are no language tag"):
        literal("x", language='en" .')
    with pytest.raises(TermError, match="IRI: 1 of the values are no absolute"):
        literal("x", datatype="x> <http://evil> <y")


IRIS = [
    "http://example.org", "https://example.org/a/b?c=d&e#f", "https://example.org:8080/%C3%A9",
    "https://ar.example.org/أخبار/2023", "http://[2001:db8::1]/x", "https://example.org/a(b)';,*!$",
    "urn:isbn:9780141036144", "https://t.me/hamas", "https://w3id.org/parley/id/",
]  # fmt: skip
NO_IRIS = [
    "", "event/x", "/x", "//example.org/x", "javascript:alert(1)", "data:text/html,x",
    "file:///etc/passwd", "mailto:a@b.c", "x> <http://evil> <y", "http://example.org/a b",
    "http://example.org/\n", "http://example.org/x\\y", 'http://example.org/"', "http://",
    "http://example.org/<x>", "http://example.org/%zz", "http://example.org/{x}", "http:///x",
    "http://user:pw@example.org/", "http://example.org/\u202ex", "http://example.org/\x00",
    "http://example.org/a|b", "http://example.org/^", "http://example.org/`", "urn:x",
    "http://example.org/\ue000", " http://example.org/", "HTTP//example.org", "http://[x]/",
]  # fmt: skip


def test_absolute_iris() -> None:
    refused = 0
    for text in NO_IRIS:
        with pytest.raises(TermError, match=r"url: 1 of the values are no absolute http"):
            check_absolute(pl.Series([*IRIS, text]), "url")
        refused += 1
    for text in IRIS:
        (quad,) = ox.parse(f"<{text}> <{text}> {iri(text)} .".encode(), format=ox.RdfFormat.TURTLE)
        assert quad.object == ox.NamedNode(text)
    assert (len(IRIS), refused) == (9, 29)


def test_absolute_iris_are_counted_and_shown() -> None:
    with pytest.raises(TermError) as caught:
        check_absolute(pl.Series(["d:", "b", "a", "c", "a", None]), "source.url")
    assert str(caught.value) == (
        "source.url: 4 of the values are no absolute http, https or urn IRI: 'a', 'b', 'c'"
    )


@pytest.mark.parametrize(
    "base", ["https://e.org", "https://e.org/id", "https://e.org/#", "https://e.org/?x/", "urn:x:y/",
             "https://e.org/../", "e.org/", "https://e.org/ /"]
)  # fmt: skip
def test_bases_refused(base: str) -> None:
    with pytest.raises(TermError, match=r"^base IRI: "):
        check_base(base)


def test_names() -> None:
    names = pl.Series(["kg:Meeting", "kg:not-held", "wd:Q937", "kg:Meeting", None])
    assert full_names(names, PREFIXES, "p") == {
        "kg:Meeting": "https://w3id.org/parley/ns#Meeting",
        "kg:not-held": "https://w3id.org/parley/ns#not-held",
        "wd:Q937": "http://www.wikidata.org/entity/Q937",
    }
    refused = 0
    for text in ("", "kg:", "Meeting", "foo:Bar", "kg:a b", "kg:a.", "kg:-a", "kg:a/b", "kg:a\n",
                 "kg:é", "kg:a> <b", ":a", "kgx:a", "KG:a", "kg:a;b", "kg:a:b"):  # fmt: skip
        with pytest.raises(TermError, match=r"p: 1 of the values are no name with one of"):
            full_names(pl.Series(["kg:ok", text]), PREFIXES, "p")
        refused += 1
    assert refused == 16


def test_languages() -> None:
    good = ["en", "en-GB", "zh-Hant-TW", "es-419", "sl-rozaj", "de-1901", "ar-x-news", "fa", "EN"]
    check_languages(pl.Series([*good, None]), "language")
    texts = [f'"x"@{tag}' for tag in good]
    assert by_oxigraph(texts, ox.RdfFormat.N_TRIPLES) == ["x"] * len(good)
    assert by_rdflib(texts, "nt") == ["x"] * len(good)
    refused = 0
    for text in ("", "e", "en_GB", 'en" .', "en-", "-en", "en\n", "english!", "é", "en-toolongtag"):
        with pytest.raises(TermError, match="language: 1 of the values are no language tag"):
            check_languages(pl.Series(["en", text]), "language")
        refused += 1
    assert refused == 10


TYPED = {
    "xsd:boolean": (["true", "false", "0", "1"], ["True", "", "yes"]),
    "xsd:integer": (["01", "-5", "+7", "0", "123456789012345678901"], ["", "1.0", "1 ", "x", "٣"]),
    "xsd:nonNegativeInteger": (["0", "00", "+7", "-0"], ["-1", ""]),
    "xsd:positiveInteger": (["1", "007"], ["0", "-1"]),
    "xsd:decimal": (["1.50", "-.5", "2", "2."], [".", "1e3", ""]),
    "xsd:double": (["1e3", "-1.5E-7", "INF", "NaN"], ["inf", "e3"]),
    "xsd:date": (
        ["2024-02-29", "2000-02-29", "2023-12-31", "2023-10-31Z", "0400-02-29", "12004-02-29",
         "2023-10-31+14:00"],
        ["2024-02-30", "2023-02-29", "1900-02-29", "2100-02-29", "2023-13-01", "2023-00-10",
         "2023-10-00", "2023-04-31", "2023-10", "23-10-31", "2023-10-31T00:00:00", "2023-10-31 ",
         "2023-10-31+15:00", "02023-10-31", "2023-1-1", "2023-10-31\n"],
    ),
    "xsd:dateTime": (
        ["2023-10-31T20:22:40", "2023-10-31T20:22:40Z", "2023-10-31T20:22:40.5+04:00"],
        ["2023-10-31T24:00:00", "2023-10-31T20:22:60", "2023-10-31T20:22", "2023-02-29T00:00:00Z",
         "2023-10-31", "2023-10-31 20:22:40"],
    ),
    "xsd:gYear": (["2023", "-0044"], ["23", "2023-10"]),
    "xsd:gYearMonth": (["2023-10"], ["2023-13", "2023"]),
    "xsd:duration": (["P1D", "PT2H", "P1Y2M3DT4H5M6.5S", "-P1M"], ["P", "PT", "P1DT", "1D", "P1H"]),
    "xsd:anyURI": (["https://example.org/", "x"], ["a b", "<x>"]),
    "edtf:EDTF": (
        ["2023-10-31", "[2023-10-07..2023-10-24]", "2023-10-31/..", "2023-23", "2023-XX", "1984?/~"],
        ["", "in October", '2023"', "2023-10-31\n"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("datatype", LEXICAL)
def test_typed(datatype: str) -> None:
    good, bad = TYPED[datatype]
    check_typed(pl.Series([*good, None]), datatype, "object")
    for text in bad:
        with pytest.raises(TermError) as caught:
            check_typed(pl.Series([*good, text]), datatype, "object")
        assert str(caught.value) == f"object: 1 of the values are no {datatype}: {text!r}"


def test_datatypes_that_are_not_checked() -> None:
    assert set(TYPED) == set(LEXICAL)
    check_typed(pl.Series(["any thing"]), "kg:own", "object")
    for datatype, message in {
        "xsd:dat": "object: no datatype xsd:dat here",
        "xsd:string": "object: xsd:string is written as a plain literal",
        "rdf:langString": "object: rdf:langString is written as a plain literal",
    }.items():
        with pytest.raises(TermError, match=message):
            check_typed(pl.Series(["x"]), datatype, "object")


def test_formats() -> None:
    assert {name: form.graphs for name, form in FORMATS.items()} == {
        "nt": False, "nq": True, "ttl": False, "trig": True, "jsonld": True
    }  # fmt: skip
    for form in FORMATS.values():
        known = ox.RdfFormat.from_extension(form.extension)
        assert known is not None
        assert (known.media_type, known.supports_datasets) == (form.media_type, form.graphs)
        assert format_of(form.extension) is form
    with pytest.raises(ValueError, match="no format 'rdf'; there are nt, nq, ttl, trig, jsonld"):
        format_of("rdf")
