"""Where an event's facts come from, as a small diagram: who said it, through whom, in what."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from kg.web.atlas import Atlas
from kg.web.model import Box, Brief, Diagram

_WIDTH, _LINE, _PAD = 196, 17, 9
_ACROSS, _DOWN = 56, 14
_LETTERS = 27
_LINES = 3
# More would be no picture any longer; the columns of the page have them all.
_MOST = 40


def diagram(atlas: Atlas, brief: Brief, said: Iterable[tuple[str, str]]) -> Diagram | None:
    """The chains behind pairs of document and source; None where no document passes on another.

    From left to right: whose word it is, the utterances, the articles, the event.
    """
    pairs = sorted(set(said))
    if len(pairs) > _MOST or not any(source != document for document, source in pairs):
        return None
    edges: dict[tuple[str, str], None] = {}
    level: dict[str, int] = {brief.node: 0}
    sentences = []
    for document, source in pairs:
        level.setdefault(document, 1)
        edges[document, brief.node] = None
        chain = [document]
        if source != document:
            chain += [*_between(atlas, document, source), source]
        onward = source
        seen = set(chain)
        while rests := atlas.links.get((onward, "kg:restsOn")):
            onward = rests[0]
            if onward in seen:
                break
            seen.add(onward)
            chain.append(onward)
        agents = _agents(atlas, chain[-1]) if chain[-1] != document else []
        for depth, (nearer, farther) in enumerate(pairwise(chain), 2):
            edges[farther, nearer] = None
            level[farther] = max(level.get(farther, 0), depth)
        for agent in agents:
            edges[agent, chain[-1]] = None
            level[agent] = max(level.get(agent, 0), len(chain) + 1)
        named = [_title(atlas, node) for node in (*chain[1:], *agents)]
        if named:
            sentences.append(f"{_title(atlas, document)} has it from: " + ", from ".join(named))
        else:
            sentences.append(f"{_title(atlas, document)} says so itself")
    return _laid_out(atlas, brief, level, list(edges), tuple(dict.fromkeys(sentences)))


def _between(atlas: Atlas, document: str, source: str) -> list[str]:
    """The utterances through which a document has another."""
    ways, seen = [[document]], {document}
    while ways:
        way = ways.pop(0)
        for origin in atlas.derived.get(way[-1], ()):
            if origin == source:
                return way[1:]
            if origin not in seen and origin.startswith("utterance/"):
                seen.add(origin)
                ways.append([*way, origin])
    return []


def _agents(atlas: Atlas, source: str) -> list[str]:
    return [agent for agent in atlas.agents.get(source, ()) if not agent.startswith("unnamed/")]


def _title(atlas: Atlas, node: str) -> str:
    source = atlas.sources.get(node)
    if source is None:
        return atlas.label(node)
    return f"“{source.ref.label}”" if node.startswith("article/") else source.said


def _laid_out(
    atlas: Atlas,
    brief: Brief,
    level: dict[str, int],
    edges: list[tuple[str, str]],
    sentences: tuple[str, ...],
) -> Diagram:
    depth = max(level.values())
    columns: dict[int, list[str]] = defaultdict(list)
    for node in sorted(level, key=lambda n: (level[n], _title(atlas, n), n)):
        columns[level[node]].append(node)
    lines = {
        node: _lines(brief.ref.label if node == brief.node else _short(atlas, node))
        for node in level
    }
    heights = {node: 2 * _PAD + _LINE * len(text) for node, text in lines.items()}
    totals = {c: sum(heights[n] + _DOWN for n in nodes) - _DOWN for c, nodes in columns.items()}
    tallest = max(totals.values())
    boxes: dict[str, Box] = {}
    for column, nodes in columns.items():
        y = (tallest - totals[column]) // 2 + 1
        for node in nodes:
            x = (depth - column) * (_WIDTH + _ACROSS) + 1
            path = "" if node == brief.node else atlas.ref(node).path
            boxes[node] = Box(
                x,
                y,
                _WIDTH,
                heights[node],
                lines[node],
                node.split("/")[0],
                path,
                _title(atlas, node),
            )
            y += heights[node] + _DOWN
    curves = tuple(_curve(boxes[a], boxes[b]) for a, b in edges)
    width = depth * (_WIDTH + _ACROSS) + _WIDTH + 2
    return Diagram(width, tallest + 2, tuple(boxes.values()), curves, sentences)


def _short(atlas: Atlas, node: str) -> str:
    source = atlas.sources.get(node)
    if source is None or node.startswith("article/"):
        return atlas.label(node)
    who = atlas.agents.get(node)
    return (
        source.said.split(", ", 1)[-1].capitalize() if who and ", " in source.said else source.said
    )


def _lines(text: str) -> tuple[str, ...]:
    lines = textwrap.wrap(text, _LETTERS, break_long_words=True) or [""]
    if len(lines) > _LINES:
        lines = [
            *lines[: _LINES - 1],
            textwrap.shorten(" ".join(lines[_LINES - 1 :]), _LETTERS, placeholder=" …"),
        ]
    return tuple(lines)


def _curve(start: Box, end: Box) -> str:
    x1, y1 = start.x + start.width, start.y + start.height // 2
    x2, y2 = end.x, end.y + end.height // 2
    middle = (x1 + x2) // 2
    return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"
