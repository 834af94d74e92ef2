"""A period's flows year by year: transitions laid out over the years, and the moves behind them, each labelled as what it is.

A five-year transition is a person who lives elsewhere than five years before; a move is an act. Whoever goes and comes back
within the period is two moves and no transition, so the two are never added and never compared as if they were one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from qanat.estimate.flows import Estimate
from qanat.maths.transport import Line, Table
from qanat.maths.years import Years, by_year, moves_behind, yearly_nets

TRANSITION: Final = "transition"
MOVE: Final = "move"
BACK: Final = (
    0.08  # a year; assumed: a third of arrivals leave again within five years, see docs/explanation/flows-better.md
)
YEARLY: Final = pl.Schema(
    {"year": pl.Int64(), "orig": pl.String(), "dest": pl.String(), "concept": pl.String(), "flow": pl.Float64()}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a period is laid out over its years.

    back  yearly rate at which arrivals leave again, behind moves that no two dates show
    """

    back: float = BACK


EVEN: Final = Layout()


def yearly(
    estimate: Estimate, nets: pl.DataFrame, dated: pl.DataFrame | None = None, layout: Layout = EVEN
) -> pl.DataFrame:
    """Flows by year (from 1 July of `year` to 30 June of the next), in people and in moves: see YEARLY.

    nets   place, year, net: net migration by calendar year, shared out half and half; a place or year without it is laid
           out evenly
    dated  orig, dest, year, people: arrivals known by calendar year (asylum applications, say): so much of a corridor as they
           are lies in time as they do, the rest evenly; null: all evenly
    Gives  of concept `transition`, rows that add up to the period's flow and, by place and year, to its net migration brought
           to the period's; of concept `move`, more: transitions and moves undone within the period.
    Raises MarginError where no layout has these nets.
    """
    world, total = estimate.world, estimate.kinds.total
    first, last = world.period
    years = list(range(first, last))
    period = total.sum(0) - total.sum(1)
    told = _nets(nets, world.places, years, period)
    raked = yearly_nets(told, total.sum(0), total.sum(1), world.start.sum(0))
    laid = by_year(total, raked, _profile(total, dated, world.places, years))
    factor = _ratio(moves_behind(total, layout.back, float(last - first)), total)
    parts = [_rows(year, laid[at], factor, world.places) for at, year in enumerate(years)]
    return pl.concat(parts).sort("year", "orig", "dest", "concept").cast(YEARLY)


def _rows(year: int, one: Table, factor: Table, places: tuple[str, ...]) -> pl.DataFrame:
    first, second = np.nonzero(one > 0)
    names = pl.Series("place", places, dtype=pl.String)
    ends = {"year": year, "orig": names.gather(first), "dest": names.gather(second)}
    whole = pl.DataFrame({**ends, "concept": TRANSITION, "flow": one[first, second]})
    moves = pl.DataFrame({**ends, "concept": MOVE, "flow": (one * factor)[first, second]})
    return pl.concat([whole, moves])


def _nets(nets: pl.DataFrame, places: tuple[str, ...], years: list[int], period: Line) -> Years:
    """Net migration from July to June, [year, place]; where it is not told, an even share of the period's."""
    at = {place: index for index, place in enumerate(places)}
    calendar = np.full((len(years) + 1, len(places)), np.nan)
    span = nets.filter(pl.col("place").is_in(places), pl.col("year").is_between(years[0], years[-1] + 1))
    for place, year, net in span.select("place", "year", "net").drop_nulls().iter_rows():
        calendar[year - years[0], at[place]] = net
    mid = (calendar[:-1] + calendar[1:]) / 2
    return np.where(np.isnan(mid), period / len(years), mid)


def _profile(total: Table, dated: pl.DataFrame | None, places: tuple[str, ...], years: list[int]) -> Years:
    even = np.repeat(total[None] / len(years), len(years), axis=0)
    if dated is None:
        return even
    known = _dated(dated, places, years)
    whole = known.sum(0)
    share = np.minimum(_ratio(whole, total), 1.0)
    out: Years = even * (1 - share) + total * share * np.divide(known, whole, out=np.zeros_like(known), where=whole > 0)
    return out


def _dated(dated: pl.DataFrame, places: tuple[str, ...], years: list[int]) -> Years:
    """Dated arrivals from July to June: half of each calendar year."""
    at = {place: index for index, place in enumerate(places)}
    calendar = np.zeros((len(years) + 1, len(places), len(places)))
    here = (
        dated.filter(
            pl.col("orig").is_in(places),
            pl.col("dest").is_in(places),
            pl.col("year").is_between(years[0], years[-1] + 1),
        )
        .select("orig", "dest", "year", "people")
        .drop_nulls()
    )
    for orig, dest, year, people in here.iter_rows():
        calendar[year - years[0], at[orig], at[dest]] += people
    out: Years = (calendar[:-1] + calendar[1:]) / 2
    return out


def _ratio(top: Table, bottom: Table) -> Table:
    return np.divide(top, bottom, out=np.ones_like(top), where=bottom > 0)
