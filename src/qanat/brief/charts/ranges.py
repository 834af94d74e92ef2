"""Sources side by side: who counted what, how far apart they are, and which one the picture chose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from qanat.brief.charts.lettering import BOLD, LEADING, Line, breadth, number, shortened, wrapped, written
from qanat.brief.charts.reading import Reading, dot, rule
from qanat.brief.charts.sheet import Chart, Heading, Look, require_drawable, sheet
from qanat.brief.charts.ticks import ticks

FLAGGED: Final = 0.25  # spread above which sources are said to differ
_ROW: Final = 24.0  # px


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What one counter says: a value with its interval, null where not known. chosen = the picture took this one."""

    counter: str
    value: float | None
    told: str
    low: float | None = None
    high: float | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One group of people and everyone who counted it."""

    group: str
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RangesWords:
    """Every word on a comparison. flag says how far apart the sources are, given their spread as a share."""

    heading: Heading
    unit: str
    spell: Callable[[float], str]
    flag: Callable[[float], str]


def spread(counts: Sequence[Count]) -> float | None:
    """How far the largest value is above the smallest, as a share of the smallest; null with fewer than two values.

    A smallest value of 0 with a larger one beside it is an infinite spread.
    """
    known = [count.value for count in counts if count.value is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    return high / low - 1 if low else float("inf") if high else 0.0


def ranges(groups: Sequence[Counted], words: RangesWords, look: Look) -> Chart:
    """A row for every counter, by group, on one axis from zero: a dot for the value, a line for its interval.

    The chosen value is filled, the others are rings; the spread between sources is shaded, and flagged above 25 %.
    In Arabic the axis runs from the right. Raises BriefError where a number can't be drawn.
    """
    named = [(f"{one.group}, {c.counter}", n) for one in groups for c in one.counts for n in (c.value, c.low, c.high)]
    require_drawable(look, named)
    plan = _Plan(groups, words, look)
    marks, top = list[str](), plan.size * LEADING + 8
    for one in groups:
        drawn, top = plan.group(one, top)
        marks.append(drawn)
    return sheet(look, top + 22, words.heading, [plan.unit(), *marks, plan.axis(top)])


class _Plan:
    def __init__(self, groups: Sequence[Counted], words: RangesWords, look: Look) -> None:
        self.words, self.look = words, look
        self.size = 11.0 if look.narrow else 12.0
        self.reading = Reading(look.width, look.rtl)
        counts = [count for one in groups for count in one.counts]
        self.start = self._column([c.counter for c in counts], 0.3) + 14
        self.end = look.width - self._column([c.told for c in counts], 0.26) - 14
        numbers = [n for c in counts for n in (c.value, c.low, c.high) if n is not None]
        self.ticks = ticks(max(numbers, default=0.0), 3 if look.narrow else 5)

    def _column(self, texts: Sequence[str], most: float) -> float:
        widest = max((breadth(text, self.size, BOLD) for text in texts), default=0.0)
        return min(widest + 1, self.look.width * most)

    def at(self, value: float) -> float:
        """px from where reading begins."""
        return self.start + (self.end - self.start) * value / self.ticks[-1]

    def _text(self, x: float, y: float, text: str, fill: str, weight: int = 400) -> str:
        line = Line(x=self.reading.x(x), y=y, text=text, size=self.size, fill=fill, weight=weight, anchor=self.reading.anchor("start"))  # fmt: skip
        return written([line], rtl=self.look.rtl)

    def unit(self) -> str:
        """What the numbers count, above everything."""
        return self._text(0, self.size, shortened(self.words.unit, self.look.width - 4, self.size), self.look.ink.muted)

    def axis(self, bottom: float) -> str:
        """The ticks' values, those left out that would touch another."""
        lines, free = list[Line](), 0.0
        for tick in self.ticks:
            x, told = self.at(tick), self.words.spell(tick)
            half = breadth(told, self.size) / 2
            if free <= x - half and x + half <= self.look.width:
                lines.append(self._tick(x, bottom + self.size + 4, told))
                free = x + half + 10
        return written(lines, rtl=self.look.rtl)

    def _tick(self, x: float, y: float, told: str) -> Line:
        muted = self.look.ink.muted
        return Line(x=self.reading.x(x), y=y, text=told, size=self.size, fill=muted, anchor="middle")

    def _rules(self, top: float, bottom: float) -> str:
        ink = self.look.ink
        places = [(self.reading.x(self.at(tick)), ink.grid if tick else ink.muted) for tick in self.ticks]
        return "".join(rule((x, top), (x, bottom), colour) for x, colour in places)

    def group(self, one: Counted, top: float) -> tuple[str, float]:
        """The group's name, its flag, and a row for each counter; and where they end."""
        ink, step = self.look.ink, self.size * LEADING
        apart = spread(one.counts)
        flag = self.words.flag(apart) if apart is not None and apart > FLAGGED else ""
        out, y = "", top + 4
        for line in wrapped(one.group, self.look.width - 4, self.size, BOLD):
            out += self._text(0, y + 0.82 * step, line, ink.text, BOLD)
            y += step
        told = wrapped(flag, self.look.width - 22, self.size) if flag else ()
        out += self._flag(y) if told else ""
        for line in told:
            out += self._text(14, y + 0.82 * step, line, ink.accent)
            y += step
        y += 4
        out += self._rules(y, y + len(one.counts) * _ROW) + self._shade(one.counts, y)
        for count in one.counts:
            out += self._row(count, y)
            y += _ROW
        return out, y + 6

    def _flag(self, top: float) -> str:
        """A small pennant."""
        pole, tip, y = self.reading.x(1), self.reading.x(9), top + 3
        return (
            f'<path d="M{number(pole)},{number(y + 10)}V{number(y)}L{number(tip)},{number(y + 3)}L{number(pole)},{number(y + 6)}" '
            f'fill="{self.look.ink.accent}" stroke="{self.look.ink.accent}" stroke-width="1"/>'
        )

    def _shade(self, counts: Sequence[Count], top: float) -> str:
        known = [count.value for count in counts if count.value is not None]
        if len(known) < 2 or max(known) == min(known):
            return ""
        ends = sorted((self.reading.x(self.at(min(known))), self.reading.x(self.at(max(known)))))
        return (
            f'<rect x="{number(ends[0])}" y="{number(top)}" width="{number(ends[1] - ends[0])}" '
            f'height="{number(len(counts) * _ROW)}" fill="{self.look.ink.women}" fill-opacity="0.1"/>'
        )

    def _row(self, count: Count, top: float) -> str:
        ink, y = self.look.ink, top + _ROW / 2
        weight = BOLD if count.chosen else 400
        out = self._text(
            0, y + self.size * 0.36, shortened(count.counter, self.start - 14, self.size, weight), ink.text, weight
        )
        told = shortened(count.told, self.look.width - self.end - 14, self.size, weight)
        out += self._text(self.end + 14, y + self.size * 0.36, told, ink.text, weight)
        if count.low is not None and count.high is not None:
            ends = [(self.reading.x(self.at(value)), y) for value in (count.low, count.high)]
            out += rule(ends[0], ends[1], ink.women, 2)
            out += "".join(rule((x, y - 4), (x, y + 4), ink.women, 2) for x, _ in ends)
        if count.value is None:
            return out
        x = self.reading.x(self.at(count.value))
        return out + (dot(x, y, 5.5, ink.women) if count.chosen else dot(x, y, 4.6, ink.paper, ink.women))
