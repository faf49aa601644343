"""What is not known, as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from kg.ask.gaps import KINDS, LEDGER, gaps
from kg.web import words
from kg.web.atlas import Atlas
from kg.web.model import Ref

SHOWN = 100
"""Items of one kind on the page."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A kind of gap with the first of its items."""

    text: str
    total: int
    rows: tuple[tuple[Ref, str], ...]
    more: int


@dataclass(frozen=True, slots=True)
class GapsPage:
    """Gaps by kind, and how many events have each field in which evidence."""

    gaps: tuple[Gap, ...]
    columns: tuple[str, ...]
    ledger: tuple[tuple[str, tuple[int, ...]], ...]


def gaps_page(atlas: Atlas) -> GapsPage:
    """The page of gaps; where in the files each was written is no part of it."""
    found = gaps(atlas.tables)
    kinds = []
    for kind, text in KINDS.items():
        items = found.worklist.filter(pl.col("kind") == kind)
        rows = []
        for node, field, detail in items.select("node", "field", "detail").head(SHOWN).iter_rows():
            note = [field] if field else []
            if detail:
                note.append(_detail(atlas, detail))
            brief = atlas.briefs.get(node)
            rows.append((atlas.ref(node), ", ".join([*note, *([brief.date] if brief else [])])))
        if rows:
            kinds.append(Gap(text, items.height, tuple(rows), items.height - len(rows)))
    ledger = tuple(
        (row["field"].replace("_", " "), tuple(row[name] for name in ("events", *LEDGER)))
        for row in found.ledger.iter_rows(named=True)
    )
    columns = tuple(name.replace("-", " ") for name in ("events", *LEDGER))
    return GapsPage(tuple(kinds), columns, ledger)


def _detail(atlas: Atlas, detail: str) -> str:
    if "/" in detail and detail.split("/", 1)[0] in ("actor", "article", "utterance", "unnamed"):
        return atlas.label(detail)
    return words.date_words(detail)
