"""Whole people shared out, and how far a share may lie from where it is put: plain arithmetic of a few numbers."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, floor, log, sqrt
from typing import Final

NORMAL_80: Final = 1.2816  # standard deviations on either side that hold 80 % of a normal
_MEET: Final = 0.5  # people added to a cell of a donor, so that a cell nobody was seen in is unlikely, not impossible


def apportioned(whole: int, parts: Sequence[float]) -> list[int]:
    """Whole people in proportion to parts, adding up to the whole: largest remainders, the first of equal ones.

    Each is its exact share rounded down or up, so never negative; parts that add up to the whole already keep theirs.
    Raises ValueError where a part is negative, or nobody is in any part but somebody in the whole.
    Source  Balinski and Young, Fair Representation (1982), appendix A: Hamilton's method.
    """
    added = sum(parts)
    if whole < 0 or any(part < 0 for part in parts) or (whole > 0 and added <= 0):
        raise ValueError(f"{whole} people cannot be shared out over parts of {list(parts)}")
    if whole == 0:
        return [0] * len(parts)
    exact = [whole * (part / added) for part in parts]
    down = [floor(one + 1e-9) for one in exact]
    left = whole - sum(down)
    order = sorted(range(len(parts)), key=lambda at: (round(down[at] - exact[at], 9), at))
    for at in order[:left]:
        down[at] += 1
    return down


def span_of_share(share: float, seen: float, asked: float, spread: tuple[float, float]) -> tuple[float, float]:
    """The least and the most a share is, with probability 0.8, where it is taken from others.

    share   in [0, 1], among `seen` people;  asked  the people it is asked for, in whom chance alone moves it
    spread  standard deviations of the difference in log odds, downwards and upwards
    """
    near = min(max((share * seen + _MEET) / (seen + 2 * _MEET), 1e-9), 1 - 1e-9)
    chance = 1 / (near * (1 - near)) * (1 / max(asked, 1.0) + 1 / max(seen, 1.0))
    odds = log(near / (1 - near))
    down, up = (NORMAL_80 * sqrt(one * one + chance) for one in spread)
    low, high = (1 / (1 + exp(-max(min(at, 700.0), -700.0))) for at in (odds - down, odds + up))
    return min(low, share), max(high, share)


def margin_of_sum(margins: Sequence[float], together: float) -> float:
    """How far a sum may lie from its value where its parts' margins go together to this degree: 0 = each by itself
    (squares add), 1 = all one way (margins add)."""
    added = sum(margins)
    return sqrt(together * added * added + (1 - together) * sum(one * one for one in margins))
