"""Shapes over all core components of SHACL, and small graphs to hold them against."""

from __future__ import annotations

import random
from collections.abc import Iterator

from kg.rdf.vocabulary import PREFIXES

HEADER = "".join(
    f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in ("sh", "xsd", "rdf", "rdfs")
) + ("@prefix : <https://example.org/> .\n@prefix c: <https://example.org/case/> .\n")

# Constraints on the values of a path, and on the node itself where there is none.
VALUES = """
sh:class :A | sh:class :A, :B | sh:class :Sub | sh:class :Nothing
sh:datatype xsd:string | sh:datatype xsd:integer | sh:datatype xsd:date | sh:datatype xsd:dateTime
sh:datatype xsd:boolean | sh:datatype xsd:decimal | sh:datatype rdf:langString | sh:datatype :own
sh:nodeKind sh:IRI | sh:nodeKind sh:Literal | sh:nodeKind sh:BlankNode
sh:nodeKind sh:IRIOrLiteral | sh:nodeKind sh:BlankNodeOrIRI | sh:nodeKind sh:BlankNodeOrLiteral
sh:minInclusive 2 | sh:minExclusive 2 | sh:maxInclusive 2 | sh:maxExclusive 2
sh:minInclusive 2.5 | sh:maxExclusive 2.5 | sh:minInclusive 1 ; sh:maxInclusive 3
sh:minInclusive "2024-01-02"^^xsd:date | sh:maxExclusive "2024-01-02"^^xsd:date
sh:minInclusive "2024-01-01T12:00:00Z"^^xsd:dateTime | sh:maxExclusive "2024-01-01T12:00:00Z"^^xsd:dateTime
sh:minLength 2 | sh:minLength 0 | sh:maxLength 2 | sh:maxLength 0 | sh:minLength 1 ; sh:maxLength 4
sh:pattern "^a" | sh:pattern "b$" | sh:pattern "^[a-z]{2,3}$" | sh:pattern "a.c" | sh:pattern "x|y"
sh:pattern "^https://example[.]org/[ab]$" | sh:pattern "^A" ; sh:flags "i" | sh:pattern "^é.$"
sh:languageIn ( "en" ) | sh:languageIn ( "en" "de" ) | sh:languageIn ( "en-GB" ) | sh:languageIn ( "fr" )
sh:in ( :a :b ) | sh:in ( 1 2 "ab" ) | sh:in ( "ab"@en "2024-01-02"^^xsd:date ) | sh:in ( )
sh:in ( 1.0 ) | sh:in ( true ) | sh:in ( "01"^^xsd:integer )
sh:not c:Two | sh:not [ sh:nodeKind sh:IRI ] | sh:not c:Sized | sh:not c:Two, c:Sized
sh:and ( c:Two c:Sized ) | sh:and ( [ sh:class :A ] [ sh:class :B ] ) | sh:and ( c:Two )
sh:or ( c:Two c:Sized ) | sh:or ( [ sh:datatype xsd:integer ] [ sh:class :A ] ) | sh:or ( c:Two )
sh:xone ( c:Two c:Sized ) | sh:xone ( [ sh:class :A ] [ sh:class :B ] ) | sh:xone ( c:Two c:Two )
sh:node c:Two | sh:node c:Sized | sh:node c:Two, c:Sized | sh:node [ sh:node [ sh:not c:Two ] ]
sh:node c:Inactive | sh:not c:Inactive | sh:node c:Warned | sh:or ( c:Inactive c:Sized )
sh:node [ sh:property [ sh:path :p ; sh:minCount 1 ; sh:maxCount 2 ] ]
sh:closed true | sh:closed true ; sh:property [ sh:path :p ] | sh:closed false
sh:closed true ; sh:ignoredProperties ( rdf:type :q ) ; sh:property [ sh:path :p ] , [ sh:path :r ]
sh:node [ sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:property [ sh:path :p ] ]
sh:property [ sh:path :q ; sh:minCount 1 ; sh:nodeKind sh:IRI ]
sh:property [ sh:path :q ; sh:property [ sh:path :p ; sh:maxCount 1 ; sh:class :A ] ]
sh:property [ sh:path :q ; sh:deactivated true ; sh:minCount 9 ]
sh:class :A ; sh:nodeKind sh:IRI ; sh:not c:Sized
sh:deactivated true ; sh:class :Nothing
sh:equals :q | sh:disjoint :q | sh:disjoint :p | sh:hasValue :a | sh:hasValue 2 | sh:hasValue "ab"@en
sh:hasValue :a, :b
"""
# Constraints on the set of values: only with a path.
SETS = """
sh:minCount 1 | sh:minCount 2 | sh:minCount 0 | sh:maxCount 0 | sh:maxCount 1 | sh:maxCount 3
sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:Literal
sh:uniqueLang true | sh:uniqueLang false
sh:lessThan :q | sh:lessThanOrEquals :q | sh:lessThan :r | sh:lessThanOrEquals :r
sh:qualifiedValueShape c:Two ; sh:qualifiedMinCount 1
sh:qualifiedValueShape c:Two ; sh:qualifiedMaxCount 1
sh:qualifiedValueShape c:Sized ; sh:qualifiedMinCount 2 ; sh:qualifiedMaxCount 3
sh:qualifiedValueShape [ sh:class :A ] ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1
sh:qualifiedValueShape [ sh:not [ sh:class :A ] ] ; sh:qualifiedMinCount 1
sh:qualifiedValueShape [ sh:in ( :a :b "ab" ) ] ; sh:qualifiedMaxCount 0
sh:qualifiedValueShape [ sh:property [ sh:path :q ; sh:minCount 1 ] ] ; sh:qualifiedMinCount 1
"""
PATHS = """
:p | [ sh:inversePath :p ] | ( :p :q ) | [ sh:alternativePath ( :p :q ) ]
[ sh:zeroOrMorePath :p ] | [ sh:oneOrMorePath :p ] | [ sh:zeroOrOnePath :p ]
( [ sh:inversePath :p ] :q ) | [ sh:inversePath ( :p :q ) ] | ( :p [ sh:zeroOrMorePath :q ] )
[ sh:alternativePath ( [ sh:inversePath :p ] ( :q :q ) ) ]
[ sh:oneOrMorePath [ sh:alternativePath ( :p :q ) ] ] | rdf:type
( rdf:type [ sh:zeroOrMorePath rdfs:subClassOf ] )
"""
# Shapes of two siblings under one node shape, for qualified values that must be disjoint.
SIBLINGS = """
sh:qualifiedValueShape c:Two ; sh:qualifiedValueShapesDisjoint true ; sh:qualifiedMinCount 1
sh:qualifiedValueShape [ sh:class :B ] ; sh:qualifiedValueShapesDisjoint true ; sh:qualifiedMaxCount 0
sh:qualifiedValueShape c:Sized ; sh:qualifiedValueShapesDisjoint false ; sh:qualifiedMinCount 1
"""
TARGETS = """
sh:targetClass :A | sh:targetNode :a, :b, :nowhere, "ab", 2 | sh:targetSubjectsOf :p
sh:targetObjectsOf :p | sh:targetObjectsOf :q | sh:targetClass :B, :Nothing
"""
ENDINGS = (
    "",
    ' ; sh:severity sh:Warning ; sh:message "a message"',
    ' ; sh:severity sh:Info ; sh:message "one", "another"@en',
    ' ; sh:severity :Own ; sh:message "{?value} of {$this}"',
)
HELPERS = """
c:Two a sh:NodeShape ; sh:class :A .
c:Sized a sh:NodeShape ; sh:minLength 2 ; sh:maxLength 22 .
c:Inactive a sh:NodeShape ; sh:class :Nothing ; sh:deactivated true .
c:Warned a sh:NodeShape ; sh:class :B ; sh:severity sh:Info .
"""


def table(text: str) -> list[str]:
    """The cells of a table, whatever its lines."""
    return [cell.strip() for line in text.strip().splitlines() for cell in line.split(" | ")]


def shapes() -> Iterator[str]:
    """Each shape, without its name and its closing point; about 600."""
    targets, paths = table(TARGETS), table(PATHS)
    on_nodes = table(VALUES)
    with_path = table(VALUES) + table(SETS)
    for number, constraint in enumerate(on_nodes):
        for turn in range(2):
            target = targets[(number + turn * 3) % len(targets)]
            yield f"a sh:NodeShape ; {target} ; {constraint}{ENDINGS[(number + turn) % 4]}"
    for number, constraint in enumerate(with_path):
        for turn in range(3):
            path = paths[0] if turn == 0 else paths[(number * 2 + turn) % len(paths)]
            target = targets[(number + turn) % len(targets)]
            ending = ENDINGS[(number + turn) % 4]
            if turn == 1:
                inner = f"sh:property [ sh:path {path} ; {constraint}{ending} ]"
                yield f"a sh:NodeShape ; {target} ; {inner}"
            else:
                yield f"a sh:PropertyShape ; {target} ; sh:path {path} ; {constraint}{ending}"
    for number, path in enumerate(paths):
        for constraint in ("sh:minCount 2", "sh:nodeKind sh:IRI", "sh:class :A", "sh:hasValue :b"):
            target = targets[number % len(targets)]
            yield f"a sh:PropertyShape ; {target} ; sh:path {path} ; {constraint}"
    siblings = table(SIBLINGS)
    for target in targets:
        for first, second in zip(siblings, siblings[1:] + siblings[:1], strict=True):
            pair = ", ".join(f"[ sh:path :p ; {part} ]" for part in (first, second))
            yield f"a sh:NodeShape ; {target} ; sh:property {pair}"


NODES = (":a", ":b", ":c", ":d")
LITERALS = """
"ab" | "abc" | "" | "é" | "e\u0301x" | "\U0001f600" | "b\\nb" | "a\\tc" | "quote \\" and \\\\" | "x"@en
"ab"@en | "ab"@de | "abc"@en-gb | "y"@fr | "ab"@en-us | 1 | 2 | 3 | 10 | -4 | 2.5 | 2.0 | 1.0 | true | false
"2024-01-01"^^xsd:date | "2024-01-02"^^xsd:date | "2024-02-30"^^xsd:date | "ab"^^:own
"2024-01-01T00:00:00Z"^^xsd:dateTime | "2024-01-01T23:59:59Z"^^xsd:dateTime
"2024-01-01T13:00:00+02:00"^^xsd:dateTime | "no number"^^xsd:integer | "1"^^xsd:nonNegativeInteger
"""


def graphs(count: int) -> Iterator[str]:
    """Small graphs in Turtle, the same each time."""
    for seed in range(count):
        pick = random.Random(seed)
        literals = pick.sample(table(LITERALS), 10)
        lines = [":Sub rdfs:subClassOf :A . :SubSub rdfs:subClassOf :Sub ."]
        for node in NODES:
            if classes := pick.sample([":A", ":B", ":Sub", ":SubSub", ":C"], pick.randint(0, 2)):
                lines.append(f"{node} a {', '.join(classes)} .")
            for predicate in (":p", ":q", ":r"):
                objects = pick.sample(NODES, pick.randint(0, 2)) + pick.sample(
                    literals, pick.randint(0, 3)
                )
                if objects:
                    lines.append(f"{node} {predicate} {', '.join(objects)} .")
        yield HEADER + "\n".join(lines)


# Shapes that order values of one kind, and values of one kind by predicate.
ORDERS = """
:number ; sh:minInclusive 2 | :number ; sh:maxExclusive 2.5 | :number ; sh:minExclusive -1
:number ; sh:maxInclusive 10 ; sh:datatype xsd:integer | :number ; sh:lessThan :other
:number ; sh:lessThanOrEquals :other | :day ; sh:minInclusive "2024-01-02"^^xsd:date
:day ; sh:maxExclusive "2024-01-02"^^xsd:date | :day ; sh:lessThan :later | :day ; sh:datatype xsd:date
:time ; sh:maxInclusive "2024-01-01T12:00:00Z"^^xsd:dateTime | :time ; sh:lessThanOrEquals :end
:time ; sh:minExclusive "2024-01-01T12:00:00+02:00"^^xsd:dateTime | :time ; sh:datatype xsd:dateTime
:span ; sh:datatype xsd:duration | :truth ; sh:datatype xsd:boolean | :number ; sh:datatype xsd:decimal
:local ; sh:minInclusive "2024-01-01T12:00:00"^^xsd:dateTime | :local ; sh:lessThan :local
"""
NUMBERS = '1 | 2 | 3 | 10 | -4 | 2.5 | 2.0 | 0.0 | "007"^^xsd:integer | "+5"^^xsd:integer'
DAYS = '"2024-01-01" | "2024-01-02" | "1999-12-31" | "2024-02-29" | "9999-12-31" | "0001-01-01"'
HOURS = '"T00:00:00" | "T12:00:00" | "T23:59:59" | "T11:59:59.5"'
ZONES = '"Z" | "+02:00" | "-03:30" | "+00:00"'
SPANS = '"PT2H" | "P1D" | "P1Y2M3DT4H5M6S" | "-P1D"'


def ordered_graphs(count: int) -> Iterator[str]:
    """Small graphs in which each predicate has values of one kind, well typed for the most part."""
    days, hours = ([t.strip('"') for t in table(text)] for text in (DAYS, HOURS))
    zones = [zone.strip('"') for zone in table(ZONES)]
    for seed in range(count):
        pick = random.Random(seed)

        def moment(zone: str, pick: random.Random = pick) -> str:
            return f'"{pick.choice(days)}{pick.choice(hours)}{zone}"^^xsd:dateTime'

        lines = []
        for node in NODES:
            values = {
                "number": pick.sample(table(NUMBERS), 2),
                "other": pick.sample(table(NUMBERS), 2),
                "day": [f'"{day}"^^xsd:date' for day in pick.sample([*days, "2023-02-28"], 2)],
                "later": [f'"{day}"^^xsd:date' for day in pick.sample(days, 2)],
                "time": [moment(pick.choice(zones)) for _ in range(2)],
                "end": [moment(pick.choice(zones)) for _ in range(2)],
                "local": [moment("") for _ in range(2)],
                "span": [f"{span}^^xsd:duration" for span in pick.sample(table(SPANS), 2)],
                "truth": [pick.choice(["true", "false", '"1"^^xsd:boolean'])],
            }
            lines += [f":{node[1:]} :{name} {', '.join(of)} ." for name, of in values.items()]
        yield HEADER + "\n".join(lines)
