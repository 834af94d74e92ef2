"""Ranked bars: who hosts, or where people come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from qanat.brief.charts.lettering import BOLD, LEADING, Line, breadth, shortened, wrapped, written
from qanat.brief.charts.reading import Reading
from qanat.brief.charts.sheet import Chart, Heading, Look, require_drawable, sheet

_BAR: Final = 16.0  # px
_STEP: Final = 27.0  # px from one bar to the next, where the label stands beside it
_GAP: Final = 10.0  # px between columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar. value null = not known, drawn without a bar; told and share as they are to be printed ("" = none).

    rest  whether it gathers those not shown one by one: drawn lighter, and last whatever its size
    """

    label: str
    value: float | None
    told: str
    share: str = ""
    rest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BarsWords:
    """Every word on ranked bars beside the bars' own: the columns' heads."""

    heading: Heading
    value: str = ""
    share: str = ""


def bars(rows: Sequence[Bar], words: BarsWords, look: Look) -> Chart:
    """Bars by size, the largest first, unknown ones last before the rest; label, value and share beside each.

    On a narrow drawing the label stands above its bar. In Arabic bars grow from the right.
    Raises BriefError where a number can't be drawn.
    """
    require_drawable(look, [(row.label, row.value) for row in rows])
    ranked = sorted(rows, key=lambda row: (row.rest, row.value is None, -(row.value or 0), row.label))
    plan = _Plan(ranked, words, look)
    marks, top = [plan.heads()], plan.top
    for row in ranked:
        drawn, top = plan.row(row, top)
        marks.append(drawn)
    return sheet(look, top + 2, words.heading, marks)


class _Plan:
    """Columns from where reading begins: label, bar, value, share."""

    def __init__(self, rows: Sequence[Bar], words: BarsWords, look: Look) -> None:
        self.words, self.look = words, look
        self.size = 11.5 if look.narrow else 12.5
        self.reading = Reading(look.width, look.rtl)
        width = look.width
        self.share_wide = self._column([words.share, *(row.share for row in rows)], width * 0.16)
        self.told_wide = self._column([words.value, *(row.told for row in rows)], width * 0.26)
        self.label_wide = self._column([row.label for row in rows], width * 0.34)
        self.start = 0.0 if look.narrow else self.label_wide + _GAP
        share_room = self.share_wide + _GAP if self.share_wide else 0.0
        self.told_end = width - share_room
        self.end = self.told_end - self.told_wide - _GAP
        self.largest = max((row.value for row in rows if row.value), default=0.0)
        self.top = self.size * LEADING + 8 if words.value or words.share else 4.0

    def _column(self, texts: Sequence[str], most: float) -> float:
        return min(max((breadth(text, self.size, BOLD) for text in texts), default=0.0) + 2, most)

    def _text(self, x: float, y: float, text: str, fill: str, end: bool = False, weight: int = 400) -> Line:
        anchor = self.reading.anchor("end" if end else "start")
        return Line(x=self.reading.x(x), y=y, text=text, size=self.size, fill=fill, weight=weight, anchor=anchor)

    def heads(self) -> str:
        """The columns' heads."""
        muted = self.look.ink.muted
        value = shortened(self.words.value, self.told_wide, self.size)
        share = shortened(self.words.share, self.share_wide, self.size)
        lines = [
            self._text(self.told_end, self.size, value, muted, end=True),
            self._text(self.look.width, self.size, share, muted, end=True),
        ]
        return written(lines, rtl=self.look.rtl)

    def row(self, row: Bar, top: float) -> tuple[str, float]:
        """One bar with its texts, and where it ends."""
        ink, step = self.look.ink, self.size * LEADING
        room = self.look.width - 4 if self.look.narrow else self.label_wide
        label = wrapped(row.label, room, self.size)
        above = len(label) * step if self.look.narrow else 0.0
        high = max(_STEP, len(label) * step + 6) if not self.look.narrow else above + _BAR + 12
        middle = top + above + _BAR / 2 + 3 if self.look.narrow else top + high / 2
        first = top + 0.82 * step if self.look.narrow else middle - len(label) * step / 2 + 0.82 * step
        base = middle + self.size * 0.36
        lines = [self._text(0, first + i * step, line, ink.text) for i, line in enumerate(label)]
        told = shortened(row.told, self.told_wide, self.size, BOLD)
        lines.append(self._text(self.told_end, base, told, ink.text, end=True, weight=BOLD))
        share = shortened(row.share, self.share_wide, self.size)
        lines.append(self._text(self.look.width, base, share, ink.muted, end=True))
        return self._bar(row, middle) + written(lines, rtl=self.look.rtl), top + high

    def _bar(self, row: Bar, middle: float) -> str:
        if not row.value:
            return ""
        ink = self.look.ink
        long = max((self.end - self.start) * min(row.value / self.largest, 1.0), 1.0)
        fill = ink.women_light if row.rest else ink.women
        return self.reading.bar(self.start, self.start + long, middle - _BAR / 2, _BAR, fill)
