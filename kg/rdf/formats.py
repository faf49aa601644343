"""The serialisations of RDF: names, media types, file extensions, and what each can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """One serialisation; the extension has no dot, `graphs` tells whether it keeps named graphs."""

    name: str
    media_type: str
    extension: str
    graphs: bool


FORMATS: Mapping[str, Format] = {
    form.extension: form
    for form in (
        Format("N-Triples", "application/n-triples", "nt", graphs=False),
        Format("N-Quads", "application/n-quads", "nq", graphs=True),
        Format("Turtle", "text/turtle", "ttl", graphs=False),
        Format("TriG", "application/trig", "trig", graphs=True),
        Format("JSON-LD", "application/ld+json", "jsonld", graphs=True),
    )
}
"""All formats by extension."""


def format_of(extension: str) -> Format:
    """The format with an extension (no dot); raises ValueError with those there are."""
    if extension not in FORMATS:
        raise ValueError(f"no format {extension!r}; there are {', '.join(FORMATS)}")
    return FORMATS[extension]


def check_graphs(form: Format) -> None:
    """Refuse a format that would lose named graphs; raises ValueError with those that keep them."""
    if not form.graphs:
        keeping = ", ".join(
            f"{other.name} ({key})" for key, other in FORMATS.items() if other.graphs
        )
        raise ValueError(f"{form.name} keeps no named graphs; these do: {keeping}")
