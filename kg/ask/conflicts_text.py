"""Conflicts as a text for a reader, as JSON, as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict

from kg.ask.conflicts import KINDS, Conflict, Conflicts, Saying, Side
from kg.check.report import shown

_STANCES = {"kg:denies": "denied by", "kg:hedges": "said with reservation by"}
_COLUMNS = (
    *("conflict", "kind", "event", "field", "note", "value", "stance", "source", "document"),
    *("words", "file", "line", "column"),
)


def looked_at(found: Conflicts) -> str:
    """What was looked at, in a line."""
    return ", ".join(f"{count} {what}" for what, count in found.looked_at.items()) + " looked at"


def as_text(found: Conflicts, prefix: str = "") -> str:
    """Each conflict with what either side says; `prefix` leads from the reader to the project."""
    lines: list[str] = []
    for kind, meaning in KINDS.items():
        chosen = [conflict for conflict in found.conflicts if conflict.kind == kind]
        if chosen:
            lines += [f"{kind}: {meaning} ({len(chosen)})"]
            lines += [line for conflict in chosen for line in _conflict(conflict, prefix)]
            lines.append("")
    if not lines:
        return "nothing that was looked at is in conflict\n"
    return "".join(shown(line) + "\n" for line in lines[:-1])


def _conflict(conflict: Conflict, prefix: str) -> Iterator[str]:
    events = " and ".join(event.split("/", 1)[-1] for event in conflict.events)
    yield f"  {events}" + (f", {conflict.field}" if conflict.field else "")
    if conflict.note:
        yield f"    {conflict.note}"
    for side in conflict.sides:
        yield from _side(side, prefix)


def _side(side: Side, prefix: str) -> Iterator[str]:
    yield f"    {side.label}"
    for saying in side.sayings:
        yield f"      {_who(saying)}"
        yield from (f"        {_words(quote.words, saying)}" for quote in saying.quotes)
        yield from (f"        because: {reason}" for reason in saying.reasons)
        if saying.place is not None:
            place = saying.place
            yield f"        at {prefix}{place.file}:{place.line}:{place.column}"


def _who(saying: Saying) -> str:
    source = saying.source.split("/", 1)[-1]
    if saying.inferred:
        return f"inferred by {source}, a curator"
    documents = [
        quote.document.split("/", 1)[-1]
        for quote in saying.quotes
        if quote.document != saying.source
    ]
    where = f", in {', '.join(dict.fromkeys(documents))}" if documents else ""
    rank = f" ({saying.rank.removeprefix('kg:')})" if saying.rank else ""
    return f"{_STANCES.get(saying.stance, 'said by')} {source}{where}{rank}"


def _words(quote: str, saying: Saying) -> str:
    found = next((text for text in saying.as_stated if text in quote and text != quote), None)
    return f"«{quote.replace(found, f'[{found}]', 1) if found else quote}»"


def as_json(found: Conflicts) -> str:
    """All of it as JSON."""
    return json.dumps(asdict(found), indent=2, ensure_ascii=False) + "\n"


def as_csv(found: Conflicts) -> str:
    """A row for each thing said on a side; `conflict` numbers those that belong together."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for number, conflict in enumerate(found.conflicts, 1):
        for side in conflict.sides:
            for saying in side.sayings:
                place = saying.place
                writer.writerow(
                    (
                        number,
                        conflict.kind,
                        side.event,
                        conflict.field,
                        conflict.note,
                        side.value,
                        saying.stance,
                        saying.source,
                        " ".join(dict.fromkeys(quote.document for quote in saying.quotes)),
                        " […] ".join(quote.words for quote in saying.quotes),
                        *((place.file, place.line, place.column) if place else ("", "", "")),
                    )
                )
    return out.getvalue()
