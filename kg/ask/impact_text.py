"""What would fall with a source, as a text for a reader or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from kg.ask.impact import Fact, Impact
from kg.check.report import shown


def as_json(found: Impact) -> str:
    """All of it as JSON."""
    return json.dumps(asdict(found), indent=2, ensure_ascii=False) + "\n"


def as_text(found: Impact) -> str:
    """All of it for a reader."""
    return "".join(shown(line) + "\n" for line in _lines(found))


def _lines(found: Impact) -> Iterator[str]:
    yield f"If {' and '.join(found.nodes)} were withdrawn"
    yield (
        f"  {_number(found.claims, 'assertion')}, {_number(found.wordings, 'wording')} of speech "
        f"and {_number(found.quantities, 'quantity', 'quantities')} would go with it"
    )
    sources = [node for node in found.fallen if not node.startswith(("passage/", "row/"))]
    if sources:
        yield f"  and what is known through it alone: {', '.join(sources)}"
    yield from _part(
        "Events with nothing left", [event.removeprefix("event/") for event in found.events]
    )
    # What an event with nothing left loses need not be told.
    alone = [x.fact for x in found.lost if not x.unsettled and x.fact.event not in found.events]
    yield from _part("Rests on nothing else", list(map(_fact, alone)))
    unsettled = [x.fact for x in found.lost if x.unsettled]
    yield from _part("Would not be settled any more", list(map(_fact, unsettled)))
    yield from _part("Would hold instead", list(map(_fact, found.gained)))
    yield from _part(
        "Would rest on fewer origins",
        [
            f"{_fact(w.fact)}: {_number(w.before, 'independent origin')} now, {w.after} without "
            + ", ".join(map(_short, w.origins))
            for w in found.weaker
            if w.before > w.after
        ],
    )
    yield from _part(
        "Would lose a party that says so",
        [
            f"{_fact(w.fact)}: {', '.join(map(_short, w.origins))}"
            for w in found.weaker
            if w.before <= w.after
        ],
    )
    yield from _part(
        "Status",
        [
            f"{_short(s.event)}: {_status(s.before)}, then {_status(s.after)}"
            for s in found.statuses
            if s.event not in found.events
        ],
    )
    yield from _part(
        "Series",
        [
            f"{_short(s.series)}: counts {_number(s.before, 'event')}, then {s.after}"
            for s in found.series
        ],
    )
    yield from _part(
        "Counted from a day that would be gone",
        [f"{_short(u.event)}: {u.edtf}, from {_short(u.counted_from)}" for u in found.uncounted],
    )
    if not (found.claims or found.wordings or found.quantities):
        yield "  nothing rests on it"


def _part(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"{title} ({len(lines)})"
        yield from (f"  {line}" for line in lines)


def _fact(fact: Fact) -> str:
    return f"{_short(fact.event)}, {fact.field}: {fact.label}"


def _status(name: str) -> str:
    return name.removeprefix("kg:") or "none"


def _short(node: str) -> str:
    return node.split("/", 1)[-1]


def _number(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
