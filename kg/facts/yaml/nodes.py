"""YAML with positions: every scalar a string, every node with the place it stands at.

Built from the events of libyaml, not from PyYAML's own composer, which crashes on deep nesting
and lets anchors and duplicate keys through. What YAML would change in silence (a comment that
cuts a value, a comma that grows a key) is refused here: a quote cut short still proves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from kg.check.diagnostic import Findings, Related, Span
from kg.facts.yaml import errors as yaml_errors
from kg.facts.yaml import source as yaml_source
from kg.facts.yaml.source import MAX_BYTES, SourceText
from kg.facts.yaml.tree import Mapping, Node, Scalar, Sequence, Style

try:
    from yaml import CLoader
except ImportError as error:
    raise ImportError(
        "PyYAML was installed without libyaml, which Parley needs: "
        "install a PyYAML that has it (its wheels do)"
    ) from error

__all__ = ["MAX_BYTES", "MAX_DEPTH", "Mapping", "Node", "Scalar", "Sequence", "Style", "read"]

MAX_DEPTH = 64


def read(data: bytes, file: str, findings: Findings) -> Node | None:
    """The nodes of a YAML file, or None when it cannot be read; errors become findings.

    `file` is the name to show. After an error that leaves the rest readable the nodes are still
    given, without what was refused, so that everything wrong with a file is listed at once.
    """
    source = yaml_source.decode(data, file, findings)
    if source is None:
        return None
    legible = yaml_source.legible(source, findings)
    reader = _Reader(source, findings)
    try:
        root = reader.document(yaml.parse(legible, Loader=CLoader))
    except yaml.YAMLError as error:
        if legible == source.text:
            yaml_errors.report(error, source, findings)
        return None
    except _TooDeepError:
        return None
    return root if reader.complete and legible == source.text else None


_STYLES: dict[str | None, Style] = {
    None: "plain",
    "": "plain",
    "'": "single",
    '"': "double",
    "|": "literal",
    ">": "folded",
}
_COMMENT = re.compile(r"[ \t]+(#[^\r\n]*)")
_COLON = re.compile(r"(?:[ \t\r\n]|(?<=[ \t\r\n])#[^\r\n]*)*:")
_TAG = re.compile(r"!\S*")


class _TooDeepError(Exception):
    """Nesting has passed the limit; the finding is made."""


class _Reader:
    """Builds nodes from events; `complete` turns False when a value is not known."""

    def __init__(self, source: SourceText, findings: Findings) -> None:
        self.complete = True
        self._source = source
        self._findings = findings
        self._events: Iterator[Event] = iter(())

    def document(self, events: Iterator[Event]) -> Node | None:
        """The root of the only document; None, with a finding, where there is none."""
        self._events = events
        root: Node | None = None
        begun = False
        for event in events:
            if isinstance(event, NodeEvent):
                root = self._node(event, 1)
            elif isinstance(event, DocumentStartEvent):
                if begun:
                    start, _ = _extent(event)
                    fix = "keep one document in a file: take the `---` out"
                    self._error(
                        "yaml-documents", "a second document begins here", start, start, fix
                    )
                    self.complete = False
                    break
                begun = True
        if root is None or (isinstance(root, Scalar) and not root.value and root.style == "plain"):
            self._findings.error(
                "yaml-empty",
                "the file holds nothing",
                Span(self._source.file),
                "write something in it, or take it away",
            )
            return None
        return root

    def _node(self, event: Event, depth: int) -> Node:
        if isinstance(event, ScalarEvent):
            if event.anchor is not None or event.tag is not None:
                self._refuse_properties(event, event.tag)
            return self._scalar(event)
        start, end = _extent(event)
        if not isinstance(event, CollectionStartEvent):
            fix = "write the value out; a text that begins with `*` goes in quotes"
            message = "an alias (`*`) stands for something written elsewhere"
            self._error("yaml-anchor", message, start, end, fix)
            self.complete = False
            return Scalar("", self._source.span(start, end), "plain", self._source)
        if event.anchor is not None or event.tag is not None:
            self._refuse_properties(event, event.tag)
        if depth > MAX_DEPTH:
            message = f"this is nested {depth} deep; the limit is {MAX_DEPTH}"
            self._error("yaml-depth", message, start, start + 1, "write it with fewer levels")
            raise _TooDeepError
        if isinstance(event, MappingStartEvent):
            return self._mapping(event, depth)
        return self._sequence(event, depth)

    def _scalar(self, event: ScalarEvent) -> Scalar:
        source, style = self._source, _STYLES[event.style]
        start, end = _extent(event)
        if style == "plain" and source.text[end : end + 1] in (" ", "\t"):
            self._refuse_comment(event.value, start, end)
        elif style in ("literal", "folded"):
            # libyaml's end is the start of whatever follows.
            end = start + len(source.text[start:end].rstrip(" \t\r\n"))
        return Scalar(event.value, source.span(start, end), style, source)

    def _sequence(self, start: CollectionStartEvent, depth: int) -> Sequence:
        items: list[Node] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        span = self._collection_span(start, event, items[-1] if items else None)
        return Sequence(tuple(items), span, bool(start.flow_style), self._source)

    def _mapping(self, start: MappingStartEvent, depth: int) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        flow = bool(start.flow_style)
        value: Node | None = None
        while not isinstance(event := next(self._events), MappingEndEvent):
            before = value
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if isinstance(event, AliasEvent):
                continue
            if flow and isinstance(value, Scalar) and not value.value and value.style == "plain":
                first, last = _extent(event)
                if not _COLON.match(self._source.text, last):
                    self._refuse_flow_key(first, last, before)
                    continue
            if accepted := self._accept(key, entries):
                entries[accepted.value] = (accepted, value)
        span = self._collection_span(start, event, value)
        return Mapping(tuple(entries.values()), span, flow, self._source)

    def _collection_span(self, first: CollectionStartEvent, end: Event, last: Node | None) -> Span:
        start, _ = _extent(first)
        if first.flow_style:
            return self._source.span(start, _extent(end)[1])
        # libyaml's end of a block collection is the start of whatever follows.
        span = self._source.span(start, start)
        if last is None:
            return span
        return Span(span.file, span.line, span.column, last.span.end_line, last.span.end_column)

    def _accept(self, key: Node, entries: dict[str, tuple[Scalar, Node]]) -> Scalar | None:
        """The key when it may be one; None, with a finding, otherwise."""
        error = self._findings.error
        if not isinstance(key, Scalar):
            message = "a key must be a word, not a list or a mapping"
            error("yaml-key", message, key.span, "put the key in quotes")
        elif not key.value:
            error("yaml-key", "this value has no key", key.span, "write a key before the colon")
        elif key.value == "<<" and key.style == "plain":
            message = "a merge key (`<<`) brings in what is written elsewhere"
            error("yaml-merge-key", message, key.span, "write the keys out")
        elif key.value in entries:
            message = f"the key “{_short(key.value)}” stands twice in one mapping"
            fix = "keep one of the two; several values go in a list"
            related = (Related(entries[key.value][0].span, "it stands here first"),)
            error("yaml-duplicate-key", message, key.span, fix, related)
        else:
            return key
        return None

    def _refuse_properties(self, event: NodeEvent, tag: str | None) -> None:
        text, (start, _) = self._source.text, _extent(event)
        if event.anchor is not None:
            at = text.index("&", start)
            message = f"“&{_short(event.anchor)}” names a value for use elsewhere"
            fix = "write the value out each time; a text that begins with `&` goes in quotes"
            self._error("yaml-anchor", message, at, at + 1 + len(event.anchor), fix)
        if tag is not None and (written := _TAG.search(text, start)):
            message = f"“{_short(written[0])}” is a tag, which says how to read a value"
            fix = "take it out; a text that begins with `!` goes in quotes"
            self._error("yaml-tag", message, written.start(), written.end(), fix)

    def _refuse_comment(self, value: str, start: int, end: int) -> None:
        comment = _COMMENT.match(self._source.text, end)
        if comment is None:
            return
        left = f"“{_short(value)}”" if value else "no value"
        message = f"“{_short(comment[1].rstrip())}” is read as a comment, which leaves {left}"
        whole = _short(_quoted(self._source.text[start : comment.end()]))
        fix = f"quote the value: {whole}, or put the comment on its own line"
        self._error("yaml-comment-cuts-value", message, comment.start(1), comment.end(1), fix)

    def _refuse_flow_key(self, start: int, end: int, before: Node | None) -> None:
        text = self._source.text
        message = f"“{_short(text[start:end])}” is read as a key without a value"
        fix = "write a value after it"
        if isinstance(before, Scalar) and before.style == "plain" and before.value:
            begin = self._source.offset(before.span.line, before.span.column)
            fix = f"quote a value that holds a comma: {_short(_quoted(text[begin:end]))}"
        self._error("yaml-flow-key", message, start, end, fix)

    def _error(self, code: str, message: str, start: int, end: int, fix: str) -> None:
        self._findings.error(code, message, self._source.span(start, end), fix)


def _extent(event: Event) -> tuple[int, int]:
    """Where an event starts and ends, in code points of the text."""
    start, end = event.start_mark, event.end_mark
    if start is None or end is None:
        raise ValueError(f"libyaml gave no place for {event}")
    return start.index, end.index


def _quoted(raw: str) -> str:
    folded = " ".join(raw.split())
    if '"' in folded or "\\" in folded:
        return "'" + folded.replace("'", "''") + "'"
    return f'"{folded}"'


def _short(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:70]} … {text[-29:]}"
