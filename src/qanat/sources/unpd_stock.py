"""International Migrant Stock as the UN Population Division publishes it: a workbook of destinations by origins.

The workbook undesa_pd_2024_ims_stock_by_sex_destination_and_origin.xlsx has one row a destination and origin, regions
among countries, and the years in three blocks: both sexes, males, females. Places are numbers of the UN M49 standard;
from 900 on they are the Division's own groups, and 2003 is "Others", origins that are not told.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from qanat.errors import SourceError
from qanat.figures import Document, F
from qanat.figures.periods import mid_year
from qanat.sources.answers import aside, none_left
from qanat.sources.asking import by_file
from qanat.sources.cells import sifted
from qanat.sources.own.archive import looked_at
from qanat.sources.record import Adapter, Reading
from qanat.sources.shape import figures
from qanat.sources.unpd import MIGRANTS

_OWN: Final = {412: "XKX", 830: "XCX", 2003: "XXX"}  # Kosovo, Channel Islands, Others
_GROUPS: Final = 900  # M49 numbers from here on are groups of countries
_BLANK: Final = ("..", "...", "–", "")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_CODES: Final = ("location code of destination", "location code of origin")
_NO_COUNTRY: Final = ("country", "is no country's number in the UN M49 standard")
_LOOKED: Final = 40  # rows from the top in which the head stands

STOCK: Final = replace(
    MIGRANTS, id="unpd.migrant-stock-workbook", columns=(), counts=(), codes=(), words={}, aliases={}, year="",
    caution="Born abroad, or citizens of another country where birth is not recorded; refugees are among them. Origins add up to the total only "
    "with 'Others' (XXX).",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One column of people: its place in the sheet, sex and year."""

    at: int
    sex: str
    year: int

    @property
    def name(self) -> str:
        """The column's letters, as a spreadsheet shows them."""
        letters, rest = "", self.at + 1
        while rest:
            rest, digit = divmod(rest - 1, 26)
            letters = chr(65 + digit) + letters
        return letters


def stock(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """International migrants on 1 July by destination (`place`) and origin, both sexes, men and women.

    Rows of groups of countries give no figures; how many they are, the notes say. ".." is not counted.
    Raises SourceError where no sheet has the two columns of location codes, the years or the sexes above them.
    """
    sheet, grid = _grid(data)
    top, codes, columns = _head(grid)
    every = _frame(grid, top, codes, columns)
    single = every.filter(~(_grouped("destination") | _grouped("origin")))
    kept, rejected = sifted(single, replace(STOCK, counts=tuple(one.name for one in columns)))
    kept, faults = _placed(kept, places)
    none_left(kept, faults, STOCK)
    cells = pl.concat([_cells(kept, one, sheet) for one in columns])
    counted = cells.filter(F.value.is_not_null())
    left = every.height - single.height
    return Reading(
        figures=figures(counted, document, STOCK.counter), rows=every.height, empty=cells.height - counted.height,
        rejected=pl.concat([rejected, faults]).sort("row", maintain_order=True),
        notes=(f"{left} rows speak of regions and groups of countries, which are no places here",) if left else (),
    )  # fmt: skip


def _grid(data: bytes) -> tuple[str, list[list[object]]]:
    """The first sheet with a head of location codes, and its cells from the sheet's first row on."""
    from python_calamine import CalamineError, CalamineWorkbook

    looked_at(data, f"{STOCK.id}: the workbook")  # one far cell makes a sheet of billions
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            cells: list[list[object]] = [
                list(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            if any(_is_head(row) for row in cells[:_LOOKED]):
                return name, cells
    except (CalamineError, OSError) as cause:
        raise SourceError(f"{STOCK.id}: the file is no workbook or is damaged ({cause}); fetch it again") from cause
    raise SourceError(
        f"{STOCK.id}: no sheet has the columns {' and '.join(_CODES)}; there are the sheets {', '.join(book.sheet_names)}. "
        "Take the workbook by sex, destination and origin"
    )


def _head(grid: list[list[object]]) -> tuple[int, tuple[int, int], list[Cell]]:
    """How many rows stand above the data, where the location codes are, and the columns of people with sex and year."""
    top = next(at for at, row in enumerate(grid[:_LOOKED]) if _is_head(row))
    names = [_said(cell) for cell in grid[top]]
    codes = (names.index(_CODES[0]), names.index(_CODES[1]))
    below = next((at for at in (top, top + 1) if at < len(grid) and len(_years(grid[at])) > 1), None)
    if below is None:
        raise SourceError(
            f"{STOCK.id}: no years stand beside the location codes (row {top + 1}); the layout is another one"
        )
    columns: list[Cell] = []
    for at, year in _years(grid[below]):
        titles = [
            _said(row[before])
            for row in grid[max(0, below - 3) : below]
            for before in range(at, -1, -1)
            if _sex(_said(row[before]))
        ]
        columns.append(Cell(at=at, sex=_sex(titles[0]) if titles else "", year=year))
    told = {(one.sex, one.year) for one in columns}
    if len(told) < len(columns) or any(not one.sex for one in columns):
        raise SourceError(
            f"{STOCK.id}: the years in row {below + 1} do not stand under both sexes, males and females, each year once; the layout is another one"
        )
    return below + 1, codes, columns


def _is_head(row: list[object]) -> bool:
    names = [_said(cell) for cell in row]
    return all(code in names for code in _CODES)


def _years(row: list[object]) -> list[tuple[int, int]]:
    return [(at, int(_text(cell) or "")) for at, cell in enumerate(row) if _YEAR.fullmatch(_text(cell) or "")]


def _sex(title: str) -> str:
    """The sex a block's title speaks of; empty where it speaks of none."""
    words = (("both sexes", "all"), ("female", "female"), ("women", "female"), ("male", "male"), ("men", "male"))
    return next((sex for word, sex in words if word in title), "")


def _said(cell: object) -> str:
    return " ".join(str(cell).lower().split())


def _text(cell: object) -> str | None:
    """A cell as text, whole numbers without a point, ".." and blanks as null."""
    plain = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
    return None if plain in _BLANK else plain


def _frame(grid: list[list[object]], top: int, codes: tuple[int, int], columns: list[Cell]) -> pl.DataFrame:
    """The rows with a location code, `row` as the sheet counts; location codes as numbers, cells as texts."""
    wide = max([*codes, *(one.at for one in columns)]) + 1
    rows = [(at, row) for at, row in enumerate(grid[top:], top + 1) if len(row) >= wide]
    texts = {"destination": codes[0], "origin": codes[1]} | {one.name: one.at for one in columns}
    frame = pl.DataFrame(
        {"row": [at for at, _ in rows]} | {name: [_text(row[at]) for _, row in rows] for name, at in texts.items()},
        schema={"row": pl.Int64()} | dict.fromkeys(texts, pl.String()),
    )
    told = frame.filter(pl.col("destination").is_not_null() | pl.col("origin").is_not_null())
    number = {
        f"{name}_m49": pl.col(name).cast(pl.Float64, strict=False).cast(pl.Int32) for name in ("destination", "origin")
    }
    return told.with_columns(**number)


def _grouped(name: str) -> pl.Expr:
    number = pl.col(f"{name}_m49")
    return ((number >= _GROUPS) & ~number.is_in(list(_OWN))).fill_null(value=False)


def _placed(kept: pl.DataFrame, codes: frozenset[str] | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with both ends as ISO 3166 codes, and those whose numbers are no country's."""
    from qanat.edition.places import places

    known = {place.m49: place.code for place in places().countries() if place.m49 is not None} | _OWN
    there = {number: code for number, code in known.items() if codes is None or code in codes}
    found: list[pl.DataFrame] = []
    for name, column in (("destination", "place"), ("origin", "from")):
        own = pl.col(f"{name}_m49").replace_strict(there, default=None, return_dtype=pl.String)
        kept, faults = aside(kept.with_columns(own.alias(column)), pl.col(column).is_null(), name, _NO_COUNTRY)
        found.append(faults)
    return kept, pl.concat(found)


def _cells(kept: pl.DataFrame, one: Cell, sheet: str) -> pl.DataFrame:
    start, end = mid_year(pl.lit(one.year))
    return kept.select(
        group=pl.lit("migrants"), measure=pl.lit("stock"), unit=pl.lit("people"), origin="from", place="place", start=start, end=end,
        value=one.name, sex=pl.lit(one.sex), basis=pl.lit("mixed"), status=pl.lit("estimated"),
        locator=pl.format("{}!{}{}", pl.lit(sheet), pl.lit(one.name), "row"),
    )  # fmt: skip


ADAPTERS: Final = (Adapter(source=STOCK, read=stock, ask=by_file),)
