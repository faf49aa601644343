"""What the tests of imports share: fixtures, small projects, imports run in one call."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from kg.bulk import Imported, Options, import_files
from kg.check.diagnostic import Findings
from kg.check.report import text_report
from kg.imports.faults import Faults
from kg.imports.files import Input, hashed
from kg.imports.read_spec import read_spec, spec_path
from kg.imports.spec import Spec
from kg.imports.staging import Sample, Stage, stage
from kg.mapping.tables import Tables
from kg.rdf.vocabulary import Vocabulary
from kg.rdf.zstd import decompress
from tests.golden import TESTS

TABLES = TESTS / "imports" / "tables"
BASE = "https://example.org/id/"
SETTINGS = f"""\
base: {BASE}
title: A small project
version: 1.0.0
issued: 2024-04-01
licence: https://creativecommons.org/publicdomain/zero/1.0/
creators: A newsroom
languages: en
"""


def project(root: Path, files: Mapping[str, str] | None = None) -> Path:
    """A project that holds nothing but settings and the files given."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "kg.yaml").write_text(SETTINGS, encoding="utf-8")
    for name, text in (files or {}).items():
        (root / name).write_bytes(text.encode())
    return root


def spec_of(text: str) -> Spec:
    """A specification that must be right, by the name of one that comes along or by its text."""
    findings = Findings()
    named = "\n" not in text
    data = spec_path(text).read_bytes() if named else text.encode()
    spec = read_spec(data, text if named else "spec.yaml", Vocabulary.builtin(), findings)
    assert text_report(findings) == ""
    assert spec is not None
    return spec


def inputs(*paths: Path) -> tuple[Input, ...]:
    findings = Findings()
    found = hashed(paths, findings)
    assert text_report(findings) == ""
    return found


def staged(
    spec: Spec,
    *paths: Path,
    every_code: bool = False,
    sample: Sample | None = None,
    partitions: int | None = None,
) -> tuple[Stage, list[Tables]]:
    """All slices of an import without faults, each valid."""
    findings = Findings()
    with tempfile.TemporaryDirectory() as folder:
        made = stage(
            spec,
            inputs(*paths),
            Path(folder) / "x",
            Faults(findings),
            every_code=every_code,
            sample=sample,
            partitions=partitions,
        )
        assert text_report(findings) == ""
        return made, list(made.slices(Vocabulary.builtin()))


def joined(slices: list[Tables]) -> Tables:
    """The rows of all slices, held to be no more than once each."""
    tables = Tables({name: pl.concat([part[name] for part in slices]) for name in slices[0]})
    tables.validate()
    return tables


def imported(
    root: Path, spec: str, *paths: Path | str, options: Options | None = None
) -> tuple[Imported, list[str]]:
    """Run an import; what it did, and the lines of the graph, sorted, if it wrote one."""
    done = import_files(root, spec, [str(path) for path in paths], options)
    return done, lines(done.folder) if done.folder else []


def lines(folder: Path) -> list[str]:
    """The lines of a graph that was written, sorted."""
    return sorted(decompress((folder / "graph.nq.zst").read_bytes()).decode().splitlines())
