"""Totals over the other end: everyone from a country, everyone hosted by it, everyone displaced inside it."""

from __future__ import annotations

from typing import Final, Literal

import polars as pl

from qanat.figures import SCHEMA, F
from qanat.figures.check import COUNTRY
from qanat.figures.licensing import strictest
from qanat.figures.words import CROSS_BORDER

View = Literal["origin", "inside", "host"]
WORLD: Final = "WLD"
ABROAD: Final = "displaced-abroad"

_SAME: Final = ("measure", "unit", "group", "start", "end", "sex", "age_from", "age_to", "counter")
# counted in a country as a whole: no admin unit, no finer cut, no world total
_WHOLE: Final = F.facet.is_null() & F.via.is_null() & F.place.str.contains(COUNTRY) & (F.place != WORLD)


def totals(figures: pl.DataFrame, country: str, view: View) -> pl.DataFrame:
    """One row a group, period, sex, age and counter: the sum over the places (origin) or the origins (host).

    figures  figures without facets, one vintage a counter (see reconcile.newest)
    view     origin: people from the country counted elsewhere, place becomes WLD;
             inside: people of the country counted in it;
             host: people from elsewhere counted in the country, origin becomes null
    Gives    SCHEMA's columns with stage reconciled, method totals.VIEW@1 and `inputs`, a list of the figures summed.
             value is null only where no part has one; low and high add the parts' own bounds, a part without an
             interval counting as its value and a zero as zero (it may stand for "not applicable"); null where no
             part above zero has an interval.
    People with an unknown origin and stateless people are parts like any other; nobody is left out.
    """
    parts = figures.filter(_fits(country, view)).sort("known", "source", descending=[True, False])
    summed = parts.group_by(_SAME, maintain_order=True).agg(*_sums(pl.struct("run", "row")))
    return _shaped(summed, country, view)


def pairs(figures: pl.DataFrame, country: str) -> pl.DataFrame:
    """Figures between the country and one other, either way, as they are, each its own input."""
    about = ((F.origin == country) & (F.place != country)) | ((F.place == country) & (F.origin != country))
    return figures.filter(_WHOLE & about).with_columns(inputs=pl.concat_list(pl.struct("run", "row")))


def abroad(by_group: pl.DataFrame) -> pl.DataFrame:
    """Refugees, asylum-seekers and others in need of international protection as one figure.

    The three are disjoint by construction in UNHCR's statistics (EGRISS, IRRS 2018, chapter 3), so they may be summed;
    UNRWA's and IDMC's figures never enter. Input and output as in `totals`; the inputs are the figures summed there.
    """
    parts = by_group.filter(F.group.is_in(CROSS_BORDER), F.measure == "stock", F.counter == "unhcr")
    same = [name for name in _SAME if name != "group"]
    summed = parts.group_by([*same, "origin", "place"], maintain_order=True).agg(*_sums(pl.col("inputs").explode()))
    return _typed(_settled(summed).with_columns(group=pl.lit(ABROAD), method=pl.lit("totals.abroad@1")))


def _fits(country: str, view: View) -> pl.Expr:
    here, from_here = F.place == country, F.origin == country
    ends = {"origin": from_here & ~here, "inside": here & from_here, "host": here & ~from_here}
    return _WHOLE & ends[view]  # a row without an origin is a total already: it fits no view


def _sums(inputs: pl.Expr) -> list[pl.Expr]:
    return [
        *_papers(), F.value.sum(), F.level.max(), inputs.alias("inputs"),
        F.value.is_not_null().any().alias("_known"), (F.low.is_not_null() & (F.value > 0)).any().alias("_bounds"),
        _bound("low").sum().alias("_low"), _bound("high").sum().alias("_high"),
    ]  # fmt: skip


def _bound(end: str) -> pl.Expr:
    """A part's own bound, its value where it has none; a zero stays zero, since it may stand for "not applicable"."""
    return pl.when(F.value == 0).then(0.0).otherwise(pl.coalesce(end, "value"))


def _papers() -> list[pl.Expr]:
    """A total is known since its newest part, cites that part's document (all are in its lineage), and may travel only
    as far as its strictest part."""
    return [
        F.known.max(),
        F.source.first(),
        strictest(),
    ]


def _settled(summed: pl.DataFrame) -> pl.DataFrame:
    known, bounds = pl.col("_known"), pl.col("_known") & pl.col("_bounds")
    return summed.with_columns(
        value=pl.when(known).then(F.value),
        low=pl.when(bounds).then("_low"),
        high=pl.when(bounds).then("_high"),
        level=pl.when(bounds).then(F.level),
        status=pl.when(known).then(pl.lit("counted")).otherwise(pl.lit("not_counted")),
    )


def _shaped(summed: pl.DataFrame, country: str, view: View) -> pl.DataFrame:
    origin = pl.lit(None, dtype=pl.String) if view == "host" else pl.lit(country)
    place = pl.lit(WORLD) if view == "origin" else pl.lit(country)
    return _typed(_settled(summed).with_columns(origin=origin, place=place, method=pl.lit(f"totals.{view}@1")))


def _typed(rows: pl.DataFrame) -> pl.DataFrame:
    filled = rows.with_columns(
        stage=pl.lit("reconciled"),
        locator=pl.format("sum of {} figures", pl.col("inputs").list.len()),
    )  # fmt: skip
    blank = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in SCHEMA.items() if name not in filled.columns]
    return filled.with_columns(blank).select(
        [pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()] + [pl.col("inputs")]
    )
