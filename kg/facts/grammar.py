"""The small grammar of values: `words = id as office`, with positions inside the string.

    value  := words [ "#" n ] [ " = " target [ " as " office ] ]

The words are those of the quote; `#2` takes their second occurrence; the target is an id, a
date or a number, and holds no white space.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kg.check.diagnostic import Edit, Findings, Span
from kg.facts.yaml.nodes import Scalar
from kg.facts.yaml.rewrite import rewritten

_SPLIT = re.compile(r"(?:^|\s)=(?:\s|$)")
_TARGET = re.compile(r"(?P<target>\S+)(?:\s+as\s+(?P<office>\S+))?$")
_WHICH = re.compile(r"#(?P<which>[1-9][0-9]?)$")


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text and where a person wrote it: at a code point of a scalar's value."""

    value: str
    span: Span
    home: Scalar | None = field(default=None, repr=False, compare=False)
    at: int = field(default=0, repr=False, compare=False)

    def __str__(self) -> str:
        return self.value

    def part(self, start: int, end: int) -> Span:
        """The span of the code points start..end of the text."""
        if self.home is None:
            return self.span
        return self.home.part(self.at + start, self.at + end)

    def edit(self, value: str) -> Edit | None:
        """The edit that writes something else in its place; None where there is no safe one."""
        if self.home is None:
            return None
        whole = self.home.value
        return rewritten(self.home, whole[: self.at] + value + whole[self.at + len(self.value) :])


@dataclass(frozen=True, slots=True)
class Short:
    """The parts of a value in short form; `which` counts occurrences from 1."""

    words: Text | None
    which: int | None = None
    target: Text | None = None
    office: Text | None = None


def piece(scalar: Scalar, start: int, end: int) -> Text:
    """The code points start to end of a scalar, without white space at either end."""
    raw = scalar.value[start:end]
    start += len(raw) - len(raw.lstrip())
    end -= len(raw) - len(raw.rstrip())
    return Text(scalar.value[start:end], scalar.part(start, end), scalar, start)


def words_of(scalar: Scalar, end: int) -> tuple[Text | None, int | None]:
    """The words before `end` and which occurrence of them is meant."""
    which = _WHICH.search(scalar.value[:end].rstrip())
    words = piece(scalar, 0, which.start() if which else end)
    return (words if words.value else None), (int(which["which"]) if which else None)


def split(scalar: Scalar, findings: Findings) -> Short | None:
    """Read a value in short form; None, with a finding, when it does not follow the grammar."""
    if not scalar.value.strip():
        findings.error(
            "value-empty",
            "nothing is written here",
            scalar.span,
            "write a value, or leave the key out",
        )
        return None
    equals = list(_SPLIT.finditer(scalar.value))
    if not equals:
        words, which = words_of(scalar, len(scalar.value))
        return Short(words, which)
    sign = equals[-1]
    words, which = words_of(scalar, sign.start())
    rest = piece(scalar, sign.end(), len(scalar.value))
    if words is None:
        findings.error(
            "value-no-words",
            "no words stand before the “=”",
            scalar.span,
            "write the words of the quote: `words = id`; without words, use "
            "`{is: id, inferred: reason}`",
        )
        return None
    if not rest.value:
        findings.error(
            "value-no-target",
            "nothing stands after the “=”",
            scalar.span,
            "write the id, date or number, or leave the “=” out",
        )
        return None
    match = _TARGET.fullmatch(rest.value)
    if match is None:
        findings.error(
            "value-malformed",
            f"“{rest.value}” is not one id, date or number",
            rest.span,
            "ids, dates and numbers hold no spaces; an office follows as `= id as office`",
        )
        return None
    offset = scalar.value.index(rest.value, sign.end())

    def group(name: str) -> Text | None:
        if match[name] is None:
            return None
        return piece(scalar, offset + match.start(name), offset + match.end(name))

    return Short(words, which, group("target"), group("office"))
