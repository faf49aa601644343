"""Rows judged: kept as what they say of their event, dropped with a reason, or bad.

`judged` is a pure function of some raw rows: no row's fate depends on another row. Kept rows have
the same columns whatever the data set: nodes for `event`, `document`, `row`, `publisher`, `story`
and `place`, names for `class` and `status`, and for each statement a column of its objects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce

import polars as pl

from kg.facts.dates.edtf import Edtf
from kg.imports.dates import node_of, times_of
from kg.imports.encode import segments
from kg.imports.faults import Fault, clipped, fault, fault_rows
from kg.imports.files import Input
from kg.imports.schemes import scheme_codes, scheme_named
from kg.imports.spec import ITSELF, Code, Filter, Spec
from kg.imports.text import ROW
from kg.mapping.ids import digests
from kg.rdf.escape import are_absolute

SEPARATOR = "\x1f"
HASH = "hash"
_OTHER_CLASS = "kg:Event"
_URL = "^https?://"
_SENTENCE = r"^[0-9]{1,18}$"
_NUMBER_FIX = "correct the value, or leave `sentence:` out of the specification"
_DATE_FIX = "correct the value, or `form:` in the specification"
_EMPTY_FIX = "write `empty: missing` in the specification if empty values are missing ones"


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of some rows: those kept, the numbers dropped by reason, and those bad.

    `bad` has the columns of `kg.imports.faults.fault_rows`; `dates` are the dates met, by node.
    """

    kept: pl.DataFrame
    dropped: Mapping[str, int]
    bad: pl.DataFrame
    dates: Mapping[str, Edtf] = field(default_factory=dict)


def judged(raw: pl.DataFrame, spec: Spec, file: Input, *, every_code: bool = False) -> Judged:
    """Judge raw rows of a file; with `every_code` a code without a meaning is an event like others.

    A row that is dropped is not looked at for faults.
    """
    frame = _with_codes(raw, spec)
    reason = _drop_reason(spec, every_code=every_code)
    frame = frame.with_columns(reason.alias("@drop"))
    dropped = dict(frame.drop_nulls("@drop").group_by("@drop").len().sort("@drop").iter_rows())
    frame = frame.filter(pl.col("@drop").is_null())
    frame, dates = _with_dates(frame, spec)
    bad = _bad(frame, spec)
    if not bad.is_empty():
        frame = frame.join(bad.select(pl.col("row").alias(ROW)), on=ROW, how="anti")
    return Judged(_normalised(frame, spec, file), dropped, bad, dates)


# --- Codes -------------------------------------------------------------------------------------


def _with_codes(raw: pl.DataFrame, spec: Spec) -> pl.DataFrame:
    """Rows with what their code means: class, status, kind, roles, mirror; null where nothing."""
    other = Code("", spec.class_, spec.status, None, (), None, dated=True)
    known = {code.code: code for code in spec.codes} if spec.code else {}
    columns: dict[str, pl.Expr] = {
        "@known": pl.col(spec.code).is_in(list(known)) if spec.code else pl.lit(True)
    }

    def meaning(name: str, values: Mapping[str, str | None], default: str | None) -> None:
        given = {code: value for code, value in values.items() if value is not None}
        if spec.code and known and set(values.values()) != {default}:
            left = [code for code in values if code not in given]
            found = pl.col(spec.code).replace_strict(
                {**given, **dict.fromkeys(left)}, default=default, return_dtype=pl.String
            )
        else:
            found = pl.lit(default, dtype=pl.String)
        columns[name] = found

    codes = known.values()
    meaning("@class", {c.code: c.class_ for c in codes}, other.class_)
    meaning("@status", {c.code: c.status or spec.status for c in codes}, other.status)
    meaning("@kind", {c.code: c.kind for c in codes}, None)
    meaning("@mirrors", {c.code: c.mirrors for c in codes}, None)
    meaning("@dated", {c.code: "yes" if c.dated else None for c in codes}, "yes")
    for at, participant in enumerate(spec.participants):
        roles = {c.code: c.roles[at] if at < len(c.roles) else participant.role for c in codes}
        meaning(f"@role{at}", roles, participant.role)
    return raw.with_columns(**columns)


def _drop_reason(spec: Spec, *, every_code: bool) -> pl.Expr:
    """Why a row is dropped, the first reason that holds; null where none does."""
    reasons = [
        (~_passes(only), pl.lit(f"{only.column} is not {' or '.join(only.values)}"))
        for only in spec.only
    ]
    if spec.code is not None:
        reasons.append((pl.col(spec.code).is_null(), pl.lit(f"no {spec.code}")))
        if not every_code:
            reasons.append((~pl.col("@known"), _code_reason(spec, spec.code)))
    reasons += [
        (pl.col(column).is_null(), pl.lit(f"no {column}"))
        for column in spec.event_key
        if column != spec.code
    ]
    if spec.participants:
        nobody = pl.all_horizontal(pl.col(one.column).is_null() for one in spec.participants)
        reasons.append((nobody, pl.lit("nobody took part")))
    return pl.coalesce(*(pl.when(holds).then(reason) for holds, reason in reasons), None)


def _passes(only: Filter) -> pl.Expr:
    return pl.col(only.column).is_in(list(only.values)).fill_null(value=False)


def _code_reason(spec: Spec, column: str) -> pl.Expr:
    """The reason names the code, and its label where its scheme has it."""
    code = pl.col(column)
    told = pl.concat_str(pl.lit(f"{column} "), code)
    name = scheme_named(spec.scheme) if spec.scheme else None
    if name is None:
        return pl.concat_str(told, pl.lit(" is none of those kept"))
    label = code.replace_strict(dict(scheme_codes(name)), default=None, return_dtype=pl.String)
    kept = pl.concat_str(told, pl.lit(" ("), label, pl.lit(") is none of those kept"))
    return pl.coalesce(kept, pl.concat_str(told, pl.lit(f" is not in the scheme {name}")))


# --- Values ------------------------------------------------------------------------------------


def _with_dates(frame: pl.DataFrame, spec: Spec) -> tuple[pl.DataFrame, dict[str, Edtf]]:
    """Rows with a node for each date that can be read, null where a code's dates are no dates."""
    dates: dict[str, Edtf] = {}
    columns = {}
    for at, date in enumerate(spec.dates):
        found = times_of(frame.get_column(date.column), date.form)
        nodes = {value: node_of(edtf) for value, edtf in found.items()}
        dates |= {node_of(edtf): edtf for edtf in found.values()}
        columns[f"@date{at}"] = pl.col(date.column).replace_strict(
            nodes, default=None, return_dtype=pl.String
        )
    return frame.with_columns(**columns), dates


def _bad(frame: pl.DataFrame, spec: Spec) -> pl.DataFrame:
    """Rows with a value that cannot be read, each once, by its first such column."""
    found = [fault_rows(faults) for faults in _faults(frame, spec)]
    if not found:
        return fault_rows([])
    return pl.concat(found).unique("row", keep="first", maintain_order=True).sort("row")


def _faults(frame: pl.DataFrame, spec: Spec) -> Iterator[list[Fault]]:
    for at, date in enumerate(spec.dates):
        wrong = pl.col(date.column).is_not_null() & pl.col(f"@date{at}").is_null()
        yield [
            fault(
                "row-date", f"{value} is no date written {date.form}", _DATE_FIX, row, date.column
            )
            for row, value in _shown(frame, wrong, date.column)
        ]
    for column in sorted(_naming(spec)):
        yield [
            fault("row-empty", "the value is empty where a name is due", _EMPTY_FIX, row, column)
            for row, _ in _shown(frame, pl.col(column) == "", column)
        ]
    if spec.sentence:
        wrong = ~pl.col(spec.sentence).str.contains(_SENTENCE)
        yield [
            fault("row-number", f"{value} is no number", _NUMBER_FIX, row, spec.sentence)
            for row, value in _shown(frame, wrong, spec.sentence)
        ]


def _shown(frame: pl.DataFrame, wrong: pl.Expr, column: str) -> Iterator[tuple[int, str]]:
    """The numbers of the rows in which a value is wrong, with the value as it is shown."""
    rows = frame.filter(wrong.fill_null(value=False))
    for row, value in rows.select(ROW, column).iter_rows():
        yield row, f"“{clipped(value)}”"


def _naming(spec: Spec) -> set[str]:
    """The columns whose values become nodes, so that none may be empty."""
    names = {column for one in spec.participants for column in (one.column, one.name)}
    names |= {column for level in spec.place for column in (level.column, level.name)}
    names |= {spec.publisher.column} if spec.publisher else set()
    names |= {spec.story.column} if spec.story else set()
    return names | set(spec.event_key) | ({spec.code} if spec.code else set())


# --- What is kept ------------------------------------------------------------------------------


def _normalised(frame: pl.DataFrame, spec: Spec, file: Input) -> pl.DataFrame:
    """Kept rows with the columns that `kg.imports.claims` and `kg.imports.nodes` read."""
    key = frame.select(_event_key(spec).alias("key")).to_series()
    hashes = digests(key)
    single = len(spec.event_key) == 1
    event = segments(frame.get_column(spec.event_key[0])) if single else hashes
    root = f"event/{spec.ids}/"
    words = spec.words or spec.code
    columns: dict[str, pl.Expr | pl.Series] = {
        "event": root + event,
        HASH: hashes,
        "document": pl.lit(file.node),
        "row": pl.concat_str(pl.lit(file.row_root), pl.col(ROW).cast(pl.String)),
        "number": pl.col(ROW),
        "key": pl.concat_str(*spec.row_key, separator=" ") if spec.row_key else _null(),
        "sentence": pl.col(spec.sentence) if spec.sentence else _null(),
        "class": pl.col("@class"),
        "status": pl.col("@status"),
        "kind": pl.col("@kind"),
        "words": pl.col(words) if words else _null(),
        "code": _null(),
        "place": _null(),
        "publisher": _null(),
        "publisher_name": _null(),
        "story": _null(),
        "url": _null(),
    }
    if spec.code and spec.scheme:
        columns["code"] = spec.scheme + segments(frame.get_column(spec.code))
    if spec.publisher:
        name = _publisher_name(frame, spec)
        columns["publisher_name"] = name
        columns["publisher"] = f"utterance/{spec.ids}/publisher/" + segments(name)
    if spec.story:
        story = segments(frame.get_column(spec.story.column))
        columns["story"] = f"utterance/{spec.ids}/story/" + story
        if spec.story.url:
            good = are_absolute(frame.get_column(spec.story.url))
            columns["url"] = pl.when(good & pl.col(spec.story.url).str.contains(_URL)).then(
                spec.story.url
            )
    for at, participant in enumerate(spec.participants):
        node = f"actor/{spec.ids}/" + segments(frame.get_column(participant.column))
        columns[f"who{at}"] = node
        columns[f"role{at}"] = pl.col(f"@role{at}")
        columns[f"name{at}"] = pl.coalesce(participant.name, participant.column)
    for at in range(len(spec.dates)):
        columns[f"date{at}"] = pl.when(pl.col("@dated").is_not_null()).then(f"@date{at}")
    return frame.select(**columns, **_places(frame, spec)).with_columns(
        place=_lowest([f"place{at}" for at in range(len(spec.place))])
    )


def _null() -> pl.Expr:
    return pl.lit(None, dtype=pl.String)


def _lowest(levels: list[str]) -> pl.Expr:
    return pl.coalesce(*reversed(levels)) if levels else _null()


def _event_key(spec: Spec) -> pl.Expr:
    """The columns of the key, joined; a mirrored code as the one it mirrors, its two exchanged."""
    mirrored = {code.code: code.mirrors for code in spec.codes if code.mirrors}
    columns = {column: pl.col(column) for column in spec.event_key}
    if mirrored and spec.code and len(spec.participants) == 2:
        first, second = (pl.col(one.column) for one in spec.participants)
        itself = (pl.col("@mirrors") == ITSELF).fill_null(value=False)
        turned = pl.when(itself).then(first > second).otherwise(pl.col("@mirrors").is_not_null())
        names = [one.column for one in spec.participants]
        if set(names) <= columns.keys():
            columns[names[0]] = pl.when(turned).then(second).otherwise(first)
            columns[names[1]] = pl.when(turned).then(first).otherwise(second)
        if spec.code in columns:
            other = pl.when(~itself).then("@mirrors")
            columns[spec.code] = pl.coalesce(other, spec.code)
    return pl.concat_str(*columns.values(), separator=SEPARATOR)


def _publisher_name(frame: pl.DataFrame, spec: Spec) -> pl.Series:
    """The publisher, or the host of the address that tells who it is."""
    if spec.publisher is None:
        raise TypeError("the specification has no publisher")
    values = frame.get_column(spec.publisher.column)
    if not spec.publisher.host:
        return values
    host = values.str.extract(r"(?i)^https?://(?:[^/?#@]*@)?([^/:?#]+)", 1).str.to_lowercase()
    whole = pl.coalesce(pl.col("host"), pl.col("value"))
    return pl.DataFrame({"host": host, "value": values}).select(whole).to_series()


def _places(frame: pl.DataFrame, spec: Spec) -> dict[str, pl.Expr | pl.Series]:
    """For each level its node, null where the row has none, its name and the place it is in.

    A node has the names of all levels down to its own, `~` for one that is missing, so that two
    cities of one name in two countries stay two.
    """
    columns: dict[str, pl.Expr | pl.Series] = {}
    path = pl.Series([f"place/{spec.ids}"]).new_from_index(0, frame.height)
    above: list[str] = []
    work = frame
    for at, level in enumerate(spec.place):
        passes = reduce(lambda a, b: a & b, map(_passes, level.only), pl.lit(True))
        own = frame.select(pl.when(passes).then(level.column).alias("own")).to_series()
        part = segments(own)
        path = path + "/" + part.fill_null("~")
        node = pl.DataFrame({"path": path, "own": own}).select(
            pl.when(pl.col("own").is_not_null()).then("path")
        )
        work = work.with_columns(node.to_series().alias(f"place{at}"))
        columns[f"place{at}"] = work.get_column(f"place{at}")
        columns[f"within{at}"] = work.with_columns(within=_lowest(above)).get_column("within")
        columns[f"named{at}"] = pl.coalesce(level.name, level.column)
        above.append(f"place{at}")
    return columns
