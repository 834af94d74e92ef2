"""The interval of every published figure: what its rounding, its wording or its standing alone leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt
from typing import Final, Literal

from qanat.maths.shares import NORMAL_80

Reason = Literal["published", "rounding", "qualifier", "suppressed", "alone"]

SPREAD: Final = 0.17  # robust standard deviation of ln(UNHCR / IDMC) where they are not one number, 2009 to 2025
AGEING: Final = 0.11  # robust standard deviation of a year's ln change of IDMC's stocks
# measured on people displaced inside countries, 2009 to 2025 (reconcile/hidden.py, bench/picture.py): figures of UNHCR and
# IDMC that were hidden where one lone count was left, how many lay in its default interval, and the half-width (ln) that
# holds four in five of them; learnt on four fifths of the countries each time it holds 77 % of the others'
LONE_CASES: Final = 70
LONE_HELD: Final = 33
LONE_REACH: Final = 0.62
_SMALL: Final = {"unhcr": 5, "eurostat": 5}  # counters that round small counts to multiples of five
_SMALL_BELOW: Final = 5.5
_QUALIFIERS: Final[dict[str, tuple[float, float]]] = {
    "more than": (1.0, 1.25), "at least": (1.0, 1.25), "up to": (0.75, 1.0), "less than": (0.75, 1.0),
    "approximately": (0.9, 1.1), "about": (0.9, 1.1), "total": (1.0, 1.0), "exactly": (1.0, 1.0),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """What a figure leaves open: from low to high, with the probability that the count lies in it (1 = a bound)."""

    low: float
    high: float
    level: float
    why: Reason


def grain(value: float, counter: str) -> float:
    """To how many people a figure is rounded, as its digits show: 1000 for 9,117,000, 100 for 7,900, 1 for 3,199,023.

    At most thousands, which is what IDMC's figures are rounded to where UNHCR carries them; small counts of UNHCR and
    Eurostat are multiples of five.
    """
    whole = round(value)
    for size in (1000, 100, 10):
        if whole and whole % size == 0 and counter not in _SMALL:
            return float(size)
    if counter in _SMALL and 0 <= whole <= _SMALL_BELOW:
        return 5.0
    return 1000.0 if whole and whole % 1000 == 0 else 1.0


def interval(value: float, counter: str, *, qualifier: str | None = None) -> Interval | None:
    """The interval of a figure that came without one; null where its digits and wording leave nothing open.

    UNHCR rounds counts below five to the nearest five: 0 stands for 0 to 2, 5 for 3 to 5 (no 1 to 4 is ever published).
    IDMC's figures stand for half their last digit's worth on either side; "more than" x for x to 1.25 x, "about" x for
    10 % on either side.
    """
    if qualifier is not None and (factors := _QUALIFIERS.get(qualifier.strip().lower())) and factors != (1.0, 1.0):
        return Interval(low=value * factors[0], high=value * factors[1], level=0.8, why="qualifier")
    size = grain(value, counter)
    if size <= 1:
        return None
    if counter in _SMALL and size == 5:
        return Interval(low=0.0 if value == 0 else 3.0, high=2.0 if value == 0 else 5.0, level=1.0, why="rounding")
    return Interval(low=max(value - size / 2, 0.0), high=value + size / 2, level=1.0, why="rounding")


def alone(value: float, years: float = 0.0) -> Interval:
    """The 80 % interval of a figure with nothing independent beside it: times and divided by exp(1.28 x 0.17).

    years  how long before the day asked about it was counted; its variance grows by 0.11 squared a year
    """
    factor = exp(NORMAL_80 * sqrt(SPREAD**2 + max(years, 0.0) * AGEING**2))
    return Interval(low=value / factor, high=value * factor, level=0.8, why="alone")


def held(value: float, years: float = 0.0) -> Interval:
    """As `alone`, but as wide as it has to be for four in five of the figures that were ever published beside a lone one."""
    factor = exp(sqrt(LONE_REACH**2 + max(years, 0.0) * (NORMAL_80 * AGEING) ** 2))
    return Interval(low=value / factor, high=value * factor, level=0.8, why="alone")


def rounding_dominates(value: float, counter: str) -> bool:
    """Whether half of the rounding is more than a tenth of the figure, so that its digits say little."""
    found = interval(value, counter)
    return found is not None and found.why == "rounding" and (found.high - found.low) / 2 > 0.1 * max(value, 1e-9)
