"""What a browser may do with a page, and the style that each page has in itself."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

ASSETS = Path(__file__).parent / "assets"
_BEHIND = "/* Behind the first paint. */"


def _first_style() -> str:
    """The rules that the head of a page is painted with: the style sheet's, up to a mark in it.

    All rules in every page would make each of them three times as large.
    """
    rules, _, _ = (ASSETS / "site.css").read_text("utf-8").partition(_BEHIND)
    rules = re.sub(r"/\*.*?\*/", "", rules, flags=re.DOTALL)
    return re.sub(r" ?([{};,>]) ?", r"\1", re.sub(r"\s+", " ", rules)).strip()


FIRST_STYLE = _first_style()
"""The style in each page; the style sheet is loaded behind the page's head, and blocks nothing."""

_HASH = base64.b64encode(hashlib.sha256(FIRST_STYLE.encode()).digest()).decode()

POLICY = (
    f"default-src 'none'; style-src 'self' 'sha256-{_HASH}'; script-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'"
)
"""The Content-Security-Policy of every page; live, the header adds who may frame it: nobody."""
