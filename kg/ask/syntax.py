"""What a SPARQL query of somebody's own asks for, looked at before it is run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, cast, get_args

from kg.ask.errors import LimitError, QueryError
from kg.facts.record import suggestion

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
    update, SERVICE, FROM or an undeclared prefix, LimitError for deep nesting. Whether the
    rest is SPARQL is left to the store.
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
    return form


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
