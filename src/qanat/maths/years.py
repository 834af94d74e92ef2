"""Moves of a period laid out over its years, so that corridors add up to the period and places to their net migration."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve

from qanat.errors import MarginError
from qanat.maths.transport import Line, Table

Years = npt.NDArray[np.float64]  # [year, place] or [year, i, j]
STEPS: Final = 60
CLIP: Final = 2.0
RIDGE: Final = 1e-10
REACH: Final = 0.9


def yearly_nets(told: Years, arrived: Line, departed: Line, weights: Line) -> Years:
    """Yearly net migration [year, place] that adds up to the period's by place and to zero by year, near to what is `told`.

    told     [year, place], of another account than the period's
    arrived, departed  (n,) of the period; their difference is its net migration. A place's years are drawn towards an even share
             as far as its gains would pass REACH of arrivals, or its losses of departures: no layout could hold them
    weights  (n,) above zero where a place may bear the rest of a year (its population, say)
    What a place lacks over the period is spread evenly over its years; what a year lacks over the world, by the weights.
    """
    period = arrived - departed
    share = period / told.shape[0]
    apart = told - told.mean(0)
    pull = np.minimum(_pull(share, apart, arrived, REACH), _pull(-share, -apart, departed, REACH))
    even = share + pull * apart
    out: Years = even - even.sum(1, keepdims=True) * weights / weights.sum()
    return out


def _pull(share: Line, apart: Years, most: Line, reach: float) -> Line:
    """How much of `apart` may be added to `share` before the gains of all years pass `reach` of `most`: 0 to 1, by halving."""
    low, high = np.zeros(share.size), np.ones(share.size)
    for _ in range(30):
        middle = (low + high) / 2
        fits = np.maximum(share + middle * apart, 0).sum(0) <= np.maximum(
            reach * most, np.maximum(share, 0) * apart.shape[0]
        )
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    return np.where(np.maximum(share + apart, 0).sum(0) <= reach * most, 1.0, low)


def by_year(period: Table, nets: Years, profile: Years, tolerance: float = 0.5) -> Years:
    """Moves [year, i, j] that add up to `period` over the years and to `nets` in each, nearest to `profile`.

    period    (n, n); where it is zero no year has moves
    nets      (years, n), adding up to the period's own net by place, to zero by year
    profile   (years, n, n): how the corridor's moves are thought to lie in time; only proportions matter
    tolerance most that a place's net in a year may be off, in people; corridors add up to the last digit
    The nearest table (least relative entropy) is  period_ij p_yij exp(x_yi - x_yj) / sum over years of the same; its potentials
    minimise a convex function and are found by Newton's method. Raises MarginError where no table meets both.
    """
    moves = _scaled(period, profile)
    for _ in range(STEPS):
        gap = nets - (moves.sum(1) - moves.sum(2))
        if np.abs(gap).max(initial=0.0) <= tolerance:
            return moves
        moves = _stepped(period, moves, nets, _direction(period, moves, gap))
    late = np.abs(nets - (moves.sum(1) - moves.sum(2))).max(0)
    raise MarginError(
        "no layout over the years has these nets", tuple(int(line) for line in np.flatnonzero(late > tolerance))
    )


def _direction(period: Table, moves: Years, gap: Years) -> Years:
    """Newton's step for every year but the last and every place but the last: only differences matter."""
    years, n = gap.shape
    free = (years - 1) * (n - 1)
    bend = np.empty((years - 1, n - 1, years - 1, n - 1))
    share = np.divide(moves, period, out=np.zeros_like(moves), where=period > 0)
    for a in range(years - 1):
        for b in range(a, years - 1):
            pull = moves[a] * (float(a == b) - share[b])
            pull = pull + pull.T
            block = -pull
            block[np.diag_indices_from(block)] += pull.sum(1)
            bend[a, :, b, :] = block[:-1, :-1]
            bend[b, :, a, :] = block[:-1, :-1].T
    square = bend.reshape(free, free)
    square[np.diag_indices_from(square)] += RIDGE * np.trace(square) / free + 1e-9
    step = np.zeros_like(gap)
    step[:-1, :-1] = solve(square, -gap[:-1, :-1].ravel(), assume_a="pos", check_finite=False).reshape(years - 1, n - 1)
    return step


def _stepped(period: Table, moves: Years, nets: Years, step: Years) -> Years:
    """The layout after as much of the step as lowers what is minimised."""
    pace = min(1.0, CLIP / max(float(np.abs(step).max()), 1e-300))
    slope = float((step * (moves.sum(2) - moves.sum(1) + nets)).sum())
    share = np.divide(moves, period, out=np.zeros_like(moves), where=period > 0)
    ahead = moves
    for _ in range(30):
        scale = np.exp(np.clip(pace * (step[:, :, None] - step[:, None, :]), -60, 60))
        total = (share * scale).sum(0)
        change = float((period * np.log(np.where(total > 0, total, 1.0))).sum() + pace * (step * nets).sum())
        ahead = np.divide(period * share * scale, total, out=np.zeros_like(moves), where=total > 0)
        if change <= 1e-4 * pace * slope + 1e-12 * float(period.sum()):
            break
        pace /= 2
    return ahead


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
    out: Table = transitions + unseen / (1 - unseen) * (transitions + transitions.T)
    return out
