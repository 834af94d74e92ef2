"""From a wide published table to figure columns: what every adapter does alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from qanat.figures import SCHEMA, Document, F
from qanat.figures.periods import flow_of, stock_of
from qanat.sources.cells import SUMMED, code
from qanat.sources.record import Source

WORLD: Final = "WLD"
# UNHCR's own words for people without a country, as they stand in its files, to ISO 3166 user-assigned codes
NO_COUNTRY: Final = {"UKN": "XXX", "UNK": "XXX", "STA": "XXA", "TIB": "XTB"}

Rounding = Literal["none", "five", "ten"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What one published column counts."""

    name: str
    group: str
    measure: str = "stock"
    unit: str = "people"


def ends(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """`origin` and `place` from `coo_iso` and `coa_iso`: "-" means summed over (origin null, place the world, WLD)."""
    own, there = code(frame, "coo_iso", source), code(frame, "coa_iso", source)
    return frame.with_columns(
        origin=pl.when(own != SUMMED).then(own),
        place=pl.when(there == SUMMED).then(pl.lit(WORLD)).otherwise(there),
    )


def long(frame: pl.DataFrame, columns: tuple[Column, ...], keep: tuple[str, ...]) -> pl.DataFrame:
    """One row a published cell: `keep` as it is, plus name, value and what the column counts."""
    told = pl.DataFrame(
        {
            "name": [c.name for c in columns],
            "group": [c.group for c in columns],
            "measure": [c.measure for c in columns],
            "unit": [c.unit for c in columns],
        }
    )
    cells = frame.unpivot([c.name for c in columns], index=list(keep), variable_name="name", value_name="value")
    return cells.join(told, on="name", how="left", maintain_order="left")


def since(frame: pl.DataFrame, year: int | None) -> pl.DataFrame:
    """The records of this year and later; all where none is asked for."""
    return frame if year is None else frame.filter(pl.col("year") >= year)


def dated(cells: pl.DataFrame) -> pl.DataFrame:
    """`start` and `end` from `year`: 31 December for a stock, the calendar year (half-open) for anything else."""
    year = pl.col("year")
    stock, flow = stock_of(year), flow_of(year)
    is_stock = F.measure == "stock"
    return cells.with_columns(
        start=pl.when(is_stock).then(stock[0]).otherwise(flow[0]),
        end=pl.when(is_stock).then(stock[1]).otherwise(flow[1]),
    )


def rounded(cells: pl.DataFrame, rounding: Rounding) -> pl.DataFrame:
    """The interval a small count stands for, as a bound (level 1); null for numbers published as they are.

    five  UNHCR rounds counts below five to 0 or 5 (statistics methodology): 0 is [0, 2], 5 is [3, 5]
    ten   decisions below ten to 0, 5 or 10: 0 is [0, 2], 5 is [3, 7], 10 is [8, 10]
    """
    bounds = {"none": {}, "five": {0: (0, 2), 5: (3, 5)}, "ten": {0: (0, 2), 5: (3, 7), 10: (8, 10)}}[rounding]
    low, high = (pl.lit(None, dtype=pl.Float64) for _ in range(2))
    for value, (least, most) in bounds.items():
        here = F.value == value
        low, high = (
            pl.when(here).then(pl.lit(float(least))).otherwise(low),
            pl.when(here).then(pl.lit(float(most))).otherwise(high),
        )
    level = pl.when(low.is_not_null()).then(pl.lit(1.0))
    return cells.with_columns(low=low, high=high, level=level)


def figures(cells: pl.DataFrame | pl.LazyFrame, document: Document, counter: str) -> pl.DataFrame:
    """Cells with the columns every published figure has filled; what a cell does not say stays null."""
    told = cells.collect_schema().names()
    whole: dict[str, pl.Expr] = {
        "stage": pl.lit("published"), "known": pl.lit(document.published), "counter": pl.lit(counter), "sex": pl.lit("all"),
        "age_from": pl.lit(0), "source": pl.lit(document.id), "licence": pl.lit(document.licence), "method": pl.lit("published"),
        "status": pl.when(F.value.is_null()).then(pl.lit("not_counted")).otherwise(pl.lit("counted")),
    }  # fmt: skip
    filled = [expr.alias(name) for name, expr in whole.items() if name not in told]
    absent = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in SCHEMA.items() if name not in (*told, *whole)]
    cast = [pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()]
    return cells.lazy().with_columns(*filled, *absent).select(cast).collect()


def counted(cells: pl.DataFrame, *, keep_empty: bool) -> tuple[pl.DataFrame, int]:
    """The cells with a number (or all of them), and how many have none."""
    empty = cells.filter(F.value.is_null()).height
    return (cells if keep_empty else cells.filter(F.value.is_not_null())), empty
