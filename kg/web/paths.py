"""Where pages lie: a node of the graph to a path in the site that is safe on every host."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

PAGE = ".html"
_LONGEST = 150
_ENCODED = re.compile(r"[^a-z0-9._-]")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")


@lru_cache(maxsize=1 << 14)
def stem_of(node: str) -> str:
    """The path of a node's pages without their extension.

    Segments are lower-case letters, digits and `._-`; every other byte is written `=` and two hex
    digits, so that none can leave the folder, be hidden, or meet another on a file system that
    knows no case. What is too long for one ends in a hash of the whole.
    """
    return "/".join(_segment(segment) for segment in node.split("/"))


def _segment(segment: str) -> str:
    text = _ENCODED.sub(lambda match: "".join(f"={b:02x}" for b in match[0].encode()), segment)
    if not text or text[0] == "." or _RESERVED.match(text):
        text = f"={ord(text[0]):02x}{text[1:]}" if text else "="
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}={hashlib.sha256(segment.encode()).hexdigest()[:16]}"
    return text


def anchor_of(passage: str) -> str:
    """The fragment of a passage in the page of its document: `p-12-80`."""
    return "p-" + passage.rsplit("/", 1)[-1]


def up(path: str) -> str:
    """What leads from a page back to the root of the site."""
    return "../" * path.count("/")


def pages(path: str, count: int, size: int) -> Iterable[tuple[str, int, int]]:
    """The pages of a long list: path, first and last index; `path` is that of the first."""
    for number, first in enumerate(range(0, max(count, 1), size), 1):
        name = path if number == 1 else path.replace(PAGE, f"-{number}{PAGE}")
        yield name, first, min(first + size, count)
