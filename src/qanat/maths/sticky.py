"""Moves that fit margins by birthplace where every community has a stickiness of its own.

    people born in k who moved from i to j   left_ki prior_ij right_kj        (i != j)
    people born in k who stayed in i         left_ki stay_ki  right_ki

A prior with one diagonal (`moves.with_prior`) lets the many of a small community move as lightly as the few of a large one;
here the diagonal may depend on who they are: how many, since when. Alternate scaling crawls on such tables, because nearly
all people stay and only the product of left and right is held by them. So each round solves every cell's two equations
together, given what flows through the others:

    left u + p = R,  right v + p = C,  p = stay left right   =>   p^2 - (R + C + u v / stay) p + R C = 0

with u, v what a unit of left and right sends and gets. A few alternate rounds then settle the last digits.
The fit itself is that of Deming and Stephan 1940 (least relative entropy to the prior); the elimination is our own.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from qanat.errors import MarginError
from qanat.maths.accounting import Margins
from qanat.maths.moves import Moves
from qanat.maths.transport import ULPS, Line, Table

JOINT: Final = 60  # joint rounds at most
CLOSE: Final = 1.0  # person: from here alternate rounds are as quick
ROUNDS: Final = 5_000
TINY: Final = 1e-250


def sticky(margins: Margins, prior: Table, stay: Table, tolerance: float = 1e-6) -> Moves:
    """Moves in the proportions of `prior` (i, j) and `stay` (birthplace, place), as far as the margins allow.

    prior      not negative; its diagonal is left aside
    stay       above zero
    tolerance  most that a row or column of a birthplace may be off, in people, beside the rounding of the largest
    Gives factors with those who stay told apart. The same in, the same out.
    Raises MarginError, with the birthplaces concerned, where the prior's zeros leave no table with these margins.
    """
    rows, columns = margins.start, margins.end
    off = prior.astype(np.float64)
    np.fill_diagonal(off, 0.0)
    left, right = _jointly((rows, columns), off, stay, max(CLOSE, tolerance))
    left, right = _alternately(rows, columns, off, stay, right, tolerance)
    return Moves(left=left, right=right, prior=off, stay=left * stay * right)


def loose(margins: Margins, prior: Table, stay: Table, within: float, like: Moves | None = None) -> Table:
    """The moves from i to j of all birthplaces, margins met `within` so many people only: for draws, where net is set after.

    like  moves that fit margins near to these: their factors are where the search begins
    """
    off = prior.astype(np.float64)
    np.fill_diagonal(off, 0.0)
    begin = None if like is None else (like.left, like.right)
    left, right = _jointly((margins.start, margins.end), off, stay, within, begin)
    return (left.T @ right) * off


def _jointly(
    sums: tuple[Table, Table], prior: Table, stay: Table, within: float, begin: tuple[Table, Table] | None = None
) -> tuple[Table, Table]:
    rows, columns = sums
    left, right = begin or (np.sqrt(rows / stay), np.sqrt(columns / stay))
    for turn in range(JOINT):
        sent, got = right @ prior.T, left @ prior
        if turn and _off(rows, columns, (left, right), (sent, got), stay) <= within:
            break
        new_left, new_right = _solved(rows, columns, sent, got, stay)
        if turn or begin:
            left, right = _part_of_the_way(left, new_left), _part_of_the_way(right, new_right)
        else:
            left, right = new_left, new_right
    return left, right


def _part_of_the_way(old: Table, new: Table) -> Table:
    """Three quarters of a step in logs, new^(3/4) old^(1/4): a whole one swings."""
    out: Table = np.sqrt(new * np.sqrt(new * old))
    return out


def _off(rows: Table, columns: Table, factors: tuple[Table, Table], through: tuple[Table, Table], stay: Table) -> float:
    """Most that a row or column is off."""
    (left, right), (sent, got) = factors, through
    held = left * stay * right
    return float(max(np.abs(left * sent + held - rows).max(), np.abs(right * got + held - columns).max()))


def _solved(rows: Table, columns: Table, sent: Table, got: Table, stay: Table) -> tuple[Table, Table]:
    """Left and right of each cell, given what flows through the others; the smaller leaver side without subtraction."""
    through = sent * got / stay
    middle = rows + columns + through
    held = 2 * rows * columns / _one(middle + np.sqrt(np.maximum(middle**2 - 4 * rows * columns, 0.0)))
    more = np.maximum(rows, columns) - held
    fewer = np.where(more > 0, held * through / _one(more), 0.0)
    shut = (sent <= 0) | (got <= 0)
    alone = np.sqrt(held / stay)
    left = np.where(shut & (held > 0), alone, np.where(rows >= columns, more, fewer) / _one(sent))
    right = np.where(shut & (held > 0), alone, np.where(columns > rows, more, fewer) / _one(got))
    return left, right


def _alternately(
    rows: Table, columns: Table, prior: Table, stay: Table, right: Table, tolerance: float
) -> tuple[Table, Table]:
    floor = max(tolerance, ULPS * float(np.spacing(max(rows.max(initial=0.0), columns.max(initial=0.0)))))
    late: Line = np.zeros(0)
    for _ in range(ROUNDS):
        sent = right @ prior.T + stay * right
        if (sent[rows > 0] < TINY).any():  # a factor runs off to infinity: no table is near
            break
        left = rows / _one(sent)
        reach = left @ prior + stay * left
        late = np.abs(right * reach - columns).max(1)
        if (late <= floor).all() and np.abs(left * sent - rows).max() <= floor:
            return left, right
        right = columns / _one(reach)
        right = right / _one(right.max(1, keepdims=True))
    raise MarginError(
        "the prior leaves no table with these totals", tuple(int(line) for line in np.flatnonzero(~(late <= floor)))
    )


def _one(bottom: Table) -> Table:
    """The divisor, 1 where it is zero (what is divided is zero there too)."""
    return np.where(bottom > 0, bottom, 1.0)
