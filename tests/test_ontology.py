"""The ontology holds together: complete, free of clashes, and safe to reason with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from owlrl import OWLRL_Semantics
from rdflib import OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, Namespace, URIRef

from kg.rdf.vocabulary import PREFIXES

ONTOLOGY = Path(__file__).parent.parent / "ontology"
FILES = ("concepts.ttl", "parley.ttl")
KG = Namespace("https://w3id.org/parley/ns#")
IRI = URIRef("https://w3id.org/parley/ns")
XSD = Namespace(PREFIXES["xsd"])
EX = Namespace("https://example.org/id/")
PROLOGUE = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)

# One node of every class, with every property on every class that it serves.
ABOX = """
BASE <https://example.org/id/>
<meeting> a kg:Meeting ; kg:status kg:held ; kg:ordinal 2 ; kg:kind kg:negotiation ;
    kg:participant <minister>, <office>, <delegation>, <official>, <union> ; kg:place <hall> ;
    kg:topic <truce> ; kg:named "The Truce" ; kg:when <time> ; kg:starts <time> ; kg:ends <time> ;
    kg:lasts "PT2H" ; kg:inSeries <series> ; kg:partOf <visit> ;
    kg:onSidelinesOf <event> ; kg:alsoReportedIn <copy> .
<call> a kg:Call ; kg:status kg:planned ; kg:position kg:next ; kg:plannedFor <time> ;
    kg:before <meeting> ; kg:after <event> ; kg:overlaps <talks> ; kg:replaces <talks> ;
    kg:becauseOf <meeting> ; kg:possiblySameAs <talks> .
<talks> a kg:Talks . <event> a kg:Event . <visit> a kg:Visit ; kg:partOf <event> .
<series> a kg:EventSeries . <truce> a kg:Topic . <civilians> a kg:Population .
<country> a kg:Place . <city> a kg:Place ; kg:within <country> .
<hall> a kg:Venue ; kg:within <city> .
<minister> a foaf:Person ; org:memberOf <union> . <office> a org:Post ; org:postIn <union> .
<union> a org:Organization .
<delegation> a foaf:Group ; kg:head <minister> ; foaf:member <minister> ; kg:size 4 .
<official> a kg:Unnamed ; kg:affiliation <union> ; kg:office <office> ; kg:size 1 ;
    kg:asStated "an official" .
<article> a kg:Document ; kg:sha256 "00" ; kg:publishedAsStated "1 May" ; kg:published <time> ;
    kg:author "A. Writer" ; kg:resolvedBy <resolution> ; kg:retractedOn "2024-05-04"^^xsd:date ;
    kg:reason "withdrawn" ; kg:publish "excerpts" .
<copy> a kg:Document ; kg:copyOf <article> ; kg:revises <article> .
<table> a kg:Document .
<source> a kg:Source .
<report> a kg:Utterance ; prov:wasAttributedTo <union> ; prov:wasDerivedFrom <statement> ; kg:restsOn <statement> ;
    kg:form kg:report ; kg:supportedBy <passage> .
<statement> a kg:Utterance ; prov:wasAttributedTo <minister> ; kg:onBehalfOf <union> ;
    kg:addressee <delegation> ; kg:occasion <meeting> ; kg:issued <time> ; kg:channel <union> ;
    kg:answers <report> ; kg:form kg:statement ; kg:resolvedBy <resolution> .
<passage> a kg:Passage ; kg:document <article> ; kg:quote "they met" ; kg:prefix "that " ;
    kg:suffix " there" ; kg:start 5 ; kg:end 13 .
<row> a kg:TableRow ; kg:document <table> ; kg:recordNumber 1 ; kg:recordKey "a" ; kg:sentence 1 .
<claim> a kg:Claim ; kg:accordingTo <source> ; kg:supportedBy <row> .
<said> a kg:BestAssertion ; rdf:subject <meeting> ; rdf:predicate kg:participant ;
    rdf:object <minister> ; kg:accordingTo <report> ; kg:supportedBy <passage> ;
    kg:rank kg:preferred ; kg:role kg:host ; kg:presence kg:in-person ; kg:office <office> ;
    kg:asStated "the minister" ; kg:nameAsStated "M." ; kg:titleAsStated "minister" ;
    kg:disputedBy <denial> ; prov:wasGeneratedBy <curation> ; prov:wasRevisionOf <inferred> .
<denial> a kg:Assertion ; rdf:subject <meeting> ; rdf:predicate kg:participant ;
    rdf:object <minister> ; kg:accordingTo <statement> ; kg:stance kg:denies .
<inferred> a kg:Assertion ; rdf:subject <meeting> ; rdf:predicate kg:ordinal ; rdf:object 2 ;
    kg:series <series> ; kg:reason "counted" ; prov:wasAttributedTo <curator> .
<dated> a kg:Assertion ; rdf:subject <meeting> ; rdf:predicate kg:when ; rdf:object <time> ;
    kg:resolvedBy <resolution> .
<held> a kg:Assertion ; rdf:subject <minister> ; rdf:predicate org:holds ; rdf:object <office> .
<words> a kg:ReportedSpeech ; kg:utterance <statement> ; kg:mode kg:quoted ;
    kg:speaker <minister> ; kg:addressee <delegation> ; kg:words "so it was" ;
    kg:about <truce>, <meeting> ; kg:accordingTo <report> ; kg:supportedBy <passage> .
<number> a kg:QuantityClaim ; kg:measure kg:deaths ; kg:population <civilians> ; kg:value 40 ;
    kg:comparator kg:at-least ; kg:asOf <time> ; kg:resolvedBy <resolution> ;
    kg:asStated "at least 40" ; kg:accordingTo <article> ; kg:supportedBy <passage> .
<time> a kg:Time ; kg:edtf "2024-05-01"^^edtf:EDTF ; kg:date "2024-05-01"^^xsd:date ;
    kg:notBefore "2024-05-01T00:00:00Z"^^xsd:dateTime ;
    kg:notAfter "2024-05-01T23:59:59Z"^^xsd:dateTime .
<resolution> a kg:DateResolution ; kg:expression "today" ; kg:rule kg:today ;
    kg:anchor "2024-05-01"^^edtf:EDTF ; kg:anchorOf <article>, <meeting> ; kg:result <time> ;
    kg:alternative <time> .
<curation> a kg:Curation ; prov:wasAssociatedWith <curator> ; prov:used <article> ;
    kg:entered "2024-05-02"^^xsd:date .
<curator> a prov:Person . <coder> a prov:SoftwareAgent .
<row-claim> a kg:Assertion ; prov:wasAttributedTo <coder> ; kg:supportedBy <row> .
<corroboration> a kg:Corroboration ; kg:corroborates <row-claim> ; kg:independentOrigins 1 ;
    kg:interestedOrigins 1 ; kg:hasOrigin <article> ; kg:hasInterestedOrigin <person> ;
    kg:notCounted "the row was coded by software"@en .
"""

# What the vocabularies that we draw on say themselves of the terms used above.
UPSTREAM = """
prov:Entity owl:disjointWith prov:Activity .
prov:Person rdfs:subClassOf prov:Agent . prov:SoftwareAgent rdfs:subClassOf prov:Agent .
prov:wasDerivedFrom rdfs:domain prov:Entity ; rdfs:range prov:Entity .
prov:wasRevisionOf rdfs:subPropertyOf prov:wasDerivedFrom .
prov:wasAttributedTo rdfs:domain prov:Entity ; rdfs:range prov:Agent .
prov:wasGeneratedBy rdfs:domain prov:Entity ; rdfs:range prov:Activity .
prov:wasAssociatedWith rdfs:domain prov:Activity ; rdfs:range prov:Agent .
prov:used rdfs:domain prov:Activity ; rdfs:range prov:Entity .
oa:hasSource rdfs:domain oa:SpecificResource .
oa:exact rdfs:domain oa:TextQuoteSelector . oa:start rdfs:domain oa:TextPositionSelector .
org:Organization rdfs:subClassOf foaf:Agent .
org:memberOf rdfs:domain foaf:Agent ; rdfs:range org:Organization .
org:postIn rdfs:domain org:Post ; rdfs:range org:Organization .
foaf:Person rdfs:subClassOf foaf:Agent ; owl:disjointWith foaf:Organization .
foaf:Group rdfs:subClassOf foaf:Agent .
foaf:member rdfs:domain foaf:Group ; rdfs:range foaf:Agent .
rdf:subject rdfs:domain rdf:Statement . rdf:predicate rdfs:domain rdf:Statement .
rdf:object rdfs:domain rdf:Statement .
skos:Concept owl:disjointWith skos:ConceptScheme .
skos:inScheme rdfs:range skos:ConceptScheme . skos:topConceptOf rdfs:range skos:ConceptScheme .
"""


@cache
def ontology() -> Graph:
    graph = Graph()
    for name in FILES:
        graph.parse(ONTOLOGY / name)
    return graph


def own(kind: URIRef) -> Iterator[URIRef]:
    for subject in ontology().subjects(RDF.type, kind):
        if isinstance(subject, URIRef) and subject in KG:
            yield subject


@pytest.mark.parametrize("name", FILES)
def test_both_parsers_read_the_same_triples(name: str) -> None:
    ours = {
        (str(s), str(p), str(o), str(getattr(o, "language", None) or ""))
        for s, p, o in Graph().parse(ONTOLOGY / name)
    }
    quads = list(ox.parse(path=str(ONTOLOGY / name), format=ox.RdfFormat.TURTLE))
    theirs = {
        (
            q.subject.value,
            q.predicate.value,
            q.object.value,
            (q.object.language or "") if isinstance(q.object, ox.Literal) else "",
        )
        for q in quads
        if isinstance(q.subject, ox.NamedNode) and isinstance(q.object, ox.NamedNode | ox.Literal)
    }
    # Every quad counted: none is written twice, none has a blank node.
    assert len(quads) == len(theirs)
    assert ours == theirs


def test_counts() -> None:
    counts = {kind: len(list(own(kind))) for kind in (*KINDS, SKOS.Concept, SKOS.ConceptScheme)}
    assert counts == {
        OWL.Class: 25,
        OWL.ObjectProperty: 60,
        OWL.DatatypeProperty: 33,
        OWL.AnnotationProperty: 1,
        SKOS.Concept: 96,
        SKOS.ConceptScheme: 12,
    }


def test_no_blank_nodes() -> None:
    assert [triple for triple in ontology() if any(isinstance(t, BNode) for t in triple)] == []


def test_header() -> None:
    terms = {
        "owl:versionIRI": URIRef("https://w3id.org/parley/ns/0.1.0"),
        "owl:versionInfo": Literal("0.1.0"),
        "dcterms:license": URIRef("https://creativecommons.org/licenses/by/4.0/"),
        "dcterms:creator": Literal("Parley contributors"),
        "dcterms:issued": Literal("2026-11-21", datatype=XSD.date),
        "vann:preferredNamespacePrefix": Literal("kg"),
        "vann:preferredNamespaceUri": Literal(str(KG)),
    }
    found = {
        name: ontology().value(IRI, URIRef(PREFIXES[name.split(":")[0]] + name.split(":")[1]))
        for name in terms
    }
    assert found == terms


def test_every_name_stands_for_one_thing() -> None:
    names = Counter(t for kind in (*KINDS, SKOS.Concept, SKOS.ConceptScheme) for t in own(kind))
    assert [name for name, times in names.items() if times > 1] == []
    assert len(names) == 227


def test_every_term_is_labelled_defined_and_claimed() -> None:
    labels = dict.fromkeys(KINDS, RDFS.label)
    labels |= {SKOS.Concept: SKOS.prefLabel, SKOS.ConceptScheme: SKOS.prefLabel}
    faults = [
        (str(term), str(predicate))
        for kind, label in labels.items()
        for term in own(kind)
        for predicate in (label, SKOS.definition, RDFS.isDefinedBy)
        if len(list(ontology().objects(term, predicate))) != 1
    ]
    assert faults == []
    assert set(ontology().objects(None, RDFS.isDefinedBy)) == {IRI}
    english = (RDFS.label, SKOS.prefLabel, SKOS.definition, SKOS.example)
    texts = [o for p in english for o in ontology().objects(None, p)]
    assert {text.language for text in texts if isinstance(text, Literal)} == {"en"}


def test_every_concept_is_in_one_scheme_with_a_notation_and_an_example() -> None:
    graph = ontology()
    schemes = set(own(SKOS.ConceptScheme))
    for concept in own(SKOS.Concept):
        inside = list(graph.objects(concept, SKOS.inScheme))
        assert len(inside) == 1, concept
        assert inside[0] in schemes, concept
        assert list(graph.objects(concept, SKOS.topConceptOf)) == inside, concept
        assert len(list(graph.objects(concept, SKOS.notation))) == 1, concept
        assert len(list(graph.objects(concept, SKOS.example))) == 1, concept
    assert set(graph.objects(None, SKOS.inScheme)) == schemes


def test_axioms_speak_of_declared_classes_only() -> None:
    graph = ontology()
    datatypes = {XSD[n] for n in ("string", "integer", "date", "dateTime", "duration")}
    declared = set(graph.subjects(RDF.type, OWL.Class)) | {RDF.Statement}
    declared |= datatypes | set(graph.subjects(RDF.type, RDFS.Datatype))
    for predicate in (RDFS.domain, RDFS.range, RDFS.subClassOf, OWL.disjointWith):
        assert set(graph.objects(None, predicate)) <= declared, predicate


def abox() -> Graph:
    return Graph().parse(data=PROLOGUE + ABOX, format="turtle")


def test_the_sample_uses_every_class_and_property() -> None:
    sample = abox()
    assert set(own(OWL.Class)) - set(sample.objects(None, RDF.type)) == set()
    properties = set(own(OWL.ObjectProperty)) | set(own(OWL.DatatypeProperty))
    assert properties - set(sample.predicates()) == set()
    used = {
        t for t in {*sample.predicates(), *sample.objects(None, RDF.type)} if str(t).startswith(KG)
    }
    assert used - properties - set(own(OWL.Class)) == set()


def closure(*more: str) -> tuple[Graph, list[str]]:
    graph = ontology() + Graph().parse(data=PROLOGUE + UPSTREAM, format="turtle")
    for turtle in more:
        graph.parse(data=PROLOGUE + turtle, format="turtle")
    rules = OWLRL_Semantics(graph, axioms=False, daxioms=False, rdfs=False)
    rules.closure()
    return graph, rules.error_messages


def test_reasoning_types_nothing_unexpectedly_and_asserts_nothing_of_events() -> None:
    before = abox()
    after, errors = closure(ABOX)
    assert errors == []
    surprises = set()
    for node in set(before.subjects()):
        stated = set(before.objects(node, RDF.type))
        above = {parent for kind in stated for parent in after.objects(kind, RDFS.subClassOf)}
        derived = set(after.objects(node, RDF.type)) - stated - above - {OWL.Thing}
        surprises |= {(str(node).removeprefix(EX), str(kind)) for kind in derived}
    # Whoever a source is attributed to is an agent to PROV, and rightly so.
    agent = f"{PREFIXES['prov']}Agent"
    assert surprises == {("minister", agent), ("union", agent)}
    known = {*before, *ontology()}
    relations = {
        (str(s).removeprefix(EX), str(p).removeprefix(KG), str(o).removeprefix(EX))
        for s, p, o in after
        if (s, p, o) not in known and str(s).startswith(EX) and str(p).startswith(KG)
    }
    assert relations == {("hall", "within", "country")}


@pytest.mark.parametrize(
    "turtle",
    [
        "<e:x> a kg:Meeting, kg:Call .",
        "<e:x> a kg:Document, kg:Utterance .",
        "<e:x> a kg:Visit, kg:Venue .",
        "<e:x> a kg:Event, kg:Assertion .",
        "<e:x> a kg:Event, kg:Document .",
        "<e:x> a kg:Place, kg:Source .",
        "<e:x> a kg:Place, kg:Claim .",
        "<e:x> a kg:Utterance, kg:QuantityClaim .",
        "<e:x> a kg:Curation, kg:DateResolution .",
    ],
)
def test_reasoning_finds_what_cannot_be(turtle: str) -> None:
    _, errors = closure(turtle)
    assert len(errors) > 0
    assert "e:x" in errors[0]


READ_ME_SAMPLE = """
BASE <https://w3id.org/parley/id/>
<event/a> a kg:Meeting ; kg:status kg:held ;
    kg:participant <actor/hossein-amir-abdollahian>, <actor/ismail-haniyeh>, <actor/third> .
<event/b> a kg:Meeting ; kg:status kg:planned ;
    kg:participant <actor/hossein-amir-abdollahian>, <actor/ismail-haniyeh> .
<claim/1> a kg:Assertion, kg:BestAssertion ; rdf:subject <event/a> ;
    rdf:predicate kg:participant ; rdf:object <actor/hossein-amir-abdollahian> ;
    kg:accordingTo <utterance/report> ; kg:supportedBy <passage/1/0-9> .
<claim/2> a kg:Assertion, kg:BestAssertion ; rdf:subject <event/a> ;
    rdf:predicate kg:participant ; rdf:object <actor/ismail-haniyeh> ;
    kg:accordingTo <article/2> ; kg:supportedBy <passage/2/0-4> .
<claim/3> a kg:Assertion ; rdf:subject <event/a> ; kg:stance kg:denies ;
    rdf:predicate kg:participant ; rdf:object <actor/ismail-haniyeh> ;
    kg:accordingTo <article/2> ; kg:supportedBy <passage/2/0-4> .
<claim/4> a kg:Assertion, kg:BestAssertion ; rdf:subject <event/a> ;
    rdf:predicate kg:participant ; rdf:object <actor/third> ;
    kg:accordingTo <article/2> ; kg:supportedBy <passage/2/0-4> .
<article/1> a kg:Document ; prov:wasDerivedFrom <utterance/report> .
<article/2> a kg:Document ; prov:wasDerivedFrom <utterance/other> .
<utterance/other> a kg:Utterance ; prov:wasAttributedTo <actor/third> .
<utterance/report> a kg:Utterance ; prov:wasAttributedTo <actor/agency> ;
    kg:restsOn <utterance/remarks> ; prov:wasDerivedFrom <utterance/remarks>, <utterance/aside> .
<utterance/remarks> a kg:Utterance ; prov:wasAttributedTo <actor/minister> .
<utterance/aside> a kg:Utterance ; prov:wasAttributedTo <actor/third> .
<passage/1/0-9> a kg:Passage ; kg:document <article/1> ; kg:quote "They met." .
<passage/2/0-4> a kg:Passage ; kg:document <article/2> ; kg:quote "Both" .
"""
READ_ME_ANSWER = [
    "event/a|actor/hossein-amir-abdollahian|article/1|They met.|utterance/report|actor/agency",
    "event/a|actor/hossein-amir-abdollahian|article/1|They met.|utterance/report|actor/minister",
    "event/a|actor/ismail-haniyeh|article/2|Both|article/2|",
]


def test_the_query_of_the_guide_answers_in_both_engines() -> None:
    guide = (ONTOLOGY / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"```sparql\n(.*?)```", guide, re.DOTALL)
    queries = [text for text in found if "SELECT" in text]
    assert len(queries) == 1
    base = "https://w3id.org/parley/id/"
    small = Graph().parse(data=PROLOGUE + READ_ME_SAMPLE, format="turtle")
    ours = ["|".join(str(t or "") for t in row) for row in small.query(queries[0])]  # type: ignore[union-attr]
    assert [row.replace(base, "") for row in ours] == READ_ME_ANSWER
    store = ox.Store()
    store.load((PROLOGUE + READ_ME_SAMPLE).encode(), format=ox.RdfFormat.TURTLE)
    rows = store.query(queries[0])
    assert isinstance(rows, ox.QuerySolutions)
    theirs = ["|".join(str(getattr(t, "value", "")) for t in row) for row in rows]
    assert [row.replace(base, "") for row in theirs] == READ_ME_ANSWER


def test_the_guide_names_only_terms_that_exist() -> None:
    guide = (ONTOLOGY / "README.md").read_text(encoding="utf-8")
    named = {KG[name] for name in re.findall(r"\bkg:([A-Za-z][A-Za-z-]*)", guide)}
    assert len(named) == 55
    assert named - set(ontology().subjects()) == set()
