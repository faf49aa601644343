"""The command line: parses arguments, calls, reports, exits; nothing else."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.build import Checked, Timings

CLEAN, FINDINGS, USAGE, INTERRUPTED = 0, 1, 2, 130
_FORMATS = ("table", "csv", "tsv", "json", "xml", "ttl", "nt")


class _Usage(Exception):
    """A wrong call, or something to read or write that is not there."""


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
    except (_Usage, OSError) as error:
        print(f"kg: {error}", file=sys.stderr)
        return USAGE
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kg", description="Facts from news articles, with the words they rest on, as a graph."
    )
    parser.add_argument("--version", action="store_true", help="print the version and stop")
    parser.set_defaults(run=_version)
    commands = parser.add_subparsers(metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        added.add_argument("--project", type=Path, metavar="DIR", help="folder of kg.yaml")
        return added

    for name, run, text in (
        ("check", _check, "Parse, prove quotes, resolve dates, map, validate; write nothing."),
        ("build", _build, "Check, then write the graph."),
    ):
        added = command(name, run, text)
        added.add_argument(
            "--fail-on",
            choices=("error", "warning", "note"),
            default="error",
            help="the least severity that makes the exit code 1",
        )
        added.add_argument("--timings", action="store_true", help="print how long each stage took")
    added = command("why", _why, "Tell who says so, in which words, and from whom they have it.")
    added.add_argument("event", metavar="EVENT", help="slug of an event")
    added.add_argument("field", metavar="FIELD", nargs="?", help="such as when, who, where, status")
    added.add_argument("--format", choices=("text", "json", "mermaid"), default="text")
    added = command("query", _query, "Ask a question of the library, or any SPARQL file.")
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
    command("queries", _queries, "List the questions of the library and their parameters.")
    command("verify", _verify, "Hold every output against the manifest.")
    added = command("schema", _schema, "Print the JSON Schema of facts, for editors.")
    added.add_argument("--builtin", action="store_true", help="without the project's own concepts")
    return parser


def _version(_: argparse.Namespace) -> int:
    from importlib.metadata import version

    print(f"kg {version('parley-kg')}")
    return CLEAN


def _root(options: argparse.Namespace) -> Path:
    from kg.facts.project import SETTINGS, find_root

    if options.project is not None:
        root = Path(options.project).resolve()
        if not (root / SETTINGS).exists():
            raise _Usage(f"{options.project} holds no {SETTINGS}")
        return root
    found = find_root(Path.cwd())
    if found is None:
        raise _Usage("no kg.yaml here or above; go into a project or name one with --project")
    return found


def _prefix(root: Path) -> str:
    """What leads from where the reader stands to the project."""
    relative = os.path.relpath(root, Path.cwd())
    return "" if relative == "." else Path(relative).as_posix() + "/"


def _check(options: argparse.Namespace) -> int:
    from kg.build import check

    return _report(check(_root(options)), options)


def _build(options: argparse.Namespace) -> int:
    from kg.build import build

    checked = build(_root(options))
    code = _report(checked, options)
    if checked.written is None:
        print("nothing was written; the last good output stays", file=sys.stderr)
    elif checked.project is not None:
        folder = os.path.relpath(checked.project.output)
        names = ", ".join(checked.written) or "nothing: all of it is there already"
        print(f"{folder}: wrote {names}", file=sys.stderr)
    return code


def _report(checked: Checked, options: argparse.Namespace) -> int:
    from kg.check.diagnostic import Severity
    from kg.check.report import text_report, totals

    root = _root(options)
    sys.stderr.write(text_report(checked.findings, _prefix(root)))
    for line in checked.summary():
        print(line, file=sys.stderr)
    print(totals(checked.findings), file=sys.stderr)
    if options.timings:
        _print_timings(checked.timings)
    least = Severity[options.fail_on.upper()]
    return FINDINGS if any(item.severity >= least for item in checked.findings) else CLEAN


def _print_timings(timings: Timings) -> None:
    for stage, seconds in timings.stages.items():
        print(f"{seconds:8.3f} s  {stage}", file=sys.stderr)


def _why(options: argparse.Namespace) -> int:
    from kg.ask.why import UnknownEvent
    from kg.ask.why_picture import as_mermaid
    from kg.ask.why_text import as_json, as_text
    from kg.built import open_built

    root = _root(options)
    built = open_built(root)
    _stale(built.stale)
    try:
        why = built.asker().why(options.event, options.field)
    except UnknownEvent as error:
        raise _Usage(str(error)) from None
    if options.format == "text":
        sys.stdout.write(as_text(why, _prefix(root)))
    else:
        sys.stdout.write(as_json(why) if options.format == "json" else as_mermaid(why))
    return CLEAN


def _stale(changed: Sequence[str]) -> None:
    if changed:
        print(
            f"the graph is older than {changed[0]}"
            + (f" and {len(changed) - 1} more" if len(changed) > 1 else "")
            + "; run `kg build`",
            file=sys.stderr,
        )


def _query(options: argparse.Namespace) -> int:
    from kg.ask.errors import QueryError
    from kg.built import open_built

    built = open_built(_root(options))
    _stale(built.stale)
    try:
        built.query(
            options.query, options.param, options.format, options.timeout, sys.stdout.buffer
        )
    except QueryError as error:
        print(f"kg: {error}", file=sys.stderr)
        return error.exit_code
    return CLEAN


def _queries(_: argparse.Namespace) -> int:
    from kg.ask.library import library

    for query in library().values():
        print(f"{query.name}\n    {query.question}")
        for parameter in query.parameters:
            print(f"    --param {parameter.name}=…  {parameter.description}")
    return CLEAN


def _verify(options: argparse.Namespace) -> int:
    from kg.built import verify

    looked_at, wrong = verify(_root(options))
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{looked_at} outputs looked at, {len(wrong)} wrong", file=sys.stderr)
    return FINDINGS if wrong or not looked_at else CLEAN


def _schema(options: argparse.Namespace) -> int:
    from kg.facts.schema import facts_schema
    from kg.rdf.vocabulary import Vocabulary

    if options.builtin:
        vocabulary = Vocabulary.builtin()
    else:
        from kg.facts.project import vocabulary_of

        vocabulary = vocabulary_of(_root(options))
    sys.stdout.write(facts_schema(vocabulary))
    return CLEAN


if __name__ == "__main__":
    sys.exit(main())
