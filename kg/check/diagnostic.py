"""Diagnostics: what is wrong, where, and how to mend it.

One type serves the parser, the quote proof, the date rules and the SHACL engines, so that
every renderer and every exit code has one thing to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum


class Severity(IntEnum):
    """How bad a finding is; ordered, so that `--fail-on` is a comparison."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file: lines and columns count from 1, columns in code points, end exclusive.

    `line` 0 stands for the file as a whole.
    """

    file: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a diagnostic speaks of, and what stands there."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A change to a file that needs no judgement: what to write in place of a span."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: a stable code, a place, a message and, where there is one, the fix.

    `subject` is the node of the graph that it is about: it stays the same when lines move.
    `edit` is there where the fix is beyond doubt; `kg check --fix` makes it.
    """

    code: str
    message: str
    span: Span
    severity: Severity = Severity.ERROR
    fix: str = ""
    related: tuple[Related, ...] = ()
    subject: str = ""
    edit: Edit | None = None

    def sort_key(self) -> tuple[Span, int, str, str]:
        """Order of reports: by place, then the worst first."""
        return (self.span, -self.severity, self.code, self.message)


@dataclass(slots=True)
class Findings:
    """What a run has found so far; parsing goes on after an error so that all are listed.

    `completions` give the edits that write out what may be left out: nothing is wrong without
    them, so each is worked out only when it is asked for.
    """

    items: list[Diagnostic] = field(default_factory=list)
    completions: list[Callable[[], Edit | None]] = field(default_factory=list)

    def add(
        self,
        severity: Severity,
        code: str,
        message: str,
        span: Span,
        fix: str = "",
        related: tuple[Related, ...] = (),
        edit: Edit | None = None,
    ) -> None:
        """Note one finding."""
        self.items.append(Diagnostic(code, message, span, severity, fix, related, edit=edit))

    def error(
        self,
        code: str,
        message: str,
        span: Span,
        fix: str = "",
        related: tuple[Related, ...] = (),
        edit: Edit | None = None,
    ) -> None:
        """Note an error: nothing may be written."""
        self.add(Severity.ERROR, code, message, span, fix, related, edit)

    def warning(
        self,
        code: str,
        message: str,
        span: Span,
        fix: str = "",
        related: tuple[Related, ...] = (),
        edit: Edit | None = None,
    ) -> None:
        """Note a warning."""
        self.add(Severity.WARNING, code, message, span, fix, related, edit)

    def note(
        self,
        code: str,
        message: str,
        span: Span,
        fix: str = "",
        related: tuple[Related, ...] = (),
        edit: Edit | None = None,
    ) -> None:
        """Note something worth knowing that is not wrong."""
        self.add(Severity.NOTE, code, message, span, fix, related, edit)

    @property
    def has_errors(self) -> bool:
        """Whether anything found so far forbids writing."""
        return any(item.severity is Severity.ERROR for item in self.items)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(sorted(self.items, key=Diagnostic.sort_key))

    def __len__(self) -> int:
        return len(self.items)
