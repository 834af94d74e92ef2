"""Rows that are totals: told from records, compared with the sum of the rows they stand for, never added."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from qanat.figures.folding import keys, words

_WORDS: Final = frozenset(keys({
    0: "total totals subtotal grand sub overall sum totaux totale ensemble general generale generales suma مجموع اجمالي كلي عام جملة sous"
}))  # fmt: skip
_LEADS: Final = frozenset(keys({0: "total totals subtotal totaux مجموع اجمالي"}))  # with other words: "Total Awdal"
_SURE: Final = 2.0  # standard errors of a sum of rounded numbers, each off by up to a half: sqrt(rows / 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """One total: the row, the column's head, what it says, the sum it should be, how many rows that adds."""

    row: int
    at: int
    head: str
    said: float
    summed: float
    rows: int

    @property
    def exact(self) -> bool:
        """Whether the two are the same number."""
        return abs(self.said - self.summed) <= max(1e-6, 1e-9 * abs(self.said))

    @property
    def agrees(self) -> bool:
        """Whether the two are the same but for the rounding of the rows, as far as that is likely (two standard errors)."""
        return self.exact or abs(self.said - self.summed) <= max(0.5, _SURE * math.sqrt(self.rows / 12))

    @property
    def told(self) -> str:
        """Both numbers and the difference."""
        return f"row {self.row}, {self.head}: the total says {self.said:,.10g}, its {self.rows} rows add up to {self.summed:,.10g}, {self.said - self.summed:+,.10g} apart"


def says_total(text: str | None) -> bool:
    """Whether a cell says that its row is a total: "Grand total", "TOTAL", "المجموع", "Ensemble", "Total Awdal" does too."""
    found = words(text or "")
    return bool(found) and (set(found) <= _WORDS or found[0] in _LEADS or found[-1] in _LEADS)


def total_rows(records: pl.DataFrame, texts: Sequence[str]) -> pl.Series:
    """Which records say they are totals, by any of these text columns."""
    found = pl.Series([False] * records.height, dtype=pl.Boolean)
    for name in texts:
        column = records.get_column(name)
        said = [word for word in column.drop_nulls().unique().to_list() if says_total(word)]
        found = found | column.is_in(said).fill_null(value=False)
    return found


def compared(records: pl.DataFrame, columns: Sequence[tuple[int, str]]) -> list[Total]:
    """Every number of every total beside the sum it comes nearest to: of all records, or of those since the last total.

    records  in their order, with `row`, `is_total` and the numbers v0, v1, ... of the columns (place, head)
    """
    parts = records.with_columns(part=pl.col("is_total").cast(pl.Int32).cum_sum().shift(1, fill_value=0))
    found: list[Total] = []
    for total in parts.filter("is_total").iter_rows(named=True):
        for at, head in columns:
            said = total[f"v{at}"]
            if said is None:
                continue
            some = [
                parts.filter(~pl.col("is_total"), pl.col(f"v{at}").is_not_null(), keep)
                for keep in (pl.lit(value=True), pl.col("part") == total["part"])
            ]
            tried = [
                Total(
                    row=total["row"],
                    at=at,
                    head=head,
                    said=said,
                    summed=float(one.get_column(f"v{at}").sum()),
                    rows=one.height,
                )
                for one in some
            ]
            found.append(min(tried, key=lambda one: abs(one.said - one.summed)))
    return found
