"""Explanations of codes: from the catalogue and, for results of shapes, from the shapes."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pyoxigraph as ox

from kg.check.catalogue import FACTS, HEAD, SHAPE, SHAPES, Entry, Example, catalogue
from kg.check.shacl import severity
from kg.rdf.vocabulary import PREFIXES

WIDTH = 80
_SH = PREFIXES["sh"]
_LABEL = ox.NamedNode(PREFIXES["rdfs"] + "label")
_MESSAGE, _SEVERITY, _SPARQL = (
    ox.NamedNode(_SH + name) for name in ("message", "severity", "sparql")
)


class UnknownCode(ValueError):
    """A code that nothing gives; the message names the nearest ones."""


def rules(shapes: Mapping[str, bytes]) -> dict[str, Entry]:
    """The catalogue with an entry for each shape of these Turtle files, by code."""
    found = dict(catalogue())
    for name, text in sorted(shapes.items()):
        store = ox.Store()
        try:
            store.load(text, ox.RdfFormat.TURTLE)
        except SyntaxError:
            continue  # told of as `shacl-syntax` wherever the shapes are used
        found |= {entry.code: entry for entry in _shape_entries(store, name)}
    return found


def _shape_entries(store: ox.Store, file: str) -> Iterator[Entry]:
    for quad in store.quads_for_pattern(None, _LABEL, None):
        shape = quad.subject
        if not isinstance(shape, ox.NamedNode):
            continue
        message = _value(store, shape, _MESSAGE)
        constraint = _object(store, shape, _SPARQL)
        if not message and isinstance(constraint, ox.NamedNode | ox.BlankNode):
            message = _value(store, constraint, _MESSAGE)
        if not message:
            continue
        level = severity(_value(store, shape, _SEVERITY))
        title = _value(store, shape, _LABEL)
        text = f"{message} (The shape is <{shape.value}> in {file}.)"
        yield Entry(SHAPE + local_name(shape.value), title, text, level)


def _object(store: ox.Store, node: ox.NamedNode | ox.BlankNode, term: ox.NamedNode) -> object:
    found = sorted((q.object for q in store.quads_for_pattern(node, term, None)), key=str)
    return found[0] if found else None


def _value(store: ox.Store, node: ox.NamedNode | ox.BlankNode, term: ox.NamedNode) -> str:
    found = _object(store, node, term)
    return found.value if isinstance(found, ox.Literal | ox.NamedNode) else ""


def local_name(iri: str) -> str:
    """What follows the `#` of an IRI, or all of it where there is none."""
    return iri.rsplit("#", 1)[-1]


def rule(code: str, known: Mapping[str, Entry]) -> Entry | None:
    """The entry of a code, for a shape that is not known the one for all shapes."""
    if code in known:
        return known[code]
    return replace(known[SHAPES], code=code) if code.startswith(SHAPE) else None


def explained(code: str, known: Mapping[str, Entry]) -> str:
    """An entry as a text of WIDTH columns; raises UnknownCode."""
    entry = known.get(code)
    if entry is None:
        near = difflib.get_close_matches(code, known, n=3, cutoff=0.5)
        meant = " or ".join(near)
        hint = f"did you mean {meant}?" if near else "`kg explain` lists all codes"
        raise UnknownCode(f"no diagnostic has the code {code}; {hint}")
    lines = [
        f"{entry.code} ({entry.severity})",
        *textwrap.wrap(entry.title, WIDTH),
        "",
        *textwrap.wrap(entry.text, WIDTH, break_on_hyphens=False, break_long_words=False),
    ]
    for name, example in (("Bad", entry.bad), ("Good", entry.good)):
        if example is not None:
            lines += ["", f"{name}:", *_example(example)]
    return "\n".join(lines) + "\n"


def _example(example: Example) -> Iterator[str]:
    if example.shell:
        yield ""
        yield f"    $ {example.shell}"
    for file, text in example.files.items():
        passages = file == FACTS and text.startswith(HEAD)
        yield "\n  a file of facts, below its head\n" if passages else f"\n  {file}\n"
        body = textwrap.dedent(text.removeprefix(HEAD)) if passages else text
        yield textwrap.indent(body.rstrip("\n"), "    ")


def listing(known: Mapping[str, Entry]) -> str:
    """All codes, each with its title on the line below."""
    return "".join(f"{entry.code}\n    {entry.title}\n" for entry in known.values())
