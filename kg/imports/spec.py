"""What an import specification says, as values: how the columns of a data set become tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kg.check.diagnostic import Span

ITSELF = "itself"
"""What a code mirrors whose two participants have no order."""


@dataclass(frozen=True, slots=True)
class FileForm:
    """How the files are written; `columns` are all columns where the files have no header."""

    format: Literal["csv", "tsv", "parquet", "jsonl"]
    delimiter: str
    quote: str | None
    columns: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_text(self) -> bool:
        """Whether values stand between delimiters."""
        return self.format in ("csv", "tsv")


@dataclass(frozen=True, slots=True)
class Filter:
    """Rows in which a column has one of some values."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DateColumn:
    """A column of days, the property they are values of, and how they are written."""

    predicate: str
    column: str
    form: str


@dataclass(frozen=True, slots=True)
class Publisher:
    """The column that names who published; `host` where only the host of an address does."""

    column: str
    host: bool


@dataclass(frozen=True, slots=True)
class Story:
    """The column that names the text a row was coded from, and that of its address."""

    column: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Participant:
    """A column of participants, the class of the nodes it names, and their role if constant."""

    column: str
    name: str
    class_: str
    role: str | None


@dataclass(frozen=True, slots=True)
class Level:
    """A column of places, each within the place of the level before."""

    column: str
    name: str
    only: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """What a code means; `class_`, `status` and `kind` are names, `roles` go by participant."""

    code: str
    class_: str
    status: str | None
    kind: str | None
    roles: tuple[str, ...]
    mirrors: str | None
    dated: bool


@dataclass(frozen=True, slots=True)
class Spec:
    """A specification, read and held to be consistent.

    `columns` has every column it names, with the place that names it first. `scheme` is what the
    IRIs of codes begin with, `ids` what the nodes of events, actors and places begin with. `label`
    says what the specification is called in messages.
    """

    label: str
    sha256: str
    name: str
    ids: str
    title: str
    rights: str | None
    software: str
    software_name: str
    file: FileForm
    only: tuple[Filter, ...]
    row_key: tuple[str, ...]
    publisher: Publisher | None
    story: Story | None
    sentence: str | None
    event_key: tuple[str, ...]
    class_: str
    status: str | None
    dates: tuple[DateColumn, ...]
    code: str | None
    words: str | None
    scheme: str | None
    codes: tuple[Code, ...]
    participants: tuple[Participant, ...]
    place: tuple[Level, ...]
    expect: Mapping[str, int]
    columns: Mapping[str, Span] = field(repr=False)

    @property
    def graph(self) -> str:
        """The node of the named graph that the import's triples belong to."""
        return f"graph/import/{self.name}"

    @property
    def agent(self) -> str:
        """The node of the coding software."""
        return f"software/{self.software}"
