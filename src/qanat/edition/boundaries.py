"""The edition's boundaries, read without any geometry library."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypedDict

from qanat.edition import embedded

Box = tuple[float, float, float, float]  # west, south, east, north
Path = list[tuple[float, float]]

AreaKind = Literal["country", "unsettled"]
LineKind = Literal["solid", "dashed", "dotted"]

# what a map must say when it shows an area or the line between two; message ids
NOTES: Final[tuple[tuple[frozenset[str], str], ...]] = (
    (frozenset({"XJK"}), "disclaimer.kashmir"),
    (frozenset({"XAC"}), "disclaimer.aksai_chin"),
    (frozenset({"SDN", "SSD"}), "disclaimer.sudan_south_sudan"),
    (frozenset({"AB9"}), "disclaimer.abyei"),
    (frozenset({"XHT"}), "disclaimer.halaib"),
    (frozenset({"FLK"}), "disclaimer.falklands"),
    (frozenset({"SRB"}), "disclaimer.kosovo"),
    (frozenset({"ESH"}), "disclaimer.western_sahara"),
    (frozenset({"PSE"}), "disclaimer.palestine"),
    (frozenset({"UKR"}), "disclaimer.crimea"),
    (frozenset({"CYP"}), "disclaimer.cyprus"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A country or territory, or an area whose status is unsettled (kind). All places are degrees east and north.

    code   ISO 3166 alpha-3, or the United Nations' code of an unsettled area, which then also has a name (else null)
    point  where an arrow ends;  frame  the box of its main part, far overseas parts left out;  box  all of it
    rings  closed outlines of land and, inside them, of holes; no ring jumps over the 180th meridian
    """

    code: str
    kind: AreaKind
    name: str | None
    point: tuple[float, float]
    frame: Box
    box: Box
    rings: list[Path]

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a point lies inside, by the even-odd rule over all rings."""
        west, south, east, north = self.box
        if not (west <= lon <= east and south <= lat <= north):
            return False
        return sum(_crossings(ring, lon, lat) for ring in self.rings) % 2 == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A land border: solid, dashed (undetermined, armistice, administrative) or dotted (line of control, status not agreed).

    between  the two areas. A line inside an area names the parts it divides: XKS and SRB for Kosovo (Security Council
             resolution 1244), XJI and XJP for the Line of Control.
    """

    kind: LineKind
    between: tuple[str, str]
    paths: list[Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundaries:
    """All areas and lines."""

    source: str
    areas: dict[str, Area]
    lines: list[Line]

    def at(self, lon: float, lat: float) -> Area | None:
        """The area a point lies in, the smallest where a dot stands for a country inside another; null on water."""
        return min((area for area in self.areas.values() if area.holds(lon, lat)), key=_extent, default=None)


class _Area(TypedDict):
    code: str
    kind: AreaKind
    name: str | None
    point: list[float]
    frame: list[float]
    rings: list[list[int]]


class _Line(TypedDict):
    kind: LineKind
    between: list[str]
    paths: list[list[int]]


class _Content(TypedDict):
    source: str
    scale: int
    areas: list[_Area]
    lines: list[_Line]


@cache
def boundaries() -> Boundaries:
    """The edition's boundaries, read once."""
    content: _Content = json.loads(gzip.decompress(embedded("boundaries.json.gz").read_bytes()))
    scale = content["scale"]
    areas = [_area(one, scale) for one in content["areas"]]
    lines = [_line(one, scale) for one in content["lines"]]
    return Boundaries(source=content["source"], areas={area.code: area for area in areas}, lines=lines)


def disclaimers(shown: Iterable[str]) -> tuple[str, ...]:
    """The message ids of what a map showing these areas must say; the general one first."""
    codes = frozenset(shown)
    return ("disclaimer.general", *(note for needed, note in NOTES if needed <= codes))


def _area(one: _Area, scale: int) -> Area:
    rings = [_path(ring, scale) for ring in one["rings"]]
    xs, ys = [x for ring in rings for x, _ in ring], [y for ring in rings for _, y in ring]
    (lon, lat), (west, south, east, north) = one["point"], one["frame"]
    return Area(
        code=one["code"], kind=one["kind"], name=one["name"], point=(lon, lat), frame=(west, south, east, north),
        box=(min(xs), min(ys), max(xs), max(ys)), rings=rings,
    )  # fmt: skip


def _line(one: _Line, scale: int) -> Line:
    first, second = one["between"]
    return Line(kind=one["kind"], between=(first, second), paths=[_path(path, scale) for path in one["paths"]])


def _path(steps: list[int], scale: int) -> Path:
    """Points in degrees from the first point and the steps that follow."""
    xs, ys = itertools.accumulate(steps[::2]), itertools.accumulate(steps[1::2])
    return [(x / scale, y / scale) for x, y in zip(xs, ys, strict=True)]


def _extent(area: Area) -> float:
    west, south, east, north = area.box
    return (east - west) * (north - south)


def _crossings(ring: Path, lon: float, lat: float) -> int:
    """How many edges a ray to the east crosses."""
    crossed = 0
    for (x0, y0), (x1, y1) in itertools.pairwise(ring):
        if (y0 > lat) != (y1 > lat) and lon < (x1 - x0) * (lat - y0) / (y1 - y0) + x0:
            crossed += 1
    return crossed
