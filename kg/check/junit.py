"""Findings as JUnit XML, for the reports of continuous integration."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from kg.check.diagnostic import Diagnostic, Severity
from kg.check.excerpt import shown
from kg.check.report import text_report

# What XML 1.0 has no place for, beyond what is escaped anyway.
_NOT_XML = re.compile("[\ufffe\uffff]")


def junit(
    diagnostics: Iterable[Diagnostic],
    files: Iterable[str],
    prefix: str = "",
    least: Severity = Severity.ERROR,
) -> str:
    """One suite with a test case for each file looked at.

    A case fails by findings at least as bad as `least`, one failure listing all of its file, since
    many readers take only the first; other findings go to its output.
    """
    items = tuple(diagnostics)
    cases, failed = [], 0
    for file in sorted({*files, *(item.span.file for item in items)}):
        own = [item for item in items if item.span.file == file]
        bad = [item for item in own if item.severity >= least]
        failed += bool(bad)
        name = _attribute(prefix + file)
        body = _failure(bad, prefix)
        if rest := [item for item in own if item.severity < least]:
            body += f"<system-out>{_content(text_report(rest, prefix))}</system-out>\n"
        head = f'<testcase classname="kg" name={name} file={name}'
        cases.append(f"{head}>\n{body}</testcase>\n" if body else f"{head}/>\n")
    counts = f'tests="{len(cases)}" failures="{failed}" errors="0"'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="kg" {counts}>\n<testsuite name="kg check" {counts} skipped="0">\n'
        + "".join(cases)
        + "</testsuite>\n</testsuites>\n"
    )


def _failure(items: list[Diagnostic], prefix: str) -> str:
    if not items:
        return ""
    more = f" (and {len(items) - 1} more)" if len(items) > 1 else ""
    message = _attribute(items[0].message + more)
    text = _content(text_report(items, prefix))
    return f"<failure type={_attribute(items[0].code)} message={message}>{text}</failure>\n"


def _attribute(text: str) -> str:
    return quoteattr(_legible(text))


def _content(text: str) -> str:
    return escape(_legible(text))


def _legible(text: str) -> str:
    return _NOT_XML.sub("\ufffd", shown(text))
