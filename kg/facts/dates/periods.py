"""What the rules make of words for weeks, months, seasons and stretches of days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from dateutil.relativedelta import MO, SA, SU, relativedelta

from kg.facts.dates.outcomes import Outcome, Outcomes, Part, ago, iso, one_of, through
from kg.facts.dates.words import (
    Context,
    DateError,
    Span,
    around,
    days_around,
    days_before,
    is_day,
    latest,
    month_number,
)

SEASONS: Final = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
THIRDS: Final = {
    "early": 1,
    "beginning": 1,
    "start": 1,
    "mid": 2,
    "middle": 2,
    "late": 3,
    "end": 3,
}
_ONE_DAY: Final = timedelta(days=1)


def more_than_ago(part: Part, context: Context) -> str:
    """Any day up to A less that length."""
    return one_of(None, context.a - ago(part))


def past_n(part: Part, context: Context) -> str:
    """Every day from A less that length to A."""
    return through(context.a - ago(part), context.a)


def week(context: Context, weeks: int = 0) -> Span:
    """The week of A, so many weeks on: the union of those from Monday and from Sunday."""
    starts = [context.a + relativedelta(weekday=day(-1), weeks=weeks) for day in (MO, SU)]
    return min(starts), max(starts) + 6 * _ONE_DAY


def this_week(_part: Part, context: Context) -> str:
    """One day of the week of A."""
    return one_of(*week(context))


def last_week(_part: Part, context: Context) -> str:
    """One day of the week before that of A."""
    return one_of(*week(context, -1))


def weekend(_part: Part, context: Context) -> Iterator[Outcome]:
    """The latest Saturday and Sunday; Friday and Saturday kept; all three if undecided."""
    saturday = context.a + relativedelta(weekday=SA(-1))
    later = one_of(saturday, saturday + _ONE_DAY)
    earlier = one_of(saturday - _ONE_DAY, saturday)
    yield Outcome(later, None, (earlier,))
    yield Outcome(earlier, None, (later,), explicit=True)
    yield Outcome(
        one_of(saturday - _ONE_DAY, saturday + _ONE_DAY), None, (later, earlier), explicit=True
    )


def month_of(day: date) -> Span:
    """First and last day of a day's month."""
    return day.replace(day=1), day + relativedelta(day=31)


def this_month(_part: Part, context: Context) -> str:
    """The month of A."""
    return iso(context.a)[:7]


def month_before(_part: Part, context: Context) -> str:
    """The month before that of A."""
    return iso(context.a - relativedelta(months=1))[:7]


def this_year(_part: Part, context: Context) -> str:
    """The year of A."""
    return iso(context.a)[:4]


def year_before(_part: Part, context: Context) -> str:
    """The year before that of A."""
    return iso(context.a - relativedelta(years=1))[:4]


def months(name: str, context: Context) -> list[Span]:
    """The months of that name around A."""
    years = range(context.a.year - 2, context.a.year + 3)
    return [month_of(date(year, month_number(name), 1)) for year in years]


def last_named_month(part: Part, context: Context) -> str:
    """The latest such month that is over."""
    return iso(latest(months(part["month"], context), context.a.replace(day=1) - _ONE_DAY)[0])[:7]


def named_month(part: Part, context: Context) -> Iterator[Outcome]:
    """The month of the printed year, else the latest and the next."""
    if part["year"]:
        yield Outcome(f"{part['year']}-{month_number(part['month']):02}")
    else:
        for span in around(months(part["month"], context), context.a):
            yield Outcome(iso(span[0])[:7])


def period(part: Part, context: Context) -> Span:
    """The week, month or year of A."""
    match part["period"]:
        case "week":
            return week(context)
        case "month":
            return month_of(context.a)
        case _:
            return context.a.replace(month=1, day=1), context.a.replace(month=12, day=31)


def earlier_this(part: Part, context: Context) -> str:
    """Any day of the week, month or year of A, up to A."""
    return one_of(period(part, context)[0], context.a)


def later_this(part: Part, context: Context) -> str:
    """Any day of the week, month or year of A, from A on."""
    return one_of(context.a, period(part, context)[1])


def third(part: Part, month: Span) -> Span:
    """Days 1 to 10, 11 to 20, or from 21 on."""
    position = THIRDS[part["third"]]
    first = month[0].replace(day=10 * position - 9)
    return first, month[1] if position == 3 else first + 9 * _ONE_DAY


def part_of_month(part: Part, context: Context) -> Iterator[Outcome]:
    """A third of the month of the printed year, else the latest and the next."""
    if part["year"]:
        month = month_of(date(int(part["year"]), month_number(part["month"]), 1))
        yield Outcome(one_of(*third(part, month)))
    else:
        spans = [third(part, month) for month in months(part["month"], context)]
        for span in around(spans, context.a):
            yield Outcome(one_of(*span))


def part_of_this_month(part: Part, context: Context) -> str:
    """A third of the month of A or of the one before."""
    day = context.a - relativedelta(months=1) if part["last"] else context.a
    return one_of(*third(part, month_of(day)))


def season(part: Part, context: Context) -> Iterator[Outcome]:
    """The season of the printed year, the last that is over, or the latest and the next."""
    name = SEASONS[part["season"]]
    if part["year"]:
        yield Outcome(f"{part['year']}-{name}")
        return
    years = range(context.a.year - 2, context.a.year + 3)
    texts = {season_span(year, name): f"{year:04}-{name}" for year in years}
    if part["last"]:
        yield Outcome(texts[latest([span for span in texts if span[1] < context.a], context.a)])
    else:
        for span in around(texts, context.a):
            yield Outcome(texts[span])


def season_span(year: int, name: int) -> Span:
    """First and last day of an EDTF season, 21 to 24."""
    first = date(year, 3 * (name - 20), 1)
    return first, first + relativedelta(months=2, day=31)


def since_day(part: Part, context: Context) -> Iterator[Outcome]:
    """A day between the one that the words name and A."""
    for day in days_before(part["day"], context):
        yield Outcome(one_of(day, context.a))


def since_event(part: Part, context: Context) -> Iterator[Outcome]:
    """A day between E and A."""
    if is_day(part["event"]):
        return
    last, earliest = context.a, context.e.earliest
    if earliest is None or earliest.date() > last:
        raise DateError(
            "date-mismatch",
            f"the other event ({context.e}) did not begin by {last}",
            "see which event the words count from",
        )
    yield Outcome(one_of(earliest.date(), last))


def stretch(text: Callable[[date, date], str]) -> Outcomes:
    """A rule with two days: the first is the nearest on or before each reading of the last."""

    def outcomes(part: Part, context: Context) -> Iterator[Outcome]:
        ends = days_around(part["day2"], context)
        pairs = [(first, end) for end in ends for first in days_before(part["day"], Context(end))]
        yield from map(Outcome, ordered(text, pairs))

    return outcomes


def stretch_in_month(part: Part, context: Context) -> Iterator[Outcome]:
    """Every day between two of one month, which is named once."""
    ends = days_around(f"{part['month']} {part['dom2']} {part['year']}".strip(), context)
    first = int(part["dom"].rstrip("stndrh"))
    yield from map(Outcome, ordered(through, [(end.replace(day=first), end) for end in ends]))


def ordered(text: Callable[[date, date], str], pairs: list[Span]) -> list[str]:
    """The values of these pairs, each once; raises DateError where one ends before it starts."""
    for first, last in pairs:
        if first > last:
            raise DateError(
                "date-mismatch",
                f"{first} comes after {last}",
                "see whether the words are quoted in the article's order",
            )
    return list(dict.fromkeys(text(first, last) for first, last in pairs))


def begins(reading: Callable[[str, Context], Iterable[date]]) -> Outcomes:
    """A rule that gives a day and no end."""
    return lambda part, context: [
        Outcome(f"{iso(day)}/..") for day in reading(part["day"], context)
    ]


def lasts(part: Part, context: Context) -> str:
    """So many days or weeks from E on."""
    return through(context.e_day, context.e_day + ago(part) - _ONE_DAY)
