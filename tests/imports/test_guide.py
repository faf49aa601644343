"""The guide is true: its tables and specification are imported, its outputs are the real ones.

`KG_UPDATE_GOLDEN=1` writes outputs and the table of keys into the guide, to be read in the
difference.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from kg.bulk import check_spec
from kg.cli import main
from kg.facts.format_keys import Takes
from kg.facts.import_format import IMPORTS
from kg.facts.schema import json_schema
from kg.imports.read_spec import builtin_specs, spec_path
from kg.rdf.vocabulary import Vocabulary
from tests.golden import TESTS
from tests.imports.importing import inputs, joined, project, spec_of, staged
from tests.test_schema import errors

GUIDE = TESTS.parent / "kg" / "imports" / "README.md"
_FILE = re.compile(r"`([a-z]+\.(?:csv|yaml))`[^`]*?\n\n```(?:csv|yaml)\n(.*?)```", re.DOTALL)
_CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
_KEYS = re.compile(r"(\| key \| what it says \|\n\|---\|---\|\n).*\Z", re.DOTALL)


def guide_files() -> dict[str, str]:
    return dict(_FILE.findall(GUIDE.read_text("utf-8")))


def rows(mapping: str = "import", path: str = "") -> Iterator[str]:
    """The keys of a mapping and of those nested in it."""
    for word, key in IMPORTS[mapping].items():
        notes = ["required"] * key.required + ["one or several"] * key.many
        told = key.doc + (f" ({', '.join(notes)})" if notes else "")
        words = list(key.words)
        if key.takes is Takes.CONCEPT:
            words = [word for word in Vocabulary.builtin().concepts(key.of) if word != "disputed"]
        told += ": " + ", ".join(f"`{word}`" for word in words) if words else ""
        yield f"| `{path}{word}` | {told} |\n"
        if key.takes is Takes.MAP:
            yield from rows(key.of, f"{path}{word}: ")


def outputs(text: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The guide with every output made anew."""

    def run(match: re.Match[str]) -> str:
        made = ""
        for line in match[1].splitlines():
            if line.startswith("$ kg "):
                capsys.readouterr()
                main(shlex.split(line)[2:])
                out, err = capsys.readouterr()
                made += f"{line}\n{out}{err}"
        return f"```console\n{made}```"

    return _KEYS.sub(lambda match: match[1] + "".join(rows()), _CONSOLE.sub(run, text))


def test_outputs_and_keys_of_the_guide_are_the_real_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = guide_files()
    assert sorted(files) == ["spoilt.csv", "talks.csv", "talks.yaml"]
    monkeypatch.chdir(project(tmp_path / "p", files))
    text = GUIDE.read_text("utf-8")
    found = outputs(text, capsys)
    if os.environ.get("KG_UPDATE_GOLDEN"):
        GUIDE.write_text(found, encoding="utf-8")
    # How well it compresses is the compressor's affair.
    sizes = re.compile(r"\(\d+ compressed\)")
    assert sizes.sub("", found) == sizes.sub("", GUIDE.read_text("utf-8"))
    assert found.count("\n$ kg import ") == 4
    assert (tmp_path / "p" / "out" / "imports" / "lake-talks" / "graph.nq.zst").is_file()


def test_what_the_guide_says_of_its_example_is_true(tmp_path: Path) -> None:
    files = guide_files()
    path = tmp_path / "talks.csv"
    path.write_text(files["talks.csv"], encoding="utf-8")
    tables = joined(staged(spec_of(files["talks.yaml"]), path)[1])
    on_3_may = tables["direct"].filter(pl.col("object") == "time/2026-05-03")["subject"].to_list()
    assert len(on_3_may) == 1
    claims = tables["claim"].filter(pl.col("subject") == on_3_may[0])
    assert claims["according_to"].n_unique() == 2
    towns = claims.filter(pl.col("predicate") == "kg:place")["object"].to_list()
    assert sorted(towns) == [
        "place/lake-talks/Lakeland/Hillford",
        "place/lake-talks/Lakeland/Port%20Ann",
    ]
    support = tables["support"].filter(pl.col("claim").is_in(claims["id"].to_list()))
    assert support["evidence"].n_unique() == 3
    assert tables["record"]["key"].min() == "007"
    assert inputs(path)[0].node in tables["source"]["id"].to_list()


@pytest.mark.parametrize("name", ["talks.yaml", *builtin_specs()])
def test_specifications_pass_the_schema_and_the_check(name: str, tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    text = guide_files()[name] if name == "talks.yaml" else spec_path(name).read_text("utf-8")
    path.write_text(text, encoding="utf-8")
    schema = json_schema("import", Vocabulary.builtin())
    assert errors(schema, path) == []
    assert list(check_spec(None, str(path))) == []
    path.write_text(text + "codez: []\n", encoding="utf-8")
    assert len(errors(schema, path)) == 1
    assert [item.code for item in check_spec(None, str(path))] == ["key-unknown"]


def test_what_comes_along() -> None:
    assert builtin_specs() == ("gdelt-events", "gdelt-mentions", "icews")
    assert len(spec_of("gdelt-events").file.columns) == 61
    assert len(spec_of("gdelt-mentions").file.columns) == 16


def test_the_schema_of_the_command_is_that_of_specifications(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["schema", "import", "--builtin"]) == 0
    text = capsys.readouterr().out
    assert text == json_schema("import", Vocabulary.builtin())
    assert '"title": "Specification of an import"' in text
