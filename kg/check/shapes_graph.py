"""A shapes graph by subject: what a shape asks for, what it refers to, and what it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from kg.rdf.vocabulary import PREFIXES

SH = PREFIXES["sh"]
RDF = PREFIXES["rdf"]
_NIL = RDF + "nil"
_TO_SHAPES = ("property", "node", "not", "qualifiedValueShape")
_TO_LISTS = ("and", "or", "xone")
# The parameter of a component, where it is not named like it.
_PARAMETERS = {"SPARQL": "sparql"}


class ShapesGraph:
    """The triples of a shapes graph; nodes are IRIs, or labels of blank nodes (`_:s1`)."""

    def __init__(self, ntriples: bytes) -> None:
        self._terms: dict[str, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
        self._closures: dict[str, frozenset[str]] = {}
        for quad in ox.parse(ntriples, ox.RdfFormat.N_TRIPLES):
            self._terms[name(quad.subject)][quad.predicate.value].append(quad.object)

    def of(self, node: str) -> Mapping[str, list[object]]:
        """The objects of a node, by predicate (an IRI)."""
        return self._terms.get(node, {})

    def terms(self, node: str, term: str) -> list[object]:
        """The objects that a node has for a term of SHACL."""
        return self.of(node).get(SH + term, [])

    def texts(self, node: str, term: str) -> list[str]:
        """Names or lexical forms of `terms`."""
        return [name(value) for value in self.terms(node, term)]

    def is_true(self, node: str, term: str) -> bool:
        """Whether a node has a term of SHACL with the value true."""
        return any(text in ("true", "1") for text in self.texts(node, term))

    def instances(self, class_: str) -> list[str]:
        """The nodes that are typed as a class."""
        return [
            node
            for node, terms in self._terms.items()
            if any(name(value) == class_ for value in terms.get(RDF + "type", ()))
        ]

    def members(self, node: str) -> Iterator[object]:
        """The members of a list; ends where a list is broken or leads back into itself."""
        seen: set[str] = set()
        while node != _NIL and node not in seen:
            seen.add(node)
            yield from self.of(node).get(RDF + "first", [])
            node = next((name(rest) for rest in self.of(node).get(RDF + "rest", [])), _NIL)

    def is_list(self, node: str) -> bool:
        """Whether a node is a list with one member and one rest at each step, and an end."""
        seen: set[str] = set()
        while node != _NIL:
            step = self.of(node)
            first, rest = step.get(RDF + "first", []), step.get(RDF + "rest", [])
            if node in seen or len(first) != 1 or len(rest) != 1:
                return False
            seen.add(node)
            node = name(rest[0])
        return True

    def nested(self, shape: str) -> Iterator[str]:
        """The shapes that a shape refers to."""
        for term in _TO_SHAPES:
            yield from self.texts(shape, term)
        for term in _TO_LISTS:
            for members in self.texts(shape, term):
                yield from (name(member) for member in self.members(members))

    def closure(self, shape: str) -> frozenset[str]:
        """A shape and all that it refers to."""
        if shape not in self._closures:
            found, due = {shape}, [shape]
            while due:
                new = set(self.nested(due.pop())) - found
                found |= new
                due += new
            self._closures[shape] = frozenset(found)
        return self._closures[shape]

    def is_recursive(self, shape: str) -> bool:
        """Whether a shape, or one that it refers to, refers to itself."""
        return any(
            part in self.closure(inner)
            for part in self.closure(shape)
            for inner in self.nested(part)
        )

    def has_inverse_of_steps(self, shape: str) -> bool:
        """Whether the inverse of a path that is no single predicate stands in a shape's path."""
        due = [node for node in self.terms(shape, "path") if isinstance(node, ox.BlankNode)]
        seen: set[object] = set()
        while due:
            node = due.pop()
            seen.add(node)
            for values in self.of(name(node)).values():
                due += [v for v in values if isinstance(v, ox.BlankNode) and v not in seen]
            if any(isinstance(v, ox.BlankNode) for v in self.terms(name(node), "inversePath")):
                return True
        return False

    def message(self, shape: str, component: str) -> str:
        """What a result of a shape says: its first message, or else what it asks for."""
        if messages := self.texts(shape, "message"):
            return min(messages)
        local = component.rsplit("#", 1)[-1].removesuffix("ConstraintComponent")
        parameter = _PARAMETERS.get(local, local[:1].lower() + local[1:])
        values = sorted(
            name(value)
            for value in self.terms(shape, parameter)
            if not isinstance(value, ox.BlankNode)
        )
        return " ".join(["not as the shape asks: sh:" + parameter, ", ".join(values)]).rstrip()


def name(term: object) -> str:
    """An IRI, the text of a literal, or the label of a blank node with `_:` before it."""
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)
