"""The JSON Schemas of a project, with the ids that its registry and its facts have made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kg.check.diagnostic import Findings
from kg.facts.known import known_ids
from kg.facts.project import read_project, vocabulary_of
from kg.facts.schema import SCHEMAS, json_schema

FILES: Mapping[str, str] = {
    "facts": "facts/facts.schema.json",
    "registry": "registry/registry.schema.json",
    "settings": "kg.schema.json",
}
"""Where each schema of a project lies: beside what it describes."""


def schemas_of(root: Path) -> dict[str, str]:
    """The schemas of a project by name; errors in it are no hindrance, `kg check` tells them."""
    project = read_project(root, Findings())
    vocabulary = project.vocabulary if project else vocabulary_of(root)
    known = known_ids(project.registry, project.articles) if project else None
    return {name: json_schema(name, vocabulary, known) for name in SCHEMAS}


def write_schemas(root: Path) -> list[str]:
    """Write the schemas of a project; the paths, from its root, of those that changed."""
    written = []
    for name, text in schemas_of(root).items():
        if name not in FILES:  # specifications of imports lie where their users keep them
            continue
        path = root / FILES[name]
        if not path.is_file() or path.read_text("utf-8") != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(FILES[name])
    return written
