"""Imports point one way: every import of every module, the lazy and type-only ones too."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent
# From the plain values up to the command line; a module imports only from its own layer or below.
LAYERS = (
    ("kg.check.diagnostic", "kg.memory", "kg.processes"),
    ("kg.rdf",),
    ("kg.mapping",),
    ("kg.facts",),
    ("kg.imports",),
    ("kg.check",),
    ("kg.ask",),
    ("kg.write", "kg.export"),
    ("kg.cache",),
    ("kg.git",),
    ("kg.since",),
    (
        "kg.build",
        "kg.bulk",
        "kg.bulk_shapes",
        "kg.built",
        "kg.joined",
        "kg.spark",
        "kg.new",
        "kg.push",
        "kg.sides",
    ),
    ("kg.notebook", "kg.verified", "kg.web"),
    ("kg.commands",),
    ("kg.cli",),
    ("kg",),
)


def modules() -> dict[str, Path]:
    found = {}
    for path in sorted((ROOT / "kg").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, known: dict[str, Path]) -> set[str]:
    """Every module of the package that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in known else node.module)
        elif isinstance(node, ast.ImportFrom):
            found.add(f"relative import in {path.name}")
    return {name for name in found if name.split(".")[0] == "kg" or name.startswith("relative")}


def layer(module: str) -> int:
    """The layer whose name is the longest that the module begins with."""
    matches = [
        (len(name), index)
        for index, names in enumerate(LAYERS)
        for name in names
        if module == name or (name != "kg" and module.startswith(name + "."))
    ]
    return max(matches)[1]


def test_imports_point_downwards_and_make_no_cycle() -> None:
    known = modules()
    edges = {name: imports(path, known) - {name} for name, path in known.items()}
    upward = [
        f"{name} -> {target}"
        for name, targets in edges.items()
        for target in targets
        if layer(target) > layer(name)
    ]
    assert upward == []
    order = list(TopologicalSorter(edges).static_order())
    assert set(order) >= set(known)
    assert len(known) > 60
    assert sum(map(len, edges.values())) > 150


def test_lazy_and_type_only_imports_count(tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text(
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from kg.cli import main\n"
        "def f():\n    import kg.build\n    from kg import ask\n"
    )
    assert imports(file, modules()) == {"kg.cli", "kg.build", "kg.ask"}


def test_starting_the_command_line_loads_no_engine() -> None:
    import subprocess
    import sys

    code = (
        "import sys, kg.cli; "
        "print(sorted({'polars', 'rdflib', 'pyshacl', 'pyoxigraph', 'yaml'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "[]\n"
