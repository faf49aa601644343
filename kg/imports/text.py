"""Delimited text to frames of strings: every record held to the number of its columns.

No record is looked at by itself but the bad ones. A record's number counts from 1, without the
header; a value keeps its characters, so that `007` and an empty text stay what they are.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO

import polars as pl

from kg.imports.faults import Faults, fault, fault_rows
from kg.imports.files import FileError
from kg.imports.spec import FileForm

LONGEST = 8 << 20
"""Bytes that one record may have."""
ROW = "@row"
_MARK = b"\xef\xbb\xbf"
_UNDECODED = re.compile("[\udc80-\udcff]")
_ENCODING_FIX = "save the file as UTF-8"
_RAGGED_FIX = "mend the row: a value that holds the delimiter goes in quotation marks"
_QUOTE_FIX = (
    "put the value in quotation marks and double those inside it, or write `quote: none` in the "
    "specification"
)


def pieces(blocks: Iterable[bytes], quote: str | None) -> Iterator[bytes]:
    """Whole records, many at a time, each piece but the last ending in a newline.

    Raises FileError for a record longer than LONGEST and for a quotation mark never closed.
    """
    carried = b""
    first = True
    for block in blocks:
        data = carried + block
        if first:
            _check_encoding(data)
            data = data.removeprefix(_MARK)
            first = False
        cut = _end(data, quote)
        carried = data[cut:]
        if cut:
            yield data[:cut]
        if len(carried) > LONGEST:
            raise FileError(
                "row-length",
                f"a record goes on for more than {LONGEST} bytes",
                "close its quotation mark, or see that lines end in a newline",
            )
    if quote and carried.count(quote.encode()) % 2:
        raise FileError(
            "row-quote",
            "the quotation mark that opens in this record is never closed",
            "close it, or write `quote: none` in the specification where values have no quotes",
        )
    if carried:
        yield carried


def _check_encoding(data: bytes) -> None:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:2].count(0) == 1:
        raise FileError("table-encoding", "byte 0 on is UTF-16 or UTF-32, not UTF-8", _ENCODING_FIX)


def _end(data: bytes, quote: str | None) -> int:
    """Where the last whole record ends: behind a newline that stands in no quotes."""
    end = data.rfind(b"\n") + 1
    mark = quote.encode() if quote else b""
    if not mark or mark not in data:
        return end
    before = data.count(mark, 0, end)
    while end and before % 2:
        start = data.rfind(b"\n", 0, end - 1) + 1
        before -= data.count(mark, start, end)
        end = start
    return end


@dataclass(slots=True)
class TextReader:
    """Reads the pieces of one file in order; `rows` are the records read so far."""

    form: FileForm
    shown: str
    faults: Faults
    columns: tuple[str, ...] = ()
    rows: int = 0
    offset: int = 0

    def header(self, piece: bytes) -> bytes:
        """Take the names of the columns from the first record; returns what follows it."""
        quote = self.form.quote
        end = piece.find(b"\n") + 1 or len(piece)
        while quote and piece.count(b'"', 0, end) % 2:
            end = piece.find(b"\n", end) + 1 or len(piece)
        try:
            text = piece[:end].decode().rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise FileError(
                "table-encoding", f"byte {error.start} is not UTF-8", _ENCODING_FIX
            ) from None
        self.columns = tuple(self.values(text))
        self.offset += end
        return piece[end:]

    def values(self, record: str) -> list[str]:
        """The values of one record."""
        if self.form.quote is None:
            return record.split(self.form.delimiter)
        return next(csv.reader([record], delimiter=self.form.delimiter), [""])

    def frame(self, piece: bytes, wanted: list[str]) -> pl.DataFrame:
        """The good records of a piece: the columns wanted, and ROW with their numbers."""
        text, undecoded = self._decoded(piece)
        records = _records(text, self.form.quote)
        fields = self._fields(records)
        good = fields if not undecoded else fields & ~_at(undecoded, records)
        numbers = pl.int_range(self.rows + 1, self.rows + 1 + len(records), eager=True)
        if not good.all():
            self._tell(records.filter(~fields), numbers.filter(~fields))
            text = records.filter(good).str.join("\n").item() + "\n" if good.any() else ""
            numbers = numbers.filter(good)
        self.rows += len(records)
        self.offset += len(piece)
        if not text:
            return pl.DataFrame(schema={**dict.fromkeys(wanted, pl.String), ROW: pl.Int64})
        if text.startswith("\ufeff"):  # the reader takes one away, wherever the text is from
            text = "\ufeff" + text
        found = pl.read_csv(
            BytesIO(text.encode()),
            has_header=False,
            separator=self.form.delimiter,
            quote_char=self.form.quote,
            schema=dict.fromkeys(self.columns, pl.String),
            empty_string_is_null=False,
        )
        if found.height != len(numbers):
            raise RuntimeError(f"{len(numbers)} records were read as {found.height}")
        return found.select(*wanted, numbers.alias(ROW))

    def _decoded(self, piece: bytes) -> tuple[str, list[int]]:
        """The text, and the lines in which bytes were no UTF-8; those are told."""
        try:
            return piece.decode(), []
        except UnicodeDecodeError:
            text = piece.decode(errors="surrogateescape")
        lines: list[int] = []
        told = []
        at = line = 0
        for found in _UNDECODED.finditer(text):
            line += text.count("\n", at, found.start())
            at = found.start()
            if line in lines[-1:]:
                continue
            lines.append(line)
            offset = self.offset + len(text[:at].encode(errors="surrogateescape"))
            told.append((line, f"byte {offset} of the file (0x{ord(found[0]) - 0xDC00:02X})"))
        text = _UNDECODED.sub("\ufffd", text)
        owners = _owners(text, self.form.quote)
        rows = [
            fault(
                "table-encoding",
                f"{byte} is not UTF-8",
                _ENCODING_FIX,
                self.rows + 1 + owners[line],
            )
            for line, byte in told
        ]
        self.faults.bad(self.shown, fault_rows(rows))
        return text, sorted({owners[line] for line in lines})

    def _fields(self, records: pl.Series) -> pl.Series:
        """Whether each record has the columns that are due, and quotes only around values."""
        commas = records.str.count_matches(self.form.delimiter, literal=True)
        right = commas == len(self.columns) - 1
        if self.form.quote is None or not records.str.contains('"', literal=True).any():
            return right
        mark = re.escape(self.form.delimiter)
        value = f'(?:"(?:[^"]|"")*"|[^"{mark}]*)'
        whole = f"^{value}(?:{mark}{value}){{{len(self.columns) - 1}}}\r?$"
        quoted = records.str.contains('"', literal=True)
        return (quoted & records.str.contains(whole)) | (~quoted & right)

    def _tell(self, records: pl.Series, numbers: pl.Series) -> None:
        due = len(self.columns)
        rows = []
        for record, number in zip(records, numbers, strict=True):
            found = len(self.values(record)) if record else 0
            if found == due:
                message = "a quotation mark stands inside a value"
                rows.append(fault("row-quote", message, _QUOTE_FIX, number))
            elif found:
                message = f"{found} values where {due} are due"
                rows.append(fault("row-ragged", message, _RAGGED_FIX, number))
            else:
                rows.append(fault("row-ragged", "the line is empty", "take the line out", number))
        self.faults.bad(self.shown, fault_rows(rows))


def _lines(text: str) -> pl.Series:
    lines = pl.Series([text.removesuffix("\n")]).str.split("\n").explode()
    return lines.alias("line")


def _ids(lines: pl.Series) -> pl.Series:
    """The record, from 0, that each line belongs to."""
    open_after = lines.str.count_matches('"', literal=True).cum_sum() % 2
    begins = (open_after == 0).shift(1, fill_value=True)
    return (begins.cast(pl.Int64).cum_sum() - 1).alias("record")


def _owners(text: str, quote: str | None) -> list[int]:
    lines = _lines(text)
    return list(range(len(lines))) if quote is None else _ids(lines).to_list()


def _records(text: str, quote: str | None) -> pl.Series:
    """The records of a text, without the newline at the end of each."""
    lines = _lines(text)
    if quote is None or '"' not in text:
        return lines
    ids = _ids(lines)
    if ids[-1] + 1 == len(lines):
        return lines
    frame = pl.DataFrame([lines, ids])
    joined = frame.group_by("record", maintain_order=True).agg(pl.col("line").str.join("\n"))
    return joined.get_column("line")


def _at(indices: list[int], records: pl.Series) -> pl.Series:
    return pl.int_range(len(records), eager=True).is_in(indices)
