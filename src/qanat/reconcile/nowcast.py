"""From the last picture to today: the stock, what is known to have moved since, and an interval that widens with time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import exp, log, sqrt

from qanat.maths.shares import NORMAL_80
from qanat.reconcile.breaks import Moved
from qanat.reconcile.intervals import AGEING
from qanat.reconcile.one_picture import One


@dataclass(frozen=True, slots=True, kw_only=True)
class Nowcast:
    """An estimate for a day after the last count, never a count: median and 80 % interval in people.

    new, returned  movements into displacement and returns known since the picture's day; null = none known
    """

    day: date
    median: float
    low80: float
    high80: float
    new: float | None
    returned: float | None


def nowcast(one: One, moved: Mapping[int, Moved], today: date) -> Nowcast | None:
    """The picture brought forward: stock + newly displaced - returned in the years that ended since, never below zero.

    moved  movements by calendar year; only years that lie wholly between the picture's day and today enter
    The interval keeps the picture's width, grows by the usual yearly change (0.11, ln) for every year without a count,
    and reaches down to the stock without the new movements, since a movement may be made by somebody already counted.
    Null where there is no picture or today is not after its day.
    """
    if one.median is None or one.low80 is None or one.high80 is None or today <= one.day:
        return None
    since = [flow for year, flow in moved.items() if one.day.year < year and date(year + 1, 1, 1) <= today]
    new = [flow.new for flow in since if flow.new is not None]
    returned = [flow.returned for flow in since if flow.returned is not None]
    median = max(one.median + sum(new) - sum(returned), 1.0)
    still = max(one.median - sum(returned), 1.0)
    years = (today - one.day).days / 365.25
    half = sqrt((log(one.high80 / one.low80) / 2) ** 2 + (NORMAL_80 * AGEING) ** 2 * years)
    return Nowcast(
        day=today, median=median, low80=min(median, still) * exp(-half), high80=median * exp(half),
        new=sum(new) if new else None, returned=sum(returned) if returned else None,
    )  # fmt: skip
