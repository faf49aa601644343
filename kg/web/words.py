"""Plain words for readers: dates, rules, fields, standings; nothing of the graph's own language."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
_DAY = re.compile(r"(-?\d{4,})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d)(?::\d\d)?(.*))?)?)?([~?%]?)")

CLASSES = {
    "kg:Meeting": "Meeting",
    "kg:Call": "Call",
    "kg:Talks": "Talks",
    "kg:Visit": "Visit",
    "kg:Event": "Event",
}
FIELDS: Mapping[str, str] = {
    "kg:when": "When",
    "kg:starts": "Began",
    "kg:ends": "Ended",
    "kg:plannedFor": "Planned for",
    "kg:lasts": "How long",
    "kg:place": "Where",
    "kg:participant": "Who",
    "kg:status": "Status",
    "rdf:type": "What",
    "kg:kind": "Kind",
    "kg:named": "Called",
    "kg:topic": "About",
    "kg:ordinal": "Number",
    "kg:position": "Position",
    "kg:inSeries": "One of",
    "kg:partOf": "Part of",
    "kg:onSidelinesOf": "Beside",
    "kg:before": "Before",
    "kg:after": "After",
    "kg:overlaps": "At the same time as",
    "kg:replaces": "In place of",
    "kg:becauseOf": "Led to by",
    "kg:possiblySameAs": "Perhaps the same as",
    "kg:alsoReportedIn": "Also reported in",
}
"""Fields of an event in the order in which they are shown, and what a reader calls them."""

STANCES = {
    "kg:denies": "denies",
    "kg:declines": "neither confirms nor denies",
    "kg:hedges": "says with reserve",
}
FORMS = {
    "kg:report": "in a report",
    "kg:statement": "in a statement",
    "kg:post": "in a post",
    "kg:remarks": "in remarks",
    "kg:caption": "in a picture caption",
    "kg:recording": "in a recording",
}
_ABOUT = {"kg:approximately": "about", "kg:delegation-head": "head of delegation"}
_HOURS = {
    "1800-0600": "at night",
    "1200-1800": "in the afternoon",
    "1800-2400": "in the evening",
    "2100-2400": "late",
    "0000-0600": "in the early hours",
}
_PERIODS = {"Y": "year", "M": "month", "W": "week", "D": "day", "H": "hour"}
# What each rule does, said after “counted from …”; an empty text needs no more than the anchor.
RULES: Mapping[str, str] = {
    "kg:printed": "as printed in the article",
    "kg:day-named": "the nearest such day",
    "kg:weekday-on-or-before": "the latest such weekday, that day included",
    "kg:weekday-on-or-after": "the next such weekday, that day included",
    "kg:last-weekday": "such a weekday, a week further back",
    "kg:today": "that day",
    "kg:yesterday": "the day before",
    "kg:tomorrow": "the day after",
    "kg:same-day": "the same day",
    "kg:day-offset": "so many days away",
    "kg:days-ago": "so many days earlier",
    "kg:weeks-ago": "about so many weeks earlier",
    "kg:hours-from": "hours away: that day or the next",
    "kg:last-week": "some day of the week before",
    "kg:this-week": "some day of that week",
    "kg:weekend": "that weekend",
    "kg:month-before": "the month before",
    "kg:year-before": "the year before",
    "kg:last-named-month": "the latest such month",
    "kg:earlier-this": "no later than that day",
    "kg:later-this": "no earlier than that day",
    "kg:part-of-month": "that part of the month",
    "kg:named-month": "the nearest such month",
    "kg:season": "the nearest such season",
    "kg:year": "the year that is named",
    "kg:recent": "on that day or before; how long before is open",
    "kg:after-now": "on that day or later",
    "kg:more-than-ago": "further back than that",
    "kg:between": "some day in between",
    "kg:up-to": "the words date something later, so it was on that day or before",
    "kg:day-part": "that part of the day",
    "kg:night": "the night that begins on that day",
    "kg:night-before": "the evening before, or the hours after midnight",
    "kg:late-on": "late on that day",
    "kg:early-on": "early on that day",
    "kg:span": "from the first day to the last",
    "kg:begins": "from that day on; its end is open",
    "kg:lasting": "from its first day on, so many days",
    "kg:past-n": "the days up to that one",
    "kg:not-stated": "no date is given, so it was on the day of the article or before",
}


@lru_cache(maxsize=65536)
def date_words(edtf: str, bounds: str = "") -> str:
    """An EDTF value in words; `bounds` are narrower hours of the day, as `1800-0600`."""
    text = _date(edtf)
    if bounds in _HOURS:
        return f"{text}, {_HOURS[bounds]}"
    if bounds:
        first, last = bounds[:2] + ":" + bounds[2:4], bounds[5:7] + ":" + bounds[7:9]
        text += f", between {first} and {last}"
    return text


def time_words(node: str, edtf: str) -> str:
    """The words for a time node, whose name may carry narrower hours."""
    hours = re.search(r"\.(\d{4}-\d{4})$", node)
    return date_words(edtf, hours[1] if hours else "")


def _date(edtf: str) -> str:
    if edtf[:1] in "[{" and edtf[-1:] in "]}":
        inner = edtf[1:-1]
        if inner.startswith(".."):
            return f"{_date(inner[2:])} or before"
        if inner.endswith(".."):
            return f"{_date(inner[:-2])} or later"
        if ".." in inner:
            first, last = inner.split("..", 1)
            return f"some day from {_range(first, last)}"
        return listed(_together(inner.split(",")), "or" if edtf[0] == "[" else "and")
    if "/" in edtf:
        first, last = edtf.split("/", 1)
        if last in ("..", ""):
            return f"from {_date(first)} on"
        if first in ("..", ""):
            return f"until {_date(last)}"
        return f"from {_range(first, last)}"
    found = _DAY.fullmatch(edtf)
    if not found:
        return edtf
    year, month, day, hour, zone, mark = found.groups()
    if day:
        text = f"{int(day)} {MONTHS[int(month) - 1]} {year}"
    elif month in _SEASONS:
        text = f"{_SEASONS[month]} {year}"
    else:
        text = f"{MONTHS[int(month) - 1]} {year}" if month and int(month) <= 12 else year
    if hour:
        text += f", {hour}" + (" UTC" if zone == "Z" else f" UTC{zone}" if zone else "")
    before = {"~": "about ", "?": "perhaps ", "%": "perhaps about "}.get(mark, "")
    return before + text


def _range(first: str, last: str) -> str:
    a, b = _DAY.fullmatch(first), _DAY.fullmatch(last)
    if a and b and a[3] and b[3] and not a[4] and not a[6]:
        if (a[1], a[2]) == (b[1], b[2]):
            return f"{int(a[3])} to {_date(last)}"
        if a[1] == b[1]:
            return f"{int(a[3])} {MONTHS[int(a[2]) - 1]} to {_date(last)}"
    return f"{_date(first)} to {_date(last)}"


def _together(days: Sequence[str]) -> list[str]:
    """Days of one month without repeating it: 19 or 20 June 2024."""
    if len({day[:7] for day in days}) == 1 and all(len(day) == 10 for day in days):
        return [*(str(int(day[8:])) for day in days[:-1]), _date(days[-1])]
    return [_date(day) for day in days]


@lru_cache(maxsize=65536)
def weekday(edtf: str) -> str:
    """The weekday of a value that is one day, else nothing."""
    try:
        return datetime.date.fromisoformat(edtf[:10]).strftime("%A") if len(edtf) == 10 else ""
    except ValueError:
        return ""


def duration(text: str) -> str:
    """An xsd:duration in words: `P1D` is one day."""
    parts = re.findall(r"(\d+)([YMWDH])", text.replace("T", ""))
    return listed([plural(int(n), _PERIODS[unit]) for n, unit in parts]) if parts else text


def plural(number: int, thing: str, things: str = "") -> str:
    """A number and a thing: 1 source, 2 sources."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def listed(items: Sequence[str], last: str = "and") -> str:
    """Items in a sentence."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def humanised(node: str) -> str:
    """A slug as words, for what has no name."""
    return node.rsplit("/", 1)[-1].replace("-", " ").replace("_", " ")


def concept(name: str) -> str:
    """A concept as a reader says it: `kg:under-way` is under way."""
    return _ABOUT.get(name) or name.split(":", 1)[-1].replace("-", " ")


def ordinal(number: str) -> str:
    """A counting number: 2nd."""
    if not number.isdigit():
        return number
    value = int(number)
    ending = (
        "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    )
    return f"{value}{ending}"
