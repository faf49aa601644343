"""Impact: what would fall if a source, a passage or a claim were withdrawn, worked out exactly."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from kg.ask.corroboration import Corroborated, Corroboration
from kg.ask.gap_items import field_names
from kg.ask.independence import Independence
from kg.ask.reported import Triple
from kg.ask.withdrawal import Withdrawal, withdraw
from kg.mapping.tables import Tables

_TRIPLE = ("subject", "predicate", "object_kind", "object", "object_type")
_FOLDERS = ("article", "utterance", "claim", "passage", "row", "file")


class UnknownNode(LookupError):
    """Nothing that could be withdrawn; the message names what is close."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact; `field` is as curators write it, `label` what a reader knows the value by."""

    event: str
    field: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Lost:
    """A fact that is no more; `unsettled` where somebody still says so, but not alone."""

    fact: Fact
    unsettled: bool


@dataclass(frozen=True, slots=True)
class Weaker:
    """A fact that keeps fewer origins: numbers of independent ones, and of parties to it."""

    fact: Fact
    before: int
    after: int
    parties_before: int
    parties_after: int
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """The status of an event before and after; empty where there is none."""

    event: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Series:
    """How many events a series counts."""

    series: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A date of which the day that it is counted from is withdrawn."""

    event: str
    edtf: str
    counted_from: str


@dataclass(frozen=True, slots=True)
class Impact:
    """What would fall.

    `fallen` are the sources and passages that go with `nodes`, `claims`, `wordings` and
    `quantities` how many statements. `lost` are facts that vanish, `gained` those that come forth,
    `weaker` those that keep fewer origins; `events` have nothing left.
    """

    nodes: tuple[str, ...]
    fallen: tuple[str, ...]
    claims: int
    wordings: int
    quantities: int
    lost: tuple[Lost, ...]
    gained: tuple[Fact, ...]
    weaker: tuple[Weaker, ...]
    statuses: tuple[Status, ...]
    events: tuple[str, ...]
    series: tuple[Series, ...]
    uncounted: tuple[Uncounted, ...]


def impact(
    tables: Tables,
    nodes: Collection[str],
    single: Collection[str],
    superclasses: Mapping[str, frozenset[str]],
    text: Callable[[str, str], str],
) -> Impact:
    """What would fall with some nodes; the other arguments are as for `withdraw`, Corroboration."""
    done = withdraw(tables, nodes, single, superclasses)
    facts = _Facts(tables)
    before, after = _direct(tables), _direct(done.tables)
    said = _said(done.tables)
    counts = {
        name: tables[name].height - done.tables[name].height
        for name in ("claim", "speech", "quantity")
    }
    return Impact(
        tuple(sorted(nodes)),
        tuple(sorted((done.sources | done.passages) - set(nodes))),
        counts["claim"],
        counts["speech"],
        counts["quantity"],
        tuple(Lost(facts.fact(t), t in said) for t in _ordered(before - after)),
        tuple(facts.fact(t) for t in _ordered(after - before)),
        tuple(_weaker(tables, done, text, facts)),
        tuple(_statuses(tables, done.tables)),
        tuple(sorted(_events(tables) - _events(done.tables))),
        tuple(_series(tables, done.tables)),
        tuple(_uncounted(tables, done, before - after)),
    )


def resolve(tables: Tables, given: str) -> str:
    """The node meant by its path, its id alone, or a file of facts; raises UnknownNode."""
    known = {
        node
        for name in ("source", "claim", "speech", "quantity", "passage", "record")
        for node in tables[name]["id"]
    }
    name = given.removesuffix("/")
    if name.endswith(".yaml"):
        name = name.rsplit("/", 1)[-1].removesuffix(".yaml")
    meant = [node for node in (name, *(f"{folder}/{name}" for folder in _FOLDERS)) if node in known]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise UnknownNode(f"`{given}` may be any of {', '.join(meant)}: write which")
    ids = {node.split("/", 1)[1]: node for node in sorted(tables["source"]["id"])}
    close = difflib.get_close_matches(name.split("/", 1)[-1], ids, n=3, cutoff=0.4)
    told = ", ".join(ids[id_] for id_ in close) or ", ".join(sorted(ids.values())[:5])
    raise UnknownNode(
        f"no source, passage or claim `{given}` is here; there is {told or 'nothing'}"
    )


class _Facts:
    def __init__(self, tables: Tables) -> None:
        names = tables["name"].filter(pl.col("predicate") == "skos:prefLabel")
        self._labels: dict[str, str] = dict(names.select("node", "text").iter_rows())
        self._labels |= dict(tables["time"].select("id", "edtf").iter_rows())
        predicates = tables["claim"].select("predicate").unique()
        fields = predicates.select("predicate", field=field_names(pl.col("predicate")))
        self._fields: dict[str, str] = dict(fields.iter_rows())

    def fact(self, triple: Triple) -> Fact:
        event, predicate, _, value, _ = triple
        label = self._labels.get(value, value.removeprefix("kg:"))
        return Fact(event, self._fields[predicate], value, label)


def _direct(tables: Tables) -> set[Triple]:
    return {*tables["direct"].select(_TRIPLE).iter_rows()}


def _said(tables: Tables) -> set[Triple]:
    """The triples that somebody still says are so."""
    stance, rank = pl.col("stance").fill_null(""), pl.col("rank").fill_null("")
    counting = stance.is_in(["", "kg:hedges"]) & (rank != "kg:deprecated")
    return {*tables["claim"].filter(counting).select(_TRIPLE).iter_rows()}


def _ordered(triples: Iterable[Triple]) -> list[Triple]:
    return sorted(triples, key=lambda triple: tuple(cell or "" for cell in triple))


def _events(tables: Tables) -> set[str]:
    subjects = tables["claim"]["subject"].unique()
    return set(subjects.filter(subjects.str.starts_with("event/")))


def _statuses(before: Tables, after: Tables) -> Iterator[Status]:
    held, then = _status(before), _status(after)
    for event in sorted(held.keys() | then.keys()):
        one, other = held.get(event, ""), then.get(event, "")
        if one != other:
            yield Status(event, one, other)


def _status(tables: Tables) -> dict[str, str]:
    direct = tables["direct"].filter(pl.col("predicate") == "kg:status")
    found = dict(direct.select("subject", "object").iter_rows())
    return found | dict.fromkeys(tables["disputed"]["event"], "kg:disputed")


def _series(before: Tables, after: Tables) -> Iterator[Series]:
    held, then = (
        dict(
            tables["direct"]
            .filter(pl.col("predicate") == "kg:inSeries")
            .group_by("object")
            .len()
            .iter_rows()
        )
        for tables in (before, after)
    )
    for series in sorted(held):
        if held[series] != then.get(series, 0):
            yield Series(series, held[series], then.get(series, 0))


def _uncounted(tables: Tables, done: Withdrawal, lost: set[Triple]) -> Iterator[Uncounted]:
    """Dates that stay and are counted from the day of a source or an event that does not."""
    undated = {t[0] for t in lost if t[1] in ("kg:when", "kg:starts")}
    dated = {t[0] for t in _direct(done.tables) if t[1] in ("kg:when", "kg:starts")}
    gone = sorted(done.sources | (undated - dated))
    claims, stated = done.tables["claim"], done.tables["stated"]
    # A claim that several words give has a resolution of each.
    several = stated.filter(pl.col("predicate") == "kg:resolvedBy")
    read = pl.concat(
        [
            claims.drop_nulls("resolution").select("id", "resolution"),
            several.select(id="claim", resolution="object"),
        ]
    )
    rows = (
        claims.select("id", "subject")
        .join(read, on="id")
        .join(tables["resolution"], left_on="resolution", right_on="id", suffix="_read")
        .filter(pl.col("anchor_event").is_in(gone), pl.col("anchor_event") != pl.col("subject"))
        .join(tables["time"], left_on="time", right_on="id")
        .select("subject", "edtf", "anchor_event")
        .unique()
        .sort("subject", "edtf", "anchor_event")
    )
    for row in rows.iter_rows():
        yield Uncounted(*row)


def _weaker(
    tables: Tables, done: Withdrawal, text: Callable[[str, str], str], facts: _Facts
) -> Iterator[Weaker]:
    before, after = Corroboration(tables, text), Corroboration(done.tables, text)
    for event in sorted(_touched(tables, done)):
        left = {fact.triple: fact for fact in after.facts(event)}
        for fact in before.facts(event):
            if fact.triple in left:
                found = _compared(fact, left[fact.triple], facts)
                if found is not None:
                    yield found


def _touched(tables: Tables, done: Withdrawal) -> set[str]:
    """The events of which claims are gone, or the sources of claims have lost some of their own."""
    rows = tables["claim"].filter(pl.col("subject").str.starts_with("event/"))
    fallen = rows.filter(pl.col("id").is_in(sorted(done.claims)))
    behind: dict[str, list[str]] = defaultdict(list)
    links = tables["link"].filter(pl.col("predicate").is_in(["kg:restsOn", "kg:revises"]))
    for node, to in links.select("node", "object").iter_rows():
        behind[to].append(node)
    reached: set[str] = set()
    ahead = list(done.sources)
    while ahead:
        node = ahead.pop()
        if node not in reached:
            reached.add(node)
            ahead += behind.get(node, ())
    passing = rows.filter(pl.col("according_to").is_in(sorted(reached)))
    return {*fallen["subject"], *passing["subject"]}


def _compared(one: Corroborated, other: Corroborated, facts: _Facts) -> Weaker | None:
    numbers = (len(one.found.origins), len(other.found.origins))
    parties = (len(one.found.interested), len(other.found.interested))
    # Where another takes the place of an origin, as a copy does, the fact is no weaker.
    if numbers[0] <= numbers[1] and parties[0] <= parties[1]:
        return None
    lost = _origins(one.found) - _origins(other.found)
    return Weaker(facts.fact(one.triple), *numbers, *parties, tuple(sorted(lost)))


def _origins(found: Independence) -> set[str]:
    return {origin.node for origin in (*found.origins, *found.interested)}
