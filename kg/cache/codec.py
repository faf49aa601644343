"""Diagnostics and results as JSON and back: plain data, so that a cache can run nothing."""

from __future__ import annotations

import json
from typing import Any

from kg.check.diagnostic import Diagnostic, Edit, Related, Severity, Span
from kg.check.shacl import Result

Plain = list[Any]


def packed(diagnostic: Diagnostic) -> str:
    """A diagnostic as JSON."""
    d = diagnostic
    return json.dumps(
        [
            d.code,
            d.message,
            _span(d.span),
            int(d.severity),
            d.fix,
            [[_span(related.span), related.message] for related in d.related],
            d.subject,
            None if d.edit is None else [_span(d.edit.span), d.edit.text],
        ]
    )


def unpacked(text: str) -> Diagnostic:
    """The diagnostic of `packed`."""
    code, message, span, severity, fix, related, subject, edit = json.loads(text)
    return Diagnostic(
        code,
        message,
        Span(*span),
        Severity(severity),
        fix,
        tuple(Related(Span(*at), what) for at, what in related),
        subject,
        None if edit is None else Edit(Span(*edit[0]), edit[1]),
    )


def packed_result(result: Result) -> Plain:
    """A validation result as plain data."""
    r = result
    return [r.focus, r.path, r.value, r.shape, r.component, r.message, int(r.severity)]


def unpacked_result(plain: Plain) -> Result:
    """The result of `packed_result`."""
    focus, path, value, shape, component, message, severity = plain
    return Result(focus, path, value, shape, component, message, Severity(severity))


def _span(span: Span) -> Plain:
    return [span.file, span.line, span.column, span.end_line, span.end_column]
