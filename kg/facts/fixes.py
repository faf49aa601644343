"""Fixes: the edits that need no judgement, made in the YAML files until there are none left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kg.check.diagnostic import Edit, Findings, Severity, Span
from kg.facts.compile import compile_facts
from kg.facts.project import read_project
from kg.facts.yaml import nodes, source
from kg.facts.yaml.nodes import Node, Scalar, Sequence

# What one round mends can show what another one may mend; in practice there are two.
_MOST_ROUNDS = 8
_FOLDERS = ("facts/", "registry/")


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file as it should be, and in how many places it was changed."""

    data: bytes
    places: int


def fixes(root: Path) -> dict[str, Fixed]:
    """What to write into the files of a project's facts and registry, by path.

    Left alone are files that are no YAML, and the facts of a text that has changed: their quotes
    are not to be made to fit.
    """
    fixed: dict[str, Fixed] = {}
    left: set[str] = set()
    for _ in range(_MOST_ROUNDS):
        findings = Findings()
        instead = {path: file.data for path, file in fixed.items()}
        project = read_project(root, findings, instead)
        if project is None:
            break
        compile_facts(
            project.articles, project.registry, project.vocabulary, project.texts, findings
        )
        left |= {
            item.span.file
            for item in findings.items
            if item.severity is Severity.ERROR and item.code.startswith(("yaml-", "text-changed"))
        }
        changed = False
        for path, edits in _by_file(findings).items():
            if path in left or not path.startswith(_FOLDERS):
                continue
            before = fixed[path].data if path in fixed else (root / path).read_bytes()
            if path not in fixed and sha256(before).hexdigest() != project.inputs.get(path):
                continue
            after, places = _edited(before, path, edits)
            if after is None:
                left.add(path)
                continue
            changed = True
            fixed[path] = Fixed(after, places + (fixed[path].places if path in fixed else 0))
        if not changed:
            break
    return fixed


def _by_file(findings: Findings) -> Mapping[str, list[Edit]]:
    """All edits by file; of those at one place that differ, none."""
    texts: dict[Span, set[str]] = defaultdict(set)
    completions = (complete() for complete in findings.completions)
    for edit in (*(item.edit for item in findings.items), *completions):
        if edit is not None:
            texts[edit.span].add(edit.text)
    found: dict[str, list[Edit]] = defaultdict(list)
    for span, written in sorted(texts.items()):
        if len(written) == 1:
            found[span.file].append(Edit(span, *written))
    return found


def _edited(data: bytes, path: str, edits: Iterable[Edit]) -> tuple[bytes | None, int]:
    """A file with the edits made that do not overlap, and how many; None where it would break."""
    text = source.decode(data, path, Findings())
    before = nodes.read(data, path, Findings())
    if text is None or before is None:
        return None, 0
    pieces: list[str] = []
    made: list[Span] = []
    done = 0
    for edit in edits:
        start = text.offset(edit.span.line, edit.span.column)
        end = text.offset(edit.span.end_line, edit.span.end_column)
        if made and start <= done:
            continue
        pieces += [text.text[done:start], edit.text]
        done = end
        made.append(edit.span)
    mark = data[: len(data) - len(text.text.encode())]
    after = mark + "".join([*pieces, text.text[done:]]).encode()
    findings = Findings()
    node = nodes.read(after, path, findings)
    if node is None or findings.has_errors or not _alike(before, node, made):
        return None, 0
    return after, len(made)


def _alike(before: Node, after: Node, edited: list[Span]) -> bool:
    """Whether nothing but edited scalars differs, and no key but `is` was added."""
    if isinstance(before, Scalar) or isinstance(after, Scalar):
        if not isinstance(before, Scalar) or not isinstance(after, Scalar):
            return False
        return before.value == after.value or any(_within(span, before.span) for span in edited)
    if isinstance(before, Sequence) or isinstance(after, Sequence):
        if not isinstance(before, Sequence) or not isinstance(after, Sequence):
            return False
        pairs = zip(before.items, after.items, strict=False)
        return len(before.items) == len(after.items) and all(_alike(a, b, edited) for a, b in pairs)
    old = {key.value: node for key, node in before.entries}
    new = {key.value: node for key, node in after.entries}
    return new.keys() - {"is"} == old.keys() - {"is"} and all(
        _alike(node, new[key], edited) for key, node in old.items()
    )


def _within(span: Span, whole: Span) -> bool:
    begins = (span.line, span.column) >= (whole.line, whole.column)
    return begins and (span.end_line, span.end_column) <= (whole.end_line, whole.end_column)
