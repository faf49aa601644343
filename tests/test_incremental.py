"""Incremental equals full: after any edit, a check with its cache finds what one without finds."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.build import check
from kg.cache import graph, reading
from kg.cache.checked import Checked
from kg.mapping.region import Regions
from tests.walk import EDITS, SHAPE, project, sub

STEPS = 140
SEED = 20240311
# Half of the edits are of a kind that an error rarely follows from, so that shapes are asked too.
_GENTLE = ("title", "space", "date", "coder", "rank", "kind of event", "restored", "restored")


def seen(checked: Checked) -> tuple[object, ...]:
    """All of a check that a reader can see: every diagnostic, in order, and every count."""
    report = checked.report
    return (
        list(checked.findings),
        checked.summary(),
        checked.counts,
        report and (report.results, report.shapes, report.focus_nodes, report.left),
    )


def hold(root: Path) -> tuple[Checked, Checked]:
    """A check with the cache and one without, which find the same."""
    with_cache, without = check(root, cache=True), check(root)
    for one, other in zip(seen(with_cache), seen(without), strict=True):
        assert one == other
    return with_cache, without


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A graph of a few files is validated in as many parts."""
    monkeypatch.setattr(graph, "PART", 1)


@pytest.mark.usefixtures("small_parts")
def test_a_random_walk(tmp_path: Path) -> None:
    root, chance = tmp_path / "p", random.Random(SEED)
    project(root)
    hold(root)
    kinds: Counter[str] = Counter()
    found = used = validated = 0
    others: list[str] = []
    for step in range(STEPS):
        others = others or chance.sample(sorted(EDITS), len(EDITS))
        name = chance.choice(_GENTLE) if step % 2 == 0 else others.pop()
        kinds[name] += 1
        EDITS[name](root, chance)
        with_cache, _ = hold(root)
        found += bool(len(with_cache.findings))
        used += with_cache.reused > 0
        validated += with_cache.report is not None
        if step % 10 == 9:
            EDITS["restored"](root, chance)
            hold(root)
    assert sum(kinds.values()) == STEPS
    assert set(kinds) == set(EDITS)
    print(f"{STEPS} edits: {found} with findings, {used} from the cache, {validated} validated")
    assert found > STEPS // 3
    assert used > STEPS // 4
    assert validated > STEPS // 6


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.sampled_from(sorted(EDITS)), min_size=1, max_size=3), st.integers(0, 9999))
def test_a_few_edits_at_once(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], seed: int
) -> None:
    root, chance = tmp_path_factory.mktemp("few") / "p", random.Random(seed)
    project(root)
    assert check(root, cache=True).reused == 0
    for name in names:
        EDITS[name](root, chance)
    hold(root)


def blind(*_: object) -> set[str]:
    """No file asks for what another declares."""
    return set()


def deaf(paths: set[str], *_: object) -> set[str]:
    """No file reads what another writes."""
    return set(paths)


def unmoved(self: Regions, nodes: pl.Series, *_: object) -> pl.Series:
    """No shape looks beyond a node."""
    return nodes


@pytest.mark.parametrize(
    ("where", "name", "fault", "file", "old", "new"),
    [
        (
            *(reading.Reading, "_asking", blind, "chur"),
            *("meeting: berg-envoy-chur-2024-03-18", "meeting: berg-envoy-chur"),
        ),
        (
            *(reading, "closed", deaf, "geneva"),
            *("when: on Monday = 2024-03-11", "when: {is: 2024-03-10, inferred: so}"),
        ),
        (
            *(Regions, "looking_at", unmoved, "lausanne"),
            *(
                "        after: lind",
                "        where: {is: bern, inferred: so}\n        after: lind",
            ),
        ),
    ],
)
def test_a_fault_is_seen(
    where: object,
    name: str,
    fault: object,
    file: str,
    old: str,
    new: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    root = tmp_path / "p"
    project(root)
    (root / "shapes").mkdir()
    (root / "shapes" / "own.ttl").write_text(SHAPE)
    path = root / "facts" / f"{file}.yaml"
    before = path.read_text(encoding="utf-8")
    assert old in before
    hold(root)
    sub(path, old, new)
    hold(root)
    path.write_text(before, encoding="utf-8")
    hold(root)
    monkeypatch.setattr(where, name, fault)
    sub(path, old, new)
    with pytest.raises(AssertionError):
        hold(root)
