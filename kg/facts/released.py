"""Releases: the list of the nodes that each one published, which no later build may lose.

Listed are the nodes that people name or cite: events, actors, articles, claims and their like.
Passages, dates and resolutions are named after what they hold, and come and go with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from kg.check.diagnostic import Findings, Span
from kg.facts.files import read_bytes
from kg.facts.likeness import only_candidate
from kg.facts.retired import FILE, SECTION
from kg.mapping.tables import Tables

FOLDER = "releases"
# Bytes: some ten million nodes.
_LIMIT = 1 << 30
_COLUMNS = (
    ("claim", "id"),
    ("speech", "id"),
    ("quantity", "id"),
    ("source", "id"),
    ("entity", "id"),
)


def published(tables: Tables) -> list[str]:
    """The nodes that a release of these tables lists, sorted; retired and merged ones too."""
    return sorted(_live(tables) | _gone(tables, "merged") | _gone(tables, SECTION))


def last_release(root: Path) -> Path | None:
    """The list of a project's last release, by the numbers in its version; None if none is."""
    return max((root / FOLDER).glob("*.txt"), key=_version, default=None)


def check_released(root: Path, tables: Tables, findings: Findings) -> None:
    """Find what the last release had and these tables lost, and lines of retirement that err."""
    live, retired = _live(tables), _gone(tables, SECTION)
    for node in sorted(retired & live):
        findings.error(
            "retired-in-use",
            f"`{node}` is retired, yet the facts or the registry still have it",
            _position(tables, node),
            "take the line away, or what still stands for it",
        )
    links = tables["link"].filter(pl.col("predicate") == "dcterms:isReplacedBy")
    known = live | retired | _gone(tables, "merged")
    for node, target in links.sort("node").select("node", "object").iter_rows():
        if node in retired and target not in known:
            findings.error(
                "retired-unknown",
                f"`{node}` is replaced by `{target}`, and there is no such node",
                _position(tables, node),
                "name a node of the graph, or leave `into` out",
            )
    path = last_release(root)
    if path is None:
        return
    file = path.relative_to(root).as_posix()
    for line, node in _listed(path, file, findings):
        if node not in known:
            kind = node.split("/", 1)[0] + "/"
            close = only_candidate(node, sorted(other for other in live if other.startswith(kind)))
            findings.error(
                "iri-lost",
                f"release {path.stem} has `{node}`, which is gone",
                Span(file, line, 1, line, len(node) + 1),
                f"bring it back, or write into {FILE}: "
                f"`{SECTION}: {{{node}: {{into: {close or 'NODE'}, reason: WHY}}}}`",
            )


def _listed(path: Path, file: str, findings: Findings) -> Iterator[tuple[int, str]]:
    data = read_bytes(path, file, findings, _LIMIT)
    for number, line in enumerate((data or b"").decode(errors="replace").splitlines(), 1):
        if line.strip():
            yield number, line.strip()


def _live(tables: Tables) -> set[str]:
    claimed = tables["claim"].filter(pl.col("subject").str.starts_with("event/"))
    columns = [tables[table][column] for table, column in _COLUMNS]
    return {node for column in (*columns, claimed["subject"]) for node in column}


def _gone(tables: Tables, how: str) -> set[str]:
    return set(tables["position"].filter(pl.col("property") == how)["node"])


def _position(tables: Tables, node: str) -> Span:
    of = (pl.col("node") == node) & (pl.col("property") == SECTION)
    row = tables["position"].filter(of).row(0, named=True)
    return Span(row["file"], row["line"], row["column"], row["end_line"], row["end_column"])


def _version(path: Path) -> tuple[list[int], str]:
    return [int(number) for number in re.findall(r"\d+", path.stem)], path.stem
