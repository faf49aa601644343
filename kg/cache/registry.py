"""The registry as it is kept: enough of each entry to look names and ids up."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from kg.cache.codec import packed, unpacked
from kg.cache.kept import SCHEMAS
from kg.check.diagnostic import Diagnostic, Span
from kg.facts.grammar import Text
from kg.facts.merges import Merge, Merges
from kg.facts.record import Record
from kg.facts.registry import Entry, Registry


class RegistryNeeded(Exception):
    """More of an entry is asked for than is kept: the registry must be read."""


class _NotKept(Record):
    """The fields of an entry, which are not kept."""

    def __init__(self) -> None:
        """Nothing is set, so that whatever is asked for is missed."""

    def __getattribute__(self, name: str) -> Any:
        raise RegistryNeeded


class _Entries(Mapping[str, Entry]):
    """Entries made when they are asked for."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._rows = {row[0]: row for row in frame.iter_rows()}
        self._made: dict[str, Entry] = {}

    def __getitem__(self, node: str) -> Entry:
        if node not in self._made:
            _, names, kind, akin, *span = self._rows[node]
            pairs = tuple((text, language) for text, language in json.loads(names))
            entry = Entry(node, _NotKept(), pairs, Span(*span), kind, tuple(json.loads(akin)))
            self._made[node] = entry
        return self._made[node]

    def __contains__(self, node: object) -> bool:
        return node in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def kept_registry(frame: pl.DataFrame, content: Mapping[str, Any]) -> Registry:
    """The registry of `registry_frame` and `registry_content`."""
    merges = (Merge(node, Text(into, Span(*span))) for node, into, span in content["merges"])
    return Registry(_Entries(frame), Merges(merges))


def registry_frame(registry: Registry) -> pl.DataFrame:
    """The entries as a frame."""
    rows = [
        (
            entry.node,
            json.dumps(entry.names),
            entry.kind,
            json.dumps(entry.akin),
            *_plain(entry.span),
        )
        for entry in registry.entries.values()
    ]
    return pl.DataFrame(rows, schema=SCHEMAS["entries"], orient="row")


def registry_content(
    registry: Registry, articles: frozenset[str], found: list[Diagnostic]
) -> dict[str, Any]:
    """What else is kept of a registry: merges, what was found, which articles it names as sources.

    `articles` are those that there are; that decides what a source is.
    """
    sources = {
        source.value
        for entry in registry.entries.values()
        if (source := entry.fields.text("source")) is not None
    }
    return {
        "merges": [
            [line.node, line.into.value, _plain(line.into.span)] for line in registry.merges
        ],
        "retired": bool(registry.retired),
        "found": [packed(diagnostic) for diagnostic in found],
        "sources": {source: source in articles for source in sorted(sources)},
    }


def registry_found(content: Mapping[str, Any]) -> list[Diagnostic]:
    """What was found in the registry."""
    return [unpacked(text) for text in content["found"]]


def _plain(span: Span) -> tuple[str, int, int, int, int]:
    return span.file, span.line, span.column, span.end_line, span.end_column
