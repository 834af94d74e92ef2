"""A table of flows changed as little as possible to given net migration.

    mu_ij = exp(x_i - x_j) m_ij   with   sum_i mu_ik - sum_j mu_kj = net_k

The potentials minimise the convex  sum_ij mu_ij + sum_k net_k x_k; Newton's method meets the net to the rounding of the table.
Source: Willekens 1999 (the log-linear model); Abel and Smith, net_matrix_ipf and cm_net of the R package migest.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.linalg import solve

from qanat.errors import MarginError
from qanat.maths.transport import Line, Table

STEPS: Final = 100
CLIP: Final = 2.0


def to_net(table: Table, net: Line, tolerance: float = 1e-6) -> Table:
    """The table nearest to the one given (least relative entropy) in which each place gains `net`; zeros stay zero.

    table  (n, n), [from, to], not negative
    net    (n,) arrivals less departures, of sum 0
    tolerance  most that a place's net may be off, in the unit of the table
    Raises MarginError where the nets do not cancel, or no table with these zeros has them.
    """
    n = net.size
    if abs(float(net.sum())) > max(tolerance, 1e-9 * float(np.abs(net).sum())):
        raise MarginError("net migration of all places does not cancel", tuple(range(n)))
    mu = table.astype(np.float64)
    floor = max(tolerance, 8 * float(np.spacing(mu.sum(0).max(initial=0.0))))
    for _ in range(STEPS):
        out, into = mu.sum(1), mu.sum(0)
        slope = out - into + net
        if np.abs(slope).max(initial=0.0) <= floor:
            return mu
        bent = np.diag(out + into) - mu - mu.T
        held = 1e-13 * float(np.trace(bent)) / n + np.where(out + into > 0, 0.0, 1.0)
        step: Line = np.negative(solve(bent + np.diag(held), slope, assume_a="pos", check_finite=False))
        mu = _stepped(mu, net, step, slope)
    worst = np.argsort(-np.abs(mu.sum(1) - mu.sum(0) + net), kind="stable")[:3]
    raise MarginError("the table's zeros leave no way to this net migration", tuple(int(line) for line in worst))


def _stepped(mu: Table, net: Line, step: Line, slope: Line) -> Table:
    pace = min(1.0, CLIP / max(float(np.ptp(step)), 1e-300))
    ahead, start = mu, float(mu.sum())
    for _ in range(40):
        ahead = mu * np.exp(pace * step)[:, None] * np.exp(-pace * step)
        if float(ahead.sum()) - start + pace * float(net @ step) <= 1e-4 * pace * float(slope @ step) + 1e-12 * start:
            break
        pace /= 2
    return ahead
