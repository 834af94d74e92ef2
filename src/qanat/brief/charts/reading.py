"""Left and right as the reader has them: the same layout for both, mirrored for Arabic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qanat.brief.charts.lettering import Anchor, number

_MIRRORED: Final[dict[Anchor, Anchor]] = {"start": "end", "middle": "middle", "end": "start"}


@dataclass(frozen=True, slots=True)
class Reading:
    """Turns places counted from where reading begins into places on a canvas `width` px wide."""

    width: float
    rtl: bool

    def x(self, from_start: float) -> float:
        """The place on the canvas."""
        return self.width - from_start if self.rtl else from_start

    def anchor(self, anchor: Anchor) -> Anchor:
        """The anchor on the canvas; "start" is where reading begins."""
        return _MIRRORED[anchor] if self.rtl else anchor

    def bar(self, start: float, end: float, top: float, high: float, fill: str) -> str:
        """A filled rectangle from start to end."""
        left, right = sorted((self.x(start), self.x(end)))
        return rect(left, top, right - left, high, fill)


def rect(left: float, top: float, wide: float, high: float, fill: str, more: str = "") -> str:
    """A filled rectangle by its corner and size, with more attributes as they stand."""
    size = f'width="{number(max(wide, 0))}" height="{number(high)}"'
    return f'<rect x="{number(left)}" y="{number(top)}" {size} fill="{fill}"{more}/>'


def rule(start: tuple[float, float], end: tuple[float, float], stroke: str, width: float = 1, dash: str = "") -> str:
    """A straight line."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{number(start[0])}" y1="{number(start[1])}" x2="{number(end[0])}" y2="{number(end[1])}" '
        f'stroke="{stroke}" stroke-width="{number(width)}"{dashes}/>'
    )


def dot(x: float, y: float, radius: float, fill: str, stroke: str = "none") -> str:
    """A disc; with a stroke, a ring of 1.6 px."""
    ring = "" if stroke == "none" else f' stroke="{stroke}" stroke-width="1.6"'
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{fill}"{ring}/>'
