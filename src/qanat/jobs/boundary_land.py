"""The land of each country on Natural Earth's map, out of the TopoJSON files of the npm package world-atlas."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Final, TypedDict

import shapely
from shapely import MultiPolygon, Polygon
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from qanat.errors import SourceError
from qanat.figures.places import Places
from qanat.jobs.boundary_cuts import LEFT_OUT, NAMED

Ring = list[tuple[float, float]]
Areas = dict[str, BaseGeometry]

FILE: Final = "countries-10m.json"


class _Feature(TypedDict):
    id: str
    type: str
    properties: dict[str, str]
    arcs: list[list[int]] | list[list[list[int]]]


def land(package: Path, places: Places) -> Areas:
    """Shapes in degrees by our codes, features of one code put together; Antarctica is left out.

    package  the unpacked npm package world-atlas (2.0.2), whose TopoJSON is made from Natural Earth 4.1
    Raises SourceError where the package is not there, or has features that neither ISO nor our table knows.
    """
    file = package / FILE
    if not file.is_file():
        raise SourceError(f"{FILE} is not in {package}; unpack the npm package world-atlas (2.0.2) there")
    content = json.loads(file.read_bytes())
    arcs = _arcs(content["arcs"], content["transform"]["scale"], content["transform"]["translate"])
    features: list[_Feature] = content["objects"]["countries"]["geometries"]
    by_m49 = {place.m49: place.code for place in places.countries() if place.m49}
    coded = [(feature, _code(feature, by_m49)) for feature in features]
    strange = [feature["properties"]["name"] for feature, code in coded if code is None]
    if strange:
        raise SourceError(
            f"{FILE}: no country for {', '.join(strange)}; say in jobs/boundary_cuts.py (NAMED, LEFT_OUT) where it belongs"
        )
    found: dict[str, list[BaseGeometry]] = {}
    for feature, code in coded:
        if code:
            found.setdefault(code, []).append(_shape(feature, arcs))
    return {code: shapely.union_all(shapes) for code, shapes in sorted(found.items())}


def _code(feature: _Feature, by_m49: Mapping[int, str]) -> str | None:
    """Our code for a feature; empty for what is left out on purpose, null for what nobody knows."""
    name = feature["properties"]["name"]
    if name in NAMED:
        return NAMED[name]
    if name in LEFT_OUT:
        return ""
    return by_m49.get(int(feature.get("id") or -1))


def _arcs(arcs: Iterable[list[list[int]]], scale: list[float], shift: list[float]) -> list[Ring]:
    """TopoJSON's arcs, stored as steps of whole numbers, in degrees."""
    out: list[Ring] = []
    for arc in arcs:
        x = y = 0
        points: Ring = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            points.append((x * scale[0] + shift[0], y * scale[1] + shift[1]))
        out.append(points)
    return out


def _shape(feature: _Feature, arcs: list[Ring]) -> BaseGeometry:
    parts = [feature["arcs"]] if feature["type"] == "Polygon" else feature["arcs"]
    rings = [[_unrolled(_ring(ids, arcs)) for ids in part] for part in parts]  # type: ignore[arg-type]
    whole = [Polygon(part[0], [hole for hole in part[1:] if len(hole) > 3]) for part in rings if len(part[0]) > 3]
    solid = [part for one in whole for part in polygons(shapely.make_valid(one))]
    return shapely.union_all([MultiPolygon(polygons(_rolled(part))) for part in solid])


def _ring(ids: list[int], arcs: list[Ring]) -> Ring:
    points: Ring = []
    for one in ids:
        arc = arcs[one] if one >= 0 else arcs[~one][::-1]
        points += arc[1:] if points else arc
    return points


def _unrolled(ring: Ring) -> Ring:
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
    return shapely.union_all([piece for piece in pieces if not piece.is_empty])


def polygons(shape: BaseGeometry) -> list[Polygon]:
    """The polygons of a shape, points and lines left out."""
    return [part for part in parts_of(shape) if isinstance(part, Polygon)]


def parts_of(shape: BaseGeometry) -> list[BaseGeometry]:
    """The simple parts of a shape, however deep they are nested."""
    if hasattr(shape, "geoms"):
        return [deep for part in shapely.get_parts(shape) for deep in parts_of(part)]
    return [shape]
