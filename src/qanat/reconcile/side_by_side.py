"""Agencies side by side: one displayed value by recorded precedence, the spread as its range, a flag where they differ.

This is the first reconciliation: it never averages. The full engine (lineage clusters, measurement error) has its room
beside it. Precedence follows what each agency validates: IDMC for internal displacement by cause, UNHCR for
everybody under its mandate (humanitarian practice, see docs/explanation/reconcile.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from qanat.figures import KEY, SCHEMA, F
from qanat.figures.licensing import strictest
from qanat.figures.words import COUNTERS

PRECEDENCE: Final[dict[str, tuple[str, ...]]] = {
    "idps": ("idmc", "unhcr"),
    "idps-disaster": ("idmc",),
    "people": ("unpd",),
    "migrants": ("unpd",),
    "palestine-refugees": ("unrwa",),
}
Order = Mapping[str, tuple[str, ...]]  # by group, the counters that come first
USUAL: Final = ("unhcr", "idmc", "unrwa", "unpd", "iom")
DIFFERS: Final = 0.25
SAME_COUNT: Final = 500.0  # people; half of the thousands IDMC's figures are rounded to
SAME_SHARE: Final = 0.0006
METHOD: Final = "reconcile.side_by_side@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one counter says: value and interval in the group's unit, when it said so, and how to cite it."""

    counter: str
    value: float
    low: float | None
    high: float | None
    known: date
    source: str
    licence: str
    cite: str  # run:row


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Every counter's newest figure for one group, place and date; the chosen one first."""

    group: str
    origin: str | None
    place: str
    start: date
    end: date
    said: tuple[Said, ...]

    @property
    def chosen(self) -> Said:
        """The figure displayed."""
        return self.said[0]

    @property
    def low(self) -> float:
        """The lowest end of what any counter says."""
        return min(one.value if one.low is None else one.low for one in self.said)

    @property
    def high(self) -> float:
        """The highest end of what any counter says."""
        return max(one.value if one.high is None else one.high for one in self.said)

    @property
    def spread(self) -> float | None:
        """How far the largest value lies above the smallest, as a share of it; null where the smallest is 0 and differs."""
        values = [one.value for one in self.said]
        if min(values) == max(values):
            return 0.0
        return None if min(values) == 0 else max(values) / min(values) - 1

    @property
    def copied(self) -> bool:
        """Whether several counters say the same number but for rounding to thousands: likely one count, published twice."""
        values = [one.value for one in self.said]
        return len(values) > 1 and max(values) - min(values) <= max(SAME_COUNT, SAME_SHARE * max(values))

    @property
    def differs(self) -> bool:
        """Whether the sources differ by more than 25 %."""
        return self.spread is None or self.spread > DIFFERS


def comparisons(figures: pl.DataFrame, order: Order = PRECEDENCE) -> list[Comparison]:
    """One comparison a key, in the house's order; a counter without a value, or with a rounded zero, says nothing.

    figures  one vintage a counter and key (see reconcile.newest), undivided totals or single cells
    order    by group, whose figure is shown; then USUAL
    """
    known = (
        figures.filter(_speaks()).with_columns(_order=place_in(order)).sort(*KEY, "_order", "counter", nulls_last=True)
    )
    groups = known.group_by(
        "measure",
        "unit",
        "group",
        "origin",
        "place",
        "start",
        "end",
        "sex",
        "age_from",
        "age_to",
        "facet",
        maintain_order=True,
    )
    return [_comparison(rows) for _, rows in groups]


def side_by_side(figures: pl.DataFrame, order: Order = PRECEDENCE) -> pl.DataFrame:
    """The displayed figure of every key, stage reconciled, counter qanat, method reconcile.side_by_side@1.

    order  by group, whose figure is shown; then USUAL
    value  the figure of the counter that stands first
    low    the lowest end of any counter's figure, high the highest, level 1 within what was said; null where only
           one counter spoke and gave no interval
    Gives SCHEMA's columns and `inputs`, the list of figures compared; locator names the counters and the choice.
    """
    known = figures.filter(_speaks()).with_columns(_order=place_in(order)).sort("_order", "counter")
    same = [name for name in KEY if name != "stage"]
    chosen = known.group_by(same, maintain_order=True).agg(
        F.value.first(), F.known.max(), F.source.first(), strictest(), F.status.first(),
        _low=pl.coalesce("low", "value").min(), _high=pl.coalesce("high", "value").max(),
        _several=(pl.len() > 1) | F.low.is_not_null().any(),
        locator=pl.format("shown: {}; said by: {}", F.counter.first(), F.counter.str.join(", ")),
        inputs=pl.struct("run", "row"),
    )  # fmt: skip
    several = pl.col("_several")
    shaped = chosen.with_columns(
        stage=pl.lit("reconciled"), counter=pl.lit("qanat"), method=pl.lit(METHOD),
        low=pl.when(several).then("_low"), high=pl.when(several).then("_high"), level=pl.when(several).then(pl.lit(1.0)),
    )  # fmt: skip
    blank = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in SCHEMA.items() if name not in shaped.columns]
    return shaped.with_columns(blank).select(
        [pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()] + [pl.col("inputs")]
    )


def _speaks() -> pl.Expr:
    """Whether a figure says something: a number, and not a rounded zero, which in UNHCR's tables may as well stand for
    "not applicable" (bounds 0 to 2)."""
    return F.value.is_not_null() & ~((F.value == 0) & (F.high == 2)).fill_null(value=False)


def place_in(order: Order) -> pl.Expr:
    """Where a figure's counter stands among those of its group: the smallest is shown."""
    found = pl.lit(len(USUAL), dtype=pl.Int32)
    for place, counter in enumerate(USUAL):
        found = pl.when(F.counter == counter).then(pl.lit(place, dtype=pl.Int32)).otherwise(found)
    for group, counters in order.items():
        for place, counter in enumerate(counters):
            fits = (F.group == group) & (F.counter == counter)
            found = pl.when(fits).then(pl.lit(place - len(COUNTERS), dtype=pl.Int32)).otherwise(found)
    return found


def _comparison(rows: pl.DataFrame) -> Comparison:
    first = rows.row(0, named=True)
    said = tuple(
        Said(
            counter=row["counter"], value=row["value"], low=row["low"], high=row["high"],
            known=row["known"], source=row["source"], licence=row["licence"], cite=f"{row['run']}:{row['row']}",
        )
        for row in rows.iter_rows(named=True)
    )  # fmt: skip
    return Comparison(
        group=first["group"], origin=first["origin"], place=first["place"], start=first["start"], end=first["end"], said=said,
    )  # fmt: skip
