"""A level that wanders, read by several instruments that lean: robust smoothing of one series, in plain Python.

    reading_i = level[time_i] + sum_k share_ik * lean_k + error_i,   error_i ~ Student t (freedom), scale_i
    level[t] = level[t-1] + step_t,                                  step_t ~ Student t (freedom), scale * sqrt(years)
    lean_k ~ Normal(0, lean)

Student's t is a normal whose variance is itself drawn, so the estimate alternates between least squares and new weights
(expectation maximisation: Lange, Little and Taylor 1989, JASA 84, section 3; state space with t errors: West and Harrison
1997, section 12.4). The least squares are a tridiagonal system in the levels bordered by the leans: O(times x leans^2).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

Row = list[float]
_STILL = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading: at which time (index), how much of each instrument's lean is in it, its value and error scale."""

    time: int
    shares: tuple[float, ...]
    value: float
    scale: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """How far things stray: a step of the level over one unit of time, an instrument's lean; and the tails' freedom."""

    step: float
    lean: float
    freedom: float = 4.0
    freedom_step: float = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The level at every time with its variance, every lean, and the weight each reading ended with.

    weights  1 = as trusted as its scale says; towards 0 = set aside as an outlier
    """

    mean: tuple[float, ...]
    variance: tuple[float, ...]
    leans: tuple[float, ...]
    lean_variance: tuple[float, ...]
    weights: tuple[float, ...]


def level(times: Sequence[float], readings: Sequence[Reading], scales: Scales, rounds: int = 60) -> Level:
    """The level at each of the times (ascending), from at least one reading.

    rounds  at most; it ends once no level moves by more than 0.00001
    """
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    trust, calm = [1.0] * len(readings), [1.0] * len(gaps)
    last = [inf] * len(times)
    found = _Solved.of(len(times), readings, trust, gaps, calm, scales)
    for _ in range(rounds):
        if max(abs(now - was) for now, was in zip(found.mean, last, strict=True)) < _STILL:
            break
        last = found.mean
        trust = [_weight(found.miss(one) / one.scale**2, scales.freedom) for one in readings]
        calm = [_weight(found.strayed(at) / (scales.step**2 * gap), scales.freedom_step) for at, gap in enumerate(gaps)]
        found = _Solved.of(len(times), readings, trust, gaps, calm, scales)
    return Level(
        mean=tuple(found.mean), variance=tuple(found.variance), leans=tuple(found.leans),
        lean_variance=tuple(found.lean_cov[k][k] for k in range(len(found.leans))), weights=tuple(trust),
    )  # fmt: skip


def _weight(square: float, freedom: float) -> float:
    """The expected precision of a t draw whose expected squared distance, in scales, is `square`."""
    return (freedom + 1) / (freedom + square)


@dataclass(slots=True)
class _Solved:
    """One least squares: levels, leans and what the weights need of their covariance."""

    mean: Row
    variance: Row
    beside: Row  # covariance of neighbours
    leans: Row
    lean_cov: list[Row]
    across: list[Row]  # covariance of level (row) and lean (column)

    @classmethod
    def of(cls, many: int, readings: Sequence[Reading], trust: Row, gaps: Row, calm: Row, scales: Scales) -> _Solved:
        kinds = len(readings[0].shares)
        centre, off, right = [0.0] * many, [0.0] * (many - 1), [0.0] * many
        border = [[0.0] * kinds for _ in range(many)]
        corner = [[(scales.lean**-2 if a == b else 0.0) for b in range(kinds)] for a in range(kinds)]
        below = [0.0] * kinds
        for at, gap in enumerate(gaps):
            stiff = calm[at] / (scales.step**2 * gap)
            centre[at] += stiff
            centre[at + 1] += stiff
            off[at] -= stiff
        for one, weight in zip(readings, trust, strict=True):
            sure = weight / one.scale**2
            centre[one.time] += sure
            right[one.time] += sure * one.value
            for a in range(kinds):
                border[one.time][a] += sure * one.shares[a]
                below[a] += sure * one.shares[a] * one.value
                for b in range(kinds):
                    corner[a][b] += sure * one.shares[a] * one.shares[b]
        return cls._solved(centre, off, right, border, corner, below)

    @classmethod
    def _solved(cls, centre: Row, off: Row, right: Row, border: list[Row], corner: list[Row], below: Row) -> _Solved:
        many, kinds = len(centre), len(below)
        pivots, solved = _thomas(centre, off, [[right[t], *border[t]] for t in range(many)])
        free = [row[0] for row in solved]
        pull = [row[1:] for row in solved]
        rest = [[corner[a][b] - sum(border[t][a] * pull[t][b] for t in range(many)) for b in range(kinds)] for a in range(kinds)]  # fmt: skip
        lean_cov = _inverse(rest)
        owed = [below[a] - sum(border[t][a] * free[t] for t in range(many)) for a in range(kinds)]
        leans = [sum(lean_cov[a][b] * owed[b] for b in range(kinds)) for a in range(kinds)]
        across = [[-sum(pull[t][a] * lean_cov[a][b] for a in range(kinds)) for b in range(kinds)] for t in range(many)]
        own, near = _inverse_bands(pivots, off)
        mean = [free[t] - sum(pull[t][k] * leans[k] for k in range(kinds)) for t in range(many)]
        variance = [own[t] - sum(pull[t][k] * across[t][k] for k in range(kinds)) for t in range(many)]
        beside = [near[t] - sum(pull[t][k] * across[t + 1][k] for k in range(kinds)) for t in range(many - 1)]
        return cls(mean, variance, beside, leans, lean_cov, across)

    def miss(self, one: Reading) -> float:
        """Expected squared distance of a reading from the level it reads."""
        shares = range(len(one.shares))
        gone = one.value - self.mean[one.time] - sum(one.shares[k] * self.leans[k] for k in shares)
        spread = self.variance[one.time] + 2 * sum(one.shares[k] * self.across[one.time][k] for k in shares)
        spread += sum(one.shares[a] * one.shares[b] * self.lean_cov[a][b] for a in shares for b in shares)
        return gone * gone + spread

    def strayed(self, at: int) -> float:
        """Expected squared step from a time to the next."""
        gone = self.mean[at + 1] - self.mean[at]
        return gone * gone + self.variance[at] + self.variance[at + 1] - 2 * self.beside[at]


def _thomas(centre: Row, off: Row, right: list[Row]) -> tuple[Row, list[Row]]:
    """Pivots and solutions of a symmetric tridiagonal system for several right sides."""
    pivots, sides = [centre[0]], [right[0]]
    for t in range(1, len(centre)):
        share = off[t - 1] / pivots[t - 1]
        pivots.append(centre[t] - share * off[t - 1])
        sides.append([here - share * before for here, before in zip(right[t], sides[t - 1], strict=True)])
    out = [[side / pivots[-1] for side in sides[-1]]]
    for t in range(len(centre) - 2, -1, -1):
        out.append([(side - off[t] * later) / pivots[t] for side, later in zip(sides[t], out[-1], strict=True)])
    return pivots, out[::-1]


def _inverse_bands(pivots: Row, off: Row) -> tuple[Row, Row]:
    """Diagonal and neighbour entries of the inverse of the tridiagonal matrix with these pivots."""
    own, near = [1 / pivots[-1]], list[float]()
    for t in range(len(pivots) - 2, -1, -1):
        share = off[t] / pivots[t]
        near.append(-share * own[-1])
        own.append(1 / pivots[t] - share * near[-1])
    return own[::-1], near[::-1]


def _inverse(square: list[Row]) -> list[Row]:
    """The inverse of a small symmetric positive matrix, by Gauss and Jordan."""
    size = len(square)
    work = [[*row, *(1.0 if at == column else 0.0 for column in range(size))] for at, row in enumerate(square)]
    for at in range(size):
        pivot = work[at][at]
        work[at] = [cell / pivot for cell in work[at]]
        for other in range(size):
            if other != at:
                share = work[other][at]
                work[other] = [cell - share * lead for cell, lead in zip(work[other], work[at], strict=True)]
    return [row[size:] for row in work]
