"""Nodes that many events share: actors, places, publishers, stories; each told once.

`nodes_of` takes what some rows say of them; `node_tables` makes tables of all that was said of
some nodes. What is said of one node must come together, as the rows of one event must.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from kg.facts.dates.edtf import Edtf
from kg.imports.dates import time_rows
from kg.imports.files import Input
from kg.imports.spec import Spec
from kg.mapping.ids import digests
from kg.mapping.tables import TABLES, Tables

HASH = "hash"
SCHEMA = pl.Schema(dict.fromkeys(("id", "part", "name", "to", "url", "class"), pl.String))
"""`part` says what the node is; `to` is the place it is in, or the actor it is attributed to."""


def nodes_of(kept: pl.DataFrame, spec: Spec) -> pl.DataFrame:
    """What rows say of nodes: SCHEMA and HASH, by which nodes are partitioned; no row twice."""
    found = pl.concat([pl.DataFrame(schema=SCHEMA), *_parts(kept, spec)])
    found = found.drop_nulls("id").unique(maintain_order=True)
    # Texts point into the buffers of the rows that they were taken from, which would stay as long
    # as they do: written anew, these few keep nothing but themselves.
    found = found.select(pl.all() + "")
    return found.with_columns(digests(found.get_column("id")).alias(HASH))


def _parts(kept: pl.DataFrame, spec: Spec) -> Iterator[pl.DataFrame]:
    for at, one in enumerate(spec.participants):
        yield _part(kept, "actor", f"who{at}", f"name{at}", class_=one.class_)
    for at in range(len(spec.place)):
        yield _part(kept, "place", f"place{at}", f"named{at}", f"within{at}")
    if spec.publisher:
        yield _part(kept, "publisher", "publisher", "publisher_name")
    if spec.story:
        yield _part(kept, "story", "story", "", "publisher", "url")


def _part(
    kept: pl.DataFrame,
    part: str,
    id_: str,
    name: str,
    to: str = "",
    url: str = "",
    class_: str = "",
) -> pl.DataFrame:
    null = pl.lit(None, dtype=pl.String)
    return kept.select(
        id=id_,
        part=pl.lit(part),
        name=name or null,
        to=to or null,
        url=url or null,
        **{"class": pl.lit(class_ or None, dtype=pl.String)},
    ).unique(maintain_order=True)


def node_tables(nodes: pl.DataFrame, spec: Spec) -> Tables:
    """The tables of nodes, from all that rows say of each."""
    by_part = {
        str(key[0]): frame for key, frame in nodes.partition_by("part", as_dict=True).items()
    }
    empty = pl.DataFrame(schema=SCHEMA)
    actors, places = by_part.get("actor", empty), by_part.get("place", empty)
    publishers, stories = by_part.get("publisher", empty), by_part.get("story", empty)
    issuers = publishers.with_columns(id=_issuer(pl.col("id")))
    graph = pl.lit(spec.graph)
    entities = [
        actors.select("id", "class"),
        places.select("id", **{"class": pl.lit("kg:Place")}),
        issuers.select("id", **{"class": pl.lit("org:Organization")}),
    ]
    named = pl.concat([frame.select("id", "name") for frame in (actors, places, issuers)])
    return Tables(
        {
            "entity": pl.concat(entities).with_columns(graph=graph).unique(maintain_order=True),
            "name": _names(named, spec.graph),
            "link": pl.concat([_within(places, spec.graph), _further(stories, spec.graph)]),
            "source": _sources(publishers, stories, spec.graph),
        }
    )


def _issuer(publisher: pl.Expr) -> pl.Expr:
    """The actor behind the reports of a publisher."""
    return publisher.str.replace("^utterance/", "actor/")


def _names(named: pl.DataFrame, graph: str) -> pl.DataFrame:
    """Names, the first by code point as the preferred one."""
    distinct = named.drop_nulls().unique().sort("id", "name")
    first = pl.col("name") == pl.col("name").first().over("id")
    return distinct.select(
        node="id",
        predicate=pl.when(first).then(pl.lit("skos:prefLabel")).otherwise(pl.lit("skos:altLabel")),
        text="name",
        language=pl.lit(None, dtype=pl.String),
        graph=pl.lit(graph),
    )


def _within(places: pl.DataFrame, graph: str) -> pl.DataFrame:
    return _links(places.drop_nulls("to"), "kg:within", graph)


def _further(stories: pl.DataFrame, graph: str) -> pl.DataFrame:
    """Publishers and addresses of a story beyond the first, which the table `source` holds."""
    links = []
    for column, predicate, kind in (
        ("to", "prov:wasAttributedTo", "iri"),
        ("url", "schema:url", "absolute"),
    ):
        said = stories.drop_nulls(column).with_columns(to=column)
        if column == "to":
            said = said.with_columns(to=_issuer(pl.col("to")))
        others = said.filter(pl.col("to") != pl.col("to").min().over("id"))
        links.append(_links(others, predicate, graph, kind))
    return pl.concat(links)


def _links(said: pl.DataFrame, predicate: str, graph: str, kind: str = "iri") -> pl.DataFrame:
    return said.select(
        node="id",
        predicate=pl.lit(predicate),
        object_kind=pl.lit(kind),
        object="to",
        object_type=pl.lit(None, dtype=pl.String),
        graph=pl.lit(graph),
    ).unique(maintain_order=True)


def _sources(publishers: pl.DataFrame, stories: pl.DataFrame, graph: str) -> pl.DataFrame:
    """The reports of each publisher, and each story."""
    reports = publishers.select("id", agent=_issuer(pl.col("id")), url=pl.lit(None, pl.String))
    told = stories.group_by("id", maintain_order=True).agg(
        agent=_issuer(pl.col("to")).min(), url=pl.col("url").min()
    )
    found = pl.concat([reports.unique(maintain_order=True), told])
    return _source_rows(
        found, {"class": pl.lit("kg:Utterance"), "form": pl.lit("kg:report")}, graph
    )


def _source_rows(found: pl.DataFrame, given: Mapping[str, pl.Expr], graph: str) -> pl.DataFrame:
    columns = {**given, "graph": pl.lit(graph)}
    null = pl.lit(None, dtype=pl.String)
    return found.select(
        **{
            name: columns.get(name, pl.col(name) if name in found.columns else null)
            for name in TABLES["source"].columns
        }
    )


def fixed_tables(spec: Spec, files: Iterable[Input], dates: Mapping[str, Edtf]) -> Tables:
    """What holds for the whole import: its files, the coding software, all dates."""
    documents = pl.DataFrame(
        {
            "id": [file.node for file in files],
            "title": [file.shown for file in files],
            "sha256": [file.sha256 for file in files],
        },
        schema=dict.fromkeys(("id", "title", "sha256"), pl.String),
    )
    given = {"class": pl.lit("kg:Document"), "rights": pl.lit(spec.rights, dtype=pl.String)}
    software = pl.DataFrame(
        {"id": [spec.agent], "class": ["prov:SoftwareAgent"], "graph": [spec.graph]}
    )
    name = pl.DataFrame({"id": [spec.agent], "name": [spec.software_name]})
    return Tables(
        {
            "source": _source_rows(documents, given, spec.graph),
            "entity": software,
            "name": _names(name, spec.graph),
            "time": time_rows(dict(dates)),
        }
    )
