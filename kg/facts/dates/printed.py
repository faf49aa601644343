"""Dates printed in full, with or without a time and its zone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

from kg.facts.dates.edtf import Edtf
from kg.facts.dates.words import (
    CLOCK,
    FULL_DAY,
    MONTH,
    WEEKDAY,
    Context,
    DateError,
    clock,
    days_before,
)

# A place must hold no name of a weekday or month, or "Monday, 24 October 2023" would be one.
_DATELINE: Final = rf"(?:(?:(?!\b(?:{WEEKDAY}|{MONTH})\b)[^0-9])+?[,:(|-] ?)?"
_LEAD: Final = rf"{_DATELINE}(?:(?:(?:first |last )?(?:published|posted|updated) )?on )?"
_ZONE: Final = (
    r"(?: ?[-,(|]? ?(?P<zone>(?:(?:utc|gmt) ?)?[+-][0-9]{1,2}(?::?[0-9]{2})?|z"
    r"|[a-z]{2,5}|[a-z][a-z .'_-]* time)\)?)?"
)
PRINTED: Final = rf"{_LEAD}(?P<date>{FULL_DAY})(?:(?:,| at| -| \||t)? ?{CLOCK}{_ZONE})?"
PRINTED_CLOCK_FIRST: Final = rf"{_DATELINE}{CLOCK}{_ZONE}(?:,| on| -| \|)? (?P<date>{FULL_DAY})"

_MINUTES: Final = {
    "z": 0,
    "utc": 0,
    "gmt": 0,
    "cet": 60,
    "cest": 120,
    "eet": 120,
    "eest": 180,
    "msk": 180,
}
_SHARED_NAMES: Final = {
    "ist": "India, Israel and Ireland",
    "est": "North America and Australia",
    "cst": "North America, China and Cuba",
    "bst": "Britain and Bangladesh",
    "ast": "Arabia and the Atlantic",
    "gst": "the Gulf and South Georgia",
    "pst": "North America and the Philippines",
}
# Capitals that the time zone database files under another name.
_CAPITALS: Final = {
    "abu dhabi": "Asia/Dubai",
    "ankara": "Europe/Istanbul",
    "beijing": "Asia/Shanghai",
    "doha": "Asia/Qatar",
    "geneva": "Europe/Zurich",
    "mecca": "Asia/Riyadh",
    "washington": "America/New_York",
}


def printed_texts(part: Mapping[str, str], context: Context) -> Iterator[str]:
    """EDTF texts of a printed date: the day, or the time to the second with its offset if given."""
    for day in days_before(part["date"], context):
        if not part["hour"]:
            yield Edtf.of(day).text
            continue
        moment = datetime.combine(day, clock(part))
        yield moment.isoformat() + _offset(part["zone"], moment)


def _offset(zone: str, moment: datetime) -> str:
    """The offset that a zone's words give at a civil time; raises DateError."""
    figures = re.fullmatch(r"(?:(?:utc|gmt) ?)?([+-])([0-9]{1,2}):?([0-9]{2})?", zone)
    if figures:
        sign, hours, minutes = figures.groups(default="0")
        return f"{sign}{int(hours):02}:{int(minutes):02}"
    if zone in ("", "local time"):
        return ""
    if zone in _MINUTES:
        return _written(timedelta(minutes=_MINUTES[zone]))
    if zone in _SHARED_NAMES:
        raise DateError(
            "date-ambiguous",
            f"“{zone.upper()}” is the time of {_SHARED_NAMES[zone]}",
            "quote the words without the zone; the time then has no offset",
        )
    offsets = {_offset_at(key, moment) for key in _keys(zone.removesuffix(" time"))}
    if len(offsets) != 1:
        raise DateError(
            "date-ambiguous" if offsets else "date-unresolved",
            f"“{zone}” names {'several time zones' if offsets else 'no time zone that is known'}",
            "quote the words without the zone; the time then has no offset",
        )
    return _written(offsets.pop())


def _keys(place: str) -> list[str]:
    """Names of the time zone database that end in a place, such as Asia/Jerusalem."""
    if place in _CAPITALS:
        return [_CAPITALS[place]]
    names = files("tzdata").joinpath("zones").read_text("utf-8").split()
    ending = "/" + place.replace(" ", "_")
    return [name for name in names if name.lower().endswith(ending)]


@cache
def _zone(key: str) -> ZoneInfo:
    # The tzdata package, not the machine's own files: the same rules wherever it runs.
    resource = files("tzdata").joinpath("zoneinfo", *key.split("/"))
    with resource.open("rb") as data:
        return ZoneInfo.from_file(data, key)


def _offset_at(key: str, moment: datetime) -> timedelta:
    offsets = [moment.replace(tzinfo=_zone(key), fold=fold).utcoffset() for fold in (0, 1)]
    if offsets[0] is None or offsets[0] != offsets[1]:
        raise DateError(
            "date-ambiguous",
            f"{moment} is skipped or comes twice in {key}, where the clocks change in that hour",
            "quote the words without the zone; the time then has no offset",
        )
    return offsets[0]


def _written(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}" if minutes else "Z"
