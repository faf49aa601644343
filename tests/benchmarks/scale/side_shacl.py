"""Our validation, from the table: mapped and validated a slice at a time.

python -m tests.benchmarks.scale.side_shacl events.parquet results.json real|table shapes.ttl…
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from kg.check.diagnostic import Findings
from kg.check.partitions import validate_slices
from kg.check.report import text_report
from kg.check.shacl import Report
from kg.check.shapes import Shapes, read_shapes
from kg.mapping.templates import read
from kg.rdf.vocabulary import Vocabulary
from tests.benchmarks.scale import ours, real
from tests.benchmarks.scale.table import SLICE


def shapes_of(files: list[Path], findings: Findings) -> Shapes:
    """The shapes, over the project's vocabulary and that of the benchmark."""
    vocabulary = Vocabulary.load([Path(__file__).with_name("ontology.ttl")])
    texts = {path.name: path.read_bytes() for path in files}
    found = read_shapes(texts, vocabulary, findings)
    if found is None:
        raise SystemExit(text_report(findings))
    return found


def report(source: Path, kind: str, files: list[Path], findings: Findings) -> Report | None:
    shapes = shapes_of(files, findings)
    if kind == "real":
        return validate_slices(
            real.slices(source), real.BASE, shapes, findings, shared=real.shared(source)
        )
    mapping = read(Path(__file__).with_name("mapping.yaml").read_text("utf-8"))
    rows = SLICE // 2  # a part of the memory is a slice's
    return validate_slices(ours.slices(source, rows), ours.BASE, shapes, findings, mapping=mapping)


def main() -> None:
    source, target, kind, *files = sys.argv[1:]
    findings = Findings()
    found = report(Path(source), kind, [Path(name) for name in files], findings)
    if found is None or findings.has_errors:
        raise SystemExit(text_report(findings))
    results = [[r.focus, r.path, r.value, r.component] for r in found.results]
    Path(target).write_text(json.dumps(sorted(results, key=str)))
    print(f"{found.focus_nodes} focus nodes; left to pySHACL: {dict(found.left)}")


if __name__ == "__main__":
    main()
