"""People killed in organised violence by country, month and type of violence, from single events, exact to the person.

A month without events has no row: nobody was recorded as killed, which is not the same as nobody was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from qanat.figures import SCHEMA, F, Stage
from qanat.figures.words import LICENCES
from qanat.methods import LINEAGE, Derived, Method

_EVENT: Final = r"^event=([^;]*)(?:;killed=([^;]*))?;type=([^;]*)$"
_SAME: Final = ("unit", "group", "place", "start", "end", "counter")
# an input's terms bind what is made of it: the strictest first
_STRICTEST: Final = tuple(
    sorted(LICENCES, key=lambda code: (LICENCES[code].may_derive, LICENCES[code].may_redistribute))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyDeaths:
    """What was known by which day (null: everything)."""

    known_by: date | None = None


def monthly_deaths(figures: pl.DataFrame, options: MonthlyDeaths) -> Derived:
    """People killed by country and month: in all (facet null), by type (type=1, 2, 3), and the civilians among them
    (killed=civilians, alone and by type).

    figures  published deaths of single events (facet event=ID;type=T, and event=ID;killed=civilians;type=T) in
             [start, end); anything else is left alone
    Gives    stage reconciled, counter kept. An event told in several documents counts once, as the newest tells it;
             candidate events (status provisional) of a country and year that a yearly release has give way to it.
             An event of n days gives its first k days floor(k v / n) people, so that its months add up to v exactly.
             low and high add up alike, an event without an interval counting as its value; null where none has one.
             An event whose number is not known gives nothing. status is provisional where a part is.
    Source   UCDP GED Codebook: the dates of an event are the span in which its deaths happened; even within it is assumed.
    """
    parts = _parts(_newest(figures, options.known_by))
    cuts = [_summed(parts, by_type=by_type) for by_type in (False, True)]
    rows = _typed(pl.concat(cuts)).with_row_index("_at")
    lineage = rows.select(
        row="_at",
        input_run=pl.col("inputs").list.eval(pl.element().struct.field("run")),
        input_row=pl.col("inputs").list.eval(pl.element().struct.field("row")),
    ).explode("input_run", "input_row")
    return Derived(figures=rows.select(list(SCHEMA)), lineage=lineage.cast(LINEAGE))


def _newest(figures: pl.DataFrame, known_by: date | None) -> pl.DataFrame:
    """Each event as its newest document tells it, with `killed` and `type`."""
    parts = F.facet.str.extract_groups(_EVENT).struct
    mine = (F.stage == "published") & (F.group == "dead") & (F.measure == "flow") & F.facet.str.contains(_EVENT)
    told = figures.filter(mine, F.value.is_not_null()).with_columns(
        event=parts.field("1"), killed=parts.field("2"), type=parts.field("3"), _candidate=F.status == "provisional"
    )
    seen = told if known_by is None else told.filter(F.known <= known_by)
    order = ["known", "_candidate", "source", "run", "row"]
    ranked = seen.sort(order, descending=[True, False, False, False, False], nulls_last=True)
    single = ranked.unique(["counter", "event", "killed"], keep="first", maintain_order=True)
    released = (~pl.col("_candidate")).any().over("counter", "place", F.start.dt.year())
    return single.filter(~(pl.col("_candidate") & released)).sort("event", "killed", *_SAME, nulls_last=True)


def _parts(events: pl.DataFrame) -> pl.DataFrame:
    """One row an event and month it has days in, with its share of value, low and high."""
    first, last = F.start.dt.truncate("1mo"), F.end.dt.offset_by("-1d").dt.truncate("1mo")
    pieces = events.with_columns(_from=pl.date_ranges(first, last, "1mo")).explode("_from")
    until = pl.col("_from").dt.offset_by("1mo")
    days = (F.end - F.start).dt.total_days()
    before = (pl.max_horizontal(F.start, "_from") - F.start).dt.total_days()
    after = (pl.min_horizontal(F.end, until) - F.start).dt.total_days()

    def share(amount: pl.Expr) -> pl.Expr:
        people = amount.cast(pl.Int64)  # in whole numbers: 249 x (1 / 249) is a little less than 1
        return (people * after // days - people * before // days).cast(pl.Float64)

    low, high = (pl.coalesce(end, "value") for end in ("low", "high"))
    return pieces.select(
        "unit", "group", "place", "counter", "killed", "type", "known", "source", "licence", "run", "row", "_candidate", start="_from",
        end=until, value=share(F.value), low=share(low), high=share(high), _bounded=F.low.is_not_null(),
    )  # fmt: skip


def _summed(parts: pl.DataFrame, *, by_type: bool) -> pl.DataFrame:
    bounded = pl.col("_bounded").any()
    strictest = F.licence.replace_strict(list(_STRICTEST), range(len(_STRICTEST)), default=0).arg_min()
    cuts = ["killed", *(["type"] if by_type else [])]
    facet = [pl.concat_str(pl.lit(f"{name}="), name) for name in cuts]
    summed = parts.group_by(*_SAME, *cuts, maintain_order=True).agg(
        F.value.sum(), pl.when(bounded).then(F.low.sum()).alias("low"), pl.when(bounded).then(F.high.sum()).alias("high"), F.known.max(),
        F.source.first(), F.licence.get(strictest).alias("licence"), pl.col("_candidate").any(), inputs=pl.struct("run", "row"),
    )  # fmt: skip
    told = summed.with_columns(facet=pl.concat_str(facet, separator=";", ignore_nulls=True).replace("", None))
    return told.drop(cuts).sort(*_SAME, "facet", nulls_last=True)


def _typed(rows: pl.DataFrame) -> pl.DataFrame:
    """SCHEMA's columns and `inputs`; a bound that the split moved past its value by a person is put back."""
    shaped = rows.with_columns(
        low=pl.min_horizontal("low", pl.when(F.low.is_not_null()).then("value")),
        high=pl.max_horizontal("high", pl.when(F.high.is_not_null()).then("value")),
        level=pl.when(F.low.is_not_null()).then(pl.lit(1.0)), stage=pl.lit("reconciled"), measure=pl.lit("flow"), sex=pl.lit("all"),
        age_from=pl.lit(0), status=pl.when("_candidate").then(pl.lit("provisional")).otherwise(pl.lit("counted")),
        method=pl.lit(MONTHLY_DEATHS.name), locator=pl.format("sum of {} events", pl.col("inputs").list.len()),
    )  # fmt: skip
    blank = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in SCHEMA.items() if name not in shaped.columns]
    return shaped.with_columns(blank).select(
        [pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()] + [pl.col("inputs")]
    )


MONTHLY_DEATHS: Final = Method(
    id="reconcile.monthly_deaths", version=1, reads=Stage.PUBLISHED, writes=Stage.RECONCILED,
    paper="Sundberg and Melander 2013, Introducing the UCDP Georeferenced Event Dataset, Journal of Peace Research 50(4); UCDP GED Codebook",
    options=MonthlyDeaths, compute=monthly_deaths,
)  # fmt: skip
