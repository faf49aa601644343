"""The date that words name: which rules read them, and which of their dates is meant.

The rules count from the anchor A and from another event's date E alone; the clock of the machine
and its locale are never asked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from functools import lru_cache
from typing import Final, NamedTuple

from kg.facts.dates.edtf import Bounds, Edtf, EdtfError
from kg.facts.dates.outcomes import Outcome
from kg.facts.dates.rules import RULES, TABLE, Rule
from kg.facts.dates.words import CLOCK, Context, DateError, clock, fold

__all__ = ["RULES", "DateError", "Resolution", "readings", "resolve"]

_CLOCK_LAST: Final = re.compile(rf"(?P<rest>.+?),? (?:at )?{CLOCK}")
_CLOCK_FIRST: Final = re.compile(rf"(?:at )?{CLOCK},? (?P<rest>.+)")


@dataclass(frozen=True, slots=True)
class Resolution:
    """A date, the rule that made it of its words, and the day that the rule counted from.

    `bounds` are hours narrower than the value's own; `alternatives` are values the rule weighed and
    did not take; `lower_inferred` says that the first day of a set is the curator's inference.
    """

    rule: str
    edtf: Edtf
    bounds: Bounds | None = None
    anchor: Edtf | None = None
    alternatives: tuple[Edtf, ...] = ()
    lower_inferred: bool = False


class _Reading(NamedTuple):
    """A resolution, and whether it counts only where the curator writes its value."""

    resolution: Resolution
    explicit: bool


_Match = tuple[Rule, dict[str, str], dict[str, str] | None]


def readings(
    words: str | None, anchor: date | None, *, reference: Edtf | None = None
) -> tuple[Resolution, ...]:
    """Every reading of these words in the order of the rules, a past one before a future one.

    Without those that count only where a curator names the rule or writes the value.
    """
    found, _ = _read(fold(words or ""), None, anchor, reference)
    return tuple(reading.resolution for reading in found if not reading.explicit)


def resolve(
    words: str | None,
    value: Edtf | str | None,
    rule: str | None,
    anchor: date | None,
    reference: Edtf | None = None,
) -> Resolution:
    """The reading that gives this value by this rule; both optional where one date remains.

    Raises DateError with the code date-unresolved, date-ambiguous, date-mismatch, date-no-anchor,
    date-unknown-rule or date-malformed.
    """
    if rule is not None and rule not in RULES:
        near = get_close_matches(rule, RULES, n=1)
        raise DateError(
            "date-unknown-rule",
            f"there is no date rule “{rule}”",
            f"did you mean {near[0]}?" if near else f"the rules are {', '.join(RULES)}",
        )
    wanted = _parsed(value) if isinstance(value, str) else value
    words = " ".join((words or "").split())
    found, problems = _read(fold(words), rule, anchor, reference)
    if not found:
        raise _unread(words, rule, problems, anchor, reference)
    if wanted is None:
        return _only(words, [reading.resolution for reading in found if not reading.explicit])
    for reading, _ in found:
        if reading.edtf == wanted:
            return reading
    for reading, _ in found:
        if reading.rule == "recent" and _adds_lower(reading.edtf, wanted):
            return replace(reading, edtf=wanted, lower_inferred=True)
    given = _listed([reading.resolution for reading in found])
    raise DateError(
        "date-mismatch",
        f"“{words}” gives {given}, not {wanted}",
        "write one of these values, or mark the date as an inference with its reason",
    )


def _parsed(text: str) -> Edtf:
    try:
        return Edtf.parse(text)
    except EdtfError as error:
        raise DateError("date-malformed", str(error), "write the date as EDTF") from error


def _only(words: str, found: list[Resolution]) -> Resolution:
    if len({(reading.edtf, reading.bounds) for reading in found}) == 1:
        return found[0]
    raise DateError(
        "date-ambiguous",
        f"“{words}” may be {_listed(found)}",
        f"write which it is: “{words} = {found[0].edtf}” or “{words} = {found[-1].edtf}”",
    )


def _listed(found: list[Resolution]) -> str:
    return " or ".join(dict.fromkeys(f"{reading.edtf} ({reading.rule})" for reading in found))


def _adds_lower(open_value: Edtf, wanted: Edtf) -> bool:
    """Whether a value is `[..A]` with a first day put to it."""
    return (
        wanted.is_set
        and wanted.earliest is not None
        and "," not in wanted.text
        and wanted.text.endswith(open_value.text.removeprefix("["))
    )


def _unread(
    words: str,
    rule: str | None,
    problems: list[DateError],
    anchor: date | None,
    reference: Edtf | None,
) -> DateError:
    """Why there is no date: what went wrong in a rule that matched, else that none did."""
    if problems:
        return problems[0]
    others, _ = _read(fold(words), None, anchor, reference)
    if rule is not None and others:
        return DateError(
            "date-mismatch",
            f"the rule {rule} does not read “{words}”",
            f"it gives {_listed([reading.resolution for reading in others])}",
        )
    return DateError(
        "date-unresolved",
        f"no date rule reads “{words}”" if words else f"the rule {rule} needs words",
        "quote only the words that name the date; if they name none, give the date as an "
        "inference with its reason",
    )


def _read(
    words: str, rule: str | None, anchor: date | None, reference: Edtf | None
) -> tuple[list[_Reading], list[DateError]]:
    """What the rules make of folded words, and why those that match them give no date."""
    found, problems = _readings(words, rule, anchor, reference)
    # An error that was raised keeps what it was raised in: each is raised but once.
    return list(found), [DateError(of.code, str(of), of.fix) for of in problems]


@lru_cache(8192)
def _readings(
    words: str, rule: str | None, anchor: date | None, reference: Edtf | None
) -> tuple[tuple[_Reading, ...], tuple[DateError, ...]]:
    found: list[_Reading] = []
    problems: list[DateError] = []
    for row, parts, hour in _matching(words, rule):
        context = Context(anchor, reference)
        try:
            outcomes = list(row.outcomes(defaultdict(str, parts), context))
            if hour is not None:
                outcomes = [_at_minute(outcome, clock(hour)) for outcome in outcomes]
            found += (_reading(row.name, outcome, context) for outcome in outcomes)
        except DateError as error:
            problems.append(error)
        except EdtfError as error:
            problems.append(DateError("date-malformed", str(error), "see the words again"))
        except (ValueError, OverflowError):
            message = f"“{words}” leads to no day between the years 0001 and 9999"
            fix = "see whether the article's date and the number in the words are right"
            problems.append(DateError("date-malformed", message, fix))
    return tuple(dict.fromkeys(found)), tuple(problems)


@lru_cache(8192)
def _matching(words: str, rule: str | None) -> tuple[_Match, ...]:
    """The rows of the table that words match, with the words' parts and a time of day beside."""
    found: list[_Match] = []
    timed = _without_clock(words)
    for row in TABLE:
        if row.name != rule and (rule is not None or row.named_only):
            continue
        # A printed date takes its time into the value itself.
        for text, hour in ((words, None), *(timed if row.name != "printed" else ())):
            match = row.wording.fullmatch(text)
            if match is not None:
                found.append((row, match.groupdict(""), hour))
    return tuple(found)


def _reading(rule: str, outcome: Outcome, context: Context) -> _Reading:
    others = tuple(Edtf.parse(text) for text in outcome.alternatives)
    edtf = Edtf.parse(outcome.edtf)
    resolution = Resolution(rule, edtf, outcome.bounds, context.used, others)
    return _Reading(resolution, outcome.explicit)


def _without_clock(words: str) -> tuple[tuple[str, dict[str, str]], ...]:
    """The words beside a time of day such as “at 19:13”, and the parts of that time."""
    matches = (_CLOCK_LAST.fullmatch(words), _CLOCK_FIRST.fullmatch(words))
    return tuple((match["rest"], match.groupdict("")) for match in matches if match)


def _at_minute(outcome: Outcome, at: time) -> Outcome:
    """The day as it is, with the minute as its hours."""
    if outcome.bounds is not None or Edtf.parse(outcome.edtf).day is None:
        raise DateError(
            "date-unresolved",
            f"a time of day stands beside “{outcome.edtf}”, which is not one whole day",
            "quote the words of the day and of the time without the rest",
        )
    start = f"{at:%H%M}"
    end = f"{datetime.combine(date.min, at) + timedelta(minutes=1):%H%M}"
    return outcome._replace(bounds=Bounds(start, "2400" if end == "0000" else end))
