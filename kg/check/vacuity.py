"""What would make a shape pass without looking: misspelt terms, unknown classes, imports.

An engine that meets any of these finds nothing wrong and says that the data conform. Patterns
that never end and queries that read from elsewhere are refused in the same pass.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.check.diagnostic import Findings, Span
from kg.rdf.vocabulary import PREFIXES, Vocabulary

_KG = PREFIXES["kg"]
_SH = PREFIXES["sh"]
_LIST = {PREFIXES["rdf"] + "first", PREFIXES["rdf"] + "rest"}

# All terms of SHACL Core and SHACL-SPARQL (https://www.w3.org/TR/shacl/). Those of the advanced
# features are left out on purpose: engines run without them, and would pass over them in silence.
_SHACL_WORDS = """
AbstractResult BlankNode BlankNodeOrIRI BlankNodeOrLiteral ConstraintComponent IRI
IRIOrLiteral Info Literal NodeKind NodeShape Parameter Parameterizable PrefixDeclaration
PropertyGroup PropertyShape ResultAnnotation SPARQLAskExecutable SPARQLAskValidator
SPARQLConstraint SPARQLExecutable SPARQLSelectExecutable SPARQLSelectValidator Severity Shape
ValidationReport ValidationResult Validator Violation Warning

AndConstraintComponent ClassConstraintComponent ClosedConstraintComponent
DatatypeConstraintComponent DisjointConstraintComponent EqualsConstraintComponent
HasValueConstraintComponent InConstraintComponent LanguageInConstraintComponent
LessThanConstraintComponent LessThanOrEqualsConstraintComponent MaxCountConstraintComponent
MaxExclusiveConstraintComponent MaxInclusiveConstraintComponent MaxLengthConstraintComponent
MinCountConstraintComponent MinExclusiveConstraintComponent MinInclusiveConstraintComponent
MinLengthConstraintComponent NodeConstraintComponent NodeKindConstraintComponent
NotConstraintComponent OrConstraintComponent PatternConstraintComponent
PropertyConstraintComponent QualifiedMaxCountConstraintComponent
QualifiedMinCountConstraintComponent SPARQLConstraintComponent UniqueLangConstraintComponent
XoneConstraintComponent

alternativePath and annotationProperty annotationValue annotationVarName ask class closed
conforms datatype deactivated declare defaultValue description detail disjoint entailment
equals flags focusNode group hasValue ignoredProperties in inversePath labelTemplate
languageIn lessThan lessThanOrEquals maxCount maxExclusive maxInclusive maxLength message
minCount minExclusive minInclusive minLength name namespace node nodeKind nodeValidator not
oneOrMorePath optional or order parameter path pattern prefix prefixes property
propertyValidator qualifiedMaxCount qualifiedMinCount qualifiedValueShape
qualifiedValueShapesDisjoint result resultAnnotation resultMessage resultPath resultSeverity
select severity shapesGraph shapesGraphWellFormed sourceConstraint sourceConstraintComponent
sourceShape sparql suggestedShapesGraph targetClass targetNode targetObjectsOf
targetSubjectsOf uniqueLang validator value xone zeroOrMorePath zeroOrOnePath
"""
SHACL_TERMS = frozenset(_SHACL_WORDS.split())
_CLASS_PLACES = {_SH + term for term in ("targetClass", "class")}
_PREDICATE_PLACES = {
    _SH + term
    for term in (
        *("path", "inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"),
        *("alternativePath", "equals", "disjoint", "lessThan", "lessThanOrEquals"),
        *("targetSubjectsOf", "targetObjectsOf"),
    )
}
_QUERIES = {_SH + "select", _SH + "ask"}
# Where a query would read from elsewhere: rdflib fetches what stands after FROM.
_ELSEWHERE = re.compile(
    r"\b(FROM|SERVICE)\s+(?:NAMED\s+|SILENT\s+)?(?:<|\?|[\w-]*:)", re.IGNORECASE
)
_QUERY_NAME = re.compile(rf"(?<![\w:])kg:([A-Za-z][\w-]*)|<{re.escape(_KG)}([^>]*)>")


@dataclass(frozen=True, slots=True)
class ShapesFile:
    """A Turtle file of shapes: its name, its bytes and the triples in it."""

    name: str
    text: bytes
    triples: list[ox.Triple]

    def place(self, local_name: str) -> Span:
        """Where a local name first stands in the file, or the file as a whole."""
        pattern = rf"(?<=[:#/]){re.escape(local_name)}(?![\w-])"
        for number, line in enumerate(self.text.decode().split("\n"), 1):
            if match := re.search(pattern, line):
                return Span(self.name, number, match.start() + 1, number, match.end() + 1)
        return Span(self.name)


def check_file(file: ShapesFile, vocabulary: Vocabulary, findings: Findings) -> None:
    """Refuse what an engine would pass over.

    Findings: `shacl-import`; `shacl-unknown-term` for SHACL's own terms; `shacl-unknown-class`,
    `shacl-unknown-path` and `shacl-unknown-value` for names in our namespace that the vocabulary
    lacks; `shacl-pattern` for an unlimited repetition of an unlimited repetition;
    `shacl-elsewhere` for a query that reads another file or endpoint.
    """
    for triple in file.triples:
        if triple.predicate.value == PREFIXES["owl"] + "imports":
            findings.error(
                "shacl-import",
                f"{triple.object} would not be imported: no file is fetched",
                file.place("imports"),
                "put the shapes into the project's shapes folder and remove owl:imports",
            )
        elif triple.predicate.value == _SH + "pattern" and _explodes(_text(triple.object)):
            findings.error(
                "shacl-pattern",
                f"the pattern {_text(triple.object)} repeats a repetition without a limit, and "
                "may take for ever on some texts",
                file.place("pattern"),
                "write it without a + or * inside a group that has one, or with {0,8}",
            )
        elif triple.predicate.value in _QUERIES and (
            match := _ELSEWHERE.search(_text(triple.object))
        ):
            findings.error(
                "shacl-elsewhere",
                f"the query reads from elsewhere ({match[1].upper()}), which no check may",
                file.place(triple.predicate.value.removeprefix(_SH)),
                f"write it without {match[1].upper()}",
            )
    for name in sorted(_sh_names(file.triples) - SHACL_TERMS):
        findings.error(
            "shacl-unknown-term",
            f"sh:{name} is no term of SHACL Core or SHACL-SPARQL{_nearest(name, SHACL_TERMS)}",
            file.place(name),
            "correct it; engines would pass over it",
        )
    properties = _local(vocabulary.properties())
    concepts = {
        term.name
        for scheme in vocabulary.schemes()
        for term in vocabulary.concepts(scheme).values()
    }
    classes = _local(vocabulary.classes())
    terms = properties | classes | _local(concepts) | _local(vocabulary.schemes())
    for code, known, what in (
        ("shacl-unknown-class", classes, "class"),
        ("shacl-unknown-path", properties, "property"),
        ("shacl-unknown-value", terms, "term"),
    ):
        used = {name for place, name in _kg_names(file.triples) if place == code}
        for name in sorted(used - known):
            findings.error(
                code,
                f"kg:{name} is no {what} of the ontology{_nearest(name, known)}",
                file.place(name),
                "correct it, or define it in the ontology; as it stands it matches nothing",
            )


def _sh_names(triples: Iterable[ox.Triple]) -> set[str]:
    terms = (term for t in triples for term in (t.subject, t.predicate, t.object))
    return {
        term.value.removeprefix(_SH)
        for term in terms
        if isinstance(term, ox.NamedNode) and term.value.startswith(_SH)
    }


def _kg_names(triples: list[ox.Triple]) -> Iterator[tuple[str, str]]:
    """Each local name of ours that the shapes speak of, after the code of where it stands."""
    # The members of a path's lists are predicates, those of any other list are values.
    inside = {t.object for t in triples if t.predicate.value in _PREDICATE_PLACES}
    grown = 0
    while grown < len(inside):
        grown = len(inside)
        inside |= {t.object for t in triples if t.predicate.value in _LIST and t.subject in inside}
    for t in triples:
        if t.predicate.value in _QUERIES:
            for match in _QUERY_NAME.finditer(_text(t.object)):
                yield "shacl-unknown-value", match[1] or match[2]
        elif isinstance(t.object, ox.NamedNode) and t.object.value.startswith(_KG):
            name = t.object.value.removeprefix(_KG)
            if t.predicate.value in _CLASS_PLACES:
                yield "shacl-unknown-class", name
            elif t.predicate.value in _PREDICATE_PLACES or t.subject in inside:
                yield "shacl-unknown-path", name
            else:
                yield "shacl-unknown-value", name


def _local(names: Iterable[str]) -> set[str]:
    return {name.removeprefix("kg:") for name in names if name.startswith("kg:")}


def _nearest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.Literal) else str(term)


def _explodes(pattern: str) -> bool:
    """Whether a group that repeats without a limit holds a repetition without a limit."""
    pieces = re.findall(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d+,\}|.", pattern, re.DOTALL)
    holds = [False]
    unlimited = ("*", "+")
    for index, piece in enumerate(pieces):
        repeats = piece in unlimited or (piece.startswith("{") and piece.endswith(",}"))
        if piece == "(":
            holds.append(False)
        elif piece == ")" and len(holds) > 1:
            inner = holds.pop()
            after = pieces[index + 1] if index + 1 < len(pieces) else ""
            if inner and (after in unlimited or after.endswith(",}")):
                return True
            holds[-1] |= inner
        elif repeats:
            holds[-1] = True
    return False
