"""Events spread over their days and added up by country, cause and month or day, exact to the person.

An event tells how many fled between two days, not when; each of its days gets the same share. What is not reported
stays out: a month without events has no row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import polars as pl

from qanat.figures import F, Stage
from qanat.methods import Derived, Method
from qanat.reconcile.event_days import derived, shared_out, sums

_CAUSES: Final = ("idps-new", "idps-disaster-new", "idps-other-new")
_KEY: Final = ("measure", "unit", "group", "origin", "place", "start", "end", "counter")
_STEPS: Final = {"month": "1mo", "day": "1d"}


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
    parts = shared_out(_newest(figures, options.known_by), _STEPS[options.by])
    summed = parts.group_by(_KEY, maintain_order=True).agg(*sums()).sort(*_KEY)
    status = pl.when(F.value.is_null()).then(pl.lit("not_counted")).otherwise(pl.lit("provisional"))
    return derived(summed.with_columns(status=status), SPREAD.name)


def _newest(figures: pl.DataFrame, known_by: date | None) -> pl.DataFrame:
    """The event flows of each counter's newest document: an event that is not in it any more was withdrawn."""
    flows = figures.filter(
        (F.stage == "published") & (F.measure == "flow") & F.group.is_in(_CAUSES) & F.facet.str.starts_with("event=")
    )
    seen = flows if known_by is None else flows.filter(F.known <= known_by)
    newest = seen.filter(F.known == F.known.max().over("counter")).sort("source", "run", "row", nulls_last=True)
    same = ["counter", "facet", "place", "group"]
    return newest.unique(subset=same, keep="first", maintain_order=True).sort("facet", *_KEY, nulls_last=True)


SPREAD: Final = Method(
    id="reconcile.spread", version=1, reads=Stage.PUBLISHED, writes=Stage.RECONCILED,
    paper="IDMC, Internal Displacement Updates, methodology (2018): displacement even between an event's first and last day",
    options=Spread, compute=spread,
)  # fmt: skip
