"""Tables to files: each format as sorted bytes to keep, or as a stream too big to hold."""

from __future__ import annotations

from pathlib import Path

from kg.mapping.expand import as_lines, lines, triples
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


def write(tables: Tables, base: str, form: Format, path: Path) -> None:
    """Write N-Triples or N-Quads to a file, some rows at a time and not sorted.

    Any other format is rendered as a whole. Raises like `render`.
    """
    if form.extension not in ("nt", "nq"):
        path.write_bytes(render(tables, base, form))
        return
    with path.open("wb") as file:
        for part in lines(tables, base, "nq" if form.graphs else "nt"):
            # The CSV writer is Polars' way to put a column into a file without a copy of it all.
            part.to_frame().write_csv(file, include_header=False, quote_style="never")
