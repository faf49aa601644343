"""A project's folder: where settings, registry, facts and texts lie, and reading them."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg.check.diagnostic import Findings, Span
from kg.facts.article import Article, read_article
from kg.facts.files import read_bytes
from kg.facts.registry import Registry, read_registry
from kg.facts.settings import Settings, read_settings
from kg.facts.text.archived import ArchivedText
from kg.facts.yaml.nodes import Node, read
from kg.rdf.resources import ontology_files
from kg.rdf.vocabulary import Vocabulary

SETTINGS = "kg.yaml"
_FOLDERS = (
    ("facts", ".yaml"),
    ("registry", ".yaml"),
    ("articles", ".txt"),
    ("ontology", ".ttl"),
    ("shapes", ".ttl"),
)


@dataclass(frozen=True, slots=True)
class Project:
    """All that a project holds, read; `inputs` are the SHA-256 of every file read, by path."""

    root: Path
    settings: Settings
    vocabulary: Vocabulary
    registry: Registry
    articles: tuple[Article, ...]
    texts: Mapping[str, ArchivedText]
    inputs: Mapping[str, str]
    ontology: tuple[Path, ...] = ()
    shapes: tuple[Path, ...] = ()

    @property
    def output(self) -> Path:
        """The folder that the build writes."""
        return (self.root / self.settings.output).resolve()

    def unread_texts(self) -> Iterator[tuple[str, ArchivedText]]:
        """Archived texts from which no facts were written, by article id, those that can be read.

        Read when they are asked for: nothing rests on them.
        """
        for path in sorted((self.root / "articles").glob("*.txt")):
            if path.stem not in self.texts and not path.name.startswith("."):
                shown = path.relative_to(self.root).as_posix()
                text = ArchivedText.load(path, shown, Findings())
                if text is not None:
                    yield path.stem, text


def find_root(start: Path) -> Path | None:
    """The folder that holds `kg.yaml`: the nearest upward from `start`, else its `seeds`."""
    for folder in (start, *start.parents):
        if (folder / SETTINGS).exists():
            return folder
    return start / "seeds" if (start / "seeds" / SETTINGS).exists() else None


def inputs_of(root: Path) -> dict[str, str]:
    """SHA-256 in hex of every file a build reads, by path from the project's root."""
    paths = [root / SETTINGS]
    for folder, suffix in _FOLDERS:
        paths += (root / folder).glob(f"*{suffix}")
    digests = {}
    for path in sorted(paths):
        if path.is_file() and not path.name.startswith("."):
            # One that cannot be read is told of by whoever reads it.
            with contextlib.suppress(OSError):
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                digests[path.relative_to(root).as_posix()] = digest
    return digests


def vocabulary_of(root: Path) -> Vocabulary:
    """The package's vocabulary with what the project's own `ontology/` adds."""
    own = tuple(sorted((root / "ontology").glob("*.ttl")))
    return Vocabulary.load((*ontology_files(), *own)) if own else Vocabulary.builtin()


@dataclass(slots=True)
class _Reader:
    root: Path
    findings: Findings
    inputs: dict[str, str] = field(default_factory=dict)
    instead: Mapping[str, bytes] = field(default_factory=dict)

    def shown(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def yaml(self, path: Path) -> Node | None:
        data = read_bytes(path, self.shown(path), self.findings)
        if data is None:
            return None
        self.inputs[self.shown(path)] = hashlib.sha256(data).hexdigest()
        return read(self.instead.get(self.shown(path), data), self.shown(path), self.findings)

    def files(self, folder: str, suffix: str) -> list[Path]:
        found = (self.root / folder).glob(f"*{suffix}") if (self.root / folder).is_dir() else ()
        return sorted(path for path in found if not path.name.startswith("."))


def read_project(
    root: Path, findings: Findings, instead: Mapping[str, bytes] | None = None
) -> Project | None:
    """Read a project; None, with findings, when there are no settings to read it by.

    `instead` are bytes to take in place of those of some YAML files, by path.
    """
    reader = _Reader(root, findings, instead=instead or {})
    own_ontology = tuple(reader.files("ontology", ".ttl"))
    own_shapes = tuple(reader.files("shapes", ".ttl"))
    for path in (*own_ontology, *own_shapes):
        data = read_bytes(path, reader.shown(path), findings)
        if data is not None:
            reader.inputs[reader.shown(path)] = hashlib.sha256(data).hexdigest()
    vocabulary = vocabulary_of(root)
    node = reader.yaml(root / SETTINGS)
    settings = read_settings(node, vocabulary, findings) if node is not None else None
    if settings is None:
        return None
    language = settings.languages[0] if settings.languages else "en"
    registry_nodes = {
        reader.shown(path): node
        for path in reader.files("registry", ".yaml")
        if (node := reader.yaml(path)) is not None
    }
    registry = read_registry(registry_nodes, vocabulary, language, findings)
    articles = []
    for path in reader.files("facts", ".yaml"):
        node = reader.yaml(path)
        article = read_article(node, reader.shown(path), vocabulary, findings) if node else None
        if article is not None:
            articles.append(article)
    texts = {}
    for article in articles:
        text = _text(reader, article)
        if text is not None:
            texts[article.id.value] = text
    if not articles and not findings.has_errors:
        findings.error(
            "project-empty",
            "no facts are here to look at",
            Span("facts"),
            "begin one with `kg new ARTICLE.txt`, or name another project with --project",
        )
    inputs = inputs_of(root)
    for file, digest in reader.inputs.items():
        if inputs.get(file) != digest:
            findings.error(
                "input-changed",
                "this file changed while it was read",
                Span(file),
                "run the command again",
            )
    return Project(
        root,
        settings,
        vocabulary,
        registry,
        tuple(articles),
        texts,
        inputs,
        own_ontology,
        own_shapes,
    )


def _text(reader: _Reader, article: Article) -> ArchivedText | None:
    path = reader.root / "articles" / f"{article.id.value}.txt"
    if not path.exists() and not path.is_symlink():
        reader.findings.error(
            "text-missing",
            f"no archived text {reader.shown(path)} is here",
            article.id.span,
            "put the article's text there, byte for byte",
        )
        return None
    return ArchivedText.load(path, reader.shown(path), reader.findings)
