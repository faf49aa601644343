"""EDTF values: what may be written as a date, and the civil times it can lie between.

Levels 0 and 1 of the Extended Date/Time Format (https://www.loc.gov/standards/datetime/), and of
level 2 the one-of sets and unspecified digits that run to the right end (`2023-1X`). Years run
from 0001 to 9999: year 0000 and earlier ones have no portable xsd:dateTime and are refused.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple, Self

from dateutil.relativedelta import relativedelta

# The standard library's names follow the locale.
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_LONGEST: Final = 200
_DATE: Final = re.compile(r"([0-9]{4}|[0-9]{3}X|[0-9]{2}XX)(?:-([0-9X]{2})(?:-([0-9X]{2}))?)?")
_CLOCK: Final = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(Z|[+-][0-9]{2}(?::[0-9]{2})?)?")
_HHMM: Final = re.compile(r"(?:[01][0-9]|2[0-3])[0-5][0-9]|2400")
_SEASONS: Final = {21: 3, 22: 6, 23: 9, 24: 12}
_FORMS: Final = "a day is written 2023-10-31, a month 2023-10, a year 2023"


class EdtfError(ValueError):
    """A text that is no EDTF value; the message says what is wrong and what to write."""


class _Part(NamedTuple):
    """One date of a value: canonical text and the first and last second it can be."""

    text: str
    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class Edtf:
    """An EDTF value in canonical form; two values are equal when their texts are.

    `earliest` and `latest` are naive civil times, to the second, both inclusive; None is open or
    unknown. An offset is not applied to them and `~`, `?`, `%` do not widen them. An interval
    lasts throughout, a set is one of its members. Raises EdtfError.
    """

    text: str
    earliest: datetime | None = field(init=False, repr=False, compare=False)
    latest: datetime | None = field(init=False, repr=False, compare=False)
    is_interval: bool = field(init=False, repr=False, compare=False)
    is_set: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = ("text", "earliest", "latest", "is_interval", "is_set")
        for name, value in zip(names, _read(self.text), strict=True):
            object.__setattr__(self, name, value)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The value that `text` writes; raises EdtfError."""
        return cls(text)

    @classmethod
    def of(cls, day: date) -> Self:
        """The value of one calendar day."""
        return cls(f"{day.year:04}-{day.month:02}-{day.day:02}")

    def __str__(self) -> str:
        return self.text

    @property
    def day(self) -> date | None:
        """The calendar day, where the value is exactly one; approximate ones (`~`, `%`) are not."""
        if self.earliest is None or self.latest is None or re.search("[~%]", self.text):
            return None
        day = self.earliest.date()
        return day if day == self.latest.date() else None

    def bounds(self) -> tuple[str | None, str | None]:
        """First and last second as xsd:dateTime, civil time marked Z by convention; None: open."""
        return _xsd(self.earliest), _xsd(self.latest)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Hours narrower than a day: `start` and `end` as HHMM, up to 2400.

    An `end` that is not after `start` is on the next day. Raises EdtfError.
    """

    start: str
    end: str

    def __post_init__(self) -> None:
        if not _HHMM.fullmatch(self.start) or self.start == "2400":
            raise EdtfError(f"“{self.start}” starts no hours: write HHMM, from 0000 to 2359")
        if not _HHMM.fullmatch(self.end):
            raise EdtfError(f"“{self.end}” ends no hours: write HHMM, from 0000 to 2400")

    @property
    def suffix(self) -> str:
        """What tells the time node apart from that of the whole day: `.HHMM-HHMM`."""
        return f".{self.start}-{self.end}"

    def on(self, day: date) -> tuple[str, str]:
        """Not before and not after, on a day, as xsd:dateTime: civil time marked Z by convention.

        2400 is the day's last second, so that it stays on its day. Raises EdtfError where the
        hours run past the year 9999.
        """
        if self.end == "2400":
            last = datetime.combine(day, time(23, 59, 59))
        elif self.end > self.start:
            last = _at(day, self.end)
        elif day == date.max:
            raise EdtfError(f"the hours after {day} lie in the year 10000")
        else:
            last = _at(day + timedelta(days=1), self.end)
        return f"{_at(day, self.start).isoformat()}Z", f"{last.isoformat()}Z"


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[str, datetime | None, datetime | None, bool, bool]:
    """What the attributes of a value are; few dates make up most of a project's."""
    if len(text) > _LONGEST:
        raise EdtfError(f"a date of {len(text)} characters: at most {_LONGEST} are allowed")
    is_set = text.startswith(("[", "{")) or text.endswith(("]", "}"))
    is_interval = not is_set and "/" in text
    if is_set:
        canonical, earliest, latest = _read_set(text)
    elif is_interval:
        canonical, earliest, latest = _read_interval(text)
    else:
        canonical, earliest, latest = _read_moment(text)
    return canonical, earliest, latest, is_interval, is_set


def _at(day: date, hhmm: str) -> datetime:
    return datetime.combine(day, time(int(hhmm[:2]), int(hhmm[2:])))


def _xsd(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment.isoformat()}Z"


def _read_moment(text: str) -> _Part:
    """A date with or without a qualifier, or a date and time."""
    if re.match("[0-9X-]+T", text):
        return _read_datetime(text)
    qualifier = text[-1:] if text[-1:] in ("?", "~", "%") else ""
    bare = text.removesuffix(qualifier)
    part = _read_date(bare)
    return part._replace(text=bare + qualifier)


def _read_datetime(text: str) -> _Part:
    day_text, _, clock = text.partition("T")
    day = _read_date(day_text)
    if len(day_text) != 10 or "X" in day_text:
        raise EdtfError(f"“{text}”: a time needs a whole day before it, as 2023-10-31T20:22:40")
    found = _CLOCK.fullmatch(clock)
    if not found:
        raise EdtfError(
            f"“{text}”: a time is written 20:22:40, then nothing, Z or an offset such as +04:00; "
            "where the seconds are not known, write the day alone"
        )
    hour, minute, second = (int(number) for number in found.group(1, 2, 3))
    if hour > 23:
        raise EdtfError(f"“{text}”: hours run from 00 to 23; midnight is 00:00:00 of the next day")
    if minute > 59 or second > 59:
        raise EdtfError(f"“{text}”: minutes and seconds run from 00 to 59")
    moment = day.earliest.replace(hour=hour, minute=minute, second=second)
    offset = _canonical_offset(found[4] or "", text)
    return _Part(moment.isoformat() + offset, moment, moment)


def _canonical_offset(offset: str, text: str) -> str:
    if offset in ("", "Z"):
        return offset
    sign, hours, minutes = offset[0], int(offset[1:3]), int(offset[4:] or "0")
    if hours * 60 + minutes > 14 * 60 or minutes > 59:
        raise EdtfError(f"“{text}”: offsets run from -14:00 to +14:00")
    if hours == minutes == 0:
        return "Z"
    return f"{sign}{hours:02}:{minutes:02}"


def _read_date(text: str) -> _Part:
    """A year, month, day or season, its last digits perhaps unspecified."""
    found = _DATE.fullmatch(text)
    if not found:
        raise EdtfError(f"“{text}” is no date: {_hint(text)}")
    year, month, day = found.groups()
    digits = text.replace("-", "")
    if "X" in digits.rstrip("X"):
        raise EdtfError(f"“{text}”: right of an X everything must be X, as 2023-1X or 2023-XX-XX")
    first_year, last_year = _range(year, 1, 9999)
    if first_year > last_year:
        raise EdtfError(f"“{text}”: years run from 0001 to 9999")
    if month is None:
        return _Part(text, datetime(first_year, 1, 1), datetime(last_year, 12, 31, 23, 59, 59))
    if month.isdigit() and int(month) in _SEASONS:
        return _read_season(text, first_year, int(month), day)
    first_month, last_month = _range(month, 1, 12)
    if first_month > last_month:
        raise EdtfError(
            f"“{text}”: months run from 01 to 12, seasons from 21 (spring) to 24 (winter)"
        )
    length = monthrange(last_year, last_month)[1]
    first_day, last_day = _range(day or "XX", 1, length)
    if first_day > last_day:
        raise EdtfError(
            f"“{text}” is no day: {MONTHS[last_month - 1]} {last_year} has {length} days"
        )
    return _Part(
        text,
        datetime(first_year, first_month, first_day),
        datetime(last_year, last_month, last_day, 23, 59, 59),
    )


def _read_season(text: str, year: int, season: int, day: str | None) -> _Part:
    if day is not None:
        raise EdtfError(f"“{text}”: a season has no days; write {text[:7]}")
    start = datetime(year, _SEASONS[season], 1)
    if start.year == 9999 and season == 24:
        raise EdtfError(f"“{text}”: this winter ends after the year 9999")
    return _Part(text, start, start + relativedelta(months=3, seconds=-1))


def _range(digits: str, lowest: int, highest: int) -> tuple[int, int]:
    """First and last number that digits can stand for; the first is greater if there is none."""
    first, last = int(digits.replace("X", "0")), int(digits.replace("X", "9"))
    return max(first, lowest), min(last, highest)


def _read_interval(text: str) -> tuple[str, datetime | None, datetime | None]:
    sides = text.split("/")
    if len(sides) != 2:
        raise EdtfError(
            f"“{text}” has more than one slash, which only parts a start from an end: {_FORMS}"
        )
    if not any(side not in ("", "..") for side in sides):
        raise EdtfError(f"“{text}” has neither a start nor an end: write at least one of them")
    for side in sides:
        if "T" in side:
            raise EdtfError(f"“{text}”: an interval runs from day to day, without times (EDTF)")
    start, end = (None if side in ("", "..") else _read_moment(side) for side in sides)
    if start and end and end.latest < start.earliest:
        raise EdtfError(f"“{text}” ends before it starts: write the earlier date first")
    return text, start and start.earliest, end and end.latest


def _read_set(text: str) -> tuple[str, datetime | None, datetime | None]:
    """One of several dates: `[a,b]`, `[a..b]`, `[..b]`, `[a..]`, or a list of these."""
    if not (text.startswith("[") and text.endswith("]")):
        raise EdtfError(
            f"“{text}”: one day of several is written [2024-06-19,2024-06-20] or "
            "[2023-10-07..2023-10-24], in square brackets"
        )
    items = text[1:-1].split(",")
    if len(items) == 1 and ".." not in text:
        raise EdtfError(f"“{text}” has one member: write it without the brackets")
    ends: list[tuple[datetime | None, datetime | None]] = []
    for position, item in enumerate(items):
        low, dots, high = item.partition("..")
        if not dots:
            high = low
        first = _read_member(low) if low else None
        last = _read_member(high) if high else None
        open_inside = (first is None and position > 0) or (
            last is None and position < len(items) - 1
        )
        if open_inside or (first is None and last is None):
            raise EdtfError(f"“{text}”: only the first date may be left open, or the last")
        if first and last and last.latest < first.earliest:
            raise EdtfError(f"“{text}” ends before it starts: write the earlier date first")
        ends.append((first and first.earliest, last and last.latest))
    for (_, before), (after, _) in pairwise(ends):
        if before and after and after <= before:
            raise EdtfError(f"“{text}”: write each date once, the earlier first")
    return text, ends[0][0], ends[-1][1]


def _read_member(text: str) -> _Part:
    if "X" in text or text[5:] in map(str, _SEASONS):
        raise EdtfError(f"“{text}” in a set: {_FORMS}, without X and seasons")
    return _read_date(text)


def _hint(text: str) -> str:
    """What to write instead, for the mistakes that people make."""
    if not text:
        return _FORMS
    if text[:3].title() in {month[:3] for month in MONTHS}:
        return f"months are digits, beside a year; {_FORMS}"
    if " " in text:
        return f"leave out the spaces; {_FORMS}"
    if text[0] in "-+Y":
        return "years run from 0001 to 9999, without a sign"
    if text.isdigit():
        return "a year has four digits"
    return _FORMS
