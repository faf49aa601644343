"""Streams: the same lines as rendering all at once, however the tables are sliced."""

from __future__ import annotations

import hashlib
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from zlib import crc32

import polars as pl
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.mapping import sorting
from kg.mapping.pipeline import ahead, in_order
from kg.mapping.serialise import render
from kg.mapping.sorting import Runs
from kg.mapping.stream import write_stream
from kg.mapping.tables import TABLES, Tables
from kg.mapping.templates import templates
from kg.rdf.escape import TermError
from kg.rdf.formats import FORMATS
from kg.rdf.sink import Sink
from kg.rdf.zstd import decompress
from tests.test_mapping import BASE, CLAIMS, small

EXTENSIONS = ("nt", "nq", "ttl")
NASTY = [
    'a "quoted" word', "back\\slash", "line\nbreak", "\r", "\t\b\f", "\u202e\u2028\u0085\ufeff\uffff",
    "\x00\x07\x7f", "é́ حماس 🌍", " . ", "> <", " ;\n    ", "@en", "\\u0041", "'''\"\"\"", "",
]  # fmt: skip


def sliced(tables: Tables, count: int, seed: int = 0) -> list[Tables]:
    """The rows of each subject together in one of some slices, as the contract asks."""
    subjects = {found.table: found.subject.column for found in templates().templates}
    subjects["position"] = "node"
    frames: list[dict[str, pl.DataFrame]] = [{} for _ in range(count)]
    for name in tables:
        table = tables[name]
        slots = [crc32(f"{seed} {value}".encode()) % count for value in table[subjects[name]]]
        for number, found in enumerate(frames):
            found[name] = table.filter(pl.Series(slots, dtype=pl.Int64) == number)
    return [Tables(found) for found in frames]


def many(texts: list[str], events: int) -> Tables:
    """The small graph, names with these texts, and further claims."""
    claims = [
        {**CLAIMS[1], "subject": f"event/e{number}", "object": f"actor/a{number % 3}"}
        for number in range(events)
    ]
    tables = small(claims)
    rows = [
        {"node": f"actor/n{number}", "predicate": "skos:altLabel", "text": text,
         "language": ("en", None)[number % 2], "graph": "graph/registry"}
        for number, text in enumerate(texts)
    ]  # fmt: skip
    names = pl.DataFrame(rows, schema=TABLES["name"].schema)
    return tables.replacing({"name": pl.concat([tables["name"], names])})


def quads(data: bytes, extension: str) -> set[str]:
    form = ox.RdfFormat.from_extension(extension)
    assert form is not None
    return {str(quad) for quad in ox.parse(data, format=form)}


def test_streams_are_what_is_rendered(tmp_path: Path) -> None:
    seen = 0

    @settings(
        max_examples=25, derandomize=True, deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )  # fmt: skip
    @given(
        st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=8)), max_size=6),
        st.integers(0, 12),
        st.integers(1, 5),
        st.sampled_from(EXTENSIONS),
        st.booleans(),
        st.booleans(),
    )
    def check(
        texts: list[str], events: int, slices: int, extension: str, compress: bool, ordered: bool
    ) -> None:
        nonlocal seen
        tables, path = many(texts, events), tmp_path / "graph"
        written = write_stream(
            sliced(tables, slices), BASE, FORMATS[extension], path,
            compress=compress, ordered=ordered,
        )  # fmt: skip
        raw = path.read_bytes()
        data = decompress(raw) if compress else raw
        expected = render(tables, BASE, FORMATS[extension])
        if extension == "ttl":
            assert quads(data, "ttl") == quads(expected, "ttl")
        elif ordered:
            assert data == expected
        else:
            assert sorted(data.split(b"\n")) == sorted(expected.split(b"\n"))
        assert written.triples == len(quads(expected, extension))
        assert (written.bytes, written.uncompressed_bytes) == (len(raw), len(data))
        assert written.sha256 == hashlib.sha256(raw).hexdigest()
        seen += 1

    check()
    assert seen >= 25


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("compress", [False, True])
def test_ordered_bytes_hang_on_the_graph_alone(
    extension: str, compress: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = many(NASTY, 40)
    for name, value in {"_RUN": 30, "_BLOCK": 7, "_MERGED": 3, "_OUT": 16}.items():
        monkeypatch.setattr(sorting, name, value)
    found = set()
    for count, seed in ((1, 0), (2, 1), (7, 2), (40, 3)):
        path = tmp_path / str(count)
        slices = sliced(tables, count, seed)
        write_stream(slices, BASE, FORMATS[extension], path, compress=compress, ordered=True)
        found.add(path.read_bytes())
        slices.reverse()
        write_stream(slices, BASE, FORMATS[extension], path, compress=compress, ordered=True)
        found.add(path.read_bytes())
    assert len(found) == 1
    (data,) = found
    if extension != "ttl":
        assert (decompress(data) if compress else data) == render(tables, BASE, FORMATS[extension])
    assert quads(decompress(data) if compress else data, extension) == quads(
        render(tables, BASE, FORMATS[extension]), extension
    )


def test_turtle_is_grouped_by_subject(tmp_path: Path) -> None:
    one = {"node": "actor/a", "graph": "graph/registry", "predicate": "skos:altLabel"}
    rows = [{**one, "text": 'A "b"', "language": None}, {**one, "text": "c", "language": "en"}]
    entity = [{"id": "actor/a", "class": "kg:Unnamed", "graph": "graph/registry"}]
    tables = Tables(
        {
            "name": pl.DataFrame(rows, schema=TABLES["name"].schema),
            "entity": pl.DataFrame(entity, schema=TABLES["entity"].schema),
        }
    )
    for ordered, expected in (
        (
            False,
            '\n<actor/a> rdf:type kg:Unnamed .\n<actor/a> skos:altLabel "A \\"b\\"" .\n'
            '<actor/a> skos:altLabel "c"@en .\n',
        ),
        (
            True,
            '\n<actor/a> rdf:type kg:Unnamed ;\n    skos:altLabel "A \\"b\\"" ;\n'
            '    skos:altLabel "c"@en .\n',
        ),
    ):
        write_stream([tables], BASE, FORMATS["ttl"], tmp_path / "a.ttl", ordered=ordered)
        text = (tmp_path / "a.ttl").read_text("utf-8")
        assert text[text.index("\n<") :] == expected


def test_nothing_and_no_slices(tmp_path: Path) -> None:
    for slices in ([], [Tables({})]):
        for ordered in (False, True):
            written = write_stream(slices, BASE, FORMATS["nq"], tmp_path / "a.nq", ordered=ordered)
            assert (written.triples, written.bytes, written.uncompressed_bytes) == (0, 0, 0)
            assert (tmp_path / "a.nq").read_bytes() == b""


def test_progress_is_told_in_triples(tmp_path: Path) -> None:
    told: list[int] = []
    tables = many([], 20)
    written = write_stream(
        sliced(tables, 3), BASE, FORMATS["nq"], tmp_path / "a.nq", progress=told.append
    )
    assert told == sorted(told)
    assert told[-1] == written.triples == render(tables, BASE, FORMATS["nq"]).count(b"\n")


def test_an_error_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.nq"
    path.write_text("old")
    tables = small()
    broken = tables.replacing({"best": tables["best"].with_columns(claim=pl.lit("a b"))})

    def failing() -> Iterator[Tables]:
        yield tables
        raise RuntimeError("no more")

    for ordered in (False, True):
        with pytest.raises(TermError, match=r"best\.claim"):
            write_stream([tables, broken], BASE, FORMATS["nq"], path, ordered=ordered)
        with pytest.raises(RuntimeError, match="no more"):
            write_stream(failing(), BASE, FORMATS["nq"], path, ordered=ordered)
        with pytest.raises(TermError, match="base IRI"):
            write_stream([tables], "https://example.org/id", FORMATS["nq"], path, ordered=ordered)
    with pytest.raises(ValueError, match="TriG is not written as a stream"):
        write_stream([tables], BASE, FORMATS["trig"], path)
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["a.nq"]


def test_a_file_is_there_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    with Sink(path) as sink:
        sink.write(b"abc")
        assert not path.exists()
        assert sink.keep() == hashlib.sha256(b"abc").hexdigest()
    assert path.read_bytes() == b"abc"
    assert [found.name for found in path.parent.iterdir()] == ["file"]


def test_jobs_run_ahead_only_as_far_as_told() -> None:
    taken: list[int] = []
    ahead: list[int] = []

    def jobs() -> Iterator[Callable[[], int]]:
        for number in range(50):
            ahead.append(number - len(taken))
            yield partial(int, number)

    with ThreadPoolExecutor(2) as pool:
        in_order(pool, jobs(), taken.append, 3)
    assert taken == list(range(50))
    assert max(ahead) <= 3


def test_runs_sort_by_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"_RUN": 10, "_BLOCK": 3, "_MERGED": 2, "_OUT": 4}.items():
        monkeypatch.setattr(sorting, name, value)
    lines = [
        f"{chr(code)} {number}"
        for number, code in enumerate((*range(0x20, 0x7F), 0xE9, 0x1F30D, 0xFFFD))
    ]
    with Runs(tmp_path) as runs:
        for start in range(0, len(lines), 6):
            runs.add(pl.Series(lines[start : start + 6][::-1]))
        found = list(runs.merged())
    assert {len(piece) for piece in found[:-1]} == {4}
    assert [line for piece in found for line in piece] == sorted(lines, key=str.encode)
    assert list(tmp_path.iterdir()) == []


def test_what_is_made_ahead_comes_in_order() -> None:
    made: list[int] = []
    early: list[int] = []
    found: list[int] = []

    def items() -> Iterator[int]:
        for number in range(50):
            made.append(number)
            yield number

    for number in ahead(items(), 2):
        early.append(len(made) - len(found) - 1)
        found.append(number)
    assert found == list(range(50))
    assert max(early) <= 2


def test_an_error_comes_where_its_item_would_have() -> None:
    def items() -> Iterator[int]:
        yield from range(3)
        raise OSError("gone")

    found: list[int] = []
    with pytest.raises(OSError, match="gone"):
        found.extend(ahead(items()))
    assert found == [0, 1, 2]


def test_freed_memory_is_kept() -> None:
    """A megabyte that is freed and taken again is the same pages, which nobody has to clear."""
    script = (
        "import resource, sys\n"
        "from kg.memory import keep_freed\n"
        "if sys.argv[1] == 'kept':\n"
        "    keep_freed()\n"
        "def take():\n"
        "    return [bytearray(b'x') * (1 << 20) for _ in range(40)]\n"
        "take()\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "for _ in range(5):\n"
        "    take()\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)\n"
    )
    kept, not_kept = (
        int(subprocess.check_output([sys.executable, "-c", script, how])) for how in ("kept", "not")
    )
    # Other C libraries go their own way, and are left to it.
    others = platform.libc_ver()[0] != "glibc"
    assert kept < 1000 or others
    assert not_kept > 40_000 or others
