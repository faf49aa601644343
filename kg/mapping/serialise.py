"""Tables to files: each format as sorted bytes to keep."""

from __future__ import annotations

from kg.mapping.expand import as_lines, triples
from kg.mapping.jsonld import jsonld
from kg.mapping.tables import Tables
from kg.mapping.turtle import trig, turtle
from kg.rdf.formats import Format, check_graphs


def render(tables: Tables, base: str, form: Format, *, graphs: bool = False) -> bytes:
    """The graph in a format, the same bytes for the same rows in whatever order.

    Lines of N-Triples and N-Quads are sorted by their bytes. With `graphs`, a format that would
    lose the named graphs is refused. Raises TermError for a value that no term can hold, ValueError
    for a format that is refused.
    """
    if graphs:
        check_graphs(form)
    if form.extension in ("nt", "nq"):
        found = as_lines(triples(tables, base), graphs=form.graphs).unique().sort()
        return "".join(line + "\n" for line in found).encode()
    if form.extension == "ttl":
        return turtle(tables, base).encode()
    if form.extension == "trig":
        return trig(tables, base).encode()
    return jsonld(tables, base).encode()
