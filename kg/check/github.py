"""Findings as annotations of a GitHub workflow, and the rest as a table for its summary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from kg.check.diagnostic import Diagnostic, Severity, Span
from kg.check.excerpt import shown

MOST = 10
"""Annotations of each severity that a step may make; with three severities the 50 that a job may
make are never reached."""
SUMMARY_BYTES = 900_000
"""Bytes of the table: a step's summary may have 1 MiB."""
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>()#+!|~@&$:]")


def commands(diagnostics: Iterable[Diagnostic], prefix: str = "") -> str:
    """Workflow commands, one a line: the worst findings, MOST of each severity."""
    return "".join(_command(item, prefix) + "\n" for item in _split(diagnostics)[0])


def summary(diagnostics: Iterable[Diagnostic], prefix: str = "") -> str:
    """What `commands` leaves out as a Markdown table, or nothing where it leaves nothing out."""
    rest = _split(diagnostics)[1]
    if not rest:
        return ""
    lines = [
        f"### kg check: {len(rest)} more finding{'s' if len(rest) != 1 else ''}\n",
        "\n",
        "| place | code | message | fix |\n",
        "| --- | --- | --- | --- |\n",
    ]
    size = 0
    for number, item in enumerate(rest):
        cells = (f"{prefix}{item.span}", item.code, item.message, item.fix)
        line = "| " + " | ".join(_cell(cell) for cell in cells) + " |\n"
        size += len(line.encode())
        if size > SUMMARY_BYTES:
            lines.append(f"\nand {len(rest) - number} more\n")
            break
        lines.append(line)
    return "".join(lines)


def _split(diagnostics: Iterable[Diagnostic]) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """The findings to annotate, and the others; both worst first."""
    annotated: list[Diagnostic] = []
    rest: list[Diagnostic] = []
    count: Counter[Severity] = Counter()
    for item in sorted(diagnostics, key=lambda item: (-item.severity, item.sort_key())):
        count[item.severity] += 1
        (annotated if count[item.severity] <= MOST else rest).append(item)
    return annotated, rest


def _command(item: Diagnostic, prefix: str) -> str:
    properties = {"file": prefix + item.span.file, **_place(item.span), "title": item.code}
    listed = ",".join(f"{name}={_escaped(str(v), _PROPERTY)}" for name, v in properties.items())
    message = item.message + (f"\nfix: {item.fix}" if item.fix else "")
    return f"::{_COMMANDS[item.severity]} {listed}::{_escaped(message, _DATA)}"


def _place(span: Span) -> dict[str, int]:
    if not span.line:
        return {}
    place = {"line": span.line, "col": span.column, "endLine": span.end_line or span.line}
    # Columns count only within one line.
    return place | ({"endColumn": span.end_column} if span.end_line == span.line else {})


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return shown("".join(escapes.get(char, char) for char in text))


def _cell(text: str) -> str:
    """Text that is only text in a cell of a table: no markup, no link, no mention."""
    line = " ".join(shown(text).split())
    return _MARKDOWN.sub(lambda match: f"&#{ord(match[0])};", line)
