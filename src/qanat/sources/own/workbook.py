"""Sheets of an XLSX or ODS workbook as grids: values only, merged text filled in, hidden sheets left out by name."""

from __future__ import annotations

import io
import re
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from qanat.errors import SourceError
from qanat.sources.own.archive import looked_at, xml_of
from qanat.sources.own.grid import Grid, within
from qanat.sources.own.said_of_cells import Said, said_of_cells

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_Cell = int | float | str | bool | time | date | datetime | timedelta
_ROWS: Final = 5_000  # taken over at a time
_MERGED: Final = 1_000_000
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")


def is_old(data: bytes) -> bool:
    """Whether these bytes are in the container of old and of locked workbooks."""
    return data.startswith(_OLE)


def refused(data: bytes, what: str) -> SourceError:
    """Why such a file is not read: a password, or a format from before 2007."""
    if _LOCKED in data:
        return SourceError(f"{what} is locked with a password; save it without one and import that")
    return SourceError(f"{what} is in the format from before 2007 (XLS); open it and save it as XLSX, then import that")


def sheets(data: bytes, what: str) -> list[Grid]:
    """The sheets of a workbook that hold anything, as grids; hidden ones among them.

    Raises SourceError for a file that must not or cannot be opened, and where no sheet holds anything.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    parts = looked_at(data, what)
    if b"encryption-data" in xml_of(data, "META-INF/manifest.xml"):
        raise SourceError(f"{what} is locked with a password; save it without one and import that")
    said = said_of_cells(data, parts, what)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = [
            _grid(
                book.get_sheet_by_name(one.name),
                said.get(one.name, Said()),
                what,
                hidden=one.visible != SheetVisibleEnum.Visible,
            )
            for one in book.sheets_metadata
        ]
    except CalamineError as cause:
        raise SourceError(
            f"{what} cannot be read as a workbook ({cause}); save it again with a spreadsheet program"
        ) from cause
    kept = [grid for grid in found if grid is not None]
    if not kept:
        raise SourceError(f"{what} holds no filled cell in any sheet")
    return kept


def _grid(sheet: CalamineSheet, said: Said, what: str, *, hidden: bool) -> Grid | None:
    """One sheet; null where no cell holds anything."""
    if sheet.start is None:
        return None
    left = sheet.start[1]
    within(sheet.total_height + 1, sheet.total_width, f"{what}: sheet {sheet.name}")
    texts: list[pl.DataFrame] = []
    numbers: list[pl.DataFrame] = []
    for rows in _batches(sheet.iter_rows()):  # from the first row, and from the first filled column
        columns = list(zip(*rows, strict=True))
        texts.append(pl.DataFrame([_texts(f"c{left + at}", column) for at, column in enumerate(columns)]))
        numbers.append(pl.DataFrame([_numbers(f"c{left + at}", column) for at, column in enumerate(columns)]))
    cells = _filled(_from_a(pl.concat(texts), left, pl.String()), sheet.merged_cell_ranges or [])
    return Grid(
        kind="sheet", name=sheet.name, cells=cells, numbers=_from_a(pl.concat(numbers), left, pl.Float64()), unvalued=said.unvalued,
        errors=said.errors, percents=said.percents, from_1904=said.from_1904, hidden=hidden, notes=said.notes(cells.height, cells.width),
    )  # fmt: skip


def _from_a(frame: pl.DataFrame, left: int, dtype: pl.DataType) -> pl.DataFrame:
    """The columns with empty ones before them, so that the first is column A."""
    return frame.select([pl.lit(None, dtype=dtype).alias(f"c{at}") for at in range(left)] + [pl.col(frame.columns)])


def _batches(rows: Iterable[list[_Cell]]) -> Iterable[list[list[_Cell]]]:
    waiting: deque[list[_Cell]] = deque()
    for row in rows:
        waiting.append(row)
        if len(waiting) == _ROWS:
            yield list(waiting)
            waiting.clear()
    if waiting:
        yield list(waiting)


def _texts(name: str, column: Sequence[_Cell]) -> pl.Series:
    return pl.Series(name, [_text(cell) for cell in column], dtype=pl.String)


def _numbers(name: str, column: Sequence[_Cell]) -> pl.Series:
    plain = [float(cell) if type(cell) is float or type(cell) is int else None for cell in column]
    return pl.Series(name, plain, dtype=pl.Float64)


def _text(cell: _Cell) -> str | None:
    """A cell as text: whole numbers without a decimal point, days as year-month-day."""
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _filled(cells: pl.DataFrame, ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> pl.DataFrame:
    """Merged text in every cell it spans; a merged number stays in its first cell, for it is said once."""
    if sum((bottom - top + 1) * (right - left + 1) for (top, left), (bottom, right) in ranges) > _MERGED:
        raise SourceError("merged ranges span more than a million cells; part them and save the workbook again")
    columns = {name: cells.get_column(name).to_list() for name in cells.columns} if ranges else {}
    for (top, left), (bottom, right) in ranges:
        if left >= cells.width or top >= cells.height:
            continue
        word = columns[f"c{left}"][top]
        if word is None or _numeric(word):
            continue
        for at in range(left, min(right, cells.width - 1) + 1):
            for row in range(top, min(bottom, cells.height - 1) + 1):
                columns[f"c{at}"][row] = word
    return pl.DataFrame(columns, schema=cells.schema) if ranges else cells


def _numeric(word: str) -> bool:
    return bool(re.fullmatch(r"[-+\d.,\s]+", word))
