"""Texts as YAML: scalars that `kg.facts.yaml` reads back unchanged, and remarks."""

from __future__ import annotations

import re

_WIDTH = 96
_PLAIN = re.compile(r"[^\s\[\]{}\"'#&*!|>%@`,=<?:~-][^\s]*(?: [^\s]+)*")
_TRAP = re.compile(r": |:$| #")
_FLOW = re.compile(r"[\[\]{},]")


def scalar(text: str, *, flow: bool = False) -> str:
    """A text on one line: plain where YAML takes nothing in it for its own, else in quotes.

    `flow` holds within `{…}` and `[…]`, where a comma or a bracket is YAML's own too.
    """
    trap = _TRAP.search(text) or (flow and _FLOW.search(text))
    if _PLAIN.fullmatch(text) and text.isprintable() and not trap:
        return text
    escaped = "".join(
        char if char == " " or (char.isprintable() and char not in '\\"') else _escape(char)
        for char in text
    )
    return f'"{escaped}"'


def _escape(char: str) -> str:
    return f"\\{char}" if char in '\\"' else f"\\U{ord(char):08X}"


def folded(key: str, text: str, indent: int) -> list[str]:
    """Lines of `key: text`: on one where it fits, else below `>-`, broken at single spaces."""
    margin = " " * indent
    line = f"{margin}{key}: {scalar(text)}"
    # A block takes text as it stands, and folds at single spaces alone.
    if len(line) <= _WIDTH + 4 or "  " in text or not text.replace("\xa0", "").isprintable():
        return [line]
    lines = [f"{margin}{key}: >-"]
    row = ""
    for word in text.split(" "):
        if row and len(margin) + 2 + len(row) + 1 + len(word) > _WIDTH:
            lines.append(f"{margin}  {row}")
            row = word
        else:
            row = f"{row} {word}" if row else word
    return [*lines, f"{margin}  {row}"]


def comment(text: str, indent: int = 0) -> str:
    """A line of remark; what is not printable in the text's words is a space there."""
    shown = "".join(char if char.isprintable() else " " for char in text)
    return f"{' ' * indent}# {shown}"
