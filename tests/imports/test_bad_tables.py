"""Bad tables and specifications, each beside the exact report; adding one is adding a file."""

from __future__ import annotations

import contextlib
import gzip
import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from kg.bulk import Options, import_files
from kg.check.report import text_report
from kg.rdf.zstd import compress
from tests.golden import Case, cases
from tests.imports.importing import project

CASES = cases("imports/bad")
SPEC = next(case for case in CASES if case.name == "row-blank").parts["spec.yaml"]
HEADER = b"id,day,who\n"
GOOD = HEADER + b"1,2024-03-11,Ana Lind\n"


def report(root: Path, options: Options | None = None) -> str:
    """The report of an import of all tables of a project, from within it; nothing is written."""
    with contextlib.chdir(root):
        done = import_files(root, "spec.yaml", ["rows.*"], options)
    assert done.folder is None
    assert not (root / "out" / "imports").exists() or not list((root / "out/imports").iterdir())
    return text_report(done.findings)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_report(case: Case, tmp_path: Path) -> None:
    case.holds(report(project(tmp_path / "p", case.parts)))


def test_all_cases_ran() -> None:
    assert len(CASES) >= 30
    assert all(case.expected for case in CASES)


def table(root: Path, data: bytes, name: str = "rows.csv", spec: str = SPEC) -> Path:
    project(root, {"spec.yaml": spec})
    (root / name).write_bytes(data)
    return root


def latin(root: Path) -> None:
    table(root, GOOD + "2,2024-03-12,André\n3,2024-03-12,Renée\n".encode("latin-1"))


def latin_behind_quoted_newlines(root: Path) -> None:
    text = '2,2024-03-12,"a\nb"\n3,2024-03-12,"c\nRené"\n'
    table(root, GOOD + text.encode("latin-1"))


def latin_header(root: Path) -> None:
    table(root, "id,day,qué\n1,2,3\n".encode("latin-1"))


def utf_16(root: Path) -> None:
    table(root, GOOD.decode().encode("utf-16"))


def cut_gzip(root: Path) -> None:
    table(root, gzip.compress(GOOD * 100)[:60], "rows.csv.gz")


def cut_zstd(root: Path) -> None:
    table(root, compress(GOOD * 100)[:30], "rows.csv.zst")


def cut_parquet(root: Path) -> None:
    table(root, b"", spec=SPEC.replace("csv", "parquet"))
    (root / "rows.csv").unlink()
    path = root / "rows.parquet"
    pl.DataFrame({"id": [1], "day": ["2024-03-11"], "who": ["Ana Lind"]}).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])


def lists_in_parquet(root: Path) -> None:
    cut_parquet(root)
    frame = pl.DataFrame({"id": [1], "day": ["2024-03-11"], "who": [["Ana Lind"]]})
    frame.write_parquet(root / "rows.parquet")


def link(root: Path) -> None:
    table(root, GOOD, "real.csv")
    (root / "rows.csv").symlink_to("real.csv")


def pipe(root: Path) -> None:
    project(root, {"spec.yaml": SPEC})
    os.mkfifo(root / "rows.csv")


def folder(root: Path) -> None:
    project(root, {"spec.yaml": SPEC})
    (root / "rows.csv").mkdir()


def twice(root: Path) -> None:
    table(root, GOOD)
    (root / "rows.2.csv").write_bytes(GOOD)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (
            latin,
            [
                "rows.csv:2:1: table-encoding: row 2: byte 50 of the file (0xE9) is not UTF-8",
                "rows.csv:3:1: table-encoding: row 3: byte 68 of the file (0xE9) is not UTF-8",
            ],
        ),
        (
            latin_behind_quoted_newlines,
            ["rows.csv:3:1: table-encoding: row 3: byte 71 of the file (0xE9) is not UTF-8"],
        ),
        (latin_header, ["rows.csv: table-encoding: byte 9 is not UTF-8"]),
        (utf_16, ["rows.csv: table-encoding: byte 0 on is UTF-16 or UTF-32, not UTF-8"]),
        (cut_gzip, ["rows.csv.gz: table-unreadable: the compressed data end too early or are "]),
        (cut_zstd, ["rows.csv.zst: table-unreadable: the compressed data end too early or "]),
        (
            cut_parquet,
            ["rows.parquet: table-unreadable: this is no Parquet file, or not all of it"],
        ),
        (
            lists_in_parquet,
            ["rows.parquet: column-type: the column “who” holds List(String), not one value a row"],
        ),
        (link, ["rows.csv: file-link: this is a symbolic link"]),
        (pipe, ["rows.csv: file-irregular: this is no regular file"]),
        (folder, ["rows.csv: file-irregular: this is no regular file"]),
        (twice, ["rows.csv: table-twice: this holds the same bytes as rows.2.csv"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_files_that_are_refused(
    make: Callable[[Path], None], expected: list[str], tmp_path: Path
) -> None:
    make(tmp_path / "p")
    found = report(tmp_path / "p").splitlines()
    heads = [line for line in found if not line.startswith("    ")]
    assert [line[: len(due)] for line, due in zip(heads, expected, strict=True)] == expected
    assert sum(line.startswith("    fix: ") for line in found) == len(expected)


@pytest.mark.parametrize("name", ["rows.csv.gz", "rows.csv.zst"])
def test_a_compression_bomb_is_refused_early(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.imports.files.FREE", 1 << 20)
    monkeypatch.setattr("kg.imports.files.BLOCK", 1 << 16)
    data = HEADER + b"1,2024-03-11,Ana\n" * 1_000_000
    pack = gzip.compress if name.endswith("gz") else compress
    table(tmp_path / "p", pack(data), name)
    size = (tmp_path / "p" / name).stat().st_size
    (line, *_) = report(tmp_path / "p").splitlines()
    assert f": table-expansion: {size} bytes have become " in line
    became = int(line.split(" become ")[1].split()[0])
    assert max(1 << 20, 250 * size) < became < len(data)
    assert line.endswith(" so far; the limit is 250 for one")


def test_a_bomb_of_parquet_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.imports.files.FREE", 1 << 20)
    monkeypatch.setattr("kg.imports.columnar._CELLS", 3_000)
    cut_parquet(tmp_path / "p")
    rows = 100_000
    frame = pl.DataFrame({"id": ["1"], "day": ["2024-03-11"], "who": ["a" * 1_000]})
    pl.concat([frame] * rows).write_parquet(tmp_path / "p" / "rows.parquet", compression="zstd")
    found = report(tmp_path / "p")
    assert ": table-expansion: " in found


def test_a_row_without_end_is_refused_within_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.imports.text.LONGEST", 1_000)
    monkeypatch.setattr("kg.imports.files.BLOCK", 500)
    data = GOOD + b'2,2024-03-12,"' + b"lines\n" * 1_000
    (line, *_) = report(table(tmp_path / "p", data)).splitlines()
    assert line.startswith("rows.csv:2:1: row-length: a record goes on for more than 1000 bytes")


def test_a_run_gives_up_when_too_many_rows_are_bad(tmp_path: Path) -> None:
    data = HEADER + b"1,no day,Ana\n" * 5_000
    found = report(table(tmp_path / "p", data))
    assert found.count("row-date") == 20


def test_bad_rows_are_put_aside_with_their_reasons(tmp_path: Path) -> None:
    text = GOOD + (
        b'2,2024-03-12\n3,2023-02-29,Ana Lind\n4,2024-03-12,\n5,2024-03-12,"a"b\n'
        b"6,2024-03-12,Andr\xe9\n7,2024-03-12,NA\n8,2024-03-12,Tomas Berg\n"
    )
    root = table(tmp_path / "p", text)
    options = Options(quarantine=True)
    done = import_files(root, str(root / "spec.yaml"), [str(root / "rows.csv")], options)
    assert list(done.findings) == []
    counts = done.counts
    assert (counts.rows, counts.kept, counts.bad, counts.events) == (8, 2, 5, 2)
    assert dict(counts.dropped) == {"nobody took part": 1}
    assert done.folder is not None
    found = pl.read_csv(done.folder / "quarantine.csv", infer_schema=False)
    assert found.sort("record").rows() == [
        ("rows.csv", "2", None, "row-ragged", "2 values where 3 are due"),
        ("rows.csv", "3", "day", "row-date", "“2023-02-29” is no date written YYYY-MM-DD"),
        ("rows.csv", "4", "who", "row-empty", "the value is empty where a name is due"),
        ("rows.csv", "5", None, "row-quote", "a quotation mark stands inside a value"),
        ("rows.csv", "6", None, "table-encoding", "byte 117 of the file (0xE9) is not UTF-8"),
    ]
    # Numbers are those of the file, whatever was put aside.
    import_files(root, str(root / "spec.yaml"), [str(root / "rows.csv")], options)
    assert sorted(path.name for path in done.folder.iterdir()) == [
        "graph.nq.zst",
        "manifest.json",
        "quarantine.csv",
    ]
