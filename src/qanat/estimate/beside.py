"""Corridors over time: the house's flows with their intervals beside what others published for the same periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from qanat.estimate.flows import CONTRACT

KEYS: Final = ("orig", "dest", "start", "end")


def beside(
    ours: Mapping[tuple[int, int], pl.DataFrame],
    releases: Mapping[str, pl.DataFrame],
    corridors: Sequence[tuple[str, str]],
) -> pl.DataFrame:
    """One row a corridor and period, in the order given, then by period: our flow and intervals, a column a release.

    ours       flows in CONTRACT's columns, by period (first and last year)
    releases   by the name of their column: orig, dest, start, flow, one row a corridor and period, `start` the first year
    corridors  origin and destination
    Gives      orig, dest, start, end, flow, low80, high80, low95, high95 and the releases; null where a release has no such row
    """
    order = pl.DataFrame(list(corridors), schema={"orig": pl.String, "dest": pl.String}, orient="row").with_row_index(
        "nth"
    )
    parts = [
        order.join(table.select(CONTRACT.names()), on=["orig", "dest"], how="left", maintain_order="left").with_columns(
            start=pl.lit(start, dtype=pl.Int64), end=pl.lit(end, dtype=pl.Int64)
        )
        for (start, end), table in ours.items()
    ]
    out = pl.concat(parts)
    for name, frame in releases.items():
        told = frame.select("orig", "dest", pl.col("start").cast(pl.Int64), pl.col("flow").cast(pl.Float64).alias(name))
        out = out.join(told, on=["orig", "dest", "start"], how="left", maintain_order="left")
    bounds = [name for name in CONTRACT.names() if name not in KEYS]
    return out.sort("nth", "start").select(*KEYS, *bounds, *releases)
