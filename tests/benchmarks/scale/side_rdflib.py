"""rdflib: a loop over rows. `python side_rdflib.py events-ids.parquet target`"""

from __future__ import annotations

import sys

import polars as pl
from rdflib import RDF, XSD, Graph, Literal, Namespace

K, V = Namespace("https://example.org/kg/"), Namespace("https://example.org/ont#")


def main() -> None:
    source, target = sys.argv[1:]
    graph = Graph()
    for row in pl.read_parquet(source).iter_rows(named=True):
        event, evidence = K["event/" + row["eid"]], K["evd/" + row["eid"]]
        graph.add((event, RDF.type, V[row["type"]]))
        said = [
            (V.date, Literal(row["date"], datatype=XSD.date)),
            (V.venue, K[row["venue"]]),
            (V.participant, K[row["a1"]]),
            (V.participant, K[row["a2"]]),
        ]
        for number, (predicate, thing) in enumerate(said):
            claim = K["claim/" + row[f"c{number}"]]
            graph.add((event, predicate, thing))
            graph.add((claim, RDF.type, V.Assertion))
            graph.add((claim, RDF.subject, event))
            graph.add((claim, RDF.predicate, predicate))
            graph.add((claim, RDF.object, thing))
            graph.add((claim, V.evidence, evidence))
        graph.add((evidence, RDF.type, V.Evidence))
        graph.add((evidence, V.exact, Literal(row["quote"])))
        graph.add((evidence, V.start, Literal(row["start"])))
        graph.add((evidence, V.end, Literal(row["end"])))
        graph.add((evidence, V.source, K[row["src"]]))
    graph.serialize(target, format="nt", encoding="utf-8")


if __name__ == "__main__":
    main()
