"""What a newer release says otherwise: revisions of the same figure, told apart from figures that are new."""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.figures import KEY, F

SAME: Final = (*(name for name in KEY if name != "stage"), "counter")
_TOLD: Final = ("value", "known", "source", "run", "row")
KINDS: Final = ("revised", "new", "gone", "same")
REVISION: Final = pl.Schema(
    {
        "kind": pl.Enum(KINDS), "change": pl.Float64(), "log_change": pl.Float64(),
        "before": pl.Float64(), "after": pl.Float64(),
    }
)  # fmt: skip


def revisions(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """One row a figure (all dimensions and the counter) that either table has.

    before, after  figures, one row a key and counter each (see reconcile.newest)
    Gives    SAME's columns; before and after (value, null = not counted or not there), each side's known, source, run,
             row; kind: revised (another value, or counted on one side only), new (only after), gone (only before),
             same; change = after - before; log_change = ln(after / before), null where either is zero or null.
    A revision is the same period told otherwise; another period is another figure and never a revision.
    """
    sides = [
        frame.select(*SAME, *(pl.col(name).alias(f"{name}_{side}") for name in _TOLD), pl.lit(value=True).alias(f"in_{side}"))
        for side, frame in (("before", before), ("after", after))
    ]  # fmt: skip
    both = sides[0].join(sides[1], on=list(SAME), how="full", coalesce=True, nulls_equal=True)
    was, now = pl.col("before"), pl.col("after")
    kind = (
        pl.when(pl.col("in_before").is_null()).then(pl.lit("new"))
        .when(pl.col("in_after").is_null()).then(pl.lit("gone"))
        .when(was.eq_missing(now)).then(pl.lit("same"))
        .otherwise(pl.lit("revised"))
    )  # fmt: skip
    named = both.rename({"value_before": "before", "value_after": "after"}).with_columns(kind=kind)
    measured = named.with_columns(
        pl.col("kind").cast(REVISION["kind"]),
        change=now - was,
        log_change=pl.when((was > 0) & (now > 0)).then((now / was).log()),
    )
    return measured.drop("in_before", "in_after").sort(*SAME, nulls_last=True)


def largest(found: pl.DataFrame, most: int) -> pl.DataFrame:
    """The revisions with the largest change in either direction; those counted on one side only come last."""
    revised = found.filter(pl.col("kind") == "revised")
    return revised.sort(pl.col("change").abs(), *SAME, descending=[True, *([False] * len(SAME))], nulls_last=True).head(
        most
    )


def summed(found: pl.DataFrame) -> pl.DataFrame:
    """How many figures of each group, counter and year were revised, are new, gone or the same; and the sums of the
    revised ones before and after (null where nothing was revised)."""
    revised = pl.col("kind") == "revised"
    counts = [(pl.col("kind") == word).sum().alias(word) for word in KINDS]
    return (
        found.with_columns(year=F.start.dt.year())
        .group_by("group", "counter", "year")
        .agg(
            *counts,
            pl.when(revised.any()).then(pl.col("before").filter(revised).sum()).alias("before"),
            pl.when(revised.any()).then(pl.col("after").filter(revised).sum()).alias("after"),
        )
        .sort("group", "counter", "year")
    )
