"""Stores from files: compressed or not, in memory or on disk, and what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.rdf.store import load_store, open_store
from kg.rdf.zstd import compress

ONE = b"<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n"
TWO = b'<https://example.org/a> <https://example.org/b> "d" <https://example.org/g> .\n'


def test_shards_into_a_store_on_disk(tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_bytes(ONE)
    frames = compress(TWO) + compress(TWO.replace(b'"d"', b'"e"'))
    (tmp_path / "b.nq.zst").write_bytes(frames)
    files = [tmp_path / "a.nt", tmp_path / "b.nq.zst"]
    store = load_store(files, tmp_path / "new" / "store")
    assert len(store) == 3
    assert {str(quad) for quad in store} == {str(quad) for quad in open_store(files)}
    assert list((tmp_path / "new" / "store").iterdir())


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.nt", b"<a> <b\n", "a.nt: .*"),
        ("a.nt.zst", compress(b"<a> <b\n"), "a.nt.zst: .*"),
        ("b.nt.zst", compress(ONE)[:-3], "b.nt.zst: damaged Zstandard data: .*"),
        ("c.nt.zst", b"nonsense", "c.nt.zst: damaged Zstandard data: .*"),
        ("d.txt", b"", "no format 'txt'.*"),
    ],
)
def test_what_is_no_graph(name: str, data: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ValueError, match=message):
        load_store([tmp_path / name], tmp_path / "store")


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"b\.nq\.zst"):
        load_store([tmp_path / "b.nq.zst"], tmp_path / "store")
