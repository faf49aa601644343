"""maplib: the same triples by an OTTR template. `python side_maplib.py events-ids.parquet target`"""

from __future__ import annotations

import sys

import polars as pl
from maplib import Model

K = "https://example.org/kg/"
PREFIXES = """@prefix o: <https://example.org/ont#> . @prefix ottr: <http://ns.ottr.xyz/0.4/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def claim(number: int, name: str, thing: str) -> str:
    s = f"?s{number}"
    return (
        f" ottr:Triple({s}, a, o:Assertion), ottr:Triple({s}, rdf:subject, ?e),"
        f" ottr:Triple({s}, rdf:predicate, o:{name}), ottr:Triple({s}, rdf:object, ?{thing}),"
        f" ottr:Triple({s}, o:evidence, ?ev), ottr:Triple(?e, o:{name}, ?{thing}),"
    )


TEMPLATE = (
    PREFIXES
    + """o:T[ ottr:IRI ?e, ottr:IRI ?cls, xsd:date ?d, ottr:IRI ?v, ottr:IRI ?p1, ottr:IRI ?p2,
 ottr:IRI ?s, ottr:IRI ?ev, xsd:string ?q, xsd:integer ?st, xsd:integer ?en, ottr:IRI ?s0,
 ottr:IRI ?s1, ottr:IRI ?s2, ottr:IRI ?s3 ] :: { ottr:Triple(?e, a, ?cls),"""
    + claim(0, "date", "d")
    + claim(1, "venue", "v")
    + claim(2, "participant", "p1")
    + claim(3, "participant", "p2")
    + """ ottr:Triple(?ev, a, o:Evidence), ottr:Triple(?ev, o:exact, ?q),
 ottr:Triple(?ev, o:start, ?st), ottr:Triple(?ev, o:end, ?en), ottr:Triple(?ev, o:source, ?s) } ."""
)


def main() -> None:
    source, target = sys.argv[1:]
    c = pl.col

    def iri(path: str, column: str) -> pl.Expr:
        return pl.concat_str(pl.lit(K + path), c(column))

    frame = pl.read_parquet(source).select(
        e=iri("event/", "eid"),
        cls=pl.concat_str(pl.lit("https://example.org/ont#"), c("type")),
        d=c("date").str.to_date(),
        v=iri("", "venue"),
        p1=iri("", "a1"),
        p2=iri("", "a2"),
        s=iri("", "src"),
        ev=iri("evd/", "eid"),
        q=c("quote"),
        st=c("start"),
        en=c("end"),
        **{f"s{number}": iri("claim/", f"c{number}") for number in range(4)},
    )
    model = Model()
    model.add_template(TEMPLATE)
    model.map("https://example.org/ont#T", frame)
    model.write(target, format="ntriples")


if __name__ == "__main__":
    main()
