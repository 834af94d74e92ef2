"""What something is worth so far, year by year: lines with their intervals around a line of zero."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from qanat.brief.charts.boxes import apart
from qanat.brief.charts.lettering import BOLD, LEADING, Anchor, Line, breadth, number, shortened, wrapped, written
from qanat.brief.charts.reading import dot, rule
from qanat.brief.charts.sheet import MOST, Chart, Heading, Look, sheet
from qanat.brief.charts.ticks import ticks
from qanat.errors import BriefError

HEIGHTS: Final = (320.0, 270.0)  # px, wide and narrow
_FOOT: Final = 26.0  # px under the axis, for the years


@dataclass(frozen=True, slots=True, kw_only=True)
class SoFar:
    """What one side has after each year, from year 1: median and interval; told is its last median as it is printed."""

    name: str
    medians: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorthWords:
    """Every word on the chart: what the numbers are, how numbers and years are spelt."""

    heading: Heading
    unit: str
    spell: Callable[[float], str]
    year: Callable[[int], str]


def worth(sides: Sequence[SoFar], words: WorthWords, look: Look) -> Chart:
    """One to three lines with a band each; the line of zero is dark, since crossing it is the point.

    Time runs from left to right in every language. Raises BriefError for a number that cannot be drawn.
    """
    wrong = [f"{one.name} = {n}" for one in sides for n in (*one.lows, *one.medians, *one.highs) if not -MOST <= n <= MOST]  # fmt: skip
    if wrong or not sides or not sides[0].medians:
        raise BriefError(f"chart {look.name}: nothing to draw, or numbers beyond drawing: {'; '.join(wrong)}")
    plot = _Plot(sides, words, look)
    return sheet(look, plot.height, words.heading, [plot.grid(), *plot.bands(), *plot.lines(), plot.names()])


class _Plot:
    def __init__(self, sides: Sequence[SoFar], words: WorthWords, look: Look) -> None:
        self.sides, self.words, self.look = sides, words, look
        self.size = 11.0 if look.narrow else 12.0
        self.height = HEIGHTS[look.narrow]
        self.marks = signed_ticks(min(n for one in sides for n in one.lows), max(n for one in sides for n in one.highs), 4 if look.narrow else 6)  # fmt: skip
        self.told = [words.spell(tick) for tick in self.marks]
        self.left = min(max(breadth(text, self.size) for text in self.told) + 10, look.width * 0.28)
        widest = max(breadth(text, self.size, BOLD) for one in sides for text in (one.name, one.told))
        self.room = min(widest + 4, look.width * (0.3 if look.narrow else 0.24))
        self.right = look.width - self.room - 12
        self.top, self.bottom = self.size * LEADING + 14, self.height - _FOOT
        self.years = len(sides[0].medians)

    def x(self, year: int) -> float:
        """px of a year from 1."""
        span = max(self.years - 1, 1)
        return self.left + 6 + (self.right - self.left - 12) * (year - 1) / span

    def y(self, value: float) -> float:
        """px of a value."""
        low, high = self.marks[0], self.marks[-1]
        return self.bottom - (self.bottom - self.top) * (value - low) / (high - low)

    def grid(self) -> str:
        """Rules with their values, the years, and the unit."""
        ink = self.look.ink
        rules = "".join(
            rule((self.left, self.y(tick)), (self.right, self.y(tick)), ink.text if tick == 0 else ink.grid)
            for tick in self.marks
        )
        lines = [
            self._text(self.left - 8, self.y(tick) + self.size * 0.36, shortened(text, self.left - 8, self.size), "end")
            for tick, text in zip(self.marks, self.told, strict=True)
        ]
        unit = shortened(self.words.unit, self.look.width - 4, self.size)
        lines.append(self._text(self.look.width if self.look.rtl else 0, self.size, unit, "end" if self.look.rtl else "start"))  # fmt: skip
        return rules + written([*lines, *self._years()], rtl=self.look.rtl)

    def _years(self) -> list[Line]:
        """Years as far as they find room, the last one always."""
        room = max(breadth(self.words.year(y), self.size) for y in (1, self.years)) + 12
        each = (self.right - self.left) / max(self.years - 1, 1)
        step = next((s for s in (1, 2, 5, 10, 25) if each * s >= room), self.years)
        shown = range(self.years, 0, -step)
        return [self._text(self.x(y), self.bottom + self.size + 7, self.words.year(y), "middle") for y in shown]

    def _text(self, x: float, y: float, text: str, anchor: Anchor) -> Line:
        return Line(x=x, y=y, text=text, size=self.size, fill=self.look.ink.muted, anchor=anchor)

    def bands(self) -> list[str]:
        """The intervals as tints."""
        out: list[str] = []
        for rank, one in enumerate(self.sides):
            up = [(self.x(at), self.y(high)) for at, high in enumerate(one.highs, 1)]
            down = [(self.x(at), self.y(low)) for at, low in enumerate(one.lows, 1)]
            out.append(f'<path d="{_path([*up, *reversed(down)])}Z" fill="{self._colour(rank)}" fill-opacity="0.15"/>')
        return out

    def lines(self) -> list[str]:
        """The medians, their last points marked."""
        out: list[str] = []
        for rank, one in enumerate(self.sides):
            points = [(self.x(at), self.y(value)) for at, value in enumerate(one.medians, 1)]
            colour = self._colour(rank)
            line = (
                f'<path d="{_path(points)}" fill="none" stroke="{colour}" stroke-width="2.2" stroke-linejoin="round"/>'
            )
            out.append((line if len(points) > 1 else "") + dot(*points[-1], 3.8, colour))
        return out

    def names(self) -> str:
        """Each side's name and last value beside its line's end, kept apart."""
        texts = [wrapped(one.name, self.room, self.size) for one in self.sides]
        step = self.size * LEADING
        high = max(len(text) + 1 for text in texts) * step
        wanted = [self.y(one.medians[-1]) for one in self.sides]
        places = apart(wanted, high + 3, step + 4 + high / 2, self.bottom - high / 2 + 2)
        out = ""
        for rank, (one, text, at, place) in enumerate(zip(self.sides, texts, wanted, places, strict=True)):
            colour = self._colour(rank)
            if abs(place - at) > 5:
                out += rule((self.x(self.years) + 5, at), (self.right + 7, place), colour, 0.7)
            lines = [*text, shortened(one.told, self.room, self.size, BOLD)]
            top = place - len(lines) * step / 2
            told = [
                Line(x=self.right + 10, y=top + (i + 0.82) * step, text=line, size=self.size, fill=colour, weight=BOLD if i == len(lines) - 1 else 400)
                for i, line in enumerate(lines)
            ]  # fmt: skip
            out += written(told, rtl=self.look.rtl)
        return out

    def _colour(self, rank: int) -> str:
        inks = self.look.ink.series
        return inks[rank % len(inks)]


def signed_ticks(low: float, high: float, most: int = 6) -> tuple[float, ...]:
    """Tick values by one round step from the first not above `low` to the first not below `high`, 0 among them."""
    span = max(high, 0.0) - min(low, 0.0)
    step = ticks(max(span, 1.0), most)[1]
    first = 0
    while first * step > low:
        first -= 1
    last = 1
    while last * step < high:
        last += 1
    return tuple(step * n for n in range(first, last + 1))


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{number(x)},{number(y)}" for x, y in points)
