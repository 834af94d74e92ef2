"""Women and men by age: who is counted solid, who is estimated hatched, and those whose age or sex nobody wrote down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from qanat.brief.charts.hatch import hatched
from qanat.brief.charts.lettering import BOLD, LEADING, Line, breadth, number, shortened, wrapped, written
from qanat.brief.charts.reading import rect
from qanat.brief.charts.sheet import Chart, Heading, Look, require_drawable, sheet

_BAR: Final = 24.0  # px
_STEP: Final = 29.0  # px from one band to the next
_INSIDE: Final = 8.0  # px kept free at both ends of a number inside its bar
_THINNEST: Final = 1.0  # px below which an estimate cannot be told from the counted
_SWATCH: Final = 17.0  # px of a key's swatch with its gap
_SWATCHES: Final = 2 * _SWATCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """Women and girls, or men and boys, of one age band.

    value     counted; null = not known;  told  as it is to be printed
    estimate  everyone, counted or not, by an estimate: what it has beyond the counted is hatched; null = no estimate
    """

    value: float | None
    told: str
    estimate: float | None = None

    @property
    def longest(self) -> float | None:
        """The larger of both; null where neither is known."""
        known = [one for one in (self.value, self.estimate) if one is not None]
        return max(known, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """An age band, oldest first in a pyramid. age_known false = the band of unknown age, drawn last and lighter."""

    label: str
    women: Half
    men: Half
    age_known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """What a pyramid shows. sex_unknown: people whose sex is not known; null = no such people were published."""

    bands: tuple[Band, ...]
    sex_unknown: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PyramidWords:
    """Every word on a pyramid. sex_unknown is one sentence with its number ("sex not known: 1.2 million").

    counted, estimated  the key to solid and hatched; drawn where a half has an estimate
    """

    heading: Heading
    women: str
    men: str
    sex_unknown: str = ""
    counted: str = ""
    estimated: str = ""


def pyramid(people: People, words: PyramidWords, look: Look) -> Chart:
    """Women to the left, men to the right, bars to one scale, each with its number; never a bar without it.

    Under them, to the same scale, a bar of the people whose sex is not known; where it is longer than the drawing it
    is broken and only its number counts. Hatched is what an estimate adds to the counted, with a key below. Raises
    BriefError where a number can't be drawn.
    """
    both = [(band.label, half) for band in people.bands for half in (band.women, band.men)]
    halves = [(label, value) for label, half in both for value in (half.value, half.estimate)]
    require_drawable(look, [*halves, (words.sex_unknown, people.sex_unknown)])
    plan = _Plan(people, look)
    top = plan.size * LEADING + 10
    marks = [plan.heads(words)]
    for band in sorted(people.bands, key=lambda band: not band.age_known):
        marks.append(plan.band(band, top))
        top += _STEP
    if people.sex_unknown is not None:
        strip, top = plan.strip(people.sex_unknown, words.sex_unknown, top + 8)
        marks.append(strip)
    if any(half.estimate is not None for _, half in both):
        told = [(True, words.counted)] if any(half.value for _, half in both) else []
        key, top = plan.key([*told, (False, words.estimated)], top + 6)
        marks.append(key)
    return sheet(look, top + 2, words.heading, marks)


class _Plan:
    """Columns and scale."""

    def __init__(self, people: People, look: Look) -> None:
        self.look = look
        self.size = 11.0 if look.narrow else 12.0
        widest = max((breadth(band.label, self.size) for band in people.bands), default=0.0)
        self.spine = min(max(widest + 20, 56.0), look.width * 0.3)  # px between the sides, for the ages
        self.left, self.right = (look.width - self.spine) / 2, (look.width + self.spine) / 2
        halves = [half for band in people.bands for half in (band.women, band.men)]
        told = [(half.longest, half.told, half.estimate is not None) for half in halves]
        self.room = self.left  # px of the longest bar
        largest = max((value for value, _, _ in told if value), default=0.0)
        self.scale = self._scale(told, largest)

    def _scale(self, told: Sequence[tuple[float | None, str, bool]], largest: float) -> float:
        """px a person, so that every bar and the number beside it fit; beside a hatched one it is never inside."""
        if not largest:
            return 0.0
        scale = self.room / max(largest, 1e-6)
        for value, text, hatch in told:
            beside = breadth(self._told(text), self.size) + 8
            if value and (hatch or value * scale < beside + _INSIDE):
                scale = min(scale, max(self.room - beside, 0.0) / value)
        return scale

    def _told(self, text: str) -> str:
        """A number as far as it fits into half the room beside a bar."""
        return shortened(text, self.room / 2, self.size)

    def heads(self, words: PyramidWords) -> str:
        """The two sides' names above their bars."""
        ink, y = self.look.ink, self.size
        women = shortened(words.women, self.left - 4, self.size, BOLD)
        men = shortened(words.men, self.left - 4, self.size, BOLD)
        lines = [
            Line(x=self.left, y=y, text=women, size=self.size, weight=BOLD, fill=ink.text, anchor="end"),
            Line(x=self.right, y=y, text=men, size=self.size, weight=BOLD, fill=ink.text),
        ]
        return written(lines, rtl=self.look.rtl)

    def band(self, band: Band, top: float) -> str:
        """One row: two bars, two numbers, the age between them."""
        ink = self.look.ink
        label = shortened(band.label, self.spine - 6, self.size)
        age = Line(
            x=self.look.width / 2, y=top + _BAR / 2 + self.size * 0.36, text=label, size=self.size, fill=ink.muted,
            anchor="middle",
        )  # fmt: skip
        women = ink.women if band.age_known else ink.women_light
        men = ink.men if band.age_known else ink.men_light
        sides = self._half(band.women, top, -1, women) + self._half(band.men, top, 1, men)
        return sides + written([age], rtl=self.look.rtl)

    def _half(self, half: Half, top: float, side: int, fill: str) -> str:
        ink, root = self.look.ink, self.left if side < 0 else self.right
        solid, long = (half.value or 0.0) * self.scale, (half.longest or 0.0) * self.scale
        bar = rect(min(root, root + side * solid), top, solid, _BAR, fill) if half.value else ""
        if long - solid > _THINNEST:
            ends = sorted((root + side * solid, root + side * long))
            bar += hatched((ends[0], ends[1]), (top, top + _BAR), fill)
        told = self._told(half.told)
        inside = solid >= breadth(told, self.size) + 2 * _INSIDE and long - solid <= _THINNEST
        x = root + side * (long - _INSIDE if inside else long + 6)
        outward = inside if side > 0 else not inside
        colour = ink.paper if inside and fill == ink.women else ink.text
        line = Line(
            x=x, y=top + _BAR / 2 + self.size * 0.36, text=told, size=self.size, fill=colour,
            anchor="end" if outward else "start",
        )  # fmt: skip
        return bar + written([line], rtl=self.look.rtl)

    def key(self, entries: Sequence[tuple[bool, str]], top: float) -> tuple[str, float]:
        """What solid and hatched mean, an entry a line or more: both colours as swatches, then the words; and where it ends."""
        ink, out = self.look.ink, ""
        for solid, text in entries:
            lines = wrapped(text, self.look.width - _SWATCHES - 6, self.size)
            for at, fill in enumerate((ink.women, ink.men)):
                start = self.look.width - _SWATCHES + at * _SWATCH if self.look.rtl else at * _SWATCH
                out += rect(start, top + 2, _SWATCH - 3, 10, fill) if solid else hatched((start, start + _SWATCH - 3), (top + 2, top + 12), fill)  # fmt: skip
            x = self.look.width - _SWATCHES - 6 if self.look.rtl else _SWATCHES + 6
            told = [
                Line(
                    x=x,
                    y=top + (at + 0.82) * self.size * LEADING,
                    text=line,
                    size=self.size,
                    fill=ink.muted,
                    anchor="end" if self.look.rtl else "start",
                )
                for at, line in enumerate(lines)
            ]
            out += written(told, rtl=self.look.rtl)
            top += max(len(lines), 1) * self.size * LEADING + 3
        return out, top

    def strip(self, value: float, told: str, top: float) -> tuple[str, float]:
        """The people whose sex is not known: their sentence, and under it their bar; and where both end."""
        ink = self.look.ink
        lines = wrapped(told, self.look.width - 4, self.size)
        x = self.look.width / 2
        texts = [
            Line(
                x=x,
                y=top + (i + 0.82) * self.size * LEADING,
                text=line,
                size=self.size,
                fill=ink.muted,
                anchor="middle",
            )
            for i, line in enumerate(lines)
        ]
        below = top + len(lines) * self.size * LEADING + 4
        long = value * self.scale
        if not self.scale or long > self.look.width:
            bar = self._broken(below)
        else:
            bar = rect((self.look.width - long) / 2, below, long, _BAR / 2, ink.neither)
        return written(texts, rtl=self.look.rtl) + bar, below + _BAR / 2

    def _broken(self, top: float) -> str:
        """A bar as wide as the drawing with a gap that says: longer than this."""
        ink, middle, high = self.look.ink, self.look.width * 0.8, _BAR / 2
        bar = rect(0, top, self.look.width, high, ink.neither)
        gap = "".join(
            f'<path d="M{number(middle + shift - 4)},{number(top + high + 2)}L{number(middle + shift + 4)},{number(top - 2)}" '
            f'stroke="{ink.paper}" stroke-width="3"/>'
            for shift in (-5, 5)
        )
        return bar + gap
