"""The same answers on real rows: `python -m tests.imports.real DATA`, or `make check-real DATA=DIR`.

DATA is a folder with the publishers' files, which are no part of the project:
`icews_raw_2018_sample.tab` and `icews18_events.csv.gz`.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from kg.bulk import Options
from kg.imports.read_spec import spec_path
from kg.mapping.tables import Tables
from tests.imports.importing import imported, joined, project, spec_of, staged

RAW, ICEWS18 = "icews_raw_2018_sample.tab", "icews18_events.csv.gz"
_SYMMETRIC = ("040", "041", "044", "046")
_ICEWS18 = """\
name: icews18
title: ICEWS18, a benchmark of temporal facts
software: {id: icews-coder, name: ICEWS event coder}
file: {format: csv}
row: {key: [source, relation, target, date]}
event:
  key: [date, relation, source, target]
  status: held
  when: {column: date, form: YYYY-MM-DD}
participants: [{column: source}, {column: target}]
code: {column: relation}
codes:
  - {code: Consult, is: talks, mirrors: itself}
  - {code: Discuss by telephone, is: call, mirrors: itself}
  - {code: Make a visit, is: visit, roles: [guest, host]}
  - {code: Host a visit, is: visit, roles: [host, guest], mirrors: Make a visit}
  - {code: Meet at a 'third' location, is: meeting, mirrors: itself}
  - {code: Engage in negotiation, is: talks, kind: negotiation, mirrors: itself}
"""

Answer = tuple[str, object, object]


def unmerged(text: str, *, visits: bool) -> str:
    """The specification of ICEWS without symmetric codes, and without mirrored visits if asked."""
    for code in _SYMMETRIC:
        line = next(line for line in text.splitlines() if f"code: {code}," in line)
        text = text.replace(line, line.replace(", mirrors: itself", ""))
    return text if visits else text.replace(", mirrors: 042", "")


def events(tables: Tables) -> pl.DataFrame:
    """Each event with the number of its publishers and of the names of its cities."""
    names = tables["name"].select(object="node", name="text")
    claims = tables["claim"]
    is_place = pl.col("predicate") == "kg:place"
    # The last of four levels is the city.
    is_city = pl.col("object").str.count_matches("/", literal=True) == 5
    cities = claims.filter(is_place, is_city).join(names, on="object")
    publishers = claims.filter(pl.col("predicate") == "rdf:type")
    return (
        publishers.group_by("subject")
        .agg(publishers=pl.col("according_to").n_unique())
        .join(
            cities.group_by("subject").agg(cities=pl.col("name").n_unique()),
            on="subject",
            how="left",
        )
    )


def raw_answers(data: Path) -> Iterator[Answer]:
    """What the raw sample gives, merged and not."""
    text = spec_path("icews").read_text("utf-8")
    for what, spec, due in (
        ("no code merged", unmerged(text, visits=False), (2_734, 280, 86)),
        ("visits merged", unmerged(text, visits=True), (2_640, None, None)),
        ("symmetric codes merged too", text, (2_426, 230, 79)),
    ):
        stage, slices = staged(spec_of(spec), data / RAW, every_code=True)
        tables = joined(slices)
        found = events(tables)
        several = found.select((pl.col("publishers") > 1).sum(), (pl.col("cities") > 1).sum()).row(
            0
        )
        yield f"{what}: rows", stage.counts.rows, 3_705
        yield f"{what}: rows kept", stage.counts.kept, 3_705
        yield f"{what}: rows as evidence", tables["record"].height, 3_705
        yield f"{what}: events", found.height, due[0]
        if due[1] is not None:
            yield f"{what}: events of several publishers", several[0], due[1]
            yield f"{what}: events in several cities", several[1], due[2]
        yield f"{what}: distinct keys of rows", tables["record"]["key"].n_unique(), 3_705
    cities = tables["name"].filter(pl.col("node").str.count_matches("/", literal=True) == 5)
    yield "no city is called NA", cities.filter(pl.col("text") == "NA").height, 0
    yield "rows without a city", 3_705 - _rows_with_city(tables), 1_111


def _rows_with_city(tables: Tables) -> int:
    is_city = pl.col("object").str.count_matches("/", literal=True) == 5
    cities = tables["claim"].filter(pl.col("predicate") == "kg:place", is_city)
    return cities.join(tables["support"], left_on="id", right_on="claim")["evidence"].n_unique()


def icews18_answers(data: Path) -> Iterator[Answer]:
    """What the rows of the benchmark set give."""
    spec = spec_of(_ICEWS18)
    stage, slices = staged(spec, data / ICEWS18, every_code=True)
    yield "ICEWS18: rows", stage.counts.rows, 468_558
    yield "ICEWS18: rows kept", stage.counts.kept, 468_558
    names = pl.concat([part["name"] for part in slices])
    actors = names.filter(pl.col("node").str.starts_with("actor/"))
    yield "ICEWS18: actors", actors["node"].n_unique(), 23_033
    yield "ICEWS18: names of actors", actors["text"].n_unique(), 23_033
    yield (
        "ICEWS18: names outside ASCII",
        actors.filter(pl.col("text").str.contains(r"[^\x00-\x7F]")).height,
        513,
    )
    yield (
        "ICEWS18: names with a no-break space",
        actors.filter(pl.col("text").str.contains("\u00a0")).height,
        2,
    )
    classes: dict[str, int] = {}
    for part in slices:
        types = part["direct"].filter(pl.col("predicate") == "rdf:type")
        for name, number in types.group_by("object").len().iter_rows():
            classes[name] = classes.get(name, 0) + number
    rows_of = _rows_by_words(slices)
    for words, due in (
        ("Consult", 49_705),
        ("Make a visit", 19_901),
        ("Engage in negotiation", 9_609),
        ("Discuss by telephone", 2_504),
        ("Meet at a 'third' location", 1_959),
    ):
        yield f"ICEWS18: rows of “{words}”", rows_of.get(words), due
    yield "ICEWS18: events of all classes", sum(classes.values()), stage.counts.events
    # Of the visits made, 19,883 are also told by the host.
    hosted = rows_of["Host a visit"]
    yield "ICEWS18: visits", classes["kg:Visit"], 19_901 + hosted - 19_883


def _rows_by_words(slices: list[Tables]) -> dict[str, int]:
    """How many rows there are of each event text: the last part but one of their keys."""
    found: dict[str, int] = {}
    known = (
        "Consult", "Make a visit", "Host a visit", "Engage in negotiation", "Discuss by telephone",
        "Meet at a 'third' location",
    )  # fmt: skip
    for part in slices:
        rows = part["support"].join(part["claim"], left_on="claim", right_on="id")
        types = rows.filter(pl.col("predicate") == "rdf:type").select("evidence", "claim")
        words = types.join(part["record"].select(evidence="id", key="key"), on="evidence")
        for one in known:
            number = words.filter(pl.col("key").str.contains(f" {one} ", literal=True)).height
            found[one] = found.get(one, 0) + number
    return found


def graph_answers(data: Path) -> Iterator[Answer]:
    """That the graph of the raw sample conforms, and is the same whatever the partitions."""
    with tempfile.TemporaryDirectory() as folder:
        root = project(Path(folder) / "p")
        found = []
        for number in (1, 3, 17):
            options = Options(every_code=True, partitions=number, validate="sample")
            done, lines = imported(root, "icews", data / RAW, options=options)
            yield f"{number} partitions: findings", len(done.findings), 0
            yield f"{number} partitions: triples", len(set(lines)), len(lines)
            found.append(lines)
        yield "the same graph from 3 partitions", found[1] == found[0], True
        yield "the same graph from 17 partitions", found[2] == found[0], True
        done, _ = imported(root, "icews", data / RAW, options=Options(every_code=True))
        yield "events that conform to the shapes", done.validated, 2_426


def main(arguments: list[str]) -> int:
    """Print every answer beside the one that is due; 1 where one differs."""
    if len(arguments) != 1 or not (Path(arguments[0]) / RAW).is_file():
        print(f"name the folder that holds {RAW} and {ICEWS18}", file=sys.stderr)
        return 2
    wrong = number = 0
    for answers in (raw_answers, graph_answers, icews18_answers):
        for what, found, due in answers(Path(arguments[0])):
            number += 1
            wrong += found != due
            print(f"{'ok   ' if found == due else 'WRONG'} {what}: {found}, due {due}")
    print(f"{number} answers, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
