"""Fewer points for the same line."""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[float, float]


def sleeve(run: Sequence[Point], tolerance: float) -> list[Point]:
    """The run with only those points kept that others can't stand for within `tolerance`; both ends are kept.

    Source: Zhao, Saalfeld 1997, Linear-time sleeve-fitting polyline simplification algorithms, AutoCarto 13.
    """
    kept = [run[0]]
    x0, y0 = run[0]
    middle, low, high = 0.0, -math.inf, math.inf
    before = run[0]
    for point in run[1:]:
        reach = math.hypot(point[0] - x0, point[1] - y0)
        angle = math.atan2(point[1] - y0, point[0] - x0)
        off = math.remainder(angle - middle, math.tau) if low > -math.inf else 0.0
        if not low <= off <= high:
            kept.append(before)
            x0, y0 = before
            low, high = -math.inf, math.inf
            reach = math.hypot(point[0] - x0, point[1] - y0)
            angle = math.atan2(point[1] - y0, point[0] - x0)
        if reach > tolerance:
            half = math.asin(tolerance / reach)
            if low == -math.inf:
                middle, low, high = angle, -half, half
            else:
                off = math.remainder(angle - middle, math.tau)
                low, high = max(low, off - half), min(high, off + half)
        before = point
    if before != kept[-1]:
        kept.append(before)
    return kept
