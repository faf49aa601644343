"""Templates: which triples a row of a table yields, read from data and proved when read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from kg.mapping.tables import TABLES, Table
from kg.rdf.escape import TermError, check_absolute

_HOLE = r"\{([a-z_0-9]+)(\?)?(?::([a-z]+))?\}"
_NODE_HOLE = re.compile(f"<{_HOLE}>")
_NAME_HOLE = re.compile(_HOLE)
_LITERAL_HOLE = re.compile(rf'"{_HOLE}"(?:\^\^([a-z]+:\w+)|@\{{([a-z_]+)\?\}})?')
_NODE = re.compile(r"<[a-z0-9/-]+>")
_NAME = re.compile(r"([a-z]+):\w+")
_OBJECT = ("object_kind", "object", "object_type")


class TemplateError(ValueError):
    """A template that cannot be right, with its name and what is wrong."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A name (`kg:Passage`) or a node in angle brackets (`<graph/direct>`)."""

    text: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """A term filled from a column; `kind` is a key of OBJECT_KINDS.

    `datatype` is the name of a typed literal's datatype, `language` the column of a text's tag,
    whose nulls make the text a plain string.
    """

    kind: str
    column: str
    optional: bool = False
    datatype: str = ""
    language: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it reads."""
        return (self.column, self.language) if self.language else (self.column,)


@dataclass(frozen=True, slots=True)
class ObjectTerm:
    """The term of the three columns object_kind, object and object_type."""

    columns: tuple[str, ...] = _OBJECT


Term = Constant | Slot | ObjectTerm


@dataclass(frozen=True, slots=True)
class Pattern:
    """A predicate and an object; a null in an optional object drops the triple."""

    predicate: Constant | Slot
    object: Term


@dataclass(frozen=True, slots=True)
class Template:
    """The triples that each row of one table yields, all about one subject in one graph."""

    name: str
    table: str
    graph: Constant | Slot
    subject: Slot
    patterns: tuple[Pattern, ...]

    @property
    def keyed(self) -> bool:
        """Whether no two rows share a subject."""
        return TABLES[self.table].key == self.subject.columns


@dataclass(frozen=True, slots=True)
class Templates:
    """The prefixes of all names, in the order of a file's header, and the templates."""

    prefixes: Mapping[str, str]
    templates: tuple[Template, ...]


@cache
def templates() -> Templates:
    """The templates of this package: `templates.yaml` beside this module."""
    return read(Path(__file__).with_name("templates.yaml").read_text("utf-8"))


def read(text: str) -> Templates:
    """Templates from YAML; raises TemplateError for what no table or prefix can fill."""
    data = yaml.load(text, yaml.CSafeLoader)
    if not isinstance(data, dict) or set(data) != {"prefixes", "templates"}:
        raise TemplateError("templates: two keys are due, prefixes and templates")
    prefixes = {str(key): str(value) for key, value in data["prefixes"].items()}
    try:
        check_absolute(pl.Series(list(prefixes.values())), "prefixes")
    except TermError as error:
        raise TemplateError(str(error)) from None
    found = [_template(entry, prefixes) for entry in data["templates"]]
    names = [template.name for template in found]
    if len(set(names)) != len(names):
        raise TemplateError(f"templates: a name stands twice in {', '.join(names)}")
    return Templates(prefixes, tuple(found))


def _template(entry: Mapping[str, Any], prefixes: Mapping[str, str]) -> Template:
    try:
        return _proved(entry, prefixes)
    except TemplateError as error:
        raise TemplateError(f"template {entry.get('name')}: {error}") from None


def _proved(entry: Mapping[str, Any], prefixes: Mapping[str, str]) -> Template:
    due = ["name", "table", "graph", "subject", "triples"]
    if sorted(entry) != sorted(due):
        raise TemplateError(f"the keys are {', '.join(due)}, not {', '.join(entry)}")
    if entry["table"] not in TABLES:
        raise TemplateError(f"no table {entry['table']!r}")
    table = TABLES[entry["table"]]
    graph, subject = (_term(entry[place], table, prefixes) for place in ("graph", "subject"))
    if isinstance(graph, ObjectTerm) or not _is_node(graph):
        raise TemplateError("the graph is a node")
    if not isinstance(subject, Slot) or not _is_node(subject):
        raise TemplateError("the subject is a column of nodes")
    patterns = tuple(_pattern(text, table, prefixes) for text in entry["triples"])
    template = Template(entry["name"], entry["table"], graph, subject, patterns)
    _prove_distinct(template, table)
    return template


def _pattern(text: str, table: Table, prefixes: Mapping[str, str]) -> Pattern:
    first, _, rest = text.partition(" ")
    predicate = _term("rdf:type" if first == "a" else first, table, prefixes)
    if isinstance(predicate, ObjectTerm) or not _is_name(predicate):
        raise TemplateError(f"the predicate is a name: {text}")
    return Pattern(predicate, _term(rest, table, prefixes))


def _is_node(term: Term) -> bool:
    if isinstance(term, Constant):
        return term.text.startswith("<")
    return isinstance(term, Slot) and term.kind == "iri" and not term.optional


def _is_name(term: Term) -> bool:
    if isinstance(term, Constant):
        return not term.text.startswith("<")
    return isinstance(term, Slot) and term.kind == "name" and not term.optional


def _term(text: str, table: Table, prefixes: Mapping[str, str]) -> Term:
    """One term, with its columns, types and prefixes proved."""
    if text == "{object}":
        term: Term = ObjectTerm()
    elif name := _NAME.fullmatch(text):
        _prove_prefix(name[1], prefixes)
        return Constant(text)
    elif _NODE.fullmatch(text):
        return Constant(text)
    elif hole := _LITERAL_HOLE.fullmatch(text):
        column, optional, kind, datatype, language = hole.groups()
        kind = kind or ("typed" if datatype else "lang" if language else "plain")
        term = Slot(kind, column, bool(optional), datatype or "", language or "")
        if datatype:
            _prove_prefix(datatype.partition(":")[0], prefixes)
    elif hole := _NODE_HOLE.fullmatch(text) or _NAME_HOLE.fullmatch(text):
        column, optional, kind = hole.groups()
        term = Slot(kind or "iri", column, bool(optional))
    else:
        raise TemplateError(f"no term: {text!r}")
    _prove_form(term, text)
    for column in term.columns:
        _prove_column(term, column, table)
    return term


def _prove_form(term: Term, text: str) -> None:
    """The kind after the colon belongs to the marks around the hole."""
    if isinstance(term, Slot):
        kinds = {"<": ("iri", "absolute"), "{": ("name",), '"': ("plain", "typed", "lang")}
        if term.kind not in kinds[text[0]]:
            raise TemplateError(f"no term: {text!r}")


def _prove_prefix(prefix: str, prefixes: Mapping[str, str]) -> None:
    if prefix not in prefixes:
        raise TemplateError(f"no prefix {prefix!r}")


def _prove_column(term: Term, column: str, table: Table) -> None:
    if column not in table.columns:
        raise TemplateError(f"no column {column!r} in the table")
    spec = table.columns[column]
    if isinstance(term, Slot) and column == term.column:
        if spec.required == term.optional:
            raise TemplateError(f"'{{{column}}}' must have '?' just where the column may be null")
        if spec.dtype != pl.String() and term.datatype != "xsd:integer":
            raise TemplateError(f"column {column!r} holds integers")


def _prove_distinct(template: Template, table: Table) -> None:
    """No triple comes twice: not from one row, nor from two rows with different keys."""
    first = template.patterns[0].object
    if isinstance(first, Slot) and first.optional:
        raise TemplateError("the first triple is never optional")
    predicates = [pattern.predicate for pattern in template.patterns]
    if len(set(predicates)) < len(predicates):
        raise TemplateError("a predicate stands twice")
    for pattern in template.patterns:
        used = {*template.subject.columns, *pattern.predicate.columns, *pattern.object.columns}
        if lost := set(table.key) - used:
            raise TemplateError(f"a triple without the key column {', '.join(sorted(lost))}")
        if isinstance(pattern.predicate, Slot) and len(template.patterns) > 1:
            raise TemplateError("a column of predicates stands alone in its template")
