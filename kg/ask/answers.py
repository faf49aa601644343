"""Answers of `why` as values: fields of an event, their values, who says so, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.ask.independence import Independence


@dataclass(frozen=True, slots=True)
class Words:
    """A passage of a document, with a little of the text around it."""

    document: str
    start: int
    end: int
    quote: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an imported table; `number` is that of its record in the file, from 1.

    `story` is where its text was published, `sentence` the number of the sentence coded.
    """

    document: str
    number: int
    key: str
    story: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How words became a date; `anchor` is EDTF, `anchor_of` whose day it is."""

    expression: str
    rule: str
    result: str
    anchor: str = ""
    anchor_of: str = ""
    alternatives: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person wrote something: a path from the project's root, line and column from 1."""

    property: str
    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One assertion: who says it, in which words or rows, by which chain of sources.

    `inferred_by` is the curator who infers it, `coded_by` the software that coded it;
    `disputed_by` are the sources that deny it; `chain` runs from the document to whoever said it.
    """

    claim: str
    stance: str
    rank: str
    best: bool
    according_to: str
    chain: tuple[str, ...]
    inferred_by: str = ""
    coded_by: str = ""
    reasons: tuple[str, ...] = ()
    as_stated: tuple[str, ...] = ()
    qualifiers: tuple[tuple[str, str], ...] = ()
    words: tuple[Words, ...] = ()
    rows: tuple[Row, ...] = ()
    readings: tuple[Reading, ...] = ()
    disputed_by: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One value of a field, every statement of it, and on how many origins it rests."""

    value: str
    label: str
    direct: bool
    statements: tuple[Statement, ...]
    independence: Independence = field(default_factory=Independence)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an event with its values."""

    name: str
    predicate: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """All that is said of an event; `sources` describes each document and utterance named."""

    event: str
    fields: tuple[Field, ...]
    sources: Mapping[str, str] = field(default_factory=dict)
