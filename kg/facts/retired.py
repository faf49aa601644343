"""Retired ids: what a release had and a project has no more, and what stands in its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kg.check.diagnostic import Findings, Span
from kg.facts.grammar import Text
from kg.facts.record import record
from kg.facts.rows import Rows
from kg.facts.yaml import nodes as yaml_nodes
from kg.facts.yaml.nodes import Node
from kg.rdf.vocabulary import Vocabulary

SECTION = "retired"
FILE = "registry/retired.yaml"
_NODE = re.compile(r"[a-z]+(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,199}){1,2}")


@dataclass(frozen=True, slots=True)
class Retired:
    """One line: the node that is no more, why, and the node that replaces it, if any does."""

    node: str
    into: Text | None
    reason: Text
    span: Span


def read_retired(
    nodes: Mapping[str, Node], vocabulary: Vocabulary, findings: Findings
) -> dict[str, Retired]:
    """The lines of the sections `retired` of the registry's files, by node."""
    found: dict[str, Retired] = {}
    for node in nodes.values():
        section = node.get(SECTION) if isinstance(node, yaml_nodes.Mapping) else None
        if not isinstance(section, yaml_nodes.Mapping):
            continue
        for key, value in section.entries:
            fields = record(value, "retired entry", vocabulary, findings)
            reason = fields.text("reason") if fields is not None else None
            if fields is None or reason is None:
                continue
            into = fields.text("into")
            if _is_node(Text(key.value, key.span), findings) and (
                into is None or _is_node(into, findings)
            ):
                found[key.value] = Retired(key.value, into, reason, key.span)
    return found


def _is_node(text: Text, findings: Findings) -> bool:
    if _NODE.fullmatch(text.value):
        return True
    findings.error(
        "retired-malformed",
        f"“{text.value}” is no node of the graph",
        text.span,
        "write it as in the list of the release, such as event/talks-2024 or claim/…",
    )
    return False


def retired_rows(retired: Mapping[str, Retired], graph: str, rows: Rows) -> None:
    """What the graph still says of a retired node: what replaces it, or why nothing does."""
    for line in retired.values():
        rows.position(line.node, SECTION, line.span)
        if line.into is not None:
            rows.link(line.node, "dcterms:isReplacedBy", "iri", line.into.value, graph=graph)
        else:
            rows.link(line.node, "kg:reason", "plain", line.reason.value, graph=graph)
