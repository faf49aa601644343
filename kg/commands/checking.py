"""Commands that say what is wrong, and write what is right: check, build, verify, explain."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.commands.common import (
    CLEAN,
    FINDINGS,
    Declare,
    UsageError,
    path_prefix,
    project_root,
    shape_texts,
)

if TYPE_CHECKING:
    from kg.build import Checked, Timings
    from kg.check.diagnostic import Severity

_REPORTS = ("text", "json", "sarif", "junit", "github", "w3c")
ENGINES = ("auto", "fast", "pyshacl", "both")


def declare(command: Declare) -> None:
    """Declare the commands of this module."""
    for name, run, text in (
        ("check", check, "Parse, prove quotes, resolve dates, map, validate; write nothing."),
        ("build", build, "Check, then write the graph."),
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
        added.add_argument(
            "--no-cache",
            action="store_true",
            help="look at everything anew, and keep nothing for the next time",
        )
        added.add_argument("--timings", action="store_true", help="print how long each stage took")
        if name == "check":
            added.add_argument(
                "--fix",
                action="store_true",
                help="first mend in the files what needs no judgement, and write out what is meant",
            )
            added.add_argument(
                "--changed-since",
                metavar="REVISION",
                help="find only what is about files changed since then, or wrong between files",
            )
    command("verify", verify, "Hold every output against the manifest.")
    added = command("explain", explain, "Tell what a diagnostic means, with examples.")
    added.add_argument("code", metavar="CODE", nargs="?", help="such as quote-gap; all if left out")


def _target(text: str) -> tuple[str, str]:
    form, equals, file = text.partition("=")
    if not equals or not file or form not in _REPORTS:
        raise argparse.ArgumentTypeError(f"write FORMAT=FILE; formats are {', '.join(_REPORTS)}")
    return form, file


def check(options: argparse.Namespace) -> int:
    """Check a project, mending what is clear when asked to."""
    from kg.cache.digests import Ahead

    root = project_root(options)
    ahead = None if options.fix else Ahead(root)
    from kg.build import check, fix  # behind what is done while it loads

    if options.fix:
        _tell_fixed(fix(root), path_prefix(root))
    changed = None
    if options.changed_since is not None:
        from kg.since import changed_since, is_about_all

        changed = changed_since(root, options.changed_since)
        since = f"since {options.changed_since}"
        if not changed:
            print(f"nothing changed {since}: there is nothing to check", file=sys.stderr)
            return CLEAN
        rest = "; all files are looked at" if is_about_all(changed) else ""
        files = f"{len(changed)} file{'' if len(changed) == 1 else 's'}"
        print(f"{files} changed {since}{rest}", file=sys.stderr)
    checked = check(root, options.engine, cache=not options.no_cache, changed=changed, scan=ahead)
    return _report(checked, options)


def _tell_fixed(places: dict[str, int], prefix: str) -> None:
    for path, count in places.items():
        print(f"{prefix}{path}: {count} fixed", file=sys.stderr)
    files = f"{len(places)} file{'' if len(places) == 1 else 's'}"
    print(f"{sum(places.values())} fixed in {files}", file=sys.stderr)


def build(options: argparse.Namespace) -> int:
    """Check a project and write its output."""
    from kg.build import build

    checked = build(project_root(options), options.engine, cache=not options.no_cache)
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

    root = project_root(options)
    sys.stderr.write(text_report(checked.findings, path_prefix(root), sources_in(root)))
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
        rules(shape_texts(root)),
        sources_in(root),
        checked.report,
        "" if inside == "." else inside + "/",
        least,
    )
    for form, target in targets:
        write(outcome, form, target)


def _print_timings(timings: Timings) -> None:
    for stage, seconds in timings.stages.items():
        print(f"{seconds:8.3f} s  {stage}", file=sys.stderr)


def verify(options: argparse.Namespace) -> int:
    """Hold every output against the manifest."""
    from kg.verified import verify

    looked_at, wrong = verify(project_root(options))
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{looked_at} files looked at, {len(wrong)} wrong", file=sys.stderr)
    return FINDINGS if wrong or not looked_at else CLEAN


def explain(options: argparse.Namespace) -> int:
    """Explain a code, or list all."""
    from kg.check.catalogue import catalogue
    from kg.check.explain import UnknownCode, explained, listing, rules
    from kg.facts.folder import find_root

    if options.code is None:
        sys.stdout.write(listing(catalogue()))
        return CLEAN
    root = project_root(options) if options.project is not None else find_root(Path.cwd())
    try:
        sys.stdout.write(explained(options.code, rules(shape_texts(root))))
    except UnknownCode as error:
        raise UsageError(str(error)) from None
    return CLEAN
