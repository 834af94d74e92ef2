"""Lines over years, named at their ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from qanat.brief.charts.boxes import apart
from qanat.brief.charts.lettering import BOLD, LEADING, Anchor, Line, breadth, number, shortened, wrapped, written
from qanat.brief.charts.reading import dot, rule
from qanat.brief.charts.sheet import Chart, Heading, Look, require_drawable, sheet
from qanat.brief.charts.ticks import ticks
from qanat.errors import BriefError

HEIGHTS: Final = (300.0, 250.0)  # px, wide and narrow
MOST_LINES: Final = 4
_FOOT: Final = 26.0  # px under the axis, for the years
_DOTTED: Final = 30  # with more years than this the single points are no longer marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """One year of a series. value null = not known: the line stops there. Interval ends null = none stated.

    low, high  the wider interval
    core       the narrower one, where two are given
    broken     counted by another method than the year before: no line leads to it
    """

    year: int
    value: float | None
    low: float | None = None
    high: float | None = None
    core: tuple[float, float] | None = None
    broken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line. told is its last value as it is to be printed; projected lines are dashed.

    tone  which of the theme's colours; null = by the line's rank. A projection takes the tone of what it goes on from.
    step  years from one reading to the next, where a table is not yearly; only a longer gap interrupts the line
    """

    name: str
    readings: tuple[Year, ...]
    told: str
    projected: bool = False
    tone: int | None = None
    step: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendWords:
    """Every word on a trend: what the numbers count, and how numbers and years are spelt."""

    heading: Heading
    unit: str
    spell: Callable[[float], str]
    year: Callable[[int], str] = str


def trend(series: Sequence[Series], words: TrendWords, look: Look) -> Chart:
    """One to four series from zero upwards. A year that is missing or null, or counted by another method, interrupts its line; a
    lone year is a dot.

    Time runs from left to right in every language, as it does in the field's own Arabic reports.
    Raises BriefError where a number can't be drawn or there are more lines.
    """
    if len(series) > MOST_LINES:
        raise BriefError(f"chart {look.name}: {len(series)} lines can't be told apart; the most is {MOST_LINES}")
    require_drawable(
        look, [(f"{one.name} {r.year}", number) for one in series for r in one.readings for number in _all(r)]
    )
    plot = _Plot(series, words, look)
    marks = [plot.grid(), *(plot.bands(one, colour) for one, colour in _coloured(series, look))]
    marks += [plot.line(one, colour) for one, colour in _coloured(series, look)]
    return sheet(look, plot.height, words.heading, [*marks, plot.names(series)])


def _coloured(series: Sequence[Series], look: Look) -> list[tuple[Series, str]]:
    inks = look.ink.series
    return [(one, inks[(rank if one.tone is None else one.tone) % len(inks)]) for rank, one in enumerate(series)]


def runs(readings: Sequence[Year], step: int = 1) -> list[list[Year]]:
    """The readings cut wherever the next is more than `step` years on, or its method is another; those without a value are
    passed over."""
    found: list[list[Year]] = []
    for reading in sorted(readings, key=lambda reading: reading.year):
        if reading.value is None:
            continue
        if found and reading.year - found[-1][-1].year <= step and not reading.broken:
            found[-1].append(reading)
        else:
            found.append([reading])
    return found


def _all(reading: Year) -> tuple[float | None, ...]:
    return (reading.value, reading.low, reading.high, *(reading.core or ()))


class _Plot:
    """Where years and values lie on the canvas."""

    def __init__(self, series: Sequence[Series], words: TrendWords, look: Look) -> None:
        self.words, self.look = words, look
        self.size = 11.0 if look.narrow else 12.0
        self.height = HEIGHTS[look.narrow]
        numbers = [n for one in series for r in one.readings for n in _all(r) if n is not None]
        years = [r.year for one in series for r in one.readings]
        self.ticks = ticks(max(numbers, default=0.0), 4 if look.narrow else 5)
        self.first, self.last = min(years, default=2000), max(years, default=2001)
        self.told = [words.spell(tick) for tick in self.ticks]
        self.left = min(max(breadth(text, self.size) for text in self.told) + 10, look.width * 0.25)
        self.room = self._gutter(series)
        self.right = look.width - self.room - 12
        self.top, self.bottom = self.size * LEADING + 14, self.height - _FOOT

    def _gutter(self, series: Sequence[Series]) -> float:
        """Room on the right for the names: as much as they need, at most a share of the width."""
        most = self.look.width * (0.3 if self.look.narrow else 0.24)
        widest = max((breadth(text, self.size, BOLD) for one in series for text in (one.name, one.told)), default=0.0)
        return min(widest + 4, most)

    def x(self, year: float) -> float:
        """px of a year; a single year stands in the middle."""
        if self.first == self.last:
            return (self.left + self.right) / 2
        return self.left + 6 + (self.right - self.left - 12) * (year - self.first) / (self.last - self.first)

    def y(self, value: float) -> float:
        """px of a value."""
        return self.bottom - (self.bottom - self.top) * value / self.ticks[-1]

    def _text(self, x: float, y: float, text: str, anchor: Anchor = "start") -> Line:
        return Line(x=x, y=y, text=text, size=self.size, fill=self.look.ink.muted, anchor=anchor)

    def grid(self) -> str:
        """Horizontal rules with their values, years, and the unit."""
        ink = self.look.ink
        rules = [
            rule((self.left, self.y(tick)), (self.right, self.y(tick)), ink.muted if tick == 0 else ink.grid)
            for tick in self.ticks
        ]
        lines = [
            self._text(self.left - 8, self.y(tick) + self.size * 0.36, shortened(text, self.left - 8, self.size), "end")
            for tick, text in zip(self.ticks, self.told, strict=True)
        ]
        unit = shortened(self.words.unit, self.look.width - 4, self.size)
        lines.append(
            self._text(self.look.width, self.size, unit, "end") if self.look.rtl else self._text(0, self.size, unit)
        )
        return "".join(rules) + written([*lines, *self._years()], rtl=self.look.rtl)

    def _years(self) -> list[Line]:
        """Years at a round step, the last one always; those too close to the last give way."""
        told = {year: self.words.year(year) for year in (self.first, self.last)}
        room = max(breadth(text, self.size) for text in told.values()) + 14
        span = max(1, self.last - self.first)
        step = next((s for s in (1, 2, 5, 10, 20, 50) if (self.right - self.left) * s / span >= room), span)
        shown = [
            y for y in range(self.last, self.first - 1, -1) if y % step == 0 and self.x(self.last) - self.x(y) >= room
        ]
        lines = [
            self._text(self.x(year), self.bottom + self.size + 7, self.words.year(year), "middle")
            for year in [*reversed(shown), self.last]
        ]
        return [line for line in lines if line.box().left >= 0]

    def bands(self, one: Series, colour: str) -> str:
        """The intervals as two tints, each interrupted where none is stated."""
        wide = [(r.year, r.low, r.high) for r in one.readings if r.low is not None and r.high is not None]
        core = [(r.year, *r.core) for r in one.readings if r.core is not None]
        return self._band(wide, colour, "0.16") + self._band(core, colour, "0.26")

    def _band(self, spans: Sequence[tuple[int, float, float]], colour: str, opacity: str) -> str:
        out = ""
        for run in _consecutive(spans):
            half = 3.0 if len(run) == 1 else 0.0  # a lone year's interval is a narrow column
            up = [(self.x(year) + side * half, self.y(high)) for year, _, high in run for side in _sides(half)]
            down = [(self.x(year) + side * half, self.y(low)) for year, low, _ in run for side in _sides(half)]
            out += f'<path d="{_path([*up, *reversed(down)])}Z" fill="{colour}" fill-opacity="{opacity}"/>'
        return out

    def line(self, one: Series, colour: str) -> str:
        """The line in its runs; single years, and all points where there are few, as dots; the last one bigger."""
        out = ""
        dash = ' stroke-dasharray="5 4"' if one.projected else ""
        marked = self.last - self.first <= _DOTTED and not one.projected
        radius = 2.0 if self.look.narrow else 2.6
        points: list[tuple[float, float]] = []
        for run in runs(one.readings, one.step):
            points = [(self.x(r.year), self.y(r.value or 0)) for r in run]
            if len(points) > 1:
                stroke = f'stroke="{colour}" stroke-width="2.2" stroke-linejoin="round"{dash}'
                out += f'<path d="{_path(points)}" fill="none" {stroke}/>'
            out += "".join(dot(x, y, radius, colour) for x, y in points if marked or len(points) == 1)
        return out + (dot(*points[-1], radius + 1.2, colour) if points else "")

    def names(self, series: Sequence[Series]) -> str:
        """Each name and last value in the gutter beside the line's end, kept apart; a fine line where they were moved."""
        ended = [
            (one, colour, end) for one, colour in _coloured(series, self.look) if (end := self._end(one)) is not None
        ]
        texts = [wrapped(one.name, self.room, self.size) for one, _, _ in ended]
        step = self.size * LEADING
        high = max((len(text) + 1 for text in texts), default=0) * step
        wanted = [end[1] for _, _, end in ended]
        places = apart(wanted, high + 3, step + 4 + high / 2, self.bottom - high / 2 + 2)
        out = ""
        for (one, colour, end), text, place in zip(ended, texts, places, strict=True):
            if abs(place - end[1]) > 5 or self.right - end[0] > 12:
                out += rule((end[0] + 5, end[1]), (self.right + 7, place), colour, 0.7)
            out += self._name([*text, shortened(one.told, self.room, self.size, BOLD)], place, colour)
        return out

    def _end(self, one: Series) -> tuple[float, float] | None:
        """Where the last known value stands."""
        known = [(r.year, r.value) for r in one.readings if r.value is not None]
        return (self.x(max(known)[0]), self.y(max(known)[1])) if known else None

    def _name(self, text: Sequence[str], middle: float, colour: str) -> str:
        step, top = self.size * LEADING, middle - len(text) * self.size * LEADING / 2
        names = [
            Line(x=self.right + 10, y=top + (i + 0.82) * step, text=line, size=self.size, fill=colour, weight=BOLD if i == len(text) - 1 else 400)
            for i, line in enumerate(text)
        ]  # fmt: skip
        return written(names, rtl=self.look.rtl)


def _sides(half: float) -> tuple[int, ...]:
    return (-1, 1) if half else (0,)


def _consecutive(spans: Sequence[tuple[int, float, float]]) -> list[list[tuple[int, float, float]]]:
    found: list[list[tuple[int, float, float]]] = []
    for span in sorted(spans):
        if found and found[-1][-1][0] == span[0] - 1:
            found[-1].append(span)
        else:
            found.append([span])
    return found


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{number(x)},{number(y)}" for x, y in points)
