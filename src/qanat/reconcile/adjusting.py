"""Cells and constraints as arrays of numbers, and back: how far each figure may give way, and what is held."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from qanat.figures import F
from qanat.maths.shares import NORMAL_80
from qanat.reconcile.constraints import Constraints
from qanat.reconcile.intervals import SPREAD

if TYPE_CHECKING:
    from qanat.maths.balancing import Problem

Bounds = Literal["people", "rounding"]

PEOPLE: Final = 0.02  # standard deviation of ln population, the house's assumption: censuses miss a few in a hundred
_FREE: Final = 3.0  # how many times weaker than its neighbours a number is held that nobody counted
_FIRM: Final = 1e-4  # of the weakest neighbour's standard deviation, the least one: its share of a gap is then 1e-8
_LEAST: Final = 0.5  # people, the least standard deviation


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How firmly figures stand.

    spread  standard deviation of the ln of a figure that comes without a sampling error (intervals.SPREAD);  people = of a
            population's
    bounds  people: nothing falls below zero; rounding: figures stay within what their rounding allows, too
    hold    citations of figures that must not move
    """

    spread: float = SPREAD
    people: float = PEOPLE
    bounds: Bounds = "people"
    hold: tuple[str, ...] = ()


def weighed(cells: pl.DataFrame, constraints: Constraints, weights: Weights) -> pl.DataFrame:
    """The cells with: sd (its standard deviation, null where it has no value), own_low and own_high (its own interval: what
    its publisher gives, else its rounding widened by the usual distance of two counts, 80 %), held.

    An interval of a probability below 1 is a sampling error and stands alone; a bound (rounding) adds its variance, that of
    a number equally likely anywhere within it, to the usual error. The usual error is a share of the figure; that of a
    total of zero whose parts are above it is a share of what they add up to.
    """
    share = pl.when(F.group == "people").then(weights.people).otherwise(weights.spread)
    factor = (
        pl.when(F.group == "people").then(exp(NORMAL_80 * weights.people)).otherwise(exp(NORMAL_80 * weights.spread))
    )
    sampled = (F.level < 1) & F.low.is_not_null() & F.high.is_not_null()
    wide = pl.col("most") - pl.col("least")
    size = pl.when(F.value == 0).then(pl.col("_parts").fill_null(0.0)).otherwise(F.value)
    usual = ((share * size) ** 2 + (wide / sqrt(12)) ** 2).sqrt()
    least, most = pl.col("least"), pl.col("most")
    held = pl.format("{}:{}", "run", "row").is_in(list(weights.hold)) if weights.hold else pl.lit(value=False)
    return cells.join(_parts(cells, constraints), on="at", how="left", maintain_order="left").with_columns(
        sd=pl.when(sampled).then(wide / (2 * NORMAL_80)).otherwise(usual).clip(lower_bound=_LEAST),
        own_low=pl.when(sampled | (F.value == 0)).then(least).otherwise(pl.min_horizontal(least / factor, least * factor)),
        own_high=pl.when(sampled).then(most).otherwise(pl.max_horizontal(most / factor, most * factor)),
        held=held & F.value.is_not_null(),
    ).drop("_parts")  # fmt: skip


def _parts(cells: pl.DataFrame, constraints: Constraints) -> pl.DataFrame:
    """What the parts of each total add up to (the most, of several divisions), by the total's `at`."""
    divisions = constraints.heads.filter("equal").select("id", "whole")
    terms = (
        constraints.terms.filter(pl.col("sign") > 0).join(divisions, on="id").join(cells.select("at", "value"), on="at")
    )
    sums = terms.group_by("id", "whole").agg(F.value.sum())
    return sums.group_by(at="whole").agg(_parts=F.value.max())


def uncounted() -> pl.Expr:
    """Whether a cell has neither a value nor an interval: nothing is known but what the constraints say."""
    return F.value.is_null() & (F.low.is_null() | F.high.is_null())


def problem(cells: pl.DataFrame, constraints: Constraints, weights: Weights, free: pl.Series) -> Problem:
    """The numbers and what they must keep to; cells and heads in their own order, `at` and `id` counting from 0.

    cells  from `weighed`;  free  what each number that nobody counted is drawn to, weakly (others' places are not read)
    A division that is not closed may fall short of its total. A cell without a value but with an interval is drawn to
    the middle of it and kept within.
    """
    import numpy as np
    from scipy.sparse import csr_array

    from qanat.maths.balancing import Problem

    heads, terms = constraints.heads, constraints.terms
    told = cells.select(
        target=pl.coalesce(F.value, (F.low + F.high) / 2), sd=pl.coalesce("sd", ((F.high - F.low) / sqrt(12)).clip(lower_bound=_LEAST)),
        low=_floor(weights.bounds), high=_ceiling(weights.bounds), free=uncounted(),
    )  # fmt: skip
    beside = _beside(told, terms)
    own = told.get_column("sd").fill_null(_FREE * beside).to_numpy()
    target = told.get_column("target").fill_null(free).to_numpy().copy()
    shape = (heads.height, cells.height)
    rows = csr_array((terms["sign"].to_numpy(), (terms["id"].to_numpy(), terms["at"].to_numpy())), shape=shape)
    return Problem(
        rows=rows, right=np.zeros(heads.height), equal=heads.select(pl.col("equal") & pl.col("closed")).to_series().to_numpy(),
        target=target, spread=np.maximum(own, _FIRM * beside.to_numpy()), low=told.get_column("low").to_numpy().copy(), high=told.get_column("high").to_numpy().copy(),
    )  # fmt: skip


def _beside(told: pl.DataFrame, terms: pl.DataFrame) -> pl.Series:
    """For every cell the largest standard deviation of those it shares a constraint with."""
    known = told.with_row_index("at").select("at", pl.col("sd").fill_null(1.0))
    rows = terms.join(known, on="at").group_by("id").agg(pl.col("sd").max())
    most = terms.join(rows, on="id").group_by("at").agg(pl.col("sd").max())
    return known.select("at").join(most, on="at", how="left", maintain_order="left").get_column("sd").fill_null(1.0)


def _floor(bounds: Bounds) -> pl.Expr:
    nature = pl.when(F.measure == "net-flow").then(float("-inf")).otherwise(0.0)
    lower = pl.when(F.value.is_null()).then(pl.coalesce("low", nature)).otherwise(nature)
    rounded = pl.when(_rounded()).then("least").otherwise(lower) if bounds == "rounding" else lower
    return pl.when("held").then(F.value).otherwise(rounded)


def _ceiling(bounds: Bounds) -> pl.Expr:
    upper = pl.when(F.value.is_null()).then(pl.coalesce("high", pl.lit(float("inf")))).otherwise(float("inf"))
    rounded = pl.when(_rounded()).then("most").otherwise(upper) if bounds == "rounding" else upper
    return pl.when("held").then(F.value).otherwise(rounded)


def _rounded() -> pl.Expr:
    """Whether the interval is a bound and not a sampling error."""
    return F.value.is_not_null() & (pl.col("least") < pl.col("most")) & (F.level.is_null() | (F.level == 1))
