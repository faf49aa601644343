"""Dates of tables: written in one form throughout a column, each value a day, month or year."""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from kg.facts.dates.edtf import Edtf, EdtfError
from kg.facts.times import time_node

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_TOKENS = {
    "YYYY": "(?P<Y>[0-9]{4})",
    "MMMM": f"(?P<N>{'|'.join(_MONTHS)})",
    "MM": "(?P<M>0[1-9]|1[0-2])",
    "DD": "(?P<D>[0-9]{2})",
    "hh": "(?:[01][0-9]|2[0-3])",
    "mm": "[0-5][0-9]",
    "ss": "[0-5][0-9]",
}
_TOKEN = re.compile("|".join(_TOKENS) + "|[A-Za-z]+|.", re.DOTALL)


class FormError(ValueError):
    """A form of dates that cannot be read by; the message says what is wrong."""


@cache
def date_pattern(form: str) -> re.Pattern[str]:
    """The pattern of the values written in a form; raises FormError."""
    tokens = _TOKEN.findall(form)
    for token in tokens:
        if token.isalpha() and token not in _TOKENS and token not in ("T", "Z"):
            raise FormError(f"“{token}” stands for no part of a date")
        if token in _TOKENS and tokens.count(token) > 1:
            raise FormError(f"{token} stands twice")
    months = {"MM", "MMMM"} & set(tokens)
    if "YYYY" not in tokens:
        raise FormError("the form has no year")
    if len(months) > 1 or ("DD" in tokens and not months):
        raise FormError("the form has a day without a month, or two months")
    return re.compile("".join(_TOKENS.get(token) or re.escape(token) for token in tokens))


def day_written(value: str, form: str) -> Edtf | None:
    """The day, month or year of a value; None where it is not written in the form or not real.

    A time of day must be right and is left out.
    """
    found = date_pattern(form).fullmatch(value)
    if found is None:
        return None
    parts = found.groupdict()
    month = f"{_MONTHS.index(parts['N']) + 1:02}" if parts.get("N") else parts.get("M")
    try:
        return Edtf("-".join(filter(None, (parts["Y"], month, parts.get("D")))))
    except EdtfError:
        return None


def times_of(values: pl.Series, form: str) -> dict[str, Edtf]:
    """The dates of a column, by value; those that are none are left out."""
    found = ((value, day_written(value, form)) for value in values.unique().drop_nulls())
    return {value: date for value, date in found if date is not None}


def time_rows(dates: dict[str, Edtf]) -> pl.DataFrame:
    """Rows of the table `time`, of some dates by node."""
    rows = [
        (node, date.text, date.day.isoformat() if date.day else None, *date.bounds())
        for node, date in sorted(dates.items())
    ]
    columns = ("id", "edtf", "date", "not_before", "not_after")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def node_of(date: Edtf) -> str:
    """The node of a date."""
    return time_node(date, None)
