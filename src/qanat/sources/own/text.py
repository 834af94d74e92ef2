"""A text table as a grid: its encoding, the sign between its cells, its rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import polars as pl

from qanat.errors import SourceError
from qanat.sources.own.grid import MOST_COLUMNS, Grid, within

ENCODINGS: Final = ("utf-8", "utf-16", "windows-1252", "windows-1256", "windows-1251", "latin-1")
_SIGNS: Final = ",;\t|"
_ROWS: Final = 5_000
_SAMPLE: Final = 200_000
_TOLD: Final = 5
_UNASSIGNED: Final = b"\x81\x8d\x8f\x90\x9d"  # in Windows-1252
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_OPEN: Final = "a quotation mark is left open in it, or stands inside a cell in quotes"
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_RUN: Final = re.compile(rb"[\x80-\xff]{2,}")


def text_grid(data: bytes, what: str, encoding: str | None = None) -> Grid:
    """The table in a text file.

    encoding  of ENCODINGS, as a mapping file says; null: told by the bytes, and noted where it was not UTF-8
    Raises SourceError for a file of several encodings (with the rows), and where it is no table.
    """
    found = encoding or told_encoding(data, what)
    if found == "utf-16" and not data.startswith(_UTF_16):
        found = _order(data) or found
    sign = _sign(data, found)
    try:
        cells = _cells(data, found, sign, what)
    except UnicodeError as cause:
        where = f" ({cause.reason} at byte {cause.start:,})" if isinstance(cause, UnicodeDecodeError) else ""
        raise SourceError(f"{what} is not in {found}{where}; say which encoding it has in the mapping file") from cause
    notes = (
        ()
        if found.startswith("utf-8")
        else (f"read as {found}: if names look wrong, say encoding = in a mapping file",)
    )
    return Grid(kind="text", name=None, cells=cells, notes=notes)


def told_encoding(data: bytes, what: str) -> str:
    """The encoding the bytes show: by their mark, as UTF-8, else by the letters. Raises SourceError for a mixture."""
    if data.startswith(_UTF_16):
        return "utf-16"
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if b"\0" in data[:_SAMPLE]:
        if order := _order(data):
            return order
        raise SourceError(
            f"{what} is no table: it holds bytes of zero, as programs and pictures do. CSV, XLSX, ODS and Parquet are read"
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _code_page(data, what)
    return "utf-8"


def _order(data: bytes) -> str | None:
    """UTF-16 in one order of bytes, where every second byte of signs and digits is zero; null where that is not so."""
    sample = data[: _SAMPLE // 2 * 2]
    first, second = sample[::2].count(0), sample[1::2].count(0)
    if min(first, second) or max(first, second) * 10 < len(sample) // 2:
        return None
    order = "utf-16-le" if second else "utf-16-be"
    return None if _CONTROL.search(sample.decode(order, "replace")) else order


def _code_page(data: bytes, what: str) -> str:
    marked = [(at, line) for at, line in enumerate(data.split(b"\n"), 1) if not line.isascii()]
    sound = [at for at, line in marked if _is_utf8(line)]
    if sound:
        odd = [at for at, line in marked if not _is_utf8(line)]
        raise SourceError(
            f"{what} mixes encodings: {len(sound):,} rows are in UTF-8 (first row {sound[0]}), {len(odd):,} are not "
            f"(rows {', '.join(map(str, odd[:_TOLD]))}{' ...' if len(odd) > _TOLD else ''}). Save the whole table anew as UTF-8, "
            "or say encoding = in a mapping file"
        )
    every = b"\n".join(line for _, line in marked[:_ROWS])
    together = sum(len(run) for run in _RUN.findall(every))
    if together * 2 < sum(byte > 0x7F for byte in every):  # accented letters stand alone among plain ones
        return "latin-1" if any(byte in _UNASSIGNED for byte in every) else "windows-1252"
    return _script(every)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _script(every: bytes) -> str:
    """Cyrillic where capitals begin words only; else Arabic, whose letters would look like capitals in between."""
    seen = every.decode("windows-1251", "replace")
    inside = sum(a.islower() and b.isupper() for a, b in pairwise(seen))
    letters = sum(a.isalpha() and b.isalpha() for a, b in pairwise(seen))
    return "windows-1256" if inside * 20 > letters else "windows-1251"


def _sign(data: bytes, encoding: str) -> str:
    """The sign between cells: the one that parts most rows into equally many cells."""
    lines = data[:_SAMPLE].decode(encoding, "replace").splitlines()[:60]
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].rstrip()) == len("sep=") + 1:
        return lines[0].rstrip()[-1]
    return max(_SIGNS, key=lambda sign: _parted(lines, sign))


def _parted(lines: list[str], sign: str) -> tuple[int, int]:
    """How many rows have the usual number of cells, and that number; nothing where rows are one cell."""
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if row)
    except csv.Error:
        return (0, 0)
    several = Counter({width: rows for width, rows in widths.items() if width > 1})
    if not several:
        return (0, 0)
    width, rows = max(several.items(), key=lambda item: (item[1], item[0]))
    return (rows, width)


def _cells(data: bytes, encoding: str, sign: str, what: str) -> pl.DataFrame:
    stream = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    frames: list[pl.DataFrame] = []
    for rows in _batches(csv.reader(stream, delimiter=sign, strict=True), what):
        width = max(len(row) for row in rows)
        within(sum(frame.height for frame in frames) + len(rows), width, what)
        even = [row + [""] * (width - len(row)) for row in rows]
        frames.append(pl.DataFrame({f"c{at}": column for at, column in enumerate(zip(*even, strict=True))}))
    if not frames:
        raise SourceError(f"{what} holds no filled row")
    whole = pl.concat(frames, how="diagonal")
    within(whole.height, whole.width, what)
    trimmed = whole.with_columns(pl.all().str.strip_chars(" \t\r\n\u00a0\ufeff").replace("", None))
    filled = [name for name in trimmed.columns if trimmed.get_column(name).null_count() < trimmed.height]
    last = max((int(name[1:]) for name in filled), default=-1)
    if last < 0:
        raise SourceError(f"{what} holds no filled cell")
    return trimmed.select(f"c{at}" for at in range(last + 1))


def _batches(reader: Iterator[list[str]], what: str) -> Iterator[list[list[str]]]:
    """Rows, some thousands at a time. Raises SourceError for a cell beyond bounds, with its row."""
    waiting: list[list[str]] = []
    at = 0
    try:
        for at, row in enumerate(reader, 1):
            if len(row) > MOST_COLUMNS:
                within(1, len(row), f"{what}: row {at}")
            waiting.append(row or [""])
            if len(waiting) == _ROWS:
                yield waiting
                waiting = []
    except csv.Error as cause:
        told = (
            "a cell is longer than 131,072 characters; is a quotation mark open?"
            if "field larger" in str(cause)
            else _OPEN
            if "expected after" in str(cause) or "end of data" in str(cause)
            else str(cause)
        )
        raise SourceError(f"{what}: row {at + 1} cannot be read: {told}") from cause
    if waiting:
        yield waiting
