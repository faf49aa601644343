"""What commands have in common: exit codes, the project they work on, how they are declared."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kg.mapping.tables import Tables

CLEAN, FINDINGS, USAGE, NETWORK, INTERRUPTED = 0, 1, 2, 3, 130


class Declare(Protocol):
    """Declares a command by its name, what runs it and one line of help; returns its parser."""

    def __call__(
        self, name: str, run: Callable[[argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        """Add the command to the parser of the command line."""
        ...


class UsageError(Exception):
    """A wrong call, or something to read or write that is not there."""


def project_root(options: argparse.Namespace) -> Path:
    """The folder of the project meant by the options or by where the reader stands.

    Raises UsageError where there is none.
    """
    from kg.facts.folder import SETTINGS, find_root

    if options.project is not None:
        root = Path(options.project).resolve()
        if not (root / SETTINGS).exists():
            raise UsageError(f"{options.project} holds no {SETTINGS}")
        return root
    found = find_root(Path.cwd())
    if found is None:
        raise UsageError("no kg.yaml here or above; go into a project or name one with --project")
    return found


def path_prefix(root: Path) -> str:
    """What leads from where the reader stands to the project."""
    relative = os.path.relpath(root, Path.cwd())
    return "" if relative == "." else Path(relative).as_posix() + "/"


def shape_texts(root: Path | None) -> dict[str, bytes]:
    """The shapes of the package and those of the project, if any, by the names shown."""
    from kg.rdf.resources import shape_files

    own = sorted((root / "shapes").glob("*.ttl")) if root is not None else []
    return {f"shapes/{path.name}": path.read_bytes() for path in (*shape_files(), *own)}


def tell_stale(changed: Sequence[str]) -> None:
    """Say which inputs are no longer those that the output was built from."""
    if changed:
        print(
            f"the graph is older than {changed[0]}"
            + (f" and {len(changed) - 1} more" if len(changed) > 1 else "")
            + "; run `kg build`",
            file=sys.stderr,
        )


def tables_of(root: Path) -> Tables | None:
    """The tables of a project; None, with the report written, where its facts have errors."""
    from kg.build import FactsError, facts_of

    try:
        return facts_of(root)[1]
    except FactsError as error:
        sys.stderr.write(str(error))
        return None


def asked(question: str) -> str:
    """What a person answers; nothing where nobody is there to ask."""
    if not sys.stdin.isatty():
        return ""
    print(question, end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()
