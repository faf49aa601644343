"""Merges: ids that turned out to stand for what has another id, and where they lead now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from kg.check.diagnostic import Findings, Related, Span
from kg.facts.article import Article, Fact
from kg.facts.grammar import Text


@dataclass(frozen=True, slots=True)
class Merge:
    """One line: the node that is merged, and the id, in the same section, of what it is."""

    node: str
    into: Text

    @property
    def target(self) -> str:
        """The node it is merged into, as the line says: that may be merged itself."""
        return f"{self.node.split('/', 1)[0]}/{self.into.value}"


class Merges:
    """Merges by node, none of which leads back to itself."""

    def __init__(self, lines: Iterable[Merge] = ()) -> None:
        self._lines = {line.node: line for line in lines}

    def __iter__(self) -> Iterator[Merge]:
        return iter(self._lines.values())

    def __contains__(self, node: str) -> bool:
        return node in self._lines

    def current(self, node: str) -> str:
        """The node that stands for a node now: itself where it is not merged."""
        while node in self._lines:
            node = self._lines[node].target
        return node

    def follow(self, node: str, span: Span, findings: Findings) -> str:
        """The node that stands for a written one now, with a note where that is another."""
        current = self.current(node)
        if current != node:
            old, new = (name.split("/", 1)[1] for name in (node, current))
            findings.note(
                "id-merged",
                f"`{old}` was merged into `{new}`",
                span,
                f"write `{new}`",
                (Related(self._lines[node].into.span, "the merge"),),
            )
        return current

    def redirected(self, article: Article, findings: Findings) -> Article:
        """An article with the facts of merged events told of what those are now."""
        if not self._lines:
            return article
        passages = tuple(
            replace(passage, facts=tuple(self._fact(fact, findings) for fact in passage.facts))
            for passage in article.passages
        )
        return replace(article, passages=passages)

    def _fact(self, fact: Fact, findings: Findings) -> Fact:
        if fact.event is None:
            return fact
        node = self.follow(f"event/{fact.event.value}", fact.event.span, findings)
        return replace(fact, event=Text(node.split("/", 1)[1], fact.event.span))


NO_MERGES = Merges()


def merges_of(lines: Iterable[Merge], findings: Findings) -> Merges:
    """The merges of some lines; those that lead in a circle are findings and left out."""
    by_node = {line.node: line for line in lines}
    circular: set[str] = set()
    for line in by_node.values():
        way = [line]
        while (onward := by_node.get(way[-1].target)) is not None and onward not in way:
            way.append(onward)
        if onward is line and line.node not in circular:
            circular |= {step.node for step in way}
            findings.error(
                "merge-cycle",
                "this merge leads back to itself: "
                + " → ".join(f"`{step.into.value}`" for step in way),
                line.into.span,
                "take one of the lines away",
                tuple(Related(step.into.span, "it goes on here") for step in way[1:]),
            )
    # What leads into a circle leads nowhere either.
    while into := {n for n, line in by_node.items() if line.target in circular} - circular:
        circular |= into
    return Merges(line for node, line in by_node.items() if node not in circular)
