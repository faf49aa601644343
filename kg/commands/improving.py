"""Commands that say what to look into next: gaps, duplicates."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from kg.commands.common import (
    CLEAN,
    FINDINGS,
    Declare,
    UsageError,
    path_prefix,
    project_root,
    tables_of,
)


def declare(command: Declare) -> None:
    """Declare the commands of this module."""
    added = command("gaps", gaps, "Tell how well events are evidenced, and what to improve first.")
    added.add_argument("--format", choices=("text", "json", "csv"), default="text")
    added.add_argument(
        "--ratchet", type=Path, metavar="FILE", help="fail where a total is worse than this has it"
    )
    added.add_argument("--update", action="store_true", help="write the totals into that file")
    added = command("duplicates", duplicates, "Propose actors and events that may be the same.")
    added.add_argument("--format", choices=("text", "json"), default="text")


def gaps(options: argparse.Namespace) -> int:
    """Tell how well the events are evidenced."""
    from kg.ask import gaps_text
    from kg.ask.gaps import gaps

    if options.update and options.ratchet is None:
        raise UsageError("--update needs --ratchet FILE, which it writes")
    tables = tables_of(project_root(options))
    if tables is None:
        return FINDINGS
    found = gaps(tables)
    if options.format == "text":
        sys.stdout.write(gaps_text.as_text(found, path_prefix(project_root(options))))
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

    tables = tables_of(project_root(options))
    if tables is None:
        return FINDINGS
    found = duplicates(tables)
    if options.format == "text":
        sys.stdout.write(duplicates_text.as_text(found, path_prefix(project_root(options))))
    else:
        sys.stdout.write(duplicates_text.as_json(found))
    print(duplicates_text.looked_at(found), file=sys.stderr)
    return CLEAN
