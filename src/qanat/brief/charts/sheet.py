"""What every chart has in common: its colours, its size, its envelope, and the numbers it can't draw."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from qanat.brief.charts.lettering import safe
from qanat.errors import BriefError

FAMILY: Final = "Noto Sans, Noto Sans Arabic, sans-serif"
NARROW: Final = 560  # px; below it letters and arrows shrink and keys stack
LEAST_WIDTH: Final = 280
MOST: Final = 1e15  # beyond it neighbouring whole numbers can no longer be told apart
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """A theme: every colour a chart may use."""

    text: str = "#16272d"
    muted: str = "#5b6b70"
    grid: str = "#e3e6e6"
    paper: str = "#ffffff"  # halo behind letters
    accent: str = "#b4532a"
    women: str = "#0d566e"
    women_light: str = "#a9c6d0"
    men: str = "#cf8b3d"
    men_light: str = "#ecd2ae"
    neither: str = "#8d999c"
    series: tuple[str, ...] = ("#0d566e", "#b4532a", "#6f7f2f", "#7a5a8c")
    ramp: tuple[str, ...] = ("#dfeaef", "#c3dae3", "#93bfcd", "#5b9eb2", "#2b7a92", "#0d566e")
    sea: str = "#f5f8f8"
    land: str = "#ece9e3"
    unsettled: str = "#c9c7c1"
    border: str = "#98a6a8"
    focus: str = "#f2c9a7"
    focus_text: str = "#7a2f10"


INK: Final = Ink()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a chart is to be drawn, apart from what it says.

    name   unique on the page; begins every id in the drawing
    width  of the drawing in px (760 for a column, 360 for a telephone); the height follows from the content
    rtl    the words are read from right to left
    """

    name: str
    width: int = 760
    rtl: bool = False
    ink: Ink = INK

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise BriefError(
                f"chart name {self.name!r}: must be a letter, then letters, digits, - or _ (it becomes an id)"
            )
        if self.width < LEAST_WIDTH:
            raise BriefError(f"chart {self.name}: {self.width} px is too narrow to be read; the least is {LEAST_WIDTH}")

    @property
    def narrow(self) -> bool:
        """Whether to draw for a telephone."""
        return self.width < NARROW


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One drawing: the same bytes for page, notebook, PDF and download. Width and height in px."""

    svg: str
    width: int
    height: int
    title: str
    description: str

    def _repr_svg_(self) -> str:
        return self.svg


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a reader who can't see the drawing is told. Both are composed by the caller."""

    title: str
    description: str


def sheet(look: Look, height: float, heading: Heading, body: Iterable[str]) -> Chart:
    """The finished drawing around its marks."""
    tall = math.ceil(height)
    name = look.name
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{look.width}" height="{tall}" viewBox="0 0 {look.width} {tall}" '
        f'role="img" aria-labelledby="{name}-title {name}-desc" direction="ltr" font-family="{FAMILY}">'
        f'<title id="{name}-title">{safe(heading.title)}</title><desc id="{name}-desc">{safe(heading.description)}</desc>'
        f"{''.join(body)}</svg>"
    )
    return Chart(svg=svg, width=look.width, height=tall, title=heading.title, description=heading.description)


def require_drawable(look: Look, numbers: Iterable[tuple[str, float | None]]) -> None:
    """Nothing, or one BriefError naming every number that no count of people can be; null is allowed."""
    wrong = [f"{label} = {value}" for label, value in numbers if value is not None and not 0 <= value <= MOST]
    if wrong:
        raise BriefError(
            f"chart {look.name}: a number to be drawn is null or from 0 to {MOST:g}; mend {'; '.join(wrong)}"
        )
