"""Every rendering of the same findings: exact, valid, and safe with words nobody can trust."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pyoxigraph as ox
import pytest
import xmlschema

from kg.check.catalogue import catalogue
from kg.check.diagnostic import Diagnostic, Related, Severity, Span
from kg.check.excerpt import WIDTH, excerpt, shown
from kg.check.fingerprint import fingerprints
from kg.check.github import MOST, commands, summary
from kg.check.junit import junit
from kg.check.render_json import as_json
from kg.check.renderings import RENDERINGS, repository, sources_in
from kg.check.report import text_report, totals
from kg.check.sarif import sarif
from kg.check.shacl import Report, Result
from kg.check.w3c import w3c
from kg.cli import main
from kg.commands.checking import _REPORTS
from tests.golden import TESTS

SCHEMA = json.loads((TESTS / "data" / "sarif-schema-2.1.0.json").read_text("utf-8"))
XSD = xmlschema.XMLSchema(TESTS / "data" / "junit.xsd")

FACTS = "facts/geneva.yaml"
QUOTE = Diagnostic(
    "quote-ambiguous",
    "the quote stands 2 times in the text, on lines 9, 13",
    Span(FACTS, 8, 12, 8, 25),
    fix="quote more words",
    related=(Related(Span("articles/geneva.txt", 9, 77, 9, 90), "it stands here"),),
)
ALIAS = Diagnostic(
    "shape-Entity-altLabel",
    "An alias repeats the name of its entry. (place/basel)",
    Span("registry/more.yaml", 2, 3, 2, 8),
    Severity.WARNING,
    subject="place/basel",
)
NOTE = Diagnostic("quote-normalised", "other white space", Span(FACTS, 9, 5, 10, 3), Severity.NOTE)
WHOLE = Diagnostic("yaml-empty", "the file holds nothing", Span("facts/a b#ü.yaml"), fix="write")
ITEMS = (QUOTE, NOTE, WHOLE, ALIAS)
# What an article, a file name or a shape's message could hold.
EVIL = Diagnostic(
    "quote-not-found",
    "a%b\r\n::set-output name=x::y\n  ::stop-commands::z ##[add-path]/tmp\x1b[31m\u202e]]>&<b>"
    "[link](http://evil.example/)|`@all`\x00\ufffe",
    Span("facts/a,b:c\n::error::.yaml", 1, 1, 1, 2),
    fix="\n::warning::fix",
)


def many(count: int, severity: Severity = Severity.ERROR) -> list[Diagnostic]:
    code = {3: "quote-not-found", 2: "text-bidi", 1: "quote-normalised"}[severity]
    return [
        Diagnostic(code, f"m {n}", Span(FACTS, n + 1, 1, n + 1, 2), severity) for n in range(count)
    ]


# --- Text --------------------------------------------------------------------------------------


def test_text_without_sources_has_no_lines_of_them() -> None:
    assert text_report(ITEMS, "seeds/") == (
        "seeds/facts/geneva.yaml:8:12: quote-ambiguous: the quote stands 2 times in the text, "
        "on lines 9, 13\n"
        "    seeds/articles/geneva.txt:9:77: it stands here\n"
        "    fix: quote more words\n"
        "seeds/facts/geneva.yaml:9:5: quote-normalised (note): other white space\n"
        "seeds/facts/a b#ü.yaml: yaml-empty: the file holds nothing\n"
        "    fix: write\n"
        "seeds/registry/more.yaml:2:3: shape-Entity-altLabel (warning): "
        "An alias repeats the name of its entry. (place/basel)\n"
    )
    assert totals(ITEMS) == "2 errors, 1 warning, 1 note"
    assert totals(()) == "no findings"


def test_text_with_sources_marks_the_place() -> None:
    source = "\n" * 7 + "  - quote: Berg’s office\n    by: told\n"
    report = text_report((QUOTE, WHOLE), sources={FACTS: source}.get)
    assert report == (
        "facts/geneva.yaml:8:12: quote-ambiguous: the quote stands 2 times in the text, "
        "on lines 9, 13\n"
        "    8 |   - quote: Berg’s office\n"
        "      |            ^^^^^^^^^^^^^\n"
        "    articles/geneva.txt:9:77: it stands here\n"
        "    fix: quote more words\n"
        "facts/a b#ü.yaml: yaml-empty: the file holds nothing\n"
        "    fix: write\n"
    )


LONG = "".join(str(n % 10) for n in range(300))


@pytest.mark.parametrize(
    ("source", "place", "expected"),
    [
        ("abc", (1, 2, 1, 3), ("abc", " ^")),
        ("abc", (1, 4, 1, 4), ("abc", "   ^")),  # nothing is where something is missing
        ("", (1, 1, 1, 1), ("", "^")),
        ("ab\r\ncd\rxy\nz", (3, 2, 4, 1), ("xy", " ^")),  # to the end of its own line
        ("a\tb", (1, 3, 1, 4), ("a\\tb", "   ^")),
        ("\x1b[31mred", (1, 6, 1, 9), ("\\u001B[31mred", "          ^^^")),
        ("a\u202eb", (1, 3, 1, 4), ("a\\u202Eb", "       ^")),
        ("漢字x", (1, 2, 1, 3), ("漢字x", "  ^^")),
        ("e\u0301x", (1, 3, 1, 4), ("e\u0301x", " ^")),
        (LONG, (1, 1, 1, 4), (LONG[:98] + "…", "^^^")),
        (LONG, (1, 60, 1, 61), (LONG[:98] + "…", " " * 59 + "^")),
        (LONG, (1, 200, 1, 203), ("…" + LONG[169:267] + "…", " " * 31 + "^^^")),
        (LONG, (1, 300, 1, 301), ("…" + LONG[269:], " " * 31 + "^")),
        (LONG, (1, 11, 1, 290), (LONG[:98] + "…", " " * 10 + "^" * 88)),
        ("abc", (1, 9, 1, 12), ("abc", "   ^")),
    ],
)
def test_excerpts(source: str, place: tuple[int, int, int, int], expected: tuple[str, str]) -> None:
    assert excerpt(source, Span("f", *place)) == expected
    assert all(len(line) <= WIDTH for line in expected)


def test_there_is_no_excerpt_of_what_is_not_there() -> None:
    assert excerpt("abc", Span("f")) is None
    assert excerpt("abc", Span("f", 2, 1, 2, 2)) is None


def test_sources_are_read_inside_the_project_only(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfa: 1")
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfa\xff")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "a.yaml")
    sources = sources_in(tmp_path)
    assert sources("a.yaml") == "a: 1"
    assert sources("a.txt") == "\ufeffa\ufffd"
    assert sources("link.yaml") is None
    assert sources("none.yaml") is None


def test_text_gives_a_terminal_and_a_workflow_nothing_to_obey() -> None:
    source = "##[add-path]/tmp ::set-output name=a::b"
    report = text_report((EVIL,), sources=lambda _: source)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", report)
    assert [line for line in report.splitlines() if line.strip().startswith("::")] == []
    assert "##[" not in report
    assert "         \\u003A:set-output name=x::y\n" in report
    assert "1 | \\u0023#[add-path]/tmp ::set-output name=a::b\n" in report


# --- JSON --------------------------------------------------------------------------------------


def test_json_is_an_array_with_the_same_keys_always() -> None:
    text = as_json(ITEMS, "seeds/")
    found = json.loads(text)
    assert text.isascii()
    assert [list(item) for item in found] == [
        [
            *("code", "severity", "message", "fix"),
            *("file", "line", "column", "end_line", "end_column"),
            *("related", "subject", "fingerprint"),
        ]
    ] * 4
    assert found[0] == {
        "code": "quote-ambiguous",
        "severity": "error",
        "message": "the quote stands 2 times in the text, on lines 9, 13",
        "fix": "quote more words",
        "file": "seeds/facts/geneva.yaml",
        "line": 8,
        "column": 12,
        "end_line": 8,
        "end_column": 25,
        "related": [
            {
                "message": "it stands here",
                "file": "seeds/articles/geneva.txt",
                "line": 9,
                "column": 77,
                "end_line": 9,
                "end_column": 90,
            }
        ],
        "subject": "",
        "fingerprint": fingerprints(ITEMS)[0],
    }
    assert json.loads(as_json(())) == []
    assert json.loads(as_json((EVIL,)))[0]["message"] == EVIL.message


# --- Fingerprints ------------------------------------------------------------------------------


def test_fingerprints_do_not_change_when_lines_move() -> None:
    moved = Diagnostic(
        QUOTE.code,
        "the quote stands 2 times in the text, on lines 10, 14",
        Span(FACTS, 20, 14, 20, 27),
    )
    other = Diagnostic(QUOTE.code, "the quote stands 3 times in the text", Span(FACTS, 8, 12))
    elsewhere = Diagnostic(QUOTE.code, QUOTE.message, Span("facts/other.yaml", 8, 12))
    assert fingerprints((moved,)) == fingerprints((QUOTE,))
    assert len(set(fingerprints((QUOTE, other, elsewhere)))) == 3
    assert all(re.fullmatch(r"[0-9a-f]{32}:1", mark) for mark in fingerprints(ITEMS))


def test_fingerprints_of_results_rest_on_the_claim_and_the_rule() -> None:
    reworded = Diagnostic(ALIAS.code, "Other words.", Span("registry/z.yaml", 9, 9), subject="x")
    same = Diagnostic(ALIAS.code, "Other words.", Span("registry/z.yaml", 9, 9), subject="y")
    assert fingerprints((reworded, same))[0] != fingerprints((reworded, same))[1]
    kept = Diagnostic(ALIAS.code, "Other words.", Span("z", 9, 9), subject=ALIAS.subject)
    assert fingerprints((kept,)) == fingerprints((ALIAS,))
    assert [mark[-2:] for mark in fingerprints((ALIAS, kept, ALIAS))] == [":1", ":2", ":3"]


# --- SARIF -------------------------------------------------------------------------------------


def run_of(text: str) -> dict[str, Any]:
    """The only run of a SARIF log that keeps to the schema."""
    log = json.loads(text)
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def test_sarif() -> None:
    run = run_of(sarif(ITEMS, catalogue(), "1.2.3", "seeds/"))
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("Parley", "1.2.3")
    assert run["columnKind"] == "unicodeCodePoints"
    ids = [rule["id"] for rule in driver["rules"]]
    assert ids == ["quote-ambiguous", "quote-normalised", "shape-Entity-altLabel", "yaml-empty"]
    assert driver["rules"][3]["shortDescription"]["text"] == catalogue()["yaml-empty"].title
    assert driver["rules"][1]["defaultConfiguration"] == {"level": "note"}
    assert [(r["ruleId"], r["level"], ids[r["ruleIndex"]]) for r in run["results"]] == [
        ("yaml-empty", "error", "yaml-empty"),
        ("quote-ambiguous", "error", "quote-ambiguous"),
        ("shape-Entity-altLabel", "warning", "shape-Entity-altLabel"),
        ("quote-normalised", "note", "quote-normalised"),
    ]
    whole, quote = run["results"][:2]
    assert whole["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {
                    "uri": "seeds/facts/a%20b%23%C3%BC.yaml",
                    "uriBaseId": "%SRCROOT%",
                }
            }
        }
    ]
    assert quote["message"]["text"] == f"{QUOTE.message}\nFix: quote more words"
    assert quote["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 8,
        "startColumn": 12,
        "endLine": 8,
        "endColumn": 25,
    }
    assert quote["partialFingerprints"] == {
        "primaryLocationLineHash": fingerprints((QUOTE,))[0],
    }
    (related,) = quote["relatedLocations"]
    place = related["physicalLocation"]
    assert related["message"]["text"] == "it stands here"
    assert place["artifactLocation"]["uri"] == "seeds/articles/geneva.txt"
    assert place["region"]["startLine"] == 9


def test_sarif_without_findings_is_valid() -> None:
    assert run_of(sarif((), catalogue(), "1"))["results"] == []


def test_sarif_stays_below_the_limit_and_says_what_it_left_out() -> None:
    items = [*many(30), *many(20, Severity.WARNING), *many(5, Severity.NOTE)]
    run = run_of(sarif(items, catalogue(), "1", limit=40))
    assert len(run["results"]) == 39
    assert Counter(r["level"] for r in run["results"]) == {"error": 30, "warning": 8, "note": 1}
    texts = [r["message"]["text"] for r in run["results"][-2:]]
    assert texts == [
        "5 more findings of quote-normalised; the first is here.",
        "13 more findings of text-bidi; the first is here.",
    ]
    assert run["results"][-1]["locations"][0]["physicalLocation"]["region"]["startLine"] == 8
    assert len(run_of(sarif(items, catalogue(), "1", limit=55))["results"]) == 55


def test_the_limit_of_sarif_holds_for_a_flood() -> None:
    text = sarif(many(25_001), catalogue(), "1")
    results = json.loads(text)["runs"][0]["results"]
    assert len(results) == 25_000
    assert results[-1]["message"]["text"].startswith("2 more findings of quote-not-found;")


def test_sarif_of_words_nobody_can_trust() -> None:
    (result,) = run_of(sarif((EVIL,), catalogue(), "1"))["results"]
    text = result["message"]["text"]
    assert "\\[link](http://evil.example/)" in text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", text)
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "facts/a%2Cb%3Ac%0A%3A%3Aerror%3A%3A.yaml"


# --- JUnit -------------------------------------------------------------------------------------


def suite_of(text: str) -> ElementTree.Element:
    """The only suite of a report that keeps to the schema."""
    root = ElementTree.fromstring(text)
    XSD.validate(root)
    (suite,) = root
    return suite


def test_junit_has_a_case_for_each_file() -> None:
    suite = suite_of(junit(ITEMS, ("kg.yaml", FACTS), "seeds/"))
    assert suite.attrib == {
        "name": "kg check",
        "tests": "4",
        "failures": "2",
        "errors": "0",
        "skipped": "0",
    }
    cases = {case.get("name"): [child.tag for child in case] for case in suite}
    assert cases == {
        "seeds/facts/a b#ü.yaml": ["failure"],
        "seeds/facts/geneva.yaml": ["failure", "system-out"],
        "seeds/kg.yaml": [],
        "seeds/registry/more.yaml": ["system-out"],
    }
    failure = suite[1][0]
    assert failure.get("type") == "quote-ambiguous"
    assert failure.get("message") == QUOTE.message
    assert failure.text == text_report((QUOTE,), "seeds/")


def test_junit_fails_from_the_severity_asked_for() -> None:
    suite = suite_of(junit(ITEMS, (), least=Severity.NOTE))
    assert suite.get("failures") == "3"
    assert suite[1][0].get("message") == QUOTE.message + " (and 1 more)"
    assert suite_of(junit((), ())).get("tests") == "0"


def test_junit_of_words_nobody_can_trust() -> None:
    suite = suite_of(junit((EVIL,), ()))
    assert "]]>&<b>" in str(suite[0][0].text)
    assert "\\u0000\ufffd" in str(suite[0][0].text)


# --- GitHub ------------------------------------------------------------------------------------


def test_annotations() -> None:
    assert commands(ITEMS, "seeds/") == (
        "::error file=seeds/facts/a b#ü.yaml,title=yaml-empty"
        "::the file holds nothing%0Afix: write\n"
        "::error file=seeds/facts/geneva.yaml,line=8,col=12,endLine=8,endColumn=25,"
        "title=quote-ambiguous::the quote stands 2 times in the text, on lines 9, 13%0A"
        "fix: quote more words\n"
        "::warning file=seeds/registry/more.yaml,line=2,col=3,endLine=2,endColumn=8,"
        "title=shape-Entity-altLabel::An alias repeats the name of its entry. (place/basel)\n"
        "::notice file=seeds/facts/geneva.yaml,line=9,col=5,endLine=10,"
        "title=quote-normalised::other white space\n"
    )
    assert summary(ITEMS) == ""


def test_annotations_cannot_be_broken_out_of() -> None:
    (line,) = commands((EVIL,)).splitlines()
    assert line.startswith(
        "::error file=facts/a%2Cb%3Ac%0A%3A%3Aerror%3A%3A.yaml,line=1,col=1,endLine=1,endColumn=2,"
        "title=quote-not-found::a%25b%0D%0A::set-output name=x::y%0A  ::stop-commands::z "
    )
    assert "\\u001B[31m\\u202E" in line


def test_annotations_keep_within_the_caps_and_the_rest_is_in_the_summary() -> None:
    items = [*many(12, Severity.NOTE), *many(25, Severity.WARNING), *many(11)]
    lines = commands(items).splitlines()
    kinds = [line.split(" ")[0] for line in lines]
    assert kinds == ["::error"] * MOST + ["::warning"] * MOST + ["::notice"] * MOST
    assert len(lines) <= 50
    table = summary(items, "seeds/").splitlines()
    assert table[0] == "### kg check: 18 more findings"
    assert table[4] == "| seeds/facts/geneva.yaml&#58;11&#58;1 | quote-not-found | m 10 |  |"
    assert len(table) == 4 + 1 + 15 + 2
    assert summary(many(11)).startswith("### kg check: 1 more finding\n")


def test_the_summary_is_text_and_not_markup() -> None:
    row = summary([*many(10), replace(EVIL, span=Span("z"))]).splitlines()[4]
    assert row.count("|") == 5
    assert re.search(r"[`<>\[\]@*]", row) is None
    assert "&#64;all" in row


def test_the_summary_is_cut_before_it_is_too_large() -> None:
    long = [
        Diagnostic("text-bidi", "x" * 50_000, Span(FACTS, n + 1, 1), Severity.WARNING)
        for n in range(40)
    ]
    table = summary(long)
    assert len(table.encode()) < 1_000_000
    assert table.endswith("\nand 13 more\n")


# --- The W3C's report --------------------------------------------------------------------------

RESULTS = (
    Result(
        "<https://example.org/id/place/basel>",
        "http://www.w3.org/2004/02/skos/core#altLabel",
        '"Ba\\"sel"@en',
        "https://w3id.org/parley/shapes#Entity-altLabel",
        "http://www.w3.org/ns/shacl#DisjointConstraintComponent",
        'An alias "repeats"\nthe name.',
        Severity.WARNING,
    ),
    Result(
        "<https://example.org/id/place/bern>",
        None,
        None,
        "_:s1",
        "http://www.w3.org/ns/shacl#SPARQLConstraintComponent",
        "",
        Severity.ERROR,
    ),
)


def test_w3c_report() -> None:
    text = w3c(Report(RESULTS, 2, 2))
    store = ox.Store()
    store.load(text.encode(), ox.RdfFormat.TURTLE)
    sh = "http://www.w3.org/ns/shacl#"

    def rows(query: str) -> list[list[str]]:
        solutions = store.query(f"PREFIX sh: <{sh}> {query}")
        assert isinstance(solutions, ox.QuerySolutions)
        return sorted([str(term) for term in solution] for solution in solutions)

    assert rows("SELECT ?c { ?r a sh:ValidationReport ; sh:conforms ?c }") == [
        ['"false"^^<http://www.w3.org/2001/XMLSchema#boolean>']
    ]
    assert rows(
        "SELECT ?f ?p ?v ?s ?m ?c ?h { ?r sh:result ?x . ?x a sh:ValidationResult ; "
        "sh:focusNode ?f ; sh:resultPath ?p ; sh:value ?v ; sh:resultSeverity ?s ; "
        "sh:resultMessage ?m ; sh:sourceConstraintComponent ?c ; sh:sourceShape ?h }"
    ) == [
        [
            "<https://example.org/id/place/basel>",
            "<http://www.w3.org/2004/02/skos/core#altLabel>",
            '"Ba\\"sel"@en',
            f"<{sh}Warning>",
            '"An alias \\"repeats\\"\\nthe name."',
            f"<{sh}DisjointConstraintComponent>",
            "<https://w3id.org/parley/shapes#Entity-altLabel>",
        ]
    ]
    assert rows(
        "SELECT ?s { ?x sh:focusNode <https://example.org/id/place/bern> ; sh:resultSeverity ?s }"
    ) == [[f"<{sh}Violation>"]]
    assert len(rows("SELECT ?x { ?r sh:result ?x }")) == 2
    assert w3c(Report(RESULTS, 2, 2)) == text


def test_w3c_report_of_a_graph_that_conforms() -> None:
    assert w3c(Report((), 1, 1)).splitlines()[-2:] == [
        "[] a sh:ValidationReport ;",
        "    sh:conforms true .",
    ]


# --- The command -------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small project with a warning, inside a repository."""
    root = tmp_path / "repository" / "news"
    shutil.copytree(TESTS / "project", root)
    (tmp_path / "repository" / ".git").mkdir()
    text = "places:\n  basel: {name: Basel, aliases: Basel, source: geneva}\n"
    (root / "registry" / "more.yaml").write_text(text)
    monkeypatch.chdir(root)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return root


def test_every_report_at_once(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project / "summary.md"))
    asked = [f"--report={form}=report.{form}" for form in RENDERINGS]
    assert main(["check", *asked, "--report", "github=-"]) == 0
    out, err = capsys.readouterr()
    place = "registry/more.yaml:2:33"
    assert f"{place}: shape-Entity-altLabel (warning): " in err
    line = "  basel: {name: Basel, aliases: Basel, source: geneva}"
    assert f"    2 | {line}\n      | {'':32}^^^^^\n" in err
    assert out.startswith("::warning file=news/registry/more.yaml,line=2,col=33,")
    reports = {form: (project / f"report.{form}").read_text("utf-8") for form in RENDERINGS}
    assert reports["github"] == out
    assert reports["text"].startswith(f"news/{place}: ")
    assert json.loads(reports["json"])[0]["subject"] == "place/basel"
    (result,) = run_of(reports["sarif"])["results"]
    assert result["ruleId"] == "shape-Entity-altLabel"
    suite = suite_of(reports["junit"])
    assert {case.get("name") for case in suite} == {
        "news/articles/geneva.txt",
        "news/facts/geneva.yaml",
        "news/kg.yaml",
        "news/registry/more.yaml",
        "news/registry/registry.yaml",
    }
    assert "sh:conforms false" in reports["w3c"]
    assert "place/basel> ;" in reports["w3c"]
    assert (project / "summary.md").read_text() == ""


def test_fail_on_decides_what_fails_in_junit(project: Path) -> None:
    assert main(["check", "--fail-on", "warning", "--report", "junit=j.xml"]) == 1
    assert suite_of((project / "j.xml").read_text("utf-8")).get("failures") == "1"


def test_no_validation_leaves_no_older_report(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "report.ttl").write_text("an older report")
    facts = project / "facts" / "geneva.yaml"
    facts.write_text(facts.read_text("utf-8") + "x\n", "utf-8")
    assert main(["check", "--report", "json=r.json", "--report", "w3c=report.ttl"]) == 2
    assert "w3c: the graph was not validated" in capsys.readouterr().err
    assert not (project / "report.ttl").exists()
    assert json.loads((project / "r.json").read_text())[0]["severity"] == "error"


@pytest.mark.parametrize("wrong", ["sarif", "sarif=", "pdf=x", "=x"])
def test_a_report_needs_a_format_and_a_file(
    wrong: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["check", "--report", wrong])
    assert stopped.value.code == 2
    expected = "formats are text, json, sarif, junit, github, w3c"
    assert expected in " ".join(capsys.readouterr().err.split())


def test_every_format_has_a_rendering() -> None:
    assert tuple(RENDERINGS) == _REPORTS


def test_a_repository_is_where_git_says(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (tmp_path / "a" / ".git").write_text("gitdir: elsewhere")
    assert repository(folder) == tmp_path / "a"


def test_shown_leaves_ordinary_letters_alone() -> None:
    assert shown("“Gaza”, عربي\n\t") == "“Gaza”, عربي\n\t"
