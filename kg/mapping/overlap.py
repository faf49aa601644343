"""Overlaps: subjects of which two parts could state the same triple.

Within a part the table's key keeps triples apart. Two parts can agree only where they have a
predicate, a graph, a form of object and a subject in common, so most are told apart without
looking at a row, and the few rows left are all that must be deduplicated.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import polars as pl

from kg.mapping.parts import Part
from kg.mapping.templates import Constant, ObjectTerm, Pattern, Term

_NODES, _ANY_IRI = "iri", "absolute"


def shared_subjects(found: Sequence[Part], *, graphs: bool) -> pl.DataFrame | None:
    """The subjects, in a column `subject`, of triples that two parts may both state.

    None where there are none. `graphs` tells whether the graph is part of the statement.
    """
    shared = [
        one.frame.select(subject=one.template.subject.column)
        .join(other.frame.select(subject=other.template.subject.column), on="subject", how="semi")
        .unique()
        for one, other in combinations(found, 2)
        if _may_agree(one, other, graphs=graphs)
    ]
    subjects = pl.concat(shared).unique() if shared else None
    return subjects if subjects is not None and len(subjects) else None


def _may_agree(one: Part, other: Part, *, graphs: bool) -> bool:
    if one.template is other.template and one.template.keyed:
        return False
    constant = isinstance(one.template.graph, Constant) and isinstance(
        other.template.graph, Constant
    )
    if graphs and constant and one.template.graph != other.template.graph:
        return False
    return any(
        a.predicate == b.predicate and _same_form(one, a, other, b)
        for a in one.patterns
        for b in other.patterns
    )


def _same_form(one: Part, a: Pattern, other: Part, b: Pattern) -> bool:
    left, right = _forms(one, a.object), _forms(other, b.object)
    if _ANY_IRI in left | right:
        return not any(form.startswith('"') for form in left | right)
    return bool(left & right)


def _forms(part: Part, term: Term) -> set[str]:
    """What an object can look like: the names themselves, or one mark for its kind.

    A mark of literals starts with a quotation mark, so that no name can be taken for one.
    """
    if isinstance(term, Constant):
        return {term.text}
    if isinstance(term, ObjectTerm):
        raise TypeError("a part has its objects resolved")
    if term.kind == "name":
        return set(part.frame.get_column(term.column).unique().drop_nulls())
    if term.kind in (_NODES, _ANY_IRI):
        return {term.kind}
    return {'"' + term.datatype}
