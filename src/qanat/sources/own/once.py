"""Cells of a table that say the same: the later of two that agree and both of two that differ are set aside."""

from __future__ import annotations

import polars as pl

from qanat.sources.record import REJECTED


def once(cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The cells that are said once; those said again are told: the later of two that agree, both of two that differ."""
    key = ["measure", "unit", "group", "origin", "place", "start", "end", "sex", "age_from", "age_to", "facet"]
    if not cells.select(pl.struct(key).is_duplicated().any()).item():
        return cells, pl.DataFrame(schema=REJECTED)
    marked = cells.with_columns(
        times=pl.len().over(key), values=pl.col("value").n_unique().over(key), at=pl.int_range(pl.len()).over(key), first=pl.col("locator").first().over(key),
        other=pl.col("locator").last().over(key),
    )  # fmt: skip
    bad = marked.filter((pl.col("times") > 1) & ((pl.col("values") > 1) | (pl.col("at") > 0)))
    beside = pl.when(pl.col("at") == 0).then("other").otherwise("first")
    told = bad.select(
        "row", column="cell", found=pl.col("value").cast(pl.String), rule=pl.lit("twice"),
        why=pl.when(pl.col("values") > 1).then(pl.format("says the same as {} with another number; nothing tells the two apart", beside))
        .otherwise(pl.format("repeats {}", beside)),
    )  # fmt: skip
    return cells, told.select(pl.col(name).cast(dtype) for name, dtype in REJECTED.items())
