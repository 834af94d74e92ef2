"""Everything that is wrong with the tables of an account, told together: which row, which place, which period, what to do."""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.errors import FigureError
from qanat.figures.words import nearest

FAULTS: Final = pl.Schema(
    {"row": pl.Int64(), "column": pl.String(), "found": pl.String(), "fault": pl.String(), "nearest": pl.String()}
)
STOCKS: Final = ("year", "birth", "residence", "stock")
VITAL: Final = ("iso3", "births", "deaths", "period")


def faults(rows: list[tuple[int | None, str, str | None, str, str | None]]) -> pl.DataFrame:
    """Faults as a table; row is null where a fault is of a place, not of a row."""
    return pl.DataFrame(rows, schema=FAULTS, orient="row")


def refuse(origin: str, parts: list[pl.DataFrame]) -> None:
    """Nothing where no part has a fault. Raises FigureError with all of them, in the order of their rows."""
    told = [part.select(FAULTS.names()) for part in parts if part.height]
    if told:
        found = pl.concat(told)
        raise FigureError(origin, found.sort("row", "column", "fault", "found", nulls_last=True))


def typed(*tables: tuple[pl.DataFrame, tuple[str, ...], tuple[str, ...]]) -> list[pl.DataFrame]:
    """Of each table its wanted columns, the numbers among them as Float64, the rest as text, with `row` counted from 0.

    tables  a table, the columns wanted, and which of them are numbers
    Raises FigureError naming, for all tables together, every column that is missing (with the nearest there is), every
    table without rows and every cell that is no number.
    """
    parts = [part for one in tables for part in _unread(*one)]
    refuse("tables of flows", parts)
    return [_read(*one) for one in tables]


def _unread(frame: pl.DataFrame, wanted: tuple[str, ...], numbers: tuple[str, ...]) -> list[pl.DataFrame]:
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        return [faults([(None, name, None, "is not a column of this table", nearest(name, frame.columns)) for name in missing])]  # fmt: skip
    if frame.is_empty():
        return [faults([(None, wanted[0], None, "the table has no rows; give one with figures", None)])]
    read = _read(frame, wanted, numbers).with_columns(frame.get_column(name).alias(f"given_{name}") for name in numbers)
    odd = {name: pl.col(name).is_null() & pl.col(f"given_{name}").is_not_null() for name in numbers}
    if not read.select(pl.any_horizontal(odd.values()).any()).item():
        return []
    return [
        broken(read.filter(bad).with_columns(pl.col(f"given_{name}").cast(pl.String).alias(name)), pl.lit(value=True), name, "is no number")
        for name, bad in odd.items()
    ]  # fmt: skip


def _read(frame: pl.DataFrame, wanted: tuple[str, ...], numbers: tuple[str, ...]) -> pl.DataFrame:
    plain = {name: frame.schema[name].is_numeric() for name in numbers}
    read = [
        pl.col(name).cast(pl.Float64) if plain[name] else pl.col(name).cast(pl.String).cast(pl.Float64, strict=False)
        for name in numbers
    ]
    finite = [pl.when(pl.col(name).is_finite()).then(name) for name in numbers]
    texts = [pl.col(name).cast(pl.String) for name in wanted if name not in numbers]
    numbered = frame.select(*wanted).with_columns(*read, *texts).with_columns(finite)
    return numbered.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))


Rule = tuple[pl.Expr, str, str | pl.Expr]  # what must not hold, of which column, and what to say of it


def breaches(rows: pl.DataFrame, rules: list[Rule]) -> list[pl.DataFrame]:
    """The rows that break a rule, by rule; all rules are asked at once, since most tables break none."""
    hit = rows.select(bad.fill_null(value=False).any().alias(str(at)) for at, (bad, _, _) in enumerate(rules)).row(0)
    return [broken(rows, *rule) for rule, found in zip(rules, hit, strict=True) if found]


def broken(rows: pl.DataFrame, bad: pl.Expr, column: str, fault: str | pl.Expr) -> pl.DataFrame:
    """The rows for which `bad` holds, as faults of a column; the fault may be made from the row's own cells."""
    return rows.filter(bad.fill_null(value=False)).select(
        row=pl.col("row").cast(pl.Int64), column=pl.lit(column), found=pl.col(column).cast(pl.String),
        fault=pl.lit(fault) if isinstance(fault, str) else fault, nearest=pl.lit(None, dtype=pl.String),
    )  # fmt: skip
