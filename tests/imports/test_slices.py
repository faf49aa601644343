"""Slices: the same rows whatever the partitions, the order of rows, the files; samples of events."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.bulk import Options, sample_of
from kg.imports import staging
from kg.imports.encode import segment, segments
from kg.imports.staging import Sample
from kg.mapping.ids import check_nodes
from kg.mapping.tables import Tables
from tests.imports.importing import TABLES, imported, joined, project, spec_of, staged

EVENTS = 3_000
PUBLISHERS = ("Lake Times", "Daily Post", "NA")
CITIES = ("Port", "Hill", "NA")
HEADER = (TABLES / "icews.tab").read_text("utf-8").split("\n", maxsplit=1)[0]


def rows() -> list[str]:
    """Rows of many events, most of them told twice, by a fixed seed."""
    draw = random.Random(5)
    found = []
    for number in range(EVENTS):
        code, words = draw.choice((("042", "Make a visit"), ("040", "Consult")))
        who = f"Person {draw.randrange(400)}"
        found += [
            f"{number}\t2018-06-{number % 30 + 1:02}\t{who}\tNA\tNA\t{words}\t{code}\t1\t"
            f"Person {number % 50} (Freedonia)\tNA\tNA\t{number // 7}\t{draw.randrange(6)}\t"
            f"{draw.choice(PUBLISHERS)}\t{draw.choice(CITIES)}\tNA\tNorth\tFreedonia\tNA\tNA"
            for _ in range(draw.choice((1, 2, 3)))
        ]
    return found


def written(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("table") / "icews.tab", rows())


def as_sets(tables: Tables) -> dict[str, set[tuple[object, ...]]]:
    return {name: set(tables[name].rows()) for name in tables}


def test_the_number_of_partitions_changes_no_row(table: Path) -> None:
    spec = spec_of("icews")
    found = [staged(spec, table, partitions=number) for number in (1, 3, 17)]
    first, *others = (as_sets(joined(slices)) for _, slices in found)
    assert all(other == first for other in others)
    assert len({stage.counts.events for stage, _ in found}) == 1
    assert [len(slices) for _, slices in found] == [3, 7, 35]
    assert len(first["record"]) == len(rows()) > EVENTS
    # A claim or node is in one slice alone, which `joined` has held; so is all that is said of it.
    for name, column in (("claim", "subject"), ("entity", "id"), ("source", "id")):
        parts = [set(part[name][column]) for part in found[2][1]]
        assert sum(map(len, parts)) == len(set().union(*parts)), name


def test_the_size_of_buffers_and_slices_changes_no_row(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = spec_of("icews")
    whole = as_sets(joined(staged(spec, table)[1]))
    monkeypatch.setattr(staging, "BUFFER", 200_000)
    monkeypatch.setattr(staging, "SHARE", 0)
    monkeypatch.setattr(staging, "SLICE", 100)
    monkeypatch.setattr(staging, "VALIDATED", 100)
    monkeypatch.setattr("kg.imports.files.BLOCK", 10_000)
    small = staged(spec, table, partitions=5)[1]
    assert len(small) > 50
    assert as_sets(joined(small)) == whole


def test_the_graph_is_the_same_bytes_when_sorted(table: Path, tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    runs = [
        imported(root, "icews", table, options=Options(partitions=n, ordered=o, validate="none"))
        for n, o in ((1, False), (3, False), (3, False), (1, True), (17, True))
    ]
    assert all(lines == runs[0][1] for _, lines in runs)
    digests = [done.graph.sha256 for done, _ in runs if done.graph]
    assert digests[1] == digests[2]
    assert digests[3] == digests[4]


def test_rows_in_another_order_and_file_give_the_same_events(table: Path, tmp_path: Path) -> None:
    lines = rows()
    random.Random(7).shuffle(lines)
    halves = [written(tmp_path / f"{at}.tab", lines[at::2]) for at in (0, 1)]
    spec = spec_of("icews")
    whole, split = joined(staged(spec, table)[1]), joined(staged(spec, *halves)[1])
    # What no publisher says is according to the file, which is another one here.
    of_publishers = pl.col("according_to").str.starts_with("utterance/")
    claims = [set(tables["claim"].filter(of_publishers)["id"]) for tables in (whole, split)]
    assert claims[0] == claims[1]
    assert len(claims[0]) > EVENTS
    assert set(whole["direct"].rows()) == set(split["direct"].rows())
    assert set(whole["name"].filter(~pl.col("node").str.starts_with("file/")).rows()) == set(
        split["name"].rows()
    )


def test_a_sample_is_of_whole_events_whatever_the_order(table: Path, tmp_path: Path) -> None:
    spec = spec_of("icews")
    whole = joined(staged(spec, table)[1])
    lines = rows()
    lines.reverse()
    other = written(tmp_path / "reversed.tab", lines)
    one, again, seeded = (
        staged(spec, path, sample=Sample(0.1, seed))
        for path, seed in ((table, "1"), (other, "1"), (table, "2"))
    )
    drawn, same, different = (joined(slices) for _, slices in (one, again, seeded))
    events = set(drawn["claim"]["subject"])
    assert events == set(same["claim"]["subject"])
    assert events != set(different["claim"]["subject"])
    number = whole["claim"]["subject"].n_unique()
    assert 0.07 * number < len(events) < 0.13 * number
    all_rows = whole["support"].join(whole["claim"], left_on="claim", right_on="id")
    due = all_rows.filter(pl.col("subject").is_in(list(events)))["evidence"].n_unique()
    assert drawn["record"].height == due
    counts = one[0].counts
    assert counts.kept + counts.undrawn == counts.rows == len(lines)


def test_a_larger_share_holds_the_smaller_one(table: Path) -> None:
    spec = spec_of("icews")
    small, large = (
        {
            e
            for part in staged(spec, table, sample=Sample(share, "1"))[1]
            for e in part["claim"]["id"]
        }
        for share in (0.05, 0.5)
    )
    assert small < large


@pytest.mark.parametrize(
    ("share", "expected"), [("1%", 0.01), ("100%", 1.0), ("0.5%", 0.005), ("12.25%", 0.1225)]
)
def test_shares(share: str, expected: float) -> None:
    assert sample_of(share, "x") == Sample(expected, "x")


@pytest.mark.parametrize("share", ["1", "0%", "101%", "-1%", "x%", "1 %", "%"])
def test_what_is_no_share(share: str) -> None:
    with pytest.raises(ValueError, match="is no share: write a number with % behind it"):
        sample_of(share, "x")


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=80), min_size=1, max_size=8))
def test_segments_are_distinct_and_the_same_in_columns(names: list[str]) -> None:
    found = segments(pl.Series(names, dtype=pl.String)).to_list()
    assert found == [segment(name) for name in names]
    assert len(set(found)) == len(set(names))
    assert all(len(one.encode()) <= 200 for one in found)
    check_nodes(pl.Series(found), "segments")
