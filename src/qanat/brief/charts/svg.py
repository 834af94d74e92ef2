"""SVG that every reader draws alike: attributes only, no style sheets, no markers, halos as text drawn twice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final

FONT: Final = 'font-family="Noto Sans, Noto Sans Arabic, sans-serif"'
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # not allowed in XML at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """The colours of a drawing."""

    text: str = "#16272d"
    muted: str = "#5b6b70"
    grid: str = "#dfe4e4"
    axis: str = "#9aa8ab"
    women: str = "#0d566e"
    men: str = "#cf8b3d"
    women_light: str = "#9fc1cc"
    men_light: str = "#ecd0aa"
    unknown: str = "#a9b3b5"
    accent: str = "#b4532a"
    lines: tuple[str, ...] = ("#0d566e", "#b4532a", "#5b9eb2", "#8a6d3b")
    ramp: tuple[str, ...] = ("#d9e8ee", "#b9d5df", "#8cbaca", "#5598ae", "#2b7a92", "#0d566e")
    land: str = "#ffffff"
    water: str = "#eef1f0"
    unsettled: str = "#e2e2de"
    border: str = "#98a6a8"
    focus: str = "#f2c9a7"
    focus_text: str = "#7a2f10"


INK: Final = Ink()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing: the same bytes for page, print, notebook and download. `description` tells what it shows in words."""

    svg: str
    width: int
    height: int
    title: str
    description: str


def clean(text: str) -> str:
    """Text as XML may hold it."""
    return escape(_FORBIDDEN.sub("", text), quote=True)


def number(value: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


def width_of(text: str, size: float) -> float:
    """About how wide a text is in Noto Sans (a cautious estimate; wide scripts count double)."""
    return sum(1.0 if letter > "\u2e80" else 0.34 if letter in " .,:;'il|-\u2013" else 0.6 for letter in text) * size


def text(
    x: float, y: float, words: str, *, size: float = 12, anchor: str = "start", weight: int = 400, fill: str = INK.text
) -> str:
    """A line of text; its baseline is at y."""
    place = f'x="{number(x)}" y="{number(y)}" text-anchor="{anchor}" font-size="{size:g}" font-weight="{weight}"'
    return f'<text {place} {FONT} fill="{fill}">{clean(words)}</text>'


def halo(
    x: float, y: float, words: str, *, size: float = 12, anchor: str = "middle", weight: int = 400, fill: str = INK.text
) -> str:
    """A line of text on a map: drawn twice, first in white around its edges."""
    place = f'x="{number(x)}" y="{number(y)}" text-anchor="{anchor}" font-size="{size:g}" font-weight="{weight}" {FONT}'
    shown = clean(words)
    around = f'<text {place} fill="#ffffff" stroke="#ffffff" stroke-width="3.2" stroke-linejoin="round" aria-hidden="true">{shown}</text>'
    return f'{around}<text {place} fill="{fill}">{shown}</text>'


def rect(
    x: float, y: float, width: float, height: float, fill: str, *, tip: str | None = None, radius: float = 0
) -> str:
    """A filled rectangle, with a tooltip where one is given."""
    round_ = f' rx="{number(radius)}"' if radius else ""
    shape = f'<rect x="{number(x)}" y="{number(y)}" width="{number(max(width, 0))}" height="{number(max(height, 0))}" fill="{fill}"{round_}'
    return f"{shape}/>" if tip is None else f"{shape}><title>{clean(tip)}</title></rect>"


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, *, width: float = 1, dash: str | None = None) -> str:
    """A straight line."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}" stroke="{stroke}" stroke-width="{width:g}"{dashes}/>'


def circle(x: float, y: float, radius: float, fill: str, *, stroke: str | None = None, tip: str | None = None) -> str:
    """A dot, with a tooltip where one is given."""
    edge = f' stroke="{stroke}" stroke-width="1.5"' if stroke else ""
    shape = f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{fill}"{edge}'
    return f"{shape}/>" if tip is None else f"{shape}><title>{clean(tip)}</title></circle>"


def path(points: Iterable[tuple[float, float]], *, closed: bool = False) -> str:
    """The `d` of a path through points."""
    steps = "L".join(f"{number(x)},{number(y)}" for x, y in points)
    return f"M{steps}{'Z' if closed else ''}" if steps else ""


def drawing(name: str, size: tuple[int, int], title: str, description: str, body: Iterable[str]) -> Chart:
    """A finished chart. `name` makes its ids unique on a page."""
    width, height = size
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-labelledby="{name}-t {name}-d" direction="ltr"><title id="{name}-t">{clean(title)}</title><desc id="{name}-d">{clean(description)}</desc>'
    )
    return Chart(svg=f"{head}{''.join(body)}</svg>", width=width, height=height, title=title, description=description)
