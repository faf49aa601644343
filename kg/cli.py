"""The command line: parses arguments, calls a command, exits; nothing else."""

from __future__ import annotations

import argparse
import atexit
import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from kg.commands import (
    analysing,
    asking,
    beginning,
    checking,
    exploring,
    exporting,
    importing,
    improving,
    remote,
)
from kg.commands.common import CLEAN, INTERRUPTED, USAGE, UsageError
from kg.memory import keep_freed

_MODULES = (
    checking,
    asking,
    analysing,
    exporting,
    importing,
    improving,
    beginning,
    exploring,
    remote,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 clean, 1 findings, 2 usage, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        # Articles are Unicode whatever the locale says; nothing a terminal cannot show may crash.
        getattr(stream, "reconfigure", lambda **_: None)(encoding="utf-8", errors="replace")
    options = _parser().parse_args(arguments)
    keep_freed()
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


def program(arguments: Sequence[str] | None = None) -> NoReturn:
    """`main` as a process, which ends without freeing one by one what it held."""
    code = main(arguments)
    atexit._run_exitfuncs()  # noqa: SLF001 - folders that are there for a while go here
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
    os._exit(code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kg", description="Facts from news articles, with the words they rest on, as a graph."
    )
    parser.add_argument("--version", action="store_true", help="print the version and stop")
    parser.set_defaults(run=_version)
    subparsers = parser.add_subparsers(metavar="COMMAND")

    def declare(
        name: str, run: Callable[[argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        added = subparsers.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        added.add_argument("--project", type=Path, metavar="DIR", help="folder of kg.yaml")
        return added

    for module in _MODULES:
        module.declare(declare)
    return parser


def _version(_: argparse.Namespace) -> int:
    from importlib.metadata import version

    print(f"kg {version('parley-kg')}")
    return CLEAN


if __name__ == "__main__":
    program()
