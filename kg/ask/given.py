"""What a named query was given: ids that the graph must hold, and what it is asked with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyoxigraph as ox

from kg.ask.errors import ParameterError
from kg.ask.library import Query
from kg.ask.parameters import ANY, SEEDS_BASE, Parameter
from kg.facts.record import suggestion


def require(query: Query, values: Mapping[str, Sequence[str]], base: str, store: ox.Store) -> None:
    """Refuse what would be answered by nothing: raises ParameterError.

    An id must occur in the graph; and a default that is an id of the package's own seeds serves
    no other project.
    """
    for parameter in query.parameters:
        if parameter.kind != "iri":
            continue
        given = values.get(parameter.name)
        if given is None and parameter.default and base != SEEDS_BASE:
            raise ParameterError(
                f"`{query.name}` needs --param {parameter.name}=…, {parameter.description}"
            )
        for word in given or ():
            _occurs(parameter, word, base, store)


def told(query: Query, values: Mapping[str, Sequence[str]]) -> str:
    """The parameters and their values, defaults included, as a reader would type them."""
    return ", ".join(
        f"{parameter.name}={word}"
        for parameter in query.parameters
        for word in values.get(parameter.name, parameter.default) or (ANY,)
    )


def leaves_out_machine(query: Query, values: Mapping[str, Sequence[str]]) -> bool:
    """Whether a query can tell what software coded, and leaves it out."""
    return any(
        parameter.name == "coding" and "curated" in values.get("coding", parameter.default)
        for parameter in query.parameters
    )


def _occurs(parameter: Parameter, word: str, base: str, store: ox.Store) -> None:
    path = f"{base}{parameter.path}/"
    # A prefixed name, an absolute IRI or a node's whole path is taken as it is.
    if word == ANY or ":" in word or "/" in word or not parameter.path:
        return
    try:
        node = ox.NamedNode(path + word)
    except ValueError:
        return
    as_subject = any(True for _ in store.quads_for_pattern(node, None, None))
    if as_subject or any(True for _ in store.quads_for_pattern(None, None, node)):
        return
    known = {
        quad.subject.value.removeprefix(path)
        for quad in store
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(path)
    }
    what = parameter.path
    raise ParameterError(f"no {what} `{word}` is in the graph; {suggestion(word, known)}")
