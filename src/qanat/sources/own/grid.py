"""A sheet as a grid of text cells, and the bounds a file must keep to before it is opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

import polars as pl

from qanat.errors import SourceError

MOST_BYTES: Final = 250_000_000  # of a file
MOST_CELLS: Final = 6_000_000  # of one sheet: 200,000 rows of 30 columns
MOST_CELL: Final = 32_767  # characters of a cell, as many as a spreadsheet holds
MOST_COLUMNS: Final = 2_000
Kind = Literal["sheet", "text", "parquet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One sheet.

    name      the sheet's name; null for a file without sheets
    cells     columns c0, c1, ... of text without blanks around it; null = an empty cell
    numbers   the same columns where the file itself holds a number, which needs no reading; no columns = none does
    top       the row number of the first row, as a spreadsheet shows it
    hidden    whether the workbook hides the sheet
    unvalued  formulas whose result was never stored, as (row number, column from 0)
    errors    cells that hold an error such as #REF! in place of a value;  percents  numbers shown as percentages
    from_1904 whether the workbook counts its days from 1904, as those of old Macintoshes do
    notes     what was assumed in opening it, what was left out
    """

    kind: Kind
    name: str | None
    cells: pl.DataFrame
    numbers: pl.DataFrame = field(default_factory=pl.DataFrame)
    top: int = 1
    unvalued: frozenset[tuple[int, int]] = frozenset()
    errors: frozenset[tuple[int, int]] = frozenset()
    percents: frozenset[tuple[int, int]] = frozenset()
    from_1904: bool = False
    hidden: bool = False
    notes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Columns."""
        return self.cells.width

    def row(self, number: int) -> list[str | None]:
        """The cells of a row by its number; empty ones beyond the sheet."""
        at = number - self.top
        return list(self.cells.row(at)) if 0 <= at < self.cells.height else [None] * self.width

    def locator(self, column: int) -> pl.Expr:
        """Where a cell of a column stands, from the column `row` of row numbers: "Sheet!C12", "C12", "row 11#in_need"."""
        if self.kind == "parquet":
            return pl.format("row {}#{}", pl.col("row") - 1, pl.lit(self.row(1)[column]))
        sheet = f"{self.name}!" if self.name else ""
        return pl.format("{}{}", pl.lit(f"{sheet}{letters(column)}"), pl.col("row"))


def letters(column: int) -> str:
    """A spreadsheet's name of a column, from 0: A, B, ... Z, AA."""
    told = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        told = chr(65 + rest) + told
    return told


def column_at(name: str) -> int | None:
    """The column of a spreadsheet's name, from 0; null for text that is none."""
    plain = name.strip().upper()
    if not (plain.isascii() and plain.isalpha() and len(plain) <= 3):
        return None
    found = 0
    for letter in plain:
        found = found * 26 + ord(letter) - 64
    return found - 1


def within(rows: int, columns: int, what: str) -> None:
    """Nothing where a sheet of this size may be read. Raises SourceError telling its size and the bound."""
    if columns > MOST_COLUMNS:
        raise SourceError(
            f"{what} claims {columns:,} columns; at most {MOST_COLUMNS:,} are read. Delete the empty columns to the right of the table and save it again"
        )
    if rows * columns > MOST_CELLS:
        raise SourceError(
            f"{what} spans {rows:,} rows and {columns:,} columns, {rows * columns:,} cells; at most {MOST_CELLS:,} are read. "
            "Delete empty rows and columns beyond the table, or split it, and save it again"
        )


def overlong(cells: pl.DataFrame, top: int) -> str | None:
    """Where the first cell stands that is longer than a spreadsheet's longest, with its length; null where none is."""
    for at, name in enumerate(cells.columns):
        long = cells.get_column(name).str.len_chars().gt(MOST_CELL).arg_true()
        if long.len():
            row = int(long.item(0))
            length = len(cells.item(row, at))
            return f"{letters(at)}{top + row} holds {length:,} characters; a cell has at most {MOST_CELL:,}"
    return None
