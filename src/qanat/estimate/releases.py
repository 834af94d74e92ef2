"""The published figures an account is drawn up from, each kind from one release: a table mixed of two would show moves nobody made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from qanat.errors import NothingFound
from qanat.figures import F
from qanat.figures.licensing import strictest

# what stocks tell together and population apart: Guernsey and Jersey are the Channel Islands of the migrant stocks
TOGETHER: Final[dict[str, str]] = {"GGY": "XCX", "JEY": "XCX"}
_NO_PLACES: Final = ("WLD",)
_READ: Final = (
    "measure",
    "group",
    "origin",
    "place",
    "start",
    "known",
    "sex",
    "value",
    "source",
    "licence",
    "run",
    "row",
)
_YEAR: Final = F.start.dt.year().cast(pl.Int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One release of migrant stocks and one of population with births and deaths, as far as a period needs them.

    years    of the two stocks
    stocks   year, birth, residence, sex, stock, run, row: the foreign-born
    people   place, year, people, run, row: everyone
    vital    iso3, births, deaths, period; null where a year of the period is missing
    women    place, women: their share of the native-born; null where population is not told by sex
    releases ids of the documents;  known  the day the newer was published;  licence  the stricter
    """

    years: tuple[int, int]
    stocks: pl.DataFrame
    people: pl.DataFrame
    vital: pl.DataFrame
    women: pl.DataFrame | None
    assumed: tuple[str, ...]
    releases: tuple[str, ...]
    runs: tuple[str, ...]
    known: date
    licence: str


def release(figures: pl.DataFrame, years: tuple[int, int]) -> Release:
    """The newest release of either kind that tells 1 July of both years.

    figures  published figures; of groups migrants (by origin) and people, other rows are passed over
    Raises NothingFound telling which years there are.
    """
    told = figures.select(_READ)
    migrants = (F.group == "migrants") & (F.measure == "stock") & F.origin.is_not_null() & F.value.is_not_null()
    stocks = _single(told.filter(migrants), years, "migrant stocks by origin")
    told = _single(told.filter((F.group == "people") & ~F.place.is_in(_NO_PLACES)), years, "population")
    people = told.with_columns(F.place.replace(TOGETHER))
    joined = told.filter(F.place.is_in(list(TOGETHER))).get_column("place").unique().sort().to_list()
    meta = (
        pl.concat([part.select("source", "run", "known", "licence") for part in (stocks, told)])
        .lazy()
        .unique()
        .collect()
    )
    return Release(
        years=years, stocks=_abroad(stocks.filter(_YEAR.is_in(years))), people=_everyone(people, years), vital=_vital(people, years),
        women=_women_among_natives(people, stocks),
        assumed=(f"{' and '.join(joined)} are counted together as {TOGETHER[joined[0]]}, as the migrant stocks do",) if joined else (),
        releases=tuple(meta.get_column("source").unique().sort()), runs=tuple(meta.get_column("run").unique().sort()),
        known=meta.select(F.known.max()).item(), licence=meta.select(strictest()).item(),
    )  # fmt: skip


def _single(figures: pl.DataFrame, years: tuple[int, int], what: str) -> pl.DataFrame:
    mid = figures.lazy().filter(
        (F.measure == "stock") & (F.start.dt.month() == 7) & (F.sex == "all") & F.value.is_not_null()
    )
    told = mid.group_by("source").agg(F.known.max(), years=_YEAR.unique().sort()).collect()
    whole = told.filter(pl.all_horizontal(pl.col("years").list.contains(year) for year in years))
    if whole.is_empty():
        there = sorted({year for span in told.get_column("years").to_list() for year in span})
        more = f"there are {', '.join(map(str, there))}" if there else "`qanat sources` shows where it comes from"
        raise NothingFound(f"no release of {what} tells 1 July of both {years[0]} and {years[1]}; {more}")
    newest = whole.sort("known", "source").row(-1, named=True)["source"]
    return figures.filter(F.source == newest) if figures.get_column("source").n_unique() > 1 else figures


def _abroad(stocks: pl.DataFrame) -> pl.DataFrame:
    return stocks.select(
        year=_YEAR, birth="origin", residence="place", sex=F.sex.cast(pl.String), stock="value", run="run", row="row"
    )


def _everyone(people: pl.DataFrame, years: tuple[int, int]) -> pl.DataFrame:
    mid = people.filter((F.measure == "stock") & (F.start.dt.month() == 7) & (F.sex == "all") & _YEAR.is_in(years))
    summed = mid.group_by("place", year=_YEAR).agg(people=F.value.sum(), run=F.run.first(), row=F.row.first())
    return summed.sort("place", "year")


def _vital(people: pl.DataFrame, years: tuple[int, int]) -> pl.DataFrame:
    """From 1 July to 1 July: half of the first and of the last calendar year, the years between whole."""
    first, last = years
    weight = pl.when(_YEAR.is_in(years)).then(0.5).otherwise(1.0)
    within = people.filter(F.measure.is_in(["births", "deaths"]) & _YEAR.is_between(first, last) & (F.sex == "all"))
    whole = (_YEAR.n_unique() == last - first + 1) & F.value.is_not_null().all()
    parts = within.group_by("place", "measure").agg(value=(F.value * weight).sum(), whole=whole)
    told = parts.select("place", "measure", value=pl.when("whole").then("value"))
    wide = told.pivot(on="measure", on_columns=["births", "deaths"], index="place", values="value").sort("place")
    return wide.select(iso3="place", births="births", deaths="deaths", period=pl.lit(f"{first}-{last}"))


def _women_among_natives(people: pl.DataFrame, stocks: pl.DataFrame) -> pl.DataFrame | None:
    """By the first population told by sex and the stocks of the nearest year not after it."""
    told = people.filter((F.measure == "stock") & (F.start.dt.month() == 12))
    sexed = told.filter(F.sex == "female")
    if sexed.is_empty():
        return None
    year = int(sexed.select(_YEAR.min()).item())
    last = stocks.filter(year >= _YEAR).select(_YEAR.max()).item()
    counts = pl.concat(
        [
            _by_sex(told.filter(year == _YEAR)).with_columns(share=pl.lit(1.0)),
            _by_sex(stocks.filter(last == _YEAR)).with_columns(share=pl.lit(-1.0)),
        ]
    )
    natives = counts.group_by("place").agg(
        (pl.col(sex) * pl.col("share")).sum().alias(sex) for sex in ("all", "female")
    )
    return natives.select("place", women=(pl.col("female") / pl.col("all").clip(1)).clip(0, 1))


def _by_sex(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by("place").agg(F.value.filter(F.sex == sex).sum().alias(sex) for sex in ("all", "female"))
