"""Ranked bars with name, number and share; they grow from the right where the language runs that way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qanat.brief.charts.scale import Scale
from qanat.brief.charts.svg import INK, Chart, drawing, rect, text, width_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One bar: name, people, and the number with its share as printed."""

    label: str
    value: float
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """What the bars show, largest first."""

    name: str
    title: str
    description: str
    entries: Sequence[Entry]
    rtl: bool = False
    width: int = 520


_ROW = 23.0
_SIZE = 11.5


def bars(data: Bars) -> Chart:
    """The bars as a chart."""
    names = min(max((width_of(one.label, _SIZE) for one in data.entries), default=0) + 10, data.width * 0.42)
    numbers = max((width_of(one.number, _SIZE) for one in data.entries), default=0) + 10
    reach = Scale(0, max((one.value for one in data.entries), default=1) or 1, 0, data.width - names - numbers)
    body: list[str] = []
    for at, one in enumerate(data.entries):
        y, long = 2 + _ROW * at, max(reach(one.value), 1.0)
        x = data.width - names - long if data.rtl else names
        size = min(_SIZE, _SIZE * (names - 8) / max(width_of(one.label, _SIZE), 1))
        body.append(
            text(
                data.width - names + 8 if data.rtl else names - 8,
                y + 14,
                one.label,
                size=size,
                anchor="start" if data.rtl else "end",
            )
        )
        body.append(rect(x, y + 2, long, 15, INK.ramp[4]))
        body.append(
            text(
                x - 6 if data.rtl else x + long + 6,
                y + 14,
                one.number,
                size=_SIZE,
                anchor="end" if data.rtl else "start",
                fill=INK.muted,
            )
        )
    return drawing(data.name, (data.width, round(4 + _ROW * len(data.entries))), data.title, data.description, body)
