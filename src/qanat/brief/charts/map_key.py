"""The key under a flow map: what colours, widths and greys mean, and who got no arrow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from qanat.brief.charts.arrows import Arrow
from qanat.brief.charts.flows import MapWords
from qanat.brief.charts.lettering import BOLD, LEADING, Line, breadth, shortened, wrapped, written
from qanat.brief.charts.reading import Reading, rect, rule
from qanat.brief.charts.sheet import Look

_GAP: Final = 30.0  # px between blocks
_ROW: Final = 17.0  # px from one entry to the next
_SAMPLE: Final = 30.0  # px, length of an arrow in the key


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is on the map and has to be explained."""

    ramp: tuple[float, ...]  # bounds of the fills
    arrows: tuple[float, ...]  # bounds of the widths
    widths: tuple[float, ...]  # px by class, as drawn
    coloured: bool
    beyond: bool  # an arrow leaves the map
    unsettled: bool
    rest: str  # "" = nobody


@dataclass(frozen=True, slots=True)
class _Block:
    wide: float
    high: float
    draw: Callable[[float, float], str]  # from where reading begins, and from the top


class Key:
    """Draws the key; its height depends on the width and the words."""

    def __init__(self, shown: Shown, words: MapWords, look: Look) -> None:
        self.shown, self.words, self.look = shown, words, look
        self.reading = Reading(look.width, look.rtl)
        self.size = 11.0

    def drawn(self, top: float) -> tuple[str, float]:
        """The key's marks from `top` px down, and where they end."""
        x, y, row, parts = 0.0, top, 0.0, list[str]()
        for block in self._blocks():
            if x and x + block.wide > self.look.width:
                x, y, row = 0.0, y + row + 12, 0.0
            parts.append(block.draw(x, y))
            x, row = x + block.wide + _GAP, max(row, block.high)
        y += row + (6 if self.shown.rest else 0)
        for line in wrapped(self.shown.rest, self.look.width - 4, self.size, most=4):
            y += self.size * LEADING
            parts.append(self._text(0, y, line))
        return "".join(parts), y + 6

    def _blocks(self) -> list[_Block]:
        blocks = [self._colours(), self._arrows()] if self.shown.coloured else []
        return [*blocks, self._swatches()]

    def _text(self, x: float, y: float, text: str, weight: int = 400, middle: bool = False) -> str:
        line = Line(
            x=self.reading.x(x), y=y, text=text, size=self.size, weight=weight,
            fill=self.look.ink.muted, anchor="middle" if middle else self.reading.anchor("start"),
        )  # fmt: skip
        return written([line], rtl=self.look.rtl)

    def _title(self, text: str, wide: float) -> tuple[list[str], float]:
        lines = wrapped(text, wide, self.size, BOLD)
        return list(lines), len(lines) * self.size * LEADING

    def _colours(self) -> _Block:
        told = [self.words.spell(bound) for bound in self.shown.ramp]
        ramp = self.look.ink.ramp[-(len(told) + 1) :]
        widest = max((breadth(text, self.size) for text in told), default=0.0)
        cell = min(max(34.0, widest + 8), self.look.width / len(ramp))
        wide = cell * len(ramp)
        title, high = self._title(self.words.colours, max(wide, 230.0))

        def draw(x: float, y: float) -> str:
            out = self._titled(x, y, title)
            for i, fill in enumerate(ramp):
                out += self.reading.bar(x + i * cell, x + (i + 1) * cell, y + high + 3, 11, fill)
            for i, text in enumerate(told):
                fit = shortened(text, cell - 2, self.size)
                out += self._text(x + (i + 1) * cell, y + high + 27, fit, middle=True)
            return out

        across = max([wide, *(breadth(line, self.size, BOLD) for line in title)])
        return _Block(across, high + 30, draw)

    def _titled(self, x: float, y: float, title: Sequence[str]) -> str:
        return "".join(self._text(x, y + (i + 0.82) * self.size * LEADING, line, BOLD) for i, line in enumerate(title))

    def _arrows(self) -> _Block:
        bounds = self.shown.arrows
        spans = [
            self.words.span(bounds[i - 1] if i else None, bounds[i] if i < len(bounds) else None)
            for i in range(len(bounds) + 1)
        ]
        room = self.look.width / 2 - _SAMPLE - 16
        spans = [shortened(text, room, self.size) for text in spans]
        column = _SAMPLE + 8 + max(breadth(text, self.size) for text in spans) + 14
        wide = column * (2 if len(spans) > 2 else 1)
        title, high = self._title(self.words.arrows, max(wide, 180.0))
        widths = self.shown.widths[-len(spans) :]

        def draw(x: float, y: float) -> str:
            out = self._titled(x, y, title)
            for i, (text, width) in enumerate(zip(spans, widths, strict=True)):
                left, middle = x + column * (i // 2), y + high + 10 + _ROW * (i % 2)
                out += self._sample(left, middle, width)
                out += self._text(left + _SAMPLE + 8, middle + 4, text)
            return out

        across = max([wide, *(breadth(line, self.size, BOLD) for line in title)])
        return _Block(across, high + 2 * _ROW + 2, draw)

    def _sample(self, x: float, y: float, width: float) -> str:
        start, tip = (self.reading.x(x), y), (self.reading.x(x + _SAMPLE), y)
        arrow = Arrow(start=start, bend=((start[0] + tip[0]) / 2, y), tip=tip, width=width)
        return f'<path d="{arrow.path()}" fill="{self.look.ink.accent}"/>'

    def _swatches(self) -> _Block:
        ink = self.look.ink
        entries = [(ink.focus, self.words.focus), (ink.land, self.words.none)]
        entries += [(ink.accent, self.words.beyond)] if self.shown.beyond else []
        entries += [(ink.unsettled, self.words.unsettled)] if self.shown.unsettled else []
        lines = [(fill, wrapped(text, min(190.0, self.look.width - 24), self.size)) for fill, text in entries]
        wide = 22 + max(breadth(line, self.size) for _, text in lines for line in text)
        high = sum(max(_ROW, len(text) * self.size * LEADING + 3) for _, text in lines)

        def draw(x: float, y: float) -> str:
            out = ""
            for fill, text in lines:
                out += self._swatch(x, y, fill)
                for i, line in enumerate(text):
                    out += self._text(x + 22, y + 12 + i * self.size * LEADING, line)
                y += max(_ROW, len(text) * self.size * LEADING + 3)
            return out

        return _Block(wide, high, draw)

    def _swatch(self, x: float, y: float, fill: str) -> str:
        """A patch of the fill; the accent stands for an arrow that stops at the edge."""
        ink = self.look.ink
        if fill != ink.accent:
            left = min(self.reading.x(x), self.reading.x(x + 14))
            return rect(left + 0.5, y + 2.5, 13, 10, fill, f' stroke="{ink.border}" stroke-width=".6"')
        start, tip = (self.reading.x(x), y + 7.5), (self.reading.x(x + 13), y + 7.5)
        short = Arrow(start=start, bend=((start[0] + tip[0]) / 2, y + 7.5), tip=tip, width=1.8)
        edge = rule((tip[0], y + 2), (tip[0], y + 13), ink.muted)
        return f'<path d="{short.path()}" fill="{fill}"/>{edge}'
