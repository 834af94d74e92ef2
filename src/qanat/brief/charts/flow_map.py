"""A flow map: where people went, or where they came from, as arrows over land coloured by number."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from qanat.brief.charts.frame import WORLD_ATLANTIC, WORLD_PACIFIC, Box, End, frame
from qanat.brief.charts.labels import Places, around
from qanat.brief.charts.land import DASH, base
from qanat.brief.charts.projection import View, turned, view_of
from qanat.brief.charts.svg import INK, Chart, circle, clean, drawing, halo, number, rect, text, width_of

BREAKS: Final = (1_000.0, 10_000.0, 100_000.0, 1_000_000.0)
WIDTHS: Final = (1.3, 2.4, 4.2, 7.0, 11.0)
_FILLS: Final = (INK.ramp[0], INK.ramp[1], INK.ramp[2], INK.ramp[3], INK.ramp[4])
_EDGE: Final = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A country at the other end: its code and place, the people, and both as printed."""

    code: str
    lon: float
    lat: float
    value: float
    name: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowMap:
    """What a flow map shows.

    partners  most people first; all of them colour the land, the first `arrows` get an arrow and a label
    spell     a number as the key prints it;  below, above  "below {number}", "{number} and more" with the number put in
    """

    name: str
    title: str
    description: str
    focus: str
    focus_name: str
    focus_box: Box
    focus_at: tuple[float, float]
    partners: Sequence[Partner]
    direction: Literal["out", "in"]
    spell: Callable[[float], str]
    below: Callable[[str], str]
    above: Callable[[str], str]
    key: str
    width: int = 760
    arrows: int = 8

    @property
    def narrow(self) -> bool:
        """Whether it is drawn for a small screen."""
        return self.width < 500


def rank(value: float) -> int:
    """Which of the five classes a number is in; the same classes on every map, so that maps can be compared."""
    return sum(value >= limit for limit in BREAKS)


def window(data: FlowMap) -> View:
    """The part of the world shown."""
    ends = [End(lon=one.lon, lat=one.lat, value=one.value) for one in data.partners]
    box = frame(data.focus_box, ends)
    whole = box in (WORLD_ATLANTIC, WORLD_PACIFIC)
    height = round(data.width * (0.50 if whole else 0.62 if not data.narrow else 0.86))
    return view_of(box, data.width, height, 2 if whole else 0.075 * data.width)


def flow_map(data: FlowMap) -> Chart:
    """The map as a chart."""
    view = window(data)
    size = (view.width, view.height)
    places = Places(view.width, view.height)
    key = _key(data, view, places)
    arrows, labels = _flows(data, view, places)
    start = view(*data.focus_at)
    clip = f'<clipPath id="{data.name}-c"><rect width="{view.width}" height="{view.height}" rx="4"/></clipPath>'
    body = [
        clip, f'<g clip-path="url(#{data.name}-c)">', rect(0, 0, *size, INK.water), *_land(data, view), *arrows,
        circle(*start, 4.5 if not data.narrow else 3.5, INK.focus_text, stroke="#ffffff"), "</g>", *labels, *key,
    ]  # fmt: skip
    return drawing(data.name, size, data.title, data.description, body)


def _land(data: FlowMap, view: View) -> list[str]:
    ground = base(view)
    by_code = {one.code: one for one in data.partners}
    unsettled = {"XJK", "XAC", "AB9", "XHT", "XBT"}
    out, plain = list[str](), list[str]()
    for code, d in ground.shapes.items():
        fill = INK.focus if code == data.focus else _FILLS[rank(by_code[code].value)] if code in by_code else None
        if fill is None and code not in unsettled:
            plain.append(d)
            continue
        tip = f"<title>{clean(f'{by_code[code].name}: {by_code[code].label}')}</title>" if code in by_code else ""
        out.append(f'<path d="{d}" fill="{fill or INK.unsettled}"' + (f">{tip}</path>" if tip else "/>"))
    shapes = [f'<path d="{"".join(plain)}" fill="{INK.land}"/>', *out]
    for kind, d in ground.borders.items():
        dash = f' stroke-dasharray="{DASH[kind]}"' if DASH[kind] else ""
        shapes.append(f'<path d="{d}" fill="none" stroke="{INK.border}" stroke-width=".7"{dash}/>')
    for code, at in ground.specks.items():
        if code in by_code:
            shapes.append(circle(*at, 3, _FILLS[rank(by_code[code].value)], stroke=INK.border))
    return shapes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrow:
    """An arrow's way in pixels; `edge` where it leaves the window instead of ending inside."""

    start: tuple[float, float]
    end: tuple[float, float]
    label_at: tuple[float, float]
    ahead: tuple[float, float]
    edge: bool


def _flows(data: FlowMap, view: View, places: Places) -> tuple[list[str], list[str]]:
    shown = list(data.partners[: data.arrows])
    ways = [(_way(data, view, one), one) for one in shown]
    focus = view(*data.focus_at)
    places.take((focus[0] - 7, focus[1] - 7, focus[0] + 7, focus[1] + 7))
    for way, _ in ways:
        places.take((way.label_at[0] - 5, way.label_at[1] - 5, way.label_at[0] + 5, way.label_at[1] + 5))
    drawn = [_arrow(way, WIDTHS[rank(one.value)] * (0.75 if data.narrow else 1)) for way, one in reversed(ways)]
    size = 10.5 if data.narrow else 12
    labels = _name_focus(data, view, places, size)
    for way, one in ways:
        labels += _label(one, way, places, size)
    return drawn, labels


def _name_focus(data: FlowMap, view: View, places: Places, size: float) -> list[str]:
    x, y = view(*data.focus_at)
    wide = width_of(data.focus_name, size + 0.5) + 4
    cx, cy = places.best(around(x, y, (0.6, -1), wide, size + 3), wide, size + 3)
    return [halo(cx, cy + size * 0.36, data.focus_name, size=size + 0.5, weight=700, fill=INK.focus_text)]


def _label(one: Partner, way: _Arrow, places: Places, size: float) -> list[str]:
    wide = max(width_of(one.name, size), width_of(one.label, size)) + 4
    tall = size * 2.35
    cx, cy = places.best(around(*way.label_at, way.ahead, wide, tall), wide, tall)
    first, second = cy - size * 0.18, cy + size * 0.98
    return [halo(cx, first, one.name, size=size, weight=600), halo(cx, second, one.label, size=size)]


def _way(data: FlowMap, view: View, one: Partner) -> _Arrow:
    """From the focus to the partner (out) or back (in), cut at the window's edge for partners outside."""
    focus, far = view(*data.focus_at), _seen(view, data.focus_at[0], one)
    inside = _EDGE < far[0] < view.width - _EDGE and _EDGE < far[1] < view.height - _EDGE
    tip = far if inside else _cut(focus, far, view)
    dx, dy = tip[0] - focus[0], tip[1] - focus[1]
    length = math.hypot(dx, dy) or 1.0
    ahead = (dx / length, dy / length)
    if data.direction == "out":
        return _Arrow(
            start=focus, end=tip, label_at=tip, ahead=ahead if inside else (-ahead[0], -ahead[1]), edge=not inside
        )
    rim = min(13.0, length * 0.3)
    end = (focus[0] + ahead[0] * rim, focus[1] + ahead[1] * rim)
    return _Arrow(start=tip, end=end, label_at=tip, ahead=ahead if inside else (-ahead[0], -ahead[1]), edge=not inside)


def _seen(view: View, lon: float, one: Partner) -> tuple[float, float]:
    """The partner's pixel, on the side of the globe that is nearer to the focus."""
    near = turned(lon, view.middle) + turned(one.lon, lon)
    return view(view.middle + max(-179.9, min(179.9, near)), one.lat)


def _cut(start: tuple[float, float], end: tuple[float, float], view: View) -> tuple[float, float]:
    """Where the way from start to end meets the window's inner edge."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    shares = [1.0]
    for at, step, low, high in ((start[0], dx, _EDGE, view.width - _EDGE), (start[1], dy, _EDGE, view.height - _EDGE)):
        if step > 0:
            shares.append((high - at) / step)
        elif step < 0:
            shares.append((low - at) / step)
    share = max(0.05, min(shares))
    return start[0] + dx * share, start[1] + dy * share


def _arrow(way: _Arrow, width: float) -> str:
    """A curved shaft that ends in a head; its width is the class of its number."""
    (x0, y0), (x1, y1) = way.start, way.end
    dx, dy = x1 - x0, y1 - y0
    bend = 0.0 if way.edge else 0.16
    cx, cy = x0 + dx / 2 - dy * bend, y0 + dy / 2 + dx * bend
    ux, uy = x1 - cx, y1 - cy
    reach = math.hypot(ux, uy) or 1.0
    ux, uy = ux / reach, uy / reach
    head, half = max(6.5, width * 1.55), max(3.6, width * 0.95)
    bx, by = x1 - ux * head, y1 - uy * head
    shaft = f'<path d="M{number(x0)},{number(y0)}Q{number(cx)},{number(cy)} {number(bx)},{number(by)}" fill="none" stroke="{INK.accent}" stroke-width="{width:g}" opacity=".78"/>'
    corners = f"M{number(x1)},{number(y1)}L{number(bx - uy * half)},{number(by + ux * half)}L{number(bx + uy * half)},{number(by - ux * half)}Z"
    return f'{shaft}<path d="{corners}" fill="{INK.accent}" opacity=".92"/>'


def _key(data: FlowMap, view: View, places: Places) -> list[str]:
    """The classes that occur, each with its colour and its arrow, in the corner with the least in it."""
    present = sorted({rank(one.value) for one in data.partners})
    if not present:
        return []
    size, step = (9.5, 13.0) if data.narrow else (10.5, 15.0)
    words = [(at, _class(data, at)) for at in present]
    wide = max(width_of(data.key, size), *(width_of(word, size) for _, word in words)) + 58
    tall = step * (len(words) + 1) + 9
    left, top = _corner(data, view, wide, tall)
    places.take((left, top, left + wide, top + tall))
    out = [
        f'<rect x="{number(left)}" y="{number(top)}" width="{number(wide)}" height="{number(tall)}" rx="3" fill="#ffffff" opacity=".88"/>'
    ]
    out.append(text(left + 8, top + step - 1, data.key, size=size, weight=600, fill=INK.muted))
    for place, (at, word) in enumerate(words, 1):
        y = top + step * (place + 1) - 3
        out.append(rect(left + 8, y - size * 0.72, 14, size * 0.86, _FILLS[at]))
        shaft = WIDTHS[at] * (0.75 if data.narrow else 1)
        out.append(
            f'<path d="M{number(left + 27)},{number(y - size * 0.3)}h18" fill="none" stroke="{INK.accent}" stroke-width="{shaft:g}" opacity=".78"/>'
        )
        out.append(text(left + 51, y, word, size=size))
    return out


def _class(data: FlowMap, at: int) -> str:
    if at == 0:
        return data.below(data.spell(BREAKS[0]))
    if at == len(BREAKS):
        return data.above(data.spell(BREAKS[-1]))
    return f"{data.spell(BREAKS[at - 1])}\u2013{data.spell(BREAKS[at])}"


def _corner(data: FlowMap, view: View, wide: float, tall: float) -> tuple[float, float]:
    spots = [view(*data.focus_at), *(_seen(view, data.focus_at[0], one) for one in data.partners[: data.arrows])]
    corners = [
        (8.0, view.height - tall - 8),
        (view.width - wide - 8, view.height - tall - 8),
        (8.0, 8.0),
        (view.width - wide - 8, 8.0),
    ]
    return min(
        corners,
        key=lambda c: sum(c[0] - 60 < x < c[0] + wide + 60 and c[1] - 30 < y < c[1] + tall + 30 for x, y in spots),
    )
