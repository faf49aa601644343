"""The pipeline of bulk files: a specification read, rows judged, mapped, validated, written."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import polars as pl

from kg.bulk_shapes import SliceCheck
from kg.check.diagnostic import Findings, Span
from kg.check.engines import Choice
from kg.check.shapes import Shapes, read_shapes
from kg.facts.dates.edtf import Edtf
from kg.facts.files import read_bytes
from kg.facts.folder import SETTINGS
from kg.facts.project import vocabulary_of
from kg.facts.settings import Settings, read_settings
from kg.facts.yaml.nodes import read
from kg.imports.faults import Faults, TooManyFaults
from kg.imports.files import Input, expanded, hashed
from kg.imports.read_spec import load_spec, spec_path
from kg.imports.schemes import scheme_file, scheme_named
from kg.imports.spec import Spec
from kg.imports.staging import Counts, Sample, Stage, stage
from kg.joined import FOLDER
from kg.mapping.stream import Written, write_stream
from kg.mapping.tables import Tables
from kg.rdf.formats import FORMATS
from kg.rdf.resources import shape_files
from kg.rdf.vocabulary import Vocabulary
from kg.write import MANIFEST, aside, move_all, sealed

GRAPH = "graph.nq.zst"
ROWS = "rows"
"""The folder of what is on its way, gone in the end."""
QUARANTINE = "quarantine.csv"
REASONS = 12
"""Reasons for dropping rows that are told one by one."""
Extent = Literal["all", "sample", "none"]
_SHARE = re.compile(r"(100|[0-9]{1,2}(?:\.[0-9]{1,6})?)%")


@dataclass(frozen=True, slots=True)
class Options:
    """How an import is to be run; `output` is the folder to write, null for the project's own.

    `validate` says how much is held against the shapes: every slice of events, one, or none.
    """

    every_code: bool = False
    sample: Sample | None = None
    quarantine: bool = False
    dry_run: bool = False
    ordered: bool = False
    validate: Extent = "all"
    engine: Choice = "auto"
    output: Path | None = None
    partitions: int | None = None


@dataclass(slots=True)
class Progress:
    """Told what is being done: the bytes read of how many, then the triples written."""

    read: Callable[[int, int], None] = lambda _done, _all: None
    written: Callable[[int], None] = lambda _triples: None


@dataclass(slots=True)
class Imported:
    """What a run saw, found and wrote; `folder` is null where nothing was written."""

    findings: Findings = field(default_factory=Findings)
    counts: Counts = field(default_factory=Counts)
    graph: Written | None = None
    folder: Path | None = None
    validated: int = 0

    def summary(self, reasons: int | None = REASONS) -> list[str]:
        """What was looked at, in lines for a reader, with the commonest reasons or all (None)."""
        counts = self.counts
        lines = [f"{counts.rows} rows read, {counts.kept} kept, {counts.dropped.total()} dropped"]
        told = sorted(counts.dropped.items(), key=lambda reason: (-reason[1], reason[0]))
        lines += [f"{number:>10} dropped: {reason}" for reason, number in told[:reasons]]
        if rest := told[len(told[:reasons]) :]:
            number = sum(number for _, number in rest)
            lines.append(f"{number:>10} dropped for {len(rest)} other reasons, all in the manifest")
        if counts.undrawn:
            lines.append(f"{counts.undrawn:>10} of events that the sample did not draw")
        if counts.bad:
            lines.append(f"{counts.bad:>10} bad")
        if self.graph is not None:
            lines.append(
                f"{counts.events} events, {counts.claims} assertions, {self.graph.triples} "
                f"triples, {self.graph.uncompressed_bytes} bytes ({self.graph.bytes} compressed)"
            )
            lines.append(f"{self.validated} events validated")
        return lines


class ShareError(ValueError):
    """A sample that is no share of a hundred."""


def sample_of(share: str, seed: str) -> Sample:
    """The sample that `1%` and a seed mean; raises ShareError."""
    found = _SHARE.fullmatch(share)
    if found is None or not float(found[1]):
        raise ShareError(f"“{share}” is no share: write a number with % behind it, such as 1%")
    return Sample(float(found[1]) / 100, seed)


def check_spec(root: Path | None, spec: str) -> Findings:
    """Everything wrong with a specification."""
    findings = Findings()
    vocabulary = vocabulary_of(root) if root is not None else Vocabulary.builtin()
    load_spec(spec_path(spec), vocabulary, findings)
    return findings


def import_files(
    root: Path,
    spec_name: str,
    patterns: Sequence[str],
    options: Options | None = None,
    progress: Progress | None = None,
    make: Callable[..., Run] | None = None,
) -> Imported:
    """Import files into a project; where there is an error, nothing is written. Raises OSError.

    `make` makes another kind of Run than one on this machine.
    """
    done = Imported()
    options = options or Options()
    vocabulary = vocabulary_of(root)
    spec = load_spec(spec_path(spec_name), vocabulary, done.findings)
    settings = _settings(root, done.findings)
    if spec is None or settings is None:
        return done
    files = hashed(expanded(patterns), done.findings)
    if done.findings.has_errors:
        return done
    folder = options.output or (root / settings.output).resolve() / FOLDER / spec.name
    run = (make or Run)(
        root, settings, vocabulary, spec, files, options, progress or Progress(), done
    )
    with _workplace(folder, dry=options.dry_run) as work:
        if run.writes(work) and not options.dry_run:
            move_all(work, folder)
            done.folder = folder
    return done


@contextmanager
def _workplace(folder: Path, *, dry: bool) -> Iterator[Path]:
    """Where to write first: a passing folder for a dry run, else one beside the output."""
    if dry:
        with tempfile.TemporaryDirectory() as made:
            yield Path(made)
    else:
        with aside(folder) as made:
            yield made


def _settings(root: Path, findings: Findings) -> Settings | None:
    data = read_bytes(root / SETTINGS, SETTINGS, findings)
    node = read(data, SETTINGS, findings) if data is not None else None
    return read_settings(node, Vocabulary.builtin(), findings) if node is not None else None


Writer = Callable[[Shapes | None], Mapping[str, Written]]
"""Writes the graph, validating it on the way; what was written, by name of file."""


@dataclass(slots=True)
class Run:
    """One run of an import on this machine."""

    root: Path
    settings: Settings
    vocabulary: Vocabulary
    spec: Spec
    files: tuple[Input, ...]
    options: Options
    progress: Progress
    done: Imported

    def writes(self, work: Path) -> bool:
        """Write all outputs into a folder; whether they may be kept."""
        options, findings = self.options, self.done.findings
        faults = Faults(findings, work / QUARANTINE if options.quarantine else None)
        try:
            write = self.staged(work, faults)
        except TooManyFaults:
            self.done.counts.bad = faults.rows
            return False
        self._check_counts(self.done.counts)
        if self._failed():
            return False
        shapes = None
        if options.validate != "none":
            shapes = read_shapes(_shape_texts(self.root), self.vocabulary, findings)
        parts = write(shapes)
        self.done.graph = _whole(list(parts.values()))
        self._check_events(self.done.counts)
        if self._failed():
            return False
        self._write_rest(work, parts)
        shutil.rmtree(work / ROWS)
        return True

    def staged(self, work: Path, faults: Faults) -> Writer:
        """Read, judge and count all rows; what then writes the graph. Raises as `stage` does."""
        options = self.options
        staged = stage(
            self.spec,
            self.files,
            work / ROWS,
            faults,
            every_code=options.every_code,
            sample=options.sample,
            partitions=options.partitions,
            progress=self._reading(),
        )
        self.done.counts = staged.counts

        def write(shapes: Shapes | None) -> Mapping[str, Written]:
            slices = staged.slices(self.vocabulary, self._validating(staged, shapes))
            written = write_stream(
                slices,
                self.settings.base,
                FORMATS["nq"],
                work / GRAPH,
                compress=True,
                ordered=options.ordered,
                progress=self.progress.written,
            )
            return {GRAPH: written}

        return write

    def _failed(self) -> bool:
        return self.done.findings.has_errors

    def _reading(self) -> Callable[[int], None]:
        total = sum(file.bytes for file in self.files)
        done = 0

        def progress(read: int) -> None:
            nonlocal done
            done += read
            self.progress.read(done, total)

        return progress

    # --- Counts ----------------------------------------------------------------------------------

    def _check_counts(self, counts: Counts) -> None:
        if self._failed():  # what is wrong already explains the numbers
            return
        if not counts.kept:
            self.done.findings.error(
                "import-empty",
                f"none of the {counts.rows} rows was kept",
                Span(self.spec.label),
                "see the reasons below, and correct the specification or name other files",
            )
        self._expect("rows", counts.rows)
        if self.options.sample is None:
            self._expect("kept", counts.kept)

    def _check_events(self, counts: Counts) -> None:
        if self.options.sample is None:
            self._expect("events", counts.events)

    def _expect(self, what: str, found: int) -> None:
        due = self.spec.expect.get(what, found)
        if due != found:
            self.done.findings.error(
                "import-count",
                f"{found} {'rows kept' if what == 'kept' else what} where {due} are expected",
                Span(self.spec.label),
                "see whether files are missing, or correct `expect:`",
            )

    # --- Validation ------------------------------------------------------------------------------

    def check(self, shapes: Shapes, dates: Mapping[str, Edtf]) -> SliceCheck:
        """What slices of events are to be held against."""
        options, base = self.options, self.settings.base
        return SliceCheck(shapes, options.engine, base, self.spec, self.files, dates)

    def _validating(
        self, staged: Stage, shapes: Shapes | None
    ) -> Callable[[pl.DataFrame, Tables], None] | None:
        if shapes is None:
            return None
        check = self.check(shapes, staged.dates)

        def seen(kept: pl.DataFrame, tables: Tables) -> None:
            if self.done.findings.has_errors:
                return
            if self.options.validate == "sample" and self.done.validated:
                return
            self.done.validated += check.events(kept, tables, self.done.findings)

        return seen

    # --- What goes beside the graph --------------------------------------------------------------

    def _write_rest(self, work: Path, parts: Mapping[str, Written]) -> None:
        scheme = scheme_named(self.spec.scheme) if self.spec.scheme else None
        if scheme is not None:
            shutil.copyfile(scheme_file(scheme), work / f"{scheme}.ttl")
        known = {name: {"bytes": part.bytes, "sha256": part.sha256} for name, part in parts.items()}
        outputs = {
            path.name: known.get(path.name) or _described(path)
            for path in sorted(work.iterdir())
            if path.is_file()
        }
        counts, sample = self.done.counts, self.options.sample
        graph = self.done.graph
        content: dict[str, Any] = {
            "title": self.spec.title,
            "import": self.spec.name,
            "base": self.settings.base,
            "specification": {"name": Path(self.spec.label).name, "sha256": self.spec.sha256},
            "every_code": self.options.every_code,
            "sample": {"share": sample.share, "seed": sample.seed} if sample else None,
            "validated": self.options.validate,
            "counts": {
                "rows": counts.rows,
                "kept": counts.kept,
                "dropped": dict(sorted(counts.dropped.items())),
                "undrawn": counts.undrawn,
                "quarantined": counts.bad,
                "events": counts.events,
                "claims": counts.claims,
                "triples": graph.triples if graph else 0,
            },
            "inputs": [
                {"file": file.shown, "bytes": file.bytes, "sha256": file.sha256}
                for file in self.files
            ],
            "outputs": outputs,
        }
        (work / MANIFEST).write_bytes(sealed(content))


def _whole(parts: Sequence[Written]) -> Written:
    """Several files as one, whose hash is that of their hashes unless it is but one."""
    if len(parts) == 1:
        return parts[0]
    return Written(
        sum(part.triples for part in parts),
        sum(part.bytes for part in parts),
        hashlib.sha256("".join(part.sha256 for part in parts).encode()).hexdigest(),
        sum(part.uncompressed_bytes for part in parts),
    )


def _described(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}


def _shape_texts(root: Path) -> dict[str, bytes]:
    paths = (*shape_files(), *sorted((root / "shapes").glob("*.ttl")))
    return {f"shapes/{path.name}": path.read_bytes() for path in paths}
