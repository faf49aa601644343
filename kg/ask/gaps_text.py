"""Gaps as a text for a reader, as JSON, as CSV."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import polars as pl

from kg.ask.gaps import EVIDENCE, KINDS, LEDGER, ORIGINS, Gaps

SHOWN = 20
"""Items of one kind that the text shows; JSON and CSV have all."""


def looked_at(gaps: Gaps) -> str:
    """What was looked at, in a line."""
    return ", ".join(f"{count} {what}" for what, count in gaps.looked_at.items()) + " looked at"


def as_text(gaps: Gaps, prefix: str = "") -> str:
    """The ledger, then the worklist; `prefix` leads from the reader to the project's root."""
    lines = ["Fields of events, by the best evidence that there is", "", *_ledger(gaps.ledger), ""]
    lines += [f"{name}: {text}" for name, text in {**EVIDENCE, **ORIGINS}.items()]
    lines += ["", "What would improve the graph most"]
    for kind, text in KINDS.items():
        items = gaps.worklist.filter(pl.col("kind") == kind)
        if items.height:
            lines += ["", f"{kind}: {text} ({items.height})", *_items(items, prefix)]
    if gaps.worklist.is_empty():
        lines += ["", "nothing: there are no gaps"]
    return "\n".join(lines) + "\n"


def _ledger(ledger: pl.DataFrame) -> Iterator[str]:
    header = ("field", "events", *LEDGER)
    yield "  ".join((header[0].ljust(16), *header[1:]))
    for row in ledger.iter_rows(named=True):
        numbers = (str(row[name] or "·").rjust(len(name)) for name in header[1:])
        yield "  ".join((row["field"].ljust(16), *numbers))


def _items(items: pl.DataFrame, prefix: str) -> Iterator[str]:
    for row in items.head(SHOWN).iter_rows(named=True):
        field, detail = row["field"], row["detail"]
        what = row["node"].removeprefix("event/") + (f", {field}" if field else "")
        yield f"  {_place(row, prefix)}{what}" + (f": {detail}" if detail else "")
    if items.height > SHOWN:
        yield f"  and {items.height - SHOWN} more: --format csv lists them"


def _place(row: Mapping[str, object], prefix: str) -> str:
    return f"{prefix}{row['file']}:{row['line']}:{row['column']}: " if row["file"] else ""


def as_json(gaps: Gaps) -> str:
    """All of it as JSON."""
    content = {
        "looked_at": gaps.looked_at,
        "totals": gaps.totals,
        "ledger": gaps.ledger.to_dicts(),
        "worklist": gaps.worklist.to_dicts(),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def as_csv(gaps: Gaps) -> str:
    """The worklist as CSV."""
    return gaps.worklist.write_csv()
