"""How far a SPARQL constraint over a whole graph looks from the value of each of its results."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kg.check.sparql_constraints import Token, tokens_of
from kg.mapping.ways import Step, Way, Ways
from kg.rdf.vocabulary import PREFIXES

VALUE = "value"
"""The variable whose values a result is about."""
_THIS = "this"
_MOST_STEPS = 3
# What may stand in an expression that looks at nothing but the variables in it.
_PLAIN_WORDS = frozenset({"AS", "IN", "BOUND", "NOT"})
_PATH_SIGNS = tuple("()|/^+*?")
_PREFIXED = re.compile(r"([A-Za-z][\w-]*):([A-Za-z][\w-]*)")

Triple = tuple[str, str, str]


@dataclass(slots=True)
class _Group:
    """A group of patterns: its triples, the groups in it, the predicates of its paths."""

    triples: list[Triple] = field(default_factory=list)
    groups: list[_Group] = field(default_factory=list)
    optional: bool = False
    paths: list[str] = field(default_factory=list)


class _UnknownError(Exception):
    """Something in the query whose reach is not known."""


def query_ways(select: str, prefixes: Mapping[str, str]) -> Ways | None:
    """The ways from `?value` to all nodes that decide whether it is a result; None if unknown.

    Known are queries of nothing but triples of variables and names, in groups of which each is
    joined to `?value` by those within it and around it. `$this` is one node and joins nothing.
    """
    try:
        root, walker = _read(select), _Walker(prefixes)
        return frozenset(walker.ways(root, [])) if walker.binds(root) else None
    except (_UnknownError, StopIteration):
        return None


def query_predicates(select: str, prefixes: Mapping[str, str]) -> frozenset[str] | None:
    """The IRIs of the predicates of all triples that a query can look at; None if unknown."""
    try:
        return frozenset(_Walker(prefixes).predicates(_read(select)))
    except (_UnknownError, StopIteration):
        return None


def _read(select: str) -> _Group:
    tokens = [token for token in tokens_of(select) if token.kind != "skip"]
    start = next(index for index, token in enumerate(tokens) if token.text == "{")
    named = {token.text[1:] for token in tokens[:start] if token.kind == "variable"}
    rest = iter(tokens[start + 1 :])
    root = _group(rest)
    if not {_THIS, VALUE} <= named or next(rest, None) is not None:
        raise _UnknownError
    return root


def _group(tokens: Iterator[Token], *, optional: bool = False) -> _Group:
    group, terms, before = _Group(optional=optional), list[Token](), ""
    for token in tokens:
        if token.text in ("{", "}", ".") or token.word in ("UNION", "OPTIONAL", "FILTER", "BIND"):
            if terms:
                _add(group, terms)
                terms = []
            if token.text == "{":
                group.groups.append(_group(tokens, optional=before == "OPTIONAL"))
            elif token.text == "}":
                return group
            elif token.word in ("FILTER", "BIND"):
                _expression(tokens)
        elif token.kind == "variable" or _is_name(token) or token.text in _PATH_SIGNS:
            terms.append(token)
        else:
            raise _UnknownError
        before = token.word
    raise _UnknownError


def _add(group: _Group, terms: list[Token]) -> None:
    """Add a triple, or a path between two nodes."""
    if len(terms) < 3 or any(term.text in _PATH_SIGNS for term in (terms[0], terms[-1])):
        raise _UnknownError
    if len(terms) == 3:
        group.triples.append((terms[0].text, terms[1].text, terms[2].text))
    elif any(term.kind == "variable" for term in terms[1:-1]):
        raise _UnknownError
    else:
        group.paths += [term.text for term in terms[1:-1] if _is_name(term)]


def _is_name(token: Token) -> bool:
    return token.kind == "word" and (":" in token.text or token.text == "a")


def _expression(tokens: Iterator[Token]) -> None:
    """Pass over what stands in brackets: it looks at nothing but what is bound."""
    depth = 0
    for token in tokens:
        if token.kind == "word" and token.word not in _PLAIN_WORDS and not _is_name(token):
            raise _UnknownError
        if token.text in "{}":
            raise _UnknownError
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0:
            return
    raise _UnknownError


def _triple(terms: list[str]) -> Triple:
    if len(terms) != 3:
        raise _UnknownError
    subject, predicate, value = terms
    return subject, predicate, value


@dataclass(frozen=True, slots=True)
class _Walker:
    prefixes: Mapping[str, str]

    def ways(self, group: _Group, around: list[Triple]) -> set[Way]:
        """The ways of a group; raises _UnknownError where a triple is not joined to the value."""
        if group.paths:
            raise _UnknownError
        triples = around + group.triples
        found: dict[str, Way] = {VALUE: ()}
        for length in range(_MOST_STEPS):
            here = [variable for variable, way in found.items() if len(way) == length]
            for subject, predicate, value in triples:
                for start, end, inverse in ((subject, value, False), (value, subject, True)):
                    one, other = _variable(start), _variable(end)
                    if one in here and one is not None and other not in (None, *found):
                        step = Step(self.predicate(predicate), inverse)
                        found[str(other)] = (*found[one], step)
        ways: set[Way] = set()
        for subject, predicate, _ in triples:
            one = _variable(subject)
            if one is None or one not in found:
                raise _UnknownError
            ways.add((*found[one], Step(self.predicate(predicate))))
        for inner in group.groups:
            ways |= self.ways(inner, triples)
        return ways

    def binds(self, group: _Group) -> bool:
        """Whether the value is always a node that has triples, or that a claim is about."""
        about = PREFIXES["rdf"] + "subject"
        for subject, predicate, value in group.triples:
            if _variable(subject) == VALUE:
                return True
            if _variable(value) == VALUE and self.predicate(predicate) == about:
                return True
        needed = [inner for inner in group.groups if not inner.optional]
        return bool(needed) and all(self.binds(inner) for inner in needed)

    def predicates(self, group: _Group) -> set[str]:
        """The predicates of a group; raises _UnknownError where one is a variable."""
        terms = [*group.paths, *(predicate for _, predicate, _ in group.triples)]
        found = {self.predicate(term) for term in terms}
        for inner in group.groups:
            found |= self.predicates(inner)
        if None in found:
            raise _UnknownError
        return {iri for iri in found if iri is not None}

    def predicate(self, term: str) -> str | None:
        """The IRI of a predicate; None for a variable."""
        if term[0] in "?$":
            return None
        if term == "a":
            return PREFIXES["rdf"] + "type"
        name = _PREFIXED.fullmatch(term)
        if name is None or name[1] not in self.prefixes:
            raise _UnknownError
        return self.prefixes[name[1]] + name[2]


def _variable(term: str) -> str | None:
    return term[1:] if term[0] in "?$" and term[1:] != _THIS else None
