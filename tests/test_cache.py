"""The cache of `kg check`: never trusted over its inputs, and as good as none when it is broken."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.build import build, check
from kg.cache import container, digests
from kg.cache.container import Broken, Container, hold_whole, write
from kg.cache.files import key_of, scan
from kg.cache.kept import FOLDER, load
from kg.cache.run import _Run
from kg.check.catalogue import catalogue
from kg.cli import main
from kg.facts.project import inputs_of
from kg.since import ACROSS_FILES, changed_since
from tests.test_incremental import hold, seen
from tests.walk import project, sub


def kept(root: Path) -> Path:
    """The only file that is kept."""
    (path,) = (root / FOLDER).glob("*.kept")
    return path


def is_used(root: Path) -> bool:
    """Whether a check takes something over."""
    return check(root, cache=True).reused > 0


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project that was checked."""
    project(tmp_path / "p")
    assert check(tmp_path / "p", cache=True).reused == 0
    return tmp_path / "p"


def test_nothing_changed(root: Path) -> None:
    before = kept(root).read_bytes()
    with_cache, _ = hold(root)
    assert with_cache.reused == with_cache.counts.articles == 7
    assert kept(root).read_bytes() == before


def test_bit_flips(root: Path) -> None:
    path, chance = kept(root), random.Random(4)
    whole, expected = path.read_bytes(), seen(check(root))
    found = 0
    for _ in range(40):
        data = bytearray(whole)
        at = chance.randrange(len(data))
        data[at] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        with pytest.raises(Broken):
            _every_section(root)
        found += 1
    assert found == 40
    for at in (0, 5, len(whole) // 2, len(whole) - 1):
        data = bytearray(whole)
        data[at] ^= 4
        path.write_bytes(data)
        assert seen(check(root, cache=True)) == expected


def _every_section(root: Path) -> None:
    held = Container(kept(root), key_of(scan(root)))
    for name in held._sections:
        held.read(name)


def _truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _link(path: Path) -> None:
    path.rename(path.with_suffix(".aside"))
    path.symlink_to(path.with_suffix(".aside"))


def _other_key(path: Path) -> None:
    write(path, "another key", {"content": b"{}"})


def _no_frames(path: Path) -> None:
    write(path, key_of(scan(path.parents[2])), {"content": b"[]"})


def _not_ours(path: Path) -> None:
    path.write_bytes(b"\x80\x04cos\nsystem\n(S'echo'\ntR.")


@pytest.mark.parametrize(
    "damage", [_truncated, _empty, _folder, _link, _other_key, _no_frames, _not_ours]
)
def test_what_is_not_whole_is_as_good_as_nothing(
    root: Path, damage: Callable[[Path], None]
) -> None:
    damage(kept(root))
    assert not is_used(root)
    hold(root)
    if damage is not _folder:  # which nobody may replace
        assert is_used(root)


def test_what_another_version_kept_is_no_damage(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = kept(root)
    with monkeypatch.context() as other:
        other.setattr(container, "FORMAT", "kg-check-0")
        write(path, key_of(scan(root)), {"content": b"{}"})
    hold_whole(path)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"kg-check-0", b"kg-check-8"))
    with pytest.raises(Broken, match="the header is not whole"):
        hold_whole(path)
    path.write_bytes(whole)
    assert not is_used(root)


def test_a_place_that_cannot_be_written_means_no_cache(tmp_path: Path) -> None:
    project(tmp_path / "p")
    (tmp_path / "p" / FOLDER.parts[0]).write_text("a file in the way")
    with_cache, _ = hold(tmp_path / "p")
    assert with_cache.reused == 0


def test_an_input_with_size_and_times_of_before_is_seen(root: Path) -> None:
    path = root / "facts" / "chur.yaml"
    before = path.stat()
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("title: Meeting", "title: Meetimg"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    with_cache, _ = hold(root)
    assert [item.code for item in with_cache.findings] == ["title-not-in-text"]
    assert with_cache.reused == 6


@pytest.mark.parametrize("python", [sys.executable, "false"])
def test_a_process_beside_hashes_the_same(
    root: Path, python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "MANY", 16)
    monkeypatch.setattr(sys, "executable", python)
    name = os.fsdecode(b"\xffx.txt")
    (root / "articles" / name).write_text("A text of which the name is no UTF-8.")
    ahead = digests.Ahead(root)
    assert ahead._process is not None
    found = ahead(root)
    assert found == digests.scan_by_file(root)
    assert len(found) == 16
    (root / "articles" / name).write_text("Another.")
    assert ahead(root) == digests.scan_by_file(root) != found


def test_few_files_are_hashed_by_the_process_itself(root: Path) -> None:
    ahead = digests.Ahead(root)
    assert ahead._process is None
    assert len(ahead(root)) == 15


def test_every_input_is_hashed(root: Path) -> None:
    for path in ("shapes/own.ttl", "ontology/own.ttl"):
        (root / path).parent.mkdir()
        (root / path).write_text("# nothing\n")
    (root / "facts" / ".hidden.yaml").write_text("a: b\n")
    (root / "facts" / "notes.txt").write_text("not an input")
    assert scan(root) == inputs_of(root)
    assert len(scan(root)) == 1 + 7 + 1 + 8 + 2


@pytest.mark.parametrize("path", ["kg.yaml", "registry/registry.yaml"])
def test_what_every_file_hangs_on_has_another_key(root: Path, path: str) -> None:
    key = key_of(scan(root))
    before = (root / path).read_bytes()
    (root / path).write_bytes(before + b"# \n")
    assert key_of(scan(root)) != key
    assert not is_used(root)
    (root / path).write_bytes(before)
    assert key_of(scan(root)) == key
    assert is_used(root)


def test_what_cannot_be_read_is_never_taken_over(root: Path, tmp_path: Path) -> None:
    places = root / "registry" / "places.yaml"
    places.symlink_to(tmp_path / "elsewhere.yaml")
    hold(root)
    assert not is_used(root)
    places.unlink()
    places.mkdir()
    _, without = hold(root)
    assert [item.code for item in without.findings] == ["file-irregular"]


def test_only_the_last_keys_are_kept(root: Path) -> None:
    for number in range(5):
        (root / "kg.yaml").write_text((root / "kg.yaml").read_text() + f"# {number}\n")
        check(root, cache=True)
    assert len(list((root / FOLDER).iterdir())) == 3


def test_several_writers(root: Path) -> None:
    shutil.rmtree(root / FOLDER)
    code = (
        "import sys; from pathlib import Path; from kg.build import check; "
        "print(check(Path(sys.argv[1]), cache=True).summary())"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", code, root], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    outputs = {run.communicate()[0] for run in runs}
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert outputs == {f"{check(root).summary()}\n"}
    assert [path.suffix for path in (root / FOLDER).iterdir()] == [".kept"]
    load(root, key_of(scan(root)))
    assert is_used(root)


def test_a_build_with_and_without_the_cache_writes_the_same(root: Path) -> None:
    settings = root / "kg.yaml"
    settings.write_text(settings.read_text() + "output: out\n")
    written = []
    for edit in range(2):
        if edit:
            sub(root / "facts/chur.yaml", "        where: Geneva = geneva\n", "")
        for cache in (True, True, False):
            shutil.rmtree(root / "out", ignore_errors=True)
            checked = build(root, cache=cache)
            assert checked.written is not None
            files = sorted((root / "out").iterdir())
            written.append({path.name: path.read_bytes() for path in files})
    assert written[0] == written[1] == written[2] != written[3] == written[4] == written[5]


def git(root: Path, *arguments: str) -> None:
    name = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *name, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A project that lies deeper in a repository, with one commit."""
    root = tmp_path / "r" / "p"
    root.parent.mkdir()
    project(root)
    (root / ".gitignore").write_text(".kg-cache/\n")
    git(root.parent, "init", "-q", "-b", "main")
    git(root.parent, "add", ".")
    git(root.parent, "commit", "-q", "-m", "all")
    return root


def test_changed_since(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = repository
    command = ["check", "--project", str(root), "--changed-since", "main"]
    assert main(command) == 0
    assert "nothing changed since main" in capsys.readouterr().err

    # What was wrong before is not told again, but for what is wrong between files.
    (root / "articles" / "sion.txt").write_bytes((root / "articles/sion.txt").read_bytes() + b" ")
    sub(root / "facts/thun.yaml", "berg-envoy-chur-2024-03-18", "berg-envoy-chur")
    git(root, "commit", "-q", "-am", "two errors")
    assert main(command) == 0
    (root / "facts" / "lugano.yaml").write_text("article: lugano\n")
    (root / "facts" / "new.yaml").write_text("article: new\n")
    assert main(command) == 1
    told = capsys.readouterr().err
    assert "2 files changed since main" in told
    for place in ("lugano.yaml:1:1: key-missing", "new.yaml:1:1: key-missing"):
        assert place in told
    assert "thun.yaml:12:16: reference-unknown" in told
    assert "sion.yaml" not in told
    assert changed_since(root, "HEAD~1") == {
        *("articles/sion.txt", "facts/thun.yaml", "facts/lugano.yaml", "facts/new.yaml"),
    }


@pytest.mark.parametrize("cache", [True, False])
def test_shapes_are_asked_of_what_changed(repository: Path, *, cache: bool) -> None:
    root = repository
    (root / "shapes").mkdir()
    (root / "shapes" / "own.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix kg: <https://w3id.org/parley/ns#> .\n"
        "<urn:x> a sh:NodeShape ; sh:targetClass kg:Meeting ; sh:property [ sh:path kg:topic ; "
        'sh:minCount 1 ; sh:severity sh:Warning ; sh:message "No topic." ] .\n'
    )
    found = check(root, cache=cache).findings
    assert [item.span.file for item in found] == [
        f"facts/{name}.yaml" for name in ("chur", "geneva", "lugano", "sion", "thun")
    ]
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "a shape")
    sub(root / "facts" / "chur.yaml", "an envoy, unnamed: envoy", "an envoy, unnamed: an-envoy")
    changed = changed_since(root, "HEAD")
    assert changed == {"facts/chur.yaml"}
    checked = check(root, cache=cache, changed=changed)
    assert [item.span.file for item in checked.findings] == ["facts/chur.yaml"]
    assert checked.report is not None
    # The event of Thun is after that of Chur, and so looks at it.
    assert len(checked.report.results) == (len(found) if cache else 2)


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "main:facts"])
def test_a_revision_that_git_does_not_know(
    repository: Path, revision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    option = f"--changed-since={revision}"
    assert main(["check", "--project", str(repository), option]) == 2
    assert "revision" in capsys.readouterr().err


def test_no_repository(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--project", str(root), "--changed-since", "main"]) == 2
    assert "lies in no git repository" in capsys.readouterr().err


def test_a_change_of_what_all_hang_on_is_looked_at_in_all_files(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sub(repository / "registry/registry.yaml", "aliases: Lind, ", "")
    command = ["check", "--project", str(repository), "--changed-since", "HEAD"]
    assert main(command) == 1
    assert "all files are looked at" in capsys.readouterr().err


def test_codes_across_files_are_in_the_catalogue() -> None:
    assert set(catalogue()) >= ACROSS_FILES


def test_the_command_keeps_and_no_cache_does_not(tmp_path: Path) -> None:
    project(tmp_path / "p")
    assert main(["check", "--project", str(tmp_path / "p"), "--no-cache"]) == 0
    assert not (tmp_path / "p" / FOLDER).exists()
    assert main(["check", "--project", str(tmp_path / "p")]) == 0
    assert is_used(tmp_path / "p")
    assert _Run(tmp_path / "p", "auto", cache=True).run(anew=False).reused == 7
