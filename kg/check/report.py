"""Reports: diagnostics as text that a terminal shows safely."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from kg.check.diagnostic import Diagnostic, Severity, Span

# C0 and C1 controls, DEL, bidirectional controls and line separators: a terminal, or a reader,
# could be misled by them, and article text and file names are not to be trusted.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def shown(text: str) -> str:
    """Text with every control and bidirectional character written as its escape."""
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04X}", text)


def text_report(diagnostics: Iterable[Diagnostic], prefix: str = "") -> str:
    """One paragraph a diagnostic: `file:line:column: code: message`, then places and the fix.

    `prefix` is put before each file, to lead from where the reader stands to the project.
    """
    lines = []
    for item in diagnostics:
        mark = "" if item.severity is Severity.ERROR else f" ({item.severity})"
        lines.append(f"{_place(item.span, prefix)}: {item.code}{mark}: {item.message}")
        lines += [f"    {_place(r.span, prefix)}: {r.message}" for r in item.related]
        if item.fix:
            lines.append(f"    fix: {item.fix}")
    return "".join(shown(line.replace("\n", "\n         ")) + "\n" for line in lines)


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
