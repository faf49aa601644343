"""Items of a worklist: each kind of gap found on the tables, over whole columns."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kg.ask.origins import origins
from kg.ask.why import FIELDS
from kg.mapping.ranks import DATES
from kg.mapping.tables import Tables

ENCOUNTERS = ("kg:Meeting", "kg:Call", "kg:Talks", "kg:Visit")
# That two reports, or two events, are one is a curator's inference by what it is.
_JOINS = ("kg:alsoReportedIn", "kg:possiblySameAs")
_NAMES: Mapping[str, str] = {predicate: name for name, predicate in FIELDS.items()}
_FROM_A_DAY = r"^\d{4}-\d{2}-\d{2}[^/~?]*/"
_INFERRED = pl.col("according_to").is_null()


def field_names(predicates: pl.Expr) -> pl.Expr:
    """Predicates as a curator writes them: `who` for kg:participant."""
    return predicates.replace(_NAMES).str.replace(r"^[^:]*:", "")


def _item(
    rows: pl.DataFrame,
    kind: str | pl.Expr,
    field: str | pl.Expr | None = None,
    detail: str | None = None,
    at: str | None = None,
    node: str = "event",
) -> pl.DataFrame:
    """Items of rows: kind and field are texts or expressions, the others names of columns.

    `at` is the claim or source that says where the item was written; the node where there is none.
    """
    nothing = pl.lit(None, pl.String)
    return rows.select(
        kind=pl.lit(kind) if isinstance(kind, str) else kind,
        node=node,
        field=field if isinstance(field, pl.Expr) else pl.lit(field, pl.String),
        detail=pl.col(detail) if detail else nothing,
        at=pl.col(at) if at else nothing,
    )


class Finder:
    """Finds the gaps of the events that curators tell of.

    `claims` are those about events, without what is deprecated, what joins events, and what
    software coded, since that is no reporting. `fields` has a row an event and predicate:
    `evidence` (see `kg.ask.gaps.EVIDENCE`), the number of `origins`, and a `claim`.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        software = tables["entity"].filter(pl.col("class") == "prov:SoftwareAgent")
        quoted = tables["support"].join(
            tables["passage"], left_on="evidence", right_on="id", how="semi"
        )
        rank, stance = pl.col("rank").fill_null(""), pl.col("stance").fill_null("")
        self.claims = (
            tables["claim"]
            .filter(
                pl.col("subject").str.starts_with("event/"),
                ~pl.col("predicate").is_in(_JOINS),
                rank != "kg:deprecated",
            )
            .join(software, left_on="agent", right_on="id", how="anti", maintain_order="left")
            .select(
                "id",
                "predicate",
                "object",
                "according_to",
                event="subject",
                asserts=~stance.is_in(["kg:denies", "kg:declines"]),
                best=pl.col("id").is_in(tables["best"]["claim"].implode()),
                quoted=pl.col("id").is_in(quoted["claim"].implode()),
            )
        )
        self.events = self.claims.select("event").unique().sort("event")
        self._best = self.claims.filter("best")
        self._sourced = (
            self._best.drop_nulls("according_to")
            .join(tables["support"], left_on="id", right_on="claim", how="semi")
            .join(origins(tables), left_on="according_to", right_on="source", how="left")
        )
        self.fields = self._fields()

    def _fields(self) -> pl.DataFrame:
        best, quoted = pl.col("best"), pl.col("quoted")
        evidence = (
            pl.when((best & ~_INFERRED & quoted).any())
            .then(pl.lit("quoted"))
            .when((best & quoted).any())
            .then(pl.lit("inferred"))
            .when(best.any())
            .then(pl.lit("unquoted"))
            .when(pl.col("asserts").any())
            .then(pl.lit("unsettled"))
            .otherwise(pl.lit("denied"))
        )
        found = self.claims.group_by("event", "predicate").agg(
            evidence=evidence, claim=pl.col("id").sort_by(~best, "id").first()
        )
        counted = self._sourced.group_by("event", "predicate").agg(
            origins=pl.col("origin").drop_nulls().n_unique()
        )
        return found.join(counted, on=["event", "predicate"], how="left")

    def items(self) -> pl.DataFrame:
        """Every gap: columns kind, node, field, detail and `at`, in no order."""
        return pl.concat(
            [
                *self._origins(),
                *self._dates(),
                self._speakers(),
                *self._missing(),
                self._offices(),
                *self._values(),
            ]
        )

    def weights(self) -> pl.DataFrame:
        """Of each `node` whether it is an `encounter`, and as `weight` the number of its claims."""
        is_encounter = (pl.col("predicate") == "rdf:type") & pl.col("object").is_in(ENCOUNTERS)
        events = self.claims.group_by(node="event").agg(
            encounter=is_encounter.any(), weight=pl.len()
        )
        said = pl.concat(
            self._tables[table].select(node="according_to").drop_nulls()
            for table in ("claim", "speech", "quantity")
        )
        return pl.concat(
            [events, said.group_by("node").agg(encounter=pl.lit(value=False), weight=pl.len())]
        )

    def origins(self) -> pl.DataFrame:
        """Of each event the number of `origins`, the first of them, and of documents."""
        passages = self._tables["support"].join(
            self._tables["passage"].select("id", "document"), left_on="evidence", right_on="id"
        )
        documents = (
            self._sourced.select("id", "event")
            .join(passages, left_on="id", right_on="claim")
            .group_by("event")
        )
        known = pl.col("origin").drop_nulls()
        counted = self._sourced.group_by("event").agg(origins=known.n_unique(), origin=known.min())
        return (
            self.events.join(counted, on="event", how="left")
            .join(documents.agg(documents=pl.col("document").n_unique()), on="event", how="left")
            .with_columns(pl.col("origins", "documents").fill_null(0))
            .sort("event")
        )

    def _origins(self) -> list[pl.DataFrame]:
        """Events that rest on one origin, or on none that is known."""
        counted = self.origins()
        return [
            _item(counted.filter(pl.col("origins") == 0), "origin-unknown"),
            _item(counted.filter(pl.col("origins") == 1), "origin-single", detail="origin"),
        ]

    def _dates(self) -> list[pl.DataFrame]:
        """Events without a date, or whose best-known date is inferred, open or no single day."""
        is_day = pl.col("date").is_not_null() | pl.col("edtf").str.contains(_FROM_A_DAY)
        is_open = pl.col("not_before").is_null() | pl.col("not_after").is_null()
        dates = self._best.filter(pl.col("predicate").is_in(DATES))
        closest = (
            dates.join(self._tables["time"], left_on="object", right_on="id")
            .with_columns(width=pl.when(is_day).then(0).when(is_open).then(2).otherwise(1))
            .sort("event", "width", "edtf", "id")
            .group_by("event", maintain_order=True)
            .agg(pl.col("width", "predicate", "edtf", "id").first(), inferred=_INFERRED.all())
        )
        field = field_names(pl.col("predicate"))
        return [
            _item(self.events.join(dates, on="event", how="anti"), "date-missing", "when"),
            _item(closest.filter("inferred"), "date-inferred", field, "edtf", "id"),
            _item(closest.filter(pl.col("width") == 2), "date-open", field, "edtf", "id"),
            _item(closest.filter(pl.col("width") == 1), "date-wide", field, "edtf", "id"),
        ]

    def _speakers(self) -> pl.DataFrame:
        """Sources whose speaker, or the speaker of whose words, no article names."""

        def unnamed(column: str) -> pl.Expr:
            return pl.col(column).is_null() | pl.col(column).str.starts_with("unnamed/")

        utterances = self._tables["source"].filter(
            pl.col("class") == "kg:Utterance", unnamed("agent"), pl.col("on_behalf_of").is_null()
        )
        wordings = self._tables["speech"].filter(unnamed("speaker"))
        found = pl.concat(
            [
                utterances.select(node="id", who="agent"),
                wordings.select(node=pl.coalesce("utterance", "according_to"), who="speaker"),
            ]
        )
        found = found.group_by("node").agg(pl.col("who").max())
        return _item(found, "speaker-unnamed", detail="who", at="node", node="node")

    def _missing(self) -> list[pl.DataFrame]:
        """Meetings and visits without a place, encounters of fewer people than they take."""
        kind = pl.col("object")
        types = self._best.filter(pl.col("predicate") == "rdf:type").select("event", "object")
        types = types.unique()
        places = self._best.filter(pl.col("predicate") == "kg:place")
        placeless = types.filter(kind.is_in(["kg:Meeting", "kg:Visit"])).join(
            places, on="event", how="anti"
        )
        present = (
            self._best.filter(pl.col("predicate") == "kg:participant")
            .group_by("event")
            .agg(present=kind.n_unique())
        )
        least = pl.when(kind == "kg:Visit").then(1).otherwise(2)
        few = types.join(present, on="event", how="left").filter(
            kind.is_in(ENCOUNTERS), pl.col("present").fill_null(0) < least
        )
        return [
            _item(placeless, "place-missing", "where"),
            _item(few, "participants-few", "who"),
        ]

    def _offices(self) -> pl.DataFrame:
        """People at an event of whom nothing says in which office, or under which title."""
        part = self._best.filter(pl.col("predicate") == "kg:participant")
        people = self._tables["entity"].filter(pl.col("class") == "foaf:Person")
        told = self._tables["stated"].filter(
            pl.col("predicate").is_in(["kg:office", "kg:titleAsStated"])
        )
        holders = self._tables["claim"].filter(
            pl.col("predicate") == "org:holds", pl.col("stance").is_null()
        )
        both = ["event", "object"]
        without = (
            part.join(people, left_on="object", right_on="id", how="semi")
            .join(part.join(told, left_on="id", right_on="claim", how="semi"), on=both, how="anti")
            .join(holders, left_on="object", right_on="subject", how="anti")
            .group_by(both)
            .agg(pl.col("id").min())
        )
        return _item(without, "office-missing", "who", "object", "id")

    def _values(self) -> list[pl.DataFrame]:
        """Fields, other than dates, whose value is inferred or unsettled."""
        others = self.fields.filter(~pl.col("predicate").is_in(DATES))
        field, evidence = field_names(pl.col("predicate")), pl.col("evidence")
        inferred = others.filter(evidence.is_in(["inferred", "unquoted"]))
        unsettled = self.fields.filter(evidence == "unsettled")
        return [
            _item(inferred, "value-inferred", field, at="claim"),
            _item(unsettled, "value-unsettled", field, at="claim"),
        ]
