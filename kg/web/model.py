"""What the pages show, as plain values: templates read these and nothing else.

Structs of msgspec, since a large site has millions of them, and hands them to another process:
those are made in a quarter of the time that named tuples take, and written as MessagePack in a
tenth of the time that these take to be pickled.
"""

from __future__ import annotations

from msgspec import Struct


class Plain(Struct, frozen=True, array_like=True, gc=False):
    """Values that are never changed, and that nothing in them leads back to."""


QUOTED, INFERRED, PLANNED, DISPUTED, DENIED = "quoted", "inferred", "planned", "disputed", "denied"
"""How a value stands: in a source's words, by a curator, not held yet, in dispute, only denied."""


class Ref(Plain, frozen=True):
    """Something with a name and, mostly, a page; `path` is from the site's root or empty."""

    label: str
    path: str = ""
    lang: str = ""


class Stretch(Plain, frozen=True):
    """A stretch of a quote; `marked` are the words that decide."""

    text: str
    marked: bool = False


class Quote(Plain, frozen=True):
    """A passage of a document; `path` leads to where it stands there."""

    anchor: str
    path: str
    stretches: tuple[Stretch, ...]
    lang: str = ""


class Said(Plain, frozen=True):
    """One thing that a source says of an event: `Who: Ismail Haniyeh`."""

    field: str
    value: Ref
    stance: str = ""
    notes: tuple[str, ...] = ()
    superseded: bool = False


class Saying(Plain, frozen=True):
    """Words of a source and what they say; `origin` is whoever the document has them from."""

    origin: str
    quote: Quote | None
    said: tuple[Said, ...]
    reasons: tuple[str, ...] = ()


class Column(Plain, frozen=True):
    """One document, or the curators, beside the others."""

    document: Ref
    printed: str
    sayings: tuple[Saying, ...]
    inferred: bool = False


class Value(Plain, frozen=True):
    """A value of a field: how it stands, who says so, and what there is to know about it.

    `origins` tells on what it rests where that is not what the event rests on.
    """

    value: Ref
    standing: str
    documents: int
    notes: tuple[str, ...] = ()
    detail: str = ""
    origins: str = ""


class Fact(Plain, frozen=True):
    """A field of an event with its values."""

    name: str
    values: tuple[Value, ...]


class Disagreement(Plain, frozen=True):
    """What sources say differently: one line a side."""

    text: str
    sides: tuple[str, ...]


class Brief(Plain, frozen=True):
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


class Speech(Plain, frozen=True):
    """One wording of something said; `mode` is empty where the words are quoted."""

    speaker: Ref | None
    words: str
    mode: str
    origin: str
    path: str
    document: Ref
    lang: str = ""


class Box(Plain, frozen=True):
    """A box of a diagram; coordinates in pixels, its lines of text, and its kind."""

    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]
    kind: str
    path: str = ""
    title: str = ""


class Diagram(Plain, frozen=True):
    """Boxes and the curves between them; `text` says the same in a sentence a line."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    curves: tuple[str, ...]
    text: tuple[str, ...]


class EventPage(Plain, frozen=True, tag=True):
    """All that is known of an event; `names` are those of its actors, in their order."""

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
    names: tuple[str, ...]


class Naming(Plain, frozen=True):
    """How a document names somebody: the name, the title before it, and where."""

    name: str
    title: str
    document: Ref
    path: str


class Attested(Plain, frozen=True):
    """An office that sources give somebody on a day; says nothing of when it began or ended."""

    office: Ref
    who: Ref
    date: str
    document: Ref
    path: str


class Company(Plain, frozen=True):
    """Somebody met with: how often in which way, and when last."""

    who: Ref
    counts: tuple[tuple[str, int], ...]
    total: int
    last: str


class EntityPage(Plain, frozen=True, tag=True):
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


class Piece(Plain, frozen=True):
    """A run of an article's text in the same passages; `opens` are passages that begin here.

    `closes` are the numbers of passages that end behind it.
    """

    text: str
    passages: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    closes: tuple[int, ...] = ()


class Note(Plain, frozen=True):
    """What a passage of an article is the evidence of."""

    number: int
    anchor: str
    origin: str
    events: tuple[Ref, ...]
    others: tuple[str, ...]


class Paragraph(Plain, frozen=True):
    """A paragraph of an article, or a gap where the text is not shown."""

    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]
    gap: bool = False


class From(Plain, frozen=True):
    """What a document has from somebody: the utterance, and what it went through."""

    text: str
    who: Ref | None
    through: tuple[str, ...]
    passages: tuple[tuple[int, str], ...]


class ArticlePage(Plain, frozen=True, tag=True):
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


class OverviewPage(Plain, frozen=True, tag=True):
    """Events in order of time, the part of them with this number; `pages` leads to the others."""

    briefs: tuple[Brief, ...]
    number: int
    pages: tuple[tuple[str, str], ...]


class ListPage(Plain, frozen=True, tag=True):
    """Names under headings, each with a note; `pages` leads to the other parts of the list."""

    heading: str
    lead: str
    groups: tuple[tuple[str, tuple[tuple[Ref, str], ...]], ...]
    pages: tuple[tuple[str, str], ...]
    section: str


Page = EventPage | EntityPage | ArticlePage | OverviewPage | ListPage


class Draft(Plain, frozen=True):
    """A page that is not rendered yet: its path from the site's root, and what it shows."""

    path: str
    page: Page
