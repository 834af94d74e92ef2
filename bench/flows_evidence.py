"""Reported flows that estimates are judged by, and the tables they are estimated from, read from the published files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

Line = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridors:
    """Corridors with what was reported of them, as lines of a table of places."""

    origin: Index
    place: Index
    reported: Line

    def of(self, table: npt.NDArray[np.float64]) -> Line:
        """The corridors' cells of a table."""
        return table[self.origin, self.place]


def arrivals(shared: Path, places: tuple[str, ...], years: int = 5) -> Corridors:
    """European corridors as their destinations reported them, 2010 to 2014, added up to five years.

    years  reports a corridor must have; where fewer than five are asked for, the mean times five
    """
    told = pl.read_parquet(shared / "data/flows/eurostat_double_entry_2010_2014.parquet")
    sums = told.group_by("orig", "dest").agg(
        flow=pl.col("reported_by_destination").mean() * 5, n=pl.col("reported_by_destination").count()
    )
    return _indexed(sums.filter((pl.col("n") >= years) & (pl.col("flow") > 0)), places)


def departures(shared: Path, places: tuple[str, ...]) -> Corridors:
    """Corridors towards countries that reported no arrivals, as told by origins that undercount departures little."""
    told = pl.read_parquet(shared / "data/flows/eurostat_double_entry_2010_2014.parquet")
    sums = told.group_by("orig", "dest").agg(
        flow=pl.col("reported_by_origin").mean() * 5,
        n=pl.col("reported_by_destination").count(),
        low=(pl.col("undercount_emi") == "low").mean() > 0.5,
    )
    return _indexed(sums.filter((pl.col("n") == 0) & pl.col("low") & (pl.col("flow") > 0)), places)


def _indexed(rows: pl.DataFrame, places: tuple[str, ...]) -> Corridors:
    at = {place: line for line, place in enumerate(places)}
    kept = rows.filter(pl.col("orig").is_in(places) & pl.col("dest").is_in(places)).sort("orig", "dest")
    ends = [kept.get_column(end).replace_strict(at, return_dtype=pl.Int64).to_numpy() for end in ("orig", "dest")]
    return Corridors(origin=ends[0], place=ends[1], reported=kept.get_column("flow").to_numpy())


def published(shared: Path, places: tuple[str, ...], column: str, release: str = "2025") -> npt.NDArray[np.float64]:
    """Abel and Cohen's flows 2010 to 2015 as a table of places; 0 where the release has no row."""
    if release == "2025":
        frame = pl.read_parquet(shared / "data/flows/abel_cohen_2025release_bilat_mig.parquet")
        rows = frame.filter(pl.col("period") == "2010-2015")
    else:
        frame = pl.read_parquet(shared / "data/flows/abel_cohen_2022release_by_sex.parquet")
        rows = frame.filter((pl.col("year0") == 2010) & (pl.col("sex") == "b"))
    at = {place: line for line, place in enumerate(places)}
    out = np.zeros((len(places),) * 2)
    here = rows.filter(pl.col("orig").is_in(places) & pl.col("dest").is_in(places)).select("orig", "dest", column)
    for orig, dest, flow in here.drop_nulls().iter_rows():
        out[at[orig], at[dest]] = flow
    return out


def tables(shared: Path, start: int, end: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Stocks and vital events of a period for the 231 places of the reference inputs, made as those were.

    The UN's stocks of 2024 with people of untold birthplace spread in proportion; native-born = WPP 2024 less foreign-born; births
    and deaths from 1 July to 1 July.
    """
    living = pl.read_parquet(shared / "data/population/wpp2024_annual.parquet")
    codes = pl.read_parquet(shared / "data/flows/reference/migest_full231_inputs_births_deaths.parquet")
    places = codes.get_column("iso3").unique().sort().to_list()
    stocks = pl.concat([_stocks(shared, living, places, year) for year in (start, end)])
    half = pl.when(pl.col("year").is_in([start, end])).then(500.0).otherwise(1000.0)
    vital = (
        living.filter(pl.col("year").is_between(start, end) & pl.col("iso3").is_in(places))
        .group_by("iso3")
        .agg((pl.col("births", "deaths") * half).sum())
        .with_columns(period=pl.lit(f"{start}-{end}"))
    )
    return stocks, vital.sort("iso3")


def _stocks(shared: Path, living: pl.DataFrame, places: list[str], year: int) -> pl.DataFrame:
    every = pl.read_parquet(shared / "data/stocks/un_desa_ims2024_bilateral.parquet").filter(
        (pl.col("sex") == "b") & (pl.col("year") == year) & pl.col("dest").is_in(places)
    )
    known = every.filter(pl.col("orig").is_in(places) & (pl.col("orig") != pl.col("dest")))
    rest = every.filter(pl.col("orig") == "XXX").select("dest", rest="value")
    abroad = known.join(rest, on="dest", how="left").with_columns(
        stock=pl.col("value") * (1 + pl.col("rest").fill_null(0) / pl.col("value").sum().over("dest"))
    )
    people = living.filter((pl.col("year") == year) & pl.col("iso3").is_in(places)).select("iso3", "pop_mid")
    foreign = abroad.group_by("dest").agg(pl.col("stock").sum())
    natives = people.join(foreign, left_on="iso3", right_on="dest", how="left").select(
        birth="iso3", residence="iso3", stock=pl.col("pop_mid") * 1000 - pl.col("stock").fill_null(0)
    )
    rows = pl.concat([abroad.select(birth="orig", residence="dest", stock="stock"), natives])
    return rows.select(year=pl.lit(year, dtype=pl.Int64), birth="birth", residence="residence", stock="stock")
