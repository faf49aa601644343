"""Quantities that do not go together: numbers for one measure of one population at one time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

import polars as pl

from kg.ask.conflict_finders import Found, Times
from kg.ask.reported import Said
from kg.mapping.tables import Tables

_ABOUT = "kg:approximately"


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as it is meant: the values that it allows, when it held, who says so."""

    text: str
    low: float
    high: float
    start: str
    end: str
    vague: bool
    said: Said

    def meets(self, other: _Number) -> bool:
        """Whether both held at some instant."""
        return self.start <= other.end and other.start <= self.end

    def excludes(self, other: _Number) -> bool:
        """Whether no value is allowed by both; what is only about a number excludes nothing."""
        apart = self.high < other.low or other.high < self.low
        return apart and not self.vague and not other.vague

    def holds(self, other: _Number) -> bool:
        """Whether it allows all that another allows, and more."""
        mine, theirs = (self.low, self.high), (other.low, other.high)
        return self.low <= other.low and other.high <= self.high and mine != theirs


def quantities(tables: Tables, times: Times, software: frozenset[str]) -> tuple[int, list[Found]]:
    """How many numbers were looked at, and which do not go together.

    Compared are numbers of different sources for one measure of one population whose times, as
    they are stated, have an instant in common; one without a time is compared with none.
    """
    groups: dict[tuple[str, str], list[_Number]] = defaultdict(list)
    rows = tables["quantity"].filter(pl.col("rank").fill_null("") != "kg:deprecated")
    coded = tables["source"].filter(pl.col("agent").is_in(list(software)))
    rows = rows.join(coded, left_on="according_to", right_on="id", how="anti")
    for row in rows.sort("id").iter_rows(named=True):
        groups[row["population"], row["measure"]].append(_number(row, times))
    found: list[Found] = []
    for (population, measure), numbers in sorted(groups.items()):
        dated = [number for number in numbers if number.said.triple[4]]
        found += _disagreements(population, measure, dated)
        found += _precision(population, measure, dated)
    return rows.height, found


def _number(row: Mapping[str, object], times: Times) -> _Number:
    value, comparator = int(str(row["value"])), str(row["comparator"])
    low, high = {
        "kg:exactly": (value, value),
        "kg:more-than": (value + 1, inf),
        "kg:at-least": (value, inf),
        "kg:less-than": (0, value - 1),
        "kg:at-most": (0, value),
    }.get(comparator, _rounded(value))
    words = "" if comparator == "kg:exactly" else comparator.partition(":")[2].replace("-", " ")
    text = f"{'about' if comparator == _ABOUT else words} {value:,}".strip()
    as_of = str(row["as_of"] or "")
    start, end = times.bounds(as_of)
    said = Said(
        str(row["id"]),
        (str(row["population"]), str(row["measure"]), "typed", text, as_of),
        str(row["document"]),
        str(row["according_to"]),
        "",
        "",
        str(row["rank"] or ""),
        best=True,
        documents=frozenset((str(row["document"]),)),
    )
    return _Number(text, low, high, start, end, comparator == _ABOUT, said)


def _rounded(value: int) -> tuple[float, float]:
    """The values that are the same when rounded to the last digit that is not 0."""
    step = 1
    while value and value % (step * 10) == 0:
        step *= 10
    return value - step / 2, value + step / 2


def _disagreements(population: str, measure: str, numbers: Sequence[_Number]) -> Iterator[Found]:
    rivals: dict[int, set[int]] = defaultdict(set)
    for place, one in enumerate(numbers):
        for later, other in enumerate(numbers[place + 1 :], place + 1):
            apart = one.excludes(other) and one.said.voices != other.said.voices
            if apart and one.meets(other):
                rivals[place].add(later)
                rivals[later].add(place)
    seen: set[int] = set()
    for first in sorted(rivals):
        if first in seen:
            continue
        # Numbers at one time, and those that overlap with them, are one conflict.
        group, left = {first}, [first]
        while left:
            new = rivals[left.pop()] - group
            group |= new
            left += new
        seen |= group
        yield _found("disagreement", population, measure, [numbers[place] for place in group])


def _precision(population: str, measure: str, numbers: Sequence[_Number]) -> Iterator[Found]:
    """Each number beside those of others that say more exactly what it says."""
    for text in sorted({number.text for number in numbers}):
        coarse = [number for number in numbers if number.text == text]
        finer = [
            number
            for number in numbers
            if any(one.holds(number) and one.meets(number) for one in coarse)
        ]
        knowing = {voice for number in finer for voice in number.said.voices}
        vague = {voice for number in coarse for voice in number.said.voices}
        # Whoever says both is only being brief at one place.
        if finer and vague - knowing:
            yield _found("precision", population, measure, [*coarse, *finer])


def _found(kind: str, population: str, measure: str, numbers: Sequence[_Number]) -> Found:
    by_text: dict[tuple[float, float, str], list[Said]] = defaultdict(list)
    for number in numbers:
        by_text[number.low, -number.high, number.text].append(number.said)
    sides = tuple((population, text, tuple(said)) for (_, _, text), said in sorted(by_text.items()))
    return Found(kind, measure, "", sides)
