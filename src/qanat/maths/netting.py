"""A table of moves brought to given net migration, each corridor changed by what its two ends need and nothing else.

    moves_ij = exp(x_i - x_j) table_ij,   arrivals_i - departures_i = net_i

The potentials x minimise the convex  sum_ij moves_ij + sum_i x_i net_i; Newton's method finds them in a few steps. The table
found is the nearest to the one given (least relative entropy) with these nets.
Source of the form: Plane 1981, Journal of Regional Science 21; Willekens 1999; Abel and Smith's net_matrix_ipf and cm_net in the R
package migest (there by cyclic roots).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.linalg import solve

from qanat.errors import MarginError
from qanat.maths.transport import Line, Table

STEPS: Final = 80
CLIP: Final = 2.0
RIDGE: Final = 1e-12


def with_net(table: Table, net: Line, tolerance: float = 1e-6) -> Table:
    """The table nearest to `table` whose arrivals less departures are `net`; zeros stay zero, nothing falls below zero.

    table  (n, n), not negative; the diagonal is left as it is
    net    (n,), of sum zero
    Raises MarginError, with the places concerned, where the nets do not sum to zero or a place lacks the moves they need.
    """
    off = float(net.sum())
    if abs(off) > max(tolerance, 1e-9 * float(np.abs(net).sum())):
        raise MarginError(
            "net migration of a closed world does not sum to zero: arrivals and departures do not cancel",
            tuple(range(net.size)),
        )
    net = net - off / net.size  # what rounding left
    moves = table.astype(np.float64)
    np.fill_diagonal(moves, 0.0)
    _refuse_bare(moves, net)
    for _ in range(STEPS):
        away, here = moves.sum(1), moves.sum(0)
        gap = net - (here - away)
        if np.abs(gap).max(initial=0.0) <= tolerance:
            moves[np.diag_indices_from(moves)] = np.diag(table)
            return moves
        moves = _stepped(moves, net, _direction(moves, away + here, gap))
    late = np.argsort(-np.abs(net - moves.sum(0) + moves.sum(1)), kind="stable")[:3]
    raise MarginError("the table lacks the moves this net migration needs", tuple(sorted(int(line) for line in late)))


def _refuse_bare(moves: Table, net: Line) -> None:
    bare = ((net > 0) & (moves.sum(0) <= 0)) | ((net < 0) & (moves.sum(1) <= 0))
    if bare.any():
        raise MarginError(
            "net migration where nobody moves in the direction it needs: there is no way to it",
            tuple(int(line) for line in np.flatnonzero(bare)),
        )


def _direction(moves: Table, weight: Line, gap: Line) -> Line:
    """Newton's step; the last place is held, since only differences matter."""
    bend = -(moves + moves.T)
    bend[np.diag_indices_from(bend)] += weight * (1 + RIDGE) + np.where(weight > 0, 0.0, 1.0)
    out = np.zeros(gap.size)
    out[:-1] = solve(bend[:-1, :-1], -gap[:-1], assume_a="pos", check_finite=False)
    return out


def _stepped(moves: Table, net: Line, step: Line) -> Table:
    """The table after as much of the step as lowers what is minimised."""
    pace = min(1.0, CLIP / max(float(np.abs(step).max()), 1e-300))
    slope = float(step @ (moves.sum(1) - moves.sum(0) + net))
    ahead = moves
    for _ in range(40):
        scale = np.exp(pace * step)
        ahead = scale[:, None] * moves / scale
        change = float((ahead - moves).sum() + pace * (step @ net))
        if change <= 1e-4 * pace * slope + 1e-12 * float(moves.sum()):
            break
        pace /= 2
    return ahead
