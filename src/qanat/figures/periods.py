"""When a figure speaks of: a day for a stock, a half-open span for a flow."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

import polars as pl

from qanat.errors import AskError

_YEAR: Final = re.compile(r"^(1[89]\d\d|20\d\d|21\d\d)$")


def stock_of(year: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Start and end of a year-end stock: both 31 December."""
    day = pl.date(year, 12, 31)
    return day, day


def flow_of(year: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Start and end of a calendar year's flow: 1 January, and 1 January of the next year (half-open)."""
    return pl.date(year, 1, 1), pl.date(year + 1, 1, 1)


def mid_year(year: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Start and end of a mid-year stock: both 1 July, the reference date of UN population statistics."""
    day = pl.date(year, 7, 1)
    return day, day


def year_of(start: date, end: date) -> int:
    """The calendar year a figure speaks of: a stock's own, a flow's first."""
    return start.year if start < end else end.year


def day(text: str) -> date:
    """A day from "2025-12-31". Raises AskError for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as cause:
        raise AskError(f"{text!r} is no date; write it as year-month-day, for example 2025-12-31") from cause


def year(text: str) -> int:
    """A year from "2025". Raises AskError for anything else."""
    if not _YEAR.match(text.strip()):
        raise AskError(f"{text!r} is no year; write it with four digits, for example 2025")
    return int(text)
