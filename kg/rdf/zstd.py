"""Zstandard: the module of Python 3.14, and before it the same module from PyPI."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdError, ZstdFile, compress, decompress
else:
    from backports.zstd import ZstdError, ZstdFile, compress, decompress

__all__ = ["EXTENSION", "LEVEL", "ZstdError", "ZstdFile", "compress", "decompress"]

EXTENSION = "zst"
LEVEL = 1
"""The level of what is written: it keeps up with the mapping, and higher ones gain little."""
