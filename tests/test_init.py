"""`kg init`: a new project in which every command works, and refusals that write nothing."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from kg.cli import _parser, main
from tests.golden import TESTS
from tests.store_stub import Stub, running
from tests.test_new import contents
from tests.test_schema import errors, files

ROOT = TESTS.parent
BASE = "https://data.example.org/lakes/"
WRITTEN = [
    "kg.yaml",
    "registry/registry.yaml",
    ".gitattributes",
    ".gitignore",
    ".pre-commit-config.yaml",
    ".github/workflows/check.yml",
    "README.md",
    "articles/.gitkeep",
    "facts/.gitkeep",
    "facts/facts.schema.json",
    "registry/registry.schema.json",
    "kg.schema.json",
]


@pytest.fixture
def lakes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    """A new project, entered; what its making told is still to be read from `capsys`."""
    monkeypatch.chdir(tmp_path)
    assert main(["init", "lakes", "--base", BASE, "--title", "Talks: the lakes"]) == 0
    monkeypatch.chdir("lakes")
    return tmp_path / "lakes"


@pytest.fixture
def stub() -> Iterator[Stub]:
    """A store to push into."""
    with running() as found:
        yield found


def example(root: Path) -> None:
    """Put the article of the guide's complete example into a project, and what it needs."""
    guide = (ROOT / "seeds" / "README.md").read_text("utf-8")
    parts = re.findall(
        r"`([a-z./_-]+\.(?:yaml|txt))`[^\n]*\n+```[a-z]*\n(.*?)```", guide, re.DOTALL
    )
    found = dict(parts)
    assert len(found) == len(parts) == 4
    for name, text in found.items():
        if name != "kg.yaml":
            (root / name).write_text(text, encoding="utf-8")


def test_what_is_written(lakes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert capsys.readouterr().err.splitlines()[:-1] == [f"wrote lakes/{path}" for path in WRITTEN]
    assert sorted(contents(lakes)) == sorted(WRITTEN)
    settings = (lakes / "kg.yaml").read_text("utf-8")
    assert f"base: {BASE}\n" in settings
    assert 'title: "Talks: the lakes"\n' in settings
    assert "{" not in settings
    schemas = {"settings": "kg", "facts": "facts/facts", "registry": "registry/registry"}
    looked_at = files(lakes)
    assert [name for name, _ in looked_at] == ["registry", "settings"]
    for name, path in looked_at:
        assert errors((lakes / f"{schemas[name]}.schema.json").read_text("utf-8"), path) == []
        line = path.read_text("utf-8").splitlines()[0]
        linked = line.removeprefix("# yaml-language-server: $schema=")
        assert (path.parent / linked).is_file()


def test_an_empty_project_is_told_what_to_do(
    lakes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check"]) == 1
    err = capsys.readouterr().err
    assert "facts: project-empty: no facts are here to look at\n" in err
    assert "    fix: begin one with `kg new ARTICLE.txt`" in err
    assert err.endswith("1 error\n")


def test_the_example_of_the_guide_passes_in_it(lakes: Path) -> None:
    example(lakes)
    assert main(["check", "--fail-on", "note"]) == 0


def test_every_command_works_in_it(
    lakes: Path, capsys: pytest.CaptureFixture[str], stub: Stub
) -> None:
    example(lakes)
    git = ("git", "-c", "user.name=x", "-c", "user.email=x@example.org")
    for command in (("init", "-q"), ("add", "."), ("commit", "-qm", "x")):
        subprocess.run([*git, *command], cwd=lakes, check=True)
    (lakes.parent / "Tal.txt").write_text("Jon Tal met Mira Solen.\n", "utf-8")
    arguments = {
        "why": ["solen-tal-port-ann-2026-05-03"],
        "query": ["contacts", "--param", "actor=mira-solen", "--param", "other=any"],
        "diff": ["HEAD"],
        "explain": ["quote-not-found"],
        "impact": ["ferry-talks"],
        "import": ["icews", str(TESTS / "imports" / "tables" / "icews.tab")],
        "init": ["../other", "--base", "https://data.example.org/other/"],
        "new": ["../Tal.txt", "--coder", "jd"],
        "export": ["../export"],
        "docs": ["../docs"],
        "release": ["../release"],
        "site": ["../site"],
        "push": [stub.url],
    }
    actions = [a for a in _parser()._actions if a.choices and a.metavar == "COMMAND"]
    commands = [name for name in actions[0].choices or () if name not in ("new", "serve")]
    assert len(commands) >= 10
    first = [name for name in ("build", *commands) if name != "build" or name not in commands]
    codes = {name: main([name, *arguments.get(name, [])]) for name in ("build", *first, "new")}
    assert codes == dict.fromkeys(codes, 0), capsys.readouterr().err
    assert set(codes) == {*commands, "new"}


def test_what_is_built_is_ignored_and_texts_are_not_touched(lakes: Path) -> None:
    example(lakes)
    text = b"Talks\r\nThey met.\r\n"
    (lakes / "articles" / "crlf.txt").write_bytes(text)
    assert main(["build", "--fail-on", "error"]) == 0
    git = ("git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "core.autocrlf=true")
    for command in (("init", "-q"), ("add", "."), ("commit", "-qm", "x")):
        subprocess.run([*git, *command], cwd=lakes, check=True, capture_output=True)
    run = subprocess.run(["git", "ls-files"], cwd=lakes, check=True, capture_output=True, text=True)
    assert not [path for path in run.stdout.split() if path.startswith("out/") or "schema" in path]
    assert "articles/crlf.txt" in run.stdout
    (lakes / "articles" / "crlf.txt").unlink()
    subprocess.run([*git, "checkout", "-q", "."], cwd=lakes, check=True)
    assert (lakes / "articles" / "crlf.txt").read_bytes() == text


def test_what_is_there_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "README.md").write_text("mine\n")
    (folder / ".gitignore").write_text("*.log\n")
    assert main(["init", ".", "--base", BASE]) == 0
    assert (folder / "README.md").read_text() == "mine\n"
    ignored = (folder / ".gitignore").read_text()
    assert ignored.startswith("*.log\n# What is made")
    assert f"title: {folder.name}\n" in (folder / "kg.yaml").read_text()
    assert "wrote README.md" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("prepare", "arguments", "message"),
    [
        ("mkdir x; touch x/kg.yaml", ["x", "--base", BASE], "x/kg.yaml is there already"),
        (
            "mkdir -p x/registry; touch x/registry/registry.yaml",
            ["x", "--base", BASE],
            "there already",
        ),
        ("touch x", ["x", "--base", BASE], "x is a file; name a folder"),
        ("", ["x", "--base", "https://w3id.org/parley/id/"], "belongs to Parley's own data"),
        ("", ["x", "--base", "http://W3ID.org/parley/x#"], "belongs to Parley's own data"),
        ("", ["x", "--base", "lakes"], "`base` is no IRI to build on"),
        ("", ["x", "--base", "https://example.org/a b/"], "`base` is no IRI to build on"),
        ("", ["x", "--base", "https://example.org/x\n"], "`base` is no IRI to build on"),
        ("", ["x"], "say with --base what every id begins with"),
        ("kg init y", ["x", "--base", "http://data.example.org/lakes/"], "y/kg.yaml has the base"),
        ("kg init z", ["z/deep", "--base", BASE], "kg.yaml has the base"),
    ],
)
def test_refusals_write_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    prepare: str,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO(BASE))
    if prepare.startswith("kg "):
        assert main([*prepare.split()[1:], "--base", BASE]) == 0
    else:
        subprocess.run(["sh", "-c", prepare], check=True)
    before = contents(tmp_path)
    assert main(["init", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert contents(tmp_path) == before


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_base_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", Terminal(f" {BASE}\n"))
    assert main(["init", "x"]) == 0
    assert "base IRI of all ids, such as" in capsys.readouterr().err
    assert f"base: {BASE}\n" in (tmp_path / "x" / "kg.yaml").read_text()


def test_its_hook_and_workflow(lakes: Path) -> None:
    (repo,) = yaml.safe_load((lakes / ".pre-commit-config.yaml").read_text())["repos"]
    (hook,) = repo["hooks"]
    assert (hook["entry"], hook["language"], hook["pass_filenames"]) == (
        "kg check",
        "system",
        False,
    )
    for path in ("kg.yaml", "facts/x.yaml", "articles/x.txt", "registry/a.yaml"):
        assert re.search(hook["files"], path)
    assert not re.search(hook["files"], "docs/facts.md")
    workflow = yaml.safe_load((lakes / ".github" / "workflows" / "check.yml").read_text())
    from importlib.metadata import version

    runs = [step["run"] for step in workflow["jobs"]["check"]["steps"] if "run" in step]
    assert f'python -m pip install "parley-kg=={version("parley-kg")}"' in runs
