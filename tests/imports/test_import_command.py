"""`kg import` at the command line: what it prints, how it exits, what it leaves behind."""

from __future__ import annotations

import hashlib
import io
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.cli import main
from tests.imports.importing import TABLES, lines, project

ICEWS = str(TABLES / "icews.tab")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = project(tmp_path / "p")
    monkeypatch.chdir(made)
    return made


def tree(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))


def test_what_a_run_says_and_writes(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "icews", ICEWS]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    told = err.splitlines()
    assert told[0] == "12 rows read, 9 kept, 3 dropped"
    assert told[1:4] == [
        "         1 dropped: CAMEO Code 010 (Make statement) is none of those kept",
        "         1 dropped: CAMEO Code 999 is not in the scheme cameo",
        "         1 dropped: no Source Name",
    ]
    assert told[4].startswith("6 events, 49 assertions, ")
    assert told[5:] == ["6 events validated", "no findings", "wrote out/imports/icews"]
    folder = root / "out" / "imports" / "icews"
    assert tree(folder) == ["cameo.ttl", "graph.nq.zst", "manifest.json"]
    manifest = json.loads((folder / "manifest.json").read_bytes())
    data = (TABLES / "icews.tab").read_bytes()
    assert manifest["inputs"] == [
        {
            "file": "icews.tab",
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
    ]
    assert manifest["counts"]["rows"] == 12
    assert manifest["counts"]["dropped"]["no Source Name"] == 1
    assert manifest["counts"]["triples"] == len(lines(folder))
    assert manifest["specification"]["name"] == "icews.yaml"
    assert manifest["sample"] is None
    for name, output in manifest["outputs"].items():
        content = (folder / name).read_bytes()
        assert output == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert str(root) not in json.dumps(manifest)


def test_a_dry_run_writes_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "icews", "--dry-run", ICEWS]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "12 rows read, 9 kept, 3 dropped"
    assert err == "no findings\n"
    assert tree(root) == ["kg.yaml"]


def test_twice_is_the_same_bytes(root: Path) -> None:
    assert main(["import", "icews", ICEWS]) == 0
    folder = root / "out" / "imports" / "icews"
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert main(["import", "icews", ICEWS, "--output", "other"]) == 0
    assert {path.name: path.read_bytes() for path in (root / "other").iterdir()} == first


def test_a_sample_is_recorded(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "icews", "--sample", "50%", "--seed", "s", ICEWS]) == 0
    assert " of events that the sample did not draw\n" in capsys.readouterr().err
    content = (root / "out" / "imports" / "icews" / "manifest.json").read_bytes()
    manifest = json.loads(content)
    assert manifest["sample"] == {"share": 0.5, "seed": "s"}
    counts = manifest["counts"]
    assert 0 < counts["kept"] < 9
    assert counts["kept"] + counts["undrawn"] == 9


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["icews"], 2, "kg: name at least one file to import\n"),
        (["icews", "nothing.tab"], 2, "kg: no file nothing.tab is here\n"),
        (["icews", "*.tab"], 2, "kg: no file *.tab is here\n"),
        (["--check", "icews", "x"], 2, "kg: --check looks at the specification alone"),
        (["icews", ICEWS, "--sample", "2"], 2, "kg: “2” is no share: write a number with %"),
        (["nothing.yaml", ICEWS], 1, "nothing.yaml: file-unreadable: cannot be read"),
        (["gdelt-events", ICEWS], 1, ": row-ragged: row 1: 20 values where 61 are due\n"),
    ],
)
def test_what_is_refused(
    root: Path,
    arguments: list[str],
    code: int,
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["import", *arguments]) == code
    assert message in capsys.readouterr().err
    assert not (root / "out" / "imports" / "icews").exists()
    assert tree(root) in (["kg.yaml"], ["kg.yaml", "out", "out/imports"])


def test_outside_a_project_there_is_no_base(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["import", "icews", ICEWS]) == 2
    assert "no kg.yaml here or above" in capsys.readouterr().err
    assert main(["import", "--check", "icews"]) == 0


def test_a_failed_run_leaves_the_last_good_output(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "icews", ICEWS]) == 0
    folder = root / "out" / "imports" / "icews"
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    text = (TABLES / "icews.tab").read_text("utf-8").replace("2018-06-01", "2018-06-31", 1)
    (root / "bad.tab").write_text(text, encoding="utf-8")
    assert main(["import", "icews", "bad.tab"]) == 1
    err = capsys.readouterr().err
    assert "bad.tab:1:2: row-date: row 1: “2018-06-31” is no date written YYYY-MM-DD\n" in err
    assert err.endswith("1 error\nnothing was written\n")
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert tree(root / "out" / "imports") == [
        "icews",
        "icews/cameo.ttl",
        "icews/graph.nq.zst",
        "icews/manifest.json",
    ]


def test_nothing_is_left_of_an_interrupted_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kg.bulk.write_stream", interrupted)
    assert main(["import", "icews", ICEWS]) == 130
    assert tree(root) == ["kg.yaml", "out", "out/imports"]


def test_what_a_killed_run_left_goes_with_the_next(root: Path) -> None:
    left = root / "out" / "imports" / ".icews.99999"
    (left / "rows").mkdir(parents=True)
    (left / "rows" / "0000-0000.parquet").write_bytes(b"x")
    assert main(["import", "icews", ICEWS]) == 0
    assert not left.exists()


def test_a_result_of_validation_names_the_row(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "shapes").mkdir()
    (root / "shapes" / "own.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix own: <https://own.example/s#> .\n"
        "@prefix kg: <https://w3id.org/parley/ns#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "own:OneStatus a sh:PropertyShape ; rdfs:label 'one' ; sh:targetClass kg:Meeting ;\n"
        "  sh:path kg:place ; sh:maxCount 0 ; sh:severity sh:Violation ;\n"
        "  sh:message 'No meeting has a place. Take it out.' .\n",
        encoding="utf-8",
    )
    assert main(["import", "icews", ICEWS]) == 1
    err = capsys.readouterr().err
    assert "icews.tab:9:1: shape-OneStatus: No meeting has a place. Take it out. (event/" in err
    assert main(["import", "icews", ICEWS, "--validate", "none"]) == 0


def test_both_engines_agree(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "icews", "--all", "--shacl", "both", ICEWS]) == 0
    assert "no findings" in capsys.readouterr().err


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_on_a_terminal_alone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert main(["import", "icews", ICEWS]) == 0
    shown = terminal.getvalue()
    assert "\r\x1b[Kreading: 100 %, " in shown
    assert " s left" in shown
    assert "\r\x1b[K12 rows read" in shown


def test_a_termination_signal_leaves_nothing_half_done(root: Path) -> None:
    """Killed at any moment, the output is the old one; what is left goes with the next run."""
    assert main(["import", "icews", ICEWS]) == 0
    folder = root / "out" / "imports" / "icews"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    run = [sys.executable, "-m", "kg.cli", "import", "icews", "--all", ICEWS]
    process = subprocess.Popen(run, cwd=root, stderr=subprocess.DEVNULL)
    while not list(folder.parent.glob(".icews.*")) and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert after == before
    assert main(["import", "icews", ICEWS]) == 0
    assert [path.name for path in folder.parent.iterdir()] == ["icews"]
