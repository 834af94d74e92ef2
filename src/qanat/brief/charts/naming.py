"""Names and numbers on a flow map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from qanat.brief.charts.arrows import DENSE
from qanat.brief.charts.boxes import Box
from qanat.brief.charts.flows import Partner
from qanat.brief.charts.labels import Obstacles, Wish, placed
from qanat.brief.charts.land import Point
from qanat.brief.charts.lettering import BOLD, LEADING, Line, breadth, wrapped, written
from qanat.brief.charts.reading import rule
from qanat.brief.charts.staging import Marked, Stage

SIZES: Final = (12.5, 11.0)  # px of the letters on a wide and on a narrow map
ROOM: Final = 10.5  # em; longer names are broken into two lines, then shortened
FAR: Final = 18.0  # px from which a label gets a leader line
MISSING: Final = 500.0  # what a label without a place costs
_Text = tuple[str, int, str]  # what, how bold, which colour


def names(stage: Stage) -> tuple[str, list[Partner]]:
    """The labels, and the partners for whose name no place was left.

    Each label takes the best place left, so the order matters: a few are tried, and the one that costs least is kept.
    """
    by_room = sorted(stage.marked, key=lambda mark: _room(stage, mark))
    outside_first = sorted(stage.marked, key=lambda mark: not mark.outside)
    tried = [_named(stage, order) for order in (outside_first, by_room, by_room[::-1], outside_first[::-1])]
    best = min(tried, key=lambda naming: naming.cost)
    return "".join(best.parts), best.unplaced


def _named(stage: Stage, order: Sequence[Marked]) -> _Naming:
    ink, naming = stage.look.ink, _Naming(stage)
    naming.write([(stage.flows.focus.name, 700, ink.focus_text)], stage.origin, _quiet(stage))
    for mark in order:
        texts = [(mark.partner.name, BOLD, ink.text), (mark.partner.told, 400, ink.text)]
        if not naming.write(texts, *_spot(stage, mark)):
            naming.unplaced.append(mark.partner)
    return naming


class _Naming:
    def __init__(self, stage: Stage) -> None:
        view = stage.view
        self.look, self.size = stage.look, SIZES[stage.look.narrow]
        self.parts: list[str] = []
        self.unplaced: list[Partner] = []
        self.cost = 0.0
        self.obstacles = Obstacles(
            canvas=Box(3, 3, view.width - 3, view.height - 3),
            labels=[],
            heads=[mark.arrow.head_box() for mark in stage.marked] + [Box(*stage.origin, *stage.origin).grown(5)],
            ends=[_other_end(stage, mark) for mark in stage.marked],
            dots=[point for mark in stage.marked for point in mark.arrow.along(DENSE)],
        )

    def write(self, texts: Sequence[_Text], at: Point, towards: Point) -> bool:
        """Whether there was room; if so the label is written and others keep clear of it."""
        lines = [
            (line, weight, fill)
            for text, weight, fill in texts
            for line in wrapped(text, ROOM * self.size, self.size, weight)
        ]
        wide = max((breadth(line, self.size, weight) for line, weight, _ in lines), default=0.0) + 3
        wish = Wish(wide=wide, high=len(lines) * self.size * LEADING, at=at, towards=towards)
        found = placed(wish, self.obstacles)
        if found is None:
            self.cost += MISSING
            return False
        self.cost += found[0]
        self.obstacles.labels.append(found[1].grown(1.5))
        self.parts.append(self._leader(found[1], at) + self._written(lines, found[1]))
        return True

    def _leader(self, box: Box, at: Point) -> str:
        """A thin line to what a label names, where it had to be put far off."""
        if box.gap(*at) < FAR:
            return ""
        nearest = (min(max(at[0], box.left), box.right), min(max(at[1], box.top), box.bottom))
        return rule(at, nearest, self.look.ink.paper, 2.6) + rule(at, nearest, self.look.ink.text, 0.8)

    def _written(self, lines: Sequence[_Text], box: Box) -> str:
        step = self.size * LEADING
        placed_lines = [
            Line(
                x=(box.left + box.right) / 2,
                y=box.top + (i + 0.82) * step,
                text=line,
                size=self.size,
                weight=weight,
                fill=fill,
                anchor="middle",
            )
            for i, (line, weight, fill) in enumerate(lines)
        ]
        return written(placed_lines, rtl=self.look.rtl, halo=self.look.ink.paper)


def _other_end(stage: Stage, mark: Marked) -> Point:
    return mark.arrow.tip if stage.flows.direction == "outward" else mark.arrow.start


def _room(stage: Stage, mark: Marked) -> float:
    """Distance in px of the named point from the nearer side of the map: whoever has least room chooses first."""
    x, _ = _other_end(stage, mark)
    return -1.0 if mark.outside else min(x, stage.view.width - x)


def _quiet(stage: Stage) -> Point:
    """The direction around the dot with the widest gap between arrows; up where there are none."""
    x0, y0 = stage.origin
    angles = sorted(math.atan2(y - y0, x - x0) for x, y in (_other_end(stage, mark) for mark in stage.marked))
    if not angles:
        return 0.0, -1.0
    gaps = [(after - before) % math.tau for before, after in zip(angles, [*angles[1:], angles[0]], strict=True)]
    widest = max(gaps) or math.tau
    middle = angles[gaps.index(max(gaps))] + widest / 2
    return math.cos(middle), math.sin(middle)


def _spot(stage: Stage, mark: Marked) -> tuple[Point, Point]:
    """The point a label names, and the direction from there in which it would best lie."""
    end, (ux, uy) = _other_end(stage, mark), mark.arrow.heading
    if stage.flows.direction == "inward":
        ux, uy = -mark.arrow.setting_out[0], -mark.arrow.setting_out[1]
    if not mark.outside:
        return end, (ux, uy)
    inwards = (stage.view.width / 2 - end[0], stage.view.height / 2 - end[1])
    return end, (-uy, ux) if ux * inwards[1] > uy * inwards[0] else (uy, -ux)
