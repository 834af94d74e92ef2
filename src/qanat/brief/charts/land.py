"""Land and borders as data, and the part of the earth a map shows, projected once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from qanat.brief.charts.boxes import Box
from qanat.brief.charts.clipping import clipped_line, clipped_ring
from qanat.brief.charts.equal_earth import equal_earth
from qanat.brief.charts.thinning import sleeve

Point = tuple[float, float]
COARSE: Final = 0.4  # px; points nearer to the last one kept are left out
LEEWAY: Final = 0.6  # px by which a thinned line may leave the true one
SMALL: Final = 2.2  # px; rings smaller than this in both directions are left out
GLOBE: Final = Box(-180, -90, 180, 90)
MARGIN: Final = 4.0  # px beyond the canvas that are still drawn, so that no cut edge is seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One country or territory, or land whose sovereignty is unsettled.

    code   ISO 3166-1 alpha-3 for a country
    rings  outlines and holes alike, as (longitude, latitude) in degrees
    """

    code: str
    rings: Sequence[Sequence[Point]]
    kind: Literal["country", "unsettled"] = "country"


@dataclass(frozen=True, slots=True, kw_only=True)
class Border:
    """One line between areas, as (longitude, latitude) in degrees; coasts are no borders."""

    line: Sequence[Point]
    kind: Literal["solid", "dashed", "dotted"] = "solid"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Land:
    """The earth's areas and borders. Make it once and keep it: projected maps are remembered by its identity."""

    areas: tuple[Area, ...]
    borders: tuple[Border, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A ring or line without jumps at the antimeridian, and its bounds in degrees."""

    points: tuple[Point, ...]
    west: float
    south: float
    east: float
    north: float

    @property
    def extent(self) -> float:
        """Square degrees of its bounds."""
        return (self.east - self.west) * (self.north - self.south)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """From degrees to px: a central meridian, a scale in px per globe radius, and where its origin lies."""

    meridian: float
    scale: float
    x: float
    y: float
    width: float
    height: float

    def near(self, longitude: float) -> float:
        """The longitude counted from the central meridian, in [-180, 180)."""
        return (longitude - self.meridian + 180) % 360 - 180

    def at(self, place: Point) -> Point:
        """Where a (longitude, latitude) lies on the canvas, in px."""
        return self.place(self.near(place[0]), place[1])

    def place(self, longitude: float, latitude: float) -> Point:
        """The same for a longitude already counted from the central meridian."""
        x, y = equal_earth(longitude, latitude)
        return self.x + self.scale * x, self.y - self.scale * y

    @property
    def canvas(self) -> Box:
        """All that is seen."""
        return Box(0, 0, self.width, self.height)


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A view's land in px: path data per area code and kind of area, and per kind of border; absent = not in view."""

    areas: dict[tuple[str, str], str]
    sizes: dict[str, float]  # px of the longer side of what is seen of a country
    borders: dict[str, str]


def outline(points: Sequence[Point]) -> Outline:
    """The points with every longitude within 180 degrees of the one before, and their bounds."""
    run: list[Point] = []
    last = points[0][0]
    for longitude, latitude in points:
        last += (longitude - last + 180) % 360 - 180
        run.append((last, latitude))
    longitudes, latitudes = [p[0] for p in run], [p[1] for p in run]
    return Outline(
        points=tuple(run), west=min(longitudes), east=max(longitudes), south=min(latitudes), north=max(latitudes)
    )


@lru_cache(maxsize=4)
def outlines(land: Land) -> tuple[tuple[Area, tuple[Outline, ...]], ...]:
    """Every area with its rings as outlines."""
    return tuple((area, tuple(outline(ring) for ring in area.rings if len(ring) > 2)) for area in land.areas)


@lru_cache(maxsize=4)
def rings_by_code(land: Land) -> dict[str, tuple[Outline, ...]]:
    """The rings of every country, the one with the widest bounds first."""
    found: dict[str, tuple[Outline, ...]] = {}
    for area, rings in outlines(land):
        if area.kind == "country":
            found[area.code] = tuple(sorted(found.get(area.code, ()) + rings, key=lambda ring: -ring.extent))
    return found


@lru_cache(maxsize=4)
def _border_outlines(land: Land) -> tuple[tuple[str, Outline], ...]:
    return tuple((border.kind, outline(border.line)) for border in land.borders if len(border.line) > 1)


@lru_cache(maxsize=32)
def base(land: Land, view: View) -> Base:
    """The land in view, thinned and cut to the canvas; remembered, since one country's map is drawn in many tongues."""
    areas: dict[tuple[str, str], str] = {}
    sizes: dict[str, float] = {}
    borders: dict[str, str] = {}
    for area, rings in outlines(land):
        drawn = [cut for ring in rings for copy in _copies(ring, view) if (cut := _cut_ring(copy, view))]
        if drawn:
            key = (area.code, area.kind)
            areas[key] = areas.get(key, "") + "".join(map(_closed, drawn))
            sizes[area.code] = max(sizes.get(area.code, 0.0), *map(_size, drawn))
    for kind, line in _border_outlines(land):
        runs = [
            sleeve(run, LEEWAY)
            for copy in _copies(line, view)
            for run in clipped_line(_placed(copy, view), _bounds(view))
        ]
        borders[kind] = borders.get(kind, "") + "".join(map(_open, runs))
    return Base(areas=areas, sizes=sizes, borders={kind: path for kind, path in borders.items() if path})


def _bounds(view: View) -> Box:
    return view.canvas.grown(MARGIN)


def _cut_ring(copy: list[Point], view: View) -> list[Point]:
    """The seen part of a ring in px; nothing is drawn beyond the map's own edge, half a turn from its middle."""
    cut = clipped_ring(_placed(clipped_ring(copy, GLOBE), view), _bounds(view))
    return sleeve(cut, LEEWAY) if len(cut) > 2 and _size(cut) >= SMALL else []


def _placed(points: Sequence[Point], view: View) -> list[Point]:
    return [view.place(longitude, latitude) for longitude, latitude in points]


def _copies(shape: Outline, view: View) -> Iterator[list[Point]]:
    """The shape, thinned, at each turn of the globe where it may be seen; longitudes from the central meridian."""
    tolerance = COARSE / view.scale * 180 / math.pi
    for turn in (-360.0, 0.0, 360.0):
        shift = turn - view.meridian
        if shape.west + shift < 180 and shape.east + shift > -180 and _seen(shape, shift, view):
            yield list(_thinned(shape.points, tolerance, shift))


def _thinned(points: Iterable[Point], tolerance: float, shift: float) -> Iterator[Point]:
    """The points with longitudes moved by `shift`, without those nearer than the tolerance to the last one kept."""
    last_x, last_y = math.inf, math.inf
    longitude = latitude = 0.0
    kept = False
    for longitude, latitude in points:
        kept = abs(longitude - last_x) >= tolerance or abs(latitude - last_y) >= tolerance
        if kept:
            last_x, last_y = longitude, latitude
            yield longitude + shift, latitude
    if not kept:
        yield longitude + shift, latitude


def _seen(shape: Outline, shift: float, view: View) -> bool:
    """Whether the shape's bounds reach into the canvas; may say yes to a shape just outside, never no to one inside."""
    least = 0.0 if shape.south <= 0 <= shape.north else min(abs(shape.south), abs(shape.north))
    most = max(abs(shape.south), abs(shape.north))
    corners = [view.place(lon + shift, lat) for lon in (shape.west, shape.east) for lat in (least, most)]
    top, bottom = view.place(0, shape.north)[1], view.place(0, shape.south)[1]
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    return right >= 0 and left <= view.width and bottom >= 0 and top <= view.height


def _size(run: Sequence[Point]) -> float:
    xs, ys = [x for x, _ in run], [y for _, y in run]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def _closed(run: Sequence[Point]) -> str:
    path = _open(run)
    return f"{path}z" if path else ""


def _open(run: Sequence[Point]) -> str:
    """Path data of small steps from whole tenths of a px, so that the steps' rounding doesn't add up."""
    x0, y0 = round(run[0][0] * 10), round(run[0][1] * 10)
    start, steps = f"M{_tenths(x0)},{_tenths(y0)}", list[str]()
    for x, y in run[1:]:
        x1, y1 = round(x * 10), round(y * 10)
        if x1 != x0 or y1 != y0:
            steps.append(f"{_tenths(x1 - x0)},{_tenths(y1 - y0)}")
            x0, y0 = x1, y1
    return f"{start}l{' '.join(steps)}" if steps else ""


def _tenths(tenths: int) -> str:
    whole, rest = divmod(abs(tenths), 10)
    sign = "-" if tenths < 0 else ""
    return f"{sign}{whole or '' if rest else whole}{f'.{rest}' if rest else ''}"
