"""A project read: settings, registry, facts and texts."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg.check.diagnostic import Findings, Span
from kg.facts.article import Article, read_article
from kg.facts.files import read_bytes
from kg.facts.folder import FOLDERS, SETTINGS
from kg.facts.registry import Registry, read_registry
from kg.facts.settings import Settings, read_settings
from kg.facts.text.archived import ArchivedText
from kg.facts.yaml.nodes import Node, read
from kg.rdf.resources import ontology_files
from kg.rdf.vocabulary import Vocabulary


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


class Texts(Mapping[str, ArchivedText]):
    """The archived texts of a project by article id, each read when it is asked for."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __getitem__(self, article: str) -> ArchivedText:
        path = text_path(self._root, article)
        text = ArchivedText.load(path, path.relative_to(self._root).as_posix(), Findings())
        if text is None:
            raise KeyError(article)
        return text

    def __iter__(self) -> Iterator[str]:
        return (path.stem for path in sorted((self._root / "articles").glob("*.txt")))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def inputs_of(root: Path) -> dict[str, str]:
    """SHA-256 in hex of every file a build reads, by path from the project's root."""
    paths = [root / SETTINGS]
    for folder, suffix in FOLDERS:
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
class Reader:
    """Reads the files of a project; `inputs` are the SHA-256 of those read so far, by path.

    `instead` are bytes to take in place of those of some YAML files.
    """

    root: Path
    findings: Findings
    inputs: dict[str, str] = field(default_factory=dict)
    instead: Mapping[str, bytes] = field(default_factory=dict)

    def shown(self, path: Path) -> str:
        """A path as messages and tables have it."""
        return path.relative_to(self.root).as_posix()

    def yaml(self, path: Path) -> Node | None:
        """The nodes of a YAML file."""
        data = read_bytes(path, self.shown(path), self.findings)
        if data is None:
            return None
        self.inputs[self.shown(path)] = hashlib.sha256(data).hexdigest()
        return read(self.instead.get(self.shown(path), data), self.shown(path), self.findings)

    def files(self, folder: str, suffix: str) -> list[Path]:
        """The files of a folder, sorted."""
        found = (self.root / folder).glob(f"*{suffix}") if (self.root / folder).is_dir() else ()
        return sorted(path for path in found if not path.name.startswith("."))

    def own(self, folder: str) -> tuple[Path, ...]:
        """The Turtle files of a folder, hashed."""
        found = tuple(self.files(folder, ".ttl"))
        for path in found:
            data = read_bytes(path, self.shown(path), self.findings)
            if data is not None:
                self.inputs[self.shown(path)] = hashlib.sha256(data).hexdigest()
        return found

    def settings(self, vocabulary: Vocabulary) -> Settings | None:
        """The project's settings."""
        node = self.yaml(self.root / SETTINGS)
        return read_settings(node, vocabulary, self.findings) if node is not None else None

    def registry(self, settings: Settings, vocabulary: Vocabulary) -> Registry:
        """The registry, names without a tag in the project's first language."""
        nodes = {
            self.shown(path): node
            for path in self.files("registry", ".yaml")
            if (node := self.yaml(path)) is not None
        }
        language = settings.languages[0] if settings.languages else "en"
        return read_registry(nodes, vocabulary, language, self.findings)

    def article(self, path: Path, vocabulary: Vocabulary) -> Article | None:
        """One file of facts."""
        node = self.yaml(path)
        return read_article(node, self.shown(path), vocabulary, self.findings) if node else None

    def text(self, article: Article) -> ArchivedText | None:
        """The archived text of an article."""
        path = text_path(self.root, article.id.value)
        if not path.exists() and not path.is_symlink():
            self.findings.error(
                "text-missing",
                f"no archived text {self.shown(path)} is here",
                article.id.span,
                "put the article's text there, byte for byte",
            )
            return None
        return ArchivedText.load(path, self.shown(path), self.findings)

    def check_unchanged(self, inputs: Mapping[str, str]) -> None:
        """Find the files that were read with other bytes than the whole project was hashed with."""
        for file, digest in self.inputs.items():
            if inputs.get(file) != digest:
                self.findings.error(
                    "input-changed",
                    "this file changed while it was read",
                    Span(file),
                    "run the command again",
                )


def text_path(root: Path, article: str) -> Path:
    """Where the archived text of an article lies."""
    return root / "articles" / f"{article}.txt"


def check_any(articles: int, findings: Findings) -> None:
    """Find a project that is empty: nothing wrong with it would say nothing."""
    if not articles and not findings.has_errors:
        findings.error(
            "project-empty",
            "no facts are here to look at",
            Span("facts"),
            "begin one with `kg new ARTICLE.txt`, or name another project with --project",
        )


def read_project(
    root: Path, findings: Findings, instead: Mapping[str, bytes] | None = None
) -> Project | None:
    """Read a project; None, with findings, when there are no settings to read it by.

    `instead` are bytes to take in place of those of some YAML files, by path.
    """
    reader = Reader(root, findings, instead=instead or {})
    own_ontology, own_shapes = reader.own("ontology"), reader.own("shapes")
    vocabulary = vocabulary_of(root)
    settings = reader.settings(vocabulary)
    if settings is None:
        return None
    registry = reader.registry(settings, vocabulary)
    read = (reader.article(path, vocabulary) for path in reader.files("facts", ".yaml"))
    articles = [article for article in read if article is not None]
    texts = {}
    for article in articles:
        text = reader.text(article)
        if text is not None:
            texts[article.id.value] = text
    check_any(len(articles), findings)
    inputs = inputs_of(root)
    reader.check_unchanged(inputs)
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
