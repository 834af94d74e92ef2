"""Several analyses of one place and period in one table: the one that analysed more people holds."""

from __future__ import annotations

import polars as pl


def widest(frame: pl.DataFrame, keys: tuple[str, ...], phase: str, value: str) -> tuple[pl.DataFrame, int]:
    """The records of the analysis with most people analysed for every key, and how many others it replaces.

    A table that does not name its analyses lists them one after another, so the next analysis begins where a phase comes
    again; one may lack phases that another has. OCHA sets the narrower aside the same way ("Duplicate row with lower population analyzed
    excluded"). Of analyses with as many people the first holds.
    """
    again = frame.with_columns(nth=pl.int_range(pl.len()).over(*keys, phase))
    nth = again.with_columns(pl.col("nth").cum_max().over(*keys))
    analysed = pl.col(value).cast(pl.Float64, strict=False)
    whole = pl.when(pl.col(phase) == "all").then(analysed).max().over(*keys, "nth").fill_null(-1.0)
    held = nth.with_columns(whole=whole).with_columns(
        first=pl.col("nth").filter(pl.col("whole") == pl.col("whole").max()).min().over(*keys)
    )
    kept = held.filter(pl.col("nth") == pl.col("first"))
    return kept.drop("nth", "whole", "first"), frame.height - kept.height
