"""Findings as JSON, for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from kg.check.diagnostic import Diagnostic, Span
from kg.check.fingerprint import fingerprints


def as_json(diagnostics: Iterable[Diagnostic], prefix: str = "") -> str:
    """An array with one object a finding, always with the same keys; ASCII only.

    Lines and columns count from 1, columns in code points, ends exclusive; a line of 0 stands for
    the file as a whole.
    """
    items = tuple(diagnostics)
    found = [
        {
            "code": item.code,
            "severity": str(item.severity),
            "message": item.message,
            "fix": item.fix,
            **_place(item.span, prefix),
            "related": [
                {"message": related.message, **_place(related.span, prefix)}
                for related in item.related
            ],
            "subject": item.subject,
            "fingerprint": fingerprint,
        }
        for item, fingerprint in zip(items, fingerprints(items), strict=True)
    ]
    return json.dumps(found, indent=2) + "\n"


def _place(span: Span, prefix: str) -> dict[str, Any]:
    return {
        "file": prefix + span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
