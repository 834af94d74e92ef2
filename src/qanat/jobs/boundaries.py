"""Job: the edition's boundaries from Natural Earth (public domain), redrawn to United Nations practice.

Needs shapely (extra `edition`); what it writes is read without it.
"""

# shapely has no complete types of its own
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, Final

import shapely
from shapely import MultiPolygon, Polygon, STRtree
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge, polygonize, unary_union

from qanat.errors import SourceError
from qanat.figures.places import Places
from qanat.jobs.boundary_cuts import CUTS, DOTS, FRAMES, FROM_10M, LINES, MERGED, NAMED, POINTS, UNSETTLED

GRID: Final = 1e-4  # degrees; everything is snapped to it before areas are told apart
TOLERANCE: Final = 0.045  # degrees; half a pixel of a country map 760 px wide
SCALE: Final = 100  # coordinates are whole hundredths of a degree
ISLAND: Final = 0.004  # square degrees; smaller islands are left out where the country has a larger part
Areas = dict[str, BaseGeometry]


def build(package: Path, places: Places) -> bytes:
    """The boundaries as gzipped JSON; the same package gives the same bytes.

    package  the unpacked npm package world-atlas (2.0.2), whose TopoJSON is made from Natural Earth 4.1
    Raises SourceError where the package is not there or not that.
    """
    fine = _features(package / "countries-10m.json")
    land = _coded(_features(package / "countries-50m.json"), fine, places)
    cut = _cut(land)
    simple = _simplified(_apart(cut))
    content = {
        "source": "Natural Earth 1:50m and 1:10m (public domain) by npm world-atlas 2.0.2, redrawn to United Nations practice",
        "licence": "public domain",
        "scale": SCALE,
        "areas": sorted(
            [*_areas(_merged(simple)), *(_dot(code, *at) for code, at in DOTS.items())],
            key=lambda one: str(one["code"]),
        ),
        "lines": _lines(simple),
    }
    text = json.dumps(content, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return gzip.compress(text.encode(), 9, mtime=0)


def _features(file: Path) -> list[tuple[str | None, str, BaseGeometry]]:
    """M49 code, name and shape of each country of a TopoJSON file."""
    if not file.is_file():
        raise SourceError(f"{file.name} is not in {file.parent}; unpack the npm package world-atlas there")
    content = json.loads(file.read_bytes())
    arcs = _arcs(content)
    return [
        (one.get("id"), one["properties"]["name"], _shape(one, arcs))
        for one in content["objects"]["countries"]["geometries"]
    ]


def _arcs(content: Any) -> list[list[tuple[float, float]]]:
    (kx, ky), (dx, dy) = content["transform"]["scale"], content["transform"]["translate"]
    out: list[list[tuple[float, float]]] = []
    for arc in content["arcs"]:
        x = y = 0
        points: list[tuple[float, float]] = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            points.append((x * kx + dx, y * ky + dy))
        out.append(points)
    return out


def _shape(feature: Any, arcs: list[list[tuple[float, float]]]) -> BaseGeometry:
    parts = [feature["arcs"]] if feature["type"] == "Polygon" else feature["arcs"]
    rings = [[_unrolled(_ring(ids, arcs)) for ids in part] for part in parts]
    whole = [Polygon(part[0], [hole for hole in part[1:] if len(hole) > 3]) for part in rings if len(part[0]) > 3]
    solid = [part for one in whole for part in _polygons(shapely.make_valid(one))]
    return unary_union([MultiPolygon(_polygons(_rolled(part))) for part in solid])


def _unrolled(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A ring that jumps over the 180th meridian, carried on beyond it."""
    out = ring[:1]
    for (before, _), (lon, lat) in pairwise(ring):
        step = (lon - before + 180) % 360 - 180
        out.append((out[-1][0] + step, lat))
    return out


def _rolled(shape: BaseGeometry) -> BaseGeometry:
    """What lies beyond the 180th meridian, put where it belongs on the other side."""
    west, _, east, _ = shape.bounds
    if west >= -180 and east <= 180:
        return shape
    pieces = [
        translate(shape.intersection(shapely.box(-180 + turn, -90, 180 + turn, 90)), -turn) for turn in (-360, 0, 360)
    ]
    return unary_union([piece for piece in pieces if not piece.is_empty])


def _ring(ids: list[int], arcs: list[list[tuple[float, float]]]) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for one in ids:
        arc = arcs[one] if one >= 0 else arcs[~one][::-1]
        points += arc[1:] if points else arc
    return points


def _coded(
    features: Iterable[tuple[str | None, str, BaseGeometry]],
    fine: Iterable[tuple[str | None, str, BaseGeometry]],
    places: Places,
) -> Areas:
    """Shapes by our codes; features of one code are put together, Antarctica is left out."""
    by_m49 = {f"{place.m49:03}": place.code for place in places.countries() if place.m49}
    found: dict[str, list[BaseGeometry]] = {}
    for m49, name, shape in features:
        code = NAMED.get(name) or (by_m49.get(m49) if m49 else None)
        if code and code != "ATA":
            found.setdefault(code, []).append(shape)
    for m49, _, shape in fine:
        if m49 in FROM_10M:
            found.setdefault(FROM_10M[m49], []).append(shape)
    return {code: unary_union(shapes) for code, shapes in sorted(found.items())}


def _cut(land: Areas) -> Areas:
    """The areas after every cut of the table."""
    out = dict(land)
    for cut in CUTS:
        ring = Polygon(cut.ring)
        taken = [out[code].intersection(ring) for code in cut.sources]
        out |= {code: out[code].difference(ring) for code in cut.sources}
        out[cut.code] = unary_union([*taken, *([out[cut.code]] if cut.code in out else [])])
    return dict(sorted(out.items()))


def _apart(areas: Areas) -> dict[str, list[Polygon]]:
    """The areas as one clean coverage: all edges noded on one grid, each face given to the area it lies in."""
    edges = shapely.unary_union([shape.boundary for shape in areas.values()], grid_size=GRID)
    codes, shapes = list(areas), list(areas.values())
    tree = STRtree(shapes)
    faces: dict[str, list[Polygon]] = {code: [] for code in codes}
    for face in polygonize(edges):
        inside = tree.query(face.representative_point(), predicate="within")
        if len(inside):
            faces[codes[int(min(inside))]].append(face)
    return faces


def _simplified(faces: Mapping[str, list[Polygon]]) -> Areas:
    """Simplified together, so that neighbours keep one common border."""
    codes = [code for code, parts in faces.items() if parts]
    whole = [shapely.coverage_union_all(faces[code]) for code in codes]
    simple = shapely.coverage_simplify(whole, TOLERANCE)
    return dict(zip(codes, simple, strict=True))


def _merged(areas: Areas) -> Areas:
    """Parts kept apart for a line's sake put back together."""
    joined: dict[str, list[BaseGeometry]] = {}
    for code, shape in areas.items():
        joined.setdefault(MERGED.get(code, code), []).append(shape)
    return {
        code: shapely.coverage_union_all(shapes) if len(shapes) > 1 else shapes[0]
        for code, shapes in sorted(joined.items())
    }


def _areas(areas: Areas) -> list[dict[str, Any]]:
    return [_area(code, shape) for code, shape in areas.items()]


def _area(code: str, shape: BaseGeometry) -> dict[str, Any]:
    parts = sorted(_polygons(shape), key=lambda part: -part.area)
    kept = [part for at, part in enumerate(parts) if at == 0 or part.area > ISLAND]
    rings = [
        ring
        for part in kept
        for ring in (_whole(part.exterior.coords), *(_whole(hole.coords) for hole in part.interiors))
        if len(ring) > 7
    ]
    if not rings:  # an island smaller than the grid: a diamond stands for it
        rings = [_diamond(*parts[0].centroid.coords[0])]
    point = POINTS.get(code) or parts[0].representative_point().coords[0]
    return {
        "code": code, "kind": "unsettled" if code in UNSETTLED else "country", "name": UNSETTLED.get(code),
        "point": [round(value, 2) for value in point], "frame": [round(value, 2) for value in FRAMES.get(code) or _frame(parts)], "rings": rings,
    }  # fmt: skip


def _dot(code: str, lon: float, lat: float) -> dict[str, Any]:
    """A country that is too small for any of the maps, as a dot."""
    frame = [lon - 0.02, lat - 0.02, lon + 0.02, lat + 0.02]
    return {
        "code": code,
        "kind": "country",
        "name": None,
        "point": [lon, lat],
        "frame": [round(value, 2) for value in frame],
        "rings": [_diamond(lon, lat)],
    }


def _diamond(lon: float, lat: float) -> list[int]:
    x, y = round(lon * SCALE), round(lat * SCALE)
    return [x - 2, y, x, y + 2, x + 2, y, x, y - 2, x - 2, y]


def _frame(parts: list[Polygon]) -> tuple[float, float, float, float]:
    """The box of the largest part and of what is large and near enough to belong on a map of it."""
    main = parts[0]
    near = [part for part in parts if part.area >= main.area * 0.01 and part.distance(main) < 4]
    bounds = [part.bounds for part in near]
    return min(b[0] for b in bounds), min(b[1] for b in bounds), max(b[2] for b in bounds), max(b[3] for b in bounds)


def _whole(points: Iterable[tuple[float, ...]]) -> list[int]:
    """A line as whole numbers x, y, x, y, repeated points left out."""
    out: list[int] = []
    for point in points:
        x, y = round(point[0] * SCALE), round(point[1] * SCALE)
        if out[-2:] != [x, y]:
            out += [x, y]
    return out


def _lines(areas: Areas) -> list[dict[str, Any]]:
    """The land borders between areas with their kinds, and those inside merged areas that have a kind of their own."""
    codes, shapes = list(areas), list(areas.values())
    touching: list[list[int]] = STRtree(shapes).query(shapes, predicate="intersects").tolist()
    pairs = sorted(
        {(min(codes[a], codes[b]), max(codes[a], codes[b])) for a, b in zip(*touching, strict=True) if a != b}
    )
    out: list[dict[str, Any]] = []
    for one, other in pairs:
        kind = LINES.get(frozenset({one, other}), "solid")
        if kind == "solid" and MERGED.get(one, one) == MERGED.get(other, other):
            continue
        paths = _paths(areas[one].boundary.intersection(areas[other].boundary))
        if paths:
            out.append({"kind": kind, "between": [MERGED.get(one, one), MERGED.get(other, other)], "paths": paths})
    return out


def _paths(shape: BaseGeometry) -> list[list[int]]:
    pieces = [part for part in _parts(shape) if part.geom_type == "LineString"]
    joined = linemerge(pieces) if pieces else None
    lines = list(_parts(joined)) if joined is not None else []
    return sorted(path for path in (_whole(line.coords) for line in lines) if len(path) > 3)


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    return [part for part in _parts(shape) if isinstance(part, Polygon)]


def _parts(shape: BaseGeometry) -> list[Any]:
    inner = getattr(shape, "geoms", None)
    return [shape] if inner is None else list(chain.from_iterable(_parts(part) for part in inner))
