"""The built output as questions open it: the kept store, positions by node, and staleness."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import kg.built
import kg.rdf.kept_store
from kg.ask.answers import Place
from kg.ask.positions import Positions
from kg.build import build
from kg.built import CACHE, GRAPH, open_built
from kg.facts.project import inputs_of
from kg.rdf.kept_store import open_kept
from kg.write import MANIFEST
from tests.golden import TESTS

EVENT = "lind-berg-geneva-2024-03-11"
HEADER = "node,property,file,line,column,end_line,end_column\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    assert build(root).written is not None
    return root


@pytest.fixture
def large(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of which nothing counts as small, with files that are not new."""
    monkeypatch.setattr(kg.built, "SMALL", 0)
    monkeypatch.setattr(kg.rdf.kept_store, "SMALL", 0)
    monkeypatch.setattr(kg.built, "_RACY", -60.0)
    return project


def kept(root: Path) -> list[str]:
    folder = root / CACHE / "store"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_small_graph_is_not_kept(project: Path) -> None:
    open_built(project).asker().why(EVENT)
    assert not (project / CACHE / "store").exists()
    assert not (project / CACHE / "seen").exists()


def test_a_large_one_is_kept_until_it_changes(large: Path) -> None:
    small = open_kept([large / "out" / GRAPH], large / "none", "x")
    built = open_built(large)
    first = built.asker().why(EVENT)
    (name,) = kept(large)
    assert open_built(large).asker().why(EVENT) == first
    assert kept(large) == [name]
    assert {*small} <= {*built.store()}
    graph, manifest = large / "out" / GRAPH, large / "out" / MANIFEST
    lines = graph.read_text().splitlines(keepends=True)
    graph.write_text("".join(line for line in lines if "ns#place>" not in line))
    manifest.write_text(manifest.read_text() + "\n")
    fields = {field.name for field in open_built(large).asker().why(EVENT).fields}
    assert "where" in {field.name for field in first.fields} - fields
    assert len(kept(large)) == 1
    assert kept(large) != [name]


def test_a_graph_edited_by_hand_is_read_anew(large: Path) -> None:
    open_built(large).store()
    graph = large / "out" / GRAPH
    graph.write_text("")
    assert not any("/event/" in str(quad.subject) for quad in open_built(large).store())


def test_what_is_no_store_is_made_anew(large: Path) -> None:
    expected = {*open_built(large).store()}
    (name,) = kept(large)
    folder = large / CACHE / "store" / name
    shutil.rmtree(folder)
    folder.mkdir()
    assert {*open_built(large).store()} == expected
    assert {*open_built(large).store()} == expected
    assert any((large / CACHE / "store" / name).iterdir())


def test_where_nothing_can_be_written_the_store_is_in_memory(large: Path) -> None:
    (large / CACHE).mkdir(exist_ok=True)
    (large / CACHE / "store").write_text("a file where the folder should be")
    assert open_built(large).asker().why(EVENT).fields


def test_broken_rdf_is_told_with_its_file(large: Path) -> None:
    (large / "out" / GRAPH).write_text("<a> <b>\n")
    with pytest.raises(ValueError, match=r"graph\.nq: "):
        open_built(large).store()
    assert kept(large) == []


def test_that_nothing_is_stale_is_remembered(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    def noted(root: Path) -> dict[str, str]:
        read.append(root)
        return inputs_of(root)

    monkeypatch.setattr(kg.built, "inputs_of", noted)
    assert open_built(large).stale == ()
    assert open_built(large).stale == ()
    assert len(read) == 1
    facts = large / "facts" / "geneva.yaml"
    text = facts.read_text()
    # As many bytes, and the old time of change: that the file changed shows all the same.
    status = facts.stat()
    facts.write_text(text.replace("Monday", "Sunday"))
    os.utime(facts, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert open_built(large).stale == ("facts/geneva.yaml",)
    facts.write_text(text)
    assert open_built(large).stale == ()
    (large / "facts" / "more.yaml").write_text("article: more\n")
    assert open_built(large).stale == ("facts/more.yaml",)
    (large / "facts" / "more.yaml").unlink()
    (large / "articles" / "geneva.txt").unlink()
    assert open_built(large).stale == ("articles/geneva.txt",)


def test_what_is_young_is_not_remembered(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.built, "_RACY", 3600.0)
    assert open_built(large).stale == ()
    assert not (large / CACHE / "seen").exists()


@pytest.mark.parametrize("count", [1, 2, 3, 50])
def test_every_position_is_found(tmp_path: Path, count: int) -> None:
    # Names that begin alike, and characters that sort before and after a comma.
    nodes = sorted({f"claim/{n:02}{end}" for n in range(count) for end in ("", "-x", "%2C", "~")})
    rows = [
        f'{node},value,"a, ""b"".yaml",{line},7,{line},9\n' for line, node in enumerate(nodes, 1)
    ]
    doubled = [*rows[:1], rows[0].replace("value", "zone"), *rows[1:]]
    path = tmp_path / "positions.csv"
    path.write_text(HEADER + "".join(doubled))
    positions = Positions(path)
    for line, node in enumerate(nodes, 1):
        names = ("value", "zone") if line == 1 else ("value",)
        assert positions(node) == tuple(Place(name, 'a, "b".yaml', line, 7) for name in names)
    for nothing in ("", "a", "claim", "claim/0", "claim/00!", "zzz", "node"):
        assert positions(nothing) == ()


def test_no_positions(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "header.csv").write_text(HEADER)
    for name in ("missing.csv", "empty.csv", "header.csv"):
        assert Positions(tmp_path / name)("claim/00") == ()


def test_the_build_writes_positions_sorted_by_node(project: Path) -> None:
    lines = (project / "out" / "positions.csv").read_bytes().splitlines()[1:]
    nodes = [line.split(b",", 1)[0] for line in lines]
    assert len(nodes) > 50
    assert nodes == sorted(nodes)
