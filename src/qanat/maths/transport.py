"""A table scaled to given row and column sums, by Newton's method on the dual instead of alternating sweeps.

    P_ij = exp(x_i) seed_ij exp(y_j),   sum_j P_ij = row_i,   sum_i P_ij = column_j

The potentials minimise the convex  sum_ij P_ij - sum_i x_i row_i - sum_j y_j column_j  (Deming and Stephan 1940, Annals of
Mathematical Statistics 11, for the problem; Brauer, Clason, Lorenz, Wirth 2017, arXiv 1710.06635, for Newton steps on it).
Each step solves one system in the column potentials, the rows having been eliminated (Schur complement).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from qanat.errors import MarginError

Table = npt.NDArray[np.float64]
Line = npt.NDArray[np.float64]

SWEEPS: Final = 3  # of plain alternating scaling, before the first Newton step
STEPS: Final = 60
CLIP: Final = 2.0  # most a potential moves in one step
SMALL: Final = 1e-7  # a step whose square is lost in rounding
POLISHES: Final = 2  # after so many small steps only rounding is left
ULPS: Final = 8  # a sum of a few hundred cells may be off by so many steps of its last bit
RUNAWAY: Final = 1e4  # potentials run away where no table has the totals
RIDGE: Final = 1e-13  # keeps a system of nearly separate groups of lines solvable


def scaled(seed: Table, rows: Line, columns: Line, tolerance: float = 1e-6) -> Table:
    """The table nearest to `seed` (least relative entropy) whose sums are `rows` and `columns`; zeros stay zero.

    seed     (n, m), not negative
    rows     (n,) and columns (m,), not negative, of equal total
    tolerance  most that a sum may be off, in the unit of the table; beside it the rounding of a sum of large cells
    Raises MarginError, with the lines concerned, where no scaling has these sums: a total without any seed, groups of
    lines whose totals differ, or zeros that leave too little room. The same in, the same out, to the last bit.
    """
    _refuse_empty(seed, rows, columns)
    live_rows, live_columns = np.flatnonzero(rows > 0), np.flatnonzero(columns > 0)
    out = np.zeros_like(seed, dtype=np.float64)
    if live_rows.size == 0:
        return out
    inner = seed[np.ix_(live_rows, live_columns)].astype(np.float64)
    anchors = _anchors(inner, rows[live_rows], columns[live_columns], live_rows)
    out[np.ix_(live_rows, live_columns)] = _newton(
        inner, rows[live_rows], columns[live_columns], anchors, tolerance, live_rows
    )
    return out


def _refuse_empty(seed: Table, rows: Line, columns: Line) -> None:
    negative = np.flatnonzero(~(rows >= 0))
    if negative.size:
        raise MarginError("a total below zero", tuple(int(line) for line in negative))
    negative = np.flatnonzero(~(columns >= 0))
    if negative.size:
        raise MarginError("a total below zero", tuple(int(line) for line in negative))
    bare = np.flatnonzero((rows > 0) & ~(seed[:, columns > 0] > 0).any(axis=1))
    if bare.size:
        raise MarginError("a total to reach but nothing to scale in the row", tuple(int(line) for line in bare))
    bare = np.flatnonzero((columns > 0) & ~(seed[rows > 0, :] > 0).any(axis=0))
    if bare.size:
        raise MarginError("a total to reach but nothing to scale in the column", tuple(int(line) for line in bare))


def _anchors(seed: Table, rows: Line, columns: Line, names: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """One column of each connected group of lines: its potential is held, since only differences matter within a group."""
    n, m = seed.shape
    i, j = np.nonzero(seed > 0)
    links = csr_array((np.ones(i.size), (i, j + n)), shape=(n + m, n + m))
    _, label = connected_components(links, directed=False)
    label = np.asarray(label)
    groups = int(label.max()) + 1
    gap = np.bincount(label[:n], rows, groups) - np.bincount(label[n:], columns, groups)
    room = 1e-9 * max(1.0, float(rows.sum()))
    off = np.flatnonzero(np.abs(gap) > room)
    if off.size:
        lines = names[np.isin(label[:n], off)]
        raise MarginError("groups of lines without exchange whose totals differ", tuple(int(line) for line in lines))
    _, first = np.unique(label[n:], return_index=True)
    return first


def _newton(
    seed: Table, rows: Line, columns: Line, anchors: npt.NDArray[np.intp], tolerance: float, names: npt.NDArray[np.intp]
) -> Table:
    left, right = np.ones(rows.size), np.ones(columns.size)
    for _ in range(SWEEPS):
        left = rows / (seed @ right)
        right = columns / (left @ seed)
    table, polished = left[:, None] * seed * right, 0
    for _ in range(STEPS):
        off_rows, off_columns = rows - table.sum(1), columns - table.sum(0)
        if max(np.abs(off_rows).max(), np.abs(off_columns).max()) <= tolerance or polished == POLISHES:
            return table
        dx, dy = _direction(table, off_rows, off_columns, anchors)
        if max(np.abs(dx).max(), np.abs(dy).max()) > RUNAWAY:
            break
        table, small = _stepped(table, rows, columns, dx, dy)
        polished += small
    worst = np.argsort(-np.abs(rows - table.sum(1)), kind="stable")[:3]
    raise MarginError("zeros leave too little room for these totals", tuple(int(line) for line in names[worst]))


def _direction(table: Table, off_rows: Line, off_columns: Line, anchors: npt.NDArray[np.intp]) -> tuple[Line, Line]:
    """Newton's step. The system has one way free in each group of lines; a weight on its anchor holds it."""
    row_sums, column_sums = table.sum(1), table.sum(0)
    root = table / np.sqrt(row_sums)[:, None]
    schur = -(root.T @ root)
    diagonal = column_sums * (1 + RIDGE)
    diagonal[anchors] += column_sums[anchors]
    schur[np.diag_indices_from(schur)] += diagonal
    dy = np.zeros_like(column_sums)
    dy[:] = solve(schur, off_columns - (off_rows / row_sums) @ table, assume_a="pos", check_finite=False)
    return (off_rows - table @ dy) / row_sums, dy


def _stepped(table: Table, rows: Line, columns: Line, dx: Line, dy: Line) -> tuple[Table, bool]:
    """The table after a step, and whether the step was small: the whole step, or as much of it as lowers the dual.

    Near the end the step is added instead of multiplied in: what is neglected is below the rounding of the table.
    """
    size = float(max(np.abs(dx).max(), np.abs(dy).max()))
    if size < SMALL:
        return table + table * (dx[:, None] + dy), True
    pace = min(1.0, CLIP / size)
    slope = float(dx @ (table.sum(1) - rows) + dy @ (table.sum(0) - columns))
    ahead = table
    for _ in range(40):
        ahead = np.exp(pace * dx)[:, None] * table * np.exp(pace * dy)
        change = float((ahead - table).sum() - pace * (dx @ rows + dy @ columns))
        if change <= 1e-4 * pace * slope + 1e-12 * float(rows.sum()):
            break
        pace /= 2
    return ahead, False
