"""Ways through the graph: steps from node to node along predicates."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A step along a predicate (an IRI; None for any), or against it."""

    predicate: str | None
    inverse: bool = False


Way = tuple[Step, ...]
Ways = frozenset[Way]
