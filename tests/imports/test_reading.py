"""What stands in a table is what comes out of it, whatever the format, byte for byte."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.check.diagnostic import Findings
from kg.check.report import text_report
from kg.imports.faults import Faults
from kg.imports.raw import raw_frames
from kg.rdf.zstd import compress
from tests.imports.importing import inputs, spec_of

SPEC = """\
name: lakes
title: Talks of the lakes
software: {{id: coder, name: A coder}}
file: {{{form}}}
event: {{key: a, is: talks}}
row: {{key: [b, c]}}
"""
# Texts that readers of tables are known to change.
VALUES = [
    "007",
    "NA",
    "null",
    "",
    " a ",
    "1e5",
    "1_000",
    "9007199254740993",
    "18446744073709551617",
    "0.10",
    "TRUE",
    "2024-03-11",
    "#x",
    "é\u00a0ñ",
    "🕊",
    "a'b",
    "\u2028",
    "\x1b",
    "-0",
    "+1",
    "\ufeff",
]


def read(path: Path, form: str) -> list[tuple[str | None, str | None, str | None, int]]:
    """The rows of a file with columns a, b and c, and their numbers."""
    findings = Findings()
    faults = Faults(findings)
    (file,) = inputs(path)
    found = [frame for _, frame in raw_frames(spec_of(SPEC.format(form=form)), file, faults)]
    assert text_report(findings) == ""
    return pl.concat(found).select("a", "b", "c", "@row").rows()


def expected(columns: list[str]) -> list[tuple[str, str, str, int]]:
    return [(value, "x", value, number) for number, value in enumerate(columns, 1)]


def as_csv(values: list[str], delimiter: str = ",", end: str = "\n", quoting: int = 0) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(["c", "a", "b"])
    writer.writerows([(value, value, "x") for value in values])
    return out.getvalue().encode()


@pytest.mark.parametrize(
    ("name", "form", "data"),
    [
        ("x.csv", "format: csv", as_csv(VALUES)),
        ("x.csv", "format: csv", b"\xef\xbb\xbf" + as_csv(VALUES)),
        ("x.csv", "format: csv", as_csv(VALUES, end="\r\n")),
        ("x.csv", "format: csv", as_csv(VALUES).rstrip(b"\n")),
        ("x.csv", "format: csv", as_csv(VALUES, quoting=csv.QUOTE_ALL)),
        ("x.csv", "format: csv, delimiter: ;", as_csv(VALUES, ";")),
        ("x.tsv", "format: tsv", as_csv(VALUES, "\t")),
        ("x.tsv", "format: tsv, quote: double", as_csv(VALUES, "\t", quoting=csv.QUOTE_ALL)),
        ("x.csv.gz", "format: csv", gzip.compress(as_csv(VALUES))),
        ("x.csv.zst", "format: csv", compress(as_csv(VALUES))),
        (
            "x.two.gz",
            "format: csv",
            gzip.compress(as_csv(VALUES)[:40]) + gzip.compress(as_csv(VALUES)[40:]),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_texts_stay_what_they_are(name: str, form: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert read(path, form) == expected(VALUES)


def test_quoted_values_may_hold_anything(tmp_path: Path) -> None:
    values = [*VALUES, 'say "no"', "a,b", "two\nlines", "a\r\nb", '"', "\n", ",,"]
    path = tmp_path / "x.csv"
    path.write_bytes(as_csv(values))
    assert read(path, "format: csv") == expected(values)


def test_tabs_alone_delimit_where_nothing_is_quoted(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text('a\tb\tc\n"open\t"\ta"b\n', encoding="utf-8")
    assert read(path, "format: tsv") == [('"open', '"', 'a"b', 1)]


def test_missing_words_and_empty_values(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b,c\nNA,,null\n-,na,NA \n", encoding="utf-8")
    assert read(path, "format: csv") == [("NA", "", "null", 1), ("-", "na", "NA ", 2)]
    assert read(path, "format: csv, missing: NA") == [(None, "", "null", 1), ("-", "na", "NA ", 2)]
    assert read(path, 'format: csv, missing: ["NA", "-"], empty: missing') == [
        (None, None, "null", 1),
        (None, "na", "NA ", 2),
    ]


def test_without_a_header_columns_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text("1\t2\t3\t4\n5\t6\t7\t8\n", encoding="utf-8")
    form = "format: tsv, columns: [c, x, a, b]"
    assert read(path, form) == [("3", "4", "1", 1), ("7", "8", "5", 2)]


def test_records_are_numbered_through_all_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.imports.files.BLOCK", 37)
    values = [f"{number}\n{number}, é" for number in range(500)]
    path = tmp_path / "x.csv"
    path.write_bytes(as_csv(values))
    assert read(path, "format: csv") == expected(values)


def test_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    lines = [json.dumps({"c": value, "a": value, "b": "x", "z": 1}) for value in VALUES]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert read(path, "format: jsonl") == expected(VALUES)
    path.write_text('{"a": 9007199254740993, "b": null}\n{"a": true, "b": "", "c": 0}\n')
    assert read(path, "format: jsonl, missing: NA") == [
        ("9007199254740993", None, None, 1),
        ("true", "", "0", 2),
    ]


def test_parquet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.imports.columnar._CELLS", 30)
    path = tmp_path / "x.parquet"
    pl.DataFrame({"a": VALUES, "b": ["x"] * len(VALUES), "c": VALUES}).write_parquet(path)
    assert read(path, "format: parquet") == expected(VALUES)
    frame = pl.DataFrame(
        {"a": [2**63 - 1, None], "b": [0, 7], "c": ["2024-03-11", None]},
        schema={"a": pl.Int64, "b": pl.UInt8, "c": pl.String},
    ).with_columns(pl.col("c").str.to_date())
    frame.write_parquet(path)
    assert read(path, "format: parquet") == [
        ("9223372036854775807", "0", "2024-03-11", 1),
        (None, "7", None, 2),
    ]


@settings(derandomize=True, max_examples=100, deadline=None)
@given(
    st.lists(st.text(st.characters(codec="utf-8"), max_size=12), min_size=1, max_size=12),
    st.sampled_from((1, 7, 64, 4_096)),
)
def test_any_text_comes_out_of_csv_as_it_went_in(
    tmp_path_factory: pytest.TempPathFactory, values: list[str], block: int
) -> None:
    path = tmp_path_factory.mktemp("csv") / "x.csv"
    path.write_bytes(as_csv(values, quoting=csv.QUOTE_ALL))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.imports.files.BLOCK", block)
        assert read(path, "format: csv") == expected(values)
