"""Answers as data frames: Polars, pandas or Arrow, with the types of their literals."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import warnings
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from kg.ask.errors import QueryError
from kg.built import Built, NotBuilt, open_built
from kg.facts.folder import SETTINGS, find_root
from kg.rdf.vocabulary import PREFIXES

if TYPE_CHECKING:
    import pandas

As = Literal["polars", "pandas", "arrow"]
Given = str | int | date | list[str] | list[int] | list[date]

_XSD = PREFIXES["xsd"]
_TYPES: Mapping[str, pl.DataType] = {
    f"{_XSD}integer": pl.Int64(),
    f"{_XSD}nonNegativeInteger": pl.Int64(),
    f"{_XSD}decimal": pl.Float64(),
    f"{_XSD}double": pl.Float64(),
    f"{_XSD}boolean": pl.Boolean(),
    f"{_XSD}date": pl.Date(),
    f"{_XSD}dateTime": pl.Datetime("us", "UTC"),
}
_NEEDS = {"pandas": ("pandas", "pyarrow"), "arrow": ("pyarrow",)}


class MissingExtra(ImportError):
    """A kind of frame whose package is not installed; the message says how to install it."""


def query(
    name_or_sparql: str,
    project: str | Path | None,
    as_: As,
    parameters: Mapping[str, Given],
    timeout: float,
) -> pl.DataFrame | pandas.DataFrame | Any:
    """The rows that a query of the library, or SPARQL, gives on a project's last good build.

    A name is one word; anything else is SPARQL and runs in a process of its own for at most
    `timeout` seconds. Raises MissingExtra, NotBuilt, or QueryError for what is refused.
    """
    check_extra(as_)
    built = built_of(project)
    form = "json"
    out = io.BytesIO()
    if len(name_or_sparql.split()) == 1:
        # What the command line tells its reader is known to whoever wrote the call.
        with contextlib.redirect_stderr(io.StringIO()):
            built.query(name_or_sparql, _typed(parameters), form, timeout, out)
    elif parameters:
        raise QueryError("SPARQL takes no parameters: write the values into its text")
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "query.rq"
            path.write_text(name_or_sparql, encoding="utf-8")
            built.query(str(path), (), form, timeout, out)
    return _as(frame_of(json.loads(out.getvalue())), as_)


def built_of(project: str | Path | None) -> Built:
    """The last good build of a project, or of the one around; warns where it is stale."""
    root = Path(project).resolve() if project is not None else find_root(Path.cwd())
    if root is None:
        raise NotBuilt(f"no {SETTINGS} here or above")
    built = open_built(root)
    if built.stale:
        warnings.warn(f"the graph is older than {built.stale[0]}: run `kg build`", stacklevel=3)
    return built


def frame_of(results: Mapping[str, Any]) -> pl.DataFrame:
    """A result in the SPARQL 1.1 JSON format as a frame; IRIs are absolute.

    A column whose values all have one datatype that Polars knows is of that type, any other holds
    text. The answer of an ASK is the one row of the column `answer`.
    """
    if "boolean" in results:
        return pl.DataFrame({"answer": [bool(results["boolean"])]})
    rows = results["results"]["bindings"]
    return pl.DataFrame(
        [
            _column(name, [row.get(name, {}) for row in rows])
            for name in results["head"].get("vars", [])
        ]
    )


def _column(name: str, cells: list[dict[str, str]]) -> pl.Series:
    kinds = {cell.get("datatype", "") for cell in cells if cell}
    texts = pl.Series(name, [cell.get("value") for cell in cells], dtype=pl.String)
    dtype = _TYPES.get(kinds.pop()) if len(kinds) == 1 else None
    if dtype is None:
        return texts
    if dtype == pl.Boolean():
        return texts.is_in(["true", "1"]).set(texts.is_null(), None)
    if isinstance(dtype, pl.Datetime):
        # What names no zone is civil time, which is marked Z by convention.
        zoned = texts.str.replace(r"(T[0-9:.]+)$", "${1}Z")
        return zoned.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", time_zone="UTC", strict=True)
    return texts.str.to_date("%Y-%m-%d") if dtype == pl.Date() else texts.cast(dtype)


def _typed(parameters: Mapping[str, Given]) -> list[str]:
    """Parameters as the command line takes them; `class_` stands for `class`."""
    return [
        f"{name.removesuffix('_')}={_word(value)}"
        for name, given in parameters.items()
        for value in (given if isinstance(given, list) else [given])
    ]


def _word(value: str | int | date) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def check_extra(as_: str) -> None:
    """Refuse a kind of frame that there is not, or whose package is missing."""
    if as_ not in ("polars", *_NEEDS):
        raise ValueError(f"no frames are called {as_!r}: choose polars, pandas or arrow")
    import importlib.util

    for package in _NEEDS.get(as_, ()):
        if importlib.util.find_spec(package) is None:
            raise MissingExtra(
                f'{package} is not installed: run `pip install "parley-kg[{as_}]"`, or ask for '
                'as_="polars"'
            )


def _as(frame: pl.DataFrame, as_: As) -> pl.DataFrame | pandas.DataFrame | Any:
    match as_:
        case "pandas":
            return frame.to_pandas()
        case "arrow":
            return frame.to_arrow()
        case _:
            return frame
