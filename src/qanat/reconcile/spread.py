"""Events spread over their days and added up by country, cause and month or day, exact to the person.

An event tells how many fled between two days, not when; each of its days gets the same share. What is not reported
stays out: a month without events has no row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import polars as pl

from qanat.figures import SCHEMA, F, Stage
from qanat.figures.words import LICENCES
from qanat.methods import LINEAGE, Derived, Method

_CAUSES: Final = ("idps-new", "idps-disaster-new", "idps-other-new")
_KEY: Final = ("measure", "unit", "group", "origin", "place", "start", "end", "counter")
_STEPS: Final = {"month": "1mo", "day": "1d"}
# an input's terms bind what is made of it: the strictest first
_STRICTEST: Final = tuple(
    sorted(LICENCES, key=lambda code: (LICENCES[code].may_derive, LICENCES[code].may_redistribute))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Sums by month or by day, from each counter's newest document, of those known by a day where one is given."""

    by: Literal["month", "day"] = "month"
    known_by: date | None = None


def spread(figures: pl.DataFrame, options: Spread) -> Derived:
    """Movements by country, cause and month (or day), stage reconciled, counter kept, status provisional.

    figures  published flows of single events (facet event=ID) in [start, end); anything else is left alone
    Gives    one row a country, cause and month in which an event has a day. An event of n days gives its day k the
             people floor(k v / n) - floor((k - 1) v / n), so that its days add up to v exactly. low and high spread
             alike, an event without an interval counting as its value; null where no event has one. An event without
             a value is nobody's zero: a month with such events only has no value. locator says how many events.
    Source   IDMC, IDU: displacement is taken to be even between its first and last day.
    """
    events = _newest(figures, options.known_by)
    parts = _parts(events, _STEPS[options.by])
    summed = parts.group_by(_KEY, maintain_order=True).agg(*_sums()).sort(*_KEY)
    rows = _typed(summed).with_row_index("_at")
    lineage = rows.select(
        row="_at",
        input_run=pl.col("inputs").list.eval(pl.element().struct.field("run")),
        input_row=pl.col("inputs").list.eval(pl.element().struct.field("row")),
    ).explode("input_run", "input_row")
    return Derived(figures=rows.select(list(SCHEMA)), lineage=lineage.cast(LINEAGE))


def _newest(figures: pl.DataFrame, known_by: date | None) -> pl.DataFrame:
    """The event flows of each counter's newest document: an event that is not in it any more was withdrawn."""
    flows = figures.filter(
        (F.stage == "published") & (F.measure == "flow") & F.group.is_in(_CAUSES) & F.facet.str.starts_with("event=")
    )
    seen = flows if known_by is None else flows.filter(F.known <= known_by)
    newest = seen.filter(F.known == F.known.max().over("counter")).sort("source", "run", "row", nulls_last=True)
    same = ["counter", "facet", "place", "group"]
    return newest.unique(subset=same, keep="first", maintain_order=True).sort("facet", *_KEY, nulls_last=True)


def _parts(events: pl.DataFrame, step: str) -> pl.DataFrame:
    """One row an event and month (or day) it has days in, with its share of value, low and high."""
    first = F.start.dt.truncate(step)
    last = F.end.dt.offset_by("-1d").dt.truncate(step)
    pieces = events.with_columns(_from=pl.date_ranges(first, last, step)).explode("_from")
    until = pl.col("_from").dt.offset_by(step)
    days = (F.end - F.start).dt.total_days()
    before = (pl.max_horizontal(F.start, "_from") - F.start).dt.total_days()
    after = (pl.min_horizontal(F.end, until) - F.start).dt.total_days()

    def share(amount: pl.Expr) -> pl.Expr:
        people = amount.cast(pl.Int64)  # in whole numbers: 249 x (1 / 249) is a little less than 1
        return (people * after // days - people * before // days).cast(pl.Float64)

    low, high = (pl.coalesce(end, "value") for end in ("low", "high"))
    return pieces.select(
        *(name for name in _KEY if name not in ("start", "end")), "known", "source", "licence", "run", "row", start="_from", end=until,
        value=share(F.value), low=share(low.floor()), high=share(high.ceil()),
        bounded=F.low.is_not_null() & F.value.is_not_null(),
    )  # fmt: skip


def _sums() -> list[pl.Expr]:
    bounded = pl.col("bounded").any()
    strictest = F.licence.replace_strict(list(_STRICTEST), range(len(_STRICTEST)), default=0).arg_min()
    return [
        pl.when(F.value.is_not_null().any()).then(F.value.sum()).alias("value"),
        pl.when(bounded).then(F.low.sum()).alias("low"), pl.when(bounded).then(F.high.sum()).alias("high"),
        F.known.max(), F.source.first(), F.licence.get(strictest).alias("licence"), pl.struct("run", "row").alias("inputs"),
    ]  # fmt: skip


def _typed(summed: pl.DataFrame) -> pl.DataFrame:
    """SCHEMA's columns and `inputs`; a bound that spreading moved past its value by a person is put back."""
    shaped = summed.with_columns(
        low=pl.min_horizontal("low", pl.when(F.low.is_not_null()).then("value")),
        high=pl.max_horizontal("high", pl.when(F.high.is_not_null()).then("value")),
        level=pl.when(F.low.is_not_null()).then(pl.lit(1.0)), stage=pl.lit("reconciled"), sex=pl.lit("all"), age_from=pl.lit(0),
        status=pl.when(F.value.is_null()).then(pl.lit("not_counted")).otherwise(pl.lit("provisional")),
        method=pl.lit(SPREAD.name), locator=pl.format("sum of {} events", pl.col("inputs").list.len()),
    )  # fmt: skip
    blank = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in SCHEMA.items() if name not in shaped.columns]
    return shaped.with_columns(blank).select(
        [pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()] + [pl.col("inputs")]
    )


SPREAD: Final = Method(
    id="reconcile.spread", version=1, reads=Stage.PUBLISHED, writes=Stage.RECONCILED,
    paper="IDMC, Internal Displacement Updates, methodology (2018): displacement even between an event's first and last day",
    options=Spread, compute=spread,
)  # fmt: skip
