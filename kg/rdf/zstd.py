"""Zstandard: the module of Python 3.14, and before it the same module from PyPI."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 14):
    from compression import zstd
    from compression.zstd import CompressionParameter, ZstdError, ZstdFile, decompress
else:
    from backports import zstd
    from backports.zstd import CompressionParameter, ZstdError, ZstdFile, decompress

__all__ = ["EXTENSION", "ZstdError", "ZstdFile", "compress", "decompress"]

EXTENSION = "zst"
# Level 1 keeps up with the mapping, and higher ones gain little. Lines of triples repeat what stood
# shortly before: a table of their places that fits the first cache takes a fifth of the time off.
_OPTIONS: dict[int, int] = {
    CompressionParameter.compression_level: 1,
    CompressionParameter.hash_log: 11,
}


def compress(data: bytes) -> bytes:
    """A frame of these bytes."""
    return zstd.compress(data, options=_OPTIONS)
