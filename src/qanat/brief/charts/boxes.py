"""Rectangles in a drawing, and keeping things in a row apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in px, top left to bottom right."""

    left: float
    top: float
    right: float
    bottom: float

    def shared(self, other: Box) -> float:
        """Area in square px that both cover."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across * down if across > 0 and down > 0 else 0.0

    def within(self, other: Box) -> bool:
        """Whether no part lies outside the other."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies in it."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def gap(self, x: float, y: float) -> float:
        """Distance in px from the point to the nearest edge; 0 inside."""
        return math.hypot(max(self.left - x, 0, x - self.right), max(self.top - y, 0, y - self.bottom))

    def grown(self, by: float) -> Box:
        """The same with `by` px more on each side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> tuple[float, ...]:
    """Places as near as can be to those wanted, in the same order along the line, `gap` from each other, in [low, high].

    Where the line is too short for all, the gaps shrink evenly. Places that touch are moved together to their mean.
    """
    if not wanted:
        return ()
    gap = min(gap, (high - low) / max(1, len(wanted) - 1))
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    groups: list[list[float]] = []  # wanted first places of a run, each already less its offset in the run
    for i in order:
        groups.append([wanted[i]])
        while len(groups) > 1 and _first(groups[-2], gap, low, high) + len(groups[-2]) * gap > _first(
            groups[-1], gap, low, high
        ):
            tail = groups.pop()
            groups[-1] += tail
    places = [_first(group, gap, low, high) + n * gap for group in groups for n in range(len(group))]
    found = dict(zip(order, places, strict=True))
    return tuple(found[i] for i in range(len(wanted)))


def _first(group: Sequence[float], gap: float, low: float, high: float) -> float:
    mean = sum(place - n * gap for n, place in enumerate(group)) / len(group)
    return min(max(mean, low), high - (len(group) - 1) * gap)
