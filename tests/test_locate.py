"""From a validation result to the place that caused it: every kind of node, written or derived."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from kg.build import Checked, check
from kg.check.diagnostic import Diagnostic, Severity, Span
from kg.check.locate import Locator
from kg.check.shacl import Result
from kg.mapping.tables import TABLES, Tables
from kg.mapping.templates import templates
from tests.golden import TESTS

ROOT = TESTS / "project"
CALL = "event/berg-lind-call-2024-03-10"
MEETING = "event/lind-berg-geneva-2024-03-11"


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    root = tmp_path_factory.mktemp("locate") / "project"
    shutil.copytree(ROOT, root)
    return check(root, "fast")


@pytest.fixture(scope="module")
def tables(checked: Checked) -> Tables:
    assert checked.tables is not None
    return checked.tables


@pytest.fixture(scope="module")
def locator(checked: Checked, tables: Tables) -> Locator:
    assert checked.project is not None
    return Locator(tables, checked.project.settings.base, checked.project.texts)


BASE = "https://example.org/id/"


def term(text: str) -> str:
    """A node, a name or a literal as a term of N-Triples."""
    prefix, colon, name = text.partition(":")
    if text.startswith('"'):
        return text
    if colon and prefix in templates().prefixes:
        return f"<{templates().prefixes[prefix]}{name}>"
    return f"<{BASE}{text}>"


def result(focus: str, path: str | None, value: str | None) -> Result:
    return Result(
        term(focus),
        term(path)[1:-1] if path else None,
        term(value) if value else None,
        "https://w3id.org/parley/shapes#Some",
        "http://www.w3.org/ns/shacl#ClassConstraintComponent",
        "Something is wrong.",
        Severity.ERROR,
    )


def written(span: Span) -> str:
    """A place as file, line and what stands there."""
    lines = (ROOT / span.file).read_text(encoding="utf-8").split("\n")
    end = span.end_column - 1 if span.end_line == span.line else None
    return f"{Path(span.file).stem}:{span.line} {lines[span.line - 1][span.column - 1 : end]}"


def told(found: Diagnostic) -> list[str]:
    """Every place of a finding in the project's YAML, the first one first."""
    spans = [found.span, *(r.span for r in found.related if r.message == "and here")]
    return [written(span) for span in spans]


def quotes(found: Diagnostic) -> list[str]:
    """The places of a finding in the archived texts, cut after 30 characters."""
    return [written(r.span)[:41] for r in found.related if r.message == "the words this rests on"]


def node(tables: Tables, text: str) -> str:
    """The node of a text; `claim SUBJECT PREDICATE OBJECT [STANCE]` is the only such claim."""
    if text.startswith("resolution of "):
        table = tables["resolution"].filter(pl.col("expression") == text[14:])
    elif text.startswith("claim "):
        subject, predicate, object_, *stance = text.split()[1:]
        table = tables["claim"].filter(
            pl.col("subject") == subject,
            pl.col("predicate") == predicate,
            pl.col("object") == object_,
            pl.col("stance").eq_missing(pl.lit(stance[0] if stance else None)),
        )
    elif text in ("speech", "quantity"):
        table = tables[text]
    else:
        return text
    return str(table["id"].item())


# Focus node, path and value of a result; the places in the YAML; those of the words.
CASES: Mapping[str, tuple[str, str | None, str | None]] = {
    "a claim": (f"claim {MEETING} kg:place place/geneva", None, None),
    "an object of a claim": (
        f"claim {MEETING} kg:place place/geneva",
        "rdf:object",
        "place/geneva",
    ),
    "a role": (f"claim {CALL} kg:participant actor/ana-lind", "kg:role", "kg:called"),
    "a quote": (f"claim {MEETING} kg:place place/geneva", "kg:supportedBy", None),
    "a direct triple": (MEETING, "kg:participant", "actor/tomas-berg"),
    "a direct triple with a literal": (MEETING, "kg:when", "time/2024-03-11"),
    "all that an event has by a predicate": (MEETING, "kg:participant", None),
    "what an event lacks": (MEETING, "kg:kind", None),
    "an event": (CALL, None, None),
    "status disputed": (CALL, "kg:status", "kg:disputed"),
    "a best assertion": (f"claim {CALL} kg:when time/2024-03-10", "rdf:type", "kg:BestAssertion"),
    "a dispute": (
        f"claim {CALL} kg:status kg:held",
        "kg:disputedBy",
        f"claim {CALL} kg:status kg:held kg:denies",
    ),
    "a constraint on the whole graph": ("kg:BestAssertion", "kg:participant", MEETING),
    "a claim found by one": ("kg:BestAssertion", None, f"claim {MEETING} kg:status kg:held"),
    "a time": ("time/2024-03-10", "kg:edtf", None),
    "a printed time": ("time/2024-03-12T18%3A30%3A00", None, None),
    "a resolution": ("resolution of on Friday", "kg:expression", None),
    "a resolution's value": ("resolution of two days ago", "kg:result", "time/2024-03-10"),
    "a resolution of a printed date": ("resolution of 12 March 2024 18:30", None, None),
    "a passage": ("passage/geneva/468-504", "kg:end", '"504"'),
    "a document": ("article/geneva", None, None),
    "a document's title": ("article/geneva", "dcterms:title", None),
    "an utterance": ("utterance/nordpress-report", "kg:form", None),
    "an utterance's occasion": ("utterance/lind-remarks-2024-03-11", "kg:occasion", MEETING),
    "an utterance's speaker": (
        "utterance/berg-office-denial",
        "prov:wasAttributedTo",
        "unnamed/geneva/office-of-berg",
    ),
    "speech": ("speech", "kg:words", None),
    "a quantity's population": ("quantity", "kg:population", "population/people"),
    "an actor": ("actor/tomas-berg", None, None),
    "an actor's alias": ("actor/tomas-berg", "skos:altLabel", '"Berg"'),
    "a place's class": ("place/geneva", "rdf:type", None),
    "somebody unnamed": ("unnamed/geneva/office-of-berg", "skos:prefLabel", None),
    "a curation's day": ("curation/geneva", "kg:entered", None),
    "a curator": ("curator/mw", None, None),
}
# The places in the YAML, and those of the words in the article.
EXPECTED: Mapping[str, tuple[list[str], list[str]]] = {
    "a claim": (["geneva:12 Geneva"], ["geneva:5 Foreign Minister Ana Lind met he"]),
    "an object of a claim": (["geneva:12 Geneva"], ["geneva:5 Foreign Minister Ana Lind met he"]),
    "a role": (["geneva:25 called"], ["geneva:9 The news agency Nordpress report"]),
    "a quote": (
        ["geneva:8 Foreign Minister Ana Lind met her counterpart Tomas Berg in Geneva on Monday."],
        ["geneva:5 Foreign Minister Ana Lind met he"],
    ),
    "a direct triple": (["geneva:11 Tomas Berg"], ["geneva:5 Foreign Minister Ana Lind met he"]),
    "a direct triple with a literal": (
        ["geneva:13 on Monday = 2024-03-11"],
        ["geneva:5 Foreign Minister Ana Lind met he"],
    ),
    "all that an event has by a predicate": (
        ["geneva:11 Foreign Minister Ana Lind = ana-lind", "geneva:11 Tomas Berg"],
        ["geneva:5 Foreign Minister Ana Lind met he"],
    ),
    "what an event lacks": (
        ["geneva:10 lind-berg-geneva-2024-03-11"],
        ["geneva:5 Foreign Minister Ana Lind met he"],
    ),
    "an event": (
        ["geneva:21 berg-lind-call-2024-03-10", "geneva:30 berg-lind-call-2024-03-10"],
        ["geneva:9 The news agency Nordpress report", "geneva:9 Berg’s office denied that a call"],
    ),
    "status disputed": (
        ["geneva:22 held", "geneva:30 berg-lind-call-2024-03-10"],
        ["geneva:9 The news agency Nordpress report", "geneva:9 Berg’s office denied that a call"],
    ),
    "a best assertion": (
        ["geneva:26 two days ago = 2024-03-10"],
        ["geneva:9 The news agency Nordpress report"],
    ),
    "a dispute": (
        ["geneva:22 held", "geneva:30 berg-lind-call-2024-03-10"],
        ["geneva:9 The news agency Nordpress report", "geneva:9 Berg’s office denied that a call"],
    ),
    "a constraint on the whole graph": (
        ["geneva:11 Foreign Minister Ana Lind = ana-lind", "geneva:11 Tomas Berg"],
        ["geneva:5 Foreign Minister Ana Lind met he"],
    ),
    "a claim found by one": (
        ["geneva:10 lind-berg-geneva-2024-03-11"],
        ["geneva:5 Foreign Minister Ana Lind met he"],
    ),
    "a time": (
        ["geneva:26 two days ago = 2024-03-10"],
        ["geneva:9 The news agency Nordpress report"],
    ),
    "a printed time": (["geneva:4 12 March 2024 18:30 = 2024-03-12T18:30:00"], []),
    "a resolution": (
        ["geneva:40 on Friday = 2024-03-15"],
        ["geneva:13 Lind will meet Berg again on Fr"],
    ),
    "a resolution's value": (
        ["geneva:26 2024-03-10"],
        ["geneva:9 The news agency Nordpress report"],
    ),
    "a resolution of a printed date": (["geneva:4 12 March 2024 18:30 = 2024-03-12T18:30:00"], []),
    "a passage": (
        ["geneva:35 Lind will meet Berg again on Friday."],
        ["geneva:13 Lind will meet Berg again on Fr"],
    ),
    "a document": (["geneva:1 geneva"], []),
    "a document's title": (["geneva:3 Ministers meet in Geneva over border talks"], []),
    "an utterance": (["geneva:19 nordpress-report"], ["geneva:9 The news agency Nordpress report"]),
    "an utterance's occasion": (
        ["geneva:15 lind-berg-geneva-2024-03-11"],
        ["geneva:7 “We are close to an agreement,” "],
    ),
    "an utterance's speaker": (
        ["geneva:28 {words: Berg’s office, unnamed: office-of-berg}"],
        ["geneva:9 Berg’s office denied that a call"],
    ),
    "speech": (["geneva:17 We are close …"], ["geneva:7 “We are close to an agreement,” "]),
    "a quantity's population": (
        ["geneva:34 people = people"],
        ["geneva:11 More than 120 people have been "],
    ),
    "an actor": (["registry:3 tomas-berg"], []),
    "an actor's alias": (["registry:3 Berg"], []),
    "a place's class": (["registry:8 place"], []),
    "somebody unnamed": (["geneva:28 office-of-berg"], []),
    "a curation's day": (["geneva:6 2024-04-01"], []),
    "a curator": (["geneva:5 mw"], []),
}


def test_all_cases_have_places() -> None:
    assert list(CASES) == list(EXPECTED)
    assert len(CASES) == 33


@pytest.mark.parametrize("name", CASES)
def test_places(locator: Locator, tables: Tables, name: str) -> None:
    focus, path, value = CASES[name]
    object_ = node(tables, value) if value else None
    found = locator.diagnostic(result(node(tables, focus), path, object_))
    assert (told(found), quotes(found)) == EXPECTED[name]


def test_what_nobody_wrote_is_about_the_graph(locator: Locator) -> None:
    found = locator.diagnostic(result("time/1999", "kg:edtf", None))
    assert (str(found.span), found.related, found.subject) == ("graph", (), "time/1999")


def frame(table: str, *rows: Mapping[str, str | int | None]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=TABLES[table].schema)


ROWS = Tables(
    {
        "record": frame(
            "record",
            *(
                {"id": f"row/0a/{n}", "document": "file/0a", "number": n, "graph": "graph/icews"}
                for n in (7, 8)
            ),
        ),
        "source": frame("source", {"id": "file/0a", "title": "icews.csv", "graph": "graph/icews"}),
        "claim": frame(
            "claim",
            *(
                {
                    "id": f"claim/{n}",
                    "subject": "event/e",
                    "predicate": "kg:when",
                    "object_kind": "iri",
                    "object": f"time/2014-01-0{n}",
                }
                for n in (7, 8)
            ),
        ),
        "support": frame(
            "support", *({"claim": f"claim/{n}", "evidence": f"row/0a/{n}"} for n in (7, 8))
        ),
    }
)


@pytest.mark.parametrize(
    ("focus", "path", "value", "places"),
    [
        ("row/0a/7", "kg:recordNumber", None, ["icews.csv:7:1"]),
        ("claim/8", "kg:stance", None, ["icews.csv:8:1"]),
        ("event/e", "kg:when", "time/2014-01-08", ["icews.csv:8:1"]),
        ("event/e", "kg:when", None, ["icews.csv:7:1", "icews.csv:8:1"]),
        ("event/e", "kg:kind", None, ["icews.csv:7:1", "icews.csv:8:1"]),
        ("time/2014-01-07", None, None, ["icews.csv:7:1"]),
        ("row/0a/9", None, None, ["graph"]),
    ],
)
def test_rows_of_bulk_files(
    focus: str, path: str | None, value: str | None, places: list[str]
) -> None:
    found = Locator(ROWS, BASE).diagnostic(result(focus, path, value))
    assert [str(found.span), *(str(related.span) for related in found.related)] == places
