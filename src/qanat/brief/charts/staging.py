"""What is settled before the first mark of a flow map is drawn: places, view, classes, arrows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from qanat.brief.charts.arrows import WIDTHS, Arrow, arrow, clearest, leaving, seen
from qanat.brief.charts.flows import Flows, Partner
from qanat.brief.charts.labels import spread_along_edges, spread_around
from qanat.brief.charts.land import Base, Land, Point, View, base
from qanat.brief.charts.sheet import Look
from qanat.brief.charts.ticks import ARROWS_BELOW, RAMP_BELOW, class_bounds, class_of
from qanat.brief.charts.window import End, Limits, extent_around, heart, heartland, in_view, view_of
from qanat.errors import BriefError

ARROWS: Final = (8, 5)  # arrows at most, on a wide and on a narrow map
WORTH: Final = 0.005  # share of all people below which a partner gets no arrow
LIMITS: Final = (Limits(0.44, 0.6, 3), Limits(0.7, 0.9, 2))  # wide and narrow
SLENDER: Final = 0.72  # width of a narrow map's arrows as a share of a wide map's
_RING: Final = 8.0  # px around the dot at which arrows towards it end
_EDGE: Final = 9.0  # px from the canvas's edge at which arrows leave
_Way = tuple[Point, Point, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A partner with its arrow, and whether its other end is outside the map."""

    partner: Partner
    arrow: Arrow
    outside: bool


class Stage:
    """A flow map before it is drawn.

    values  people by partner; partners nobody is known of are left out
    ramp, bounds, widths  bounds of the fills and of the arrows, and the arrows' px by class
    origin  where the focus's dot stands, px
    """

    def __init__(self, flows: Flows, land: Land, look: Look) -> None:
        self.flows, self.look = flows, look
        self.values = {p.code: p.value for p in flows.partners if p.value}
        largest = max(self.values.values(), default=0.0)
        self.ramp = class_bounds(largest, RAMP_BELOW)
        self.bounds = class_bounds(largest, ARROWS_BELOW)
        self.widths = tuple(width * (SLENDER if look.narrow else 1.0) for width in WIDTHS)
        focus = flows.focus.at or heart(land, flows.focus.code)
        if focus is None:
            raise BriefError(f"chart {look.name}: {flows.focus.code} has neither land nor a place; give Focus.at")
        at = {p.code: p.at or heart(land, p.code) for p in flows.partners}
        self.places = {code: place for code, place in at.items() if place is not None}
        self.view = self._view(land, focus)
        self.base: Base = base(land, self.view)
        self.origin = self.view.at(focus)
        self.marked = self._marked()

    def fill(self, code: str) -> str:
        """The colour of a partner's class."""
        ramp = self.look.ink.ramp
        return ramp[len(ramp) - 1 - len(self.ramp) + class_of(self.values[code], self.ramp)]

    def _chosen(self) -> list[Partner]:
        """The partners that get an arrow, the largest first."""
        least = WORTH * sum(self.values.values())
        worth = [p for p in self.flows.partners if p.code in self.places and self.values.get(p.code, -1) >= least]
        return sorted(worth, key=lambda p: (-self.values[p.code], p.code))[: ARROWS[self.look.narrow]]

    def _view(self, land: Land, focus: Point) -> View:
        own, dot = heartland(land, self.flows.focus.code), extent_around(focus, None)
        arrows = {partner.code for partner in self._chosen()}
        ends = [
            End(
                place,
                self.values[code],
                code in arrows,
                extent_around(place, heartland(land, code) if code in arrows else None),
            )
            for code, place in self.places.items()
            if code in self.values
        ]
        return view_of(own.joined(dot) if own else dot, ends, self.look.width, LIMITS[self.look.narrow])

    def _marked(self) -> list[Marked]:
        chosen = self._chosen()
        ends = {p.code: self.view.at(self.places[p.code]) for p in chosen}
        left = self._exits({p.code: ends[p.code] for p in chosen if not in_view(self.view, self.places[p.code])})
        ends |= left
        ways = self._outward(chosen, ends) if self.flows.direction == "outward" else self._inward(chosen, ends)
        arrows = _bent(ways, left)
        return [Marked(partner=p, arrow=arrows[p.code], outside=p.code in left) for p in chosen]

    def _exits(self, outside: dict[str, Point]) -> dict[str, Point]:
        """Where arrows to places outside leave the canvas, with room for their labels."""
        edge = self.view.canvas.grown(-_EDGE)
        exits = [leaving(self.origin, point, edge) for point in outside.values()]
        room = (70.0, 30.0) if self.look.narrow else (110.0, 36.0)
        return dict(zip(outside, spread_along_edges(exits, edge, room), strict=True))

    def _width(self, partner: Partner) -> float:
        return self.widths[len(self.widths) - 1 - len(self.bounds) + class_of(partner.value or 0, self.bounds)]

    def _outward(self, chosen: Sequence[Partner], ends: dict[str, Point]) -> dict[str, _Way]:
        return {p.code: (*seen(self.origin, ends[p.code]), self._width(p)) for p in chosen}

    def _inward(self, chosen: Sequence[Partner], ends: dict[str, Point]) -> dict[str, _Way]:
        """Ways that end around the dot, their heads a little apart."""
        x, y = self.origin
        angles = [math.atan2(ends[p.code][1] - y, ends[p.code][0] - x) for p in chosen]
        around = zip(chosen, spread_around(angles, 0.3), strict=True)
        tips = {p.code: (x + _RING * math.cos(angle), y + _RING * math.sin(angle)) for p, angle in around}
        far = {code: seen(tip, ends[code])[1] for code, tip in tips.items()}
        return {p.code: (far[p.code], tips[p.code], self._width(p)) for p in chosen}


def _bent(ways: dict[str, _Way], left: dict[str, Point]) -> dict[str, Arrow]:
    """Arrows bent out of each other's way, the short ones first; those that leave the map stay almost straight."""
    bent: dict[str, Arrow] = {}
    for code, way in sorted(ways.items(), key=lambda item: (item[0] not in left, math.dist(*item[1][:2]))):
        bent[code] = arrow(*way, 0.04) if code in left else clearest(*way, list(bent.values()))
    return bent
