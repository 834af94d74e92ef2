"""What must hold before an account is drawn up: cells, then places, each fault with its place and period."""

from __future__ import annotations

from typing import Any

import polars as pl

from qanat.estimate.faults import Rule, breaches, faults
from qanat.estimate.succession import hint

Fault = tuple[int | None, str, str | None, str, str | None]
_PAIR = pl.format("born in {}, living in {}, {}", "birth", "residence", "year")


def stock_faults(whole: pl.DataFrame, years: tuple[int, int], there: list[str]) -> list[pl.DataFrame]:
    """Faults of stock cells.

    whole  row, year, birth, residence, stock of the two years
    there  years the table has
    """
    absent = [year for year in years if whole.filter(pl.col("year") == year).is_empty()]
    native = pl.col("birth") == pl.col("residence")
    exceeded = pl.format(
        "fewer than no native-born in {} in {}: its foreign-born exceed its population; correct one of the two", "residence", "year"
    )  # fmt: skip
    twice = pl.struct("year", "birth", "residence").is_duplicated()
    rules: list[Rule] = [
        (pl.any_horizontal(pl.col("year", "birth", "residence").is_null()), "year", "a stock needs year, birth and residence"),
        (pl.col("stock").is_null(), "stock", pl.format("is empty ({}); nobody is 0", _PAIR)),
        ((pl.col("stock") < 0) & ~native, "stock", pl.format("is negative ({})", _PAIR)),
        ((pl.col("stock") < 0) & native, "stock", exceeded),
        (twice, "stock", pl.format("is told twice ({})", _PAIR)),
    ]  # fmt: skip
    none = [(None, "year", str(year), f"no stocks of that year; there are {', '.join(there)}", None) for year in absent]
    return [faults([*none]), *breaches(whole, rules)]


def vital_faults(living: pl.DataFrame, period: str, there: list[str]) -> list[pl.DataFrame]:
    """Faults of births and deaths.

    living  row, iso3, births, deaths of the period
    there   periods the table has
    """
    if living.is_empty():
        return [faults([(None, "period", period, f"no births and deaths of that period; there are {', '.join(there)}", None)])]  # fmt: skip
    rules: list[Rule] = []
    for name in ("births", "deaths"):
        empty = pl.format("is empty: {} of {} in {} are missing", pl.lit(name), "iso3", pl.lit(period))
        below = pl.format("is negative ({}, {})", "iso3", pl.lit(period))
        rules += [(pl.col(name).is_null(), name, empty), (pl.col(name) < 0, name, below)]
    twice = pl.format("births and deaths of {} in {} are told twice", "iso3", pl.lit(period))
    return breaches(living, [*rules, (pl.col("iso3").is_duplicated(), "iso3", twice)])


def place_faults(known: pl.DataFrame, living: pl.DataFrame, years: tuple[int, int], *, closed: bool) -> pl.DataFrame:
    """Faults of places: not counted at one end, without native-born, births or deaths, or unable to bear them.

    known   stocks of known birthplaces;  living  births and deaths, both without faults of their own
    closed  every birthplace must have people at both ends or at none
    """
    told = _places(known, living, years)
    there = [frozenset(told.filter(pl.col(f"people_{at}").is_not_null()).get_column("place")) for at in (0, 1)]
    found: list[Fault] = []
    for one in told.iter_rows(named=True):
        absent = _absent(one, there, years)
        found += absent if absent else _unbearable(one, years, closed=closed)
    return faults(found)


def _absent(one: dict[str, Any], there: list[frozenset[str]], years: tuple[int, int]) -> list[Fault]:
    """What of a place is not told: its people at one end, its births and deaths."""
    place, period = one["place"], f"{years[0]}-{years[1]}"
    found: list[Fault] = [
        (None, "residence", place, f"nobody is counted as living there in {year} ({period}); {hint(place, there[1 - at])}", None)
        for at, year in enumerate(years) if place not in there[at]
    ]  # fmt: skip
    if one["row"] is None:
        why = f"births and deaths in {period} are missing; give them, or leave it aside with --leave-out {place}"
        found.append((None, "iso3", place, why, None))
    return found


def _unbearable(one: dict[str, Any], years: tuple[int, int], *, closed: bool) -> list[Fault]:
    """What of a place no account can bear."""
    place, period = one["place"], f"{years[0]}-{years[1]}"
    found: list[Fault] = [
        (None, "birth", place, f"its native-born (birth = residence) in {year} are missing", None)
        for at, year in enumerate(years) if one[f"natives_{at}"] is None
    ]  # fmt: skip
    for name, at in (("deaths", 0), ("births", 1)):
        many, people = one[name], one[f"people_{at}"]
        if many is not None and many > people:
            found.append((one["row"], name, place, f"{many:,.0f} {name} in {period}, more than the {people:,.0f} people of {years[at]}", None))  # fmt: skip
    if closed and (one["born_0"] == 0) != (one["born_1"] == 0):
        bare = years[0] if one["born_0"] == 0 else years[1]
        found.append((None, "birth", place, f"nobody born there is counted in {bare}, though people are in the other year of {period}; use --method open", None))  # fmt: skip
    return found


def _places(known: pl.DataFrame, living: pl.DataFrame, years: tuple[int, int]) -> pl.DataFrame:
    """Every place with people, native-born and people born there at both ends, births and deaths; null where not told."""
    every = pl.concat([known.select(place="residence"), living.select(place="iso3")]).unique().sort("place")
    for at, year in enumerate(years):
        one = known.filter(pl.col("year") == year)
        native = one.filter(pl.col("birth") == pl.col("residence")).select(place="residence", natives="stock")
        living_in = one.group_by(place="residence").agg(people=pl.col("stock").sum())
        born_in = one.group_by(place="birth").agg(born=pl.col("stock").sum())
        for part in (living_in, native, born_in):
            named = part.rename({name: f"{name}_{at}" for name in part.columns if name != "place"})
            every = every.join(named, on="place", how="left", maintain_order="left")
        every = every.with_columns(pl.col(f"born_{at}").fill_null(0))  # no row: nobody born there is counted
    return every.join(living.rename({"iso3": "place"}), on="place", how="left", maintain_order="left")
