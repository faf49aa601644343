"""Stable ids: the hash behind a claim's node, and the form every node must have."""

from __future__ import annotations

import hashlib

import polars as pl

from kg.rdf.escape import TermError, refuse

_SEPARATOR = "\x1f"
_DIGITS = 24
# Some readers of IRIs decode an escaped dot before they walk the path, so %2E is one here too.
_DOT = "(?:[.]|%2[Ee])"
_OTHER = "(?:[A-Za-z0-9_~-]|%(?:[013-9A-Fa-f][0-9A-Fa-f]|2[0-9A-DFa-df]))"
_SEGMENT = f"(?:{_DOT}{{0,2}}{_OTHER}|{_DOT}{{3}})(?:{_DOT}|{_OTHER})*"
_NODE = f"^{_SEGMENT}(?:/{_SEGMENT})*$"
RESOURCES = ("iri", "name", "absolute")
"""The kinds of object whose text is the node, name or IRI itself."""


def digest(*parts: str) -> str:
    """24 hex digits that stand for the parts in this order: sha256 over them, joined by 0x1F."""
    return hashlib.sha256(_SEPARATOR.join(parts).encode()).hexdigest()[:_DIGITS]


def claim_id(
    document: str,
    according_to: str | None,
    stance: str | None,
    subject: str,
    predicate: str,
    object_key: str,
) -> str:
    """The node of one claim, as `claim_ids` has it for a column; see there for the parts."""
    return "claim/" + digest(
        document, according_to or "", stance or "", subject, predicate, object_key
    )


def claim_ids(claims: pl.DataFrame) -> pl.Series:
    """The node `claim/<24 hex digits>` of each row of a claim table, whose `id` is not looked at.

    The digits are those of `digest` over: document (where there is none, the agent),
    according_to, stance (each empty where null), subject, predicate, and the object: the text
    of a node, name or IRI, or `"lexical form"` with `@language` or `^^datatype`. Neither the base
    IRI nor rank, words and qualifiers are in it. Raises TermError where a claim has neither
    document nor agent.
    """
    nobody = claims.filter(pl.col("document").is_null() & pl.col("agent").is_null())
    if len(nobody):
        shown = nobody.select("subject", "predicate", "object").head(3).rows()
        raise TermError(f"claim: {len(nobody)} rows have neither document nor agent: {shown}")
    keys = claims.select(
        pl.concat_str(
            pl.coalesce("document", "agent"),
            pl.col("according_to").fill_null(""),
            pl.col("stance").fill_null(""),
            "subject",
            "predicate",
            _object_key(claims),
            separator=_SEPARATOR,
        ).alias("id")
    ).to_series()
    return ("claim/" + digests(keys)).alias("id")


def _object_key(claims: pl.DataFrame) -> pl.Expr:
    if claims.get_column("object_kind").is_in(RESOURCES).all():
        return pl.col("object")
    mark = (
        pl.when(pl.col("object_kind") == "lang")
        .then(pl.lit("@"))
        .when(pl.col("object_kind") == "typed")
        .then(pl.lit("^^"))
        .otherwise(pl.lit(""))
    )
    quoted = pl.concat_str(
        pl.lit('"'), "object", pl.lit('"'), mark, pl.col("object_type").fill_null("")
    )
    is_resource = pl.col("object_kind").is_in(RESOURCES)
    return pl.when(is_resource).then("object").otherwise(quoted)


def digests(keys: pl.Series) -> pl.Series:
    """`digest` of each key, its parts joined already, by hashlib where need be; null of null."""
    try:
        import polars_hash
    except ImportError:
        return pl.Series([digest(key) for key in keys], dtype=pl.String)
    hashes = polars_hash.col("key").chash.sha2_256().str.slice(0, _DIGITS)
    return pl.DataFrame({"key": keys}).select(hashes).to_series()


def check_nodes(values: pl.Series, what: str) -> None:
    """Refuse what is no local path: segments of `[A-Za-z0-9._~-]` and `%XX`, joined by `/`.

    A segment is never empty, `.` or `..`. Raises TermError with the number of distinct values that
    are refused, and three of them.
    """
    good = values.str.contains(_NODE)
    refuse(values, good, what, "are no node (segments of A-Z a-z 0-9 . _ ~ - %XX joined by '/')")


class CheckedNodes:
    """Columns of nodes that were found good; the same column often stands in several tables."""

    def __init__(self) -> None:
        self._good: list[pl.Series] = []

    def check(self, values: pl.Series, what: str) -> None:
        """`check_nodes`, for a column that was not seen yet."""
        if not any(_are_same(values, good) for good in self._good):
            check_nodes(values, what)
            self._good.append(values)


def _are_same(one: pl.Series, other: pl.Series) -> bool:
    # A look at the ends tells most apart; comparing two columns is not free.
    return (
        len(one) == len(other) > 0
        and one.item(0) == other.item(0)
        and one.item(-1) == other.item(-1)
        and one.equals(other)
    )
