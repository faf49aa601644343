"""The ontology as a page: every term, its meaning, an example of the seeds, and nothing loaded."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.build import facts_of
from kg.cli import main
from kg.export.documentation import documentation
from kg.export.terms import KINDS, terms
from kg.mapping.tables import Tables
from kg.rdf.resources import ontology_files
from kg.rdf.version import ontology_version
from kg.rdf.vocabulary import PREFIXES, Vocabulary
from tests.golden import TESTS

ROOT = TESTS.parent
BASE = "https://w3id.org/parley/id/"
VOID = {"meta", "link", "img", "br", "hr", "input"}


class Page(HTMLParser):
    """Ids, links and elements of a page; elements must close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.names: set[str] = set()
        self.loads: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        if tag not in VOID:
            self._open.append(tag)
        values = dict(attrs)
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if tag == "a":
            self.links.append(str(values["href"]))
        self.loads += [name for name in values if name in ("src", "srcset", "data", "style")]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


@cache
def tables() -> Tables:
    return facts_of(ROOT / "seeds")[1]


@cache
def page(files: tuple[Path, ...] = ()) -> str:
    return documentation(
        (*ontology_files(), *files), tables(), BASE, "0.1.0", ["parley.ttl"]
    ).decode()


def section(anchor: str, text: str = "") -> str:
    """What a reader sees of one term, in one line."""
    (found,) = re.findall(
        rf'<section id="{anchor}"[^>]*>(.*?)</section>', text or page(), re.DOTALL
    )
    return " ".join(unescape(re.sub("<[^>]+>", " ", found)).split())


def test_every_term_has_its_place_and_its_meaning() -> None:
    known = terms(ontology_files())
    anchors = {term.anchor for term in known.values()}
    assert len(anchors) == len(known) > 215
    parsed = Page(page())
    assert len(parsed.ids) == len(set(parsed.ids))
    parts = {title for title in parsed.ids if title.startswith("-")}
    assert parts == {"-classes", "-properties", "-concept-schemes", "-concepts"}
    assert set(parsed.ids) - parts == anchors
    for name, term in known.items():
        assert term.iri == PREFIXES["kg"] + term.anchor
        shown = section(term.anchor)
        assert name in shown
        assert term.definition
        assert " ".join(term.definition.split()) in shown
    vocabulary = Vocabulary.builtin()
    assert vocabulary.classes() | vocabulary.properties() <= known.keys()
    concepts = {
        c.name for scheme in vocabulary.schemes() for c in vocabulary.concepts(scheme).values()
    }
    assert {name for name, term in known.items() if term.kind == "skos:Concept"} == concepts
    assert {term.kind for term in known.values()} == set(KINDS)


def test_what_a_reader_sees_of_a_class_a_property_and_a_concept() -> None:
    assert section("Meeting") == (
        "meeting kg:Meeting # Talks in person: the participants are in one place. subclass of "
        "kg:Talks disjoint with kg:Call instances 6 "
        "<event/amir-abdollahian-haniyeh-doha-2023-10-31> a kg:Meeting ; "
        "kg:alsoReportedIn <article/001_b2a4e33b6f0a0a07> ; "
        "kg:inSeries <series/amir-abdollahian-haniyeh-meetings> ; "
        'kg:ordinal "2"^^xsd:integer ; '
        "kg:participant <actor/hossein-amir-abdollahian>, <actor/ismail-haniyeh> ; "
        "kg:place <place/doha> ; kg:status kg:held ; kg:topic <topic/gaza-situation> ; "
        "kg:when <time/%5B..2023-10-31%5D>, <time/2023-10-31> ."
    )
    assert section("status").endswith(
        "values one at a time triples 25 <event/gaza-war-2023> kg:status kg:under-way ."
    ) or section("status").endswith("> kg:status kg:held .")
    assert section("host") == (
        "host kg:host # Received the others. written host in scheme kg:Roles value in 2 "
        "“The president received the delegation.” <claim/c54f32ff8538526e7816f79f> kg:role kg:host ."
    )
    assert "concepts kg:held , kg:under-way , kg:planned , " in section("Statuses")


def test_examples_are_turtle_that_is_in_the_graph(seeds: Path) -> None:
    store = ox.Store()
    store.bulk_load(path=str(seeds.parent / "out" / "graph.ttl"), format=ox.RdfFormat.TURTLE)
    head = f"@base <{BASE}> .\n" + "".join(f"@prefix {p}: <{i}> .\n" for p, i in PREFIXES.items())
    examples = re.findall("<pre>(.*?)</pre>", page(), re.DOTALL)
    assert len(examples) > 110
    for example in examples:
        for quad in ox.parse(head + unescape(example), format=ox.RdfFormat.TURTLE):
            assert any(store.quads_for_pattern(quad.subject, quad.predicate, quad.object)), example


def test_the_page_loads_nothing_and_its_links_lead_somewhere() -> None:
    parsed = Page(page())
    assert parsed.loads == []
    assert not parsed.names & {"script", "link", "img", "iframe", "object", "form", "base", "svg"}
    assert "url(" not in page()
    assert "@import" not in page()
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'\"" in page()
    local = {link[1:] for link in parsed.links if link.startswith("#")}
    assert local == set(parsed.ids)
    others = {link for link in parsed.links if not link.startswith(("#", "http"))}
    assert others == {"parley.ttl"}


def test_the_same_rows_give_the_same_page() -> None:
    turned = Tables({name: tables()[name].reverse() for name in tables()})
    again = documentation(ontology_files(), turned, BASE, "0.1.0", ["parley.ttl"])
    assert again.decode() == page()


def test_a_project_s_own_terms_and_deprecated_ones(tmp_path: Path) -> None:
    own = tmp_path / "own.ttl"
    own.write_text(
        "@prefix own: <https://example.org/ns#> . @prefix kg: <https://w3id.org/parley/ns#> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
        'own:observer a skos:Concept ; skos:inScheme kg:Roles ; skos:notation "observer" ;\n'
        '  skos:prefLabel "<observer>"@en, "Beobachter"@de ; skos:definition "Only \\"listened\\" & watched."@en ;\n'
        "  owl:deprecated true ; dcterms:isReplacedBy kg:companion ."
    )
    text = page((own,))
    assert '<section id="own-observer" class="deprecated"><h3>&lt;observer&gt;</h3>' in text
    assert section("own-observer", text) == (
        '<observer> own:observer # Deprecated. Do not use it for anything new. Only "listened" & '
        "watched. written observer in scheme kg:Roles replaced by kg:companion"
    )
    assert "own:observer" in section("Roles", text)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "docs"
    assert main(["docs", str(folder), "--project", str(TESTS / "project")]) == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        *("concepts.ttl", "context.jsonld", "index.html", "ns.ttl", "parley.ttl", "shapes.ttl"),
    ]
    assert capsys.readouterr().err == f"wrote 6 files into {folder}\n"
    text = (folder / "index.html").read_text("utf-8")
    links = {link for link in Page(text).links if not link.startswith(("#", "http"))}
    assert links == {path.name for path in folder.iterdir()} - {"index.html"}
    assert f"<dt>version</dt><dd>{ontology_version()}</dd>" in text
    whole = set(ox.parse(path=str(folder / "ns.ttl"), format=ox.RdfFormat.TURTLE))
    parts = [ox.parse(path=str(path), format=ox.RdfFormat.TURTLE) for path in ontology_files()]
    assert len(whole) == len({quad for part in parts for quad in part})
