"""Moves of a period laid out over its years, so that corridors add up to the period and places to their net migration."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from qanat.errors import MarginError
from qanat.maths.netting import with_net
from qanat.maths.transport import Line, Table

Years = npt.NDArray[np.float64]  # [year, place] or [year, i, j]
ROUNDS: Final = 400


def yearly_nets(told: Years, period: Line, weights: Line) -> Years:
    """Yearly net migration [year, place] that adds up to `period` by place and to zero by year, near to what is `told`.

    told     [year, place], of another account than the period's
    weights  (n,) above zero where a place may bear the rest of a year (its population, say)
    What a place lacks over the period is spread evenly over its years; what a year lacks over the world, by the weights.
    """
    even = told + (period - told.sum(0)) / told.shape[0]
    return even - even.sum(1, keepdims=True) * weights / weights.sum()


def by_year(period: Table, nets: Years, profile: Years, tolerance: float = 0.5) -> Years:
    """Moves [year, i, j] that add up to `period` over the years and to `nets` in each, nearest to `profile`.

    period    (n, n); where it is zero no year has moves
    nets      (years, n), adding up to the period's own net by place, to zero by year
    profile   (years, n, n): how the corridor's moves are thought to lie in time; only proportions matter
    tolerance most that a place's net in a year may be off, in people; corridors add up to the last digit
    The two demands are met in turn, each by the nearest table (least relative entropy); the turns converge to the nearest
    table that meets both (Csiszár 1975, Annals of Probability 3). Raises MarginError where none does.
    """
    moves = _scaled(period, profile)
    late: Line = np.zeros(0)
    for _ in range(ROUNDS):
        late = np.abs(moves.sum(1) - moves.sum(2) - nets).max(0)
        if (late <= tolerance).all():
            return moves
        moves = _scaled(period, np.stack([with_net(one, net, 0.01) for one, net in zip(moves, nets, strict=True)]))
    raise MarginError(
        "no layout over the years has these nets", tuple(int(line) for line in np.flatnonzero(late > tolerance))
    )


def _scaled(period: Table, moves: Years) -> Years:
    """Each corridor in proportion to `moves`, or evenly where they are all zero, adding up to the period."""
    total = moves.sum(0)
    share = np.divide(moves, total, out=np.full(moves.shape, 1.0 / moves.shape[0]), where=total > 0)
    out: Years = share * period
    return out


def moves_behind(transitions: Table, back: float, years: float) -> Table:
    """Moves behind a period's transitions: those told by two dates, and those undone in between.

    Who arrives at an even pace over `years` and leaves again at the yearly rate `back` has left before the end with
    probability q = 1 - (1 - exp(-back years)) / (back years): such a pair of moves, out and back, shows in neither table
    of stocks. So moves_ij = t_ij + q / (1 - q) (t_ij + t_ji), and net migration stays as it was.
    """
    if back <= 0:
        return transitions.astype(np.float64)
    unseen = 1 - (1 - np.exp(-back * years)) / (back * years)
    return transitions + unseen / (1 - unseen) * (transitions + transitions.T)
