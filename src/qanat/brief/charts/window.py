"""Which part of the earth a flow map shows: enough to hold most of the people, no more than can be read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from qanat.brief.charts.equal_earth import equal_earth
from qanat.brief.charts.land import Land, Outline, Point, View, rings_by_code

HOLDS: Final = 0.75  # share of the people whose other end must be seen
ALMOST: Final = 0.95  # share of the people beyond which only nearby places are still taken in
CHEAP: Final = (0.5, 0.75)  # share of its scale a view may lose to further places, before and after ALMOST
WHOLE: Final = 1.7  # a frame less than this much finer than the world map becomes the world map
WORLD: Final = (-170.0, -50.0, 190.0, 76.0)
LEAST_HIGH: Final = 11.0  # degrees
LARGE: Final = 0.2  # share of the largest ring's bounds from which another ring is large
NEIGHBOUR: Final = 6.0  # degrees shown around the other end, where its land goes so far
INSET: Final = 0.07  # share of the canvas kept free around the places shown
PACIFIC: Final = 160.0


@dataclass(frozen=True, slots=True)
class Extent:
    """Bounds in degrees; east may exceed 180 over the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def joined(self, other: Extent) -> Extent:
        """The least extent that holds both, the other one turned by 360 degrees where that brings it nearer."""
        turn = 360.0 * round(((self.west + self.east) - (other.west + other.east)) / 720)
        return Extent(
            min(self.west, other.west + turn),
            min(self.south, other.south),
            max(self.east, other.east + turn),
            max(self.north, other.north),
        )

    def widened(self, wider: Extent) -> float:
        """By how many degrees the wider extent reaches beyond this one, on the side where it does most."""
        return max(self.west - wider.west, wider.east - self.east, self.south - wider.south, wider.north - self.north)

    @property
    def span(self) -> float:
        """Degrees of its width and height together."""
        return self.east - self.west + self.north - self.south

    @property
    def middle(self) -> float:
        """Its central meridian, in [-180, 180)."""
        return ((self.west + self.east) / 2 + 180) % 360 - 180


@dataclass(frozen=True, slots=True)
class Limits:
    """What a view must keep to: least and greatest height over width, and how many arrows may leave it."""

    least_high: float
    most_high: float
    leaving: int


@dataclass(frozen=True, slots=True)
class End:
    """The other end of a flow: where it lies, how many people, and whether an arrow is drawn to it."""

    at: Point
    people: float
    arrow: bool
    extent: Extent


@lru_cache(maxsize=1024)
def heartland(land: Land, code: str) -> Extent | None:
    """Bounds of a country's main land: the largest ring and those close to it; null where the land has no such code.

    Far territories under the same code (islands across an ocean) would make every map a world map. A ring belongs to
    the main land where it widens its bounds by little: by more for a large ring than for a small one.
    """
    rings = rings_by_code(land).get(code)
    if not rings:
        return None
    found = _extent(rings[0])
    for ring in rings[1:]:
        near = 3.0 + found.span * (0.25 if ring.extent >= LARGE * rings[0].extent else 0.08)
        wider = found.joined(_extent(ring))
        if found.widened(wider) < near:
            found = wider
    return found


@lru_cache(maxsize=1024)
def heart(land: Land, code: str) -> Point | None:
    """Centre of gravity of a country's largest ring in degrees; null where the land has no such code."""
    rings = rings_by_code(land).get(code)
    return _gravity(rings[0].points) if rings else None


def extent_around(at: Point, land: Extent | None) -> Extent:
    """What is shown of the country at the other end of a flow: its land near the place itself."""
    if land is None:
        return Extent(at[0], at[1], at[0], at[1])
    turn = 360.0 * round((at[0] - (land.west + land.east) / 2) / 360)
    return Extent(
        max(land.west + turn, at[0] - NEIGHBOUR),
        max(land.south, at[1] - NEIGHBOUR),
        min(land.east + turn, at[0] + NEIGHBOUR),
        min(land.north, at[1] + NEIGHBOUR),
    )


def view_of(focus: Extent, ends: Sequence[End], width: float, limits: Limits) -> View:
    """The view that holds the focus and enough of the ends.

    Ends with an arrow are taken in by distance until HOLDS of all people are seen and few enough arrows
    leave; then further ones, while they cost little of the scale.
    """
    arrows = sorted((end for end in ends if end.arrow), key=lambda end: _distance(focus, end.at))
    extents = [_roomy(focus)]
    for end in arrows:
        extents.append(extents[-1].joined(end.extent))
    views = [fitted(extent, width, limits) for extent in extents]
    chosen = next((i for i, view in enumerate(views) if _enough(view, ends, limits.leaving)), len(views) - 1)
    first = views[chosen].scale
    while chosen + 1 < len(views):
        cheap = CHEAP[_share(views[chosen], ends) >= ALMOST]
        if views[chosen + 1].scale < cheap * first:
            break
        chosen += 1
    whole = fitted(_world(focus), width, limits)
    return whole if views[chosen].scale < WHOLE * whole.scale else views[chosen]


def fitted(extent: Extent, width: float, limits: Limits) -> View:
    """The view `width` px wide that just holds the extent, as high as the extent asks within the limits."""
    middle = (extent.west + extent.east) / 2
    latitudes = [extent.south + (extent.north - extent.south) * step / 8 for step in range(9)]
    xs = [equal_earth(lon - middle, lat)[0] for lon in (extent.west, extent.east) for lat in latitudes]
    bottom, top = equal_earth(0, extent.south)[1], equal_earth(0, extent.north)[1]
    across, up = max(max(xs) - min(xs), 1e-6), max(top - bottom, 1e-6)
    height = round(width * min(max(up / across, limits.least_high), limits.most_high))
    scale = min(width / across, height / up)
    x, y = width / 2 - scale * (max(xs) + min(xs)) / 2, height / 2 + scale * (top + bottom) / 2
    return View(meridian=extent.middle, scale=scale, x=x, y=y, width=width, height=height)


def in_view(view: View, at: Point) -> bool:
    """Whether a place is seen, with some room around it."""
    x, y = view.at(at)
    room = min(view.width, view.height) * INSET * 0.6
    return view.canvas.grown(-room).holds(x, y)


def _enough(view: View, ends: Sequence[End], most: int) -> bool:
    leaving = sum(end.arrow and not in_view(view, end.at) for end in ends)
    return leaving <= most and _share(view, ends) >= HOLDS


def _share(view: View, ends: Sequence[End]) -> float:
    """Share of the people whose other end is seen; 1 where there is nobody."""
    people = sum(end.people for end in ends)
    return sum(end.people for end in ends if in_view(view, end.at)) / people if people else 1.0


def _roomy(focus: Extent) -> Extent:
    """The focus with neighbours around it."""
    high, wide = focus.north - focus.south, focus.east - focus.west
    up = max(0.3 * high, (LEAST_HIGH - high) / 2)
    along = max(0.3 * wide, (1.5 * LEAST_HIGH - wide) / 2)
    return Extent(focus.west - along, max(-85.0, focus.south - up), focus.east + along, min(85.0, focus.north + up))


def _world(focus: Extent) -> Extent:
    """The whole earth, cut where no arrow from the focus has to cross the cut."""
    west, south, east, north = WORLD
    shift = PACIFIC - 10 if focus.middle > 110 or focus.middle < -150 else 0.0
    return Extent(west + shift, min(south, focus.south - 3), east + shift, max(north, min(84.0, focus.north + 3)))


def _extent(ring: Outline) -> Extent:
    return Extent(ring.west, ring.south, ring.east, ring.north)


def _distance(focus: Extent, at: Point) -> float:
    east = (at[0] - focus.middle + 180) % 360 - 180
    north = (focus.south + focus.north) / 2
    x, y = equal_earth(east, at[1])
    return math.hypot(x, y - equal_earth(0, north)[1])


def _gravity(ring: Sequence[Point]) -> Point:
    doubled = x = y = 0.0
    x0, y0 = ring[0]
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        doubled += cross
        x += cross * (x1 + x2 - 2 * x0)
        y += cross * (y1 + y2 - 2 * y0)
    if not doubled:
        return x0, y0
    return x0 + x / (3 * doubled), y0 + y / (3 * doubled)
