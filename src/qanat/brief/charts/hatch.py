"""A hatched box: what is estimated, beside what is counted."""

from __future__ import annotations

from typing import Final

from qanat.brief.charts.lettering import number

_STEP: Final = 5.0  # px from one line to the next


def hatched(across: tuple[float, float], down: tuple[float, float], colour: str) -> str:
    """A box of slanting lines with an outline: an estimate. Drawn line by line, since not every renderer knows patterns."""
    (left, right), (top, bottom) = across, down
    high, marks, start = bottom - top, "", across[0] - (down[1] - down[0]) + _STEP
    while start < right:
        x1, x2 = max(start, left), min(start + high, right)
        marks += f"M{number(x1)},{number(bottom - (x1 - start))}L{number(x2)},{number(bottom - (x2 - start))}"
        start += _STEP
    wide = max(right - left - 1, 0.5)
    outline = f"M{number(left + 0.5)},{number(top + 0.5)}h{number(wide)}v{number(high - 1)}h{number(-wide)}z"
    return f'<path d="{outline}{marks}" fill="none" stroke="{colour}"/>'
