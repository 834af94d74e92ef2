"""Where labels go on a map: near what they name, off each other, inside the window."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass
class Places:
    """What is taken already in a window."""

    width: float
    height: float
    taken: list[Box] = field(default_factory=list[Box])

    def take(self, box: Box) -> None:
        """Keep others off this box."""
        self.taken.append(box)

    def best(self, candidates: Iterable[tuple[float, float]], wide: float, tall: float) -> tuple[float, float]:
        """The first candidate centre where a label is free; else the one it overlaps least. The place is then taken."""
        best: tuple[float, float, float] | None = None
        for x, y in candidates:
            left, top = (
                min(max(x - wide / 2, 3), self.width - wide - 3),
                min(max(y - tall / 2, 3), self.height - tall - 3),
            )
            box = (left, top, left + wide, top + tall)
            cost = sum(_shared(box, other) for other in self.taken) + 0.15 * (
                abs(left + wide / 2 - x) + abs(top + tall / 2 - y)
            )
            if best is None or cost < best[0] - 1e-9:
                best = (cost, left, top)
            if cost < 1e-9:
                break
        assert best is not None
        _, left, top = best
        self.take((left, top, left + wide, top + tall))
        return left + wide / 2, top + tall / 2


def _shared(one: Box, other: Box) -> float:
    """The area two boxes share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    return wide * tall if wide > 0 and tall > 0 else 0.0


def around(
    x: float, y: float, direction: tuple[float, float], wide: float, tall: float
) -> Iterable[tuple[float, float]]:
    """Centres around a point, beginning straight ahead in a direction, then turning away on both sides, then farther."""
    start = math.atan2(direction[1], direction[0]) if direction != (0, 0) else -math.pi / 2
    for reach in (7, 14, 24, 38, 56):
        for turn in (0, 0.5, -0.5, 1.0, -1.0, 1.6, -1.6, 2.3, -2.3, math.pi):
            angle = start + turn
            yield x + math.cos(angle) * (reach + wide / 2), y + math.sin(angle) * (reach + tall / 2)
