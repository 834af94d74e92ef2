"""An estimate with its 80 % and 95 % intervals, and the draws they were read from."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from qanat.errors import AskError
from qanat.estimate.best_draws import Drawn, drawn, parts, span
from qanat.estimate.flows import CONTRACT, Estimate, estimated, pairs
from qanat.estimate.setting import setting
from qanat.estimate.ways import How
from qanat.estimate.worlds import Rules, world

LEAST: Final = 20  # draws: fewer tell nothing of the tails


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """How many times the flows are drawn, and from which seed. The same seed gives the same draws on any machine."""

    draws: int = 200
    seed: int = 0


USUAL: Final = Drawing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranged:
    """Flows with intervals.

    table   CONTRACT's columns, every pair of different places
    draws   (draws, n, n) in people, origins and destinations as estimate.world.places
    notes   what was assumed
    """

    estimate: Estimate
    table: pl.DataFrame
    draws: Drawn
    notes: tuple[str, ...]


def best(
    stocks: pl.DataFrame,
    vital: pl.DataFrame,
    rules: Rules,
    drawing: Drawing = USUAL,
    executor: Executor | None = None,
) -> Ranged:
    """The house's best estimate of a period's flows from two tables, with intervals.

    stocks    year, birth, residence, stock (native-born where birth = residence); vital: iso3, births, deaths, period
    executor  where draws are computed; here, one after another, without one
    Raises FigureError with every fault of the tables, AskError for too few draws.
    """
    return ranged(estimated(world(stocks, vital, rules), How(method="best")), drawing, executor)


def ranged(estimate: Estimate, drawing: Drawing = USUAL, executor: Executor | None = None) -> Ranged:
    """The intervals of an estimate by `best`; each holds its value."""
    if estimate.how.method != "best":
        raise AskError(f"only --method best has intervals, {estimate.how.method} has none; leave --draws out")
    if drawing.draws < LEAST:
        raise AskError(f"--draws {drawing.draws}: an interval of 95 % needs at least {LEAST}; 200 are usual")
    place = setting(estimate.world)
    made = drawn(parts(place, drawing.draws, drawing.seed), executor)
    return Ranged(estimate=estimate, table=_table(estimate, made), draws=made, notes=place.notes)


def _table(estimate: Estimate, draws: Drawn) -> pl.DataFrame:
    total = estimate.kinds.total
    bounds = [("flow", total)]
    for level, name in ((0.8, "80"), (0.95, "95")):
        low, high = span(draws, level)
        bounds += [(f"low{name}", np.minimum(low, total)), (f"high{name}", np.maximum(high, total))]
    return pairs(estimate.world.places, *bounds).cast(CONTRACT).select(CONTRACT.names())


def draws_frame(found: Ranged) -> pl.DataFrame:
    """The draws as a table: orig, dest, samples (a list, draw 0 first); pairs without anybody in any draw are left out."""
    places, n = found.estimate.world.places, len(found.estimate.world.places)
    samples = found.draws.reshape(len(found.draws), n * n).T
    first, second = np.divmod(np.arange(n * n), n)
    keep = (first != second) & (samples > 0).any(axis=1)
    names = pl.Series("place", places, dtype=pl.String)
    return pl.DataFrame(
        {
            "orig": names.gather(first[keep]),
            "dest": names.gather(second[keep]),
            "samples": pl.Series("samples", samples[keep], dtype=pl.Array(pl.Float32, len(found.draws))),
        }
    )
