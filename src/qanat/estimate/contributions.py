"""Why a flow changed between two periods: shares of the change that add up to it exactly, in people."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from qanat.errors import NothingFound
from qanat.estimate.drivers import Fitted
from qanat.estimate.panel import CORRIDOR, TERMS, Panel
from qanat.maths.log_mean import logarithmic_mean

DRIVERS: Final = ("population", "income", "conflict", "diaspora", "distance", "ties")
EVERYWHERE, UNEXPLAINED, BEGAN, UNKNOWN = "everywhere", "unexplained", "began or ended", "not known"
_NORMAL95: Final = 1.959963984540054
_ROWS: Final = pl.Schema(
    {"driver": pl.String(), "people": pl.Float64(), "low95": pl.Float64(), "high95": pl.Float64(), "log": pl.Float64(), "log_low95": pl.Float64(), "log_high95": pl.Float64()}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Which change: of a corridor, or (one end null) of everyone who left or came to a place; periods by their start year."""

    origin: str | None
    place: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """A change taken apart.

    rows     a row a driver: people (they add up to after - before), the 95 % interval from the coefficients' errors alone;
             for a corridor that moved in both periods also its part of ln(after / before), which add up to that too
             `everywhere` is what changed for all corridors alike, `unexplained` what no term tells; `began or ended` the
             corridors with nobody in one of the two periods, whose ratio has no logarithm; `not known` those that lack a term
    before, after  people in each period
    corridors      how many moved in both periods
    """

    rows: pl.DataFrame
    before: float
    after: float
    corridors: int

    @property
    def largest(self) -> list[dict[str, float | str]]:
        """The drivers by size, without those of no people."""
        told = self.rows.filter(pl.col("people").abs() >= 0.5).sort(pl.col("people").abs(), descending=True)
        return told.select("driver", "people").to_dicts()


def why(data: Panel, fit: Fitted, change: Change) -> Why:
    """The contribution of each driver to a change.

    The change of a corridor is L ln(after / before), L the logarithmic mean of the two; ln(after / before) is the sum of
    coefficient x change of its term, the periods' effects, and a remainder. Distance and other ties did not change within
    a corridor: they explain the level of a flow, and nothing of its change.
    Raises NothingFound where a corridor lacks a term (and says which), or the effects are none of time (two-way).
    Source  logarithmic mean Divisia index, Ang 2005 (Energy Policy 33:867).
    """
    both = _both(data, fit, change)
    first, last = both.get_column("before").to_numpy(), both.get_column("after").to_numpy()
    moved = (first > 0) & (last > 0)
    weight = np.where(moved, logarithmic_mean(np.where(moved, first, 1.0), np.where(moved, last, 1.0)), 0.0)
    shifts = np.column_stack([both.get_column(f"shift_{name}").to_numpy() for name in fit.terms])
    people = weight @ shifts  # persons a unit of each coefficient
    parts = [_part(driver, people, fit) for driver in DRIVERS]
    common = float(weight.sum()) * (fit.years[change.end] - fit.years[change.start])
    explained = sum(part[1] for part in parts) + common
    rest = float((last - first)[moved].sum()) - explained
    spread = _spread(people, fit.covariance)
    began = float((last - first)[~moved].sum())
    whole = _whole(data, change)
    unknown = (whole[1] - whole[0]) - float((last - first).sum())
    rows = [
        *parts, (EVERYWHERE, common, None, None), (UNEXPLAINED, rest, rest - spread, rest + spread), (BEGAN, began, None, None),
        (UNKNOWN, unknown, None, None),
    ]  # fmt: skip
    logs = float(weight[0]) if len(weight) == 1 and moved[0] else None
    return Why(rows=_table(rows, logs), before=whole[0], after=whole[1], corridors=int(moved.sum()))


def _mine(rows: pl.DataFrame, change: Change) -> pl.DataFrame:
    for name, code in (("origin", change.origin), ("place", change.place)):
        rows = rows if code is None else rows.filter(pl.col(name) == code)
    return rows


def _whole(data: Panel, change: Change) -> tuple[float, float]:
    """People of both periods, those corridors too that lack a term."""
    every = _mine(
        pl.concat(
            [
                data.rows.select("origin", "place", "start", "flow"),
                data.lacking.select("origin", "place", "start", "flow"),
            ]
        ),
        change,
    )
    first, last = (
        float(every.filter(pl.col("start") == year).get_column("flow").sum()) for year in (change.start, change.end)
    )
    return first, last


def _both(data: Panel, fit: Fitted, change: Change) -> pl.DataFrame:
    """The corridors of a change with the flow of both periods and how far each term moved."""
    if change.start not in fit.years or change.end not in fit.years:
        known = ", ".join(str(year) for year in sorted(fit.years)) or "none: two-way effects leave no period to compare"
        raise NothingFound(f"no flows for both {change.start} and {change.end}; periods begin in {known}")
    mine = _mine(data.rows, change)
    sides = [
        mine.filter(pl.col("start") == year).select(
            *CORRIDOR, pl.col("flow").alias(told), *(pl.col(name).alias(f"{told}_{name}") for name in fit.terms)
        )
        for year, told in ((change.start, "before"), (change.end, "after"))
    ]
    both = sides[0].join(sides[1], on=list(CORRIDOR), how="inner")
    if both.is_empty():
        raise NothingFound(_lacking(data, change))
    return both.with_columns(
        (pl.col(f"after_{name}") - pl.col(f"before_{name}")).alias(f"shift_{name}") for name in fit.terms
    )


def _lacking(data: Panel, change: Change) -> str:
    """Why a change cannot be taken apart: no flows at all, or terms that are not known."""
    pair = f"{change.origin or 'anywhere'} to {change.place or 'anywhere'}"
    left_out = _mine(data.lacking, change).filter(pl.col("start").is_in([change.start, change.end]))
    if left_out.is_empty():
        return f"{pair}: no flow is known for both {change.start} and {change.end}"
    terms = left_out.explode("lacks").group_by("lacks").agg(pl.col("start").unique().sort()).sort("lacks")
    told = "; ".join(
        f"{TERMS[name].driver} ({name}) in {', '.join(map(str, years))}" for name, years in terms.iter_rows()
    )
    drivers = sorted({TERMS[name].driver for name in terms.get_column("lacks")})
    return f"{pair}: not known are {told}. Give them, or leave them out of the model with --without {','.join(drivers)}"


def _part(driver: str, people: NDArray[np.float64], fit: Fitted) -> tuple[str, float, float | None, float | None]:
    """A driver's people with their interval; 0 without one where no term of the fit belongs to it."""
    mine = np.array([TERMS[name].driver == driver for name in fit.terms])
    estimates = fit.coefficients.get_column("estimate").to_numpy()
    own = np.where(mine, people, 0.0)
    value, spread = float(own @ estimates), _spread(own, fit.covariance)
    if not mine.any():
        return (driver, 0.0, None, None)
    return (driver, value, value - spread, value + spread)


def _spread(people: NDArray[np.float64], covariance: NDArray[np.float64]) -> float:
    """Half the 95 % interval of a sum of coefficients with these weights."""
    return _NORMAL95 * sqrt(max(float(people @ covariance @ people), 0.0))


def _table(rows: list[tuple[str, float, float | None, float | None]], weight: float | None) -> pl.DataFrame:
    def log(value: float | None) -> float | None:
        return None if weight is None or value is None else value / weight

    told = [(name, value, low, high, log(value), log(low), log(high)) for name, value, low, high in rows]
    return pl.DataFrame(told, schema=_ROWS, orient="row")
