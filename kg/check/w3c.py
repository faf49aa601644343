"""A validation report as the W3C has it: RDF in Turtle (SHACL, section 3.6)."""

from __future__ import annotations

from kg.check.diagnostic import Severity
from kg.check.shacl import Report, Result
from kg.rdf.escape import literal

_SEVERITIES = {
    Severity.ERROR: "sh:Violation",
    Severity.WARNING: "sh:Warning",
    Severity.NOTE: "sh:Info",
}


def w3c(report: Report) -> str:
    """The report as Turtle, its results in the report's order.

    A path of several steps is left out, since the results do not keep it.
    """
    lines = [
        "@prefix sh: <http://www.w3.org/ns/shacl#> .",
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .",
        "",
        "[] a sh:ValidationReport ;",
        f"    sh:conforms {'true' if report.conforms else 'false'}",
    ]
    for result in report.results:
        lines[-1] += " ;"
        lines += ["    sh:result [", *_result(result), "    ]"]
    lines[-1] += " ."
    return "\n".join(lines) + "\n"


def _result(result: Result) -> list[str]:
    properties = [
        ("a", "sh:ValidationResult"),
        ("sh:focusNode", result.focus),
        ("sh:resultPath", _node(result.path) if result.path else ""),
        ("sh:value", result.value or ""),
        ("sh:resultSeverity", _SEVERITIES[result.severity]),
        ("sh:resultMessage", literal(result.message) if result.message else ""),
        ("sh:sourceConstraintComponent", _node(result.component)),
        ("sh:sourceShape", _node(result.shape)),
    ]
    return [f"        {name} {value} ;" for name, value in properties if value]


def _node(name: str) -> str:
    return name if name.startswith("_:") else f"<{name}>"
