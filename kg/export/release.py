"""A release: all that somebody needs in ten years, without this program, in one folder."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from kg.ask.library import library
from kg.export.citation import as_cff
from kg.facts.settings import Settings
from kg.rdf.resources import ontology_files, resource, shape_files
from kg.write import MANIFEST

SUMS = "SHA256SUMS"
SHAPES = "shapes.ttl"
IDS = "ids.txt"
_LABEL = re.compile(rb"(?<![\w:])_:(\w+)")
_README = """\
# {title}, version {version}

Issued {issued} under {licence}.

| file | what it is |
|---|---|
| `graph.nq`, `graph.trig`, `graph.jsonld` | the graph, with its named graphs |
| `graph.ttl` | the same triples as one graph |
| `void.ttl` | the data set described (VoID, DCAT 3, PROV) |
| `ontology/` | classes, properties and concepts as OWL and SKOS, and the JSON-LD context |
| `shapes.ttl` | what the graph keeps to, in SHACL; it needs no other file |
| `queries/` | questions in SPARQL 1.1, each with its parameters at their defaults |
| `positions.csv` | where in the facts each node was written |
| `ids.txt` | the nodes that later releases keep, or say what replaced them |
| `manifest.json` | what was built from what, with hashes |
| `CITATION.cff` | how to cite it |
| `SHA256SUMS` | `sha256sum --check SHA256SUMS` |

Any SPARQL 1.1 store loads `graph.ttl` and the files of `ontology/`; the queries then run as they
stand. Any SHACL engine validates it:

    pyshacl --shacl shapes.ttl graph.ttl

The parameters of a query are its lines `VALUES ?name {{ … }} # parameter`. Nodes and terms are
named for good: terms are deprecated, never removed; a node that a later release lacks has
`dcterms:isReplacedBy`, or a `kg:reason`, there.
"""


class ReleaseError(ValueError):
    """What cannot be released as it is; the message says what to do."""


def release_files(
    root: Path, output: Path, settings: Settings, nodes: Sequence[str]
) -> dict[str, bytes]:
    """The files of a release by path: those of the last build, and what explains them.

    `nodes` are those that it publishes, sorted. Raises ReleaseError, OSError.
    """
    own = sorted((root / "ontology").glob("*.ttl"))
    shapes = [*shape_files(), *sorted((root / "shapes").glob("*.ttl"))]
    built = json.loads((output / MANIFEST).read_bytes())["outputs"]
    ontology = [*ontology_files(), *own, *sorted(resource("ontology").glob("*.jsonld"))]
    files = {
        **{name: (output / name).read_bytes() for name in sorted([*built, MANIFEST])},
        **{f"ontology/{path.name}": path.read_bytes() for path in ontology},
        **{f"queries/{name}.rq": text for name, text in queries(settings.base).items()},
        SHAPES: joined({path.name: path.read_bytes() for path in shapes}),
        IDS: "".join(f"{node}\n" for node in nodes).encode(),
        "CITATION.cff": as_cff(settings).encode(),
        "README.md": _README.format(
            title=settings.title,
            version=settings.version,
            issued=settings.issued,
            licence=settings.licence,
        ).encode(),
    }
    return {**files, SUMS: sums(files)}


def queries(base: str) -> dict[str, bytes]:
    """The library with its defaults, to be pasted anywhere: comments and SPARQL 1.1, no more."""
    return {name: query.bind({}, base).encode() for name, query in library().items()}


def joined(files: Mapping[str, bytes]) -> bytes:
    """Turtle files as one, in the order of their names.

    A label of a blank node is the same node in the whole of a file: one that two files use is
    refused, with a ReleaseError.
    """
    labels: dict[bytes, str] = {}
    parts = []
    for name, text in sorted(files.items()):
        for label in set(_LABEL.findall(text)):
            other = labels.setdefault(label, name)
            if other != name:
                raise ReleaseError(
                    f"{other} and {name} both have the blank node _:{label.decode()}: "
                    "write [ … ] instead, or another label"
                )
        parts.append(b"# --- " + name.encode() + b"\n\n" + text.rstrip() + b"\n")
    return b"\n".join(parts)


def sums(files: Mapping[str, bytes]) -> bytes:
    """Checksums as `sha256sum --check` reads them, by path."""
    return "".join(
        f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())
    ).encode()
