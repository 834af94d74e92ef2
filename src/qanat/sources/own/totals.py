"""Rows that are totals: told from records, compared with the sum of the rows they stand for, never added."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from qanat.figures.folding import keys, words
from qanat.sources.own.grid import letters

_WORDS: Final = frozenset(keys({
    0: "total totals subtotal grand sub overall sum totaux totale ensemble general generale generales suma مجموع اجمالي كلي عام جملة sous"
}))  # fmt: skip
_LEADS: Final = frozenset(keys({0: "total totals subtotal totaux مجموع اجمالي"}))  # with other words: "Total Awdal"
_WIDER: Final = 200  # totals for which that is tried
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
        return f"row {self.row}, {self.head}: the total says {self.said:,.10g}, its {self.rows} {'row adds' if self.rows == 1 else 'rows add'} up to {self.summed:,.10g}, {self.said - self.summed:+,.10g} apart"


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


def compared(
    records: pl.DataFrame, columns: Sequence[tuple[int, str]], cuts: Sequence[str] = ()
) -> tuple[list[Total], list[int]]:
    """Every number of every total beside the sum it comes nearest to: of all records, or of those since the last total.

    records  in their order, with `row`, `is_total` and the numbers v0, v1, ... of the columns (place, head)
    cuts     text columns that divide the records (sex, sector, date): a total stands for the records that say the same
             there, and where there are none and it says less, for those that say what it says, if that is their sum
    Gives    the totals, and the row numbers of those that no records are found for.
    """
    cut = pl.concat_str([pl.col(name).fill_null("") for name in cuts], separator="\x1f") if cuts else pl.lit("")
    marked = records.with_columns(part=pl.col("is_total").cast(pl.Int32).cum_sum().shift(1, fill_value=0), cut=cut)
    body, totals = marked.filter(~pl.col("is_total")), marked.filter("is_total")
    numbers = [f"v{at}" for at, _ in columns]
    sums = [expr for name in numbers for expr in (pl.sum(name).alias(f"s_{name}"), pl.count(name).alias(f"n_{name}"))]
    whole = totals.join(body.group_by("cut").agg(sums), on="cut", how="left", maintain_order="left")
    parts = totals.join(body.group_by("cut", "part").agg(sums), on=["cut", "part"], how="left", maintain_order="left")
    lone = whole.select(pl.col(f"s_{numbers[0]}").is_null()).to_series() if numbers else pl.Series([], dtype=pl.Boolean)
    found = [
        one
        for all_of, since in zip(whole.filter(~lone).iter_rows(named=True), parts.filter(~lone).iter_rows(named=True), strict=True)
        for one in _nearest(columns, all_of, since)
    ]  # fmt: skip
    wider = [
        (row["row"], _wider(body, row, columns, cuts)) for row in totals.filter(lone).head(_WIDER).iter_rows(named=True)
    ]
    beyond = totals.filter(lone).get_column("row").to_list()[_WIDER:]
    found += [one for _, some in wider for one in some]
    return sorted(found, key=lambda one: (one.row, one.at)), [*(row for row, some in wider if not some), *beyond]


def _nearest(columns: Sequence[tuple[int, str]], *sums: dict[str, Any]) -> Iterator[Total]:
    """The numbers of one total, each beside the nearest of the sums."""
    for at, head in columns:
        said = sums[0][f"v{at}"]
        if said is not None:
            tried = [
                Total(row=one["row"], at=at, head=head, said=said, summed=float(one[f"s_v{at}"]), rows=one[f"n_v{at}"])
                for one in sums if one[f"s_v{at}"] is not None
            ]  # fmt: skip
            yield min(tried, key=lambda one: abs(one.said - one.summed))


def _wider(
    body: pl.DataFrame, total: dict[str, Any], columns: Sequence[tuple[int, str]], cuts: Sequence[str]
) -> list[Total]:
    """A total that says less than its records, beside those that say what it says; empty unless all of it agrees."""
    said = [pl.col(name) == total[name] for name in cuts if total[name] is not None]
    for same in (said, [*said, pl.col("part") == total["part"]]):
        rows = body.filter(*same) if same else body
        summed = {f"s_v{at}": float(rows.get_column(f"v{at}").sum()) for at, _ in columns}
        counted = {f"n_v{at}": rows.height - rows.get_column(f"v{at}").null_count() for at, _ in columns}
        found = list(_nearest(columns, {**total, **summed, **counted})) if rows.height else []
        if found and all(one.agrees for one in found):
            return found
    return []


def disagreeing(wrong: Sequence[Total]) -> pl.DataFrame:
    """Totals that disagree as a table of faults: row, column, found, fault, nearest."""
    remedy = 'correct it, or say totals = "told" in the mapping file'
    rows = [(one.row, letters(one.at), f"{one.said:,.10g}", f"{one.told}; {remedy}", None) for one in wrong]
    schema = {
        "row": pl.Int64(),
        "column": pl.String(),
        "found": pl.String(),
        "fault": pl.String(),
        "nearest": pl.String(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def told_rows(rows: Sequence[int], most: int = 8) -> str:
    """Row numbers as a person reads them: "rows 4, 9 and 12 more"."""
    more = f" and {len(rows) - most:,} more" if len(rows) > most else ""
    return f"row{'s' if len(rows) > 1 else ''} {', '.join(str(row) for row in rows[:most])}{more}"
