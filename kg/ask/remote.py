"""Asking a store elsewhere: the library and SPARQL files, with the formats of `kg query`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast

import pyoxigraph as ox

from kg.ask.errors import ParameterError, QueryError
from kg.ask.given import told
from kg.ask.library import Query, named
from kg.ask.parameters import ANY, SEEDS_BASE
from kg.ask.results import Style, write
from kg.ask.syntax import examine
from kg.rdf.http import Client, RemoteError, Reply
from kg.rdf.remote import JSON, TRIPLES, asking, check_results

if TYPE_CHECKING:
    from kg.rdf.store import Result

MOST = 1 << 33
"""Bytes of an answer; it is passed on as it comes, so they need not fit into memory."""

_TRIPLES = ("CONSTRUCT", "DESCRIBE")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a store takes queries, and the graph that is asked; None for its default graph."""

    url: str
    graph: str | None
    client: Client
    timeout: float

    def ask(
        self,
        name: str,
        parameters: Mapping[str, Sequence[str]],
        form: str | None,
        out: BinaryIO,
        style: Style,
    ) -> None:
        """Write the answer to a named query or a SPARQL file in a format.

        Raises QueryError for what cannot be asked, RemoteError where the store fails; what was
        written until then stays written.
        """
        if not name.endswith(".rq"):
            query = named(name)
            text = query.bind(parameters, style.base)
            self._require(query, parameters, style.base)
            print(f"asked with {told(query, parameters)}", file=sys.stderr)
            self._write(text, form or "table", out, style)
            return
        path = Path(name)
        if not path.is_file():
            raise QueryError(f"no file {name} is here")
        if parameters:
            raise ParameterError("a SPARQL file takes no parameters: change its VALUES lines")
        self._write(path.read_text(encoding="utf-8"), form or "auto", out, style)

    def _write(self, text: str, form: str, out: BinaryIO, style: Style) -> None:
        triples = examine(text, style.prefixes) in _TRIPLES
        with self._reply(text, TRIPLES if triples else JSON) as reply:
            _tell_limit(reply)
            if triples and reply.media_type != TRIPLES:
                raise RemoteError(f"{self.url}: it answered {reply.media_type!r}, no N-Triples")
            if not triples:
                check_results(self.url, reply.media_type)
            try:
                write(self._result(reply, triples=triples), form, out, style)
            except (SyntaxError, OSError) as error:
                if isinstance(error, BrokenPipeError):
                    raise
                cause = error.__cause__ or error.__context__
                why = cause if isinstance(cause, RemoteError) else error
                raise RemoteError(f"{self.url}: {why}") from None

    def _reply(self, text: str, accept: str) -> AbstractContextManager[Reply]:
        graph = self.graph
        dataset = [("default-graph-uri", graph), ("named-graph-uri", graph)] if graph else []
        request = asking(self.url, text, accept, dataset)
        return self.client.stream(request, MOST, self.timeout)

    def _result(self, reply: Reply, *, triples: bool) -> Result:
        stream = cast("IO[bytes]", reply)
        if not triples:
            return cast("Result", ox.parse_query_results(stream, ox.QueryResultsFormat.JSON))
        # A store holds triples once, so that they can be handed on as the answer of a query.
        store = ox.Store()
        store.load(stream, ox.RdfFormat.N_TRIPLES)
        return store.query("CONSTRUCT WHERE { ?s ?p ?o }")

    def _require(self, query: Query, values: Mapping[str, Sequence[str]], base: str) -> None:
        """Refuse what would be answered by nothing, as `kg.ask.given.require` does here."""
        for parameter in query.parameters:
            if parameter.kind != "iri":
                continue
            given = values.get(parameter.name)
            if given is None and parameter.default and base != SEEDS_BASE:
                raise ParameterError(
                    f"`{query.name}` needs --param {parameter.name}=…, {parameter.description}"
                )
            for word in given or ():
                if word == ANY or ":" in word or "/" in word:
                    continue
                node = parameter.term(word, base, None)
                if not self._holds(node):
                    raise ParameterError(f"no {parameter.path} `{word}` is in the graph")

    def _holds(self, node: str) -> bool:
        text = f"ASK {{ {{ {node} ?p ?o }} UNION {{ ?s ?p {node} }} }}"
        with self._reply(text, JSON) as reply:
            check_results(self.url, reply.media_type)
            found = ox.parse_query_results(reply.all(), ox.QueryResultsFormat.JSON)
        return bool(found)


def _tell_limit(reply: Reply) -> None:
    """Say so where a store keeps answers short (Virtuoso's ResultSetMaxRows)."""
    most = reply.response.getheader("X-SPARQL-MaxRows")
    if most and most.isdecimal():
        print(f"the store gives at most {int(most):,} rows", file=sys.stderr)
    if (reply.response.getheader("X-SQL-State") or "") == "S1TAT":
        raise RemoteError("the store stopped at its own time limit; the answer is not whole")
