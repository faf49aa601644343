"""The wheel works in an empty environment, outside the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

from tests.golden import TESTS

ROOT = TESTS.parent


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=True)


def test_wheel_in_an_empty_environment(tmp_path: Path) -> None:
    build: list[str | Path] = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        tmp_path,
    ]
    run(*build, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("parley_kg-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for name in (
        "kg/_data/ontology/parley.ttl",
        "kg/_data/shapes/events.ttl",
        "kg/ask/queries/contacts.rq",
        "kg/mapping/templates.yaml",
        "kg/facts/facts.schema.json",
        "kg/new/templates/check.yml",
        "kg/new/templates/gitignore",
        "kg/py.typed",
    ):
        assert name in names
    assert not [name for name in names if name.startswith(("tests/", "seeds/"))]

    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    pip: list[str | Path] = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    run(*pip, "--constraint", _constraints(tmp_path), wheel, cwd=tmp_path)
    project = tmp_path / "project"
    shutil.copytree(TESTS / "project", project)
    kg = tmp_path / "env" / "bin" / "kg"
    assert "wrote graph.ttl" in run(kg, "build", cwd=project).stderr
    assert run(kg, "why", "lind-berg-geneva-2024-03-11", "where", cwd=project).stdout.startswith(
        "lind-berg-geneva-2024-03-11\n===========================\n\nwhere: Geneva (geneva)\n"
    )
    assert "contacts" in run(kg, "queries", cwd=tmp_path).stdout
    code = "import kg; print(len(kg.graph('project')), kg.tables('project')['claim'].height)"
    assert run(python, "-c", code, cwd=tmp_path).stdout.split()[1] == "20"


def _constraints(folder: Path) -> Path:
    """The pinned versions without their hashes, since the wheel itself has none."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pins = [line.split(" \\")[0] for line in lines if line[:1].isalnum()]
    path = folder / "constraints.txt"
    path.write_text("\n".join(pins) + "\n")
    return path
