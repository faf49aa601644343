"""Origins of an event's facts as a store of the built graph tells them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache

from kg.ask.independence import Independence, Parties, Report, Source, independence
from kg.ask.shared_text import SharedText

Values = Callable[[str, str], tuple[str, ...]]
"""The values of a property of a node, as local paths, prefixed names and lexical forms."""


class StoredSources:
    """Sources and agents of a graph of which `values` are the properties."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self.belongs_to = lru_cache(maxsize=None)(self._belongs_to)

    def source(self, node: str) -> Source:
        """A document or an utterance."""
        form = self._values(node, "kg:form")
        relations = (
            *("prov:wasAttributedTo", "kg:onBehalfOf", "kg:restsOn", "kg:copyOf"),
            "kg:revises",
        )
        return Source(node, form[0] if form else "", *(self._values(node, r) for r in relations))

    def _belongs_to(self, agent: str) -> tuple[str, ...]:
        relations = ("org:memberOf", "org:postIn", "kg:affiliation")
        found = [body for relation in relations for body in self._values(agent, relation)]
        # What an actor is said to hold is known of them at every event.
        for claim in self._values(agent, "^rdf:subject"):
            if self._values(claim, "rdf:predicate") == ("org:holds",) and not self._values(
                claim, "kg:stance"
            ):
                found += self._values(claim, "rdf:object")
        return tuple(found)

    def is_body(self, agent: str) -> bool:
        """Whether an agent is an organization."""
        return "org:Organization" in self._values(agent, "rdf:type")


class Origins:
    """Independent origins of the facts of one event, of which `claims` are all claims."""

    def __init__(
        self, values: Values, event: str, claims: Iterable[str], shared: SharedText
    ) -> None:
        self._values, self._known = values, StoredSources(values)
        reports = [self._report(claim) for claim in claims]
        self._reports = {report.claim: report for report in reports}
        self._shared = shared.among(
            document for r in reports if r.according_to for document, _, _ in r.passages
        )
        self._parties = self._parties_of(event)

    def of(self, claims: Iterable[str]) -> Independence:
        """On how many origins the fact of which these are the claims rests."""
        reports = [self._reports[claim] for claim in claims]
        return independence(reports, self._parties, self._known, self._shared)

    def _one(self, node: str, name: str) -> str:
        return next(iter(self._values(node, name)), "")

    def _report(self, claim: str) -> Report:
        agent = self._one(claim, "prov:wasAttributedTo")
        passages = []
        for passage in self._values(claim, "kg:supportedBy"):
            start, end = (self._one(passage, name) for name in ("kg:start", "kg:end"))
            if start and end:
                passages.append((self._one(passage, "kg:document"), int(start), int(end)))
        return Report(
            claim,
            self._one(claim, "kg:accordingTo"),
            agent,
            bool(agent) and "prov:SoftwareAgent" in self._values(agent, "rdf:type"),
            self._one(claim, "kg:stance"),
            self._one(claim, "kg:rank"),
            tuple(passages),
        )

    def _parties_of(self, event: str) -> Parties:
        part = self._values(event, "kg:participant")
        offices: dict[str, set[str]] = defaultdict(set)
        for claim in self._reports:
            if "kg:BestAssertion" in self._values(claim, "rdf:type"):
                for office in self._values(claim, "kg:office"):
                    offices[self._one(claim, "rdf:object")].add(office)
        return Parties(part, offices, self._known)
