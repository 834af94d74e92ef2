"""Axes: round ticks from zero, values to pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass


def ticks(top: float, count: int = 4) -> list[float]:
    """Round numbers from 0 to the first at or above `top`, in steps of 1, 2 or 5 times a power of ten."""
    if not (top > 0 and math.isfinite(top)):
        return [0.0, 1.0]
    raw = top / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999999)
    out = [0.0]
    while out[-1] < top * 0.999999:
        out.append(round(out[-1] + step, 10))
    return out


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight map from values to pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The pixel of a value; the start where the scale has no length."""
        if self.high == self.low:
            return self.start
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def years_shown(first: int, last: int, most: int) -> list[int]:
    """Years to label, thinned evenly and ending with the last."""
    step = next(step for step in (1, 2, 3, 5, 10, 20, 50) if (last - first) / step <= most - 1 or step == 50)
    return sorted(range(last, first - 1, -step))


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Positions as near to those wanted as a least gap between neighbours allows, within low and high, order kept."""
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    placed = [min(max(wanted[at], low), high) for at in order]
    for at in range(1, len(placed)):
        placed[at] = max(placed[at], placed[at - 1] + gap)
    over = placed[-1] - high if placed else 0
    if over > 0:
        placed[-1] = high
        for at in range(len(placed) - 2, -1, -1):
            placed[at] = min(placed[at], placed[at + 1] - gap)
    out = [0.0] * len(wanted)
    for position, at in zip(placed, order, strict=True):
        out[at] = position
    return out
