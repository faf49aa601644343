"""References: the node that a value's id stands for, or that its words name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial

from kg.check.diagnostic import Findings
from kg.facts.article import Article
from kg.facts.declare import Declarations
from kg.facts.evidence import Evidence
from kg.facts.grammar import Text
from kg.facts.likeness import NAMED, only_candidate
from kg.facts.named import (
    candidates,
    check_affiliation,
    check_description,
    check_name,
    check_office,
    readings,
    unknown_name,
)
from kg.facts.record import Value, suggestion
from kg.facts.registry import Registry
from kg.facts.rows import Rows
from kg.facts.text.archived import ArchivedText

AGENTS = ("actor", "office")


class References:
    """Looks ids up among registry entries, events and utterances; every miss is a finding."""

    def __init__(
        self, registry: Registry, declared: Declarations, rows: Rows, findings: Findings
    ) -> None:
        self._registry = registry
        self._declared = declared
        self._rows = rows
        self._findings = findings
        self._text: ArchivedText | None = None

    def read(self, text: ArchivedText) -> None:
        """Take up the text of an article: whom its words describe is named in it."""
        self._text = text

    def event(self, value: Value | None) -> str | None:
        """The event a value refers to."""
        if value is None or value.target is None:
            return None
        if self._declared.event(value.target.value) is None:
            meant = self._unknown(value.target, "event", self._declared.events.keys())
            return f"event/{meant}" if meant else None
        return self._current(f"event/{value.target.value}", value.target)

    def is_event(self, id_: str) -> bool:
        """Whether an id is that of an event."""
        return self._declared.event(id_) is not None

    def dated(self, id_: Text) -> str | None:
        """The event or utterance whose day something is counted from."""
        node = self._declared.node(id_.value)
        if node is None:
            meant = self._unknown(
                id_, "event or utterance", [*self._declared.events, *self._declared.utterances]
            )
            return self._declared.node(meant) if meant else None
        if node.startswith("event/"):
            return self._current(f"event/{id_.value}", id_)
        return node

    def _current(self, node: str, at: Text) -> str:
        return self._declared.merges.follow(node, at.span, self._findings)

    def entry(
        self, value: Value, sections: tuple[str, ...], evidence: Evidence | None = None
    ) -> str | None:
        """The registry entry of one of the sections that a value refers to, by id or by alias.

        Words that the evidence does not hold are nothing to check an id by.
        """
        if value.target is not None:
            if evidence is not None and value.words is not None:
                stated = evidence.words(value.words, value.which, Findings())
                if stated is None:
                    return self.id(value.target, sections)
            return self._written(value, value.target, sections)
        if value.words is None:
            return None
        names = self._registry.names(sections).find(value.words.value)
        nodes = sorted({name.node for name in names})
        if len(nodes) == 1:
            self._findings.completions.append(partial(value.filled, nodes[0].split("/", 1)[1]))
            return nodes[0]
        words = value.words
        if nodes:
            self._findings.error(
                "name-ambiguous",
                f"“{words.value}” names several entries",
                words.span,
                "write " + " or ".join(f"`{line}`" for line in readings(words.value, nodes)),
            )
        else:
            self._findings.error(
                "name-unknown",
                f"“{words.value}” holds no name of the registry",
                words.span,
                unknown_name(words.value, sections, self._registry),
            )
        return None

    def id(
        self, id_: Text, sections: tuple[str, ...], named: Collection[str] | None = None
    ) -> str | None:
        """The registry entry of one of the sections with an id.

        `named` are the ids that a mistyped one can mean by the words beside it; any, if None.
        """
        entry = self._registry.follow(sections, id_, self._findings)
        if entry is None:
            meant = self._unknown(id_, " or ".join(sections), self._registry.ids(sections), named)
            entry = self._registry.find(sections, meant) if meant else None
        return entry.node if entry else None

    def _written(self, value: Value, id_: Text, sections: tuple[str, ...]) -> str | None:
        """The entry of an id beside words, which should not be those of somebody else."""
        if value.words is None:
            return self.id(id_, sections)
        known = self._registry.find(sections, id_.value)
        named = self._registry.names(sections).find(value.words.value)
        if known is None:
            return self.id(id_, sections, candidates(value.words.value, named))
        if value.inferred is None:
            before = len(self._findings.items)
            check_name(value.words, id_, known, named, self._registry, self._findings)
            if self._text is not None and len(self._findings.items) == before:
                check_description(value.words, id_, known, self._text, self._findings)
            if value.office is not None and self._registry.find(("office",), value.office.value):
                check_office(value.office, named, self._registry, self._findings)
        return self.id(id_, sections)

    def agent(self, value: Value, article: Article, evidence: Evidence) -> str | None:
        """Whoever takes part or speaks: an actor, an office, or somebody left unnamed.

        The words, if any, must stand in the quote.
        """
        words = value.words
        if words is not None and evidence.words(words, value.which, self._findings) is None:
            return None
        if value.unnamed is None:
            return self.entry(value, AGENTS)
        unnamed = value.unnamed
        node = f"unnamed/{article.id.value}/{unnamed.id.value}"
        self._rows.add("entity", id=node, **{"class": "kg:Unnamed"}, graph=article.graph)
        self._rows.position(node, "unnamed", unnamed.id.span)
        if value.words is not None:
            self._rows.add(
                "name",
                node=node,
                predicate="skos:prefLabel",
                text=value.words.value,
                language=None,
                graph=article.graph,
            )
        if unnamed.of is not None:
            self._affiliation(value, unnamed.of)
            organization = self.id(unnamed.of, ("actor",))
            if organization is not None:
                self._rows.link(node, "kg:affiliation", "iri", organization, graph=article.graph)
        if unnamed.number is not None:
            if unnamed.number.value.isascii() and unnamed.number.value.isdigit():
                self._rows.link(
                    node,
                    "kg:size",
                    "typed",
                    unnamed.number.value,
                    "xsd:integer",
                    graph=article.graph,
                )
            else:
                self._findings.error(
                    "number-malformed",
                    f"“{unnamed.number.value}” is no number",
                    unnamed.number.span,
                    "write digits only",
                )
        return node

    def _affiliation(self, value: Value, of: Text) -> None:
        """Hold the organization of somebody unnamed against the words and the article."""
        entry = self._registry.find(("actor",), of.value)
        if entry is None or value.words is None or value.inferred is not None:
            return
        before = len(self._findings.items)
        check_affiliation(value.words, of, entry, self._registry, self._findings)
        if self._text is not None and len(self._findings.items) == before:
            check_description(value.words, of, entry, self._text, self._findings)

    def aliases(self, node: str) -> tuple[str, ...]:
        """The names of a registry entry; none for anything else."""
        entry = self._registry.entries.get(node)
        return entry.aliases if entry else ()

    def _unknown(
        self, id_: Text, what: str, known: Iterable[str], named: Collection[str] | None = None
    ) -> str | None:
        """Report an unknown id; returns the one that it must mean, if there is no doubt."""
        known = list(known)
        if named is None:
            meant = only_candidate(id_.value, known)
        else:
            meant = only_candidate(id_.value, named, NAMED)
        self._findings.error(
            "reference-unknown",
            f"no {what} `{id_.value}` is here",
            id_.span,
            suggestion(id_.value, known),
            edit=id_.edit(meant) if meant else None,
        )
        return meant
