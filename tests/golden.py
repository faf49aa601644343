"""Golden cases: files of one case each, `--- name` before each part, the expected part last.

`KG_UPDATE_GOLDEN=1 pytest` writes what came out in place of what was expected, to be read in
the difference before it is committed.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent
_PART = re.compile(r"^--- (\S+)\n", re.MULTILINE)
EXPECT = "expect"


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its parts by name, without the expected one."""

    path: Path
    parts: dict[str, str]
    expected: str

    @property
    def name(self) -> str:
        return self.path.stem

    def holds(self, actual: str) -> None:
        """Compare what came out with what is expected, or write it down when asked to."""
        if os.environ.get("KG_UPDATE_GOLDEN"):
            body = self.path.read_text(encoding="utf-8").split(f"--- {EXPECT}\n")[0]
            self.path.write_text(f"{body}--- {EXPECT}\n{actual}", encoding="utf-8", newline="")
            return
        assert actual == self.expected


def cases(folder: str) -> list[Case]:
    """All cases of a folder of tests, by name."""
    return [read_case(path) for path in sorted((TESTS / folder).glob("*.case"))]


def read_case(path: Path) -> Case:
    with path.open(encoding="utf-8", newline="") as file:
        pieces = _PART.split(file.read())
    parts = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    return Case(path, parts, parts.pop(EXPECT, ""))
