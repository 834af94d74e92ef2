"""Sources side by side: what each counter says on one axis, the shown one filled, the spread between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qanat.brief.charts.scale import Scale, spread, ticks
from qanat.brief.charts.svg import INK, Chart, circle, drawing, line, rect, text, width_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One counter's figure: value, its own bounds, the counter's name with the number, whether it is the one shown."""

    value: float
    low: float
    high: float
    label: str
    shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One year or group: its name, its marks, and whether they differ by more than a quarter."""

    label: str
    marks: Sequence[Mark]
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranges:
    """What the chart shows. `flag` is the word printed beside a lane whose sources differ."""

    name: str
    title: str
    description: str
    lanes: Sequence[Lane]
    spell: Callable[[float], str]
    flag: str
    width: int = 760


_LANE = 46.0


def ranges(data: Ranges) -> Chart:
    """The lanes as a chart, the axis from zero below."""
    top = max((mark.high for lane in data.lanes for mark in lane.marks), default=0.0)
    marks = ticks(top)
    left = max((width_of(lane.label, 12) for lane in data.lanes), default=0.0) + 14
    flagged = any(lane.differs for lane in data.lanes)
    right = data.width - (width_of(data.flag, 10.5) + 20 if flagged else 24)
    x = Scale(0, marks[-1], left, right)
    bottom = 8 + _LANE * len(data.lanes)
    body = [line(x(mark), 8, x(mark), bottom, INK.grid) for mark in marks]
    body += [text(x(mark), bottom + 16, data.spell(mark), size=11, anchor="middle", fill=INK.muted) for mark in marks]
    for at, lane in enumerate(data.lanes):
        body += _lane(data, lane, 8 + _LANE * at, x, right)
    return drawing(data.name, (data.width, round(bottom + 24)), data.title, data.description, body)


def _lane(data: Ranges, lane: Lane, top: float, x: Scale, right: float) -> list[str]:
    middle = top + _LANE * 0.66
    low, high = min(mark.low for mark in lane.marks), max(mark.high for mark in lane.marks)
    fill = "#f0cdbb" if lane.differs else "#cfe0e6"
    out = [
        text(2, middle + 4, lane.label, size=12),
        rect(x(low), middle - 4, max(x(high) - x(low), 1), 8, fill, radius=3),
    ]
    for mark in sorted(lane.marks, key=lambda one: one.shown):
        out.append(
            circle(
                x(mark.value),
                middle,
                5.2,
                INK.women if mark.shown else "#ffffff",
                stroke="#ffffff" if mark.shown else INK.women,
            )
        )
    out += _names(lane, middle, x, right)
    if lane.differs:
        out.append(text(data.width - 2, middle + 4, data.flag, size=10.5, anchor="end", weight=600, fill=INK.accent))
    return out


def _names(lane: Lane, middle: float, x: Scale, right: float) -> list[str]:
    """The counters' names above their marks, moved apart where they would touch."""
    ordered = sorted(lane.marks, key=lambda mark: mark.value)
    wide = [width_of(mark.label, 10.5) for mark in ordered]
    gap = max(wide, default=0) + 8
    places = spread([x(mark.value) for mark in ordered], gap, x.start + gap / 2 - 4, right + 20 - gap / 2)
    return [
        text(
            place,
            middle - 11,
            mark.label,
            size=10.5,
            anchor="middle",
            weight=600 if mark.shown else 400,
            fill=INK.text if mark.shown else INK.muted,
        )
        for mark, place in zip(ordered, places, strict=True)
    ]
