"""Flows of a period estimated from stocks, births and deaths: the table of pairs, and the totals of places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from qanat.estimate.ways import WAYS, How
from qanat.estimate.worlds import World
from qanat.maths.moves import Split
from qanat.maths.transport import Table

# what scripts rely on: one row a pair of different places, in people; intervals null where the method has none
CONTRACT: Final = pl.Schema(
    {
        "orig": pl.String(), "dest": pl.String(), "flow": pl.Float64(), "low80": pl.Float64(), "high80": pl.Float64(),
        "low95": pl.Float64(), "high95": pl.Float64(),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """People who lived in i at the start and in j at the end of a period, in three kinds, with the account they came from."""

    world: World
    how: How
    kinds: Split

    @property
    def method(self) -> str:
        """`id@version`."""
        return WAYS[self.how.method].name


def estimated(world: World, how: How) -> Estimate:
    """The flows of a period by a method.

    Transitions, not moves: whoever moved twice in the period counts once, by the places at its ends; whoever was born or
    died in it does not count. Raises FigureError naming places whose totals no table can have.
    """
    return Estimate(world=world, how=how, kinds=WAYS[how.method].splits(world, how))


def pairs(places: tuple[str, ...], *tables: tuple[str, Table]) -> pl.DataFrame:
    """orig, dest and a column a table: one row a pair of different places, by orig and dest."""
    n = len(places)
    off = ~np.eye(n, dtype=np.bool_)
    first, second = np.nonzero(off)
    names = pl.Series("place", places, dtype=pl.String)
    return pl.DataFrame(
        {"orig": names.gather(first), "dest": names.gather(second)} | {name: table[off] for name, table in tables}
    )


def contract(estimate: Estimate) -> pl.DataFrame:
    """The flows in CONTRACT's columns, without intervals."""
    found = pairs(estimate.world.places, ("flow", estimate.kinds.total))
    none = [pl.lit(None, dtype=pl.Float64).alias(name) for name in CONTRACT if name not in found.columns]
    return found.with_columns(none).cast(CONTRACT).select(CONTRACT.names())


def by_place(estimate: Estimate) -> pl.DataFrame:
    """place, arrived, departed, net, and how many of those who arrived returned home (back), in people."""
    total = estimate.kinds.total
    return pl.DataFrame(
        {
            "place": estimate.world.places, "arrived": total.sum(0), "departed": total.sum(1), "net": total.sum(0) - total.sum(1),
            "back": estimate.kinds.back.sum(0),
        }
    )  # fmt: skip
