"""Shapes cut to a rectangle.

Source: Sutherland, Hodgman 1974, Reentrant polygon clipping, CACM 17 (1), for rings.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from qanat.brief.charts.boxes import Box

Point = tuple[float, float]


def clipped_ring(ring: Sequence[Point], box: Box) -> list[Point]:
    """The part of a closed ring inside the box; empty where none is. A ring may run along the box's edge."""
    points = list(ring)
    for axis, limit, sign in ((0, box.left, 1), (0, box.right, -1), (1, box.top, 1), (1, box.bottom, -1)):
        if not points:
            return []
        if min(sign * p[axis] for p in points) < sign * limit:
            points = _inside(points, axis, limit, sign)
    return points


def clipped_line(line: Sequence[Point], box: Box) -> list[list[Point]]:
    """The runs of a line that touch the box, each whole from the point before it enters to the point after it leaves."""
    runs: list[list[Point]] = []
    run: list[Point] = []
    for start, end in pairwise(line):
        if _may_touch(start, end, box):
            run = run or [start]
            run.append(end)
        elif run:
            runs.append(run)
            run = []
    return [*runs, run] if run else runs


def _inside(points: Sequence[Point], axis: int, limit: float, sign: int) -> list[Point]:
    kept: list[Point] = []
    before = points[-1]
    for point in points:
        into, was = sign * (point[axis] - limit) >= 0, sign * (before[axis] - limit) >= 0
        if into != was:
            kept.append(_crossing(before, point, axis, limit))
        if into:
            kept.append(point)
        before = point
    return kept


def _crossing(start: Point, end: Point, axis: int, limit: float) -> Point:
    share = (limit - start[axis]) / (end[axis] - start[axis])
    other = start[1 - axis] + share * (end[1 - axis] - start[1 - axis])
    return (limit, other) if axis == 0 else (other, limit)


def _may_touch(start: Point, end: Point, box: Box) -> bool:
    return (
        max(start[0], end[0]) >= box.left
        and min(start[0], end[0]) <= box.right
        and max(start[1], end[1]) >= box.top
        and min(start[1], end[1]) <= box.bottom
    )
