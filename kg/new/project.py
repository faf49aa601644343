"""A new project: settings, folders, and what git, editors and CI need beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from kg.check.diagnostic import Findings
from kg.facts.files import read_bytes
from kg.facts.folder import SETTINGS
from kg.facts.settings import read_settings
from kg.facts.yaml.nodes import read
from kg.new.article import Refused
from kg.new.coder import git_name
from kg.new.scalars import scalar
from kg.new.schemas import write_schemas
from kg.rdf.vocabulary import Vocabulary

_TEMPLATES = Path(__file__).with_name("templates")
# Where each template goes; those of git are added to what is there, and a README is left alone.
_TARGETS: Mapping[str, str] = {
    "kg.yaml": SETTINGS,
    "registry.yaml": "registry/registry.yaml",
    "gitattributes": ".gitattributes",
    "gitignore": ".gitignore",
    "pre-commit-config.yaml": ".pre-commit-config.yaml",
    "check.yml": ".github/workflows/check.yml",
    "README.md": "README.md",
}
_EMPTY = ("articles/.gitkeep", "facts/.gitkeep")
_ADDED = (".gitattributes", ".gitignore")
_KEPT = "README.md"
_PARLEY = "w3id.org/parley/"


def new_project(folder: Path, base: str, title: str | None, today: str) -> list[str]:
    """Begin a project in a folder; the paths that were written, from it.

    Raises Refused, with nothing written, where a project or one of its files is there, or where
    the base IRI is none or another project's.
    """
    folder = folder.absolute()
    values = {
        "{base}": scalar(base),
        "{title}": scalar(title or folder.name),
        "{creator}": scalar(git_name(_existing(folder)) or title or folder.name),
        "{today}": scalar(today),
        "{version}": version("parley-kg"),
    }
    texts = {target: _filled(name, values) for name, target in _TARGETS.items()}
    _check_free(folder, texts)
    _check_base(folder, base, texts[SETTINGS])
    return list(_write(folder, texts | dict.fromkeys(_EMPTY, "")))


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.is_dir())


def _filled(name: str, values: Mapping[str, str]) -> str:
    text = (_TEMPLATES / name).read_text("utf-8")
    for place, value in values.items():
        text = text.replace(place, value)
    return text


def _check_free(folder: Path, texts: Mapping[str, str]) -> None:
    if folder.exists() and not folder.is_dir():
        raise Refused(f"{folder} is a file; name a folder")
    for target in texts:
        if target not in (*_ADDED, _KEPT) and (folder / target).exists():
            raise Refused(f"{folder / target} is there already; begin in another folder")


def _check_base(folder: Path, base: str, settings: str) -> None:
    findings = Findings()
    node = read(settings.encode(), SETTINGS, findings)
    if node is not None:
        read_settings(node, Vocabulary.builtin(), findings)
    for finding in findings:
        raise Refused(f"{finding.message}: {finding.fix}")
    if _place(base).startswith(_PARLEY):
        raise Refused(
            f"{base} belongs to Parley's own data; choose an IRI at an address of yours, so that "
            "no two projects make the same ids"
        )
    for other in _neighbours(folder):
        if _place(_base_of(other)) == _place(base):
            raise Refused(
                f"{other} has the base {base}; two projects with one base would make the same ids"
            )


def _place(base: str) -> str:
    """An IRI without its scheme, as two that lead to one place are compared."""
    parts = urlsplit(base)
    end = "#" if base.endswith("#") else ""
    return f"{parts.netloc.lower()}{parts.path}{end}"


def _neighbours(folder: Path) -> Iterator[Path]:
    """Settings of projects around a folder and beside it."""
    for parent in folder.parents:
        if (parent / SETTINGS).is_file():
            yield parent / SETTINGS
    if folder.parent.is_dir():
        yield from sorted(folder.parent.glob(f"*/{SETTINGS}"))


def _base_of(settings: Path) -> str:
    findings = Findings()
    data = read_bytes(settings, SETTINGS, findings)
    node = read(data, SETTINGS, findings) if data is not None else None
    found = read_settings(node, Vocabulary.builtin(), findings) if node is not None else None
    return found.base if found else ""


def _write(folder: Path, texts: Mapping[str, str]) -> Iterator[str]:
    for target, text in texts.items():
        path = folder / target
        if path.exists() and target not in _ADDED:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
        yield target
    yield from write_schemas(folder)
