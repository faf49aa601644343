"""Findings as SARIF 2.1.0, for code scanning (OASIS Standard of 27 March 2020)."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from kg.check.catalogue import Entry
from kg.check.diagnostic import Diagnostic, Severity, Span
from kg.check.excerpt import shown
from kg.check.explain import explained, rule
from kg.check.fingerprint import fingerprints

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
ROOT = "%SRCROOT%"
LIMIT = 25_000
"""Results a run may have where code scanning takes it."""
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
# Section 3.11.6: in messages, `[text](target)` is a link.
_LINK = re.compile(r"\[(?=[^\]]*\]\()")


def sarif(
    diagnostics: Iterable[Diagnostic],
    rules: Mapping[str, Entry],
    version: str,
    prefix: str = "",
    limit: int = LIMIT,
) -> str:
    """One run, worst results first; beyond the limit one result a rule says how many there are.

    `prefix` leads from the root of the repository to the project. Columns count code points.
    """
    items = sorted(diagnostics, key=lambda item: (-item.severity, item.sort_key()))
    marks = fingerprints(items)
    codes = sorted({item.code for item in items})
    entries = {code: rule(code, rules) for code in codes}
    index = {code: number for number, code in enumerate(codes)}
    kept = len(items) if len(items) <= limit else max(0, limit - len(codes))
    results = [
        _result(item, mark, index[item.code], prefix)
        for item, mark in zip(items[:kept], marks, strict=False)
    ]
    rest = Counter(item.code for item in items[kept:])
    firsts = {item.code: item for item in reversed(items[kept:])}
    results += [_grouped(firsts[code], rest[code], index[code], prefix) for code in sorted(rest)]
    run = {
        "tool": {
            "driver": {
                "name": "Parley",
                "semanticVersion": version,
                "rules": [_rule(code, entries[code]) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str, entry: Entry | None) -> dict[str, Any]:
    if entry is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": _text(entry.title)},
        "fullDescription": {"text": _text(entry.text)},
        "help": {"text": _text(explained(code, {code: entry}))},
        "defaultConfiguration": {"level": _LEVELS[entry.severity]},
    }


def _result(item: Diagnostic, fingerprint: str, index: int, prefix: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": item.code,
        "ruleIndex": index,
        "level": _LEVELS[item.severity],
        "message": {"text": _text(item.message + (f"\nFix: {item.fix}" if item.fix else ""))},
        "locations": [_location(item.span, prefix)],
        # The one name that code scanning compares; the digest holds no line.
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
    }
    if item.related:
        result["relatedLocations"] = [
            {
                "id": number,
                **_location(related.span, prefix),
                "message": {"text": _text(related.message)},
            }
            for number, related in enumerate(item.related, 1)
        ]
    return result


def _grouped(first: Diagnostic, count: int, index: int, prefix: str) -> dict[str, Any]:
    what = "more finding" if count == 1 else "more findings"
    return {
        "ruleId": first.code,
        "ruleIndex": index,
        "level": _LEVELS[first.severity],
        "message": {"text": f"{count} {what} of {first.code}; the first is here."},
        "locations": [_location(first.span, prefix)],
        "partialFingerprints": {"primaryLocationLineHash": f"{first.code}:more"},
    }


def _location(span: Span, prefix: str) -> dict[str, Any]:
    uri = quote((prefix + span.file).encode("utf-8", "replace"))
    place: dict[str, Any] = {"artifactLocation": {"uri": uri, "uriBaseId": ROOT}}
    if span.line:
        place["region"] = {
            "startLine": span.line,
            "startColumn": max(1, span.column),
            "endLine": max(span.line, span.end_line),
            "endColumn": max(1, span.end_column if span.end_line else span.column),
        }
    return {"physicalLocation": place}


def _text(text: str) -> str:
    return _LINK.sub(r"\\[", shown(text))
