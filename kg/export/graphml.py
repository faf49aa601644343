"""GraphML: events, actors and sources as nodes, for tools that draw and measure networks."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from kg.mapping.tables import Tables

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
# What GraphML readers take: every value is text, but for the number of claims.
_NODE_KEYS = ("label", "kind", "class", "status", "when", "place")
_EDGE_KEYS = {"kind": "string", "role": "string", "claims": "int"}
_CHAIN = {"prov:wasDerivedFrom": "derived-from", "prov:wasAttributedTo": "attributed-to"}


@dataclass(frozen=True, slots=True)
class _Edge:
    source: str
    target: str
    values: Mapping[str, str]


def graphml(tables: Tables, base: str) -> bytes:
    """The network as GraphML, the same bytes for the same rows; ids of nodes are absolute IRIs.

    Edges: event to participant (with roles), source to event (with the number of its claims,
    denials included), source to the source it has it from, and source to whom it is attributed. A
    value with several, such as the dates of one event, is joined by `; `.
    """
    nodes = _nodes(tables)
    edges = [edge for edge in _edges(tables) if {edge.source, edge.target} <= nodes.keys()]
    root = ET.Element("graphml", xmlns=_NAMESPACE)
    for name in _NODE_KEYS:
        _key(root, f"n_{name}", "node", name, "string")
    for name, form in _EDGE_KEYS.items():
        _key(root, f"e_{name}", "edge", name, form)
    graph = ET.SubElement(root, "graph", id="parley", edgedefault="directed")
    for node, values in sorted(nodes.items()):
        _data(ET.SubElement(graph, "node", id=base + node), "n", values)
    for number, edge in enumerate(sorted(edges, key=_order)):
        ends = {"source": base + edge.source, "target": base + edge.target}
        _data(ET.SubElement(graph, "edge", {"id": f"e{number}", **ends}), "e", edge.values)
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _key(root: ET.Element, id_: str, of: str, name: str, form: str) -> None:
    ET.SubElement(root, "key", {"id": id_, "for": of, "attr.name": name, "attr.type": form})


def _data(element: ET.Element, prefix: str, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        if value:
            ET.SubElement(element, "data", key=f"{prefix}_{name}").text = _shown(value)


def _shown(value: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(char if char >= " " or char in "\t\n" else " " for char in value)


def _order(edge: _Edge) -> tuple[str, str, str]:
    return (edge.source, edge.target, edge.values["kind"])


def _nodes(tables: Tables) -> dict[str, dict[str, str]]:
    labels = _joined(
        tables["name"].filter(pl.col("predicate") == "skos:prefLabel"), "node", "text", first=True
    )
    nodes: dict[str, dict[str, str]] = {}
    for row in tables["source"].sort("id").iter_rows(named=True):
        label = row["title"] or _slug(row["id"])
        kind, form = row["class"].removeprefix("kg:"), row["form"] or ""
        nodes[row["id"]] = {"label": label, "kind": "source", "class": kind}
        nodes[row["id"]]["class"] = form.removeprefix("kg:") or kind
    actors = tables["entity"].filter(pl.col("id").str.contains("^(?:actor|office|unnamed)/"))
    for node, class_ in actors.sort("id", "class").select("id", "class").iter_rows():
        label = labels.get(node, _slug(node))
        nodes[node] = {"label": label, "kind": "actor", "class": class_.split(":")[-1]}
    direct = tables["direct"].filter(pl.col("subject").str.starts_with("event/"))
    values = {
        name: _joined(direct.filter(pl.col("predicate") == predicate), "subject", "object")
        for name, predicate in (
            ("class", "rdf:type"),
            ("status", "kg:status"),
            ("place", "kg:place"),
        )
    }
    times = direct.join(tables["time"], left_on="object", right_on="id").filter(
        pl.col("predicate") == "kg:when"
    )
    when = _joined(times, "subject", "edtf")
    claimed = tables["claim"].filter(pl.col("subject").str.starts_with("event/"))
    disputed = set(tables["disputed"]["event"])
    for node in claimed["subject"].unique().sort():
        places = values["place"].get(node, "").split("; ")
        nodes[node] = {
            "label": _slug(node),
            "kind": "event",
            "class": values["class"].get(node, "").removeprefix("kg:"),
            "status": "disputed"
            if node in disputed
            else values["status"].get(node, "").removeprefix("kg:"),
            "when": when.get(node, ""),
            "place": "; ".join(labels.get(place, _slug(place)) for place in places if place),
        }
    return nodes


def _edges(tables: Tables) -> Iterator[_Edge]:
    best = tables["claim"].join(tables["best"], left_on="id", right_on="claim")
    roles = tables["stated"].filter(pl.col("predicate") == "kg:role")
    taken = best.filter(pl.col("predicate") == "kg:participant").join(
        roles.select("claim", role="object"), left_on="id", right_on="claim", how="left"
    )
    grouped = taken.group_by("subject", "object").agg(pl.col("role").drop_nulls().unique().sort())
    for event, actor, role in grouped.sort("subject", "object").iter_rows():
        words = "; ".join(word.removeprefix("kg:") for word in role)
        yield _Edge(event, actor, {"kind": "participant", "role": words})
    said = tables["claim"].filter(
        pl.col("according_to").is_not_null(), pl.col("subject").str.starts_with("event/")
    )
    counted = said.group_by("according_to", "subject").len().sort("according_to", "subject")
    for source, event, number in counted.iter_rows():
        yield _Edge(source, event, {"kind": "reports", "claims": str(number)})
    chain = tables["derivation"].select("source", "derived_from")
    for source, origin in chain.iter_rows():
        yield _Edge(source, origin, {"kind": _CHAIN["prov:wasDerivedFrom"]})
    whose = tables["source"].filter(pl.col("agent").is_not_null()).select("id", "agent")
    more = tables["link"].filter(pl.col("predicate") == "prov:wasAttributedTo")
    for source, agent in {*whose.iter_rows(), *more.select("node", "object").iter_rows()}:
        yield _Edge(source, agent, {"kind": _CHAIN["prov:wasAttributedTo"]})


def _joined(rows: pl.DataFrame, key: str, value: str, *, first: bool = False) -> dict[str, str]:
    """The values of each key, sorted and joined, or only the first of them."""
    grouped = rows.group_by(key).agg(pl.col(value).unique().sort())
    return {node: values[0] if first else "; ".join(values) for node, values in grouped.iter_rows()}


def _slug(node: str) -> str:
    return node.rsplit("/", 1)[-1]
