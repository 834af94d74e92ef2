"""Bytes of a table (CSV, XLSX, ODS, Parquet) to grids of text cells, within bounds of size and time."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from qanat.errors import SourceError
from qanat.figures.words import nearest
from qanat.sources.own.grid import Grid, overlong
from qanat.sources.own.parquet import MOST_BYTES, checked
from qanat.sources.own.text import text_grid
from qanat.sources.own.workbook import is_old, refused, sheets
from qanat.sources.parquet_table import parquet

_TEXTS: Final = (pl.String(), pl.Categorical(), pl.Enum)
_PARQUET: Final = b"PAR1"
_ZIP: Final = b"PK\x03\x04"
_OTHER: Final = {b"%PDF": "a PDF", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"\x1f\x8b": "packed (gzip)", b"7z\xbc\xaf": "packed (7z)", b"Rar!": "packed (RAR)", b"\x7fELF": "a program"}  # fmt: skip


def grids(data: bytes, what: str, encoding: str | None = None) -> list[Grid]:
    """The sheets of a file that hold anything, each a grid; a text or Parquet file is one.

    what      the file's name, for messages
    encoding  of a text file; null: told by the bytes
    Raises SourceError for bytes that are no table, or beyond the bounds; says what they are and what to do.
    """
    if not data.strip():
        raise SourceError(f"{what} is empty; was it saved, or copied whole?")
    if is_old(data):
        raise refused(data, what)
    if data.startswith(_ZIP):
        found = sheets(data, what)
    elif data.startswith(_PARQUET):
        found = [_parquet(data, what)]
    else:
        _told_apart(data, what)
        found = [text_grid(data, what, encoding)]
    for grid in found:
        long = overlong(grid.cells, grid.top)
        if long:
            raise SourceError(f"{what}: {f'sheet {grid.name}, ' if grid.name else ''}cell {long}; is it a table?")
    return found


def chosen(found: list[Grid], what: str, *, wanted: str | None = None, hidden: bool = False) -> list[Grid]:
    """The visible sheets (or the one wanted, which may be hidden), hidden ones only where asked for, each noting what was left out.

    Raises SourceError for a sheet that is not there, and where every sheet is hidden.
    """
    names = [grid.name or "" for grid in found]
    if wanted is not None and wanted not in names:
        near = nearest(wanted, names)
        told = f"did you mean {near!r}?" if near else f"it has {', '.join(names)}" if any(names) else "it has no sheets"
        raise SourceError(f"{what} has no sheet {wanted!r}; {told}")
    kept = [grid for grid in found if (grid.name == wanted if wanted else hidden or not grid.hidden)]
    left = [grid.name or "" for grid in found if grid.hidden and grid not in kept]
    note = f"hidden sheets that were left out: {', '.join(left)}"
    if not kept:
        raise SourceError(f"{what}: all its filled sheets are hidden ({', '.join(left)}); --hidden reads them")
    return [replace(grid, notes=(*grid.notes, *([note] if left else []))) for grid in kept]


def _told_apart(data: bytes, what: str) -> None:
    """Nothing where the bytes may be a text table. Raises SourceError for other formats by their name."""
    for start, name in _OTHER.items():
        if data.startswith(start):
            raise SourceError(f"{what} is {name}, not a table; CSV, XLSX, ODS and Parquet are read")
    head = data.removeprefix(b"\xef\xbb\xbf")[:500].lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html", b"<?xml", b"<table")):
        raise SourceError(
            f"{what} is a web page or XML, whatever its name says; download the table itself, or open the file in a spreadsheet program and save it as XLSX"
        )
    if head.startswith((b"{", b"[")):
        raise SourceError(f"{what} is JSON; save the table as CSV, XLSX, ODS or Parquet")


def _parquet(data: bytes, what: str) -> Grid:
    checked(data, what)
    try:
        frame = parquet(data)
    except ValueError as cause:
        raise SourceError(f"{what} is a Parquet file that is cut or damaged; copy or download it again") from cause
    size = sum(
        int(frame.get_column(name).cast(pl.String).str.len_bytes().sum())
        for name, dtype in frame.schema.items()
        if dtype in _TEXTS
    )
    if size > MOST_BYTES:
        raise SourceError(f"{what} holds {size:,} bytes of text; at most {MOST_BYTES:,} are read. Split the table")
    nested = [name for name, dtype in frame.schema.items() if dtype.is_nested() or dtype == pl.Binary()]
    if nested:
        raise SourceError(f"{what}: the columns {', '.join(nested)} hold lists or bytes; a table has one value a cell")
    names = pl.DataFrame({f"c{at}": [name] for at, name in enumerate(frame.columns)})
    texts = frame.select(_text(frame, name).alias(f"c{at}") for at, name in enumerate(frame.columns))
    numbers = frame.select(_number(frame, name).alias(f"c{at}") for at, name in enumerate(frame.columns))
    blank = pl.DataFrame(schema=numbers.schema).clear(1)
    return Grid(kind="parquet", name=None, cells=pl.concat([names, texts]), numbers=pl.concat([blank, numbers]))


def _text(frame: pl.DataFrame, name: str) -> pl.Expr:
    column, dtype = pl.col(name), frame.schema[name]
    if dtype.is_float():
        whole = (column % 1 == 0) & (column.abs() < 1e15)
        return (
            pl.when(whole).then(column.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(column.cast(pl.String))
        )
    return column.cast(pl.String).str.strip_chars().replace("", None)


def _number(frame: pl.DataFrame, name: str) -> pl.Expr:
    numeric = frame.schema[name].is_numeric()  # a float that is none is how tables of numbers write a missing one
    return (
        pl.col(name).cast(pl.Float64).fill_nan(None)
        if numeric
        else pl.col(name).is_null().replace_strict({}, default=None, return_dtype=pl.Float64)
    )
