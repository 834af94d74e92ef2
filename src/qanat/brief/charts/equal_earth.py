"""The Equal Earth projection: equal areas, so that a fill never makes a country look bigger than it is.

Source: Savric, Patterson, Jenny 2018, The Equal Earth map projection, IJGIS 33 (3), equations 1 to 3.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M: Final = math.sqrt(3) / 2


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """x and y on a globe of radius 1, y to the north; degrees in, longitude counted from the central meridian.

    Longitudes beyond 180 are carried on past the map's edge, so that a window over the antimeridian is not torn.
    """
    degree, y = _parallel(latitude)
    return longitude * degree, y


@lru_cache(maxsize=1 << 16)
def _parallel(latitude: float) -> tuple[float, float]:
    """x of one degree of longitude along this parallel, and its y. Remembered: neighbours share their border's points."""
    theta = math.asin(_M * math.sin(math.radians(latitude)))
    square = theta * theta
    sixth = square * square * square
    slope = _A1 + 3 * _A2 * square + sixth * (7 * _A3 + 9 * _A4 * square)
    return math.radians(math.cos(theta) / (_M * slope)), theta * (_A1 + _A2 * square + sixth * (_A3 + _A4 * square))
