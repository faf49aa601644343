"""Differences claim by claim: what is told, what is no difference, and from where sides are read."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.ask.diff import Diff, diff
from kg.ask.diff_text import as_markdown, as_text
from kg.ask.statements import Said, Statements
from kg.build import facts_of
from kg.cli import main
from kg.mapping.serialise import render
from kg.rdf.formats import FORMATS
from kg.sides import SideError, open_side
from tests.golden import TESTS, Case, cases

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = cases("diff")
MOVED = ("when: on Monday = 2024-03-11", "when: {is: 2024-03-12, inferred: a slip}")
# The same facts in other words of YAML, in another order, on other lines.
NO_DIFFERENCES = (
    ("", ""),
    ("passages:\n", "\n# what follows was read twice\n\npassages:\n"),
    ("        where: Geneva\n        when: on Monday = 2024-03-11\n",
     "        when:   on Monday =  2024-03-11\n        where: Geneva\n"),
    ("        where: Geneva\n", '        where: "Geneva"  # the city\n'),
    ("[Foreign Minister Ana Lind = ana-lind, Tomas Berg]",
     "[Tomas Berg, Foreign Minister Ana Lind = ana-lind]"),
    ("        who: [Lind, Berg]\n", "        who:\n        - Berg\n        - Lind = ana-lind\n"),
    ("- quote: Lind will meet Berg again on Friday.\n",
     "- quote: >-\n      Lind will meet\n      Berg again on Friday.\n"),
    ("coder: mw\nentered: 2024-04-01\n",
     "entered: 2024-04-01\ncoder: mw\n"),
)  # fmt: skip


def statements(folder: Path, name: str) -> Statements:
    settings, tables = facts_of(folder)
    return Statements(name, settings.base, render(tables, settings.base, FORMATS["nq"]))


def edit(root: Path, path: str, old: str, new: str) -> None:
    """Replace one stretch of a file that stands there."""
    text = (root / path).read_text(encoding="utf-8")
    assert old in text, old
    (root / path).write_text(text.replace(old, new, 1), encoding="utf-8")


def edited(case: Case, folder: Path) -> tuple[Statements, Statements]:
    """Both sides of a case: the small project, and what the case makes of it."""
    for side in ("before", "after"):
        root = folder / side
        shutil.copytree(TESTS / "project", root)
        for part, text in case.parts.items():
            where, _, path = part.partition(":")
            if where in ("both", side):
                (root / path).write_text(text, encoding="utf-8")
        for edits in ("start", "edits")[: 1 + (side == "after")]:
            for line in case.parts.get(edits, "").splitlines():
                edit(root, *(part.replace("\\n", "\n") for part in line.split(" | ")))
    return statements(folder / "before", "before"), statements(folder / "after", "after")


@cache
def nothing() -> Statements:
    return statements(TESTS / "project", "nothing")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    monkeypatch.chdir(root)
    return root


def git(root: Path, *arguments: str) -> str:
    user = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")
    command = ["git", *user, "-C", str(root), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def repository(project: Path) -> Path:
    """The small project in `inner/` of a repository, with a moved date in its last commit."""
    outer = project.parent
    git(outer, "init", "--quiet")
    git(outer, "add", ".")
    git(outer, "commit", "--quiet", "-m", "first")
    edit(project, "facts/geneva.yaml", *MOVED)
    git(outer, "commit", "--quiet", "-a", "-m", "second")
    return project


# What is told ---------------------------------------------------------------------------------


def test_how_many_cases() -> None:
    assert len(CASES) == 23
    assert len({case.expected for case in CASES}) == 23


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_told(case: Case, tmp_path: Path) -> None:
    text = as_text(diff(*edited(case, tmp_path)))
    case.holds(text)
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("pair", NO_DIFFERENCES, ids=range(len(NO_DIFFERENCES)))
def test_layout_and_order_are_no_difference(pair: tuple[str, str], project: Path) -> None:
    edit(project, "facts/geneva.yaml", *pair)
    assert as_text(diff(nothing(), statements(project, "edited"))) == (
        "from nothing: 3 events, 22 claims, 4 sources\n"
        "to edited: 3 events, 22 claims, 4 sources\n"
        "\n"
        "no differences (22 claims compared with 22)\n"
    )


def test_passages_in_another_order_are_no_difference(project: Path) -> None:
    path = project / "facts" / "geneva.yaml"
    head, *passages = re.split(r"(?m)^(?=  - quote)", path.read_text())
    path.write_text(head + "".join(reversed(passages)))
    assert diff(nothing(), statements(project, "edited")).groups == ()


def claims(found: Diff, kind: str) -> Iterator[tuple[Said | None, Said | None]]:
    for group in found.groups:
        for change in group.changes:
            if change.kind == kind:
                yield change.before, change.after


def key(said: Said | None) -> tuple[str, ...]:
    return (said.subject, said.field, said.value, said.source, said.stance) if said else ()


def test_every_two_states_differ_both_ways_alike(tmp_path: Path) -> None:
    states: dict[str, Statements] = {}
    for case in CASES:
        before, after = edited(case, tmp_path / case.name)
        states |= {f"{case.name} {side.name}": side for side in (before, after)}
    pairs = list(itertools.combinations(states.values(), 2))
    assert len(pairs) == 46 * 45 // 2
    seen: Counter[str] = Counter()
    for one, other in pairs:
        there, back = diff(one, other), diff(other, one)
        for kind, mirrored in (("added", "removed"), ("removed", "added")):
            came = sorted(key(before or after) for before, after in claims(there, kind))
            assert came == sorted(key(before or after) for before, after in claims(back, mirrored))
            seen[kind] += len(came)
        for kind in ("moved", "reattributed"):
            turned = sorted((key(before), key(after)) for before, after in claims(there, kind))
            assert turned == sorted((key(b), key(a)) for a, b in claims(back, kind))
            seen[kind] += len(turned)
        assert (there.groups == ()) == (one.lines == other.lines and one.base == other.base)
    assert min(seen.values()) > 200
    for side in states.values():
        assert diff(side, side).groups == ()


def test_control_characters_are_shown_as_escapes(project: Path) -> None:
    edit(project, "registry/registry.yaml", "name: Nordpress,", 'name: "Nord\\u202Epress",')
    edit(project, "registry/registry.yaml", "kind: organization", "aliases: Nordpress, kind: group")
    text = as_text(diff(nothing(), statements(project, "\x1b[2J")))
    assert "to \\u001B[2J: 3 events" in text
    assert "~ name: Nord\\u202Epress @en, was Nordpress @en" in text


def test_markdown(project: Path) -> None:
    edit(project, "facts/geneva.yaml", *MOVED)
    edit(project, "registry/registry.yaml", "name: people", "name: people, aliases: <b>*@all*</b>")
    assert as_markdown(diff(nothing(), statements(project, "edited"))) == (
        "### What changed, claim by claim\n"
        "\n"
        "- from nothing: 3 events, 22 claims, 4 sources\n"
        "- to edited: 3 events, 22 claims, 4 sources\n"
        "\n"
        "**1 event, 1 registry entry with differences; claims: 1 added, 1 removed**\n"
        "\n"
        "#### Events\n"
        "\n"
        "**`lind-berg-geneva-2024-03-11`**\n"
        "\n"
        "- removed when: 2024\\-03\\-11, “on Monday”, on the word of article/geneva\n"
        "- added when: 2024\\-03\\-12, inferred by curator/mw\n"
        "\n"
        "#### Registry\n"
        "\n"
        "**`population/people`**\n"
        "\n"
        "- added alias: &lt;b&gt;\\*\\@all\\*&lt;/b&gt; \\@en\n"
    )


def test_markdown_stops_before_it_is_too_long(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(project / "facts")
    shutil.rmtree(project)
    shutil.copytree(TESTS.parent / "seeds", project)
    found = diff(nothing(), statements(project, "seeds"))
    monkeypatch.setattr("kg.ask.diff_text.LIMIT", 5000)
    short = as_markdown(found)
    assert len(short.encode()) < 5100
    left = re.search(r"\n(\d+) more are left out here\.\n\Z", short)
    assert left is not None
    assert short.count("\n**`") + int(left[1]) + ("#### Project" in short) == len(found.groups)


# Where sides come from --------------------------------------------------------------------------


def test_revisions_the_working_tree_and_builds(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def groups(*sides: str) -> list[object]:
        assert main(["diff", *sides, "--format", "json"]) == 0
        return list(json.loads(capsys.readouterr().out)["groups"])

    moved = groups("HEAD~1", "HEAD")
    assert len(moved) == 1
    assert groups("HEAD~1") == moved
    assert groups("HEAD") == []
    assert main(["build"]) == 0
    capsys.readouterr()
    assert groups("out") == []
    assert groups("HEAD~1", "out") == moved
    assert groups("HEAD", "out") == []
    edit(repository, "facts/geneva.yaml", *reversed(MOVED))
    assert groups("HEAD~1") == []
    assert groups(str(repository), "out") == moved
    sha = git(repository, "rev-parse", "HEAD~1")
    main(["diff", "HEAD~1"])
    assert capsys.readouterr().out == (
        f"from HEAD~1 ({sha[:12]}): 3 events, 22 claims, 4 sources\n"
        "to the working tree: 3 events, 22 claims, 4 sources\n"
        "\n"
        "no differences (22 claims compared with 22)\n"
    )


def test_json_has_the_same_keys_everywhere(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["diff", "HEAD~1", "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["before", "after", "groups"]
    assert list(found["after"]) == ["name", "base", "events", "claims", "sources"]
    (group,) = found["groups"]
    changes = group.pop("changes")
    assert group == {
        "section": "events",
        "node": "event/lind-berg-geneva-2024-03-11",
        "state": "changed",
        "now": "",
    }
    assert [change["kind"] for change in changes] == ["removed", "added"]
    assert all(list(c) == ["kind", "field", "before", "after", "details"] for c in changes)
    assert changes[0]["after"] is None
    assert changes[0]["before"] == {
        "field": "when",
        "value": "time/2024-03-11",
        "label": "2024-03-11",
        "claim": changes[0]["before"]["claim"],
        "subject": "event/lind-berg-geneva-2024-03-11",
        "source": "article/geneva",
        "document": "article/geneva",
        "inferred": False,
        "stance": "",
        "rank": "",
        "counts": True,
        "quotes": [
            {
                "document": "article/geneva",
                "start": 65,
                "text": "Foreign Minister Ana Lind met her counterpart Tomas Berg in Geneva on Monday.",
            }
        ],
        "traits": {
            "counted from": ["2024-03-12"],
            "counted from the day of": ["article/geneva"],
            "read from": ["on Monday"],
            "rule": ["weekday-on-or-before"],
            "words": ["on Monday"],
        },
    }


def test_exit_codes(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "HEAD~1", "HEAD"]) == 0
    assert main(["diff", "HEAD~1", "HEAD", "--exit-code"]) == 1
    assert main(["diff", "HEAD", "--exit-code"]) == 0
    capsys.readouterr()
    edit(repository, "facts/geneva.yaml", "where: Geneva", "where: Doha")
    assert main(["diff", "HEAD", "--exit-code"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(
        "kg: the working tree has errors; mend them first:\nfacts/geneva.yaml:12:"
    )
    assert "name-unknown" in err


def test_a_revision_is_read_without_touching_the_repository(repository: Path) -> None:
    outer = repository.parent
    marker = outer / "ran"
    for hook in ("post-checkout", "post-index-change", "fsmonitor"):
        path = outer / ".git" / "hooks" / hook
        path.write_text(f"#!/bin/sh\ntouch {marker}\n")
        path.chmod(0o755)
    git(outer, "config", "core.fsmonitor", str(outer / ".git" / "hooks" / "fsmonitor"))
    git(outer, "config", "filter.x.smudge", f"touch {marker}; cat")
    (repository / "facts" / ".gitattributes").write_text("* filter=x export-ignore\n")
    (repository / "facts" / "new.yaml").write_text("not finished")

    def state() -> dict[str, bytes]:
        files = (path for path in outer.rglob("*") if path.is_file())
        return {str(path.relative_to(outer)): path.read_bytes() for path in files}

    before = state()
    found = diff(open_side("HEAD~1", lambda: repository), open_side("HEAD", lambda: repository))
    assert [group.node for group in found.groups] == ["event/lind-berg-geneva-2024-03-11"]
    assert state() == before


def test_a_revision_is_read_within_a_hook_of_another_repository(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    assert open_side("HEAD", lambda: repository).base == "https://example.org/id/"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("--output=x", "'--output=x' is no name of a revision"),
        ("HEAD\n", "'HEAD\\n' is no name of a revision"),
        (
            "nowhere",
            "`nowhere` is no folder with kg.yaml or graph.nq, and no revision that is here",
        ),
        ("HEAD:inner", "`HEAD:inner` is no folder with kg.yaml or graph.nq, and no revision"),
        ("empty", "holds no project/kg.yaml"),
        ("broken", "facts/geneva.yaml:12:16: name-unknown"),
        ("torn", "torn/graph.nq: "),
        ("foreign", "foreign/graph.nq: this is no output of `kg build`"),
    ],
)
def test_sides_that_cannot_be_read(name: str, message: str, repository: Path) -> None:
    edit(repository, "facts/geneva.yaml", "where: Geneva", "where: Doha")
    git(repository, "commit", "--quiet", "-a", "-m", "broken")
    git(repository, "tag", "broken")
    git(repository, "rm", "--quiet", "kg.yaml")
    git(repository, "commit", "--quiet", "-m", "empty")
    git(repository, "tag", "empty")
    for folder, text in (("torn", "<a> <b"), ("foreign", "<http://a> <http://b> <http://c> .\n")):
        (repository / folder).mkdir()
        (repository / folder / "graph.nq").write_text(text)
    with pytest.raises(SideError, match=re.escape(message)):
        open_side(name, lambda: repository)


def test_a_project_outside_of_any_repository(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    with pytest.raises(SideError, match="not a git repository"):
        open_side("HEAD", lambda: project)
    monkeypatch.setenv("PATH", str(project))
    with pytest.raises(SideError, match="git is not installed"):
        open_side("HEAD", lambda: project)
