"""SHACL-SPARQL constraints, each asked once of the whole graph in the embedded store.

SHACL asks the query anew for each focus node, with `$this` standing for it. With one focus node
that is one query. With several, one query without a value for `$this` gives the same, and is
restricted to the focus nodes afterwards, if `$this` is bound before anything else looks at it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.check.shacl import EngineError, Result, severity
from kg.check.shapes_graph import SH, ShapesGraph, name
from kg.rdf.vocabulary import PREFIXES

_COMPONENT = SH + "SPARQLConstraintComponent"
_TOKEN = re.compile(
    r"""(?P<text>\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"""|(?P<iri><[^<>"{}|^`\\\s]*>)|(?P<skip>\#[^\n]*|\s+)|(?P<variable>[?$]\w+)"""
    r"""|(?P<word>[A-Za-z_][\w-]*(?:[.:][\w%-]+)*:?|:[\w-]*)|(?P<sign>.)""",
    re.DOTALL,
)
# SHACL forbids the first three; with any of the others one query is not the sum of many.
_REFUSED = {"MINUS", "VALUES", "SERVICE", "GRAPH", "FROM"}
_OTHER_VARIABLES = {"PATH", "shapesGraph", "currentShape", "failure"}
_GROUPING = {"GROUP", "HAVING", "LIMIT", "OFFSET", "ORDER"}
# What every query may use without a declaration, as in pySHACL.
_PREFIXES = {prefix: PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl")}


@dataclass(frozen=True, slots=True)
class SparqlConstraint:
    """A constraint of a node shape as one query, whose columns are `$this` and what was found."""

    shape: str
    query: str
    prefixes: Mapping[str, str]
    messages: tuple[str, ...]
    severity: str


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a query: its kind, the name of a group of the pattern, and its text."""

    kind: str
    text: str

    @property
    def is_this(self) -> bool:
        """Whether it is `$this`."""
        return self.kind == "variable" and self.text[1:] == "this"

    @property
    def word(self) -> str:
        """A keyword in capitals; empty for anything else."""
        return self.text.upper() if self.kind == "word" else ""


def tokens_of(query: str) -> list[Token]:
    """The tokens of a query, white space and comments too."""
    return [Token(match.lastgroup or "", match[0]) for match in _TOKEN.finditer(query)]


def constraints_of(
    graph: ShapesGraph, shape: str, targets: Collection[str] | None
) -> tuple[SparqlConstraint, ...] | str:
    """The constraints of a node shape as queries, or why it is for pySHACL.

    `targets` are the focus nodes where the shape names them and no others (N-Triples terms).
    """
    found = []
    for node in sorted(graph.texts(shape, "sparql")):
        if graph.is_true(node, "deactivated"):
            continue
        selects, prefixes = graph.texts(node, "select"), prefixes_of(graph, node)
        if len(selects) != 1 or prefixes is None:
            return "sh:sparql: it needs one sh:select, and one namespace for a prefix"
        tokens = tokens_of(selects[0])
        if reason := _refused(tokens, one=targets is not None):
            return f"sh:sparql: {reason}"
        queries = [selects[0]] if targets is None else [_bound(tokens, t) for t in sorted(targets)]
        messages = (*graph.texts(node, "message"), *graph.texts(shape, "message"))
        level = next(iter(graph.texts(shape, "severity")), SH + "Violation")
        for query in queries:
            try:
                ox.Store().query(query, prefixes=dict(prefixes))
            except SyntaxError:
                return "sh:sparql: the embedded store cannot read the query"
            found.append(
                SparqlConstraint(
                    shape,
                    query,
                    prefixes,
                    messages or (graph.message(shape, _COMPONENT),),
                    level,
                )
            )
    return tuple(found)


def evaluate(
    store: ox.Store, constraint: SparqlConstraint, focus_nodes: Collection[str]
) -> Iterator[Result]:
    """The results of a constraint for its focus nodes (N-Triples terms); raises EngineError."""
    try:
        rows = store.query(constraint.query, prefixes=dict(constraint.prefixes))
        if not isinstance(rows, ox.QuerySolutions):
            raise EngineError(f"{constraint.shape}: the query is no SELECT")
        names = [variable.value for variable in rows.variables]
        for row in rows:
            pairs = zip(names, row, strict=True)
            values = {variable: term for variable, term in pairs if term is not None}
            focus = str(values["this"]) if "this" in values else ""
            if focus in focus_nodes:
                yield _result(constraint, focus, values)
    except (SyntaxError, OSError) as error:
        raise EngineError(f"{constraint.shape}: {error}") from error


def _result(constraint: SparqlConstraint, focus: str, values: dict[str, object]) -> Result:
    path = values.get("path")
    values.setdefault("value", values["this"])
    return Result(
        focus=focus,
        path=path.value if isinstance(path, ox.NamedNode) else None,
        value=str(values["value"]),
        shape=constraint.shape,
        component=_COMPONENT,
        message=min(_filled(message, values) for message in constraint.messages),
        severity=severity(constraint.severity),
    )


def _filled(message: str, values: Mapping[str, object]) -> str:
    """The message with the value of each variable in place of `{?variable}`."""

    def value(match: re.Match[str]) -> str:
        return name(values[match[1]]) if match[1] in values else match[0]

    return re.sub(r"\{[?$](\w+)\}", value, message)


def prefixes_of(graph: ShapesGraph, node: str) -> Mapping[str, str] | None:
    """The prefixes that a constraint may use, or null where one is declared twice differently."""
    ontologies = graph.instances(PREFIXES["owl"] + "Ontology")
    found: dict[str, str] = dict(_PREFIXES)
    for source in graph.texts(node, "prefixes"):
        own = graph.texts(source, "declare")
        inherited = [] if own and source in ontologies else ontologies
        for declaration in own + [d for other in inherited for d in graph.texts(other, "declare")]:
            pairs = graph.texts(declaration, "prefix"), graph.texts(declaration, "namespace")
            if [len(texts) for texts in pairs] != [1, 1]:
                return None
            (prefix,), (namespace,) = pairs
            if found.get(prefix, namespace) != namespace:
                return None
            found[prefix] = namespace
    return found


def _bound(tokens: list[Token], term: str) -> str:
    """The query with a term for `$this`, in the column of that name too."""
    start = next(index for index, token in enumerate(tokens) if token.text == "{")
    return "".join(
        token.text if not token.is_this else f"({term} AS ?this)" if index < start else term
        for index, token in enumerate(tokens)
    )


def _refused(tokens: list[Token], *, one: bool) -> str | None:
    """Why a query cannot be asked once of the whole graph, or null."""
    tokens = [token for token in tokens if token.kind != "skip"]
    words = [token.word for token in tokens]
    variables = {token.text[1:] for token in tokens if token.kind == "variable"}
    if found := set(words) & _REFUSED:
        return f"{min(found)} in a constraint"
    if found := variables & _OTHER_VARIABLES:
        return f"${min(found)} in a constraint"
    if words.count("SELECT") != 1 or "{" not in {token.text for token in tokens}:
        return "no SELECT, or one within another"
    start = next(index for index, token in enumerate(tokens) if token.text == "{")
    if not any(token.is_this for token in tokens[:start]) or any(
        token.text in "(*" for token in tokens[:start]
    ):
        return "its SELECT does not name $this and the other columns"
    if one:
        return None
    if set(words) & _GROUPING:
        return f"{min(set(words) & _GROUPING)} in a constraint of several focus nodes"
    return None if _binds_this_first(tokens[start:]) else "$this is not bound first of all"


def _binds_this_first(tokens: list[Token]) -> bool:
    """Whether a triple pattern of the outermost group binds `$this` before all else.

    Inner groups may use it in filters only where they are an OPTIONAL of the outermost group or an
    EXISTS, or bind it themselves. A path of any length, none too, counts as binding nothing.
    """
    groups: list[tuple[str, list[bool]]] = []  # what opened it; whether it binds, whether it uses
    brackets = [0]
    before = ""
    for token in tokens:
        if token.text == "{" and token.kind == "sign":
            if len(groups) == 1 and not groups[0][1][0]:
                return False
            groups.append((before, [False, False]))
            brackets.append(0)
        elif token.text == "}" and token.kind == "sign":
            opener, (binds, uses) = groups.pop()
            brackets.pop()
            free = opener == "EXISTS" or (opener == "OPTIONAL" and len(groups) == 1)
            if groups and uses and not binds and not free:
                return False
            if not groups:
                return binds
        elif token.kind == "sign" and token.text in "()":
            brackets[-1] += 1 if token.text == "(" else -1
        elif token.kind == "sign" and token.text in "*?":
            return False
        elif token.is_this and brackets[-1] == 0:
            groups[-1][1][0] = True
        elif token.is_this:
            if len(groups) == 1 and not groups[0][1][0]:
                return False
            groups[-1][1][1] = True
        before = token.word
    return False
