"""How one corridor's estimate came to be: the stocks at both ends, births and deaths, and who moved, by birthplace."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from qanat.estimate.flows import Estimate
from qanat.estimate.ways import moves

BORN = pl.Schema(
    {
        "birth": pl.String(), "kind": pl.String(), "moved": pl.Float64(), "at_origin_start": pl.Float64(), "at_origin_end": pl.Float64(),
        "at_place_start": pl.Float64(), "at_place_end": pl.Float64(),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A corridor in parts.

    flow      people estimated to have moved;  outward, back, transit  its kinds
    born      BORN: by birthplace, most movers first: how many moved, and its stocks in the two places at both ends
    ends      place, people_start, people_end, births, deaths, net (growth that births and deaths do not explain)
    """

    flow: float
    outward: float
    back: float
    transit: float
    born: pl.DataFrame
    ends: pl.DataFrame


def explained(estimate: Estimate, origin: str, place: str) -> Explained:
    """The corridor from origin to place. For differences and rates, which know no birthplaces, `born` tells the stocks of
    those born in either end, and moved by kind: outward for the origin's, return for the place's."""
    world, kinds = estimate.world, estimate.kinds
    i, j = world.at(origin), world.at(place)
    moved = np.zeros(len(world.places))
    parts = moves(world, estimate.how)
    for weight, one in parts:
        moved += weight * one.of(i, j)
    if not parts:
        moved[i], moved[j] = kinds.outward[i, j], kinds.back[i, j]
    kind = np.full(len(world.places), "transit", dtype=object)
    kind[i], kind[j] = "outward", "return"
    born = pl.DataFrame(
        {
            "birth": world.places, "kind": kind.tolist(), "moved": moved, "at_origin_start": world.start[:, i], "at_origin_end": world.end[:, i],
            "at_place_start": world.start[:, j], "at_place_end": world.end[:, j],
        },
        schema=BORN,
    ).filter((pl.col("moved") > 0) | (pl.col("kind") != "transit"))  # fmt: skip
    return Explained(
        flow=float(kinds.total[i, j]), outward=float(kinds.outward[i, j]), back=float(kinds.back[i, j]), transit=float(kinds.transit[i, j]),
        born=born.sort("moved", "birth", descending=[True, False]), ends=_ends(estimate, (i, j)),
    )  # fmt: skip


def _ends(estimate: Estimate, lines: tuple[int, int]) -> pl.DataFrame:
    world = estimate.world
    at = list(lines)
    start, end = world.start.sum(0)[at], world.end.sum(0)[at]
    births, deaths = world.births[at], world.deaths[at]
    return pl.DataFrame(
        {
            "place": [world.places[line] for line in lines], "people_start": start, "people_end": end, "births": births, "deaths": deaths,
            "net": end - start - births + deaths,
        }
    )  # fmt: skip
