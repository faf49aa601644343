"""What the pages show, as plain values: templates read these and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

QUOTED, INFERRED, PLANNED, DISPUTED, DENIED = "quoted", "inferred", "planned", "disputed", "denied"
"""How a value stands: in a source's words, by a curator, not held yet, in dispute, only denied."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Something with a name and, mostly, a page; `path` is from the site's root or empty."""

    label: str
    path: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a quote; `marked` are the words that decide."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage of a document; `path` leads to where it stands there."""

    anchor: str
    path: str
    stretches: tuple[Stretch, ...]
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a source says of an event: `Who: Ismail Haniyeh`."""

    field: str
    value: Ref
    stance: str = ""
    notes: tuple[str, ...] = ()
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Saying:
    """Words of a source and what they say; `origin` is whoever the document has them from."""

    origin: str
    quote: Quote | None
    said: tuple[Said, ...]
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One document, or the curators, beside the others."""

    document: Ref
    printed: str
    sayings: tuple[Saying, ...]
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a field: how it stands, who says so, and what there is to know about it.

    `origins` tells on what it rests where that is not what the event rests on.
    """

    value: Ref
    standing: str
    documents: int
    notes: tuple[str, ...] = ()
    detail: str = ""
    origins: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of an event with its values."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What sources say differently: one line a side."""

    text: str
    sides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """An event in a list; `first` and `last` are days counted from 1970, None where open.

    `origins` are independent ones that are no party to it, `interested` those that are.
    """

    node: str
    ref: Ref
    kind: str
    status: str
    date: str
    order: str
    first: int | None
    last: int | None
    place: Ref | None
    country: str
    actors: tuple[str, ...]
    origins: int
    interested: int = 0
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Speech:
    """One wording of something said; `mode` is empty where the words are quoted."""

    speaker: Ref | None
    words: str
    mode: str
    origin: str
    path: str
    document: Ref
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A box of a diagram; coordinates in pixels, its lines of text, and its kind."""

    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]
    kind: str
    path: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Diagram:
    """Boxes and the curves between them; `text` says the same in a sentence a line."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    curves: tuple[str, ...]
    text: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventPage:
    """All that is known of an event."""

    brief: Brief
    id: str
    facts: tuple[Fact, ...]
    columns: tuple[Column, ...]
    disagreements: tuple[Disagreement, ...]
    speech: tuple[Speech, ...]
    diagram: Diagram | None
    joined: tuple[str, ...]
    documents: int
    origins: str
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Naming:
    """How a document names somebody: the name, the title before it, and where."""

    name: str
    title: str
    document: Ref
    path: str


@dataclass(frozen=True, slots=True)
class Attested:
    """An office that sources give somebody on a day; says nothing of when it began or ended."""

    office: Ref
    who: Ref
    date: str
    document: Ref
    path: str


@dataclass(frozen=True, slots=True)
class Company:
    """Somebody met with: how often in which way, and when last."""

    who: Ref
    counts: tuple[tuple[str, int], ...]
    total: int
    last: str


@dataclass(frozen=True, slots=True)
class EntityPage:
    """An actor, an office, a place, a topic, a series, or somebody unnamed."""

    node: str
    ref: Ref
    kind: str
    aliases: tuple[Ref, ...]
    links: tuple[tuple[str, tuple[Ref, ...]], ...]
    notes: tuple[str, ...]
    namings: tuple[Naming, ...]
    offices: tuple[Attested, ...]
    company: tuple[Company, ...]
    events: tuple[Brief, ...]
    speech: tuple[Speech, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of an article's text in the same passages; `opens` are passages that begin here.

    `closes` are the numbers of passages that end behind it.
    """

    text: str
    passages: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    closes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """What a passage of an article is the evidence of."""

    number: int
    anchor: str
    origin: str
    events: tuple[Ref, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of an article, or a gap where the text is not shown."""

    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]
    gap: bool = False


@dataclass(frozen=True, slots=True)
class From:
    """What a document has from somebody: the utterance, and what it went through."""

    text: str
    who: Ref | None
    through: tuple[str, ...]
    passages: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """An archived article, as far as it may be shown; `publish` is full, excerpts or none."""

    node: str
    ref: Ref
    lang: str
    facts: tuple[tuple[str, str], ...]
    url: str
    publish: str
    paragraphs: tuple[Paragraph, ...]
    sources: tuple[From, ...]
    events: tuple[Brief, ...]
    quantities: tuple[str, ...]
    passages: int
    changed: bool = False
