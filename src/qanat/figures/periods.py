"""When a figure speaks of: a day for a stock, a half-open span for a flow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

import polars as pl

from qanat.errors import AskError

_YEAR: Final = re.compile(r"^(1[89]\d\d|20\d\d|21\d\d)$")

_YEAR_END: Final = re.compile(r"^\d{4}-12-31$")

Spoken = Literal["end-of-year", "middle-of-year", "day", "year", "years", "days"]
_STOCKS: Final[dict[tuple[int, int], Spoken]] = {
    (12, 31): "end-of-year", (6, 30): "middle-of-year", (7, 1): "middle-of-year",
}  # fmt: skip


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


def dated(start: date, end: date) -> str:
    """A figure's day or span as a table tells it: "2025-12-31" for a stock, "2025" for a calendar year's flow, "2025-03" for a
    month's, "2022-10-01 to 2022-12-31" for any other, both days counted."""
    if start == end:
        return end.isoformat()
    if (start.day, end.day) == (1, 1):
        months = 12 * (end.year - start.year) + end.month - start.month
        if months == 1:
            return f"{start:%Y-%m}"
        if months % 12 == 0 and start.month == 1:
            return f"{start.year}" if months == 12 else f"{start.year} to {end.year - 1}"
    last = end - timedelta(days=1)
    return start.isoformat() if last == start else f"{start} to {last}"


def by_year(period: str) -> str:
    """A period as `dated` tells it, by its year alone where it is a year's last day."""
    return period[:4] if _YEAR_END.match(period) else period


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


def span(text: str, *, stock: bool) -> tuple[date, date]:
    """Start and end of what a person types, "2025" or "2025-12-31": half-open for a flow, start = end for a stock.

    A year's stock is that of 31 December. Raises AskError for anything else.
    """
    if _YEAR.match(text.strip()):
        one = year(text)
        return (date(one, 12, 31), date(one, 12, 31)) if stock else (date(one, 1, 1), date(one + 1, 1, 1))
    start = day(text)
    return (start, start) if stock else (start, start + timedelta(days=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A span as parts of a message, for each language to put into its own words.

    word  end-of-year, middle-of-year ("end 2025", "mid-2025": year), day (first), year, years (year to last_year), days
          (first to last, both counted)
    """

    word: Spoken
    first: date
    last: date  # the last day counted; a stock's own day

    @property
    def year(self) -> int:
        """The year it begins in."""
        return self.first.year

    @property
    def last_year(self) -> int:
        """The year it ends in."""
        return self.last.year


def said(start: date, end: date) -> Said:
    """How people speak of a figure's span: "end 2025" for a stock of 31 December, "2025" for a whole year's flow.

    The middle of a year is 30 June or 1 July, the reference dates of UNHCR's and the UN Population Division's mid-year stocks.
    """
    if start == end:
        return Said(word=_STOCKS.get((start.month, start.day), "day"), first=start, last=end)
    last = end - timedelta(days=1)
    if (start.month, start.day, end.month, end.day) == (1, 1, 1, 1):
        return Said(word="year" if start.year == last.year else "years", first=start, last=last)
    return Said(word="day" if start == last else "days", first=start, last=last)
