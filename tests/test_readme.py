"""The documents are true: every command in them is run, every output in them is the real one.

`KG_UPDATE_GOLDEN=1` writes the outputs into README.md, to be read in the difference.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import polars as pl
import pytest

import kg
from kg.cli import main
from tests.golden import TESTS

ROOT = TESTS.parent
README = ROOT / "README.md"
PICTURED = "amir-abdollahian-haniyeh-doha-2023-10-31"
_CONSOLE = re.compile(r"```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)```", re.DOTALL)
_MERMAID = re.compile(r"```mermaid\n(?P<output>.*?)```", re.DOTALL)
_TABLE = re.compile(r"(?P<head>\| article \|[^\n]*\n\|---[^\n]*\n)(?P<rows>(?:\|[^\n]*\n)*)")


def holdings() -> str:
    """A row for each article: what it holds, counted in the tables."""
    tables = kg.tables(ROOT / "seeds")
    generated = tables["stated"].filter(pl.col("predicate") == "prov:wasGeneratedBy")
    curated = tables["claim"].join(
        generated.select(id="claim", curation="object"), on="id", how="inner"
    )
    rows = []
    for document in tables["curation"].sort("document").iter_rows(named=True):
        node = document["document"]
        claims = curated.filter(pl.col("curation") == document["id"])
        events = claims.filter(pl.col("subject").str.starts_with("event/"))
        utterances = tables["source"].filter(
            pl.col("class") == "kg:Utterance",
            pl.col("graph") == f"graph/{node.removeprefix('article/')}",
        )
        counts = (
            events["subject"].n_unique(),
            claims.height,
            claims["agent"].count(),
            utterances.height,
            tables["speech"].filter(pl.col("document") == node).height,
            tables["quantity"].filter(pl.col("document") == node).height,
        )
        cells = " | ".join(map(str, counts))
        rows.append(f"| `{node.removeprefix('article/')}` | {cells} |\n")
    return "".join(rows)


def outputs(text: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The text with every output in it made anew."""

    def run(match: re.Match[str]) -> str:
        words = shlex.split(match["command"])
        assert words[0] == "kg"
        capsys.readouterr()
        assert main(words[1:]) == 0
        return f"```console\n$ {match['command']}\n{capsys.readouterr().out}```"

    text = _CONSOLE.sub(run, text)
    main(["why", PICTURED, "--format", "mermaid"])
    picture = capsys.readouterr().out
    text = _MERMAID.sub(lambda _: f"```mermaid\n{picture}```", text)
    return _TABLE.sub(lambda match: match["head"] + holdings(), text)


def test_outputs_in_the_readme_are_the_real_ones(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(ROOT)
    text = README.read_text(encoding="utf-8")
    found = outputs(text, _Decoded(capfdbinary))  # type: ignore[arg-type]
    if os.environ.get("KG_UPDATE_GOLDEN"):
        README.write_text(found, encoding="utf-8")
        return
    assert found == text
    assert len(_CONSOLE.findall(text)) >= 4
    assert holdings().count("\n") == 5


class _Decoded:
    """What was captured, as text, whichever way it was written."""

    def __init__(self, capture: pytest.CaptureFixture[bytes]) -> None:
        self._capture = capture

    def readouterr(self) -> _Output:
        out, err = self._capture.readouterr()
        return _Output(out.decode(), err.decode())


class _Output:
    def __init__(self, out: str, err: str) -> None:
        self.out, self.err = out, err


def test_python_in_the_readme_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
    out = capsys.readouterr().out
    assert re.match(r"\d+ events were held\n", out)
    assert "kg:participant" in out


def test_shell_commands_in_the_readme_are_run_by_ci() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    commands = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    assert commands == ["make", "make test"]
    script = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert set(commands) <= set(script)


def test_links_between_documents_lead_somewhere() -> None:
    documents = [README, *ROOT.glob("*.md"), *ROOT.glob("[a-z]*/README.md")]
    links = [
        (document.name, target)
        for document in documents
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text("utf-8"))
        if not (document.parent / target).exists()
    ]
    assert links == []


def test_every_command_is_documented() -> None:
    text = "".join(path.read_text("utf-8") for path in (README, ROOT / "kg" / "README.md"))
    text += (ROOT / "seeds" / "README.md").read_text("utf-8")
    from kg.cli import _parser

    actions = [a for a in _parser()._actions if a.choices and a.metavar == "COMMAND"]
    commands = list(actions[0].choices or ())
    assert len(commands) >= 7
    assert [c for c in commands if f"kg {c}" not in text] == []


def test_the_example_of_the_guide_passes(tmp_path: Path) -> None:
    """The guide's own example, taken out of it file by file, is checked without a finding."""
    guide = (ROOT / "seeds" / "README.md").read_text("utf-8")
    files = re.findall(
        r"`([a-z./_-]+\.(?:yaml|txt))`[^\n]*\n+```[a-z]*\n(.*?)```", guide, re.DOTALL
    )
    names = [name for name, _ in files]
    assert "kg.yaml" in names
    for name, text in files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    from kg.build import check

    checked = check(tmp_path)
    assert [item.code for item in checked.findings] == []
    assert checked.counts.articles == 1
    assert checked.counts.quotes_proved >= 3
