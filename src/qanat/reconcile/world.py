"""The world's comparison: every counter's countries added up, and the countries each of them leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt
from typing import Final

from qanat.figures.licensing import strictest_of
from qanat.reconcile.compared import Compared
from qanat.reconcile.flags import Setting, flags
from qanat.reconcile.intervals import Interval
from qanat.reconcile.lineage import Cluster
from qanat.reconcile.one_picture import One
from qanat.reconcile.precedence import Precedence, headline
from qanat.reconcile.said import Figure

WORLD: Final = "WLD"
_LACKS: Final = 0.01  # share of its own sum above which what a counter leaves out is flagged


def world(countries: Sequence[Compared], order: Precedence | None = None) -> Compared | None:
    """The sums over countries of one group and year; null where there is no country.

    Each counter's sum holds only its own countries. The picture is the sum of the countries' medians; their intervals
    are taken as independent, so half-widths add in squares. Clusters are not looked for between sums.
    """
    if not countries:
        return None
    first = countries[0]
    day = max(one.day for one in countries)
    sums = tuple(
        _sum(counter, countries)
        for counter in sorted({f.counter for c in countries for f in c.figures if f.group == first.group})
    )
    sums = tuple(replace(one, start=day, end=day) if one.measure == "stock" else one for one in sums)
    alone = {one.cite: Cluster(root=one, members=(one,)) for one in sums}
    missing = {one.counter: _missing(one.counter, countries) for one in sums}
    setting = Setting(
        group=first.group, day=day, current=sums, history=sums, clusters=tuple(alone.values()),
        missing={one.counter: missing[one.counter] for one in sums if missing[one.counter] > _LACKS * one.value},
    )  # fmt: skip
    raised = tuple(flag for flag in flags(setting) if flag.code in ("COVERAGE_PARTIAL", "LICENCE_RESTRICTED"))
    shown = headline(sums, first.group, day, order)
    ranked = sorted(sums, key=lambda one: (one is not shown, -one.value))
    return Compared(
        place=WORLD, group=first.group, year=first.year, day=day, figures=tuple(ranked), cluster=alone, one=_one(countries, alone),
        shown=shown, flags=raised,
    )  # fmt: skip


def _said(counter: str, country: Compared) -> Figure | None:
    return next((one for one in country.figures if one.counter == counter and one.group == country.group), None)


def _sum(counter: str, countries: Sequence[Compared]) -> Figure:
    own = [one for country in countries if (one := _said(counter, country)) is not None]
    licence = strictest_of(one.licence for one in own)
    low, high = sum(one.low for one in own), sum(one.high for one in own)
    return replace(
        max(own, key=lambda one: (one.known, one.value)), place=WORLD, value=sum(one.value for one in own), licence=licence, facet=None,
        interval=Interval(low=low, high=high, level=1.0, why="rounding") if low < high else None, limits=(),
    )  # fmt: skip


def _missing(counter: str, countries: Sequence[Compared]) -> float:
    """People of countries where the counter says nothing and another does."""
    return sum(
        max((one.value for one in country.figures if one.group == country.group), default=0.0)
        for country in countries
        if _said(counter, country) is None
    )


def _one(countries: Sequence[Compared], used: dict[str, Cluster]) -> One:
    told = [(one.median, one.low80, one.high80) for country in countries if (one := country.one).basis != "nothing"]
    middle = sum(median for median, _, _ in told if median is not None)
    below = sqrt(sum((median - low) ** 2 for median, low, _ in told if median is not None and low is not None))
    above = sqrt(sum((high - median) ** 2 for median, _, high in told if median is not None and high is not None))
    return One(
        day=max(country.day for country in countries), median=middle, low80=max(middle - below, 0.0), high80=middle + above,
        basis="model", used=tuple(used.values()),
    )  # fmt: skip
