"""Text in a drawing: how wide it is, how it is made to fit, how it is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from qanat.brief.charts.boxes import Box

Anchor = Literal["start", "middle", "end"]

ASCENT: Final = 0.80  # of the font size: what letters and their accents need above the line
DESCENT: Final = 0.22
LEADING: Final = 1.22
REGULAR: Final = 400
BOLD: Final = 600

# advance widths of Noto Sans regular, thousandths of an em, for U+0020 to U+007E (read from fontpkg-noto-sans 2.15)
_ASCII: Final = (
    260, 269, 408, 646, 572, 831, 732, 225, 300, 300, 551, 572, 268, 322, 268, 372, 572, 572, 572, 572, 572, 572, 572,
    572, 572, 572, 268, 268, 572, 572, 572, 434, 899, 639, 650, 632, 730, 556, 519, 728, 741, 339, 273, 619, 524, 907,
    760, 781, 605, 781, 622, 549, 556, 731, 600, 930, 586, 566, 572, 329, 372, 329, 572, 444, 281, 561, 615, 480, 615,
    564, 344, 615, 618, 258, 258, 534, 258, 935, 618, 605, 615, 615, 413, 479, 361, 618, 508, 786, 529, 510, 470, 380,
    551, 380, 572,
)  # fmt: skip
_SCRIPTS: Final = ((0x0600, 0x06FF, 500), (0x0750, 0x077F, 500), (0xFB50, 0xFEFC, 500), (0x0400, 0x04FF, 640))
_OTHER: Final = 620
_WIDE: Final = 1000
_BOLDER: Final = 1.05  # semi-bold letters are 3 to 5 % wider
_ISOLATE, _ALREADY, _RELEASE = "\u2067", "\u2066\u2067\u2068", "\u2069"
_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]|[\ufff9-\ufffb]")
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u065f\u066d-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_GAPS: Final = re.compile(r"\s+")


def plain(text: str) -> str:
    """The text on one line, with characters XML can't carry replaced by U+FFFD."""
    return _GAPS.sub(" ", _ILLEGAL.sub("\ufffd", text)).strip()


def safe(text: str) -> str:
    """The text as XML content or attribute."""
    return plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


@lru_cache(maxsize=4096)
def _advance(letter: str) -> int:
    code = ord(letter)
    if 0x20 <= code <= 0x7E:
        return _ASCII[code - 0x20]
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(letter) in ("W", "F") or code > 0xFFFF:
        return _WIDE
    plainer = unicodedata.normalize("NFD", letter)[0]
    if plainer != letter:
        return _advance(plainer)
    return next((width for first, last, width in _SCRIPTS if first <= code <= last), _OTHER)


def breadth(text: str, size: float, weight: int = REGULAR) -> float:
    """Estimated width in px of one line in Noto Sans; within about 3 % for Latin, 10 % for Arabic."""
    return sum(map(_advance, plain(text))) / 1000 * size * (_BOLDER if weight > REGULAR else 1.0)


def shortened(text: str, room: float, size: float, weight: int = REGULAR) -> str:
    """The text, or as much of it as fits into `room` px with an ellipsis for what was cut; "" where nothing fits."""
    text = plain(text)
    if breadth(text, size, weight) <= room:
        return text
    while text and breadth(text + "…", size, weight) > room:
        text = text[:-1]
    return text.rstrip() + "…" if breadth("…", size, weight) <= room else ""


def wrapped(text: str, room: float, size: float, weight: int = REGULAR, most: int = 2) -> tuple[str, ...]:
    """The text in at most `most` lines no wider than `room` px; the last is shortened where it must be.

    Empty for an empty text.
    """
    lines: list[str] = []
    words = plain(text).split()
    while words and len(lines) < most - 1:
        taken = 1
        while taken < len(words) and breadth(" ".join(words[: taken + 1]), size, weight) <= room:
            taken += 1
        lines.append(shortened(" ".join(words[:taken]), room, size, weight))
        words = words[taken:]
    if words:
        lines.append(shortened(" ".join(words), room, size, weight))
    return tuple(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of text to be written: x by its anchor, y the line the letters stand on."""

    x: float
    y: float
    text: str
    size: float
    fill: str
    weight: int = REGULAR
    anchor: Anchor = "start"

    def box(self) -> Box:
        """The rectangle the letters are estimated to need."""
        return box_of(self.x, self.y, breadth(self.text, self.size, self.weight), self.size, self.anchor)


def box_of(x: float, y: float, wide: float, size: float, anchor: Anchor) -> Box:
    """The rectangle of a line `wide` px long that stands on y."""
    left = x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
    return Box(left, y - ASCENT * size, left + wide, y + DESCENT * size)


def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    told = f"{value:.1f}".removesuffix(".0")
    return "0" if told == "-0" else told


def written(lines: Sequence[Line], *, rtl: bool = False, halo: str | None = None) -> str:
    """The lines as SVG; with a halo, each is first drawn in outline and hidden from screen readers."""
    return "".join(_written(line, rtl, halo) for line in lines if plain(line.text))


def _written(line: Line, rtl: bool, halo: str | None) -> str:
    text = safe(line.text)
    if rtl and text[0] not in _ALREADY and _RIGHT_TO_LEFT.search(text):
        text = f"{_ISOLATE}{text}{_RELEASE}"  # "1.3 million": the number stands to the right of an Arabic word
    where = (
        f'<text x="{number(line.x)}" y="{number(line.y)}" font-size="{number(line.size)}"'
        + (f' font-weight="{line.weight}"' if line.weight != REGULAR else "")
        + (f' text-anchor="{line.anchor}"' if line.anchor != "start" else "")
        + (' unicode-bidi="plaintext"' if rtl else "")
    )
    under = (
        f'{where} fill="{halo}" stroke="{halo}" stroke-width="3" stroke-linejoin="round" aria-hidden="true">{text}</text>'
        if halo
        else ""
    )
    return f'{under}{where} fill="{line.fill}">{text}</text>'
