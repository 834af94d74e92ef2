"""The figures that constraints of one year need: the year's own, and the stocks that it begins with."""

from __future__ import annotations

from datetime import date

import polars as pl

from qanat.figures import UNDIVIDED, F


def opening(year: int) -> date:
    """The day whose stocks a year begins with: 31 December of the year before."""
    return date(year - 1, 12, 31)


def of_year(figures: pl.DataFrame, year: int) -> pl.DataFrame:
    """Stocks of the year's days, flows and the like that begin in it, and undivided stocks of the day it opens with."""
    stock = F.start == F.end
    own = pl.when(stock).then(F.end.dt.year() == year).otherwise(F.start.dt.year() == year)
    return figures.filter(own | (stock & (F.end == opening(year)) & UNDIVIDED))
