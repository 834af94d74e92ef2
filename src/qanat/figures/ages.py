"""Age bands: half-open spans of years, (0, null) for all ages, (null, null) for unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from qanat.errors import AskError

Band = tuple[int | None, int | None]

ALL: Final[Band] = (0, None)
UNKNOWN: Final[Band] = (None, None)
UNHCR_BANDS: Final[tuple[Band, ...]] = ((0, 5), (5, 12), (12, 18), (18, 60), (60, None))
ADULT: Final = 18
_OLDEST: Final = 999
_SPAN: Final = re.compile(r"^(\d{1,3})\s*[-\u2013_]\s*(\d{1,3})$")
_OPEN: Final = re.compile(r"^(\d{1,3})\s*\+$")


def band(text: str) -> Band:
    """A band from "0-4", "18–59", "60+", "all", "TOTAL" or "unknown" (inclusive in, half-open out).

    Raises AskError for anything else and for a band that ends before it starts.
    """
    plain = text.strip().lower()
    if plain in ("all", "total", "all ages"):
        return ALL
    if plain in ("unknown", "other", "not known"):
        return UNKNOWN
    if match := _OPEN.match(plain):
        return int(match[1]), None
    match = _SPAN.match(plain)
    if match is None or int(match[2]) < int(match[1]):
        raise AskError(f"{text!r} is no age band; write it as 18-59, 60+, all or unknown")
    return int(match[1]), int(match[2]) + 1


def five_year_bands(open_from: int) -> tuple[Band, ...]:
    """The bands 0–4, 5–9 and so on, the last open: five_year_bands(80) ends with 75–79 and 80+.

    Raises AskError where the open band would not begin at a multiple of five.
    """
    if open_from <= 0 or open_from % 5:
        raise AskError(f"five-year bands cannot be open from {open_from}; take a multiple of five, for example 80")
    return (*((age, age + 5) for age in range(0, open_from, 5)), (open_from, None))


def label(age_from: int | None, age_to: int | None) -> str | None:
    """A band as people write it: "18–59", "60+"; null for all ages and for unknown, which are words of a language."""
    if age_from is None or (age_from == 0 and age_to is None):
        return None
    return f"{age_from}+" if age_to is None else f"{age_from}\u2013{age_to - 1}"


def is_child(age_from: int | None, age_to: int | None) -> bool:
    """Whether everyone in the band is under eighteen."""
    return age_from is not None and age_to is not None and age_to <= ADULT


def onto(bands: Iterable[Band], ladder: Sequence[Band]) -> dict[Band, Band]:
    """Each band with the step of the ladder that holds the whole of it: five-year bands 0-4, 60-64, 65+ go onto UNHCR's.

    Raises AskError naming every band whose bounds do not nest (10-14 lies across 5-11 and 12-17): its people cannot be
    put on a step without guessing. Unknown ages are no band and are refused too.
    """
    found = {band: [step for step in ladder if _within(band, step)] for band in bands}
    across = [f"{label(*band) or band}" for band, steps in found.items() if not steps]
    if across:
        steps = ", ".join(label(*step) or str(step) for step in ladder)
        raise AskError(f"ages {', '.join(across)} do not nest in {steps}; give ages that end where these end")
    return {band: steps[0] for band, steps in found.items()}


def _within(band: Band, step: Band) -> bool:
    if band[0] is None:
        return False
    (low, high), (first, last) = _bounds(band), _bounds(step)
    return first <= low and high <= last


def _bounds(band: Band) -> tuple[int, int]:
    return band[0] or 0, _OLDEST if band[1] is None else band[1]
