"""Files shared out among processes: the same findings, rows and counts as read by one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kg.build import check
from kg.cache import reading, shares
from kg.cache.checked import Checked
from kg.cache.share import Compiled
from tests.test_incremental import seen
from tests.walk import EDITS, project


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of a few files that hang together, whose dates count from each other's events."""
    project(tmp_path / "p")
    return tmp_path / "p"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What processes gave, of three that have a file or more."""
    heard: list[object] = []
    hear = shares.Share.hear

    def listened(share: shares.Share, kind: type[object]) -> object:
        message = hear(share, kind)
        heard.append(type(message))
        return message

    monkeypatch.setattr(shares.Share, "hear", listened)
    monkeypatch.setattr(shares, "SHARE", 1)
    monkeypatch.setattr(shares, "_cores", lambda: 3)
    return heard


def both(root: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Checked, Checked]:
    """A check by several processes and one by this alone, which are the same."""
    shared = check(root)
    with monkeypatch.context() as patch:
        patch.setattr(shares, "SHARE", 1 << 30)
        alone = check(root)
    for one, other in zip(seen(shared), seen(alone), strict=True):
        assert one == other
    if shared.tables is not None and alone.tables is not None:
        for name in alone.tables:
            assert shared.tables[name].equals(alone.tables[name]), name
    return shared, alone


def test_shared_out_is_the_same(
    root: Path, told: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    shared, _ = both(root, monkeypatch)
    assert told.count(Compiled) == 2
    assert shared.tables is not None
    assert len(shared.tables["claim"]) > 20
    assert shared.report is not None


def test_shared_out_after_edits(
    root: Path, told: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, found = random.Random(7), 0
    for name in sorted(EDITS):
        EDITS[name](root, chance)
        found += bool(len(both(root, monkeypatch)[0].findings))
    assert told.count(Compiled) == 2 * len(EDITS)
    assert found > len(EDITS) // 3


@pytest.mark.parametrize("message", [1, 2])
def test_a_process_that_dies(
    message: int, root: Path, told: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it had is read by the one that shared out."""
    tell = shares.Share.tell
    count = 0

    def dying(share: shares.Share, what: object) -> None:
        nonlocal count
        count += 1
        tell(share, what)
        if count == 2 * message:  # of two processes, the second
            share.process.kill()

    monkeypatch.setattr(shares.Share, "tell", dying)
    both(root, monkeypatch)
    assert type(None) in told
    assert told.count(Compiled) == 1


def test_words_looked_for_too_often(
    root: Path, told: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which words are looked for elsewhere hangs on the order of all: one process reads them."""
    for path in (root / "facts").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("quote: ", "quote: Nobody said these words and "), "utf-8")
    monkeypatch.setattr(reading, "MOST_SEARCHES", 1)
    shared, _ = both(root, monkeypatch)
    assert shared.findings.has_errors
    assert Compiled in told


def test_files_of_several_shares_that_hang_together_are_read_again(
    root: Path, told: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    again: list[set[str]] = []
    settled = reading.Reading.settled

    def noted(self: reading.Reading, changed: set[str], *rest: object) -> reading.Read:
        again.append(set(changed))
        return settled(self, changed, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(reading.Reading, "settled", noted)
    both(root, monkeypatch)
    assert told
    assert 1 < len(again[0]) < len(list((root / "facts").glob("*.yaml")))
