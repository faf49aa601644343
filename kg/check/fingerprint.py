"""Fingerprints: what stays the same of a finding when lines move."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

from kg.check.diagnostic import Diagnostic

_PLACES = re.compile(r"\bon lines? [0-9]+(?:, [0-9]+)*|\b(?:line|column|byte|offset) [0-9]+")


def fingerprints(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """A fingerprint for each finding: 32 hex digits, a colon, and its number among its equals.

    Made of the code and the node that it is about; without a node, of the code, the file and the
    message without the lines that it names.
    """
    seen: Counter[str] = Counter()
    found = []
    for item in diagnostics:
        about = (item.subject,) if item.subject else (item.span.file, _PLACES.sub("", item.message))
        digest = hashlib.sha256("\x1f".join((item.code, *about)).encode("utf-8", "replace"))
        key = digest.hexdigest()[:32]
        seen[key] += 1
        found.append(f"{key}:{seen[key]}")
    return found
