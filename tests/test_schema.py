"""The JSON Schemas: valid draft-07, passed by every good file, failed by unknown keys."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from kg.cli import main
from kg.facts import format as fmt
from kg.facts.schema import SCHEMAS, json_schema
from kg.new.schemas import FILES, schemas_of, write_schemas
from kg.rdf.vocabulary import Vocabulary
from tests.golden import TESTS, Case, cases
from tests.test_bad_input import project_of

ROOT = TESTS.parent
SEEDS = ROOT / "seeds"


class CoreLoader(yaml.CSafeLoader):
    """Types as editors see them: the core schema of YAML 1.2, which has no dates and no “no”."""


CoreLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    CoreLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(rf"^(?:{pattern})$"), list(first)
    )


def as_an_editor(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), CoreLoader)


def errors(schema: str, path: Path) -> list[str]:
    found = Draft7Validator(json.loads(schema)).iter_errors(as_an_editor(path))
    return sorted(f"{path.name}: {error.json_path}: {error.message}" for error in found)


def files(root: Path) -> list[tuple[str, Path]]:
    """Every file of a project that a schema describes."""
    return [
        *(("facts", path) for path in sorted((root / "facts").glob("*.yaml"))),
        *(("registry", path) for path in sorted((root / "registry").glob("*.yaml"))),
        ("settings", root / "kg.yaml"),
    ]


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("root", [None, SEEDS], ids=["builtin", "of a project"])
def test_schemas_are_draft_07_and_complete(name: str, root: Path | None) -> None:
    text = schemas_of(root)[name] if root else json_schema(name, Vocabulary.builtin())
    schema = json.loads(text)
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert ("$id" in schema) == (root is None)
    refs = set(re.findall(r'"\$ref": "#/definitions/([^"]+)"', text))
    assert refs == set(schema["definitions"])
    assert all(re.fullmatch(r"[A-Za-z-]+", ref) for ref in refs)
    for mapping in ("facts", "passage", "fact", "by", "settings", "registry", "actor-entry"):
        for key in schema["definitions"].get(mapping, {}).get("properties", {}).values():
            assert key["description"]


@pytest.mark.parametrize("root", [SEEDS, TESTS / "project"], ids=["seeds", "small"])
def test_every_good_file_passes(root: Path) -> None:
    looked_at = files(root)
    assert len(looked_at) == {"seeds": 12, "project": 3}[root.name]
    for name, path in looked_at:
        assert errors(json_schema(name, Vocabulary.builtin()), path) == []
        assert errors(schemas_of(root)[name], path) == []


UNKNOWN = [case for case in cases("bad") if re.search(": key-(unknown|misplaced): ", case.expected)]


@pytest.mark.parametrize("case", UNKNOWN, ids=lambda case: case.name)
def test_unknown_keys_fail(case: Case, tmp_path: Path) -> None:
    root = project_of(case, tmp_path)
    found = [
        error
        for name, path in files(root)
        for error in errors(json_schema(name, Vocabulary.builtin()), path)
    ]
    assert len(found) == 1


def test_unknown_keys_ran() -> None:
    assert len(UNKNOWN) >= 3


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("facts", "coder: mw", "codr: mw", "'codr' was unexpected"),
        (
            "facts",
            "coder: mw",
            "publish: some",
            "'some' is not one of ['full', 'excerpts', 'none']",
        ),
        ("facts", "will = planned", "will = plannd", "is not valid under any of the given schemas"),
        ("facts", "role: caller", "role: callr", "is not valid under any of the given schemas"),
        ("registry", "kind: person", "kind: human", "'human' is not one of ['person', 'org"),
        ("registry", "actors:", "actor:", "'actor' was unexpected"),
        ("settings", "languages: en", "language: en", "'language' was unexpected"),
        ("settings", "languages: en", "", "'languages' is a required property"),
    ],
)
def test_slips_of_the_pen_fail(tmp_path: Path, name: str, old: str, new: str, message: str) -> None:
    path = dict(files(TESTS / "project"))[name]
    text = path.read_text("utf-8")
    assert old in text
    changed = tmp_path / path.name
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = errors(json_schema(name, Vocabulary.builtin()), changed)
    assert message in "\n".join(found)


def test_enumerations_come_from_the_concepts_with_their_definitions() -> None:
    definitions = json.loads(json_schema("facts", Vocabulary.builtin()))["definitions"]
    roles = Vocabulary.builtin().concepts("Roles")
    assert definitions["Roles"]["enum"] == list(roles)
    assert definitions["Roles"]["enumDescriptions"][0] == "Received the others."
    assert definitions["Statuses-in-words"]["examples"] == [
        word for word in Vocabulary.builtin().concepts("Statuses") if word != "disputed"
    ]
    assert "held: It took place." in definitions["Statuses-in-words"]["description"]


def test_a_mapping_has_the_keys_that_the_reader_allows() -> None:
    definitions = json.loads(json_schema("facts", Vocabulary.builtin()))["definitions"]
    for name, key in (
        ("value-of-actor-or-office", fmt.EVENT_KEYS["who"]),
        ("value-of-date", fmt.EVENT_KEYS["when"]),
        ("value-of-number", fmt.MAPPINGS["quantity"]["number"]),
        ("value-of-value", fmt.EVENT_KEYS["where"]),
    ):
        assert set(definitions[name]["properties"]) == fmt.value_keys(key)


def test_a_project_completes_its_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    monkeypatch.chdir(root)
    assert main(["schema"]) == 0
    definitions = json.loads(capsys.readouterr().out)["definitions"]
    examples = {
        name: entry["examples"] for name, entry in definitions.items() if "examples" in entry
    }
    assert examples["actor-or-office-in-words"] == [
        "Ana Lind = ana-lind",
        "Nordpress = nordpress",
        "Tomas Berg = tomas-berg",
        "Foreign Minister = foreign-minister",
    ]
    assert examples["place-in-words"] == ["Geneva = geneva"]
    events = ["berg-lind-call-2024-03-10", "lind-berg-2024-03-15", "lind-berg-geneva-2024-03-11"]
    assert examples["ids-of-event"] == examples["event-in-words"] == events
    assert examples["ids-of-utterance"] == [
        "berg-office-denial",
        "lind-remarks-2024-03-11",
        "nordpress-report",
    ]
    assert examples["ids-of-article"] == ["geneva"]
    assert main(["schema", "registry"]) == 0
    registry = json.loads(capsys.readouterr().out)["definitions"]
    assert registry["ids-of-actor"]["examples"] == ["ana-lind", "nordpress", "tomas-berg"]


def test_write_puts_each_beside_what_it_describes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    monkeypatch.chdir(tmp_path)
    assert main(["schema", "--write", "--project", "project"]) == 0
    assert capsys.readouterr().err.splitlines() == [
        f"wrote project/{path}" for path in FILES.values()
    ]
    assert write_schemas(root) == []
    assert main(["check", "--project", "project"]) == 0
    assert main(["schema", "--write", "--builtin", "--project", "project"]) == 2


def test_a_project_with_errors_has_schemas_too(tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    (root / "facts" / "more.yaml").write_text("article: [", encoding="utf-8")
    assert "lind-berg-2024-03-15" in schemas_of(root)["facts"]
    (root / "kg.yaml").write_text("bas: x\n", encoding="utf-8")
    assert json.loads(schemas_of(root)["facts"])["title"] == "Facts of one article"


def test_the_committed_schema_is_what_the_format_gives() -> None:
    committed = (ROOT / "kg" / "facts" / "facts.schema.json").read_text("utf-8")
    assert committed == json_schema("facts", Vocabulary.builtin())
