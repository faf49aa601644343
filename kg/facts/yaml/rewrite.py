"""Scalars and mappings rewritten in place: edits that keep comments, style and line breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from kg.check.diagnostic import Edit, Findings, Span
from kg.facts.yaml import nodes
from kg.facts.yaml.nodes import Mapping, Scalar

# What ends or begins something in a plain scalar within brackets or braces.
_FLOW = re.compile(r"[][{},]")
_BREAK = re.compile(r"[\r\n]")


def rewritten(scalar: Scalar, value: str) -> Edit | None:
    """The edit that gives a scalar another value, changing as few of its characters as can be.

    A change that would move a line break is left out. None where nothing is left to change, or
    where the result would not read as the value.
    """
    if not scalar.value:
        return None
    raw, kept = scalar.source(), ""
    pieces: list[tuple[int, int, str]] = []
    flow = False
    done = 0
    for start, end, text in _changes(scalar.value, value):
        first, last = scalar.raw_range(start, end)
        # Quotation marks and indicators around a value are never part of a piece of it.
        aligned = scalar.style == "plain" or (first, last) != (0, len(raw))
        if aligned and not _BREAK.search(raw[first:last] + text):
            pieces.append((first, last, _escaped(text, scalar)))
            flow = flow or _FLOW.search(text) is not None
            kept += scalar.value[done:start] + text
            done = end
    if not pieces:
        return None
    kept += scalar.value[done:]
    low, high, written = pieces[0][0], pieces[0][0], ""
    for first, last, text in pieces:
        written += raw[high:first] + text
        high = last
    whole = raw[:low] + written + raw[high:]
    if scalar.style == "plain" and (flow or not _reads(whole, kept)):
        # Single quotes fold lines as a plain scalar does, and take any other character as it is.
        whole = written = quoted(whole)
        low, high = 0, len(raw)
    return Edit(scalar.raw_span(low, high), written) if _reads(whole, kept) else None


def appended(scalar: Scalar, text: str) -> Edit | None:
    """The edit that puts a text behind the last visible character of a scalar."""
    kept = scalar.value.rstrip()
    return rewritten(scalar, kept + text + scalar.value[len(kept) :])


def inserted(mapping: Mapping, after: str, key: str, value: str) -> Edit | None:
    """The edit that gives a mapping one more key, behind another one."""
    name, node = mapping.key(after), mapping.get(after)
    if name is None or node is None:
        return None
    entry = f"{key}: {plain_or_quoted(value)}"
    if mapping.flow:
        end = node.span.end_line, node.span.end_column
        return Edit(Span(node.span.file, *end, *end), f", {entry}")
    return Edit(node.line_end, f"{node.line_break}{' ' * (name.span.column - 1)}{entry}")


def plain_or_quoted(value: str) -> str:
    """A text as a plain scalar that may stand anywhere, or else in single quotes."""
    return value if not _FLOW.search(value) and _reads(value, value) else quoted(value)


def quoted(raw: str) -> str:
    """A text in single quotes."""
    return "'" + raw.replace("'", "''") + "'"


def _changes(old: str, new: str) -> Iterator[tuple[int, int, str]]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield a, b, new[c:d]


def _escaped(text: str, scalar: Scalar) -> str:
    if scalar.style == "single":
        return text.replace("'", "''")
    if scalar.style == "double":
        return text.replace("\\", "\\\\").replace('"', '\\"')
    return text


def _reads(raw: str, value: str) -> bool:
    """Whether a piece of YAML, as the value of a key, reads as a text."""
    findings = Findings()
    node = nodes.read(f"x: {raw}\n".encode(), "", findings)
    found = node.get("x") if isinstance(node, Mapping) else None
    return not findings.items and isinstance(found, Scalar) and found.value == value
