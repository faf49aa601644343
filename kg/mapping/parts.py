"""Parts of tables: rows of one template whose triples all have the same form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from kg.mapping.tables import OBJECT_KINDS, Tables
from kg.mapping.templates import Constant, ObjectTerm, Pattern, Slot, Template, Templates, Term
from kg.rdf.escape import TermError, full_names

_Groups = dict[tuple[Any, ...], pl.DataFrame]
_TYPED = ("lang", "typed")
# Runs of rows of one form up to which they are cut out of a table one by one.
_RUNS = 100


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a template's table, and its patterns as they are for these rows.

    No pattern has an ObjectTerm or a column of predicates left.
    """

    template: Template
    frame: pl.DataFrame
    patterns: tuple[Pattern, ...]


def parts(tables: Tables, found: Templates) -> Iterator[Part]:
    """The parts of all tables that have rows, the templates in order, each part's rows in order."""
    for template in found.templates:
        frame = tables[template.table]
        if len(frame):
            yield from _split(template, frame, found.prefixes)


def _split(template: Template, frame: pl.DataFrame, prefixes: Mapping[str, str]) -> Iterator[Part]:
    """Split by predicate and form of object where the template leaves them to the row."""
    patterns = template.patterns
    has_object = any(isinstance(pattern.object, ObjectTerm) for pattern in patterns)
    if not has_object and not any(isinstance(pattern.predicate, Slot) for pattern in patterns):
        yield Part(template, frame, patterns)
        return
    required(frame, "predicate", template.table)
    keys = ["predicate"]
    if has_object:
        required(frame, "object_kind", template.table)
        datatype = pl.when(pl.col("object_kind") == "typed").then("object_type")
        frame = frame.with_columns(datatype.alias("datatype"))
        keys += ["object_kind", "datatype"]
    groups = _groups(frame, keys)
    names = pl.Series([values[0] for values in groups], dtype=pl.String)
    full_names(names, prefixes, f"{template.table}.predicate")
    if has_object:
        _check_object(groups, template.table, prefixes)
    for values in sorted(groups, key=str):
        fixed = dict(zip(keys, values, strict=True))
        resolved = tuple(
            Pattern(_fixed_name(pattern.predicate, fixed), _fixed_object(pattern.object, fixed))
            for pattern in patterns
        )
        yield Part(template, groups[values], resolved)


def _groups(frame: pl.DataFrame, keys: list[str]) -> _Groups:
    """Rows by the values of some columns; rows that stand together already are not copied."""
    changes = [pl.col(key).ne_missing(pl.col(key).shift()) for key in keys]
    starts = frame.select(pl.any_horizontal(changes).arg_true()).to_series().to_list()
    if len(starts) > _RUNS:
        return frame.partition_by(keys, maintain_order=True, as_dict=True)
    runs: dict[tuple[Any, ...], list[pl.DataFrame]] = {}
    values = frame.select(keys)
    for start, end in zip(starts, [*starts[1:], len(frame)], strict=True):
        runs.setdefault(values.row(start), []).append(frame[start:end])
    return {found: pl.concat(of) for found, of in runs.items()}


def required(frame: pl.DataFrame, column: str, table: str) -> None:
    """Refuse nulls in a column that every triple needs."""
    if nulls := frame.get_column(column).null_count():
        raise TermError(f"{table}.{column}: {nulls} nulls in a column that must be filled")


def _check_object(groups: _Groups, table: str, prefixes: Mapping[str, str]) -> None:
    """Refuse unknown kinds, and a type where the kind has none or none where it has one."""
    kinds = sorted({kind for _, kind, _ in groups if kind is not None})
    if unknown := [kind for kind in kinds if kind not in OBJECT_KINDS]:
        raise TermError(f"{table}.object_kind: no such kinds: {', '.join(unknown)}")
    has_type = pl.col("object_type").is_not_null()
    wrong = [
        frame.filter(has_type != (kind in _TYPED))
        for (_, kind, _), frame in groups.items()
        if frame.get_column("object_type").null_count() != (0 if kind in _TYPED else len(frame))
    ]
    if wrong:
        rows = pl.concat(wrong).select("object_kind", "object", "object_type")
        raise TermError(
            f"{table}.object_type: {len(rows)} terms; kinds lang and typed, and no others, "
            f"have a type: {rows.head(3).rows()}"
        )
    typed = pl.Series([datatype for _, _, datatype in groups], dtype=pl.String)
    full_names(typed, prefixes, f"{table}.object_type")


def _fixed_name(term: Constant | Slot, fixed: dict[str, str]) -> Constant | Slot:
    return Constant(fixed[term.column]) if isinstance(term, Slot) else term


def _fixed_object(term: Term, fixed: dict[str, str]) -> Term:
    if isinstance(term, ObjectTerm):
        kind = fixed["object_kind"]
        language = "object_type" if kind == "lang" else ""
        return Slot(kind, "object", datatype=fixed["datatype"] or "", language=language)
    if isinstance(term, Slot) and term.kind == "name" and term.column in fixed:
        return Constant(fixed[term.column])
    return term
