"""Proposed duplicates as a text for a reader, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from kg.ask.duplicates import Duplicates, Place, Proposal
from kg.check.report import shown


def looked_at(found: Duplicates) -> str:
    """What was looked at, in a line."""
    line = (
        f"{found.actors} actors, {found.events} events looked at; {found.compared} pairs compared"
    )
    return line + (f"; {found.cut} groups of events too large for all pairs" if found.cut else "")


def as_text(found: Duplicates, prefix: str = "") -> str:
    """Each proposal with its evidence and the line to write; `prefix` leads to the project."""
    if not found.proposals:
        return "nothing looks like a duplicate\n"
    lines = [line for proposal in found.proposals for line in _proposal(proposal, prefix)]
    return "".join(shown(line) + "\n" for line in lines[:-1])


def _proposal(proposal: Proposal, prefix: str) -> Iterator[str]:
    yield f"{proposal.merge} may be {proposal.keep}"
    yield from (f"    {evidence}" for evidence in proposal.evidence)
    for node, place in zip((proposal.merge, proposal.keep), proposal.places, strict=True):
        yield f"    {node.split('/', 1)[1]} at {_place(place, prefix)}"
    yield f"    if they are one, write below `{proposal.below}:` in {prefix}{proposal.file}"
    yield f"        {proposal.line}"
    yield ""


def _place(place: Place, prefix: str) -> str:
    return f"{prefix}{place.file}:{place.line}:{place.column}"


def as_json(found: Duplicates) -> str:
    """All of it as JSON."""
    return json.dumps(asdict(found), indent=2, ensure_ascii=False) + "\n"
