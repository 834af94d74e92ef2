"""How new a community is: what part of those born in k who live in i came within the last ten years.

People move most in their first years after arrival, back and onward, and draw others after them while they still do;
a community that came half a century ago does neither. Two stock tables of a period cannot tell the two apart: an earlier one can.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from qanat.estimate.worlds import square
from qanat.maths.transport import Table

DECADE: Final = 10
SURVIVE: Final = (
    0.85  # of a community, ten years later, by deaths alone: about the world's crude rate of adults, kept fixed
)
UNKNOWN: Final = 0.5  # taken where no earlier table tells; half way, so that it changes nothing in the prior


def nearest_year(years: set[int], start: int) -> int | None:
    """The year before `start` that is nearest to ten years before it; of two, the earlier; null where there is none."""
    earlier = [year for year in years if year < start]
    return min(earlier, key=lambda one: (abs(start - DECADE - one), one)) if earlier else None


def came_since(before: Table, now: Table, years: int) -> Table:
    """Share of each community that came within ten years, from its size `years` ago and now; UNKNOWN where nobody lives now."""
    kept = np.divide(before, now, out=np.zeros(now.shape), where=now > 0) ** (DECADE / years) * SURVIVE
    return np.where(now > 0, np.clip(1 - kept, 0.0, 1.0), UNKNOWN)


def stock_table(stocks: pl.DataFrame, places: tuple[str, ...], year: int) -> Table:
    """The stocks of one year as a square [birthplace, place]; people of other birthplaces or places are left aside."""
    found = stocks.filter(pl.col("year") == year, pl.col("birth").is_in(places), pl.col("residence").is_in(places))
    return square(found.with_columns(pl.col("stock").cast(pl.Float64).fill_null(0.0)), places)
