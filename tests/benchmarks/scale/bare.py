"""The least there is to do: one expression over the columns, without tables, hashes, checks.

    python bare.py events-ids.parquet target nt|ttl

It deduplicates nothing, is given the claim ids, knows what needs no escaping, and holds all of the
text in memory. Runs where Polars and PyArrow are installed.
"""

from __future__ import annotations

import sys

import polars as pl
import pyarrow as pa

K, V = "<https://example.org/kg/", "<https://example.org/ont#"
RDF, XSD = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#", "<http://www.w3.org/2001/XMLSchema#"
c = pl.col


def escaped(column: str) -> pl.Expr:
    text = c(column)
    for plain, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        text = text.str.replace_all(plain, escape, literal=True)
    return text


def ntriples(frame: pl.LazyFrame) -> pl.LazyFrame:
    frame = frame.with_columns(
        e=pl.concat_str(pl.lit(K + "event/"), c("eid"), pl.lit(">")),
        ev=pl.concat_str(pl.lit(K + "evd/"), c("eid"), pl.lit(">")),
        cls=pl.concat_str(pl.lit(V), c("type"), pl.lit(">")),
        d=pl.concat_str(pl.lit('"'), c("date"), pl.lit(f'"^^{XSD}date>')),
        q=pl.concat_str(pl.lit('"'), escaped("quote"), pl.lit('"')),
        **{name: pl.concat_str(pl.lit(K), c(name), pl.lit(">")) for name in ("venue", "a1", "a2")},
        s=pl.concat_str(pl.lit(K), c("src"), pl.lit(">")),
    )
    parts: list[pl.Expr] = []

    def triple(subject: pl.Expr, predicate: str, thing: pl.Expr) -> None:
        parts.extend([subject, pl.lit(f" {predicate} "), thing, pl.lit(" .\n")])

    triple(c("e"), RDF + "type>", c("cls"))
    said = (("date", "d"), ("venue", "venue"), ("participant", "a1"), ("participant", "a2"))
    for number, (name, column) in enumerate(said):
        triple(c("e"), f"{V}{name}>", c(column))
        claim = pl.concat_str(pl.lit(K + "claim/"), c(f"c{number}"), pl.lit(">"))
        triple(claim, RDF + "type>", pl.lit(V + "Assertion>"))
        triple(claim, RDF + "subject>", c("e"))
        triple(claim, RDF + "predicate>", pl.lit(f"{V}{name}>"))
        triple(claim, RDF + "object>", c(column))
        triple(claim, V + "evidence>", c("ev"))
    triple(c("ev"), RDF + "type>", pl.lit(V + "Evidence>"))
    triple(c("ev"), V + "exact>", c("q"))
    for name in ("start", "end"):
        number_ = pl.concat_str(pl.lit('"'), c(name), pl.lit(f'"^^{XSD}integer>'))
        triple(c("ev"), f"{V}{name}>", number_)
    triple(c("ev"), V + "source>", c("s"))
    return frame.select(text=pl.concat_str(parts))


def turtle(frame: pl.LazyFrame) -> pl.LazyFrame:
    text: list[str | pl.Expr] = [
        "<event/", c("eid"), "> a o:", c("type"), ' ;\n  o:date "', c("date"),
        '"^^xsd:date ;\n  o:venue <', c("venue"), "> ;\n  o:participant <", c("a1"), "> , <",
        c("a2"), "> .\n",
    ]  # fmt: skip
    said: list[tuple[str, list[str | pl.Expr]]] = [
        ("date", ['"', c("date"), '"^^xsd:date']),
        ("venue", ["<", c("venue"), ">"]),
        ("participant", ["<", c("a1"), ">"]),
        ("participant", ["<", c("a2"), ">"]),
    ]
    for number, (name, thing) in enumerate(said):
        text += [
            "<claim/", c(f"c{number}"), "> a o:Assertion ;\n  rdf:subject <event/", c("eid"),
            f"> ;\n  rdf:predicate o:{name} ;\n  rdf:object ", *thing,
            " ;\n  o:evidence <evd/", c("eid"), "> .\n",
        ]  # fmt: skip
    text += [
        "<evd/", c("eid"), '> a o:Evidence ;\n  o:exact "', escaped("quote"),
        '" ;\n  o:start ', c("start").cast(pl.String), " ;\n  o:end ",
        c("end").cast(pl.String), " ;\n  o:source <", c("src"), "> .\n",
    ]  # fmt: skip
    return frame.select(text=pl.concat_str([pl.lit(x) if isinstance(x, str) else x for x in text]))


HEAD = (f"@base {K}> .\n@prefix o: {V}> .\n@prefix rdf: {RDF}> .\n@prefix xsd: {XSD}> .\n").encode()


def main() -> None:
    source, target, extension = sys.argv[1:]
    lazy = {"nt": ntriples, "ttl": turtle}[extension](pl.scan_parquet(source))
    texts = lazy.collect(engine="streaming").get_column("text").to_arrow()
    with open(target, "wb") as file:  # noqa: PTH123
        file.write(HEAD if extension == "ttl" else b"")
        for chunk in getattr(texts, "chunks", [texts]):
            whole = chunk.cast(pa.large_string())
            _, offsets, data = whole.buffers()
            ends = memoryview(offsets).cast("q")
            file.write(memoryview(data)[ends[whole.offset] : ends[whole.offset + len(whole)]])


if __name__ == "__main__":
    main()
