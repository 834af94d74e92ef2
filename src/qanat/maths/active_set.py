"""The least adjustment in closed form, once it is known which bounds and inequalities bind; which do is found by turns.

All that is wrong changes at once; where that goes round in circles, one after the other, which ends (Murty's rule).

Source: Júdice and Pires, Computers and Operations Research 21 (1994), for the rule of the turns; Nocedal and Wright,
Numerical Optimization (2006), chapter 16, for the conditions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array, diags_array
from scipy.sparse.linalg import splu

from qanat.maths.balancing import Flags, Floats, Problem

_TURNS: Final = 60
_PATIENCE: Final = 8  # turns in which all that is wrong changes at once without there being less of it
_FEW: Final = 400  # numbers up to which one change after the other is affordable
_RIDGE: Final = 1e-11  # of a row's own weight: rows that follow from others are let stand
_REFINED: Final = 12
_SIGN: Final = 1e-9


@dataclass(frozen=True, slots=True)
class _Binding:
    """Which rows bind, which numbers sit at their lower and upper bound."""

    rows: Flags
    low: Flags
    high: Flags

    @property
    def all(self) -> Flags:
        """Rows, lower bounds and upper bounds, one after the other."""
        return np.concatenate([self.rows, self.low, self.high])

    def differs(self, other: _Binding) -> Flags:
        """Where another has it otherwise."""
        return np.not_equal(self.all, other.all)

    def changed(self, other: _Binding, at: int) -> _Binding:
        """The same but for one place, as another has it."""
        flags = self.all
        flags[at] = other.all[at]
        many, numbers = len(self.rows), len(self.low)
        return _Binding(flags[:many], flags[many : many + numbers], flags[many + numbers :])


@dataclass(frozen=True, slots=True)
class Settled:
    """Adjusted numbers; for each row whether it is settled (it holds, and neither it nor a number of its was wrong in the last
    turn) and whether it binds. What is not settled wants another way."""

    values: Floats
    sound: Flags
    binding: Flags


def settled(problem: Problem, start: Floats | None = None, pull: Floats | None = None) -> Settled:
    """The adjusted numbers in closed form.

    start  numbers, and pull multipliers of the rows, from another way: tells what binds at first; null: what is broken
    """
    values = np.clip(problem.target, problem.low, problem.high) if start is None else start
    binding = _first(problem, values, pull)
    few = len(values) <= _FEW
    least, patience = len(values) + len(problem.right) + 1, _PATIENCE
    changes = np.zeros(0, dtype=bool)
    for _ in range(_TURNS + 4 * len(values) * few):
        values, rows, bounds = _closed(problem, binding)
        wanted = _next(problem, binding, values, (rows, bounds))
        changes = binding.differs(wanted)
        wrong = int(changes.sum())
        least, patience = (wrong, _PATIENCE) if wrong < least else (least, patience - 1)
        if not wrong or (patience <= 0 and not few):
            break
        binding = wanted if patience > 0 else binding.changed(wanted, int(np.flatnonzero(changes)[-1]))
    values = np.clip(values, problem.low, problem.high)
    many = len(problem.right)
    numbers = changes[many : many + len(values)] | changes[many + len(values) :]
    return Settled(values, _sound(problem, values, changes[:many], numbers), binding.rows)


def _first(problem: Problem, values: Floats, pull: Floats | None) -> _Binding:
    rows = problem.rows @ values - problem.right > 0 if pull is None else pull > _SIGN
    tight = 1e-6 * (1.0 + np.abs(values))
    near = (values - problem.low <= tight, problem.high - values <= tight)
    none = np.zeros(len(values), dtype=bool)
    low, high = (none, none) if pull is None else near
    return _Binding(problem.equal | rows, low, high & ~low)


def _closed(problem: Problem, binding: _Binding) -> tuple[Floats, Floats, Floats]:
    """Numbers, multipliers of rows and of bounds when the binding ones hold as equalities."""
    fixed = binding.low | binding.high
    at = np.where(binding.low, problem.low, np.where(binding.high, problem.high, problem.target))
    moves = np.where(fixed, 0.0, problem.spread**2)
    rows = csr_array(problem.rows[np.flatnonzero(binding.rows)])
    gap = rows @ at - problem.right[binding.rows]
    pull = np.zeros(len(problem.right))
    pull[binding.rows] = _solved(rows, moves, gap)
    drawn = problem.rows.T @ pull
    values = at - moves * drawn
    bounds = np.where(fixed, (at - problem.target) / problem.spread**2 + drawn, 0.0)
    return values, pull, bounds


def _solved(rows: csr_array[np.float64, tuple[int, int]], moves: Floats, gap: Floats) -> Floats:
    """The multipliers that close the gaps: (A V A') m = gap, by a sparse factor of it with a small ridge, refined."""
    if not len(gap):
        return gap
    square = csr_array(rows @ diags_array(moves) @ rows.T)
    own = square.diagonal()
    scale = 1.0 / np.sqrt(np.where(own > 0, own, 1.0))
    scaled = csr_array(diags_array(scale) @ square @ diags_array(scale))
    factor = splu((scaled + _RIDGE * diags_array(np.ones(len(gap)))).tocsc(), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})  # fmt: skip
    wanted = scale * gap
    found = np.zeros(len(gap))
    for _ in range(_REFINED):
        rest = wanted - scaled @ found
        if not np.abs(rest / scale).max() > 1e-6:
            break
        found = found + factor.solve(rest)
    return scale * found


def _next(problem: Problem, binding: _Binding, values: Floats, pulls: tuple[Floats, Floats]) -> _Binding:
    rows, bounds = pulls
    slack = 1e-7 + 1e-12 * np.abs(values)
    over = problem.rows @ values - problem.right > 1e-7 + 1e-13 * (abs(problem.rows) @ np.abs(values))
    low = np.where(binding.low, bounds > 0, values < problem.low - slack)
    high = np.where(binding.high, bounds < 0, values > problem.high + slack) & ~low
    return _Binding(problem.equal | np.where(binding.rows, rows > 0, over), low, high)


def _sound(problem: Problem, values: Floats, rows: Flags, numbers: Flags) -> Flags:
    """For each row whether it holds and neither it nor any of its numbers was still changing."""
    restless = np.asarray(abs(problem.rows) @ numbers.astype(np.float64)) > 0
    return np.asarray(problem.holds(values) & ~rows & ~restless)
