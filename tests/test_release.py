"""A release: what is in it, that it works by itself, and that nothing published is ever lost."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.ask.library import library
from kg.build import build, facts_of
from kg.cli import main
from kg.export.release import ReleaseError, joined
from kg.export.terms import terms
from kg.facts.released import last_release, published
from kg.rdf.resources import ontology_files
from kg.rdf.version import ontology_version
from tests.golden import TESTS
from tests.sites import FAR, made
from tests.store_stub import running

ROOT = TESTS.parent
W3ID = ROOT / "ontology" / "w3id" / "parley"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The small project, built."""
    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    assert build(root).written
    return root


def released(root: Path, folder: Path) -> int:
    return main(["release", str(folder), "--project", str(root)])


# --- The folder ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seeds_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the seeds, made without writing into them."""
    root = tmp_path_factory.mktemp("release") / "seeds"
    shutil.copytree(ROOT / "seeds", root)
    assert build(root).written
    folder = root.parent / "release"
    assert released(root, folder) == 0
    return folder


def test_what_is_in_it(seeds_release: Path) -> None:
    found = {
        path.relative_to(seeds_release).as_posix()
        for path in seeds_release.rglob("*")
        if path.is_file()
    }
    graphs = {f"graph.{extension}" for extension in ("ttl", "nq", "trig", "jsonld")}
    assert found == {
        *graphs,
        *("void.ttl", "positions.csv", "manifest.json", "shapes.ttl", "ids.txt"),
        *("CITATION.cff", "README.md", "SHA256SUMS"),
        *("ontology/parley.ttl", "ontology/concepts.ttl", "ontology/context.jsonld"),
        *(f"queries/{name}.rq" for name in library()),
    }
    readme = (seeds_release / "README.md").read_text("utf-8")
    named = {name.rstrip("/") for name in re.findall(r"`([A-Za-z0-9.]+/?)`", readme)}
    assert {path.split("/")[0] for path in found} - {"README.md"} <= named
    assert readme.startswith("# Parley seeds: five articles on talks between Iran and Hamas")


def test_the_checksums_hold(seeds_release: Path) -> None:
    command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(command, cwd=seeds_release, check=False).returncode == 0
    lines = (seeds_release / "SHA256SUMS").read_text().splitlines()
    assert len(lines) == sum(path.is_file() for path in seeds_release.rglob("*")) - 1


def test_plain_pyshacl_validates_with_the_one_file_of_shapes(seeds_release: Path) -> None:
    """Without this package in reach, from the folder alone."""

    def validated(graph: str) -> tuple[int, str]:
        command = [str(Path(sys.executable).with_name("pyshacl")), "--shacl", "shapes.ttl", graph]
        env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        run = subprocess.run(
            command, cwd=seeds_release, env=env, capture_output=True, text=True, check=False
        )
        return run.returncode, run.stdout

    assert validated("graph.ttl") == (0, "Validation Report\nConforms: True\n")
    text = (seeds_release / "graph.ttl").read_text("utf-8")
    bad = seeds_release.parent / "bad.ttl"
    bad.write_text(text.replace("kg:status kg:held", "kg:status kg:hold", 1), "utf-8")
    code, report = validated(str(bad))
    assert code == 1
    assert "ksh:Event-status" in report or "shapes#Event-status" in report


def test_the_queries_run_when_pasted(seeds_release: Path) -> None:
    """In a store that holds the files of the folder and nothing of this package."""
    store = ox.Store()
    for path in (seeds_release / "graph.ttl", *(seeds_release / "ontology").glob("*.ttl")):
        store.load(path=str(path), format=ox.RdfFormat.TURTLE)
    counts = {}
    for path in sorted((seeds_release / "queries").glob("*.rq")):
        found = store.query(path.read_text("utf-8"))
        assert isinstance(found, ox.QuerySolutions)
        counts[path.stem] = len(list(found))
    assert len(counts) == len(library()) >= 23
    assert (counts["who-met-whom"], counts["met-and-phoned"], counts["quantities"]) == (16, 1, 7)
    silent = {"denials", "disputes", "quantity-conflicts", "revisions"}
    assert {name for name, rows in counts.items() if not rows} == silent


def test_a_blank_node_that_two_files_name_is_refused() -> None:
    with pytest.raises(ReleaseError, match=r"a\.ttl and b\.ttl both have the blank node _:x:"):
        joined({"b.ttl": b"_:x a <urn:b:1> .", "a.ttl": b"<urn:a:1> <urn:a:2> _:x ."})
    assert joined({"b.ttl": b"_:y a <urn:b:1> .\n\n", "a.ttl": b"_:x a <urn:b:1> ."}) == (
        b"# --- a.ttl\n\n_:x a <urn:b:1> .\n\n# --- b.ttl\n\n_:y a <urn:b:1> .\n"
    )


# --- The command ---------------------------------------------------------------------------------


def test_a_release_is_noted_and_the_same_again_is_the_same(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert last_release(project) is None
    assert released(project, tmp_path / "a") == 0
    told = capsys.readouterr().err.splitlines()
    listed = project / "releases" / "1.0.0.txt"
    nodes = listed.read_text("utf-8").splitlines()
    assert told[-1] == f"noted {len(nodes)} nodes in releases/1.0.0.txt: commit it"
    assert nodes == sorted(nodes) == published(facts_of(project)[1])
    assert nodes[:3] == ["actor/ana-lind", "actor/nordpress", "actor/tomas-berg"]
    assert "unnamed/geneva/office-of-berg" in nodes
    assert {node.split("/")[0] for node in nodes} == {
        *("actor", "article", "claim", "curator", "event", "office", "place", "population"),
        *("unnamed", "utterance"),
    }
    assert (tmp_path / "a" / "ids.txt").read_text("utf-8").splitlines() == nodes
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert released(project, tmp_path / "a") == 0
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert build(project).written == ()


def test_what_cannot_be_released(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert released(project, tmp_path / "a") == 0
    settings = project / "kg.yaml"
    settings.write_text(settings.read_text("utf-8") + "# more\n", "utf-8")
    assert released(project, tmp_path / "b") == 2
    assert "the build is not of these facts (kg.yaml): kg build" in capsys.readouterr().err
    facts = project / "facts" / "geneva.yaml"
    facts.write_text(facts.read_text("utf-8").replace("        where: Geneva\n", "", 1), "utf-8")
    (project / "releases" / "1.0.0.txt").write_text("actor/ana-lind\n")
    assert build(project).written
    assert released(project, tmp_path / "b") == 2
    message = "version 1.0.0 was released with other nodes: raise `version` in kg.yaml"
    assert message in capsys.readouterr().err
    assert not (tmp_path / "b").exists()


# --- Nothing published is lost -------------------------------------------------------------------


def codes(root: Path) -> list[tuple[str, int]]:
    return [(item.code, item.span.line) for item in build(root).findings]


def test_a_node_of_the_release_may_go_only_with_a_word(project: Path, tmp_path: Path) -> None:
    assert released(project, tmp_path / "a") == 0
    facts = project / "facts" / "geneva.yaml"
    text = facts.read_text("utf-8")
    start = text.index("  - quote: Lind will meet Berg again")
    facts.write_text(text[:start] + text[text.index("  - quote", start + 9) :] if
                     text.find("  - quote", start + 9) > 0 else text[:start], "utf-8")  # fmt: skip
    listed = (project / "releases" / "1.0.0.txt").read_text("utf-8").splitlines()
    findings = build(project).findings
    lost = [item for item in findings if item.code == "iri-lost"]
    assert {item.code for item in findings} == {"iri-lost"}
    gone = [listed[item.span.line - 1] for item in lost]
    assert "event/lind-berg-2024-03-15" in gone
    assert {node.split("/")[0] for node in gone} == {"claim", "event"}
    assert {item.span.file for item in lost} == {"releases/1.0.0.txt"}
    graph = (project / "out" / "graph.ttl").read_bytes()
    lines = [
        f"  {node}: {{into: event/lind-berg-geneva-2024-03-11, reason: misread}}"
        if node.startswith("event/")
        else f"  {node}: {{reason: misread}}"
        for node in gone
    ]
    retired = project / "registry" / "retired.yaml"
    retired.write_text("\n".join(["retired:", *lines]) + "\n", "utf-8")
    built = build(project)
    assert [item.code for item in built.findings] == []
    after = (project / "out" / "graph.ttl").read_bytes()
    assert after != graph
    said = "\n<event/lind-berg-2024-03-15> dcterms:isReplacedBy <event/lind-berg-geneva-2024-03-11> .\n"
    assert said in after.decode()
    claim = next(node for node in gone if node.startswith("claim/"))
    assert f'\n<{claim}> kg:reason "misread" .\n' in after.decode()


def test_a_later_release_keeps_what_was_retired(project: Path, tmp_path: Path) -> None:
    retired = project / "registry" / "retired.yaml"
    retired.write_text("retired:\n  event/older: {reason: misread}\n", "utf-8")
    build(project)
    assert released(project, tmp_path / "a") == 0
    assert "event/older" in (project / "releases" / "1.0.0.txt").read_text("utf-8")
    retired.unlink()
    assert [code for code, _ in codes(project)] == ["iri-lost"]


def test_a_merged_id_is_not_lost(project: Path, tmp_path: Path) -> None:
    registry = project / "registry" / "more.yaml"
    entry = "  lind-a: {name: A. Lind, kind: person, source: geneva}\n"
    registry.write_text("actors:\n" + entry, "utf-8")
    build(project)
    assert released(project, tmp_path / "a") == 0
    merged = entry.replace("}\n", ", merged: {into: ana-lind, reason: one and the same}}\n")
    registry.write_text("actors:\n" + merged, "utf-8")
    assert codes(project) == []
    registry.unlink()
    assert [code for code, _ in codes(project)] == ["iri-lost"]


@pytest.mark.parametrize(
    ("versions", "last"),
    [
        (["0.9.0", "0.10.0"], "0.10.0"),
        (["1.0.0", "1.0.0-rc2"], "1.0.0-rc2"),
        (["2", "10", "9.9"], "10"),
        ([], None),
    ],
)
def test_the_last_release(versions: list[str], last: str | None, tmp_path: Path) -> None:
    (tmp_path / "releases").mkdir()
    for version in versions:
        (tmp_path / "releases" / f"{version}.txt").touch()
    found = last_release(tmp_path)
    assert (found.stem if found else None) == last


# --- The terms -----------------------------------------------------------------------------------


def test_no_term_of_the_ontology_has_vanished() -> None:
    """A new term needs a line in ontology/terms.txt; a line never goes."""
    lines = (ROOT / "ontology" / "terms.txt").read_text("utf-8").splitlines()
    listed = dict(line.split(" ") for line in lines if not line.startswith("#"))
    assert len(listed) == len([line for line in lines if not line.startswith("#")]) > 217
    assert list(listed) == sorted(listed)
    assert set(listed) == set(terms(ontology_files()))
    numbers = [int(part) for part in ontology_version().split(".")]
    assert all([int(part) for part in since.split(".")] <= numbers for since in listed.values())


def test_the_ontology_names_its_version() -> None:
    store = ox.Store()
    store.load(path=str(ROOT / "ontology" / "parley.ttl"), format=ox.RdfFormat.TURTLE)
    owl = "http://www.w3.org/2002/07/owl#"
    ontology = ox.NamedNode("https://w3id.org/parley/ns")
    (found,) = store.quads_for_pattern(ontology, ox.NamedNode(owl + "versionIRI"), None)
    assert found.object == ox.NamedNode(f"https://w3id.org/parley/ns/{ontology_version()}")


# --- w3id.org ------------------------------------------------------------------------------------


def redirect(path: str, accept: str) -> str | None:
    """Where the rules send a request for a path under https://w3id.org/parley/.

    Of Apache's mod_rewrite, what the file uses: RewriteCond on Accept, and RewriteRule [R=303,L].
    """
    conditions: list[str] = []
    for line in (W3ID / ".htaccess").read_text("utf-8").splitlines():
        words = line.split()
        if not words or words[0] in ("#", "Options", "RewriteEngine") or line.startswith("#"):
            continue
        if words[0] == "RewriteCond":
            assert words[1] == "%{HTTP_ACCEPT}"
            assert len(words) == 3
            conditions.append(words[2])
            continue
        directive, pattern, target, flags = words
        assert (directive, flags) == ("RewriteRule", "[R=303,L]")
        holds = all(
            not re.search(c[1:], accept) if c.startswith("!") else re.search(c, accept)
            for c in conditions
        )
        conditions = []
        match = re.search(pattern, path)
        if holds and match:
            return match.expand(re.sub(r"\$(\d)", r"\\\1", target))
    return None


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RDFLIB = "application/rdf+xml,text/turtle;q=0.9,application/n-triples;q=0.8,*/*;q=0.1"
TURTLE, JSONLD, ANY = "text/turtle", "application/ld+json", "*/*"
EVENT = "id/event/amir-abdollahian-haniyeh-doha-2023-10-31"


@pytest.mark.parametrize(
    ("path", "accept", "target"),
    [
        ("ns", BROWSER, "ns/index.html"),
        ("ns", TURTLE, "ns/ns.ttl"),
        ("ns/", RDFLIB, "ns/ns.ttl"),
        ("ns", ANY, "ns/index.html"),
        ("ns/0.1.0", TURTLE, "releases/0.1.0/ontology/parley.ttl"),
        ("ns/0.1.0", BROWSER, "releases/0.1.0/ontology/parley.ttl"),
        ("context.jsonld", JSONLD, "ns/context.jsonld"),
        ("shapes", TURTLE, "ns/shapes.ttl"),
        (EVENT, BROWSER, f"site/{EVENT[3:]}.html"),
        (EVENT, TURTLE, f"site/{EVENT[3:]}.ttl"),
        (EVENT, RDFLIB, f"site/{EVENT[3:]}.ttl"),
        (EVENT, JSONLD, f"site/{EVENT[3:]}.jsonld"),
        (EVENT, ANY, f"site/{EVENT[3:]}.html"),
        (EVENT, "text/html, text/turtle;q=0.5", f"site/{EVENT[3:]}.html"),
        ("id/actor/ismail-haniyeh", TURTLE, "site/actor/ismail-haniyeh.ttl"),
        ("id/article/000_02c67a769af9a6a9", BROWSER, "site/article/000_02c67a769af9a6a9.html"),
        ("id/claim/049e3882b38de03dde992327", TURTLE, "data/graph.ttl"),
        ("id/claim/049e3882b38de03dde992327", JSONLD, "data/graph.jsonld"),
        ("id/claim/049e3882b38de03dde992327", BROWSER, "site/index.html"),
        ("id/time/[..2023-10-31]", TURTLE, "data/graph.ttl"),
        ("id/dataset", TURTLE, "data/void.ttl"),
        ("id/dataset", BROWSER, "site/index.html"),
        ("id/dataset/graph.nq", ANY, "data/graph.nq"),
        ("id/dataset/void.ttl", BROWSER, "data/void.ttl"),
        ("id/dataset/build", TURTLE, "data/void.ttl"),
        ("id/distribution/graph.ttl", RDFLIB, "data/void.ttl"),
        ("id/", BROWSER, "site/index.html"),
        ("", BROWSER, "site/index.html"),
        ("id/event/../../etc", BROWSER, "site/index.html"),
        ("elsewhere", BROWSER, None),
    ],
)
def test_redirects(path: str, accept: str, target: str | None) -> None:
    assert redirect(path, accept) == (f"@SITE@/{target}" if target else None)


def test_every_rule_is_asked_for() -> None:
    text = (W3ID / ".htaccess").read_text("utf-8")
    marks = test_redirects.pytestmark  # type: ignore[attr-defined]
    (cases,) = [mark.args[1] for mark in marks if mark.name == "parametrize"]
    targets = re.findall(r"^RewriteRule \S+ @SITE@/(\S+) ", text, re.MULTILINE)
    patterns = [re.sub(r"\\\$\d", ".+", re.escape(target)) for target in targets]
    assert [p for p in patterns if not any(t and re.fullmatch(p, t) for _, _, t in cases)] == []
    assert len(targets) == 14


def test_what_is_redirected_to_is_what_the_commands_write(project: Path, tmp_path: Path) -> None:
    assert main(["docs", str(tmp_path / "ns"), "--project", str(project)]) == 0
    assert released(project, tmp_path / "releases" / "1.0.0") == 0
    (tmp_path / "data").symlink_to(project / "out")
    for path, accept in (
        *(("ns", BROWSER), ("ns", TURTLE), ("ns/1.0.0", TURTLE), ("shapes", TURTLE)),
        *(("context.jsonld", JSONLD), ("id/dataset", TURTLE), ("id/dataset/graph.nq", ANY)),
        *(("id/claim/x", TURTLE), ("id/claim/x", JSONLD)),
    ):
        target = redirect(path, accept)
        assert target is not None
        assert (tmp_path / target.removeprefix("@SITE@/")).is_file(), target


def test_nobody_is_told_that_the_iris_resolve() -> None:
    assert "not registered yet, so the IRIs do not resolve" in " ".join(
        (W3ID / "README.md").read_text("utf-8").split()
    )
    assert "do not resolve until the redirect is" in (ROOT / "ontology" / "README.md").read_text()


# --- What the article allows ---------------------------------------------------------------------

FORMATS = (
    *("tables", "graphml", "ttl", "ttl-flat", "nt", "nq", "trig", "jsonld"),
    *("ttl12", "nt12", "nq12", "trig12"),
)


@pytest.mark.parametrize("publish", ["excerpts", "none"])
def test_what_stands_outside_every_excerpt_appears_nowhere(publish: str, tmp_path: Path) -> None:
    root = made(tmp_path / "lakes", publish)
    project = ["--project", str(root)]
    formats = [word for name in FORMATS for word in ("--format", name)]
    assert main(["export", str(tmp_path / "export"), *project, *formats]) == 0
    assert main(["docs", str(tmp_path / "docs"), *project]) == 0
    assert main(["site", str(tmp_path / "site"), *project]) == 0
    # A release holds the graph with its evidence: it is refused where words may not go out.
    refused = main(["release", str(tmp_path / "release"), *project])
    assert refused == (2 if publish == "none" else 0)
    with running() as stub:
        assert main(["push", stub.url, *project]) == 0
        pushed = b"".join(seen.body for seen in stub.seen)
    holding = {
        name: b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        for name in ("export", "docs", "site", "release")
        if (folder := tmp_path / name).exists()
    } | {"out": b"".join(path.read_bytes() for path in (root / "out").iterdir()), "push": pushed}
    assert holding.keys() == {"export", "docs", "site", "out", "push"} | (
        {"release"} if publish == "excerpts" else set()
    )
    assert all(len(data) > 1000 for data in holding.values())
    far, quoted = (
        sorted(name for name, data in holding.items() if words.encode() in data)
        for words in (FAR, "met Mira Solen on Sunday.")
    )
    assert far == []
    # The graph is the evidence: what is quoted stands in it, and goes with it into a store.
    assert {"out", "push"} <= set(quoted)
    assert (set(quoted) <= {"out", "push"}) is (publish == "none")


# --- The seeds' own release ----------------------------------------------------------------------


def test_the_seeds_keep_what_they_released(tmp_path: Path) -> None:
    root = tmp_path / "seeds"
    shutil.copytree(ROOT / "seeds", root)
    listed = last_release(root)
    assert listed is not None
    assert listed.name == f"{facts_of(root)[0].version}.txt"
    nodes = "".join(f"{node}\n" for node in published(facts_of(root)[1]))
    record = ROOT / "seeds" / "releases" / listed.name
    if os.environ.get("KG_UPDATE_GOLDEN"):
        record.write_text(nodes, "utf-8")
    fix = "KG_UPDATE_GOLDEN=1 .venv/bin/pytest tests/test_release.py -k seeds_keep"
    assert record.read_text("utf-8") == nodes, f"until it is out, the record is made by: {fix}"
    facts = root / "facts" / "004_043a94255de812b2.yaml"
    facts.unlink()
    found = build(root)
    assert found.written is None
    lost = [item for item in found.findings if item.code == "iri-lost"]
    assert len(lost) > 50
    assert {item.span.file for item in lost} == {f"releases/{listed.name}"}
