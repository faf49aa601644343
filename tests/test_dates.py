"""Date words: every rule of the documentation, with each reading that its wordings have."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import facts
from kg.facts.dates.edtf import Edtf
from kg.facts.dates.resolve import RULES, DateError, Resolution, readings, resolve

A = date(2024, 6, 20)  # a Thursday
E = Edtf("2023-10-07")  # a Saturday

# Words and all their readings, counted from A and, where another event is meant, from E.
READINGS = """
06 November 2023 19:13 (UTC +04:00) | printed 2023-11-06T19:13:00+04:00
06 November 2023 19:13:05 UTC+4 | printed 2023-11-06T19:13:05+04:00
2023-10-31 20:22:40 | printed 2023-10-31T20:22:40
2023-10-31T20:22:40Z | printed 2023-10-31T20:22:40Z
Thu 20 Jun 2024 4:53 pm - Jerusalem Time | printed 2024-06-20T16:53:00+03:00
Thu 18 Jan 2024 4:53 pm - Jerusalem Time | printed 2024-01-18T16:53:00+02:00
24 October 2023 12:00 a.m. GMT | printed 2023-10-24T00:00:00Z
24 October 2023, 10:15 local time | printed 2023-10-24T10:15:00
2023-10-31 20:22 Doha time | printed 2023-10-31T20:22:00+03:00
19:13, 06 November 2023 | printed 2023-11-06T19:13:00
24 October 2023 | printed 2023-10-24
Tehran, 24 October 2023 | printed 2023-10-24
Tehran, Iran – Tuesday, October 24th, 2023 | printed 2023-10-24
Published on 24 October 2023 | printed 2023-10-24
October 31, 2023 | printed 2023-10-31
on October 31, 2023 | printed 2023-10-31
Oct. 31, 2023 | printed 2023-10-31
Jan. 11, 2024 | printed 2024-01-11
31/10/2023 | printed 2023-10-31
31.10.2023 | printed 2023-10-31
10/31/2023 | printed 2023-10-31
05/10/2023 | printed 2023-10-05; printed 2023-05-10
05/05/2023 | printed 2023-05-05
on October 14 | day-named 2023-10-14; day-named 2024-10-14
on 14 October | day-named 2023-10-14; day-named 2024-10-14
the 14th of October | day-named 2023-10-14; day-named 2024-10-14
(15/4) | day-named 2024-04-15; day-named 2025-04-15
(4/5) | day-named 2024-05-04; day-named 2024-04-05; day-named 2025-05-04; day-named 2025-04-05
Jan. 11 | day-named 2024-01-11; day-named 2025-01-11
Thursday, June 20 | day-named 2024-06-20
on Saturday, October 14 | day-named 2023-10-14
on June 20 | day-named 2024-06-20
on February 29 | day-named 2024-02-29; day-named 2028-02-29
October 7 last | day-named 2023-10-07
last October 7 | day-named 2023-10-07
on Tuesday | weekday-on-or-before 2024-06-18; weekday-on-or-after 2024-06-25
Tues. | weekday-on-or-before 2024-06-18; weekday-on-or-after 2024-06-25
on Thursday | weekday-on-or-before 2024-06-20; weekday-on-or-after 2024-06-20
this Tuesday | weekday-on-or-before 2024-06-18; weekday-on-or-after 2024-06-25
this past Tuesday | weekday-on-or-before 2024-06-18
this coming Tuesday | weekday-on-or-after 2024-06-25
on Tuesday at 19:13 | weekday-on-or-before 2024-06-18.1913-1914; weekday-on-or-after 2024-06-25.1913-1914
at 7 pm on Tuesday | weekday-on-or-before 2024-06-18.1900-1901; weekday-on-or-after 2024-06-25.1900-1901
on Tuesday at 11:59 p.m. | weekday-on-or-before 2024-06-18.2359-2400; weekday-on-or-after 2024-06-25.2359-2400
last Saturday | last-weekday 2024-06-08
last Thursday | last-weekday 2024-06-13
today | today 2024-06-20
earlier today | today 2024-06-20
yesterday | yesterday 2024-06-19
tomorrow | tomorrow 2024-06-21
on the same day | same-day 2023-10-07
that day | same-day 2023-10-07
just one day after | day-offset 2023-10-08
just a day after | day-offset 2023-10-08
a week after | day-offset 2023-10-14
the day before | day-offset 2023-10-06
two days later | day-offset 2023-10-09
three days earlier | day-offset 2023-10-04
the following day | day-offset 2023-10-08
the previous day | day-offset 2023-10-06
three days ago | days-ago 2024-06-17
the day before yesterday | days-ago 2024-06-18
two weeks ago | weeks-ago 2024-06-06~
a week ago | weeks-ago 2024-06-13~
a few hours after | hours-from [2023-10-07,2023-10-08]
two hours before | hours-from [2023-10-06,2023-10-07]
within hours | hours-from [2023-10-07,2023-10-08]
last week | last-week [2024-06-09..2024-06-16]
this week | this-week [2024-06-16..2024-06-23]
over the weekend | weekend [2024-06-15..2024-06-16]
last weekend | weekend [2024-06-15..2024-06-16]
last month | month-before 2024-05
last year | year-before 2023
Last May | last-named-month 2024-05
in June last | last-named-month 2023-06
last November | last-named-month 2023-11
earlier this week | earlier-this [2024-06-16..2024-06-20]
earlier this month | earlier-this [2024-06-01..2024-06-20]
earlier this year | earlier-this [2024-01-01..2024-06-20]
later this week | later-this [2024-06-20..2024-06-23]
later this month | later-this [2024-06-20..2024-06-30]
later this year | later-this [2024-06-20..2024-12-31]
early October | part-of-month [2023-10-01..2023-10-10]; part-of-month [2024-10-01..2024-10-10]
mid-October | part-of-month [2023-10-11..2023-10-20]; part-of-month [2024-10-11..2024-10-20]
in the middle of June | part-of-month [2024-06-11..2024-06-20]
end of July | part-of-month [2023-07-21..2023-07-31]; part-of-month [2024-07-21..2024-07-31]
late July 2023 | part-of-month [2023-07-21..2023-07-31]
at the end of last month | part-of-month [2024-05-21..2024-05-31]
early this month | part-of-month [2024-06-01..2024-06-10]
in November | named-month 2023-11; named-month 2024-11
in June | named-month 2024-06
November 2023 | named-month 2023-11
this month | named-month 2024-06
last autumn | season 2023-23
last summer | season 2023-22
last winter | season 2023-24
in the summer | season 2024-22
this spring | season 2024-21; season 2025-21
winter 2023 | season 2023-24
in 1991 | year 1991
this year | year 2024
recently | recent [..2024-06-20]
most recently | recent [..2024-06-20]
in recent days | recent [..2024-06-20]
a few days ago | recent [..2024-06-20]
in the past few weeks | recent [..2024-06-20]
soon | after-now [2024-06-20..]
a subsequent meeting | after-now [2024-06-20..]
in the coming days | after-now [2024-06-20..]
more than two months ago | more-than-ago [..2024-04-20]
over a year ago | more-than-ago [..2023-06-20]
since the operation | between [2023-10-07..2024-06-20]
since then | between [2023-10-07..2024-06-20]
since October 7 | between [2023-10-07..2024-06-20]
since Tuesday | between [2024-06-18..2024-06-20]
between October 7 and October 14 | between [2023-10-07..2023-10-14]; between [2024-10-07..2024-10-14]
between Monday and Wednesday | between [2024-06-17..2024-06-19]; between [2024-06-24..2024-06-26]
Tuesday afternoon | day-part 2024-06-18.1200-1800; day-part 2024-06-25.1200-1800
on Tuesday morning | day-part 2024-06-18.0600-1200; day-part 2024-06-25.0600-1200
yesterday evening | day-part 2024-06-19.1800-2400
on the afternoon of October 14 | day-part 2023-10-14.1200-1800; day-part 2024-10-14.1200-1800
evening | day-part 2023-10-07.1800-2400
in the evening | day-part 2023-10-07.1800-2400
this morning | day-part 2024-06-20.0600-1200
Friday night | night 2024-06-14.1800-0600; night 2024-06-21.1800-0600
on Friday night | night 2024-06-14.1800-0600; night 2024-06-21.1800-0600
on the night of October 7 | night 2023-10-07.1800-0600; night 2024-10-07.1800-0600
tonight | night 2024-06-20.1800-0600
last night | night-before [2024-06-19,2024-06-20]
overnight | night-before [2024-06-19,2024-06-20]
late on Sunday | late-on 2024-06-16.2100-2400; late-on 2024-06-23.2100-2400
late Sunday | late-on 2024-06-16.2100-2400; late-on 2024-06-23.2100-2400
early Monday | early-on 2024-06-17.0000-0600; early-on 2024-06-24.0000-0600
early on Monday | early-on 2024-06-17.0000-0600; early-on 2024-06-24.0000-0600
in the early hours of October 7 | early-on 2023-10-07.0000-0600; early-on 2024-10-07.0000-0600
from February 24 to 27 | span 2024-02-24/2024-02-27; span 2025-02-24/2025-02-27
February 24–27, 2024 | span 2024-02-24/2024-02-27
24-27 February | span 2024-02-24/2024-02-27; span 2025-02-24/2025-02-27
from February 24 to March 2 | span 2024-02-24/2024-03-02; span 2025-02-24/2025-03-02
from Monday to Wednesday | span 2024-06-17/2024-06-19; span 2024-06-24/2024-06-26
from October 24, 2023 to November 2, 2023 | span 2023-10-24/2023-11-02
began on Thursday | begins 2024-06-20/..
started on October 7 | begins 2023-10-07/..
begins on Sunday | begins 2024-06-16/..; begins 2024-06-23/..
starting Sunday | begins 2024-06-16/..; begins 2024-06-23/..
two-day | lasts 2023-10-07/2023-10-08
a one-day | lasts 2023-10-07
lasted three days | lasts 2023-10-07/2023-10-09
week-long | lasts 2023-10-07/2023-10-13
the last two weeks | past-n 2024-06-06/2024-06-20
over the past three days | past-n 2024-06-17/2024-06-20
in the last 48 hours | past-n 2024-06-18/2024-06-20
the past month | past-n 2024-05-20/2024-06-20
 | not-stated [..2024-06-20]
"""

# The documentation's names, in its order.
DOCUMENTED = """\
printed day-named weekday-on-or-before weekday-on-or-after last-weekday today yesterday tomorrow
same-day day-offset days-ago weeks-ago hours-from last-week this-week weekend month-before
year-before last-named-month earlier-this later-this part-of-month named-month season year recent
after-now more-than-ago between up-to day-part night night-before late-on early-on span begins
lasts past-n not-stated
"""

# Words, anchor, reference, value and rule where written; rule and value that must come out.
SEEDS = """
on Tuesday                         | 2023-10-31 | -          | 2023-10-31 | - | weekday-on-or-before 2023-10-31
on October 14                      | 2023-10-31 | -          | 2023-10-14 | - | day-named 2023-10-14
a week after                       | 2023-10-31 | 2023-10-07 | -          | - | day-offset 2023-10-14
2023-10-31 20:22:40                | -          | -          | -          | - | printed 2023-10-31T20:22:40
Tehran, 24 October 2023            | -          | -          | -          | - | printed 2023-10-24
recently                           | 2023-10-24 | -          | -          | - | recent [..2023-10-24]
recently                           | 2023-10-24 | -          | [2023-10-07..2023-10-24] | - | recent [2023-10-07..2023-10-24]
Thu 20 Jun 2024 4:53 pm - Jerusalem Time | -    | -          | -          | - | printed 2024-06-20T16:53:00+03:00
on Thursday                        | 2024-06-20 | -          | -          | - | weekday-on-or-before 2024-06-20
last night                         | 2024-06-20 | -          | -          | - | night-before [2024-06-19,2024-06-20]
Last May                           | 2024-06-20 | -          | -          | - | last-named-month 2024-05
October 7 last                     | 2024-06-20 | -          | -          | - | day-named 2023-10-07
on Friday night                    | 2023-12-09 | -          | 2023-12-08 | - | night 2023-12-08.1800-0600
on Wednesday                       | 2023-12-09 | -          | 2023-12-06 | - | weekday-on-or-before 2023-12-06
on October 31, 2023                | -          | -          | -          | up-to | up-to [..2023-10-31]
provided by the Iranian foreign ministry on October 31, 2023 | - | - | - | up-to | up-to [..2023-10-31]
October 31, 2023                   | -          | -          | -          | - | printed 2023-10-31
October 31, 2023                   | -          | -          | -          | day-named | day-named 2023-10-31
on Tuesday afternoon               | 2024-03-26 | -          | 2024-03-26 | - | day-part 2024-03-26.1200-1800
just a day after                   | 2024-03-26 | 2024-03-25 | -          | - | day-offset 2024-03-26
in November                        | 2024-03-26 | -          | 2023-11    | - | named-month 2023-11
on October 7                       | 2024-03-26 | -          | 2023-10-07 | - | day-named 2023-10-07
on Tuesday                         | 2023-10-31 | -          | 2023-10-31 | weekday-on-or-after | weekday-on-or-after 2023-10-31
on Tuesday                         | 2023-10-30 | -          | 2023-10-31 | - | weekday-on-or-after 2023-10-31
on Tuesday                         | 2023-10-30 | -          | -          | weekday-on-or-before | weekday-on-or-before 2023-10-24
last Saturday                      | 2024-06-20 | -          | 2024-06-15 | weekday-on-or-before | weekday-on-or-before 2024-06-15
05/10/2023                         | -          | -          | 2023-05-10 | - | printed 2023-05-10
over the weekend                   | 2024-06-20 | -          | [2024-06-14..2024-06-15] | - | weekend [2024-06-14..2024-06-15]
over the weekend                   | 2024-06-20 | -          | [2024-06-14..2024-06-16] | - | weekend [2024-06-14..2024-06-16]
a few hours after                  | 2024-06-20 | 2023-10-07 | 2023-10-07 | - | hours-from 2023-10-07
evening                            | 2024-06-20 | -          | -          | - | day-part 2024-06-20.1800-2400
since the operation                | 2024-06-20 | 2023-10    | -          | - | between [2023-10-01..2024-06-20]
on the same day                    | -          | 2023-10    | -          | - | same-day 2023-10
on the same day                    | -          | 2023-10-31T20:22:40 | - | - | same-day 2023-10-31
-                                  | 2024-06-20 | -          | -          | not-stated | not-stated [..2024-06-20]
"""

# Words, anchor, reference, value and rule; the code and what the message or the fix must say.
REFUSED = """
on Tuesday        | 2024-06-20 | - | -          | -         | date-ambiguous    | write which it is: “on Tuesday = 2024-06-18” or “on Tuesday = 2024-06-25”
on October 14     | 2024-06-20 | - | -          | -         | date-ambiguous    | “on October 14” may be 2023-10-14 (day-named) or 2024-10-14 (day-named)
05/10/2023        | -          | - | -          | -         | date-ambiguous    | 2023-10-05 (printed) or 2023-05-10 (printed)
06 November 2023 19:13 IST | - | - | -          | -         | date-ambiguous    | “IST” is the time of India, Israel and Ireland
06 November 2023 19:13 IST | - | - | 2023-11-06T19:13:00+02:00 | - | date-ambiguous | quote the words without the zone
29 March 2024 2:30 am Jerusalem time   | - | - | - | -       | date-ambiguous    | is skipped or comes twice in Asia/Jerusalem
27 October 2024 1:30 am Jerusalem time | - | - | - | -       | date-ambiguous    | is skipped or comes twice in Asia/Jerusalem
24 October 2023 10:00 Atlantis time    | - | - | - | -       | date-unresolved   | names no time zone that is known
on Tuesday        | 2024-06-20 | - | 2024-06-19 | -         | date-mismatch     | gives 2024-06-18 (weekday-on-or-before) or 2024-06-25 (weekday-on-or-after), not 2024-06-19
on Tuesday        | 2024-06-20 | - | 2024-06-25 | weekday-on-or-before | date-mismatch | gives 2024-06-18 (weekday-on-or-before), not 2024-06-25
on Tuesday        | 2024-06-20 | - | 2024-06    | -         | date-mismatch     | not 2024-06
on Tuesday        | 2024-06-20 | - | -          | yesterday | date-mismatch     | the rule yesterday does not read “on Tuesday”
last Saturday     | 2024-06-20 | - | 2024-06-15 | -         | date-mismatch     | gives 2024-06-08 (last-weekday), not 2024-06-15
recently          | 2023-10-24 | - | [2023-10-07..2023-10-23] | - | date-mismatch | gives [..2023-10-24] (recent)
recently          | 2023-10-24 | - | [2023-10-07,2023-10-24]  | - | date-mismatch | gives [..2023-10-24] (recent)
recently          | 2023-10-24 | - | 2023-10-07/2023-10-24    | - | date-mismatch | gives [..2023-10-24] (recent)
soon              | 2023-10-24 | - | [2023-10-24..2023-10-31] | - | date-mismatch | gives [2023-10-24..] (after-now)
on October 31, 2023 | -        | - | [..2023-10-31] | -     | date-mismatch     | gives 2023-10-31 (printed)
Friday, June 20   | 2024-06-20 | - | -          | -         | date-mismatch     | 2024-06-20 is a Thursday
Monday, 24 October 2023 | -    | - | -          | -         | date-mismatch     | 2023-10-24 is a Tuesday
Tehran, Monday, 24 October 2023 | - | - | -     | -         | date-mismatch     | 2023-10-24 is a Tuesday
from February 27 to 24 | 2024-06-20 | - | -     | -         | date-mismatch     | 2024-02-27 comes after 2024-02-24
since the operation | 2023-10-01 | 2023-10-07 | - | -       | date-mismatch     | did not begin by 2023-10-01
on Tuesday        | -          | - | -          | -         | date-no-anchor    | give `published:` or `written:` of the article
on Tuesday        | -          | - | 2024-06-18 | -         | date-no-anchor    | count from a day that is not known
a week after      | 2024-06-20 | - | -          | -         | date-no-anchor    | name that event with `from:`
a week after      | -          | 2023-10 | -    | -         | date-no-anchor    | the other event's date is 2023-10
since the operation | 2024-06-20 | - | -        | -         | date-no-anchor    | none is named
on Tuesday        | 2024-06-20 | - | -          | week-day  | date-unknown-rule | there is no date rule “week-day”
on Tuesday        | 2024-06-20 | - | -          | Yesterday | date-unknown-rule | did you mean yesterday?
next Tuesday      | 2024-06-20 | - | -          | -         | date-unresolved   | no date rule reads “next Tuesday”
today or tomorrow | 2024-06-20 | - | -          | -         | date-unresolved   | no date rule reads
1A2B              | 2024-06-20 | - | -          | -         | date-unresolved   | no date rule reads “1A2B”
10                | 2024-06-20 | - | -          | -         | date-unresolved   | no date rule reads “10”
01/02/03          | 2024-06-20 | - | -          | -         | date-unresolved   | no date rule reads “01/02/03”
le 14 octobre     | 2024-06-20 | - | -          | -         | date-unresolved   | no date rule reads
on Friday night at 11 pm | 2024-06-20 | - | -   | -         | date-unresolved   | is not one whole day
on Tuesday        | 2024-06-20 | - | 2023-02-29 | -         | date-malformed    | February 2023 has 28 days
on Tuesday        | 2024-06-20 | - | Tuesday    | -         | date-malformed    | “Tuesday” is no date
February 30       | 2024-06-20 | - | -          | -         | date-malformed    | “february 30” is no day of the calendar
2023-02-29        | -          | - | -          | -         | date-malformed    | is no day of the calendar
24 October 2023 24:00 | -      | - | -          | -         | date-malformed    | hours run from 0 to 23
24 October 2023 13:00 pm | -   | - | -          | -         | date-malformed    | “13 pm” is no time of day
24 October 2023 10:00 UTC+15 | - | - | -        | -         | date-malformed    | offsets run from -14:00 to +14:00
tomorrow          | 9999-12-31 | - | -          | -         | date-malformed    | leads to no day between the years 0001 and 9999
over 900 years ago | 0800-01-01 | - | -         | -         | date-malformed    | leads to no day between the years 0001 and 9999
"""


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split(" |")] for line in table.strip("\n").splitlines()]


def written(found: Resolution) -> str:
    return f"{found.rule} {found.edtf}{found.bounds.suffix if found.bounds else ''}"


def resolved(words: str, anchor: str, reference: str, value: str, rule: str) -> Resolution:
    return resolve(
        None if words == "-" else words,
        None if value == "-" else value,
        None if rule == "-" else rule,
        None if anchor == "-" else date.fromisoformat(anchor),
        None if reference == "-" else Edtf(reference),
    )


def test_the_tables_are_whole() -> None:
    assert len(rows(READINGS)) == 154
    assert len(rows(SEEDS)) == 35
    assert len(rows(REFUSED)) == 46
    assert list(RULES) == DOCUMENTED.split()
    read = {one.split()[0] for _, found in rows(READINGS) for one in found.split("; ")}
    assert read | {"up-to"} == set(RULES)


@pytest.mark.parametrize("row", rows(READINGS), ids=lambda row: row[0] or "no words")
def test_reads(row: list[str]) -> None:
    words, expected = row
    found = readings(words, A, reference=E)
    assert "; ".join(map(written, found)) == expected
    for reading in found:
        again = resolve(words, reading.edtf, reading.rule, A, E)
        assert again == reading


@pytest.mark.parametrize("row", rows(SEEDS), ids=lambda row: f"{row[0]} {row[4]}")
def test_resolves(row: list[str]) -> None:
    assert written(resolved(*row[:5])) == row[5]


@pytest.mark.parametrize("row", rows(REFUSED), ids=lambda row: f"{row[0]} {row[3]} {row[4]}")
def test_refuses(row: list[str]) -> None:
    with pytest.raises(DateError) as caught:
        resolved(*row[:5])
    assert caught.value.code == row[5]
    assert row[6] in f"{caught.value} {caught.value.fix}"
    assert caught.value.fix


@pytest.mark.parametrize(
    ("words", "anchor"),
    [
        ("on Tuesday", "2024-06-20"),
        ("since October 7", "2024-06-20"),
        ("a week after", "2023-10-07"),
        ("since the operation", "2023-10-07"),
        ("this morning", "2024-06-20"),
        ("in the morning", "2023-10-07"),
        ("24 October 2023", None),
        ("in 1991", None),
        ("February 24-27, 2024", None),
        (None, "2024-06-20"),
    ],
)
def test_says_which_day_it_counts_from(words: str | None, anchor: str | None) -> None:
    found = readings(words, A, reference=E)[0].anchor
    assert (found and found.text) == anchor


@pytest.mark.parametrize(
    ("words", "value", "alternatives"),
    [
        ("last Saturday", None, ["2024-06-15"]),
        ("last Thursday", None, []),
        ("last night", None, []),
        ("over the weekend", None, ["[2024-06-14..2024-06-15]"]),
        ("over the weekend", "[2024-06-14..2024-06-15]", ["[2024-06-15..2024-06-16]"]),
        (
            "over the weekend",
            "[2024-06-14..2024-06-16]",
            ["[2024-06-15..2024-06-16]", "[2024-06-14..2024-06-15]"],
        ),
    ],
)
def test_keeps_alternatives(words: str, value: str | None, alternatives: list[str]) -> None:
    assert [str(other) for other in resolve(words, value, None, A).alternatives] == alternatives


def test_says_when_a_lower_bound_is_inferred() -> None:
    day = date(2023, 10, 24)
    assert not resolve("recently", None, None, day).lower_inferred
    assert not resolve("recently", "[..2023-10-24]", None, day).lower_inferred
    assert resolve("recently", "[2023-10-07..2023-10-24]", None, day).lower_inferred
    assert resolve("recently", "[2023-10..2023-10-24]", "recent", day).lower_inferred


def test_white_space_case_and_dashes_do_not_matter() -> None:
    plain = readings("February 24-27", A)
    assert readings("  FEBRUARY\u00a024\u2013\n27, ", A) == plain
    assert len(plain) == 2


def test_words_are_short() -> None:
    with pytest.raises(DateError, match="date words of 201 characters: at most 200 are read"):
        readings("a" * 201, A)


def test_no_clock_and_no_locale_is_read() -> None:
    modules = sorted(Path(facts.__path__[0], "dates").glob("[a-z]*.py"))
    assert len(modules) == 7
    for module in modules:
        tree = ast.parse(module.read_text("utf-8"))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        imports = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        clocks = {"today", "now", "utcnow", "localtime", "gettz", "tzlocal"}
        assert not clocks & (names | imports), module.name
        assert not {"locale", "month_name", "day_name", "month_abbr", "day_abbr"} & imports


@settings(derandomize=True, max_examples=500)
@given(st.sampled_from([words for words, _ in rows(READINGS)]), st.dates(), st.dates())
def test_every_reading_resolves_to_itself(words: str, anchor: date, other: date) -> None:
    reference = Edtf.of(other)
    for reading in readings(words, anchor, reference=reference):
        value = reading.edtf
        assert Edtf.parse(value.text) == value
        assert value.earliest is None or value.latest is None or value.earliest <= value.latest
        assert resolve(words, value, reading.rule, anchor, reference).edtf == value


VOCABULARY = (
    "on the last this early late end of from to since between and a two days week ago after before "
    "night afternoon Tuesday Friday, October May 7 31 2023 10:30 pm at 15/4 weekend month "
    "yesterday recently GMT -"
)


@settings(derandomize=True, max_examples=500)
@given(
    st.one_of(st.text(max_size=40), st.lists(st.sampled_from(VOCABULARY.split())).map(" ".join)),
    st.dates(),
)
def test_any_text_is_read_or_refused(words: str, anchor: date) -> None:
    try:
        resolution = resolve(words, None, None, anchor, E)
    except DateError:
        return
    assert resolution in readings(words, anchor, reference=E)
