"""Single events shared out over the months or days they have days in, and added up: what every method over events does alike."""

from __future__ import annotations

import polars as pl

from qanat.figures import SCHEMA, F
from qanat.figures.licensing import strictest
from qanat.methods import LINEAGE, Derived


def shared_out(events: pl.DataFrame, step: str) -> pl.DataFrame:
    """One row an event and piece of time (Polars' "1mo" or "1d") it has days in: start and end are the piece's, value, low
    and high its share, `bounded` whether the event had an interval.

    An event of n days gives its first k days floor(k v / n) people, so that its pieces add up to v exactly.
    """
    first, last = F.start.dt.truncate(step), F.end.dt.offset_by("-1d").dt.truncate(step)
    pieces = events.with_columns(_from=pl.date_ranges(first, last, step)).explode("_from")
    until = pl.col("_from").dt.offset_by(step)
    days = (F.end - F.start).dt.total_days()
    before = (pl.max_horizontal(F.start, "_from") - F.start).dt.total_days()
    after = (pl.min_horizontal(F.end, until) - F.start).dt.total_days()

    def share(amount: pl.Expr) -> pl.Expr:
        people = amount.cast(pl.Int64)  # in whole numbers: 249 x (1 / 249) is a little less than 1
        return (people * after // days - people * before // days).cast(pl.Float64)

    low, high = (pl.coalesce(end, "value") for end in ("low", "high"))
    return pieces.with_columns(
        start="_from", end=until, value=share(F.value), low=share(low.floor()), high=share(high.ceil()),
        bounded=F.low.is_not_null() & F.value.is_not_null(),
    ).drop("_from")  # fmt: skip


def sums() -> list[pl.Expr]:
    """Shares added up: value null where no part has one, low and high null where no event had an interval, the newest
    `known`, the strictest licence, and the figures they were made from (`inputs`)."""
    bounded = pl.col("bounded").any()
    return [
        pl.when(F.value.is_not_null().any()).then(F.value.sum()).alias("value"),
        pl.when(bounded).then(F.low.sum()).alias("low"), pl.when(bounded).then(F.high.sum()).alias("high"),
        F.known.max(), F.source.first(), strictest(), pl.struct("run", "row").alias("inputs"),
    ]  # fmt: skip


def derived(summed: pl.DataFrame, method: str) -> Derived:
    """Sums as figures of stage reconciled, with their lineage; a bound that the split moved past its value by a person is
    put back."""
    shaped = summed.with_columns(
        low=pl.min_horizontal("low", pl.when(F.low.is_not_null()).then("value")),
        high=pl.max_horizontal("high", pl.when(F.high.is_not_null()).then("value")),
        level=pl.when(F.low.is_not_null()).then(pl.lit(1.0)), stage=pl.lit("reconciled"), sex=pl.lit("all"), age_from=pl.lit(0),
        method=pl.lit(method), locator=pl.format("sum of {} events", pl.col("inputs").list.len()),
    )  # fmt: skip
    blank = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in SCHEMA.items() if name not in shaped.columns]
    rows = shaped.with_columns(blank).with_row_index("_at")
    lineage = rows.select(
        row="_at",
        input_run=pl.col("inputs").list.eval(pl.element().struct.field("run")),
        input_row=pl.col("inputs").list.eval(pl.element().struct.field("row")),
    ).explode("input_run", "input_row")
    figures = rows.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
    return Derived(figures=figures, lineage=lineage.cast(LINEAGE))
