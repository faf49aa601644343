"""Parts of tables: rows of one template whose triples all have the same form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from kg.mapping.tables import OBJECT_KINDS, Tables
from kg.mapping.templates import Constant, ObjectTerm, Pattern, Slot, Template, Templates, Term
from kg.rdf.escape import TermError, full_names


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
    full_names(frame.get_column("predicate"), prefixes, f"{template.table}.predicate")
    if has_object:
        _check_object(frame, template.table, prefixes)
        datatype = pl.when(pl.col("object_kind") == "typed").then("object_type")
        frame = frame.with_columns(datatype.alias("datatype"))
        keys += ["object_kind", "datatype"]
    groups = frame.partition_by(keys, maintain_order=True, as_dict=True)
    for values in sorted(groups, key=str):
        fixed = dict(zip(keys, values, strict=True))
        resolved = tuple(
            Pattern(_fixed_name(pattern.predicate, fixed), _fixed_object(pattern.object, fixed))
            for pattern in patterns
        )
        yield Part(template, groups[values], resolved)


def required(frame: pl.DataFrame, column: str, table: str) -> None:
    """Refuse nulls in a column that every triple needs."""
    if nulls := frame.get_column(column).null_count():
        raise TermError(f"{table}.{column}: {nulls} nulls in a column that must be filled")


def _check_object(frame: pl.DataFrame, table: str, prefixes: Mapping[str, str]) -> None:
    """Refuse unknown kinds, and a type where the kind has none or none where it has one."""
    required(frame, "object_kind", table)
    kinds = frame.get_column("object_kind").unique().sort().to_list()
    if unknown := [kind for kind in kinds if kind not in OBJECT_KINDS]:
        raise TermError(f"{table}.object_kind: no such kinds: {', '.join(unknown)}")
    has_type = pl.col("object_type").is_not_null()
    wrong = frame.filter(has_type != pl.col("object_kind").is_in(["lang", "typed"]))
    if len(wrong):
        shown = wrong.select("object_kind", "object", "object_type").head(3).rows()
        raise TermError(
            f"{table}.object_type: {len(wrong)} terms; kinds lang and typed, and no others, "
            f"have a type: {shown}"
        )
    typed = frame.filter(pl.col("object_kind") == "typed").get_column("object_type")
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
