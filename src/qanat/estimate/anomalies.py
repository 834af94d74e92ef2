"""Stocks that can hardly be right: cells that stand apart from their own series in time and from another release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from qanat.maths.jumps import RUNS, Floats, apart, usual

SERIES: Final = ("origin", "place")
FLAGGED: Final = pl.Schema(
    {
        "origin": pl.String(), "place": pl.String(), "year": pl.Int32(), "value": pl.Float64(),
        "before_year": pl.Int32(), "before": pl.Float64(), "after_year": pl.Int32(), "after": pl.Float64(),
        "other": pl.Float64(), "against": pl.String(), "yardstick": pl.Float64(), "ratio": pl.Float64(),
        "people": pl.Float64(), "evidence": pl.String(), "run": pl.Int32(), "score": pl.Float64(),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """From which factor on a cell is flagged.

    one, end           a single cell against the cells before and after it; at an end of its series against two cells
    two, two_end       two cells in a row, in the middle and at an end (there against three cells)
    release            a cell against the same cell of the other release
    together           a cell that neighbours and release both contradict the same way: the share of both limits (geometric
                       mean) that is enough
    added              persons added to both sides of every factor, so that small cells need more of a jump
    usual              a factor must also be this many times (on the log scale) what 19 in 20 cells of its size keep to
    """

    one: float = 5.0
    end: float = 15.0
    two: float = 12.0
    two_end: float = 20.0
    release: float = 20.0
    together: float = 0.6
    added: float = 5.0
    usual: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found.

    flagged   FLAGGED's columns, the most people misplaced first; `against` is "neighbours" or "release", whichever the
              cell contradicts more, `yardstick` its value, `ratio` = value / yardstick (null where the yardstick is 0),
              `evidence` one of time, release, both; `run` how many years in a row jump together, 1 or 2 (null where only
              the release speaks); `score` 1 = just at the limit
    cells     cells with a number
    alone     of these, cells that nothing could be held against: too short a series and no other release
    mirrored  cells that the other release has too
    """

    flagged: pl.DataFrame
    cells: int
    alone: int
    mirrored: int


def checked(stocks: pl.DataFrame, mirror: pl.DataFrame | None, options: Watch) -> Checked:
    """Cells that jump against their neighbours in time, or that another release contradicts, or both.

    stocks, mirror  origin, place, year, value (people); one row a cell, null = not counted. Without a mirror errors that
                    fill a whole series, and series of one or two years, cannot be seen.
    The limits were set on the 2020 and 2024 revisions of the International Migrant Stock (bench/anomalies.py measures them).
    """
    keys, years = stocks.select(SERIES).unique().sort(SERIES), sorted(stocks.get_column("year").unique().to_list())
    values = _grid(stocks, keys, years)
    others = np.full_like(values, np.nan) if mirror is None else _grid(mirror, keys, years)
    time, within, lengths = _in_time(np.log(values + options.added), options)
    release = _against_release(values, others, options)
    same_way = np.where(np.sign(time) * np.sign(release) > 0, np.sqrt(np.abs(time * release)), 0.0)
    shares = _Shares(time=np.nan_to_num(np.abs(time)), release=np.nan_to_num(np.abs(release)), same_way=same_way)
    score = np.maximum(np.maximum(shares.time, shares.release), same_way / options.together)
    rows, columns = np.nonzero(score >= 1)
    nearer = (shares.time >= shares.release)[rows, columns]
    yardstick = np.where(nearer, np.exp(within[rows, columns]) - options.added, others[rows, columns])
    found = keys[rows].with_columns(
        _told(values, np.array(years, dtype=np.int32), rows, columns),
        other=_null(others[rows, columns]),
        against=pl.Series(np.where(nearer, "neighbours", "release"), dtype=pl.String),
        yardstick=_null(yardstick).round(),
        evidence=pl.Series(shares.evidence(options)[rows, columns], dtype=pl.String),
        run=pl.Series(np.where(nearer, lengths[rows, columns], 0), dtype=pl.Int32).replace(0, None),
        score=pl.Series(score[rows, columns], dtype=pl.Float64),
    )
    alone = ~np.isnan(values) & np.isnan(time) & np.isnan(release)
    return Checked(
        flagged=_measured(found), cells=int(np.sum(~np.isnan(values))), alone=int(np.sum(alone)),
        mirrored=int(np.sum(~np.isnan(values) & ~np.isnan(others))),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Shares:
    """How far each cell goes towards its limit in time, against the release, and by both the same way."""

    time: Floats
    release: Floats
    same_way: Floats

    def evidence(self, options: Watch) -> NDArray[np.str_]:
        both = (self.same_way >= options.together) | ((self.time >= 1) & (self.release >= 1))
        return np.where(both, "both", np.where(self.time >= self.release, "time", "release"))


def _against_release(values: Floats, others: Floats, options: Watch) -> Floats:
    off: Floats = np.log(values + options.added) - np.log(others + options.added)
    return off / np.maximum(np.log(options.release), options.usual * usual(off, others))


def _in_time(levels: Floats, options: Watch) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Each cell's jump in time as a share of its limit, the log level it was measured against, the length of its run.

    Of a cell's two runs, alone and with a neighbour, the one that stands off further counts.
    """
    share, within = np.full(levels.shape, np.nan), np.full(levels.shape, np.nan)
    lengths = np.zeros(levels.shape, dtype=np.int64)
    limits = {1: (options.one, options.end), 2: (options.two, options.two_end)}
    for length in RUNS:
        run = apart(levels, length)
        for at_end in (False, True):
            off = np.where(run.edge == at_end, run.jump, np.nan)
            limit = np.maximum(np.log(limits[length][at_end]), options.usual * usual(off, np.exp(run.within)))
            mine = off / limit
            larger = ~np.isnan(mine) & (np.isnan(share) | (np.abs(mine) > np.abs(share)))
            share, within = np.where(larger, mine, share), np.where(larger, run.within, within)
            lengths[larger] = length
    return share, within, lengths


def _grid(cells: pl.DataFrame, keys: pl.DataFrame, years: list[int]) -> Floats:
    """One row a series, one column a year; nan where nothing was counted."""
    out = np.full((keys.height, len(years)), np.nan)
    numbered = keys.with_row_index("at")
    columns = pl.DataFrame({"year": years, "column": range(len(years))}, schema={"year": pl.Int32, "column": pl.UInt32})
    there = (
        cells.filter(pl.col("value").is_not_null()).with_columns(pl.col("year").cast(pl.Int32))
        .join(numbered, on=SERIES, how="inner").join(columns, on="year", how="inner")
    )  # fmt: skip
    out[there.get_column("at").to_numpy(), there.get_column("column").to_numpy()] = there.get_column("value").to_numpy()
    return out


def _told(
    values: Floats, years: NDArray[np.int32], rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> list[pl.Series]:
    """The flagged cells with the counted cells before and after each."""
    out = [pl.Series("year", years[columns]), pl.Series("value", values[rows, columns])]
    for name, step in (("before", -1), ("after", 1)):
        near = [_next(values[row], column, step) for row, column in zip(rows, columns, strict=True)]
        out.append(pl.Series(f"{name}_year", [None if at is None else int(years[at]) for at in near], dtype=pl.Int32))
        told = [None if at is None else float(values[row, at]) for row, at in zip(rows, near, strict=True)]
        out.append(pl.Series(name, told, dtype=pl.Float64))
    return out


def _next(series: Floats, at: int, step: int) -> int | None:
    """Where the next counted cell of a series is; null at its end."""
    at += step
    while 0 <= at < len(series):
        if not np.isnan(series[at]):
            return at
        at += step
    return None


def _null(values: Floats) -> pl.Series:
    return pl.Series(values, dtype=pl.Float64).fill_nan(None)


def _measured(found: pl.DataFrame) -> pl.DataFrame:
    value, yardstick = pl.col("value"), pl.col("yardstick")
    return (
        found.with_columns(
            ratio=pl.when(yardstick > 0).then(value / yardstick), people=(value - yardstick).abs(),
        )
        .select(list(FLAGGED)).cast(FLAGGED)
        .sort("people", "origin", "place", "year", descending=[True, False, False, False])
    )  # fmt: skip
