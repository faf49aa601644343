"""Asking the seeds' graph as `kg query` does, with answers short enough to be written in tests."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass

from kg.built import Built
from kg.rdf.vocabulary import PREFIXES

BASE = "https://w3id.org/parley/id/"
OCTOBER_14 = "amir-abdollahian-haniyeh-doha-2023-10-14"
OCTOBER_31 = "amir-abdollahian-haniyeh-doha-2023-10-31"
TEHRAN = "amir-abdollahian-haniyeh-tehran-2024-03-26"
VISIT = "haniyeh-tehran-visit-2024-03-26"
OFFICIALS = "haniyeh-iranian-officials-tehran-2024-03"
KHAMENEI = "haniyeh-khamenei-2023-11"
JUNE = "bagheri-kani-haniyeh-doha-2024-06"
CALL_OCTOBER = "amir-abdollahian-haniyeh-call-2023-10"
CALL_NAKHALE = "amir-abdollahian-nakhale-call-2023-10"
CALL_DECEMBER = "amir-abdollahian-haniyeh-call-2023-12-08"
TRIP = "raisi-moscow-trip-2023-12"
TALKS = "raisi-putin-talks-2023-12"
RESOLUTION = "un-security-council-ceasefire-resolution-2024-03-25"
ARTICLE_99 = "guterres-article-99-invocation-2023-12-06"
STATEMENT = "utterance/hamas-telegram-statement-2024-06-20"
CAPTION = "utterance/iran-foreign-ministry-picture-2023-10-31"


def short(value: str) -> str:
    """`[1]` for an article, a slug for what else lies under the base IRI, `utterance/slug`."""
    if not value.startswith(BASE):
        return re.sub(f"^{PREFIXES['kg']}|^{PREFIXES['rdf']}", "", value)
    node = value.removeprefix(BASE)
    if article := re.fullmatch(r"article/00(\d)_\w+", node):
        return f"[{article[1]}]"
    return node if node.startswith(("utterance/", "time/")) else node.split("/", 1)[1]


@dataclass(frozen=True, slots=True)
class Asker:
    """Answers of the query library."""

    built: Built

    def __call__(
        self, query: str, columns: str, **parameters: str | list[str]
    ) -> list[tuple[str, ...]]:
        """Some columns of a query's rows, each row once, in the query's order."""
        given = [
            f"{name}={value}"
            for name, values in parameters.items()
            for value in ([values] if isinstance(values, str) else values)
        ]
        out = io.BytesIO()
        self.built.query(query, given, "json", 60.0, out)
        result = json.loads(out.getvalue())
        wanted = columns.split()
        assert set(wanted) <= set(result["head"]["vars"])
        cells = (
            tuple(short(row[name]["value"]) if name in row else "" for name in wanted)
            for row in result["results"]["bindings"]
        )
        return list(dict.fromkeys(cells))

    def pairs(self, query: str, columns: str, **parameters: str | list[str]) -> dict[str, str]:
        """Two columns, the first of which has no value twice."""
        rows = self(query, columns, **parameters)
        found = {row[0]: row[1] for row in rows}
        assert len(found) == len(rows)
        return found

    def quoted(self, event: str, article: str, words: str) -> bool:
        """Whether an article's words stand in a passage that says something of an event."""
        return any(
            document == article and words in quote
            for document, quote in self("sources-of-event", "document quote", event=event)
        )
