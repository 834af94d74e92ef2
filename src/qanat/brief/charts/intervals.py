"""Estimates with their intervals, beside what others published: rows on one axis whose steps multiply."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from qanat.brief.charts.lettering import BOLD, LEADING, Line, breadth, number, shortened, wrapped, written
from qanat.brief.charts.reading import Reading, dot, rule
from qanat.brief.charts.sheet import Chart, Heading, Look, require_drawable, sheet

_ROW: Final = 19.0  # px
_SHAPES: Final = ("ring", "diamond", "square", "cross")


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One row: a value with its 80 % and 95 % intervals, and what each peer published; null where not known."""

    label: str
    value: float | None
    inner: tuple[float, float] | None = None
    outer: tuple[float, float] | None = None
    peers: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """Rows that belong together, under a name."""

    name: str
    rows: tuple[Estimate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalsWords:
    """Every word on the drawing. ours and peers are named in the key; spell tells a value on the axis."""

    heading: Heading
    unit: str
    ours: str
    peers: tuple[str, ...]
    spell: Callable[[float], str]


def intervals(groups: Sequence[Estimates], words: IntervalsWords, look: Look) -> Chart:
    """A dot a row for the value, a thick line for 80 %, a thin one for 95 %, an open mark for each peer.

    The axis goes by powers of ten from the largest that is below every value, since corridors differ by thousands: what lies
    below it, zero included, is drawn at its start. Peers have at most four marks. In Arabic the axis runs from the right.
    Raises BriefError where a number can't be drawn.
    """
    require_drawable(look, [(f"{g.name}, {r.label}", n) for g in groups for r in g.rows for n in _numbers(r)])
    plan = _Plan(groups, words, look)
    key, top = plan.key()
    marks = list[str]()
    for one in groups:
        drawn, top = plan.group(one, top)
        marks.append(drawn)
    return sheet(look, top + 24, words.heading, [key, *marks, plan.axis(top)])


def _numbers(row: Estimate) -> list[float | None]:
    return [row.value, *(row.inner or ()), *(row.outer or ()), *row.peers]


def decades(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten an axis spans: from the largest not above any value to the smallest not below; at least one apart.

    Values below 1 are counted as 1.
    """
    whole = [max(value, 1.0) for value in values] or [1.0]
    low, high = math.floor(math.log10(min(whole))), math.ceil(math.log10(max(whole)) - 1e-12)
    return low, max(high, low + 1)


class _Plan:
    def __init__(self, groups: Sequence[Estimates], words: IntervalsWords, look: Look) -> None:
        self.words, self.look = words, look
        self.size = 11.0 if look.narrow else 12.0
        self.reading = Reading(look.width, look.rtl)
        labels = [row.label for one in groups for row in one.rows]
        widest = max((breadth(label, self.size) for label in labels), default=0.0)
        self.start = min(widest, look.width * 0.3) + 18
        self.end = look.width - 38.0
        values = [n for one in groups for row in one.rows for n in _numbers(row) if n is not None and n > 0]
        typical = [n for one in groups for row in one.rows for n in (row.value, *row.peers) if n is not None and n >= 1]
        self.low, self.high = decades(typical)[0], decades(values)[1]

    def at(self, value: float) -> float:
        """px from where reading begins; values below the axis stand at its start."""
        along = (math.log10(max(value, 1e-9)) - self.low) / (self.high - self.low)
        return self.start + (self.end - self.start) * max(along, 0.0)

    def _text(self, x: float, y: float, text: str, fill: str, weight: int = 400) -> str:
        line = Line(
            x=self.reading.x(x),
            y=y,
            text=text,
            size=self.size,
            fill=fill,
            weight=weight,
            anchor=self.reading.anchor("start"),
        )
        return written([line], rtl=self.look.rtl)

    def key(self) -> tuple[str, float]:
        """The unit, then every mark with its name, as many to a line as fit; and where they end."""
        ink, step = self.look.ink, self.size * LEADING + 4
        out = self._text(0, self.size, shortened(self.words.unit, self.look.width - 4, self.size), ink.muted)
        x, y = 0.0, self.size + step
        for index, name in enumerate((self.words.ours, *self.words.peers)):
            lead = 30.0 if index == 0 else 14.0
            told = shortened(name, self.look.width - lead - 4, self.size)
            wide = lead + breadth(told, self.size) + 22
            if x > 0 and x + wide - 18 > self.look.width:
                x, y = 0.0, y + step
            out += self._sample(index, x, y - self.size * 0.36) + self._text(x + lead, y, told, ink.text)
            x += wide
        return out, y + 8

    def _sample(self, index: int, x: float, y: float) -> str:
        if index:
            return self._mark(index - 1, self.reading.x(x + 5), y)
        ink = self.look.ink
        ends = [self.reading.x(x + place) for place in (0, 6, 19, 25)]
        thin, thick = (
            rule((ends[0], y), (ends[3], y), ink.women, 1),
            rule((ends[1], y), (ends[2], y), ink.women_light, 6),
        )
        return thick + thin + dot(self.reading.x(x + 12.5), y, 4.2, ink.women)

    def group(self, one: Estimates, top: float) -> tuple[str, float]:
        """The group's name and its rows; and where they end."""
        ink, step = self.look.ink, self.size * LEADING
        out, y = "", top + 8
        for line in wrapped(one.name, self.look.width - 4, self.size, BOLD):
            out += self._text(0, y + 0.82 * step, line, ink.text, BOLD)
            y += step
        y += 2
        out += self._rules(y, y + len(one.rows) * _ROW)
        for row in one.rows:
            out += self._row(row, y + _ROW / 2)
            y += _ROW
        return out, y

    def _rules(self, top: float, bottom: float) -> str:
        places = [self.reading.x(self.at(10.0**power)) for power in range(self.low, self.high + 1)]
        return "".join(rule((x, top), (x, bottom), self.look.ink.grid) for x in places)

    def _row(self, row: Estimate, y: float) -> str:
        ink = self.look.ink
        out = self._text(8, y + self.size * 0.36, shortened(row.label, self.start - 16, self.size), ink.text)
        for span, colour, width in ((row.inner, ink.women_light, 6.0), (row.outer, ink.women, 1.0)):
            if span is not None:
                ends = [(self.reading.x(self.at(value)), y) for value in span]
                out += rule(ends[0], ends[1], colour, width)
        if row.value is not None:
            out += dot(self.reading.x(self.at(row.value)), y, 4.2, ink.women)
        for index, value in enumerate(row.peers):
            if value is not None:
                out += self._mark(index, self.reading.x(self.at(value)), y)
        return out

    def _mark(self, index: int, x: float, y: float) -> str:
        """A peer's open mark: shape and colour both tell which."""
        colour = self.look.ink.series[1:][index % 3]
        shape, r = _SHAPES[index % 4], 4.2
        if shape == "ring":
            return dot(x, y, r, "none", colour)
        path = {
            "diamond": f"M{number(x - r - 1)},{number(y)}L{number(x)},{number(y - r - 1)}L{number(x + r + 1)},{number(y)}L{number(x)},{number(y + r + 1)}Z",
            "square": f"M{number(x - r)},{number(y - r)}H{number(x + r)}V{number(y + r)}H{number(x - r)}Z",
            "cross": f"M{number(x - r)},{number(y - r)}L{number(x + r)},{number(y + r)}M{number(x - r)},{number(y + r)}L{number(x + r)},{number(y - r)}",
        }[shape]
        return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.6"/>'

    def axis(self, bottom: float) -> str:
        """The powers of ten, those left out that would touch another."""
        lines, free = list[Line](), 0.0
        for power in range(self.low, self.high + 1):
            x, told = self.at(10.0**power), self.words.spell(10.0**power)
            half = breadth(told, self.size) / 2
            if free <= x - half and x + half <= self.look.width:
                lines.append(
                    Line(
                        x=self.reading.x(x),
                        y=bottom + self.size + 4,
                        text=told,
                        size=self.size,
                        fill=self.look.ink.muted,
                        anchor="middle",
                    )
                )
                free = x + half + 10
        return written(lines, rtl=self.look.rtl)
