"""The data set described: VoID and DCAT 3, with the PROV of the build.

Nothing in it comes from a clock: the build's day is the `issued` of the settings. Nodes are
absolute IRIs under the base, so that the description may be read from anywhere; where a project's
base does not resolve, its download addresses do not either.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from kg.facts.settings import Settings
from kg.mapping.expand import triples
from kg.mapping.tables import Tables
from kg.mapping.templates import templates
from kg.rdf.escape import check_absolute, iri, literal
from kg.rdf.formats import FORMATS
from kg.rdf.vocabulary import PREFIXES

FILE = "void.ttl"
TOOL = "https://w3id.org/parley"
_PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": PREFIXES["dcterms"],
    "foaf": PREFIXES["foaf"],
    "prov": PREFIXES["prov"],
    "rdfs": PREFIXES["rdfs"],
    "spdx": "http://spdx.org/rdf/terms#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": PREFIXES["xsd"],
}
_MEDIA_TYPES = {"csv": "text/csv", **{name: form.media_type for name, form in FORMATS.items()}}
_IANA = "https://www.iana.org/assignments/media-types/"
_NEXT = ",\n        "
_Said = Sequence[tuple[str, Sequence[str]]]


def description(
    tables: Tables, settings: Settings, outputs: Mapping[str, bytes], tool_version: str
) -> bytes:
    """The description as Turtle; `outputs` are the files of the build, each a distribution.

    Counts are of distinct triples, all named graphs taken as one. Raises TermError for a base that
    no node can stand under.
    """
    head = "".join(f"@prefix {name}: <{space}> .\n" for name, space in _PREFIXES.items())
    blocks = [
        *_dataset(tables, settings, sorted(outputs)),
        *_build(tables, settings, tool_version),
        *(
            block
            for name, data in sorted(outputs.items())
            for block in _distribution(name, data, settings)
        ),
    ]
    return (head + "".join(blocks)).encode()


def _block(subject: str, said: _Said) -> str:
    lines = [f"{predicate} {_NEXT.join(values)}" for predicate, values in said if values]
    return f"\n{subject}\n    " + " ;\n    ".join(lines) + " .\n"


def _number(value: int) -> str:
    return f'"{value}"^^xsd:nonNegativeInteger'


def _dataset(tables: Tables, settings: Settings, names: Sequence[str]) -> Iterator[str]:
    base = settings.base
    dataset = f"{base}dataset"
    found = triples(tables, base).drop("graph").unique()
    is_type = pl.col("predicate") == f"<{PREFIXES['rdf']}type>"
    classes = _counts(found.filter(is_type), "object")
    properties = _counts(found, "predicate")
    creators = [f"{dataset}/creator/{number}" for number, _ in enumerate(settings.creators, 1)]
    yield _block(
        iri(dataset),
        [
            ("a", ["dcat:Dataset", "void:Dataset", "prov:Entity"]),
            ("dcterms:title", [literal(settings.title)]),
            ("dcterms:identifier", [literal(dataset)]),
            ("dcat:version", [literal(settings.version)]),
            ("dcterms:issued", [f'"{settings.issued}"^^xsd:date']),
            _licence(settings),
            ("dcterms:creator", [iri(node) for node in creators]),
            ("dcterms:language", [literal(language) for language in settings.languages]),
            ("dcterms:conformsTo", [iri(PREFIXES["kg"].rstrip("#")), iri(f"{TOOL}/shapes")]),
            ("prov:wasGeneratedBy", [iri(f"{dataset}/build")]),
            ("dcat:distribution", [iri(f"{base}distribution/{name}") for name in names]),
            ("void:dataDump", [iri(f"{dataset}/{name}") for name in names if _is_graph(name)]),
            ("void:uriSpace", [literal(base)]),
            ("void:vocabulary", _vocabularies(properties, classes)),
            ("void:triples", [_number(found.height)]),
            ("void:entities", [_number(found.filter(is_type)["subject"].n_unique())]),
            ("void:distinctSubjects", [_number(found["subject"].n_unique())]),
            ("void:distinctObjects", [_number(found["object"].n_unique())]),
            ("void:classes", [_number(len(classes))]),
            ("void:properties", [_number(len(properties))]),
            ("void:classPartition", [_partition(dataset, "class", name) for name in classes]),
            ("void:propertyPartition", [_partition(dataset, "property", n) for n in properties]),
        ],
    )
    for node, name in zip(creators, settings.creators, strict=True):
        yield _block(iri(node), [("a", ["foaf:Agent"]), ("foaf:name", [literal(name)])])
    for name, (_, subjects) in classes.items():
        said = [("void:class", [name]), ("void:entities", [_number(subjects)])]
        yield _block(_partition(dataset, "class", name), [("a", ["void:Dataset"]), *said])
    for name, (rows, subjects) in properties.items():
        said = [
            ("void:property", [name]),
            ("void:triples", [_number(rows)]),
            ("void:distinctSubjects", [_number(subjects)]),
        ]
        yield _block(_partition(dataset, "property", name), [("a", ["void:Dataset"]), *said])


def _counts(found: pl.DataFrame, by: str) -> dict[str, tuple[int, int]]:
    """Triples and distinct subjects by predicate or object, sorted by its IRI."""
    counts = found.group_by(by).agg(pl.len(), pl.col("subject").n_unique()).sort(by)
    return {name: (rows, subjects) for name, rows, subjects in counts.iter_rows()}


def _partition(dataset: str, kind: str, name: str) -> str:
    """The node of a part of the data set, called after its class or property."""
    text = name.strip("<>")
    for prefix, space in templates().prefixes.items():
        if text.startswith(space):
            return iri(f"{dataset}/{kind}/{prefix}-{text[len(space) :]}")
    return iri(f"{dataset}/{kind}/{hashlib.sha256(text.encode()).hexdigest()[:24]}")


def _vocabularies(*names: Mapping[str, object]) -> list[str]:
    """The namespaces of the classes and properties that are used."""
    used = {re.sub(r"[^/#]*>$", "", name) for found in names for name in found}
    return [f"{space}>" for space in sorted(used)]


def _is_graph(name: str) -> bool:
    return name.rpartition(".")[2] in FORMATS


def _licence(settings: Settings) -> tuple[str, list[str]]:
    try:
        check_absolute(pl.Series([settings.licence]), "licence")
    except ValueError:
        return "dcterms:rights", [literal(settings.licence)]
    return "dcterms:license", [iri(settings.licence)]


def _build(tables: Tables, settings: Settings, tool_version: str) -> Iterator[str]:
    base = settings.base
    documents = tables["source"].filter(pl.col("class") == "kg:Document")["id"].sort()
    tool = iri(f"{TOOL}/{tool_version}")
    yield _block(
        iri(f"{base}dataset/build"),
        [
            ("a", ["prov:Activity"]),
            ("prov:used", [iri(base + node) for node in documents]),
            ("prov:wasAssociatedWith", [tool]),
            ("prov:endedAtTime", [f'"{settings.issued}T00:00:00Z"^^xsd:dateTime']),
            (
                "rdfs:comment",
                [literal("The day is that of issue; the hour is not recorded.", "en")],
            ),
        ],
    )
    said = [("rdfs:label", [literal(f"Parley {tool_version}")])]
    yield _block(tool, [("a", ["prov:SoftwareAgent"]), *said])


def _distribution(name: str, data: bytes, settings: Settings) -> Iterator[str]:
    node = f"{settings.base}distribution/{name}"
    media_type = _MEDIA_TYPES[name.rpartition(".")[2]]
    yield _block(
        iri(node),
        [
            ("a", ["dcat:Distribution"]),
            ("dcterms:title", [literal(name)]),
            ("dcterms:issued", [f'"{settings.issued}"^^xsd:date']),
            _licence(settings),
            ("dcat:downloadURL", [iri(f"{settings.base}dataset/{name}")]),
            ("dcat:mediaType", [iri(_IANA + media_type)]),
            ("dcat:byteSize", [_number(len(data))]),
            ("spdx:checksum", [iri(f"{node}/checksum")]),
        ],
    )
    digest = f'"{hashlib.sha256(data).hexdigest()}"^^xsd:hexBinary'
    said = [
        ("spdx:algorithm", ["spdx:checksumAlgorithm_sha256"]),
        ("spdx:checksumValue", [digest]),
    ]
    yield _block(iri(f"{node}/checksum"), [("a", ["spdx:Checksum"]), *said])
