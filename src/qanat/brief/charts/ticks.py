"""Round numbers for axes and classes: 1, 2 or 5 times a power of ten."""

from __future__ import annotations

import math
from typing import Final

_STEPS: Final = (1, 2, 5)
RAMP_BELOW: Final = (7, 4, 2, 1, 0)  # how many round numbers below the top one; five bounds make six classes
ARROWS_BELOW: Final = (4, 2, 0)  # three of the same bounds make four classes


def round_number(index: int) -> float:
    """The index-th round number: 0 gives 1, 1 gives 2, 2 gives 5, 3 gives 10, -1 gives 0.5."""
    return _STEPS[index % 3] * 10.0 ** (index // 3)


def _index_up_to(value: float) -> int:
    """Index of the largest round number not above the value (> 0)."""
    index = 3 * math.floor(math.log10(value))
    while round_number(index + 1) <= value:
        index += 1
    while round_number(index) > value:
        index -= 1
    return index


def ticks(top: float, most: int = 5) -> tuple[float, ...]:
    """Tick values from 0 by one round step of at least 1 to the first tick that is not below `top`.

    most  steps at most; there are never fewer than one. People are counted whole, hence the least step.
    """
    wanted = top / most
    index = 0 if wanted <= 1 else _index_up_to(wanted)
    if round_number(index) < wanted:
        index += 1
    step = round_number(index)
    count = max(1, math.ceil(top / step))
    return tuple(step * n for n in range(count + 1))


def class_bounds(largest: float, below: tuple[int, ...]) -> tuple[float, ...]:
    """Lower bounds, ascending, of every class but the lowest, as round numbers above 1.

    The top bound is the largest round number below the largest value; the others lie `below` it by so many round
    numbers, so that a map of 27 people and one of seven million are both told apart. Empty where nobody is counted.
    """
    if largest <= 2:
        return ()
    top = _index_up_to(largest)
    if round_number(top) == largest:
        top -= 1
    return tuple(round_number(top - down) for down in below if top - down > 0)


def class_of(value: float, bounds: tuple[float, ...]) -> int:
    """Which class a value falls into: 0 below the first bound, then one more at each bound reached."""
    return sum(value >= bound for bound in bounds)
