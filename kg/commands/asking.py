"""Commands that ask the last good output: why, query, queries, diff."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kg.commands.common import (
    CLEAN,
    FINDINGS,
    Declare,
    UsageError,
    path_prefix,
    project_root,
    tell_stale,
)

_FORMATS = ("table", "csv", "tsv", "json", "xml", "ttl", "nt")


def declare(command: Declare) -> None:
    """Declare the commands of this module."""
    added = command("why", why, "Tell who says so, in which words, and from whom they have it.")
    added.add_argument("event", metavar="EVENT", help="slug of an event")
    added.add_argument("field", metavar="FIELD", nargs="?", help="such as when, who, where, status")
    added.add_argument("--format", choices=("text", "json", "mermaid"), default="text")
    _with_imports(added)
    added = command("query", query, "Ask a question of the library, or any SPARQL file.")
    added.add_argument("query", metavar="NAME|FILE", help="a name of `kg queries`, or a .rq file")
    added.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="may be repeated, also for one name",
    )
    added.add_argument("--format", choices=_FORMATS, help="table, or ttl for a graph, if left out")
    added.add_argument(
        "--timeout",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="for a SPARQL file; 60 if left out",
    )
    added.add_argument("--endpoint", metavar="URL", help="ask a store's graph/main, not the build")
    added.add_argument(
        "--default-graph", action="store_true", help="with --endpoint: its default graph"
    )
    _with_imports(added)
    command("queries", queries, "List the questions of the library and their parameters.")
    added = command(
        "diff", diff, "Tell what changed, claim by claim, between revisions, folders or builds."
    )
    side = "a git revision, a folder with kg.yaml, or one with graph.nq"
    added.add_argument("before", metavar="A", help=side)
    added.add_argument("after", metavar="B", nargs="?", help="likewise; the project as it is now")
    added.add_argument("--format", choices=("text", "markdown", "json"), default="text")
    added.add_argument("--exit-code", action="store_true", help="1 where there are differences")


def _with_imports(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--with",
        dest="imports",
        action="append",
        default=[],
        metavar="NAME",
        help="ask an import of this name too, beside the build; may be repeated",
    )


def why(options: argparse.Namespace) -> int:
    """Tell what is said of an event."""
    from kg.ask.why import UnknownEvent
    from kg.ask.why_picture import as_mermaid
    from kg.ask.why_text import as_json, as_text
    from kg.built import open_built

    root = project_root(options)
    built = open_built(root).joined(options.imports)
    tell_stale(built.stale)
    try:
        why = built.asker().why(options.event, options.field)
    except UnknownEvent as error:
        raise UsageError(str(error)) from None
    if options.format == "text":
        sys.stdout.write(as_text(why, path_prefix(root)))
    else:
        sys.stdout.write(as_json(why) if options.format == "json" else as_mermaid(why))
    return CLEAN


def query(options: argparse.Namespace) -> int:
    """Ask a named query or a SPARQL file."""
    from kg.ask.errors import QueryError
    from kg.built import open_built

    if options.endpoint is not None:
        if options.imports:
            raise UsageError("--with asks imports beside the build: leave out --endpoint")
        from kg.commands.remote import query_endpoint

        return query_endpoint(options)
    built = open_built(project_root(options)).joined(options.imports)
    tell_stale(built.stale)
    try:
        built.query(
            options.query, options.param, options.format, options.timeout, sys.stdout.buffer
        )
    except QueryError as error:
        print(f"kg: {error}", file=sys.stderr)
        return error.exit_code
    return CLEAN


def queries(_: argparse.Namespace) -> int:
    """List the library."""
    from kg.ask.library import library

    for query in library().values():
        print(f"{query.name}\n    {query.question}")
        for parameter in query.parameters:
            words = ",".join(parameter.default) or "any"
            print(f"    --param {parameter.name}={words}  {parameter.description}")
    return CLEAN


def diff(options: argparse.Namespace) -> int:
    """Tell what changed between two sides."""
    from kg.ask.diff import diff
    from kg.ask.diff_text import as_json, as_markdown, as_text
    from kg.sides import open_side

    def root() -> Path:
        return project_root(options)

    found = diff(open_side(options.before, root), open_side(options.after, root))
    form = {"text": as_text, "markdown": as_markdown, "json": as_json}[options.format]
    sys.stdout.write(form(found))
    return FINDINGS if options.exit_code and found.groups else CLEAN
