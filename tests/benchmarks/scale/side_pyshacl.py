"""pySHACL: `python side_pyshacl.py data.nt results.json shapes.ttl…`"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pyshacl
from rdflib import SH, Graph, URIRef


def results(report: Graph) -> list[list[str | None]]:
    """Focus node, path, value and component of each result."""

    def text(subject: Any, predicate: URIRef, *, iri: bool = False) -> str | None:
        value = report.value(subject, predicate)
        if value is None or (predicate == SH.resultPath and not isinstance(value, URIRef)):
            return None
        return str(value) if iri else value.n3()

    found = [
        [
            text(result, SH.focusNode),
            text(result, SH.resultPath, iri=True),
            text(result, SH.value),
            text(result, SH.sourceConstraintComponent, iri=True),
        ]
        for result in report.objects(None, SH.result)
    ]
    return sorted(found, key=str)


def main() -> None:
    data, target, *files = sys.argv[1:]
    graph, shapes = Graph().parse(data, format="nt"), Graph()
    for name in files:
        shapes.parse(name, format="turtle")
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes)
    Path(target).write_text(json.dumps(results(report)))


if __name__ == "__main__":
    main()
