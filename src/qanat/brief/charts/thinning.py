"""Fewer points for the same line."""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[float, float]


def sleeve(run: Sequence[Point], tolerance: float) -> list[Point]:
    """The run with only those points kept that others can't stand for; both ends are kept.

    No point left out is further than `tolerance` to the side of the new line, nor juts beyond its ends by more.

    Source: Zhao, Saalfeld 1997, Linear-time sleeve-fitting polyline simplification algorithms, AutoCarto 13.
    """
    kept, sleeve_so_far, before = [run[0]], _Sleeve(run[0], tolerance), run[0]
    for point in run[1:]:
        if not sleeve_so_far.takes(point):
            kept.append(before)
            sleeve_so_far = _Sleeve(before, tolerance)
            sleeve_so_far.takes(point)
        before = point
    return kept if before == kept[-1] else [*kept, before]


class _Sleeve:
    """Directions from one point in which all points since lie, each give or take the tolerance."""

    def __init__(self, start: Point, tolerance: float) -> None:
        self.x, self.y = start
        self.tolerance = tolerance
        self.middle, self.low, self.high = 0.0, -math.inf, math.inf
        self.furthest = 0.0

    def takes(self, point: Point) -> bool:
        """Whether the point lies in the sleeve; if so, the sleeve is narrowed to it."""
        reach = math.hypot(point[0] - self.x, point[1] - self.y)
        if reach < self.furthest - self.tolerance:
            return False
        angle = math.atan2(point[1] - self.y, point[0] - self.x)
        if not self.furthest:
            self.middle = angle
        off = math.remainder(angle - self.middle, math.tau)
        if not self.low <= off <= self.high:
            return False
        if reach > self.tolerance:
            half = math.asin(self.tolerance / reach)
            self.low, self.high = max(self.low, off - half), min(self.high, off + half)
            self.furthest = max(self.furthest, reach)
        return True
