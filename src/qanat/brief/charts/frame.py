"""Which part of the world a flow map shows: the country, its region, or the whole globe where people are spread."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from qanat.brief.charts.projection import turned

Box = tuple[float, float, float, float]

HOLDS: Final = 0.75  # share of the people whose other end must be inside the frame
_LEAST: Final = 11.0  # degrees of latitude a frame shows at least, so that neighbours are seen
_GLOBE: Final = 130.0  # degrees of longitude above which the whole world is the better map
_MARGIN: Final = 3.0
WORLD_ATLANTIC: Final[Box] = (-169.0, -56.0, 191.0, 76.0)
WORLD_PACIFIC: Final[Box] = (-25.0, -56.0, 335.0, 76.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The other end of a flow: where, how many people."""

    lon: float
    lat: float
    value: float


def frame(focus: Box, ends: Sequence[End]) -> Box:
    """The box to show: the focus and the nearest ends that together hold three quarters of the people.

    Gives a whole-world box where that would be wider than 130 degrees.
    """
    west, south, east, north = focus
    middle = ((west + east) / 2, (south + north) / 2)
    total = sum(end.value for end in ends)
    held, box = 0.0, focus
    for end in sorted(ends, key=lambda one: _apart(middle, (one.lon, one.lat))):
        if total <= 0 or held >= HOLDS * total:
            break
        held += end.value
        box = _with(box, middle[0], end)
    if box[2] - box[0] > _GLOBE:
        return WORLD_PACIFIC if middle[0] > 140 or middle[0] < -150 else WORLD_ATLANTIC
    return _at_least(box)


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance in degrees."""
    lat1, lat2 = math.radians(one[1]), math.radians(other[1])
    step = math.radians(turned(other[0], one[0]))
    inner = math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(step)
    return math.degrees(math.acos(max(-1.0, min(1.0, inner))))


def _with(box: Box, middle: float, end: End) -> Box:
    lon = middle + turned(end.lon, middle)
    west, south, east, north = box
    return (
        min(west, lon - _MARGIN), max(-58.0, min(south, end.lat - _MARGIN)), max(east, lon + _MARGIN), min(80.0, max(north, end.lat + _MARGIN)),
    )  # fmt: skip


def _at_least(box: Box) -> Box:
    west, south, east, north = box
    grow = max(0.0, _LEAST - (north - south)) / 2
    wide = max(0.0, _LEAST * 1.4 - (east - west)) / 2
    return west - wide, south - grow, east + wide, north + grow
