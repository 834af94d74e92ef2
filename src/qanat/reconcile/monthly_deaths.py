"""People killed in organised violence by country, month and type of violence, from single events, exact to the person.

A month without events has no row: nobody was recorded as killed, which is not the same as nobody was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from qanat.figures import F, Stage
from qanat.methods import Derived, Method
from qanat.reconcile.event_days import derived, shared_out, sums

_EVENT: Final = r"^event=([^;]*)(?:;killed=([^;]*))?;type=([^;]*)$"
_SAME: Final = ("unit", "group", "place", "start", "end", "counter")


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
    parts = shared_out(_newest(figures, options.known_by), "1mo")
    summed = pl.concat([_summed(parts, by_type=by_type) for by_type in (False, True)])
    status = pl.when("_candidate").then(pl.lit("provisional")).otherwise(pl.lit("counted"))
    return derived(summed.with_columns(status=status, measure=pl.lit("flow")), MONTHLY_DEATHS.name)


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


def _summed(parts: pl.DataFrame, *, by_type: bool) -> pl.DataFrame:
    cuts = ["killed", *(["type"] if by_type else [])]
    facet = [pl.concat_str(pl.lit(f"{name}="), name) for name in cuts]
    summed = parts.group_by(*_SAME, *cuts, maintain_order=True).agg(*sums(), pl.col("_candidate").any())
    told = summed.with_columns(facet=pl.concat_str(facet, separator=";", ignore_nulls=True).replace("", None))
    return told.drop(cuts).sort(*_SAME, "facet", nulls_last=True)


MONTHLY_DEATHS: Final = Method(
    id="reconcile.monthly_deaths", version=1, reads=Stage.PUBLISHED, writes=Stage.RECONCILED,
    paper="Sundberg and Melander 2013, Introducing the UCDP Georeferenced Event Dataset, Journal of Peace Research 50(4); UCDP GED Codebook",
    options=MonthlyDeaths, compute=monthly_deaths,
)  # fmt: skip
