"""Lines over years: gaps where nobody counted, labels at the ends instead of a legend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from qanat.brief.charts.scale import Scale, spread, ticks, years_shown
from qanat.brief.charts.svg import INK, Chart, circle, drawing, line, path, text, width_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line: values by year (a year without a count is absent), its name and its last value as printed."""

    label: str
    last: str
    points: Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """What a trend shows; most important series first, at most four. `spell` prints a tick."""

    name: str
    title: str
    description: str
    series: Sequence[Series]
    first: int
    last: int
    spell: Callable[[float], str]
    width: int = 520
    height: int = 270


def trend(data: Trend) -> Chart:
    """The lines as a chart; at least one series must have a point."""
    top = max((value for one in data.series for _, value in one.points), default=0.0)
    marks = ticks(top)
    left = max(width_of(data.spell(mark), 11) for mark in marks) + 10
    side = max(max(width_of(one.label, 11.5), width_of(one.last, 11.5)) for one in data.series) + 14
    right = data.width - min(side, data.width * 0.34)
    x = Scale(data.first, data.last, left, right)
    y = Scale(0, marks[-1], data.height - 26, 12)
    body = [*_axes(data, x, y, marks, left, right)]
    for at, one in enumerate(data.series):
        body += _line(one, x, y, INK.lines[at % len(INK.lines)])
    body += _ends(data, y, right)
    return drawing(data.name, (data.width, data.height), data.title, data.description, body)


def _axes(data: Trend, x: Scale, y: Scale, marks: list[float], left: float, right: float) -> list[str]:
    out: list[str] = []
    for mark in marks:
        out.append(line(left, y(mark), right, y(mark), INK.axis if mark == 0 else INK.grid))
        out.append(text(left - 7, y(mark) + 4, data.spell(mark), size=11, anchor="end", fill=INK.muted))
    for year in years_shown(data.first, data.last, max(2, int((right - left) / 52))):
        out.append(text(x(year), data.height - 8, str(year), size=11, anchor="middle", fill=INK.muted))
    return out


def _line(one: Series, x: Scale, y: Scale, stroke: str) -> list[str]:
    """Runs of years that follow each other as a line, a year alone as a dot."""
    out: list[str] = []
    for run in runs(one.points):
        spots = [(x(year), y(value)) for year, value in run]
        if len(spots) == 1:
            out.append(circle(*spots[0], 2.6, stroke))
        else:
            out.append(
                f'<path d="{path(spots)}" fill="none" stroke="{stroke}" stroke-width="2.2" stroke-linejoin="round" stroke-linecap="round"/>'
            )
    if one.points:
        year, value = one.points[-1]
        out.append(circle(x(year), y(value), 3.4, stroke, stroke="#ffffff"))
    return out


def runs(points: Sequence[tuple[int, float]]) -> list[list[tuple[int, float]]]:
    """Points parted wherever a year is missing, oldest first."""
    ordered = sorted(points)
    parted = groupby(enumerate(ordered), key=lambda item: item[1][0] - item[0])
    return [[point for _, point in run] for _, run in parted]


def _ends(data: Trend, y: Scale, right: float) -> list[str]:
    shown = [(at, one) for at, one in enumerate(data.series) if one.points]
    places = spread([y(one.points[-1][1]) for _, one in shown], 29, 16, data.height - 42)
    out: list[str] = []
    for (at, one), middle in zip(shown, places, strict=True):
        fill = INK.lines[at % len(INK.lines)]
        room = data.width - right - 12
        size = min(11.5, 11.5 * room / max(width_of(one.label, 11.5), 1))
        out.append(text(right + 9, middle - 1, one.last, size=12, weight=700, fill=fill))
        out.append(text(right + 9, middle + 12, one.label, size=max(size, 8.5), fill=fill))
    return out
