"""The library's questions as pages show them: settings, rows with links, files."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.ask.errors import QueryError
from kg.ask.given import require
from kg.ask.library import Query
from kg.ask.parameters import ANY
from kg.ask.results import Style, write
from kg.ask.run import run
from kg.rdf.vocabulary import PREFIXES, Vocabulary
from kg.web import words
from kg.web.atlas import Atlas
from kg.web.model import Ref

if TYPE_CHECKING:
    from kg.ask.parameters import Parameter

SHOWN = 500
"""Rows of an answer that a page shows; the files have all."""

FILES = {"csv": "CSV", "json": "JSON"}
_IDS = 500


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter in a form: its value as typed, and the words or ids it takes, if few."""

    name: str
    description: str
    value: str
    choices: tuple[str, ...]
    ids: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its settings; `told` is what it is asked with, in one line."""

    name: str
    question: str
    parameters: tuple[Setting, ...]
    told: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came out: the first rows, how many there are, files by path; or why nothing did."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Ref, ...], ...] = ()
    total: int = 0
    files: tuple[tuple[str, str], ...] = ()
    error: str = ""


class Asked:
    """Asks questions of a store of the shown graph."""

    def __init__(self, store: ox.Store, atlas: Atlas, base: str) -> None:
        self._store = store
        self._atlas = atlas
        self._base = base

    def question(self, query: Query, values: Mapping[str, Sequence[str]]) -> Question:
        """A question and what it is asked with."""
        settings = tuple(self._setting(p, values.get(p.name)) for p in query.parameters)
        asked = "; ".join(
            f"{setting.name.replace('_', ' ')}: {self._named(parameter, setting.value)}"
            for parameter, setting in zip(query.parameters, settings, strict=True)
        )
        return Question(query.name, query.question, settings, asked, query.text)

    def _named(self, parameter: Parameter, value: str) -> str:
        """A value in a reader's words."""
        words_ = [
            self._atlas.label(f"{parameter.path}/{word}")
            if parameter.kind == "iri" and word != ANY
            else words.CLASSES.get(f"kg:{word}", word)
            for word in value.split(",")
        ]
        return words.listed(words_, "or")

    def _setting(self, parameter: Parameter, given: Sequence[str] | None) -> Setting:
        value = ",".join(given or parameter.default) or ANY
        choices = list(parameter.choices)
        if parameter.scheme:
            choices = list(Vocabulary.builtin().concepts(parameter.scheme))
        several = "," in value
        if choices and not several:
            choices = [value, *(c for c in (ANY, *choices) if c != value)]
            if parameter.kind == "choice":
                choices = [c for c in choices if c != ANY]
        ids: list[tuple[str, str]] = []
        if parameter.kind == "iri" and parameter.path:
            path = parameter.path + "/"
            nodes = [n for n in self._atlas.classes if n.startswith(path)]
            if parameter.path == "event":
                nodes = list(self._atlas.briefs)
            if len(nodes) <= _IDS:
                ids = [(n.removeprefix(path), self._atlas.label(n)) for n in sorted(nodes)]
        return Setting(
            parameter.name,
            parameter.description,
            value,
            () if several else tuple(choices),
            tuple(ids),
        )

    def file(self, query: Query, values: Mapping[str, Sequence[str]], form: str) -> bytes:
        """The whole answer in a format; raises QueryError."""
        asked = query.bind(values, self._base)
        require(query, values, self._base, self._store)
        out = io.BytesIO()
        write(run(self._store, asked), form, out, Style(self._base, PREFIXES))
        return out.getvalue()

    def answer(
        self, query: Query, values: Mapping[str, Sequence[str]], files: tuple[tuple[str, str], ...]
    ) -> tuple[Answer, Mapping[str, bytes]]:
        """The answer as rows of names and links, and as FILES; a wrong setting is an error."""
        columns = tuple(query.columns.items())
        try:
            # Asked once, however many forms of the answer there are.
            whole = self.file(query, values, "json")
            result = ox.parse_query_results(whole, format=ox.QueryResultsFormat.JSON)
        except QueryError as error:
            return Answer(columns, error=str(error)), {}
        if not isinstance(result, ox.QuerySolutions):
            return Answer(columns, error="this question has no rows: `kg query` answers it"), {}
        rows: list[tuple[Ref, ...]] = []
        total = 0
        for solution in result:
            total += 1
            if total <= SHOWN:
                rows.append(tuple(self._cell(solution[name], doc) for name, doc in columns))
        again = ox.parse_query_results(whole, format=ox.QueryResultsFormat.JSON)
        table = again.serialize(format=ox.QueryResultsFormat.CSV) or b""
        return Answer(columns, tuple(rows), total, files), {"csv": table, "json": whole}

    def _cell(self, term: object, doc: str) -> Ref:
        if isinstance(term, ox.NamedNode):
            iri = term.value
            if iri.startswith(self._base):
                node = iri.removeprefix(self._base)
                if node in self._atlas.passages:
                    _, _, _, quote = self._atlas.passages[node]
                    return Ref(quote or "passage", self._atlas.passage_path(node))
                return self._atlas.ref(node)
            for prefix, namespace in PREFIXES.items():
                if iri.startswith(namespace):
                    name = f"{prefix}:{iri[len(namespace) :]}"
                    return Ref(words.CLASSES.get(name) or words.concept(name))
            return Ref(iri)
        if isinstance(term, ox.Literal):
            datatype = term.datatype.value
            if datatype.endswith(("/EDTF", "#date")) or "EDTF" in doc:
                return Ref(words.date_words(term.value))
            if datatype.endswith("#dateTime"):
                return Ref(words.date_words(term.value[:10]))
            return Ref(term.value, lang=term.language or "")
        return Ref("")
