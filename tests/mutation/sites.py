"""The places of a file of facts at which an edit can go wrong: quotes, ids, dates, fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.check.diagnostic import Findings, Span
from kg.facts.format import Key, Takes, keys
from kg.facts.grammar import split
from kg.facts.yaml.nodes import Mapping, Node, Scalar, Sequence, read

Parents = tuple[tuple[str, Mapping], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """One mapping of a file: its name in the format, and the mappings around it with their keys."""

    name: str
    node: Mapping
    key: str = ""
    parents: Parents = ()


@dataclass(frozen=True, slots=True)
class Said:
    """One value: words and what they are said to mean, with where the latter stands."""

    spec: Key
    mapping: str
    key: str
    node: Node
    words: str | None
    target: str
    at: Span
    inferred: bool = False
    office: bool = False
    counted_from: bool = False


@dataclass(slots=True)
class File:
    """A file of facts as its nodes."""

    name: str
    data: bytes
    root: Mapping
    mappings: list[Written] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)

    @staticmethod
    def read(name: str, data: bytes) -> File:
        root = read(data, name, Findings())
        if not isinstance(root, Mapping):
            raise ValueError(f"{name} is no mapping")
        file = File(name, data, root)
        file._mapping(Written("facts", root))
        return file

    def quotes(self) -> list[Scalar]:
        return [
            quote
            for written in self.mappings
            if written.name == "passage" and isinstance(quote := written.node.get("quote"), Scalar)
        ]

    def replaced(self, span: Span, text: str) -> bytes:
        """The file's bytes with other text at a span."""
        whole = self.data.decode()
        starts = [0]
        for line in whole.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        start = starts[span.line - 1] + span.column - 1
        end = starts[span.end_line - 1] + span.end_column - 1
        return (whole[:start] + text + whole[end:]).encode()

    def _mapping(self, written: Written) -> None:
        self.mappings.append(written)
        known = keys(written.name)
        for key, node in written.node.entries:
            for item in node.items if isinstance(node, Sequence) else (node,):
                self._item(written, key.value, known[key.value], item)

    def _item(self, written: Written, key: str, spec: Key, node: Node) -> None:
        inner = ((key, written.node), *written.parents)
        if isinstance(node, Mapping):
            if spec.takes is Takes.MAP:
                self._mapping(Written(spec.of, node, key, inner))
            else:
                self.mappings.append(Written("value", node, key, inner))
                self.said += _of_unnamed(node)
                self.said += _of_mapping(written.name, key, spec, node)
        elif isinstance(node, Scalar):
            self.said += _of_scalar(written.name, key, spec, node)


def _of_unnamed(node: Mapping) -> Iterator[Said]:
    """The organization of somebody whom the article does not name."""
    of, words = node.get("of"), node.get("words")
    if isinstance(of, Scalar):
        text = words.value if isinstance(words, Scalar) else None
        yield Said(keys("value")["of"], "value", "of", node, text, of.value, of.span)


def _of_scalar(mapping: str, key: str, spec: Key, node: Scalar) -> Iterator[Said]:
    if spec.takes not in (Takes.VALUE, Takes.DATE, Takes.NUMBER):
        return
    short = split(node, Findings())
    if short is None:
        return
    words = short.words.value if short.words else None
    if short.target is not None:
        target = short.target
        yield Said(spec, mapping, key, node, words, target.value, target.span)
    elif words is not None:
        yield Said(spec, mapping, key, node, None, words, node.span)
    if short.office is not None:
        office = short.office
        yield Said(spec, mapping, key, node, words, office.value, office.span, office=True)


def _of_mapping(mapping: str, key: str, spec: Key, node: Mapping) -> Iterator[Said]:
    words, target, office = node.get("words"), node.get("is"), node.get("as")
    text = words.value if isinstance(words, Scalar) else None
    inferred = node.get("inferred") is not None
    if isinstance(target, Scalar):
        begin = target.part(0, len(target.value))
        from_ = node.get("from") is not None
        yield Said(
            spec, mapping, key, node, text, target.value, begin, inferred, counted_from=from_
        )
    if isinstance(office, Scalar):
        yield Said(spec, mapping, key, node, text, office.value, office.span, inferred, True)
