"""Job: the edition's boundaries from Natural Earth (public domain), redrawn to United Nations practice.

Needs shapely (extra `edition`); what it writes is read without it.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from shapely import LineString, Polygon, STRtree
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge

from qanat.errors import SourceError
from qanat.figures.places import Places
from qanat.jobs.boundary_cover import cover, merged
from qanat.jobs.boundary_cuts import FRAMES, LINES, MERGED, POINTS, UNSETTLED, WITHIN
from qanat.jobs.boundary_land import Areas, land, parts_of, polygons

SCALE: Final = 100  # coordinates are whole hundredths of a degree
ISLAND: Final = 0.0015  # square degrees; smaller islands are left out, unless they are a fiftieth of their country


def build(package: Path, places: Places) -> bytes:
    """The boundaries as gzipped JSON; the same package gives the same bytes.

    package  the unpacked npm package world-atlas (2.0.2), whose TopoJSON is made from Natural Earth 4.1
    Raises SourceError where the package is not there, or has features that neither ISO nor our table knows.
    """
    areas = cover(land(package, places), 1 / SCALE)
    content = {
        "schema": "qanat.boundaries/2",
        "source": "Natural Earth 4.1, 1:10m (public domain) by npm world-atlas 2.0.2, redrawn to United Nations practice",
        "licence": "public domain",
        "scale": SCALE,
        "areas": [_area(code, shape) for code, shape in merged(areas).items()],
        "lines": _lines(areas),
    }
    text = json.dumps(content, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return gzip.compress(text.encode(), 9, mtime=0)


def _area(code: str, shape: BaseGeometry) -> dict[str, Any]:
    parts = sorted(polygons(shape), key=lambda part: -part.area)
    if not parts:
        raise SourceError(
            f"{code} has no land left on the grid of 1/{SCALE} degree; give it a cut in jobs/boundary_cuts.py"
        )
    least = min(ISLAND, shape.area / 50)
    rings = [
        _steps(ring.coords)
        for at, part in enumerate(parts)
        if at == 0 or part.area > least
        for ring in (part.exterior, *part.interiors)
    ]
    point = POINTS.get(code) or parts[0].representative_point().coords[0]
    return {
        "code": code, "kind": "unsettled" if code in UNSETTLED else "country", "name": UNSETTLED.get(code),
        "point": [round(value, 3) for value in point], "frame": [round(value, 2) for value in FRAMES.get(code) or _frame(parts)],
        "rings": rings,
    }  # fmt: skip


def _frame(parts: list[Polygon]) -> tuple[float, float, float, float]:
    """The box of the largest part and of what is large and near enough to belong on a map of it."""
    main = parts[0]
    near = [part for part in parts if part.area >= main.area * 0.01 and part.distance(main) < 4]
    bounds = [part.bounds for part in near]
    return min(b[0] for b in bounds), min(b[1] for b in bounds), max(b[2] for b in bounds), max(b[3] for b in bounds)


def _steps(points: Iterable[tuple[float, ...]]) -> list[int]:
    """A line as whole numbers: the first x and y, then the step from each point to the next; no step is 0, 0."""
    out: list[int] = []
    last = (0, 0)
    for point in points:
        x, y = round(point[0] * SCALE), round(point[1] * SCALE)
        if not out or (x, y) != last:
            out += [x - last[0], y - last[1]]
        last = (x, y)
    return out


def _lines(areas: Areas) -> list[dict[str, Any]]:
    """The land borders between areas with their kinds, and those inside merged areas that have a kind of their own."""
    out: list[dict[str, Any]] = []
    for one, other in _neighbours(areas):
        pair = frozenset({one, other})
        inside = MERGED.get(one, one) == MERGED.get(other, other)
        if pair in WITHIN or (inside and pair not in LINES):
            continue
        paths = _paths(areas[one].boundary.intersection(areas[other].boundary))
        if paths:
            between = [one, other] if inside else sorted((MERGED.get(one, one), MERGED.get(other, other)))
            out.append({"kind": LINES.get(pair, "solid"), "between": between, "paths": paths})
    return out


def _neighbours(areas: Areas) -> list[tuple[str, str]]:
    codes, shapes = list(areas), list(areas.values())
    met = STRtree(shapes).query(shapes, predicate="intersects")
    pairs = [(codes[int(a)], codes[int(b)]) for a, b in met.T]
    return sorted((one, other) for one, other in pairs if one < other)


def _paths(shape: BaseGeometry) -> list[list[int]]:
    pieces = [part for part in parts_of(shape) if isinstance(part, LineString)]
    joined = parts_of(linemerge(pieces)) if pieces else []
    return sorted(_steps(line.coords) for line in joined)
