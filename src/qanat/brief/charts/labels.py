"""Where labels go on a map: near what they name, clear of each other, of arrow heads and of the edge."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from qanat.brief.charts.boxes import Box, apart

Point = tuple[float, float]
_TURNS: Final = (0.0, 0.4, -0.4, 0.8, -0.8, 1.25, -1.25, 1.7, -1.7, 2.3, -2.3, math.pi)
_DISTANCES: Final = (5.0, 11.0, 19.0, 30.0, 44.0, 62.0, 84.0, 110.0, 140.0)
_HEAD, _DOT, _MISREAD = 12.0, 6.0, 26.0  # costs: a head wholly covered, a shaft point covered, a point that is closer
_FAR, _TURNED = 0.3, 1.1  # costs: a px away, a radian off


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A label to be placed: its size in px, the point it names, and the direction in which it would best lie."""

    wide: float
    high: float
    at: Point
    towards: Point


@dataclass(slots=True)
class Obstacles:
    """What a label must not cover (labels), should not (heads), and had better not (points on shafts).

    ends  the points labels name: a label nearer to another's than to its own would be misread
    """

    canvas: Box
    labels: list[Box]
    heads: list[Box]
    dots: list[Point]
    ends: list[Point]


def placed(wish: Wish, obstacles: Obstacles) -> tuple[float, Box] | None:
    """What the best free box for a label costs, and that box; null where no place is left near enough."""
    best: tuple[float, Box] | None = None
    for box, away in _candidates(wish):
        if best is not None and away >= best[0]:
            continue
        if box.within(obstacles.canvas) and not any(box.shared(label) for label in obstacles.labels):
            cost = away + _covered(box, obstacles) + _MISREAD * _misread(box, wish.at, obstacles.ends)
            if best is None or cost < best[0]:
                best = (cost, box)
    return best


def _candidates(wish: Wish) -> Iterator[tuple[Box, float]]:
    for distance in _DISTANCES:
        for turn in _TURNS:
            ux, uy = _turned(wish.towards, turn)
            yield _beside(wish, ux, uy, distance), _FAR * distance + _TURNED * abs(turn)


def _beside(wish: Wish, ux: float, uy: float, distance: float) -> Box:
    """The box of the wished size whose nearest edge lies `distance` px away in the direction given."""
    half_wide, half_high = wish.wide / 2, wish.high / 2
    clear = min(
        half_wide / abs(ux) if abs(ux) > 1e-9 else math.inf, half_high / abs(uy) if abs(uy) > 1e-9 else math.inf
    )
    x, y = wish.at[0] + ux * (distance + clear), wish.at[1] + uy * (distance + clear)
    return Box(x - half_wide, y - half_high, x + half_wide, y + half_high)


def _covered(box: Box, obstacles: Obstacles) -> float:
    roomy = box.grown(2)
    heads = sum(roomy.shared(head) / _size(head) for head in obstacles.heads)
    return _HEAD * heads + _DOT * sum(roomy.holds(x, y) for x, y in obstacles.dots)


def _misread(box: Box, own: Point, ends: Sequence[Point]) -> int:
    """How many other labels' points the box is closer to than to its own."""
    reach = box.gap(*own)
    return sum(box.gap(*end) < reach - 1 for end in ends if math.dist(end, own) > 1)


def _size(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top) or 1.0


def _turned(direction: Point, angle: float) -> Point:
    c, s = math.cos(angle), math.sin(angle)
    return direction[0] * c - direction[1] * s, direction[0] * s + direction[1] * c


def spread_along_edges(points: Sequence[Point], canvas: Box, gap: tuple[float, float]) -> tuple[Point, ...]:
    """Points on the canvas's edge, moved along their own side until they are a gap apart.

    gap  px across (on the top and bottom sides) and down (on the left and right)
    """
    moved = dict(enumerate(points))
    for axis, limit in ((0, canvas.left), (0, canvas.right), (1, canvas.top), (1, canvas.bottom)):
        side = [i for i, point in enumerate(points) if abs(point[axis] - limit) < 1e-6]
        low, high = (canvas.top, canvas.bottom) if axis == 0 else (canvas.left, canvas.right)
        room = gap[1 - axis]
        places = apart([points[i][1 - axis] for i in side], room, low + room / 2, high - room / 2)
        for i, place in zip(side, places, strict=True):
            moved[i] = (limit, place) if axis == 0 else (place, limit)
    return tuple(moved[i] for i in range(len(points)))


def spread_around(angles: Sequence[float], gap: float) -> tuple[float, ...]:
    """Angles (radians) turned as little as can be until they are a gap apart around the circle."""
    if len(angles) < 2:
        return tuple(angles)
    turned = [round(angle, 9) % math.tau for angle in angles]  # rounded, or -1e-99 would become a whole turn
    ranked = sorted(turned)
    free = [(after - before) % math.tau for before, after in zip(ranked, [*ranked[1:], ranked[0]], strict=True)]
    cut = ranked[(free.index(max(free)) + 1) % len(ranked)]
    unrolled = [(angle - cut) % math.tau for angle in turned]
    gap = min(gap, math.tau / len(angles))
    half = (math.tau - gap * len(angles)) / 2
    return tuple(cut + place for place in apart(unrolled, gap, -half, math.tau - gap + half))
