"""Commands that weigh what is said: conflicts, impact, independence."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kg.commands.common import (
    CLEAN,
    FINDINGS,
    Declare,
    UsageError,
    path_prefix,
    project_root,
)

if TYPE_CHECKING:
    from kg.facts.settings import Settings
    from kg.mapping.tables import Tables


def declare(command: Declare) -> None:
    """Declare the commands of this module."""
    added = command("conflicts", conflicts, "Tell where what is said of events does not agree.")
    added.add_argument(
        "event", metavar="EVENT", nargs="?", help="slug of an event; all if left out"
    )
    added.add_argument("--kind", action="append", default=[], help="only of this kind; repeatable")
    added.add_argument("--format", choices=("text", "json", "csv"), default="text")
    added.add_argument("--exit-code", action="store_true", help="1 where there are conflicts")
    added = command("impact", impact, "Tell what would fall if a source or a claim were withdrawn.")
    added.add_argument(
        "nodes",
        metavar="SOURCE|PASSAGE|CLAIM",
        nargs="+",
        help="id of an article or utterance, node of a passage or claim, or a file of facts",
    )
    added.add_argument("--format", choices=("text", "json"), default="text")
    added = command(
        "independence", independence, "Tell on how many independent origins each fact rests."
    )
    added.add_argument(
        "event", metavar="EVENT", nargs="?", help="slug of an event; all if left out"
    )
    added.add_argument(
        "--format", choices=("csv", "nq"), default="csv", help="nq: a graph of its own"
    )


def conflicts(options: argparse.Namespace) -> int:
    """Tell where what is said does not agree."""
    from kg.ask import conflicts_text
    from kg.ask.conflicts import KINDS, about
    from kg.ask.conflicts import conflicts as all_conflicts

    for kind in options.kind:
        if kind not in KINDS:
            raise UsageError(f"no kind is called `{kind}`; there are {', '.join(KINDS)}")
    root = project_root(options)
    read = _read(root)
    if read is None:
        return FINDINGS
    _, tables, single, superclasses = read
    event = _event(tables, options.event)
    found = about(all_conflicts(tables, single, superclasses), event, options.kind)
    if options.format == "text":
        sys.stdout.write(conflicts_text.as_text(found, path_prefix(root)))
    else:
        form = {"json": conflicts_text.as_json, "csv": conflicts_text.as_csv}[options.format]
        sys.stdout.write(form(found))
    print(conflicts_text.looked_at(found), file=sys.stderr)
    return FINDINGS if options.exit_code and found.conflicts else CLEAN


def impact(options: argparse.Namespace) -> int:
    """Tell what would fall."""
    from kg.ask import impact_text
    from kg.ask.impact import UnknownNode, resolve
    from kg.ask.impact import impact as impact_of
    from kg.ask.texts import archived_texts

    root = project_root(options)
    read = _read(root)
    if read is None:
        return FINDINGS
    _, tables, single, superclasses = read
    try:
        nodes = {resolve(tables, node) for node in options.nodes}
    except UnknownNode as error:
        raise UsageError(str(error)) from None
    found = impact_of(tables, nodes, single, superclasses, archived_texts(root))
    form = {"text": impact_text.as_text, "json": impact_text.as_json}[options.format]
    sys.stdout.write(form(found))
    return CLEAN


def independence(options: argparse.Namespace) -> int:
    """Tell on how many origins facts rest."""
    from kg.ask.corroboration import Corroboration, quads, table
    from kg.ask.texts import archived_texts

    root = project_root(options)
    read = _read(root)
    if read is None:
        return FINDINGS
    settings, tables, _, _ = read
    event = _event(tables, options.event)
    corroboration = Corroboration(tables, archived_texts(root))
    facts = corroboration.all() if event is None else corroboration.facts(event)
    if options.format == "csv":
        sys.stdout.write(table(facts).write_csv())
    else:
        sys.stdout.write(quads(facts, settings.base).decode())
    return CLEAN


_Read = tuple["Settings", "Tables", Collection[str], Mapping[str, frozenset[str]]]


def _read(root: Path) -> _Read | None:
    """Settings and tables of a project, and by what they were ranked; None where errors are."""
    from kg.build import FactsError, facts_of
    from kg.facts.project import vocabulary_of

    try:
        settings, tables = facts_of(root)
    except FactsError as error:
        sys.stderr.write(str(error))
        return None
    words = vocabulary_of(root)
    superclasses = {name: words.superclasses(name) for name in words.classes()}
    return settings, tables, words.single_valued(), superclasses


def _event(tables: Tables, given: str | None) -> str | None:
    """The node of an event by its slug; raises UsageError with the slugs that are close."""
    if given is None:
        return None
    slug = given.removeprefix("event/")
    subjects = tables["claim"]["subject"].unique().sort()
    slugs = [node.removeprefix("event/") for node in subjects if node.startswith("event/")]
    if slug in slugs:
        return f"event/{slug}"
    close = difflib.get_close_matches(slug, slugs, n=3, cutoff=0.4) or slugs[:5]
    raise UsageError(f"no event `{given}` is here; there is {', '.join(close) or 'none'}")
