"""The smallest set of rows and bounds that cannot all hold: each of its members is needed for the contradiction.

Source: Chinneck and Dravnieks, ORSA Journal on Computing 3 (1991): an elastic programme finds where the contradiction is, a
deletion filter leaves only what is needed. Linear programmes by HiGHS (Huangfu and Hall, 2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, eye_array, hstack, vstack

from qanat.maths.balancing import Flags, Floats, Places, Problem

_LARGEST: Final = (
    1e4  # what the largest number is measured as, so that the solver's own slack (1e-7) is far below a person
)
_ROOM: Final = 1e-5  # by which claims may be off in all before they count as contradictory
_PRESS: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Members of a contradiction: rows, and numbers whose lower or upper bound takes part."""

    rows: tuple[int, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Claims:
    """Rows and bounds alike as claims: matrix x <= right, or = right."""

    matrix: csr_array[np.float64, tuple[int, int]]
    right: Floats
    equal: Flags
    floor: Floats  # what numbers are by nature, no claim of anybody's


def conflict(problem: Problem, floor: Floats) -> Conflict:
    """An irreducible contradiction of a problem that has no answer.

    floor  what each number cannot go below by nature (0 for people, -inf for a net flow); lower bounds above it are
           claims like the rows and may be members. Ties go to the rows and numbers that come last.
    """
    sizes = (np.abs(part[np.isfinite(part)]).max(initial=0.0) for part in (problem.right, problem.low, problem.high))
    scale = max(1.0, *(float(size) for size in sizes)) / _LARGEST
    below = np.flatnonzero(np.isfinite(problem.low) & (problem.low > floor))
    above = np.flatnonzero(np.isfinite(problem.high))
    claims = _claims(problem, floor, (below, above), scale)
    members = _needed(claims, _suspects(claims))
    many = len(problem.right)
    lows = members[(members >= many) & (members < many + len(below))] - many
    highs = members[members >= many + len(below)] - many - len(below)
    return Conflict(
        rows=tuple(int(one) for one in members[members < many]), low=tuple(int(one) for one in below[lows]),
        high=tuple(int(one) for one in above[highs]),
    )  # fmt: skip


def _claims(problem: Problem, floor: Floats, bounds: tuple[Places, Places], scale: float) -> _Claims:
    below, above = bounds
    numbers = len(problem.target)
    lows = coo_array((np.full(len(below), -1.0), (np.arange(len(below)), below)), shape=(len(below), numbers))
    highs = coo_array((np.ones(len(above)), (np.arange(len(above)), above)), shape=(len(above), numbers))
    matrix = csr_array(vstack([problem.rows, lows, highs], format="csr"))
    right = np.concatenate([problem.right, -problem.low[below], problem.high[above]]) / scale
    equal = np.concatenate([problem.equal, np.zeros(len(below) + len(above), dtype=bool)])
    return _Claims(matrix, right, equal, floor / scale)


def _suspects(claims: _Claims) -> Places:
    """Claims among which the contradiction lies: those that press when each may give way at a price.

    By Farkas' lemma they are contradictory by themselves; where the last digits hide that, all are suspects.
    """
    _, press = _given_way(claims)
    suspects = np.flatnonzero(np.abs(press) > _PRESS)
    return suspects if not _possible(claims, suspects) else np.arange(len(claims.right))


def _needed(claims: _Claims, members: Places) -> Places:
    """The members left when each that the contradiction does without is taken out, from the first to the last."""
    kept = list(members)
    for one in members:
        fewer = np.array([other for other in kept if other != one], dtype=np.intp)
        if not _possible(claims, fewer):
            kept.remove(one)
    return np.array(kept, dtype=np.intp)


def _possible(claims: _Claims, members: Places) -> bool:
    """Whether some numbers keep to these claims."""
    some = _Claims(csr_array(claims.matrix[members]), claims.right[members], claims.equal[members], claims.floor)
    return not len(members) or _given_way(some)[0] <= _ROOM


def _given_way(claims: _Claims) -> tuple[float, Floats]:
    """The least total by which claims must give way, and how hard each presses (its multiplier)."""
    many, numbers = claims.matrix.shape
    both = eye_array(many, format="csr")
    matrix = csr_array(hstack([claims.matrix, -both, both[:, np.flatnonzero(claims.equal)]], format="csr"))
    gives = many + int(claims.equal.sum())
    low = np.concatenate([claims.floor, np.zeros(gives)])
    solve: Any = linprog  # its types know dense matrices only
    told = solve(
        np.concatenate([np.zeros(numbers), np.ones(gives)]), A_ub=matrix[~claims.equal], b_ub=claims.right[~claims.equal],
        A_eq=matrix[claims.equal], b_eq=claims.right[claims.equal], bounds=np.column_stack([low, np.full(len(low), np.inf)]), method="highs",
    )  # fmt: skip
    press = np.zeros(many)
    press[claims.equal], press[~claims.equal] = told.eqlin.marginals, told.ineqlin.marginals
    return float(told.fun), press
