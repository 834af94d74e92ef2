"""The edition's boundaries, read without any geometry library."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from qanat.edition import data

Box = tuple[float, float, float, float]  # west, south, east, north
Path = list[tuple[float, float]]

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
    """A country or an area whose status is unsettled (kind). `point` is where an arrow ends, `frame` its main part."""

    code: str
    kind: str
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
    """A land border between two areas: solid, dashed (undetermined, armistice, administrative) or dotted (line of control)."""

    kind: str
    between: tuple[str, str]
    paths: list[Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundaries:
    """All areas and lines."""

    source: str
    areas: dict[str, Area]
    lines: list[Line]

    def at(self, lon: float, lat: float) -> Area | None:
        """The area a point lies in; null on water."""
        return next((area for area in self.areas.values() if area.holds(lon, lat)), None)


@cache
def boundaries() -> Boundaries:
    """The edition's boundaries, read once."""
    content = json.loads(gzip.decompress(data("boundaries.json.gz").read_bytes()))
    scale = content["scale"]
    areas = [_area(one, scale) for one in content["areas"]]
    lines = [
        Line(kind=one["kind"], between=tuple(one["between"]), paths=[_path(path, scale) for path in one["paths"]])
        for one in content["lines"]
    ]
    return Boundaries(source=content["source"], areas={area.code: area for area in areas}, lines=lines)


def disclaimers(shown: Iterable[str]) -> tuple[str, ...]:
    """The message ids of what a map showing these areas must say; the general one first."""
    codes = frozenset(shown)
    return ("disclaimer.general", *(note for needed, note in NOTES if needed <= codes))


def _area(one: dict[str, Any], scale: int) -> Area:
    rings = [_path(ring, scale) for ring in one["rings"]]
    xs, ys = [x for ring in rings for x, _ in ring], [y for ring in rings for _, y in ring]
    return Area(
        code=str(one["code"]), kind=str(one["kind"]), name=one["name"], point=tuple(one["point"]), frame=tuple(one["frame"]),
        box=(min(xs), min(ys), max(xs), max(ys)), rings=rings,
    )  # fmt: skip


def _path(flat: list[int], scale: int) -> Path:
    return [(flat[at] / scale, flat[at + 1] / scale) for at in range(0, len(flat), 2)]


def _crossings(ring: Path, lon: float, lat: float) -> int:
    """How many edges a ray to the east crosses."""
    crossed = 0
    for (x0, y0), (x1, y1) in itertools.pairwise(ring):
        if (y0 > lat) != (y1 > lat) and lon < (x1 - x0) * (lat - y0) / (y1 - y0) + x0:
            crossed += 1
    return crossed
