"""The graphs that a push writes, and what it notes down about them in the store itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.push.lines import Digests
from kg.rdf.remote import Remote, wrapped
from kg.rdf.vocabulary import PREFIXES

IDENTIFIER = PREFIXES["dcterms"] + "identifier"
VERSION_OF = PREFIXES["dcterms"] + "isVersionOf"
REPLACED_BY = PREFIXES["dcterms"] + "isReplacedBy"
PART_OF = PREFIXES["dcterms"] + "isPartOf"
VALUE = PREFIXES["rdf"] + "value"
TRIPLES = "http://rdfs.org/ns/void#triples"
_INTEGER = PREFIXES["xsd"] + "integer"
_INCOMPLETE = "incomplete:"


@dataclass(frozen=True, slots=True)
class Names:
    """IRIs under a base; `target` is the graph that is pushed, None for the default graph."""

    base: str
    default: bool = False

    @property
    def target(self) -> str | None:
        """The graph that holds the data."""
        return None if self.default else self.base + "graph/main"

    @property
    def node(self) -> str:
        """What stands for that graph in the notes."""
        return self.base + ("graph/push#default" if self.default else "graph/main")

    @property
    def notes(self) -> str:
        """The graph of the notes."""
        return self.base + "graph/push"

    def staging(self, digest: str) -> str:
        """The graph where a version waits to become the data."""
        return f"{self.base}graph/staging-{digest[:16]}" + ("-default" if self.default else "")


@dataclass(frozen=True, slots=True)
class Notes:
    """What the store says of earlier pushes.

    `digest` is that of the version it holds, `filling` of one that it holds in part; `staged` are
    graphs of pushes that have not ended.
    """

    digest: str = ""
    triples: int = -1
    filling: str = ""
    staged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """Reads and writes the notes."""

    remote: Remote
    names: Names

    def read(self) -> Notes:
        """What is noted of the target."""
        pattern = wrapped(self.names.notes, f"?s ?p ?o FILTER(?p != <{VALUE}>)")
        digest, triples, filling, staged = "", -1, "", []
        for row in self.remote.select(f"SELECT ?s ?p ?o WHERE {{ {pattern} }}"):
            subject, predicate, text = row["s"][1], row["p"][1], row["o"][1]
            if (predicate, text) == (VERSION_OF, self.names.node):
                staged.append(subject)
            elif subject != self.names.node:
                continue
            elif predicate == IDENTIFIER and text.startswith(_INCOMPLETE):
                filling = text.removeprefix(_INCOMPLETE)
            elif predicate == IDENTIFIER:
                digest = text
            elif predicate == TRIPLES and text.isdecimal():
                triples = int(text)
        ours = [graph for graph in staged if graph.startswith(f"{self.names.base}graph/staging-")]
        return Notes(digest, triples, filling, tuple(sorted(ours)))

    def digests(self) -> Digests:
        """The digests of the subjects of the version that the store holds.

        Raises ValueError or struct.error for what is no list of them.
        """
        pattern = f"?s <{PART_OF}> <{self.names.node}> ; <{VALUE}> ?o"
        query = f"SELECT ?o WHERE {{ {wrapped(self.names.notes, pattern)} }}"
        return Digests.read([row["o"][1] for row in self.remote.select(query)])

    def forget(self) -> str:
        """The update that takes back what is said of the target, before that changes."""
        values = wrapped(self.names.notes, f"?s <{PART_OF}> <{self.names.node}> ; ?p ?o")
        return (
            f"DELETE WHERE {{ {wrapped(self.names.notes, f'<{self.names.node}> ?p ?o')} }} ; "
            f"DELETE WHERE {{ {values} }}"
        )

    def filling(self, digest: str) -> str:
        """The update that says that the target is going to hold a version."""
        literal = f'"{_INCOMPLETE}{digest}"'
        return f"{self.forget()} ; {self._insert(IDENTIFIER, literal)}"

    def staging(self, graph: str) -> str:
        """The update that says that a graph is used to prepare a version."""
        inside = f"<{graph}> <{VERSION_OF}> <{self.names.node}>"
        return f"INSERT DATA {{ {wrapped(self.names.notes, inside)} }}"

    def replacing(self, graph: str) -> str:
        """The update that allows a graph, found good, to replace the target."""
        return f"{self.forget()} ; {self._insert(REPLACED_BY, f'<{graph}>')}"

    def dropping(self, *graphs: str) -> str:
        """The update that removes staging graphs, and before that the permission to use them."""
        node, notes = self.names.node, self.names.notes
        steps = [
            f"DELETE DATA {{ {wrapped(notes, f'<{node}> <{REPLACED_BY}> <{graph}>')} }} ; "
            f"DROP SILENT GRAPH <{graph}> ; "
            f"DELETE DATA {{ {wrapped(notes, f'<{graph}> <{VERSION_OF}> <{node}>')} }}"
            for graph in graphs
        ]
        return " ; ".join(steps)

    def write(self, digest: str, triples: int, digests: Digests) -> None:
        """Note that the target holds a version."""
        node = self.names.node
        lines = [f'<{node}> <{TRIPLES}> "{triples}"^^<{_INTEGER}> .\n']
        if digests.whole:
            for part, text in digests.texts().items():
                entry = f"<{node.partition('#')[0]}/digests-{part}>"
                lines += [f"{entry} <{PART_OF}> <{node}> .\n", f'{entry} <{VALUE}> "{text}" .\n']
        # The digest comes last and by itself: with it, the rest is there too.
        self.remote.add(self.names.notes, "".join(lines).encode())
        self.remote.update(self._insert(IDENTIFIER, f'"{digest}"'))

    def _insert(self, predicate: str, term: str) -> str:
        inside = f"<{self.names.node}> <{predicate}> {term}"
        return f"INSERT DATA {{ {wrapped(self.names.notes, inside)} }}"


@dataclass(frozen=True, slots=True)
class Swap:
    """The one update by which a staging graph becomes the target.

    It needs the permission in the notes, so that running it again after the staging graph has
    been dropped changes nothing. With `subjects`, only triples of the subjects named in that
    graph leave the target. Triples that stay are not touched.
    """

    names: Names
    staging: str
    subjects: str = field(default="")

    def text(self) -> str:
        """The update; DELETE and INSERT are one transaction where the store has any."""
        names = self.names
        allowed = wrapped(names.notes, f"<{names.node}> <{REPLACED_BY}> <{self.staging}>")
        old = wrapped(names.target, "?s ?p ?o")
        new = wrapped(self.staging, "?s ?p ?o")
        chosen = (
            wrapped(self.subjects, f"?s <{PART_OF}> <{names.node}>") + " " if self.subjects else ""
        )
        return (
            f"DELETE {{ {old} }} WHERE {{ {allowed} {chosen}{old} "
            f"FILTER NOT EXISTS {{ {new} }} }} ;\n"
            f"INSERT {{ {old} }} WHERE {{ {allowed} {new} FILTER NOT EXISTS {{ {old} }} }}"
        )
