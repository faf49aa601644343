"""What the rules make of date words: each function turns the parts of the words into dates.

A is the anchor, E another event's date. One unknown day is `[x..y]`, what lasts throughout `x/y`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from dateutil.relativedelta import relativedelta

from kg.facts.dates.edtf import Bounds, Edtf
from kg.facts.dates.printed import printed_texts
from kg.facts.dates.words import (
    Context,
    days_around,
    days_before,
    number,
)

# The parts of the words by name; one that is not in them is "".
Part = defaultdict[str, str]

HOURS: Final = {
    "morning": Bounds("0600", "1200"),
    "afternoon": Bounds("1200", "1800"),
    "evening": Bounds("1800", "2400"),
    "night": Bounds("1800", "0600"),
    "late": Bounds("2100", "2400"),
    "early": Bounds("0000", "0600"),
}
_ONE_DAY: Final = timedelta(days=1)


class Outcome(NamedTuple):
    """A date that a rule gives: EDTF text, narrower hours, and the values it is kept apart from.

    `explicit`: only where the curator writes this value.
    """

    edtf: str
    bounds: Bounds | None = None
    alternatives: tuple[str, ...] = ()
    explicit: bool = False


Outcomes = Callable[[Part, Context], Iterable[Outcome]]


def iso(day: date) -> str:
    """A day as EDTF."""
    return Edtf.of(day).text


def one_of(low: date | None, high: date | None) -> str:
    """One unknown day of a range, either end perhaps open."""
    if low is not None and low == high:
        return iso(low)
    return f"[{iso(low) if low else ''}..{iso(high) if high else ''}]"


def through(first: date, last: date) -> str:
    """Every day of a range."""
    return iso(first) if first == last else f"{iso(first)}/{iso(last)}"


def ago(part: Part) -> relativedelta:
    """The length that `n` and `unit` name; hours count as the days that they touch."""
    count = number(part["n"])
    match part["unit"].removesuffix("s"):
        case "hour":
            return relativedelta(days=-(-count // 24))
        case "day":
            return relativedelta(days=count)
        case "week":
            return relativedelta(weeks=count)
        case "month":
            return relativedelta(months=count)
        case _:
            return relativedelta(years=count)


def one(value: Callable[[Part, Context], str]) -> Outcomes:
    """A rule with one value."""
    return lambda part, context: [Outcome(value(part, context))]


def each(
    reading: Callable[[str, Context], Iterable[date]], hours: Bounds | None = None
) -> Outcomes:
    """A rule that gives the day its words name, once for each reading of them."""
    return lambda part, context: [Outcome(iso(day), hours) for day in reading(part["day"], context)]


def from_anchor(days: int) -> Outcomes:
    """A rule that gives A, so many days on."""
    return one(lambda _, context: iso(context.a + timedelta(days)))


def printed(part: Part, context: Context) -> Iterable[Outcome]:
    """The date or time that is printed."""
    return map(Outcome, printed_texts(part, context))


def day_last(part: Part, context: Context) -> Iterator[Outcome]:
    """The latest such day before A, never A itself: “October 7 last”."""
    for day in days_before(part["day"], Context(context.a - _ONE_DAY, None)):
        yield Outcome(iso(day))


def last_weekday(part: Part, context: Context) -> Iterator[Outcome]:
    """A week before the nearest such weekday, which is kept as alternative unless it is A."""
    (nearer,) = days_before(part["day"], context)
    yield Outcome(iso(nearer - 7 * _ONE_DAY), None, (iso(nearer),) if nearer != context.a else ())


def days_ago(part: Part, context: Context) -> str:
    """A, so many days back."""
    return iso(context.a - ago(part))


def weeks_ago(part: Part, context: Context) -> str:
    """A, so many weeks back, as an approximate day."""
    return f"{iso(context.a - ago(part))}~"


def up_to_anchor(_part: Part, context: Context) -> str:
    """Any day up to A."""
    return one_of(None, context.a)


def from_anchor_on(_part: Part, context: Context) -> str:
    """Any day from A on."""
    return one_of(context.a, None)


def up_to(part: Part, context: Context) -> Iterator[Outcome]:
    """Any day up to the one that the words name."""
    for day in days_before(part["day"], context):
        yield Outcome(one_of(None, day))


def same_day(_part: Part, context: Context) -> str:
    """E, without its time of day."""
    return iso(context.e.day) if context.e.day else context.e.text


def day_offset(part: Part, context: Context) -> str:
    """E, so many days or weeks on or back."""
    step = ago(part)
    return iso(context.e_day - step if part["before"] else context.e_day + step)


def hours_from(part: Part, context: Context) -> Iterator[Outcome]:
    """E or the day next to it; E alone where the curator says so."""
    day = context.e_day
    first, last = (day - _ONE_DAY, day) if part["before"] else (day, day + _ONE_DAY)
    yield Outcome(f"[{iso(first)},{iso(last)}]")
    yield Outcome(iso(day), explicit=True)


def night_before(_part: Part, context: Context) -> str:
    """A or the day before: a night has two days."""
    return f"[{iso(context.a - _ONE_DAY)},{iso(context.a)}]"


def hours_alone(part: Part, context: Context) -> Iterator[Outcome]:
    """Hours with no day beside them: those of E if an event is named, else of A."""
    yield Outcome(iso(context.nearest_day), HOURS[part["hours"]])


def hours_today(part: Part, context: Context) -> Iterator[Outcome]:
    """The morning, afternoon or evening of A, or the night that follows it."""
    yield Outcome(iso(context.a), HOURS[part["hours"] or "night"])


def hours_of_day(part: Part, context: Context) -> Iterable[Outcome]:
    """The hours of each reading of the day."""
    return each(days_around, HOURS[part["hours"]])(part, context)
