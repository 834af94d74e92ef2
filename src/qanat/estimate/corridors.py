"""Corridors of money as arrays: migrants at mid-year, incomes, recorded inflows, each with the figures behind it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import polars as pl

from qanat.figures import UNDIVIDED, F
from qanat.maths.allocation import Floats

_COUNTRY: Final = r"^[A-Z]{3}$"
_WORLD: Final = "WLD"
STALE: Final = 5  # years an income may be old
_CITED: Final = pl.struct("run", "row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridors:
    """What money can be spread over.

    codes     countries, ascending; rows of matrices are receivers (migrants' origins), columns senders (their hosts)
    stock     migrants at mid-year of the year, between the reference years around it in a straight line
    income    product per person, not a number where none of the last five years is known
    inflow    recorded US dollars of the year by receiver, not a number where none is recorded
    cites     the figures behind each corridor: receiver, sender, run, row
    aged      countries whose income is of an earlier year, with the year
    """

    codes: tuple[str, ...]
    stock: Floats
    income: Floats
    inflow: Floats
    cites: pl.DataFrame
    aged: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decreed:
    """A pair of countries without money between them by decree of the publisher, in either direction, since a year."""

    between: frozenset[str]
    since: int


@cache
def decreed_zeros() -> tuple[str, tuple[Decreed, ...]]:
    """Whose decree it is, and the pairs."""
    told = tomllib.loads(files("qanat.estimate").joinpath("evidence", "decreed_zeros.toml").read_text(encoding="utf-8"))
    return told["citation"], tuple(
        Decreed(between=frozenset(one["between"]), since=one["since"]) for one in told["pair"]
    )


def corridors(figures: pl.DataFrame, year: int) -> Corridors:
    """The corridors of a year.

    figures  newest published figures: stocks of migrants by origin and place (UN Population Division), inflows of
             remittances by place, incomes by place; others are left alone
    """
    stocks, incomes, inflows = _stocks(figures, year), _incomes(figures, year), _inflows(figures, year)
    codes = sorted({*stocks["origin"], *stocks["place"], *inflows["place"]})
    at = {code: place for place, code in enumerate(codes)}
    matrix = np.zeros((len(codes), len(codes)))
    rows, columns = ([at[code] for code in stocks[name]] for name in ("origin", "place"))
    matrix[rows, columns] = stocks["value"].to_numpy()
    return Corridors(
        codes=tuple(codes), stock=matrix, income=_vector(incomes, at), inflow=_vector(inflows, at),
        cites=_cites(stocks, incomes, inflows), aged={place: known for place, known in incomes.select("place", "known_year").iter_rows() if known < year},
    )  # fmt: skip


def bracket(years: list[int], year: int) -> tuple[int, int]:
    """The reference years at or around a year; the nearest twice where it lies beyond them."""
    before, after = [one for one in years if one <= year], [one for one in years if one >= year]
    if not before or not after:
        near = min(years, key=lambda one: abs(one - year))
        return near, near
    return max(before), min(after)


def _stocks(figures: pl.DataFrame, year: int) -> pl.DataFrame:
    """Migrants by origin and place: value, and `cited`, the one or two figures it lies between."""
    found = figures.filter(
        UNDIVIDED & (F.group == "migrants") & (F.measure == "stock") & (F.counter == "unpd") & F.value.is_not_null()
        & F.origin.str.contains(_COUNTRY) & F.place.str.contains(_COUNTRY)
        & ~F.origin.is_in([_WORLD, "XXX", "XXA"]) & (F.place != _WORLD) & (F.origin != F.place)
    ).with_columns(_year=F.end.dt.year())  # fmt: skip
    years = sorted(found.get_column("_year").unique().to_list())
    if not years:
        return pl.DataFrame(schema={"origin": pl.String, "place": pl.String, "value": pl.Float64, "cited": pl.List(pl.Struct({"run": pl.String, "row": pl.UInt32}))})  # fmt: skip
    first, last = bracket(years, year)
    step = (year - first) / (last - first) if last > first else 0.0
    weight = pl.when(pl.col("_year") == first).then(1.0 - step).otherwise(step)
    parts = found.filter(pl.col("_year").is_in([first, last])).with_columns(_part=F.value * weight, cite=_CITED)
    return (
        parts.group_by("origin", "place")
        .agg(value=pl.col("_part").sum(), cited=pl.col("cite").sort_by("_year"))
        .filter(F.value > 0)
        .sort("origin", "place")
    )


def _incomes(figures: pl.DataFrame, year: int) -> pl.DataFrame:
    """Product per person, of the year or the newest of five before it."""
    found = figures.filter(
        (F.measure == "income") & (F.unit == "intl-USD-2017") & F.value.is_not_null()
        & F.start.dt.year().is_between(year - STALE, year)
    ).with_columns(known_year=F.start.dt.year(), cite=_CITED)  # fmt: skip
    return found.sort("place", "start").unique("place", keep="last", maintain_order=True)


def _inflows(figures: pl.DataFrame, year: int) -> pl.DataFrame:
    found = figures.filter(
        (F.measure == "remittances") & (F.counter == "worldbank") & F.origin.is_null() & (F.place != _WORLD) & F.facet.is_null()
        & (F.start == date(year, 1, 1)) & F.value.is_not_null() & ~F.source.str.contains("bilateral")
    ).with_columns(cite=_CITED)  # fmt: skip
    return found.sort("place", "source").unique("place", keep="first", maintain_order=True)


def _vector(found: pl.DataFrame, at: dict[str, int]) -> Floats:
    out = np.full(len(at), np.nan)
    for place, value in found.select("place", "value").iter_rows():
        if place in at:
            out[at[place]] = value
    return out


def _cites(stocks: pl.DataFrame, incomes: pl.DataFrame, inflows: pl.DataFrame) -> pl.DataFrame:
    """The figures behind each corridor: receiver, sender, run, row."""
    pairs = stocks.select(receiver="origin", sender="place", cited="cited")
    paid = inflows.select(receiver="place", inflow="cite")
    home, abroad = incomes.select(receiver="place", home="cite"), incomes.select(sender="place", abroad="cite")
    joined = pairs.join(paid, on="receiver").join(home, on="receiver", how="left").join(abroad, on="sender", how="left")
    every = joined.select(
        "receiver", "sender", cite=pl.concat_list("cited", pl.concat_list("inflow", "home", "abroad"))
    ).explode("cite")
    return every.filter(pl.col("cite").is_not_null()).unnest("cite").filter(pl.col("run").is_not_null())
