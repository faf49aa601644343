"""EDTF values: what is read, with which bounds, and what is refused with which words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.facts.dates.edtf import Bounds, Edtf, EdtfError

# text, canonical text, day, not before, not after; "-" is none.
READ = """
2023-10-31            | same | 2023-10-31 | 2023-10-31T00:00:00Z | 2023-10-31T23:59:59Z
2024-02-29            | same | 2024-02-29 | 2024-02-29T00:00:00Z | 2024-02-29T23:59:59Z
0001-01-01            | same | 0001-01-01 | 0001-01-01T00:00:00Z | 0001-01-01T23:59:59Z
9999-12-31            | same | 9999-12-31 | 9999-12-31T00:00:00Z | 9999-12-31T23:59:59Z
2018-10               | same | - | 2018-10-01T00:00:00Z | 2018-10-31T23:59:59Z
2024-02               | same | - | 2024-02-01T00:00:00Z | 2024-02-29T23:59:59Z
1991                  | same | - | 1991-01-01T00:00:00Z | 1991-12-31T23:59:59Z
2023-10-31T20:22:40   | same | 2023-10-31 | 2023-10-31T20:22:40Z | 2023-10-31T20:22:40Z
2023-10-31T20:22:40Z  | same | 2023-10-31 | 2023-10-31T20:22:40Z | 2023-10-31T20:22:40Z
2023-11-06T23:13:00+04:00 | same | 2023-11-06 | 2023-11-06T23:13:00Z | 2023-11-06T23:13:00Z
2023-11-06T01:13:00-05    | 2023-11-06T01:13:00-05:00 | 2023-11-06 | 2023-11-06T01:13:00Z | 2023-11-06T01:13:00Z
2023-11-06T01:13:00+00:00 | 2023-11-06T01:13:00Z | 2023-11-06 | 2023-11-06T01:13:00Z | 2023-11-06T01:13:00Z
2023-1X               | same | - | 2023-10-01T00:00:00Z | 2023-12-31T23:59:59Z
2023-0X               | same | - | 2023-01-01T00:00:00Z | 2023-09-30T23:59:59Z
202X                  | same | - | 2020-01-01T00:00:00Z | 2029-12-31T23:59:59Z
19XX                  | same | - | 1900-01-01T00:00:00Z | 1999-12-31T23:59:59Z
000X                  | same | - | 0001-01-01T00:00:00Z | 0009-12-31T23:59:59Z
2023-XX               | same | - | 2023-01-01T00:00:00Z | 2023-12-31T23:59:59Z
2023-XX-XX            | same | - | 2023-01-01T00:00:00Z | 2023-12-31T23:59:59Z
2023-02-XX            | same | - | 2023-02-01T00:00:00Z | 2023-02-28T23:59:59Z
2023-10-3X            | same | - | 2023-10-30T00:00:00Z | 2023-10-31T23:59:59Z
2023-21               | same | - | 2023-03-01T00:00:00Z | 2023-05-31T23:59:59Z
2023-22               | same | - | 2023-06-01T00:00:00Z | 2023-08-31T23:59:59Z
2023-23               | same | - | 2023-09-01T00:00:00Z | 2023-11-30T23:59:59Z
2023-24               | same | - | 2023-12-01T00:00:00Z | 2024-02-29T23:59:59Z
2023-10-31?           | same | 2023-10-31 | 2023-10-31T00:00:00Z | 2023-10-31T23:59:59Z
2023-10-31~           | same | - | 2023-10-31T00:00:00Z | 2023-10-31T23:59:59Z
2023-10%              | same | - | 2023-10-01T00:00:00Z | 2023-10-31T23:59:59Z
2024-02-24/2024-02-27 | same | - | 2024-02-24T00:00:00Z | 2024-02-27T23:59:59Z
2023/2024-02          | same | - | 2023-01-01T00:00:00Z | 2024-02-29T23:59:59Z
2023-10-07~/2023-10?  | same | - | 2023-10-07T00:00:00Z | 2023-10-31T23:59:59Z
2023-10-07/..         | same | - | 2023-10-07T00:00:00Z | -
../2023-10-07         | same | - | - | 2023-10-07T23:59:59Z
2023-10-07/           | same | - | 2023-10-07T00:00:00Z | -
/2023-10-07           | same | - | - | 2023-10-07T23:59:59Z
[2024-06-19,2024-06-20]   | same | - | 2024-06-19T00:00:00Z | 2024-06-20T23:59:59Z
[2023-10-07..2023-10-24]  | same | - | 2023-10-07T00:00:00Z | 2023-10-24T23:59:59Z
[..2023-10-24]        | same | - | - | 2023-10-24T23:59:59Z
[2023-10-24..]        | same | - | 2023-10-24T00:00:00Z | -
[2023..2024-02]       | same | - | 2023-01-01T00:00:00Z | 2024-02-29T23:59:59Z
[..1667,1668,1670..]  | same | - | - | -
"""

# text, what the message must say.
REFUSED = (
    ("2023-02-29", "“2023-02-29” is no day: February 2023 has 28 days"),
    ("2024-02-30", "“2024-02-30” is no day: February 2024 has 29 days"),
    ("2023-04-31", "“2023-04-31” is no day: April 2023 has 30 days"),
    ("2023-10-00", "“2023-10-00” is no day: October 2023 has 31 days"),
    ("2023-02-3X", "“2023-02-3X” is no day: February 2023 has 28 days"),
    ("2023-13", "months run from 01 to 12, seasons from 21 (spring) to 24 (winter)"),
    ("2023-00", "months run from 01 to 12"),
    ("2023-25", "months run from 01 to 12"),
    ("2023-21-01", "a season has no days; write 2023-21"),
    ("9999-24", "this winter ends after the year 9999"),
    ("2023-XX-25", "right of an X everything must be X"),
    ("202X-10", "right of an X everything must be X"),
    ("2XXX", "is no date"),
    ("01/02/03", "has more than one slash"),
    ("1A2B", "“1A2B” is no date: a day is written 2023-10-31, a month 2023-10, a year 2023"),
    ("10", "“10” is no date: a year has four digits"),
    ("20231031", "a year has four digits"),
    ("Tuesday", "“Tuesday” is no date: a day is written 2023-10-31"),
    ("March", "months are digits, beside a year"),
    ("October 31, 2023", "months are digits, beside a year"),
    ("2023-1-1", "is no date"),
    ("2023/10/31", "has more than one slash"),
    ("２０２３", "a year has four digits"),
    ("0000", "years run from 0001 to 9999"),
    ("-0044", "years run from 0001 to 9999, without a sign"),
    ("+2023", "years run from 0001 to 9999, without a sign"),
    ("Y17000", "years run from 0001 to 9999, without a sign"),
    ("12023-01", "is no date"),
    ("", "a day is written 2023-10-31"),
    (" 2023", "leave out the spaces"),
    ("2023 ", "leave out the spaces"),
    ("2023\n", "is no date"),
    ("2023-10-31T24:00:00", "hours run from 00 to 23; midnight is 00:00:00 of the next day"),
    ("2023-10-31T23:59:60", "minutes and seconds run from 00 to 59"),
    ("2023-10-31T23:60:00", "minutes and seconds run from 00 to 59"),
    ("2023-10-31T20:22", "where the seconds are not known, write the day alone"),
    ("2023-10-31T", "a time is written 20:22:40"),
    ("2023-10-31 20:22:40", "leave out the spaces"),
    ("2023-10-31T20:22:40.5", "a time is written 20:22:40"),
    ("2023-10-31T20:22:40+14:30", "offsets run from -14:00 to +14:00"),
    ("2023-10-31T20:22:40+04:60", "offsets run from -14:00 to +14:00"),
    ("2023-10T20:22:40", "a time needs a whole day before it"),
    ("2023-10-XXT20:22:40", "a time needs a whole day before it"),
    ("2023-02-29T20:22:40", "February 2023 has 28 days"),
    ("2023-10-31T20:22:40~", "a time is written 20:22:40"),
    ("2024-06-20/2024-06-19", "ends before it starts"),
    ("2024/2023-12-31", "ends before it starts"),
    ("2024-06-19T10:00:00/2024-06-20", "an interval runs from day to day, without times"),
    ("../..", "has neither a start nor an end"),
    ("/", "has neither a start nor an end"),
    ("2023/March", "months are digits, beside a year"),
    ("[2024-06-20,2024-06-19]", "write each date once, the earlier first"),
    ("[2024-06-19,2024-06-19]", "write each date once, the earlier first"),
    ("[2024-06-20..2024-06-19]", "ends before it starts"),
    ("[2024-06-19, 2024-06-20]", "leave out the spaces"),
    ("[2024-06-19]", "has one member: write it without the brackets"),
    ("[..]", "only the first date may be left open, or the last"),
    ("[2023,..2024]", "only the first date may be left open, or the last"),
    ("[2023..,2024]", "only the first date may be left open, or the last"),
    ("[2023-1X..2024]", "without X and seasons"),
    ("[2023-21..2024]", "without X and seasons"),
    ("[2023~..2024]", "is no date"),
    ("[2023,2024", "in square brackets"),
    ("{2023,2024}", "in square brackets"),
    ("2" * 201, "a date of 201 characters: at most 200 are allowed"),
)


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def test_the_tables_are_whole() -> None:
    assert len(rows(READ)) == 41
    assert len(REFUSED) == 65


@pytest.mark.parametrize("row", rows(READ), ids=lambda row: row[0])
def test_reads(row: list[str]) -> None:
    text, canonical, day, before, after = row
    value = Edtf.parse(text)
    assert str(value) == (text if canonical == "same" else canonical)
    assert [str(cell or "-") for cell in (value.day, *value.bounds())] == [day, before, after]
    assert value.is_set == text.startswith("[")
    assert value.is_interval == ("/" in text)


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=[text[:30] for text, _ in REFUSED])
def test_refuses(text: str, message: str) -> None:
    with pytest.raises(EdtfError) as caught:
        Edtf.parse(text)
    assert message in str(caught.value)


def test_a_value_is_its_text() -> None:
    assert Edtf("2023-11-06T01:13:00+00:00") == Edtf("2023-11-06T01:13:00Z")
    assert hash(Edtf("2023")) == hash(Edtf.parse("2023"))
    assert Edtf("2023-10") != Edtf("2023-10-XX")
    assert Edtf.of(date(33, 4, 3)).text == "0033-04-03"


@pytest.mark.parametrize(
    ("start", "end", "suffix", "before", "after"),
    [
        ("1200", "1800", ".1200-1800", "2023-12-08T12:00:00Z", "2023-12-08T18:00:00Z"),
        ("1800", "2400", ".1800-2400", "2023-12-08T18:00:00Z", "2023-12-08T23:59:59Z"),
        ("1800", "0600", ".1800-0600", "2023-12-08T18:00:00Z", "2023-12-09T06:00:00Z"),
        ("0000", "0000", ".0000-0000", "2023-12-08T00:00:00Z", "2023-12-09T00:00:00Z"),
    ],
)
def test_hours_of_a_day(start: str, end: str, suffix: str, before: str, after: str) -> None:
    hours = Bounds(start, end)
    assert hours.suffix == suffix
    assert hours.on(date(2023, 12, 8)) == (before, after)


@pytest.mark.parametrize(
    ("start", "end"), [("2400", "0600"), ("12:00", "1800"), ("1260", "1800"), ("1200", "2401")]
)
def test_refuses_hours(start: str, end: str) -> None:
    with pytest.raises(EdtfError, match="write HHMM, from 0000 to 2"):
        Bounds(start, end)


def test_hours_stay_within_the_calendar() -> None:
    with pytest.raises(EdtfError, match="lie in the year 10000"):
        Bounds("1800", "0600").on(date.max)


days = st.dates()
plain = st.one_of(
    days.map(str), days.map(lambda day: str(day)[:7]), days.map(lambda day: str(day)[:4])
)
unspecified = days.flatmap(
    lambda day: st.sampled_from([f"{str(day)[:7]}-XX", f"{str(day)[:4]}-XX-XX", f"{str(day)[:3]}X"])
)
seasons = st.builds("{:04}-{}".format, st.integers(1, 9998), st.integers(21, 24))
qualified = st.builds("{}{}".format, st.one_of(plain, seasons), st.sampled_from("?~%"))
moments = st.builds(
    lambda moment, zone: moment.replace(microsecond=0).isoformat() + zone,
    st.datetimes(),
    st.sampled_from(["", "Z", "+04:00", "-03:30"]),
)
pairs = st.tuples(days, st.integers(1, 9999)).filter(
    lambda pair: pair[0].toordinal() + pair[1] <= date.max.toordinal()
)
ranges = st.builds(
    lambda pair, form: form.format(pair[0], pair[0] + timedelta(pair[1])),
    pairs,
    st.sampled_from(
        ["{}/{}", "{}/..", "../{}", "{}/", "/{}", "[{},{}]", "[{}..{}]", "[..{}]", "[{}..]"]
    ),
)
texts = st.one_of(plain, unspecified, seasons, qualified, moments, ranges)


@settings(derandomize=True, max_examples=300)
@given(texts)
def test_what_is_read_is_written_again(text: str) -> None:
    value = Edtf.parse(text)
    assert str(value) == text
    assert Edtf.parse(str(value)) == value
    assert value.earliest is None or value.latest is None or value.earliest <= value.latest


@settings(derandomize=True, max_examples=300)
@given(st.text(st.sampled_from("0123456789-/.,[]{}XT:Z+~?% "), max_size=24))
def test_nothing_else_escapes_the_parser(text: str) -> None:
    try:
        value = Edtf.parse(text)
    except EdtfError:
        return
    assert Edtf.parse(value.text) == value
