"""Equal Earth: an equal-area world projection, turned to the middle of what is shown.

Source: Šavrič, Patterson, Jenny, The Equal Earth map projection, International Journal of Geographical Information
Science 33 (2019), equations 1 to 4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

A1: Final = 1.340264
A2: Final = -0.081106
A3: Final = 0.000893
A4: Final = 0.003796
_M: Final = math.sqrt(3) / 2


def equal_earth(lon: float, lat: float) -> tuple[float, float]:
    """x to the east and y to the north on a globe of radius 1, from degrees."""
    t = math.asin(_M * math.sin(math.radians(lat)))
    t2 = t * t
    t6 = t2 * t2 * t2
    x = math.radians(lon) * math.cos(t) / (_M * (A1 + 3 * A2 * t2 + t6 * (7 * A3 + 9 * A4 * t2)))
    return x, t * (A1 + A2 * t2 + t6 * (A3 + A4 * t2))


def turned(lon: float, middle: float) -> float:
    """A longitude seen from a middle meridian, -180 to 180."""
    return (lon - middle + 180) % 360 - 180


@dataclass(frozen=True, slots=True)
class View:
    """A window on the globe: degrees to pixels.

    middle  the central meridian;  scale  pixels a unit;  x, y  pixel of the projection's origin
    """

    middle: float
    scale: float
    x: float
    y: float
    width: int
    height: int

    def __call__(self, lon: float, lat: float) -> tuple[float, float]:
        """The pixel of a place."""
        x, y = equal_earth(turned(lon, self.middle), lat)
        return self.x + x * self.scale, self.y - y * self.scale


def view_of(box: tuple[float, float, float, float], width: int, height: int, pad: float) -> View:
    """The window in which a box of degrees (west may lie beyond east by 360) fills width and height but for `pad`."""
    west, south, east, north = box
    middle = (west + east) / 2
    half = min((east - west) / 2, 180)
    spots = [equal_earth(lon, lat) for lon in (-half, 0, half) for lat in (south, (south + north) / 2, north)]
    left, right = min(x for x, _ in spots), max(x for x, _ in spots)
    low, high = min(y for _, y in spots), max(y for _, y in spots)
    scale = min((width - 2 * pad) / max(right - left, 1e-6), (height - 2 * pad) / max(high - low, 1e-6))
    return View(
        middle, scale, width / 2 - scale * (left + right) / 2, height / 2 + scale * (low + high) / 2, width, height
    )
