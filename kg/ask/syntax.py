"""What a SPARQL query of somebody's own asks for, looked at before it is run."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal, cast, get_args
from urllib.parse import urljoin

from kg.ask.errors import LimitError, QueryError
from kg.facts.record import suggestion
from kg.rdf.vocabulary import PREFIXES, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

MAX_DEPTH = 200
"""Brackets within brackets; a few thousand overflow the stack of the embedded store."""

_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"])
# Terminals of the SPARQL 1.1 grammar (section 19.8), those first that may hold the others' signs.
_TERMINAL = re.compile(
    r"""
    (?P<iri>      <[^\x00-\x20<>"{}|^`]*> )
  | (?P<string>   \"{3}(?:\\.|(?!\"{3}).)*\"{3} | '{3}(?:\\.|(?!'{3}).)*'{3}
                | "(?:\\.|[^"\\\n\r])*" | '(?:\\.|[^'\\\n\r])*' )
  | (?P<comment>  \#[^\n\r]* )
  | (?P<variable> [?$]\w+ )
  | (?P<tag>      @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
  | (?P<name>     (?P<prefix>(?:[^\W\d](?:[\w.-]*[\w-])?)?|_):(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)* )
  | (?P<word>     [^\W\d]\w* )
  | (?P<sign>     \S )
    """,
    re.VERBOSE | re.DOTALL,
)


def examine(text: str, prefixes: Mapping[str, str]) -> Form:
    """The form of a query, which only reads, and only this store.

    `prefixes` are the project's, to help with an undeclared one. Raises QueryError for an
    update, SERVICE, FROM, an undeclared prefix or a `kg:` term that the ontology lacks, LimitError
    for deep nesting. Whether the rest is SPARQL is left to the store.
    """
    form: Form | None = None
    declared: set[str] = set()
    used: set[str] = set()
    depth = 0
    declaring = False
    for kind, terminal, prefix in _terminals(text):
        if kind == "word":
            word = terminal.upper()
            _refuse(word)
            if form is None and word in get_args(Form):
                form = cast("Form", word)
            declaring = word == "PREFIX"
        elif kind == "name":
            # Parsers need no space behind a keyword: SERVICEx:y may be SERVICE and x:y.
            _refuse_service(prefix.upper())
            (declared if declaring else used).add(prefix)
            declaring = False
        elif kind == "sign":
            depth += (terminal in "([{") - (terminal in ")]}")
            if depth > MAX_DEPTH:
                raise LimitError(f"brackets nest deeper than {MAX_DEPTH}: simplify the query")
    if form is None:
        raise QueryError(f"this is no query: it needs {', '.join(get_args(Form)[:-1])} or DESCRIBE")
    for prefix in sorted(used - declared - {"_"}):
        raise QueryError(_undeclared(prefix, declared, prefixes))
    for iri in iris(text):
        # A misspelt term matches nothing, which looks like an answer.
        name = iri.removeprefix(PREFIXES["kg"])
        if name not in (iri, "") and f"kg:{name}" not in _terms():
            fix = suggestion(f"kg:{name}", _terms())
            raise QueryError(f"the ontology has no term `kg:{name}`; {fix}")
    return form


def iris(text: str) -> Iterator[str]:
    """The IRIs that a query names, absolute where its PREFIX and BASE say so, in its order."""
    base = ""
    namespaces: dict[str, str] = {}
    # The keyword of a declaration, and the prefix that it declares.
    keyword = declared = ""
    for kind, terminal, prefix in _terminals(text):
        if kind == "iri":
            iri = _absolute(base, terminal[1:-1])
            if keyword == "BASE":
                base = iri
            elif keyword == "PREFIX":
                namespaces[declared] = iri
            else:
                yield iri
        elif kind == "name" and keyword == "PREFIX":
            declared = prefix
            continue
        elif kind == "name" and prefix in namespaces:
            # A name does not end in a full stop: that is the end of its triple.
            local = terminal[len(prefix) + 1 :].rstrip(".")
            yield namespaces[prefix] + re.sub(r"\\(.)", r"\1", local)
        keyword = terminal.upper() if kind == "word" else keyword if kind == "comment" else ""


def _absolute(base: str, iri: str) -> str:
    # What urljoin is given whole it would give back without an empty fragment.
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", iri):
        return iri
    return urljoin(base, iri) + ("#" if iri.endswith("#") else "")


@cache
def _terms() -> frozenset[str]:
    """The names of the package's ontology: a project's own have a namespace of their own."""
    words = Vocabulary.builtin()
    concepts = {term.name for scheme in words.schemes() for term in words.concepts(scheme).values()}
    return words.classes() | words.properties() | concepts | {*words.schemes()}


def _terminals(text: str) -> Iterator[tuple[str, str, str]]:
    for match in _TERMINAL.finditer(text):
        yield cast("str", match.lastgroup), match[0], match["prefix"] or ""


def _refuse(word: str) -> None:
    if word in _UPDATES:
        raise QueryError(f"{word} would change the data; a query only reads: change the facts")
    if word == "FROM":
        raise QueryError(
            "FROM is refused: a query reads the whole graph; choose named graphs with GRAPH"
        )
    _refuse_service(word)


def _refuse_service(word: str) -> None:
    if "SERVICE" in word:
        raise QueryError("SERVICE is refused: it would send parts of the query to another host")


def _undeclared(prefix: str, declared: set[str], prefixes: Mapping[str, str]) -> str:
    message = f"the prefix `{prefix}:` is not declared; "
    if prefix in prefixes:
        return f"{message}add `PREFIX {prefix}: <{prefixes[prefix]}>` at the top"
    return message + suggestion(prefix, declared | prefixes.keys())
