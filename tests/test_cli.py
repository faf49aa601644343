"""The command line: exit codes, what goes where, and that a failure writes nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kg.cli import main
from tests.golden import TESTS

EVENT = "lind-berg-geneva-2024-03-11"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def built(project: Path) -> Path:
    assert main(["build"]) == 0
    return project


def test_check_says_what_it_looked_at(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "1 articles, 6 registry entries; 6 passages (0 without facts), 6 quotes proved" in err
    assert err.endswith("no findings\n")
    assert not (project / "out").exists()


def test_build_then_nothing_to_write(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in (built / "out").iterdir()}
    assert main(["build"]) == 0
    assert "nothing to write: all of it is there already" in capsys.readouterr().err
    after = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in (built / "out").iterdir()}
    assert after == before


def test_a_finding_is_exit_1_and_the_output_stays(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {p.name: p.read_bytes() for p in (built / "out").iterdir()}
    facts = built / "facts" / "geneva.yaml"
    facts.write_text(facts.read_text().replace("= 2024-03-11", "= 2024-03-12", 1))
    assert main(["build"]) == 1
    err = capsys.readouterr().err
    assert "facts/geneva.yaml:13:27: date-mismatch: “on Monday”" in err
    assert "nothing was written; the last good output stays" in err
    assert {p.name: p.read_bytes() for p in (built / "out").iterdir()} == before


def test_paths_lead_from_where_the_reader_stands(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "facts" / "geneva.yaml").write_text("article: geneva\n")
    monkeypatch.chdir(project.parent)
    assert main(["check", "--project", "project"]) == 1
    assert "project/facts/geneva.yaml:1:1: key-missing" in capsys.readouterr().err


def test_notes_fail_only_when_asked(project: Path) -> None:
    text = project / "articles" / "geneva.txt"
    facts = project / "facts" / "geneva.yaml"
    old = facts.read_text()
    import hashlib

    text.write_text(text.read_text().replace("met her", "met\u00a0her"))
    new_hash = hashlib.sha256(text.read_bytes()).hexdigest()
    facts.write_text(old.replace(old.split("sha256: ")[1][:64], new_hash))
    assert main(["check"]) == 0
    assert main(["check", "--fail-on", "note"]) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["why", "nobody"], 2, "no event `nobody` is in the graph; there is"),
        (["why", EVENT, "weather"], 2, "nothing is said of `weather`; said are:"),
        (["query", "no-such-question"], 2, "no query is called `no-such-question`"),
        (["query", "contacts", "--param", "actr=x"], 2, "actr"),
        (["query", "missing.rq"], 2, "no file missing.rq is here"),
        (["check", "--project", "nowhere"], 2, "nowhere holds no kg.yaml"),
    ],
)
def test_wrong_usage_is_exit_2(
    built: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    assert main(arguments) == code
    assert message in capsys.readouterr().err


def test_no_project_and_no_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 2
    assert "no kg.yaml here or above" in capsys.readouterr().err
    shutil.copytree(TESTS / "project", tmp_path / "p")
    assert main(["why", EVENT, "--project", "p"]) == 2
    assert "run `kg build`" in capsys.readouterr().err


def test_an_empty_project_is_no_success(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(project / "facts")
    assert main(["check"]) == 1
    assert "project-empty" in capsys.readouterr().err


def test_why_as_text_and_json(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["why", EVENT, "when"]) == 0
    assert capsys.readouterr().out == (
        "lind-berg-geneva-2024-03-11\n"
        "===========================\n"
        "\n"
        "when: 2024-03-11\n"
        "  1 independent origin: geneva\n"
        "  said by geneva\n"
        "    «Foreign Minister Ana Lind met her counterpart Tomas Berg in Geneva [on\n"
        "      Monday].»\n"
        "    date: “on Monday” is 2024-03-11 by the rule weekday-on-or-before, counted\n"
        "      from 2024-03-12 (the day of geneva)\n"
        "    at facts/geneva.yaml:13:15\n"
        "\n"
        "Sources\n"
        "  geneva: “Ministers meet in Geneva over border talks” (2024-03-12T18:30:00)\n"
    )
    assert main(["why", EVENT, "when", "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    statement = answer["fields"][0]["answers"][0]["statements"][0]
    assert statement["according_to"] == "article/geneva"
    assert statement["words"][0]["start"] == 65
    assert statement["readings"][0]["rule"] == "weekday-on-or-before"
    assert {"property": "value", "file": "facts/geneva.yaml", "line": 13, "column": 15} in (
        statement["places"]
    )


def test_a_denied_event_is_disputed(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["why", "berg-lind-call-2024-03-10", "status"]) == 0
    out = capsys.readouterr().out
    assert "status: held  [not settled]\n" in out
    assert (
        "  said in a report by Nordpress; chain: geneva ← report by Nordpress ← Nordpress\n" in out
    )
    assert "  denied in a statement by Berg’s office; chain: geneva ← statement by Berg’s\n" in out
    graph = (built / "out" / "graph.ttl").read_text()
    assert "kg:status kg:disputed" in graph


def test_a_changed_input_makes_the_output_stale(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = built / "facts" / "geneva.yaml"
    facts.write_text(facts.read_text() + "# a remark\n")
    assert main(["why", EVENT, "when"]) == 0
    assert "the graph is older than facts/geneva.yaml; run `kg build`" in capsys.readouterr().err


def test_verify_finds_a_flipped_bit(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify"]) == 0
    path = built / "out" / "graph.ttl"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    capsys.readouterr()
    assert main(["verify"]) == 1
    assert "graph.ttl: not what the manifest says; run `kg build`" in capsys.readouterr().err


def test_queries_and_formats(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["queries"]) == 0
    assert "contacts\n    Which contacts did an actor have" in capsys.readouterr().out
    file = built / "q.rq"
    file.write_text(
        "PREFIX kg: <https://w3id.org/parley/ns#>\n"
        "SELECT ?e WHERE { ?e kg:status kg:held } ORDER BY ?e\n"
    )
    run = subprocess.run(
        [sys.executable, "-m", "kg.cli", "query", "q.rq", "--format", "csv"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(TESTS.parent)},
    )
    assert run.stdout == f"e\nhttps://example.org/id/event/{EVENT}\n"
    capsys.readouterr()
    file.write_text(f"ASK {{ <https://example.org/id/event/{EVENT[:-1]}> ?p ?o }}")
    assert main(["query", str(file)]) == 0
    note = f"note: no event `{EVENT[:-1]}` is in the graph; did you mean `{EVENT}`"
    assert capsys.readouterr().err.startswith(note)
    file.write_text("PREFIX kg: <https://w3id.org/parley/ns#> ASK { ?e kg:statsu kg:held }")
    assert main(["query", str(file)]) == 2
    assert "no term `kg:statsu`; did you mean `kg:status`" in capsys.readouterr().err


def test_a_closed_pipe_is_quiet(built: Path) -> None:
    command = f"{sys.executable} -m kg.cli queries | head -n 1"
    run = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(TESTS.parent)},
    )
    assert (run.returncode, run.stderr) == (0, "")


def test_plain_ascii_locale_does_not_crash(built: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "kg.cli", "why", EVENT],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(TESTS.parent), "LC_ALL": "C", "PYTHONUTF8": "0"},
        check=True,
    )
    assert "«Foreign Minister" in run.stdout.decode()


def test_check_and_build_open_no_socket(project: Path) -> None:
    code = (
        "import sys\n"
        "def hook(event, args):\n"
        "    if event.startswith('socket.'): raise SystemExit('a socket was opened')\n"
        "sys.addaudithook(hook)\n"
        "from kg.cli import main\n"
        "assert main(['check']) == 0 and main(['build']) == 0\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(TESTS.parent)},
    )
    assert run.returncode == 0, run.stderr


def test_output_that_cannot_be_written_is_exit_2(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "out").write_text("a file where the folder should be")
    assert main(["build"]) == 2
    assert capsys.readouterr().err.rstrip().splitlines()[-1].startswith("kg: ")


@pytest.mark.parametrize("kind", ["link", "folder link", "fifo"])
def test_only_regular_files_are_read(
    project: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    facts = project / "facts"
    if kind == "link":
        (facts / "other.yaml").symlink_to(facts / "geneva.yaml")
    elif kind == "folder link":
        (facts / "other.yaml").symlink_to(project)
    else:
        os.mkfifo(facts / "other.yaml")
    assert main(["check"]) == 1
    code = "file-irregular" if kind == "fifo" else "file-link"
    assert f"facts/other.yaml: {code}" in capsys.readouterr().err
