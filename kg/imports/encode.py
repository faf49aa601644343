"""Names of a data set as segments of nodes: percent-encoded, so that no two become one."""

from __future__ import annotations

import string
from itertools import accumulate
from urllib.parse import quote

import polars as pl

from kg.mapping.ids import digest

_KEPT = string.ascii_letters + string.digits + "._-"
_ASCII = {chr(code): f"%{code:02X}" for code in range(0x80) if chr(code) not in _KEPT}
_LONGEST = 200
_HEAD = 160
# What one replacement per character encodes right; all else is looked at by itself.
_PLAIN = rf"^[\x00-\x7F]{{1,{_LONGEST // 3}}}$"
_DOTS = r"^\.{0,2}$"


def segment(text: str) -> str:
    """One name as a segment; `~` stands in front of what no segment can be, or of a digest.

    A segment of more than 200 characters ends in the digest of the name.
    """
    encoded = quote(text, safe="").replace("~", "%7E")
    if len(encoded) > _LONGEST:
        lengths = accumulate(len(quote(character, safe="")) for character in text)
        head = text[: sum(length <= _HEAD for length in lengths)]
        return f"{quote(head, safe='').replace('~', '%7E')}~{digest(text)}"
    return encoded if encoded.strip(".") or len(encoded) > 2 else f"~{encoded}"


def segments(values: pl.Series) -> pl.Series:
    """The segment of each name of a column."""
    plain = values.str.contains(_PLAIN) & ~values.str.contains(_DOTS)
    others = values.filter(~plain).unique().drop_nulls().to_list()
    column = pl.col("value")
    encoded = column.str.replace_many(list(_ASCII), list(_ASCII.values()))
    if others:
        apart = pl.Series([segment(text) for text in others], dtype=pl.String)
        known = column.replace_strict(pl.Series(others), apart, default=None)
        encoded = pl.when(pl.col("plain")).then(encoded).otherwise(known)
    frame = pl.DataFrame({"value": values, "plain": plain})
    return frame.select(encoded.alias(values.name)).to_series()
