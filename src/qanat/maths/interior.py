"""The least adjustment by an interior point method, which always ends: with the numbers, or with proof that there are none.

Solver: Clarabel (Goulart and Chen, 2024). Numbers are measured in their own standard deviations and rows in theirs, so that
thousands of millions and single people meet on one scale; the answer is then sharpened by the closed form, or where its last
digits do not suffice for that, brought onto the constraints by the shortest way.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any, Final

import numpy as np
from scipy.sparse import csc_array, csr_array, diags_array, eye_array, vstack

from qanat.errors import QanatError
from qanat.maths.active_set import settled
from qanat.maths.balancing import Flags, Floats, Problem

_TIGHT: Final = 1e-10
_CLOSE: Final = 1e-4  # of the cost, by which an answer that is exact in its sums may cost more than the solver's


def inner(problem: Problem) -> Floats | None:
    """The adjusted numbers; null where no numbers keep to all rows and bounds.

    Raises QanatError where the solver can tell neither.
    """
    below, above = np.isfinite(problem.low), np.isfinite(problem.high)
    told = _solver(problem, below, above).solve()
    status = str(told.status)
    if "Infeasible" in status:
        return None
    near = np.clip(problem.target + problem.spread * np.asarray(told.x), problem.low, problem.high)
    order = np.concatenate([np.flatnonzero(problem.equal), np.flatnonzero(~problem.equal)])
    pull = np.zeros(len(problem.right))
    pull[order] = np.asarray(told.z)[: len(order)]
    sharp = settled(problem, near, np.where(problem.equal, 1.0, pull)).values
    best = min(
        (one for one in (sharp, near) if problem.holds(one).all()), key=lambda one: _cost(problem, one), default=None
    )
    if best is not None and _cost(problem, best) <= _cost(problem, near) * (1 + _CLOSE) + _CLOSE:
        return best
    kept = settled(replace(problem, target=near, spread=np.sqrt(problem.spread))).values
    if problem.holds(kept).all():
        return kept
    raise QanatError(f"the balance could not be found ({status}); report the figures it was asked for")


def _cost(problem: Problem, values: Floats) -> float:
    return float((((values - problem.target) / problem.spread) ** 2).sum() / 2)


def _solver(problem: Problem, below: Flags, above: Flags) -> Any:
    clarabel: Any = import_module("clarabel")  # it has no types
    spread = diags_array(problem.spread)
    numbers = len(problem.target)
    scaled = csr_array(problem.rows @ spread)
    size = np.sqrt(np.maximum(scaled.power(2).sum(axis=1), 1e-300))
    rows = csr_array(diags_array(1.0 / size) @ scaled)
    right = (problem.right - problem.rows @ problem.target) / size
    one = eye_array(numbers, format="csr")
    low = (problem.target - problem.low)[below] / problem.spread[below]
    high = (problem.high - problem.target)[above] / problem.spread[above]
    matrix = vstack(
        [rows[problem.equal], rows[~problem.equal], -one[below], one[above]], format="csc",
    )  # fmt: skip
    limits = np.concatenate([right[problem.equal], right[~problem.equal], low, high])
    equal = int(problem.equal.sum())
    cones = [clarabel.ZeroConeT(equal), clarabel.NonnegativeConeT(len(limits) - equal)]
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = _TIGHT
    return clarabel.DefaultSolver(csc_array(one), np.zeros(numbers), matrix, limits, cones, settings)
