"""The account of one period as square tables, checked: stocks by birthplace at both ends, births and deaths of each place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import polars as pl

from qanat.estimate.checks import place_faults, stock_faults, vital_faults
from qanat.estimate.faults import STOCKS, VITAL, faults, refuse, typed
from qanat.estimate.succession import united
from qanat.figures.words import PEOPLE_WITHOUT_COUNTRY, nearest
from qanat.maths.transport import Line, Table

ASIDE: Final = pl.Schema({"place": pl.String(), "birth": pl.String(), "year": pl.Int64(), "people": pl.Float64(), "why": pl.String()})  # fmt: skip
UNKNOWN: Final = (*PEOPLE_WITHOUT_COUNTRY, "OTH", "Other", "Others", "2003")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Which period, and what is done with people and places that fit no account.

    start, end  years of the two stock tables
    others    people whose birthplace is unknown: kept `aside` and reported, or `spread` over the birthplaces abroad known in
              the same place (where none is, they stay aside)
    leave_out places to leave aside, with everyone born or living there
    unite     whole: parts, for places that split or came together
    closed    every birthplace must be counted at both ends (the closed account cannot do without)
    """

    start: int
    end: int
    others: Literal["aside", "spread"] = "aside"
    leave_out: tuple[str, ...] = ()
    unite: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    closed: bool = True

    @property
    def period(self) -> str:
        """As the tables call it, "2015-2020"."""
        return f"{self.start}-{self.end}"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One period's account.

    places        codes, ascending; the lines of every table
    start, end    (n, n) people born in k who live in i, native-born on the diagonal
    births, deaths (n,) in the period, of the people of the tables
    aside         ASIDE: who is in no table, and why
    """

    places: tuple[str, ...]
    start: Table
    end: Table
    births: Line
    deaths: Line
    period: tuple[int, int]
    aside: pl.DataFrame

    def at(self, place: str) -> int:
        """The line of a place."""
        return self.places.index(place)


def world(stocks: pl.DataFrame, vital: pl.DataFrame, rules: Rules) -> World:
    """The account of a period from two tables.

    stocks  year, birth, residence, stock: people on 1 July; the native-born where birth = residence. A pair that has no row
            is a pair without anybody, as stock tables leave such pairs out
    vital   iso3, births, deaths, period ("2015-2020"): within the period, of everyone living in the place
    Raises FigureError with every fault of both tables at once, each with its place and period.
    """
    whole, living = _read(stocks, vital, rules)
    known = whole.filter(~pl.col("birth").is_in(UNKNOWN))
    every = pl.concat([known.get_column("residence"), living.get_column("iso3").alias("residence")])
    places = tuple(every.drop_nulls().unique().sort())
    ends = (rules.start, rules.end)
    parts = [*stock_faults(whole, ends, _years(stocks)), *vital_faults(living, rules.period, _periods(vital))]
    if places and not living.is_empty():
        parts += [_strangers(known, frozenset(places)), place_faults(whole, living, ends, closed=rules.closed)]
    refuse(f"flows {rules.period}", parts)
    other = whole.filter(pl.col("birth").is_in(UNKNOWN))
    if rules.others == "spread":
        known, other = _spread(known, other)
    tables = [square(known.filter(pl.col("year") == year), places) for year in (rules.start, rules.end)]
    births, deaths = (_line(living, name, places) for name in ("births", "deaths"))
    aside = pl.concat([_left(stocks, rules), _unknown(other)]).sort("place", "birth", "year")
    return World(
        places=places, start=tables[0], end=tables[1], births=births, deaths=deaths * _told(tables[0], aside, rules, places),
        period=ends, aside=aside,
    )  # fmt: skip


def _told(start: Table, aside: pl.DataFrame, rules: Rules, places: tuple[str, ...]) -> Line:
    """The share of each place's people at the start who are in the table: deaths are theirs in that share."""
    at_start = united(aside.filter(pl.col("year") == rules.start), ("place",), rules.unite)
    away = _line(at_start.filter(pl.col("place").is_in(places)), "people", places, "place")
    told = start.sum(0)
    share = np.ones(told.shape)
    np.divide(told, told + away, out=share, where=told + away > 0)
    return share


def _years(stocks: pl.DataFrame) -> list[str]:
    return stocks.get_column("year").cast(pl.Int64).unique().sort().cast(pl.String).to_list()


def _periods(vital: pl.DataFrame) -> list[str]:
    return vital.get_column("period").cast(pl.String).drop_nulls().unique().sort().to_list()


def _read(stocks: pl.DataFrame, vital: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, pl.DataFrame]:
    people, events = typed((stocks, STOCKS, ("year", "stock")), (vital, VITAL, ("births", "deaths")))
    people = people.with_columns(pl.col("year").cast(pl.Int64))
    here = ~pl.col("birth").is_in(rules.leave_out) & ~pl.col("residence").is_in(rules.leave_out)
    whole = united(
        people.filter(pl.col("year").is_in([rules.start, rules.end]) & here), ("birth", "residence"), rules.unite
    )
    living = united(events.filter((pl.col("period") == rules.period) & ~pl.col("iso3").is_in(rules.leave_out)), ("iso3",), rules.unite)  # fmt: skip
    if rules.unite:
        whole = _summed(whole, ["year", "birth", "residence"], ["stock"], rules)
        living = _summed(living, ["iso3", "period"], ["births", "deaths"], rules)
    return whole, living


def _summed(frame: pl.DataFrame, keys: list[str], values: list[str], rules: Rules) -> pl.DataFrame:
    """Parts of a whole added up (null where a part is null); other rows stay as they are, twice where they are told twice."""
    touched = pl.any_horizontal(pl.col(key).cast(pl.String).is_in(sorted(rules.unite)) for key in keys)
    sums = [pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum()).alias(name) for name in values]
    parts = frame.filter(touched).group_by(keys, maintain_order=True).agg(pl.col("row").first(), *sums)
    return pl.concat([frame.filter(~touched), parts.select(frame.columns)])


def _spread(known: pl.DataFrame, other: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The stocks with people of unknown birthplace laid over the foreign-born known in the same place and year; and those
    who stay aside, since nobody's birthplace abroad is known there."""
    abroad = (pl.col("birth") != pl.col("residence")) & (pl.col("stock") > 0)
    key = ["year", "residence"]
    told = known.filter(abroad).group_by(key).agg(told=pl.col("stock").sum())
    unknown = other.group_by(key).agg(unknown=pl.col("stock").sum()).join(told, on=key, how="inner")
    joined = known.join(unknown, on=key, how="left", maintain_order="left")
    more = 1 + pl.col("unknown") / pl.col("told")
    grown = pl.when(abroad & pl.col("unknown").is_not_null()).then(pl.col("stock") * more).otherwise("stock")
    return joined.with_columns(stock=grown).select(known.columns), other.join(unknown, on=key, how="anti")


def _strangers(known: pl.DataFrame, places: frozenset[str]) -> pl.DataFrame:
    """Birthplaces in which nobody is counted as living."""
    odd = known.filter(~pl.col("birth").is_in(sorted(places))).group_by("birth").agg(pl.col("row").min(), people=pl.col("stock").sum()).sort("birth")  # fmt: skip
    why = "people born there are counted, nobody as living there; correct the code, write XXX where the birthplace is unknown, or --leave-out {}"
    return faults([(row, "birth", birth, why.format(birth), nearest(birth, sorted(places))) for birth, row, _ in odd.iter_rows()])  # fmt: skip


def square(rows: pl.DataFrame, places: tuple[str, ...]) -> Table:
    """Stocks as a table [birthplace, place]: rows of one pair added up, 0 for a pair without a row."""
    out = np.zeros((len(places), len(places)))
    at = dict(zip(places, range(len(places)), strict=True))
    first, second = (rows.get_column(name).replace_strict(at, return_dtype=pl.Int64).to_numpy() for name in ("birth", "residence"))  # fmt: skip
    np.add.at(out, (first, second), rows.get_column("stock").to_numpy())
    return out


def _line(rows: pl.DataFrame, name: str, places: tuple[str, ...], key: str = "iso3") -> Line:
    """A column by place, rows of one place added up; 0 for a place without a row."""
    out = np.zeros(len(places))
    at = dict(zip(places, range(len(places)), strict=True))
    np.add.at(out, rows.get_column(key).replace_strict(at, return_dtype=pl.Int64).to_numpy(), rows.get_column(name).to_numpy())  # fmt: skip
    return out


def _unknown(other: pl.DataFrame) -> pl.DataFrame:
    return other.select(
        place="residence", birth="birth", year="year", people="stock", why=pl.lit("birthplace unknown")
    ).cast(ASIDE)  # fmt: skip


def _left(stocks: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """People of places left aside, as they stand in the table given."""
    left = stocks.with_columns(pl.col("birth", "residence").cast(pl.String)).filter(
        pl.col("year").cast(pl.Int64).is_in([rules.start, rules.end])
        & (pl.col("birth").is_in(rules.leave_out) | pl.col("residence").is_in(rules.leave_out))
    )
    asked = pl.when(pl.col("residence").is_in(rules.leave_out)).then(pl.lit("left aside as asked")).otherwise(pl.lit("born in a place left aside"))  # fmt: skip
    return left.select(place="residence", birth="birth", year="year", people="stock", why=asked).cast(ASIDE)
