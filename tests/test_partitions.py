"""Validation a slice at a time: the report over the whole graph, however the tables are sliced."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from kg.check.compiled_engine import CompiledEngine
from kg.check.diagnostic import Findings
from kg.check.partitions import validate_slices
from kg.check.pyshacl_engine import PyshaclEngine
from kg.check.shacl import Report
from kg.check.shapes import Shapes, read_shapes
from kg.mapping.serialise import render
from kg.mapping.tables import Tables
from kg.rdf.formats import FORMATS
from kg.rdf.resources import shape_files
from kg.rdf.vocabulary import Vocabulary
from tests.benchmarks.scale import real
from tests.benchmarks.scale.table import events

EVENTS = 12
OWN = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix kg: <https://w3id.org/parley/ns#> .
@prefix ex: <https://example.org/shapes#> .
ex:Quote a sh:NodeShape ; sh:targetClass kg:Passage ; sh:property ex:Quote-number .
ex:Quote-number a sh:PropertyShape ; sh:path kg:quote ; sh:pattern "day \\\\d$" .
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "events.parquet"
    events(100).slice(1, EVENTS).write_parquet(path)
    return path


def shapes(*own: str) -> Shapes:
    texts = {path.name: path.read_bytes() for path in shape_files()}
    texts |= {f"own{number}.ttl": text.encode() for number, text in enumerate(own)}
    findings = Findings()
    found = read_shapes(texts, Vocabulary.builtin(), findings)
    assert found is not None, findings.items
    return found


def broken(tables: Tables) -> Tables:
    """With an assertion that has lost its direct triple, its evidence, its source's class."""
    odd = pl.col("subject").is_in(["event/ev-3", "event/ev-9"])
    lost = tables["claim"].filter(pl.col("object") == "kg:Call").get_column("id")
    return tables.replacing(
        {
            "direct": tables["direct"].filter(~(odd & (pl.col("predicate") == "kg:place"))),
            "support": tables["support"].filter(~pl.col("claim").is_in(lost.to_list())),
            "claim": tables["claim"].with_columns(
                according_to=pl.when(odd & (pl.col("predicate") == "kg:when"))
                .then(pl.lit("article/none"))
                .otherwise("according_to")
            ),
        }
    )


def sliced(source: Path, rows: int) -> Iterator[Tables]:
    for tables in real.slices(source, rows):
        yield broken(tables)


def whole(source: Path) -> bytes:
    parts = [real.shared(source), *sliced(source, 1_000)]
    return b"".join(render(part, real.BASE, FORMATS["nt"]) for part in parts)


def validated(source: Path, rows: int, found: Shapes) -> Report:
    findings = Findings()
    told: list[int] = []
    report = validate_slices(
        sliced(source, rows), real.BASE, found, findings,
        shared=real.shared(source), progress=told.append,
    )  # fmt: skip
    assert report is not None
    assert findings.items == []
    assert told == sorted(told)
    assert told[-1] == whole(source).count(b"\n")
    return report


def test_the_report_does_not_hang_on_the_slices(source: Path) -> None:
    found = shapes()
    expected = CompiledEngine(cautious=True).validate(whole(source), found)
    components = {result.component.rsplit("#", 1)[-1] for result in expected.results}
    assert components == {
        "SPARQLConstraintComponent",
        "LessThanConstraintComponent",
        "MinCountConstraintComponent",
        "NodeConstraintComponent",
    }
    assert expected.left == {}
    for rows in (1, 5, 1_000):
        assert validated(source, rows, found) == expected


def test_pyshacl_finds_the_same(source: Path) -> None:
    found = shapes()
    expected = PyshaclEngine().validate(whole(source), found)
    assert validated(source, 4, found).results == expected.results
    assert len(expected.results) > 4


def test_what_is_left_to_pyshacl_is_said(source: Path) -> None:
    found = shapes(OWN)
    report = validated(source, 5, found)
    assert list(report.left) == ["https://example.org/shapes#Quote"]
    own = [result for result in report.results if result.shape.startswith("https://example.org")]
    assert len(own) == EVENTS


def test_shapes_that_apply_to_nothing() -> None:
    findings = Findings()
    assert validate_slices([], real.BASE, shapes(), findings) is not None
    assert [item.code for item in findings.items] == ["shacl-no-focus-nodes"]


def test_a_shape_that_cannot_be_used(source: Path) -> None:
    findings = Findings()
    bad = shapes(OWN.replace("sh:pattern", "sh:minCount"))
    assert validate_slices(sliced(source, 3), real.BASE, bad, findings) is None
    assert [item.code for item in findings.items] == ["shacl-engine-failed"]
