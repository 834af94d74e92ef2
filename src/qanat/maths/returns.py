"""What a gain in work is worth year by year: arrays of draws x years, money in one currency, years from 1.

E = N (e0 y0 b + d y0 (1 + b)): b the relative gain in pay, d the gain in employment, both grown in by now.
B = tax E + saved N d - cost.  Present value: sum over years of (1 + rate)^-t.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def grown(years: int, slowness: Floats) -> Floats:
    """How much of an effect is there after each of so many years, draws x years: 1 - exp(-t / slowness)."""
    t = np.arange(1, years + 1, dtype=np.float64)
    return np.asarray(1.0 - np.exp(-t / slowness[:, None]), dtype=np.float64)


def earnings_gain(people: Floats, before: tuple[Floats, Floats], more_work: Floats, more_pay: Floats) -> Floats:
    """Earnings gained a year, draws x years.

    people     of working age, per draw (draws x 1)
    before     the share employed and a worker's earnings a year, before (draws x 1 each)
    more_work  points of employment gained;  more_pay  share by which pay rises (draws x years each)
    """
    employed, pay = before
    return np.asarray(people * (employed * pay * more_pay + more_work * pay * (1.0 + more_pay)), dtype=np.float64)


def held_to_people(employed: Floats, more_work: Floats) -> Floats:
    """Points of employment gained, such that the share employed stays between 0 and 1."""
    return np.asarray(np.clip(more_work, -employed, 1.0 - employed), dtype=np.float64)


def discounted(flows: Floats, rate: float) -> Floats:
    """Flows (draws x years) at their present value, each year by itself: year t times (1 + rate)^-t."""
    t = np.arange(1, flows.shape[1] + 1, dtype=np.float64)
    return np.asarray(flows * (1.0 + rate) ** -t, dtype=np.float64)


def break_even(present: Floats) -> Floats:
    """The first year from which the sum so far stays at zero or above to the end, per draw; not a number where it does not."""
    below = np.cumsum(present, axis=1) < 0
    last = below.shape[1] - np.argmax(below[:, ::-1], axis=1)
    year = np.where(below.any(axis=1), last + 1.0, 1.0)
    return np.where(below[:, -1], np.nan, year)
