"""The command line: parses arguments, calls a command, exits; nothing else."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from kg import commands
from kg.commands import CLEAN, INTERRUPTED, USAGE, UsageError

_REPORTS = ("text", "json", "sarif", "junit", "github", "w3c")
ENGINES = ("auto", "fast", "pyshacl", "both")
_FORMATS = ("table", "csv", "tsv", "json", "xml", "ttl", "nt")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 clean, 1 findings, 2 usage, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        # Articles are Unicode whatever the locale says; nothing a terminal cannot show may crash.
        getattr(stream, "reconfigure", lambda **_: None)(encoding="utf-8", errors="replace")
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        code = run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough; what is left must not be complained about.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLEAN
    except KeyboardInterrupt:
        return INTERRUPTED
    except (UsageError, OSError) as error:
        print(f"kg: {error}", file=sys.stderr)
        return USAGE
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kg", description="Facts from news articles, with the words they rest on, as a graph."
    )
    parser.add_argument("--version", action="store_true", help="print the version and stop")
    parser.set_defaults(run=commands.version)
    subparsers = parser.add_subparsers(metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        added = subparsers.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        added.add_argument("--project", type=Path, metavar="DIR", help="folder of kg.yaml")
        return added

    for name, run, text in (
        (
            "check",
            commands.check,
            "Parse, prove quotes, resolve dates, map, validate; write nothing.",
        ),
        ("build", commands.build, "Check, then write the graph."),
    ):
        added = command(name, run, text)
        added.add_argument(
            "--fail-on",
            choices=("error", "warning", "note"),
            default="error",
            help="the least severity that makes the exit code 1",
        )
        added.add_argument(
            "--engine",
            choices=ENGINES,
            default="auto",
            help="SHACL engine; both fails where they differ; auto is fast where they agree",
        )
        added.add_argument(
            "--report",
            action="append",
            default=[],
            type=_target,
            metavar="FORMAT=FILE",
            help="also write text, json, sarif, junit, github or w3c; - is standard output",
        )
        added.add_argument("--timings", action="store_true", help="print how long each stage took")
        if name == "check":
            added.add_argument(
                "--fix",
                action="store_true",
                help="first mend in the files what needs no judgement, and write out what is meant",
            )
    added = command(
        "why", commands.why, "Tell who says so, in which words, and from whom they have it."
    )
    added.add_argument("event", metavar="EVENT", help="slug of an event")
    added.add_argument("field", metavar="FIELD", nargs="?", help="such as when, who, where, status")
    added.add_argument("--format", choices=("text", "json", "mermaid"), default="text")
    added = command("query", commands.query, "Ask a question of the library, or any SPARQL file.")
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
    command("queries", commands.queries, "List the questions of the library and their parameters.")
    added = command(
        "diff",
        commands.diff,
        "Tell what changed, claim by claim, between revisions, folders or builds.",
    )
    side = "a git revision, a folder with kg.yaml, or one with graph.nq"
    added.add_argument("before", metavar="A", help=side)
    added.add_argument("after", metavar="B", nargs="?", help="likewise; the project as it is now")
    added.add_argument("--format", choices=("text", "markdown", "json"), default="text")
    added.add_argument("--exit-code", action="store_true", help="1 where there are differences")
    command("verify", commands.verify, "Hold every output against the manifest.")
    added = command(
        "gaps", commands.gaps, "Tell how well events are evidenced, and what to improve first."
    )
    added.add_argument("--format", choices=("text", "json", "csv"), default="text")
    added.add_argument(
        "--ratchet", type=Path, metavar="FILE", help="fail where a total is worse than this has it"
    )
    added.add_argument("--update", action="store_true", help="write the totals into that file")
    added = command(
        "duplicates", commands.duplicates, "Propose actors and events that may be the same."
    )
    added.add_argument("--format", choices=("text", "json"), default="text")
    added = command("new", commands.new, "Archive a text and draft its facts, to be confirmed.")
    added.add_argument("article", type=Path, metavar="ARTICLE.txt", help="its text, in UTF-8")
    added.add_argument("--id", help="made of the file's name if left out")
    added.add_argument("--coder", metavar="ID", help="who enters the facts; initials of git's user")
    added.add_argument("--entered", metavar="DAY", help="YYYY-MM-DD; today if left out")
    added = command("init", commands.init, "Begin a project of your own in a new or empty folder.")
    added.add_argument("folder", type=Path, metavar="DIR")
    added.add_argument("--base", metavar="IRI", help="what every id begins with; asked for")
    added.add_argument("--title", help="of the data set; the folder's name if left out")
    added = command(
        "schema", commands.schema, "Print a JSON Schema for editors, or write all of them."
    )
    added.add_argument("name", choices=("facts", "registry", "settings"), nargs="?")
    added.add_argument("--builtin", action="store_true", help="without the project's own words")
    added.add_argument("--write", action="store_true", help="write each beside what it describes")
    added = command("explain", commands.explain, "Tell what a diagnostic means, with examples.")
    added.add_argument("code", metavar="CODE", nargs="?", help="such as quote-gap; all if left out")
    return parser


def _target(text: str) -> tuple[str, str]:
    form, equals, file = text.partition("=")
    if not equals or not file or form not in _REPORTS:
        raise argparse.ArgumentTypeError(f"write FORMAT=FILE; formats are {', '.join(_REPORTS)}")
    return form, file


if __name__ == "__main__":
    sys.exit(main())
