"""Files that come with the package: the ontology, the shapes, the query library."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

Kind = Literal["ontology", "shapes", "queries"]

_PACKAGE = Path(__file__).parent.parent


def resource(kind: Kind, package: Path = _PACKAGE) -> Path:
    """The folder with the files of a kind, in an installed package or in a source checkout.

    Raises FileNotFoundError where the package came without it.
    """
    if kind == "queries":
        places = [package / "ask" / kind]
    else:
        # The packaged copy first: beside an installed package stand other people's folders.
        places = [package / "_data" / kind, package.parent / kind]
    for place in places:
        if place.is_dir():
            return place
    looked = " and ".join(str(place) for place in places)
    raise FileNotFoundError(f"the {kind} of Parley are missing (looked in {looked}): reinstall it")


def ontology_files(package: Path = _PACKAGE) -> tuple[Path, ...]:
    """The Turtle files of the ontology, sorted by name; raises FileNotFoundError if none."""
    return _turtle("ontology", package)


def shape_files(package: Path = _PACKAGE) -> tuple[Path, ...]:
    """The Turtle files of the shapes, sorted by name; raises FileNotFoundError if none."""
    return _turtle("shapes", package)


def _turtle(kind: Kind, package: Path) -> tuple[Path, ...]:
    folder = resource(kind, package)
    files = tuple(sorted(folder.glob("*.ttl")))
    if not files:
        raise FileNotFoundError(f"no Turtle file in {folder}: reinstall Parley")
    return files
