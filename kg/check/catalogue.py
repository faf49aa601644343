"""The catalogue of diagnostic codes: what each means, with a bad and a good example.

The data lie in `codes/`, one file a subject; a test runs every example.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from kg.check.diagnostic import Severity
from kg.check.engines import Choice

CODES = Path(__file__).with_name("codes")
FACTS = "facts/geneva.yaml"
"""The file of the example project that an example of passages stands in."""
HEAD = "@head\n"
"""Stands for a good head, up to `passages:`, at the beginning of an example file of facts."""
SHAPE = "shape-"
"""What the codes of SHACL results begin with; the local name of the shape follows."""
SHAPES = SHAPE + "*"
"""The entry that speaks for all of them."""


@dataclass(frozen=True, slots=True)
class Example:
    """What to change in a small project: files by path, then a command to run in its folder."""

    files: Mapping[str, str]
    shell: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a code means; `also` are other codes that come with the bad example.

    `alone` says that the examples are to be run without the shapes of the package, and `engine`
    with which engine; with `imports` they are run by `kg import` on `spec.yaml` and all `rows.*`.
    An entry made of a single shape has no examples.
    """

    code: str
    title: str
    text: str
    severity: Severity
    bad: Example | None = None
    good: Example | None = None
    also: frozenset[str] = frozenset()
    alone: bool = False
    engine: Choice = "auto"
    imports: bool = False


@cache
def catalogue() -> Mapping[str, Entry]:
    """Every entry by code, sorted; the results of shapes share one, SHAPES."""
    found: dict[str, Entry] = {}
    for path in sorted(CODES.glob("*.yaml")):
        data: dict[str, Any] = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        if found.keys() & data.keys():
            raise ValueError(f"{path.name}: entered twice: {sorted(found.keys() & data.keys())}")
        found |= {code: _entry(code, entry) for code, entry in data.items()}
    return MappingProxyType(dict(sorted(found.items())))


def _entry(code: str, data: Mapping[str, Any]) -> Entry:
    return Entry(
        code,
        data["title"],
        data["text"],
        Severity[data.get("severity", "error").upper()],
        _example(data["bad"]),
        _example(data["good"]),
        frozenset(data.get("also", ())),
        data.get("alone", False),
        data.get("engine", "auto"),
        data.get("imports", False),
    )


def _example(data: str | Mapping[str, str]) -> Example:
    if isinstance(data, str):
        return Example({FACTS: HEAD + textwrap.indent(data, "  ")})
    files = dict(data)
    shell = files.pop("shell", "")
    return Example(files, shell)
