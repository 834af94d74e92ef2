"""Cells of a sheet that cannot be read, gathered with what was found, the rule and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from qanat.sources.own.grid import Grid, letters
from qanat.sources.own.layout import Column, Layout
from qanat.sources.record import REJECTED

_FORMULA: Final = (
    "is a formula whose result was not saved; open the file in a spreadsheet program, save it, and import it again"
)
_ERROR: Final = "is an error of the spreadsheet, as #REF! or #DIV/0!; mend the formula, or leave the cell empty where nothing was counted"
_BEYOND: Final = "stands beyond the last head: is a comma in a number not in quotation marks? Put the number in quotes, or give the column a head"
_PERCENT: Final = 'is shown as a percentage, and its column counts no shares; give the number, or say unit = "share"'


class Faults:
    """Cells that cannot be read, gathered: each with its row, column, what was found, the rule and why."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._parts = [pl.DataFrame(schema=REJECTED)]
        self._rows: pl.Series | None = None
        self.notes: list[str] = []

    def add(self, rows: pl.Series, column: Column, found: pl.Series, why: pl.Series, rule: str) -> None:
        """The cells of a column for which `why` says something."""
        if why.null_count() == why.len():
            return
        told = pl.DataFrame(
            {"row": rows.cast(pl.Int64), "found": found.cast(pl.String), "why": why.cast(pl.String)}
        ).filter(pl.col("why").is_not_null())
        head = f"{letters(column.at)} ({column.head})"
        self._parts.append(
            told.select(
                "row", pl.lit(head).alias("column"), pl.col("found").str.slice(0, 80), pl.lit(rule).alias("rule"), "why"
            )
        )

    def marked(self, columns: list[Column], counts: list[Column]) -> None:
        """Cells whose value was not saved or is an error, and percentages where `counts` counts something else than shares."""
        whole = {column.at for column in counts if column.unit != "share"}
        used = {column.at for column in columns if column.role != "skip"}
        self._cells(columns, (cell for cell in self._grid.unvalued if cell[1] in used), "formula", _FORMULA)
        self._cells(columns, (cell for cell in self._grid.errors if cell[1] in used), "error", _ERROR)
        self._cells(columns, (cell for cell in self._grid.percents if cell[1] in whole), "number", _PERCENT)

    def beyond(self, records: pl.DataFrame, layout: Layout) -> None:
        """Cells of a text table to the right of its last head: a number parted by an unquoted comma pushes others there."""
        if self._grid.kind != "text":
            return
        heads = [self._grid.row(number) for number in range(layout.heads[0], layout.heads[1] + 1)]
        last = max((at for row in heads for at, cell in enumerate(row) if cell), default=self._grid.width)
        for at in range(last + 1, self._grid.width):
            cells = records.get_column(f"c{at}")
            why = pl.select(pl.when(cells.is_not_null()).then(pl.lit(_BEYOND))).to_series()
            self.add(records.get_column("row"), Column(at=at, head="no head", role="skip"), cells, why, "beyond")

    def _cells(self, columns: list[Column], cells: Iterable[tuple[int, int]], rule: str, why: str) -> None:
        heads = {column.at: f"{letters(column.at)} ({column.head})" for column in columns}
        rows = [(row, heads[at], None, rule, why) for row, at in sorted(cells)]
        self._parts.append(pl.DataFrame(rows, schema=REJECTED, orient="row"))

    @property
    def from_1904(self) -> bool:
        """Whether the sheet counts its days from 1904."""
        return self._grid.from_1904

    def keep(self, rows: pl.Series) -> None:
        """Only faults of these rows count: a total's own are told elsewhere."""
        self._rows = rows

    def table(self) -> pl.DataFrame:
        """All faults with REJECTED's columns."""
        whole = pl.concat(self._parts)
        return whole if self._rows is None else whole.filter(pl.col("row").is_in(self._rows.to_list()))

    def told(self) -> pl.DataFrame:
        """All faults so far as an error tells them: row, column, found, fault, nearest."""
        none = pl.lit(None, dtype=pl.String)
        return self.table().select("row", "column", "found", fault="why", nearest=none)
