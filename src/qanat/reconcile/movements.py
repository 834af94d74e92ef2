"""What lies between two days' newest figures of a group: how much of it is revision, how much is change."""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.figures import F

# what must be alike for two figures to be of one series: everything but the period
SERIES: Final = ("measure", "unit", "group", "origin", "place", "via", "counter", "sex", "age_from", "age_to", "facet")
_TIME: Final = ("start", "end")


def movements(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """One row a series that either table has: the newest period known then, the newest known later, and what lies between.

    before, after  figures, one row a series and period each (see reconcile.newest), as known on an earlier and a later day
    Gives    SERIES; end_then, then (the newest figure known on the earlier day); end_now, now (on the later day);
             revision = what the later day says of the earlier period, less `then`;
             change = `now` less what the later day says of the earlier period.
             then + revision + change = now. Null where either part is not known: a series that is new has no then, one whose
             earlier period the later day does not tell has no revision and no change.
    """
    was = _newest(before).rename({"value": "then", "start": "start_then", "end": "end_then"})
    told = after.filter(F.value.is_not_null()).select(*SERIES, *_TIME, pl.col("value").alias("_again"))
    now = _newest(after).rename({"value": "now", "end": "end_now"}).drop("start")
    both = was.join(now, on=list(SERIES), how="full", coalesce=True, nulls_equal=True)
    keys = [*SERIES, "start_then", "end_then"]
    found = both.join(
        told, left_on=keys, right_on=[*SERIES, *_TIME], how="left", nulls_equal=True, validate="m:1", coalesce=True
    )
    sized = found.with_columns(revision=pl.col("_again") - pl.col("then"), change=pl.col("now") - pl.col("_again"))
    return sized.select(*SERIES, "end_then", "then", "revision", "change", "end_now", "now").sort(
        *SERIES, nulls_last=True
    )


def _newest(figures: pl.DataFrame) -> pl.DataFrame:
    """Each series' newest period with a value."""
    counted = figures.filter(F.value.is_not_null()).select(*SERIES, *_TIME, "value")
    return counted.sort("end", descending=True).unique(subset=list(SERIES), keep="first", maintain_order=True)
