"""What several readings with heavy tails let one believe of a number: exactly, on a grid, with as many humps as there are.

Two readings far apart leave two humps, not a narrow belief between them: a Gaussian would say the middle, where nobody is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Final

_POINTS: Final = 120
_MARGIN: Final = 3.0  # scales beyond the outermost reading
_HALVINGS: Final = 14


@dataclass(frozen=True, slots=True)
class Heard:
    """A reading or an earlier belief: a value and the scale of its error, Student t with so many degrees of freedom."""

    value: float
    scale: float
    freedom: float = 4.0


@dataclass(frozen=True, slots=True)
class Belief:
    """Points in ascending order and their probabilities, which add up to 1."""

    points: tuple[float, ...]
    shares: tuple[float, ...]

    def quantile(self, share: float) -> float:
        """Where this share of the belief lies below, between points in proportion."""
        step, below = self.points[1] - self.points[0], 0.0
        for point, here in zip(self.points, self.shares, strict=True):
            if below + here >= share:
                return point - step / 2 + step * (share - below) / here
            below += here
        return self.points[-1]

    def further(self, share: float, scale: float) -> float:
        """The quantile of one more reading with this error scale."""
        low, high = self.points[0] - 6 * scale, self.points[-1] + 6 * scale
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if self._below(middle, scale) < share:
                low = middle
            else:
                high = middle
        return (low + high) / 2

    def _below(self, value: float, scale: float) -> float:
        return sum(
            here * t4_below((value - point) / scale)
            for point, here in zip(self.points, self.shares, strict=True)
            if here > 1e-6
        )


def belief(heard: Sequence[Heard]) -> Belief:
    """The belief after hearing at least one thing, each independently of the others."""
    low = min(one.value - _MARGIN * one.scale for one in heard)
    high = max(one.value + _MARGIN * one.scale for one in heard)
    step = (high - low) / _POINTS
    points = tuple(low + (at + 0.5) * step for at in range(_POINTS))
    logs = [sum(_log_t(point, one) for one in heard) for point in points]
    top = max(logs)
    raw = [exp(one - top) for one in logs]
    whole = sum(raw)
    return Belief(points, tuple(one / whole for one in raw))


def _log_t(point: float, one: Heard) -> float:
    """Logarithm of the density but for a constant."""
    gone = (point - one.value) / one.scale
    return -(one.freedom + 1) / 2 * log(1 + gone * gone / one.freedom)


def t4_below(value: float) -> float:
    """The probability that a Student t variate with 4 degrees of freedom lies below a value (closed form)."""
    shrunk = value / sqrt(1 + value * value / 4)
    return 0.5 + 0.375 * shrunk * (1 - shrunk * shrunk / 12)
