"""A country's picture: what is said of people from it, inside it and hosted by it, added up and set side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

import polars as pl

from qanat.figures import SCHEMA, UNDIVIDED, F, Stage
from qanat.methods import LINEAGE, Derived, Method
from qanat.reconcile.newest import newest
from qanat.reconcile.side_by_side import PRECEDENCE, Order, side_by_side
from qanat.reconcile.totals import View, abroad, pairs, totals

_VIEWS: Final[tuple[View, ...]] = ("origin", "inside", "host")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Which country, what was known by which day (null: everything), and by group whose figure is shown first."""

    country: str
    known_by: date | None = None
    order: Order = field(default_factory=lambda: PRECEDENCE)


def picture(figures: pl.DataFrame, options: Picture) -> Derived:
    """Totals by view, people abroad as one group (total and by country), and the displayed figure of every key.

    figures  published figures about the country, undivided for all years, by sex and age for the years wanted
    Gives    rows of stage reconciled: totals.origin, .inside, .host and .abroad (counter kept), and
             reconcile.side_by_side (counter qanat) over the undivided rows inside the country and over its totals.
             Pairs of people abroad are made for the newest year only. Empty in, empty out.
    """
    now = newest(figures.filter(F.stage == "published"), options.known_by)
    by_view = {view: totals(now, options.country, view) for view in _VIEWS}
    crossed = [abroad(by_view["origin"]), abroad(by_view["host"]), abroad(_latest(pairs(now, options.country)))]
    rows = pl.concat([*by_view.values(), *crossed])
    shown = side_by_side(_compared(now, options.country), options.order)
    every = pl.concat([rows, shown]).with_row_index("_at")
    lineage = every.select(
        pl.col("_at").alias("row"),
        pl.col("inputs").list.eval(pl.element().struct.field("run")).alias("input_run"),
        pl.col("inputs").list.eval(pl.element().struct.field("row")).alias("input_row"),
    ).explode("input_run", "input_row")
    return Derived(figures=every.select(list(SCHEMA)), lineage=lineage.cast(LINEAGE))


def _latest(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(F.end == F.end.filter(F.measure == "stock", F.counter == "unhcr", F.group == "refugees").max())


def _compared(now: pl.DataFrame, country: str) -> pl.DataFrame:
    inside = (F.place == country) & ((F.origin == country) | F.origin.is_null())
    return now.filter(UNDIVIDED & inside & F.measure.is_in(["stock", "flow"]))


PICTURE: Final = Method(
    id="reconcile.picture", version=1, reads=Stage.PUBLISHED, writes=Stage.RECONCILED,
    paper="EGRISS, International Recommendations on Refugee Statistics (2018), chapter 3; on IDP Statistics (2020), chapter 3",
    options=Picture, compute=picture,
)  # fmt: skip
