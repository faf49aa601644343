"""The format of import specifications, as data: how columns of a table become events.

Described like everything else people write (`kg.facts.format`), so that the same reader, the same
messages and the same schema generator serve it.
"""

from __future__ import annotations

from collections.abc import Mapping

from kg.facts.format_keys import Key, Takes

_T = Takes
CLASSES = ("meeting", "call", "talks", "visit", "event")
YES_NO = ("yes", "no")


def _column(doc: str, *, required: bool = False, example: str = "") -> Key:
    return Key(_T.TEXT, doc, required=required, example=example)


IMPORTS: Mapping[str, Mapping[str, Key]] = {
    "import": {
        "name": Key(_T.ID, "name of the import and of its folder", required=True),
        "ids": Key(_T.ID, "what ids begin with, `event/<ids>/…`; the name if left out"),
        "title": Key(_T.TEXT, "title of the data set", required=True),
        "rights": Key(_T.TEXT, "rights statement of the data set"),
        "software": Key(_T.MAP, "what coded the rows", "import software", required=True),
        "file": Key(_T.MAP, "how the files are written", "import file", required=True),
        "only": Key(_T.MAP, "rows to keep; all others are dropped", "import filter", many=True),
        "row": Key(_T.MAP, "what a row says of itself", "import row"),
        "event": Key(_T.MAP, "what a row says of its event", "import event", required=True),
        "code": Key(_T.MAP, "the column of event codes", "import code"),
        "codes": Key(_T.MAP, "the codes to keep, and what they mean", "import value", many=True),
        "participants": Key(_T.MAP, "who took part, in order", "import participant", many=True),
        "place": Key(
            _T.MAP, "the place, from the largest to the smallest", "import place", many=True
        ),
        "expect": Key(_T.MAP, "what must come out, else the import fails", "import counts"),
    },
    "import software": {
        "id": Key(_T.ID, "its id: `software/<id>`", required=True),
        "name": Key(_T.TEXT, "its name", required=True),
    },
    "import file": {
        "format": Key(
            _T.TEXT, "what the files are", required=True, words=("csv", "tsv", "parquet", "jsonl")
        ),
        "delimiter": Key(_T.TEXT, "of csv, one character; a comma if left out", example=";"),
        "quote": Key(
            _T.TEXT,
            "of csv and tsv; double in csv and none in tsv if left out",
            words=("double", "none"),
        ),
        "columns": Key(_T.TEXT, "names of all columns, where the file has no header", many=True),
        "missing": Key(_T.TEXT, "words that stand for a missing value", many=True, example="NA"),
        "empty": Key(
            _T.TEXT, "what an empty value is; a value if left out", words=("missing", "value")
        ),
    },
    "import filter": {
        "column": _column("a column", required=True),
        "is": Key(_T.TEXT, "its values in rows to keep", many=True, required=True),
    },
    "import row": {
        "key": Key(_T.TEXT, "columns that together name a row", many=True),
        "publisher": Key(_T.MAP, "who published what the row was coded from", "import publisher"),
        "story": Key(_T.MAP, "the text the row was coded from", "import story"),
        "sentence": _column("column with the number of the sentence"),
    },
    "import publisher": {
        "column": _column("a column", required=True),
        "part": Key(_T.TEXT, "what of the value names it; all if left out", words=("all", "host")),
    },
    "import story": {
        "column": _column("column that names the text", required=True),
        "url": _column("column with its address"),
    },
    "import event": {
        "key": Key(_T.TEXT, "columns alike in rows of one event", many=True, required=True),
        "is": Key(
            _T.TEXT, "class of events whose code says none; event if left out", words=CLASSES
        ),
        "status": Key(_T.CONCEPT, "status where the code says none", "Statuses"),
        "when": Key(_T.MAP, "the day it was", "import date"),
        "starts": Key(_T.MAP, "the day it began", "import date"),
        "ends": Key(_T.MAP, "the day it ended", "import date"),
        "planned_for": Key(_T.MAP, "the day it was planned for", "import date"),
    },
    "import date": {
        "column": _column("a column", required=True),
        "form": Key(
            _T.TEXT,
            "how it is written: YYYY, MM, DD, MMMM (January), hh, mm, ss and what stands between",
            required=True,
            example="YYYY-MM-DD",
        ),
    },
    "import code": {
        "column": _column("a column", required=True),
        "words": _column("column with the code in words"),
        "scheme": Key(
            _T.TEXT,
            "a scheme that comes with the tool, or the IRI that its codes begin with",
            example="cameo",
        ),
    },
    "import value": {
        "code": Key(_T.TEXT, "one or several codes", many=True, required=True),
        "is": Key(_T.TEXT, "class of the event", words=CLASSES),
        "status": Key(_T.CONCEPT, "status of the event", "Statuses"),
        "kind": Key(_T.CONCEPT, "finer kind of the event", "EventKinds"),
        "roles": Key(_T.CONCEPT, "roles of the participants, in their order", "Roles", many=True),
        "mirrors": Key(
            _T.TEXT,
            "the code that says the same with the two participants exchanged, or `itself`",
            example="itself",
        ),
        "dated": Key(
            _T.TEXT,
            "whether the row's dates are the event's; yes if left out",
            words=YES_NO,
        ),
    },
    "import participant": {
        "column": _column("column that names who it is", required=True),
        "name": _column("column with the name to show; the same if left out"),
        "is": Key(
            _T.TEXT,
            "what the data set says they are; agent, which leaves it open, if left out",
            words=("agent", "person", "organization", "group"),
        ),
        "role": Key(_T.CONCEPT, "role where the code says none", "Roles"),
    },
    "import place": {
        "column": _column("column that names the place", required=True),
        "name": _column("column with the name to show; the same if left out"),
        "only": Key(_T.MAP, "rows in which this column is a place", "import filter", many=True),
    },
    "import counts": {
        "rows": Key(_T.TEXT, "rows in the files"),
        "kept": Key(_T.TEXT, "rows kept"),
        "events": Key(_T.TEXT, "distinct events"),
    },
}
