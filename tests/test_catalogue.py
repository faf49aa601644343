"""The catalogue: every code that can come out is in it, and every example does what it says."""

from __future__ import annotations

import ast
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import kg.build
import kg.bulk
from kg.cache.digests import scan_by_file
from kg.check.catalogue import HEAD, SHAPES, Entry, Example, catalogue
from kg.check.diagnostic import Diagnostic, Findings, Severity
from kg.check.explain import WIDTH, UnknownCode, explained, listing, rule, rules
from kg.cli import main
from kg.facts import files
from kg.imports import files as tables
from kg.imports import text as delimited
from kg.imports.files import Input
from kg.mapping.serialise import render
from kg.rdf.formats import FORMATS
from kg.rdf.resources import shape_files
from tests.golden import TESTS
from tests.test_shapes import reporting

ROOT = TESTS.parent
ENTRIES = tuple(catalogue().values())
CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
# What makes findings: the place of the code among the arguments.
MAKERS = {
    **dict.fromkeys(("error", "warning", "note", "_error", "fault", "FileError"), 0),
    **dict.fromkeys(("Diagnostic", "QuoteError", "DateError"), 0),
    "add": 1,
}


# --- Both ways between the code and the catalogue ----------------------------------------------


def test_every_code_is_in_the_catalogue_and_nothing_else() -> None:
    found = {code for path in sorted((ROOT / "kg").rglob("*.py")) for code in codes(path)}
    exact = {code for code in found if "*" not in code}
    patterns = [re.compile(code.replace("*", ".+")) for code in found - exact]
    assert sorted(exact - catalogue().keys()) == []
    assert (
        sorted(
            code
            for code in catalogue().keys() - exact
            if not any(pattern.fullmatch(code) for pattern in patterns)
        )
        == []
    )
    assert len(exact) > 95
    assert sorted(found - exact) == ["*-not-in-text", SHAPES]


def test_every_code_of_the_golden_cases_is_in_the_catalogue() -> None:
    cases = sorted((TESTS / "bad").glob("*.case"))
    pattern = re.compile(r"^\S+?: ([a-z0-9-]+)(?: \(\w+\))?: ", re.MULTILINE)
    seen = {
        code
        for path in cases
        for code in pattern.findall(path.read_text("utf-8").split("--- expect\n")[1])
    }
    assert sorted(code for code in seen if rule(code, catalogue()) is None) == []
    assert len(seen) > 50


def codes(path: Path) -> Iterator[str]:
    """Every code that a module gives; a part that is filled in counts as `*`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            place = MAKERS.get(name)
            if place is not None and len(node.args) > max(place, 1):
                yield from texts(node.args[place])
        elif isinstance(node, ast.Assign) and "code" in firsts(node.targets):
            yield from texts(node.value)
        elif isinstance(node, ast.For) and "code" in firsts([node.target]):
            for row in getattr(node.iter, "elts", []):
                yield from texts(row)


def firsts(targets: list[ast.expr]) -> list[str]:
    """The names that are given a value, the first one of a tuple."""
    heads = [target.elts[0] if isinstance(target, ast.Tuple) else target for target in targets]
    return [head.id for head in heads if isinstance(head, ast.Name)]


def texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)) if CODE.fullmatch(text):
            yield text
        case ast.IfExp():
            yield from texts(node.body)
            yield from texts(node.orelse)
        case ast.Tuple():
            yield from texts(node.elts[0])
        case ast.JoinedStr():
            parts = [part.value if isinstance(part, ast.Constant) else "*" for part in node.values]
            if CODE.fullmatch("".join(map(str, parts)).replace("*", "x")):
                yield "".join(map(str, parts))


def test_the_scan_sees_every_way_of_giving_a_code(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text(
        "findings.error('a-b', m, s)\nself._error(\n    'c-d' if x else 'e-f', 1, 2)\n"
        "raise QuoteError('g-h', 'm')\ncode, what = 'i-j', 'not-this'\n"
        "for code, known in (('k-l', 'not-this'),):\n    pass\n"
        "findings.error(f'{key}-in-text', m, s)\nseen.add('not-this')\n"
    )
    assert sorted(codes(path)) == ["*-in-text", "a-b", "c-d", "e-f", "g-h", "i-j", "k-l"]


# --- Examples ----------------------------------------------------------------------------------


def arranged(example: Example, folder: Path) -> Path:
    """The small project with the changes of an example."""
    root = folder / "project"
    shutil.copytree(TESTS / "project", root)
    good = (root / "facts" / "geneva.yaml").read_text(encoding="utf-8")
    head = good.split("passages:\n")[0] + "passages:\n"
    for name, text in example.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.replace(HEAD, head).encode())
    if example.shell:
        run = ["sh", "-c", example.shell]
        env = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        subprocess.run(run, cwd=root, check=True, capture_output=True, env=env)
    return root


@pytest.fixture
def as_anyone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that nobody may read are refused to the superuser too."""
    opened = os.open

    def open_(path: str, flags: int, *mode: int, dir_fd: int | None = None) -> int:
        if Path(path).exists() and not stat.S_IMODE(Path(path).stat().st_mode):
            raise PermissionError(13, "Permission denied")
        return opened(path, flags, *mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", open_)


def prepare(entry: Entry, example: Example, root: Path, patch: pytest.MonkeyPatch) -> None:
    """What of an example no file and no command can show."""
    if entry.alone:
        patch.setattr("kg.cache.run.shape_files", lambda: ())
    if entry.code == "yaml-size":  # the reader of files has the same limit, and comes first
        patch.setattr(files.read_bytes, "__defaults__", (2 * files.LIMIT,))
    if entry.code == "row-length":
        patch.setattr(delimited, "LONGEST", 30)
    if entry.code == "table-expansion":
        patch.setattr(tables, "FREE", 100_000)
    if entry.code == "table-changed" and example is entry.bad:

        def changed(paths: Sequence[Path], findings: Findings) -> tuple[Input, ...]:
            found = tables.hashed(paths, findings)
            subprocess.run(["sh", "-c", example.shell], cwd=root, check=True)
            return found

        patch.setattr("kg.bulk.hashed", changed)
    if entry.code == "input-changed" and example is entry.bad:

        def before(root: Path) -> dict[str, str]:
            found = scan_by_file(root)
            subprocess.run(["sh", "-c", example.shell], cwd=root, check=True)
            return found

        patch.setattr("kg.cache.run.scan_by_file", before)


def findings(entry: Entry, root: Path) -> Findings:
    """What the command finds that the examples of an entry are about."""
    if not entry.imports:
        return kg.build.check(root, entry.engine).findings
    return kg.bulk.import_files(root, str(root / "spec.yaml"), [str(root / "rows.*")]).findings


@pytest.mark.usefixtures("as_anyone")
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_the_bad_example_gives_the_code(
    entry: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert entry.bad is not None
    root = arranged(entry.bad, tmp_path)
    prepare(entry, entry.bad, root, monkeypatch)
    found = list(findings(entry, root))
    own = [item for item in found if of(item, entry)]
    assert own
    assert {item.severity for item in own} == {entry.severity}
    assert {item.code for item in found if not of(item, entry)} == entry.also


def of(item: Diagnostic, entry: Entry) -> bool:
    return item.code == entry.code or (
        entry.code == SHAPES and item.code.startswith(SHAPES.removesuffix("*"))
    )


@pytest.mark.usefixtures("as_anyone")
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_the_good_example_gives_nothing(
    entry: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert entry.good is not None
    root = arranged(entry.good, tmp_path)
    prepare(entry, entry.good, root, monkeypatch)
    found = findings(entry, root)
    assert [f"{item.span}: {item.code}" for item in found] == []


def test_the_graphs_of_the_good_examples_are_not_empty(tmp_path: Path) -> None:
    example = catalogue()["quote-not-found"].good
    assert example is not None
    settings, tables = kg.build.facts_of(arranged(example, tmp_path))
    assert b"Passage" in render(tables, settings.base, FORMATS["nt"])


def test_all_examples_ran() -> None:
    assert len(ENTRIES) > 105
    assert all(entry.bad and entry.good and entry.bad != entry.good for entry in ENTRIES)


# --- What `kg explain` shows -------------------------------------------------------------------


def known() -> dict[str, Entry]:
    return rules({path.name: path.read_bytes() for path in shape_files()})


def test_every_explanation_fits_a_terminal() -> None:
    wide = [
        line
        for code in known()
        for line in explained(code, known()).splitlines()
        # A command is to be copied as it is.
        if len(line) > WIDTH and not line.startswith("    $ ")
    ]
    assert wide == []
    assert all(len(line) <= WIDTH for line in listing(catalogue()).splitlines())


def test_an_explanation() -> None:
    assert explained("value-no-target", known()) == (
        "value-no-target (error)\n"
        "Nothing stands behind the “=”\n"
        "\n"
        "Write the id, date or number that the words stand for, or leave the `=` out\n"
        "where the words alone name an entry of the registry.\n"
        "\n"
        "Bad:\n"
        "\n"
        "  a file of facts, below its head\n"
        "\n"
        "    - quote: met her counterpart Tomas Berg in Geneva on Monday\n"
        "      facts:\n"
        "        - meeting: lind-berg-2024-03-11\n"
        "          who: Tomas Berg\n"
        "          where: Geneva =\n"
        "\n"
        "Good:\n"
        "\n"
        "  a file of facts, below its head\n"
        "\n"
        "    - quote: met her counterpart Tomas Berg in Geneva on Monday\n"
        "      facts:\n"
        "        - meeting: lind-berg-2024-03-11\n"
        "          who: Tomas Berg\n"
        "          where: Geneva\n"
    )


def test_a_shape_is_explained_by_its_own_label_and_message() -> None:
    text = (
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix s: <https://example.org/s#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        's:A rdfs:label "a" ; sh:message "Say a." ; sh:severity sh:Warning .\n'
        's:B rdfs:label "b" ; sh:sparql [ sh:message "Say b." ] .\n'
        's:C rdfs:label "without a message" .\n'
    )
    own = rules({"own.ttl": text.encode(), "broken.ttl": b"<"})
    shapes = {code: entry for code, entry in own.items() if code not in catalogue()}
    assert sorted((e.code, e.title, e.severity) for e in shapes.values()) == [
        ("shape-A", "a", Severity.WARNING),
        ("shape-B", "b", Severity.ERROR),
    ]
    assert explained("shape-A", own) == (
        "shape-A (warning)\na\n\nSay a. (The shape is <https://example.org/s#A> in own.ttl.)\n"
    )


def test_every_shape_that_a_result_can_name_has_an_explanation() -> None:
    named = {code for code in known() if code.startswith(SHAPES.removesuffix("*"))}
    missing = [shape for shape in reporting() if f"shape-{shape.rsplit('#', 1)[-1]}" not in named]
    assert missing == []
    assert len(named) > 100


def test_unknown_codes_are_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownCode) as error:
        explained("quote-not-fund", known())
    assert "did you mean quote-not-found or " in str(error.value)
    with pytest.raises(UnknownCode) as error:
        explained("zzz", known())
    assert str(error.value) == ("no diagnostic has the code zzz; `kg explain` lists all codes")


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "quote-gap"]) == 0
    assert capsys.readouterr().out.startswith("quote-gap (error)\n")
    assert main(["explain", "shape-Event-status"]) == 0
    assert "status" in capsys.readouterr().out
    assert main(["explain"]) == 0
    assert capsys.readouterr().out == listing(catalogue())
    assert main(["explain", "quote-gab"]) == 2
    out, err = capsys.readouterr()
    assert (out, "did you mean quote-gap" in err) == ("", True)
