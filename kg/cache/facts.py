"""The facts of a project as tables and findings: with what was kept where it still holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from kg.cache.codec import unpacked
from kg.cache.digests import names_in
from kg.cache.kept import Kept, found_in
from kg.cache.layers import RAW, Layers, changed_subjects, differing, with_events
from kg.cache.reading import Read, Reading, TooMuch, texts_digest
from kg.cache.registry import (
    RegistryNeeded,
    kept_registry,
    registry_content,
    registry_found,
    registry_frame,
)
from kg.cache.shares import Shares, shared_out
from kg.check.diagnostic import Findings
from kg.facts.compile import Counts
from kg.facts.project import Project, Reader, Texts, check_any, vocabulary_of
from kg.facts.registry import Registry, registry_rows
from kg.facts.rows import LATER, ORIGIN, Rows
from kg.mapping.ranks import ranked
from kg.rdf.vocabulary import Vocabulary

# The stages of reading a file before what all files declare is looked at, and after.
_BEFORE, _AFTER = ("read", "text"), ("compile", "settle")


@dataclass(frozen=True, slots=True)
class Facts:
    """A project's facts: tables as layers over what was kept, and what was counted.

    `before` are the layers without anything over them, `subjects` the nodes whose triples differ
    between the two. `again` is the number of files that were read anew; `frames` and `registry`
    are to be kept.
    """

    project: Project
    layers: Layers
    before: Layers
    subjects: pl.Series
    counts: Counts
    again: int
    frames: Mapping[str, pl.DataFrame]
    registry: dict[str, Any]

    def about(self, paths: Collection[str]) -> set[str]:
        """The files of facts among some paths, and those whose archived text is among them."""
        articles = [Path(path).stem for path in paths if path.startswith("articles/")]
        files = self.frames["files"]
        theirs = files.filter(pl.col("article").is_in(articles))["path"]
        return {*theirs, *(path for path in paths if path.startswith("facts/"))}


def read_facts(
    root: Path, kept: Kept, inputs: Mapping[str, str], findings: Findings, most: int
) -> Facts | None:
    """Read and compile what changed; None, with findings, where there are no settings.

    Raises `kg.cache.reading.TooMuch` and `kg.cache.container.Broken`.
    """
    paths = [f"facts/{name}" for name in names_in(root / "facts", ".yaml")]
    with shared_out(root, [] if kept.registry else paths) as shares:
        return _read_facts(root, kept, inputs, findings, most, paths, shares)


def _read_facts(
    root: Path,
    kept: Kept,
    inputs: Mapping[str, str],
    findings: Findings,
    most: int,
    paths: list[str],
    shares: Shares | None,
) -> Facts | None:
    reader = Reader(root, findings)
    ontology, shapes = reader.own("ontology"), reader.own("shapes")
    vocabulary = vocabulary_of(root)
    settings = reader.settings(vocabulary)
    if settings is None:
        return None
    before_registry = len(findings.items)

    def read_registry() -> Registry:
        del findings.items[before_registry:]
        return reader.registry(settings, vocabulary)

    def read(registry: Registry) -> Read:
        if shares is not None:
            with suppress(TooMuch):
                own = Reader(root, Findings())
                result = shares.read(root, inputs, vocabulary, registry, own)
                reader.inputs |= own.inputs
                return result
        own = Reader(root, Findings())
        result = Reading(root, kept, inputs, vocabulary, registry, paths, most, own).read()
        reader.inputs |= own.inputs
        return result

    anew = not kept.registry
    registry = read_registry() if anew else kept_registry(kept.frames["entries"], kept.registry)
    try:
        found = read(registry)
    except RegistryNeeded:
        registry = read_registry()
        found = read(registry)
    articles = frozenset(found.frames["files"]["article"].drop_nulls())
    if not anew and any((s in articles) != is_one for s, is_one in _sources(kept)):
        # Whether a source is an article of the project decides what the entry is linked to.
        registry, anew = read_registry(), True
    content = {**kept.registry, "texts": texts_digest(inputs)}
    entries = kept.frames["entries"]
    if anew:
        content |= registry_content(registry, articles, findings.items[before_registry:])
        entries = registry_frame(registry)
    del findings.items[before_registry:]
    findings.items += registry_found(content)
    _tell(found, findings, inputs, reader)
    over = _over(found, registry if anew else None, articles)
    order = found.order
    if anew:  # the registry's own rows too
        order = pl.concat([pl.Series([None], dtype=pl.Int32), order[1:]])
    layers, before, subjects = _layers(kept, order, over, vocabulary)
    files = found.frames["files"]
    counts = Counts(
        articles=int(files["article"].count()),
        passages=int(files["passages"].sum()),
        empty_passages=int(files["empty"].sum()),
        quotes_proved=int(files["proved"].sum()),
        facts=int(files["facts"].sum()),
        registry_entries=len(registry.entries),
    )
    project = Project(
        root, settings, vocabulary, registry, (), Texts(root), inputs, ontology, shapes
    )
    frames = {**found.frames, "entries": entries}
    return Facts(project, layers, before, subjects, counts, len(found.again), frames, content)


def _sources(kept: Kept) -> list[tuple[str, bool]]:
    return list(kept.registry["sources"].items())


def _tell(found: Read, findings: Findings, inputs: Mapping[str, str], reader: Reader) -> None:
    """All that was found in files and in what they declare, in one order."""
    files = found.frames["files"]
    by_path = sorted(found_in(found.frames["found"]), key=lambda row: row[0])
    numbers = {path: number for number, path in enumerate(files["path"])}
    by_article = sorted(by_path, key=lambda row: numbers[row[0]])
    for stage in _BEFORE:
        findings.items += [item for _, of, item in by_path if of == stage]
    check_any(int(files["article"].count()), findings)
    reader.check_unchanged(inputs)
    wrong = sorted(found.frames["undeclared"].iter_rows(), key=lambda row: str(row[0]))
    findings.items += [unpacked(plain) for _, plain in wrong]
    for stage in _AFTER:
        findings.items += [item for _, of, item in by_article if of == stage]


def _over(
    found: Read, registry: Registry | None, articles: frozenset[str]
) -> dict[str, pl.DataFrame]:
    if registry is None:
        return found.rows
    rows = Rows()
    registry_rows(registry, articles, rows)
    own = rows.frames()
    return {name: pl.concat([own[name], frame]) for name, frame in found.rows.items()}


def _layers(
    kept: Kept, order: pl.Series, over: Mapping[str, pl.DataFrame], vocabulary: Vocabulary
) -> tuple[Layers, Layers, pl.Series]:
    """The layers now and before, and the subjects that differ between them."""
    numbers = pl.Series(range(len(order)), dtype=pl.Int32)
    before = Layers(kept.base, numbers, {})
    layers = Layers(kept.base, order, over)
    if len(order) == 1:  # nothing was kept
        claims = layers.table("claim")
        layers.derived = with_events(_ranked(claims, vocabulary), claims)
        return layers, before, pl.Series([], dtype=pl.String)
    dropped = numbers.filter(order.is_null())
    old = {
        table: _of_files(kept.base.frame(table), dropped) for table in RAW if table != "position"
    }
    subjects = changed_subjects(old, over)
    events = _events(old["claim"], over["claim"], subjects)
    layers.events = events
    claims = layers.find("claim", "subject", events)
    layers.derived = with_events(_ranked(claims, vocabulary), claims)
    ids = [claims.get_column("id"), before.find("claim", "subject", events).get_column("id")]
    return layers, before, differing(before, layers, pl.concat([subjects, events, *ids]).unique())


def _of_files(frame: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    return frame.filter((pl.col(ORIGIN) % LATER).is_in(numbers.implode()))


def _events(old: pl.DataFrame, new: pl.DataFrame, subjects: pl.Series) -> pl.Series:
    """The subjects of claims that changed."""
    changed = pl.col("id").is_in(subjects.implode())
    found = [frame.filter(changed).get_column("subject") for frame in (old, new)]
    return pl.concat(found).unique()


def _ranked(claims: pl.DataFrame, vocabulary: Vocabulary) -> dict[str, pl.DataFrame]:
    return ranked(
        claims,
        vocabulary.single_valued(),
        {name: vocabulary.superclasses(name) for name in vocabulary.classes()},
    )
