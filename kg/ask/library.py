"""The query library: SPARQL files whose header says what they ask, with what, in which columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast, get_args

import yaml

from kg.ask.errors import ParameterError, QueryError
from kg.ask.parameters import ANY, SEEDS_BASE, Kind, Parameter, bound, marked
from kg.facts.record import suggestion
from kg.rdf.resources import resource
from kg.rdf.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_MARK = "#+"
_QUERY_KEYS = {"question", "parameters", "columns"}
_PARAMETER_KEYS = {"name", "type", "description", "default", "path", "choices", "scheme"}


class LibraryError(ValueError):
    """A query file that is no use: its header is missing, or says what the text does not."""


@dataclass(frozen=True, slots=True)
class Query:
    """A named question; `columns` says what each column of the result means, in order."""

    name: str
    question: str
    parameters: tuple[Parameter, ...]
    columns: Mapping[str, str]
    text: str

    def bind(
        self, values: Mapping[str, Sequence[str]], base: str, vocabulary: Vocabulary | None = None
    ) -> str:
        """The SPARQL text with values for parameters; slugs are nodes under the base IRI.

        Words are those of the vocabulary, the package's own if none is given. Raises
        ParameterError for an unknown parameter or a value it does not take.
        """
        words = vocabulary or Vocabulary.builtin()
        return bound(self.text, self.parameters, values, base, words)


@cache
def library(folder: Path | None = None) -> Mapping[str, Query]:
    """All queries of a folder (the package's own if none is given) by name, sorted.

    Raises LibraryError with the file and what is wrong in it.
    """
    files = sorted((folder or resource("queries")).glob("*.rq"))
    return MappingProxyType({path.stem: read_query(path) for path in files})


def named(name: str) -> Query:
    """A query of the package's library; raises QueryError with the names that are close."""
    queries = library()
    if name not in queries:
        raise QueryError(f"no query is called `{name}`; {suggestion(name, queries)}")
    return queries[name]


def read_query(path: Path) -> Query:
    """One query file; raises LibraryError."""
    text = path.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith(_MARK)]
    try:
        # The base loader makes nothing but strings, lists and mappings: `default: yes` is a word.
        header = yaml.load(
            "\n".join(line[len(_MARK) :] for line in lines),
            yaml.CBaseLoader,  # noqa: S506
        )
        query = _query(path.stem, header, text)
        _check(query)
    except (yaml.YAMLError, ParameterError, LibraryError) as error:
        raise LibraryError(f"{path.name}: {error}") from error
    return query


def _query(name: str, header: Any, text: str) -> Query:
    if not isinstance(header, dict) or not {"question", "columns"} <= header.keys():
        raise LibraryError("the header needs `#+ question:` and `#+ columns:`")
    if unknown := header.keys() - _QUERY_KEYS:
        raise LibraryError(f"unknown in the header: {', '.join(sorted(unknown))}")
    parameters = tuple(_parameter(entry) for entry in header.get("parameters", ()))
    columns = MappingProxyType(dict(header["columns"]))
    return Query(name, header["question"], parameters, columns, text)


def _parameter(entry: Mapping[str, Any]) -> Parameter:
    missing = {"name", "type", "description", "default"} - entry.keys()
    unknown = entry.keys() - _PARAMETER_KEYS
    if missing or unknown:
        raise LibraryError(f"parameter {entry.get('name')}: {sorted(missing | unknown)}")
    if entry["type"] not in get_args(Kind):
        raise LibraryError(f"parameter {entry['name']}: no type {entry['type']}")
    default = entry["default"]
    return Parameter(
        name=entry["name"],
        kind=cast("Kind", entry["type"]),
        description=entry["description"],
        default=() if default == ANY else (default,) if isinstance(default, str) else (*default,),
        path=entry.get("path", ""),
        choices=tuple(entry.get("choices", ())),
        scheme=entry.get("scheme", ""),
    )


def _check(query: Query) -> None:
    """Hold the defaults in the header to those in the text."""
    stated = [
        (
            parameter.name,
            tuple(parameter.term(word, SEEDS_BASE, None) for word in parameter.default)
            or ("UNDEF",),
        )
        for parameter in query.parameters
    ]
    if sorted(stated) != sorted(marked(query.text)):
        raise LibraryError(f"the header says {stated}, the text {[*marked(query.text)]}")
