"""Commands for what leaves the project: export, cite, docs, release."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kg.commands.common import CLEAN, FINDINGS, Declare, UsageError, project_root, tell_stale

if TYPE_CHECKING:
    from kg.mapping.tables import Tables

_TABLES, _NETWORK = "tables", "graphml"
# The whole ontology in one file, since its namespace is one address.
_ONTOLOGY = "ns.ttl"
# Serialisations by the name that is asked for: the file, whether flat, the key of its format.
_GRAPHS: Mapping[str, tuple[str, bool, str]] = {
    "ttl": ("graph.ttl", False, "ttl"),
    "ttl-flat": ("graph-flat.ttl", True, "ttl"),
    "nt": ("graph.nt", False, "nt"),
    "nq": ("graph.nq", False, "nq"),
    "trig": ("graph.trig", False, "trig"),
    "jsonld": ("graph.jsonld", False, "jsonld"),
    "ttl12": ("graph-1.2.ttl", False, "ttl12"),
    "nt12": ("graph-1.2.nt", False, "nt12"),
    "nq12": ("graph-1.2.nq", False, "nq12"),
    "trig12": ("graph-1.2.trig", False, "trig12"),
}


def declare(command: Declare) -> None:
    """Declare the commands of this module."""
    added = command(
        "export", export, "Write the tables as CSV and Parquet, or the graph in another format."
    )
    added.add_argument("folder", type=Path, metavar="DIR")
    added.add_argument(
        "--format",
        action="append",
        choices=(_TABLES, _NETWORK, *_GRAPHS),
        help="may be repeated; tables if left out. 12 stands for RDF 1.2, flat leaves out claims",
    )
    added.add_argument(
        "--graphs", action="store_true", help="refuse formats that lose the named graphs"
    )
    added = command("cite", cite, "Print how to cite the data, or the articles behind an event.")
    added.add_argument("event", metavar="EVENT", nargs="?", help="slug of an event")
    added.add_argument("--format", choices=("text", "bibtex", "csl", "cff"), default="text")
    added = command("docs", docs, "Write the ontology as a page, with examples from the graph.")
    added.add_argument("folder", type=Path, metavar="DIR")
    added = command("release", release, "Put all that a release holds into a folder, and note it.")
    added.add_argument("folder", type=Path, metavar="DIR")


def export(options: argparse.Namespace) -> int:
    """Write tables and serialisations into a folder."""
    from kg.build import FactsError, facts_of
    from kg.export.graphml import graphml
    from kg.export.package import table_files
    from kg.web.rights import redacted

    forms = dict.fromkeys(options.format or [_TABLES])
    if options.graphs:
        _refuse_without_graphs(forms)
    try:
        settings, tables = facts_of(project_root(options))
    except FactsError as error:
        sys.stderr.write(str(error))
        return FINDINGS
    tables = redacted(tables)
    files: dict[str, bytes] = {}
    for form in forms:
        if form == _TABLES:
            files |= table_files(tables, settings)
        elif form == _NETWORK:
            files["graph.graphml"] = graphml(tables, settings.base)
        else:
            files |= _graph(form, tables, settings.base)
    _write(options.folder, files)
    return CLEAN


def _graph(form: str, tables: Tables, base: str) -> dict[str, bytes]:
    from kg.mapping.rdf12 import FORMATS_12, render12
    from kg.mapping.serialise import render
    from kg.mapping.views import flat
    from kg.rdf.formats import FORMATS

    file, is_flat, key = _GRAPHS[form]
    if key in FORMATS_12:
        return {file: render12(tables, base, FORMATS_12[key])}
    return {file: render(flat(tables) if is_flat else tables, base, FORMATS[key])}


def _refuse_without_graphs(forms: Mapping[str, None]) -> None:
    from kg.mapping.rdf12 import FORMATS_12
    from kg.rdf.formats import FORMATS

    known = {form: {**FORMATS, **FORMATS_12}[key] for form, (_, _, key) in _GRAPHS.items()}
    keeping = [form for form, of in known.items() if of.graphs]
    for form in forms:
        if form not in keeping:
            name = known[form].name if form in known else form
            raise UsageError(f"{name} keeps no named graphs; these do: {', '.join(keeping)}")


def cite(options: argparse.Namespace) -> int:
    """Print a citation."""
    from kg.built import GRAPH, open_built, settings_of
    from kg.export.citation import Citation, articles, as_bibtex, as_cff, as_csl, as_text
    from kg.rdf.store import open_store
    from kg.write import MANIFEST

    root = project_root(options)
    if options.format == "cff":
        if options.event:
            raise UsageError("a CITATION.cff is of the data set: leave EVENT out")
        sys.stdout.write(as_cff(settings_of(root)))
        return CLEAN
    built = open_built(root)
    tell_stale(built.stale)
    event = (options.event or "").removeprefix("event/")
    found = articles(open_store([built.folder / GRAPH]), built.settings.base, event)
    if event and not found:
        raise UsageError(f"no event `{event}` with articles is in the graph; try `kg why {event}`")
    digest = hashlib.sha256((built.folder / MANIFEST).read_bytes()).hexdigest()
    form = {"text": as_text, "bibtex": as_bibtex, "csl": as_csl}[options.format]
    sys.stdout.write(form(Citation(built.settings, digest, found, event)))
    return CLEAN


def docs(options: argparse.Namespace) -> int:
    """Write the documentation of the ontology, with the files it links to."""
    from kg.build import FactsError, facts_of
    from kg.export.documentation import PAGE, documentation
    from kg.export.release import SHAPES, joined
    from kg.rdf.resources import ontology_files, resource, shape_files
    from kg.rdf.version import ontology_version
    from kg.web.rights import redacted

    root = project_root(options)
    try:
        settings, tables = facts_of(root)
    except FactsError as error:
        sys.stderr.write(str(error))
        return FINDINGS
    own = (*ontology_files(), *sorted((root / "ontology").glob("*.ttl")))
    shapes = (*shape_files(), *sorted((root / "shapes").glob("*.ttl")))
    files = {path.name: path.read_bytes() for path in own}
    files[_ONTOLOGY] = joined(files)
    files |= {path.name: path.read_bytes() for path in resource("ontology").glob("*.jsonld")}
    files[SHAPES] = joined({path.name: path.read_bytes() for path in shapes})
    shown = redacted(tables)
    page = documentation(own, shown, settings.base, ontology_version(), sorted(files))
    _write(options.folder, {**files, PAGE: page})
    return CLEAN


def release(options: argparse.Namespace) -> int:
    """Write a release, and the list of its nodes into the project."""
    from kg.build import FactsError, facts_of
    from kg.built import open_built
    from kg.export.release import SUMS, ReleaseError, release_files
    from kg.facts.released import FOLDER, published
    from kg.verified import verify
    from kg.web.articles import NONE
    from kg.web.rights import published as rights

    root = project_root(options)
    built = open_built(root)
    wrong = verify(root)[1]
    if built.stale or wrong:
        raise UsageError(f"the build is not of these facts ({(*built.stale, *wrong)[0]}): kg build")
    try:
        settings, tables = facts_of(root)
        if hidden := sorted(node for node, how in rights(tables).items() if how == NONE):
            raise UsageError(f"{hidden[0]} says `publish: none`, and the graph quotes its words")
        nodes = published(tables)
        files = release_files(root, built.folder, settings, nodes)
    except FactsError as error:
        sys.stderr.write(str(error))
        return FINDINGS
    except ReleaseError as error:
        raise UsageError(str(error)) from None
    listed = root / FOLDER / f"{settings.version}.txt"
    content = "".join(f"{node}\n" for node in nodes)
    if listed.is_file() and listed.read_text("utf-8") != content:
        raise UsageError(
            f"version {settings.version} was released with other nodes: raise `version` in kg.yaml"
        )
    _write(options.folder, files, SUMS)
    listed.parent.mkdir(exist_ok=True)
    listed.write_text(content, encoding="utf-8")
    print(f"noted {len(nodes)} nodes in {FOLDER}/{listed.name}: commit it", file=sys.stderr)
    return CLEAN


def _write(folder: Path, files: Mapping[str, bytes], last: str = "") -> None:
    """Write files by path, each folder at once; a file that has the bytes already stays."""
    from kg.write import write_all

    if folder.is_file():
        raise UsageError(f"{folder} is a file; name a folder")
    by_folder: dict[Path, dict[str, bytes]] = {}
    for path, data in sorted(files.items(), key=lambda item: -item[0].count("/")):
        by_folder.setdefault(folder / Path(path).parent, {})[Path(path).name] = data
    for place, data_of in by_folder.items():
        write_all(place, data_of, last)
    print(f"wrote {len(files)} files into {folder}", file=sys.stderr)
