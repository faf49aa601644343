"""Commands that begin something: new, init, schema."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kg.commands.common import CLEAN, Declare, UsageError, asked, path_prefix, project_root


def declare(command: Declare) -> None:
    """Declare the commands of this module."""
    added = command("new", new, "Archive a text and draft its facts, to be confirmed.")
    added.add_argument("article", type=Path, metavar="ARTICLE.txt", help="its text, in UTF-8")
    added.add_argument("--id", help="made of the file's name if left out")
    added.add_argument("--coder", metavar="ID", help="who enters the facts; initials of git's user")
    added.add_argument("--entered", metavar="DAY", help="YYYY-MM-DD; today if left out")
    added = command("init", init, "Begin a project of your own in a new or empty folder.")
    added.add_argument("folder", type=Path, metavar="DIR")
    added.add_argument("--base", metavar="IRI", help="what every id begins with; asked for")
    added.add_argument("--title", help="of the data set; the folder's name if left out")
    added = command("schema", schema, "Print a JSON Schema for editors, or write all of them.")
    added.add_argument("name", choices=("facts", "registry", "settings", "import"), nargs="?")
    added.add_argument("--builtin", action="store_true", help="without the project's own words")
    added.add_argument("--write", action="store_true", help="write each beside what it describes")


def new(options: argparse.Namespace) -> int:
    """Draft the facts of an article."""
    from kg.new.article import article_id, new_article
    from kg.new.coder import coder
    from kg.new.today import today

    root = project_root(options)
    id_ = options.id or article_id(options.article)
    if not id_:
        raise UsageError("the file's name makes no id; give one with --id")
    who = options.coder or coder(root) or asked("who enters the facts (an id such as jd)?")
    if not who:
        raise UsageError("say who enters the facts with --coder")
    made, paths = new_article(root, options.article, id_, who, options.entered or today())
    for path in paths:
        print(f"wrote {path_prefix(root)}{path}", file=sys.stderr)
    print(
        f"{made.candidates} candidates to confirm in {path_prefix(root)}facts/{id_}.yaml; "
        "`kg check` refuses it until then",
        file=sys.stderr,
    )
    return CLEAN


def init(options: argparse.Namespace) -> int:
    """Make a new project."""
    from kg.new.project import new_project
    from kg.new.today import today

    base = options.base or asked("base IRI of all ids, such as https://data.example.org/id/?")
    if not base:
        raise UsageError("say with --base what every id begins with: an IRI of your own")
    for path in new_project(options.folder, base, options.title, today()):
        print(f"wrote {(options.folder / path).as_posix()}", file=sys.stderr)
    print(f"next: go into {options.folder}, see kg.yaml, and `kg new ARTICLE.txt`", file=sys.stderr)
    return CLEAN


def schema(options: argparse.Namespace) -> int:
    """Print or write JSON Schemas."""
    from kg.facts.schema import json_schema
    from kg.new.schemas import schemas_of, write_schemas
    from kg.rdf.vocabulary import Vocabulary

    if options.write and (options.builtin or options.name):
        raise UsageError("--write writes the schemas of a project, all of them")
    if options.write:
        root = project_root(options)
        for path in write_schemas(root):
            print(f"wrote {path_prefix(root)}{path}", file=sys.stderr)
        return CLEAN
    name = options.name or "facts"
    if options.builtin:
        sys.stdout.write(json_schema(name, Vocabulary.builtin()))
    else:
        sys.stdout.write(schemas_of(project_root(options))[name])
    return CLEAN
