"""The reference engine: pySHACL, on rdflib graphs, without inference or advanced features."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import pyoxigraph as ox
from pyshacl import validate
from rdflib import SH, BNode, Graph, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as QueryResult
from rdflib.term import Node

from kg.check.shacl import EngineError, Report, Result, focus_nodes, severity
from kg.check.shapes import Shapes
from kg.check.shapes_graph import ShapesGraph


class PyshaclEngine:
    """Validates with pySHACL, in this process."""

    name = "pyshacl"

    def validate(self, data: bytes, shapes: Shapes) -> Report:
        """Validate one merged graph, N-Triples with no reasoning; raises EngineError."""
        try:
            with _without_warnings():
                _, report, text = validate(
                    _graph(data, _DataGraph()),
                    shacl_graph=_graph(shapes.ntriples, Graph()),
                    advanced=False,
                    inference="none",
                    meta_shacl=False,
                    do_owl_imports=False,
                    inplace=True,
                )
        # Broken shapes come out as errors of pySHACL, rdflib, pyparsing or re alike.
        except Exception as error:
            raise EngineError(f"pySHACL: {error}") from error
        if not isinstance(report, Graph):
            raise EngineError(f"pySHACL: {text}")
        graph = ShapesGraph(shapes.ntriples)
        results = [_result(report, node, shapes, graph) for node in report.objects(None, SH.result)]
        return Report.of(results, focus_nodes(data, shapes), shapes)


class _DataGraph(Graph):
    """A graph that parses a query once: pySHACL asks the same text for every focus node."""

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> QueryResult:
        query = _prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(query, *args, **kwargs)


_prepared = lru_cache(maxsize=256)(prepareQuery)


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Keep rdflib from writing a traceback for each ill-typed literal: the report names them.

    Warnings of the libraries are about the text of patterns and spellings of values.
    """
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _graph(ntriples: bytes, graph: Graph) -> Graph:
    """The triples with their lexical forms kept; rdflib's own parser would normalise literals."""
    terms: dict[object, Node] = {}

    def term(node: object) -> Any:
        if node not in terms:
            terms[node] = _term(node)
        return terms[node]

    for quad in ox.parse(ntriples, ox.RdfFormat.N_TRIPLES):
        graph.add((term(quad.subject), term(quad.predicate), term(quad.object)))
    return graph


def _term(node: object) -> Node:
    match node:
        case ox.NamedNode():
            return URIRef(node.value)
        case ox.BlankNode():
            return BNode(node.value)
        case ox.Literal():
            if node.language:
                return Literal(node.value, lang=node.language)
            return Literal(node.value, datatype=URIRef(node.datatype.value), normalize=False)
        case _:
            raise EngineError(f"pySHACL: {node} is not RDF 1.1")


def _result(report: Graph, node: Node, shapes: Shapes, graph: ShapesGraph) -> Result:
    of: Mapping[Any, Node] = dict(report.predicate_objects(node))
    path, value, source = (of.get(p) for p in (SH.resultPath, SH.value, SH.sourceShape))
    shape = f"_:{source}" if isinstance(source, BNode) else str(source)
    component = str(of[SH.sourceConstraintComponent])
    if component == str(SH.SPARQLConstraintComponent):
        messages = sorted(str(text) for text in report.objects(node, SH.resultMessage))
        message = messages[0] if messages else graph.message(shape, component)
    else:
        message = graph.message(shape, component)
    return Result(
        focus=_ntriples(of[SH.focusNode]),
        path=str(path) if isinstance(path, URIRef) else None,
        value=None if value is None else _ntriples(value),
        shape=shapes.named(shape),
        component=component,
        message=message,
        severity=severity(str(of[SH.resultSeverity])),
    )


def _ntriples(term: Node) -> str:
    match term:
        case URIRef():
            return str(ox.NamedNode(term))
        case Literal(language=str() as language):
            return str(ox.Literal(str(term), language=language))
        case Literal(datatype=URIRef() as datatype):
            return str(ox.Literal(str(term), datatype=ox.NamedNode(datatype)))
        case Literal():
            return str(ox.Literal(str(term)))
        case _:
            return f"_:{term}"
