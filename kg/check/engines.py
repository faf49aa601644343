"""Which engine validates: the fast one, pySHACL, each where it is best, or both side by side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from kg.check.diagnostic import Findings, Span
from kg.check.shacl import Engine, EngineError, Report, Result, check_report
from kg.check.shapes import Shapes

Choice = Literal["auto", "fast", "pyshacl", "both"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
_PLACE = Span("shapes")
_SHOWN = 50


def validate(choice: Choice, data: bytes, shapes: Shapes, findings: Findings) -> Report | None:
    """The report of the chosen engine, or null where it could not validate at all.

    `auto` is the fast engine, with pySHACL for every shape on which the two are not known to agree;
    `fast` leaves to pySHACL only what the fast engine cannot do. `both` runs `fast` and pySHACL,
    and gives the report of pySHACL.
    Findings: `shacl-engine-failed`, `shacl-engines-differ`, and those of `check_report`.
    """
    try:
        reports = [engine.validate(data, shapes) for engine in _engines(choice)]
    except EngineError as error:
        engine_failed(error, findings)
        return None
    *others, report = reports
    for other in others:
        _compare(other, report, findings)
    findings.items += check_report(report)
    return report


def engine_failed(error: EngineError, findings: Findings) -> None:
    """Find that an engine could not validate at all."""
    findings.error(
        "shacl-engine-failed",
        f"nothing was validated: {error}",
        _PLACE,
        "correct the shape or the query that the message speaks of",
    )


def _engines(choice: Choice) -> Iterable[Engine]:
    """The engines of a choice; each is loaded only if it is to run."""
    if choice != "pyshacl":
        from kg.check.compiled_engine import CompiledEngine

        yield CompiledEngine(cautious=choice == "auto")
    if choice in ("pyshacl", "both"):
        from kg.check.pyshacl_engine import PyshaclEngine

        yield PyshaclEngine()


def _compare(fast: Report, reference: Report, findings: Findings) -> None:
    in_fast, in_reference = set(fast.results), set(reference.results)
    only_fast = [result for result in fast.results if result not in in_reference]
    only_reference = [result for result in reference.results if result not in in_fast]
    if only_fast or only_reference:
        common = len(fast.results) - len(only_fast)
        lines = [
            f"the engines agree on {common} results and differ on "
            f"{len(only_fast) + len(only_reference)}",
            *_listed("the fast engine", only_fast),
            *_listed("pySHACL", only_reference),
        ]
        findings.error(
            "shacl-engines-differ",
            "\n".join(lines),
            _PLACE,
            "rewrite the shape so that both agree, or check with --engine auto, which leaves to "
            "pySHACL what the engines are not known to agree on",
        )


def _listed(engine: str, results: list[Result]) -> list[str]:
    lines = [f"only {engine} finds {len(results)}:"]
    lines += [f"- {_line(result)}" for result in results[:_SHOWN]]
    if len(results) > _SHOWN:
        lines.append(f"- and {len(results) - _SHOWN} more")
    return lines


def _line(result: Result) -> str:
    component = result.component.rsplit("#", 1)[-1].removesuffix("ConstraintComponent")
    path = f" {result.path}" if result.path else ""
    value = f" {result.value}" if result.value is not None else ""
    return (
        f"{result.shape} ({component}, {result.severity}): {result.focus}{path}{value}: "
        f"{result.message}"
    )
