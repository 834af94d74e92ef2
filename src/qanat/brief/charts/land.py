"""Land and borders inside a window, as compact SVG paths."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from qanat.brief.charts.projection import View, equal_earth, turned
from qanat.edition.boundaries import Area, Line, Path, boundaries

Pixels = list[tuple[int, int]]  # tenths of a pixel

DASH: Final = {"solid": None, "dashed": "4 3", "dotted": "1 2.4"}
_SMALL: Final = 26  # tenths; a ring smaller than this in both directions is not drawn
_BEYOND: Final = 300  # tenths; how far beyond the window a shape is still drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a window shows before any figure is put on it.

    shapes  the path of each area in the window;  specks  areas too small to be seen, by their place
    borders  the path of the land borders by kind
    """

    shapes: dict[str, str]
    specks: dict[str, tuple[float, float]]
    borders: dict[str, str]


@lru_cache(maxsize=64)
def base(view: View) -> Base:
    """The land of a window, drawn once."""
    found = boundaries()
    shapes: dict[str, str] = {}
    specks: dict[str, tuple[float, float]] = {}
    for code, area in found.areas.items():
        d = "".join(_compact(ring, closed=True) for ring in _rings(area, view))
        if d:
            shapes[code] = d
        elif _inside(at := view(*area.point), view):
            specks[code] = at
    kinds = {kind: "".join(_borders(view, [line for line in found.lines if line.kind == kind])) for kind in DASH}
    return Base(shapes=shapes, specks=specks, borders={kind: d for kind, d in kinds.items() if d})


def _inside(at: tuple[float, float], view: View) -> bool:
    return 0 <= at[0] <= view.width and 0 <= at[1] <= view.height


def _rings(area: Area, view: View) -> Iterator[Pixels]:
    if not _may_show(area, view):
        return
    for ring in area.rings:
        for pixels in _drawn(ring, view):
            xs, ys = [x for x, _ in pixels], [y for _, y in pixels]
            if max(xs) - min(xs) >= _SMALL or max(ys) - min(ys) >= _SMALL:
                yield _held(pixels, view)


def _may_show(area: Area, view: View) -> bool:
    """A quick look at the area's box, generous at the edges."""
    west, south, east, north = area.box
    top, bottom = (
        view.y - y * 1.0 for y in (equal_earth(0, north)[1] * view.scale, equal_earth(0, south)[1] * view.scale)
    )
    if top > view.height + 30 or bottom < -30:
        return False
    if east - west > 180:
        return True
    spots = [view(lon, lat)[0] for lon in (west, east) for lat in (south, (south + north) / 2, north)]
    wraps = max(spots) - min(spots) > view.scale * 3
    return wraps or (max(spots) > -30 and min(spots) < view.width + 30)


def _drawn(ring: Path, view: View) -> Iterator[Pixels]:
    """The ring in pixels; one that crosses the edge of the globe is drawn on both sides."""
    lons = [turned(ring[0][0], view.middle)]
    for (before, _), (after, _) in itertools.pairwise(ring):
        lons.append(lons[-1] + turned(after - before, 0))
    shifts = (0, *((360,) if min(lons) < -180 else ()), *((-360,) if max(lons) > 180 else ()))
    for shift in shifts:
        pixels = _thinned(((lon + shift, lat) for lon, (_, lat) in zip(lons, ring, strict=True)), view)
        xs, ys = [x for x, _ in pixels], [y for _, y in pixels]
        if max(xs) >= 0 and min(xs) <= view.width * 10 and max(ys) >= 0 and min(ys) <= view.height * 10:
            yield pixels


def _thinned(points: Iterable[tuple[float, float]], view: View) -> Pixels:
    """Pixels with those too near to the last one left out; the smaller the scale, the more are."""
    near = round(13 * (600 / view.scale) ** 0.5)
    out: Pixels = []
    last = None
    for lon, lat in points:
        x, y = equal_earth(lon, lat)
        last = (round((view.x + x * view.scale) * 10), round((view.y - y * view.scale) * 10))
        if not out or abs(last[0] - out[-1][0]) + abs(last[1] - out[-1][1]) >= near:
            out.append(last)
    if last is not None and out[-1] != last:
        out.append(last)
    return out


def _held(pixels: Pixels, view: View) -> Pixels:
    """Points far outside drawn in to the window's surroundings, runs of them made one."""
    right, bottom = view.width * 10 + _BEYOND, view.height * 10 + _BEYOND
    out: Pixels = []
    for x, y in pixels:
        near = (min(max(x, -_BEYOND), right), min(max(y, -_BEYOND), bottom))
        if len(out) > 1 and _same_edge(out[-2], out[-1], near, right, bottom):
            out[-1] = near
        elif not out or out[-1] != near:
            out.append(near)
    return out


def _same_edge(one: tuple[int, int], two: tuple[int, int], three: tuple[int, int], right: int, bottom: int) -> bool:
    by_x = one[0] == two[0] == three[0] and one[0] in (-_BEYOND, right)
    by_y = one[1] == two[1] == three[1] and one[1] in (-_BEYOND, bottom)
    return by_x or by_y


def _borders(view: View, lines: list[Line]) -> Iterator[str]:
    for border in lines:
        for one in border.paths:
            for pixels in _drawn(one, view):
                if len(pixels) > 1:
                    yield _compact(_held(pixels, view), closed=False)


def _compact(pixels: Pixels, *, closed: bool) -> str:
    """A path in steps from point to point, in as few letters as SVG allows."""
    if len(pixels) < (3 if closed else 2):
        return ""
    (x, y), out = pixels[0], [f"M{_tenth(pixels[0][0])},{_tenth(pixels[0][1])}l"]
    for px, py in pixels[1:]:
        dx, dy = _tenth(px - x), _tenth(py - y)
        out.append(f"{dx}{'' if dy.startswith('-') else ','}{dy} ")
        x, y = px, py
    return "".join(out).rstrip() + ("z" if closed else "")


def _tenth(value: int) -> str:
    whole = f"{value / 10:.1f}".removesuffix(".0")
    return "0" if whole in ("-0", "0") else whole.replace("0.", ".", 1) if whole.startswith(("0.", "-0.")) else whole
