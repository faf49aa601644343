"""From Python: `kg.tables()` and `kg.graph()`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rdflib import Graph

import kg
from kg.build import FactsError, build
from tests.golden import TESTS


def test_graph_and_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    build(root)
    graph = kg.graph(root)
    assert set(graph) == set(Graph().parse(root / "out" / "graph.ttl"))
    tables = kg.tables(root)
    assert tables["claim"].height == 20
    assert tables["disputed"]["event"].to_list() == ["event/berg-lind-call-2024-03-10"]
    monkeypatch.chdir(root / "facts")
    assert kg.tables()["claim"].equals(tables["claim"])


def test_errors_are_raised_with_every_diagnostic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    facts = root / "facts" / "geneva.yaml"
    text = facts.read_text().replace("= 2024-03-11", "= 2024-03-12", 1)
    facts.write_text(text.replace("= 2024-03-15", "= 2024-03-14", 1))
    with pytest.raises(FactsError, match=r"(?s)yaml:13:27: date-mismatch.*yaml:\d+:\d+: date-mism"):
        kg.tables(root)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FactsError, match=r"no kg\.yaml here or above"):
        kg.graph()
