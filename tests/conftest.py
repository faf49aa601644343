"""Fixtures that several files share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.build import build
from kg.built import open_built
from kg.check.report import text_report
from tests.asking import Asker

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of `seeds/`, built into the folder `out` beside it."""
    root = tmp_path_factory.mktemp("project") / "seeds"
    shutil.copytree(SEEDS, root)
    checked = build(root)
    assert checked.written is not None, text_report(checked.findings)
    return root


@pytest.fixture(scope="session")
def ask(seeds: Path) -> Asker:
    """Answers of the query library over the seeds."""
    return Asker(open_built(seeds))
