"""The difference of two graphs, claim by claim: what is said now that was not, and what no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.ask.pairs import paired
from kg.ask.rivals import conflicts, unsettled_fields
from kg.ask.statements import CLAIMS, SOURCES, Quote, Said, Statements, field_name, touched
from kg.ask.why import FIELDS

SECTIONS = ("project", "events", "sources", "registry")
_SECTION = {
    **dict.fromkeys(("event",), "events"),
    **dict.fromkeys(("article", "utterance", "curation"), "sources"),
    "": "project",
}
# Nodes that are told of with the claims, events or sources that lead to them.
_PARTS = ("claim", "passage", "resolution", "time", "row", "graph")
_ORDER = tuple(dict.fromkeys(("type", "status", "when", *FIELDS, "name", "alias")))
# Properties that follow from others, or that are compared as quotes and readings.
_SILENT = ("kg:supportedBy", "kg:resolvedBy", "prov:used")


@dataclass(frozen=True, slots=True)
class Detail:
    """What a claim or property lost and gained beside its value: quotes, role, rule, conflicts."""

    name: str
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    `kind` is added, removed, moved (another value), reattributed (another source or stance) or
    changed (details alone); or disputed or settled, where the sources of a field with one value
    now disagree or no longer do.
    """

    kind: str
    field: str
    before: Said | None = None
    after: Said | None = None
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The differences of one event, source or registry entry.

    `state` is added, removed or changed; `now` is the event of which all claims on a removed one
    are made now, if there is one.
    """

    section: str
    node: str
    state: str
    changes: tuple[Change, ...]
    now: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """What was looked at on one side; claims are assertions, wordings and numbers."""

    name: str
    base: str
    events: int
    claims: int
    sources: int


@dataclass(frozen=True, slots=True)
class Diff:
    """All differences, grouped, in the order of SECTIONS and then of names."""

    before: Side
    after: Side
    groups: tuple[Group, ...]


def diff(before: Statements, after: Statements) -> Diff:
    """What is said in one graph and not in the other; positions in files are not looked at."""
    nodes = touched(before, after)
    claims = {
        said.subject
        for side in (before, after)
        for node in nodes
        if node.startswith("claim/") and (said := side.said(node)).subject
    }
    others = {_group(node) for node in nodes if node.split("/", 1)[0] not in _PARTS}
    groups = [group for node in claims | others if (group := _compared(node, nodes, before, after))]
    if before.base != after.base:
        old, new = (Said("base", side.base, side.base) for side in (before, after))
        base = Change("moved", "base", old, new)
        groups.append(Group("project", "", "changed", (base,)))
    groups.sort(key=lambda group: (SECTIONS.index(group.section), group.node))
    return Diff(_side(before), _side(after), tuple(_renamed(groups)))


def _side(side: Statements) -> Side:
    events = {node for node in side.subjects() if node.startswith("event/")}
    claims, sources = side.typed(CLAIMS), side.typed(SOURCES)
    return Side(side.name, side.base, len(events), len(claims), len(sources))


def _group(node: str) -> str:
    """The node under which a node is told of."""
    return node.replace("curation/", "article/", 1) if node.startswith("curation/") else node


def _section(node: str) -> str:
    return _SECTION.get(node.split("/", 1)[0], "registry")


def _compared(node: str, nodes: set[str], before: Statements, after: Statements) -> Group | None:
    """The differences of one group; None where there is none."""
    sides = (before, after)
    old, new = (_claims(side, node, nodes) for side in sides)
    changes = [*_claim_changes(old, new, before, after)]
    if node.startswith("event/"):
        changes += _disputes(old, new)
    else:
        changes += _property_changes(*(_properties(side, node) for side in sides))
    if not changes:
        return None
    there = tuple(side.holds(node) for side in sides)
    state = "changed" if all(there) else "added" if there[1] else "removed"
    return Group(_section(node), node, state, tuple(sorted(changes, key=_order)))


def _claims(side: Statements, node: str, nodes: set[str]) -> dict[str, Said]:
    """The claims of a group: all of those on an event, of others those that are touched."""
    found = side.nodes("rdf:subject", node)
    found |= side.nodes("kg:utterance", node) | side.nodes("kg:accordingTo", node)
    if not node.startswith("event/"):
        found &= nodes
    said = {claim: side.said(claim) for claim in found}
    return {claim: one for claim, one in said.items() if one.subject == node}


def _order(change: Change) -> tuple[int, str, str, str, str]:
    said = change.after or change.before or Said("", "", "")
    place = _ORDER.index(change.field) if change.field in _ORDER else len(_ORDER)
    kinds = ("removed", "moved", "reattributed", "changed", "added", "disputed", "settled")
    return (place, change.field, str(kinds.index(change.kind)), said.value, said.source)


# Claims -------------------------------------------------------------------------------------


def _claim_changes(
    old: Mapping[str, Said], new: Mapping[str, Said], before: Statements, after: Statements
) -> Iterator[Change]:
    pairs = list(
        paired(
            (old[claim] for claim in sorted(old.keys() - new.keys())),
            (new[claim] for claim in sorted(new.keys() - old.keys())),
        )
    )
    # The claims of the old side by the ids that they have on the new one, if any.
    now = {was.claim: said.claim for was, said in pairs}
    told = _Conflicts(conflicts(old, before), conflicts(new, after), now, old, new)
    for claim in sorted(old.keys() - new.keys() - now.keys()):
        yield Change("removed", old[claim].field, old[claim], None, told.of(claim, None))
    for claim in sorted(new.keys() - old.keys() - set(now.values())):
        yield Change("added", new[claim].field, None, new[claim], told.of(None, claim))
    for was, said in pairs:
        kind = "moved" if was.value != said.value else "reattributed"
        details = (*_details(was, said, before, after), *told.of(was.claim, said.claim))
        yield Change(kind, said.field, was, said, details)
    for claim in sorted(old.keys() & new.keys()):
        was, said = old[claim], new[claim]
        details = (*_details(was, said, before, after), *told.of(claim, claim))
        if details:
            yield Change("changed", said.field, was, said, details)


def _details(was: Said, said: Said, before: Statements, after: Statements) -> Iterator[Detail]:
    """What else is not the same about a claim that stands on both sides."""
    names = sorted(was.traits.keys() | said.traits.keys(), key=lambda name: (name != "words", name))
    reworded = was.traits.get("words") != said.traits.get("words")
    for name in names:
        # These follow from the words.
        if reworded and name in ("read from", "name as stated", "title as stated"):
            continue
        yield from _detail(name, was.traits.get(name, ()), said.traits.get(name, ()))
    yield from _detail("quote", *_quotes(was, said, before, after))
    yield from _detail("rank", *((s.rank.split(":")[-1],) if s.rank else () for s in (was, said)))
    if was.counts != said.counts:
        yield Detail("counts", *((s.label,) if s.counts else () for s in (was, said)))


def _detail(name: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Detail]:
    lost = tuple(value for value in old if value not in new)
    gained = tuple(value for value in new if value not in old)
    if lost or gained:
        yield Detail(name, lost, gained)


def _quotes(
    was: Said, said: Said, before: Statements, after: Statements
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The quotes that went and came; in a text that changed, a quote may stand elsewhere."""

    def placed(of: Said) -> list[Quote]:
        return [
            quote if same_text(quote.document) else replace(quote, start=0) for quote in of.quotes
        ]

    def same_text(document: str) -> bool:
        return before.one(document, "kg:sha256") == after.one(document, "kg:sha256")

    old, new = placed(was), placed(said)
    lost = tuple(f"«{quote.text}»" for quote in old if quote not in new)
    gained = tuple(f"«{quote.text}»" for quote in new if quote not in old)
    return lost, gained


# Conflicts ----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Conflicts:
    """Conflicts of both sides, each of which is told once, with the first claim that asks."""

    before: set[frozenset[str]]
    after: set[frozenset[str]]
    now: Mapping[str, str]
    old: Mapping[str, Said]
    new: Mapping[str, Said]

    def __post_init__(self) -> None:
        # A conflict of two claims that both moved, and still conflict, is no news.
        kept = {pair: frozenset(self.now.get(c, c) for c in pair) for pair in self.before}
        self.before, self.after = (
            {pair for pair in self.before if kept[pair] not in self.after},
            self.after - set(kept.values()),
        )

    def of(self, was: str | None, said: str | None) -> tuple[Detail, ...]:
        """What a claim conflicts with now and did not, and the other way round."""
        lost = self._take(was, self.before, self.old)
        gained = self._take(said, self.after, self.new)
        return tuple(_detail("conflict", lost, gained))

    @staticmethod
    def _take(
        claim: str | None, pairs: set[frozenset[str]], known: Mapping[str, Said]
    ) -> tuple[str, ...]:
        found = [pair for pair in pairs if claim in pair]
        pairs.difference_update(found)
        others = (known[other] for pair in found for other in pair if other != claim)
        return tuple(sorted(f"{said.label}, {attributed(said)}" for said in others))


def attributed(said: Said) -> str:
    """Who says something, and in what way."""
    stance = {
        "kg:denies": "denied by",
        "kg:declines": "not confirmed by",
        "kg:hedges": "said with reservation by",
    }.get(said.stance, "inferred by" if said.inferred else "on the word of")
    return f"{stance} {said.source}"


def _disputes(old: Mapping[str, Said], new: Mapping[str, Said]) -> Iterator[Change]:
    """Fields whose sources disagree now and did not, or no longer do."""
    before, after = unsettled_fields(old.values()), unsettled_fields(new.values())
    for field in sorted(after - before):
        yield Change("disputed", field)
    for field in sorted(before - after):
        if any(said.field == field for said in new.values()):
            yield Change("settled", field)


# Properties ---------------------------------------------------------------------------------


def _properties(side: Statements, node: str) -> dict[str, dict[str, str]]:
    """Labels of the values of a source or entry, by field and value, without what claims say."""
    claimed = {
        (side.one(claim, "rdf:predicate"), value)
        for claim in side.nodes("rdf:subject", node)
        for value in side.values(claim, "rdf:object")
    }
    parts = [node]
    if node.startswith("article/"):
        parts.append(node.replace("article/", "curation/", 1))
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for part in parts:
        for predicate, value, label in side.properties(part):
            kind = predicate == "rdf:type" and _section(node) == "sources"
            if predicate not in _SILENT and not kind and (predicate, value) not in claimed:
                found["kind" if predicate == "rdf:type" else field_name(predicate)][value] = label
    for name, label in side.reading(node):
        found[name][label] = label
    for passage in side.values(node, "kg:supportedBy"):
        text = side.one(passage, "kg:quote") or passage
        found["quote"][text] = f"«{text}»"
    return found


def _property_changes(
    old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]
) -> Iterator[Change]:
    for field in sorted(old.keys() | new.keys()):
        was, now = old.get(field, {}), new.get(field, {})
        lost = [Said(field, value, was[value]) for value in sorted(was.keys() - now.keys())]
        gained = [Said(field, value, now[value]) for value in sorted(now.keys() - was.keys())]
        if len(lost) == len(gained) == 1:
            yield Change("moved", field, lost[0], gained[0])
            continue
        for said in lost:
            yield Change("removed", field, said)
        for said in gained:
            yield Change("added", field, None, said)


# Events under another name -------------------------------------------------------------------


def _told(change: Change, said: Said | None) -> Hashable:
    return said and (change.field, said.value, said.source, said.document, said.stance)


def _renamed(groups: Sequence[Group]) -> Iterator[Group]:
    """The groups, each removed event with the event of which all its claims are made now."""
    added: dict[Hashable, set[str]] = defaultdict(set)
    for group in groups:
        for change in group.changes:
            if change.kind == "added" and group.section == "events":
                added[_told(change, change.after)].add(group.node)
    for group in groups:
        now: set[str] = set()
        if group.section == "events" and group.state == "removed":
            told = [_told(change, change.before) for change in group.changes]
            now = set.intersection(*(added.get(key, set()) for key in told))
        yield replace(group, now=next(iter(now))) if len(now) == 1 else group
