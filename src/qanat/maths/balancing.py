"""The least adjustment of numbers so that they keep to sums and bounds: a weighted least squares with constraints.

    minimise   1/2 sum((x_i - y_i)^2 / s_i^2)
    such that  A x = b,  G x <= h,  low <= x <= high

Source: Stone, Champernowne and Meade, Review of Economic Studies 9 (1942); Byron, JRSS A 141 (1978); Nocedal and Wright,
Numerical Optimization (2006), chapter 16, for the conditions that an answer is checked against.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.intp]
Sparse: TypeAlias = "csr_array[np.float64, tuple[int, int]]"
How = Literal["as given", "closed form", "interior point"]

NEAR: Final = 1e-3  # people by which a sum may be off, beside the last digits of large ones
_DIGITS: Final = 1e-11


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Numbers and what they must keep to.

    rows    constraints by numbers, sparse;  right = their right sides;  equal = whether a row is = (else <=)
    target  y, finite: where a number is free, what it is drawn to, however weakly
    spread  s, the standard deviation of each y, above zero; large = free
    low, high  bounds, -inf and inf where there are none
    """

    rows: Sparse
    right: Floats
    equal: Flags
    target: Floats
    spread: Floats
    low: Floats
    high: Floats

    def part(self, rows: Places, numbers: Places) -> Problem:
        """The problem of some rows and some numbers, which have no other rows."""
        return replace(
            self, rows=csr_array(self.rows[rows][:, numbers]), right=self.right[rows], equal=self.equal[rows], target=self.target[numbers],
            spread=self.spread[numbers], low=self.low[numbers], high=self.high[numbers],
        )  # fmt: skip

    def off(self, values: Floats) -> Floats:
        """By how much each row is broken, in the unit of the numbers; 0 where it holds."""
        over = self.rows @ values - self.right
        return np.where(self.equal, np.abs(over), np.maximum(over, 0.0))

    def allowed(self, values: Floats) -> Floats:
        """By how much each row may be off: a thousandth, and the last digits of its terms."""
        size = abs(self.rows) @ np.abs(values) + np.abs(self.right)
        return NEAR + _DIGITS * size

    def holds(self, values: Floats) -> Flags:
        """Which rows hold."""
        return self.off(values) <= self.allowed(values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """The adjusted numbers, and by which way each was found (index in `ways`)."""

    values: Floats
    ways: tuple[How, ...]
    way: NDArray[np.int8]


class Contradiction(ArithmeticError):
    """No numbers keep to all rows and bounds; `rows` and `numbers` are those of the part of the problem where none do."""

    def __init__(self, rows: Places, numbers: Places) -> None:
        self.rows, self.numbers = rows, numbers
        super().__init__(f"{len(rows)} constraints over {len(numbers)} numbers contradict each other")


_WAYS: Final[tuple[How, ...]] = ("as given", "closed form", "interior point")


def balanced(problem: Problem) -> Balance:
    """The numbers nearest to the targets, in standard deviations, that keep to every row and bound.

    Parts of the problem that share no number are solved apart. What keeps to everything already stays as it is to the
    last digit; the rest goes by an active set in closed form, and where that does not settle by an interior point method.
    Raises Contradiction where no such numbers exist.
    """
    values = np.clip(problem.target, problem.low, problem.high)
    way = np.zeros(len(values), dtype=np.int8)
    part_of_row, part = _parts(problem.rows)
    crossed = problem.low > problem.high
    if crossed.any():
        one = int(part[crossed.argmax()])
        raise Contradiction(np.flatnonzero(part_of_row == one), np.flatnonzero(part == one))
    wanted = np.union1d(part_of_row[~problem.holds(values)], part[values != problem.target])
    rows, numbers = np.flatnonzero(np.isin(part_of_row, wanted)), np.flatnonzero(np.isin(part, wanted))
    if len(rows):
        values[numbers], way[numbers] = _solved(problem.part(rows, numbers), rows, numbers)
    return Balance(values=_whole(values, problem.target), ways=_WAYS, way=way)


def _solved(problem: Problem, rows: Places, numbers: Places) -> tuple[Floats, NDArray[np.int8]]:
    """The adjusted numbers and their ways; `rows` and `numbers` are what a contradiction is told in."""
    from qanat.maths.active_set import settled

    found = settled(problem)
    values, way = found.values, np.ones(len(numbers), dtype=np.int8)
    if found.sound.all():
        return values, way
    part_of_row, part = _parts(problem.rows)
    for one in np.unique(part_of_row[~found.sound]):
        some, few = np.flatnonzero(part_of_row == one), np.flatnonzero(part == one)
        alone = problem.part(some, few)
        again = _by_blocks(alone, values[few], found.sound[some], found.binding[some])
        if again is not None and alone.holds(again).all():
            values[few] = again
        else:
            values[few], way[few] = _by_interior(alone, rows[some], numbers[few]), 2
    return values, way


def _by_blocks(problem: Problem, values: Floats, sound: Flags, binding: Flags) -> Floats | None:
    """The numbers with every block that is not settled solved again, the others given; null where one has no answer of its own.

    A block is what rows that bind, or are not settled, hold together; rows between blocks do not bind, so that a block may be
    solved by itself as long as they go on not to: whoever asks must see whether every row holds.
    """
    from qanat.maths.active_set import settled

    tied = np.flatnonzero(binding | ~sound)
    block_of_row, block = _parts(csr_array(problem.rows[tied]))
    after = values.copy()
    for one in np.unique(block_of_row[~sound[tied]]):
        few = np.flatnonzero(block == one)
        touching = np.flatnonzero(np.diff(csr_array(problem.rows[:, few]).indptr) > 0)
        given = after.copy()
        given[few] = 0.0
        alone = problem.part(touching, few)
        rest = replace(alone, right=alone.right - problem.rows[touching] @ given)
        found = settled(rest)
        between = np.isin(touching, tied, invert=True)
        if not found.sound.all() or (found.binding & between).any():
            return None
        after[few] = found.values
    return after


def _by_interior(problem: Problem, rows: Places, numbers: Places) -> Floats:
    from qanat.maths.interior import inner

    found = inner(problem)
    if found is None:
        raise Contradiction(rows, numbers)
    return found


def _parts(rows: Sparse) -> tuple[Places, Places]:
    """The part of each row and of each number; a part shares no number with another."""
    many, numbers = rows.shape
    across = rows.tocoo()
    graph = csr_array(
        (np.ones(across.nnz, dtype=np.int8), (across.coords[0], across.coords[1] + many)),
        shape=(many + numbers, many + numbers),
    )
    _, label = connected_components(graph, directed=False)
    return label[:many].astype(np.intp), label[many:].astype(np.intp)


def _whole(values: Floats, target: Floats) -> Floats:
    """The values, those that did not move beyond the last digits as they were."""
    still = np.abs(values - target) <= 1e-7 + 1e-14 * np.abs(target)
    return np.where(still, target, values)
