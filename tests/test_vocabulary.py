"""The vocabulary as code sees it, and whether code and ontology name the same terms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.rdf.resources import ontology_files, resource, shape_files
from kg.rdf.vocabulary import PREFIXES, Term, Vocabulary, VocabularyError

ROOT = Path(__file__).parent.parent
NAME = re.compile(r"(?<![\w.:-])kg:([A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*)")


def sources() -> list[Path]:
    """Whatever names terms: code, templates, queries, shapes."""
    patterns = ("kg/**/*.py", "kg/mapping/**/*.yaml", "kg/ask/queries/**/*.rq", "shapes/**/*.ttl")
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern))


def names_used() -> dict[str, set[str]]:
    used: dict[str, set[str]] = {}
    for path in sources():
        for name in NAME.findall(path.read_text(encoding="utf-8")):
            used.setdefault(f"kg:{name}", set()).add(path.relative_to(ROOT).as_posix())
    return used


def names_defined() -> set[str]:
    vocabulary = Vocabulary.builtin()
    concepts = {
        term.name
        for scheme in vocabulary.schemes()
        for term in vocabulary.concepts(scheme).values()
    }
    return {*vocabulary.classes(), *vocabulary.properties(), *vocabulary.schemes(), *concepts}


def test_every_name_used_is_defined() -> None:
    unknown = {n: sorted(where) for n, where in names_used().items() if n not in names_defined()}
    assert unknown == {}
    assert {path.parts[len(ROOT.parts)] for path in sources()} == {"kg", "shapes"}


def test_every_class_and_property_defined_is_used() -> None:
    vocabulary = Vocabulary.builtin()
    used = set(names_used())
    # Who uses a class uses those above it.
    above = {c for name in used & vocabulary.classes() for c in vocabulary.superclasses(name)}
    assert sorted((vocabulary.classes() | vocabulary.properties()) - used - above) == []


SCHEMES = {
    "Statuses": "held under-way planned proposed postponed cancelled not-held disputed",
    "EventKinds": "gathering exchange-of-messages signing attack military-operation war"
    " negotiation agreement rejection decision diplomatic-act",
    "Stances": "denies declines hedges",
    "Ranks": "preferred deprecated",
    "Roles": "host guest caller called mediator head companion signatory",
    "Presences": "in-person remote absent",
    "UtteranceForms": "report statement post remarks caption recording unnamed",
    "SpeechModes": "quoted partly-quoted paraphrased",
    "Measures": "deaths injuries",
    "Comparators": "exactly about more-than at-least less-than at-most",
    "Positions": "last next first-known",
    "DateRules": "printed day-named weekday-on-or-before weekday-on-or-after last-weekday today"
    " yesterday tomorrow same-day day-offset days-ago weeks-ago hours-from last-week this-week"
    " weekend month-before year-before last-named-month earlier-this later-this part-of-month"
    " named-month season year recent after-now more-than-ago between up-to day-part night"
    " night-before late-on early-on span begins lasts past-n not-stated",
}


def test_schemes_list_their_words_in_file_order() -> None:
    vocabulary = Vocabulary.builtin()
    found = {name: " ".join(vocabulary.concepts(name)) for name in SCHEMES}
    assert found == SCHEMES
    assert vocabulary.schemes() == tuple(f"kg:{name}" for name in SCHEMES)


def test_a_concept_is_named_after_its_word_unless_that_is_taken() -> None:
    vocabulary = Vocabulary.builtin()
    renamed = {
        word: term.name
        for scheme in vocabulary.schemes()
        for word, term in vocabulary.concepts(scheme).items()
        if term.name != f"kg:{word}"
    }
    assert renamed == {
        "head": "kg:delegation-head",
        "about": "kg:approximately",
        "lasts": "kg:lasting",
        "unnamed": "kg:unnamed-source",
    }


def test_a_scheme_goes_with_and_without_its_prefix() -> None:
    vocabulary = Vocabulary.builtin()
    assert vocabulary.concepts("kg:Ranks") is vocabulary.concepts("Ranks")
    assert vocabulary.concepts("Statuses")["under-way"] == Term(
        "kg:under-way",
        "under way",
        "It has begun and goes on.",
        "The talks, which began in the morning, are still going on.",
    )
    with pytest.raises(VocabularyError, match=r"^no concept scheme kg:Rank; there is kg:Statuses"):
        vocabulary.concepts("Rank")


def test_classes_properties_and_what_is_single() -> None:
    vocabulary = Vocabulary.builtin()
    assert vocabulary is Vocabulary.builtin()
    assert (len(vocabulary.classes()), len(vocabulary.properties())) == (25, 94)
    assert {"kg:Meeting", "kg:Time"} <= vocabulary.classes()
    assert {"kg:participant", "kg:edtf", "kg:single"} <= vocabulary.properties()
    assert vocabulary.single_valued() == ("kg:ordinal", "kg:position", "kg:status", "rdf:type")


@pytest.mark.parametrize(
    ("name", "above"),
    [
        ("kg:Meeting", {"kg:Talks", "kg:Event"}),
        ("kg:Visit", {"kg:Event"}),
        ("kg:Event", set()),
        ("kg:BestAssertion", {"kg:Assertion", "kg:Claim"}),
        ("kg:Document", {"kg:Source"}),
        ("kg:Passage", set()),
    ],
)
def test_superclasses(name: str, above: set[str]) -> None:
    assert Vocabulary.builtin().superclasses(name) == above


def test_superclasses_of_an_unknown_class() -> None:
    with pytest.raises(VocabularyError, match=r"^no class foaf:Person$"):
        Vocabulary.builtin().superclasses("foaf:Person")


def project(tmp_path: Path, turtle: str) -> Path:
    path = tmp_path / "own.ttl"
    prologue = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items())
    path.write_text(f"{prologue}@prefix my: <https://example.org/ns#> .\n{turtle}")
    return path


def test_a_project_adds_terms_and_changes_none(tmp_path: Path) -> None:
    path = project(
        tmp_path,
        """
        my:Summit a owl:Class ; rdfs:subClassOf kg:Meeting, schema:Event . foaf:Person a owl:Class .
        my:agenda a owl:DatatypeProperty ; kg:single true .
        my:Moods a skos:ConceptScheme .
        my:calm skos:inScheme my:Moods ; skos:notation "calm" ;
            skos:prefLabel "calme"@fr, "calm"@en ; skos:definition "Nobody shouted."@en .
        my:chair skos:inScheme kg:Roles ; skos:notation "chair" ; skos:prefLabel "chair"@en ;
            skos:definition "Led the session."@en ; skos:example "Chaired by the dean."@en .
        kg:host skos:definition "Something else."@en .
        """,
    )
    builtin, ours = Vocabulary.builtin(), Vocabulary.load((path,))
    assert ours.classes() - builtin.classes() == {"my:Summit"}
    assert ours.superclasses("my:Summit") == {"kg:Meeting", "kg:Talks", "kg:Event"}
    assert ours.properties() - builtin.properties() == {"my:agenda"}
    assert ours.single_valued() == (*builtin.single_valued()[:3], "my:agenda", "rdf:type")
    assert ours.concepts("my:Moods") == {"calm": Term("my:calm", "calm", "Nobody shouted.", "")}
    assert list(ours.concepts("Roles")) == [*builtin.concepts("Roles"), "chair"]
    assert ours.concepts("Roles")["host"] == builtin.concepts("Roles")["host"]
    assert ours.prefixes == {**PREFIXES, "my": "https://example.org/ns#"}
    assert builtin.prefixes == PREFIXES


CONCEPT = "skos:inScheme kg:Roles ; skos:prefLabel 'x' ; skos:definition 'y'"


@pytest.mark.parametrize(
    ("turtle", "message"),
    [
        ("my:x ", "own.ttl: "),
        (f"my:x {CONCEPT} .", "own.ttl: the concept my:x has no skos:notation"),
        (
            "my:x skos:inScheme kg:Roles ; skos:notation 'x' ; skos:prefLabel 'x' .",
            "own.ttl: the concept my:x has no skos:definition",
        ),
        (
            f"my:x {CONCEPT} ; skos:notation 'host' .",
            "own.ttl: my:x and kg:host are both written “host”",
        ),
        (
            f"<urn:x> {CONCEPT} ; skos:notation 'x' .",
            "no prefix for <urn:x>: declare one where it is defined",
        ),
        (
            "@prefix kg: <https://example.org/other#> .",
            "own.ttl: the prefix kg: stands for https://w3id.org/parley/ns# elsewhere",
        ),
    ],
)
def test_a_project_file_that_cannot_be_used(tmp_path: Path, turtle: str, message: str) -> None:
    with pytest.raises(VocabularyError, match=re.escape(message)):
        Vocabulary.load((project(tmp_path, turtle),))


def test_resources_are_found_in_the_checkout() -> None:
    assert [path.name for path in ontology_files()] == ["concepts.ttl", "parley.ttl"]
    assert resource("shapes") == ROOT / "shapes"


def test_resources_are_found_in_an_installed_package(tmp_path: Path) -> None:
    package = tmp_path / "kg"
    for folder in ("kg/_data/ontology", "kg/_data/shapes", "kg/ask/queries", "ontology"):
        (tmp_path / folder).mkdir(parents=True)
        for name in ("b.ttl", "a.ttl", "notes.md"):
            (tmp_path / folder / name).touch()
    data = package / "_data"
    assert ontology_files(package) == (data / "ontology" / "a.ttl", data / "ontology" / "b.ttl")
    assert shape_files(package) == (data / "shapes" / "a.ttl", data / "shapes" / "b.ttl")
    assert resource("queries", package) == package / "ask" / "queries"


def test_missing_resources_are_named(tmp_path: Path) -> None:
    package = tmp_path / "kg"
    with pytest.raises(FileNotFoundError, match=r"^the shapes of Parley are missing \(looked in "):
        shape_files(package)
    (tmp_path / "ontology").mkdir()
    with pytest.raises(FileNotFoundError, match=r"^no Turtle file in .*ontology: reinstall"):
        ontology_files(package)
