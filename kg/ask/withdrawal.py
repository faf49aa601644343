"""Withdrawal: tables without some sources, passages or claims and all that falls with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from kg.mapping.ranks import ranked
from kg.mapping.tables import Tables

_STATEMENTS = ("claim", "speech", "quantity")


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The tables that are left; `sources` and `passages` are gone, as are `claims` of any kind."""

    tables: Tables
    sources: frozenset[str]
    passages: frozenset[str]
    claims: frozenset[str]


def withdraw(
    tables: Tables,
    nodes: Iterable[str],
    single: Collection[str],
    superclasses: Mapping[str, frozenset[str]],
) -> Withdrawal:
    """Take sources, passages, rows or claims out of ranked tables; unknown nodes change nothing.

    With an article goes the file of facts written from it, with a document its copies, with an
    utterance whatever rests on it alone or is known through it alone, with a passage the claims
    that no other supports. `single` and `superclasses` are those that the claims were ranked by.
    """
    gone = set(nodes)
    sources = _sources(tables, gone)
    documents = pl.Series(sorted(sources), dtype=pl.String).implode()
    named = pl.Series(sorted(gone), dtype=pl.String).implode()
    lost_places = pl.concat(
        tables[name].filter(pl.col("document").is_in(documents) | pl.col("id").is_in(named))["id"]
        for name in ("passage", "record")
    )
    support = tables["support"].filter(~pl.col("evidence").is_in(lost_places.implode()))
    unsupported = set(tables["support"]["claim"]) - set(support["claim"])
    claims = unsupported | _uncurated(tables, sources)
    for name in _STATEMENTS:
        fallen = pl.col("document").is_in(documents) | pl.col("according_to").is_in(documents)
        claims |= set(tables[name].filter(fallen | pl.col("id").is_in(named))["id"])
        claims |= _cut_off(tables, name, sources)
    statements = {row for name in _STATEMENTS for row in tables[name]["id"]}
    claims &= statements
    left = _without(tables, sources, set(lost_places), claims)
    derived = ranked(left["claim"], single, superclasses)
    return Withdrawal(
        left.replacing(derived), frozenset(sources), frozenset(lost_places), frozenset(claims)
    )


def _sources(tables: Tables, gone: set[str]) -> set[str]:
    """The sources that are gone: those named, and those that are nothing without them."""
    onward = _grouped(tables, "kg:restsOn")
    copies = _grouped(tables, "kg:copyOf")
    known = set(tables["source"]["id"])
    fallen = gone & known
    edges = _edges(tables)
    starts = {node for node in known if not node.startswith("utterance/")}
    before = _reached(edges, starts, frozenset())
    while True:
        more = {node for node, on in onward.items() if on and on <= fallen}
        more |= {node for node, of in copies.items() if of & fallen}
        more |= before - _reached(edges, starts - fallen, fallen)
        more = (more & known) - fallen
        if not more or not fallen:
            return fallen
        fallen |= more


def _grouped(tables: Tables, predicate: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    rows = tables["link"].filter(pl.col("predicate") == predicate)
    for node, to in rows.select("node", "object").iter_rows():
        found[node].add(to)
    return found


def _edges(tables: Tables) -> dict[str, list[str]]:
    edges: dict[str, list[str]] = defaultdict(list)
    for source, origin in tables["derivation"].select("source", "derived_from").iter_rows():
        edges[source].append(origin)
    return edges


def _reached(
    edges: Mapping[str, list[str]], starts: Iterable[str], closed: Collection[str]
) -> set[str]:
    """The sources that are known through some documents, on ways around those that are closed."""
    found: set[str] = set()
    ahead = list(starts)
    while ahead:
        node = ahead.pop()
        if node not in found and node not in closed:
            found.add(node)
            ahead += edges.get(node, ())
    return found


def _cut_off(tables: Tables, name: str, sources: set[str]) -> set[str]:
    """Claims whose source is known from elsewhere, but no more through their own document."""
    if not sources:
        return set()
    edges = _edges(tables)
    rows = tables[name].filter(
        pl.col("document").is_not_null(), pl.col("according_to") != pl.col("document")
    )
    found: set[str] = set()
    ways: dict[str, tuple[set[str], set[str]]] = {}
    for id_, document, source in rows.select("id", "document", "according_to").iter_rows():
        if document not in ways:
            way = [document]
            ways[document] = (_reached(edges, way, ()), _reached(edges, way, sources))
        before, after = ways[document]
        if source in before and source not in after:
            found.add(id_)
    return found


def _uncurated(tables: Tables, sources: set[str]) -> set[str]:
    """Claims that only the files of facts of articles that are gone make."""
    curations = {
        f"curation/{node.split('/', 1)[1]}" for node in sources if node.startswith("article/")
    }
    if not curations:
        return set()
    made = tables["stated"].filter(pl.col("predicate") == "prov:wasGeneratedBy")
    gone = pl.col("object").is_in(sorted(curations))
    kept = set(made.filter(~gone)["claim"])
    return set(made.filter(gone)["claim"]) - kept


def _without(tables: Tables, sources: set[str], places: set[str], claims: set[str]) -> Tables:
    def rid(frame: pl.DataFrame, column: str, nodes: set[str]) -> pl.DataFrame:
        gone = pl.DataFrame({column: sorted(nodes)}, schema={column: pl.String})
        return frame.join(gone, on=column, how="anti", maintain_order="left")

    frames = {name: rid(tables[name], "id", claims) for name in _STATEMENTS}
    frames["stated"] = rid(tables["stated"], "claim", claims)
    frames["support"] = rid(rid(tables["support"], "claim", claims | sources), "evidence", places)
    frames["passage"] = rid(tables["passage"], "id", places)
    frames["record"] = rid(tables["record"], "id", places)
    frames["source"] = rid(tables["source"], "id", sources)
    frames["curation"] = rid(tables["curation"], "document", sources)
    frames["derivation"] = rid(
        rid(tables["derivation"], "source", sources), "derived_from", sources
    )
    links = tables["link"].filter(pl.col("object_kind") == "iri")
    others = tables["link"].filter(pl.col("object_kind") != "iri")
    frames["link"] = pl.concat([rid(links, "object", sources), others]).pipe(rid, "node", sources)
    return tables.replacing(frames)
