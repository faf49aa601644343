"""The command that brings in bulk tables: import."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

from kg.commands.common import CLEAN, FINDINGS, NETWORK, Declare, UsageError, project_root


def declare(command: Declare) -> None:
    """Declare the commands of this module."""
    added = command("import", import_, "Bulk tables to a graph, as a specification says.")
    added.add_argument(
        "spec",
        metavar="SPEC",
        help="icews, gdelt-events, gdelt-mentions, or the path of a specification",
    )
    added.add_argument("files", metavar="FILE", nargs="*", help="tables, or patterns such as *.gz")
    added.add_argument("--check", action="store_true", help="only check the specification")
    added.add_argument(
        "--dry-run", action="store_true", help="say what would come out, and write nothing"
    )
    added.add_argument("--all", action="store_true", help="keep rows of every code, as events")
    added.add_argument("--sample", metavar="SHARE", help="of the events, such as 1%%")
    added.add_argument("--seed", default="0", help="another seed draws another sample")
    added.add_argument(
        "--on-error",
        choices=("refuse", "quarantine"),
        default="refuse",
        help="quarantine puts bad rows into quarantine.csv and goes on",
    )
    added.add_argument(
        "--validate",
        choices=("all", "sample", "none"),
        default="all",
        help="how much to hold against the shapes: all events, one slice of them, or none",
    )
    added.add_argument(
        "--shacl",
        choices=("auto", "fast", "pyshacl", "both"),
        default="auto",
        help="which engine validates",
    )
    added.add_argument(
        "--engine",
        choices=("local", "spark"),
        default="local",
        help="where to run: on this machine, or on Apache Spark",
    )
    added.add_argument(
        "--master", metavar="URL", help="with --engine spark: of the cluster; Spark's own setting"
    )
    added.add_argument(
        "--sorted", action="store_true", help="the same bytes for the same rows in any order"
    )
    added.add_argument(
        "--output", type=Path, metavar="DIR", help="out/imports/<name> of the project if left out"
    )
    _allow_options_anywhere(added)


def _allow_options_anywhere(parser: argparse.ArgumentParser) -> None:
    """Let options stand between SPEC and FILE too, where argparse would take FILE as unknown."""
    plain = parser.parse_known_args

    def intermixed(*given: Any) -> Any:
        parser.parse_known_args = plain  # type: ignore[method-assign]
        return parser.parse_known_intermixed_args(*given)

    parser.parse_known_args = intermixed  # type: ignore[assignment]


def import_(options: argparse.Namespace) -> int:
    """Import bulk tables, or check the specification."""
    from kg.bulk import Options, Progress, ShareError, check_spec, import_files, sample_of
    from kg.check.report import text_report, totals

    if options.check:
        if options.files:
            raise UsageError("--check looks at the specification alone: name no files")
        findings = check_spec(None, options.spec)
        sys.stderr.write(text_report(findings, "", _source))
        print(totals(findings), file=sys.stderr)
        return FINDINGS if findings.has_errors else CLEAN
    if not options.files:
        raise UsageError("name at least one file to import")
    try:
        sample = sample_of(options.sample, options.seed) if options.sample else None
    except ShareError as error:
        raise UsageError(str(error)) from None
    _check_engine(options)
    meter = _Meter()
    progress = Progress(meter.read, meter.written) if sys.stderr.isatty() else None
    chosen = Options(
        every_code=options.all,
        sample=sample,
        quarantine=options.on_error == "quarantine",
        dry_run=options.dry_run,
        ordered=options.sorted,
        validate=options.validate,
        engine=options.shacl,
        output=options.output,
    )
    root = project_root(options)
    if options.engine == "spark":
        try:
            from kg.spark.run import SparkError, import_on_spark
        except ImportError as error:
            raise UsageError(
                f"Spark is not installed ({error}): install parley-kg[spark], and Java 17 or newer"
            ) from None
        try:
            done = import_on_spark(root, options.spec, options.files, chosen, options.master)
        except SparkError as error:
            print(f"kg: {error}", file=sys.stderr)
            return NETWORK
    else:
        try:
            done = import_files(root, options.spec, options.files, chosen, progress)
        finally:
            meter.clear()
    sys.stderr.write(text_report(done.findings, "", _source))
    out = sys.stdout if options.dry_run else sys.stderr
    for line in done.summary(None) if options.dry_run else done.summary():
        print(line, file=out)
    print(totals(done.findings), file=sys.stderr)
    if done.folder is not None:
        print(f"wrote {os.path.relpath(done.folder)}", file=sys.stderr)
    elif not options.dry_run:
        print("nothing was written", file=sys.stderr)
    return FINDINGS if done.findings.has_errors else CLEAN


def _check_engine(options: argparse.Namespace) -> None:
    if options.engine == "local" and options.master is not None:
        raise UsageError("--master is of a cluster: add --engine spark")
    if options.engine == "spark" and options.sorted:
        raise UsageError("--sorted makes one file on this machine: leave out --engine spark")
    if options.engine == "spark" and options.dry_run:
        raise UsageError("--dry-run runs on this machine: leave out --engine spark")


def _source(path: str) -> str | None:
    """The text of a specification, for the line in question; tables are not shown."""
    try:
        return Path(path).read_text("utf-8") if path.endswith(".yaml") else None
    except (OSError, ValueError):
        return None


class _Meter:
    """One line on the terminal: how far, how fast, how long still."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._shown = 0.0

    def read(self, done: int, total: int) -> None:
        """Bytes read."""
        passed = time.monotonic() - self._began
        left = passed * (total - done) / done if done else 0
        self._show(
            f"reading: {done * 100 // max(1, total)} %, "
            f"{done / 1e6 / max(passed, 1e-3):.1f} MB/s, {left:.0f} s left"
        )

    def written(self, triples: int) -> None:
        """Triples written."""
        passed = time.monotonic() - self._began
        self._show(f"writing: {triples} triples, {triples / max(passed, 1e-3):.0f} a second")

    def _show(self, text: str) -> None:
        now = time.monotonic()
        if now - self._shown > 0.1:
            self._shown = now
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
