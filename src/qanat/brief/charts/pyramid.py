"""A pyramid by sex and age, with those whose age or sex nobody recorded in plain sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qanat.brief.charts.scale import Scale
from qanat.brief.charts.svg import INK, Chart, drawing, rect, text, width_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One side of one band: the people (null = not known) and their number as printed."""

    value: float | None
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """One age band, oldest drawn first; `known` is false for the band of unknown ages."""

    label: str
    women: Bar
    men: Bar
    known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Pyramid:
    """What a pyramid shows. `unknown` is the bar of people whose sex is not recorded; null = nobody."""

    name: str
    title: str
    description: str
    bands: Sequence[Band]
    women: str
    men: str
    unknown: Bar | None
    unknown_label: str
    width: int = 520


_ROW = 27.0
_BAR = 21.0


def pyramid(data: Pyramid) -> Chart:
    """The pyramid as a chart: women and girls to the left, men and boys to the right."""
    middle = max(34.0, *(width_of(band.label, 11.5) for band in data.bands)) + 14 if data.bands else 40.0
    half = (data.width - middle) / 2
    top = max([bar.value or 0 for band in data.bands for bar in (band.women, band.men)], default=0) or 1
    reach = Scale(0, top, 0, half - 4)
    body = [
        text(half - 2, 14, data.women, size=11.5, anchor="end", weight=600, fill=INK.women),
        text(half + middle + 2, 14, data.men, size=11.5, weight=600, fill="#8f5d1c"),
    ]
    y = 22.0
    for band in data.bands:
        body += _band(band, y, half, middle, reach)
        y += _ROW
    if data.unknown is not None:
        body += _unknown(data, y + 4, top, half)
        y += _ROW + 20
    return drawing(data.name, (data.width, round(y + 4)), data.title, data.description, body)


def _band(band: Band, y: float, half: float, middle: float, reach: Scale) -> list[str]:
    women, men = (INK.women, INK.men) if band.known else (INK.women_light, INK.men_light)
    out = [text(half + middle / 2, y + 15, band.label, size=11.5, anchor="middle", fill=INK.muted)]
    for bar, fill, left in ((band.women, women, True), (band.men, men, False)):
        if bar.value is None:
            continue
        long = max(reach(bar.value), 1.0 if bar.value > 0 else 0.0)
        x = half - long if left else half + middle
        out.append(rect(x, y, long, _BAR, fill))
        out.append(_number(bar.label, x, y, long, left=left, light=not band.known or not left))
    return out


def _number(label: str, x: float, y: float, long: float, *, left: bool, light: bool) -> str:
    """Inside the bar's outer end where it fits, else beyond it."""
    inside = width_of(label, 11) + 12 < long
    fill = (INK.text if light else "#ffffff") if inside else INK.text
    if left:
        return text(x + 6 if inside else x - 5, y + 15, label, size=11, anchor="start" if inside else "end", fill=fill)
    return text(
        x + long - 6 if inside else x + long + 5, y + 15, label, size=11, anchor="end" if inside else "start", fill=fill
    )


def _unknown(data: Pyramid, y: float, top: float, half: float) -> list[str]:
    """People whose sex is not recorded, to the same scale; a bar too long for it is broken."""
    assert data.unknown is not None
    value = data.unknown.value or 0
    scale = (half - 4) / top
    room = data.width - 8.0
    broken = value * scale > room
    long = min(max(value * scale, 1.0), room)
    out = [
        text(2, y + 11, f"{data.unknown_label}: {data.unknown.label}", size=11.5, fill=INK.text),
        rect(2, y + 17, long, 13, INK.unknown),
    ]
    if broken:
        out.append(f'<path d="M{room * 0.8:.1f},{y + 33:.1f}l6,-20h5l-6,20z" fill="#ffffff"/>')
    return out
