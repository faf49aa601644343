"""The built graph, read back from N-Quads to the tables it was mapped from.

The file is sorted, so that all lines of a subject stand together: it is read some megabytes at a
time, and only what the tables hold stays in memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from kg.mapping.tables import TABLES, Tables
from kg.mapping.templates import templates

CHUNK = 1 << 25
"""Bytes read at a time."""

_UNESCAPED = {
    "\\\\": "\\",
    '\\"': '"',
    "\\n": "\n",
    "\\r": "\r",
    "\\t": "\t",
    "\\b": "\b",
    "\\f": "\f",
}
_HIDDEN = [*range(0x20), *range(0x7F, 0xA0), 0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F)]
_HIDDEN += [*range(0x2066, 0x206A), 0xFEFF, 0xFFFE, 0xFFFF]
_UNESCAPED |= {f"\\u{code:04X}": chr(code) for code in _HIDDEN}
# The columns of tables with a row a node, by predicate; what else a node has goes to `stated` or
# `link`, resolutions of claims and addressees included, since there may be several.
_CLAIM = {
    "rdf:subject": "subject",
    "rdf:predicate": "predicate",
    "kg:accordingTo": "according_to",
    "prov:wasAttributedTo": "agent",
    "kg:stance": "stance",
    "kg:rank": "rank",
}
_WIDE: Mapping[str, Mapping[str, str]] = {
    "kg:Assertion": _CLAIM,
    "kg:ReportedSpeech": {
        "kg:utterance": "utterance",
        "kg:accordingTo": "according_to",
        "kg:mode": "mode",
        "kg:speaker": "speaker",
        "kg:words": "words",
        "kg:rank": "rank",
    },
    "kg:QuantityClaim": {
        "kg:accordingTo": "according_to",
        "kg:measure": "measure",
        "kg:population": "population",
        "kg:value": "value",
        "kg:comparator": "comparator",
        "kg:asOf": "as_of",
        "kg:resolvedBy": "resolution",
        "kg:rank": "rank",
    },
    "kg:Passage": {
        "kg:document": "document",
        "kg:start": "start",
        "kg:end": "end",
        "kg:quote": "quote",
        "kg:prefix": "prefix",
        "kg:suffix": "suffix",
    },
    "kg:TableRow": {
        "kg:document": "document",
        "kg:recordNumber": "number",
        "kg:recordKey": "key",
    },
    "kg:Source": {
        "kg:form": "form",
        "dcterms:title": "title",
        "dcterms:language": "language",
        "kg:sha256": "sha256",
        "kg:publishedAsStated": "published_words",
        "kg:published": "published",
        "dcterms:publisher": "publisher",
        "kg:author": "author",
        "schema:url": "url",
        "dcterms:rights": "rights",
        "prov:wasAttributedTo": "agent",
        "kg:onBehalfOf": "on_behalf_of",
        "kg:occasion": "occasion",
        "kg:issued": "issued",
        "kg:resolvedBy": "resolution",
        "kg:channel": "channel",
    },
    "kg:Time": {
        "kg:edtf": "edtf",
        "kg:date": "date",
        "kg:notBefore": "not_before",
        "kg:notAfter": "not_after",
    },
    "kg:DateResolution": {
        "kg:expression": "expression",
        "kg:rule": "rule",
        "kg:anchor": "anchor",
        "kg:anchorOf": "anchor_event",
        "prov:wasAttributedTo": "agent",
        "kg:reason": "reason",
        "kg:result": "time",
    },
    "kg:Curation": {
        "prov:used": "document",
        "prov:wasAssociatedWith": "agent",
        "kg:entered": "entered",
    },
}
_TABLE = {
    "kg:Assertion": "claim",
    "kg:ReportedSpeech": "speech",
    "kg:QuantityClaim": "quantity",
    "kg:Passage": "passage",
    "kg:TableRow": "record",
    "kg:Source": "source",
    "kg:Time": "time",
    "kg:DateResolution": "resolution",
    "kg:Curation": "curation",
}
# Predicates with a table of their own: its name and the columns of subject and object.
_PAIRS = {
    "kg:disputedBy": ("dispute", "claim", "denial"),
    "kg:supportedBy": ("support", "claim", "evidence"),
    "prov:wasDerivedFrom": ("derivation", "source", "derived_from"),
    "kg:alternative": ("alternative", "resolution", "time"),
}
_NAMES = ("skos:prefLabel", "skos:altLabel")
_SOURCES = ("kg:Document", "kg:Utterance")
_CLAIMS = ("kg:Assertion", "kg:ReportedSpeech", "kg:QuantityClaim")


def tables_of(path: Path, base: str, chunk: int = CHUNK) -> Tables:
    """The tables of a built `graph.nq`; positions, which no graph holds, stay empty."""
    found: dict[str, list[pl.DataFrame]] = defaultdict(list)
    for quads in _subjects(path, base, chunk):
        for name, rows in _parts(quads):
            if rows.height:
                found[name].append(rows)
    frames = {}
    for name, parts in found.items():
        schema = TABLES[name].schema
        whole = pl.concat([pl.DataFrame(schema=schema), *parts], how="diagonal_relaxed")
        frames[name] = whole.select(pl.col(c).cast(t) for c, t in schema.items())
    claim, speech, quantity = (frames.get(n) for n in ("claim", "speech", "quantity"))
    # The document behind a claim is its graph, but for what a curator inferred.
    document = pl.when(pl.col("graph") != "graph/inferred").then(
        pl.col("graph").str.replace("^graph/", "article/")
    )
    for name, frame in (("claim", claim), ("speech", speech), ("quantity", quantity)):
        if frame is not None:
            frames[name] = frame.with_columns(document=document)
    return Tables(frames)


def _subjects(path: Path, base: str, chunk: int) -> Iterator[pl.DataFrame]:
    """The quads, those of a subject never apart."""
    rest = b""
    with path.open("rb") as file:
        while True:
            block = file.read(chunk)
            data = rest + block
            if not block:
                if data:
                    yield _quads(data, base)
                return
            # Cut before the first line of the last subject.
            line = data.rfind(b"\n", 0, data.rfind(b"\n")) + 1
            subject = data[line : data.find(b" ", line) + 1]
            cut = data.find(b"\n" + subject) + 1 if data[: len(subject)] != subject else 0
            rest = data[cut:]
            if cut:
                yield _quads(data[:cut], base)


def _quads(data: bytes, base: str) -> pl.DataFrame:
    """Lines as columns subject, predicate, the three of a term, and graph; names made short."""
    lines = pl.DataFrame({"line": data.decode().removesuffix("\n").split("\n")}).lazy()
    parts = pl.col("line").str.splitn(" ", 3)
    cut = lines.select(
        subject=_node(parts.struct.field("field_0"), base),
        predicate=parts.struct.field("field_1"),
        rest=parts.struct.field("field_2"),
    ).collect()
    predicates = {iri: _short(iri) for iri in cut["predicate"].unique()}
    ends = pl.col("rest").str.extract_groups(r"(?s)^(.*) <([^ <>]*)> \.$")
    cut = cut.select(
        "subject",
        pl.col("predicate").replace_strict(predicates, return_dtype=pl.String),
        object=ends.struct.field("1"),
        graph=ends.struct.field("2").str.strip_prefix(base),
    )
    is_literal = pl.col("object").str.starts_with('"')
    nodes, texts = cut.filter(~is_literal), cut.filter(is_literal)
    iris = pl.col("object").str.strip_chars("<>")
    is_node = iris.str.starts_with(base)
    others = nodes.filter(~is_node)["object"].unique()
    short = {iri: _short(iri) for iri in others}
    nodes = nodes.select(
        "subject",
        "predicate",
        "graph",
        object_kind=pl.when(is_node)
        .then(pl.lit("iri"))
        .when(pl.col("object").replace_strict(short, default="<").str.starts_with("<"))
        .then(pl.lit("absolute"))
        .otherwise(pl.lit("name")),
        object=pl.when(is_node)
        .then(iris.str.strip_prefix(base))
        .otherwise(pl.col("object").replace_strict(short, default=None).str.strip_chars("<>")),
        object_type=pl.lit(None, pl.String),
    )
    groups = pl.col("object").str.extract_groups(r'(?s)^"(.*)"(?:@([A-Za-z0-9-]+)|\^\^(<[^"]+>))?$')
    text, language, datatype = (groups.struct.field(str(number)) for number in (1, 2, 3))
    types = {
        iri: _short(iri) for iri in texts.select(datatype.alias("t"))["t"].drop_nulls().unique()
    }
    escapes = text.str.contains("\\", literal=True)
    texts = texts.select(
        "subject",
        "predicate",
        "graph",
        object_kind=pl.when(language.is_not_null())
        .then(pl.lit("lang"))
        .when(datatype.is_not_null())
        .then(pl.lit("typed"))
        .otherwise(pl.lit("plain")),
        object=pl.when(escapes)
        .then(text.str.replace_many(list(_UNESCAPED), list(_UNESCAPED.values())))
        .otherwise(text),
        object_type=pl.coalesce(language, datatype.replace_strict(types, default=None)),
    )
    return pl.concat([nodes, texts])


def _node(iri: pl.Expr, base: str) -> pl.Expr:
    return iri.str.strip_prefix("<").str.strip_suffix(">").str.strip_prefix(base)


def _short(iri: str) -> str:
    """An IRI in angle brackets as a prefixed name, or as it is where no prefix fits."""
    for prefix, namespace in templates().prefixes.items():
        if iri.startswith("<" + namespace):
            local = iri[len(namespace) + 1 : -1]
            if local.replace("-", "").replace("_", "").isalnum():
                return f"{prefix}:{local}"
    return iri


def _parts(quads: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """The rows of each table that quads give."""
    direct = quads.filter(pl.col("graph") == "graph/direct")
    yield "direct", direct.drop("graph")
    derived = pl.col("graph") == "graph/derived"
    is_event = pl.col("subject").str.starts_with("event/")
    disputed = quads.filter(derived & is_event & (pl.col("predicate") == "kg:status"))
    yield "disputed", disputed.select(event="subject").unique()
    quads = quads.filter(pl.col("graph") != "graph/direct", ~(derived & is_event))
    types = quads.filter(pl.col("predicate") == "rdf:type")
    best = types.filter(pl.col("object") == "kg:BestAssertion")
    yield "best", best.select("graph", claim="subject")
    classes = types.filter(pl.col("object") != "kg:BestAssertion").select(
        "subject", "graph", of="object"
    )
    rest = quads.filter(pl.col("predicate") != "rdf:type")
    for predicate, (name, subject, thing) in _PAIRS.items():
        pairs = rest.filter(pl.col("predicate") == predicate)
        if predicate == "kg:disputedBy":
            yield (
                name,
                pairs.select(pl.col("subject").alias(subject), pl.col("object").alias(thing)),
            )
            continue
        columns = [pl.col("subject").alias(subject), pl.col("object").alias(thing), pl.col("graph")]
        yield name, pairs.select(columns)
    rest = rest.filter(~pl.col("predicate").is_in(list(_PAIRS)))
    done = []
    for kind, cells in _WIDE.items():
        of = classes.filter(pl.col("of").is_in(_SOURCES if kind == "kg:Source" else [kind]))
        if of.is_empty():
            continue
        rows, others = _wide(of, rest, cells, kind)
        yield _TABLE[kind], rows
        yield ("stated" if kind in _CLAIMS else "link"), others
        done.append(of.select("subject"))
    if done:
        whole = pl.concat(done)
        rest = rest.join(whole, on="subject", how="anti")
        classes = classes.join(whole, on="subject", how="anti")
    yield "entity", classes.select("graph", **{"id": "subject", "class": "of"})
    is_name = pl.col("predicate").is_in(_NAMES)
    yield (
        "name",
        rest.filter(is_name).select(
            "predicate", "graph", node="subject", text="object", language="object_type"
        ),
    )
    yield "link", rest.filter(~is_name).rename({"subject": "node"})


def _wide(
    of: pl.DataFrame, rest: pl.DataFrame, columns: Mapping[str, str], kind: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Nodes of a kind as rows with columns, and what is said of them besides."""
    own = rest.join(of.select("subject"), on="subject", how="semi")
    known = {**columns, "rdf:object": "object"} if kind == "kg:Assertion" else dict(columns)
    if kind in ("kg:Assertion", "kg:Source"):
        # Where there are several, the first by name is the cell, and the others are links.
        own = own.sort("subject", "predicate", "object")
    first = pl.col("predicate").cum_count().over("subject", "predicate") == 1
    is_cell = first & pl.col("predicate").is_in(list(known))
    cells, others = own.filter(is_cell), own.filter(~is_cell)
    wide = cells.select(
        "object",
        id="subject",
        column=pl.col("predicate").replace_strict(known, return_dtype=pl.String),
    ).pivot(on="column", index="id", values="object", aggregate_function="first")
    rows = of if kind == "kg:Source" else of.drop("of")
    rows = rows.rename({"subject": "id", "of": "class"}, strict=False)
    rows = rows.join(wide, on="id", how="left")
    if kind == "kg:Assertion":
        terms = cells.filter(pl.col("predicate") == "rdf:object")
        rows = rows.drop("object").join(
            terms.select("object_kind", "object", "object_type", id="subject"), on="id"
        )
    key = "claim" if kind in _CLAIMS else "node"
    return rows, others.rename({"subject": key})
