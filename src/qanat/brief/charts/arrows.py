"""Arrows of a few width classes, so that a reader can judge a width by the key instead of guessing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from qanat.brief.charts.boxes import Box
from qanat.brief.charts.lettering import number

Point = tuple[float, float]
WIDTHS: Final = (1.8, 4.0, 7.5, 12.0)  # px at 760 px, by class
BENDS: Final = (0.15, 0.25, 0.06, -0.14)  # how far the middle may leave the straight line, as a share of its length
SHORTEST: Final = 26.0  # px; between closer places the arrow runs past its end, or it couldn't be seen
DENSE, SPARSE = 5.0, 12.0  # px between the points that stand for a shaft
APART: Final = 30.0  # px around a common end in which arrows may touch
TAIL: Final = 0.45  # width at the start as a share of the width at the head


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """A curved arrow in px, already in its final place. Width in px at the neck."""

    start: Point
    bend: Point
    tip: Point
    width: float

    @property
    def heading(self) -> Point:
        """Unit vector in which the tip points."""
        return _unit(self.tip[0] - self.bend[0], self.tip[1] - self.bend[1])

    @property
    def setting_out(self) -> Point:
        """Unit vector in which the arrow leaves its start."""
        return _unit(self.bend[0] - self.start[0], self.bend[1] - self.start[1])

    @property
    def head(self) -> tuple[float, float]:
        """Length and half breadth of the head."""
        return max(7.5, 1.7 * self.width), max(4.2, 1.05 * self.width)

    def along(self, gap: float) -> Iterator[Point]:
        """Points on the shaft, about `gap` px apart, the start and the tip among them."""
        steps = max(2, math.ceil(math.dist(self.start, self.tip) / gap))
        for step in range(steps + 1):
            t = step / steps
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
            yield (
                a * self.start[0] + b * self.bend[0] + c * self.tip[0],
                a * self.start[1] + b * self.bend[1] + c * self.tip[1],
            )

    def head_box(self) -> Box:
        """The rectangle around the head."""
        (ux, uy), (long, half) = self.heading, self.head
        x, y = self.tip[0] - ux * long / 2, self.tip[1] - uy * long / 2
        across = abs(ux) * long / 2 + abs(uy) * half
        down = abs(uy) * long / 2 + abs(ux) * half
        return Box(x - across, y - down, x + across, y + down)

    def path(self) -> str:
        """The arrow as one closed shape: a shaft that grows towards a head."""
        (ux, uy), (sx, sy), (long, half) = self.heading, self.setting_out, self.head
        neck = (self.tip[0] - ux * long, self.tip[1] - uy * long)
        mx, my = _unit(ux + sx, uy + sy)
        thin, thick = self.width * TAIL / 2, self.width / 2
        middle = (thin + thick) / 2
        first = [_aside(self.start, sx, sy, thin), _aside(self.bend, mx, my, middle), _aside(neck, ux, uy, thick)]
        last = [_aside(self.start, sx, sy, -thin), _aside(self.bend, mx, my, -middle), _aside(neck, ux, uy, -thick)]
        wings = [_aside(neck, ux, uy, half), self.tip, _aside(neck, ux, uy, -half)]
        return (
            f"M{_pair(first[0])}Q{_pair(first[1])} {_pair(first[2])}L{' '.join(map(_pair, wings))} {_pair(last[2])}"
            f"Q{_pair(last[1])} {_pair(last[0])}Z"
        )


def arrow(start: Point, tip: Point, width: float, bend: float) -> Arrow:
    """The arrow from start to tip whose middle is `bend` of its length to the right of the straight line."""
    dx, dy = tip[0] - start[0], tip[1] - start[1]
    middle = ((start[0] + tip[0]) / 2 - dy * bend, (start[1] + tip[1]) / 2 + dx * bend)
    return Arrow(start=start, bend=middle, tip=tip, width=width)


def seen(start: Point, tip: Point) -> tuple[Point, Point]:
    """Start and tip, the tip moved on where both are too close for an arrow to be seen."""
    long = math.dist(start, tip)
    if long >= SHORTEST:
        return start, tip
    ux, uy = _unit(tip[0] - start[0], tip[1] - start[1]) if long else (1.0, 0.0)
    return start, (start[0] + ux * SHORTEST, start[1] + uy * SHORTEST)


def clearest(start: Point, tip: Point, width: float, others: Sequence[Arrow]) -> Arrow:
    """The arrow with the bend that keeps it clear of the others, the gentler ones first."""
    ways = [arrow(start, tip, width, bend) for bend in BENDS]
    crowding = [_crowding(way, others) + 1.5 * rank for rank, way in enumerate(ways)]
    return ways[crowding.index(min(crowding))]


def _crowding(way: Arrow, others: Sequence[Arrow]) -> int:
    """How many points of the arrow lie on others, away from where all of them meet."""
    points = list(way.along(SPARSE))
    found = 0
    for other in others:
        if _meeting(way, other) > 0.5:
            reach = (way.width + other.width) / 2 + SPARSE / 2
            places = [place for place in other.along(SPARSE) if _apart(place, other)]
            found += sum(math.dist(point, place) < reach for place in places for point in points)
    return found


def _apart(place: Point, other: Arrow) -> bool:
    return math.dist(place, other.start) > APART and math.dist(place, other.tip) > APART / 2


def _meeting(one: Arrow, other: Arrow) -> float:
    """Cosine of the angle between two arrows' straight lines."""
    ax, ay = _unit(one.tip[0] - one.start[0], one.tip[1] - one.start[1])
    bx, by = _unit(other.tip[0] - other.start[0], other.tip[1] - other.start[1])
    return ax * bx + ay * by


def leaving(start: Point, towards: Point, canvas: Box) -> Point:
    """Where the straight line from start towards a place outside crosses the canvas's edge."""
    dx, dy = towards[0] - start[0], towards[1] - start[1]
    shares = [
        (limit - at) / step
        for at, step, low, high in (
            (start[0], dx, canvas.left, canvas.right),
            (start[1], dy, canvas.top, canvas.bottom),
        )
        for limit in (low, high)
        if step and (limit - at) / step > 0
    ]
    share = min(shares, default=0.0)
    return start[0] + dx * share, start[1] + dy * share


def _unit(x: float, y: float) -> Point:
    long = math.hypot(x, y) or 1.0
    return x / long, y / long


def _aside(at: Point, ux: float, uy: float, by: float) -> Point:
    return at[0] + uy * by, at[1] - ux * by


def _pair(at: Point) -> str:
    return f"{number(at[0])},{number(at[1])}"
