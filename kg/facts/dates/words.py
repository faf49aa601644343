"""Words of dates: how they are folded, which forms name a day, and which days those can be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from typing import Final

from dateutil.relativedelta import relativedelta, weekday

from kg.facts.dates.edtf import MONTHS, Edtf

Span = tuple[date, date]

_LONGEST: Final = 200
_QUOTES_AND_DASHES: Final = str.maketrans("’‘–—−", "''---")
_TIME_FIX: Final = "quote the day without the time"
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SMALL: Final = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
)
_NUMBERS: Final = {word: count for count, word in enumerate(_SMALL, 1)} | {
    "a": 1,
    "an": 1,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
}
RELATIVE: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}

WEEKDAY: Final = rf"(?:{'|'.join(_WEEKDAYS)}|(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\.?)"
MONTH: Final = (
    rf"(?:{'|'.join(MONTHS).lower()}|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?)"
)
YEAR: Final = r"[12][0-9]{3}"
NUMBER: Final = rf"(?:{'|'.join(_NUMBERS)}|[0-9]{{1,3}})"
DAY_OF_MONTH: Final = r"[0-3]?[0-9](?:st|nd|rd|th)?"
CLOCK: Final = (
    r"(?P<hour>[0-2]?[0-9])(?:(?::(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9]))?)"
    r"(?: ?(?P<half>[ap])\.?m\b\.?)?| ?(?P<only>[ap])\.?m\b\.?)"
)
_IN_WORDS: Final = (
    rf"(?:(?P<beside>{WEEKDAY}),? )?"
    rf"(?:(?P<month>{MONTH}) (?P<day>{DAY_OF_MONTH})"
    rf"|(?:the )?(?P<day_first>{DAY_OF_MONTH})(?: of)? (?P<month_last>{MONTH}))"
)
_DAY: Final = re.compile(
    rf"(?P<weekday>{WEEKDAY})|{_IN_WORDS}(?:,? (?P<year>{YEAR}))?"
    rf"|(?P<iso>{YEAR}[-/][0-9]{{2}}[-/][0-9]{{2}})"
    rf"|(?P<figures>[0-9]{{1,2}}[/.-][0-9]{{1,2}})(?:[/.-](?P<figures_year>{YEAR}))?"
)


def _plain(pattern: str) -> str:
    return re.sub(r"\?P<\w+>", "?:", pattern)


MONTH_AND_DAY: Final = rf"(?:{_plain(_IN_WORDS)}|[0-9]{{1,2}}/[0-9]{{1,2}})"
FULL_DAY: Final = (
    rf"(?:{_plain(_IN_WORDS)},? {YEAR}|{YEAR}[-/][0-9]{{2}}[-/][0-9]{{2}}"
    rf"|[0-9]{{1,2}}[/.-][0-9]{{1,2}}[/.-]{YEAR})"
)
DAY: Final = rf"(?:{'|'.join(RELATIVE)}|{FULL_DAY}|{MONTH_AND_DAY}|{WEEKDAY})"


class DateError(ValueError):
    """Words that give no date, several, or another one; `code` and `fix` as in a diagnostic."""

    def __init__(self, code: str, message: str, fix: str) -> None:
        super().__init__(message)
        self.code = code
        self.fix = fix


class Context:
    """What words count from; notes which of the two days a rule has used."""

    def __init__(self, anchor: date | None, reference: Edtf | None = None) -> None:
        self._anchor = anchor
        self._reference = reference
        self._used: Edtf | None = None

    @property
    def a(self) -> date:
        """The anchor A; raises DateError if there is none."""
        if self._anchor is None:
            raise DateError(
                "date-no-anchor",
                "these words count from a day that is not known",
                "give `published:` or `written:` of the article, or `when:` of the utterance",
            )
        self._used = self._used or Edtf.of(self._anchor)
        return self._anchor

    @property
    def e(self) -> Edtf:
        """The date E of another event; raises DateError if there is none."""
        if self._reference is None:
            raise DateError(
                "date-no-anchor",
                "these words count from the date of another event, and none is named",
                "name that event with `from:`",
            )
        self._used = self._reference
        return self._reference

    @property
    def e_day(self) -> date:
        """The day E; raises DateError if E is missing or more than one day."""
        day = self.e.day
        if day is None:
            raise DateError(
                "date-no-anchor",
                f"these words count from one day, but the other event's date is {self.e}",
                "name an event whose day is known, or write the date as an inference",
            )
        return day

    @property
    def nearest_day(self) -> date:
        """E where an event is named, else A: the day of an "evening" with no day beside it."""
        return self.a if self._reference is None else self.e_day

    @property
    def used(self) -> Edtf | None:
        """The day counted from: E if a rule has asked for it, else A if it has, else None."""
        return self._used


def fold(words: str) -> str:
    """The words in NFC and lower case, white space and dashes alike, outer punctuation gone."""
    if len(words) > _LONGEST:
        raise DateError(
            "date-malformed",
            f"date words of {len(words)} characters: at most {_LONGEST} are read",
            "quote only the words that name the date",
        )
    text = unicodedata.normalize("NFC", words).lower().translate(_QUOTES_AND_DASHES)
    text = " ".join(text.split()).strip(" ,;:")
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    return text.removesuffix(".")


def number(text: str) -> int:
    """The count that a NUMBER names; nothing counts as one."""
    return int(text) if text.isdigit() else _NUMBERS[text or "one"]


def month_number(text: str) -> int:
    """1 to 12 for a MONTH."""
    return [name[:3].lower() for name in MONTHS].index(text[:3]) + 1


def weekday_of(text: str) -> weekday:
    """The dateutil weekday of a WEEKDAY."""
    return weekday([name[:3] for name in _WEEKDAYS].index(text[:3]))


def clock(groups: Mapping[str, str]) -> time:
    """The time that a CLOCK names; raises DateError."""
    hour = int(groups["hour"])
    half = groups["half"] or groups["only"]
    if half and not 1 <= hour <= 12:
        raise DateError("date-malformed", f"“{hour} {half}m” is no time of day", _TIME_FIX)
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23:
        raise DateError("date-malformed", f"“{hour}” is no hour: hours run from 0 to 23", _TIME_FIX)
    return time(hour, int(groups["minute"] or 0), int(groups["second"] or 0))


def latest(spans: Iterable[Span], day: date) -> Span:
    """The last of these stretches of days that has begun by a day; ValueError if none has."""
    return max(span for span in spans if span[0] <= day)


def next_of(spans: Iterable[Span], day: date) -> Span:
    """The first of these stretches of days that is not over by a day; raises ValueError if none."""
    return min(span for span in spans if span[1] >= day)


def around(spans: Iterable[Span], day: date) -> tuple[Span, ...]:
    """The latest and the next of these stretches, once if they are the same."""
    found = tuple(spans)
    return tuple(dict.fromkeys((latest(found, day), next_of(found, day))))


def days_before(text: str, context: Context) -> tuple[date, ...]:
    """The nearest day that a DAY names on or before A; several only for figures such as 4/5."""
    return _near(text, context, -1)


def days_after(text: str, context: Context) -> tuple[date, ...]:
    """The nearest day that a DAY names on or after A."""
    return _near(text, context, 1)


def days_around(text: str, context: Context) -> tuple[date, ...]:
    """Both readings of a DAY, the past one first; raises DateError where neither stands."""
    found: list[date] = []
    problem: DateError | None = None
    for reading in (days_before, days_after):
        try:
            found += reading(text, context)
        except DateError as error:
            problem = problem or error
    if problem and not found:
        raise problem
    return tuple(dict.fromkeys(found))


def is_day(text: str) -> bool:
    """Whether these words name a day."""
    return re.fullmatch(DAY, text) is not None


def _near(text: str, context: Context, sign: int) -> tuple[date, ...]:
    if text in RELATIVE:
        return (context.a + timedelta(RELATIVE[text]),)
    match = _DAY.fullmatch(text)
    if match is None:
        raise DateError("date-unresolved", f"“{text}” names no day", "quote the words of one day")
    part = match.groupdict(default="")
    if part["weekday"]:
        return (context.a + relativedelta(weekday=weekday_of(part["weekday"])(sign)),)
    year, pairs = _month_and_day(part)
    years = [int(year)] if year else [context.a.year + sign * step for step in range(9)]
    found = tuple(
        dict.fromkeys(
            day
            for month, day_of_month in pairs
            if (day := _first_day(years, month, day_of_month, None if year else context.a, sign))
        )
    )
    if not found:
        raise DateError(
            "date-malformed",
            f"“{text}” is no day of the calendar",
            "quote the words as the article has them; a day that does not exist is no date",
        )
    if part["beside"]:
        agreeing = tuple(
            day for day in found if day.weekday() == weekday_of(part["beside"]).weekday
        )
        if not agreeing:
            raise DateError(
                "date-mismatch",
                f"“{text}”: {found[0]} is a {_WEEKDAYS[found[0].weekday()].title()}",
                "see whether the article's date or year is another",
            )
        return agreeing
    return found


def _month_and_day(part: Mapping[str, str]) -> tuple[str, list[tuple[int, int]]]:
    """The year if printed, and the month and day: two pairs where figures allow both orders."""
    if part["iso"]:
        year, month, day = re.split("[-/]", part["iso"])
        return year, [(int(month), int(day))]
    if part["figures"]:
        first, second = (int(figure) for figure in re.split("[/.-]", part["figures"]))
        return part["figures_year"], [(second, first), (first, second)]
    name = part["month"] or part["month_last"]
    day = re.sub("[a-z]", "", part["day"] or part["day_first"])
    return part["year"], [(month_number(name), int(day))]


def _first_day(
    years: list[int], month: int, day: int, bound: date | None, sign: int
) -> date | None:
    """The first of a month and day in these years that exists and is on the bound's right side."""
    for year in years:
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if bound is None or (found - bound).days * sign >= 0:
            return found
    return None
