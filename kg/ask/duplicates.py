"""Duplicates: actors and events that may be one, with what speaks for it; a person decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from kg.ask.same_events import alike_events
from kg.ask.spellings import Spelling, blocks, holds, likeness
from kg.mapping.tables import Tables

REGISTRY = "registry/merged.yaml"
"""Where a merge of events is proposed to be written."""

_BETWEEN = ("org:memberOf", "kg:head", "foaf:member")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written: a path from the project's root, line and column from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two nodes that may be one: `merge` would be merged into `keep`.

    `evidence` says in plain words what speaks for it. `line` is what a person who finds them to be
    one writes, with the reason between the quotation marks, in `file` below `below`.
    """

    merge: str
    keep: str
    evidence: tuple[str, ...]
    line: str
    file: str
    below: str
    places: tuple[Place, Place]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """What was found, the likeliest first; `compared` counts pairs that share a key.

    `cut` is the number of groups of events that were too many to compare all of them.
    """

    actors: int
    events: int
    compared: int
    cut: int
    proposals: tuple[Proposal, ...]


def duplicates(tables: Tables) -> Duplicates:
    """Actors and events of a project that may be one, from its tables after ranks."""
    software = tables["entity"].filter(pl.col("class") == "prov:SoftwareAgent")["id"]
    reported = tables.replacing(
        {
            "claim": tables["claim"].filter(
                pl.col("rank").fill_null("") != "kg:deprecated",
                ~pl.col("agent").fill_null("").is_in(software.implode()),
            )
        }
    )
    actors = _Actors(reported)
    events = alike_events(reported)
    places = _places(tables)
    weight = _weights(reported)

    def proposal(one: str, other: str, evidence: Iterable[str]) -> Proposal:
        # The one of which less is told gives way; of two alike, the later name.
        keep, merge = sorted((one, other), key=lambda node: (-weight.get(node, 0), node))
        (section, old), (_, new) = merge.split("/", 1), keep.split("/", 1)
        line = f'merged: {{into: {new}, reason: ""}}'
        is_event = section == "event"
        return Proposal(
            merge,
            keep,
            tuple(evidence),
            f"{old}: {{{line}}}" if is_event else line,
            REGISTRY if is_event else places[merge].file,
            "events" if is_event else old,
            (places[merge], places[keep]),
        )

    proposals = [proposal(*found) for found in actors.alike()]
    proposals += [proposal(*found) for found in events.alike]
    compared = actors.compared + events.compared
    return Duplicates(actors.count, events.count, compared, events.cut, tuple(proposals))


def _weights(tables: Tables) -> dict[str, int]:
    """The number of claims about a node or with it as their value."""
    claims = tables["claim"]
    nodes = pl.concat(
        [
            claims["subject"],
            claims.filter(pl.col("object_kind") == "iri")["object"].alias("subject"),
        ]
    )
    return dict(nodes.value_counts().iter_rows())


def _places(tables: Tables) -> dict[str, Place]:
    """Where actors have their entries, and where events are first told of."""
    written = tables["position"].sort("file", "line", "column")
    entries = written.filter(pl.col("property") == "entry")
    told = written.filter(pl.col("property") == "event").join(
        tables["claim"].select("id", "subject"),
        left_on="node",
        right_on="id",
        maintain_order="left",
    )
    rows = [
        *entries.select("node", "file", "line", "column").iter_rows(),
        *told.select("subject", "file", "line", "column").iter_rows(),
    ]
    return {node: Place(*place) for node, *place in reversed(rows)}


class _Actors:
    """Actors of the registry with what is known of them."""

    def __init__(self, tables: Tables) -> None:
        entities = tables["entity"].filter(pl.col("id").str.starts_with("actor/"))
        self._kinds: dict[str, str] = dict(entities.select("id", "class").iter_rows())
        self.count, self.compared = len(self._kinds), 0
        names = (
            tables["name"]
            .filter(pl.col("predicate").is_in(["skos:prefLabel", "skos:altLabel"]))
            .join(entities.select("id"), left_on="node", right_on="id", how="semi")
            .sort("node", "text")
        )
        self._names = list(names.select("node", "text").unique(maintain_order=True).iter_rows())
        links = tables["link"]
        self._items: dict[str, str] = dict(
            links.filter(pl.col("predicate") == "skos:exactMatch")
            .select("node", "object")
            .iter_rows()
        )
        between = links.filter(pl.col("predicate").is_in(_BETWEEN))
        self._linked = {frozenset(pair) for pair in between.select("node", "object").iter_rows()}
        part = tables["claim"].filter(
            pl.col("predicate") == "kg:participant", pl.col("stance").is_null()
        )
        self._events = _sets(part.select("object", "subject"))
        self._actors = _sets(part.select("subject", "object"))
        said = part.select(pl.concat_str("subject", pl.coalesce("document", "agent")), "object")
        self._together = _sets(said.select(pl.col("object"), pl.col("subject")))
        stated = tables["stated"].filter(pl.col("predicate") == "kg:office")
        offices = part.join(stated, left_on="id", right_on="claim", suffix="_office")
        holds_ = tables["claim"].filter(
            pl.col("predicate") == "org:holds", pl.col("stance").is_null()
        )
        self._offices = _sets(
            pl.concat(
                [
                    offices.select("object", office="object_office"),
                    holds_.select(object="subject", office="object"),
                ]
            )
        )

    def alike(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Pairs of actors that may be one, with evidence, the likeliest first."""
        found = []
        for (one, other), (degree, names) in self._alike_names().items():
            shared = self._shared(one, other)
            # A part of a name is a name of many: something else has to speak for it.
            if degree or shared:
                evidence = (_alike(*names, degree), *shared)
                found.append((-degree, -len(shared), one, other, evidence))
        for _, _, one, other, evidence in sorted(found):
            yield one, other, evidence

    def _alike_names(self) -> dict[tuple[str, str], tuple[float, tuple[str, str]]]:
        """By pair the degree of likeness, 0 where one name holds the other, and the names."""
        best: dict[tuple[str, str], tuple[float, tuple[str, str]]] = {}
        spellings = [Spelling(text) for _, text in self._names]
        for i, j in sorted(set(blocks(spellings))):
            one, other = self._names[i][0], self._names[j][0]
            if one == other or not self._may_be_one(one, other):
                continue
            self.compared += 1
            pair = spellings[i], spellings[j]
            degree = likeness(*pair)
            person = self._kinds[one] == "foaf:Person"
            if not degree and not (person and (holds(*pair) or holds(*reversed(pair)))):
                continue
            names = (pair[0].name, pair[1].name)
            key, names = ((one, other), names) if one < other else ((other, one), names[::-1])
            best[key] = max(best.get(key, (0.0, names)), (degree, names), key=lambda b: b[0])
        return best

    def _may_be_one(self, one: str, other: str) -> bool:
        items = self._items.get(one), self._items.get(other)
        return (
            self._kinds[one] == self._kinds[other]
            and (None in items or items[0] == items[1])
            and frozenset((one, other)) not in self._linked
            # One source that has both at one event tells of two.
            and not self._together[one] & self._together[other]
        )

    def _shared(self, one: str, other: str) -> tuple[str, ...]:
        """What the two have in common beside their names."""
        met, others = (
            {a for event in self._events[actor] for a in self._actors[event]} - {one, other}
            for actor in (one, other)
        )
        return tuple(
            f"{what} {_some(nodes)}"
            for what, nodes in (
                ("both stand for one at", self._events[one] & self._events[other]),
                ("both took part in something with", met & others),
                ("both are told of as", self._offices[one] & self._offices[other]),
            )
            if nodes
        )


def _sets(pairs: pl.DataFrame) -> dict[str, set[str]]:
    sets: dict[str, set[str]] = defaultdict(set)
    for key, value in pairs.iter_rows():
        sets[key].add(value)
    return sets


def _alike(one: str, other: str, degree: float) -> str:
    if one == other:
        return f"both are called “{one}”"
    if degree:
        return f"“{one}” and “{other}” are alike ({degree:.2f})"
    return f"one of “{one}” and “{other}” holds the other"


def _some(nodes: Iterable[str]) -> str:
    slugs = sorted(node.split("/", 1)[1] for node in nodes)
    more = f" and {len(slugs) - _SHOWN} more" if len(slugs) > _SHOWN else ""
    return ", ".join(slugs[:_SHOWN]) + more
