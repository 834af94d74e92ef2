"""The two tables of an account from a release: everyone's, women's or men's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import polars as pl

from qanat.errors import NothingFound
from qanat.estimate.releases import Release
from qanat.estimate.worlds import ASIDE, UNKNOWN, Rules, World, world
from qanat.maths.sexes import BOYS_A_GIRL

Sex = Literal["all", "female", "male"]
MOST: Final = 0.9  # of a place's people may be of unknown birthplace; beyond it nothing can be said of its native-born
_SEXES: Final = (
    "women are the same share of the native-born in every year as at the first year's end for which population is told by sex",
    "women and men die at the same rate in a place, since deaths are not told by sex",
    f"{BOYS_A_GIRL} boys are born a girl",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What an account is drawn up from.

    stocks   year, birth, residence, stock; the native-born where birth = residence
    vital    iso3, births, deaths, period
    left     ASIDE: places that cannot be accounted for, with their people
    assumed  what was assumed, in sentences
    """

    stocks: pl.DataFrame
    vital: pl.DataFrame
    left: pl.DataFrame
    assumed: tuple[str, ...]

    @property
    def leave_out(self) -> tuple[str, ...]:
        """Places that cannot be accounted for."""
        return tuple(self.left.get_column("place").unique().sort())


@dataclass(frozen=True, slots=True, kw_only=True)
class Everyone:
    """What the accounts of everyone, women and men have in common: the native-born of both sexes, and who is left aside."""

    natives: pl.DataFrame
    left: pl.DataFrame


def everyone(found: Release) -> Everyone:
    """The native-born (population less everyone born abroad) and the places that cannot be accounted for."""
    abroad = found.stocks.filter(pl.col("sex") == "all")
    return Everyone(natives=_natives(abroad, found.people), left=_left(found, abroad))


def drawn_up(found: Release, rules: Rules, sex: Sex = "all", common: Everyone | None = None) -> tuple[Inputs, World]:
    """The tables of everyone's, women's or men's account from a release, and the account.

    common  `everyone(found)`, where it is at hand already
    Raises FigureError with every fault of the account.
    """
    told = inputs(found, sex, common)
    leave = tuple(sorted({*rules.leave_out, *told.leave_out}))
    return told, world(told.stocks, told.vital, replace(rules, leave_out=leave))


def inputs(found: Release, sex: Sex = "all", common: Everyone | None = None) -> Inputs:
    """The tables of a period's account.

    Native-born are population less everyone born abroad, unknown birthplaces included. What is not published of women and men
    is taken as `assumed` tells. Raises NothingFound where population is not told by sex and one was asked for.
    """
    both = everyone(found) if common is None else common
    natives, left, own = both.natives, both.left, found.stocks.filter(pl.col("sex") == sex)
    if sex == "all":
        return Inputs(stocks=_tables(own, natives), vital=_here(found.vital, natives), left=left, assumed=found.assumed)
    if found.women is None:
        raise NothingFound("population is not told by sex, so flows by sex cannot be estimated; leave out --by-sex")
    share = pl.col("women") if sex == "female" else 1 - pl.col("women")
    theirs = natives.join(found.women, left_on="residence", right_on="place", how="left").with_columns(
        stock=pl.col("stock") * share
    )
    vital = _vital_of(found, _tables(own, theirs), sex)
    return Inputs(
        stocks=_tables(own, theirs.select(natives.columns)), vital=_here(vital, natives), left=left, assumed=(*found.assumed, *_SEXES)
    )  # fmt: skip


def _tables(abroad: pl.DataFrame, natives: pl.DataFrame) -> pl.DataFrame:
    columns = ["year", "birth", "residence", "stock"]
    return pl.concat([abroad.select(columns), natives.select(columns)])


def _here(vital: pl.DataFrame, natives: pl.DataFrame) -> pl.DataFrame:
    return vital.join(natives.select(iso3="residence").unique(), on="iso3", how="semi", maintain_order="left")


def _natives(abroad: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    foreign = abroad.group_by("year", "residence").agg(foreign=pl.col("stock").sum())
    joined = foreign.join(people, left_on=["year", "residence"], right_on=["year", "place"], how="inner")
    native = joined.select("year", birth="residence", residence="residence", stock=pl.col("people") - pl.col("foreign"))
    return native.sort("year", "birth")


def _vital_of(found: Release, own: pl.DataFrame, sex: Sex) -> pl.DataFrame:
    """Births at one ratio of the sexes, deaths in a sex's share of the people."""
    lived = own.group_by("residence", "year").agg(own=pl.col("stock").sum())
    joined = lived.join(found.people, left_on=["residence", "year"], right_on=["place", "year"])
    shares = joined.group_by(iso3="residence").agg(share=(pl.col("own") / pl.col("people")).mean())
    girls = 1 / (1 + BOYS_A_GIRL)
    born = girls if sex == "female" else 1 - girls
    events = found.vital.join(shares, on="iso3", how="left", maintain_order="left")
    return events.with_columns(births=pl.col("births") * born, deaths=pl.col("deaths") * pl.col("share")).drop("share")


def _left(found: Release, abroad: pl.DataFrame) -> pl.DataFrame:
    """Places one of the two releases lacks, and those of which the stocks know next to nobody's birthplace."""
    people = found.people.select("place", "year", "people")
    told = abroad.select(place="residence").unique()
    bare = people.join(told, on="place", how="anti").with_columns(why=pl.lit("no migrant stocks of the place"))
    lost = abroad.group_by(place="residence", year="year").agg(people=pl.col("stock").sum())
    lost = lost.join(people.select("place").unique(), on="place", how="anti")
    parts = [bare, lost.with_columns(why=pl.lit("no population figures of the place")), _unknown(abroad, people)]
    left = pl.concat([part.select("place", "year", "people", "why") for part in parts])
    return left.with_columns(birth=pl.lit(None, dtype=pl.String)).select(list(ASIDE)).cast(ASIDE).sort("place", "year")


def _unknown(abroad: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    others = (
        abroad.filter(pl.col("birth").is_in(UNKNOWN)).group_by("residence", "year").agg(unknown=pl.col("stock").sum())
    )
    both = people.join(others, left_on=["place", "year"], right_on=["residence", "year"])
    odd = both.filter(pl.col("unknown") > MOST * pl.col("people")).select("place").unique()
    why = f"the migrant stocks count more than {MOST:.0%} of its people as of unknown birthplace"
    return people.join(odd, on="place", how="semi").with_columns(why=pl.lit(why))
