"""The folder of archived texts, looked through for words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from kg.check.diagnostic import Findings
from kg.facts.text.archived import ArchivedText, read_text

# NFC makes a K of the Kelvin sign, and leaves every other ASCII letter or digit where it stood.
_SAME_IN_EVERY_FORM = re.compile("[0-9A-JL-Za-z]+")


class Archive:
    """The archived texts of a project: the bytes of all, read once, and the text where it matters.

    What cannot be read is left out: whoever writes facts from it is told.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def holding(self, words: str) -> Iterator[tuple[str, ArchivedText]]:
        """The texts by article id in which normalised words may stand, and perhaps others."""
        longest = max(_SAME_IN_EVERY_FORM.findall(words), key=len, default="").encode()
        for path, data in self._bytes.items():
            if longest in data:
                text = ArchivedText.decoded(data, f"articles/{path.name}", Findings())
                if text is not None:
                    yield path.stem, text

    @cached_property
    def _bytes(self) -> dict[Path, bytes]:
        found = {}
        for path in sorted((self._root / "articles").glob("*.txt")):
            if not path.name.startswith("."):
                data = read_text(path, path.name, Findings())
                if data is not None:
                    found[path] = data
        return found
