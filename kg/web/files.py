"""Files of a site as they are written, by this process or by another one of this program.

What goes to another one and back is MessagePack, each message behind its length.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct
from msgspec.msgpack import Decoder, Encoder

from kg.web.model import Draft
from kg.web.rendered import Settings
from kg.web.replies import HEAD


class Begin(Struct, frozen=True, tag=True):
    """What a process that writes begins with: the site's folder, and what pages say of the site."""

    folder: str
    settings: Settings


class Batch(Struct, frozen=True, tag=True):
    """Pages to render and write."""

    drafts: list[Draft]


class Ready(Struct, frozen=True, tag=True):
    """Files to write as they are: paths and bytes."""

    files: list[tuple[str, bytes]]


class Sizes(Struct, frozen=True, tag=True):
    """The bytes of every file that was written, by path; the last message, and a good end."""

    by_path: dict[str, int]


class Failure(Struct, frozen=True, tag=True):
    """What the system would not do; the last message, and a bad end."""

    number: int
    text: str
    path: str


Message = Begin | Batch | Ready
Last = Sizes | Failure

MESSAGE = Decoder(Message)
LAST = Decoder(Last)
_ENCODER = Encoder()


def message(content: Message | Last) -> bytearray:
    """A message with its length before it, as `kg.web.replies.Frames` takes it apart."""
    data = bytearray(HEAD.size)
    _ENCODER.encode_into(content, data, HEAD.size)
    HEAD.pack_into(data, 0, len(data) - HEAD.size)
    return data


def write_files(folder: str, files: Iterable[tuple[str, bytes]]) -> dict[str, int]:
    """Write files into a folder; their sizes by path. Raises OSError."""
    written: dict[str, int] = {}
    made: set[str] = set()
    for name, data in files:
        parent = name.rpartition("/")[0]
        if parent not in made:
            Path(folder, parent).mkdir(parents=True, exist_ok=True)
            made.add(parent)
        # As bare as can be, since there may be some hundred thousand.
        file = os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(file, rest) :]
        finally:
            os.close(file)
        written[name] = len(data)
    return written
