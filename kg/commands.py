"""The commands: each takes parsed arguments, calls, reports, and returns an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.build import Checked, Timings
    from kg.check.diagnostic import Severity
    from kg.mapping.tables import Tables

CLEAN, FINDINGS, USAGE, INTERRUPTED = 0, 1, 2, 130


class UsageError(Exception):
    """A wrong call, or something to read or write that is not there."""


def version(_: argparse.Namespace) -> int:
    """Print the version."""
    from importlib.metadata import version

    print(f"kg {version('parley-kg')}")
    return CLEAN


def _root(options: argparse.Namespace) -> Path:
    from kg.facts.project import SETTINGS, find_root

    if options.project is not None:
        root = Path(options.project).resolve()
        if not (root / SETTINGS).exists():
            raise UsageError(f"{options.project} holds no {SETTINGS}")
        return root
    found = find_root(Path.cwd())
    if found is None:
        raise UsageError("no kg.yaml here or above; go into a project or name one with --project")
    return found


def _prefix(root: Path) -> str:
    """What leads from where the reader stands to the project."""
    relative = os.path.relpath(root, Path.cwd())
    return "" if relative == "." else Path(relative).as_posix() + "/"


def check(options: argparse.Namespace) -> int:
    """Check a project, mending what is clear when asked to."""
    from kg.build import check, fix

    root = _root(options)
    if options.fix:
        _tell_fixed(fix(root), _prefix(root))
    return _report(check(root, options.engine), options)


def _tell_fixed(places: dict[str, int], prefix: str) -> None:
    for path, count in places.items():
        print(f"{prefix}{path}: {count} fixed", file=sys.stderr)
    files = f"{len(places)} file{'' if len(places) == 1 else 's'}"
    print(f"{sum(places.values())} fixed in {files}", file=sys.stderr)


def build(options: argparse.Namespace) -> int:
    """Check a project and write its output."""
    from kg.build import build

    checked = build(_root(options), options.engine)
    code = _report(checked, options)
    if checked.written is None:
        print("nothing was written; the last good output stays", file=sys.stderr)
    elif checked.project is not None:
        folder = os.path.relpath(checked.project.output)
        names = ", ".join(checked.written)
        done = f"wrote {names}" if names else "nothing to write: all of it is there already"
        print(f"{folder}: {done}", file=sys.stderr)
    return code


def _report(checked: Checked, options: argparse.Namespace) -> int:
    from kg.check.diagnostic import Severity
    from kg.check.renderings import sources_in
    from kg.check.report import text_report, totals

    root = _root(options)
    sys.stderr.write(text_report(checked.findings, _prefix(root), sources_in(root)))
    for line in checked.summary():
        print(line, file=sys.stderr)
    print(totals(checked.findings), file=sys.stderr)
    if mendable := sum(item.edit is not None for item in checked.findings):
        print(f"{mendable} of these: `kg check --fix` mends them", file=sys.stderr)
    if options.timings:
        _print_timings(checked.timings)
    least = Severity[options.fail_on.upper()]
    _write_reports(checked, root, options.report, least)
    return FINDINGS if any(item.severity >= least for item in checked.findings) else CLEAN


def _write_reports(
    checked: Checked, root: Path, targets: Sequence[tuple[str, str]], least: Severity
) -> None:
    from kg.check.explain import rules
    from kg.check.renderings import Outcome, repository, sources_in, write

    if not targets:
        return
    inside = root.relative_to(repository(root)).as_posix()
    outcome = Outcome(
        tuple(checked.findings),
        tuple(checked.project.inputs) if checked.project is not None else (),
        rules(_shapes(root)),
        sources_in(root),
        checked.report,
        "" if inside == "." else inside + "/",
        least,
    )
    for form, target in targets:
        write(outcome, form, target)


def _shapes(root: Path | None) -> dict[str, bytes]:
    """The shapes of the package and those of the project, if any, by the names shown."""
    from kg.rdf.resources import shape_files

    own = sorted((root / "shapes").glob("*.ttl")) if root is not None else []
    return {f"shapes/{path.name}": path.read_bytes() for path in (*shape_files(), *own)}


def _print_timings(timings: Timings) -> None:
    for stage, seconds in timings.stages.items():
        print(f"{seconds:8.3f} s  {stage}", file=sys.stderr)


def why(options: argparse.Namespace) -> int:
    """Tell what is said of an event."""
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
        raise UsageError(str(error)) from None
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


def query(options: argparse.Namespace) -> int:
    """Ask a named query or a SPARQL file."""
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
        return _root(options)

    found = diff(open_side(options.before, root), open_side(options.after, root))
    form = {"text": as_text, "markdown": as_markdown, "json": as_json}[options.format]
    sys.stdout.write(form(found))
    return FINDINGS if options.exit_code and found.groups else CLEAN


def verify(options: argparse.Namespace) -> int:
    """Hold every output against the manifest."""
    from kg.built import verify

    looked_at, wrong = verify(_root(options))
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{looked_at} outputs looked at, {len(wrong)} wrong", file=sys.stderr)
    return FINDINGS if wrong or not looked_at else CLEAN


def _facts(root: Path) -> Tables | None:
    """The tables of a project; None, with the report written, where its facts have errors."""
    from kg.build import FactsError, facts_of

    try:
        return facts_of(root)[1]
    except FactsError as error:
        sys.stderr.write(str(error))
        return None


def gaps(options: argparse.Namespace) -> int:
    """Tell how well the events are evidenced."""
    from kg.ask import gaps_text
    from kg.ask.gaps import gaps

    if options.update and options.ratchet is None:
        raise UsageError("--update needs --ratchet FILE, which it writes")
    tables = _facts(_root(options))
    if tables is None:
        return FINDINGS
    found = gaps(tables)
    if options.format == "text":
        sys.stdout.write(gaps_text.as_text(found, _prefix(_root(options))))
    else:
        form = {"json": gaps_text.as_json, "csv": gaps_text.as_csv}[options.format]
        sys.stdout.write(form(found))
    print(gaps_text.looked_at(found), file=sys.stderr)
    if not found.looked_at["events"]:
        print("no event is here to look at", file=sys.stderr)
        return FINDINGS
    return _ratchet(found.totals, options.ratchet, update=options.update)


def _ratchet(totals: Mapping[str, int], path: Path | None, *, update: bool) -> int:
    from kg.ask.ratchet import RatchetError, as_ratchet, moved, read_ratchet
    from kg.write import write_all

    if path is None:
        return CLEAN
    if update:
        write_all(path.parent, {path.name: as_ratchet(totals).encode()}, path.name)
        print(f"{path}: wrote the totals", file=sys.stderr)
        return CLEAN
    if not path.exists():
        raise UsageError(f"{path} is not there; --update writes it")
    try:
        worse, better = moved(read_ratchet(path.read_bytes()), totals)
    except RatchetError as error:
        raise UsageError(f"{path}: {error}") from None
    for line in worse:
        print(f"worse: {line}", file=sys.stderr)
    for line in better:
        print(f"better: {line}; --update holds it there", file=sys.stderr)
    print(f"{path}: {len(worse)} totals are worse, {len(better)} better", file=sys.stderr)
    return FINDINGS if worse else CLEAN


def duplicates(options: argparse.Namespace) -> int:
    """Propose what may be one."""
    from kg.ask import duplicates_text
    from kg.ask.duplicates import duplicates

    tables = _facts(_root(options))
    if tables is None:
        return FINDINGS
    found = duplicates(tables)
    if options.format == "text":
        sys.stdout.write(duplicates_text.as_text(found, _prefix(_root(options))))
    else:
        sys.stdout.write(duplicates_text.as_json(found))
    print(duplicates_text.looked_at(found), file=sys.stderr)
    return CLEAN


def new(options: argparse.Namespace) -> int:
    """Draft the facts of an article."""
    from kg.new.article import article_id, new_article
    from kg.new.coder import coder
    from kg.new.today import today

    root = _root(options)
    id_ = options.id or article_id(options.article)
    if not id_:
        raise UsageError("the file's name makes no id; give one with --id")
    who = options.coder or coder(root) or _asked("who enters the facts (an id such as jd)?")
    if not who:
        raise UsageError("say who enters the facts with --coder")
    made, paths = new_article(root, options.article, id_, who, options.entered or today())
    for path in paths:
        print(f"wrote {_prefix(root)}{path}", file=sys.stderr)
    print(
        f"{made.candidates} candidates to confirm in {_prefix(root)}facts/{id_}.yaml; "
        "`kg check` refuses it until then",
        file=sys.stderr,
    )
    return CLEAN


def _asked(question: str) -> str:
    """What a person answers; nothing where nobody is there to ask."""
    if not sys.stdin.isatty():
        return ""
    print(question, end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def init(options: argparse.Namespace) -> int:
    """Make a new project."""
    from kg.new.project import new_project
    from kg.new.today import today

    base = options.base or _asked("base IRI of all ids, such as https://data.example.org/id/?")
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
        root = _root(options)
        for path in write_schemas(root):
            print(f"wrote {_prefix(root)}{path}", file=sys.stderr)
        return CLEAN
    name = options.name or "facts"
    if options.builtin:
        sys.stdout.write(json_schema(name, Vocabulary.builtin()))
    else:
        sys.stdout.write(schemas_of(_root(options))[name])
    return CLEAN


def explain(options: argparse.Namespace) -> int:
    """Explain a code, or list all."""
    from kg.check.catalogue import catalogue
    from kg.check.explain import UnknownCode, explained, listing, rules
    from kg.facts.project import find_root

    if options.code is None:
        sys.stdout.write(listing(catalogue()))
        return CLEAN
    root = _root(options) if options.project is not None else find_root(Path.cwd())
    try:
        sys.stdout.write(explained(options.code, rules(_shapes(root))))
    except UnknownCode as error:
        raise UsageError(str(error)) from None
    return CLEAN
