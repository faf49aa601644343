"""What files declare, as it is kept: ids in columns, looked up without an object for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from kg.cache.codec import packed
from kg.cache.kept import SCHEMAS
from kg.check.diagnostic import Diagnostic, Span
from kg.facts.declare import Declarations, Declared

KINDS = ("event", "utterance", "article")


class KeptDeclared(Mapping[str, Declared]):
    """The declarations of a kind in a frame, by id."""

    def __init__(self, frame: pl.DataFrame, kind: str) -> None:
        self._frame = frame.filter(pl.col("kind") == kind)
        self._at = {id_: at for at, id_ in enumerate(self._frame["id"])}

    def __getitem__(self, id_: str) -> Declared:
        _, _, what, article, *span = self._frame.row(self._at[id_])
        return Declared(what, article, Span(*span))

    def __contains__(self, id_: object) -> bool:
        return id_ in self._at

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)


def declared_frame(declared: Declarations) -> pl.DataFrame:
    """Declarations as a frame."""
    of_kinds = zip(KINDS, (declared.events, declared.utterances, declared.articles), strict=True)
    rows = [
        (kind, id_, of.what, of.article, *_plain(of.span))
        for kind, found in of_kinds
        for id_, of in found.items()
    ]
    return pl.DataFrame(rows, schema=SCHEMAS["declared"], orient="row")


def undeclared_frame(wrong: Iterable[tuple[str, Diagnostic]]) -> pl.DataFrame:
    """What is wrong with declarations, by id in lower case, as a frame."""
    rows = [(id_, packed(diagnostic)) for id_, diagnostic in wrong]
    return pl.DataFrame(rows, schema=SCHEMAS["undeclared"], orient="row")


def _plain(span: Span) -> tuple[str, int, int, int, int]:
    return span.file, span.line, span.column, span.end_line, span.end_column
