"""People whose birthplace a stock table does not tell, laid on the birthplaces an earlier revision had listed.

The UN's revision of 2024 lists fewer birthplaces for many countries than that of 2020 (Germany 27, the Netherlands 40): the
rest, a fifth to a third of all migrants there, is one line. Spread in proportion it swells the communities that are listed and
leaves the others at zero, which no flow can then leave or enter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from qanat.estimate.recency import stock_table
from qanat.maths.transport import Line, Table

UNTOLD: Final = "XXX"
ROUNDED: Final = 1.5  # people a cell may be off by rounding
NEAR: Final = 1e-4  # of a cell, beside that


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A release of stocks: what it lists, and what an earlier one listed besides (year, birth, residence, stock)."""

    stocks: pl.DataFrame
    earlier: pl.DataFrame

    def years(self) -> set[int]:
        """The years the release gives."""
        return {int(year) for year in self.stocks.get_column("year").unique()}

    def known(self, places: tuple[str, ...], year: int) -> Table:
        """[birthplace, place] as listed."""
        return stock_table(self.stocks, places, year)

    def untold(self, places: tuple[str, ...], year: int) -> Line:
        """People by place whose birthplace is not told."""
        rows = self.stocks.filter(pl.col("year") == year, pl.col("birth") == UNTOLD)
        told = dict(rows.select("residence", "stock").iter_rows())
        return np.array([float(told.get(place, 0.0)) for place in places])

    def filled(self, places: tuple[str, ...], year: int) -> Table:
        """[birthplace, place] with the untold laid out: on birthplaces listed earlier as far as these go, the rest in proportion."""
        known, untold = self.known(places, year), self.untold(places, year)
        since = max((one for one in self._earlier_years() if one <= year), default=None)
        if since is None:
            return _spread(known, untold)
        besides = np.where(known > 0, 0.0, stock_table(self.earlier, places, since))
        grown = _ratio(untold, self.untold(places, since)) if since != year else np.ones(len(places))
        besides = besides * np.minimum(grown, _ratio(untold, besides.sum(0)))
        return _spread(known + besides, untold - besides.sum(0))

    def _earlier_years(self) -> list[int]:
        return [int(year) for year in self.earlier.get_column("year").unique()]


def laid_out(given: Table, listed: Listed, places: tuple[str, ...], year: int) -> tuple[Table, float]:
    """A caller's stocks with the untold laid out anew, where they had been spread in proportion; and how many people moved.

    given  [birthplace, place], native-born on the diagonal. A place is laid out anew only where every cell is what the release
           lists times one factor above 1; its total stays. All others are as given.
    """
    if year not in listed.years():
        return given, 0.0
    abroad = given.copy()
    np.fill_diagonal(abroad, 0.0)
    known = listed.known(places, year)
    spread = _spread_in_proportion(abroad, known)
    new = listed.filled(places, year)
    new = new * _ratio(abroad.sum(0), new.sum(0))
    out = np.where(spread[None, :], new, abroad)
    moved = float(np.maximum(out - abroad, 0.0).sum())
    out[np.diag_indices_from(out)] = np.diag(given)
    return out, moved


def _spread_in_proportion(given: Table, known: Table) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Places whose every cell is the known one times one factor above 1."""
    factor = _ratio(given.sum(0), known.sum(0))
    same = np.abs(given - known * factor) <= ROUNDED + NEAR * given
    out: np.ndarray[tuple[int], np.dtype[np.bool_]] = same.all(axis=0) & (factor > 1 + NEAR)
    return out


def _spread(known: Table, rest: Line) -> Table:
    return known * (1 + _ratio(rest, known.sum(0)))


def _ratio(top: Line, bottom: Line) -> Line:
    return np.divide(top, bottom, out=np.zeros(np.shape(top)), where=bottom > 0)
