"""One clean coverage of the land: cut by the table, told apart, simplified together, so that neighbours share one border."""

from __future__ import annotations

from typing import Final

import shapely
from shapely import MultiPolygon, Polygon, STRtree
from shapely.ops import polygonize

from qanat.jobs.boundary_cuts import CUTS, MERGED
from qanat.jobs.boundary_land import Areas, polygons

GRID: Final = 1e-4  # degrees; everything is snapped to it before areas are told apart
SMALL: Final = 6.0  # square degrees; areas smaller than this are drawn finely
FINE: Final = 0.02  # degrees: about a pixel of a small country's map 760 px wide
COARSE: Final = 0.06  # degrees: about a pixel of a large country's map


def cover(land: Areas, grid: float) -> Areas:
    """Shapes that neither overlap nor leave slivers, each vertex a whole multiple of `grid` degrees.

    Parts that are kept apart only to draw a line between them still are apart (`merged` joins them).
    """
    fine = _fine(_apart(_cut(land), GRID))
    return _apart(fine | _coarse(fine), grid)


def merged(areas: Areas) -> Areas:
    """Parts kept apart for a line's sake put back together."""
    joined: dict[str, list[Polygon]] = {}
    for code, shape in areas.items():
        joined.setdefault(MERGED.get(code, code), []).extend(polygons(shape))
    return {code: shapely.coverage_union_all(parts) for code, parts in sorted(joined.items())}


def _cut(land: Areas) -> Areas:
    """The areas after every cut of the table."""
    out = dict(land)
    for cut in CUTS:
        ring = Polygon(cut.ring)
        taken = [out[code].intersection(ring) for code in cut.sources]
        out |= {code: out[code].difference(ring) for code in cut.sources}
        out[cut.code] = shapely.union_all([*taken, *([out[cut.code]] if cut.code in out else [])])
    return {code: MultiPolygon(polygons(shape)) for code, shape in sorted(out.items())}


def _apart(areas: Areas, grid: float) -> Areas:
    """All edges noded on one grid, each face given to the area it lies in; an area too small for the grid stays as it was."""
    edges = shapely.union_all([shape.boundary for shape in areas.values()], grid_size=grid)
    codes = list(areas)
    tree = STRtree(list(areas.values()))
    faces: dict[str, list[Polygon]] = {code: [] for code in codes}
    for face in polygonize(shapely.get_parts(edges)):
        inside = tree.query(face.representative_point(), predicate="within")
        if len(inside):
            faces[codes[int(min(inside))]].append(face)
    return {code: shapely.coverage_union_all(parts) if parts else areas[code] for code, parts in faces.items()}


def _fine(areas: Areas) -> Areas:
    simple = shapely.coverage_simplify(list(areas.values()), FINE)
    return dict(zip(areas, simple, strict=True))


def _coarse(areas: Areas) -> Areas:
    """The large areas simplified further; what they share with a small one stays fine, and so the coverage stays whole.

    The sea takes part as one more area: coasts then lie inside the coverage, and the only edge that is held fixed is
    that of the small areas.
    """
    large = {code: shape for code, shape in areas.items() if shape.area >= SMALL}
    world = shapely.box(-181, -91, 181, 91)
    sea = world.difference(
        shapely.union_all([MultiPolygon(polygons(shape)) for shape in areas.values()], grid_size=GRID)
    )
    *simple, _ = shapely.coverage_simplify([*large.values(), sea], COARSE, simplify_boundary=False)
    return dict(zip(large, simple, strict=True))
