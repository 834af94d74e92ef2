"""From published figures to the two tables of an account, each from one release: a table mixed of two would show moves nobody made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import polars as pl

from qanat.errors import NothingFound
from qanat.estimate.worlds import ASIDE, UNKNOWN
from qanat.figures import F
from qanat.figures.licensing import strictest
from qanat.maths.sexes import BOYS_A_GIRL

Sex = Literal["all", "female", "male"]
# what stocks tell together and population apart: Guernsey and Jersey are the Channel Islands of the migrant stocks
TOGETHER: Final[dict[str, str]] = {"GGY": "XCX", "JEY": "XCX"}
MOST: Final = 0.9  # of a place's people may be of unknown birthplace; beyond it nothing can be said of its native-born
_NO_PLACES: Final = ("WLD",)
_WHERE: Final = ("place", "run", "row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What an account is drawn up from.

    stocks   year, birth, residence, stock (native-born where birth = residence), run, row of the stock figure (null for native-born)
    vital    iso3, births, deaths, period
    people   place, year, people, run, row: the population the native-born are part of
    left     ASIDE: places that one of the two releases lacks, with their people
    assumed  what was assumed, in sentences
    releases ids of the documents;  known  the day the newer of them was published;  licence  the stricter
    """

    stocks: pl.DataFrame
    vital: pl.DataFrame
    people: pl.DataFrame
    left: pl.DataFrame
    assumed: tuple[str, ...]
    releases: tuple[str, ...]
    runs: tuple[str, ...]
    known: date
    licence: str

    @property
    def leave_out(self) -> tuple[str, ...]:
        """Places that cannot be accounted for."""
        return tuple(sorted(set(self.left.get_column("place"))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One release of each kind: foreign-born stocks, and population with births and deaths."""

    stocks: pl.DataFrame
    people: pl.DataFrame


def release(figures: pl.DataFrame, years: tuple[int, int]) -> Release:
    """The newest release of either kind that tells both years.

    figures  published figures; of groups migrants (by origin) and people, other rows are passed over
    Raises NothingFound telling which years there are.
    """
    stocks = _single(figures.filter((F.group == "migrants") & (F.measure == "stock") & F.origin.is_not_null()), years, "migrant stocks by origin")  # fmt: skip
    people = _single(figures.filter((F.group == "people") & ~F.place.is_in(_NO_PLACES)), years, "population")
    return Release(stocks=stocks, people=people)


def _single(figures: pl.DataFrame, years: tuple[int, int], what: str) -> pl.DataFrame:
    mid = figures.filter((F.measure == "stock") & (F.start.dt.month() == 7) & (F.sex == "all") & F.value.is_not_null())
    told = mid.group_by("source").agg(F.known.max(), years=F.start.dt.year().unique().sort())
    whole = told.filter(pl.all_horizontal(pl.col("years").list.contains(year) for year in years))
    if whole.is_empty():
        there = sorted({year for span in told.get_column("years") for year in span})
        raise NothingFound(
            f"no release of {what} tells 1 July of both {years[0]} and {years[1]}"
            + (f"; there are {', '.join(str(year) for year in there)}" if there else "; `qanat sources` shows where it comes from")
        )  # fmt: skip
    newest = whole.sort("known", "source").row(-1, named=True)["source"]
    return figures.filter(F.source == newest)


def inputs(found: Release, years: tuple[int, int], sex: Sex = "all") -> Inputs:
    """The tables of a period's account for everyone, women or men.

    Native-born are population less everyone born abroad, unknown birthplaces included. Births and deaths run from 1 July
    to 1 July, calendar years shared out by months. Women and men: see `assumed` for what is not published and taken instead.
    """
    population, vital, assumed = _living(found, years, sex)
    abroad = _abroad(found.stocks, years, sex)
    odd = _unaccountable(found, years, population)
    here = sorted(
        (set(abroad.get_column("residence")) & set(population.get_column("place"))) - set(odd.get_column("place"))
    )
    natives = _natives(abroad, population)
    bare = sorted(set(population.get_column("place")) - set(abroad.get_column("residence")))
    left = pl.concat(
        [
            odd,
            population.filter(pl.col("place").is_in(bare)).select(place="place", birth=pl.lit(None), year="year", people="people", why=pl.lit("no migrant stocks of the place")),
            abroad.filter(~pl.col("residence").is_in([*here, *odd.get_column("place")])).group_by("residence", "year").agg(pl.col("stock").sum()).select(place="residence", birth=pl.lit(None), year="year", people="stock", why=pl.lit("no population figures of the place")),
        ],
        how="vertical_relaxed",
    )  # fmt: skip
    used = pl.concat([found.stocks, found.people])
    return Inputs(
        stocks=pl.concat([abroad, natives]).filter(~pl.col("residence").is_in(bare)), vital=vital.filter(~pl.col("iso3").is_in(bare)), people=population,
        left=left.cast(ASIDE).sort("place", "year"), assumed=assumed, releases=tuple(sorted(used.get_column("source").unique())),
        runs=tuple(sorted(used.get_column("run").unique())), known=used.select(F.known.max()).item(), licence=used.select(strictest()).item(),
    )  # fmt: skip


def _abroad(stocks: pl.DataFrame, years: tuple[int, int], sex: Sex) -> pl.DataFrame:
    kept = stocks.filter((F.sex == sex) & F.start.dt.year().is_in(years) & F.value.is_not_null())
    return kept.select(
        year=F.start.dt.year().cast(pl.Int64), birth="origin", residence="place", stock="value", run="run", row="row"
    )


def _unaccountable(found: Release, years: tuple[int, int], population: pl.DataFrame) -> pl.DataFrame:
    """Places of which the stocks know next to nobody's birthplace: as ASIDE."""
    unknown = (
        _abroad(found.stocks, years, "all")
        .filter(pl.col("birth").is_in(UNKNOWN))
        .group_by("residence", "year")
        .agg(unknown=pl.col("stock").sum())
    )
    everyone = _living(found, years, "all")[0]
    odd = unknown.join(everyone, left_on=["residence", "year"], right_on=["place", "year"]).filter(
        pl.col("unknown") > MOST * pl.col("people")
    )
    told = population.filter(pl.col("place").is_in(odd.get_column("residence").unique().sort().to_list()))
    why = f"the migrant stocks count more than {MOST:.0%} of its people as of unknown birthplace"
    return told.select(
        place="place", birth=pl.lit(None, dtype=pl.String), year="year", people="people", why=pl.lit(why)
    ).cast(ASIDE)


def _natives(abroad: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    foreign = abroad.group_by("year", "residence").agg(foreign=pl.col("stock").sum())
    joined = foreign.join(population, left_on=["year", "residence"], right_on=["year", "place"], how="inner")
    native = pl.coalesce("natives", pl.col("people") - pl.col("foreign"))
    none = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in (("run", pl.String()), ("row", pl.UInt32()))]
    return joined.select("year", birth="residence", residence="residence", stock=native).with_columns(none).sort("year", "birth")  # fmt: skip


def _living(found: Release, years: tuple[int, int], sex: Sex) -> tuple[pl.DataFrame, pl.DataFrame, tuple[str, ...]]:
    """Population with native-born of a sex (null: to be subtracted), births and deaths; and what was assumed."""
    people = found.people.with_columns(F.place.replace(TOGETHER))
    mid = people.filter(
        (F.measure == "stock") & (F.start.dt.month() == 7) & (F.sex == "all") & F.start.dt.year().is_in(years)
    )
    summed = mid.group_by("place", year=F.start.dt.year().cast(pl.Int64)).agg(
        people=F.value.sum(), run=F.run.first(), row=F.row.first()
    )
    every = summed.with_columns(natives=pl.lit(None, dtype=pl.Float64)).sort("place", "year")
    vital = _vital(people, years)
    joined = sorted(set(TOGETHER) & set(found.people.get_column("place")))
    assumed = (
        (f"{' and '.join(joined)} are counted together as {TOGETHER[joined[0]]}, as the migrant stocks do",)
        if joined
        else ()
    )
    if sex == "all":
        return every, vital, assumed
    shares = _women_among_natives(found)
    own = pl.col("women") if sex == "female" else 1 - pl.col("women")
    all_abroad, own_abroad = (_abroad(found.stocks, years, one).group_by("year", "residence").agg(pl.col("stock").sum().alias(one)) for one in ("all", sex))  # fmt: skip
    split = (
        every.join(shares, on="place", how="left").join(all_abroad, left_on=["year", "place"], right_on=["year", "residence"], how="left")
        .join(own_abroad, left_on=["year", "place"], right_on=["year", "residence"], how="left", suffix="_own")
        .with_columns(natives=(pl.col("people") - pl.col("all")) * own)
        .with_columns(own_people=pl.col("natives") + pl.col(sex))
    )  # fmt: skip
    lived = split.group_by("place").agg(share=(pl.col("own_people") / pl.col("people")).mean())
    girls = 1 / (1 + BOYS_A_GIRL)
    born = girls if sex == "female" else 1 - girls
    events = vital.join(lived, left_on="iso3", right_on="place", how="left").with_columns(births=pl.col("births") * born, deaths=pl.col("deaths") * pl.col("share"))  # fmt: skip
    own_every = split.select("place", "year", people="own_people", run="run", row="row", natives="natives")
    return own_every, events.select(vital.columns), (*assumed, *_SEXES)


_SEXES: Final = (
    "women are the same share of the native-born in every year as at the first year's end for which population is told by sex",
    "women and men die at the same rate in a place, since deaths are not told by sex",
    f"{BOYS_A_GIRL} boys are born a girl",
)


def _women_among_natives(found: Release) -> pl.DataFrame:
    """place, women: their share of the native-born, by population and stocks nearest to each other."""
    by_sex = found.people.with_columns(F.place.replace(TOGETHER)).filter((F.measure == "stock") & (F.sex == "female"))
    if by_sex.is_empty():
        raise NothingFound("no population by sex is told; flows by sex cannot be estimated")
    year = int(by_sex.select(F.start.dt.year().min()).item())
    told = found.people.with_columns(F.place.replace(TOGETHER)).filter(
        (F.measure == "stock") & (F.start.dt.year() == year) & (F.start.dt.month() == 12)
    )
    people = told.group_by("place", "sex").agg(F.value.sum()).pivot(on="sex", index="place", values="value")
    stocks = found.stocks.filter(F.value.is_not_null())
    last = int(stocks.filter(F.start.dt.year() <= year).select(F.start.dt.year().max()).item())
    abroad = stocks.filter(F.start.dt.year() == last).group_by("place", "sex").agg(F.value.sum()).pivot(on="sex", index="place", values="value")  # fmt: skip
    both = people.join(abroad, on="place", how="left", suffix="_abroad").with_columns(
        pl.col("female_abroad", "all_abroad").fill_null(0)
    )
    natives = (pl.col("all") - pl.col("all_abroad")).clip(1)
    return both.select("place", women=((pl.col("female") - pl.col("female_abroad")) / natives).clip(0, 1))


def _vital(people: pl.DataFrame, years: tuple[int, int]) -> pl.DataFrame:
    """iso3, births, deaths, period; null where a year of the period is missing."""
    first, last = years
    year = F.start.dt.year()
    weight = pl.when(year.is_in(years)).then(0.5).otherwise(1.0)
    within = people.filter(F.measure.is_in(["births", "deaths"]) & year.is_between(first, last) & (F.sex == "all"))
    parts = within.group_by("place", "measure").agg(
        value=(F.value * weight).sum(), whole=(year.n_unique() == last - first + 1) & F.value.is_not_null().all()
    )
    told = parts.select("place", "measure", value=pl.when("whole").then("value"))
    wide = told.pivot(on="measure", index="place", values="value").sort("place")
    absent = [pl.lit(None, dtype=pl.Float64).alias(name) for name in ("births", "deaths") if name not in wide.columns]
    return wide.with_columns(absent).select(iso3="place", births="births", deaths="deaths", period=pl.lit(f"{first}-{last}"))  # fmt: skip
