"""Independence: on how many origins a fact rests that do not have it from one another.

An origin is whoever first says so, as far as the documents tell: an agency, a ministry, or a
document that speaks for itself. Whatever passes on, copies or repeats another is one origin with
it, a body and those who speak for it are one, and a party to an event is an origin counted apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kg.ask.shared_text import Shared

REASONS: Mapping[str, str] = {
    "copy": "{source} copies {by}",
    "revision": "{source} is a later version of {by}",
    "passes-on": "{source} passes on {by}",
    "same-source": "{source} passes on {by}, too",
    "same-agent": "{source} is of {by}, too",
    "institution": "{source} is of one body with {by}",
    "shared-text": "{source} has the words of {by}",
    "unnamed": "{source} stays unnamed",
    "inference": "{source} infers it",
    "software": "{source} was coded by software",
    "withdrawn": "{source} was corrected or withdrawn",
}
"""Why a source that says so is no origin of its own."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document or an utterance with what it has from others."""

    node: str
    form: str = ""
    agents: tuple[str, ...] = ()
    on_behalf_of: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    copy_of: tuple[str, ...] = ()
    revises: tuple[str, ...] = ()


class Known(Protocol):
    """What is known of sources and agents, wherever it is kept."""

    def source(self, node: str) -> Source:
        """A document or an utterance."""
        ...

    def belongs_to(self, agent: str) -> Collection[str]:
        """The bodies an agent belongs to, and the offices it is said to hold; or an office's."""
        ...

    def is_body(self, agent: str) -> bool:
        """Whether an agent is an organization."""
        ...


@dataclass(frozen=True, slots=True)
class Report:
    """A claim of a fact; `according_to` is empty where a curator infers it.

    `passages` are the stretches it rests on: document, first code point, the one after the last.
    """

    claim: str
    according_to: str = ""
    agent: str = ""
    software: bool = False
    stance: str = ""
    rank: str = ""
    passages: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """An origin with the sources through which it is known; `party` is the participant it is of."""

    node: str
    through: tuple[str, ...]
    party: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """A source that is no origin of its own: a key of REASONS, and what it is not told from.

    `words` are those that two texts share.
    """

    source: str
    reason: str
    by: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Independence:
    """The origins of a fact that are no party to it, those that are, and what was not counted."""

    origins: tuple[Origin, ...] = ()
    interested: tuple[Origin, ...] = ()
    left: tuple[Left, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    """A way from a document to an origin; `reason` and `by` say how a source came to it.

    `end` is the source that is of the origin `key`.
    """

    key: str
    end: str
    source: str
    document: str
    reason: str
    by: str
    passages: tuple[tuple[str, int, int], ...]


class Parties:
    """Who took part in an event, and whatever they belong to.

    `offices` are those in which participants are told of at the event.
    """

    def __init__(
        self, participants: Iterable[str], offices: Mapping[str, Collection[str]], known: Known
    ) -> None:
        self._known = known
        self._of: dict[str, str] = {}
        self._participants = sorted(participants)
        for participant in self._participants:
            told = (participant, *sorted(offices.get(participant, ())))
            for node in sorted(_upward(told, known)):
                self._of.setdefault(node, participant)

    def party(self, origin: str) -> str:
        """The participant that an origin is, or belongs to, or that belongs to it; else empty."""
        for node in (origin, *sorted(bodies(origin, self._known))):
            if node in self._of:
                return self._of[node]
        above = _upward((origin,), self._known)
        return next((node for node in self._participants if node in above), "")


def _upward(agents: Iterable[str], known: Known) -> set[str]:
    """Agents with all that they belong to, all the way up."""
    found: set[str] = set()
    ahead = list(agents)
    while ahead:
        node = ahead.pop()
        if node not in found:
            found.add(node)
            ahead += known.belongs_to(node)
    return found


def bodies(agent: str, known: Known) -> set[str]:
    """The bodies that an agent speaks for: itself if it is one, else the nearest it belongs to.

    That a body is itself a member of another, as states are of the United Nations, does not make
    the two one voice.
    """
    found: set[str] = set()
    seen: set[str] = set()
    ahead = [agent]
    while ahead:
        node = ahead.pop()
        if node in seen:
            continue
        seen.add(node)
        if known.is_body(node):
            found.add(node)
        else:
            ahead += known.belongs_to(node)
    return found


def independence(
    reports: Iterable[Report],
    parties: Parties,
    known: Known,
    shared: Mapping[frozenset[str], Shared],
) -> Independence:
    """The independent origins of one fact, from all claims of it."""
    entries: list[_Entry] = []
    left: list[Left] = []
    for report in sorted(reports, key=lambda report: report.claim):
        if report.stance in ("kg:denies", "kg:declines"):
            continue
        source = report.according_to
        if report.rank == "kg:deprecated":
            left.append(Left(source or report.agent, "withdrawn"))
        elif report.software:
            left.append(Left(source or report.agent, "software"))
        elif not source:
            left.append(Left(report.agent, "inference"))
        else:
            documents = sorted({document for document, _, _ in report.passages}) or [""]
            for end, key, reason, by in _ends(known.source(source), known):
                if not key:
                    left.append(Left(source, "unnamed"))
                    continue
                for document in documents:
                    held = tuple(p for p in report.passages if p[0] == document)
                    entries.append(_Entry(key, end, source, document, reason, by, held))
    ties = _Ties(entries, known, shared)
    origins: list[Origin] = []
    interested: list[Origin] = []
    for keys, group in ties.groups():
        first, *others = sorted(group, key=_nearest)
        left += _left(first, others, ties)
        through = tuple(dict.fromkeys(entry.source for entry in (first, *others)))
        node = min(keys, key=lambda key: (_is_document(key), not known.is_body(key), key))
        party = next((found for key in sorted(keys) if (found := parties.party(key))), "")
        (interested if party else origins).append(Origin(node, through, party))
    return Independence(
        tuple(sorted(origins, key=lambda origin: origin.node)),
        tuple(sorted(interested, key=lambda origin: origin.node)),
        tuple(sorted(set(left), key=lambda left: (left.source, left.reason, left.by))),
    )


def _nearest(entry: _Entry) -> tuple[bool, bool, str, str]:
    return bool(entry.reason), _is_document(entry.source), entry.source, entry.document


def _is_document(node: str) -> bool:
    return node.startswith(("article/", "file/"))


def _ends(source: Source, known: Known) -> Iterator[tuple[str, str, str, str]]:
    """Where chains from a source end, whose that is (empty if unnamed), and how they got there."""
    if _is_document(source.node):
        ways = [(source, "", "")]
        seen = {source.node}
        while ways:
            at, reason, by = ways.pop()
            onward = [("copy", to) for to in at.copy_of]
            onward += [("revision", to) for to in at.revises]
            ahead = [(reason_, to) for reason_, to in onward if to not in seen]
            if not ahead:
                yield at.node, at.node, reason, by
            for reason_, to in ahead:
                seen.add(to)
                ways.append((known.source(to), reason or reason_, to))
        return
    ways, seen = [(source, "", "")], {source.node}
    while ways:
        at, _, by = ways.pop()
        ahead_ = [to for to in at.rests_on if to not in seen]
        if not ahead_:
            reason = "passes-on" if by else ""
            for name in _named(at) or ("",):
                yield at.node, name, reason, by
        for to in ahead_:
            seen.add(to)
            ways.append((known.source(to), "passes-on", to))


def _named(utterance: Source) -> tuple[str, ...]:
    if utterance.on_behalf_of:
        return utterance.on_behalf_of
    if utterance.form == "kg:unnamed-source":
        return ()
    return tuple(agent for agent in utterance.agents if not agent.startswith("unnamed/"))


class _Ties:
    """Which origins are one, and by what."""

    def __init__(
        self, entries: Sequence[_Entry], known: Known, shared: Mapping[frozenset[str], Shared]
    ) -> None:
        self._entries = entries
        self._parent = {entry.key: entry.key for entry in entries}
        self.why: dict[frozenset[str], tuple[str, str]] = {}
        ends: dict[str, str] = {}
        for entry in entries:
            # What several say together is said once.
            self._tie(ends.setdefault(entry.end, entry.key), entry.key, "same-source", "")
        by_body: dict[str, str] = {}
        for key in sorted(self._parent):
            if not _is_document(key):
                for body in sorted(bodies(key, known)):
                    self._tie(by_body.setdefault(body, key), key, "institution", "")
        if not shared:
            return
        held: dict[str, list[_Entry]] = defaultdict(list)
        for entry in entries:
            held[entry.document].append(entry)
        for pair, found in sorted(shared.items(), key=lambda item: sorted(item[0])):
            if pair <= held.keys():
                for one in held[found.one]:
                    for other in held[found.other]:
                        words = _common(one, other, found)
                        if words:
                            self._tie(one.key, other.key, "shared-text", words)

    def _tie(self, one: str, other: str, reason: str, words: str) -> None:
        if one == other:
            return
        self.why.setdefault(frozenset((one, other)), (reason, words))
        roots = sorted((self._root(one), self._root(other)))
        self._parent[roots[1]] = roots[0]

    def _root(self, key: str) -> str:
        while self._parent[key] != key:
            key = self._parent[key]
        return key

    def groups(self) -> Iterator[tuple[set[str], list[_Entry]]]:
        """Origins that are one, with the ways to them."""
        found: dict[str, list[_Entry]] = defaultdict(list)
        for entry in self._entries:
            found[self._root(entry.key)].append(entry)
        for _, group in sorted(found.items()):
            yield {entry.key for entry in group}, group


def _common(one: _Entry, other: _Entry, found: Shared) -> str:
    """The words that tie two entries: their documents are one text, or their passages are."""
    speak = one.source == one.document and other.source == other.document
    if speak and found.near_identical:
        return found.longest
    for stretch in found.stretches:
        if _overlaps(one.passages, stretch.start, stretch.end) and _overlaps(
            other.passages, stretch.other_start, stretch.other_end
        ):
            return stretch.words
    return ""


def _overlaps(passages: Iterable[tuple[str, int, int]], start: int, end: int) -> bool:
    return any(first < end and start < last for _, first, last in passages)


def _left(first: _Entry, others: Iterable[_Entry], ties: _Ties) -> Iterator[Left]:
    """Why the further ways to an origin are none of their own."""
    told = [first]
    for entry in others:
        if any((e.source, e.document) == (entry.source, entry.document) for e in told):
            continue
        before = next((e for e in told if e.key == entry.key), None)
        if any(e.source == entry.source for e in told):
            yield Left(entry.document, "same-source", entry.source)
        elif entry.reason:
            yield Left(entry.source, entry.reason, entry.by)
        elif before is not None:
            yield Left(entry.source, "same-agent", entry.key)
        else:
            keys = [e for e in told if frozenset((e.key, entry.key)) in ties.why]
            by = keys[0] if keys else first
            reason, words = ties.why.get(frozenset((by.key, entry.key)), ("institution", ""))
            yield Left(entry.source, reason, by.source, words)
        told.append(entry)
