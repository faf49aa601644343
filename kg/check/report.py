"""Reports: diagnostics as text that a terminal shows safely."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from kg.check.diagnostic import Diagnostic, Severity, Span
from kg.check.excerpt import excerpt, shown

__all__ = ["Sources", "harmless", "shown", "text_report", "totals"]

Sources = Callable[[str], str | None]
"""The text of a file by the path a span has; None where there is none to show."""

# A line that begins with `::`, white space aside, or holds `##[`, is a command to the runner of
# a workflow; the words of an article or a file name must not give any.
_COMMAND = re.compile(r"^(\s*):(?=:)|#(?=#\[)", re.MULTILINE)


def text_report(
    diagnostics: Iterable[Diagnostic], prefix: str = "", sources: Sources | None = None
) -> str:
    """One paragraph a diagnostic: `file:line:column: code: message`, then places and the fix.

    `prefix` is put before each file, to lead from where the reader stands to the project. With
    `sources` the line in question follows the message, the place marked below it.
    """
    lines = []
    for item in diagnostics:
        mark = "" if item.severity is Severity.ERROR else f" ({item.severity})"
        lines.append(f"{_place(item.span, prefix)}: {item.code}{mark}: {item.message}")
        if sources is not None:
            lines += _excerpt(item.span, sources)
        lines += [f"    {_place(r.span, prefix)}: {r.message}" for r in item.related]
        if item.fix:
            lines.append(f"    fix: {item.fix}")
    return "".join(harmless(shown(line.replace("\n", "\n         "))) + "\n" for line in lines)


def harmless(text: str) -> str:
    """Text without what the runner of a workflow would take for a command."""
    return _COMMAND.sub(lambda match: f"{match[1] or ''}\\u{ord(match[0][-1]):04X}", text)


def _excerpt(span: Span, sources: Sources) -> list[str]:
    source = sources(span.file) if span.line else None
    found = excerpt(source, span) if source is not None else None
    if found is None:
        return []
    number = str(span.line)
    line, marks = found
    return [f"    {number} | {line}", f"    {' ' * len(number)} | {marks}"]


def _place(span: Span, prefix: str) -> str:
    return f"{prefix}{span}".replace("\n", "\\u000A")


def totals(diagnostics: Iterable[Diagnostic]) -> str:
    """How many findings there are of each severity."""
    count = Counter(item.severity for item in diagnostics)
    parts = [
        f"{count[severity]} {severity}{'s' if count[severity] != 1 else ''}"
        for severity in sorted(Severity, reverse=True)
        if count[severity]
    ]
    return ", ".join(parts) or "no findings"
