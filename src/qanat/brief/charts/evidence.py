"""One group, one place, one year: what every counter says, which figures are one count, and the picture they make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from qanat.brief.charts.lettering import BOLD, LEADING, Line, breadth, number, shortened, wrapped, written
from qanat.brief.charts.reading import Reading, dot, rule
from qanat.brief.charts.sheet import Chart, Heading, Look, require_drawable, sheet
from qanat.brief.charts.ticks import ticks

_ROW: Final = 26.0  # px
_GAP: Final = 10.0  # px between the counters and the picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What one counter says, with its interval. count = which count it is: marks of one count are joined."""

    counter: str
    value: float
    told: str
    low: float
    high: float
    count: str
    shown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """The picture: median and 80 % interval."""

    name: str
    median: float
    told: str
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceWords:
    """Every word on the chart."""

    heading: Heading
    unit: str
    spell: Callable[[float], str]


def evidence(marks: Sequence[Mark], whole: Whole | None, words: EvidenceWords, look: Look) -> Chart:
    """A row a counter, a dot for its value and a line for its interval; copies of one count joined; the picture below.

    The picture's interval is a band behind all rows, its median a line through them. The displayed figure is filled, the
    others are rings. In Arabic the axis runs from the right. Raises BriefError where a number can't be drawn.
    """
    numbers = [(mark.counter, value) for mark in marks for value in (mark.value, mark.low, mark.high)]
    numbers += [(whole.name, value) for value in (whole.median, whole.low, whole.high)] if whole else []
    require_drawable(look, numbers)
    plan = _Plan(_joined(marks), whole, words, look)
    return sheet(look, plan.bottom + plan.size * LEADING + 6, words.heading, plan.drawn())


def _joined(marks: Sequence[Mark]) -> list[Mark]:
    """Marks of one count next to each other, in the order in which each count first comes."""
    order = list(dict.fromkeys(mark.count for mark in marks))
    return sorted(marks, key=lambda mark: order.index(mark.count))


class _Plan:
    def __init__(self, marks: list[Mark], whole: Whole | None, words: EvidenceWords, look: Look) -> None:
        self.marks, self.whole, self.words, self.look = marks, whole, words, look
        self.size = 11.0 if look.narrow else 12.0
        self.reading = Reading(look.width, look.rtl)
        names = [mark.counter for mark in marks] + ([whole.name] if whole else [])
        told = [mark.told for mark in marks] + ([whole.told] if whole else [])
        self.start = self._column(names, 0.3) + 14
        self.end = look.width - self._column(told, 0.26) - 14
        most = [mark.high for mark in marks] + ([whole.high] if whole else [])
        self.ticks = ticks(max(most, default=0.0), 3 if look.narrow else 5)
        self.unit = wrapped(words.unit, look.width - 4, self.size)
        self.top = (len(self.unit) + 0.5) * self.size * LEADING
        self.bottom = self.top + len(marks) * _ROW + ((_GAP + _ROW) if whole else 0.0)

    def _column(self, texts: Sequence[str], most: float) -> float:
        widest = max((breadth(text, self.size, BOLD) for text in texts), default=0.0)
        return min(widest + 1, self.look.width * most)

    def at(self, value: float) -> float:
        """px on the canvas."""
        return self.reading.x(self.start + (self.end - self.start) * value / self.ticks[-1])

    def row(self, at: int) -> float:
        """The middle of a counter's row."""
        return self.top + (at + 0.5) * _ROW

    def drawn(self) -> list[str]:
        """All marks, from the back to the front."""
        head = "".join(
            self._text(0, (line + 1) * self.size * LEADING - 3, text, self.look.ink.muted)
            for line, text in enumerate(self.unit)
        )
        rows = [self._mark(at, mark) for at, mark in enumerate(self.marks)]
        return [head, self._rules(), self._band(), self._joins(), *rows, self._whole(), self._axis()]

    def _text(self, x: float, y: float, text: str, fill: str, weight: int = 400) -> str:
        line = Line(x=self.reading.x(x), y=y, text=text, size=self.size, fill=fill, weight=weight, anchor=self.reading.anchor("start"))  # fmt: skip
        return written([line], rtl=self.look.rtl)

    def _rules(self) -> str:
        ink = self.look.ink
        places = [(self.at(tick), ink.grid if tick else ink.muted) for tick in self.ticks]
        return "".join(rule((x, self.top), (x, self.bottom), colour) for x, colour in places)

    def _band(self) -> str:
        if self.whole is None:
            return ""
        left, right = sorted((self.at(self.whole.low), self.at(self.whole.high)))
        middle = self.at(self.whole.median)
        return (
            f'<rect x="{number(left)}" y="{number(self.top)}" width="{number(right - left)}" '
            f'height="{number(self.bottom - self.top)}" fill="{self.look.ink.accent}" fill-opacity="0.1"/>'
        ) + rule((middle, self.top), (middle, self.bottom), self.look.ink.accent, 1, "3 3")

    def _joins(self) -> str:
        out = ""
        for at in range(1, len(self.marks)):
            one, before = self.marks[at], self.marks[at - 1]
            if one.count == before.count:
                ends = (self.at(before.value), self.row(at - 1)), (self.at(one.value), self.row(at))
                out += rule(ends[0], ends[1], self.look.ink.women, 3)
        return out

    def _interval(self, low: float, high: float, y: float, colour: str) -> str:
        if high <= low:
            return ""
        ends = [(self.at(value), y) for value in (low, high)]
        return rule(ends[0], ends[1], colour, 2) + "".join(rule((x, y - 4), (x, y + 4), colour, 2) for x, _ in ends)

    def _names(self, y: float, name: str, told: str, weight: int) -> str:
        ink, down = self.look.ink, y + self.size * 0.36
        return self._text(0, down, shortened(name, self.start - 14, self.size, weight), ink.text, weight) + self._text(
            self.end + 14, down, shortened(told, self.look.width - self.end - 14, self.size, weight), ink.text, weight
        )

    def _mark(self, at: int, mark: Mark) -> str:
        ink, y, x = self.look.ink, self.row(at), self.at(mark.value)
        point = dot(x, y, 5.5, ink.women) if mark.shown else dot(x, y, 4.6, ink.paper, ink.women)
        names = self._names(y, mark.counter, mark.told, BOLD if mark.shown else 400)
        return names + self._interval(mark.low, mark.high, y, ink.women) + point

    def _whole(self) -> str:
        if self.whole is None:
            return ""
        ink, y, x = self.look.ink, self.bottom - _ROW / 2, self.at(self.whole.median)
        diamond = f'<path d="M{number(x)},{number(y - 7)}L{number(x + 7)},{number(y)}L{number(x)},{number(y + 7)}L{number(x - 7)},{number(y)}Z" fill="{ink.accent}"/>'
        names = self._names(y, self.whole.name, self.whole.told, BOLD)
        return names + self._interval(self.whole.low, self.whole.high, y, ink.accent) + diamond

    def _axis(self) -> str:
        lines, free = list[Line](), 0.0
        for tick in self.ticks:
            told, along = self.words.spell(tick), self.start + (self.end - self.start) * tick / self.ticks[-1]
            half = breadth(told, self.size) / 2
            if free <= along - half and along + half <= self.look.width:
                lines.append(Line(x=self.reading.x(along), y=self.bottom + self.size + 4, text=told, size=self.size, fill=self.look.ink.muted, anchor="middle"))  # fmt: skip
                free = along + half + 10
        return written(lines, rtl=self.look.rtl)
